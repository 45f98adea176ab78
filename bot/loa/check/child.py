"""The look at a file that came back, in a process of its own with limits: it is a stranger's file."""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

import structlog

from bot.child import Died, Limits, ask
from bot.loa.check.rules import OPENED, Expected, Finding, Judged, finding, verdict_of

__all__ = ["LIMITS", "judge"]

LIMITS = Limits(memory_bytes=768 << 20, file_bytes=64 << 20, cpu_seconds=40, wall_seconds=300.0, threads=1)
"""Processor time is what a file can be blamed for; the clock also counts what others do on this machine."""
_COMMAND = (sys.executable, "-I", "-m", "bot.loa.check.worker")
log = structlog.get_logger(__name__)


async def judge(expected: Expected, returned: Path, name: str, into: Path, *, limits: Limits = LIMITS) -> Judged:
    """What a file that came back is worth; what is made of it goes into the folder ``into``.

    ``name`` is what its sender calls it. Raises nothing for what the file does.
    """
    order = {"expected": expected.to_json(), "came": str(returned), "into": str(into)}
    try:
        answer = await ask(_COMMAND, order, limits)
    except TimeoutError:
        log.warning("loa_check_took_too_long", file=name, letter=expected.number)
        return await asyncio.to_thread(_so_far, into, finding("not_checked", "it took too long"))
    except Died as died:
        log.warning("loa_check_died", file=name, letter=expected.number, how=died.how, last_words=died.last_words)
        return await asyncio.to_thread(_so_far, into, _why(died, limits, opened=(into / OPENED).exists()))
    return Judged.from_json(answer["judged"])


def _why(died: Died, limits: Limits, *, opened: bool) -> Finding:
    """What to say of a child that ended without an answer. A file that was opened may still be the letter."""
    if died.hit == "work":
        return finding("too_heavy", f"more than {limits.cpu_seconds} seconds of work")
    if died.hit == "memory":
        return finding("too_heavy", f"more than {limits.memory_bytes >> 20} MB of memory")
    return finding("not_checked", "its pages cannot be read") if opened else finding("broken", "it cannot be read")


def _so_far(into: Path, why: Finding) -> Judged:
    """What was known of the file, and why there is no more."""
    path = into / OPENED
    known = Judged.from_json(json.loads(path.read_text())) if path.exists() else None
    if known is None or why.level == "refused":
        return Judged(verdict_of([why]), (why,))
    found = (*known.findings, why)
    return replace(known, verdict=verdict_of(found), findings=found)
