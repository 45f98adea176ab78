"""What 8x8's Contacts API answers, read with care: optional members may be missing, new ones may come."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from bot.contacts.errors import (
    Ambiguous,
    BadAnswer,
    ContactsError,
    NotFound,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
)
from bot.delivery.asking import retry_after

UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, INVALID_JOB = 1200, 1201, 1300, 4018
BY_CODE: Mapping[int, type[ContactsError]] = {
    UNAUTHENTICATED: Unauthorized,
    FORBIDDEN: Unauthorized,
    NOT_FOUND: NotFound,
    INVALID_JOB: NotFound,
}
BY_STATUS: Mapping[int, type[ContactsError]] = {
    401: Unauthorized,
    403: Unauthorized,
    404: NotFound,
    429: RateLimited,
}
MEANINGS: Mapping[int, str] = {
    1000: "something in the request is not valid",
    1001: "the subaccount is unknown, or belongs to another account",
    1002: "a phone number is not in international format",
    1008: "an ID is not valid",
    1009: "a country code is not valid",
    1010: "a value is out of its range",
    1014: "the connection is not secure enough",
    1100: "too much at once",
    UNAUTHENTICATED: "the API key is not valid",
    FORBIDDEN: "the API key is not for this account",
    NOT_FOUND: "there is no such thing",
    INVALID_JOB: "there is no such batch",
    5003: "there is a group with this name",
    7001: "the request is too large",
}
"""What to say when an error comes without its optional message (source: 8x8, API error codes)."""


class BatchStatus(StrEnum):
    """The six statuses that 8x8 documents for a batch."""

    QUEUED = "queued"
    IN_PROGRESS = "inProgress"
    FAILED = "failed"
    COMPLETED = "completed"
    STOPPED = "stopped"
    TIMEOUT = "timeout"

    @property
    def terminal(self) -> bool:
        """Whether the batch stays so. 8x8 does not say which do; these four read like it."""
        return self not in (BatchStatus.QUEUED, BatchStatus.IN_PROGRESS)


STATUSES: Mapping[str, BatchStatus] = {status.value: status for status in BatchStatus}


class BatchType(StrEnum):
    """What a batch does."""

    CREATE_CONTACTS = "createContacts"
    DELETE_CONTACTS = "deleteContacts"
    COPY_CONTACTS = "copyContacts"
    MOVE_CONTACTS = "moveContacts"
    DELETE_GROUPS = "deleteGroups"


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as far as 8x8 told. Counters are only in an example of its list, and need not add up there."""

    id: str
    status: str
    """A ``BatchStatus`` when it is one of the six; else 8x8's word as it came."""
    type: str | None = None
    created_at: datetime | None = None
    file_name: str | None = None
    file_type: str | None = None
    file_location: str | None = None
    invalid_file_location: str | None = None
    total_rows: int | None = None
    error_rows: int | None = None
    duplicated_rows: int | None = None
    inserted_rows: int | None = None
    contact_groups: int | None = None

    @property
    def terminal(self) -> bool:
        """Whether the batch has come to its end. A status that nobody has heard of is not an end."""
        return isinstance(self.status, BatchStatus) and self.status.terminal

    @classmethod
    def read(cls, answer: Mapping[str, Any], *, changes: bool = False) -> Self:
        """From JSON. Without id or status: ``BadAnswer``, or ``Ambiguous`` when the answer was to a change."""
        batch_id, status = _text(answer, "id"), _text(answer, "status")
        if batch_id is None or status is None:
            raise (Ambiguous if changes else BadAnswer)(reason="a batch without id or status")
        return cls(
            id=batch_id,
            status=STATUSES.get(status, status),
            type=_text(answer, "type"),
            created_at=read_time(answer.get("createdAt")),
            file_name=_text(answer, "fileName"),
            file_type=_text(answer, "fileType"),
            file_location=_text(answer, "fileLocation"),
            invalid_file_location=_text(answer, "invalidFileLocation"),
            total_rows=_count(answer, "totalRows"),
            error_rows=_count(answer, "errorRows"),
            duplicated_rows=_count(answer, "duplicatedRows"),
            inserted_rows=_count(answer, "insertedRows"),
            contact_groups=_count(answer, "contactGroups"),
        )


