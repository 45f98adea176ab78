"""What may happen to an export of message logs, as pure decisions: no I/O, no clock."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import phonenumbers

from bot.errors import DeskError
from bot.logs.periods import Again, Period

EXPORT_BYTES_MAX = 500_000_000
"""Of all files of an export together. Slack takes a file of up to 1 GB."""
FILES_MAX = 20
COUNTRIES_MAX = 50
SCHEDULES_MAX = 15
LIMIT_MAX = 2**31 - 1
CHANNEL_USER_MAX = 200
FOLLOWED = timedelta(days=3)
"""So long 8x8 is asked about an export that does not come to its end."""
PICTURE_DAYS_MAX = 186
KEPT = timedelta(days=7)
"""So long our own copies of its files are kept; the person's are in Slack."""

_SUBACCOUNT = re.compile(r"[A-Za-z0-9\-._&]{3,50}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_POLLS = (2, 3, 5, 8, 12, 20, 30, 45, 60)
_POLL_SLOW = 300
_QUICK_POLLS = 60
_WORD_MAX = 40


class SubaccountWrong(DeskError):
    """A subaccount's ID has 3 to 50 letters, digits, hyphens, dots, underscores or &, as in your 8x8 portal. Check it."""  # noqa: E501


class NumberWrong(DeskError):
    """This is no phone number with its country code. Write it like +62 811 1234 5678, or leave it empty."""


class LimitWrong(DeskError):
    """The limit is a whole number of messages. Leave it empty to export all."""


class CountriesMany(DeskError):
    """At most 50 countries can be chosen. Leave the field empty to export all countries."""


class ChannelUserWrong(DeskError):
    """A channel user's ID has no blanks, and at most 200 characters; WhatsApp's is like US.13491208655302741918."""


class SchedulesMany(DeskError):
    """This account repeats {count} exports already, which is the most. Delete one that is not needed with `/logs`."""


class PeriodStays(DeskError):
    """Chosen days would be the same each time. Choose a time that goes along, like the last 7 days."""


class Product(StrEnum):
    """Whose logs; the values are those of ``bot.accounts.access.Product``."""

    CHATAPPS = "chatapps"
    SMS = "sms"


class Status(StrEnum):
    """Where an export stands. What 8x8 says of it is its word; ``lost`` is when its files cannot be had any more."""

    WAITING = "waiting"
    SENDING = "sending"
    UNSURE = "unsure"
    REFUSED = "refused"
    RUNNING = "running"
    CANCELLING = "cancelling"
    FETCHING = "fetching"
    READY = "ready"
    EMPTY = "empty"
    FAILED = "failed"
    ERROR = "error"
    CANCELLED = "cancelled"
    LOST = "lost"


class ScheduleStatus(StrEnum):
    """Where a repeated export stands. ``stopped`` is when the desk ended it: nobody is there who may have it."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    DELETED = "deleted"


S = Status
MOVES: Mapping[str, frozenset[str]] = {
    S.WAITING: frozenset({S.SENDING, S.REFUSED, S.CANCELLED}),
    S.SENDING: frozenset({S.WAITING, S.UNSURE, S.REFUSED, S.RUNNING}),
    S.UNSURE: frozenset({S.WAITING, S.CANCELLED, S.RUNNING}),
    S.REFUSED: frozenset({S.WAITING}),
    S.RUNNING: frozenset({S.CANCELLING, S.FETCHING, S.EMPTY, S.FAILED, S.ERROR, S.CANCELLED, S.LOST}),
    S.CANCELLING: frozenset({S.CANCELLED}),
    S.FETCHING: frozenset({S.READY, S.LOST, S.CANCELLED}),
    S.READY: frozenset(),
    S.EMPTY: frozenset(),
    S.FAILED: frozenset(),
    S.ERROR: frozenset(),
    S.CANCELLED: frozenset(),
    S.LOST: frozenset(),
}
"""From ``sending`` on 8x8 may have it: where nobody knows it is ``unsure``, and a person decides, unless the
answer comes after all."""
CANCELLABLE = frozenset({S.WAITING, S.UNSURE, S.RUNNING, S.FETCHING})
ASKABLE = frozenset({S.UNSURE, S.REFUSED})
ENDED = frozenset({S.READY, S.EMPTY, S.FAILED, S.ERROR, S.CANCELLED, S.LOST})
UNDER_WAY = frozenset({S.WAITING, S.SENDING, S.RUNNING, S.CANCELLING, S.FETCHING})

C = ScheduleStatus
SCHEDULE_MOVES: Mapping[str, frozenset[str]] = {
    C.ACTIVE: frozenset({C.PAUSED, C.STOPPED, C.DELETED}),
    C.PAUSED: frozenset({C.ACTIVE, C.DELETED}),
    C.STOPPED: frozenset({C.ACTIVE, C.DELETED}),
    C.DELETED: frozenset(),
}

WORDS: Mapping[str, Status] = {
    "queued": S.RUNNING,
    "running": S.RUNNING,
    "succeeded": S.FETCHING,
    "failed": S.FAILED,
    "cancelled": S.CANCELLED,
    "empty": S.EMPTY,
    "error": S.ERROR,
}
"""8x8's seven words, and what they mean here (source: 8x8's OpenAPI, LogExportJobStatus)."""


def meaning(word: str) -> Status:
    """What 8x8's word means. One that its documentation does not have is no end: it is shown, and asked about again."""
    return WORDS.get(word, Status.RUNNING)


