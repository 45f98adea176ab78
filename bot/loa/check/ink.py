"""How much was written into the signature box, beyond what the letter itself shows there."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

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
_SOFTER = (0.0, 1.0, 1.6, 2.4, 3.5)  # pixels: no more than a picture's grain asks for
_CALM = 0.042  # of the paper's brightness: grain that ink stands out from by four times and more
_DUST = (round(1.2 * _MM) | 1, 0.14)


@dataclass(frozen=True)
class Ink:
    """``share`` of the box that was written on, ``is_line``: in one straight line, ``kept`` of the letter's lines.

    ``grain``: how uneven the empty paper looks, as a share of its brightness.
    """

    share: float
    is_line: bool
    kept: float
    grain: float

    @property
    def is_grainy(self) -> bool:
        """Whether nobody can tell ink from the picture's grain."""
        return self.grain > _CALM


def ink_of(original: Image.Image, returned: Image.Image, margin: int, off: float, *, on_paper: bool) -> Ink:
    """Compare the box and ``margin`` pixels around it, straightened, with the same part of the original.

    ``off``: millimetres by which the two may lie apart; ``on_paper``: scanned or photographed, so that light counts.
    """
    printed = plain(original) < _PRINTED
    slack = round((0.5 + off) * _MM)
    empty = ~grown(printed, slack)
    seen, grain = _calm(returned, empty) if on_paper else (plain(returned), 0.0)
    fresh = without_dust((seen < _DARK) & empty, *_DUST)
    inside = fresh[margin:-margin, margin:-margin]
    return Ink(float(inside.mean()), _is_line(inside), _kept(printed, seen, slack), grain)


def _calm(returned: Image.Image, empty: Mask) -> tuple[Grey, float]:
    """How bright the picture is beside its paper, as soft as it takes to make its grain calm; and the grain left."""
    seen, grain = plain(returned), 1.0
    for radius in _SOFTER:
        seen = evened(returned.filter(ImageFilter.GaussianBlur(radius)), _GROUND)
        paper = seen[empty]
        grain = 1.4826 * float(np.median(np.abs(paper - np.median(paper))))  # their spread, whatever is written there
        if grain <= _CALM:
            break
    return seen, grain


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
