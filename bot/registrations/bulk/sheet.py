"""Reads the workbook of sender IDs, or CSV with its columns, with the readers of contact files. Runs in the child."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.contacts import engine_errors
from bot.contacts.read_csv import CsvSource
from bot.contacts.read_workbook import WorkbookSource
from bot.contacts.sniff import Kind, sniff_kind
from bot.registrations.bulk.columns import (
    COLUMNS,
    FORM,
    HELP_SHEET,
    MARK_SHEET,
    REASON,
    ROWS_MAX,
    SHEET,
    by_title,
)
from bot.registrations.bulk.reading import Reading, Row
from bot.registrations.bulk.rules import (
    ColumnsMissing,
    NoColumns,
    NotAWorkbook,
    NothingInIt,
    TooHeavy,
    TooManyRows,
)

_OURS = frozenset({SHEET, HELP_SHEET, MARK_SHEET})
_HEADER_WITHIN = 10
"""The titles stand in one of the first rows."""
_OTHERS_SHOWN = 5


def read(path: Path) -> Reading:
    """Read a workbook. Raises Unusable, or the engine's Unreadable where its sentence says it as well."""
    try:
        kind = sniff_kind(path)
        mark, source, others = _open(path, kind)
        titles, first = _header(source)
    except engine_errors.WrongType as error:
        raise NotAWorkbook(what=error.facts["what"]) from error
    except engine_errors.EmptyFile as error:
        raise NothingInIt(sheet=SHEET) from error
    except (engine_errors.TooMuchInside, engine_errors.TooMuchWork) as error:
        raise TooHeavy(what="This file is far larger inside than it looks") from error
    places = by_title(titles)
    rows: list[Row] = []
    beyond = 0
    for row in _rows(source, first, places):
        if len(rows) < ROWS_MAX:
            rows.append(row)
        else:
            beyond += 1
    if not rows:
        raise NothingInIt(sheet=SHEET)
    if beyond:
        raise TooManyRows(found=f"{ROWS_MAX + beyond:,}", most=ROWS_MAX)
    known = set(places.values())
    strange = [title.strip() for place, title in enumerate(titles) if place not in known and title.strip()]
    return Reading(
        rows=tuple(rows),
        country=mark.get("country", "").upper()[:2],
        version=int(mark["version"]) if mark.get("version", "").isdigit() else 0,
        other_sheets=tuple(others[:_OTHERS_SHOWN]),
        other_columns=tuple(title[:40] for title in strange if title != REASON)[:_OTHERS_SHOWN],
    )


Source = CsvSource | WorkbookSource


def _open(path: Path, kind: Kind) -> tuple[dict[str, str], Source, list[str]]:
    """The workbook's mark, the sheet with the rows, and the names of sheets that are nobody's of ours."""
    if kind is Kind.CSV:
        return {}, CsvSource(path), []
    first = WorkbookSource(path, kind)
    names = [first.sheet, *first.other_sheets, *first.hidden_sheets]
    source = first if first.sheet == SHEET or SHEET not in names else WorkbookSource(path, kind, SHEET)
    mark = _mark(WorkbookSource(path, kind, MARK_SHEET)) if MARK_SHEET in names else {}
    visible = [first.sheet, *first.other_sheets]
    return mark, source, [name for name in visible if name not in _OURS and name != source.sheet]


def _mark(source: WorkbookSource) -> dict[str, str]:
    """What the hidden sheet says; nothing when it is another form's."""
    said = {row[0]: row[1] for row in source.head if len(row) > 1}
    return said if said.get("form") == FORM else {}


def _header(source: Source) -> tuple[list[str], int]:
    """The row of titles, and its place from 0. Raises NoColumns, ColumnsMissing."""
    for place, titles in enumerate(source.head[:_HEADER_WITHIN]):
        found = by_title(titles)
        if "sender_id" not in found:
            continue
        if missing := [column.title for column in COLUMNS if column.code not in found and not column.optional]:
            raise ColumnsMissing(missing=_missing(missing))
        return titles, place
    raise NoColumns


def _missing(titles: Sequence[str]) -> str:
    names = " and ".join(f"“{title}”" for title in titles)
    return f"The column {names} is" if len(titles) == 1 else f"The columns {names} are"


def _rows(source: Source, header: int, places: dict[str, int]) -> Iterator[Row]:
    """The filled rows below the titles."""
    for number, cells in _every_row(source):
        if number <= header + 1:
            continue
        told = {code: _tidy(cells[place]) if place < len(cells) else "" for code, place in places.items()}
        if any(told.values()):
            yield Row(number, told)


def _every_row(source: Source) -> Iterator[tuple[int, list[str]]]:
    for block in source.blocks():
        for number, cells in enumerate(block.frame().iter_rows(), block.first_row):
            yield number, [str(cell or "") for cell in cells]


def _tidy(cell: str) -> str:
    """A cell without the blanks around it, and without the apostrophe that keeps a sheet from computing it."""
    text = cell.strip().removeprefix("\ufeff")
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@"} else text
