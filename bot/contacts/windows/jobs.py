"""What fills windows: ask 8x8 for what a person looks at, and show it while the window is open."""

import json
from typing import Any

from bot.contacts import mirror
from bot.contacts.answers import Batch, BatchType, Contact
from bot.contacts.client import ContactsClient
from bot.contacts.errors import ContactsError, Unauthorized
from bot.contacts.operations import calls, rules
from bot.contacts.operations.rules import State
from bot.contacts.operations.steps import WINDOW
from bot.contacts.operations.tables import ContactWindow
from bot.contacts.provider import NoKey, Provider
from bot.contacts.stored import stored_batch
from bot.contacts.windows import draw, service
from bot.contacts.windows.service import FORGET, Kind, Sight
from bot.delivery.jobs import JobKind
from bot.delivery.links import Links
from bot.delivery.slack import SlackMessages, SlackTrouble
from bot.delivery.voices import Voices
from bot.delivery.worker import Hold, PutBack
from bot.storage.database import Database

_AGAIN_SECONDS = 2.0
_ON_ITS_WAY = frozenset({State.WAITING, State.SENDING})
_SHOWN = ("msisdn", "email")


class WindowJobs:
    """Fill and forget."""

    def __init__(
        self, database: Database, provider: Provider, slack: SlackMessages, voices: Voices, links: Links
    ) -> None:
        self._database = database
        self._provider = provider
        self._slack = slack
        self._voices = voices
        self._links = links

    def kinds(self) -> list[JobKind]:
        """The kinds of due rows."""
        return [JobKind(WINDOW, self.fill), JobKind(FORGET, self.forget)]

    async def forget(self, hold: Hold) -> None:
        """Nobody looks at it any more: what it holds of people goes."""
        await self._database.write(service.forget, hold.claim.key)

    async def fill(self, hold: Hold) -> None:
        """Show what is known, ask 8x8, and show what it said. A window that is closed is left alone."""
        window_id = hold.claim.key
        await self._database.write(service.note_operation, window_id)
        sight = await self._database.read(service.sight, window_id, self._links)
        if sight is None:
            return
        if not await self._show(sight, asking=True):
            await self._database.write(service.closed, window_id)
            return
        if sight.operation is None or sight.operation.status not in _ON_ITS_WAY:
            await self._ask(sight.window)
        sight = await self._database.read(service.sight, window_id, self._links)
        if sight is None:
            return
        if not await self._show(sight, asking=False):
            await self._database.write(service.closed, window_id)
        elif sight.operation is not None and sight.operation.status not in _ON_ITS_WAY:
            await self._database.write(service.shown, window_id, sight.operation.id)

    async def _show(self, sight: Sight, *, asking: bool) -> bool:
        window = sight.window
        remembered = {"window": window.id} | ({"channel": window.channel} if window.channel else {})
        view = draw.Window(self._voices, sight, asking=asking).draw(json.dumps(remembered, separators=(",", ":")))
        try:
            return await self._slack.show_window(window.id, view)
        except SlackTrouble as trouble:
            raise PutBack(_AGAIN_SECONDS, str(trouble)) from trouble

    async def _ask(self, window: ContactWindow) -> None:
        try:
            client = await self._provider.client(window.account_id)
            found = await self._found(client, window)
        except (ContactsError, NoKey) as error:
            if isinstance(error, Unauthorized):
                await self._provider.tell_refused(client)
            if isinstance(error, NoKey):
                await self._provider.missing(window.account_id, error)
            found = {**(window.found or {}), "trouble": error.sentence}
        await self._database.write(service.found, window.id, found)

    async def _found(self, client: ContactsClient, window: ContactWindow) -> dict[str, Any]:
        match Kind(window.kind):
            case Kind.GROUPS:
                await mirror.refresh(self._database, client, window.account_id)
                return {}
            case Kind.BATCHES:
                return await _batches(client, str(window.state.get("type") or ""), int(window.state.get("page") or 0))
            case Kind.FIND:
                return await _contacts(client, window.state)


async def _batches(client: ContactsClient, kind: str, page: int) -> dict[str, Any]:
    """One page of the account's batches. 8x8 may count its offset in two ways, so all before it is looked through."""
    size = draw.PAGE_OF[Kind.BATCHES]
    first, items = page * size, []
    async for batch in client.batches(BatchType(kind) if kind else None):
        items.append(batch)
        if len(items) > first + size:
            break
    return {"items": [_stored(each) for each in items[first : first + size]], "more": len(items) > first + size}


def _stored(batch: Batch) -> dict[str, Any]:
    names = ("id", "type", "file_name", "file_location", "invalid_file_location")
    at = {"created_at": batch.created_at.isoformat() if batch.created_at else None}
    return stored_batch(batch) | {name: getattr(batch, name) for name in names} | at


async def _contacts(client: ContactsClient, state: dict[str, Any]) -> dict[str, Any]:
    """The contact that is looked at, or those who have what was typed in a name or an address."""
    if state.get("contact"):
        try:
            return {"items": [_person(await client.contact(int(state["contact"])))], "more": False}
        except ContactsError as error:
            if error.status != 404:  # noqa: PLR2004 - it was deleted
                raise
            return {"items": [], "more": False}
    words = str(state.get("query") or "")
    if not words:
        return {}
    number = rules.number_of(words)
    items, size = [], draw.PAGE_OF[Kind.FIND]
    async for contact in client.contacts(number.removeprefix("+") if number else words, limit=size + 1):
        items.append(_person(contact))
        if len(items) > size:
            break
    return {"items": items[:size], "more": len(items) > size}


def _person(contact: Contact) -> dict[str, Any]:
    others = [f"{kind} {value}" for kind, value in contact.addresses.items() if kind not in _SHOWN]
    others += [f"{name}: {value}" for name, value in contact.attributes.items()]
    return {
        "id": contact.id,
        "facts": calls.facts_of(contact),
        "groups": [f"{group.name}{' 🚫' if group.is_blacklist else ''}" for group in contact.groups],
        "blocked": contact.is_blocked,
        "others": others,
        "created_at": contact.created_at.isoformat() if contact.created_at else None,
    }
