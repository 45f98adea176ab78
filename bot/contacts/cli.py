"""``senderdesk contacts check FILE``: the same check as in Slack, from the shell."""

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.contacts.engine_errors import ColumnsNeeded, NoSuchFile, Unreadable, WrongColumns
from bot.contacts.outcome import CheckOptions, CheckResult, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(help="Contact files.", no_args_is_help=True, add_completion=False, rich_markup_mode=None)
_UNUSED = {"", "-"}
_DAY = 86_400
_FILE_MAX = 1 << 40  # bytes: the disk is the shell's limit


@app.callback()
def _contacts() -> None:
    """Contact files."""


@app.command("check")
def check_file(
    file: Annotated[Path, typer.Argument(help="CSV, .xlsx or .xls.", metavar="FILE")],
    *,
    sheet: Annotated[str | None, typer.Option(help="Which sheet; else the first visible one with rows.")] = None,
    header: Annotated[bool | None, typer.Option("--header/--no-header", help="Whether the file has a header.")] = None,
    columns: Annotated[
        str | None, typer.Option(help="In the file's order: msisdn,firstName,lastName, and - for an unused one.")
    ] = None,
    country: Annotated[str | None, typer.Option(help="Read national numbers as this country's, like PH.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for machines.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write accepted.csv and rejected.csv into this folder.", file_okay=False)
    ] = None,
) -> None:
    """Check a contact file. Exit code 0: checked; 2: it cannot be read."""
    try:
        options = CheckOptions(
            sheet=sheet,
            has_header=header,
            columns=_targets(columns) if columns is not None else None,
            country=country,
            limit_bytes=None,
            mark_encoding=False,
        )
        result = _check(file, options, out, bar=not as_json and sys.stderr.isatty())
    except Unreadable as error:
        if as_json:
            facts = {name: fact for name, fact in error.facts.items() if name == "columns"}
            typer.echo(json.dumps({"error": error.sentence, "kind": type(error).__name__, **facts}, ensure_ascii=False))
        typer.echo(error.sentence, err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps(as_plain(result, out), ensure_ascii=False))
    else:
        from bot.contacts.cli_table import show  # noqa: PLC0415 - rich is for people only

        show(result, out)


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


def _check(file: Path, options: CheckOptions, out: Path | None, *, bar: bool) -> CheckResult:
    from bot.contacts.child import Limits, check_in_child  # noqa: PLC0415 - asks for POSIX

    if not file.is_file():
        raise NoSuchFile(name=file)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    limits = Limits(file_bytes=_FILE_MAX, cpu_seconds=_DAY, wall_seconds=_DAY)
    with _progress(shown=bar) as progress:
        result = asyncio.run(check_in_child(file, options, out, progress=progress, limits=limits))
    if result.needs_columns is not None:
        proposed = result.needs_columns.proposed
        example = ",".join("msisdn" if column.index == proposed else "-" for column in result.columns)
        named = [column.name for column in result.columns]
        raise ColumnsNeeded(why=result.needs_columns.why, example=example, columns=named)
    return result


@contextmanager
def _progress(*, shown: bool) -> "Iterator[Callable[[int, int], None] | None]":
    """A bar on standard error, gone when the check is over."""
    if not shown:
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - for people only
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn  # noqa: PLC0415

    columns = (BarColumn(), MofNCompleteColumn(), "rows", TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("rows", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
