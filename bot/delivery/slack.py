"""The only module that calls Slack's Web API for messages. Slack's answers become errors by meaning.

What an error means decides what happens next: nothing was sent (try again), it is unclear (look before sending again),
or it never will be (give up and tell the staff).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

EVENT_TYPE = "senderdesk_message"
FILE_NOT_FOUND = "file_not_found"
_PAGE = 100
_ALT_MAX = 1000

_UNCLEAR = {"fatal_error", "internal_error", "team_added_to_org"}
_AWAY = {"request_timeout", "service_unavailable"}
_LATER = {"ratelimited", "rate_limited", "message_limit_exceeded", "accesslimited"}
_GONE = {"message_not_found", "cant_update_message", "edit_window_closed"}


class SlackTrouble(Exception):
    """Slack did not do what was asked; ``code`` is Slack's word or our own."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class NotSent(SlackTrouble):
    """Nothing reached Slack, or Slack refused for now."""


class RateLimited(NotSent):
    """Slack asks to wait ``retry_after`` seconds."""

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__("ratelimited")


class Unclear(SlackTrouble):
    """The call may or may not have had its effect."""


class Away(Unclear):
    """Slack, or the way to it, is out of order: this says nothing against the call itself, however long it lasts."""


class MessageGone(SlackTrouble):
    """The message that was to be updated is not there any more."""


class Never(SlackTrouble):
    """Slack will refuse this however often it is tried: a channel that is gone, a revoked token, a bad block."""


@dataclass(frozen=True)
class Shown:
    """One of our messages as Slack has it: ``key`` is its id in the metadata, ``fingerprint`` what it shows."""

    key: str
    ts: str
    fingerprint: str


