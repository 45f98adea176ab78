"""Message logs between a database and the sandbox's Reporting API: due rows are worked by hand, one by one."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select

from bot.accounts.access import Accesses, Product
from bot.accounts.directory import Directory
from bot.accounts.rules import Who
from bot.accounts.tables import Channel
from bot.delivery.claims import Claim
from bot.delivery.tables import DueRow, Message
from bot.delivery.voices import Voices
from bot.delivery.worker import Hold, PutBack
from bot.logs import rules, service
from bot.logs.jobs import LogJobs
from bot.logs.messages import Drawings
from bot.logs.periods import Again, Period
from bot.logs.rules import Selection
from bot.logs.service import Order
from bot.logs.steps import CARD
from bot.logs.summary import summarised
from bot.logs.tables import LogExport, LogSchedule
from bot.sandbox.exports_api import Script
from bot.sandbox.seed import seed
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.records import Timing
from bot.storage.database import Database, Tx
from bot.storage.files import Files

KEY = "demo-key-of-kopi-nusantara"


@pytest.fixture
async def sandbox(clock: Callable[[], Any]) -> AsyncIterator[Sandbox]:
    """The world outside, at the test's time; jobs get on by a second at each step."""
    world = seed(clock=clock)
    world.slack.timing = Timing.patient()
    world.exports.normal = Script(seconds=1, rows=3)
    async with Sandbox(world) as sandbox:
        yield sandbox


async def count_here(paths: Sequence[Path], zone: str) -> dict[str, Any]:
    """What the child does, in this process: a new one takes most of a second."""
    return summarised(paths, zone)


class Logs:
    """Asks for exports, works their due rows, and reads what came of them."""

    def __init__(self, database: Database, files: Files, sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
        self.database, self.files, self.world = database, files, sandbox.world
        self.keys = {"kopi": KEY, "mart": "demo-key-of-manila-mart"}
        urls = {Product.CHATAPPS: f"{sandbox.url}/8x8-chatapps", Product.SMS: f"{sandbox.url}/8x8-sms"}
        accesses = Accesses(urls, {name: lambda name=name: self.keys[name] for name in self.keys})
        client = AsyncWebClient(sandbox.world.slack.app.bot_token, base_url=f"{sandbox.url}/api/", session=http)
        self.people = Directory(client, group="S0STAFF", clock=lambda: next(self._ticks))
        self._ticks = iter(range(0, 10**9, 3600))  # nothing is remembered
        self.jobs = LogJobs(
            database, files, Voices(), http=http, accesses=accesses, people=self.people, count=count_here
        )
        self.kinds = {kind.name: kind for kind in self.jobs.kinds()}

    def order(self, again: Again = Again.ONCE, channel: str = "", **more: Any) -> Order:
        """What a form asks for; ``more`` is of Selection."""
        chosen = {"product": rules.Product.SMS, "subaccount": "kopi_otp", "period": Period.WEEK, "zone": "Asia/Jakarta"}
        return Order(Selection(**(chosen | more)), again, channel)

    async def ask(self, who: Who, key: str = "1", **more: Any) -> LogExport:
        """An export that was asked for."""
        export = await self.database.write(service.ask, who, self.order(**more), key)
        assert export is not None
        return export

    async def work(self, kind: str, key: str, attempt: int = 1) -> PutBack | None:
        """Do what a due row of this kind does; what it is put back with, if it is."""
        try:
            await self.kinds[f"logs.{kind}"].run(Hold(Claim(1, kind, key, attempt, "me"), timedelta(minutes=5)))
        except PutBack as later:
            return later
        return None

    async def follow(self, export: LogExport, *, fetch: bool = True) -> LogExport:
        """Start it, and look at it until it has ended, or is to be brought."""
        await self.work("start", export.id)
        for _ in range(4):
            await self.work("poll", export.id)
            self.world.exports.advance(seconds=1)
        if fetch:
            await self.work("fetch", export.id)
        return await self.look(export)

    async def look(self, export: LogExport) -> LogExport:
        """As it stands now."""
        return await self.database.read(lambda tx: tx.session.get_one(LogExport, export.id))

    async def all(self, table: Any = LogExport) -> list[Any]:
        """Every row of a table."""
        return await self.database.read(lambda tx: list(tx.session.scalars(select(table).order_by(table.created_at))))

    async def schedule(self) -> LogSchedule:
        """The one that there is."""
        (found,) = await self.all(LogSchedule)
        return found

    async def due(self, kind: str) -> list[DueRow]:
        """The due rows of a kind."""
        return [row for row in await self.all(DueRow) if row.kind == f"logs.{kind}"]

    async def told(self, kind: str = CARD) -> list[Message]:
        """The messages of a kind."""
        return [message for message in await self.all(Message) if message.kind == kind]

    async def card(self, export: LogExport) -> str:
        """What the card says."""

        def draw(tx: Tx) -> str:
            message = tx.session.scalars(select(Message).where(Message.key == export.id, Message.kind == CARD)).one()
            return str(Drawings(Voices()).card(tx, message))

        return await self.database.read(draw)


@pytest.fixture
async def logs(database: Database, people: Any, sandbox: Sandbox, http: aiohttp.ClientSession, tmp_path: Path) -> Logs:
    """Both customers' channels are linked, and their files are in a folder."""

    def link(tx: Tx) -> None:
        for channel, account in (("C0KOPI", "kopi"), ("C0MART", "mart")):
            linked = {"linked_by": "U0RINA", "linked_at": tx.now}
            tx.session.add(Channel(channel_id=channel, account_id=account, **linked))

    await database.write(link)
    return Logs(database, Files(f"file:{tmp_path / 'files'}"), sandbox, http)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLite, and PostgreSQL too where a test says so: the whole desk runs on both in ``journeys``."""
    return str(request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url"))
