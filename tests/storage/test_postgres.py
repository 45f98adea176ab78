"""PostgreSQL: several at once, and another try when somebody was in the way."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, event, make_url, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from bot.storage import postgres
from bot.storage.audit import AuditRow, record
from bot.storage.database import Database, DatabaseAway, PerhapsSaved, Tx

pytestmark = pytest.mark.postgres


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """Here only PostgreSQL counts."""
    return postgres_url


def note(tx: Tx, what: str) -> None:
    record(tx, subject=("thing", what), act="test:thing:noted", actor=None)


def notes(tx: Tx) -> list[str]:
    return list(tx.session.scalars(select(AuditRow.subject_id).order_by(AuditRow.id)))


@pytest.mark.parametrize("code", ["40001", "40P01"])
async def test_a_use_case_that_lost_a_race_runs_again(database: Database, woken: list[str], code: str) -> None:
    """A serialization failure or a deadlock costs another try; only the try that succeeds is kept and wakes."""
    tries = []

    def loses_twice(tx: Tx) -> str:
        note(tx, f"try {len(tries)}")
        tx.wake("outbox")
        tries.append(tx)
        if len(tries) < 3:
            tx.session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'in the way' USING ERRCODE = '{code}'; END $$"))
        return "saved"

    assert await database.write(loses_twice) == "saved"
    assert await database.read(notes) == ["try 2"]
    assert woken == ["outbox"]


async def test_two_use_cases_that_block_each_other_both_succeed(database: Database) -> None:
    """A real deadlock between two use cases ends with both done."""
    await database.write(
        lambda tx: tx.session.execute(text("CREATE TABLE t AS SELECT i, 0 AS n FROM generate_series(1, 2) i"))
    )
    both_have_one = threading.Barrier(2)
    tries = []

    def in_order(tx: Tx, first: int, second: int) -> None:
        tx.session.execute(text("UPDATE t SET n = n + 1 WHERE i = :i"), {"i": first})
        if len(tries) < 2:
            tries.append(first)
            both_have_one.wait(20)
        else:
            tries.append(first)
        tx.session.execute(text("UPDATE t SET n = n + 1 WHERE i = :i"), {"i": second})

    await asyncio.gather(database.write(in_order, 1, 2), database.write(in_order, 2, 1))

    assert len(tries) >= 3  # who lost may be quicker than who waits, and lose once more
    assert await database.read(lambda tx: list(tx.session.scalars(text("SELECT n FROM t")))) == [2, 2]


async def test_other_refusals_are_not_tried_again(database: Database) -> None:
    """What the database refuses for good is told at once."""
    tries = []

    def divides(tx: Tx) -> None:
        tries.append(tx)
        tx.session.execute(text("SELECT 1 / 0"))

    with pytest.raises(DBAPIError, match="division by zero"):
        await database.write(divides)

    assert len(tries) == 1


async def test_a_broken_connection_before_the_commit_costs_another_try(database: Database) -> None:
    """When the connection breaks in the middle, the use case runs again on another one, and is kept once."""
    tries = []

    def cut_off(tx: Tx) -> None:
        note(tx, "once")
        tx.session.flush()
        tries.append(tx)
        if len(tries) == 1:
            tx.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    await database.write(cut_off)

    assert len(tries) == 2
    assert await database.read(notes) == ["once"]


async def test_connections_that_died_while_idle_are_replaced(database: Database, database_url: str) -> None:
    """After the server dropped all connections, writes and reads go on."""
    await database.write(note, "before")
    with psycopg.connect(database_url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    await asyncio.gather(*(database.write(note, "after") for _ in range(10)))

    assert await database.read(notes) == ["before"] + ["after"] * 10


DIES_AT_COMMIT = """
CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE TABLE fatal (i integer);
CREATE CONSTRAINT TRIGGER fatal AFTER INSERT ON fatal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()
"""


async def test_a_connection_that_breaks_in_the_commit_is_not_tried_again(database: Database, woken: list[str]) -> None:
    """When nobody knows whether the commit happened, the caller is told so, and it is not done a second time."""
    await database.write(lambda tx: tx.session.execute(text(DIES_AT_COMMIT)))
    tries = []

    def unclear(tx: Tx) -> None:
        tries.append(tx)
        tx.wake("outbox")
        tx.session.execute(text("INSERT INTO fatal VALUES (1)"))

    with pytest.raises(PerhapsSaved):
        await database.write(unclear)

    assert len(tries) == 1
    assert woken == []
    await database.write(note, "later")
    assert await database.read(notes) == ["later"]


async def test_a_commit_that_the_server_refuses_is_told_as_it_is(database: Database) -> None:
    """A deferred constraint that fails in the commit reaches the caller, and nothing is kept."""
    await database.write(
        lambda tx: tx.session.execute(text("CREATE TABLE t (i integer UNIQUE DEFERRABLE INITIALLY DEFERRED)"))
    )

    with pytest.raises(DBAPIError, match="duplicate key"):
        await database.write(lambda tx: tx.session.execute(text("INSERT INTO t VALUES (1), (1)")))

    assert await database.read(lambda tx: tx.session.scalar(text("SELECT count(*) FROM t"))) == 0


@pytest.fixture
def gone(database_url: str, postgres_server: str) -> Callable[[bool], None]:
    """``gone(True)`` makes the database refuse all connections, ``gone(False)`` lets them in again."""

    def set_gone(away: bool) -> None:
        name = make_url(database_url).database
        with psycopg.connect(host=postgres_server, user="desk", dbname="postgres", autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {not away}")
            if away:
                admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

    return set_gone


async def test_a_server_that_is_away_for_a_moment_is_waited_for(
    database: Database, gone: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A use case that finds the server away is tried again until it is back."""
    monkeypatch.setattr(postgres, "PAUSES", (0.01,) * 1000)
    gone(True)
    writing = asyncio.create_task(database.write(note, "patient"))
    done, _ = await asyncio.wait({writing}, timeout=0.2)
    assert not done
    gone(False)

    await writing

    assert await database.read(notes) == ["patient"]


