"""What may be done to contacts and groups at 8x8, and what its answers mean: pure decisions, no I/O, no clock."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import phonenumbers

from bot.contacts.answers import Batch, BatchType
from bot.errors import DeskError

NUMBERS_AT_ONCE = 10_000
"""Numbers in one batch that deletes; 8x8 names no limit for the list, only 100 MB for a request (code 7001)."""
GROUPS_AT_ONCE = 20
"""Groups that one batch deletes: as many as a person can look over."""
NAME_MAX, DESCRIPTION_MAX, QUERY_MAX = 100, 100, 320
PERSON_NAME_MAX, EXTERNAL_ID_MAX, EMAIL_MAX = 200, 50, 320
LOOKS = 4
"""How often 8x8's list is looked through for a batch whose answer was lost, before a person is asked."""
_LOOK_PAUSES = (2.0, 5.0, 15.0, 40.0)
_CLOCKS_DIFFER = timedelta(minutes=10)
_BAD_SHOWN = 5


class Kind(StrEnum):
    """What is done. The first four are batches at 8x8 and have its names; the others are single calls."""

    COPY = "copyContacts"
    MOVE = "moveContacts"
    DELETE = "deleteContacts"
    DELETE_GROUPS = "deleteGroups"
    ADD = "addContact"
    CHANGE = "changeContact"
    BLOCK = "blockContact"
    REMOVE = "removeContact"
    NEW_GROUP = "createGroup"
    CHANGE_GROUP = "changeGroup"
    DROP_GROUP = "dropGroup"

    @property
    def batch_type(self) -> BatchType | None:
        """8x8's name for the batch; None for a single call."""
        return BatchType(self.value) if self in BATCHES else None


BATCHES = frozenset({Kind.COPY, Kind.MOVE, Kind.DELETE, Kind.DELETE_GROUPS})
DESTROYS = frozenset({Kind.DELETE, Kind.DELETE_GROUPS, Kind.REMOVE, Kind.DROP_GROUP})
"""What cannot be taken back: support staff see who asked for it."""


class State(StrEnum):
    """Where it stands. From ``sending`` on 8x8 may have it; ``unsure`` is when its answer never came."""

    WAITING = "waiting"
    SENDING = "sending"
    RUNNING = "running"
    UNSURE = "unsure"
    REFUSED = "refused"
    COMPLETED = "completed"
    FAILED = "failed"
    STOPPED = "stopped"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"


S = State
ENDED = frozenset({S.COMPLETED, S.FAILED, S.STOPPED, S.TIMEOUT, S.CANCELLED})
MENDABLE = frozenset({S.REFUSED, S.FAILED, S.STOPPED, S.TIMEOUT})
"""What a person may have done once more."""

MOVES: dict[str, frozenset[str]] = {
    S.WAITING: frozenset({S.SENDING, S.REFUSED, S.UNSURE, S.CANCELLED}),
    S.SENDING: frozenset({S.WAITING, S.RUNNING, S.COMPLETED, S.REFUSED, S.UNSURE}),
    S.RUNNING: frozenset({S.WAITING, S.COMPLETED, S.FAILED, S.STOPPED, S.TIMEOUT, S.UNSURE}),
    S.UNSURE: frozenset({S.SENDING, S.WAITING, S.CANCELLED}),
    S.REFUSED: frozenset({S.WAITING, S.CANCELLED}),
    S.FAILED: frozenset({S.WAITING}),
    S.STOPPED: frozenset({S.WAITING}),
    S.TIMEOUT: frozenset({S.WAITING}),
    S.COMPLETED: frozenset(),
    S.CANCELLED: frozenset(),
}
"""``unsure`` goes back to ``sending`` to look again, and to ``waiting`` only when a person has it sent anew."""


class SameGroup(DeskError):
    """The contacts are in {name} already. Pick another group here."""


class NoGroup(DeskError):
    """Pick a group."""


class TooManyAtOnce(DeskError):
    """You picked {count} groups; at most {most} go at once. Take some out, and delete them afterwards."""


class NoNumbers(DeskError):
    """Type at least one phone number with its country code, like +62 812 3456 7890."""


class BadNumbers(DeskError):
    """I cannot read {some} as a phone number. Write each with its country code, like +62 812 3456 7890."""


class WrongName(DeskError):
    """That is another name. Type {name} just as it stands here, or close this and nothing is deleted."""


class GroupExists(DeskError):
    """There is a group with the name {name} already. Take another name."""


