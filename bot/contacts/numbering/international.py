"""Numbers written with a plus: the calling code comes first, then the national number."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from bot.contacts.numbering.patterns import State, UnknownPattern
from bot.contacts.numbering.plan import ASK, Outcome, Plan
from bot.contacts.reasons import Reason

_CODE_MAX = 3  # digits


class Place(NamedTuple):
    """Where one is in a number: digits of its calling code so far, or its plan and a state in it."""

    code: str
    plan: Plan | None
    state: State
    length: int
    """Digits of the national number."""


class International:
    """Walks the digits behind the plus, as ``parse`` does: the first calling code that fits is the one."""

    start = Place("", None, frozenset(), 0)

    def __init__(self) -> None:
        self._plan = cache(_plan)

    def step(self, place: Place, digit: int) -> Place:
        """One digit on."""
        if place.plan is not None:
            return Place(place.code, place.plan, place.plan.step(place.state, digit), place.length + 1)
        if place.code and int(place.code) in COUNTRY_CODE_TO_REGION_CODE:
            return place  # a plan that is not known here
        code = place.code + str(digit)
        if code[0] == "0" or len(code) > _CODE_MAX:
            return Place("0", None, frozenset(), 0)  # no country has this code, whatever follows
        if int(code) not in COUNTRY_CODE_TO_REGION_CODE:
            return Place(code, None, frozenset(), 0)
        plan = self._plan(int(code))
        return Place(code, plan, plan.start if plan else frozenset(), 0)

    def outcome(self, place: Place) -> Outcome:
        """What a number is that ends here."""
        if place.plan is None:
            return (
                ASK if place.code and int(place.code) in COUNTRY_CODE_TO_REGION_CODE else Outcome(Reason.UNKNOWN_CODE)
            )
        if place.plan.has_prefix(place.state):
            return ASK
        return place.plan.outcome(place.state, place.length)


def _plan(code: int) -> Plan | None:
    """The plan of a calling code; None when it has a pattern of a kind that is not known here."""
    try:
        return Plan(code)
    except UnknownPattern:
        return None
