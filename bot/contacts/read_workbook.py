"""Workbooks: fastexcel builds the sheet, as text, after its parts were looked at."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import fastexcel
import polars as pl

from bot.contacts.block import Block
from bot.contacts.engine_errors import Broken, EmptyFile, NoSuchSheet, OnlyHiddenRows, PasswordProtected
from bot.contacts.load_sheet import Loading, ahead, as_texts, named
from bot.contacts.read_csv import SAMPLE_ROWS
from bot.contacts.sheet_scan import SheetScan, scan_sheet
from bot.contacts.sniff import Kind
from bot.contacts.workbook import FORM_SHEET, SHEET_MAX, STRINGS_MAX, Workbook, check_strings

BLOCK_ROWS, BLOCK_CELLS = 65_536, 1 << 18
"""How many rows and cells go together at most: a row of 256 cells takes as much memory as many narrow ones."""


class WorkbookSource:
    """One sheet of a workbook: the one that is asked for, else the first that people see and that has rows.

    ``other_sheets``: further visible sheets with rows; ``hidden_sheets``: sheets that Excel does not show.
    """

    encoding = None

    def __init__(self, path: Path, kind: Kind, sheet: str | None = None) -> None:
        self.kind = str(kind)
        self.sheet = ""
        self.other_sheets: tuple[str, ...] = ()
        self.hidden_sheets: tuple[str, ...] = ()
        try:
            frame = self._open_xlsx(path, sheet) if kind is Kind.XLSX else self._open_xls(path, sheet)
        except fastexcel.FastExcelError as error:
            # The library's message holds the file's path: it is not shown.
            if "password" in str(error).lower():
                raise PasswordProtected from error
            raise Broken(what="its sheet cannot be read") from error
        self._frame = frame.rename({name: str(index) for index, name in enumerate(frame.columns)})
        self.head: list[list[str]] = [[cell or "" for cell in row] for row in self._frame.head(SAMPLE_ROWS).rows()]

    @property
    def is_form(self) -> bool:
        """Whether the desk itself gave out this workbook, to be filled in with something else than contacts."""
        return FORM_SHEET in {self.sheet, *self.other_sheets, *self.hidden_sheets}

    @property
    def width(self) -> int:
        """How many columns there are, from the sheet's first one."""
        return self._frame.width

    @property
    def rows_expected(self) -> int:
        """How many rows there are."""
        return self._frame.height

    def blocks(self) -> Iterator[Block]:
        """All rows in order, from the sheet's first one."""
        rows = min(BLOCK_ROWS, BLOCK_CELLS // max(1, self.width))
        for start in range(0, self._frame.height, rows):
            part = self._frame.slice(start, rows)
            yield Block(start + 1, part.height, partial(pl.DataFrame, part))

    def _open_xlsx(self, path: Path, wanted: str | None) -> pl.DataFrame:
        with Workbook(path) as book:
            book.check_styles()
            visible = [sheet.name for sheet in book.sheets if sheet.visible]
            self.hidden_sheets = tuple(sheet.name for sheet in book.sheets if not sheet.visible)
            filled = [sheet.name for sheet in book.sheets if sheet.name == wanted or book.has_rows(sheet)]
            chosen = self._choose(wanted, visible, filled, [sheet.name for sheet in book.sheets])
            part = next(sheet for sheet in book.sheets if sheet.name == chosen).part
            with Loading(path, chosen) as loading:
                for strings in book.strings:
                    check_strings(ahead(book.pieces(strings, STRINGS_MAX), loading.open))
                scan = scan_sheet(ahead(book.pieces(part, SHEET_MAX), loading.load))
                return _from_column_a(loading.frame(), scan)

    def _open_xls(self, path: Path, wanted: str | None) -> pl.DataFrame:
        frames = {}
        visible = []
        with named(path, Kind.XLS) as link:
            reader = fastexcel.read_excel(link)
            for name in reader.sheet_names:
                sheet = as_texts(reader, name)
                frames[name] = sheet.to_polars()
                if sheet.visible == "visible":
                    visible.append(name)
        self.hidden_sheets = tuple(name for name in frames if name not in visible)
        filled = [name for name, frame in frames.items() if frame.height]
        return frames[self._choose(wanted, visible, filled, list(frames))]

    def _choose(self, wanted: str | None, visible: list[str], filled: list[str], every: list[str]) -> str:
        if wanted is not None:
            names = [name for name in every if name == wanted] or [
                name for name in every if name.strip().casefold() == wanted.strip().casefold()
            ]
            if not names:
                raise NoSuchSheet(name=wanted, sheets=", ".join(every))
            self.sheet = names[0]
        elif candidates := [name for name in visible if name in filled]:
            self.sheet = candidates[0]
        elif filled:
            raise OnlyHiddenRows(sheets=", ".join(filled))
        else:
            raise EmptyFile
        self.other_sheets = tuple(name for name in visible if name in filled and name != self.sheet)
        return self.sheet


def _from_column_a(frame: pl.DataFrame, scan: SheetScan) -> pl.DataFrame:
    """The sheet from its column A on, with the cells put back that the library shows as empty."""
    skipped = max(0, scan.first_column - 1)
    columns = [
        pl.Series(f"before {i}", [None], dtype=pl.String).new_from_index(0, frame.height) for i in range(skipped)
    ]
    columns += frame.get_columns()
    height = max([frame.height, *(row for row, _, _ in scan.lost)])
    width = max([len(columns), *(column for _, column, _ in scan.lost)])
    columns += [pl.Series(f"behind {i}", [], dtype=pl.String) for i in range(len(columns), width)]
    columns = [c.extend_constant(None, height - len(c)) if len(c) < height else c for c in columns]
    for index in {column - 1 for _, column, _ in scan.lost}:
        here = [(row - 1, text) for row, column, text in scan.lost if column - 1 == index]
        columns[index] = columns[index].scatter([row for row, _ in here], [text for _, text in here])
    return pl.DataFrame([column.rename(str(i)) for i, column in enumerate(columns)])
