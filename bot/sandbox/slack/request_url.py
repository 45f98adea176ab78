"""HTTP mode: signed requests to the bot's request URL."""

import asyncio
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.slack.records import Json
from bot.sandbox.slack.wire import Undelivered

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Slack

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


class RequestUrl:
    """The one address that takes events, interactions and commands."""

    def __init__(self, slack: "Slack", url: str) -> None:
        self._slack = slack
        self.url = url
        self._session: aiohttp.ClientSession | None = None

    async def send(self, kind: str, payload: Json, retry: tuple[int, str] | None) -> Any:
        """One signed request; the body of its answer. Undelivered unless a 2xx came in time."""
        body, content_type = _encode(kind, payload)
        headers = {"Content-Type": content_type, **self.sign(body)}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        try:
            return await asyncio.wait_for(self._post(body, headers), self._slack.timing.ack)
        except TimeoutError as trouble:
            raise Undelivered("http_timeout") from trouble
        except aiohttp.ClientError as trouble:
            raise Undelivered("connection_failed") from trouble

    def sign(self, body: str, timestamp: int | None = None) -> dict[str, str]:
        """Slack's signature, version v0, over the raw body."""
        at = str(int(self._slack.now) if timestamp is None else timestamp)
        secret = self._slack.app.signing_secret.encode()
        digest = hmac.new(secret, f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}

    async def _post(self, body: str, headers: dict[str, str]) -> Any:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        async with self._session.post(self.url, data=body.encode(), headers=headers, allow_redirects=False) as answer:
            text = await answer.text()
            if not 200 <= answer.status < 300:  # noqa: PLR2004
                raise Undelivered("http_error", final=answer.headers.get("X-Slack-No-Retry") == "1")
            if answer.content_type == _JSON and text:
                return json.loads(text)
            return {"text": text} if text else None

    async def verify(self) -> bool:
        """Slack's ``url_verification``: the bot must echo the challenge."""
        challenge = {
            "type": "url_verification",
            "token": "sandbox-verification-token",
            "challenge": "sandbox-challenge",
        }
        try:
            answer = await self.send("events_api", challenge, None)
        except Undelivered:
            return False
        return isinstance(answer, dict) and "sandbox-challenge" in (answer.get("challenge"), answer.get("text"))

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _encode(kind: str, payload: Json) -> tuple[str, str]:
    if kind == "events_api":
        return json.dumps(payload), _JSON
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}), _FORM
    return urlencode(payload), _FORM
