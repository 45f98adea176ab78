"""The database: what those who write use cases can rely on, on SQLite and on PostgreSQL alike."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Column, Engine, MetaData, String, Table, create_engine, func, insert, make_url, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot.storage.audit import AuditRow, record
from bot.storage.database import Database, DatabaseClosed, Json, Tx, UnknownDatabase, UtcDateTime, db_now

things = Table(
    "things", MetaData(), Column("name", String(40), primary_key=True), Column("at", UtcDateTime), Column("facts", Json)
)


@pytest.fixture
async def made(database: Database) -> Database:
    """The database with a table of things: name, moment, facts."""
    await database.write(lambda tx: things.metadata.create_all(tx.session.connection()))
    return database


@pytest.fixture
def outside(database_url: str) -> Engine:
    """Another program's way into the same database."""
    return create_engine(make_url(database_url.replace("postgresql:", "postgresql+psycopg:")))


def add(tx: Tx, name: str, **values: Any) -> str:
    tx.session.execute(insert(things).values(name=name, **values))
    return name


def names(tx: Tx) -> list[str]:
    return list(tx.session.scalars(select(things.c.name).order_by(things.c.name)))


async def test_what_a_use_case_wrote_is_read_after_it_returned(made: Database) -> None:
    """A write answers with what the use case returned, and the next read sees what it wrote."""
    assert await made.write(add, "one") == "one"

    assert await made.read(names) == ["one"]


async def test_a_use_case_that_raises_changes_nothing(made: Database) -> None:
    """What a use case raises reaches its caller, and nothing that it wrote before is kept."""

    def half(tx: Tx) -> None:
        add(tx, "one")
        record(tx, subject=("thing", "one"), act="test:thing:added", actor=None)
        tx.session.flush()
        raise LookupError("the second half")

    with pytest.raises(LookupError, match="the second half"):
        await made.write(half)

    assert await made.read(names) == []
    assert await made.read(lambda tx: tx.session.scalar(select(func.count()).select_from(AuditRow))) == 0


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(lambda: ValueError("mine"), id="an error"),
        pytest.param(StopIteration, id="StopIteration"),
        pytest.param(asyncio.CancelledError, id="CancelledError"),
    ],
)
async def test_whatever_one_use_case_raises_the_others_are_saved(
    made: Database, how: Callable[[], BaseException]
) -> None:
    """Of many use cases at once, one fails in any way: its caller hears it, and all others are saved."""

    def fails(tx: Tx) -> None:
        add(tx, "wrong")
        raise how()

    answers = await asyncio.gather(
        *(made.write(add, f"{n:02}") for n in range(10)),
        made.write(fails),
        *(made.write(add, f"{n:02}") for n in range(10, 20)),
        return_exceptions=True,
    )

    expected = RuntimeError if isinstance(how(), StopIteration) else type(how())
    assert [type(answer) for answer in answers if not isinstance(answer, str)] == [expected]
    assert await made.read(names) == [f"{n:02}" for n in range(20)]


async def test_a_statement_that_the_database_refuses_hurts_nobody_else(made: Database) -> None:
    """Of many use cases at once, those that break a constraint are refused and the others saved."""
    answers = await asyncio.gather(*(made.write(add, f"{n // 2:02}") for n in range(20)), return_exceptions=True)

    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 10
    assert await made.read(names) == [f"{n:02}" for n in range(10)]


async def test_no_update_is_lost(made: Database) -> None:
    """Ten clients that read, add and write back twenty times each end at two hundred."""
    await made.write(add, "counter", facts={"count": 0})

    def count(tx: Tx) -> None:
        row = select(things.c.facts).where(things.c.name == "counter").with_for_update()
        facts = tx.session.execute(row).scalar_one()
        tx.session.execute(update(things).values(facts={"count": facts["count"] + 1}))

    async def client() -> None:
        for _ in range(20):
            await made.write(count)

    await asyncio.gather(*(client() for _ in range(10)))

    assert await made.read(lambda tx: tx.session.scalar(select(things.c.facts))) == {"count": 200}


