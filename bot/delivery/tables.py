"""Rows of due work, and one row for each thing that a person sees."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.database import Base, UtcDateTime

PENDING, RUNNING, DONE, DEAD = "pending", "running", "done", "dead"
IS_PENDING = text("state = 'pending'")


class DueRow(Base):
    """Work that is due at a time; whoever claims it owns it until the lease ends.

    ``queue`` is "outbox" or "jobs"; ``kind`` and ``key`` say what to do to which row. At most one pending row exists
    for each kind and key, so news that come before it is worked are merged into it. Rows of one ``lane`` are worked in
    order.
    """

    __tablename__ = "due_rows"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'running', 'done', 'dead')", name="state"),
        Index(
            "ix_due_rows_pending_once",
            "queue",
            "kind",
            "key",
            unique=True,
            sqlite_where=IS_PENDING,
            postgresql_where=IS_PENDING,
        ),
        Index("ix_due_rows_due", "queue", "state", "due_at"),
        Index("ix_due_rows_lane", "lane", "state"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    queue: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    lane: Mapped[str] = mapped_column(String(128))
    state: Mapped[str] = mapped_column(String(16), default=PENDING)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Message(Base):
    """One thing that a person sees: a Slack message, a file in Slack, or an e-mail.

    Its id is opaque and stands in the Slack message's metadata (or is the e-mail's Message-ID), so that it can be
    looked up after an unclear answer. ``key`` names the feature's row from which it is drawn; no words are kept here.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("medium IN ('slack', 'file', 'email')", name="medium"),
        UniqueConstraint("kind", "key", "place"),
        Index("ix_messages_shown", "shown_at"),  # with ``medium`` first SQLite would take it to look up kind and key
        Index("ix_messages_seen", "channel", "ts"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    medium: Mapped[str] = mapped_column(String(8))
    place: Mapped[str] = mapped_column(String(320))
    """Where it goes: a channel's or a person's Slack id, or an e-mail address."""
    account_id: Mapped[str | None] = mapped_column(String(32))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"))
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    """The thread's root when a person wrote it; else the parent's ts is the root."""
    channel: Mapped[str | None] = mapped_column(String(32))
    """Where Slack put it; differs from ``place`` when that is a person."""
    ts: Mapped[str | None] = mapped_column(String(32))
    file_id: Mapped[str | None] = mapped_column(String(32))
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of what was shown last; an update that would show the same is left out."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the reconciler last compared Slack with the database."""
