"""The child's side of ``child.check_in_child``: ``python -I -m bot.contacts.worker``.

It limits itself before it looks at the file or loads the libraries that read it.
"""

import ctypes
import errno
import json
import os
import resource
import signal
import sys
import time
from typing import Any, TextIO

_PROGRESS_SECONDS = 0.2
_DIE_WITH_PARENT = 1  # Linux: PR_SET_PDEATHSIG
_NICE = 10
_OPEN_FILES = 64


def main() -> None:
    """Read one order, check, answer."""
    order = json.loads(sys.stdin.readline())
    _limit(order["limits"])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    _answer(answers, _checked(order, answers))


def _limit(limits: dict[str, Any]) -> None:
    """Take no more than is allowed, and end with the parent."""
    cpu, memory = limits["cpu_seconds"], limits["memory_bytes"]
    for kind, soft, hard in (
        (resource.RLIMIT_CPU, cpu, cpu + 5),
        (resource.RLIMIT_DATA, memory, memory),
        (resource.RLIMIT_AS, 4 * memory, 4 * memory),  # where the system does not count data alone
        (resource.RLIMIT_FSIZE, limits["file_bytes"], limits["file_bytes"]),
        (resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        most = resource.getrlimit(kind)[1]
        cap = hard if most == resource.RLIM_INFINITY else min(hard, most)
        resource.setrlimit(kind, (min(soft, cap), cap))
    os.nice(_NICE)
    if sys.platform == "linux":
        # Acknowledgements come first: they take the processor from us at once, and not at the next tick.
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)


def _checked(order: dict[str, Any], answers: TextIO) -> dict[str, Any]:
    from pathlib import Path  # noqa: PLC0415 - after the limits

    from bot.contacts.check import check  # noqa: PLC0415
    from bot.contacts.engine_errors import TooMuchInside, Unreadable  # noqa: PLC0415
    from bot.contacts.outcome import CheckOptions  # noqa: PLC0415

    options, out = order["options"], order["out"]
    if options["columns"] is not None:
        options["columns"] = tuple(options["columns"])
    told = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _PROGRESS_SECONDS:
            told = now
            _answer(answers, {"progress": [done, total]})

    try:
        result = check(Path(order["path"]), CheckOptions(**options), Path(out) if out else None, progress=tell)
    except Unreadable as error:
        return {"error": type(error).__name__, "facts": {name: str(fact) for name, fact in error.facts.items()}}
    except (MemoryError, OSError) as error:
        return {"error": TooMuchInside.__name__, "facts": {"what": _exhausted(error, order["limits"])}}
    return {"result": result.to_json()}


def _exhausted(error: MemoryError | OSError, limits: dict[str, Any]) -> str:
    """Which limit was hit; raises the error when it was none. A library that gets no memory names no number for it."""
    code = error.errno if isinstance(error, OSError) else errno.ENOMEM
    if code == errno.EFBIG:
        return f"its rows make a file of more than {limits['file_bytes'] / 2**30:.1f} GB"
    if code in (None, errno.ENOMEM):
        return f"it needs more than {limits['memory_bytes'] / 2**30:.1f} GB of memory"
    raise error


def _answer(answers: TextIO, said: dict[str, Any]) -> None:
    answers.write(json.dumps(said, ensure_ascii=False) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
