"""Things that go wrong, on demand: ask for a fault, and the next call that matches meets it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from aiohttp import web

Kind = Literal["status", "drop", "delay", "bad_body", "twice"]


@dataclass
class Fault:
    """One thing that goes wrong.

    ``where`` is a pattern of the place: ``slack:chat.postMessage``, ``slack:*``, ``response_url``, ``link`` (a socket's
    handshake), ``events:file_shared``, ``commands:/desk``, ``interactive:view_submission``, ``files:download``,
    ``files:upload``, ``contacts:createContacts``, ``exports:start``, ``operators:feed``, ``docusign:createEnvelope``,
    ``smtp:data``.

    ``what``: ``status`` answers with this status; ``drop`` hangs up; ``delay`` waits ``seconds``; ``bad_body`` answers
    200 with ``body`` (a page of HTML by default; ``{"ok": false, "error": "internal_error"}`` is an error of Slack's);
    ``twice`` is for deliveries to the bot: they come two times.
    ``when``: before the effect (nothing happens) or after it (it happens, but the caller does not learn of it).
    """

    where: str
    what: Kind
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = "<html><body>Something went wrong</body></html>"
    content_type: str = "text/html"
    when: Literal["before", "after"] = "before"
    seconds: float = 0.0
    times: int | None = 1
    """How many calls meet it; None: all."""


def rate_limited(where: str, *, retry_after: int | None = 1, times: int | None = 1) -> Fault:
    """Slack's 429, with ``Retry-After`` in seconds or (None) without."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    body = '{"ok": false, "error": "ratelimited"}'
    return Fault(where, "status", 429, headers, body, "application/json", times=times)


class Weather:
    """Faults by chance: of the calls to these places, such a share (0 to 1) meets each fault, once for each roll.

    The same ``seed`` rolls the same dice, yet calls come in another order each time, so a run is only alike.
    """

    def __init__(self, places: Sequence[str], odds: Sequence[tuple[float, Fault]], *, seed: int) -> None:
        self._places = places
        self._odds = odds
        self._dice = random.Random(seed)

    def roll(self, place: str) -> Fault | None:
        """The fault that this call meets; None when all goes well."""
        if not any(fnmatchcase(place, pattern) for pattern in self._places):
            return None
        number = self._dice.random()
        for share, fault in self._odds:
            number -= share
            if number < 0:
                return fault
        return None


class Faults:
    """The faults that were asked for and have not happened yet."""

    def __init__(self, on_met: Callable[[], None]) -> None:
        self._on_met = on_met
        self.weather: Weather | None = None
        """What may happen at any time besides."""
        self.pending: list[Fault] = []
        """Those that wait."""
        self.met: list[tuple[str, Fault]] = []
        """The place and the fault, in the order in which they happened."""

    def add(self, fault: Fault) -> Fault:
        """From now on, ``fault.times`` calls that match ``fault.where`` meet it."""
        self.pending.append(fault)
        return fault

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.pending.clear()
        self.weather = None

    def take(self, place: str) -> Fault | None:
        """The first fault that waits at ``place``, else what the weather brings; it counts as met."""
        fault = self._waiting(place) or (self.weather.roll(place) if self.weather else None)
        if fault is not None:
            self.met.append((place, fault))
            self._on_met()
        return fault

    def _waiting(self, place: str) -> Fault | None:
        for fault in self.pending:
            if fnmatchcase(place, fault.where):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.pending.remove(fault)
                return fault
        return None

    async def around(
        self, place: str, request: web.Request, effect: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Answer ``request`` by ``effect``, unless a fault waits at ``place``."""
        fault = self.take(place)
        if fault is None:
            return await effect()
        if fault.what == "delay" and fault.when == "before":
            await asyncio.sleep(fault.seconds)
            return await effect()
        if fault.when == "after":
            answer = await effect()
            if fault.what == "delay":
                await asyncio.sleep(fault.seconds)
                return answer
        return _broken(fault, request)


def _broken(fault: Fault, request: web.Request) -> web.StreamResponse:
    if fault.what == "drop" and request.transport is not None:
        request.transport.abort()
    status = fault.status if fault.what == "status" else 200
    return web.Response(status=status, headers=fault.headers, text=fault.body, content_type=fault.content_type)
