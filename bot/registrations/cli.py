"""``senderdesk senderid``: the same check as in Slack, and a country's rules, from the shell."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.registrations.bulk import cli as bulk
from bot.registrations.shell import AsJson, Country, Headquarters
from bot.shell import print_json, told

if TYPE_CHECKING:
    from bot.registrations.answers import Answers

app = typer.Typer(help="Sender IDs.", no_args_is_help=True, add_completion=False, rich_markup_mode=None)


app.add_typer(bulk.app, name="bulk")


@app.callback()
def _senderid() -> None:
    """Sender IDs."""


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
    with told(as_json=as_json):
        from bot.registrations import checks, countries  # noqa: PLC0415 - pydantic

        rules = countries.country(country)
        findings = checks.check_sender_id(
            rules, name, company=company, brand=brand, text=text, entity=entity or "", brandless=brandless, uen=uen
        )
    good = checks.ok(findings)
    if as_json:
        print_json({"ok": good, "findings": [finding.as_plain() for finding in findings]})
    else:
        verdict = _answers().verdict(rules, name, findings)
        lines = (*verdict.failed, *verdict.proposed, *verdict.holding, *verdict.open, verdict.sources)
        typer.echo("\n".join(line for line in (f"{verdict.headline}.", *lines) if line))
    raise typer.Exit(0 if good else 1)


@app.command("rules")
def show_rules(country: Country, *, as_json: AsJson = False) -> None:
    """Show a country's rules, operators of today, papers, and where sources disagree."""
    with told(as_json=as_json):
        from bot.registrations import countries  # noqa: PLC0415 - pydantic

        rules = countries.country(country)
    if as_json:
        print_json(countries.as_plain(rules))
    else:
        typer.echo("\n\n".join(_answers().rules(rules, datetime.now(UTC).date())))


def _answers() -> "Answers":
    from bot.delivery.voices import Voices  # noqa: PLC0415 - the templates' machinery
    from bot.registrations.answers import Answers  # noqa: PLC0415

    voices = Voices()
    return Answers(voices, voices.plain_marks)
