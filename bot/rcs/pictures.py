"""Opening and measuring a stranger's picture. Only in the child: see ``picture_child``."""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

from bot.rcs.picture_rules import Look, Spec

FILE_MOST = 30_000_000
"""Bytes of a file that is opened at all; a logo has 50,000."""
_PIXELS_MOST = 40_000_000
_LONGEST = 2880  # pixels that are looked at: twice a hero's
_HEAD = 64
_OPAQUE = 255
_SEEN = 25  # of alpha: what is less is not there
_LIKE = 32  # of 255: a JPEG's ground is never quite even
_BINS = 32
_DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N")  # modes with 16 bits for each pixel
_BROKEN = (OSError, SyntaxError, ValueError, KeyError, IndexError, OverflowError, struct.error, zlib.error)
"""What Pillow raises for files that are not as they should be."""
_MAGIC: tuple[tuple[bytes, int, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "PNG"),
    (b"\xff\xd8\xff", 0, "JPEG"),
    (b"GIF8", 0, "GIF"),
    (b"WEBP", 8, "WebP"),
    (b"ftypavif", 4, "AVIF"),
    (b"ftypheic", 4, "HEIC"),
    (b"ftypheix", 4, "HEIC"),
    (b"ftypmif1", 4, "HEIC"),
    (b"\xff\x0a", 0, "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", 0, "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", 0, "JPEG 2000"),
    (b"II*\x00", 0, "TIFF"),
    (b"MM\x00*", 0, "TIFF"),
    (b"BM", 0, "BMP"),
    (b"8BPS", 0, "Photoshop"),
    (b"%PDF", 0, "PDF"),
    (b"%!PS", 0, "PostScript"),
    (b"<svg", 0, "SVG"),
    (b"<?xml", 0, "SVG or XML"),
    (b"PK\x03\x04", 0, "ZIP"),
)

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Opened:
    """A file with what was measured in it, and its picture when there is one: upright, RGBA, 2,880 pixels at most."""

    look: Look
    picture: Image.Image | None = None


def opened(path: Path, spec: Spec) -> Opened:
    """Open and measure; whatever the file is, this says it, or ends with MemoryError."""
    size = path.stat().st_size
    with path.open("rb") as file:
        kind = _kind(file.read(_HEAD).lstrip(b"\xef\xbb\xbf \r\n\t"))
    if kind not in ("PNG", "JPEG") or size > FILE_MOST:
        return Opened(Look(size, kind))
    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, and is looked at before a pixel is read
    try:
        with Image.open(path, formats=(kind,)) as image:
            return _looked_at(image, Look(size, kind), spec)
    except _BROKEN:
        return Opened(Look(size, kind, broken=True))


def _kind(head: bytes) -> str:
    return next((kind for magic, at, kind in _MAGIC if head[at:].lower().startswith(magic.lower())), "")


def _looked_at(image: Image.Image, look: Look, spec: Spec) -> Opened:
    header = Look(
        look.size,
        look.kind,
        frames=getattr(image, "n_frames", 1) if look.kind == "PNG" else 1,
        cmyk=image.mode in {"CMYK", "YCCK"},
        width=image.width,
        height=image.height,
    )
    if image.width * image.height > _PIXELS_MOST:
        return Opened(header)
    try:
        picture = _plain(image)
        turned = image.getexif().get(ExifTags.Base.Orientation, 1) in range(2, 9)
    except _BROKEN:
        return Opened(Look(**{**vars(header), "broken": True}))
    sideways = turned and image.getexif()[ExifTags.Base.Orientation] > 4  # noqa: PLR2004 - from 5 on by a quarter
    width, height = (image.height, image.width) if sideways else image.size
    cut = cut_share(picture) if spec.is_round else None
    measured = {"width": width, "height": height, "turned": turned, "cut": cut, "sheer": _sheer(picture, spec)}
    return Opened(Look(**{**vars(header), **measured}), picture)


def _plain(image: Image.Image) -> Image.Image:
    """Upright, RGBA, and no larger than is needed."""
    image.draft("RGB", (_LONGEST, _LONGEST))
    image.load()
    made: Image.Image = image
    if image.mode in _DEEP:
        made = image.point(lambda tone: tone / 256).convert("L")
        made.info.pop("transparency", None)  # one of 16 bits: it names no tone of eight
    made = made.convert("RGBA")
    made.thumbnail((_LONGEST, _LONGEST), Image.Resampling.BOX)
    orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    if orientation != 1:
        made.getexif()[ExifTags.Base.Orientation] = orientation
        made = ImageOps.exif_transpose(made)
    return made


def _sheer(picture: Image.Image, spec: Spec) -> float:
    """Percent of its pixels that are not opaque; of a round picture, within the circle."""
    alpha = np.asarray(picture)[..., 3]
    sheer = alpha < _OPAQUE
    if spec.is_round:
        sheer = sheer[inside(picture.width, picture.height)]
    return float(100 * sheer.mean()) if sheer.size else 0.0


def cut_share(picture: Image.Image) -> float:
    """Percent of what is on the picture, its ground apart, that lies outside the largest circle in its middle."""
    content = content_of(np.asarray(picture))
    there = int(content.sum())
    outside = int((content & ~inside(picture.width, picture.height)).sum())
    return 100 * outside / there if there else 0.0


def inside(width: int, height: int) -> Mask:
    """Which pixels have their middle within the largest circle in the picture's middle."""
    across = np.arange(width) + 0.5 - width / 2
    down = np.arange(height) + 0.5 - height / 2
    far: Mask = across[None, :] ** 2 + down[:, None] ** 2 <= (min(width, height) / 2) ** 2
    return far


def content_of(pixels: Pixels) -> Mask:
    """What is not ground: neither transparent nor of the colour that its edge mostly has."""
    seen: Mask = pixels[..., 3] > _SEEN
    ground, _ = ground_of(pixels)
    return seen if ground is None else seen & ~like(pixels, ground)


def ground_of(pixels: Pixels) -> tuple[tuple[int, int, int] | None, float]:
    """The colour that most of its edge has (None: transparent), and the share of the edge that has it."""
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    seen = edge[edge[:, 3] > _SEEN]
    if 2 * len(seen) < len(edge):
        return None, 1 - len(seen) / len(edge)
    bins = (seen[:, :3] // _BINS).astype(np.int64) @ np.array([1, 256, 65536])
    names, counts = np.unique(bins, return_counts=True)
    red, green, blue = np.median(seen[bins == names[counts.argmax()], :3], axis=0).astype(int).tolist()
    ground = (red, green, blue)
    return ground, float(like(edge[None], ground).mean())


def like(pixels: Pixels, colour: tuple[int, int, int]) -> Mask:
    """Which pixels are there and about of this colour."""
    away = np.abs(pixels[..., :3].astype(np.int16) - np.array(colour, dtype=np.int16))
    alike: Mask = (away.max(axis=-1) <= _LIKE) & (pixels[..., 3] > _SEEN)
    return alike
