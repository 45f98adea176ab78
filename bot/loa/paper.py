"""What a letterhead is: a whole page, a banner or a logo; and where on it the letter has room.

The picture was made safe before (``letterhead.safe_letterhead``). Everything here follows from its pixels alone.
"""

import io
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from PIL import Image, UnidentifiedImageError

from bot.loa.cannot import FilledPaper, NoPicture

A4 = (210.0, 297.0)
"""Millimetres."""
_PAGE_SHAPE = (1.2, 1.75)  # height by width: letter, A4, legal, and some slack
_BANNER_SHAPE = 2.8  # width by height
_BANNER = (168.0, 34.0)
_LOGO = (56.0, 22.0)
_LEAST = 16  # pixels; less shows nothing
_ROOM = 125.0  # millimetres of empty paper that make a page a letter paper
_LOOKED_AT = 240  # pixels of width are enough to find ink
_LIGHT = 150  # of 255: paper is lighter
_DARKER = 48  # than the paper, of 255: a watermark stays below
_MARGIN = 0.11  # of the width; what stands there is beside the text
_ROW_INK = 0.004  # of a row's width
_LINES = 12  # blocks of ink one above another that make a written page


@dataclass(frozen=True)
class Paper:
    """How a picture is laid out, in millimetres. ``top`` and ``bottom`` are what a page keeps for itself."""

    kind: Literal["none", "page", "banner", "logo"]
    picture: bytes = b""
    width: float = 0.0
    height: float = 0.0
    top: float = 0.0
    bottom: float = 0.0


def paper(picture: bytes | None) -> Paper:
    """The paper that a letter is drawn on. Raises NoPicture and FilledPaper."""
    if not picture:
        return Paper("none")
    try:
        with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG")) as image:
            kind = image.format or "PNG"
            whole = image.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise NoPicture(why="its picture is broken") from error
    shape = whole.height / whole.width
    if _PAGE_SHAPE[0] <= shape <= _PAGE_SHAPE[1]:
        page = _page(whole, picture)
        if page is not None:
            return page
    return _head(whole, kind, picture)


def _page(image: Image.Image, picture: bytes) -> Paper | None:
    """A letter paper with its empty part; None for a picture that is none, but a tall logo."""
    rows = _inked_rows(image)
    if not rows:
        return None
    runs = [(inked, len(list(run))) for inked, run in groupby(rows)]
    scale = min(A4[0] / image.width, A4[1] / image.height)
    width, height = image.width * scale, image.height * scale
    row = height / len(rows)
    start = count = at = 0
    for inked, length in runs:
        if not inked and length > count:
            start, count = at, length
        at += length
    if count * row >= _ROOM:
        bottom = height - (start + count) * row + (A4[1] - height)
        return Paper("page", picture, width, height, top=start * row, bottom=bottom)
    if sum(inked for inked, _ in runs) >= _LINES:
        raise FilledPaper
    return None


def _inked_rows(image: Image.Image) -> list[bool]:
    """Which rows of a reduced picture have ink between the margins, against its own paper; none if that is dark."""
    height = max(1, round(image.height * _LOOKED_AT / image.width))
    small = image.convert("L").resize((_LOOKED_AT, height), Image.Resampling.BOX)
    paper_tone = sorted(small.tobytes())[_LOOKED_AT * height // 2]
    if paper_tone < _LIGHT:
        return []
    left, right = round(_LOOKED_AT * _MARGIN), round(_LOOKED_AT * (1 - _MARGIN))
    ink = small.point([255 if tone < paper_tone - _DARKER else 0 for tone in range(256)])
    per_row = ink.crop((left, 0, right, height)).resize((1, height), Image.Resampling.BOX).tobytes()
    return [share > 255 * _ROW_INK for share in per_row]


def _head(image: Image.Image, kind: str, picture: bytes) -> Paper:
    """A banner over the text's width, or a logo beside the company's name; without the white around it."""
    light = image.convert("L").point([255 if tone < 255 - _DARKER // 4 else 0 for tone in range(256)])
    bounds = light.getbbox()
    if bounds is None or min(bounds[2] - bounds[0], bounds[3] - bounds[1]) < _LEAST:
        return Paper("none")
    if bounds != (0, 0, image.width, image.height):
        image = image.crop(bounds)
        written = io.BytesIO()
        image.save(written, kind, **({"quality": 88} if kind == "JPEG" else {}))
        picture = written.getvalue()
    banner = image.width / image.height >= _BANNER_SHAPE
    most = _BANNER if banner else _LOGO
    scale = min(most[0] / image.width, most[1] / image.height)
    return Paper("banner" if banner else "logo", picture, image.width * scale, image.height * scale)
