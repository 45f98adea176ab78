"""The command line: every command is explained, quick to ask about, and kind when something is wrong."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from bot.cli import app

ROOT = Path(__file__).resolve().parents[2]


def commands(group: object, path: str = "senderdesk") -> Iterator[tuple[str, str]]:
    """Every command's path and help."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command.help or ""


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with nothing set."""
    return subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", *arguments],
        cwd="/",  # where no .env is
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


ALL = dict(commands(typer.main.get_command(app)))


def test_there_are_commands() -> None:
    """The tests below look at something."""
    assert {"senderdesk serve", "senderdesk demo", "senderdesk doctor"} <= set(ALL)


@pytest.mark.parametrize("command", ALL)
def test_every_command_is_explained(command: str) -> None:
    """In its help, and in the README."""
    assert ALL[command].strip()
    assert command in (ROOT / "README.md").read_text()


def test_help_loads_only_what_it_needs() -> None:
    """Asking for help is quick: none of the big libraries is imported."""
    loaded = run("--help", PYTHONPROFILEIMPORTTIME="1")
    assert loaded.returncode == 0
    imported = {line.rpartition("|")[2].strip() for line in loaded.stderr.splitlines()}
    heavy = {"sqlalchemy", "polars", "numpy", "slack_bolt", "aiohttp", "pydantic_settings", "phonenumbers", "openpyxl"}
    assert heavy & imported == set()
    assert "typer" in imported


def test_a_wrong_setting_is_one_sentence() -> None:
    """No traceback, no value of the setting, exit code 2."""
    done = run("doctor", SENDERDESK_HTTP_PORT="seventy", SLACK_BOT_TOKEN="xoxb-1-secret")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("These settings cannot be used: SENDERDESK_HTTP_PORT (")
    assert "seventy" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_manifest_can_be_piped() -> None:
    """Nothing but the manifest is printed, with the address for events, clicks, searches and each command."""
    done = run("manifest", "--http", "https://desk.example.com")
    assert done.returncode == 0
    assert done.stdout.startswith("_metadata:\n")
    assert done.stdout.count("https://desk.example.com/slack/events") == 3 + done.stdout.count("- command: /")


def test_a_migration_is_told() -> None:
    """An address that names no database is refused in a sentence."""
    done = run("migrate", DATABASE_URL="mysql://somewhere")
    assert done.returncode == 2
    assert done.stderr.startswith("DATABASE_URL names no database that we know.")
