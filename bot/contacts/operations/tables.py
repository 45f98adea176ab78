"""What was asked to be done at 8x8, and the windows that people have open on what it has."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.contacts.operations.rules import Kind, State
from bot.storage.columns import one_of
from bot.storage.database import Base, Json, UtcDateTime


class ContactOperation(Base):
    """One thing that somebody asked to be done to contacts or groups at 8x8."""

    __tablename__ = "contact_operations"
    __table_args__ = (
        CheckConstraint(one_of("status", State), name="status"),
        CheckConstraint(one_of("kind", Kind), name="kind"),
        Index("ix_contact_operations_recent", "account_id", "asked_at"),
        Index("ix_contact_operations_asked", "asked_at"),
        Index("ix_contact_operations_status", "status", "kind", "asked_at"),
        Index("ix_contact_operations_sending", "account_id", "kind", "status"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16), default=State.WAITING)
    version: Mapped[int] = mapped_column(default=1)
    channel: Mapped[str] = mapped_column(String(32))
    """The conversation that shows the card: a channel, or a person for a direct message."""
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    asked_by: Mapped[str] = mapped_column(String(32))
    by_staff: Mapped[bool] = mapped_column(default=False)
    """Support staff asked, in the customer's channel."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    what: Mapped[dict[str, Any]] = mapped_column(Json)
    """Groups with id, name and count; numbers, or the keys of files that hold them; a person's facts. What names people
    goes at the end; counts and groups stay."""
    window_id: Mapped[str | None] = mapped_column(String(32))
    """The window in which it was asked, which shows how it ended."""
    part: Mapped[int] = mapped_column(default=0)
    """The batch that is on its way, counted from 0: many numbers need several, one after the other."""
    parts: Mapped[int] = mapped_column(default=1)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    before: Mapped[list[str]] = mapped_column(Json, default=list)
    """The batches of this type that 8x8 had just before: a lost one is none of them."""
    looks: Mapped[int] = mapped_column(default=0)
    """How often its list was looked through since the answer was lost."""
    batches: Mapped[list[str]] = mapped_column(Json, default=list)
    """The ids that 8x8 gave, one for each part so far."""
    answer: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """The API's last answer: ``status`` and whichever counters it gave."""
    trouble: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Why it cannot go on: ``sentence`` and, from the API, ``code``, ``message``, ``error_id``; ``waits``: it will."""
    polls: Mapped[int] = mapped_column(default=0)
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContactWindow(Base):
    """A modal that somebody opened on what 8x8 has; its id is the view's ``external_id``. It is forgotten soon."""

    __tablename__ = "contact_windows"
    __table_args__ = (Index("ix_contact_windows_opened", "opened_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(8))
    user_id: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str | None] = mapped_column(String(32))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What is looked at: ``query``, ``page``, ``type``, ``contact``; ``operation``, the last one asked here."""
    found: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What 8x8 said: ``items``, ``more``, or ``trouble`` (a sentence)."""


class ContactBook(Base):
    """How many contacts an account has at 8x8, and when its groups were looked at."""

    __tablename__ = "contact_books"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    contacts: Mapped[int | None]
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
