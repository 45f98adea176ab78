"""What a letter of ours says of itself: its code, its number, its pages, and where it is signed."""

import hashlib
import math
from pathlib import Path

import pypdfium2
from pypdfium2 import raw

from bot.errors import DeskError
from bot.loa.box import Box
from bot.loa.check import ink
from bot.loa.check.codes import read_codes
from bot.loa.check.rules import Expected

_ANCHOR = "/sig1/"
_CLEAR = 2.8  # points: the frame's line, and what is clear within it
_POINTS = 72


class NotALetter(DeskError):
    """{name} is no letter of ours: {why}. Name the PDF that was drawn, and then the file that came back."""


def expected_of(path: Path) -> Expected:
    """A letter that was drawn, known by its file alone. Raises NotALetter."""
    try:
        content = path.read_bytes()
        with pypdfium2.PdfDocument(content) as document:
            boxes = [box for number, page in enumerate(document, 1) if (box := _box(page, number))]
            pages = len(document)
            code = _code(document[boxes[0].page - 1]) if boxes else ""
    except (OSError, pypdfium2.PdfiumError) as error:
        raise NotALetter(name=path.name, why="it cannot be read as a PDF") from error
    if not code:
        raise NotALetter(name=path.name, why="it has no code, or no box to sign in")
    digest = hashlib.sha256(content).hexdigest()
    return Expected(path, digest, code, code.partition(" ")[0], pages, boxes[0])


def _code(page: pypdfium2.PdfPage) -> str:
    """The text of the page's QR code; empty where there is none of ours."""
    picture = page.render(scale=ink.DOTS / _POINTS).to_pil().convert("L")
    return next((code.text for code in read_codes(picture, math.inf, thorough=False)), "")


def _box(page: pypdfium2.PdfPage, number: int) -> Box | None:
    """The smallest frame around the anchor that signing services look for."""
    text = page.get_textpage()
    found = text.search(_ANCHOR).get_next()
    if found is None:
        return None
    left, bottom, right, top = text.get_charbox(found[0])
    frames = [each.get_bounds() for each in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH])]
    around = [
        frame for frame in frames if frame[0] < left and frame[1] < bottom and frame[2] > right and frame[3] > top
    ]
    if not around:
        return None
    x, y, x_end, y_end = min(around, key=lambda frame: (frame[2] - frame[0]) * (frame[3] - frame[1]))
    return Box(number, x + _CLEAR, y + _CLEAR, x_end - x - 2 * _CLEAR, y_end - y - 2 * _CLEAR)
