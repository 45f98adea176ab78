"""Two customers, the staff, and what they do with tickets, on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.storage.audit import AuditRow
from bot.storage.database import Database, Tx
from bot.tickets import service
from bot.tickets.tables import Ticket


class Office:
    """The people, and short ways to do things as one of them."""

    def __init__(self, database: Database, clock: Any, people: tuple[Who, ...]) -> None:
        self.database, self.clock, self.keys = database, clock, 0
        self.ana, self.ben, self.carla, self.rina, self.budi, self.stranger = people

    async def do(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run a use case."""
        return await self.database.write(use_case, *args, **kwargs)

    def key(self) -> str:
        """The name of a new delivery."""
        self.keys += 1
        return f"command:{self.keys}"

    async def ask(self, who: Who | None = None, text: str = "Why is my sender ID late?", **more: Any) -> Ticket:
        """Somebody (Ana) opens a ticket."""
        who = who or self.ana
        ticket: Ticket = await self.do(service.ask, who, more.pop("channel", who.channel_id), text, self.key(), **more)
        return ticket

    async def now(self, ticket: Ticket) -> Ticket:
        """The ticket as it is now."""
        found: Ticket = await self.database.read(lambda tx: tx.session.get_one(Ticket, ticket.id))
        return found

    async def shown(self, kind: str, key: str, channel: str, ts: str) -> None:
        """Slack shows our message of this kind and key."""

        def show(tx: Tx) -> None:
            message = tx.session.scalars(select(Message).where(Message.kind == kind, Message.key == key)).one()
            message.channel, message.ts, message.shown_at = channel, ts, tx.now

        await self.do(show)

    async def told(self, kind: str) -> list[tuple[str, str]]:
        """Key and place of every message of this kind."""

        def read(tx: Tx) -> list[tuple[str, str]]:
            wanted = select(Message).where(Message.kind == kind).order_by(Message.created_at, Message.id)
            return [(message.key, message.place) for message in tx.session.scalars(wanted)]

        return await self.database.read(read)

    async def audit(self) -> list[AuditRow]:
        """Everything that was written down."""
        return await self.database.read(lambda tx: list(tx.session.scalars(select(AuditRow).order_by(AuditRow.id))))


@pytest.fixture
def office(database: Database, clock: Any, people: tuple[Who, ...]) -> Office:
    """Kopi Nusantara and Manila Mart are customers. It is Monday, nine in Singapore."""
    clock.now = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    return Office(database, clock, people)


@pytest.fixture(scope="session")
def voices() -> Voices:
    """The real templates."""
    return Voices()
