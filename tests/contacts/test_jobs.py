"""What jobs do with contact files when 8x8, Slack or the file store is not as it should be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select

from bot.accounts.directory import Directory
from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account
from bot.contacts import results, service
from bot.contacts.batches import BatchJobs
from bot.contacts.card import Card
from bot.contacts.errors import StoreAway
from bot.contacts.jobs import ContactJobs
from bot.contacts.provider import Provider
from bot.contacts.service import Arrival
from bot.contacts.steps import CHECK, POLL, SUBMIT
from bot.contacts.tables import ContactFile
from bot.delivery import claims
from bot.delivery.claims import JOBS
from bot.delivery.slack_files import SlackFiles
from bot.delivery.tables import PENDING, DueRow
from bot.delivery.voices import Voices
from bot.delivery.worker import MAX_ATTEMPTS, GiveUp, Hold, PutBack
from bot.sandbox.contacts_api import Script
from bot.sandbox.faults import Fault
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.storage.database import Database, Tx
from bot.storage.files import Files

LEASE = timedelta(seconds=60)
ANA = Who("U0ANA", "T0SENDER", Role.CUSTOMER, "kopi", KOPI)
ROWS = b"phone,first name\n+628123456789,Ani\n+628123456780,Budi\n12,Nobody\n"
GOOD = b"msisdn,firstName\n+628123456789,Ani\n"
VERDICT = {"rows_total": 2, "rows_accepted": 1, "rows_rejected": 1, "rows_duplicate": 0, "needs_columns": None}


@dataclass
class Works:
    """The jobs of contact files by hand: what is due is claimed, run and settled one by one."""

    database: Database
    files: Files
    world: World
    kinds: dict[str, Any]
    clock: Any

    async def run(self, kind: str) -> str:
        """Run the next due job of this kind; "done", or why it was put back, or ``GiveUp: ...``."""
        claimed = await self.database.write(claims.claim, JOBS, "tester", limit=10, lease=LEASE)
        (claim,) = [one for one in claimed if one.kind == kind]
        for other in claimed:
            if other is not claim:
                await self.database.write(claims.finish, other)
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

    async def submitted(self) -> ContactFile:
        """A file that was checked and submitted, and is not at 8x8 yet."""
        file = await self.received()
        key = (await self.files.put(f"contacts/{file.id}/0-accepted.csv", GOOD, most_bytes=100)).key
        await self.database.write(results.checked, file.id, file.version, VERDICT, accepted_key=key, rejected_key=None)
        file = await self.file()
        return await self.database.write(service.submit, ANA, file.id, file.version)

    def batches(self) -> list[Any]:
        """The batches that 8x8 has."""
        return list(self.world.contacts.account(KOPI_ACCOUNT).batches.values())

    async def goes_on(self, kind: str) -> None:
        """Time passes until the next job of this kind is due."""
        self.clock.advance(seconds=max(await self.pause(kind), 0.0))


def account(tx: Tx) -> None:
    made = Account(id="kopi", provider_account_id=KOPI_ACCOUNT, name="Kopi", created_by="U0RINA", created_at=tx.now)
    tx.session.add(made)


@pytest.fixture
async def works(database: Database, sandbox: Sandbox, http: aiohttp.ClientSession, clock: Any, tmp_path: Path) -> Works:
    """A database with one account, a file store, and all jobs between them and the world outside."""
    world = sandbox.world
    await database.write(account)
    slack = AsyncWebClient(token=world.slack.app.bot_token, base_url=f"{sandbox.url}/api/", session=http)
    slack.retry_handlers.clear()
    files = Files(f"file:{tmp_path}/files")
    keys = world.contacts.account(KOPI_ACCOUNT).keys
    provider = Provider(http, f"{sandbox.url}/8x8", {KOPI_ACCOUNT: lambda: next(iter(keys))})
    fetching = SlackFiles(slack, http, SecretStr(world.slack.app.bot_token), ["127.0.0.1"])
    contacts = ContactJobs(database, files, slack_files=fetching, people=Directory(slack), provider=provider)
    kinds = [*contacts.kinds(), *BatchJobs(database, files, provider).kinds()]
    return Works(database, files, world, {kind.name: kind for kind in kinds}, clock)


async def test_one_hiccup_of_8x8_costs_seconds(works: Works, clock) -> None:
    """A batch that 8x8 could not tell of is asked about soon again, and ever later while 8x8 stays away."""
    works.world.contacts.normal = Script(("queued", "completed"), seconds=1)
    await works.submitted()
    assert await works.run(SUBMIT) == "done"
    await works.goes_on(POLL)
    away = works.world.faults.add(Fault("contacts:getBatch", "status", status=503, times=None))
    pauses = []
    for _ in range(6):
        assert await works.run(POLL) == "HTTP 503"
        pauses.append(await works.pause(POLL))
        await works.goes_on(POLL)
    assert pauses == [5, 7, 14, 28, 56, 60]
    works.world.faults.pending.remove(away)
    works.world.contacts.advance(5)
    assert await works.run(POLL) == "done"
    assert (await works.file()).status == "completed"


@pytest.fixture
def store_is_away(tmp_path: Path) -> Callable[[], Callable[[], None]]:
    """Call it and the file store does not answer; call what it gives and it is back, with all that it had."""

    def away() -> Callable[[], None]:
        store, aside = tmp_path / "files", tmp_path / "aside"
        store.rename(aside)
        store.touch()

        def back() -> None:
            store.unlink()
            aside.rename(store)

        return back

    return away


async def test_a_submission_waits_for_the_file_store_and_says_so(works: Works, store_is_away) -> None:
    """However long the store is away: nothing is sent, the file says what it waits for, and then it goes through."""
    await works.submitted()
    back = store_is_away()
    for _ in range(2 * MAX_ATTEMPTS):
        assert await works.run(SUBMIT) == "file store"
        await works.goes_on(SUBMIT)
    file = await works.file()
    assert (file.status, file.trouble["waits"]) == ("submitting", True)
    assert "file store" in file.trouble["sentence"]
    back()
    assert await works.run(SUBMIT) == "done"
    assert ((await works.file()).status, len(works.batches())) == ("running", 1)


async def test_a_submission_of_a_file_that_was_deleted_here_is_refused_with_the_way_out(works: Works) -> None:
    """What is not kept any more cannot be sent; nobody has to guess whether 8x8 has it."""
    file = await works.submitted()
    await works.files.delete(file.accepted_key)
    assert await works.run(SUBMIT) == "done"
    file = await works.file()
    assert (file.status, works.batches()) == ("refused", [])
    assert "not kept here any more" in file.trouble["sentence"]


@pytest.mark.parametrize("where", ["slack:files.info", "files:download"])
@pytest.mark.parametrize("fault", [{"what": "status", "status": 503}, {"what": "drop"}], ids=["503", "drop"])
async def test_a_check_waits_for_slack_and_says_so(works: Works, where: str, fault: dict[str, Any]) -> None:
    """However long Slack keeps the file: it is not called unreadable, and is checked when Slack gives it."""
    await works.received()
    works.world.faults.add(Fault(where, times=None, **fault))
    for _ in range(2 * MAX_ATTEMPTS):
        assert await works.run(CHECK) != "done"
        await works.goes_on(CHECK)
    file = await works.file()
    assert (file.status, file.trouble["waits"]) == ("checking", True)
    assert "Slack does not give me the file" in file.trouble["sentence"]
    works.world.faults.clear()
    assert await works.run(CHECK) == "done"
    file = await works.file()
    assert (file.status, file.trouble, file.verdict["rows_accepted"]) == ("checked", None, 2)


async def test_a_check_waits_for_the_file_store_and_says_so(works: Works, store_is_away) -> None:
    """Also when the store is away before there is anything in it."""
    await works.received()
    back = store_is_away()
    for _ in range(2 * MAX_ATTEMPTS):
        assert await works.run(CHECK) == "file store"
        await works.goes_on(CHECK)
    assert "file store" in (await works.file()).trouble["sentence"]
    back()
    assert await works.run(CHECK) == "done"
    assert (await works.file()).status == "checked"


async def test_a_file_that_was_deleted_here_is_fetched_anew(works: Works) -> None:
    """Somebody took a file up again just when it was deleted: Slack still has it."""
    file = await works.received()
    assert await works.run(CHECK) == "done"
    file = await works.file()
    await works.files.delete(file.source_key)
    await works.database.write(service.read_as, ANA, file.id, file.version, "ID")
    assert "fetch it anew" in await works.run(CHECK)
    assert await works.run(CHECK) == "done"
    assert ((await works.file()).status, await works.files.exists(file.source_key)) == ("checked", True)


@pytest.mark.parametrize("on_its_way", ["received", "submitted"])
async def test_the_card_of_a_file_that_waits_says_for_what(works: Works, on_its_way: str) -> None:
    """Words that the person sees, while the file is checked and while it is on its way to 8x8."""
    await getattr(works, on_its_way)()
    file = await works.file()
    await works.database.write(results.waits, file.id, StoreAway().sentence)
    assert StoreAway().sentence in str(Card(Voices(), await works.file(), None).draw().blocks)
