"""The world outside, the client for 8x8's Contacts API in it, and the jobs of contact files by hand."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import delete, select

from bot.accounts.access import Accesses, Product
from bot.accounts.directory import Directory
from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account as Customer
from bot.contacts import results, rules, service
from bot.contacts.batches import BatchJobs
from bot.contacts.card import Card
from bot.contacts.child import Limits
from bot.contacts.client import ContactsClient, Timeouts
from bot.contacts.jobs import ContactJobs, Terms
from bot.contacts.operations.jobs import OperationJobs
from bot.contacts.origin import FromSlack
from bot.contacts.outcome import CheckOptions
from bot.contacts.provider import Provider
from bot.contacts.service import Arrival
from bot.contacts.tables import ContactFile
from bot.delivery import claims
from bot.delivery.claims import JOBS, Claim
from bot.delivery.slack_files import SlackFiles
from bot.delivery.tables import PENDING, DueRow
from bot.delivery.voices import Voices
from bot.delivery.worker import GiveUp, Hold, PutBack
from bot.sandbox.contacts_api import Account, Script
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, seed
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.storage.database import Database, Tx
from bot.storage.files import Files


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """The world outside, where each status of a batch lasts 1,000 seconds, far longer than a test."""
    async with Sandbox(seed()) as sandbox:
        sandbox.world.contacts.normal = Script(seconds=1000)
        yield sandbox


@pytest.fixture
def world(sandbox: Sandbox) -> World:
    """What is in it."""
    return sandbox.world


@pytest.fixture
def kopi(world: World) -> Account:
    """The customer's account as 8x8 has it."""
    return world.contacts.account(KOPI_ACCOUNT)


@pytest.fixture
def client(http: aiohttp.ClientSession, sandbox: Sandbox, kopi: Account) -> ContactsClient:
    """The client for Kopi Nusantara."""
    return ContactsClient(http, f"{sandbox.url}/8x8", next(iter(kopi.keys)), KOPI_ACCOUNT)


@pytest.fixture
def hasty(http: aiohttp.ClientSession, sandbox: Sandbox, kopi: Account) -> ContactsClient:
    """The same, but it does not wait long: for answers that never come."""
    quick = Timeouts(connect=20, call=0.5, upload=1)
    return ContactsClient(http, f"{sandbox.url}/8x8", next(iter(kopi.keys)), KOPI_ACCOUNT, timeouts=quick)


# Jobs by hand

LEASE = timedelta(seconds=60)
ANA = Who("U0ANA", "T0SENDER", Role.CUSTOMER, "kopi", KOPI)
ROWS = b"phone,first name\n+628123456789,Ani\n+628123456780,Budi\n12,Nobody\n"
GOOD = b"msisdn,firstName\n+62812345678%d,Ani\n"
VERDICT = {"rows_total": 2, "rows_accepted": 1, "rows_rejected": 1, "rows_duplicate": 0, "needs_columns": None}
VERDICT |= {"columns": [], "notes": [], "reasons": {}}


