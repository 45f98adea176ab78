# What a person types here. Everything is set up by itself into .venv; PYTHON names another Python.
PYTHON ?= python3
export PYTHON
BIN := .venv/bin

.PHONY: help setup demo test releases states check audit bench pictures mails migration constraints
help:
	@echo "make demo         Sender Desk in a Slack of its own: no account, no token"
	@echo "make setup        only set up, into .venv"
	@echo "make test         all tests, four at once; ARGS='tests/contacts -k xlsx -n 0' for some, one by one"
	@echo "make releases     the tests of numbers with other releases of phonenumbers; RELEASES='9.0.0 9.0.43'"
	@echo "make states       sender IDs against a plain model in 300 stories of 50 steps; STORIES=1000 for more"
	@echo "make check        style, types and the import contract"
	@echo "make audit        known holes in the libraries we use (asks the network)"
	@echo "make bench        BENCH=name runs tests/benchmarks/name.py"
	@echo "make pictures     the README's screenshots anew, into docs"
	@echo "make mails        every e-mail as it looks on a phone and on a desk, into var/mails"
	@echo "make migration    MESSAGE='add a table' writes the next migration from the tables"
	@echo "make constraints  the versions of today's libraries into constraints.txt (needs uv)"

# A stamp says with what the environment was made: a second call has nothing to do.
.venv/ready-run: pyproject.toml constraints.txt scripts/setup
	@scripts/setup run
	@touch $@
.venv/ready-dev: pyproject.toml constraints.txt scripts/setup
	@scripts/setup dev
	@touch .venv/ready-run $@

setup: .venv/ready-run

demo: .venv/ready-run
	@$(BIN)/senderdesk demo $(ARGS)

test: .venv/ready-dev
	@$(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS)

# One of years ago, one of months ago, and the one that is installed. Asks the package index, so no test runs it.
RELEASES ?= 8.13.0 9.0.20 $(shell sed -n 's/^phonenumbers==//p' constraints.txt)
releases: .venv/ready-dev
	@scripts/releases $(RELEASES)

STORIES ?= 300
states: .venv/ready-dev
	@SENDERDESK_STATES=$(STORIES) $(BIN)/python -m pytest tests/registrations/test_states.py

check: .venv/ready-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

audit: .venv/ready-dev
	$(BIN)/pip-audit --strict --disable-pip --no-deps --requirement constraints.txt

bench: .venv/ready-dev
	@test -n "$(BENCH)" || { echo "Which one? make bench BENCH=name; there are:"; ls tests/benchmarks; exit 1; }
	@$(BIN)/python tests/benchmarks/$(BENCH).py $(ARGS)

pictures: .venv/ready-dev
	@SENDERDESK_SCREENSHOTS=docs $(BIN)/python -m pytest tests/browser/test_story.py tests/browser/test_dashboard.py

mails: .venv/ready-dev
	@mkdir -p var/mails
	@SENDERDESK_SCREENSHOTS=var/mails $(BIN)/python -m pytest tests/delivery/test_templates.py -k "window and words"

migration: .venv/ready-dev
	@test -n "$(MESSAGE)" || { echo "Say what it does: make migration MESSAGE='add a table'"; exit 1; }
	@$(BIN)/senderdesk migrate --write "$(MESSAGE)"

constraints:
	@uv lock --quiet --upgrade
	@uv export --quiet --all-extras --no-emit-project --no-header --no-annotate --no-hashes > constraints.txt
