"""What can go wrong between the desk and 8x8's Contacts API, by what it means for what happens next."""

from bot.accounts.refusals import (
    Ambiguous,
    BadAnswer,
    Forbidden,
    NotFound,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
)
from bot.accounts.refusals import ProviderError as ContactsError
from bot.errors import DeskError

__all__ = [
    "Ambiguous",
    "BadAnswer",
    "ContactsError",
    "Forbidden",
    "NotFound",
    "Overtaken",
    "RateLimited",
    "Refused",
    "SlackKeepsFile",
    "StoreAway",
    "Unauthorized",
    "Unavailable",
]


class Overtaken(ContactsError):
    """This took so long that somebody else may have begun it anew, so it was not sent to its end."""


class StoreAway(DeskError):
    """Our file store does not answer just now. Your file is safe, and we try again by ourselves."""


class SlackKeepsFile(DeskError):
    """Slack does not give me the file just now. I try again by myself, and you need not do anything."""
