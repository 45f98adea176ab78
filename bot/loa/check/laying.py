"""A page that came back, laid over the page that went out: where the signature box is, however it was photographed.

The QR code's corners tell place, size and turn well enough to find what stands around the code; that, in growing
circles, how the rest of the sheet lies. The letter's own print is the measure: at the end it must be where it belongs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bot.loa.check.light import Grey
from bot.loa.check.plane import Map, Points, drawn, fit, fit_most, moved, turn

DOTS = 100
"""An inch: what pages are compared at."""
_PATCH, _STRIDE = 40, 16  # pixels
_ENOUGH = 120
"""Patches for each step; the last one takes twice as many."""
_FEW = 60
_ALIKE = 0.55  # of two patches: 1 is the same, 0 has nothing in common
_PRINT = 1.0  # how much of it makes a patch
_WITHIN = 3.0  # pixels: two patches agree on how the sheet lies
_NEAR = 60 / 25.4 * DOTS  # pixels around the box whose print says most of how the box lies
_FLAT = 0.7  # of the patches: the page lies flat enough to be found at once
_WHOLE, _LAST = (True, 24), (True, 10)
"""Whether the sheet may lie aslant, and how far a patch is looked for, in pixels."""
_GROWING = (
    (0.16, (False, 20)),
    (0.24, (False, 20)),
    (0.32, (True, 20)),
    (0.42, (True, 20)),
    (0.55, (True, 20)),
    (0.75, (True, 24)),
    (1.5, (True, 24)),
)
"""How far around the code, as a share of the page's diagonal, and such a step."""


@dataclass(frozen=True)
class Laid:
    """How a page lies over the original: ``onto`` brings the original's pixels to the picture's (both ``DOTS``).

    ``found`` is the share of the original's patches that were found where they belong, ``near`` how many of them stand
    around the box, ``off`` how far those are from where they belong (pixels), ``turned`` in degrees.
    """

    onto: Map
    found: float
    near: int
    off: float
    turned: float


def lay(original: Grey, returned: Grey, start: Map, at: Points, box: Points) -> Laid:
    """Lay a page over the original.

    ``start`` is how it lies around the point ``at`` (1, 2), where the search begins; ``box``: the box's corners (4, 2).
    """
    patches = _patches(original)
    onto, sure = _step(original, returned, start, _spread(patches, _ENOUGH), _WHOLE)
    if sure is None or len(sure[0]) < _FLAT * min(len(patches), _ENOUGH):
        away = np.linalg.norm(patches - at, axis=1) / np.hypot(*original.shape)
        onto = start
        for reach, step in _GROWING:
            onto, _ = _step(original, returned, onto, _spread(patches[away < reach], _ENOUGH), step)
    last = _spread(patches, 2 * _ENOUGH)
    onto, sure = _step(original, returned, onto, last, _LAST)
    return _judged(onto, len(last), *(sure or (patches[:0], patches[:0])), box)


def _step(
    original: Grey, returned: Grey, onto: Map, patches: Points, step: tuple[bool, int]
) -> tuple[Map, tuple[Points, Points] | None]:
    """How the page lies by these patches, and those that agree on it; as before, and none, when too few agree."""
    bends, around = step
    seen, there = _matched(original, returned, onto, patches, around)
    plane, agreed = fit_most(seen, there, bends=bends, within=_WITHIN)
    return (onto, None) if plane is None else (plane, (seen[agreed], there[agreed]))


def likeliest(original: Grey, returned: Grey, starts: Sequence[Map]) -> Map:
    """Of several ways in which a page may lie, the one with which most of its print is about where it belongs."""
    patches = _spread(_patches(original), _FEW)
    return max(starts, key=lambda start: len(_matched(original, returned, start, patches, _WHOLE[1])[0]))


def _judged(onto: Map, asked: int, seen: Points, there: Points, box: Points) -> Laid:
    """The last map again, led by what stands around the box: paper bends, and the box counts."""
    away = np.linalg.norm(np.maximum(np.maximum(box.min(axis=0) - seen, seen - box.max(axis=0)), 0), axis=1)
    near = away < _NEAR
    if near.sum() >= 6:  # noqa: PLR2004 - a sheet aslant needs four
        onto = fit(seen, there, bends=True, weights=np.exp(-((away / _NEAR) ** 2)) + 0.02)
    off = np.linalg.norm(moved(onto, seen) - there, axis=1)[near]
    return Laid(
        onto,
        found=len(seen) / max(asked, 1),
        near=int(near.sum()),
        off=float(np.sqrt((off**2).mean())) if len(off) else float("inf"),
        turned=turn(onto, box.mean(axis=0, keepdims=True)),
    )


