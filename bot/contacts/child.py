"""The check in a process of its own, with limits: whatever a file does to it, the bot lives on.

The child gets its orders on standard input and answers in lines of JSON on standard output. It gets no secret: its
environment is made anew. It is killed with everything it started when it takes too long or nobody waits for it.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.contacts import engine_errors
from bot.contacts.engine_errors import CheckStopped, TooMuchInside, TooMuchWork, Unreadable
from bot.contacts.outcome import CheckOptions, CheckResult

Progress = Callable[[int, int], None]
_COMMAND = (sys.executable, "-I", "-m", "bot.contacts.worker")
_LINE_MAX = 16 << 20  # bytes of one answer
_SHOWN = 2000  # characters of the child's last words that a log gets
_KEPT = ("PATH", "HOME", "XDG_CACHE_HOME", "TMPDIR", "LANG", "LC_ALL", "TZ")


@dataclass(frozen=True)
class Limits:
    """What a check may take: bytes of memory, bytes of one file that it writes, seconds of processor and of time."""

    memory_bytes: int = 1 << 30
    file_bytes: int = 1 << 30
    cpu_seconds: int = 120
    wall_seconds: float = 60.0
    threads: int = 2


_LIMITS = Limits()


async def check_in_child(
    path: Path,
    options: CheckOptions,
    out: Path | None = None,
    *,
    progress: Progress | None = None,
    limits: Limits = _LIMITS,
) -> CheckResult:
    """``check`` in a child process. Cancelling this ends the child at once.

    ``progress`` is called here, in the event loop, with rows done and about how many there are, a few times a second.
    Raises the Unreadable that the check raised, or one that says which limit it hit.
    """
    order = {"path": str(path), "options": asdict(options), "out": str(out) if out else None, "limits": asdict(limits)}
    async with _child(limits) as child:
        try:
            async with asyncio.timeout(limits.wall_seconds):
                answer = await _talk(child, order, progress)
        except TimeoutError as error:
            raise TooMuchWork(what=f"{limits.wall_seconds:g} seconds") from error
    return _understood(answer)


@asynccontextmanager
async def _child(limits: Limits) -> AsyncIterator[asyncio.subprocess.Process]:
    """A child of its own process group; the whole group is gone afterwards.

    It stays in our session: Linux gives each session an equal share of the processor, whatever its processes' priority
    (sched_autogroup), so a session of its own would have its threads run before our answers.
    """
    child = await asyncio.create_subprocess_exec(
        *_COMMAND,
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
    """Give the order, pass progress on, and bring the answer; raises when the child died without one."""
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
        raise _died(await child.wait(), (await last_words).decode("utf-8", "replace"), order["limits"])
    finally:
        last_words.cancel()


def _understood(answer: dict[str, Any]) -> CheckResult:
    if "result" in answer:
        return CheckResult.from_json(answer["result"])
    kind = getattr(engine_errors, answer["error"], Unreadable)
    error: Unreadable = kind(**answer["facts"])
    raise error


def _died(code: int, last_words: str, limits: dict[str, Any]) -> Unreadable:
    """What to say of a child that ended without an answer."""
    error: Unreadable
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        error = TooMuchWork(what=f"{limits['cpu_seconds']} seconds of work")
    elif code == -signal.SIGABRT or "memory" in last_words.lower():
        # Libraries abort when they get no memory.
        error = TooMuchInside(what=f"it needs more than {limits['memory_bytes'] / 2**30:.1f} GB of memory")
    else:
        error = CheckStopped(what=f"signal {-code}" if code < 0 else f"exit code {code}")
    error.add_note(last_words[-_SHOWN:])
    return error
