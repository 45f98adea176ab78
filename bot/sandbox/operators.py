"""The operators of the world: they get what is handed over to them, answer over time, and tell it in one feed.

Nothing here knows the desk: a clerk hands a reference over at the operator's portal (``hand_over``), and whoever has
the token reads what the operators say at ``/operators/news``. They can be told to be late, to say things twice, to
contradict themselves, to name what nobody asked, and to lose track of how far somebody has read.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, cycle
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from aiohttp import web

if TYPE_CHECKING:
    from bot.sandbox.world import World

PATH = "/operators/news"
PLACE = "operators:feed"
"""Where faults are asked for."""
PAGE, PAGE_MOST = 100, 500


@dataclass(frozen=True)
class Answer:
    """What an operator will say, so many seconds after the hand-over."""

    status: str
    reason: str = ""
    seconds: float = 0.0


RECEIVED = Answer("received", seconds=4)
HABITS = (
    (RECEIVED, Answer("approved", seconds=12)),
    (RECEIVED, Answer("approved", seconds=16)),
    (RECEIVED, Answer("changes_asked", "text_brand", seconds=20)),
    (RECEIVED, Answer("approved", seconds=14)),
    (RECEIVED, Answer("rejected", "This name belongs to another company here.", seconds=18)),
)
"""How they answer when nobody says how: the first question like the first, and so on, again and again."""


@dataclass(frozen=True)
class Item:
    """One item of the feed."""

    id: str
    operator: str
    reference: str
    status: str
    reason: str
    time: datetime

    def shown(self) -> dict[str, str]:
        """As the contract has it."""
        return {
            "id": self.id,
            "operator": self.operator,
            "reference": self.reference,
            "status": self.status,
            "reason": self.reason,
            "time": self.time.isoformat(),
        }


class Operators:
    """All operators. ``world.operators`` is one; tests and the demo say here what they do."""

    def __init__(self, world: "World") -> None:
        self.token = "demo-token-of-the-operators"  # noqa: S105 - of a world on loopback
        self.items: list[Item] = []
        """The feed, the oldest first."""
        self.page_most = PAGE_MOST
        self._world = world
        self._ahead = timedelta()
        self._waiting: list[tuple[datetime, int, Item]] = []
        self._handed_over: set[tuple[str, str]] = set()
        self._habits = cycle(HABITS)
        self._order = count()
        self._era = 1
        self._back: list[int] = []

    def now(self) -> datetime:
        """The operators' time: the world's, plus what it was advanced by."""
        return self._world.clock() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let their time go by, so that they answer without being waited for."""
        self._ahead += timedelta(seconds=seconds)
        self._world.changed.notify()

    def hand_over(self, operator: str, reference: str, *answers: Answer) -> None:
        """A clerk enters our reference at the operator's portal; a second time it is known already."""
        if (operator, reference) in self._handed_over:
            return
        self._handed_over.add((operator, reference))
        for answer in answers or next(self._habits):
            at = self.now() + timedelta(seconds=answer.seconds)
            item = Item(uuid4().hex, operator, reference, answer.status, answer.reason, at)
            self._waiting.append((at, next(self._order), item))
        self._world.note("operators:handed_over", operator=operator, reference=reference)

    def say(
        self, operator: str, reference: str, status: str, reason: str = "", *, late: float = 0.0, item_id: str = ""
    ) -> Item:
        """An operator says something now; with ``late``, what it calls so many seconds old."""
        time = self.now() - timedelta(seconds=late)
        item = Item(item_id or uuid4().hex, operator, reference, status, reason, time)
        self.repeat(item)
        return item

    def repeat(self, item: Item) -> None:
        """The feed has an item at its end, be it once more."""
        self.items.append(item)
        self._world.note("operators:said", **item.shown())

    def go_back(self, places: int, *, pages: int = 1) -> None:
        """The cursors of the next pages are those of so many items before."""
        self._back = [places] * pages

    def forget_cursors(self) -> None:
        """No cursor that was given is known any more."""
        self._era += 1

    def page(self, cursor: str, limit: int) -> dict[str, Any] | None:
        """What comes after a cursor; None when it is none of ours."""
        self._settle()
        era, _, place = cursor.partition("-") if cursor else (str(self._era), "", "0")
        if era != str(self._era) or not place.isdecimal() or int(place) > len(self.items):
            return None
        begin = int(place)
        items = self.items[begin : begin + min(limit, self.page_most)]
        after = max(begin + len(items) - (self._back.pop() if self._back else 0), 0)
        return {"items": [item.shown() for item in items], "next": f"{self._era}-{after}"}

    def _settle(self) -> None:
        """What they were to say by now is in the feed."""
        now = self.now()
        for waiting in sorted(one for one in self._waiting if one[0] <= now):
            self._waiting.remove(waiting)
            self.repeat(waiting[2])


def add_routes(app: web.Application, world: "World") -> None:
    """Serve ``world.operators`` in ``app``."""
    app.router.add_get(PATH, _answering(world))


def _answering(world: "World") -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def effect(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {world.operators.token}":
            return web.json_response({"error": "the token is not known"}, status=401)
        limit = request.query.get("limit", str(PAGE))
        if not limit.isdecimal() or not 1 <= int(limit) <= PAGE_MOST:
            return web.json_response({"error": f"limit is a number from 1 to {PAGE_MOST}"}, status=400)
        page = world.operators.page(request.query.get("cursor", ""), int(limit))
        if page is None:
            return web.json_response({"error": "this cursor is not known any more"}, status=410)
        return web.json_response(page)

    async def answer(request: web.Request) -> web.StreamResponse:
        return await world.faults.around(PLACE, request, lambda: effect(request))

    return answer