def _patches(original: Grey) -> Points:
    """Middles of the squares of the original that cannot be taken for others: their print runs in every direction."""
    slope: list[NDArray[Any]] = list(np.gradient(original))
    down, right = slope
    parts = [_summed(each) for each in (right * right, down * down, right * down)]
    half = (parts[0] + parts[1]) / 2
    weaker = half - np.sqrt(((parts[0] - parts[1]) / 2) ** 2 + parts[2] ** 2)
    rows, columns = np.nonzero(weaker > _PRINT)
    middles: Points = np.column_stack([columns, rows]).astype(np.float64) * _STRIDE + _PATCH / 2
    return middles


def _spread(patches: Points, most: int) -> Points:
    """At most so many of them, from all over."""
    return patches[:: -(-len(patches) // most)] if len(patches) > most else patches


def _summed(grey: NDArray[Any]) -> NDArray[np.float64]:
    """The sums over the squares of a page."""
    sums: NDArray[np.float64] = np.pad(grey, ((1, 0), (1, 0))).astype(np.float64).cumsum(0).cumsum(1)
    squares = sums[_PATCH:, _PATCH:] - sums[:-_PATCH, _PATCH:] - sums[_PATCH:, :-_PATCH] + sums[:-_PATCH, :-_PATCH]
    return squares[::_STRIDE, ::_STRIDE]


def _matched(original: Grey, returned: Grey, onto: Map, patches: Points, around: int) -> tuple[Points, Points]:
    """Which patches were found within so many pixels of where ``onto`` brings them, and where, in the picture."""
    height, width = original.shape
    image = Image.fromarray((returned * 255).astype(np.uint8))
    straight = np.asarray(drawn(image, onto, (width, height)), dtype=np.float32) / np.float32(255)
    wide = np.pad(straight, around, mode="edge")
    corners = (patches - _PATCH / 2).astype(int)
    small = np.stack([original[y : y + _PATCH, x : x + _PATCH] for x, y in corners])
    large = np.stack([wide[y : y + _PATCH + 2 * around, x : x + _PATCH + 2 * around] for x, y in corners])
    likeness = _likeness(small, large)
    best = likeness.reshape(len(patches), -1).argmax(axis=1)
    row, column = np.unravel_index(best, likeness.shape[1:])
    sure = likeness[np.arange(len(patches)), row, column] > _ALIKE
    there = patches + np.column_stack([column, row]) - around
    return patches[sure], moved(onto, there[sure])


def _likeness(small: NDArray[Any], large: NDArray[Any]) -> NDArray[np.float64]:
    """How alike each small square is to each place in its large one: normalised cross-correlation."""
    size, places = large.shape[1:], large.shape[1] - _PATCH + 1
    small = small - small.mean(axis=(1, 2), keepdims=True)
    product = np.fft.irfft2(np.fft.rfft2(large) * np.conj(np.fft.rfft2(small, s=size)), s=size)[:, :places, :places]
    sums, squares = (_windows(each) for each in (large.astype(np.float64), large.astype(np.float64) ** 2))
    spread = np.sqrt(
        np.maximum(squares - sums**2 / _PATCH**2, 0) * (small.astype(np.float64) ** 2).sum(axis=(1, 2))[:, None, None]
    )
    alike: NDArray[np.float64] = product / np.maximum(spread, 0.5)
    return alike


def _windows(stack: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sums over all windows of a patch's size in each of the squares."""
    sums = np.pad(stack, ((0, 0), (1, 0), (1, 0))).cumsum(1).cumsum(2)
    upper, lower = sums[:, :-_PATCH], sums[:, _PATCH:]
    inside: NDArray[np.float64] = (
        lower[:, :, _PATCH:] - lower[:, :, :-_PATCH] - upper[:, :, _PATCH:] + upper[:, :, :-_PATCH]
    )
    return inside