@dataclass(frozen=True, slots=True)
class Group:
    """A group of contacts; ``contacts`` is how many it has."""

    id: int
    name: str
    description: str | None = None
    is_blacklist: bool = False
    contacts: int | None = None
    created_at: datetime | None = None

    @classmethod
    def read(cls, answer: Mapping[str, Any], *, changes: bool = False) -> Self:
        """From JSON. Without id or name: ``BadAnswer``, or ``Ambiguous`` when the answer was to a change."""
        group_id, name = _count(answer, "id"), _text(answer, "name")
        if group_id is None or name is None:
            raise (Ambiguous if changes else BadAnswer)(reason="a group without id or name")
        return cls(
            id=group_id,
            name=name,
            description=_text(answer, "description"),
            is_blacklist=answer.get("isBlacklist") is True,
            contacts=_count(answer, "contacts"),
            created_at=read_time(answer.get("createdAt")),
        )


@dataclass(frozen=True, slots=True)
class Contact:
    """A person in the account: ``addresses`` by kind (``msisdn``, ``email`` ...), other facts as far as there are."""

    id: int
    addresses: Mapping[str, str]
    first_name: str | None = None
    last_name: str | None = None
    external_id: str | None = None
    country: str | None = None
    groups: tuple[Group, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    created_at: datetime | None = None

    @property
    def is_blocked(self) -> bool:
        """Whether it is in a block-list group."""
        return any(group.is_blacklist for group in self.groups)

    @classmethod
    def read(cls, answer: Mapping[str, Any], *, changes: bool = False) -> Self:
        """From JSON. Without an id: ``BadAnswer``, or ``Ambiguous`` when the answer was to a change."""
        contact_id, addresses, groups = _count(answer, "id"), answer.get("addresses"), answer.get("groups")
        if contact_id is None:
            raise (Ambiguous if changes else BadAnswer)(reason="a contact without id")
        return cls(
            id=contact_id,
            addresses=_texts(addresses),
            first_name=_text(answer, "firstName"),
            last_name=_text(answer, "lastName"),
            external_id=_text(answer, "externalId"),
            country=_text(answer, "country"),
            groups=tuple(_groups(groups)) if isinstance(groups, list) else (),
            attributes=_texts(answer.get("customAttributes")),
            created_at=read_time(answer.get("createdAt")),
        )


def _groups(items: Sequence[object]) -> Iterator[Group]:
    """The groups that can be read; one that cannot does not hide the contact."""
    for item in items:
        if isinstance(item, dict) and _count(item, "id") is not None and _text(item, "name"):
            yield Group.read(item)


def _texts(members: object) -> dict[str, str]:
    """The members of an object as text; empty when it is none."""
    return {str(name): str(value) for name, value in members.items()} if isinstance(members, dict) else {}


def error_from(status: int, headers: Mapping[str, str], body: bytes, *, changes: bool) -> ContactsError:
    """The error for an answer that is no success: by 8x8's code, else by the HTTP status, never by the message.

    A fault of the server's (5xx) after a call that changes something is ``Ambiguous``.
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    said = said if isinstance(said, dict) else {}
    code, error_id = _count(said, "code"), _text(said, "errorId")
    known = [f"code {code}" if code is not None else f"HTTP {status}", f"error ID {error_id}" if error_id else ""]
    return _meaning(status, code, changes=changes)(
        reason=", ".join(part for part in known if part),
        status=status,
        code=code,
        message=_text(said, "message") or MEANINGS.get(code or 0),
        error_id=error_id,
        at=read_time(said.get("timestamp")),
        retry_after=retry_after(headers),
    )


def _meaning(status: int, code: int | None, *, changes: bool) -> type[ContactsError]:
    if status >= 500:  # noqa: PLR2004 (HTTP's server errors)
        return Ambiguous if changes else Unavailable
    if status < 400:  # noqa: PLR2004 (a redirect: this is not the API, and the key must not follow)
        return BadAnswer
    return BY_STATUS.get(status) or BY_CODE.get(code or 0, Refused)


def read_time(value: object) -> datetime | None:
    """A time of 8x8's (``…34.74Z`` or ``…19.4297387+00:00``; without a zone it is UTC); None when it is none."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _text(answer: Mapping[str, Any], name: str) -> str | None:
    value = answer.get(name)
    return value if isinstance(value, str) and value else None


def _count(answer: Mapping[str, Any], name: str) -> int | None:
    """A whole number: 5, or 5.0, which the schema's "number" allows."""
    value = answer.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value)
