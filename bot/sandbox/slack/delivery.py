"""How the bot hears: once for what people wait for, again and again for events."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from bot.sandbox.faults import Fault
from bot.sandbox.slack import events
from bot.sandbox.slack.errors import NoAnswer
from bot.sandbox.slack.records import Channel, Json
from bot.sandbox.slack.request_url import RequestUrl
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.wire import Undelivered

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Slack

Kind = Literal["events_api", "interactive", "slash_commands"]
_PLACES = {"events_api": "events", "interactive": "interactive", "slash_commands": "commands"}


@dataclass
class Delivered:
    """One thing that was to reach the bot, and how that went."""

    kind: Kind
    name: str
    """Event type, interaction type or command."""
    payload: Json
    attempts: int = 0
    acked: bool = False
    over: bool = False
    """Nothing more will be tried."""
    reason: str = ""
    """Why the last attempt failed."""


class Delivery:
    """Brings payloads to the bot, over its sockets or to its request URL."""

    def __init__(self, slack: "Slack") -> None:
        self._slack = slack
        self.sockets = Sockets(slack)
        self.request_url: RequestUrl | None = None
        """Set for HTTP mode; None: Socket Mode."""
        self.log: list[Delivered] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._hurry = asyncio.Event()

    def post_to(self, url: str) -> None:
        """Switch to HTTP mode: signed requests to ``url``."""
        if self.request_url is None:
            self.request_url = RequestUrl(self._slack, url)
        self.request_url.url = url

    async def ask(self, kind: Kind, name: str, payload: Json) -> Any:
        """Deliver what a person waits for, once; the body of the ack. NoAnswer when none came in time."""
        if kind == "interactive" and not self._slack.app.interactive:
            raise NoAnswer("this app is not configured to handle interactive responses")
        entry = Delivered(kind, name, payload)
        self.log.append(entry)
        try:
            return await self._attempt(entry)
        except Undelivered as trouble:
            raise NoAnswer(f"{name}: {trouble.reason}") from trouble
        finally:
            entry.over = True
            self._slack.changed.notify()

    def tell(self, event: Json, channel: Channel | None = None) -> Delivered | None:
        """Deliver an event, if the app hears of it; redeliver until it is taken or the retries are used up."""
        if not events.heard(self._slack, event, channel):
            return None
        entry = Delivered("events_api", event["type"], events.envelope(self._slack, event, channel))
        self.log.append(entry)
        task = asyncio.get_running_loop().create_task(self._keep_telling(entry))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return entry

    async def _keep_telling(self, entry: Delivered) -> None:
        for pause in (None, *self._slack.timing.retries):
            if pause is not None:
                await self._pause(pause)
            try:
                await self._attempt(entry)
            except Undelivered as trouble:
                if trouble.final:
                    break
            else:
                break
        entry.over = True
        self._slack.changed.notify()

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._hurry.wait(), seconds)
        except TimeoutError:
            return

    def hurry(self) -> None:
        """Redeliver now what waits for its next attempt."""
        self._hurry.set()
        self._hurry = asyncio.Event()

    async def _attempt(self, entry: Delivered) -> Any:
        fault = self._slack.world.faults.take(f"{_PLACES[entry.kind]}:{entry.name}")
        retry = (entry.attempts, entry.reason) if entry.attempts else None
        entry.attempts += 1
        try:
            body = await self._with_fault(fault, lambda: self._send(entry, retry))
        except Undelivered as trouble:
            entry.reason = trouble.reason
            self._slack.changed.notify()
            raise
        entry.acked = True
        self._slack.changed.notify()
        return body

    async def _with_fault(self, fault: Fault | None, send: Callable[[], Any]) -> Any:
        if fault is None:
            return await send()
        if fault.what == "delay":
            await asyncio.sleep(fault.seconds)
            return await send()
        if fault.what == "twice":
            return (await asyncio.gather(send(), send()))[0]
        if fault.when == "after":
            await send()
        raise Undelivered("timeout")

    async def _send(self, entry: Delivered, retry: tuple[int, str] | None) -> Any:
        if self.request_url is not None:
            return await self.request_url.send(entry.kind, entry.payload, retry)
        return await self.sockets.send(entry.kind, entry.payload, retry)

    async def close(self) -> None:
        """Stop telling; hang up."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sockets.close()
        if self.request_url is not None:
            await self.request_url.close()
