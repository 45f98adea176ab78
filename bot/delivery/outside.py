"""Connections to what is out in the world, and to nothing else: for links that others give us.

The address is looked at when the socket is made, whatever name or spelling led to it, and the connection goes to that
very address: between looking and connecting nothing is asked again.
"""

import socket
import ssl
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.delivery.addresses import is_public

Rule = Callable[[str], bool]
"""Whether an address may be connected to."""


class NotPublic(OSError):
    """This address is not everybody's."""


class Careful(AbstractResolver):
    """Refuses a name as soon as one of its addresses is not public: that it has others as well is an attack's way."""

    def __init__(self, names: AbstractResolver, allowed: Rule = is_public) -> None:
        self._names = names
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """As aiohttp asks it."""
        found = await self._names.resolve(host, port, family)
        if not all(self._allowed(each["host"]) for each in found):
            raise NotPublic("not a public address")
        return found

    async def know(self, host: str) -> bool:
        """Whether this name can be looked up."""
        try:
            return bool(await self._names.resolve(host))
        except OSError:
            return False

    async def close(self) -> None:
        """End it."""
        await self._names.close()


def connector(names: Careful, allowed: Rule = is_public, trust: ssl.SSLContext | None = None) -> aiohttp.TCPConnector:
    """For one session. What is not allowed fails with NotPublic, which aiohttp may wrap: see ``is_kept_out``."""

    def gate(info: tuple[Any, ...]) -> socket.socket:
        """The socket for an address that was looked up, or stood in the link: the last gate."""
        family, kind, protocol, _, address = info
        if not allowed(address[0]):
            raise NotPublic("not a public address")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made

    return aiohttp.TCPConnector(
        resolver=names, socket_factory=gate, ssl=trust or True, use_dns_cache=False, force_close=True
    )


def is_kept_out(error: Exception) -> bool:
    """Whether a request failed because its address is not public."""
    return isinstance(getattr(error, "os_error", error), NotPublic)
