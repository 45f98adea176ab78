"""Socket Mode over two connections, each with a keeper that makes it anew when it is in trouble.

The SDK's aiohttp client tries a one-use address again for ever when a handshake fails, so it never comes back by
itself: a keeper throws such a connection away and makes a new one. Two connections, because the SDK closes the old
socket before it opens the next, and a command in that gap would be lost.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.metrics import Metrics

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Pace:
    """How long things may take, in seconds."""

    handshake: float = 5.0
    look: float = 1.0
    """Between two looks at a connection."""
    grace: float = 5.0
    """The SDK refreshes a connection by itself; only what stays down for longer is thrown away."""
    ping: float = 10.0
    """Between two pings; a connection without a pong for four of them counts as down."""
    close: float = 3.0
    first_pause: float = 0.5
    longest_pause: float = 30.0
    drain: float = 3.0
    """For what is being answered when the desk stops: Slack waits no longer than that."""


class Connection(AsyncSocketModeHandler):
    """One connection; knows how many requests it is answering."""

    def __init__(self, app: AsyncApp, app_token: str, web_client: AsyncWebClient, pace: Pace, metrics: Metrics) -> None:
        quiet = logging.getLogger("senderdesk.socket_mode")
        quiet.setLevel(logging.CRITICAL)  # it logs each failed try with a traceback; the keeper says it in one line
        super().__init__(app, app_token, logger=quiet, web_client=web_client, ping_interval=pace.ping)
        self._answering = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._metrics = metrics

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Have Bolt answer a request. A socket that closes meanwhile loses the answer, and Slack delivers again."""
        self._answering += 1
        self._idle.clear()
        started = time.monotonic()
        status = "answered"
        try:
            await super().handle(client, req)
        except (ConnectionError, aiohttp.ClientError) as error:
            status = "lost"
            log.warning("an answer was lost with its socket", type=req.type, because=str(error))
        finally:
            self._answering -= 1
            if not self._answering:
                self._idle.set()
            self._metrics.deliveries.labels(req.type, status).inc()
            self._metrics.ack_seconds.labels(req.type).observe(time.monotonic() - started)

    async def is_up(self) -> bool:
        """Whether the socket is open and Slack's last pong is fresh."""
        return bool(await self.client.is_connected())

    async def finish(self, seconds: float) -> None:
        """Wait until what is being answered is answered, as long as the answers can still go out."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds if await self.is_up() else 0):
                await self._idle.wait()

    async def bury(self, seconds: float) -> None:
        """Close it. A dead peer can make that hang, so after a while, or when the desk stops, it is only dropped."""
        try:
            with suppress(TimeoutError, aiohttp.ClientError, OSError):
                async with asyncio.timeout(seconds):
                    await self.close_async()  # type: ignore[no-untyped-call]
        finally:
            await self._drop()

    async def _drop(self) -> None:
        client = self.client
        client.closed = True
        tasks = (client.message_processor, client.current_session_monitor, client.message_receiver)
        alive = [task for task in tasks if task is not None]
        for task in alive:
            task.cancel()
        await asyncio.gather(*alive, return_exceptions=True)
        if (socket := client.current_session) is not None:
            with suppress(TimeoutError, aiohttp.ClientError, OSError):
                async with asyncio.timeout(0):  # aiohttp hangs up when it may not even say goodbye
                    await socket.close()
        await client.aiohttp_client_session.close()


class Sockets:
    """Keeps the connections. ``random`` (0 to 1) spreads the pauses, so that replicas do not come back together."""

    def __init__(
        self,
        app: AsyncApp,
        *,
        app_token: str,
        web_client: AsyncWebClient,
        metrics: Metrics,
        connections: int = 2,
        pace: Pace | None = None,
        random: Callable[[], float] = random.random,
    ) -> None:
        self._metrics = metrics
        self._pace = pace or Pace()
        self._new = partial(Connection, app, app_token, web_client, self._pace, metrics)
        self._random = random
        self._wanted = connections
        self._up: dict[int, Connection] = {}
        self._keepers: dict[int, asyncio.Task[None]] = {}
        self._closing = False

    @property
    def connected(self) -> int:
        """How many connections are up."""
        return len(self._up)

    def trouble(self) -> str:
        """Why the desk is not ready to hear Slack; empty when it is."""
        return "" if self._up else "no socket to Slack is connected"

    def open(self) -> None:
        """Begin to connect, and stay connected until `close`."""
        for number in range(self._wanted):
            self._begin(number)

    async def close(self) -> None:
        """Answer what is being answered, then hang up."""
        self._closing = True
        for keeper in self._keepers.values():
            keeper.cancel()
        await asyncio.gather(*self._keepers.values(), return_exceptions=True)

    def _begin(self, number: int) -> None:
        keeper = asyncio.create_task(self._keep(number), name=f"socket {number}")
        keeper.add_done_callback(partial(self._ended, number))
        self._keepers[number] = keeper

    def _ended(self, number: int, keeper: asyncio.Task[None]) -> None:
        """A keeper ends only when told to; one that stumbled over something unforeseen is replaced."""
        if not self._closing and not keeper.cancelled():
            log.error("a socket's keeper stumbled", socket=number, exc_info=keeper.exception())
            asyncio.get_running_loop().call_later(self._pace.longest_pause, self._begin_again, number)

    def _begin_again(self, number: int) -> None:
        if not self._closing:
            self._begin(number)

    async def _keep(self, number: int) -> None:
        failures = 0
        while True:
            connection = self._new()
            try:
                trouble = await self._live(number, connection)
            finally:
                self._note(number, None)
                try:
                    await connection.finish(self._pace.drain)
                finally:
                    await connection.bury(self._pace.close)
            failures = 1 if trouble == _LOST else failures + 1
            pause = min(self._pace.longest_pause, self._pace.first_pause * 2 ** (failures - 1))
            pause *= 0.5 + self._random()
            self._metrics.reconnects.labels(trouble).inc()
            log.warning("socket is made anew", socket=number, because=trouble, in_seconds=round(pause, 1))
            await asyncio.sleep(pause)

    async def _live(self, number: int, connection: Connection) -> str:
        """Connect, and look after the connection until it is in trouble; says which."""
        try:
            async with asyncio.timeout(self._pace.handshake):
                await connection.connect_async()  # type: ignore[no-untyped-call]
        except TimeoutError:
            return _NO_HANDSHAKE
        log.info("socket is connected", socket=number)
        seen = time.monotonic()
        while (is_up := await connection.is_up()) or time.monotonic() - seen < self._pace.grace:
            self._note(number, connection if is_up else None)
            seen = time.monotonic() if is_up else seen
            await asyncio.sleep(self._pace.look)
        return _LOST

    def _note(self, number: int, connection: Connection | None) -> None:
        if connection is None:
            self._up.pop(number, None)
        else:
            self._up[number] = connection
        self._metrics.sockets.set(len(self._up))


_NO_HANDSHAKE = "no handshake"
_LOST = "connection lost"
