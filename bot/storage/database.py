"""The database: use cases are plain functions ``f(tx, ...)``; awaited here, run in a thread, then committed."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Concatenate, Literal, ParamSpec, TypeVar, cast

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from bot.errors import DeskError
from bot.storage.columns import Base, Json, UtcDateTime
from bot.storage.lanes import Lane, Store, deliver_to
from bot.storage.postgres import Postgres, clock_of_server
from bot.storage.sqlite import Sqlite
from bot.storage.unit import (
    Clock,
    DatabaseAway,
    DatabaseClosed,
    NewId,
    NotSaved,
    PerhapsSaved,
    Tx,
    Wake,
    db_now,
    ignore,
    random_id,
    utc_now,
)

__all__ = [
    "Base", "Clock", "Database", "DatabaseAway", "DatabaseClosed", "Json", "NewId", "NotSaved", "PerhapsSaved", "Tx",
    "UtcDateTime", "Wake", "db_now", "random_id", "utc_now",
]  # fmt: skip

P = ParamSpec("P")
R = TypeVar("R")
SharedClock = Callable[[Session], datetime]
OnRecord = Callable[[Tx, frozenset[str | None]], None]


class UnknownDatabase(DeskError):
    """DATABASE_URL names no database that we know. Write sqlite:///FOLDER/FILE.db or postgresql://USER@HOST/NAME."""


class Database:
    """One database, opened on the event loop that uses it.

    ``write`` and ``read`` take a use case ``f(tx, ...)``: it does no I/O but ``tx.session``, has no effects outside (it
    may be run again after a deadlock) and neither commits nor rolls back. What it raises reaches its caller, and then
    nothing of it is kept. A caller who is cancelled while it runs does not stop it: it may be committed all the same.

    ``clock`` gives ``tx.now``. ``shared_clock`` gives ``db_now(tx)``, for leases: by default the server's time on
    PostgreSQL, and ``tx.now`` on SQLite, where there is one process only. ``on_wake(topic)`` is called on the event
    loop, after the commit. ``on_record(tx, accounts)`` ends each use case that wrote
    down what happened, in its transaction.
    """

    def __init__(
        self,
        url: str,
        *,
        clock: Clock = utc_now,
        new_id: NewId = random_id,
        on_wake: Wake = ignore,
        shared_clock: SharedClock | None = None,
        on_record: OnRecord | None = None,
    ) -> None:
        self._url = parse(url)
        self.dialect = dialect_of(self._url)
        self._clock = clock
        self._new_id = new_id
        self._on_wake = on_wake
        self._on_record = on_record
        self._shared_clock = shared_clock or (clock_of_server if self.dialect == "postgresql" else None)
        self._store: Store | None = None
        self._writers: Lane | None = None
        self._readers: Lane | None = None

    async def open(self, *, migrate: bool = True) -> None:
        """Take the locks, and bring the tables up to date, or with ``migrate=False`` refuse when they are not.

        Raises DatabaseInUse, OnNetworkDisk, DatabaseAway, SchemaTooNew, SchemaTooOld.
        """
        deliver = deliver_to(asyncio.get_running_loop(), self._on_wake)
        kind = Sqlite if self.dialect == "sqlite" else Postgres
        store: Store = kind(self._url, self._make_tx, deliver)
        await asyncio.to_thread(store.open, migrate=migrate)
        self._store = store
        self._writers = Lane("database-writer", store.writers, store.write)
        self._readers = Lane("database-reader", store.readers, store.read)

    async def close(self) -> None:
        """End what is queued, then close. A second call does nothing."""
        if self._store is not None:
            self._store.hurry()
        for lane in (self._writers, self._readers):
            if lane is not None:
                await lane.close()
        if self._store is not None:
            await asyncio.to_thread(self._store.close)
            self._store = None

    async def write(self, f: Callable[Concatenate[Tx, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run one use case in one transaction; what it returns was committed.

        Raises what ``f`` raises; NotSaved or DatabaseAway when nothing was saved; PerhapsSaved when nobody knows.
        """
        return await self._run(self._writers, self._noticed, f, *args, **kwargs)

    async def read(self, f: Callable[Concatenate[Tx, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run one query in a read-only transaction: it sees what is committed at one moment, and cannot write."""
        return await self._run(self._readers, f, *args, **kwargs)

    async def _run(
        self, lane: Lane | None, f: Callable[Concatenate[Tx, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        if lane is None:
            raise DatabaseClosed
        return cast("R", await lane.run(lambda tx: f(tx, *args, **kwargs)))

    def _noticed(self, tx: Tx, f: Callable[Concatenate[Tx, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        done = f(tx, *args, **kwargs)
        if tx.accounts and self._on_record:
            self._on_record(tx, frozenset(tx.accounts))
        return done

    def _make_tx(self, session: Session) -> Tx:
        return Tx(session, self._clock().astimezone(UTC), self._new_id, self._shared_clock)


def parse(url: str) -> URL:
    """The parts of DATABASE_URL. Raises UnknownDatabase."""
    try:
        return make_url(url)
    except ArgumentError as error:
        raise UnknownDatabase from error


def dialect_of(url: URL) -> Literal["sqlite", "postgresql"]:
    """Which of the two it is. Raises UnknownDatabase."""
    match url.drivername.partition("+")[0]:
        case "sqlite":
            return "sqlite"
        case "postgresql" | "postgres":
            return "postgresql"
    raise UnknownDatabase
