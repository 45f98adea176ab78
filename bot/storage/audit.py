"""Who did what to what, when, and why: rows that are written once and never changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.columns import Base, Json, UtcDateTime
from bot.storage.unit import Tx

Subject = tuple[str, str]
"""What it happened to: kind ("contact_file") and id."""


class AuditRow(Base):
    """One thing that happened. Triggers in the database refuse to change or delete it, whoever asks.

    It names people and things by opaque ids only, so that it can stay when somebody's data is erased.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index(None, "subject_kind", "subject_id", "id"),
        Index(None, "account_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[str | None] = mapped_column(String(32))
    subject_kind: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(64))
    """Feature, noun and what happened to it: "contacts:file:submitted"."""
    actor: Mapped[str | None] = mapped_column(String(64))
    """The person's Slack id; None: it happened automatically."""
    from_status: Mapped[str | None] = mapped_column(String(32))
    to_status: Mapped[str | None] = mapped_column(String(32))
    because: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(Json)


def record(
    tx: Tx,
    *,
    subject: Subject,
    act: str,
    actor: str | None,
    account_id: str | None = None,
    from_status: str | None = None,
    to_status: str | None = None,
    because: str = "",
    facts: Mapping[str, Any] | None = None,
) -> AuditRow:
    """Write down what happens, in the transaction in which it happens. ``actor`` None: automatically.

    ``facts`` is JSON: counts, versions, codes; no names, no phone numbers, no texts.
    """
    kind, id_ = subject
    row = AuditRow(
        at=tx.now,
        account_id=account_id,
        subject_kind=kind,
        subject_id=id_,
        act=act,
        actor=actor,
        from_status=from_status,
        to_status=to_status,
        because=because,
        facts=dict(facts or {}),
    )
    tx.session.add(row)
    tx.accounts.add(account_id)
    return row
