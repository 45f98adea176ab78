"""The check in a process of its own, with limits."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.child import Died, Limits, Progress, ask
from bot.contacts import engine_errors
from bot.contacts.engine_errors import CheckStopped, TooMuchInside, TooMuchWork, Unreadable
from bot.contacts.outcome import CheckOptions, CheckResult

__all__ = ["Limits", "Progress", "check_in_child"]

_COMMAND = (sys.executable, "-I", "-m", "bot.contacts.worker")
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
    order = {"path": str(path), "options": asdict(options), "out": str(out) if out else None}
    try:
        answer = await ask(_COMMAND, order, limits, progress)
    except TimeoutError as error:
        raise TooMuchWork(what=f"{limits.wall_seconds:g} seconds") from error
    except Died as died:
        raise _died(died, limits) from died
    return _understood(answer)


def _understood(answer: dict[str, Any]) -> CheckResult:
    if "result" in answer:
        return CheckResult.from_json(answer["result"])
    kind = getattr(engine_errors, answer["error"], Unreadable)
    error: Unreadable = kind(**answer["facts"])
    raise error


def _died(died: Died, limits: Limits) -> Unreadable:
    """What to say of a child that ended without an answer."""
    error: Unreadable
    if died.hit == "work":
        error = TooMuchWork(what=f"{limits.cpu_seconds} seconds of work")
    elif died.hit == "memory":
        error = TooMuchInside(what=f"it needs more than {limits.memory_bytes / 2**30:.1f} GB of memory")
    else:
        error = CheckStopped(what=died.how)
    error.add_note(died.last_words)
    return error
