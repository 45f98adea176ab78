"""A contact file that was opened and understood: where its header stands and what its columns are."""

from dataclasses import dataclass, replace
from pathlib import Path

from bot.contacts.columns import Mapping, find_header, letter, map_columns
from bot.contacts.engine_errors import AForm, EmptyFile, NoSuchSheet, TooLarge
from bot.contacts.outcome import CheckOptions, CheckResult
from bot.contacts.read_csv import CsvSource
from bot.contacts.read_workbook import WorkbookSource
from bot.contacts.sniff import Kind, sniff_kind

_PREVIEW_ROWS, _PREVIEW_CELL = 6, 80


@dataclass(frozen=True)
class Table:
    """``header_row``: its number, counted from 1; 0: there is none."""

    source: CsvSource | WorkbookSource
    header_row: int
    mapping: Mapping

    @property
    def delimiter(self) -> str:
        """What stands between two cells; a comma for a workbook, which has none."""
        return self.source.delimiter if isinstance(self.source, CsvSource) else ","

    def header(self) -> list[str]:
        """The header's own words for a report; letters, as a sheet shows them, when there is no header."""
        width = self.source.width
        if not self.header_row:
            return [f"column {letter(index)}" for index in range(width)]
        words = self.source.head[self.header_row - 1][:width]
        return words + [""] * (width - len(words))

    def describe(self, country: str | None) -> CheckResult:
        """What is known before the rows are judged."""
        source = self.source
        shown = source.head[max(0, self.header_row - 1) :][:_PREVIEW_ROWS]
        result = CheckResult(
            kind=source.kind,
            columns=self.mapping.columns,
            has_header=self.header_row > 0,
            header_row=self.header_row,
            country=country,
            needs_columns=self.mapping.question,
            preview=tuple(tuple(cell[:_PREVIEW_CELL] for cell in row[: source.width]) for row in shown),
            notes=tuple(self._notes()),
        )
        if isinstance(source, CsvSource):
            return replace(result, encoding=source.encoding.name, delimiter=source.delimiter)
        hidden, others = source.hidden_sheets, source.other_sheets
        return replace(result, sheet=source.sheet, other_sheets=others, hidden_sheets=hidden)

    def _notes(self) -> list[str]:
        notes = []
        if self.header_row > 1:
            notes.append(f"The header is row {self.header_row}; what stands above it was left out.")
        if isinstance(self.source, CsvSource) and self.source.encoding.damaged:
            notes.append("Some letters of the file are damaged; they are shown as \ufffd.")
        if self.source.kind == Kind.XLS:
            notes.append("Rejected rows come back as .xlsx, because this is an old .xls file.")
        return notes


def open_table(path: Path, options: CheckOptions) -> Table:
    """Open a contact file and find out what its columns are. Raises an Unreadable when it holds no contacts."""
    _refuse_large(path, options.limit_bytes)
    source = _open(path, options.sheet)
    if isinstance(source, WorkbookSource) and source.is_form:
        raise AForm
    filled = [place for place, row in enumerate(source.head) if any(cell.strip() for cell in row)]
    if not filled:
        raise EmptyFile
    place = None if options.has_header is False else find_header(source.head)
    if options.has_header and place is None:
        place = filled[0]
    header = None if place is None else source.head[place]
    below = 0 if place is None else place + 1
    return Table(source, below, map_columns(header, source.head[below:], source.width, options.columns))


def _refuse_large(path: Path, limit: int | None) -> None:
    size = path.stat().st_size
    if not size:
        raise EmptyFile
    if limit is not None and size > limit:
        raise TooLarge(size=f"{size / 2**20:,.1f} MB", limit=f"{limit / 2**20:,.0f} MB")


def _open(path: Path, sheet: str | None) -> CsvSource | WorkbookSource:
    kind = sniff_kind(path)
    if kind is not Kind.CSV:
        return WorkbookSource(path, kind, sheet)
    if sheet is not None:
        raise NoSuchSheet(name=sheet, sheets="none, it is a CSV file")
    return CsvSource(path)
