"""Numbers written as at home: ``parse`` with a region, for digits without a plus.

``parse`` may take three things away in front: nothing, the national prefix (0917... in the Philippines), or the calling
code and then perhaps the prefix (63917...). Which, depends on what matches the region's patterns before and after. So
the digits are walked from several beginnings at once, and at the end the rules of ``parse`` choose among them.
"""

from __future__ import annotations

from typing import NamedTuple

from phonenumbers import ValidationResult, country_code_for_region

from bot.contacts.numbering.patterns import Graph, State
from bot.contacts.numbering.plan import ASK, Outcome, Plan, length_verdict, metadata_of
from bot.contacts.numbering.prefix import Beginning, Prefixed


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
        self._prefixed = Prefixed(self._plan, self._home, self._code)
        self._abroad = Graph()
        if self._home.international_prefix:
            self._abroad.add(self._home.international_prefix, beginning=True)
        self.start = Place(0, self._abroad.start, self._prefixed.start, None)

    def steps(self, place: Place) -> tuple[Place, ...]:
        """One digit on, for each of the ten."""
        behind = self._behind(place)
        after = zip(behind, self._abroad.steps(place.abroad), self._prefixed.steps(place.all), strict=True)
        return tuple([Place(code, abroad, all_, behind) for (code, behind), abroad, all_ in after])

    def _behind(self, place: Place) -> list[tuple[int, Beginning | None]]:
        """For each digit, how much of the calling code has been seen with it, and the place behind that."""
        if place.behind is not None:
            return [(place.code, behind) for behind in self._prefixed.steps(place.behind)]
        after: list[tuple[int, Beginning | None]] = [(-1, None)] * 10
        if place.code >= 0:
            code = place.code + 1
            after[int(self._code[place.code])] = (code, self._prefixed.start if code == len(self._code) else None)
        return after

    def outcome(self, place: Place) -> Outcome:
        """What a number is that ends here."""
        if self._abroad.matched(place.abroad):
            return ASK
        if place.behind is not None:
            behind = self._prefixed.without_prefix(place.behind)
            if behind.asks:
                return ASK
            was, now = (self._plan.is_general(self._home, state) for state in (place.all.whole, behind.rest))
            too_long = length_verdict(self._home, place.all.length) == ValidationResult.TOO_LONG
            if (now and not was) or too_long:
                return self._behind_code(behind)
        return self._prefixed.outcome(place.all)

    def _behind_code(self, behind: Beginning) -> Outcome:
        """The calling code was written without its plus. ``parse`` would now look for another prefix."""
        if self._plan.has_prefix(behind.rest):
            return ASK
        return self._prefixed.as_national(behind, len(self._code) + behind.drop)
