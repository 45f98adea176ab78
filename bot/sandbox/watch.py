"""Waiting for the world to change."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds that nobody waits for what happens; long enough for a machine that stands still for a while."""


class NeverHappened(AssertionError):
    """What was waited for did not come true in time."""


class Watch:
    """Wakes those who wait for the world to change."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Something changed: everybody who waits looks again."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, predicate: Callable[[], T | None], timeout: float = PATIENCE, what: str = "") -> T:  # noqa: ASYNC109 (one call says what and how long)
        """Wait until ``predicate()`` is truthy and return that value; NeverHappened after ``timeout`` seconds."""
        try:
            async with asyncio.timeout(timeout):
                while not (found := predicate()):
                    await self.next_change()
                return found
        except TimeoutError:
            raise NeverHappened(what or f"not true after {timeout} s") from None

    async def next_change(self) -> None:
        """Wait until something changes, whatever it is."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)
