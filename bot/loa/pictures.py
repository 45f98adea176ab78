"""Pictures: of a PDF's pages, and clean ones of what a stranger sent (in a child: see ``letterhead``)."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import pypdfium2
from PIL import Image, ImageOps

from bot.loa.cannot import NoPicture, PictureTooLarge

PDFIUM = Lock()
"""pdfium is not made for threads: who opens a PDF with it in this process holds this."""
_MEGAPIXELS = 40
_LONGEST = 2400  # pixels; an A4 page at 200 dots an inch has 2,339
_DPI = 200
_POINTS = 72
_PNG_MOST = 300_000  # bytes; a scan or a photograph is smaller as a JPEG
_QUALITY = 88
_WHITE = 252  # of 255: what averages of white come to
_DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N")  # modes with 16 bits for each pixel


def page_picture(pdf: bytes, page: int, height: int) -> bytes:
    """A page (from 1) as a PNG of at most this many pixels' height."""
    with PDFIUM, _opened(pdf) as document:
        sheet = document[page - 1]
        picture: Image.Image = sheet.render(scale=(height - 0.5) / sheet.get_height()).to_pil()
        return _as_png(_few_colours(picture))


def _few_colours(picture: Image.Image) -> Image.Image:
    """A palette makes it a quarter of the bytes, and nobody sees it; what was white stays white."""
    made = picture.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    made.putpalette([255 if tone >= _WHITE else tone for tone in made.getpalette() or ()])
    return made


def page_count(pdf: bytes) -> int:
    """How many pages a PDF of ours has."""
    with PDFIUM, _opened(pdf) as document:
        return len(document)


@contextmanager
def _opened(pdf: bytes | Path) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()


def _as_png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def clean(path: Path, kind: str) -> bytes:
    """A stranger's PDF, JPEG or PNG drawn anew, without anything but its pixels. Raises CannotDraw.

    The result is PNG, or JPEG where that is much smaller; RGB, upright, on white, at most 2,400 pixels long.
    """
    try:
        picture = _first_page(path) if kind == "pdf" else _picture(path)
    except pypdfium2.PdfiumError as error:
        raise NoPicture(why="this PDF is broken or needs a password") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NoPicture(why="its picture is broken") from error
    png = _as_png(picture)
    if len(png) <= _PNG_MOST:
        return png
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=_QUALITY, subsampling=0)
    return min(png, written.getvalue(), key=len)


def _first_page(path: Path) -> Image.Image:
    with _opened(path) as document:
        if not len(document):
            raise NoPicture(why="it has no page")
        page = document[0]
        scale = min(_DPI / _POINTS, _LONGEST / max(page.get_size()))
        picture: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
        return picture.convert("RGB")


def _picture(path: Path) -> Image.Image:
    with Image.open(path, formats=("PNG", "JPEG")) as image:
        width, height = image.size
        if width * height > _MEGAPIXELS * 1_000_000:
            raise PictureTooLarge(measured=f"{width:,} x {height:,} pixels", most=f"{_MEGAPIXELS} million pixels")
        image.draft("RGB", (_LONGEST, _LONGEST))
        image.load()
        made = image.point(lambda tone: tone / 256).convert("L") if image.mode in _DEEP else image
        # Palettes and single bits are resized well only as colours.
        made = made.convert("RGBA" if made.has_transparency_data else "RGB")
        made.thumbnail((_LONGEST, _LONGEST), reducing_gap=3.0)
        made = ImageOps.exif_transpose(made)
    if made.mode == "RGBA":
        made = Image.alpha_composite(Image.new("RGBA", made.size, "white"), made)
    return made.convert("RGB")
