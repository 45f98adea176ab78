"""Verdicts as columns, and an automaton's answers in that form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import phonenumbers

from bot.contacts.numbering.states import DIGITS_MAX, Automaton
from bot.contacts.numbers import Verdict
from bot.contacts.reasons import Reason

Numbers = npt.NDArray[np.int64]
Small = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

REASONS: tuple[Reason, ...] = tuple(Reason)
ACCEPTED = len(REASONS)
"""In a column the reason is its place in REASONS; this number stands for none."""
ASK = 255
"""In place of a reason: only phonenumbers itself can say."""
REGIONS = ("", *sorted({*phonenumbers.SUPPORTED_REGIONS, "001"}))
"""In a column the region is its place in REGIONS."""
POWERS: Numbers = 10 ** np.arange(DIGITS_MAX, dtype=np.int64)


def place(reason: Reason) -> int:
    """Where a reason stands in REASONS."""
    return REASONS.index(reason)


@dataclass
class Digits:
    """Numbers as they were written: ``values`` as integers, ``lengths`` in digits, ``plus``: whether with one."""

    values: Numbers
    lengths: Small
    plus: Mask

    def at(self, rows: Rows) -> Digits:
        """Some of them."""
        return Digits(self.values[rows], self.lengths[rows], self.plus[rows])


@dataclass
class Verdicts:
    """A verdict for each row: the accepted number's digits (else 0), the reason, the region, the type of number."""

    e164: Numbers
    reason: Small
    region: Small | npt.NDArray[np.uint16]
    type: Small

    @classmethod
    def of(cls, rows: int, reason: int) -> Verdicts:
        """So many rows, none of them accepted."""
        why = np.full(rows, reason, np.uint8)
        return cls(np.zeros(rows, np.int64), why, np.zeros(rows, np.uint16), np.full(rows, _NO_TYPE, np.uint8))

    @classmethod
    def from_single(cls, verdicts: list[Verdict]) -> Verdicts:
        """Verdicts that were made one by one."""
        return cls(
            np.array([one.e164 for one in verdicts], np.int64),
            np.array([place(one.reason) if one.reason else ACCEPTED for one in verdicts], np.uint8),
            np.array([_REGION_PLACES[one.region] for one in verdicts], np.uint16),
            np.array([one.type for one in verdicts], np.uint8),
        )

    def at(self, rows: Rows) -> Verdicts:
        """Those of some rows."""
        return Verdicts(self.e164[rows], self.reason[rows], self.region[rows], self.type[rows])

    def put(self, rows: Rows, others: Verdicts) -> None:
        """These verdicts in place of those of some rows."""
        self.e164[rows] = others.e164
        self.reason[rows] = others.reason
        self.region[rows] = others.region
        self.type[rows] = others.type


_NO_TYPE = phonenumbers.PhoneNumberType.UNKNOWN
_REGION_PLACES = {region: index for index, region in enumerate(REGIONS)}


class Oracle:
    """An automaton whose answers are columns."""

    def __init__(self, automaton: Automaton) -> None:
        self._automaton = automaton
        answers = automaton.outcomes
        reasons = [ASK if a.ask else ACCEPTED if a.reason is None else place(a.reason) for a in answers]
        self._reason = np.array(reasons, np.uint8)
        self._region = np.array([_REGION_PLACES[a.region] for a in answers], np.uint16)
        self._type = np.array([a.type for a in answers], np.uint8)
        self._prefix = np.array([int(a.prefix or 0) for a in answers], np.int64)
        self._rewritten = self._prefix > 0
        self._drop = np.array([a.drop for a in answers], np.uint8)

    def judge(self, values: Numbers, lengths: Small) -> Verdicts:
        """The verdicts on numbers of so many digits."""
        answer = self._automaton.run(values, lengths)
        reason = self._reason[answer]
        e164 = np.where(reason == ACCEPTED, values, 0)
        rewritten = np.flatnonzero(self._rewritten[answer])
        if len(rewritten):
            other = answer[rewritten]
            left = POWERS[lengths[rewritten] - self._drop[other]]
            e164[rewritten] = self._prefix[other] * left + values[rewritten] % left
        return Verdicts(e164, reason, self._region[answer], self._type[answer])
