"""The QR codes of our letters on a page: turned, blurred, dim or small."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import zxingcpp
from PIL import Image, ImageFilter

from bot.loa.check.light import evened, pictured
from bot.loa.check.plane import Points
from bot.loa.check.rules import LETTER_CODE

SECONDS = 4.0
"""Of processor, for all pages of a file together: what is not read by then is not read."""
_KIND = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_LOCAL, _GLOBAL = zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram
_PART = 0.4  # of the page's sides
_PLACES = ((0.6, 0.6), (0.0, 0.0), (0.0, 0.6), (0.6, 0.0), (0.3, 0.6), (0.6, 0.3), (0.3, 0.0), (0.0, 0.3), (0.3, 0.3))


@dataclass(frozen=True)
class Code:
    """A code of ours: its text, and its corners in the page's picture, from its own top left, clockwise (4, 2)."""

    text: str
    corners: Points


def read_codes(page: Image.Image, until: float, *, thorough: bool) -> list[Code]:
    """The codes on a page's picture (grey); ``until``: seconds of processor (``time.process_time``)."""
    for read in _THOROUGH if thorough else _QUICK:
        for found in read(page):
            if found:
                return found
            if time.process_time() > until:
                return []
    return []


def _read(
    image: Image.Image, scale: float, binarizer: zxingcpp.Binarizer, at: tuple[float, float] = (0, 0)
) -> list[Code]:
    """The codes on a picture that is ``scale`` times a part of the page, which begins ``at``."""
    read = zxingcpp.read_barcodes(image, formats=_KIND, try_invert=False, binarizer=binarizer)
    return [Code(each.text, _corners(each) / scale + at) for each in read if LETTER_CODE.fullmatch(each.text)]


def _corners(read: zxingcpp.Barcode) -> Points:
    place = read.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return np.array([(corner.x, corner.y) for corner in corners], dtype=np.float64)


def _as_it_is(page: Image.Image) -> Iterator[list[Code]]:
    yield _read(page, 1, _LOCAL)


def _sharpened(page: Image.Image) -> Iterator[list[Code]]:
    for amount in (300, 600):
        sharp = page.filter(ImageFilter.UnsharpMask(2, amount, 0))
        yield from (_read(sharp, 1, binarizer) for binarizer in (_GLOBAL, _LOCAL))
    even = pictured(evened(page, 101))
    yield from (_read(even.filter(ImageFilter.GaussianBlur(blur)), 1, _GLOBAL) for blur in (0.5, 1.5))


def _in_parts(page: Image.Image) -> Iterator[list[Code]]:
    """Parts of the page, larger: codes that are small or blurred. The corners come first, ours stands in one."""
    wide, high = round(page.width * _PART), round(page.height * _PART)
    for scale in (2, 3):
        for x, y in _PLACES:
            left, top = round(x * page.width), round(y * page.height)
            part = page.crop((left, top, left + wide, top + high))
            large = part.resize((scale * part.width, scale * part.height), Image.Resampling.BICUBIC)
            for reach, amount in ((2, 300), (3, 600)):
                sharp = large.filter(ImageFilter.UnsharpMask(reach * scale, amount, 0))
                yield _read(sharp, scale, _LOCAL, (left, top))


_QUICK: tuple[Callable[[Image.Image], Iterator[list[Code]]], ...] = (_as_it_is,)
_THOROUGH = (_sharpened, _in_parts)
