"""Writes the files of an export, row by row, in as much memory for a million rows as for one.

The workbook has a sheet for each view, and goes on in another where one is full: typed cells, a frozen header, filters.
What a sheet would take for a formula is written as text; in the CSV an apostrophe stands before it.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from bot.contacts.report import as_csv, neutral

ROWS_MAX: Final = 1_048_575
"""Of a sheet, below its header (source: Excel's specifications)."""
_TOLD_ROWS = 2000
_CSV_ROWS = 5000
_WIDTHS = {"text": 20, "number": 11, "date": 14}
_MARK = b"\xef\xbb\xbf"
_NOT_TEXT = ("=", "#")
"""With these the library would make a formula of a text, or an error."""
Row = list[Any]


def write_workbook(
    path: Path, sheets: Iterable[dict[str, Any]], told: Callable[[int], None], rows_max: int = ROWS_MAX
) -> None:
    """A workbook of ``sheets``: ``name, titles, kinds, rows`` (a file with a row of JSON a line).

    ``told`` hears now and then how many rows are written.
    """
    book, done = Workbook(write_only=True), 0
    for sheet in sheets:
        rows = read(Path(sheet["rows"]))
        for number, some in enumerate(_parts(rows, rows_max), 1):
            name = sheet["name"] if number == 1 else f"{sheet['name']} {number}"
            for _ in _filled(book.create_sheet(name[:31]), sheet, some):
                done += 1
                if done % _TOLD_ROWS == 0:
                    told(done)
    book.save(path)


def _parts(rows: Iterator[Row], most: int) -> Iterator[Iterator[Row]]:
    """The rows in parts of so many; one part at least. Each must be taken whole before the next."""
    first, is_first = next(rows, None), True
    while first is not None or is_first:
        here = [] if first is None else [first]
        yield (row for source in (here, islice(rows, most - len(here))) for row in source)
        first, is_first = next(rows, None), False


def _filled(there: Any, sheet: dict[str, Any], rows: Iterable[Row]) -> Iterator[None]:
    """Write a sheet; one step for each row."""
    there.freeze_panes = "A2"
    for place, kind in enumerate(sheet["kinds"], 1):
        there.column_dimensions[get_column_letter(place)].width = _WIDTHS[kind]
    there.append([_head(there, title) for title in sheet["titles"]])
    count = 1
    for row in rows:
        there.append([_cell(there, kind, value) for kind, value in zip(sheet["kinds"], row, strict=True)])
        count += 1
        yield
    there.auto_filter.ref = f"A1:{get_column_letter(len(sheet['titles']))}{count}"


def _head(there: Any, title: str) -> Any:
    cell = WriteOnlyCell(there, title)
    cell.font = Font(bold=True)
    return cell


def _cell(there: Any, kind: str, value: Any) -> Any:
    if value is None or kind == "number":
        return value
    if kind == "date":
        return date.fromisoformat(value)
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not text.startswith(_NOT_TEXT):
        return text
    cell = WriteOnlyCell(there, text)
    cell.data_type = "s"
    return cell


def write_csv(path: Path, sheet: dict[str, Any]) -> None:
    """One view as CSV in UTF-8, with the mark by which Excel knows it."""
    rows = read(Path(sheet["rows"]))
    with path.open("wb") as out:
        out.write(_MARK + as_csv(pl.DataFrame([sheet["titles"]], orient="row")))
        while some := list(islice(rows, _CSV_ROWS)):
            columns = [pl.Series(str(place), column, dtype=pl.String, strict=False) for place, column in _columns(some)]
            out.write(as_csv(pl.DataFrame([neutral(column).alias(column.name) for column in columns])))


def _columns(rows: list[Row]) -> Iterator[tuple[int, list[str | None]]]:
    for place, column in enumerate(zip(*rows, strict=True)):
        yield place, [None if value is None else str(value) for value in column]


def read(path: Path) -> Iterator[Row]:
    """The rows of a file, one by one."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
