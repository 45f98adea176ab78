"""What readers give: rows in blocks, and what a source of rows can be asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import polars as pl


@dataclass(frozen=True)
class Block:
    """Some rows of a file, one after the other.

    ``frame``: a column of text for each column of the file, named "0", "1", ... (null: empty); one more column, if it
    is there, holds what rows have beyond the file's columns. ``first_row``: the first row's number as a sheet counts.
    """

    frame: pl.DataFrame
    first_row: int


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
