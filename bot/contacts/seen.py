"""Which numbers were there before: a set of integers that is asked and filled by whole columns."""

import numpy as np
import numpy.typing as npt
import polars as pl

Numbers = npt.NDArray[np.int64]
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio: near numbers land far apart


class Seen:
    """Numbers greater than 0, in a table with open addressing: a number that finds its place taken moves one on."""

    def __init__(self) -> None:
        self._bits = 16
        self._table: Numbers = np.zeros(1 << self._bits, np.int64)
        self._count = 0

    def first_time(self, numbers: Numbers) -> npt.NDArray[np.bool_]:
        """For each number whether it is there for the first time, in this column and in all before it."""
        firsts = pl.Series(numbers).is_first_distinct().to_numpy().copy()
        candidates = np.flatnonzero(firsts)
        self._make_room(len(candidates))
        firsts[candidates] = self._put(numbers[candidates])
        self._count += int(firsts.sum())
        return firsts

    def _put(self, numbers: Numbers) -> npt.NDArray[np.bool_]:
        """Put different numbers in; for each whether it is new. Each round settles most of those that are left."""
        table, new = self._table, np.zeros(len(numbers), bool)
        waiting = np.arange(len(numbers))
        places = ((numbers.view(np.uint64) * _SPREAD) >> np.uint64(64 - self._bits)).view(np.int64)
        while len(waiting):
            here, wanted = places[waiting], numbers[waiting]
            there = table[here]
            free = there == 0
            table[here[free]] = wanted[free]  # of several numbers that want one free place, one gets it
            settled = table[here] == wanted
            new[waiting] = free & settled
            waiting = waiting[~settled]
            places[waiting] = (places[waiting] + 1) & (len(table) - 1)
        return new

    def _make_room(self, more: int) -> None:
        """Keep at least half of the table free."""
        needed = max(self._bits, (2 * (self._count + more)).bit_length())
        if needed > self._bits:
            old = self._table[self._table > 0]
            self._bits, self._table = needed, np.zeros(1 << needed, np.int64)
            self._put(old)
