"""What a check counts, and the first examples of each reason."""

import re
from collections import Counter, defaultdict

import polars as pl

from bot.contacts.outcome import Example
from bot.contacts.reasons import Reason

DUPLICATE = "duplicate"
"""The key of the duplicates' examples; they are dropped, which is no rejection."""
_ALL_BUT_THREE = re.compile(r"\d(?=(?:\D*\d){3})")
_VALUE_MAX = 60


class Tally:
    """Counts of rows, of reasons and examples. ``examples``: how many of each are kept; ``mask``: hide their digits."""

    def __init__(self, examples: int, *, mask: bool) -> None:
        self.accepted = self.duplicate = 0
        self.reasons: Counter[Reason] = Counter()
        self._examples: defaultdict[str, list[Example]] = defaultdict(list)
        self._most, self._mask = examples, mask

    @property
    def rejected(self) -> int:
        """How many rows were rejected."""
        return self.reasons.total()

    def keep(self, reason: str, rows: pl.Series, values: pl.Series) -> None:
        """Keep the first of these rows as examples, as far as more are wanted."""
        missing = self._most - len(self._examples[reason])
        for row, value in zip(rows.head(missing), values.head(missing), strict=True):
            shown = " ".join((value or "").split())[:_VALUE_MAX]
            self._examples[reason].append(Example(row, masked(shown) if self._mask else shown))

    def examples(self) -> dict[str, tuple[Example, ...]]:
        """What was kept."""
        return {reason: tuple(kept) for reason, kept in self._examples.items() if kept}


def masked(value: str) -> str:
    """A value with all digits but the last three hidden."""
    return _ALL_BUT_THREE.sub("•", value)
