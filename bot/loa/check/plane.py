"""How a flat sheet lies in a picture: maps from points to points, and pictures drawn through them.

Points are arrays of shape (n, 2), x to the right and y down, in pixels; a map is a 3 x 3 matrix.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Points = NDArray[np.float64]
Map = NDArray[np.float64]
Weights = NDArray[np.float64]

_TRIES: Final = 300
_NEEDED: Final = {False: 3, True: 4}


def moved(plane: Map, points: Points) -> Points:
    """Where a map brings points to."""
    raised = np.column_stack([points, np.ones(len(points))]) @ plane.T
    flat: Points = raised[:, :2] / raised[:, 2:]
    return flat


def fit(source: Points, target: Points, *, bends: bool, weights: Weights | None = None) -> Map:
    """The map that brings ``source`` nearest to ``target``.

    It keeps parallels, or ``bends`` as a camera does that looks from the side: at least three points, or four.
    """
    middle, spread = source.mean(axis=0), max(float(np.abs(source - source.mean(axis=0)).max()), 1.0)
    norm: Map = np.array([[1 / spread, 0, -middle[0] / spread], [0, 1 / spread, -middle[1] / spread], [0, 0, 1]])
    left, right = _equations(moved(norm, source), target, bends=bends)
    scale = np.ones(len(left)) if weights is None else np.repeat(np.sqrt(weights), 2)
    answer = np.linalg.lstsq(left * scale[:, None], right * scale, rcond=None)[0]
    found = _as_map(answer) @ norm
    plane: Map = found / found[2, 2]
    return plane


def fit_most(source: Points, target: Points, *, bends: bool, within: float) -> tuple[Map | None, NDArray[np.bool_]]:
    """The map on which most pairs agree within so many pixels, and which do. None: there are too few that agree."""
    needed = _NEEDED[bends]
    nobody = np.zeros(len(source), dtype=bool)
    if len(source) < needed + 2:
        return None, nobody
    chance = np.random.default_rng(0)
    agreed = nobody
    for _ in range(_TRIES):
        some = chance.choice(len(source), needed, replace=False)
        try:
            plane = fit(source[some], target[some], bends=bends)
        except np.linalg.LinAlgError:
            continue
        near = _off(plane, source, target) < within
        agreed = near if near.sum() > agreed.sum() else agreed
    if agreed.sum() < needed + 2:
        return None, agreed
    for _ in range(2):
        plane = fit(source[agreed], target[agreed], bends=bends)
        agreed = _off(plane, source, target) < within
        if agreed.sum() < needed + 2:
            return None, agreed
    return plane, agreed


def drawn(image: Image.Image, plane: Map, size: tuple[int, int]) -> Image.Image:
    """What ``image`` shows where ``plane`` brings each pixel of a new picture; white where it shows nothing."""
    factors = (plane / plane[2, 2]).ravel()[:8]
    white = 255 if image.mode == "L" else (255, 255, 255)
    return image.transform(
        size, Image.Transform.PERSPECTIVE, tuple(factors.tolist()), Image.Resampling.BILINEAR, fillcolor=white
    )


def scaled(by: float) -> Map:
    """The map of another resolution."""
    return np.diag([by, by, 1.0])


def shifted(x: float, y: float) -> Map:
    """The map of another origin."""
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


def turn(plane: Map, at: Points) -> float:
    """By how many degrees a map turns what is at a point (1, 2), from -180 to 180; clockwise is positive."""
    here, right = moved(plane, np.vstack([at, at + np.array([1.0, 0.0])]))
    return float(np.degrees(np.arctan2(right[1] - here[1], right[0] - here[0])))


def _off(plane: Map, source: Points, target: Points) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        off: NDArray[np.float64] = np.linalg.norm(moved(plane, source) - target, axis=1)
    return np.nan_to_num(off, nan=np.inf)


def _equations(source: Points, target: Points, *, bends: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two lines for each pair: what the map's six or eight free numbers are multiplied by, and what comes out."""
    left = np.zeros((2 * len(source), 8 if bends else 6))
    left[0::2, 0:2] = left[1::2, 3:5] = source
    left[0::2, 2] = left[1::2, 5] = 1.0
    if bends:
        left[0::2, 6:8] = -source * target[:, 0:1]
        left[1::2, 6:8] = -source * target[:, 1:2]
    return left, target.ravel()


def _as_map(answer: NDArray[np.float64]) -> Map:
    return np.append(answer, [0.0] * (8 - len(answer)) + [1.0]).reshape(3, 3)
