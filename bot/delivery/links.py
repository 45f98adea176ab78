"""Links to messages in Slack, made without asking Slack: they follow from the workspace's address."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from bot.delivery.outbox import find
from bot.delivery.tables import Message
from bot.storage.database import Tx


@dataclass
class Links:
    """``workspace`` is the workspace's address as ``auth.test`` gives it: https://NAME.slack.com/. Empty: not known."""

    workspace: str = ""

    def to(self, message: Message, thread_ts: str | None = None) -> str:
        """The address of one of our messages; empty while Slack does not show it."""
        return self.at(message.channel or "", message.ts or "", thread_ts)

    def at(self, channel: str, ts: str, thread_ts: str | None = None) -> str:
        """The address of anybody's message; empty while it is not known where that is."""
        if not (self.workspace and channel and ts):
            return ""
        address = f"{self.workspace}archives/{channel}/p{ts.replace('.', '')}"
        return f"{address}?thread_ts={thread_ts}&cid={channel}" if thread_ts else address

    def find(self, tx: Tx, kind: str, key: str, place: str) -> str:
        """The address of the message of this kind about this row at this place; empty when there is none yet."""
        message = find(tx, kind, key, place)
        return self.to(message, message.thread_ts) if message else ""

    def find_all(self, tx: Tx, kind: str, places: Mapping[str, str]) -> dict[str, str]:
        """The same for several rows, by their keys, in one statement: ``places`` by key."""
        there = tx.session.scalars(select(Message).where(Message.kind == kind, Message.key.in_(places)))
        return {one.key: self.to(one, one.thread_ts) for one in there if one.place == places[one.key]}