class SlackMessages:
    """Post, update, find, and delete messages; share files. Every call has a total timeout in seconds."""

    def __init__(self, client: AsyncWebClient, http: aiohttp.ClientSession, *, timeout: float = 10.0) -> None:
        self._client = client
        self._http = http
        self._timeout = timeout

    async def post(
        self,
        channel: str,
        text: str,
        blocks: list[dict[str, Any]],
        *,
        key: str,
        fingerprint: str,
        thread_ts: str | None,
    ) -> tuple[str, str]:
        """Post a message that carries our key; gives (channel, ts) as Slack names them."""
        answer = await self._call(
            self._client.chat_postMessage(
                channel=channel,
                text=text,
                blocks=blocks,
                thread_ts=thread_ts,
                metadata=_metadata(key, fingerprint),
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        return str(answer["channel"]), str(answer["ts"])

    async def update(
        self, channel: str, ts: str, text: str, blocks: list[dict[str, Any]], *, key: str, fingerprint: str
    ) -> None:
        """Show something else in a message of ours."""
        await self._call(
            self._client.chat_update(
                channel=channel, ts=ts, text=text, blocks=blocks, metadata=_metadata(key, fingerprint)
            )
        )

    async def delete(self, channel: str, ts: str) -> None:
        """Take a message of ours away; one that is gone already is fine."""
        try:
            await self._call(self._client.chat_delete(channel=channel, ts=ts))
        except MessageGone:
            return

    async def ours(self, channel: str, *, thread_ts: str | None, oldest: str) -> list[Shown]:
        """Our messages in a channel, or in a thread, since ``oldest`` (a ts); oldest first."""
        return sorted(
            [shown async for shown in self._history(channel, thread_ts, oldest)], key=lambda one: float(one.ts)
        )

    async def _history(self, channel: str, thread_ts: str | None, oldest: str) -> AsyncIterator[Shown]:
        cursor = ""
        while True:
            page: dict[str, Any] = {
                "channel": channel,
                "oldest": oldest,
                "inclusive": True,
                "limit": _PAGE,
                "cursor": cursor or None,
            }
            if thread_ts is None:
                call = self._client.conversations_history(**page, include_all_metadata=True)
            else:
                call = self._client.conversations_replies(**page, ts=thread_ts, include_all_metadata=True)
            answer = await self._call(call)
            for message in answer["messages"]:
                metadata = message.get("metadata") or {}
                if metadata.get("event_type") == EVENT_TYPE:
                    payload = metadata.get("event_payload") or {}
                    yield Shown(str(payload.get("k", "")), message["ts"], str(payload.get("f", "")))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def show_window(self, external_id: str, view: dict[str, Any]) -> bool:
        """Show something else in a modal that somebody has open; False when it is not open (any more)."""
        try:
            await self._call(self._client.views_update(external_id=external_id, view=view))
        except Never as refusal:
            if refusal.code == "not_found":
                return False
            raise
        return True

    async def open_conversation(self, user: str) -> str:
        """The id of the direct conversation with a person."""
        answer = await self._call(self._client.conversations_open(users=user))
        return str(answer["channel"]["id"])

    async def upload(self, name: str, size: int, content: AsyncIterator[bytes], *, alt: str = "") -> str:
        """Give Slack a file's bytes (``size`` of them); gives the file's id. Nobody sees it before ``share``.

        ``alt``: what a picture shows, for those who do not see it.
        """
        told = {"alt_txt": alt[:_ALT_MAX]} if alt else {}
        answer = await self._call(self._client.files_getUploadURLExternal(filename=name, length=size, **told))
        headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
        timeout = aiohttp.ClientTimeout(total=120)
        # Bytes that nobody sees yet may be sent again: an unclear answer here costs nothing.
        async with (
            by_meaning(),
            self._http.post(answer["upload_url"], data=content, headers=headers, timeout=timeout) as put,
        ):
            if put.status != 200:  # noqa: PLR2004 the only good answer
                raise NotSent(f"upload_http_{put.status}")
        return str(answer["file_id"])

    async def share(self, file_id: str, title: str, comment: str, *, channel: str, thread_ts: str | None) -> None:
        """Show an uploaded file in a conversation."""
        await self._call(
            self._client.files_completeUploadExternal(
                files=[{"id": file_id, "title": title}],
                channel_id=channel,
                initial_comment=comment,
                thread_ts=thread_ts,
            )
        )

    async def is_shared(self, file_id: str, channel: str) -> bool:
        """Whether people in this conversation see the file already. Slack does not know one that is only uploaded."""
        try:
            answer = await self._call(self._client.files_info(file=file_id))
        except Never as refusal:
            if refusal.code == FILE_NOT_FOUND:
                return False
            raise
        shares: Mapping[str, Mapping[str, Any]] = answer["file"].get("shares") or {}
        return any(channel in channels for channels in shares.values())

    async def _call(self, call: Awaitable[Any]) -> Any:
        async with by_meaning(), asyncio.timeout(self._timeout):
            return await call


def _metadata(key: str, fingerprint: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"k": key, "f": fingerprint}}


@asynccontextmanager
async def by_meaning() -> AsyncIterator[None]:
    """Turn what the SDK and the network raise into our errors by meaning."""
    try:
        yield
    except SlackApiError as error:
        raise meaning(error) from error
    except aiohttp.ClientConnectorError as error:
        raise NotSent("cannot_connect") from error
    except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
        raise Away(type(error).__name__) from error
    except SlackClientError as error:
        raise Unclear(type(error).__name__) from error


def meaning(error: SlackApiError) -> SlackTrouble:
    """What Slack's refusal means for us (source: the methods' error lists)."""
    response = error.response
    status = getattr(response, "status_code", 200)
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == 429 or code in _LATER:  # noqa: PLR2004 HTTP's number
        headers = {name.lower(): value for name, value in dict(getattr(response, "headers", {})).items()}
        wait = headers.get("retry-after", "")
        wait = wait[0] if isinstance(wait, list) else wait
        return RateLimited(float(wait) if str(wait).replace(".", "", 1).isdigit() else 30.0)
    if status >= 500 or not code or code in _AWAY:  # noqa: PLR2004 HTTP's number
        return Away(code or f"http_{status}")
    if code in _UNCLEAR:
        return Unclear(code)
    if code in _GONE:
        return MessageGone(code)
    return Never(code)
