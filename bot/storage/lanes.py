"""Threads for the database: calls wait in a queue, and the event loop never waits for the database."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Protocol

from bot.storage.unit import Call, DatabaseClosed, Tx, Wake

Take = Callable[[], Call | None]
"""The next call that waits already, or None."""

Deliver = Callable[[list[Call]], None]
"""Answers the callers, on their event loop."""


class Lane:
    """Some threads that work the calls of one queue.

    The threads are daemons: a process that must end never hangs on its database. ``work(call, take)`` is run in them;
    it answers ``call``, and whatever it ``take``s along, and raises nothing.
    """

    def __init__(self, name: str, threads: int, work: Callable[[Call, Take], None]) -> None:
        self._work = work
        self._waiting: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._live, name=f"{name}-{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, body: Callable[[Tx], object]) -> object:
        """Queue a use case and wait for its answer. A caller who is cancelled before its turn leaves nothing behind."""
        if self._closed:
            raise DatabaseClosed
        call = Call(body, asyncio.get_running_loop().create_future())
        self._waiting.put(call)
        return await call.answered()

    async def close(self) -> None:
        """Work what is queued, take nothing new, end the threads."""
        self._closed = True
        self._waiting.put(None)
        await asyncio.to_thread(self._join)

    def _join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _live(self) -> None:
        while (call := self._waiting.get()) is not None:
            self._work(call, self._take)
        self._waiting.put(None)  # the lane's other threads end by it too

    def _take(self) -> Call | None:
        with contextlib.suppress(queue.Empty):
            call = self._waiting.get_nowait()
            if call is None:
                self._waiting.put(None)
            return call
        return None


class Store(Protocol):
    """What SQLite and PostgreSQL do differently. All of it is called in threads, never on the event loop."""

    writers: int
    readers: int

    def open(self, *, migrate: bool) -> None:
        """Take the locks, bring the tables up to date or check that they are."""

    def write(self, call: Call, take: Take) -> None:
        """Run a use case, with others that wait where that is quicker, commit, and answer."""

    def read(self, call: Call, take: Take) -> None:
        """Run a query in a read-only transaction, and answer."""

    def hurry(self) -> None:
        """The end is near: answer what is queued, but wait for nothing that may not come."""

    def close(self) -> None:
        """Let go of connections and locks."""


def deliver_to(loop: asyncio.AbstractEventLoop, on_wake: Wake) -> Deliver:
    """How a thread answers callers on ``loop``: all of a group at once, and nobody when the loop is gone."""

    def answer(calls: list[Call]) -> None:
        for call in calls:
            call.answer(on_wake)

    def deliver(calls: list[Call]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop was closed: nobody waits any more
            loop.call_soon_threadsafe(answer, calls)

    return deliver
