"""What came in already. Slack delivers at least once; each delivery's key is kept beside the change that it made."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.database import Base, Tx, UtcDateTime

KEPT = timedelta(hours=48)
"""Slack's last retry comes after some minutes; its replay of delayed events may come much later."""


class Delivery(Base):
    """One delivery that made a change."""

    __tablename__ = "inbox"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def first_time(tx: Tx, key: str) -> bool:
    """Whether this delivery is new; remembers it in the transaction of the change, so both happen or neither.

    ``key`` comes from `delivery_key`. A change that is rolled back leaves the key free for the next try.
    """
    insert = sqlite.insert if tx.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(Delivery).values(key=key, at=tx.now).on_conflict_do_nothing()
    return bool(tx.session.execute(row.returning(Delivery.key)).first())


def purge(tx: Tx) -> int:
    """Forget deliveries older than `KEPT`; returns how many."""
    gone = tx.session.execute(delete(Delivery).where(Delivery.at < tx.now - KEPT).returning(Delivery.key))
    return len(gone.all())


def delivery_key(body: dict[str, Any]) -> str:
    """What names a delivery from Slack, the same each time Slack delivers it. Empty for what only asks (options).

    An event has its id, a command its trigger, a click its message or view and its time, a submitted view its hash.
    """
    kind = body.get("type")
    if kind == "event_callback":
        return f"event:{body.get('event_id', '')}"
    if "command" in body:
        return f"command:{body.get('trigger_id', '')}"
    user = (body.get("user") or {}).get("id", "")
    if kind == "block_actions":
        action = body["actions"][0]
        container = body.get("container") or {}
        place = container.get("message_ts") or container.get("view_id") or ""
        return f"click:{place}:{action.get('action_ts', '')}:{user}:{action.get('action_id', '')}"[:255]
    if kind in ("view_submission", "view_closed"):
        view = body.get("view") or {}
        return f"{kind}:{view.get('id', '')}:{view.get('hash', '')}"
    if kind in ("shortcut", "message_action"):
        return f"shortcut:{body.get('action_ts', '')}:{user}:{body.get('trigger_id', '')}"
    return ""
