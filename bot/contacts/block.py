"""What readers give: rows in blocks, and what a source of rows can be asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import polars as pl


@dataclass(frozen=True)
class Block:
    """Some rows of a file, one after the other: ``rows`` of them from ``first_row`` on, as a sheet counts.

    ``frame()`` reads them; it may be called in another thread. It has a column of text for each column of the file,
    named "0", "1", ... (null: empty); one more, if it is there, holds what rows have beyond the file's columns.
    """

    first_row: int
    rows: int
    frame: Callable[[], pl.DataFrame]


class Source(Protocol):
    """A file that rows can be read from. ``head``: its first rows. ``width``: how many columns it has."""

    kind: str
    head: list[list[str]]

    @property
    def width(self) -> int:
        """How many columns there are."""

    @property
    def rows_expected(self) -> int:
        """About how many rows there are."""

    def blocks(self) -> Iterator[Block]:
        """All rows in order, the header too."""
