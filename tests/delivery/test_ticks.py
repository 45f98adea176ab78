"""Ticks: what APScheduler does for the desk."""

import asyncio
import threading

from structlog.testing import capture_logs

from bot.delivery.ticks import Ticks


async def test_every_function_is_called_on_the_event_loop() -> None:
    """Also a plain one: it sets asyncio's events, which lose a wake-up when another thread sets them."""
    called: dict[str, int] = {}
    both = asyncio.Event()

    def note(name: str) -> None:
        called[name] = threading.get_ident()
        if len(called) == 2:
            both.set()

    async def waits() -> None:
        note("waits")

    ticks = Ticks()
    ticks.every(0.01, "plain", lambda: note("plain"))
    ticks.every(0.01, "waits", waits)
    ticks.start()
    try:
        await asyncio.wait_for(both.wait(), 60)
    finally:
        ticks.stop()
    assert set(called.values()) == {threading.get_ident()}


async def test_a_tick_that_finds_its_work_undone_is_noted() -> None:
    """Work that takes longer than its pace is not begun twice; the log names it."""
    finish = asyncio.Event()
    ticks = Ticks()

    async def slow() -> None:
        await finish.wait()

    ticks.every(0.01, "slow", slow)
    with capture_logs() as logs:
        ticks.start()
        try:
            async with asyncio.timeout(60):
                while not logs:
                    await asyncio.sleep(0.01)
        finally:
            finish.set()
            ticks.stop()
    assert (logs[0]["event"], logs[0]["tick"]) == ("tick_missed", "slow")