async def test_of_two_who_decide_at_once_one_wins(made: Database) -> None:
    """A compare-and-set on what was seen succeeds for exactly one of many."""
    await made.write(add, "ticket", facts={"status": "open"})

    def decide(tx: Tx, status: str) -> int:
        seen = things.c.facts["status"].as_string() == "open"
        return tx.session.connection().execute(update(things).where(seen).values(facts={"status": status})).rowcount

    won = await asyncio.gather(*(made.write(decide, f"decided by {n}") for n in range(10)))

    assert sorted(won) == [0] * 9 + [1]
    facts = await made.read(lambda tx: tx.session.scalar(select(things.c.facts)))
    assert facts == {"status": f"decided by {won.index(1)}"}


async def test_many_clients_wait_for_each_other_and_none_is_refused(made: Database) -> None:
    """64 clients write and read at once: nobody is told that the database is locked."""

    async def client(number: int) -> None:
        for turn in range(4):
            name = await made.write(add, f"{number:02}-{turn}")
            assert name in await made.read(names)

    await asyncio.gather(*(client(number) for number in range(64)))

    assert len(await made.read(names)) == 256


async def test_a_read_sees_only_what_is_committed(made: Database, new_gate: Callable[[], Any]) -> None:
    """While a use case is at work, a read neither sees its half nor waits for it."""
    gate = new_gate()

    def slow(tx: Tx) -> None:
        add(tx, "half")
        gate.stand_still()

    writing = asyncio.create_task(made.write(slow))
    await gate.reached()
    assert await made.read(names) == []
    gate.let_go()
    await writing

    assert await made.read(names) == ["half"]


async def test_a_read_sees_one_moment(made: Database, new_gate: Callable[[], Any]) -> None:
    """All statements of one query see the same state, whatever is committed between them."""
    gate = new_gate()

    def twice(tx: Tx) -> tuple[list[str], list[str]]:
        before = names(tx)
        gate.stand_still()
        return before, names(tx)

    reading = asyncio.create_task(made.read(twice))
    await gate.reached()
    await made.write(add, "between")
    gate.let_go()

    assert await reading == ([], [])


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda tx: add(tx, "one"), id="a statement"),
        pytest.param(lambda tx: record(tx, subject=("thing", "1"), act="a", actor=None) and None, id="an object"),
    ],
)
async def test_a_read_cannot_write(made: Database, write: Callable[[Tx], object]) -> None:
    """What a query tries to write is refused by the database itself."""
    with pytest.raises(DBAPIError, match=r"read-?only"):
        await made.read(write)

    assert await made.read(names) == []


@pytest.mark.parametrize("end", ["commit", "rollback"])
async def test_a_use_case_does_not_end_its_transaction(made: Database, end: str) -> None:
    """A use case that commits or rolls back by itself is refused: half of it must not be saved."""

    def ends(tx: Tx) -> None:
        add(tx, "half")
        getattr(tx.session, end)()

    with pytest.raises(RuntimeError, match="a use case does not"):
        await made.write(ends)

    assert await made.read(names) == []


async def test_an_attempt_inside_a_use_case_can_fail(made: Database) -> None:
    """A use case may try something in a savepoint, see it refused, and go on."""
    await made.write(add, "taken")

    def tries(tx: Tx) -> None:
        add(tx, "before")
        with pytest.raises(IntegrityError), tx.session.begin_nested():
            add(tx, "taken")
        add(tx, "after")

    await made.write(tries)

    assert await made.read(names) == ["after", "before", "taken"]


async def test_the_worker_is_woken_after_the_commit(database_url: str, outside: Engine) -> None:
    """When a topic is woken, another program sees the rows already; and it happens on the event loop's thread."""
    seen: list[tuple[str, int | None, threading.Thread]] = []

    def look(topic: str) -> None:
        with outside.connect() as connection:
            count = connection.scalar(select(func.count()).select_from(AuditRow))
        seen.append((topic, count, threading.current_thread()))

    def wakes(tx: Tx) -> None:
        record(tx, subject=("thing", "1"), act="test:thing:added", actor=None)
        tx.wake("outbox")
        tx.wake("outbox")
        tx.on_commit(lambda: look("on_commit"))

    database = Database(database_url, on_wake=look)
    await database.open(migrate=False)
    await database.write(wakes)
    await database.close()
    outside.dispose()

    here = threading.current_thread()
    assert seen == [("on_commit", 1, here), ("outbox", 1, here)]


