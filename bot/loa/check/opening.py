"""A file that came back, opened with care: what it is, and whether it is small enough to be looked at."""

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from PIL import Image, ImageOps, UnidentifiedImageError

from bot.loa.check.active import name_of
from bot.loa.check.rules import (
    MOST_BYTES,
    MOST_INSIDE,
    MOST_OBJECTS,
    MOST_PAGES,
    MOST_PIXELS,
    Refused,
)
from bot.registrations.papers import described, kind_of

LONGEST = 2340
"""Pixels of a page's longer side, when it is looked at: 200 dots an inch on A4."""
_A4_HEIGHT = 11.69  # inches
_QUALITY = 88
_CHUNK = 1 << 20
_DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")
_PACKINGS = frozenset({"/FlateDecode", "/Fl", "/LZWDecode", "/LZW"})


def kind_of_file(path: Path, unsigned: str) -> str:
    """``pdf``, ``jpg`` or ``png``; ``unsigned`` is the letter's own SHA-256. Raises Refused."""
    size = path.stat().st_size
    if not size:
        raise Refused("empty", "0 bytes")
    if size > MOST_BYTES:
        raise Refused("too_large", f"{size / 1_000_000:.1f} MB, and at most {MOST_BYTES // 1_000_000} MB are taken")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() == unsigned:
        raise Refused("unsigned_original", "the same file")
    kind = kind_of(content)
    if not kind:
        raise Refused("wrong_kind", described(content))
    return kind


def open_pdf(path: Path) -> pikepdf.Pdf:
    """A PDF that is small enough inside. Raises Refused."""
    try:
        pdf = pikepdf.open(path, suppress_warnings=True)
        pages = len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise Refused("password") from error
    except (pikepdf.PdfError, ValueError, KeyError, RuntimeError) as error:
        raise Refused("broken", "not a whole PDF") from error
    if not pages:
        raise Refused("broken", "it has no page")
    if pages > MOST_PAGES:
        raise Refused("too_many_pages", f"{pages} pages, and at most {MOST_PAGES} are taken")
    if len(pdf.objects) > MOST_OBJECTS:
        raise Refused("too_heavy", f"{len(pdf.objects):,} parts")
    _measure(pdf)
    return pdf


def open_picture(path: Path) -> Image.Image:
    """A photograph or scan, upright, in colours, no larger than it is looked at. Raises Refused."""
    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, and is looked at before a pixel is read
    try:
        with Image.open(path, formats=("JPEG", "PNG")) as image:
            _bound(*image.size)
            image.draft("RGB", (LONGEST, LONGEST))
            image.load()
            made = image.point(lambda tone: tone / 256).convert("L") if image.mode in _DEEP else image
            made = made.convert("RGBA" if made.has_transparency_data else "RGB")
            made.thumbnail((LONGEST, LONGEST), Image.Resampling.BICUBIC, reducing_gap=2.0)
            made = ImageOps.exif_transpose(made)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused("broken", "not a whole picture") from error
    if made.mode == "RGBA":
        made = Image.alpha_composite(Image.new("RGBA", made.size, "white"), made)
    return made.convert("RGB")


def wrap(picture: Image.Image, path: Path) -> None:
    """Write a picture as a PDF of one page, as high as A4, without what a camera writes beside it."""
    dots = max(picture.size) / _A4_HEIGHT
    picture.save(path, "PDF", resolution=dots, quality=_QUALITY, creationDate=None, modDate=None)


def _measure(pdf: pikepdf.Pdf) -> None:
    """Unpack every stream a little at a time, until it is clear that all of it is small."""
    inside = 0
    for each in pdf.objects:
        if not isinstance(each, pikepdf.Stream):
            continue
        if each.get("/Subtype") == pikepdf.Name.Image:
            _bound(_number(each.get("/Width")), _number(each.get("/Height")))
        packed = _packed(each)
        if len(packed) > 1:
            raise Refused("too_heavy", f"a stream packed {len(packed)} times")
        if packed:
            for size in _unpacked(each):
                inside += size
                if inside > MOST_INSIDE:
                    raise Refused("too_heavy", f"more than {MOST_INSIDE // 1_000_000} MB")


def _packed(stream: pikepdf.Stream) -> list[str]:
    filters = stream.get("/Filter")
    names = list(filters) if isinstance(filters, pikepdf.Array) else [filters]
    return [packing for name in names if (packing := name_of(name)) in _PACKINGS]


def _unpacked(stream: pikepdf.Stream) -> Iterator[int]:
    """The sizes of a stream's parts as they unpack; a stream that is broken inside ends there."""
    rest = stream.read_raw_bytes()
    unpacker = zlib.decompressobj()
    while rest and not unpacker.eof:
        try:
            part = unpacker.decompress(rest, _CHUNK)
        except zlib.error:
            return
        rest = unpacker.unconsumed_tail
        yield len(part)


def _number(value: object) -> int:
    return int(value) if isinstance(value, int) else 0


def _bound(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Refused("too_many_pixels", f"{width:,} x {height:,} pixels")
