"""A picture as it should have been: upright, of the right size, opaque, light enough. Only in the child.

Nothing is invented: a logo whose edges would be cut gets room, a hero of another shape loses its edges or, where that
were too much, gets bands; what was done is told.
"""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from bot.rcs.colour import Rgb
from bot.rcs.picture_rules import CUT_MOST, Look, Note, Spec
from bot.rcs.pictures import content_of, ground_of, inside, like

_EVEN = 0.6  # of the edge: so much of one colour is a ground
_LOST_MOST = 0.4  # of a hero's area that is cut off; more, and it gets bands
_LOST_LEAST = 0.005  # a row of pixels is no loss
_ROOM = 0.96  # of the circle's radius for a logo that is moved inwards
_ENLARGED = 1.25  # from here on it is worth a word
_HIDDEN = 0.25  # of a picture that has the colour of what it is put on
_QUALITIES = (95, 92, 88, 84, 80, 75, 70, 64, 58, 50, 42, 34, 26, 18, 10)
_WHITE, _DARK = (255, 255, 255), (32, 33, 36)


@dataclass(frozen=True)
class Mended:
    """A mended file's content and kind (``PNG`` or ``JPEG``), and what was done to it."""

    content: bytes
    kind: str
    notes: tuple[Note, ...]


def mended(picture: Image.Image, look: Look, spec: Spec, brand: Rgb | None) -> Mended:
    """A file that keeps every limit of ``spec``, also where a kilobyte has 1,000 bytes."""
    notes = list(_came_as(look))
    back = background(picture, brand)
    fitted = _logo(picture, back, notes) if spec.is_round else _hero(picture, back, spec, notes)
    scale = max(spec.width / look.width, spec.height / look.height)
    if fitted.size != (look.width, look.height) or fitted.size != spec_size(spec):
        notes.append(Note("resized", {"was": f"{look.width}x{look.height}", "size": spec.size}))
    if scale >= _ENLARGED:
        notes.append(Note("enlarged", {"times": f"{scale:.1f}"}))
    if look.sheer:
        notes.append(Note("flattened", {"colour": "#{:02X}{:02X}{:02X}".format(*back)}))
    flat = flattened(fitted.resize(spec_size(spec), Image.Resampling.LANCZOS, reducing_gap=3.0), back)
    content, kind, quality = _light(flat, spec, prefer_png=look.kind == "PNG")
    facts = {"kind": kind, "size": f"{len(content):,}", "quality": str(quality)}
    notes.append(Note("saved_jpeg" if quality else "saved", facts))
    return Mended(content, kind, tuple(notes))


def spec_size(spec: Spec) -> tuple[int, int]:
    """Width and height."""
    return spec.width, spec.height


def shown(picture: Image.Image, spec: Spec) -> Image.Image:
    """As a phone shows the picture that came: filled into its place, see-through where it is."""
    return _covering(picture, spec.width / spec.height).resize(spec_size(spec), Image.Resampling.LANCZOS)


def flattened(picture: Image.Image, back: Rgb) -> Image.Image:
    """Without transparency, on this colour."""
    return Image.alpha_composite(Image.new("RGBA", picture.size, (*back, 255)), picture).convert("RGB")


def background(picture: Image.Image, brand: Rgb | None) -> Rgb:
    """What it is put on: its own ground, else the brand's colour, or white or dark where that would hide it."""
    pixels = np.asarray(picture)
    ground, share = ground_of(pixels)
    if ground is not None and share >= _EVEN:
        return ground
    seen = pixels[content_of(pixels)] if ground is None else pixels.reshape(-1, 4)
    tried = ([brand] if brand else []) + [_WHITE, _DARK]
    return next((each for each in tried if not len(seen) or like(seen, each).mean() < _HIDDEN), tried[0])


def _came_as(look: Look) -> Iterator[Note]:
    if look.frames > 1:
        yield Note("first_frame", {"frames": str(look.frames)})
    if look.cmyk:
        yield Note("from_print", {})
    if look.turned:
        yield Note("upright", {})


def _logo(picture: Image.Image, back: Rgb, notes: list[Note]) -> Image.Image:
    """Square; with room around what would be cut, where it has a ground that room can be made of."""
    pixels = np.asarray(picture)
    _, share = ground_of(pixels)
    content = content_of(pixels)
    if share < _EVEN or not content.any():
        return _cropped(picture, 1.0, notes)
    outside = 100 * (content & ~inside(picture.width, picture.height)).sum() / content.sum()
    if picture.width == picture.height and outside <= CUT_MOST:
        return picture
    rows, columns = np.nonzero(content)
    middle = (columns.min() + columns.max() + 1) / 2, (rows.min() + rows.max() + 1) / 2
    radius = math.sqrt(((columns + 0.5 - middle[0]) ** 2 + (rows + 0.5 - middle[1]) ** 2).max()) + 0.71
    side = math.ceil(2 * radius / _ROOM)
    room = Image.new("RGBA", (side, side), (*back, 0 if ground_of(pixels)[0] is None else 255))
    room.paste(picture, (round(side / 2 - middle[0]), round(side / 2 - middle[1])))
    notes.append(Note("room", {}))
    return room


def _hero(picture: Image.Image, back: Rgb, spec: Spec, notes: list[Note]) -> Image.Image:
    """In a hero's shape."""
    shape = spec.width / spec.height
    if _lost(picture, shape) <= _LOST_MOST:
        return _cropped(picture, shape, notes)
    width, height = max(picture.width, round(picture.height * shape)), max(picture.height, round(picture.width / shape))
    band = Image.new("RGBA", (width, height), (*back, 255))
    band.alpha_composite(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    notes.append(Note("bands", {"colour": "#{:02X}{:02X}{:02X}".format(*back)}))
    return band


def _cropped(picture: Image.Image, shape: float, notes: list[Note]) -> Image.Image:
    """The part in the middle, and how much that leaves out."""
    lost = _lost(picture, shape)
    if lost > _LOST_LEAST:
        notes.append(Note("cropped", {"share": f"{100 * lost:.0f} %"}))
    return _covering(picture, shape)


def _lost(picture: Image.Image, shape: float) -> float:
    """The share of its area that lies outside the part in the middle of this width by height."""
    kept = _covering(picture, shape)
    return 1 - kept.width * kept.height / (picture.width * picture.height)


def _covering(picture: Image.Image, shape: float) -> Image.Image:
    """The largest part in the middle of this width by height."""
    width = min(picture.width, max(1, round(picture.height * shape)))
    height = min(picture.height, max(1, round(picture.width / shape)))
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))


def _light(flat: Image.Image, spec: Spec, *, prefer_png: bool) -> tuple[bytes, str, int]:
    """Content, kind and JPEG quality (0: none) of a file within the cautious limit: as little is lost as fits.

    JPEGs are not optimized: for noise Pillow then has too small a buffer, and gives up.
    """
    most = spec.advised_kb * 1000
    if prefer_png and len(png := encoded(flat, "PNG")) <= most:
        return png, "PNG", 0
    for quality in _QUALITIES:
        content = encoded(flat, "JPEG", quality=quality, subsampling=0)
        if len(content) <= most:
            return content, "JPEG", quality
    content = encoded(flat, "JPEG", quality=_QUALITIES[-1], subsampling=2)
    return content, "JPEG", _QUALITIES[-1]


def encoded(picture: Image.Image, kind: str, **options: int | bool) -> bytes:
    """A file's content, without anything but its pixels."""
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()
