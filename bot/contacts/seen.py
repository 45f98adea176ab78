"""Which numbers were there before: a set of integers that is asked and filled by whole columns."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio: near numbers land far apart


class Seen:
    """Numbers greater than 0, in a table with open addressing: a number that finds its place taken moves one on.

    ``expected``: about how many there will be; the table grows when there are more.
    """

    def __init__(self, expected: int = 0) -> None:
        self._bits = min(max(16, (2 * expected).bit_length()), 22)
        self._table: Numbers = np.zeros(1 << self._bits, np.int64)
        self._owner = np.zeros(1 << self._bits, np.int32)
        """Which row of the column that is being put in took a place."""
        self._count = 0

    def first_time(self, numbers: Numbers) -> npt.NDArray[np.bool_]:
        """For each number whether it is there for the first time, in this column and in all before it."""
        self._make_room(len(numbers))
        new = self._put(numbers)
        self._count += int(new.sum())
        return new

    def _put(self, numbers: Numbers) -> npt.NDArray[np.bool_]:
        """Put numbers in; for each whether it is new. Each round settles most of those that are left."""
        table, owner, new = self._table, self._owner, np.zeros(len(numbers), bool)
        rows = np.arange(len(numbers))
        places = ((numbers.view(np.uint64) * _SPREAD) >> np.uint64(64 - self._bits)).view(np.int64)
        while len(rows):
            free = np.flatnonzero(table.take(places) == 0)
            wanted = places.take(free)
            table[wanted] = numbers.take(free)  # of several numbers that want one free place, the last one gets it
            settled = table.take(places) == numbers
            winners = free.compress(settled.take(free))
            won = places.take(winners)
            owner[won[::-1]] = rows.take(winners)[::-1]  # of equal numbers, the first one is new
            new[rows.take(winners)] = owner.take(won) == rows.take(winners)
            left = np.flatnonzero(~settled)
            rows, numbers, places = rows.take(left), numbers.take(left), (places.take(left) + 1) & (len(table) - 1)
        return new

    def _make_room(self, more: int) -> None:
        """Keep at least half of the table free."""
        needed = max(self._bits, (2 * (self._count + more)).bit_length())
        if needed > self._bits:
            old = self._table[self._table > 0]
            self._bits, self._table = needed, np.zeros(1 << needed, np.int64)
            self._owner = np.zeros(1 << needed, np.int32)
            self._put(old)
