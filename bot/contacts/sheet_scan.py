"""A look at every cell of a sheet before a library builds it: how far it reaches, and what would be lost.

The library makes room for every cell up to the last row and the last column, so two cells in far corners are enough to
exhaust any memory. It also shows cells with an error (#N/A) and formulas without a result as empty. Both are found here
in the XML as it is inflated: by columns of bytes where cells are written as Excel writes them, one by one elsewhere.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape

import numpy as np
import numpy.typing as npt

from bot.contacts.engine_errors import TooMuchInside
from bot.contacts.workbook import CELL_TEXT_MAX, refuse_long_text

ROWS_MAX, COLUMNS_MAX = 1_048_576, 256
"""Excel's rows; its columns are more, but no list of contacts has as many."""
CELLS_MAX = 16_000_000
"""Rows times columns that may be built: a library takes about 40 bytes for each."""
CLOSELY_MAX = 8_000_000
"""Cells that are looked at one by one, in about ten seconds: none of them is as Excel writes it."""
LOST_MAX = 2_000_000
"""Cells with an error or without a result; each takes about 150 bytes."""
_END = re.compile(rb"<(?:/(?:\w+:)?(?:c|row)|(?:\w+:)?c(?:\s[^<>]*)?/)>")
_NEAR = 4096
_ROW_OR_CELL = re.compile(rb"<(/?)(?:\w+:)?(row|c)(?=[\s/>])([^<>]*)>")
_ROW_NUMBER = re.compile(rb"\br\s*=\s*[\"']([0-9]{1,9})[\"']")
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,4})([0-9]{1,9})[\"']")
_TYPE = re.compile(rb"\bt\s*=\s*[\"'](\w+)[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^<>]*)?>([^<]+)<")
_INLINE = re.compile(rb"<(?:\w+:)?is\b")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^<>]*>([^<]*)")
_NO_RESULT = (b"f></c>", b"f><v></", b"f><v/>", b"f><v />", b"/></c>")
"""What stands in XML in which a formula has no result, in Excel's spelling."""
_FORMULA_SHOWN = 100  # characters of a formula that a report repeats


@dataclass
class SheetScan:
    """How far the cells with a value reach: greatest row, first and greatest column, from 1 (0: there is none)."""

    rows: int = 0
    first_column: int = 0
    columns: int = 0
    lost: list[tuple[int, int, str]] = field(default_factory=list)
    """Cells that a library shows as empty: row and column from 1, and what to show, the error or the formula."""
    lost_rows: int = 0
    lost_columns: int = 0
    here: tuple[int, int] = (0, 0)
    """Row and column of the last cell, for cells that do not say where they are."""
    looked_closely: int = 0
    """Cells that were looked at one by one."""

    def reach(self, rows: int, first_column: int, columns: int) -> None:
        """There are cells with a value in these bounds."""
        self.rows, self.columns = max(self.rows, rows), max(self.columns, columns)
        self.first_column = min(self.first_column or first_column, first_column)

    def lose(self, row: int, column: int, shown: str) -> None:
        """There is a cell that a library shows as empty."""
        self.lost.append((row, column, shown))
        self.lost_rows, self.lost_columns = max(self.lost_rows, row), max(self.lost_columns, column)


@dataclass(frozen=True)
class _Part:
    """A part of a sheet's XML that ends with a cell. ``usual``: its tags have no prefix, as in ``x:c``."""

    data: bytes
    usual: bool


@dataclass(frozen=True)
class _Bounds:
    """The cells with a value in a part: greatest row, first and greatest column, row and column of the last one."""

    rows: int
    first_column: int
    columns: int
    last: tuple[int, int]


def scan_sheet(pieces: Iterable[bytes]) -> SheetScan:
    """Look at all cells of a sheet's XML. Raises TooMuchInside when it reaches too far or holds too long a text."""
    scan = SheetScan()
    for part in _parts(pieces):
        bounds = _look(part)
        if bounds is None:
            _look_closely(scan, part.data)
        elif bounds.rows:
            scan.reach(bounds.rows, bounds.first_column, bounds.columns)
            scan.here = bounds.last
        _refuse_far_cells(scan)
    return scan


def _parts(pieces: Iterable[bytes]) -> Iterator[_Part]:
    """The XML, cut behind cells. Raises TooMuchInside when a text has no end."""
    rest, usual = b"", None
    for piece in pieces:
        data = rest + piece
        usual = b"<worksheet" in data if usual is None else usual
        # A cell that is cut in two waits for its other half.
        end = data.rfind(b"</c>") + 4 if usual and b"</c>" in data[-_NEAR:] else _last_end(data)
        if len(data) - end > 2 * CELL_TEXT_MAX:
            end = max(data.rfind(b"<"), 0)
        refuse_long_text(data)
        yield _Part(data[:end], usual)
        rest = data[end:]
    yield _Part(rest, bool(usual))


