"""Every setting and every metric is explained where people look for it, and nowhere else differently."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.delivery.metrics import Metrics
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def shown(value: object) -> str:
    """A default as a person writes it."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return ",".join(value)
    return f"{value:g}" if isinstance(value, float | int) else str(value or "")


def defaults() -> dict[str, str]:
    """Each setting's default, by its name in the environment."""
    return {name.upper(): shown(field.default) for name, field in Settings.model_fields.items()}


def test_the_readme_has_a_table_of_all_settings() -> None:
    """Name, default and meaning of each, as the settings themselves say it; paste what this expects."""
    rows = [
        f"| `{name.upper()}` | {f'`{default}`' if (default := shown(field.default)) else ''} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    table = "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])
    assert table in (ROOT / "README.md").read_text()


def test_the_example_file_names_each_setting_once_with_its_default() -> None:
    """What is commented out shows the default; what must be filled in is empty."""
    lines = [line for line in (ROOT / ".env.example").read_text().splitlines() if "=" in line and "# " not in line]
    pairs = [line.removeprefix("#").partition("=") for line in lines]
    assert sorted(name for name, _, _ in pairs) == sorted(defaults())
    assert {name: value for name, _, value in pairs} == defaults()


def test_the_metrics_of_the_readme_exist() -> None:
    """Who copies an alarm from the README does not wait for a number that never comes."""
    named = set(re.findall(r"`(senderdesk_[a-z_]+)", (ROOT / "README.md").read_text()))
    metrics = Metrics()
    metrics.due_rows.labels("outbox", "dead").set(0)
    metrics.oldest_seconds.labels("outbox").set(0)
    metrics.ack_seconds.labels("http").observe(0)
    given = set(re.findall(r"^# TYPE (\S+)", metrics.exposition().decode(), flags=re.MULTILINE))
    assert len(named) > 3
    assert named - given == set()


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("https://desk.example.com", "https://desk.example.com"),
        (" https://Desk.Example.com:8443/ ", "https://desk.example.com:8443"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("http://localhost:3000/", "http://localhost:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("", ""),
    ],
)
def test_a_public_address_is_where_browsers_come_in(given: str, taken: str) -> None:
    """Over https; plain http stays on this machine."""
    assert Settings(_env_file=None, senderdesk_public_url=given).senderdesk_public_url == taken


@pytest.mark.parametrize(
    "given",
    [
        "http://desk.example.com",
        "https://desk.example.com/loa",
        "https://desk.example.com/?a=b",
        "https://desk.example.com#x",
        "https://me:secret@desk.example.com",
        "https://desk.example.com:0",
        "https://",
        "https://desk.example.com\nhttps://other.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "//desk.example.com",
        "desk.example.com",
        "javascript:alert(1)",
        "https://desk.example.com\\@evil.example.com",
    ],
)
def test_a_public_address_that_leads_elsewhere_is_refused(given: str) -> None:
    """Neither in the clear, nor with a path, a name or a password in it."""
    with pytest.raises(ValidationError, match=r"https://desk\.example\.com, without path"):
        Settings(_env_file=None, senderdesk_public_url=given)