class GroupNotEmpty(DeskError):
    """{name} is not empty, so it stays: {count} in it. Use Delete groups, which asks what becomes of them."""


class NothingChanged(DeskError):
    """This is as it was. Change something, or close this."""


class AnswerLost(DeskError):
    """8x8 gave no answer, and I do not find this in its list of batches.

    Look there: if it is not under Contacts, Batches, have it sent again; if it is, leave it.
    """


class SeveralFit(DeskError):
    """8x8 gave no answer, and {count} of its batches could be this one. Look at them, then decide."""


def numbers_in(text: str) -> tuple[list[str], list[str]]:
    """The phone numbers in a text, one a line or between commas: those that are numbers (``+62…``), and the rest."""
    good: dict[str, None] = {}
    bad: list[str] = []
    for piece in filter(None, (piece.strip() for piece in re.split(r"[\n,;]+", text))):
        number = number_of(piece)
        if number is None:
            bad.append(piece)
        else:
            good[number] = None
    return list(good), bad


def number_of(text: str) -> str | None:
    """A phone number with its country code, as ``+62…``; None when it is none. The plus may be missing."""
    digits = re.sub(r"[\s().\-/]", "", text)
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits if digits.startswith("+") else f"+{digits}"
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", digits):
        return None
    try:
        number = phonenumbers.parse(digits)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if _is_valid(number) else None


def _is_valid(number: phonenumbers.PhoneNumber) -> bool:
    return bool(phonenumbers.is_valid_number(number))


def typed_numbers(text: str, field: str) -> list[str]:
    """The phone numbers that somebody typed. Raises NoNumbers and BadNumbers, which name those that are none."""
    good, bad = numbers_in(text)
    if bad:
        raise BadNumbers(some=", ".join(bad[:_BAD_SHOWN]) + (" …" if len(bad) > _BAD_SHOWN else ""), field=field)
    if not good:
        raise NoNumbers(field=field)
    return good


def masked(number: str) -> str:
    """A number of which only the last three digits show: in channels, logs and audit rows."""
    return f"…{number[-3:]}"


def name_typed(typed: str, name: str, field: str) -> None:
    """Raise WrongName unless this very name was typed; blanks around and between do not count."""
    if " ".join(typed.split()) != " ".join(name.split()):
        raise WrongName(name=name, field=field)


def parts(count: int) -> int:
    """How many batches so many numbers need."""
    return max(1, -(-count // NUMBERS_AT_ONCE))


def part_of(numbers: Sequence[str], part: int) -> list[str]:
    """The numbers of one batch, counted from 0."""
    return list(numbers[part * NUMBERS_AT_ONCE : (part + 1) * NUMBERS_AT_ONCE])


def look_pause(looks: int) -> float:
    """Seconds until 8x8's list is looked through again."""
    return _LOOK_PAUSES[min(looks, len(_LOOK_PAUSES) - 1)]


def candidates(
    listed: Iterable[Batch], *, before: Collection[str], taken: Collection[str], since: datetime
) -> list[str]:
    """The batches (ids) that may be the one whose answer was lost.

    They were not there before it was sent, are none of the desk's others, and were not made long before: clocks differ.
    """
    return [
        batch.id
        for batch in listed
        if batch.id not in before
        and batch.id not in taken
        and (batch.created_at is None or batch.created_at >= since - _CLOCKS_DIFFER)
    ]


def is_older(batch: Batch, since: datetime) -> bool:
    """Whether the list, newest first, has come to what is too old to be looked for."""
    return batch.created_at is not None and batch.created_at < since - _CLOCKS_DIFFER


PATHS: Mapping[str, str] = {
    "firstName": "/firstName",
    "lastName": "/lastName",
    "externalId": "/externalId",
    "country": "/country",
    "msisdn": "/addresses/msisdn",
    "email": "/addresses/email",
    "name": "/name",
    "description": "/description",
}
"""Where a member stands for JSON Patch."""


def patch(before: Mapping[str, str | None], wanted: Mapping[str, str]) -> list[dict[str, Any]]:
    """The JSON Patch that makes one out of the other; an empty member is one that is not there."""
    steps: list[dict[str, Any]] = []
    for name, value in wanted.items():
        known = before.get(name) or ""
        if value == known:
            continue
        if not value:
            steps.append({"op": "remove", "path": PATHS[name]})
        else:
            steps.append({"op": "replace" if known else "add", "path": PATHS[name], "value": value})
    return steps
