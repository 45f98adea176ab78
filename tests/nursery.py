"""Loads the bot once, and forks a process of it for each order: ``python -P nursery.py SOCKET``.

Tests start the bot some hundred times; loading it is most of a start. An order is a JSON object (``words`` of the
command behind Python, ``folder``, ``environment``) with two open files: the log, and a pipe that is told the process's
number, and how it ended. The nursery itself ends when the socket is closed.
"""

import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Any


def reap(tellers: dict[int, int]) -> None:
    """Tell how each process ended that has ended."""
    for pid in list(tellers):
        gone, status = os.waitpid(pid, os.WNOHANG)
        if gone:
            with open(tellers.pop(pid), "wb") as teller:  # noqa: PTH123 - an open file
                teller.write(b"%d\n" % os.waitstatus_to_exitcode(status))


def become(order: dict[str, Any], log: int) -> list[str]:
    """In the new process: be as if started with these words; gives them."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    return list(order["words"])


def serve(orders: socket.socket) -> list[str] | None:
    """Take orders until there are no more; in a new process, its words."""
    wakes, wake = socket.socketpair()
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    tellers: dict[int, int] = {}
    with orders, wakes, wake:
        while True:
            ready, _, _ = select.select([orders, wakes], [], [])
            if wakes in ready:
                wakes.recv(4096)
                reap(tellers)
            if orders in ready:
                said, files, _, _ = socket.recv_fds(orders, 1 << 20, 2)
                if not said:  # whoever gave them has ended, perhaps by a kill: nobody looks after these any more
                    for pid in tellers:
                        os.kill(pid, signal.SIGKILL)
                    return None
                log, teller = files
                pid = os.fork()
                if not pid:
                    for other in (*tellers.values(), teller):
                        os.close(other)
                    return become(json.loads(said), log)
                os.close(log)
                os.write(teller, b"%d\n" % pid)
                tellers[pid] = teller


def load() -> None:
    """What the bot loads when it starts; nothing that has threads."""
    gc.disable()
    import bot.app  # noqa: PLC0415 - without looking for garbage
    import bot.cli  # noqa: F401, PLC0415

    gc.freeze()


if __name__ == "__main__":
    load()
    words = serve(socket.socket(fileno=int(sys.argv[1])))
    if words is not None:
        gc.enable()
        if words[0] == "-m":
            sys.argv = words[1:]
            runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = words
            runpy.run_path(words[0], run_name="__main__")
