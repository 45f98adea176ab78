"""The workbooks of sender IDs that people sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.registrations.bulk.rules import Status
from bot.storage.database import Base, Json, UtcDateTime

_STATUSES = ", ".join(repr(str(status)) for status in Status)


class Workbook(Base):
    """A workbook with sender IDs. Its good rows stand in a draft; what is wrong with the others stands here."""

    __tablename__ = "registration_workbooks"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STATUSES})", name="status"),
        UniqueConstraint("slack_file_id", "channel"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    user_id: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(16), default=Status.CHECKING)
    version: Mapped[int] = mapped_column(default=1)
    draft_id: Mapped[str | None] = mapped_column(ForeignKey("registration_drafts.id"))
    """Where its rows go, or went; none: it is found by the country when the workbook was read."""
    channel: Mapped[str] = mapped_column(String(32))
    """Where it was sent, and is answered: a channel, or a person."""
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    slack_file_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(Text, default="")
    """Why it cannot be read, in a sentence."""
    country: Mapped[str] = mapped_column(String(2), default="")
    good: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    """Rows that went into the draft, and rows that did not."""
    findings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """``problems`` (`judge.CellProblem`), ``advice`` (row and sentence), ``old``, ``other_sheets``, ``replaced``."""
    returned_key: Mapped[str | None] = mapped_column(String(200))
    """The workbook that goes back, with reasons beside the rows that did not go on."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