def shown_word(word: str) -> str:
    """8x8's word, short enough to be kept."""
    return word[:_WORD_MAX]


def poll_after(polls: int) -> int:
    """Seconds until an export is looked at again: soon at first, each minute in the first hour, then every five."""
    if polls < len(_POLLS):
        return _POLLS[polls]
    return _POLLS[-1] if polls < _QUICK_POLLS else _POLL_SLOW


@dataclass(frozen=True)
class Selection:
    """What a person wants exported. ``since`` and ``until`` are set for chosen days only; ``zone`` is theirs."""

    product: Product
    subaccount: str
    period: Period
    zone: str
    since: datetime | None = None
    until: datetime | None = None
    countries: tuple[str, ...] = field(default=())
    number: str = ""
    limit: int = 0
    channel_user: str = ""


def checked_subaccount(typed: str) -> str:
    """A subaccount's id. Raises SubaccountWrong."""
    if not _SUBACCOUNT.fullmatch(typed.strip()):
        raise SubaccountWrong(field="subaccount")
    return typed.strip()


def checked_number(typed: str) -> str:
    """A phone number as the API takes it, digits only with the country code; empty stays so. Raises NumberWrong."""
    if not typed.strip():
        return ""
    try:
        number = phonenumbers.parse("+" + typed.strip().lstrip("+").removeprefix("00"), None)
    except phonenumbers.NumberParseException:
        raise NumberWrong(field="number") from None
    if not phonenumbers.is_possible_number(number):
        raise NumberWrong(field="number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).lstrip("+")


def checked_limit(typed: str) -> int:
    """The most messages; 0 for all. Raises LimitWrong."""
    text = typed.strip().replace(",", "") or "0"
    if not (text.isascii() and text.isdigit()) or int(text[:20]) > LIMIT_MAX:
        raise LimitWrong(field="limit")
    return int(text)


def checked_countries(chosen: Sequence[str]) -> tuple[str, ...]:
    """Countries by their two letters, each once. Raises CountriesMany."""
    found = tuple(dict.fromkeys(each for each in chosen if _COUNTRY.fullmatch(each)))
    if len(found) > COUNTRIES_MAX:
        raise CountriesMany(field="countries")
    return found


def checked_channel_user(typed: str, product: Product) -> str:
    """A channel user's id, which only Messaging Apps have. Raises ChannelUserWrong."""
    text = typed.strip() if product is Product.CHATAPPS else ""
    if len(text) > CHANNEL_USER_MAX or any(each.isspace() or not each.isprintable() for each in text):
        raise ChannelUserWrong(field="channel_user")
    return text


def check_repeats(period: Period, again: Again) -> None:
    """Raises PeriodStays where the same days would be exported again and again."""
    if again is not Again.ONCE and period is Period.CHOSEN:
        raise PeriodStays(field="period")
