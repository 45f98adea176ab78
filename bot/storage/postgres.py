"""PostgreSQL: several processes, a small pool of threads with a connection each, and another try when that helps."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from sqlalchemy import DateTime, create_engine, func, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from bot.storage import migrate as migrations
from bot.storage.lanes import Deliver, Take
from bot.storage.unit import Call, DatabaseAway, PerhapsSaved, Tx, UseCaseSession, errors_go_to

log = structlog.get_logger()

OPTIONS = {
    # A process that is paused inside a transaction loses it, so that its row locks do not stop the others.
    "idle_in_transaction_session_timeout": "15s",
    # Plans are made for the values at hand. A generic one, which the server makes after a few runs, cannot match a
    # partial index's condition: ON CONFLICT would fail then, and queries would be slow.
    "plan_cache_mode": "force_custom_plan",
}

CONNECT_SECONDS = "5"
PAUSES = (0.01, 0.05, 0.1, 0.2, 0.4, 0.8, 1.0)
"""Seconds before each further try: about 2.5 together, within Slack's three for an answer."""

_PASSING = {
    "40001",  # serialization failure
    "40P01",  # deadlock
    "25P03",  # idle in transaction for too long
    "57P01",  # the server is being stopped
    "57P02",  # it crashed
    "57P03",  # it is being started
    "53300",  # too many connections
}


class Postgres:
    """One server, shared by all replicas."""

    writers = 6
    readers = 4

    def __init__(self, url: URL, make_tx: Callable[[Session], Tx], deliver: Deliver) -> None:
        self._make_tx = make_tx
        self._deliver = deliver
        self._hurry = threading.Event()
        self._write_engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args=_connect_args(url),
            isolation_level="READ COMMITTED",
            pool_size=self.writers + self.readers,
            max_overflow=0,
            pool_pre_ping=True,
        )
        self._read_engine = self._write_engine.execution_options(
            isolation_level="REPEATABLE READ",  # all of a query's statements see one moment, as on SQLite
            postgresql_readonly=True,
        )

    def open(self, *, migrate: bool) -> None:
        """Bring the tables up to date or check that they are."""
        try:
            migrations.prepare(self._write_engine, migrate=migrate)
        except OperationalError as error:
            self.close()
            raise DatabaseAway from error
        except BaseException:
            self.close()
            raise

    def hurry(self) -> None:
        """Try nothing again: a shutdown must not wait for a server that is away."""
        self._hurry.set()

    def close(self) -> None:
        """Close the connections."""
        self._write_engine.dispose()

    def write(self, call: Call, take: Take) -> None:  # noqa: ARG002 - each has its own transaction
        """Run a use case in its own transaction."""
        with errors_go_to([call]):
            self._with_retries(call, self._write_once)
        self._deliver([call])

    def read(self, call: Call, take: Take) -> None:  # noqa: ARG002 - each has its own transaction
        """Run a query in a read-only transaction."""
        with errors_go_to([call]):
            self._with_retries(call, self._read_once)
        self._deliver([call])

    def _with_retries(self, call: Call, once: Callable[[Call], None]) -> None:
        for pause in (*PAUSES, None):
            try:
                once(call)
            except DBAPIError as error:
                if not is_passing(error):
                    raise
                if pause is None or self._hurry.is_set():
                    raise DatabaseAway from error
                log.warning("transaction_retried", why=type(error.orig).__name__, seconds=pause)
                self._hurry.wait(pause)
            else:
                return

    def _write_once(self, call: Call) -> None:
        with UseCaseSession(self._write_engine, expire_on_commit=False) as session:
            call.run(self._make_tx(session))
            session.flush()
            try:
                session.finish()
            except DBAPIError as error:
                if error.connection_invalidated:  # COMMIT was on its way: another try might do it twice
                    raise PerhapsSaved from error
                raise

    def _read_once(self, call: Call) -> None:
        with UseCaseSession(self._read_engine, expire_on_commit=False) as session:
            call.run(self._make_tx(session))
            session.flush()  # what a query tries to write is refused, not forgotten


def clock_of_server(session: Session) -> datetime:
    """The server's time at this moment, which all replicas share."""
    return session.execute(select(func.clock_timestamp(type_=DateTime(timezone=True)))).scalar_one().astimezone(UTC)


def is_passing(error: DBAPIError) -> bool:
    """Whether another try may do better: somebody was in the way, or the connection broke or was not had."""
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlstate", None)
    return code in _PASSING or (code is None and isinstance(error, OperationalError))


def _connect_args(url: URL) -> dict[str, str]:
    """Our options, beside those that the address brings along."""
    given = url.query.get("options", ())
    options = [given] if isinstance(given, str) else [*given]
    options += [f"-c {name}={value}" for name, value in OPTIONS.items()]
    ours = {"connect_timeout": CONNECT_SECONDS, "application_name": "senderdesk"}
    return {name: value for name, value in ours.items() if name not in url.query} | {"options": " ".join(options)}
