"""How many use cases a second the database takes, beside a bare sqlite3 writer that does the same statements.

One use case: insert a ticket, schedule its message, write the audit row, then move the ticket on by compare-and-set.
Clients are asyncio tasks that wait for each answer; every answer was committed with synchronous=FULL. The ways are
measured in turns, in this one process; a figure is the median of the rounds. The last line is one JSON object.

    python tests/benchmarks/store.py [--seconds 1.0] [--rounds 7] [--clients 1 8 64] [--url postgresql://...]
"""

import argparse
import asyncio
import json
import queue
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import String, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot import schema
from bot.delivery.claims import schedule
from bot.storage.audit import record
from bot.storage.database import Database, Tx

Submit = Callable[[int], Awaitable[object]]


class Base(DeclarativeBase):
    """Of the benchmark's own table."""


class Ticket(Base):
    """What a customer waits for."""

    __tablename__ = "tickets"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    status: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]


def submit(tx: Tx, number: int) -> str:
    """The use case."""
    ticket = Ticket(id=tx.new_id(), status="new", version=1)
    tx.session.add(ticket)
    schedule(tx, "outbox", "ticket", ticket.id)
    record(tx, subject=("ticket", ticket.id), act="tickets:opened", actor="U0ANA", facts={"number": number})
    tx.session.execute(
        update(Ticket).where(Ticket.id == ticket.id, Ticket.version == 1).values(status="open", version=2),
        execution_options={"synchronize_session": False},
    )
    return ticket.id


@asynccontextmanager
async def through_the_desk(url: str) -> AsyncIterator[Submit]:
    """``Database.write``."""
    database = Database(url)
    await database.open()

    def make_tables(tx: Tx) -> None:
        schema.every_table().create_all(tx.session.connection())
        Base.metadata.create_all(tx.session.connection())

    await database.write(make_tables)
    try:
        yield lambda number: database.write(submit, number)
    finally:
        await database.close()


TABLES = """
CREATE TABLE tickets (id TEXT PRIMARY KEY, status TEXT NOT NULL, version INTEGER NOT NULL);
CREATE TABLE due_rows (id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
    lane TEXT NOT NULL, state TEXT NOT NULL, due_at TEXT NOT NULL, attempts INTEGER NOT NULL, error TEXT NOT NULL,
    created_at TEXT NOT NULL);
CREATE UNIQUE INDEX pending_once ON due_rows (queue, kind, key) WHERE state = 'pending';
CREATE INDEX due ON due_rows (queue, state, due_at);
CREATE INDEX lane ON due_rows (lane, state);
CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL, act TEXT NOT NULL, actor TEXT, because TEXT NOT NULL, facts TEXT NOT NULL);
CREATE INDEX audit_subject ON audit (subject_kind, subject_id, id);
"""
NOW = "2026-11-23 09:00:00.000000"


def submit_barely(connection: sqlite3.Connection, number: int) -> None:
    """The same statements."""
    id_ = f"{number:032x}"
    connection.execute("INSERT INTO tickets VALUES (?, 'new', 1)", (id_,))
    connection.execute(
        "INSERT INTO due_rows (queue, kind, key, lane, state, due_at, attempts, error, created_at)"
        " VALUES ('outbox', 'ticket', ?, ?, 'pending', ?, 0, '', ?)"
        " ON CONFLICT (queue, kind, key) WHERE state = 'pending' DO UPDATE SET due_at = min(due_at, excluded.due_at)",
        (id_, f"ticket:{id_}", NOW, NOW),
    )
    connection.execute(
        "INSERT INTO audit (at, subject_kind, subject_id, act, actor, because, facts)"
        " VALUES (?, 'ticket', ?, 'tickets:opened', 'U0ANA', '', ?)",
        (NOW, id_, json.dumps({"number": number})),
    )
    connection.execute("UPDATE tickets SET status = 'open', version = 2 WHERE id = ? AND version = 1", (id_,))


