"""SQLite: one process, one writer thread with group commit, readers beside it."""

import fcntl
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

from bot.errors import DeskError
from bot.storage import migrate as migrations
from bot.storage.lanes import Deliver, Take
from bot.storage.unit import Call, NotSaved, Tx, UseCaseSession, errors_go_to

BUSY_MILLISECONDS = 30_000
"""How long a statement waits for another program that holds the database's lock, a backup for example."""

GROUP_CALLS = 64
GROUP_SECONDS = 0.05
"""A group takes no more use cases after so many, or after so long: the first of them waits for the last."""

_NETWORK_FILE_SYSTEMS = {
    "9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs", "glusterfs", "lustre", "ncpfs", "nfs",
    "nfs4", "smb3", "smbfs",
}  # fmt: skip


class DatabaseInUse(DeskError):
    """Another Sender Desk uses {path} already. Stop that one, or use PostgreSQL for more than one process."""


class OnNetworkDisk(DeskError):
    """{path} is on a network disk ({kind}), where SQLite can lose data. Put it on a local disk, or use PostgreSQL."""


class NoFile(DeskError):
    """DATABASE_URL {url} names no file. Write sqlite:///FOLDER/FILE.db, or the address of a PostgreSQL."""


class Sqlite:
    """One file. Bodies see each other's changes within a group, as if they had run one after the other; they did."""

    writers = 1
    readers = 4

    def __init__(self, url: URL, make_tx: Callable[[Session], Tx], deliver: Deliver) -> None:
        self._path = file_of(url)
        self._make_tx = make_tx
        self._deliver = deliver
        self._lock: int | None = None
        self._write_engine = engine(self._path, begin="BEGIN IMMEDIATE", connections=self.writers)
        self._read_engine = engine(self._path, begin="BEGIN", connections=self.readers, query_only=True)

    def open(self, *, migrate: bool) -> None:
        """Lock the file for this process, bring its tables up to date or check that they are."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if kind := network_file_system(self._path.parent, _mounts()):
            raise OnNetworkDisk(path=self._path, kind=kind)
        self._lock = _lock(self._path)
        try:
            self._path.touch(mode=0o600)  # for our eyes only: people's phone numbers are in it
            migrations.prepare(engine_for_migrations(self._path), migrate=migrate)
        except BaseException:
            self.close()
            raise

    def hurry(self) -> None:
        """Nothing here waits for better times."""

    def close(self) -> None:
        """Close the connections (the last one folds the log into the file) and let go of the lock."""
        self._read_engine.dispose()
        self._write_engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def write(self, call: Call, take: Take) -> None:
        """Run this use case and those that wait, each in its own savepoint, and commit once for all."""
        group = [call]
        until = time.monotonic() + GROUP_SECONDS
        with errors_go_to(group, told_as=NotSaved), self._write_engine.begin() as connection:
            self._run(call, connection)
            while len(group) < GROUP_CALLS and time.monotonic() < until and (another := take()):
                group.append(another)
                self._run(another, connection)
        self._deliver(group)

    def _run(self, call: Call, connection: Connection) -> None:
        """Run one use case in a savepoint; its error is its own, but some (a full disk) end the transaction of all."""
        with (
            errors_go_to([call]),
            UseCaseSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session,
        ):
            call.run(self._make_tx(session))
            session.finish()
        if not getattr(connection.connection.driver_connection, "in_transaction", False):
            raise InvalidRequestError("SQLite rolled the transaction back")

    def read(self, call: Call, take: Take) -> None:  # noqa: ARG002 - readers take one at a time
        """Run a query on what is committed at this moment."""
        with errors_go_to([call]), UseCaseSession(self._read_engine, expire_on_commit=False) as session:
            call.run(self._make_tx(session))
            session.flush()  # what a query tries to write is refused, not forgotten
        self._deliver([call])


def engine(
    path: Path, *, begin: str, connections: int = 0, foreign_keys: bool = True, query_only: bool = False
) -> Engine:
    """An engine whose transactions start with ``begin``: the driver's own way loses updates in silence.

    ``connections`` are kept open; with 0 each is closed after use.
    """
    pool = (
        {"poolclass": QueuePool, "pool_size": connections, "max_overflow": 0}
        if connections
        else {"poolclass": NullPool}
    )
    made = create_engine(URL.create("sqlite", database=str(path)), connect_args={"check_same_thread": False}, **pool)
    pragmas = [
        f"busy_timeout={BUSY_MILLISECONDS}",
        f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
        "query_only=ON" if query_only else "journal_mode=WAL",
        "synchronous=FULL",
    ]

    @event.listens_for(made, "connect")
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # sqlite3's own: it begins nothing by itself
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(made, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return made


def engine_for_migrations(path: Path) -> Engine:
    """An engine without foreign keys: a table that is dropped to be built anew would take its dependents with it."""
    return engine(path, begin="BEGIN IMMEDIATE", foreign_keys=False)


def file_of(url: URL) -> Path:
    """The database's file, absolute, with links followed: the lock must be the same by every name."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise NoFile(url=url.render_as_string())
    return Path(url.database).resolve()


def network_file_system(folder: Path, mounts: str) -> str | None:
    """The kind of network file system that ``folder`` (absolute) is on; None for a local disk.

    ``mounts`` is the text of /proc/mounts; the last mount on the longest path counts.
    """
    found = (-1, "")
    for line in mounts.splitlines():
        _device, point, kind, *_rest = line.split(" ")
        point = point.replace("\\040", " ")
        if folder.is_relative_to(point) and len(point) >= found[0]:
            found = (len(point), kind)
    return found[1] if found[1] in _NETWORK_FILE_SYSTEMS else None


def _mounts() -> str:
    with suppress(OSError):  # only Linux tells
        return Path("/proc/mounts").read_text()
    return ""


def _lock(path: Path) -> int:
    """Hold an exclusive lock on the file beside the database, until the returned descriptor is closed."""
    lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise DatabaseInUse(path=path) from error
    return lock
