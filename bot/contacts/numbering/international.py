"""Numbers written with a plus: the calling code comes first, then the national number."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import NamedTuple

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from bot.contacts.numbering.patterns import UnknownPattern
from bot.contacts.numbering.plan import ASK, Outcome, Plan
from bot.contacts.numbering.prefix import Beginning, Prefixed
from bot.contacts.reasons import Reason

_CODE_MAX = 3  # digits
_ASKS = Beginning(0, frozenset(), frozenset(), None, asks=True)


class Place(NamedTuple):
    """Where one is in a number: digits of its calling code so far, or its plan and a place in the national number."""

    code: str
    plan: Prefixed | None = None
    national: Beginning | None = None


class International:
    """Walks the digits behind the plus, as ``parse`` does: the first calling code that fits is the one."""

    start = Place("")

    def __init__(self) -> None:
        self._plan = cache(_plan)

    def steps(self, place: Place) -> tuple[Place, ...]:
        """One digit on, for each of the ten."""
        code, plan, national = place
        if plan is not None and national is not None:
            after = plan.steps(national)
            return tuple([Place(code, plan, _ASKS if following.asks else following) for following in after])
        if code and int(code) in COUNTRY_CODE_TO_REGION_CODE:
            return (place,) * 10  # a plan that is not known here
        return tuple(self._coded(code + str(digit)) for digit in range(10))

    def _coded(self, code: str) -> Place:
        """Behind these first digits, which are the calling code or begin one."""
        if code[0] == "0" or len(code) > _CODE_MAX:
            return Place("0")  # no country has this code, whatever follows
        if int(code) not in COUNTRY_CODE_TO_REGION_CODE:
            return Place(code)
        plan = self._plan(int(code))
        return Place(code, plan, plan.start if plan else None)

    def outcome(self, place: Place) -> Outcome:
        """What a number is that ends here."""
        if place.plan is not None and place.national is not None:
            return _behind(place.code, place.plan.outcome(place.national))
        return ASK if place.code and int(place.code) in COUNTRY_CODE_TO_REGION_CODE else Outcome(Reason.UNKNOWN_CODE)


def _behind(code: str, national: Outcome) -> Outcome:
    """The outcome of a number that begins with its calling code: what stays as it was written needs no prefix."""
    if national.region and national.drop:
        return replace(national, drop=len(code) + national.drop)
    return replace(national, prefix="")


def _plan(code: int) -> Prefixed | None:
    """The plan of a calling code; None when it has a pattern of a kind that is not known here."""
    try:
        plan = Plan(code)
        return Prefixed(plan, plan.main, str(code))
    except UnknownPattern:
        return None
