"""Opens a customer's link, from inside our own network: so only what is out in the world is ever connected to.

Each address is looked at, after every redirect and whatever name or spelling led to it. No proxy is used, no cookie
kept, no page read.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver

from bot.delivery.addresses import is_public, plain_address
from bot.delivery.outside import Careful, NotPublic, connector, is_kept_out
from bot.rcs.links import REDIRECTS_MOST, End, Visit, trouble

SECONDS = 5.0
"""For one request."""
WHOLE_SECONDS = 20.0
"""For the way to a page, redirects and all."""
_AGENT = "SenderDesk/1.0 (checks that this page is there)"
_REDIRECTS = {301, 302, 303, 307, 308}
_GONE, _LOCKED = {404, 410}, {401, 407}
_FINE = range(200, 300)
_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
_KNOWN = "slack.com"
"""A name that is always there: where even this one is not found, names of the world cannot be looked up at all."""
_UNKNOWN_ISSUER = {2, 20, 21}
"""OpenSSL's codes of a chain that misses a link: browsers know more issuers than we do."""


class Visitor:
    """Visits pages. For tests the names' resolver, the rule for addresses and the trusted certificates can be given."""

    def __init__(
        self,
        *,
        resolver: AbstractResolver | None = None,
        allowed: Callable[[str], bool] = is_public,
        trust: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._resolver = resolver
        self._allowed = allowed
        self._trust = trust
        self._seconds = seconds

    async def visit(self, url: str) -> Visit:
        """Whether there is a page at this address. Never raises for what is there."""
        names = Careful(self._resolver or aiohttp.ThreadedResolver(), self._allowed)
        async with aiohttp.ClientSession(
            connector=connector(names, self._allowed, self._trust),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": _AGENT, "Accept": "text/html, */*"},
            timeout=aiohttp.ClientTimeout(total=self._seconds),
            auto_decompress=False,
            trust_env=False,
        ) as session:
            try:
                async with asyncio.timeout(WHOLE_SECONDS):
                    visit = await self._way(session, url.strip())
                    if visit.end is End.NO_HOST and not await names.know(_KNOWN):
                        return Visit(End.UNCHECKED, "no names can be looked up from here", visit.url)
                    return visit
            except TimeoutError:
                return Visit(End.UNCHECKED, f"no answer within {WHOLE_SECONDS:g} seconds", url.strip())

    async def _way(self, session: aiohttp.ClientSession, url: str) -> Visit:
        """Follow redirects, each looked at like the first address."""
        for _ in range(REDIRECTS_MOST + 1):
            if shape := trouble(url):
                return Visit(End.PLAIN if shape == "link_plain" else End.UNCHECKED, "leads elsewhere", url)
            try:
                self._refuse_spelled(urlsplit(url).hostname or "")
                status, location = await _answer(session, url)
                onward = urljoin(url, location) if location else ""
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                return _unanswered(error, url)
            if not onward:
                return Visit(_end(status), f"answers {status}", url)
            url = onward
        return Visit(End.AROUND, f"more than {REDIRECTS_MOST} redirects", url)

    def _refuse_spelled(self, host: str) -> None:
        """Some spellings of an address are no address to aiohttp, nor a name: they would only fail, and not say why."""
        address = plain_address(host)
        if address != host and not self._allowed(address):
            raise NotPublic("not a public address")


async def _answer(session: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    """Status, and where it leads on. Not every server knows HEAD: what it does not answer well, GET is asked."""
    try:
        status, location = await _asked(session, "HEAD", url)
    except aiohttp.ClientConnectorError:
        raise
    except aiohttp.ClientError:
        status, location = 0, ""
    if status in _FINE or location:
        return status, location
    return await _asked(session, "GET", url)


async def _asked(session: aiohttp.ClientSession, method: str, url: str) -> tuple[int, str]:
    async with session.request(method, url, allow_redirects=False) as answer:
        location = answer.headers.get("Location", "") if answer.status in _REDIRECTS else ""
        return answer.status, location


def _end(status: int) -> End:
    if status in _FINE:
        return End.THERE
    if status in _GONE:
        return End.NOT_THERE
    return End.LOCKED if status in _LOCKED else End.UNCHECKED


def _unanswered(error: Exception, url: str) -> Visit:
    """Why there was no answer: the page's fault, or one of the way there."""
    cause = getattr(error, "os_error", error)
    if is_kept_out(error):
        return Visit(End.NOT_PUBLIC, "not a public address", url)
    if isinstance(cause, socket.gaierror) and cause.errno in _NO_SUCH_NAME:
        return Visit(End.NO_HOST, "no such host", url)
    refused = getattr(error, "certificate_error", None)
    if isinstance(refused, ssl.SSLCertVerificationError):
        end = End.UNCHECKED if refused.verify_code in _UNKNOWN_ISSUER else End.CERTIFICATE
        return Visit(end, f"certificate: {refused.verify_message}", url)
    if isinstance(error, TimeoutError):
        return Visit(End.UNCHECKED, "no answer in time", url)
    if isinstance(error, aiohttp.ClientConnectorError):
        return Visit(End.UNCHECKED, "no connection", url)
    return Visit(End.UNCHECKED, "broke off", url)
