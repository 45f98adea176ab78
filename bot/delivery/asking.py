"""A request with a bearer token to a service outside: bounded in time and size, and never sent on to somebody else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

_CHUNK = 2**16


class NoAnswer(Exception):
    """Nothing came that could be read as an answer; ``str`` is why. Unless ``reached``, nobody got the request."""

    def __init__(self, why: str, *, reached: bool) -> None:
        self.reached = reached
        super().__init__(why)


@dataclass(frozen=True)
class Answer:
    """What came: the HTTP status, the headers, and the body, cut off soon after as many bytes as were wanted."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it did what it was asked."""
        return 200 <= self.status < 300  # noqa: PLR2004 (HTTP's success)

    def object(self) -> dict[str, Any] | None:
        """The JSON object in the body; None when it is none."""
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return said if isinstance(said, dict) else None


async def ask(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    token: str,
    most_bytes: int,
    seconds: float,
    connect_seconds: float = 5,
    accept: str = "application/json",
    **more: Any,
) -> Answer:
    """Send one request and read its answer. ``more`` is aiohttp's: params, data, json. Raises NoAnswer.

    An empty ``token`` is not sent: for who asks for one.
    """
    timeout = aiohttp.ClientTimeout(total=seconds, connect=min(connect_seconds, seconds))
    headers = {"Accept": accept} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        async with session.request(
            method, url, headers=headers, timeout=timeout, allow_redirects=False, **more
        ) as response:
            return Answer(response.status, response.headers, await _read(response, most_bytes))
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
        raise NoAnswer(f"no connection: {type(error).__name__}", reached=False) from None
    except TimeoutError:
        raise NoAnswer(f"no answer within {seconds:g} seconds", reached=True) from None
    except (aiohttp.ClientError, ConnectionError) as error:  # its repr may hold the token, so it is not chained
        raise NoAnswer(f"connection lost: {type(error).__name__}", reached=True) from None


async def _read(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    """The body, cut off soon after so many bytes, so that it is no JSON any more."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > most_bytes:
            break
    return bytes(body)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """How many seconds it asks us to wait; None when it does not say so in whole seconds."""
    text = headers.get("Retry-After", "").strip()
    return float(text) if text.isascii() and text.isdigit() else None
