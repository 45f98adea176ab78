"""CSV in blocks of whole records: polars reads those that keep to the rules, the ragged reader those that do not.

Every record counts as one row, as a sheet shows it: a record with line breaks in quotes is one row, a blank line is
one, Excel's ``sep=;`` line is none. The whole file is never in memory.
"""

import codecs
from collections import Counter
from collections.abc import Iterator
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from bot.contacts.block import Block
from bot.contacts.dialect import Dialect, find_dialect
from bot.contacts.encoding import BLOCK, Bytes, Encoding, find_encoding
from bot.contacts.ragged import RECORD_MAX, RaggedReader, filled

SAMPLE_ROWS = 1000
"""How many first rows are looked at to find out what a file is like."""
_SAMPLE = 1 << 20  # bytes of the file from which these rows are taken
_USUAL = 0.05  # share of rows that makes a number of cells usual
ROWS_MAX = 262_144
"""How many rows a block may have: of blank lines, a block of bytes would have millions."""
_LOOK = 128 << 10  # bytes that are looked at at once
_QUOTE, _NEWLINE, _RETURN = b'"\n\r'
Places = npt.NDArray[np.intp]
_NOWHERE: Places = np.empty(0, np.intp)


class CsvSource:
    """A CSV file: how it is written, its first rows, and all its rows in blocks."""

    kind = "csv"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.encoding: Encoding = find_encoding(path)
        with path.open("rb") as file:
            sample = file.read(_SAMPLE)
        whole = len(sample) < _SAMPLE
        text = self._decode_sample(sample)
        self._only_returns = "\r" in text and "\n" not in text  # as old Macintosh programs write lines
        text = text.replace("\r", "\n") if self._only_returns else text
        text = text if whole else text[: text.rfind("\n") + 1]
        self.dialect: Dialect = find_dialect(text)
        text = text[self.dialect.declared :]
        self.head, taken = RaggedReader(self.delimiter, 1).records(text, last=whole, most=SAMPLE_ROWS)
        self._ragged = RaggedReader(self.delimiter, self.width)
        self._bytes_per_row = len(sample) * taken / max(1, len(text) * len(self.head))

    def _decode_sample(self, sample: bytes) -> str:
        decoder = codecs.getincrementaldecoder(self.encoding.codec)("replace")
        return decoder.decode(sample[self.encoding.mark :])

    @property
    def delimiter(self) -> str:
        """What stands between two cells."""
        return self.dialect.delimiter

    @cached_property
    def width(self) -> int:
        """How many columns there are: as many as the very first row fills, or more when that is usual."""
        counts = [count for row in self.head if (count := filled(row))]
        often = max(2, _USUAL * len(counts))
        usual = [count for count, times in Counter(counts).items() if times >= often]
        return max([*counts[:1], *usual], default=1)

    @property
    def rows_expected(self) -> int:
        """About how many rows there are, from the length of the first ones."""
        return round(self._path.stat().st_size / max(1.0, self._bytes_per_row))

    def blocks(self) -> Iterator[Block]:
        """All rows in order, the header too, in blocks of about BLOCK bytes."""
        row, data = 1, b""
        for chunk, last in self._chunks():
            data += chunk
            while block := self._block(data, row, last=last):
                yield block[0]
                row += block[0].rows
                data = data[block[1] :]

    def _block(self, data: bytes, row: int, *, last: bool) -> tuple[Block, int] | None:
        """The first records of ``data`` and how many bytes they take; None when more data must come first."""
        letters = np.frombuffer(data, np.uint8)
        newlines, quotes = _places(letters, _NEWLINE), _places(letters, _QUOTE)
        end = len(data) if last else _last_end(newlines, quotes)
        if np.searchsorted(newlines, end) > ROWS_MAX:
            end = _last_end(newlines[:ROWS_MAX], quotes) or end
        if not data or (not end and len(data) <= RECORD_MAX):
            return None
        rows = count_records(letters[:end], newlines, quotes, ord(self.delimiter)) if end else None
        if rows is not None:
            return Block(row, rows, partial(self._fast, memoryview(data)[:end], rows)), end
        block, taken = self._slow(data, row, last=last)
        return (block, taken) if taken else None

    def _slow(self, data: bytes, row: int, *, last: bool) -> tuple[Block, int]:
        """The records of data that breaks the rules, and how many bytes they took."""
        end = len(data) if last else data.rfind(b"\n") + 1 or len(data)
        text = data[:end].decode("utf-8", "replace")
        records, taken = self._ragged.records(text, last=last, most=ROWS_MAX)
        frame = self._ragged.frame(records)
        return Block(row, frame.height, partial(pl.DataFrame, frame)), len(text[:taken].encode())

    def _fast(self, data: memoryview, rows: int) -> pl.DataFrame:
        """So many records, as polars reads them; where it refuses, because a row is too long, with care."""
        cells = max([self.width, *map(len, self.head)])
        header = self.delimiter.join(map(str, range(cells))).encode() + b"\n"  # fixes the number of columns
        try:
            frame = pl.read_csv(header + data, separator=self.delimiter, infer_schema=False)
        except pl.exceptions.ComputeError:
            frame = None
        if frame is not None and frame.height == rows:
            return self._cut(frame)
        return self._ragged.frame(self._ragged.records(bytes(data).decode("utf-8"), last=True)[0])

    def _cut(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The file's columns, and in one more what stands beyond them, if anything does."""
        beyond = frame[:, self.width :]
        if not beyond.width or not beyond.select(pl.any_horizontal(pl.all().is_not_null().any())).item():
            return frame[:, : self.width]
        texts = pl.concat_str(pl.all().fill_null(""), separator=self.delimiter).str.strip_chars_end(self.delimiter)
        rest = beyond.select(pl.when(texts != "").then(texts).alias(str(self.width)))
        return pl.concat([frame[:, : self.width], rest], how="horizontal")

    def _chunks(self) -> Iterator[tuple[bytes, bool]]:
        """The file in UTF-8, without its mark and its ``sep=`` line, in pieces, and whether a piece is the last one."""
        decoder = codecs.getincrementaldecoder(self.encoding.codec)("replace")
        with self._path.open("rb") as file:
            file.seek(self.encoding.mark)
            piece, skip = file.read(BLOCK), self.dialect.declared
            while piece:
                following = file.read(BLOCK)
                if not self.encoding.ready:
                    piece = decoder.decode(piece, final=not following).encode()
                if self._only_returns:
                    piece = piece.replace(b"\r", b"\n")
                yield piece[skip:], not following
                piece, skip = following, 0


def _places(letters: Bytes, letter: int) -> Places:
    """Where this letter stands; it is looked for in pieces that stay in the processor's cache."""
    pieces = range(0, len(letters), _LOOK)
    return np.concatenate([np.flatnonzero(letters[at : at + _LOOK] == letter) + at for at in pieces] or [_NOWHERE])


def _last_end(newlines: Places, quotes: Places) -> int:
    """Where the last whole record ends: behind a line break that is outside of quotes; 0 when there is none."""
    before = len(newlines)
    while before:
        end = int(newlines[before - 1]) + 1
        quoted = int(np.searchsorted(quotes, end))
        if quoted % 2 == 0:
            return end
        # Inside of quotes: go back to where this quoted cell begins.
        before = int(np.searchsorted(newlines, quotes[quoted - 1]))
    return 0


def count_records(letters: Bytes, newlines: Places, quotes: Places, delimiter: int) -> int | None:
    """How many records there are; None when a quote stands where the rules do not allow one.

    Quotes come in pairs. The first of a pair stands at a cell's beginning, the second at its end; a doubled quote in a
    cell looks like an end and a beginning side by side. ``newlines`` and ``quotes``: where these stand.
    """
    newlines = newlines[: np.searchsorted(newlines, len(letters))]
    quotes = quotes[: np.searchsorted(quotes, len(letters))]
    lines = len(newlines) + int(letters[-1] != _NEWLINE)
    if not len(quotes):
        return lines
    if len(quotes) % 2:
        return None
    opening, closing = quotes[::2], quotes[1::2]
    before = letters[opening - 1]
    before[0] = before[0] if opening[0] else _NEWLINE
    after = letters[np.minimum(closing + 1, len(letters) - 1)]
    if closing[-1] == len(letters) - 1:
        after[-1] = _NEWLINE
    starts = (before == delimiter) | (before == _NEWLINE) | (before == _QUOTE)
    returns = after == _RETURN
    ends = (after == delimiter) | (after == _NEWLINE) | returns | (after == _QUOTE)
    lone_returns = letters[np.minimum(closing[returns] + 2, len(letters) - 1)] != _NEWLINE
    if not (starts.all() and ends.all()) or lone_returns.any():
        return None
    return lines - int((np.searchsorted(newlines, closing) - np.searchsorted(newlines, opening)).sum())
