"""The real bot with something broken on purpose; for tests only: ``python broken_bot.py BREAKAGE...``.

``dies:before:PLACE`` and ``dies:after:PLACE`` end the process at once, as a kill does, when it comes there;
``stops:...`` has it stand still instead. PLACE is ``module:Class.method`` or ``module:function``, or ``write:USE_CASE``
for a transaction ("before": nothing of it is kept; "after": it is committed, and nobody was told). ``PLACE#2`` is the
second time. The other breakages are below.
"""

import asyncio
import functools
import importlib
import inspect
import itertools
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli import main
from bot.contacts import jobs as contact_jobs
from bot.contacts.check import check
from bot.delivery import claims
from bot.delivery.reconcile import Reconciler
from bot.delivery.sender import Sender

KILLED = 137
"""The exit code of a process that was killed: 128 + SIGKILL."""


async def _nothing(*_: object) -> None:
    """Do nothing, find nothing."""


def no_looking() -> None:
    """After an unclear answer it posts again without a look."""
    Sender._find = _nothing


def no_reconciler() -> None:
    """Nobody compares Slack with the database."""
    Reconciler.run = _nothing


def sdk_retries() -> None:
    """Slack's SDK tries lost calls again by itself, as it does unless told not to."""
    made = AsyncWebClient.__init__

    def make(self: AsyncWebClient, *args: Any, **given: Any) -> None:
        made(self, *args, **given | {"retry_handlers": [AsyncConnectionErrorRetryHandler()]})

    AsyncWebClient.__init__ = make


def quick_checks() -> None:
    """Files are checked in a thread: nothing that the test asks about depends on the child process."""

    async def check_here(path: Any, options: Any, out: Any = None, **_: Any) -> Any:
        return await asyncio.to_thread(check, path, options, out)

    contact_jobs.check_in_child = check_here


def quick_landing() -> None:
    """What a dead process has sent arrives at once here: for tests with many deaths."""
    claims.LANDING = timedelta(seconds=0.2)


def die() -> None:
    """At once."""
    os._exit(KILLED)


def stop() -> None:
    """Stand still, until somebody sends SIGCONT."""
    os.kill(os.getpid(), signal.SIGSTOP)


def at(place: str, when: str, what: Callable[[], None]) -> None:
    """Have something happen before or after the process is at this place."""
    place, _, number = place.partition("#")
    module, name = ("bot.storage.database", "Database.write") if place.startswith("write:") else place.split(":")
    holder: Any = importlib.import_module(module)
    *outer, last = name.split(".")
    for part in outer:
        holder = getattr(holder, part)
    use_case = place.removeprefix("write:") if place.startswith("write:") else None
    setattr(holder, last, _beset(getattr(holder, last), when, int(number or 1), use_case, what))


def _beset(function: Any, when: str, number: int, use_case: str | None, what: Callable[[], None]) -> Any:
    times = itertools.count(1)

    def is_now(args: tuple[Any, ...]) -> bool:
        return (use_case is None or getattr(args[1], "__name__", "") == use_case) and next(times) == number

    @functools.wraps(function)
    async def instead(*args: Any, **given: Any) -> Any:
        now = is_now(args)
        if now and when == "before":
            what()
        result = await function(*args, **given)
        if now and when == "after":
            what()
        return result

    assert inspect.iscoroutinefunction(function)
    return instead


BREAKAGES = {
    "no-looking": no_looking,
    "no-reconciler": no_reconciler,
    "sdk-retries": sdk_retries,
    "quick-checks": quick_checks,
    "quick-landing": quick_landing,
}

if __name__ == "__main__":
    for breakage in sys.argv[1:]:
        if ":" in breakage:
            kind, moment, where = breakage.split(":", 2)
            at(where, moment, {"dies": die, "stops": stop}[kind])
        else:
            BREAKAGES[breakage]()
    sys.argv = ["senderdesk", "serve"]
    main()
