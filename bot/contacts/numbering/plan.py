"""The numbering plan of one calling code: what a national number is, by the rules of phonenumbers.

A calling code may have several regions (+1 has 25). Each has patterns for every type of number; they are walked
together. The rules below are those of ``is_valid_number``, ``region_code_for_number``, ``number_type`` and
``is_possible_number_with_reason``, on the walked patterns in place of the digits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberType, ValidationResult

from bot.contacts.numbering.patterns import Graph, State
from bot.contacts.reasons import LENGTHS, Reason

_NON_GEO = "001"
_LEAST, _MOST = 2, 17  # digits of a national number that ``parse`` takes
# The order in which phonenumbers asks for a type; the last two are asked for differently.
_TYPES = (
    ("premium_rate", PhoneNumberType.PREMIUM_RATE),
    ("toll_free", PhoneNumberType.TOLL_FREE),
    ("shared_cost", PhoneNumberType.SHARED_COST),
    ("voip", PhoneNumberType.VOIP),
    ("personal_number", PhoneNumberType.PERSONAL_NUMBER),
    ("pager", PhoneNumberType.PAGER),
    ("uan", PhoneNumberType.UAN),
    ("voicemail", PhoneNumberType.VOICEMAIL),
    ("fixed_line", PhoneNumberType.FIXED_LINE),
    ("mobile", PhoneNumberType.MOBILE),
)
_FIXED, _MOBILE = "fixed_line", "mobile"


@dataclass(frozen=True)
class Outcome:
    """What a number is when it ends here. ``ask``: only phonenumbers itself can say.

    A valid number has a ``region`` and a ``type`` (PhoneNumberType) and no ``reason``. Its E.164 form is ``prefix`` and
    the digits as they were written, without the first ``drop`` of them.
    """

    reason: Reason | None = None
    region: str = ""
    type: int = PhoneNumberType.UNKNOWN
    prefix: str = ""
    drop: int = 0
    ask: bool = False


ASK = Outcome(ask=True)


@dataclass(frozen=True)
class _Region:
    """A region of the plan: the expression of each kind of number (None: there is none) with its possible lengths."""

    name: str
    kinds: dict[str, tuple[int, frozenset[int]]]
    leading: int | None
    counts: bool
    same: bool


class Plan:
    """The plan of a calling code. A national number is walked by ``start`` and ``steps``."""

    def __init__(self, code: int) -> None:
        self._graph = Graph()
        self._expressions: dict[str, int] = {}
        names = COUNTRY_CODE_TO_REGION_CODE[code]
        self.main = metadata_of(code, names[0])
        self._regions = tuple(self._region(name, code) for name in names)
        prefix = self.main.national_prefix_for_parsing
        self._prefix = self._graph.add(prefix, beginning=True) if prefix else None
        self._outcomes: dict[tuple[frozenset[int], int], Outcome] = {}
        self.start: State = self._graph.start
        self.steps: Callable[[State], tuple[State, ...]] = self._graph.steps
        self.walk: Callable[[str], State] = self._graph.walk

    def _region(self, name: str, code: int) -> _Region:
        metadata = metadata_of(code, name)
        kinds = {}
        for kind in ("general_desc", *(kind for kind, _ in _TYPES)):
            desc = getattr(metadata, kind)
            if desc is not None and desc.national_number_pattern:
                kinds[kind] = (self._expression(desc.national_number_pattern), frozenset(desc.possible_length))
        leading = None if metadata.leading_digits is None else self._graph.add(metadata.leading_digits, beginning=True)
        counts = name == _NON_GEO or metadata.country_code == code
        return _Region(name, kinds, leading, counts, bool(metadata.same_mobile_and_fixed_line_pattern))

    def _expression(self, pattern: str) -> int:
        """The number of an expression; equal ones are walked once."""
        if pattern not in self._expressions:
            self._expressions[pattern] = self._graph.add(pattern)
        return self._expressions[pattern]

    def is_general(self, metadata: Any, state: State) -> bool:
        """Whether the number matches a region's general pattern, whatever its length."""
        pattern = metadata.general_desc.national_number_pattern
        return bool(pattern) and self._expressions[pattern] in self._graph.matched(state)

    def has_prefix(self, state: State) -> bool:
        """Whether the number begins with something that ``parse`` may take for the national prefix."""
        return self._prefix is not None and self._prefix in self._graph.matched(state)

    def outcome(self, state: State, length: int) -> Outcome:
        """What a national number of this length is that ends here."""
        matched = self._graph.matched(state)
        found = self._outcomes.get((matched, length))
        if found is None:
            found = self._outcomes[matched, length] = self._judge(matched, length)
        return found

    def _judge(self, matched: frozenset[int], length: int) -> Outcome:
        if not _LEAST <= length <= _MOST:
            return Outcome(Reason.TOO_SHORT if length < _LEAST else Reason.TOO_LONG)
        region = self._region_of(matched, length)
        kind = _type_of(region, matched, length) if region is not None and region.counts else PhoneNumberType.UNKNOWN
        if region is None or kind == PhoneNumberType.UNKNOWN:
            return Outcome(LENGTHS.get(length_verdict(self.main, length), Reason.INVALID))
        return Outcome(region=region.name, type=kind)

    def _region_of(self, matched: frozenset[int], length: int) -> _Region | None:
        if len(self._regions) == 1:
            return self._regions[0]
        for region in self._regions:
            if region.leading is not None:
                if region.leading in matched:
                    return region
            elif _type_of(region, matched, length) != PhoneNumberType.UNKNOWN:
                return region
        return None


def _type_of(region: _Region, matched: frozenset[int], length: int) -> int:
    def fits(kind: str) -> bool:
        expression, lengths = region.kinds.get(kind, (-1, frozenset()))
        return expression in matched and (not lengths or length in lengths)

    if not fits("general_desc"):
        return PhoneNumberType.UNKNOWN
    kind = next((kind for kind, _ in _TYPES if fits(kind)), None)
    if kind == _FIXED and (region.same or fits(_MOBILE)):
        return PhoneNumberType.FIXED_LINE_OR_MOBILE
    if kind is None or (kind == _MOBILE and region.same):
        return PhoneNumberType.UNKNOWN
    return dict(_TYPES)[kind]


def metadata_of(code: int, region: str) -> Any:
    """What phonenumbers knows of a region; the library's own object."""
    return PhoneMetadata.metadata_for_region_or_calling_code(code, region)


def length_verdict(metadata: Any, length: int) -> int:
    """A ValidationResult for the length of a national number, by the region's possible lengths."""
    possible = metadata.general_desc.possible_length
    if length in metadata.general_desc.possible_length_local_only:
        return ValidationResult.IS_POSSIBLE_LOCAL_ONLY
    if length in possible:
        return ValidationResult.IS_POSSIBLE
    if length < possible[0]:
        return ValidationResult.TOO_SHORT
    return ValidationResult.TOO_LONG if length > possible[-1] else ValidationResult.INVALID_LENGTH
