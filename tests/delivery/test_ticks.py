"""Ticks: what APScheduler does for the desk."""

import asyncio
import threading

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
