"""What 8x8's Contacts API answers, read with care: optional members may be missing, new ones may come."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from bot.accounts.refusals import error_from, read_time
from bot.accounts.refusals import text as _text
from bot.accounts.refusals import whole as _count
from bot.contacts.errors import Ambiguous, BadAnswer

__all__ = ["STATUSES", "Batch", "BatchStatus", "BatchType", "Group", "error_from", "read_time"]


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
