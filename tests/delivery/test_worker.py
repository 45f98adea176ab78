"""The loop that works due rows."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.delivery import claims
from bot.delivery.claims import JOBS, Claim
from bot.delivery.tables import DueRow
from bot.delivery.worker import MAX_ATTEMPTS, GiveUp, Hold, Limits, PutBack, Worker
from bot.storage.database import Database, Tx

Run = Callable[[Hold], Awaitable[None]]


def states(tx: Tx) -> dict[str, tuple[str, int, str]]:
    return {row.key: (row.state, row.attempts, row.error) for row in tx.session.scalars(select(DueRow))}


@asynccontextmanager
async def working(
    database: Database, run: Run, *, lease: float = 60, drain: float = 60
) -> AsyncIterator[tuple[Worker, list[str]]]:
    """A worker at work; and the keys of the rows that it gave up."""
    dead: list[str] = []

    def on_dead(_tx: Tx, claim: Claim, _error: str) -> None:
        dead.append(claim.key)

    limits = Limits(lease=timedelta(seconds=lease), drain=timedelta(seconds=drain))
    worker = Worker(database, JOBS, run, on_dead, owner="tester", limits=limits)
    loop = asyncio.create_task(worker.work())
    try:
        yield worker, dead
    finally:
        await worker.stop()
        await loop


async def settled(database: Database, key: str, state: str) -> tuple[str, int, str]:
    """Wait until a row has a state; gives state, attempts and error."""
    async with asyncio.timeout(60):
        while (found := (await database.read(states)).get(key, ("", 0, "")))[0] != state:
            await asyncio.sleep(0.01)
    return found


async def add(database: Database, worker: Worker, *keys: str) -> None:
    for key in keys:
        await database.write(claims.schedule, JOBS, "work", key)
    worker.wake()


async def test_work_is_done_and_settled(database: Database) -> None:
    """Each due row is run once and ends done."""
    ran: list[str] = []

    async def run(hold: Hold) -> None:
        ran.append(hold.claim.key)

    async with working(database, run) as (worker, _):
        await add(database, worker, "one", "two")
        for key in ("one", "two"):
            assert await settled(database, key, "done") == ("done", 1, "")
    assert sorted(ran) == ["one", "two"]


@pytest.mark.parametrize("spent", [True, False])
async def test_what_is_put_back_waits_and_keeps_count(database: Database, spent: bool) -> None:
    """A worker that says "later" has its row back later, with the attempt counted or not as it says."""

    async def run(_hold: Hold) -> None:
        raise PutBack(300, "not now", spent=spent)

    async with working(database, run) as (worker, _):
        await add(database, worker, "one")
        async with asyncio.timeout(60):
            while not (found := (await database.read(states))["one"])[2]:
                await asyncio.sleep(0.01)
    assert found == ("pending", int(spent), "not now")


async def test_a_bug_is_tried_again_with_growing_pauses_and_ends_as_a_dead_letter(database: Database, clock) -> None:
    """Whatever a job raises, its row is settled; after the last attempt somebody is told."""
    ran = 0

    async def run(_hold: Hold) -> None:
        nonlocal ran
        ran += 1
        raise ZeroDivisionError("oops")

    async with working(database, run) as (worker, dead):
        await add(database, worker, "one")
        for attempt in range(1, MAX_ATTEMPTS + 1):
            async with asyncio.timeout(60):
                while (await database.read(states))["one"][:2] != ("pending", attempt):
                    await asyncio.sleep(0.01)
            clock.advance(seconds=301)
            worker.wake()
        state = await settled(database, "one", "dead")
    assert ran == MAX_ATTEMPTS
    assert state[2] == "too many attempts"
    assert dead == ["one"]


async def test_a_loop_that_stands_still_is_trouble(database: Database) -> None:
    """Whoever looks after the process learns that its worker turns no more; while it turns there is nothing to tell."""

    async def run(_hold: Hold) -> None:
        """Nothing to do."""

    async with working(database, run) as (worker, _):
        await add(database, worker, "one")
        await settled(database, "one", "done")
        assert await worker.trouble() == ""
        worker._looked -= 31
        assert "stands still for 31 seconds" in await worker.trouble()
        worker.wake()
        async with asyncio.timeout(60):
            while await worker.trouble():
                await asyncio.sleep(0.01)


async def test_giving_up_tells_at_once(database: Database) -> None:
    """A job that says "never" is not tried again."""

    async def run(_hold: Hold) -> None:
        raise GiveUp("no such channel")

    async with working(database, run) as (worker, dead):
        await add(database, worker, "one")
        assert await settled(database, "one", "dead") == ("dead", 1, "no such channel")
    assert dead == ["one"]


async def test_a_stop_lets_running_work_end(database: Database) -> None:
    """What runs when the desk stops is finished within the drain time."""
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def run(_hold: Hold) -> None:
        begun.set()
        await may_end.wait()

    async with working(database, run) as (worker, _):
        await add(database, worker, "one")
        await begun.wait()
        may_end.set()
    assert (await database.read(states))["one"][0] == "done"


async def test_a_stop_lets_work_end_that_is_just_being_claimed(database: Database, monkeypatch) -> None:
    """Whoever stops it while it takes rows waits for these too: nothing runs on behind its back."""
    ended: list[str] = []
    claiming, stopping = threading.Event(), threading.Event()

    def claim(tx: Tx, *args: object, **kwargs: object) -> list[Claim]:
        found = claims_as_they_are(tx, *args, **kwargs)
        claiming.set()
        assert stopping.wait(60)
        return found

    async def run(hold: Hold) -> None:
        await asyncio.sleep(0.05)
        ended.append(hold.claim.key)

    claims_as_they_are = claims.claim
    monkeypatch.setattr(claims, "claim", claim)
    await database.write(claims.schedule, JOBS, "work", "one")
    worker = Worker(database, JOBS, run, lambda *_: None, owner="tester", limits=Limits())
    loop = asyncio.create_task(worker.work())
    assert await asyncio.to_thread(claiming.wait, 60)
    stop = asyncio.create_task(worker.stop())
    await asyncio.sleep(0)
    stopping.set()
    await stop
    assert ended == ["one"]
    await loop


async def test_work_that_outlasts_the_drain_is_due_again(database: Database, clock) -> None:
    """A stop does not wait for ever; what it cut off is claimed by the next process once the lease ends."""
    begun = asyncio.Event()

    async def run(_hold: Hold) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with working(database, run, drain=0.05) as (worker, _):
        await add(database, worker, "one")
        await begun.wait()
    clock.advance(seconds=61)
    lease = timedelta(seconds=60)
    (again,) = await database.write(claims.claim, JOBS, "next", limit=5, lease=lease)
    assert (again.key, again.attempt) == ("one", 2)


async def test_long_work_keeps_its_lease(database: Database) -> None:
    """A job longer than its lease is not given to anybody else while it lives."""
    ends: list[tuple[str, int]] = []

    async def run(hold: Hold) -> None:
        for _ in range(6):
            await asyncio.sleep(0.1)
            ends.append((hold.claim.owner, hold.claim.attempt))

    async with working(database, run, lease=0.3) as (worker, _):
        await add(database, worker, "one")
        assert (await settled(database, "one", "done"))[1] == 1
    assert set(ends) == {("tester", 1)}


def steal(tx: Tx) -> None:
    """As if our lease had ended and another process had claimed the row."""
    tx.session.execute(update(DueRow).values(owner="other", attempts=DueRow.attempts + 1))


async def test_work_that_lost_its_row_is_stopped(database: Database) -> None:
    """When somebody else took the row, what we do for it ends before it does harm."""
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def run(_hold: Hold) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async with working(database, run, lease=0.3) as (worker, _):
        await add(database, worker, "one")
        await begun.wait()
        await database.write(steal)
        await asyncio.wait_for(cancelled.wait(), 60)
    assert (await database.read(states))["one"] == ("running", 2, "")
