"""What may happen to a contact file, as pure decisions: no I/O, no clock."""

import re
from collections.abc import Iterable
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
"""What we give the API at once: its 30 Mb read the narrow way. What is larger goes as several batches."""

KEPT_AFTER_CANCEL = timedelta(days=1)
"""Long enough to take a cancellation back."""
KEPT_AFTER_END = timedelta(days=30)
"""How long people can still download rejected rows; then the file is deleted here, and counts and reasons stay."""


class Status(StrEnum):
    """Where a contact file stands. The last word on a batch is 8x8's; ``unsure`` is when 8x8's answer never came.

    ``handed``: its contacts are being deleted, which has a card of its own.
    """

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
    HANDED = "handed"


class Purpose(StrEnum):
    """What a file's contacts are given for."""

    UPLOAD = "upload"
    DELETE = "delete"


class BatchState(StrEnum):
    """Where a batch of a contact file stands. From ``sending`` on 8x8 may have it, so who tries again looks first."""

    WAITING = "waiting"
    SENDING = "sending"
    REFUSED = "refused"
    UNSURE = "unsure"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    STOPPED = "stopped"
    TIMEOUT = "timeout"


S = Status
ENDED = frozenset({S.COMPLETED, S.FAILED, S.STOPPED, S.TIMEOUT, S.CANCELLED, S.HANDED})
SUBMITTED = frozenset({S.SUBMITTING, S.UNSURE, S.RUNNING, S.COMPLETED, S.FAILED, S.STOPPED, S.TIMEOUT})

MOVES: dict[str, frozenset[str]] = {
    S.CHECKING: frozenset({S.UNREADABLE, S.NEEDS_COLUMNS, S.CHECKED, S.CANCELLED}),
    S.UNREADABLE: frozenset({S.CHECKING, S.CANCELLED}),
    S.NEEDS_COLUMNS: frozenset({S.CHECKING, S.CANCELLED}),
    S.CHECKED: frozenset({S.CHECKING, S.SUBMITTING, S.HANDED, S.CANCELLED}),
    S.SUBMITTING: frozenset({S.RUNNING, S.REFUSED, S.UNSURE, S.FAILED, S.STOPPED, S.TIMEOUT}),
    S.REFUSED: frozenset({S.CHECKING, S.SUBMITTING, S.CANCELLED}),
    S.UNSURE: frozenset({S.SUBMITTING, S.RUNNING, S.CANCELLED}),
    S.RUNNING: frozenset({S.COMPLETED, S.FAILED, S.STOPPED, S.TIMEOUT, S.UNSURE}),
    S.COMPLETED: frozenset(),
    S.FAILED: frozenset({S.SUBMITTING, S.CANCELLED}),
    S.STOPPED: frozenset({S.SUBMITTING, S.CANCELLED}),
    S.TIMEOUT: frozenset({S.SUBMITTING, S.CANCELLED}),
    S.CANCELLED: frozenset({S.CHECKING}),
    S.HANDED: frozenset(),
}
"""``submitting`` cannot be cancelled: the file may be on its way, and 8x8 has no call that stops a batch."""

B = BatchState
ON_ITS_WAY = frozenset({B.WAITING, B.SENDING})
NOT_TAKEN = frozenset({B.REFUSED, B.UNSURE})
BATCH_MOVES: dict[str, frozenset[str]] = {
    B.WAITING: frozenset({B.SENDING, B.REFUSED, B.UNSURE}),
    B.SENDING: frozenset({B.RUNNING, B.REFUSED, B.UNSURE}),
    B.REFUSED: frozenset({B.WAITING}),
    B.UNSURE: frozenset({B.SENDING, B.RUNNING}),
    B.RUNNING: frozenset({B.COMPLETED, B.FAILED, B.STOPPED, B.TIMEOUT}),
    B.COMPLETED: frozenset(),
    B.FAILED: frozenset({B.WAITING}),
    B.STOPPED: frozenset({B.WAITING}),
    B.TIMEOUT: frozenset({B.WAITING}),
}
"""An ``unsure`` batch never waits to be sent: it is looked for at 8x8 first, under the name that it has there."""

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


class IsToDelete(DeskError):
    """{name} came to delete its contacts, so it is not submitted. To put them in, upload it with /contacts upload."""


def roll_up(batches: Iterable[str]) -> Status:
    """The status of a submitted file from those of its batches.

    After one that was not taken no other is sent; those that run come to their end first. A file of which something is
    at 8x8 is never ``refused``: it would be read anew, and sent as a whole again.
    """
    there = {BatchState(state) for state in batches}
    if there & ON_ITS_WAY and not there & NOT_TAKEN:
        return Status.SUBMITTING
    for state in (B.RUNNING, B.UNSURE, B.FAILED, B.TIMEOUT, B.STOPPED):
        if state in there:
            return Status(state)
    if B.REFUSED in there:
        return Status.FAILED if B.COMPLETED in there else Status.REFUSED
    return Status.COMPLETED


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


def batch_file_name(name: str, file_id: str, submission: int, number: int = 1) -> str:
    """The name under which 8x8 gets a batch: a readable stem and our ids, by which the batch is found again.

    ``number`` counts the file's batches from 1. ASCII letters, digits, dot and hyphen only, at most 90 characters.
    """
    stem = re.sub(r"[^A-Za-z0-9]+", "-", name.rsplit(".", 1)[0]).strip("-")[:40].strip("-") or "contacts"
    return f"{stem}.{file_id}-{submission}{f'-{number}' if number > 1 else ''}.csv"


def batch_state(word: str) -> BatchState:
    """The API's word for a batch as our state: its four last words are ours too, everything else means it runs.

    A word that the API's page does not know yet is no end: it is shown, and polled on.
    """
    return BatchState(word) if word in {B.COMPLETED, B.FAILED, B.STOPPED, B.TIMEOUT} else B.RUNNING
