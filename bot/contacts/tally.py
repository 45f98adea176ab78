"""What a check counts, and the first examples of each reason."""

import re
from collections import Counter, defaultdict

import numpy as np
import polars as pl

from bot.contacts.outcome import Example
from bot.contacts.reasons import Reason
from bot.contacts.verdicts import ACCEPTED, REASONS, REGIONS, Mask, Verdicts

DUPLICATE = "duplicate"
"""The key of the duplicates' examples; they are dropped, which is no rejection."""
_ALL_BUT_THREE = re.compile(r"\d(?=(?:\D*\d){3})")
_VALUE_MAX = 60


class Tally:
    """Counts of rows, of reasons and examples. ``examples``: how many of each are kept; ``mask``: hide their digits."""

    def __init__(self, examples: int, *, mask: bool) -> None:
        self.accepted = self.duplicate = 0
        self.reasons: Counter[Reason] = Counter()
        self._regions = np.zeros(len(REGIONS), np.int64)
        self._examples: defaultdict[str, list[Example]] = defaultdict(list)
        self._most, self._mask = examples, mask

    @property
    def rejected(self) -> int:
        """How many rows were rejected."""
        return self.reasons.total()

    def take(self, rows: pl.Series, values: pl.Series, verdicts: Verdicts, bad: Mask, first: Mask) -> None:
        """Count a block: which rows are rejected, and which are accepted for the first time."""
        again = (verdicts.reason == ACCEPTED) & ~first
        self.accepted += int(first.sum())
        self.duplicate += int(again.sum())
        self._regions += np.bincount(verdicts.region[first], minlength=len(REGIONS))
        self._keep(DUPLICATE, rows, values, again)
        counts = np.bincount(verdicts.reason[bad], minlength=len(REASONS))
        for place in np.flatnonzero(counts):
            self.reasons[REASONS[place]] += int(counts[place])
            self._keep(REASONS[place], rows, values, bad & (verdicts.reason == place))

    def _keep(self, reason: str, rows: pl.Series, values: pl.Series, which: Mask) -> None:
        """Keep the first of these rows as examples, as far as more are wanted."""
        missing = self._most - len(self._examples[reason])
        for index in np.flatnonzero(which)[:missing] if missing else ():
            shown = " ".join((values[int(index)] or "").split())[:_VALUE_MAX]
            self._examples[reason].append(Example(rows[int(index)], masked(shown) if self._mask else shown))

    def examples(self) -> dict[str, tuple[Example, ...]]:
        """What was kept."""
        return {reason: tuple(kept) for reason, kept in self._examples.items() if kept}

    def countries(self) -> dict[str, int]:
        """How many accepted numbers each region has, the most first."""
        found = np.argsort(-self._regions, kind="stable")
        return {REGIONS[place]: int(self._regions[place]) for place in found if self._regions[place]}


def masked(value: str) -> str:
    """A value with all digits but the last three hidden."""
    return _ALL_BUT_THREE.sub("•", value)
