"""How much was written into the signature box, beyond what the letter itself shows there."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from bot.loa.check.light import Grey, Mask, evened, grown, plain, without_dust

DOTS = 200
"""An inch, for everything here."""
MARGIN = 24.0
"""Points (8 mm) around the box: the letter's own lines there tell whether the page lies as it should."""
_MM = DOTS / 25.4
_GROUND = 2 * round(4 * _MM) + 1  # pixels: wider than this, darkness is shadow or paper
_DARK = 0.72  # of the paper's brightness
_PRINTED = 0.9  # of white: a shade of the letter's own print
_LINE = 0.7  # millimetres: what strays less from a straight line is no handwriting
_DUST = (round(1.2 * _MM) | 1, 0.14)


@dataclass(frozen=True)
class Ink:
    """``share`` of the box that was written on, ``is_line``: in one straight line, ``kept`` of the letter's lines."""

    share: float
    is_line: bool
    kept: float


def ink_of(original: Image.Image, returned: Image.Image, margin: int, off: float, *, on_paper: bool) -> Ink:
    """Compare the box and ``margin`` pixels around it, straightened, with the same part of the original.

    ``off``: millimetres by which the two may lie apart; ``on_paper``: scanned or photographed, so that light counts.
    """
    printed = plain(original) < _PRINTED
    seen = evened(returned, _GROUND) if on_paper else plain(returned)
    slack = round((0.5 + off) * _MM)
    fresh = without_dust((seen < _DARK) & ~grown(printed, slack), *_DUST)
    inside = fresh[margin:-margin, margin:-margin]
    return Ink(float(inside.mean()), _is_line(inside), _kept(printed, seen, slack))


def _is_line(ink: Mask) -> bool:
    rows, columns = np.nonzero(ink)
    if len(rows) < 3:  # noqa: PLR2004 - as many make a direction
        return False
    thinner = float(np.linalg.eigvalsh(np.cov(np.stack([rows, columns])))[0])
    return bool(np.sqrt(max(thinner, 0.0)) < _LINE * _MM)


def _kept(printed: Mask, seen: Grey, slack: int) -> float:
    """Which share of the letter's own lines is there: the rest is another page, or this page elsewhere."""
    around = grown(seen < (1 + _DARK) / 2, slack)
    return float(around[printed].mean()) if printed.any() else 1.0