async def test_a_server_that_stays_away_is_told(
    database: Database, gone: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the last try the caller is told that the database is away; when it is back, work goes on."""
    monkeypatch.setattr(postgres, "PAUSES", (0.001, 0.001))
    gone(True)

    with pytest.raises(DatabaseAway):
        await database.write(note, "lost")
    with pytest.raises(DatabaseAway):
        await database.read(notes)

    gone(False)
    await database.write(note, "later")
    assert await database.read(notes) == ["later"]


async def test_a_shutdown_does_not_wait_for_a_server_that_is_away(
    database: Database, gone: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing while use cases wait for the server answers them at once, after one try each."""
    monkeypatch.setattr(postgres, "PAUSES", (3600.0,) * 5)
    store = database._store
    gone(True)
    tries: list[object] = []
    event.listen(store._write_engine, "do_connect", lambda *_: tries.append(None))
    queued = [asyncio.create_task(database.write(note, f"{n}")) for n in range(20)]
    await asyncio.sleep(0)  # all are queued

    await database.close()

    answers = await asyncio.gather(*queued, return_exceptions=True)
    assert [type(answer) for answer in answers] == [DatabaseAway] * 20
    assert len(tries) <= 20 + store.writers  # those that waited already try once more
    gone(False)


async def test_no_server_is_told_at_the_start() -> None:
    """Where no server listens, the start says so."""
    with pytest.raises(DatabaseAway):
        await Database("postgresql://desk@127.0.0.1:1/desk").open()


async def test_transactions_have_their_limits(database: Database) -> None:
    """A paused process loses its transaction after 15 s; reads are read-only and see one moment."""

    def settings(tx: Tx) -> list[str]:
        names = ("idle_in_transaction_session_timeout", "transaction_isolation", "transaction_read_only")
        return [tx.session.scalar(text(f"SHOW {name}")) for name in names]

    assert await database.write(settings) == ["15s", "read committed", "off"]
    assert await database.read(settings) == ["15s", "repeatable read", "on"]
    assert await database.write(settings) == ["15s", "read committed", "off"]


async def test_a_partial_index_is_matched_however_often_a_statement_ran(database: Database) -> None:
    """An upsert whose conflict is on a partial index goes on working when the driver has prepared it."""
    pending = Table("pending", MetaData(), Column("key", Integer), Column("state", Text), Column("count", Integer))
    Index("pending_once", pending.c.key, unique=True, postgresql_where=pending.c.state == "pending")
    await database.write(lambda tx: pending.metadata.create_all(tx.session.connection()))

    def upsert(tx: Tx) -> None:
        statement = insert(pending).values(key=1, state="pending", count=1)
        where = pending.c.state == "pending"
        counted = {"count": pending.c.count + 1}
        tx.session.execute(statement.on_conflict_do_update(index_elements=["key"], index_where=where, set_=counted))

    for _ in range(100):
        await database.write(upsert)

    assert await database.read(lambda tx: tx.session.scalar(select(pending.c.count))) == 100


async def test_options_of_the_address_are_kept(database_url: str) -> None:
    """Options that DATABASE_URL brings along are added to ours."""
    database = Database(f"{database_url}&options=-c%20work_mem%3D7MB&application_name=desk-2")
    await database.open(migrate=False)

    def settings(tx: Tx) -> list[Any]:
        names = ("work_mem", "application_name", "idle_in_transaction_session_timeout")
        return [tx.session.scalar(text(f"SHOW {name}")) for name in names]

    assert await database.write(settings) == ["7MB", "desk-2", "15s"]
    await database.close()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
async def test_every_spelling_of_the_address_is_understood(database_url: str, scheme: str) -> None:
    """The address may begin with postgresql://, as hosting services write it, or with postgres://."""
    database = Database(database_url.replace("postgresql", scheme, 1))
    await database.open(migrate=False)
    await database.write(note, "one")

    assert await database.read(notes) == ["one"]
    await database.close()
