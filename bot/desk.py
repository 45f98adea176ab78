"""The desk: everything that a listener may use, in one place. ``bot.app.build`` makes it; nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    import aiohttp
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.accounts.access import Accesses
    from bot.accounts.directory import Directory
    from bot.accounts.rules import Who
    from bot.delivery.links import Links
    from bot.delivery.voices import Voices
    from bot.loa.signing import ScreenWay
    from bot.settings import Settings
    from bot.storage.database import Database, Tx
    from bot.storage.files import Files
    from bot.tickets.features import Feature

P = ParamSpec("P")
R = TypeVar("R")
Blocks = list[dict[str, Any]]


def _never(_tx: Tx, _who: Who) -> bool:
    return False


def nothing(_tx: Tx, _who: Who) -> Blocks:
    """Of what never needs anybody."""
    return []


def _everybody(_who: Who) -> bool:
    return True


@dataclass(frozen=True)
class HomePart:
    """What a feature shows on App Home.

    ``name`` is that of its tab; the word on it is the block ``tab`` of ``templates/NAME/home.j2``. ``needs`` are lines
    that need this person now, each with its one button; they stand on top, whatever tab is open. ``shown`` is the tab's
    contents with its own empty state, a sentence and the button that begins; nothing where it is not for this person.
    ``begun``: whether there is anything of this person's yet; until then Home says what the desk is for. ``serves``:
    whether this person has the tab at all.
    """

    name: str
    needs: Callable[[Tx, Who], Blocks]
    shown: Callable[[Tx, Who], Blocks]
    begun: Callable[[Tx, Who], bool] = _never
    serves: Callable[[Who], bool] = _everybody


@dataclass
class Desk:
    """What the handlers are given.

    ``home_parts`` is what features show on App Home, in order; ``ticket_features`` is what features hand over
    whose requests are tickets, ``screen_ways`` are the ways to sign a letter on a screen.
    """

    settings: Settings
    database: Database
    files: Files
    http: aiohttp.ClientSession
    slack: AsyncWebClient
    voices: Voices
    links: Links
    people: Directory
    accesses: Accesses
    home_parts: list[HomePart] = field(default_factory=list)
    ticket_features: list[Feature] = field(default_factory=list)
    screen_ways: list[ScreenWay] = field(default_factory=list)

    async def write(self, f: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run one use case in one transaction; what it returns was committed."""
        return await self.database.write(f, *args, **kwargs)

    async def read(self, f: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run one query in a read-only transaction."""
        return await self.database.read(f, *args, **kwargs)
