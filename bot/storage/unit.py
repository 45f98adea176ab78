"""The unit of work: what a use case is given, and how its answer travels back to the caller who awaits it."""

import asyncio
import contextlib
import contextvars
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn

from sqlalchemy.orm import Session

from bot.errors import DeskError

Clock = Callable[[], datetime]
NewId = Callable[[], str]
Wake = Callable[[str], None]
"""Topic -> wake the local worker. Called on the event loop, after the commit only."""


class NotSaved(DeskError):
    """This could not be saved, and nothing was changed. Try again in a minute."""


class DatabaseAway(DeskError):
    """The database does not answer, and nothing was changed. Try again in a minute."""


class PerhapsSaved(DeskError):
    """The database went away just when this was being saved: look whether it was, before you try again."""


class DatabaseClosed(DeskError):
    """Sender Desk is shutting down, and nothing was changed. Try again in a minute."""


def utc_now() -> datetime:
    """The process's clock."""
    return datetime.now(UTC)


def random_id() -> str:
    """An opaque id: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def ignore(_topic: str) -> None:
    """Wake nobody."""


class UseCaseSession(Session):
    """A session whose end is not the use case's to decide: it commits when the use case returns."""

    def commit(self) -> NoReturn:
        """Refused: half a use case must not be saved."""
        msg = "a use case does not commit: return, and Database.write does"
        raise RuntimeError(msg)

    def rollback(self) -> NoReturn:
        """Refused: what came before would be lost in silence. ``begin_nested`` is for attempts."""
        msg = "a use case does not roll back: raise, or try things out in session.begin_nested()"
        raise RuntimeError(msg)

    def finish(self) -> None:
        """Commit; on SQLite this releases the use case's savepoint."""
        super().commit()


@dataclass(slots=True)
class Tx:
    """What every use case gets first: ``f(tx, ...)``.

    ``now`` is aware UTC from the injected clock, one value for the whole transaction; ``new_id`` makes opaque ids.
    """

    session: Session
    now: datetime
    new_id: NewId
    shared_clock: Callable[[Session], datetime] | None = None
    topics: list[str] = field(default_factory=list)
    hooks: list[Callable[[], object]] = field(default_factory=list)
    accounts: set[str | None] = field(default_factory=set)
    """Of which accounts something was written down; None: of none."""

    def wake(self, topic: str) -> None:
        """Wake the local worker of ``topic`` once this is committed."""
        self.topics.append(topic)

    def on_commit(self, f: Callable[[], object]) -> None:
        """Call ``f`` on the event loop once this is committed. It is lost if the process dies first."""
        self.hooks.append(f)


def db_now(tx: Tx) -> datetime:
    """The time by the clock that all replicas share, for leases: the database's on PostgreSQL, else ``tx.now``."""
    return tx.shared_clock(tx.session) if tx.shared_clock else tx.now


class Call:
    """A use case that waits for its turn in a thread, and the caller who awaits its answer on the event loop."""

    __slots__ = ("_answer", "_body", "_context", "_result", "_tx", "error")

    def __init__(self, body: Callable[[Tx], object], answer: asyncio.Future[object]) -> None:
        self._body = body
        self._answer = answer
        self._context = contextvars.copy_context()
        self._tx: Tx | None = None
        self._result: object = None
        self.error: BaseException | None = None

    def run(self, tx: Tx) -> None:
        """Run the use case, in the caller's context (of logs), and keep what it returns for after the commit."""
        if self._answer.cancelled():  # the caller went away before its turn came: nothing needs to be done
            raise asyncio.CancelledError
        self._tx = tx
        self._result = self._context.run(self._body, tx)

    async def answered(self) -> object:
        """Wait for the answer."""
        return await self._answer

    def answer(self, on_wake: Wake) -> None:
        """Tell the caller, and fire what waited for the commit. On the event loop's thread, once."""
        if not self._answer.done():
            if self.error is None:
                self._answer.set_result(self._result)
            else:
                self._answer.set_exception(self.error)
        if self.error is None and self._tx is not None:
            loop = self._answer.get_loop()
            for hook in self._tx.hooks:
                loop.call_soon(hook)
            for topic in dict.fromkeys(self._tx.topics):
                loop.call_soon(on_wake, topic)


@contextlib.contextmanager
def errors_go_to(calls: Iterable[Call], *, told_as: type[DeskError] | None = None) -> Iterator[None]:
    """Carry whatever is raised to the callers who have no error yet; each gets its own ``told_as`` when that is given.

    A use case may raise anything, and its thread serves others too: the one who called it must hear it, nobody else.
    """
    try:
        yield
    except BaseException as error:  # noqa: BLE001 - not handled here: raised again where the caller awaits
        for call in calls:
            if call.error is None:
                call.error = _for_future(error) if told_as is None else _because(told_as(), error)


def _for_future(error: BaseException) -> BaseException:
    """A future cannot carry StopIteration."""
    return (
        _because(RuntimeError("the use case raised StopIteration"), error)
        if isinstance(error, StopIteration)
        else error
    )


def _because(error: BaseException, cause: BaseException) -> BaseException:
    error.__cause__ = cause
    return error
