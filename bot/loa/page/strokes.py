"""A signature as a pen drew it: lines of points, judged and drawn anew, so that nobody's picture is ever opened."""

import json
from itertools import pairwise
from math import hypot

from bot.errors import DeskError

Point = tuple[float, float]
Strokes = tuple[tuple[Point, ...], ...]

MOST_STROKES = 200
MOST_POINTS = 6_000
WIDTH, HEIGHT = 900, 400
"""The paper of the pen; the page scales to it."""
_LEAST_INK = 150.0  # of a pen's way: a tap, or a slip of a finger, is shorter
_LEAST_SIZE = 40.0
_NIB = 1.5  # points on the letter
_INK = "#10264d"


class NotASignature(DeskError):
    """Your signature did not come through. Draw it again, or choose Type it."""


class TooLittleInk(DeskError):
    """We see hardly any ink. Sign as you do on paper, or choose Type it."""


class TooMuchInk(DeskError):
    """That is more than a signature. Clear it and draw it again, or choose Type it."""


def read(text: str) -> Strokes:
    """What the page sent: a list of strokes, each a flat list x, y, x, y of numbers. Raises one of the above."""
    try:
        sent = json.loads(text)
        strokes = tuple(tuple(_point(*pair) for pair in zip(each[::2], each[1::2], strict=True)) for each in sent)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotASignature from error
    if len(strokes) > MOST_STROKES or sum(len(stroke) for stroke in strokes) > MOST_POINTS:
        raise TooMuchInk
    points = [point for stroke in strokes for point in stroke]
    way = sum(hypot(b[0] - a[0], b[1] - a[1]) for stroke in strokes for a, b in pairwise(stroke))
    if not points or way < _LEAST_INK or max(_size(points)) < _LEAST_SIZE:
        raise TooLittleInk
    return tuple(stroke for stroke in strokes if stroke)


def _point(x: object, y: object) -> Point:
    if isinstance(x, bool) or isinstance(y, bool) or not isinstance(x, int | float) or not isinstance(y, int | float):
        raise TypeError("a point has two numbers")
    if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
        raise ValueError("a point lies on the paper")
    return float(x), float(y)


def _size(points: list[Point]) -> tuple[float, float]:
    across, down = [point[0] for point in points], [point[1] for point in points]
    return max(across) - min(across), max(down) - min(down)


def as_svg(strokes: Strokes, width: float, height: float) -> str:
    """The signature in ink, as large as fits into so many points, with a nib of one thickness whatever its size."""
    points = [point for stroke in strokes for point in stroke]
    left, top = min(point[0] for point in points), min(point[1] for point in points)
    across, down = _size(points)
    scale = min((width - 2 * _NIB) / max(across, 1), (height - 2 * _NIB) / max(down, 1), width / WIDTH * 1.6)

    def at(point: Point) -> Point:
        return (point[0] - left) * scale + _NIB, (point[1] - top) * scale + _NIB

    ways = " ".join(_way([at(point) for point in stroke]) for stroke in strokes)
    size = across * scale + 2 * _NIB, down * scale + 2 * _NIB
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]:.2f}pt" height="{size[1]:.2f}pt" '
        f'viewBox="0 0 {size[0]:.2f} {size[1]:.2f}"><path d="{ways}" fill="none" stroke="{_INK}" '
        f'stroke-width="{_NIB}" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def _way(points: list[Point]) -> str:
    """Through the middles between the points, so that a finger's corners come out round."""
    first, last = points[0], points[-1]
    bends = " ".join(
        f"Q{a[0]:.2f} {a[1]:.2f} {(a[0] + b[0]) / 2:.2f} {(a[1] + b[1]) / 2:.2f}" for a, b in pairwise(points[1:])
    )
    end = f"L{last[0]:.2f} {last[1]:.2f}" if len(points) > 1 else f"l{0.01} 0"
    return f"M{first[0]:.2f} {first[1]:.2f} {bends} {end}"