async def test_a_use_case_that_fails_wakes_nobody(made: Database, woken: list[str]) -> None:
    """Wakes and hooks of a use case that raised are forgotten."""

    def fails(tx: Tx) -> None:
        tx.wake("outbox")
        tx.on_commit(lambda: woken.append("hook"))
        raise LookupError

    with pytest.raises(LookupError):
        await made.write(fails)
    await made.write(lambda tx: tx.wake("jobs"))
    await made.close()

    assert woken == ["jobs"]


async def test_time_and_ids_come_from_outside(database_url: str) -> None:
    """``tx.now`` is the injected clock's time in UTC, one value for the whole use case; ids are the injected ones."""
    jakarta = timezone(timedelta(hours=7))
    times = iter([datetime(2026, 11, 23, 17, 0, tzinfo=jakarta), datetime(2026, 11, 23, 18, 0, tzinfo=jakarta)])
    database = Database(database_url, clock=lambda: next(times), new_id=iter("ab").__next__)
    await database.open(migrate=False)

    def look(tx: Tx) -> tuple[datetime, datetime, str]:
        return tx.now, tx.now, tx.new_id()

    first, second = await database.write(look), await database.write(look)
    await database.close()

    assert first == (datetime(2026, 11, 23, 10, 0, tzinfo=UTC), datetime(2026, 11, 23, 10, 0, tzinfo=UTC), "a")
    assert first[0].tzinfo is UTC
    assert second[0] == datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


async def test_ids_are_opaque_and_new(made: Database) -> None:
    """Unless told otherwise, ids are 32 hexadecimal digits, each used once."""
    ids = await made.write(lambda tx: [tx.new_id() for _ in range(1000)])

    assert len(set(ids)) == 1000
    assert all(len(id_) == 32 and int(id_, 16) for id_ in ids)


async def test_leases_go_by_the_clock_that_all_share(database_url: str) -> None:
    """A process whose clock is a day slow leases by the server's clock on PostgreSQL; on SQLite it is alone."""
    slow = datetime.now(UTC) - timedelta(days=1)
    database = Database(database_url, clock=lambda: slow)
    await database.open(migrate=False)

    shared = await database.write(db_now)
    await database.close()

    if database.dialect == "postgresql":
        assert abs(shared - datetime.now(UTC)) < timedelta(minutes=1)
        assert shared.tzinfo is UTC
    else:
        assert shared == slow


async def test_the_tests_clock_is_every_clock(database: Database, clock: Any) -> None:
    """In the fixture, leases follow the settable clock too."""
    clock.advance(days=3)

    assert await database.write(lambda tx: (tx.now, db_now(tx))) == (clock(), clock())


async def test_a_moment_without_a_time_zone_is_refused(made: Database) -> None:
    """A naive datetime is refused, for rows and for questions."""
    naive = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - the point of the test

    with pytest.raises(StatementError, match="needs its time zone"):
        await made.write(add, "one", at=naive)
    with pytest.raises(StatementError, match="needs its time zone"):
        await made.read(lambda tx: tx.session.scalar(select(things.c.name).where(things.c.at > naive)))


