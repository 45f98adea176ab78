"""The rules of ``numbers.verdict`` for columns of digits, by automata: no string is looked at here."""

import numpy as np
import phonenumbers

from bot.contacts.numbering.plan import metadata_of
from bot.contacts.numbering.states import DIGITS_MAX, DIGITS_MIN
from bot.contacts.numbering.store import Store
from bot.contacts.numbers import LIKELY
from bot.contacts.reasons import Reason
from bot.contacts.verdicts import ACCEPTED, ASK, POWERS, Digits, Mask, Numbers, Oracle, Rows, Small, Verdicts, place

_FITS_MIN, _FITS_MAX = 7, 15
"""How many digits the API's pattern allows (``numbers.DIGITS``)."""


class DigitJudge:
    """Judges columns of digits for one country, or for none. What it cannot decide has ASK for a reason."""

    def __init__(self, country: str | None, store: Store) -> None:
        self._store = store
        self._oracles: dict[str, Oracle | None] = {}
        self._country = country
        self._international = Oracle(store.international())
        code = phonenumbers.country_code_for_region(country) if country is not None else 0
        self._abroad = metadata_of(code, country).international_prefix if country is not None else None

    def judge(self, digits: Digits, *, pure: bool) -> Verdicts:
        """The verdicts; each number has DIGITS_MIN to DIGITS_MAX digits. ``pure``: nothing else stood in the cells."""
        found = Verdicts.of(len(digits.values), ASK)
        international = digits.plus | (fits(digits) if pure and self._country is None else False)
        self._judge_international(digits, found, np.flatnonzero(international))
        rows = np.flatnonzero(~international)
        if self._country is None:
            found.reason[rows] = _without_code(digits.at(rows))
        else:
            self._judge_national(digits, found, rows, self._country)
        if pure:
            self._say_what_was_lost(digits, found)
        return found

    def _judge_international(self, digits: Digits, found: Verdicts, rows: Rows) -> None:
        verdicts = self._international.judge(digits.values[rows], digits.lengths[rows])
        if self._country is not None:
            # ``parse`` would try once more, with the country and without the plus.
            verdicts.reason[verdicts.reason == place(Reason.UNKNOWN_CODE)] = ASK
        found.put(rows, verdicts)

    def _judge_national(self, digits: Digits, found: Verdicts, rows: Rows, country: str) -> None:
        oracle = self._national(country)
        if oracle is None:
            return
        found.put(rows, oracle.judge(digits.values[rows], digits.lengths[rows]))
        if self._abroad == "00":
            here = digits.at(rows)
            zeros = (here.values < POWERS[here.lengths - 2]) & (here.values >= POWERS[here.lengths - 3])
            long = rows[zeros & (here.lengths >= DIGITS_MIN + 2)]
            behind = Digits(digits.values[long], digits.lengths[long] - np.uint8(2), digits.plus[long])
            verdicts = self._international.judge(behind.values, behind.lengths)
            verdicts.reason[verdicts.reason == place(Reason.UNKNOWN_CODE)] = ASK
            found.put(long, verdicts)

    def _national(self, region: str) -> Oracle | None:
        if region not in self._oracles:
            automaton = self._store.national(region)
            self._oracles[region] = None if automaton is None else Oracle(automaton)
        return self._oracles[region]

    def _say_what_was_lost(self, digits: Digits, found: Verdicts) -> None:
        """What a sheet took away in front of digits that were refused: see ``numbers.verdict``."""
        refused = (found.reason != ACCEPTED) & (found.reason != ASK) & ~digits.plus & fits(digits)
        rows = np.flatnonzero(refused)
        if self._country is not None:
            abroad = self._international.judge(digits.values[rows], digits.lengths[rows]).reason
            rows = _explain(found, rows, abroad, Reason.PLUS_LOST)
            with_zero = digits.lengths[rows] + np.uint8(1)
            _explain(found, rows, self._at_home(self._country, digits.values[rows], with_zero), Reason.ZERO_LOST)
            return
        for region in LIKELY:
            zero = phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True) == "0"
            at_home = self._at_home(region, digits.values[rows], digits.lengths[rows])
            rows = _explain(found, rows, at_home, Reason.ZERO_LOST if zero else Reason.NO_CODE)

    def _at_home(self, region: str, values: Numbers, lengths: Small) -> Small:
        """What digits are in a region: ACCEPTED, or some reason, or ASK."""
        oracle = self._national(region) if len(values) else None
        return np.full(len(values), ASK, np.uint8) if oracle is None else oracle.judge(values, lengths).reason


def _explain(found: Verdicts, rows: Rows, elsewhere: Small, reason: Reason) -> Rows:
    """Give this reason to rows that are good elsewhere; the rows for which that cannot be so."""
    found.reason[rows[elsewhere == ACCEPTED]] = place(reason)
    found.reason[rows[elsewhere == ASK]] = ASK
    others: Rows = rows[(elsewhere != ACCEPTED) & (elsewhere != ASK)]
    return others


def fits(digits: Digits) -> Mask:
    """Whether digits fit the API's own pattern: no zero in front, and so many of them."""
    no_zero = digits.values >= POWERS[digits.lengths - 1]
    good: Mask = no_zero & (digits.lengths >= _FITS_MIN) & (digits.lengths <= _FITS_MAX)
    return good


def may_be_judged(values: Numbers, lengths: Small) -> Mask:
    """Whether numbers have as many digits as automata take."""
    good: Mask = (values > 0) & (lengths >= DIGITS_MIN) & (lengths <= DIGITS_MAX)
    return good


def _without_code(digits: Digits) -> Small:
    """Why digits without a plus are no number, when no country is named."""
    double_zero = digits.values < POWERS[digits.lengths - 2]
    why: Small = np.select(
        [digits.lengths < _FITS_MIN, double_zero, digits.lengths > _FITS_MAX],
        [place(Reason.TOO_SHORT), place(Reason.DOUBLE_ZERO), place(Reason.TOO_LONG)],
        place(Reason.NO_CODE),
    ).astype(np.uint8)
    return why
