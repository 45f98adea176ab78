"""Every setting and every metric is explained where people look for it, and nowhere else differently."""

import re
from pathlib import Path

from pydantic import SecretStr

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
