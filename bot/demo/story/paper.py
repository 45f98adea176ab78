"""A letter on paper, as people print, sign and scan it."""

import io
import math
from collections.abc import Iterator

import pypdfium2
from PIL import Image, ImageDraw

_SCALE = 150 / 72
"""Of an ordinary scan: 150 dots an inch."""
_ANCHOR = "/sig1/"
"""Stands in the box where the letter is signed, in white."""
_INK = (25, 35, 120)


def scanned(letter: bytes, *, signed: bool) -> bytes:
    """The letter's pages printed, signed or not, and scanned a little crooked: a PDF of pictures."""
    with pypdfium2.PdfDocument(letter) as document:
        sheets = [_printed(page, signed=signed) for page in document]
    scan = io.BytesIO()
    sheets[0].save(scan, "PDF", save_all=True, append_images=sheets[1:], resolution=150)
    return scan.getvalue()


def _printed(page: pypdfium2.PdfPage, *, signed: bool) -> Image.Image:
    sheet = page.render(scale=_SCALE).to_pil().convert("RGB")
    if signed:
        draw = ImageDraw.Draw(sheet)
        for left, bottom in _places(page):
            draw.line(list(_stroke(left * _SCALE, sheet.height - bottom * _SCALE)), fill=_INK, width=4, joint="curve")
    crooked: Image.Image = sheet.rotate(0.6, fillcolor="white", resample=Image.Resampling.BICUBIC)
    return crooked


def _places(page: pypdfium2.PdfPage) -> Iterator[tuple[float, float]]:
    """Where the page is to be signed, in points from its lower left corner."""
    text = page.get_textpage()
    found = text.search(_ANCHOR)
    while (place := found.get_next()) is not None:
        left, bottom, _, _ = text.get_charbox(place[0])
        yield left, bottom


def _stroke(left: float, baseline: float) -> Iterator[tuple[float, float]]:
    """A name that nobody can read, to the right of a place and above it."""
    for step in range(240):
        along = step / 240
        yield left + 20 + 220 * along + 8 * math.sin(step / 5), baseline - 28 + 26 * math.sin(step / 9) * (1.2 - along)
