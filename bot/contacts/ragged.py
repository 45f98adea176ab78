"""CSV that does not keep to the rules: quotes that never close, rows with too few or too many cells.

Slow and forgiving, for the blocks that polars refuses. A record that is well formed is read by the rules. Where a quote
breaks them, the line stands for itself and its quotes are letters, so one bad quote spoils one row, never the rest.
"""

import re
import sys
from collections.abc import Sequence

import polars as pl

RECORD_MAX = 1 << 20
"""The longest record in bytes, line breaks included; a quote that stays open for longer is a letter."""


def filled(row: Sequence[str]) -> int:
    """How many cells a row has, without the blank ones at its end."""
    return next((place for place in range(len(row), 0, -1) if row[place - 1].strip()), 0)


class RaggedReader:
    """Reads records of ``width`` cells; what a record has beyond that is kept in a further column, ``str(width)``."""

    def __init__(self, delimiter: str, width: int) -> None:
        self.width = width
        self._delimiter = delimiter
        outside = rf'[^"{re.escape(delimiter)}\n]*+'
        inside = r'[^"]*+(?:""[^"]*+)*+'
        quoted = rf'"{inside}"\r?'
        cells = rf"(?:{quoted}|{outside})(?:{re.escape(delimiter)}(?:{quoted}|{outside}))*+"
        self._record = re.compile(cells + r"(?:\n|\Z)")
        self._open_quote = re.compile(rf'(?:(?:{quoted}|{outside}){re.escape(delimiter)})*+"{inside}\Z')
        self._cell = re.compile(
            rf'"({inside})"\r?(?={re.escape(delimiter)}|\Z)|({outside})(?={re.escape(delimiter)}|\Z)'
        )

    def records(self, text: str, *, last: bool, most: int = sys.maxsize) -> tuple[list[list[str]], int]:
        """The first records of ``text``, at most so many, and how many characters they took.

        When more text follows (not ``last``), ``text`` ends with a line, and a record that may go on is left alone.
        """
        records: list[list[str]] = []
        place = 0
        while place < len(text) and len(records) < most:
            end = self._end(text, place)
            if end is None:
                if not last and self._open_quote.match(text, place) and len(text) - place < RECORD_MAX:
                    break
                end = text.find("\n", place) + 1 or len(text)
                records.append(self._literal(text[place:end].rstrip("\r\n")))
            else:
                records.append(self._cells(text[place:end].removesuffix("\n").removesuffix("\r")))
            place = end
        return records, place

    def frame(self, records: Sequence[Sequence[str]]) -> pl.DataFrame:
        """Records as columns of text, named "0", "1", ...; cells that a record does not have are null."""
        width, tail = self.width, self._delimiter
        columns = [[row[i] if i < len(row) else None for row in records] for i in range(width)]
        data = {str(i): pl.Series(column, dtype=pl.String) for i, column in enumerate(columns)}
        if any(len(row) > width for row in records):
            rest = [tail.join(row[width : max(width, filled(row))]) or None for row in records]
            data[str(width)] = pl.Series(rest, dtype=pl.String)
        return pl.DataFrame(data)

    def _end(self, text: str, place: int) -> int | None:
        """Where the record that begins here ends, when it keeps to the rules."""
        found = self._record.match(text, place)
        return found.end() if found and found.end() - place <= RECORD_MAX else None

    def _cells(self, record: str) -> list[str]:
        if '"' not in record:
            return record.split(self._delimiter)
        cells, place = [], 0
        while place <= len(record):
            found = self._cell.match(record, place)
            if found is None:
                return self._literal(record)
            cells.append(found[2] if found[1] is None else found[1].replace('""', '"'))
            place = found.end() + 1
        return cells

    def _literal(self, line: str) -> list[str]:
        """A line whose quotes break the rules: cut at each delimiter; quotes around a cell or before it are dropped."""
        cells = [cell.strip() for cell in line.split(self._delimiter)]
        return [c[1:-1] if len(c) > 1 and c[0] == c[-1] == '"' else c.removeprefix('"') for c in cells]
