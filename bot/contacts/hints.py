"""Which country the numbers without a country code are from."""

import numpy as np
import phonenumbers

from bot.contacts.numbering.store import Store
from bot.contacts.numbers import LIKELY, valid_in
from bot.contacts.outcome import CountryHint
from bot.contacts.reasons import Reason
from bot.contacts.verdicts import ACCEPTED, POWERS, Digits, Numbers, Oracle, Small, Verdicts, place

AT_HOME = (*LIKELY, "HK", "TW", "KR", "JP", "IN", "AU", "NZ", "GB", "US")
"""Countries that are tried; of equals, the earlier one is named first: it has the stricter plan."""
_MAY_BE_NATIONAL = np.zeros(256, bool)
_MAY_BE_NATIONAL[
    [place(reason) for reason in (Reason.NO_CODE, Reason.ZERO_LOST, Reason.INVALID, Reason.UNKNOWN_CODE)]
    + [place(Reason.TOO_SHORT), place(Reason.TOO_LONG)]
] = True
_KEPT = 4_000_000  # numbers; of a longer file the first ones speak for the rest
_SAMPLE = 30
_LOST_SAMPLE = 20_000  # accepted numbers, from which it is estimated how many a country would lose
_HINTS_MAX = 3


class Hints:
    """Collects, while a file is judged without a country, what tells which country its numbers are from."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._refused: list[tuple[Numbers, Small]] = []
        self._accepted: list[Numbers] = []
        self._kept = 0

    def take(self, digits: Digits, found: Verdicts, *, pure: bool) -> None:
        """Take note of digits and the verdicts on them."""
        if self._kept > _KEPT:
            return
        rows = np.flatnonzero(_MAY_BE_NATIONAL[found.reason] & ~digits.plus)
        self._refused.append((digits.values[rows], digits.lengths[rows]))
        self._kept += len(rows)
        if pure:
            rows = np.flatnonzero((found.reason == ACCEPTED) & ~digits.plus)
            self._accepted.append(found.e164[rows])
            self._kept += len(rows)

    def all(self) -> tuple[CountryHint, ...]:
        """Which countries would make refused numbers valid, the most first."""
        refused = [pair for pair in self._refused if len(pair[0])]
        if not refused:
            return ()
        values, lengths = (np.concatenate(parts) for parts in zip(*refused, strict=True))
        counts = {region: self._valid_in(region, values, lengths) for region in _promising(values, lengths)}
        best = sorted((region for region in counts if counts[region]), key=lambda region: -counts[region])
        return tuple(
            CountryHint(region, counts[region], phonenumbers.country_code_for_region(region), self._lost_in(region))
            for region in best
        )

    def _valid_in(self, region: str, values: Numbers, lengths: Small) -> int:
        automaton = self._store.national(region)
        return 0 if automaton is None else int((Oracle(automaton).judge(values, lengths).reason == ACCEPTED).sum())

    def _lost_in(self, region: str) -> int:
        """How many accepted numbers would be refused, or be others, when they are read with this country."""
        automaton = self._store.national(region)
        values = np.concatenate(self._accepted) if self._accepted else np.empty(0, np.int64)
        if automaton is None or not len(values):
            return 0
        sample = values[:: len(values) // _LOST_SAMPLE + 1]
        lengths = np.searchsorted(POWERS, sample, side="right").astype(np.uint8)
        lost = (Oracle(automaton).judge(sample, lengths).e164 != sample).sum()
        return round(int(lost) * len(values) / len(sample))


def _promising(values: Numbers, lengths: Small) -> list[str]:
    """The countries that fit a few of the numbers best, in the order of AT_HOME."""
    every = max(1, len(values) // _SAMPLE)
    sample = [str(value).zfill(length) for value, length in zip(values[::every], lengths[::every], strict=True)]
    fitting = {region: sum(valid_in(value, region) for value in sample) for region in AT_HOME}
    best = sorted(AT_HOME, key=lambda region: -fitting[region])[:_HINTS_MAX]
    return sorted(best, key=AT_HOME.index)
