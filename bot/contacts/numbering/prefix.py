"""The national prefix: what ``parse`` takes away in front of a national number (0917... in the Philippines).

Whether it does depends on what matches the region's patterns with the prefix and without it. So the digits are walked
from both beginnings at once, and at the end the rules of ``parse`` choose between them.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from phonenumbers import ValidationResult

from bot.contacts.numbering.patterns import Graph, State
from bot.contacts.numbering.plan import ASK, Outcome, Plan, length_verdict

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


class Prefixed:
    """Walks national numbers of a plan as ``parse`` reads them in a region. ``home``: the region's metadata."""

    def __init__(self, plan: Plan, home: Any, code: str) -> None:
        self._plan, self._home, self._code = plan, home, code
        self._prefix: str | None = home.national_prefix_for_parsing or None
        self._prefixes = Graph()
        if self._prefix is not None:
            self._prefixes.add(self._prefix)
        self.start = Beginning(0, plan.start, plan.start, None if self._prefix is None else "")

    def steps(self, here: Beginning) -> tuple[Beginning, ...]:
        """One digit on, for each of the ten."""
        length, wholes = here.length + 1, self._plan.steps(here.whole)
        if here.text is not None:
            texts = [here.text + str(digit) for digit in range(10)]
            return tuple(self._open(length, *after) for after in zip(wholes, texts, strict=True))
        if not here.drop:
            return tuple([Beginning(length, whole, whole, None, 0, here.asks) for whole in wholes])
        pairs = zip(wholes, self._plan.steps(here.rest), strict=True)
        return tuple([Beginning(length, whole, rest, None, here.drop) for whole, rest in pairs])

    def _open(self, length: int, whole: State, text: str) -> Beginning:
        """While it is open what the prefix is."""
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

    def without_prefix(self, here: Beginning) -> Beginning:
        """What is left when the number ends here. The prefix stays when the number is good with it and not without."""
        here = self._decided(here)
        return here._replace(drop=0, rest=here.whole) if here.drop and self._good_with_it_only(here) else here

    def _good_with_it_only(self, here: Beginning) -> bool:
        good, still = (self._plan.is_general(self._home, state) for state in (here.whole, here.rest))
        return good and not still

    def outcome(self, here: Beginning) -> Outcome:
        """What a number is that ends here; the calling code is put in front of what is left of it."""
        here = self.without_prefix(here)
        if here.asks:
            return ASK
        if here.drop and length_verdict(self._home, here.length - here.drop) in (
            ValidationResult.TOO_SHORT,
            ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
            ValidationResult.INVALID_LENGTH,
        ):
            here = here._replace(drop=0, rest=here.whole)
        return self.as_national(here, here.drop)

    def as_national(self, here: Beginning, drop: int) -> Outcome:
        """What the number is without its prefix; ``drop`` digits of what was written are not in it."""
        found = self._plan.outcome(here.rest, here.length - here.drop)
        if found.reason is not None:
            return found
        return Outcome(region=found.region, type=found.type, prefix=self._code, drop=drop)
