"""The child's side of ``bot.child``: it limits itself before it looks at a file or loads the libraries that read it.

Nothing but the standard library is imported here: what comes after the limits is ``answer``'s work.
"""

import ctypes
import errno
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

Said = dict[str, Any]
Say = Callable[[Said], None]
_DIE_WITH_PARENT = 1  # Linux: PR_SET_PDEATHSIG
_NICE = 10
_OPEN_FILES = 64


def answer(work: Callable[[Said, Say], Said]) -> None:
    """Read one order, limit this process as it says, and answer what ``work(order, say)`` gives.

    With ``say({"progress": [done, total]})`` the work tells how far it is.
    """
    order = json.loads(sys.stdin.readline())
    _limit(order["limits"])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer

    def say(said: Said) -> None:
        answers.write(json.dumps(said, ensure_ascii=False) + "\n")
        answers.flush()

    say(work(order, say))


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


def exhausted(error: MemoryError | OSError, limits: dict[str, Any]) -> str:
    """Which limit was hit; raises the error when it was none. A library that gets no memory names no number for it."""
    code = error.errno if isinstance(error, OSError) else errno.ENOMEM
    if code == errno.EFBIG:
        return f"its rows make a file of more than {limits['file_bytes'] / 2**30:.1f} GB"
    if code in (None, errno.ENOMEM):
        return f"it needs more than {limits['memory_bytes'] / 2**30:.1f} GB of memory"
    raise error
