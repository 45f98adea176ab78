"""Numbers written as at home: ``parse`` with a region, for digits without a plus.

``parse`` may take three things away in front: nothing, the national prefix (0917... in the Philippines), or the calling
code and then perhaps the prefix (63917...). Which, depends on what matches the region's patterns before and after. So
the digits are walked from several beginnings at once, and at the end the rules of ``parse`` choose among them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from phonenumbers import ValidationResult, country_code_for_region

from bot.contacts.numbering.patterns import Graph, State
from bot.contacts.numbering.plan import ASK, Outcome, Plan, length_verdict, metadata_of

_REMEMBERED = 4
"""Digits that are remembered while it is open which of them are the prefix."""


class Beginning(NamedTuple):
    """The digits from one place on: with everything (``whole``) and without the national prefix (``rest``).

    While it is open what the prefix is, the digits so far are in ``text``; then it is None and ``drop`` digits are the
    prefix. ``asks``: only phonenumbers knows the prefix.
    """

    length: int
    whole: State
    rest: State
    text: str | None
    drop: int = 0
    asks: bool = False


class Place(NamedTuple):
    """Where one is in a number: digits of the calling code seen (-1: it is none), and the two beginnings."""

    code: int
    abroad: State
    all: Beginning
    behind: Beginning | None


class National:
    """Walks digits as ``parse`` does with this region. Raises UnknownPattern when the region's patterns are unusual."""

    def __init__(self, region: str) -> None:
        code = country_code_for_region(region)
        self._home = metadata_of(code, region)
        self._code = str(code)
        self._plan = Plan(code)
        self._prefix = self._home.national_prefix_for_parsing or None
        self._prefixes = Graph()
        if self._prefix is not None:
            self._prefixes.add(self._prefix)
        self._abroad = Graph()
        if self._home.international_prefix:
            self._abroad.add(self._home.international_prefix, beginning=True)
        self.start = Place(0, self._abroad.start, self._begin(), None)

    def _begin(self) -> Beginning:
        start = self._plan.start
        return Beginning(0, start, start, None if self._prefix is None else "")

    def step(self, place: Place, digit: int) -> Place:
        """One digit on."""
        code, behind = place.code, place.behind
        if behind is not None:
            behind = self._one_on(behind, digit)
        elif code >= 0:
            code = code + 1 if self._code[code] == str(digit) else -1
            behind = self._begin() if code == len(self._code) else None
        return Place(code, self._abroad.step(place.abroad, digit), self._one_on(place.all, digit), behind)

    def _one_on(self, here: Beginning, digit: int) -> Beginning:
        whole = self._plan.step(here.whole, digit)
        length = here.length + 1
        if here.asks:
            return here._replace(whole=whole, length=length)
        if here.text is None:
            return here._replace(whole=whole, length=length, rest=self._plan.step(here.rest, digit))
        text = here.text + str(digit)
        after = self._prefixes.walk(text)
        if after and (self._prefixes.goes_on(after) or "$" in str(self._prefix)):
            asks = len(text) >= _REMEMBERED
            return Beginning(length, whole, frozenset(), None if asks else text, asks=asks)
        return self._decided(Beginning(length, whole, frozenset(), text))

    def _decided(self, here: Beginning) -> Beginning:
        """With the prefix that re finds in the remembered digits."""
        if here.text is None:
            return here
        found = re.match(self._prefix, here.text) if self._prefix is not None else None
        if found is None:
            return here._replace(text=None, rest=here.whole)
        if self._home.national_prefix_transform_rule and found.groups()[-1] is not None:
            return here._replace(text=None, asks=True)  # the rule writes the number anew
        return here._replace(text=None, drop=found.end(), rest=self._plan.walk(here.text[found.end() :]))

    def outcome(self, place: Place) -> Outcome:
        """What a number is that ends here."""
        if self._abroad.matched(place.abroad):
            return ASK
        if place.behind is not None:
            behind = self._without_prefix(place.behind)
            if behind.asks:
                return ASK
            was, now = (self._plan.is_general(self._home, state) for state in (place.all.whole, behind.rest))
            too_long = length_verdict(self._home, place.all.length) == ValidationResult.TOO_LONG
            if (now and not was) or too_long:
                return self._behind_code(behind)
        here = self._without_prefix(place.all)
        if here.asks:
            return ASK
        if here.drop and length_verdict(self._home, here.length - here.drop) in (
            ValidationResult.TOO_SHORT,
            ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
            ValidationResult.INVALID_LENGTH,
        ):
            here = here._replace(drop=0, rest=here.whole)
        return self._as_national(here, here.drop)

    def _behind_code(self, behind: Beginning) -> Outcome:
        """The calling code was written without its plus. ``parse`` would now look for another prefix."""
        if self._plan.has_prefix(behind.rest):
            return ASK
        return self._as_national(behind, len(self._code) + behind.drop)

    def _without_prefix(self, here: Beginning) -> Beginning:
        """The prefix stays when the number is good with it and not without it."""
        here = self._decided(here)
        good, still = (self._plan.is_general(self._home, state) for state in (here.whole, here.rest))
        return here._replace(drop=0, rest=here.whole) if here.drop and good and not still else here

    def _as_national(self, here: Beginning, drop: int) -> Outcome:
        found = self._plan.outcome(here.rest, here.length - here.drop)
        if found.reason is not None:
            return found
        return Outcome(region=found.region, type=found.type, prefix=self._code, drop=drop)
