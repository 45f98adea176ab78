"""Fetches files that people gave Slack. The address comes from Slack alone, and the token goes to its hosts alone."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack import Away, Never, NotSent, RateLimited, SlackTrouble, Unclear, by_meaning
from bot.delivery.worker import GiveUp, PutBack, pause
from bot.errors import DeskError

_CHUNK = 1 << 16
_AWAY_SECONDS = 5.0


class FileTrouble(DeskError):
    """I could not read this file. Upload it again."""


class FileTooLarge(FileTrouble):
    """{name} is larger than {limit}, which is the most that I can take. Split it into smaller files and upload each."""


class FileElsewhere(FileTrouble):
    """{name} is kept outside of Slack, so I cannot read it. Download it first, then upload the file itself here."""


class FileNotShown(FileTrouble):
    """Slack does not let me read {name}. Upload it in a channel that I am in, or send it to me directly."""


class FileGone(FileTrouble):
    """{name} was deleted in Slack before I could read it. Upload it again."""


@dataclass(frozen=True)
class SlackFileInfo:
    """A file as ``files.info`` describes it; ``size`` in bytes, as declared."""

    id: str
    name: str
    size: int
    mimetype: str
    url: str
    kept_elsewhere: bool


class SlackFiles:
    """``info`` describes a file, ``fetch`` gives its bytes. ``hosts`` are those that files may come from."""

    def __init__(
        self, client: AsyncWebClient, http: aiohttp.ClientSession, token: SecretStr, hosts: Collection[str]
    ) -> None:
        self._client = client
        self._http = http
        self._token = token
        self._hosts = frozenset(hosts)

    async def info(self, file_id: str, name: str) -> SlackFileInfo:
        """Ask Slack, whatever an event said: events from shared channels carry only the id."""
        try:
            async with by_meaning():
                answer = await self._client.files_info(file=file_id)
        except Never as refusal:
            if refusal.code in {"file_deleted", "file_not_found"}:
                raise FileGone(name=name) from refusal
            raise FileNotShown(name=name) from refusal
        file: dict[str, Any] = answer["file"]
        return SlackFileInfo(
            id=file["id"],
            name=str(file.get("name") or name),
            size=int(file.get("size") or 0),
            mimetype=str(file.get("mimetype") or ""),
            url=str(file.get("url_private_download") or file.get("url_private") or ""),
            kept_elsewhere=bool(file.get("is_external")) or file.get("mode") in {"external", "remote"},
        )

    async def fetch(self, info: SlackFileInfo, *, limit: int, limit_words: str) -> AsyncIterator[bytes]:
        """The file's bytes, at most ``limit`` of them whatever size was declared; raises what the person is told."""
        if info.size > limit:
            raise FileTooLarge(name=info.name, limit=limit_words)
        if info.kept_elsewhere or not self._may_ask(info.url):
            raise FileElsewhere(name=info.name)
        headers = {"Authorization": f"Bearer {self._token.get_secret_value()}"}
        got = 0
        async with (
            by_meaning(),
            self._http.get(
                info.url, headers=headers, allow_redirects=False, timeout=aiohttp.ClientTimeout(total=300, sock_read=30)
            ) as answer,
        ):
            self._check(answer, info)
            async for chunk in answer.content.iter_chunked(_CHUNK):
                got += len(chunk)
                if got > limit:
                    raise FileTooLarge(name=info.name, limit=limit_words)
                yield chunk
        if got < info.size:
            raise Unclear("download_cut_off")

    def _may_ask(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.hostname in self._hosts and (parts.scheme == "https" or _is_loopback(parts.hostname))

    @staticmethod
    def _check(answer: aiohttp.ClientResponse, info: SlackFileInfo) -> None:
        if answer.status >= 500 or answer.status == 429:  # noqa: PLR2004 HTTP's numbers
            raise NotSent(f"download_http_{answer.status}")
        if answer.status in {404, 410}:
            raise FileGone(name=info.name)
        # Without the right to read, Slack answers 200 with its login page.
        is_login_page = answer.content_type == "text/html" and not info.mimetype.startswith("text/html")
        if answer.status != 200 or is_login_page:  # noqa: PLR2004 HTTP's number
            raise FileNotShown(name=info.name)


def later(trouble: SlackTrouble, attempt: int) -> PutBack | GiveUp:
    """What follows when Slack does not give a file. Asking again changes nothing there, so it may be for long."""
    if isinstance(trouble, RateLimited):
        return PutBack(trouble.retry_after, trouble.code, spent=False)
    if isinstance(trouble, NotSent | Away):
        return PutBack(_AWAY_SECONDS, trouble.code, spent=False)
    if isinstance(trouble, Unclear):
        return PutBack(pause(attempt), trouble.code)
    return GiveUp(trouble.code)


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
