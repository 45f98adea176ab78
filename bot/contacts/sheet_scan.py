"""A look at every cell of a sheet before a library builds it: how far it reaches, and what would be lost.

The library makes room for every cell up to the last row and the last column, so two cells in far corners are enough to
exhaust any memory. It also shows cells with an error (#N/A) and formulas without a result as empty. Both are found here
in the XML as it is inflated: by columns of bytes where cells are written as Excel writes them, one by one elsewhere.
"""

import re
from collections.abc import Iterable
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
_ENDS = (b"</c>", b":c>", b"</row>", b":row>")
_ROW_OR_CELL = re.compile(
    rb"<(?:\w+:)?row\b([^<>]*)>|<(?:\w+:)?c(\s[^<>]*?)?(?:/>|>(.*?)</(?:\w+:)?c>)",
    re.DOTALL,
)
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
    here: tuple[int, int] = (0, 0)
    """Row and column of the last cell, for cells that do not say where they are."""

    def reach(self, rows: int, first_column: int, columns: int) -> None:
        """There are cells with a value in these bounds."""
        self.rows, self.columns = max(self.rows, rows), max(self.columns, columns)
        self.first_column = min(self.first_column or first_column, first_column)


def scan_sheet(pieces: Iterable[bytes]) -> SheetScan:
    """Look at all cells of a sheet's XML. Raises TooMuchInside when it reaches too far or holds too long a text."""
    scan, rest = SheetScan(), b""
    for piece in pieces:
        data = rest + piece
        # A cell that is cut in two waits for its other half.
        end = max((place + len(tag) for tag in _ENDS if (place := data.rfind(tag)) >= 0), default=0)
        if len(data) - end > 2 * CELL_TEXT_MAX:
            end = max(data.rfind(b"<"), 0)
        refuse_long_text(data)
        _look(scan, data[:end])
        _refuse_far_cells(scan)
        rest = data[end:]
    _look(scan, rest)
    _refuse_far_cells(scan)
    return scan


def _refuse_far_cells(scan: SheetScan) -> None:
    if scan.rows > ROWS_MAX or scan.columns > COLUMNS_MAX or scan.rows * scan.columns > CELLS_MAX:
        raise TooMuchInside(what=f"cells up to row {scan.rows:,} and column {scan.columns:,}")


def _look(scan: SheetScan, data: bytes) -> None:
    letters = np.frombuffer(data + b"\0" * 16, np.uint8)
    tags = np.flatnonzero(letters[:-16] == ord("<"))
    kinds = letters[tags + 1]
    cells = np.flatnonzero(kinds == ord("c"))
    at = tags[cells]
    usual = (letters[at + 2] == ord(" ")) & (letters[at + 3] == ord("r")) & (letters[at + 5] == ord('"'))
    formulas = (kinds == ord("f")).any() and any(sign in data for sign in _NO_RESULT)
    if formulas or not usual.all() or b't="e"' in data or b":c>" in data or b":c " in data:
        _look_closely(scan, data)
        return
    # A cell with a value is followed by the tag of the value: v, is (a text) or f (a formula).
    follows = np.append(kinds, 0)[cells + 1]
    filled = at[(follows == ord("v")) | (follows == ord("i")) | (follows == ord("f"))]
    if len(filled):
        rows, columns = _references(letters, filled + 6)
        scan.reach(int(rows.max()), int(columns.min()), int(columns.max()))
        scan.here = (int(rows[-1]), int(columns[-1]))


def _references(letters: npt.NDArray[np.uint8], at: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.int64], ...]:
    """Rows and columns of the references (like AB12) that begin at these places."""
    second = letters[at + 1] >= ord("A")
    third = second & (letters[at + 2] >= ord("A"))
    columns = letters[at].astype(np.int64) - 64
    if second.any():
        columns = np.where(second, columns * 26 + letters[at + 1] - 64, columns)
        columns = np.where(third, columns * 26 + letters[at + 2] - 64, columns)
    digits = at + 1 + second + third
    rows, going = np.zeros(len(at), np.int64), np.ones(len(at), bool)
    for place in range(8):
        digit = letters[digits + place] - 48
        going &= digit < 10  # noqa: PLR2004 - a decimal digit
        if not going.any():
            break
        rows = np.where(going, rows * 10 + digit, rows)
    return rows, columns


def _look_closely(scan: SheetScan, data: bytes) -> None:
    row, column = scan.here
    for found in _ROW_OR_CELL.finditer(data):
        if found[1] is not None:
            number = _ROW_NUMBER.search(found[1])
            row, column = int(number[1]) if number else row + 1, 0
            continue
        reference = _REFERENCE.search(found[2] or b"")
        row, column = (int(reference[2]), _column(reference[1])) if reference else (row, column + 1)
        body = found[3] or b""
        lost = _lost(found[2] or b"", body)
        if lost:
            scan.lost.append((row, column, lost))
        if _VALUE.search(body) or _INLINE.search(body) or b"str" in (found[2] or b""):
            scan.reach(row, column, column)
    scan.here = (row, column)


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
