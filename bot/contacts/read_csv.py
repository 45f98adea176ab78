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
import polars as pl

from bot.contacts.block import Block
from bot.contacts.dialect import Dialect, find_dialect
from bot.contacts.encoding import BLOCK, Encoding, find_encoding
from bot.contacts.ragged import RECORD_MAX, RaggedReader, filled

SAMPLE_ROWS = 1000
"""How many first rows are looked at to find out what a file is like."""
_SAMPLE = 1 << 20  # bytes of the file from which these rows are taken
_USUAL = 0.05  # share of rows that makes a number of cells usual
ROWS_MAX = 262_144
"""How many rows a block may have: of blank lines, a block of bytes would have millions."""
_DENSE = 64  # letters for each cell in quotes: below that, line breaks in them are counted all at once
_QUOTE, _NEWLINE, _RETURN = b'"\n\r'


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
        end = len(data) if last else _last_end(data)
        if _breaks(data, end) > ROWS_MAX:
            end = _first_rows(data) or end
        if not data or (not end and len(data) <= RECORD_MAX):
            return None
        whole = data[:end] if end < len(data) else data
        rows = count_records(whole, ord(self.delimiter)) if end else None
        if rows is not None:
            return Block(row, rows, partial(self._fast, whole, rows)), end
        block, taken = self._slow(data, row, last=last)
        return (block, taken) if taken else None

    def _slow(self, data: bytes, row: int, *, last: bool) -> tuple[Block, int]:
        """The records of data that breaks the rules, and how many bytes they took."""
        end = len(data) if last else data.rfind(b"\n") + 1 or len(data)
        text = data[:end].decode("utf-8", "replace")
        records, taken = self._ragged.records(text, last=last, most=ROWS_MAX)
        frame = self._ragged.frame(records)
        return Block(row, frame.height, partial(pl.DataFrame, frame)), len(text[:taken].encode())

    def _fast(self, data: bytes, rows: int) -> pl.DataFrame:
        """So many records, as polars reads them; where it refuses, because a row is too long, with care."""
        cells = max([self.width, *map(len, self.head)])
        header = self.delimiter.join(map(str, range(cells))).encode() + b"\n"  # fixes the number of columns
        try:
            frame = pl.read_csv(header + data, separator=self.delimiter, infer_schema=False)
        except pl.exceptions.ComputeError:
            frame = None
        if frame is not None and frame.height == rows:
            return self._cut(frame)
        return self._ragged.frame(self._ragged.records(data.decode("utf-8"), last=True)[0])

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


def _breaks(data: bytes, end: int) -> int:
    """How many line breaks stand before ``end``; numpy counts them ten times as fast as ``bytes.count``."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8, end) == _NEWLINE)) if end else 0


def _first_rows(data: bytes) -> int:
    """Where about ROWS_MAX rows end; 0 when that place is not found."""
    breaks = np.flatnonzero(np.frombuffer(data, np.uint8) == _NEWLINE)
    return _last_end(data[: int(breaks[ROWS_MAX - 1]) + 1])


def _last_end(data: bytes) -> int:
    """Where the last whole record ends: behind a line break that is outside of quotes; 0 when there is none."""
    end = data.rfind(b"\n") + 1
    if b'"' not in data:
        return end
    quotes = np.flatnonzero(np.frombuffer(data, np.uint8) == _QUOTE)
    while end and np.searchsorted(quotes, end) % 2:
        # Inside of quotes: go back to where this quoted cell begins.
        opening = int(quotes[np.searchsorted(quotes, end) - 1])
        end = data.rfind(b"\n", 0, opening) + 1
    return end


def count_records(data: bytes, delimiter: int) -> int | None:
    """How many records there are; None when a quote stands where the rules do not allow one.

    Quotes come in pairs. The first of a pair stands at a cell's beginning, the second at its end; a doubled quote in a
    cell looks like an end and a beginning side by side.
    """
    breaks = _breaks(data, len(data))
    unended = not data.endswith(b"\n")
    letters = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(letters == _QUOTE) if b'"' in data else np.empty(0, np.intp)
    if not len(quotes):
        return breaks + unended
    if len(quotes) % 2:
        return None
    opening, closing = quotes[::2], quotes[1::2]
    before = letters[opening - 1] if opening[0] else np.append(_NEWLINE, letters[opening[1:] - 1])
    after = letters[np.minimum(closing + 1, len(letters) - 1)]
    if closing[-1] == len(letters) - 1:
        after[-1] = _NEWLINE
    starts = (before == delimiter) | (before == _NEWLINE) | (before == _QUOTE)
    returns = after == _RETURN
    ends = (after == delimiter) | (after == _NEWLINE) | returns | (after == _QUOTE)
    lone_returns = letters[np.minimum(closing[returns] + 2, len(letters) - 1)] != _NEWLINE
    if not (starts.all() and ends.all()) or lone_returns.any():
        return None
    if len(opening) * _DENSE < len(data):
        inside = sum(data.count(b"\n", start, end) for start, end in zip(opening, closing, strict=True))
    else:
        newlines = np.flatnonzero(letters == _NEWLINE)
        inside = int((np.searchsorted(newlines, closing) - np.searchsorted(newlines, opening)).sum())
    return breaks - inside + unended
