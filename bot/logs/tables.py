"""Exports of message logs, and those that are repeated."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.logs.periods import Again, Period
from bot.logs.rules import Product, ScheduleStatus, Status
from bot.storage.columns import one_of
from bot.storage.database import Base, Json, UtcDateTime


class Selected:
    """What is exported, for whom, and where it goes."""

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    user_id: Mapped[str] = mapped_column(String(32))
    place: Mapped[str] = mapped_column(String(32))
    """The person, for a direct message; a channel only where the person chose it."""
    version: Mapped[int] = mapped_column(default=1)
    product: Mapped[str] = mapped_column(String(16))
    subaccount: Mapped[str] = mapped_column(String(50))
    period: Mapped[str] = mapped_column(String(16))
    zone: Mapped[str] = mapped_column(String(64))
    countries: Mapped[list[str]] = mapped_column(Json, default=list)
    number: Mapped[str] = mapped_column(String(20), default="")
    """Digits with the country code; empty: all numbers."""
    limit_count: Mapped[int] = mapped_column(BigInteger, default=0)
    """0: all."""
    channel_user: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LogExport(Selected, Base):
    """One export, from what was asked to the files that came."""

    __tablename__ = "log_exports"
    __table_args__ = (
        CheckConstraint(one_of("status", Status), name="status"),
        CheckConstraint(one_of("product", Product), name="product"),
        CheckConstraint(one_of("period", Period), name="period"),
        Index("ix_log_exports_recent", "account_id", "created_at"),
        Index("ix_log_exports_of_person", "user_id", "created_at"),
    )

    status: Mapped[str] = mapped_column(String(16), default=Status.WAITING)
    schedule_id: Mapped[str | None] = mapped_column(ForeignKey("log_schedules.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)

    # At 8x8
    job_id: Mapped[str | None] = mapped_column(Text)
    """8x8's word for it, opaque."""
    word: Mapped[str] = mapped_column(String(40), default="")
    """8x8's last status, as it came."""
    polls: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When 8x8 took it."""
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until when 8x8 keeps its files."""
    trouble: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Why it waits or ended: ``sentence``, and from the API ``code``, ``error_id``."""

    # What came
    files: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """Stored files: ``key`` and ``size`` in bytes; empty after they were deleted here."""
    files_count: Mapped[int] = mapped_column(default=0)
    bytes_count: Mapped[int] = mapped_column(BigInteger, default=0)
    summary: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Counts only: see ``bot.logs.summary``."""
    picture_key: Mapped[str | None] = mapped_column(String(200))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LogSchedule(Selected, Base):
    """An export that is repeated. It is due by its row; ``next_at`` says when."""

    __tablename__ = "log_schedules"
    __table_args__ = (
        CheckConstraint(one_of("status", ScheduleStatus), name="status"),
        CheckConstraint(one_of("product", Product), name="product"),
        CheckConstraint(one_of("again", Again), name="again"),
        CheckConstraint(one_of("period", Period), name="period"),
        Index("ix_log_schedules_account", "account_id", "status"),
    )

    status: Mapped[str] = mapped_column(String(16), default=ScheduleStatus.ACTIVE)
    again: Mapped[str] = mapped_column(String(16))
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stop_reason: Mapped[str] = mapped_column(Text, default="")
    """Why the desk stopped it, in a sentence."""
