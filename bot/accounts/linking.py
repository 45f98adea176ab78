"""What staff type after ``/desk link`` and ``/desk people``: read and checked, without I/O."""

import re
from dataclasses import dataclass

from bot.errors import DeskError

ACCOUNT_ID = re.compile(r"^[0-9A-Fa-f]{8}[-]?(?:[0-9A-Fa-f]{4}[-]?){3}[0-9A-Fa-f]{12}$")
"""The provider's own pattern for accountId (its page "Batch create contacts")."""
LONGEST_NAME = 80
_MENTION = re.compile(r"^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$|^([UW][A-Z0-9]{2,})$")


class LinkWhat(DeskError):
    """Tell me which account: `/desk link ACCOUNT_ID Name of the customer`. The id looks like 3fa85f64-5717-4562-b3fc-2c963f66afa6; 8x8 calls it accountId."""  # noqa: E501


class NotAnAccountId(DeskError):
    """“{given}” is not an account id: those have 32 digits and letters a to f, like 3fa85f64-5717-4562-b3fc-2c963f66afa6. Copy it from 8x8 Connect."""  # noqa: E501


class NameMissing(DeskError):
    """I do not know the account {account} yet, so I need its name too: `/desk link {account} Name of the customer`."""


class NameTooLong(DeskError):
    """The name has {length} characters, and at most 80 fit. Shorten it."""


class LinkElsewhere(DeskError):
    """An account is linked in the channel that you share with its people; this is {where}. Run `/desk link` there."""


class AlreadyLinked(DeskError):
    """This channel is linked to {name}. If that is wrong, run `/desk unlink` first, then `/desk link` again."""


class NotLinkedAnyMore(DeskError):
    """This channel is not linked to {name} any more, so there was nothing left to do."""


class NameSomebody(DeskError):
    """I found no person in “{given}”. Type @ and pick the person from Slack's list: `/desk people {act} @name`."""


class NotAPerson(DeskError):
    """{name} is an app. Only people belong to accounts."""


class IsStaff(DeskError):
    """{name} is support staff, and staff reach every account already: there is nobody to add."""


class NotOfAccount(DeskError):
    """{name} was not added to {account}. Those who sit in its channel belong to it without being added."""


@dataclass(frozen=True)
class LinkOrder:
    """Link the channel to this account. ``name`` is empty when staff gave none: the account may be known."""

    provider_account_id: str
    name: str


def read_link(words: str) -> LinkOrder:
    """Read ``ACCOUNT_ID Name of the customer``. Raises LinkWhat, NotAnAccountId, or NameTooLong."""
    given, _, name = words.strip().partition(" ")
    if not given:
        raise LinkWhat(field="account")
    name = " ".join(name.split()).strip("\"'“”")
    if len(name) > LONGEST_NAME:
        raise NameTooLong(length=len(name), field="name")
    return LinkOrder(canonical(given), name)


def canonical(given: str) -> str:
    """An account id in its one form: lower case, with hyphens. Raises NotAnAccountId."""
    if not ACCOUNT_ID.fullmatch(given):
        raise NotAnAccountId(given=given[:60], field="account")
    digits = given.replace("-", "").lower()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def check_place(channel_id: str, channel_name: str, review_channel: str) -> None:
    """Raise LinkElsewhere where no customer's account may be linked. ``channel_name`` as a command's payload has it."""
    if channel_id == review_channel:
        raise LinkElsewhere(where="the staff's own channel", field="channel")
    if channel_id.startswith("D") or channel_name == "directmessage" or channel_name.startswith("mpdm-"):
        raise LinkElsewhere(where="a direct message", field="channel")


def read_person(words: str, act: str) -> str:
    """The Slack id behind ``<@U0ANA|ana>``, as Slack writes a mention in a command. Raises NameSomebody."""
    found = _MENTION.match(words.strip())
    if found is None:
        raise NameSomebody(given=words.strip()[:60], act=act)
    return found[1] or found[2]