def _last_end(data: bytes) -> int:
    """Where the last cell or row ends; 0 when none does."""
    return max((found.end() for found in _END.finditer(data)), default=0)


def _refuse_far_cells(scan: SheetScan) -> None:
    rows, columns = max(scan.rows, scan.lost_rows), max(scan.columns, scan.lost_columns)
    if rows > ROWS_MAX or columns > COLUMNS_MAX or rows * columns > CELLS_MAX:
        raise TooMuchInside(what=f"cells up to row {rows:,} and column {columns:,}")
    if len(scan.lost) > LOST_MAX:
        raise TooMuchInside(what=f"more than {LOST_MAX:,} cells with errors")
    if scan.looked_closely > CLOSELY_MAX:
        raise TooMuchInside(what=f"more than {CLOSELY_MAX:,} cells in an unusual spelling")


def _look(part: _Part) -> _Bounds | None:
    """The bounds of a part whose cells are written as Excel writes them; None: it must be looked at closely."""
    letters = np.frombuffer(part.data + b"\0" * 16, np.uint8)
    tags = np.flatnonzero(letters[:-16] == ord("<"))
    kinds = letters.take(tags + 1)
    cells = np.flatnonzero(kinds == ord("c"))
    at = tags.take(cells)
    usual = (letters.take(at + 2) == ord(" ")) & (letters.take(at + 3) == ord("r")) & (letters.take(at + 5) == ord('"'))
    errors = b"#" in part.data and b't="e"' in part.data
    formulas = (kinds == ord("f")).any() and any(sign in part.data for sign in _NO_RESULT)
    if errors or formulas or not part.usual or not usual.all():
        return None
    # A cell with a value is followed by the tag of the value: v, is (a text) or f (a formula).
    follows = np.append(kinds, 0).take(cells + 1)
    filled = at[(follows == ord("v")) | (follows == ord("i")) | (follows == ord("f"))]
    if not len(filled):
        return _Bounds(0, 0, 0, (0, 0))
    rows, columns = _references(letters, filled + 6)
    last = (int(rows[-1]), int(columns[-1]))
    return _Bounds(int(rows.max()), int(columns.min()), int(columns.max()), last)


def _references(letters: npt.NDArray[np.uint8], at: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.int64], ...]:
    """Rows and columns of the references (like AB12) that begin at these places."""
    second = letters.take(at + 1) >= ord("A")
    columns = letters.take(at).astype(np.int64) - 64
    digits = at + 1
    if second.any():
        third = second & (letters.take(at + 2) >= ord("A"))
        columns = np.where(second, columns * 26 + letters.take(at + 1) - 64, columns)
        columns = np.where(third, columns * 26 + letters.take(at + 2) - 64, columns)
        digits = digits + second + third
    rows, going = np.zeros(len(at), np.int64), np.ones(len(at), bool)
    for place in range(8):
        digit = letters.take(digits + place) - 48
        going &= digit < 10  # noqa: PLR2004 - a decimal digit
        if not going.any():
            break
        rows = np.where(going, rows * 10 + digit, rows)
    return rows, columns


def _look_closely(scan: SheetScan, data: bytes) -> None:
    """Every cell, whatever its spelling. What stands between a cell's tag and the next such tag is its content."""
    row, column = scan.here
    tags = _ROW_OR_CELL.finditer(data)
    tag = next(tags, None)
    while tag:
        following = next(tags, None)
        closing, kind, attributes = tag.groups()
        if kind == b"row" and not closing:
            number = _ROW_NUMBER.search(attributes)
            row, column = int(number[1]) if number else row + 1, 0
        elif not closing:
            reference = _REFERENCE.search(attributes) if attributes else None
            row, column = (int(reference[2]), _column(reference[1])) if reference else (row, column + 1)
            _take(scan, row, column, attributes, data[tag.end() : following.start() if following else len(data)])
        tag = following
    scan.here = (row, column)


def _take(scan: SheetScan, row: int, column: int, attributes: bytes, body: bytes) -> None:
    """A cell, with its tag's attributes and what it contains."""
    scan.looked_closely += 1
    if not body and b"t" not in attributes:
        return
    if lost := _lost(attributes, body):
        scan.lose(row, column, lost)
    if _VALUE.search(body) or _INLINE.search(body) or b"str" in attributes:
        scan.reach(row, column, column)


def _lost(attributes: bytes, body: bytes) -> str:
    """What to show for a cell that a library shows as empty; nothing for all others."""
    kind, value = _TYPE.search(attributes), _VALUE.search(body)
    if kind and kind[1] == b"e":
        return _text(value[1]) if value else "#N/A"
    formula = None if value or (kind and kind[1] == b"str") else _FORMULA.search(body)
    return "=" + _text(formula[1])[:_FORMULA_SHOWN] if formula else ""


def _text(xml: bytes) -> str:
    return unescape(xml.decode("utf-8", "replace"))


def _column(letters: bytes) -> int:
    """A column's letters as its number from 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
