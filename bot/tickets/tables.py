"""Tickets, what was said in them, and how each person wants to be told."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.columns import one_of
from bot.storage.database import Base, UtcDateTime
from bot.tickets.rules import Audience, Status, Turn


class TicketNumber(Base):
    """Gives out the numbers: each ticket takes the next ``id``, on both databases without waiting for another."""

    __tablename__ = "ticket_numbers"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    ticket_id: Mapped[str] = mapped_column(String(32), unique=True)


class Ticket(Base):
    """Something that a customer wants from us, from its first word to its end: one thread and one number."""

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint(one_of("status", Status), name="status"),
        CheckConstraint(one_of("turn", Turn), name="turn"),
        Index("ix_tickets_account", "account_id", "status", "updated_at"),
        Index("ix_tickets_due_of_account", "account_id", "status", "due_at", "turn_since", "number"),
        Index("ix_tickets_turn_of_account", "account_id", "status", "turn", "card_kind", "turn_since"),
        Index("ix_tickets_due", "status", "due_at", "turn_since", "number"),
        Index("ix_tickets_turn", "status", "turn", "due_at", "turn_since", "number"),
        Index("ix_tickets_requester", "requester", "status"),
        Index("ix_tickets_load", "status", "assignee", "turn"),
        Index("ix_tickets_thread", "channel", "thread_ts"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(20))
    """What it is about: ``registration``, ``question``, and whatever other features bring."""
    title: Mapped[str] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(16), default=Status.OPEN)
    version: Mapped[int] = mapped_column(default=1)

    turn: Mapped[str] = mapped_column(String(16), default=Turn.US)
    turn_since: Mapped[datetime] = mapped_column(UtcDateTime)
    country: Mapped[str] = mapped_column(String(2), default="")
    """Whose business hours the clock keeps; empty: the desk's own."""
    worked_seconds: Mapped[int] = mapped_column(default=0)
    """Business seconds of our turns that are over."""
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When our answer is late; none while it is not our turn."""
    told_stuck_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_late_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    requester: Mapped[str] = mapped_column(String(32))
    requester_email: Mapped[str] = mapped_column(String(254), default="")
    assignee: Mapped[str | None] = mapped_column(String(32))

    channel: Mapped[str] = mapped_column(String(32))
    """Where the customer follows it: a channel, or a person for a direct message."""
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    """A person's message that is the root of its thread; else our own card is."""
    card_kind: Mapped[str] = mapped_column(String(40))
    card_key: Mapped[str] = mapped_column(String(80))
    review_kind: Mapped[str] = mapped_column(String(40))
    review_key: Mapped[str] = mapped_column(String(80))
    """Kind and key of our messages that are the roots for the customer and for staff."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    solved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TicketEntry(Base):
    """A reply or a note in a ticket."""

    __tablename__ = "ticket_entries"
    __table_args__ = (
        CheckConstraint(one_of("audience", Audience), name="audience"),
        UniqueConstraint("source"),
        Index("ix_ticket_entries_ticket", "ticket_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"))
    audience: Mapped[str] = mapped_column(String(16))
    author: Mapped[str] = mapped_column(String(32))
    from_staff: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(80))
    """What brought it, so that it comes once: ``channel:ts`` of a message, or the delivery's key."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NoticePreference(Base):
    """How a person wants to be told of what needs nothing from him."""

    __tablename__ = "notice_preferences"

    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    direct: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[bool] = mapped_column(default=True)
    """By name in the request's thread."""
    email: Mapped[bool] = mapped_column(default=True)
    address: Mapped[str] = mapped_column(String(254), default="")
    """Where e-mails go, as Slack knew it when this was chosen."""
    digest: Mapped[bool] = mapped_column(default=False)
    """Once a day in place of one by one."""
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
    """Minutes after midnight in ``zone``; none: no quiet hours."""
    zone: Mapped[str] = mapped_column(String(40), default="UTC")
    weekly: Mapped[bool] = mapped_column(default=True, server_default=true())
    """A picture of the week, on Monday mornings."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Notice(Base):
    """One event of which one person is told, and whether its thread calls them or a later message gathers it."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "key"),
        Index("ix_notices_event", "kind", "key"),
        Index("ix_notices_gathered", "user_id", "gathered_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"))
    user_id: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(80))
    """Kind and key of the thread's message that tells it."""
    by_name: Mapped[bool] = mapped_column(default=False)
    """That message calls the person."""
    gathered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The moment of the message that tells it with others; none: it was not put off."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
