"""Work in a process of its own, with limits: whatever a file does to it, the bot lives on.

The child gets its orders on standard input and answers in lines of JSON on standard output (``bot.limited`` is its
side). It gets no secret: its environment is made anew. It is killed with everything it started when it takes too long
or nobody waits for it.
"""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any, Literal

Progress = Callable[[int, int], None]
_LINE_MAX = 16 << 20  # bytes of one answer
_SHOWN = 2000  # characters of the child's last words that a log gets
_KEPT = ("PATH", "HOME", "XDG_CACHE_HOME", "TMPDIR", "LANG", "LC_ALL", "TZ")


@dataclass(frozen=True)
class Limits:
    """What a child may take: bytes of memory, bytes of one file that it writes, seconds of processor and of time."""

    memory_bytes: int = 1 << 30
    file_bytes: int = 1 << 30
    cpu_seconds: int = 120
    wall_seconds: float = 60.0
    threads: int = 2


class Died(Exception):
    """The child ended without an answer.

    ``hit`` is the limit that it hit: ``work`` (seconds of processor), ``memory``, or none that we know; ``how`` it
    ended, in words; ``last_words``: what it wrote to standard error.
    """

    def __init__(self, code: int, last_words: str) -> None:
        self.hit: Literal["work", "memory", ""] = ""
        self.how = f"signal {-code}" if code < 0 else f"exit code {code}"
        self.last_words = last_words[-_SHOWN:]
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            self.hit = "work"
        elif code == -signal.SIGABRT or "memory" in last_words.lower():
            self.hit = "memory"  # libraries abort when they get none
        super().__init__(self.how)


async def ask(
    command: Sequence[str], order: Mapping[str, Any], limits: Limits, progress: Progress | None = None
) -> dict[str, Any]:
    """What a child answers to an order, to which its limits are added. Cancelling this ends the child at once.

    ``progress`` is called here, in the event loop, with what is done and about how much there is, as the child tells
    it. Raises Died, and TimeoutError after ``limits.wall_seconds``.
    """
    async with _child(command, limits) as child, asyncio.timeout(limits.wall_seconds):
        return await _talk(child, {**order, "limits": asdict(limits)}, progress)


@asynccontextmanager
async def _child(command: Sequence[str], limits: Limits) -> AsyncIterator[asyncio.subprocess.Process]:
    """A child of its own process group; the whole group is gone afterwards.

    It stays in our session: Linux gives each session an equal share of the processor, whatever its processes' priority
    (sched_autogroup), so a session of its own would have its threads run before our answers.
    """
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: os.environ[name] for name in _KEPT if name in os.environ}
        | {"POLARS_MAX_THREADS": str(limits.threads), "PYTHONIOENCODING": "utf-8"},
        process_group=0,
        limit=_LINE_MAX,
    )
    try:
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()


async def _talk(child: asyncio.subprocess.Process, order: dict[str, Any], progress: Progress | None) -> dict[str, Any]:
    """Give the order, pass progress on, and bring the answer; raises Died when there is none."""
    assert child.stdin is not None  # noqa: S101 - opened as pipes
    assert child.stdout is not None  # noqa: S101
    assert child.stderr is not None  # noqa: S101
    with contextlib.suppress(ConnectionError):
        child.stdin.write(json.dumps(order).encode() + b"\n")
        await child.stdin.drain()
    last_words = asyncio.create_task(child.stderr.read())
    try:
        async for line in child.stdout:
            said: dict[str, Any] = json.loads(line)
            if "progress" not in said:
                return said
            if progress is not None:
                progress(*said["progress"])
        raise Died(await child.wait(), (await last_words).decode("utf-8", "replace"))
    finally:
        last_words.cancel()
