"""What may happen to a ticket, as pure decisions: no I/O, no clock."""

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from bot.errors import DeskError

FIRST_NUMBER = 1001
STUCK_AFTER = timedelta(days=3)
TITLE_MAX = 120
TEXT_MAX = 3000
CLOSED_AFTER = timedelta(days=7)
"""A solved ticket that nobody opened again is closed after this time."""
_NUMBER = re.compile(r"(?:SD-)?#?([0-9]{1,9})", re.IGNORECASE)
_THANKS = frozenset(
    {"thank", "thanks", "thx", "ty", "kasih", "terimakasih", "makasih", "salamat", "khun", "khop", "khob"}
)
_POLITE = _THANKS | frozenset(
    (
        *("ok", "okay", "great", "super", "perfect", "many", "you", "so", "very", "much", "a", "lot", "all", "again"),
        *("for", "the", "help", "everyone", "team", "support", "got", "it"),
        *("terima", "banyak", "po", "krub", "krap", "ka", "kha"),
    )
)


class Status(StrEnum):
    """Where a ticket stands. Whose turn it is comes beside it."""

    OPEN = "open"
    SOLVED = "solved"
    CLOSED = "closed"


class Turn(StrEnum):
    """Who has to act next. The service clock runs only while it is ours."""

    US = "us"
    CUSTOMER = "customer"
    OPERATOR = "operator"
    NOBODY = "nobody"


class Audience(StrEnum):
    """Who reads an entry: a note stays inside, a reply reaches the customer."""

    STAFF = "staff"
    CUSTOMER = "customer"


MOVES: dict[str, frozenset[str]] = {
    Status.OPEN: frozenset({Status.SOLVED, Status.CLOSED}),
    Status.SOLVED: frozenset({Status.OPEN, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.OPEN}),
}
"""A customer's reply opens a ticket again."""


class NoSuchTicket(DeskError):
    """There is no ticket {number} here. See yours with `/tickets`."""


class NotANumber(DeskError):
    """{typed} is no ticket's number. A number looks like SD-1042; see yours with `/tickets`."""


class WordsMissing(DeskError):
    """There are no words yet. Say in a sentence or two what it is about."""


class TooManyWords(DeskError):
    """That is {count} characters, and {most} fit here. Shorten it, or send the rest as a file in the thread."""


def is_only_thanks(text: str) -> bool:
    """Whether somebody only says thank you: that opens nothing again."""
    words = re.findall(r"\w+", text.casefold())
    return not _THANKS.isdisjoint(words) and _POLITE.issuperset(words)


def read_text(typed: str) -> str:
    """A person's words, trimmed. Raises WordsMissing and TooManyWords."""
    text = typed.strip()
    if not text:
        raise WordsMissing(field="text")
    if len(text) > TEXT_MAX:
        raise TooManyWords(count=f"{len(text):,}", most=f"{TEXT_MAX:,}", field="text")
    return text


def title_of(text: str) -> str:
    """What a ticket is called when nobody gave it a title: the first line of the first words."""
    line = " ".join(text.strip().split("\n", 1)[0].split())
    return line if len(line) <= TITLE_MAX else line[: TITLE_MAX - 1].rstrip() + "…"


def number_words(number: int) -> str:
    """A ticket's number as people read it."""
    return f"SD-{number}"


def read_number(typed: str) -> int:
    """``SD-1042``, ``sd-1042``, ``#1042`` or ``1042``. Raises NotANumber."""
    found = _NUMBER.fullmatch(typed.strip())
    if found is None:
        raise NotANumber(typed=typed.strip() or "Nothing")
    return int(found[1])


def next_turn(turns: Iterable[Turn]) -> Turn:
    """Whose turn it is for a whole of parts: ours before the customer's before the operators'."""
    there = set(turns)
    return next((turn for turn in (Turn.US, Turn.CUSTOMER, Turn.OPERATOR) if turn in there), Turn.NOBODY)
