"""``senderdesk senderid``: the same check as in Slack, and a country's rules, from the shell."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import DeskError

if TYPE_CHECKING:
    from bot.registrations.answers import Answers

app = typer.Typer(help="Sender IDs.", no_args_is_help=True, add_completion=False, rich_markup_mode=None)


class Headquarters(StrEnum):
    """Where a company has its headquarters, seen from the country."""

    LOCAL = "local"
    INTERNATIONAL = "international"


@app.callback()
def _senderid() -> None:
    """Sender IDs."""


Country = Annotated[str, typer.Argument(help="The country's code or name: PH, Philippines.", metavar="COUNTRY")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, for machines.")]


@app.command("check")
def check_name(
    name: Annotated[str, typer.Argument(help="The sender ID; in quotes if it has blanks.", metavar="NAME")],
    country: Country,
    *,
    company: Annotated[str, typer.Option(help="The company's name, to see whether they fit.")] = "",
    brand: Annotated[str, typer.Option(help="The brand's name, if it is another.")] = "",
    text: Annotated[str, typer.Option(help="A message as it will be sent.")] = "",
    entity: Annotated[Headquarters | None, typer.Option(help="Where the company has its headquarters.")] = None,
    brandless: Annotated[bool, typer.Option("--brandless", help="It does not include the company's name.")] = False,
    uen: Annotated[str, typer.Option(help="Singapore's Unique Entity Number of the company.")] = "",
    as_json: AsJson = False,
) -> None:
    """Check a sender ID by a country's rules. Exit code 0: it can be registered; 1: it would be refused."""
    with _told(as_json=as_json):
        from bot.registrations import checks, countries  # noqa: PLC0415 - pydantic

        rules = countries.country(country)
        findings = checks.check_sender_id(
            rules, name, company=company, brand=brand, text=text, entity=entity or "", brandless=brandless, uen=uen
        )
    good = checks.ok(findings)
    if as_json:
        _print({"ok": good, "findings": [finding.as_plain() for finding in findings]})
    else:
        verdict = _answers().verdict(rules, name, findings)
        lines = (*verdict.failed, *verdict.proposed, *verdict.holding, *verdict.open, verdict.sources)
        typer.echo("\n".join(line for line in (f"{verdict.headline}.", *lines) if line))
    raise typer.Exit(0 if good else 1)


@app.command("rules")
def show_rules(country: Country, *, as_json: AsJson = False) -> None:
    """Show a country's rules, operators of today, papers, and where sources disagree."""
    with _told(as_json=as_json):
        from bot.registrations import countries  # noqa: PLC0415 - pydantic

        rules = countries.country(country)
    if as_json:
        _print(countries.as_plain(rules))
    else:
        typer.echo("\n\n".join(_answers().rules(rules, datetime.now(UTC).date())))


def _answers() -> "Answers":
    from bot.delivery.voices import Voices  # noqa: PLC0415 - the templates' machinery
    from bot.registrations.answers import Answers  # noqa: PLC0415

    voices = Voices()
    return Answers(voices, voices.plain_marks)


def _print(plain: dict[str, Any]) -> None:
    typer.echo(json.dumps(plain, ensure_ascii=False))


@contextmanager
def _told(*, as_json: bool) -> Iterator[None]:
    """What a person can mend, as a sentence for people and an object for machines; exit code 2."""
    try:
        yield
    except DeskError as error:
        if as_json:
            _print({"error": error.sentence, "kind": type(error).__name__})
        typer.echo(error.sentence, err=True)
        raise typer.Exit(2) from None
