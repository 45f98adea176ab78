"""Regular expressions over digits as graphs (Glushkov's construction).

Every place in the expression that takes a digit is a position. ``follow`` says which positions can come after it. To
walk is to hold the set of positions at which one may be; the expression matches where a last position is among them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from re import _constants, _parser  # type: ignore[attr-defined] # the one parser that reads what re reads
from typing import Any

State = frozenset[int]
ALL_DIGITS = frozenset(range(10))
START = 0
"""The position before the first digit, common to all expressions of a graph."""


class UnknownPattern(ValueError):
    """An expression has something in it that is no digit, repetition, group or choice."""


@dataclass(frozen=True)
class Part:
    """A part of an expression: where it can begin and end, and whether it can be empty."""

    first: frozenset[int]
    last: frozenset[int]
    empty: bool


_NOTHING = Part(frozenset(), frozenset(), empty=True)


class Graph:
    """Several expressions, walked together. ``ends`` has, for each position, the expressions that may end there."""

    start: State = frozenset({START})

    def __init__(self) -> None:
        self._digits: list[frozenset[int]] = [frozenset()]
        self._follow: list[set[int]] = [set()]
        self._ends: list[set[int]] = [set()]
        self._steps: dict[State, tuple[State, ...]] = {}
        self._names: dict[State, frozenset[int]] = {}
        self._count = 0

    def add(self, pattern: str, *, beginning: bool = False) -> int:
        """Add an expression; its number. With ``beginning`` it need only match some first digits, at least one."""
        part = self._sequence(_parser.parse(pattern))
        self._follow[START] |= part.first
        ends = set(part.last)
        if beginning:
            rest = self._position(ALL_DIGITS)
            for place in (*part.last, rest):
                self._follow[place].add(rest)
            ends.add(rest)
        elif part.empty:
            ends.add(START)
        for place in ends:
            self._ends[place].add(self._count)
        self._count += 1
        return self._count - 1

    def steps(self, state: State) -> tuple[State, ...]:
        """Where one may be after one more digit, for each of the ten."""
        after = self._steps.get(state)
        if after is None:
            places: list[set[int]] = [set() for _ in range(10)]
            for following in set().union(*(self._follow[here] for here in state)):
                for taken in self._digits[following]:
                    places[taken].add(following)
            after = self._steps[state] = tuple(map(frozenset, places))
        return after

    def walk(self, digits: str) -> State:
        """Where one may be after these digits."""
        state = self.start
        for digit in digits:
            state = self.steps(state)[int(digit)]
        return state

    def matched(self, state: State) -> frozenset[int]:
        """The numbers of the expressions that match the digits walked so far."""
        names = self._names.get(state)
        if names is None:
            names = frozenset(name for place in state for name in self._ends[place])
            self._names[state] = names
        return names

    def goes_on(self, state: State) -> bool:
        """Whether any expression takes a further digit."""
        return any(self._follow[place] for place in state)

    def _position(self, digits: frozenset[int]) -> int:
        self._digits.append(digits)
        self._follow.append(set())
        self._ends.append(set())
        return len(self._digits) - 1

    def _one_of(self, digits: frozenset[int]) -> Part:
        place = frozenset({self._position(digits)})
        return Part(place, place, empty=False)

    def _sequence(self, items: Iterable[Any]) -> Part:
        whole = _NOTHING
        for operation, argument in items:
            whole = self._join(whole, self._part(operation, argument))
        return whole

    def _join(self, before: Part, after: Part) -> Part:
        for place in before.last:
            self._follow[place] |= after.first
        first = before.first | after.first if before.empty else before.first
        last = before.last | after.last if after.empty else after.last
        return Part(first, last, before.empty and after.empty)

    def _part(self, operation: Any, argument: Any) -> Part:
        match operation:
            case _constants.LITERAL | _constants.IN:
                items = [(operation, argument)] if operation is _constants.LITERAL else argument
                return self._one_of(frozenset().union(*(_digits_of(*item) for item in items)))
            case _constants.SUBPATTERN:
                return self._sequence(argument[3])
            case _constants.BRANCH:
                parts = [self._sequence(branch) for branch in argument[1]]
                first = frozenset().union(*(part.first for part in parts))
                last = frozenset().union(*(part.last for part in parts))
                return Part(first, last, any(part.empty for part in parts))
            case _constants.MAX_REPEAT | _constants.MIN_REPEAT:
                return self._repeat(*argument)
            case _constants.AT if argument is _constants.AT_END:
                return _NOTHING  # the end of the number: whoever cares asks re itself
        raise UnknownPattern(str(operation))

    def _repeat(self, least: int, most: Any, item: Any) -> Part:
        if most is _constants.MAXREPEAT:
            message = "a repetition without end"
            raise UnknownPattern(message)
        whole = _NOTHING
        for count in range(int(most)):
            part = self._sequence(item)
            whole = self._join(whole, part if count < least else Part(part.first, part.last, empty=True))
        return whole


def _digits_of(operation: Any, argument: Any) -> frozenset[int]:
    if operation is _constants.LITERAL and chr(argument).isdigit():
        return frozenset({int(chr(argument))})
    if operation is _constants.RANGE:
        return frozenset(range(int(chr(argument[0])), int(chr(argument[1])) + 1))
    if operation is _constants.CATEGORY and argument is _constants.CATEGORY_DIGIT:
        return ALL_DIGITS
    raise UnknownPattern(str(operation))
