"""APScheduler only ticks: it wakes the workers and has housekeeping done. What is due stands in the database.

A tick that comes late or not at all costs time, never work; so ticks are merged and never dropped for being late.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()


class Ticks:
    """Calls functions at a steady pace on the running event loop."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._scheduler.add_listener(_note, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)

    def every(self, seconds: float, name: str, call: Callable[[], Awaitable[None] | None]) -> None:
        """Call a function every so many seconds; the name is its fixed id.

        It is always called on the event loop. Left to itself APScheduler calls a plain function in a thread, where it
        may set an ``asyncio.Event`` just before somebody begins to wait for it: that one would never be woken again.
        """

        async def turn() -> None:
            waits = call()
            if waits is not None:
                await waits

        self._scheduler.add_job(turn, "interval", seconds=seconds, id=name, replace_existing=True)

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


def _note(event: JobEvent) -> None:
    log.warning("tick_missed", tick=event.job_id, code=event.code)
