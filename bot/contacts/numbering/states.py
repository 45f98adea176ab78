"""The automaton: every number that can be written, as a table of states.

``build`` walks over all digits, up to 19 of them, and asks at every place what a number is that ends there. Two places
from which all goes on alike are one state; so 26 thousand states or so are enough for all numbers of the world.

The table is used on whole columns. A number is an integer and its count of digits (zeros in front count). The first
three or four digits are looked up at once, then two at a time: a number of twelve digits takes five look-ups.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from bot.contacts.numbering.plan import ASK, Outcome

DIGITS_MIN, DIGITS_MAX = 5, 19
"""How many digits a number in a column may have; others are for phonenumbers."""
Table = npt.NDArray[np.uint16]
P = TypeVar("P", bound=Hashable)


class Walk(Protocol[P]):
    """A way through the digits: a place to start from, the ten steps from a place, and what a number is at a place."""

    start: P

    def steps(self, place: P) -> tuple[P, ...]:
        """One digit on, for each of the ten."""

    def outcome(self, place: P) -> Outcome:
        """What a number is that ends here."""


class Automaton:
    """``steps``: the next state for each state and digit. ``ends``: the place in ``outcomes`` for each state."""

    def __init__(self, steps: Table, ends: Table, outcomes: tuple[Outcome, ...], start: int) -> None:
        self.steps, self.ends, self.outcomes, self.start = steps, ends, outcomes, start
        first = np.array([start], np.uint16)
        self._first: dict[int, Table] = {}
        for digits in range(1, 5):
            first = steps[first].reshape(-1)  # in the order of the digits: 00, 01, ... 99
            self._first[digits] = first
        self._pairs: Table = steps[steps].reshape(len(steps) * 100)

    def run(self, numbers: npt.NDArray[np.int64], lengths: npt.NDArray[np.uint8]) -> Table:
        """For each number its place in ``outcomes``. Each has DIGITS_MIN to DIGITS_MAX digits."""
        found = np.empty(len(numbers), np.uint16)
        for length in np.flatnonzero(np.bincount(lengths)):
            rows = np.flatnonzero(lengths == length)
            found[rows] = self.ends[self._states(numbers[rows], int(length))]
        return found

    def _states(self, numbers: npt.NDArray[np.int64], length: int) -> Table:
        left = length - (3 if length % 2 else 4)  # digits after the first look-up: an even number of them
        head = numbers // 10**left
        state: Table = self._first[length - left][head]
        rest = numbers - head * 10**left
        while left:
            left -= 2
            pair = rest // 10**left
            state = self._pairs[state.astype(np.int32) * 100 + pair]
            rest -= pair * 10**left
        return state


def build(walk: Walk[Any]) -> Automaton:
    """The automaton of a walk."""
    nodes: dict[tuple[int, ...], int] = {}
    outcomes: dict[Outcome, int] = {}
    known: dict[Hashable, int] = {}

    def node(*parts: int) -> int:
        return nodes.setdefault(parts, len(nodes))

    beyond = node(outcomes.setdefault(ASK, 0), *[0] * 10)  # more than DIGITS_MAX digits; leads to itself

    def visit(place: Hashable, depth: int) -> int:
        if depth > DIGITS_MAX:
            return beyond
        found = known.get((place, depth))
        if found is None:
            end = outcomes.setdefault(walk.outcome(place), len(outcomes))
            found = node(end, *[visit(following, depth + 1) for following in walk.steps(place)])
            known[place, depth] = found
        return found

    start = visit(walk.start, 0)
    table = np.array(list(nodes), np.uint16)
    return Automaton(table[:, 1:].copy(), table[:, 0].copy(), tuple(outcomes), start)
