"""``senderdesk senderid`` from the shell."""

import json

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.registrations.countries import countries, country

FIELDS = ["rule", "ok", "level", "message", "proposal", "source"]


def run(*arguments: str) -> Result:
    """The command's output and exit code."""
    return CliRunner().invoke(app, ["senderid", *arguments])


def test_json_is_what_was_promised() -> None:
    """``{ok, findings: [{rule, ok, level, message, proposal, source}]}``, a finding for every rule, exit code 1."""
    done = run("check", "Kopi Nusantara", "PH", "--json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert list(told) == ["ok", "findings"]
    assert told["ok"] is False
    assert [list(finding) for finding in told["findings"]] == [FIELDS] * len(country("PH").rules)
    length = told["findings"][0]
    assert (length["rule"], length["ok"], length["level"], length["proposal"]) == (
        "length",
        False,
        "error",
        "KopiNusanta",
    )


def test_a_good_name_ends_with_0() -> None:
    """Judged with company, text and entity, nothing is left open."""
    text = "Kopi Nusantara: your code is 1234"
    done = run(
        *("check", "KopiNusanta", "philippines", "--company", "PT Kopi Nusantara", "--text", text),
        *("--entity", "international", "--json"),
    )
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["ok"] is True
    assert [finding["rule"] for finding in told["findings"] if not finding["ok"]] == []
    assert "to be checked with" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (["KopiNusanta", "PH", "--company", "PT Java Bean"], "linked"),
        (["KopiNusanta", "PH", "--company", "PT Kopi Nusantara", "--text", "Your code is 1234"], "brand_in_text"),
        (["KopiNusanta", "TH", "--text", "See bit.ly/kopi"], "shorteners"),
        (["KopiNusanta", "ID", "--entity", "local"], "entity"),
        (["KopiNusanta", "SG", "--uen", "196800306F"], "uen"),
    ],
)
def test_what_is_given_is_judged(arguments: list[str], rule: str) -> None:
    """Company, text, entity and UEN reach their rules."""
    done = run("check", *arguments, "--json")
    assert done.exit_code == 1
    assert rule in [finding["rule"] for finding in json.loads(done.stdout)["findings"] if not finding["ok"]]


def test_a_brandless_sender_id_is_said_to_be_so() -> None:
    """Then the link to the company is a matter of proof."""
    assert run("check", "KopiNusanta", "PH", "--company", "PT Java Bean", "--brandless").exit_code == 0


def test_people_read_sentences() -> None:
    """What fails stands first, with a proposal; what holds and what is open follow."""
    lines = run("check", "Kopi Nusantara", "PH").stdout.splitlines()
    assert lines[0] == "Kopi Nusantara would be refused in the Philippines."
    assert "has 14 characters; it must have 3 to 11." in lines[1]
    assert "How about KopiNusanta?" in lines


@pytest.mark.parametrize("command", [["check", "Kopi", "XX"], ["rules", "XX"]], ids=lambda command: command[0])
def test_an_unknown_country_is_one_sentence_and_2(command: list[str]) -> None:
    """On stderr for people, and an object for machines."""
    done = run(*command)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("XX is no country that I have rules for.")
    told = json.loads(run(*command, "--json").stdout)
    assert told["kind"] == "NoSuchCountry"


def test_a_wrong_entity_is_a_mistake_of_the_call() -> None:
    """Only local and international are known."""
    assert run("check", "Kopi", "PH", "--entity", "martian").exit_code == 2


@pytest.mark.parametrize("each", countries(), ids=lambda each: each.code)
def test_rules_can_be_read_by_people_and_machines(each: object) -> None:
    """All of a country's file, with every rule, document and decided conflict."""
    said = run("rules", each.code).stdout
    assert all(conflict.decided in said for conflict in each.conflicts)
    told = json.loads(run("rules", each.name, "--json").stdout)
    assert (told["code"], len(told["rules"]), len(told["documents"])) == (
        each.code,
        len(each.rules),
        len(each.documents),
    )
