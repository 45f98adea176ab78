"""What is ink on paper, whatever the light. A grey picture is an array (height, width), 0.0 black to 1.0 white."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]


def evened(image: Image.Image, across: int) -> Grey:
    """How bright each pixel is beside the paper around it, of its three colours the one that shows a pen best.

    Shadows and grounds wider than ``across`` pixels are paper: what is left is what is thinner.
    """
    soft = image.filter(ImageFilter.GaussianBlur(0.7))
    return _darkest([_beside_paper(_array(band), across) for band in soft.split()])


def plain(image: Image.Image) -> Grey:
    """How bright each pixel is, of its three colours the one that shows a pen best."""
    return _darkest([_array(band) for band in image.split()])


def pictured(grey: Grey) -> Image.Image:
    """As a picture."""
    return Image.fromarray((np.clip(grey, 0, 1) * 255).astype(np.uint8))


def grown(mask: Mask, by: int) -> Mask:
    """A mask with everything that is within so many pixels of it, along rows and columns."""
    wide: Mask = _widest(mask.astype(np.float32), 2 * by + 1) > 0
    return wide


def without_dust(mask: Mask, across: int, share: float) -> Mask:
    """What of a mask has company: at least this share of a square of ``across`` pixels around it is set as well."""
    sums = np.pad(mask, across // 2 + 1).astype(np.float32).cumsum(0).cumsum(1)
    around = sums[across:, across:] - sums[:-across, across:] - sums[across:, :-across] + sums[:-across, :-across]
    kept: Mask = mask & (around[: mask.shape[0], : mask.shape[1]] >= share * across**2)
    return kept


def _darkest(bands: Sequence[Grey]) -> Grey:
    darkest: Grey = np.minimum.reduce(bands)
    return darkest


def _array(band: Image.Image) -> Grey:
    return np.asarray(band, dtype=np.float32) / np.float32(255)


def _beside_paper(grey: Grey, across: int) -> Grey:
    paper = 1 - _widest(1 - _widest(grey, across), across)
    return np.minimum(grey / np.maximum(paper, 0.05), 1).astype(np.float32)


def _widest(grey: Grey, across: int) -> Grey:
    """The brightest within a square of ``across`` pixels (odd) around each pixel: rows, then columns."""
    for axis in (0, 1):
        grey = _brightest(grey, across, axis)
    return grey


def _brightest(grey: Grey, across: int, axis: int) -> Grey:
    """The same along one axis, in as many steps as ``across`` has binary digits."""
    width = [(0, 0), (0, 0)]
    width[axis] = (across // 2, across // 2)
    row = np.moveaxis(np.pad(grey, width, mode="edge"), axis, 0)
    have = 1
    while have < across:
        step = min(have, across - have)
        row = np.maximum(row[:-step], row[step:])
        have += step
    return np.ascontiguousarray(np.moveaxis(row, 0, axis))
