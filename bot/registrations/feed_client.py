"""The desk's client of an operator feed, with a strict reader of its pages. The contract is docs/operator-feed.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import aiohttp

from bot.delivery.asking import Answer, NoAnswer, ask, retry_after
from bot.errors import DeskError

PAGE = 100
"""Items that we ask for at once; a feed may give fewer, or more."""
PAGE_MOST_BYTES = 4_000_000
CURSOR_MOST = 200
REASON_MOST = 1000
_MOST = {"id": 120, "operator": 30, "reference": 64, "status": 40}
"""Characters of an item's words."""


class FeedError(DeskError):
    """It could not be read ({reason})."""

    def __init__(self, reason: str, *, wait: float | None = None) -> None:
        """``wait`` is how many seconds the feed asks us to stay away."""
        self.wait = wait
        super().__init__(reason=reason)


class FeedLocked(FeedError):
    """It does not take our token ({reason}). Whoever runs Sender Desk should check OPERATOR_FEED_TOKEN."""


class FeedNotThere(FeedError):
    """There is no feed at this address ({reason}). Whoever runs Sender Desk should check OPERATOR_FEED_URL."""


class FeedAway(FeedError):
    """It does not answer just now ({reason}). We ask again by ourselves."""


class FeedForgot(FeedError):
    """It does not know any more how far we had read ({reason}). We begin anew; nothing is taken twice."""


class FeedUnreadable(FeedError):
    """It answers what is not in its contract ({reason}). Whoever runs the feed finds that in docs/operator-feed.md."""


@dataclass(frozen=True, slots=True)
class Item:
    """One word of an operator about one of our references; ``at`` is when it was said, by the operator's clock."""

    id: str
    operator: str
    reference: str
    status: str
    reason: str
    at: datetime

    @classmethod
    def read(cls, said: object, place: int) -> Self:
        """From JSON, as the item at this place of a page; FeedUnreadable names what is wrong with it."""
        if not isinstance(said, dict):
            raise FeedUnreadable(f"item {place} is no object")
        words = {name: _word(said, name, most, f"item {place}").strip() for name, most in _MOST.items()}
        return cls(**words, reason=_reason(said.get("reason"), place), at=_time(said.get("time"), place))


@dataclass(frozen=True, slots=True)
class Page:
    """Items, the oldest first, and the cursor of what comes after them.

    ``wrong`` says what is not as agreed with the first item that cannot be read; None when all of them can.
    """

    items: tuple[Item, ...]
    next: str
    wrong: FeedUnreadable | None = None

    @classmethod
    def read(cls, said: Mapping[str, Any] | None) -> Self:
        """From a JSON object. FeedUnreadable when the page itself is not as agreed; one bad item hides no other one."""
        if said is None:
            raise FeedUnreadable("no JSON object came")
        listed = said.get("items")
        if not isinstance(listed, list):
            raise FeedUnreadable("items is no list")
        after = _word(said, "next", CURSOR_MOST, "the page")
        items: list[Item] = []
        wrong: FeedUnreadable | None = None
        for place, item in enumerate(listed, 1):
            try:
                items.append(Item.read(item, place))
            except FeedUnreadable as error:
                wrong = wrong or error
        return cls(tuple(items), after, wrong)


def _word(said: Mapping[str, Any], name: str, most: int, where: str) -> str:
    """A text that can stand in our tables and in a line: one to ``most`` printable characters."""
    value = said.get(name)
    if not isinstance(value, str) or not value.strip():
        raise FeedUnreadable(f"{where} has no {name}")
    if len(value) > most or not value.isprintable():
        raise FeedUnreadable(f"{name} of {where} is longer than {most} characters, or has others than printable ones")
    return value


def _reason(value: object, place: int) -> str:
    """A code of our list, or words; none at all is fine. What is too long is cut, line breaks become blanks."""
    if value is not None and not isinstance(value, str):
        raise FeedUnreadable(f"reason of item {place} is no text")
    printable = "".join(letter if letter.isprintable() else " " for letter in value or "")
    return " ".join(printable.split())[:REASON_MOST]


def _time(value: object, place: int) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise FeedUnreadable(f"time of item {place} is no ISO 8601 time with a zone")


class FeedClient:
    """Reads one feed. ``url`` is the whole address; it may have a query of its own."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str, *, seconds: float = 20) -> None:
        self._session = session
        self._url = url
        self._token = token
        self._seconds = seconds

    async def page(self, cursor: str, *, limit: int = PAGE) -> Page:
        """What comes after this cursor; after none: from the oldest that the feed has. Raises FeedError."""
        params = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        try:
            answer = await ask(
                self._session,
                "GET",
                self._url,
                token=self._token,
                most_bytes=PAGE_MOST_BYTES,
                seconds=self._seconds,
                params=params,
            )
        except NoAnswer as error:
            raise FeedAway(str(error)) from None
        if answer.status != 200:  # noqa: PLR2004 (the contract has no other success)
            raise _trouble(answer)
        return Page.read(answer.object())


def _trouble(answer: Answer) -> FeedError:
    status = answer.status
    reason = f"HTTP {status}"
    kind: type[FeedError] = FeedUnreadable
    if status in {401, 403}:
        kind = FeedLocked
    elif status == 410:  # noqa: PLR2004 (Gone)
        kind = FeedForgot
    elif status == 429 or status >= 500:  # noqa: PLR2004 (too many requests, or a fault of the server's)
        kind = FeedAway
    elif status in {404, 405} or 300 <= status < 400:  # noqa: PLR2004 (a redirect: our token must not follow it)
        kind = FeedNotThere
    return kind(reason, wait=retry_after(answer.headers))
