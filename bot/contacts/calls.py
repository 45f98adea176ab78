"""How 8x8's Contacts API is called: one request, its answer or the error it means, and lists page by page."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.contacts.answers import error_from
from bot.contacts.errors import Ambiguous, BadAnswer, ContactsError, Unavailable
from bot.delivery.asking import Answer, NoAnswer, ask

ANSWER_MOST = 8_000_000
"""Bytes of an answer that are read: 500 contacts with all their groups fit several times."""
PAGE = 100


@dataclass(frozen=True)
class Timeouts:
    """Seconds: until connected, for a whole call but an upload, and for a whole upload."""

    connect: float = 5
    call: float = 10
    upload: float = 300


class Calls:
    """Requests for one account. ``base_url`` decides where the data lives, e.g. ``https://contacts.8x8.com``."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        api_key: str,
        account_id: str,
        *,
        timeouts: Timeouts = Timeouts(),
    ) -> None:
        self._session = session
        self._root = f"{base_url.rstrip('/')}/api/v1/accounts/{quote(account_id, safe='')}"
        self._key = api_key
        self._account_id = account_id
        self._timeouts = timeouts

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._account_id}, key {self.key_end})"

    @property
    def key_end(self) -> str:
        """The key as it may be shown: its last 6 characters, as in 8x8's portal; fewer of a short key."""
        return f"…{self._key[-6:] if len(self._key) > 12 else ''}"  # noqa: PLR2004 (less than half of it)

    async def _listed(
        self, path: str, query: Mapping[str, str], limit: int, offset: int
    ) -> AsyncIterator[dict[str, Any]]:
        """The items of a list, each once, page by page for as long as there is a next one.

        ``offset`` is documented so that it may count pages or items. A second page that repeats most of the first says
        that it counts items.
        """
        seen: set[object] = set()
        step = 1
        while True:
            page = await self._get(path, {**query, "limit": str(limit), "offset": str(offset)})
            items = page.get("items")
            if not isinstance(items, list):
                raise BadAnswer(reason="a list without items")
            fresh = [item for item in items if isinstance(item, dict) and item.get("id") not in seen]
            for item in fresh:
                seen.add(item.get("id"))
                yield item
            if page.get("hasNextPage") is not True or (not fresh and step == limit):
                return
            if len(fresh) * 2 < len(items):
                step = limit
            offset += step

    async def _get(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        return await self._call("GET", path, changes=False, params=query)

    async def _change(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """A call that changes something, and what it answers."""
        return await self._call(method, path, changes=True, **more)

    async def _call(
        self, method: str, path: str, *, changes: bool, seconds: float | None = None, **more: Any
    ) -> dict[str, Any]:
        """One request; the JSON object that came. ``changes``: a lost answer is ``Ambiguous``."""
        return _object(await self._ask(method, path, changes=changes, seconds=seconds, **more), changes=changes)

    async def _ask(self, method: str, path: str, *, changes: bool, seconds: float | None = None, **more: Any) -> Answer:
        """One request, and its answer when it did what it was asked."""
        try:
            answer = await ask(
                self._session,
                method,
                self._root + path,
                token=self._key,
                most_bytes=ANSWER_MOST,
                seconds=seconds or self._timeouts.call,
                connect_seconds=self._timeouts.connect,
                **more,
            )
        except NoAnswer as error:
            lost: type[ContactsError] = Ambiguous if changes and error.reached else Unavailable
            raise lost(reason=str(error)) from None
        if not answer.ok:
            raise error_from(answer.status, answer.headers, answer.body, changes=changes)
        return answer


def _object(answer: Answer, *, changes: bool) -> dict[str, Any]:
    said = answer.object()
    if said is None:
        raise (Ambiguous if changes else BadAnswer)(reason="the answer is not what 8x8 documents")
    return said
