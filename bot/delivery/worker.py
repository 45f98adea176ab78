"""The loop that works due rows: claims what is due, runs it, settles it. One for the outbox, one for jobs."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.delivery import claims
from bot.delivery.claims import Claim
from bot.storage.database import Database, Tx

log = structlog.get_logger()

MAX_ATTEMPTS = 10
_LONGEST_PAUSE = 300.0
_STILL_SECONDS = 30.0


class PutBack(Exception):
    """Not now: come back after some seconds. An attempt that touched nothing outside is not ``spent``."""

    def __init__(self, seconds: float, why: str, *, spent: bool = True) -> None:
        self.seconds = seconds
        self.why = why
        self.spent = spent
        super().__init__(why)


class GiveUp(Exception):
    """Trying again would not help."""


@dataclass(frozen=True)
class Limits:
    """How a worker works: rows at once, the lease, and how long a stop waits for what is running."""

    at_once: int = 8
    lease: timedelta = timedelta(seconds=60)
    drain: timedelta = timedelta(seconds=20)


def pause(attempt: int) -> float:
    """Seconds to wait after an attempt that failed: 2, 4, 8 ... at most five minutes."""
    return float(min(_LONGEST_PAUSE, 2.0**attempt))


class Hold:
    """A claim while it is worked.

    ``fresh`` is asked right before an effect: a process that was paused past its lease must not act any more.
    """

    def __init__(self, claim: Claim, lease: timedelta) -> None:
        self.claim = claim
        self._safe_seconds = lease.total_seconds() * 0.6
        self._beat = time.monotonic()

    def renew(self, since: float) -> None:
        """The lease was extended by a write that began at ``since`` (monotonic seconds)."""
        self._beat = since

    def fresh(self) -> bool:
        """Whether the lease has enough left for one more call."""
        return time.monotonic() - self._beat < self._safe_seconds


class Worker:
    """Works the rows of one queue.

    ``run(hold)`` does the work; it raises ``PutBack`` or ``GiveUp``, or anything else for "try again later".
    ``on_dead(tx, claim, error)`` runs in the transaction that gives a row up, so that nothing ends unexplained.
    """

    def __init__(
        self,
        database: Database,
        queue: str,
        run: Callable[[Hold], Awaitable[None]],
        on_dead: Callable[[Tx, Claim, str], None],
        *,
        owner: str,
        limits: Limits,
    ) -> None:
        self.queue = queue
        self._database = database
        self._run = run
        self._on_dead = on_dead
        self._owner = owner
        self._limits = limits
        self._wake = asyncio.Event()
        self._claiming = asyncio.Lock()
        self._stopping = False
        self._running: set[asyncio.Task[None]] = set()
        self._looked = time.monotonic()

    def wake(self) -> None:
        """Look for due rows now. Call it on the event loop's thread."""
        self._wake.set()

    async def work(self) -> None:
        """Until stopped: claim what is due as long as there is room, then wait to be woken."""
        while not self._stopping:
            self._wake.clear()
            self._looked = time.monotonic()
            async with self._claiming:
                room = self._limits.at_once - len(self._running)
                claimed = await self._claim(room) if room > 0 else []
                for one in claimed:
                    task = asyncio.create_task(self._work_one(one), name=f"{self.queue}:{one.kind}:{one.key}")
                    self._running.add(task)
                    task.add_done_callback(self._ended)
            if not claimed:
                await self._wake.wait()

    async def _claim(self, room: int) -> list[Claim]:
        try:
            return list(
                await self._database.write(claims.claim, self.queue, self._owner, limit=room, lease=self._limits.lease)
            )
        except Exception:  # the job loop outlives a database that is away for a while
            log.exception("claim_failed", queue=self.queue)
            await asyncio.sleep(1)
            return []

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake.set()

    async def stop(self) -> None:
        """Take nothing new, let what is running end within the drain time; the rest is due when its lease ends."""
        self._stopping = True
        self._wake.set()
        async with self._claiming:  # what is being claimed is running too
            pass
        if self._running:
            _, late = await asyncio.wait(set(self._running), timeout=self._limits.drain.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def trouble(self) -> str:
        """Why the process should be started anew; empty while the loop turns, which each tick makes it do."""
        still = time.monotonic() - self._looked
        return f"the {self.queue} worker stands still for {still:.0f} seconds" if still > _STILL_SECONDS else ""

    async def _work_one(self, claim: Claim) -> None:
        with structlog.contextvars.bound_contextvars(
            queue=self.queue, kind=claim.kind, key=claim.key, attempt=claim.attempt
        ):
            try:
                if claim.attempt > MAX_ATTEMPTS:
                    raise GiveUp("too many attempts")  # noqa: TRY301 the same end as a worker's own word
                await self._while_ours(claim)
            except PutBack as later:
                await self._settle(
                    claims.put_back, claim, after=_seconds(later.seconds), error=later.why, spent=later.spent
                )
            except GiveUp as never:
                log.warning("gave_up", why=str(never))
                await self._settle(_give_up, claim, str(never), self._on_dead)
            except Exception as error:  # the job loop: whatever a job raises, the row is settled
                log.exception("attempt_failed")
                await self._settle(
                    claims.put_back,
                    claim,
                    after=_seconds(pause(claim.attempt)),
                    error=f"{type(error).__name__}: {error}",
                )
            else:
                await self._settle(claims.finish, claim)

    async def _while_ours(self, claim: Claim) -> None:
        """Run the work and keep the lease alive; when the row is lost, stop at once."""
        hold = Hold(claim, self._limits.lease)
        work = asyncio.ensure_future(self._run(hold))
        beat = self._limits.lease.total_seconds() / 3
        try:
            while not (await asyncio.wait({work}, timeout=beat))[0]:
                began = time.monotonic()
                if not await self._database.write(claims.extend, claim, self._limits.lease):
                    raise PutBack(0, "lease lost")
                hold.renew(began)
            work.result()
        finally:
            if not work.done():
                work.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await work

    async def _settle(self, settle: Callable[..., bool], claim: Claim, *args: object, **kwargs: object) -> None:
        try:
            if not await self._database.write(settle, claim, *args, **kwargs):
                log.warning("lease_lost")
        except Exception:  # the row stays ours until its lease ends, then it is due again
            log.exception("settle_failed")


def _give_up(tx: Tx, claim: Claim, error: str, on_dead: Callable[[Tx, Claim, str], None]) -> bool:
    ours = claims.give_up(tx, claim, error)
    if ours:
        on_dead(tx, claim, error)
    return ours


def _seconds(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)
