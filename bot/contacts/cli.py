"""``senderdesk contacts``: the same check as in Slack, and the same way to 8x8, from the shell and for any size."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.contacts.engine_errors import ColumnsNeeded, Unreadable, WrongColumns
from bot.contacts.outcome import CheckOptions, CheckResult, Target
from bot.loading import loading

app = typer.Typer(help="Contact files.", no_args_is_help=True, add_completion=False, rich_markup_mode=None)
_UNUSED = {"", "-"}
_INTERRUPTED = 130


@app.callback()
def _contacts() -> None:
    """Contact files."""


Source = Annotated[str, typer.Argument(help="CSV, .xlsx or .xls: a path, or s3://BUCKET/KEY.", metavar="SOURCE")]
Sheet = Annotated[str | None, typer.Option(help="Which sheet; else the first visible one with rows.")]
Header = Annotated[bool | None, typer.Option("--header/--no-header", help="Whether the file has a header.")]
Columns = Annotated[
    str | None, typer.Option(help="In the file's order: msisdn,firstName,lastName, and - for an unused one.")
]
Country = Annotated[str | None, typer.Option(help="Read national numbers as this country's, like PH.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, for machines.")]


@app.command("check")
def check_file(
    source: Source,
    *,
    sheet: Sheet = None,
    header: Header = None,
    columns: Columns = None,
    country: Country = None,
    as_json: AsJson = False,
    out: Annotated[
        Path | None, typer.Option(help="Write accepted.csv and rejected.csv into this folder.", file_okay=False)
    ] = None,
) -> None:
    """Check a contact file. Exit code 0: checked; 2: it cannot be read."""
    with _told(as_json=as_json):
        options = CheckOptions(
            sheet=sheet,
            has_header=header,
            columns=_targets(columns) if columns is not None else None,
            country=country,
            limit_bytes=None,
            mark_encoding=False,
        )
        result = asyncio.run(_check(source, options, out, shown=not as_json and sys.stderr.isatty()))
    if as_json:
        typer.echo(json.dumps(as_plain(result, out), ensure_ascii=False))
    else:
        from bot.contacts.cli_table import show  # noqa: PLC0415 - rich is for people only

        show(result, out)


@app.command("submit")
def submit_file(
    source: Source,
    *,
    account: Annotated[str, typer.Option(help="The account's id at 8x8; its key is in CONTACTS_API_KEYS.")],
    group: Annotated[list[str] | None, typer.Option(help="A group for the contacts, by name; up to 10.")] = None,
    sheet: Sheet = None,
    header: Header = None,
    columns: Columns = None,
    country: Country = None,
    yes: Annotated[bool, typer.Option("--yes", help="Submit without asking.")] = False,
    state: Annotated[
        Path | None, typer.Option(help="Where submissions are remembered.", file_okay=False, show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a contact file of any size, submit it to 8x8 in as many batches as it takes, and follow them to the end.

    The same command again goes on where it was, and sends nothing twice. Exit code 0: all completed; 1: something was
    refused or failed; 2: it cannot be read.
    """
    with _told(as_json=as_json):
        with loading():
            from bot.contacts import rules  # noqa: PLC0415 - the database and all
            from bot.contacts.cli_submit import Submission  # noqa: PLC0415
            from bot.contacts.service import Choice  # noqa: PLC0415
            from bot.contacts.shell_job import order_for, quiet_logs  # noqa: PLC0415
            from bot.settings import load  # noqa: PLC0415

        settings = load()
        quiet_logs()
        choice = Choice(country, sheet, header, _targets(columns) if columns is not None else None)
        order = order_for(settings, source, account, groups=tuple(group or ()), choice=choice, state=state)
        submission = Submission(settings, order, source, yes=yes, as_json=as_json, batch_bytes=rules.API_BYTES_MAX)
        try:
            code = submission.run()
        except KeyboardInterrupt:
            typer.echo(
                "Stopped. What 8x8 has goes on there; the same command again follows it and sends the rest.", err=True
            )
            code = _INTERRUPTED
    raise typer.Exit(code)


@contextmanager
def _told(*, as_json: bool) -> Iterator[None]:
    """What cannot be read, as a sentence for people and an object for machines; exit code 2."""
    try:
        yield
    except Unreadable as error:
        if as_json:
            facts = {name: fact for name, fact in error.facts.items() if name == "columns"}
            typer.echo(json.dumps({"error": error.sentence, "kind": type(error).__name__, **facts}, ensure_ascii=False))
        typer.echo(error.sentence, err=True)
        raise typer.Exit(2) from None


def as_plain(result: CheckResult, out: Path | None) -> dict[str, Any]:
    """What ``--json`` prints: ``columns`` is source column -> target, files are paths."""
    plain = result.to_json()
    for name in ("needs_columns", "preview", "timings"):
        del plain[name]
    for name in ("accepted_files", "rejected_files"):
        plain[name] = [str(out / file) for file in plain[name]] if out else []
    return plain | {"columns": result.mapping(), "unused_columns": list(result.unused())}


def _targets(columns: str) -> tuple[str, ...]:
    """``msisdn, firstName,-`` as targets. Their case does not matter."""
    known = {target.lower(): str(target) for target in Target}
    names = [name.strip() for name in columns.split(",")]
    for name in names:
        if name not in _UNUSED and name.lower() not in known:
            raise WrongColumns(why=f"{name} is none of {', '.join(Target)}")
    return tuple(known.get(name.lower(), "") for name in names)


async def _check(source: str, options: CheckOptions, out: Path | None, *, shown: bool) -> CheckResult:
    from bot.contacts.bars import bar  # noqa: PLC0415
    from bot.contacts.child import check_in_child  # noqa: PLC0415 - asks for POSIX
    from bot.contacts.source import LIMITS, on_disk  # noqa: PLC0415 - S3's client

    with bar(shown=shown) as moving:
        async with on_disk(source, moving.bytes) as file:
            if out is not None:
                await asyncio.to_thread(out.mkdir, parents=True, exist_ok=True)
            result = await check_in_child(file, options, out, progress=moving.rows, limits=LIMITS)
    if result.needs_columns is not None:
        proposed = result.needs_columns.proposed
        example = ",".join("msisdn" if column.index == proposed else "-" for column in result.columns)
        named = [column.name for column in result.columns]
        raise ColumnsNeeded(why=result.needs_columns.why, example=example, columns=named)
    return result
