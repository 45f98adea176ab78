"""Reading a workbook in a process of its own, with limits: it is a stranger's file."""

import sys
from pathlib import Path

from bot.child import Died, Limits, ask
from bot.contacts import engine_errors
from bot.errors import DeskError
from bot.registrations.bulk import rules
from bot.registrations.bulk.reading import Reading
from bot.registrations.bulk.rules import TooHeavy, Unread, Unusable

_COMMAND = (sys.executable, "-I", "-m", "bot.registrations.bulk.worker")
LIMITS = Limits(memory_bytes=512 << 20, file_bytes=1 << 20, cpu_seconds=30, wall_seconds=120.0, threads=1)


async def read_in_child(path: Path, *, limits: Limits = LIMITS) -> Reading:
    """``sheet.read`` in a child process. Raises what it raises, or an Unusable that says which limit it hit."""
    try:
        answer = await ask(_COMMAND, {"path": str(path)}, limits)
    except TimeoutError as error:
        raise TooHeavy(what=f"Reading this file took more than {limits.wall_seconds:g} seconds") from error
    except Died as died:
        raise _died(died, limits) from died
    if "reading" in answer:
        return Reading.from_json(answer["reading"])
    named = next((place for place in (rules, engine_errors) if hasattr(place, answer["error"])), rules)
    kind: type[DeskError] = getattr(named, answer["error"], Unusable)
    raise kind(**answer["facts"])


def _died(died: Died, limits: Limits) -> Unusable:
    error: Unusable
    if died.hit == "work":
        error = TooHeavy(what=f"Reading this file took more than {limits.cpu_seconds} seconds of work")
    elif died.hit == "memory":
        error = TooHeavy(what=f"This file needs more than {limits.memory_bytes >> 20} MB of memory")
    else:
        error = Unread(what=died.how)
    error.add_note(died.last_words)
    return error
