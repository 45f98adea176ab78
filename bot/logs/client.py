"""The desk's client for 8x8's Reporting API: exports of the message logs of one subaccount, and their files.

Source: 8x8's page "Download Messaging Apps Logs", and its OpenAPI files for Messaging Apps and SMS, which say the same.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote, urljoin, urlsplit

import aiohttp

from bot.accounts.refusals import Ambiguous, BadAnswer, Unavailable, error_from, read_time
from bot.contacts.calls import Calls, Timeouts
from bot.delivery.outside import Careful, connector, is_kept_out
from bot.logs.errors import LinkGone

_TIMEOUTS = Timeouts()
_CHUNK = 1 << 16
_REDIRECTS = 3
_SILENT_SECONDS, _FILE_SECONDS = 60, 1800
_MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Report:
    """An export as 8x8 tells it. ``links`` are secrets: whoever has one has the file."""

    word: str
    links: tuple[str, ...] = field(default=(), repr=False)
    expires: datetime | None = None

    @classmethod
    def read(cls, answer: Mapping[str, Any]) -> Self:
        """From JSON. Raises BadAnswer without a status."""
        word, data = answer.get("status"), answer.get("data")
        if not isinstance(word, str) or not word:
            raise BadAnswer(reason="an export without a status")
        links = tuple(link for link in data if isinstance(link, str)) if isinstance(data, list) else ()
        return cls(word, links, read_time(answer.get("expires")))


class LogsClient(Calls):
    """Exports of one subaccount. ``base_url`` is the product's, e.g. ``https://sms.8x8.com``.

    Every method may raise the errors of ``bot.accounts.refusals``; ``start`` Ambiguous too.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        api_key: str,
        subaccount: str,
        *,
        timeouts: Timeouts = _TIMEOUTS,
    ) -> None:
        super().__init__(session, base_url, api_key, subaccount, timeouts=timeouts)
        self._base = urlsplit(base_url)
        self._root = f"{base_url.rstrip('/')}/api/v1/subaccounts/{quote(subaccount, safe='')}"

    async def start(self, wanted: Mapping[str, Any]) -> str:
        """Begin an export, as LogExportRequest has it; gives the job's id, an opaque word.

        There is no idempotency key: asked twice it is two exports.
        """
        job_id = (await self._change("POST", "/messages/exports", json=dict(wanted))).get("jobId")
        if not isinstance(job_id, str) or not job_id:
            raise Ambiguous(reason="an export without a jobId")
        return job_id

    async def report(self, job_id: str) -> Report:
        """How far an export is; NotFound when 8x8 has none such."""
        return Report.read(await self._get(_job(job_id)))

    async def cancel(self, job_id: str) -> None:
        """Cancel an export; NotFound when there is nothing to cancel. To be called again after a lost answer."""
        await self._ask("DELETE", _job(job_id), changes=False)

    async def download(self, link: str) -> AsyncIterator[bytes]:
        """The bytes of a file. Raises LinkGone, Unavailable, BadAnswer, none of which names the link.

        Whether 8x8 wants the key here is not documented, so it goes to 8x8's own address, and nowhere else. Other
        addresses must be out in the world.
        """
        outside = connector(Careful(aiohttp.ThreadedResolver()))
        async with (
            aiohttp.ClientSession(connector=outside, cookie_jar=aiohttp.DummyCookieJar()) as elsewhere,
            aclosing(self._chunks(link, elsewhere)) as chunks,
        ):
            async for chunk in chunks:
                yield chunk

    async def _chunks(self, link: str, elsewhere: aiohttp.ClientSession) -> AsyncGenerator[bytes]:
        for _ in range(_REDIRECTS):
            timeout = aiohttp.ClientTimeout(total=_FILE_SECONDS, connect=5, sock_read=_SILENT_SECONDS)
            try:
                session = self._session if self._is_ours(link) else elsewhere
                async with session.get(
                    self._allowed(link), headers=self._headers(link), allow_redirects=False, timeout=timeout
                ) as answer:
                    if answer.status not in _MOVED:
                        await _check(answer)
                        async for chunk in answer.content.iter_chunked(_CHUNK):
                            yield chunk
                        return
                    link = urljoin(link, answer.headers.get("Location", ""))
            except (aiohttp.ClientError, ConnectionError, TimeoutError, ValueError) as error:
                if is_kept_out(error):
                    raise LinkGone(reason="its link is not safe") from None
                raise Unavailable(reason=f"the file broke off: {type(error).__name__}") from None
        raise LinkGone(reason="its link leads in a circle")

    def _allowed(self, link: str) -> str:
        if urlsplit(link).scheme != "https" and not self._is_ours(link):
            raise LinkGone(reason="its link is not safe")
        return link

    def _headers(self, link: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}"} if self._is_ours(link) else {}

    def _is_ours(self, link: str) -> bool:
        return urlsplit(link)[:2] == self._base[:2]


def _job(job_id: str) -> str:
    return f"/messages/exports/{quote(job_id, safe='')}"


async def _check(answer: aiohttp.ClientResponse) -> None:
    """Raise what follows from an answer that is no file."""
    if answer.status == 200:  # noqa: PLR2004 (the only good answer)
        if answer.content_type == "text/html":
            raise BadAnswer(reason="a page in place of a file")
        return
    error = error_from(answer.status, answer.headers, await answer.content.read(_CHUNK), changes=False)
    raise error if isinstance(error, Unavailable) else LinkGone(reason=error.reason)