@asynccontextmanager
async def barely(path: Path) -> AsyncIterator[Submit]:
    """A writer thread with group commit that knows sqlite3 and nothing else; a savepoint for each use case."""
    loop = asyncio.get_running_loop()
    waiting: queue.SimpleQueue[tuple[int, asyncio.Future[None]] | None] = queue.SimpleQueue()

    def answer(futures: list[asyncio.Future[None]]) -> None:
        for future in futures:
            future.set_result(None)

    def write() -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {TABLES}")
        while (first := waiting.get()) is not None:
            group = [first]
            while len(group) < 64 and not waiting.empty() and (another := waiting.get()):
                group.append(another)
            connection.execute("BEGIN IMMEDIATE")
            for number, _ in group:
                connection.execute("SAVEPOINT one")
                submit_barely(connection, number)
                connection.execute("RELEASE one")
            connection.execute("COMMIT")
            loop.call_soon_threadsafe(answer, [future for _, future in group])
        connection.close()

    def put(number: int) -> asyncio.Future[None]:
        future: asyncio.Future[None] = loop.create_future()
        waiting.put((number, future))
        return future

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield put
    finally:
        waiting.put(None)
        await asyncio.to_thread(thread.join)


async def measure(
    submit_one: Submit, clients: int, seconds: float, numbers: "count[int]"
) -> tuple[float, float, float]:
    """Let clients work for a while: use cases a second, median and 99th percentile of an answer in milliseconds."""
    took: list[float] = []
    began = time.perf_counter()

    async def client() -> None:
        while (start := time.perf_counter()) - began < seconds:
            await submit_one(next(numbers))
            took.append(1000 * (time.perf_counter() - start))

    await asyncio.gather(*(client() for _ in range(clients)))
    rate = len(took) / (time.perf_counter() - began)
    return rate, statistics.median(took), sorted(took)[int(len(took) * 0.99)]


async def main() -> None:
    """Measure, print a table, and the same as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each round takes")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 64])
    parser.add_argument("--url", help="an empty PostgreSQL database, to be measured as well")
    chosen = parser.parse_args()
    numbers = count(1)
    figures: dict[tuple[str, int], list[tuple[float, float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with barely(Path(folder) / "bare.db") as bare, through_the_desk(f"sqlite:///{folder}/desk.db") as desk:
            ways: dict[str, Submit] = {"bare sqlite3": bare, "desk, SQLite": desk}
            if chosen.url:
                async with through_the_desk(chosen.url) as postgres:
                    await rounds(ways | {"desk, PostgreSQL": postgres}, chosen, numbers, figures)
            else:
                await rounds(ways, chosen, numbers, figures)
    report(figures)


async def rounds(
    ways: dict[str, Submit],
    chosen: argparse.Namespace,
    numbers: "count[int]",
    figures: dict[tuple[str, int], list[tuple[float, float, float]]],
) -> None:
    """All ways in turns, so that what else the machine does hits them alike; the first turn warms up."""
    for way in ways.values():
        await measure(way, 8, chosen.seconds / 2, numbers)
    for _ in range(chosen.rounds):
        for clients in chosen.clients:
            for name, way in ways.items():
                figures.setdefault((name, clients), []).append(await measure(way, clients, chosen.seconds, numbers))


def report(figures: dict[tuple[str, int], list[tuple[float, float, float]]]) -> None:
    """Print the medians."""
    rows = [
        {"way": way, "clients": clients}
        | {
            name: round(statistics.median(values), 2)
            for name, values in zip(("per_second", "p50_ms", "p99_ms"), zip(*measured, strict=True), strict=True)
        }
        for (way, clients), measured in sorted(figures.items(), key=lambda item: (item[0][1], item[0][0]))
    ]
    print(f"{'way':<18}{'clients':>8}{'use cases/s':>13}{'p50 ms':>9}{'p99 ms':>9}")
    for row in rows:
        print(
            f"{row['way']:<18}{row['clients']:>8}{row['per_second']:>13.0f}{row['p50_ms']:>9.2f}{row['p99_ms']:>9.2f}"
        )
    print(json.dumps({"store": rows, "python": sys.version.split()[0], "sqlite": sqlite3.sqlite_version}))


if __name__ == "__main__":
    asyncio.run(main())