async def test_a_moment_comes_back_in_utc(made: Database) -> None:
    """A moment in any zone is kept to the microsecond and comes back in UTC, and moments compare as such."""
    manila = datetime(2026, 11, 23, 17, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    await made.write(add, "one", at=manila)
    await made.write(add, "never")

    def look(tx: Tx) -> list[datetime | None]:
        return list(tx.session.scalars(select(things.c.at).order_by(things.c.name)))

    never, one = await made.read(look)

    assert never is None
    assert one == manila
    assert one.tzinfo is UTC
    later = things.c.at >= datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
    assert await made.read(lambda tx: list(tx.session.scalars(select(things.c.name).where(later)))) == ["one"]


async def test_json_is_kept_and_nothing_is_null(made: Database) -> None:
    """JSON comes back as it was given; None is the database's NULL."""
    facts = {"counts": [1, 2.5, None, True], "name": "Kopi “Nusantara” ☕"}
    await made.write(add, "full", facts=facts)
    await made.write(add, "none", facts=None)

    def look(tx: Tx) -> tuple[object, list[str]]:
        full = tx.session.scalar(select(things.c.facts).where(things.c.name == "full"))
        return full, list(tx.session.scalars(select(things.c.name).where(things.c.facts.is_(None))))

    assert await made.read(look) == (facts, ["none"])


async def test_logs_inside_a_use_case_know_whose_it_is(made: Database) -> None:
    """Context variables of the caller (of logs) hold inside the use case, each caller's its own."""
    request: ContextVar[str] = ContextVar("request")

    async def client(name: str) -> str:
        request.set(name)
        return await made.write(lambda _tx: request.get())

    assert await asyncio.gather(client("a"), client("b"), client("c")) == ["a", "b", "c"]


async def test_a_caller_who_leaves_before_the_turn_leaves_nothing(
    made: Database, woken: list[str], new_gate: Callable[[], Any]
) -> None:
    """Cancelled while it waits for its turn, a use case never runs; those around it do."""
    gates = [new_gate() for _ in range(6)]  # as many as PostgreSQL has writers; one is enough for SQLite's
    standing = [asyncio.create_task(made.write(lambda _tx, gate=gate: gate.stand_still())) for gate in gates]
    await gates[0].reached()

    def leaves(tx: Tx) -> None:
        add(tx, "left")
        tx.wake("outbox")

    before = asyncio.create_task(made.write(add, "before"))
    leaving = asyncio.create_task(made.write(leaves))
    after = asyncio.create_task(made.write(add, "after"))
    await asyncio.sleep(0)  # all three are queued
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    for gate in gates:
        gate.let_go()
    await asyncio.gather(before, after, *standing)

    assert leaving.cancelled()
    assert await made.read(names) == ["after", "before"]
    assert woken == []


async def test_a_caller_who_leaves_in_the_middle_stops_nobody(
    made: Database, woken: list[str], new_gate: Callable[[], Any]
) -> None:
    """Cancelled while it runs, a use case ends and is saved, wakes what it has to, and the others are answered."""
    gate = new_gate()

    def slow(tx: Tx) -> None:
        add(tx, "slow")
        tx.wake("outbox")
        gate.stand_still()

    leaving = asyncio.create_task(made.write(slow))
    await gate.reached()
    other = asyncio.create_task(made.write(add, "other"))
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    gate.let_go()
    await other
    await made.close()

    assert leaving.cancelled()
    assert woken == ["outbox"]
    await made.open(migrate=False)
    assert await made.read(names) == ["other", "slow"]


async def test_closing_ends_what_is_queued(made: Database) -> None:
    """Work that was queued before the close is done and answered; later work is refused; no thread stays."""
    queued = [asyncio.create_task(made.write(add, f"{n:02}")) for n in range(50)]
    await asyncio.sleep(0)  # all are queued

    await made.close()

    assert await asyncio.gather(*queued) == [f"{n:02}" for n in range(50)]
    with pytest.raises(DatabaseClosed):
        await made.write(add, "late")
    with pytest.raises(DatabaseClosed):
        await made.read(names)
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("database")] == []
    await made.close()


NEVER_ENDS = """
import asyncio, sys, threading
from bot.storage.database import Database

async def main():
    database = Database(sys.argv[1])
    await database.open(migrate=False)
    running = threading.Event()
    def stuck(tx):
        running.set()
        threading.Event().wait()
    asyncio.ensure_future(database.write(stuck))
    await asyncio.sleep(0)
    await asyncio.to_thread(running.wait)

asyncio.run(main())
"""


def test_a_stuck_use_case_does_not_keep_the_process_alive(database_url: str) -> None:
    """A process that must end does so, even when a use case hangs and nobody closed the database."""
    subprocess.run([sys.executable, "-c", NEVER_ENDS, database_url], check=True, timeout=90)


@pytest.mark.parametrize("url", ["", "desk.db", "mysql://localhost/desk", "oracle://desk"])
def test_an_address_that_is_not_understood_is_told(url: str) -> None:
    """A wrong DATABASE_URL is refused with what to write."""
    with pytest.raises(UnknownDatabase, match="DATABASE_URL"):
        Database(url)
