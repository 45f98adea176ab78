"""Where a letter is signed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """Where to sign, in points from the lower left corner; pages count from 1. Nothing is printed within."""

    page: int
    left: float
    bottom: float
    width: float
    height: float
