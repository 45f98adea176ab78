"""Test devices as they are typed: numbers in E.164, several at once, each judged. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import phonenumbers
from phonenumbers import PhoneNumberType

from bot.errors import DeskError
from bot.rcs.rules import INVITES_A_DAY, TESTERS_MOST

AT_ONCE = 50
_BETWEEN = re.compile(r"[\n,;]+")
_PLAIN = re.compile(r"\+[\d\s()./-]+")
_SHOWN = 30


class NumbersWrong(DeskError):
    """{sentences}."""


class TooManyAtOnce(DeskError):
    """These are {count} numbers; add at most {most} at once."""


class TooManyTesters(DeskError):
    """An agent takes {most} test devices in all: {left} more can be added. Remove some that you no longer need."""


class TooManyInvites(DeskError):
    """Google takes {most} invites of an agent a day. {left} are left today; the next day begins at 00:00 UTC."""


class TooManyInvited(DeskError):
    """Google takes {most} invited devices of an agent in all, and {count} were invited already."""


@dataclass(frozen=True)
class Typed:
    """Numbers as E.164, each once; ``again`` were there before, ``unknown`` have a range that nobody knows yet."""

    new: tuple[str, ...]
    again: tuple[str, ...]
    unknown: tuple[str, ...]


def read(typed: str, known: Collection[str]) -> Typed:
    """The numbers that somebody pasted. Raises NumbersWrong, which says of each what is wrong, and TooManyAtOnce."""
    pieces = [piece.strip() for piece in _BETWEEN.split(typed) if piece.strip()]
    if len(pieces) > AT_ONCE:
        raise TooManyAtOnce(count=len(pieces), most=AT_ONCE, field="numbers")
    judged = [(piece, *judge(piece)) for piece in pieces]
    wrong = [f"{piece[:_SHOWN]} {why}" for piece, number, why in judged if not number]
    if wrong or not pieces:
        sentences = " ".join(wrong) or "Write at least one number with its country code, such as +14155552671."
        raise NumbersWrong(sentences=sentences.rstrip("."), field="numbers")
    numbers = dict.fromkeys(number for _, number, _ in judged)
    return Typed(
        new=tuple(each for each in numbers if each not in known),
        again=tuple(each for each in numbers if each in known),
        unknown=tuple(dict.fromkeys(number for _, number, why in judged if why)),
    )


def judge(piece: str) -> tuple[str, str]:
    """E.164 or nothing, and what is to be said of it."""
    if not _PLAIN.fullmatch(piece):
        if piece[:1].isdigit():
            return "", "needs its plus and country code first, such as +14155552671."
        return "", "is not a phone number. Write it as +14155552671."
    try:
        number = phonenumbers.parse(piece, None)
    except phonenumbers.NumberParseException:
        return "", "has no country code that there is."
    if not phonenumbers.is_possible_number(number):
        return "", "is too long or too short for its country."
    if phonenumbers.number_type(number) == PhoneNumberType.FIXED_LINE:
        return "", "is a fixed line. RCS needs a mobile phone."
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written, "" if phonenumbers.is_valid_number(number) else "unknown"


def masked(number: str) -> str:
    """A number in a channel that others read too: +62•••••456."""
    return f"{number[:3]}•••••{number[-3:]}"


def day_of(now: datetime) -> datetime:
    """When the day began whose invites are counted; days are those of UTC, and people are told so."""
    return datetime.combine(now.astimezone(UTC).date(), time(), UTC)


def next_day(now: datetime) -> datetime:
    """When the next one begins."""
    return day_of(now) + timedelta(days=1)


def check_invites(wanted: int, today: int, new: int, invited: int) -> None:
    """Raise TooManyInvites or TooManyInvited. ``new`` of ``wanted`` devices were never invited before."""
    if today + wanted > INVITES_A_DAY:
        raise TooManyInvites(most=INVITES_A_DAY, left=max(INVITES_A_DAY - today, 0))
    if invited + new > TESTERS_MOST:
        raise TooManyInvited(most=TESTERS_MOST, count=invited)
