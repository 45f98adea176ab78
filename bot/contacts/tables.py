"""Contact files and the groups that they can go into."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.contacts.rules import BatchState, Purpose, Status
from bot.storage.database import Base, Json, UtcDateTime

_STATUSES = ", ".join(f"'{status}'" for status in Status)
_STATES = ", ".join(f"'{state}'" for state in BatchState)


class ContactFile(Base):
    """One contact file that somebody gave us, from its arrival to the end of its batches."""

    __tablename__ = "contact_files"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STATUSES})", name="status"),
        UniqueConstraint("slack_file_id", "channel"),
        Index("ix_contact_files_bytes", "account_id", "sha256"),
        Index("ix_contact_files_recent", "account_id", "created_at"),
        Index("ix_contact_files_created", "created_at"),
        Index("ix_contact_files_status", "status", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    status: Mapped[str] = mapped_column(String(16), default=Status.CHECKING)
    version: Mapped[int] = mapped_column(default=1)
    """Counts every change of status; buttons carry the version that they were drawn with."""

    purpose: Mapped[str] = mapped_column(String(8), default=Purpose.UPLOAD, server_default=Purpose.UPLOAD.value)
    """What its contacts are given for: to be put in, or to be deleted at 8x8."""

    # Where it came from
    channel: Mapped[str] = mapped_column(String(32))
    """The conversation that shows the card: a channel, or a person for a direct message."""
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    """The message that brought the file; none when it came through the form."""
    uploader: Mapped[str] = mapped_column(String(32))
    uploader_email: Mapped[str] = mapped_column(String(254), default="")
    slack_file_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    # What the check said
    source_key: Mapped[str | None] = mapped_column(String(200))
    options: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What the person chose: ``country``, ``sheet``, ``has_header``, ``columns``."""
    checks: Mapped[int] = mapped_column(default=0)
    """How often it was checked; names the files of each check."""
    verdict: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """The engine's CheckResult as JSON, without timings."""
    progress: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """``done`` and ``total`` rows while the check runs."""
    rejected_key: Mapped[str | None] = mapped_column(String(200))
    trouble: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Why it cannot go on: ``sentence`` and, from the API, ``code``, ``message``, ``error_id``."""

    # What goes to 8x8
    groups: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """Chosen groups: ``name``, and ``id`` once the API has it."""
    submitted_by: Mapped[str | None] = mapped_column(String(32))
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submissions: Mapped[int] = mapped_column(default=0)
    polls: Mapped[int] = mapped_column(default=0)
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When 8x8 last said something about a batch of this file."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    batches: Mapped[list["ContactBatch"]] = relationship(
        order_by="ContactBatch.number", lazy="selectin", cascade="all, delete-orphan"
    )
    """The accepted rows, in as many pieces as the API's limit makes of them."""


class ContactBatch(Base):
    """A piece of a file's accepted rows that the API takes at once, and the batch that 8x8 makes of it."""

    __tablename__ = "contact_batches"
    __table_args__ = (CheckConstraint(f"status IN ({_STATES})", name="status"), UniqueConstraint("file_id", "number"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    file_id: Mapped[str] = mapped_column(ForeignKey("contact_files.id"))
    number: Mapped[int]
    """Counted from 1, in the order of the rows."""
    status: Mapped[str] = mapped_column(String(16), default=BatchState.WAITING)
    version: Mapped[int] = mapped_column(default=1)
    accepted_key: Mapped[str | None] = mapped_column(String(200))
    submission: Mapped[int] = mapped_column(default=0)
    """The file's submission with which this goes, or went, to 8x8; with the number it names the file there."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was first sent under this name: 8x8 cannot have it from before."""
    batch_id: Mapped[str | None] = mapped_column(String(36))
    answer: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """The API's last answer: ``status`` and whichever counters it gave."""
    trouble: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Why 8x8 did not take it: ``sentence`` and, from the API, ``code``, ``message``, ``error_id``."""


class ContactGroup(Base):
    """A group of contacts that 8x8 has, as it was when we last asked; pickers and lists show these at once."""

    __tablename__ = "contact_groups"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(String(200))
    is_blacklist: Mapped[bool] = mapped_column(default=False, server_default=false())
    contacts: Mapped[int | None]
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
