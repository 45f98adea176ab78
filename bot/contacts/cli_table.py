"""A check's result for people at a terminal."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.contacts.outcome import CheckResult
from bot.contacts.reasons import Reason

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


def show(result: CheckResult, out: Path | None) -> None:
    """Print how the file was read, what was found, and where the files are."""
    console = Console()
    console.print(_how_read(result), markup=False)
    console.print(_columns(result))
    console.print(_counts(result))
    if result.reasons:
        console.print(_reasons(result))
    for note in _notes(result):
        console.print(note, markup=False)
    if out is not None:
        names = (*result.accepted_files, *result.rejected_files)
        console.print(f"Written to {out}: {', '.join(names)}", markup=False)


def _how_read(result: CheckResult) -> str:
    if result.kind == "csv":
        delimiter = _DELIMITERS.get(result.delimiter or "", result.delimiter)
        how = f"CSV, {result.encoding}, {delimiter}"
    else:
        how = f".{result.kind}, sheet {result.sheet}"
    return f"{how}, {f'header in row {result.header_row}' if result.has_header else 'no header'}"


def _table(*columns: str) -> Table:
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    table.columns[-1].overflow = "fold"
    return table


def _columns(result: CheckResult) -> Table:
    table = _table("column", "read as", "")
    for column in result.columns:
        if column.target or column.note:
            table.add_row(escape(column.name), column.target or "not used", escape(column.note))
    return table


def _counts(result: CheckResult) -> Table:
    table = _table("rows", "")
    table.columns[0].justify = "right"
    for name in ("accepted", "rejected", "duplicate", "total"):
        table.add_row(f"{getattr(result, f'rows_{name}'):,}", name)
    return table


def _reasons(result: CheckResult) -> Table:
    table = _table("rows", "rejected because", "first rows")
    table.columns[0].justify = "right"
    for reason, count in result.reasons.items():
        examples = "\n".join(f"{e.row}: {e.value}" if e.value else str(e.row) for e in result.examples.get(reason, ()))
        table.add_row(f"{count:,}", f"{reason}\n[dim]{Reason(reason).sentence}[/dim]", escape(examples))
    return table


def _notes(result: CheckResult) -> list[str]:
    notes = list(result.notes)
    unused = [column.name for column in result.columns if not (column.target or column.note)]
    if unused:
        notes.append(f"Columns that are not used: {', '.join(unused)}.")
    notes.extend(
        f"Would be valid in {hint.country} (+{hint.calling_code}): {hint.rows:,}. Try --country {hint.country}"
        + (f", but {hint.lost:,} others would be refused or read otherwise." if hint.lost else ".")
        for hint in result.country_hints[:1]
    )
    if result.other_sheets:
        notes.append(f"Further sheets with rows, not read: {', '.join(result.other_sheets)} (--sheet NAME).")
    if result.hidden_sheets:
        notes.append(f"Hidden sheets, not read: {', '.join(result.hidden_sheets)}.")
    return notes