@dataclass
class Works:
    """The jobs of contact files by hand: what is due is claimed, run and settled one by one."""

    database: Database
    files: Files
    world: World
    kinds: dict[str, Any]
    clock: Any
    ana: Who = ANA

    async def run(self, kind: str) -> str:
        """Run the due job of this kind; "done", or why it was put back, or ``GiveUp: ...``. Others stay due."""
        claimed = await self.database.write(claims.claim, JOBS, "tester", limit=10, lease=LEASE)
        (claim,) = [one for one in claimed if one.kind == kind]
        for other in claimed:
            if other is not claim:
                nothing_done = {"after": timedelta(0), "error": "", "spent": False}
                await self.database.write(claims.put_back, other, **nothing_done)
        return await self._run(claim)

    async def both(self, *kinds: str) -> list[str]:
        """Run due jobs of these kinds at the same time."""
        claimed = await self.database.write(claims.claim, JOBS, "tester", limit=10, lease=LEASE)
        return list(await asyncio.gather(*(self._run(one) for kind in kinds for one in claimed if one.kind == kind)))

    async def _run(self, claim: Claim) -> str:
        kind = claim.kind
        try:
            await self.kinds[kind].run(Hold(claim, LEASE))
        except PutBack as later:
            pause = timedelta(seconds=later.seconds)
            await self.database.write(claims.put_back, claim, after=pause, error=later.why, spent=later.spent)
            return later.why
        except GiveUp as never:
            await self.database.write(claims.give_up, claim, str(never))
            return f"GiveUp: {never}"
        await self.database.write(claims.finish, claim)
        return "done"

    async def forget(self, kind: str) -> None:
        """No job of this kind is due any more."""
        await self.database.write(lambda tx: tx.session.execute(delete(DueRow).where(DueRow.kind == kind)))

    async def pause(self, kind: str) -> float:
        """Seconds until the next job of this kind is due."""

        def next_due(tx: Tx) -> float:
            wanted = select(DueRow.due_at).where(DueRow.kind == kind, DueRow.state == PENDING)
            return (tx.session.scalars(wanted).one() - tx.now).total_seconds()

        return await self.database.read(next_due)

    async def file(self) -> ContactFile:
        """The only file, as it stands."""
        return await self.database.read(lambda tx: tx.session.scalars(select(ContactFile)).one())

    async def received(self, data: bytes = ROWS) -> ContactFile:
        """A file that came in, not checked yet."""
        shown = await self.world.slack.actor("U0ANA").upload(KOPI, "june.csv", data, wait=False)
        arrival = Arrival(shown.files[0].id, "june.csv", len(data), KOPI, shown.ts)
        return await self.database.write(service.receive, ANA, arrival)

    async def submitted(self, batches: int = 1) -> ContactFile:
        """A file that was checked and submitted, and is not at 8x8 yet: so many batches of one contact each."""
        file = await self.received()
        keys = [f"contacts/{file.id}/0-accepted-{number}.csv" for number in range(1, batches + 1)]
        for number, key in enumerate(keys, 1):
            await self.files.put(key, GOOD % number, most_bytes=100)
        await self.database.write(results.checked, file.id, file.version, VERDICT, accepted_keys=keys)
        file = await self.file()
        return await self.database.write(service.submit, ANA, file.id, file.version)

    def batches(self) -> list[Any]:
        """The batches that 8x8 has."""
        return list(self.world.contacts.account(KOPI_ACCOUNT).batches.values())

    async def card(self) -> str:
        """All that the file's card shows."""
        return str(Card(Voices(), await self.file(), None).draw().blocks)

    async def goes_on(self, kind: str) -> None:
        """Time passes until the next job of this kind is due."""
        self.clock.advance(seconds=max(await self.pause(kind), 0.0))


def account(tx: Tx) -> None:
    made = Customer(id="kopi", provider_account_id=KOPI_ACCOUNT, name="Kopi", created_by="U0RINA", created_at=tx.now)
    tx.session.merge(made)


@pytest.fixture
def batch_bytes() -> int:
    """The largest batch; a test module may have smaller ones."""
    return rules.API_BYTES_MAX


@pytest.fixture
async def works(
    database: Database, sandbox: Sandbox, http: aiohttp.ClientSession, clock: Any, tmp_path: Path, batch_bytes: int
) -> Works:
    """A database with one account, a file store, and all jobs between them and the world outside."""
    world = sandbox.world
    await database.write(account)
    slack = AsyncWebClient(token=world.slack.app.bot_token, base_url=f"{sandbox.url}/api/", session=http)
    slack.retry_handlers.clear()
    files = Files(f"file:{tmp_path}/files")
    keys = world.contacts.account(KOPI_ACCOUNT).keys
    accesses = Accesses({Product.CONTACTS: f"{sandbox.url}/8x8"}, {KOPI_ACCOUNT: lambda: next(iter(keys), "")})
    provider = Provider(http, database, accesses)
    fetching = SlackFiles(slack, http, SecretStr(world.slack.app.bot_token), ["127.0.0.1"])
    origin = FromSlack(database, files, fetching, Directory(slack))
    terms = Terms(CheckOptions(batch_bytes=batch_bytes, mask=True), Limits())
    contacts = ContactJobs(database, files, origin=origin, provider=provider, terms=terms)
    kinds = [*contacts.kinds(), *BatchJobs(database, files, provider).kinds()]
    kinds += OperationJobs(database, files, provider).kinds()
    return Works(database, files, world, {kind.name: kind for kind in kinds}, clock)
