"""The page's web socket: the whole sight first, then what changed in it."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress

from aiohttp import web

from bot.sandbox.slack.records import Json
from bot.sandbox.world import NeverHappened, World

PAUSE = 0.03
"""Seconds between two looks, so that a burst of changes is sent as one."""
LOOK_AGAIN = 2.0
"""Seconds after which the page looks even when nothing was announced."""


class Changes:
    """Remembers what a page was sent, and says what is new."""

    def __init__(self) -> None:
        self._sent: dict[str, str] = {}

    def since(self, seen: Json) -> Json | None:
        """``{"set": {key: value}, "drop": [key]}``, or None when nothing changed."""
        drawn = {key: json.dumps(value) for key, value in seen.items()}
        changed = {key: seen[key] for key, text in drawn.items() if self._sent.get(key) != text}
        gone = [key for key in self._sent if key not in drawn]
        self._sent = drawn
        return {"set": changed, "drop": gone} if changed or gone else None


async def follow(world: World, request: web.Request, look: Callable[[], Json]) -> web.StreamResponse:
    """Push what ``look()`` shows to the page until it hangs up."""
    socket = web.WebSocketResponse(heartbeat=30)
    await socket.prepare(request)
    loop = asyncio.get_running_loop()
    sides = {loop.create_task(_push(world, socket, look)), loop.create_task(_until_gone(socket))}
    try:
        done, _ = await asyncio.wait(sides, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for side in sides:
            side.cancel()
        await asyncio.gather(*sides, return_exceptions=True)
        await socket.close()
    for side in done:
        with suppress(ConnectionError):
            side.result()
    return socket


async def _until_gone(socket: web.WebSocketResponse) -> None:
    async for _ in socket:
        pass


async def _push(world: World, socket: web.WebSocketResponse, look: Callable[[], Json]) -> None:
    changes = Changes()
    while not socket.closed:
        if news := changes.since(look()):
            await socket.send_json(news)
        await _next_change(world)
        await asyncio.sleep(PAUSE)


async def _next_change(world: World) -> None:
    looks = 0

    def looked_twice() -> bool:
        nonlocal looks
        looks += 1
        return looks > 1

    with suppress(NeverHappened):
        await world.until(looked_twice, timeout=LOOK_AGAIN)
