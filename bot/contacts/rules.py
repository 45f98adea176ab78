"""What may happen to a contact file, as pure decisions: no I/O, no clock."""

import re
from datetime import timedelta
from enum import StrEnum

from bot.errors import DeskError

GROUPS_MAX = 10
"""The API takes ten groups for a batch (source: 8x8, Batch create contacts)."""
GROUP_NAME_MAX = 100
UPLOAD_BYTES_MAX = 30 * 1024 * 1024
"""A file that people give us (source: 8x8, Batch create contacts: 30 Mb)."""
MODAL_BYTES_MAX = 10 * 1024 * 1024
"""What Slack takes in a form (source: Slack, file_input)."""
API_BYTES_MAX = 30_000_000
"""What we give the API: its 30 Mb read the narrow way."""

KEPT_AFTER_CANCEL = timedelta(days=1)
"""Long enough to take a cancellation back."""
KEPT_AFTER_END = timedelta(days=30)
"""How long people can still download rejected rows; then the file is deleted here, and counts and reasons stay."""


class Status(StrEnum):
    """Where a contact file stands. The last word on a batch is 8x8's; ``unsure`` is when 8x8's answer never came."""

    CHECKING = "checking"
    UNREADABLE = "unreadable"
    NEEDS_COLUMNS = "needs_columns"
    CHECKED = "checked"
    SUBMITTING = "submitting"
    REFUSED = "refused"
    UNSURE = "unsure"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    STOPPED = "stopped"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"


S = Status
ENDED = frozenset({S.COMPLETED, S.FAILED, S.STOPPED, S.TIMEOUT, S.CANCELLED})
SUBMITTED = frozenset({S.SUBMITTING, S.UNSURE, S.RUNNING, S.COMPLETED, S.FAILED, S.STOPPED, S.TIMEOUT})

MOVES: dict[str, frozenset[str]] = {
    S.CHECKING: frozenset({S.UNREADABLE, S.NEEDS_COLUMNS, S.CHECKED, S.CANCELLED}),
    S.UNREADABLE: frozenset({S.CHECKING, S.CANCELLED}),
    S.NEEDS_COLUMNS: frozenset({S.CHECKING, S.CANCELLED}),
    S.CHECKED: frozenset({S.CHECKING, S.SUBMITTING, S.CANCELLED}),
    S.SUBMITTING: frozenset({S.RUNNING, S.REFUSED, S.UNSURE}),
    S.REFUSED: frozenset({S.CHECKING, S.SUBMITTING, S.CANCELLED}),
    S.UNSURE: frozenset({S.SUBMITTING, S.RUNNING, S.CANCELLED}),
    S.RUNNING: frozenset({S.COMPLETED, S.FAILED, S.STOPPED, S.TIMEOUT}),
    S.COMPLETED: frozenset(),
    S.FAILED: frozenset({S.SUBMITTING, S.CANCELLED}),
    S.STOPPED: frozenset({S.SUBMITTING, S.CANCELLED}),
    S.TIMEOUT: frozenset({S.SUBMITTING, S.CANCELLED}),
    S.CANCELLED: frozenset({S.CHECKING}),
}
"""``submitting`` cannot be cancelled: the file may be on its way, and 8x8 has no call that stops a batch."""

_POLLS = (2, 3, 5, 8, 12, 20, 30, 45)
_TROUBLE_QUICK = 5
POLL_SLOW = 60
"""Seconds between looks at a batch that takes long."""
_CONTACT_ENDINGS = {"csv", "tsv", "tab", "txt", "xlsx", "xls", "xlsm"}
_QUIET_TYPES = ("image/", "video/", "audio/")


class TooManyGroups(DeskError):
    """Contacts can go into 10 groups at most, and you picked {count}. Take some out, then submit again."""


class GroupNameTooLong(DeskError):
    """A group's name has at most 100 characters; this one has {count}. Shorten it."""


class NothingToSubmit(DeskError):
    """Not one row of {name} can be submitted. Download the rejected rows, mend them, and upload the file again."""


class TooLargeForApi(DeskError):
    """The checked contacts make {size}, and 8x8 takes 30 MB at once. Split {name} in two and upload both parts."""


def poll_after(polls: int) -> int:
    """Seconds until a batch is looked at again: soon at first, then once a minute. 8x8 publishes no limit for this."""
    return _POLLS[polls] if polls < len(_POLLS) else POLL_SLOW


def poll_after_trouble(quiet: float) -> float:
    """Seconds until 8x8 is asked again that gave no answer, as long as it has been quiet: a hiccup costs seconds."""
    return min(max(quiet, _TROUBLE_QUICK), POLL_SLOW)


def is_meant_for_us(name: str, mimetype: str) -> bool:
    """Whether a file posted among other talk deserves an answer: pictures and films do not, all else may be meant."""
    return has_contact_ending(name) or not mimetype.startswith(_QUIET_TYPES)


def has_contact_ending(name: str) -> bool:
    """Whether the name says that it is a contact file."""
    return ending(name) in _CONTACT_ENDINGS


def ending(name: str) -> str:
    """A file name's ending in lower case, without the dot; empty when it has none."""
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def batch_file_name(name: str, file_id: str) -> str:
    """The name under which 8x8 gets the file: a readable stem and our id, by which the batch is found again.

    ASCII letters, digits, dot and hyphen only, at most 80 characters.
    """
    stem = re.sub(r"[^A-Za-z0-9]+", "-", name.rsplit(".", 1)[0]).strip("-")[:40].strip("-") or "contacts"
    return f"{stem}.{file_id}.csv"


def batch_status(word: str) -> Status:
    """The API's word for a batch as our status: its four last words are ours too, everything else means it runs.

    A word that the API's page does not know yet is no end: it is shown, and polled on.
    """
    return Status(word) if word in {S.COMPLETED, S.FAILED, S.STOPPED, S.TIMEOUT} else S.RUNNING
