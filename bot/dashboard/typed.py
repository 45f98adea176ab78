"""Filters as a person types them: ``country:PH status:pending loa:ready sort:-date globe``. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from bot.dashboard.filters import NAMED, NONE, Filters, Sort, View
from bot.errors import DeskError
from bot.registrations.countries import countries
from bot.registrations.rules import LoaState, OperatorStatus

TEXT_MAX = 60
_KEYS = (*NAMED, "sort", "view")
_SHORT = {
    "sub": "subaccount",
    "order": "sort",
    "by": "sort",
    "destination": "country",
    "cat": "category",
    "labels": "label",
}
_STATUSES: Mapping[str, OperatorStatus] = {
    **{status.replace("_", " "): status for status in OperatorStatus},
    "pending": OperatorStatus.UNDER_REVIEW,
    "review": OperatorStatus.UNDER_REVIEW,
    "sent": OperatorStatus.WITH_OPERATOR,
    "operator": OperatorStatus.WITH_OPERATOR,
    "changes": OperatorStatus.CHANGES_ASKED,
}
_LOAS: Mapping[str, LoaState] = {
    **{state.replace("_", " "): state for state in LoaState},
    "none": LoaState.NOT_NEEDED,
    "sign": LoaState.READY,
    "again": LoaState.RETURNED,
    "release": LoaState.TO_RELEASE,
    "signed": LoaState.ACCEPTED,
    "view": LoaState.ACCEPTED,
}
_SORTS: Mapping[str, Sort] = {
    **{str(sort): sort for sort in Sort},
    "request date": Sort.DATE,
    "sender id": Sort.SENDER_ID,
    "name": Sort.SENDER_ID,
    "destination": Sort.COUNTRY,
}
_SORTED_WHOLE: Mapping[str, tuple[Sort, bool]] = {"newest": (Sort.DATE, True), "oldest": (Sort.DATE, False)}
_VIEWS: Mapping[str, View] = {
    **{str(view): view for view in View},
    "operators": View.UNLINKED,
    "sender ids": View.LINKED,
}
_SPOKEN = {"loa": "LOA state"}
_PIECE = re.compile(r'(?:(?P<key>[a-z]+): *)?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))', re.IGNORECASE)
_QUOTES = str.maketrans("“”„«»", '"""""')


class UnknownFilter(DeskError):
    """There is no filter “{typed}:”. {nearest}I know {known}."""


class UnknownValue(DeskError):
    """“{typed}” is no {what} that I know. {nearest}Choose one of: {known}."""


class TooLong(DeskError):
    """“{typed}…” is too long for a filter: {most} characters fit. Its beginning is enough."""


def read(words: str) -> Filters:
    """What a person typed. Raises UnknownFilter, UnknownValue and TooLong, which say what would be right."""
    found: dict[str, Any] = {}
    loose = []
    for piece in _PIECE.finditer(words.translate(_QUOTES)):
        is_quoted, typed = (
            piece["quoted"] is not None,
            piece["quoted"] if piece["quoted"] is not None else piece["bare"],
        )
        if piece["key"]:
            found |= _named(piece["key"].lower(), typed)
        elif not is_quoted and typed.lower() in (View.LINKED, View.UNLINKED):
            found["view"] = View(typed.lower())
        else:
            loose.append(typed)
    text = _key(" ".join(loose))
    return replace(Filters(**found), text=text)


def _named(key: str, typed: str) -> dict[str, Any]:
    """The fields that ``key:typed`` sets."""
    key = _SHORT.get(key, key)
    if key not in _KEYS:
        every = ", ".join(f"{each}:" for each in _KEYS)
        raise UnknownFilter(typed=key, nearest=_nearest(key, _KEYS, "{}:"), known=every)
    word = " ".join(re.split(r"[\s_-]+", typed.lower())).strip()
    if key == "sort":
        return _sort(word, descending=typed.strip().startswith("-"))
    if key in ("subaccount", "category", "label"):
        value = _key(typed)
        return {key: "" if (key, value) == ("category", NONE) else value}
    known: Mapping[str, Any] = {"country": _countries(), "status": _STATUSES, "loa": _LOAS, "view": _VIEWS}[key]
    return {key: _one_of(word, known, _SPOKEN.get(key, key))}


def _sort(word: str, *, descending: bool) -> dict[str, Any]:
    if word in _SORTED_WHOLE:
        sort, descending = _SORTED_WHOLE[word]
        return {"sort": sort, "descending": descending}
    return {"sort": _one_of(word, _SORTS, "order"), "descending": descending}


def _countries() -> Mapping[str, str]:
    return {word.lower(): each.code for each in countries() for word in (each.name, each.code)}


def _one_of(typed: str, known: Mapping[str, Any], what: str) -> Any:
    if typed in known:
        return known[typed]
    first: dict[Any, str] = {}
    for word, value in known.items():
        first.setdefault(value, word)
    raise UnknownValue(typed=typed, what=what, nearest=_nearest(typed, known, "{}"), known=", ".join(first.values()))


def _nearest(typed: str, known: Iterable[str], form: str) -> str:
    """A question that names the nearest right word; empty where none is near."""
    close = get_close_matches(typed, list(known), n=1)
    return f"Did you mean “{form.format(close[0])}”? " if close else ""


def _key(typed: str) -> str:
    """As lists are searched by it. Raises TooLong."""
    key = " ".join(typed.split()).lower()
    if len(key) > TEXT_MAX:
        raise TooLong(typed=key[:20], most=TEXT_MAX)
    return key
