"""What each person last looked at, and the files that were made of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.dashboard.rules import ExportStatus
from bot.storage.database import Base, Json, UtcDateTime

_STATUSES = ", ".join(repr(str(status)) for status in ExportStatus)


class DashboardChoice(Base):
    """What a person last asked for, as typed; shown again when nothing is said."""

    __tablename__ = "dashboard_choices"

    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HomeState(Base):
    """What a person looks at on App Home, and what of it Slack shows."""

    __tablename__ = "dashboard_homes"
    __table_args__ = (Index("ix_dashboard_homes_seen", "seen_at"),)

    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team_id: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[str | None] = mapped_column(String(32))
    """Whose news draw it again; None: everybody's, for staff."""
    tab: Mapped[str] = mapped_column(String(32), default="")
    """Empty: the first."""
    place: Mapped[list[Any] | None] = mapped_column(Json)
    """Which page: ``[filters as typed, backwards, value, requested_at, id]``. None, or other filters: the first."""
    opened: Mapped[list[str]] = mapped_column(Json, default=list)
    """The sender IDs that show their operators, the last opened last."""
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    slack_hash: Mapped[str] = mapped_column(String(128), default="")
    """Slack's name of what it shows."""
    drawn: Mapped[str] = mapped_column(String(64), default="")
    """What it shows, as a digest: the same is not published again."""


class DashboardExport(Base):
    """A person's sender IDs as files, as far as they are written."""

    __tablename__ = "dashboard_exports"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STATUSES})", name="status"),
        Index("ix_dashboard_exports_user", "user_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    """None: those of all accounts, for staff."""
    user_id: Mapped[str] = mapped_column(String(32))
    words: Mapped[str] = mapped_column(Text)
    """The filters, as typed."""
    status: Mapped[str] = mapped_column(String(16), default=ExportStatus.WRITING)
    version: Mapped[int] = mapped_column(default=1)
    done: Mapped[int] = mapped_column(default=0)
    """Sender IDs that are gathered."""
    percent: Mapped[int] = mapped_column(default=0)
    """Of the files, as far as they are written."""
    trouble: Mapped[str] = mapped_column(Text, default="")
    """Why there is no file, in a sentence."""
    workbook_key: Mapped[str | None] = mapped_column(String(200))
    csv_key: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DashboardWeek(Base):
    """A picture of somebody's sender IDs: of a week, or because they asked."""

    __tablename__ = "dashboard_weeks"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Of a week's picture made of its recipient and the week, so that there is one."""
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    """None: those of all accounts, for staff."""
    place: Mapped[str] = mapped_column(String(32))
    """A person, or the staff's channel."""
    address: Mapped[str] = mapped_column(String(254), default="")
    """Where it goes by e-mail; empty: nowhere."""
    in_slack: Mapped[bool] = mapped_column(default=True)
    monday: Mapped[date | None] = mapped_column(Date)
    """The week's; None: it was asked for, and comes whatever it tells."""
    picture_key: Mapped[str | None] = mapped_column(String(200))
    said: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What it shows, in words: ``alt, lines, more_count, decided_count, total, customer``. None until it is drawn."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
