"""Connect: what DocuSign tells of its own accord, each event signed over its body with every key of the account."""

import asyncio
import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.sandbox.docusign.answers import summary, time

if TYPE_CHECKING:
    from bot.sandbox.docusign.envelopes import Envelope
    from bot.sandbox.world import World

PLACE = "docusign:connect"
_SECONDS = 30


@dataclass
class Event:
    """One event as it is sent: ``body`` is what the signatures are made of."""

    url: str
    envelope_id: str
    name: str
    body: bytes
    signed: bool
    answer: int = 0
    """HTTP's status of the last try; 0 when there was none."""


class Connect:
    """Sends events. ``keys`` are the account's HMAC keys; ``events`` all that were sent or tried."""

    def __init__(self, world: "World", account_id: str, user_id: str) -> None:
        self.keys = ["connect-key-of-the-demo"]
        self.events: list[Event] = []
        self._world = world
        self._account_id, self._user_id = account_id, user_id
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, envelope: "Envelope", name: str, now: datetime) -> None:
        """Send an event to whom the envelope names, if it is one of those that were asked for."""
        wants = envelope.notification
        if wants is None or name not in wants.events:
            return
        body = json.dumps(self._said(envelope, name, now)).encode()
        event = Event(wants.url, envelope.id, name, body, wants.signed)
        self.events.append(event)
        task = asyncio.get_running_loop().create_task(self._try(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def repeat(self, event: Event) -> int:
        """Send an event once more, as from DocuSign's page "Failures"; HTTP's status of the answer."""
        await self._send(event, self.signatures(event.body) if event.signed else {})
        return event.answer

    async def settled(self) -> None:
        """Wait until all that was told has been answered, or was lost."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def signatures(self, body: bytes) -> dict[str, str]:
        """The headers, one for each key."""
        return {
            f"X-DocuSign-Signature-{number}": base64.b64encode(hmac.digest(key.encode(), body, "sha256")).decode()
            for number, key in enumerate(self.keys, 1)
        }

    async def close(self) -> None:
        """Hang up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _try(self, event: Event) -> None:
        fault = self._world.faults.take(PLACE)
        headers = self.signatures(event.body) if event.signed else {}
        if fault is not None and fault.what == "drop":
            return
        if fault is not None and fault.what == "delay":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.what == "bad_body":
            stranger = hmac.digest(b"somebody else's key", event.body, hashlib.sha256)
            headers = {"X-DocuSign-Signature-1": base64.b64encode(stranger).decode()}
        await self._send(event, headers)
        if fault is not None and fault.what == "twice":
            await self._send(event, headers)

    async def _send(self, event: Event, headers: dict[str, str]) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS))
        headers = {"Content-Type": "application/json; charset=utf-8", **headers}
        try:
            async with self._session.post(event.url, data=event.body, headers=headers, allow_redirects=False) as answer:
                event.answer = answer.status
        except (aiohttp.ClientError, TimeoutError):
            event.answer = 0
        self._world.note("docusign:told", event=event.name, envelope=event.envelope_id, answer=event.answer)

    def _said(self, envelope: "Envelope", name: str, now: datetime) -> dict[str, Any]:
        own = f"/restapi/v2.1/accounts/{self._account_id}/envelopes/{envelope.id}"
        data = {"accountId": self._account_id, "userId": self._user_id, "envelopeId": envelope.id}
        if name.startswith("recipient-"):
            data["recipientId"] = envelope.signer.recipient_id
        return {
            "event": name,
            "uri": own,
            "retryCount": 0,
            "configurationId": 10_000_001,
            "apiVersion": "v2.1",
            "generatedDateTime": time(now),
            "data": {**data, "envelopeSummary": summary(envelope, recipients=True, fields=True)},
        }
