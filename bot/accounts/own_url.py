"""A base URL that an admin gives in place of a region's: it must not lead our keys into a private network."""

import asyncio
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from bot.delivery.addresses import is_public, plain_address
from bot.errors import DeskError

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_LONGEST = 200


class NotABaseUrl(DeskError):
    """A base URL is like https://contacts.8x8.com: https, and nothing behind the host but a path."""


class NotPublicUrl(DeskError):
    """{host} is not out in the world. Hosts of your own network must stand in SENDERDESK_PRIVATE_HOSTS."""


class NoSuchHost(DeskError):
    """{host} cannot be found. Check how it is written."""


def read_url(given: str, private_hosts: Collection[str], *, field: str) -> str:
    """The URL without a slash at its end; empty for nothing. Plain http only for a private host on this machine.

    Raises NotABaseUrl, NotPublicUrl.
    """
    given = given.strip().rstrip("/")
    if not given:
        return ""
    try:
        parts = urlsplit(given)
        host, _ = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise NotABaseUrl(field=field) from None
    private = host in private_hosts
    schemes = {"https", "http"} if private and host in _LOOPBACK else {"https"}
    extra = parts.username is not None or "?" in given or "#" in given or not given.isprintable() or " " in given
    if not host or parts.scheme not in schemes or extra or len(given) > _LONGEST:
        raise NotABaseUrl(field=field)
    if not private and ((_is_address(host) and not is_public(plain_address(host))) or host in _LOOPBACK):
        raise NotPublicUrl(host=host, field=field)
    return given


def _is_address(host: str) -> bool:
    return ":" in host or plain_address(host) != host or host.replace(".", "").isdigit()


async def check_host(url: str, private_hosts: Collection[str], *, seconds: float, field: str) -> None:
    """Raise NotPublicUrl when a name leads to an address that is not everybody's, NoSuchHost when nowhere."""
    host = (urlsplit(url).hostname or "").lower()
    if host in private_hosts:
        return
    try:
        async with asyncio.timeout(seconds):
            found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        raise NoSuchHost(host=host, field=field) from None
    if not all(is_public(str(each[4][0])) for each in found):
        raise NotPublicUrl(host=host, field=field)
