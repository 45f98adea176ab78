"""The letter that went out, and pages that came back, as pictures that can be laid over each other."""

import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pypdfium2
from PIL import Image

from bot.loa.box import Box
from bot.loa.check import ink, laying
from bot.loa.check.codes import Code, read_codes
from bot.loa.check.laying import Laid
from bot.loa.check.light import Grey, evened, plain
from bot.loa.check.marks import is_paper
from bot.loa.check.opening import LONGEST
from bot.loa.check.plane import Map, Points, drawn, fit, scaled, shifted

_POINTS = 72
_ENOUGH_FOUND, _ENOUGH_NEAR, _ENOUGH_KEPT = 0.3, 6, 0.6
_MOST_OFF = 1.2  # millimetres
_PAPER = 41  # pixels: darkness wider than this is light, not print


@dataclass(frozen=True)
class Straight:
    """A page laid over the letter: its box with a margin around it, and what stands in it.

    ``lies``: it could be laid there; ``turned`` in degrees.
    """

    box: Image.Image
    ink: ink.Ink
    lies: bool
    turned: float
    found: float


class Original:
    """The page of the letter that is signed."""

    def __init__(self, pdf: Path, box: Box) -> None:
        with pypdfium2.PdfDocument(pdf) as document:
            page = document[box.page - 1]
            self.height: float = page.get_height()
            self._print: Grey = plain(_rendered(page, laying.DOTS))
            self._sharp = _rendered(page, ink.DOTS)
        self._box = box
        codes = read_codes(self._sharp.convert("L"), math.inf, thorough=False)
        self._code = codes[0].corners * laying.DOTS / ink.DOTS if codes else None

    def straighten(self, page: Image.Image, code: Code | None, *, on_paper: bool) -> Straight:
        """Lay a page over this one, by its code where there is one, and look into the box."""
        small, scale = self._smaller(page, code)
        grey = evened(small, _PAPER)
        start, at = self._start(grey, code, scale)
        laid = laying.lay(self._print, grey, start, at, self._corners(laying.DOTS))
        return self._looked_into(page, laid, scaled(1 / scale) @ laid.onto, on_paper=on_paper)

    def _looked_into(self, page: Image.Image, laid: Laid, onto: Map, *, on_paper: bool) -> Straight:
        margin = round(ink.MARGIN / _POINTS * ink.DOTS)
        corners = self._corners(ink.DOTS)
        left, top = (np.floor(corners.min(axis=0)).astype(int) - margin).tolist()
        right, bottom = (np.ceil(corners.max(axis=0)).astype(int) + margin).tolist()
        place = onto @ scaled(laying.DOTS / ink.DOTS) @ shifted(left, top)
        box = drawn(page, place, (right - left, bottom - top))
        off = min(laid.off / laying.DOTS * 25.4, _MOST_OFF)
        original = self._sharp.crop((left, top, right, bottom))
        found = ink.ink_of(original, box, margin, off, on_paper=on_paper)
        lies = (
            laid.found > _ENOUGH_FOUND and laid.near >= _ENOUGH_NEAR and off < _MOST_OFF and found.kept > _ENOUGH_KEPT
        )
        return Straight(box, found, lies, laid.turned, laid.found)

    def _smaller(self, page: Image.Image, code: Code | None) -> tuple[Image.Image, float]:
        """The page in about the size at which pages are compared, and by how much it is smaller."""
        if code is None or self._code is None:
            size = max(self._print.shape) / max(page.size)
        else:
            size = 1.2 * _side(self._code) / _side(code.corners)
        size = min(size, 1.0)
        small = page.resize((round(page.width * size), round(page.height * size)), Image.Resampling.BOX)
        return small, small.width / page.width

    def _start(self, page: Grey, code: Code | None, scale: float) -> tuple[Map, Points]:
        if code is not None and self._code is not None:
            return fit(self._code, code.corners * scale, bends=False), self._code.mean(axis=0, keepdims=True)
        height, width = self._print.shape
        there = _frame(page.shape[1], page.shape[0])
        turns = [fit(_frame(width, height), np.roll(there, turn, axis=0), bends=False) for turn in range(4)]
        return laying.likeliest(self._print, page, turns), self._corners(laying.DOTS).mean(axis=0, keepdims=True)

    def _corners(self, dots: int) -> Points:
        """The box's corners on the page's picture, from its top left, clockwise."""
        box, scale = self._box, dots / _POINTS
        left, right = box.left, box.left + box.width
        top, bottom = self.height - box.bottom - box.height, self.height - box.bottom
        return np.array([(left, top), (right, top), (right, bottom), (left, bottom)]) * scale


class Pages:
    """The pages that came back, as pictures; opened as a context."""

    def __init__(self, came: Path | Image.Image) -> None:
        self._came = came
        self._open = ExitStack()
        self._shown: tuple[int, Image.Image] | None = None

    def __enter__(self) -> Self:
        if isinstance(self._came, Path):
            self._document = self._open.enter_context(pypdfium2.PdfDocument(self._came))
            self._document.init_forms()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def __len__(self) -> int:
        return 1 if isinstance(self._came, Image.Image) else len(self._document)

    def picture(self, number: int) -> Image.Image:
        """A page (from 0) as it is seen, in colours."""
        if isinstance(self._came, Image.Image):
            return self._came
        if self._shown is None or self._shown[0] != number:
            page = self._document[number]
            dots = LONGEST / max(page.get_width(), page.get_height(), 1) * _POINTS
            self._shown = number, _rendered(page, dots)
        return self._shown[1]

    def is_paper(self, number: int) -> bool:
        """Whether a page (from 0) is a photograph or a scan."""
        return isinstance(self._came, Image.Image) or is_paper(self._document[number])

    def codes(self, until: float, wanted: int) -> Sequence[Sequence[Code]]:
        """The codes of letters on each page; harder looks are taken where fewer pages than ``wanted`` have one."""
        read = [read_codes(self.picture(number).convert("L"), until, thorough=False) for number in range(len(self))]
        for number in self._without(read):
            if sum(map(bool, read)) >= wanted:
                break
            read[number] = read_codes(self.picture(number).convert("L"), until, thorough=True)
        return read

    @staticmethod
    def _without(read: Sequence[Sequence[Code]]) -> Iterator[int]:
        return (number for number, codes in enumerate(read) if not codes)


def _rendered(page: pypdfium2.PdfPage, dots: float) -> Image.Image:
    picture: Image.Image = page.render(scale=dots / _POINTS).to_pil()
    return picture.convert("RGB")


def _side(corners: Points) -> float:
    """The mean length of the sides."""
    return float(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).mean())


def _frame(width: int, height: int) -> Points:
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float64)
