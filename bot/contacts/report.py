"""The files that come out of a check.

``accepted.csv``: UTF-8, commas, a header of the API's names, numbers in E.164 with their plus. It is for the API, so
names stay as they are. With ``batch_bytes`` it goes on in ``accepted-2.csv`` and so on, each with the header.

``rejected.csv``: the source's delimiter; ``row`` (in the source, counted from 1), the source's own columns, ``reason``.
It is for people and their sheets: a cell that a sheet would take for a formula (= + - @ and their wide forms, tab or
line break in front) gets an apostrophe in front, numbers with a plus too. For a workbook there is ``rejected.xlsx`` as
well, with cells of text, which need no apostrophe. An old .xls comes back as .xlsx: nothing maintained writes .xls.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import polars as pl

from bot.contacts import text_workbook
from bot.contacts.outcome import Target
from bot.contacts.text_workbook import TextWorkbook

_FORMULA = r"^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_MARK = b"\xef\xbb\xbf"


class AcceptedFiles:
    """``accepted.csv`` and, when it would grow beyond ``batch_bytes``, further files; their names are in ``names``."""

    def __init__(self, folder: Path, targets: Sequence[Target], batch_bytes: int | None = None) -> None:
        self.names: list[str] = []
        self._folder, self._most = folder, batch_bytes
        self._header = (",".join(targets) + "\n").encode()
        self._out: IO[bytes]
        self._size = 0
        self._next_file()

    def write(self, contacts: pl.DataFrame, text: memoryview) -> None:
        """Add contacts that ``accepted_csv`` made into text."""
        if self._most is None or self._size + len(text) <= self._most:
            self._out.write(text)
            self._size += len(text)
        elif contacts.height > 1:
            half = contacts.height // 2
            for part in (contacts[:half], contacts[half:]):
                self.write(part, accepted_csv(part))
        elif self._size > len(self._header):
            self._next_file()
            self.write(contacts, text)
        else:
            self._out.write(text)  # one contact longer than a whole batch may be: the API will say so

    def _next_file(self) -> None:
        number = len(self.names) + 1
        if self.names:
            self._out.close()
        self.names.append("accepted.csv" if number == 1 else f"accepted-{number}.csv")
        self._out = (self._folder / self.names[-1]).open("wb")
        self._size = self._out.write(self._header)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._out.close()


@dataclass(frozen=True)
class Rejected:
    """Some rejected rows, ready to be written: as CSV, and as the sheets' XML."""

    text: bytes
    sheets: list[tuple[int, bytes]]


class RejectedFiles:
    """``rejected.csv`` and, for a workbook, ``rejected.xlsx``. ``header``: the source's own column names."""

    def __init__(
        self, folder: Path, header: Sequence[str], *, delimiter: str = ",", workbook: bool = False, mark: bool = False
    ) -> None:
        self.names = ("rejected.xlsx", "rejected.csv") if workbook else ("rejected.csv",)
        self._delimiter = delimiter
        self._out = (folder / "rejected.csv").open("wb")
        self._book = TextWorkbook(folder / "rejected.xlsx", ["row", *header, "reason"]) if workbook else None
        names = [*neutral(pl.Series(["row", *header, "reason"], dtype=pl.String))]
        self._out.write(_MARK if mark else b"")
        self._out.write(as_csv(pl.DataFrame([names], orient="row"), delimiter))

    def __enter__(self) -> Self:
        if self._book:
            self._book.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._out.close()
        if self._book:
            self._book.__exit__(kind, error, tb)

    def render(self, rows: pl.Series, cells: pl.DataFrame, reasons: pl.Series, before: int) -> Rejected:
        """Rows as they are written: their numbers in the source, their cells, and why they were rejected.

        ``before``: how many rejected rows come before these. May be called in another thread.
        """
        texts = cells.with_columns(reasons.alias("reason"))
        safe = [neutral(texts[name]).alias(name) for name in cells.columns]
        text = as_csv(pl.DataFrame([rows.alias("row"), *safe, texts["reason"]]), self._delimiter)
        return Rejected(text, text_workbook.render(rows, texts, before) if self._book else [])

    def write(self, rejected: Rejected) -> None:
        """Add rows that were rendered; in their order."""
        self._out.write(rejected.text)
        if self._book:
            self._book.write(rejected.sheets)


def accepted_csv(contacts: pl.DataFrame) -> memoryview:
    """Contacts as CSV: the first column is the number's digits (Int64), which gets its plus."""
    # With the plus behind each line break no number need be made a string first: that is half of the time.
    out = io.BytesIO()
    if contacts.height:
        out.write(b"+")
        contacts.write_csv(out, include_header=False, line_terminator="\n+")
        out.truncate(out.tell() - 1)
    return out.getbuffer()


def neutral(column: pl.Series) -> pl.Series:
    """The column with an apostrophe before whatever a sheet would take for a formula."""
    risky = column.str.contains(_FORMULA).fill_null(value=False)
    return ("'" + column).zip_with(risky, column) if risky.any() else column


def as_csv(frame: pl.DataFrame, delimiter: str = ",") -> bytes:
    """The rows as CSV in UTF-8, without a header."""
    out = io.BytesIO()
    frame.write_csv(out, include_header=False, separator=delimiter)
    return out.getvalue()
