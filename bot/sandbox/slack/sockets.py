"""Socket Mode: the bot's open sockets, and envelopes that go to any one of them."""

import asyncio
import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from bot.sandbox.slack.records import Json
from bot.sandbox.slack.wire import Undelivered

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Slack

MOST_SOCKETS = 10


class Sockets:
    """The sockets of one app."""

    def __init__(self, slack: "Slack") -> None:
        self._slack = slack
        self.open: list[web.WebSocketResponse] = []
        self.envelopes: list[Json] = []
        """Everything that was sent, in order."""
        self._urls: dict[str, float] = {}
        self._turn = 0
        self._acks: dict[str, asyncio.Future[Any]] = {}
        self._socket_of: dict[str, web.WebSocketResponse] = {}

    def new_url(self) -> str:
        """A WebSocket address that works once and soon."""
        ticket = uuid4().hex
        self._urls[ticket] = self._slack.now
        address = self._slack.url.replace("http", "ws", 1)
        return f"{address}/link/?ticket={ticket}&app_id={self._slack.app.id}"

    async def link(self, request: web.Request) -> web.StreamResponse:
        """The bot connects: ``hello``, then envelopes until one side hangs up."""
        issued = self._urls.pop(request.query.get("ticket", ""), None)
        if issued is None or self._slack.now - issued > self._slack.timing.socket_url:
            return web.json_response({"ok": False, "error": "link_disabled"}, status=403)
        if (fault := self._slack.world.faults.take("link")) is not None:
            return web.Response(status=fault.status)
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        if len(self.open) >= MOST_SOCKETS:
            await socket.send_json(self._disconnect_message("too_many_websockets"))
            await socket.close()
            return socket
        self.open.append(socket)
        await socket.send_json(self._hello())
        self._slack.changed.notify()
        try:
            await self._listen(socket)
        finally:
            self._forget(socket)
        return socket

    def _hello(self) -> Json:
        facts = {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18060}
        app = {"app_id": self._slack.app.id}
        return {"type": "hello", "num_connections": len(self.open), "debug_info": facts, "connection_info": app}

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            answer = json.loads(frame.data)
            waiting = self._acks.get(answer.get("envelope_id", ""))
            if waiting is not None and not waiting.done():
                waiting.set_result(answer.get("payload"))

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self.open:
            self.open.remove(socket)
        for envelope_id, where in list(self._socket_of.items()):
            waiting = self._acks.get(envelope_id)
            if where is socket and waiting is not None and not waiting.done():
                waiting.set_exception(Undelivered("timeout"))
        self._slack.changed.notify()

    async def send(self, kind: str, payload: Json, retry: tuple[int, str] | None) -> Any:
        """One envelope to one open socket; the payload of its ack. Undelivered when none came in time."""
        if not self.open:
            raise Undelivered("connection_failed")
        envelope: Json = {"envelope_id": str(uuid4()), "payload": payload, "type": kind}
        envelope["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            envelope |= {"retry_attempt": retry[0] if retry else 0, "retry_reason": retry[1] if retry else ""}
        self._turn += 1
        socket = self.open[self._turn % len(self.open)]
        return await self._exchange(socket, envelope)

    async def _exchange(self, socket: web.WebSocketResponse, envelope: Json) -> Any:
        envelope_id = envelope["envelope_id"]
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._acks[envelope_id], self._socket_of[envelope_id] = waiting, socket
        try:
            await socket.send_json(envelope)
            self.envelopes.append(envelope)
            return await asyncio.wait_for(waiting, self._slack.timing.ack)
        except (TimeoutError, ConnectionError) as trouble:
            raise Undelivered("timeout") from trouble
        finally:
            del self._acks[envelope_id], self._socket_of[envelope_id]

    def _disconnect_message(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}

    async def disconnect(self, reason: str, *, pause: float = 0.0) -> None:
        """Tell every socket to go: ``warning``, ``refresh_requested``, ``link_disabled``; all but a warning hang up."""
        for socket in list(self.open):
            await socket.send_json(self._disconnect_message(reason))
            if reason != "warning":
                self._forget(socket)
                await asyncio.sleep(pause)
                await socket.close()

    async def refresh(self, pause: float = 10.0) -> None:
        """What Slack does every few hours: a warning, and after ``pause`` seconds a new connection is asked for."""
        going = list(self.open)
        await self.disconnect("warning")
        await asyncio.sleep(pause)
        for socket in going:
            if not socket.closed:
                await socket.send_json(self._disconnect_message("refresh_requested"))
                self._forget(socket)
                await socket.close()

    def cut(self) -> None:
        """Drop every connection without a word, as a network does."""
        for socket in list(self.open):
            transport = socket._req.transport if socket._req is not None else None  # noqa: SLF001 (no public way)
            if transport is not None:
                transport.abort()

    async def close(self) -> None:
        """The sandbox goes: hang up."""
        for socket in list(self.open):
            await socket.close()
