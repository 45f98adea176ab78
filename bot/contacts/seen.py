"""Which numbers were there before: a set of integers that is asked and filled by whole columns."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio: near numbers land far apart
_BITS_MAX = 22


class Seen:
    """Numbers, in a table with open addressing: a number that finds its place taken moves one on.

    All numbers stand in the order in which they came, and the table tells for each place which of them took it (0:
    none). So one look at the table tells of most numbers that they are new: they got the place they asked for.
    ``expected``: about how many there will be; the table grows when there are more.
    """

    def __init__(self, expected: int = 0) -> None:
        self._empty(min(max(16, (2 * expected).bit_length()), _BITS_MAX))

    def _empty(self, bits: int) -> None:
        """A table that is at most half full when there is no room for more numbers."""
        self._bits = bits
        self._table = np.zeros(1 << bits, np.int32)
        self._numbers: Numbers = np.empty(1 << (bits - 1), np.int64)
        self._end = 1

    def first_time(self, numbers: Numbers) -> npt.NDArray[np.bool_]:
        """For each number whether it is there for the first time, in this column and in all before it."""
        if self._end + len(numbers) > len(self._numbers):
            known = self._numbers[self._table[self._table > 0]]
            self._empty(max(self._bits, (4 * (len(known) + len(numbers))).bit_length()))
            self._put(known)
        return self._put(numbers)

    def _put(self, numbers: Numbers) -> npt.NDArray[np.bool_]:
        """Put numbers in; for each whether it is new. Each round settles most of those that are left."""
        table, begin, end = self._table, self._end, self._end + len(numbers)
        self._numbers[begin:end], self._end = numbers, end
        new = np.zeros(len(numbers), bool)
        ids = np.arange(begin, end, dtype=np.int32)
        places = ((numbers.view(np.uint64) * _SPREAD) >> np.uint64(64 - self._bits)).view(np.int64)
        while len(ids):
            free = np.flatnonzero(table.take(places) == 0)[::-1]
            table[places.take(free)] = ids.take(free)  # of several that want one place, the first gets it: it is last
            owners = table.take(places)
            got = owners == ids
            new[ids.compress(got) - begin] = True
            left = np.flatnonzero(~got)
            others = self._numbers.take(owners.take(left)) != self._numbers.take(ids.take(left))
            left = left.compress(others)
            ids, places = ids.take(left), (places.take(left) + 1) & (len(table) - 1)
        return new
