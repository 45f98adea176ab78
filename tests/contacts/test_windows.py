"""Windows on what 8x8 has: what they show, and what becomes of them when they are closed."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account
from bot.contacts import mirror
from bot.contacts.answers import Group
from bot.contacts.home import Home
from bot.contacts.operations import progress
from bot.contacts.operations import service as operations
from bot.contacts.operations.messages import Drawings
from bot.contacts.operations.rules import Kind as Doing
from bot.contacts.operations.service import Came
from bot.contacts.operations.steps import CARD, RESULT
from bot.contacts.windows import draw, service
from bot.contacts.windows.service import Kind
from bot.delivery.links import Links
from bot.delivery.tables import DueRow, Message
from bot.delivery.voices import Voices
from bot.errors import NotFound
from bot.storage.database import Database, Tx

ANA = Who("U0ANA", "T0SENDER", Role.CUSTOMER, "kopi", "C0KOPI")
BEN = Who("U0BEN", "T0SENDER", Role.CUSTOMER, "kopi", "C0KOPI")
RINA = Who("U0RINA", "T0SENDER", Role.STAFF, "kopi", "C0KOPI")
LINKS = Links("https://kopi.slack.com/")
ADDED = {"msisdn": "+6281234567801", "firstName": "Ani"}


def account(tx: Tx) -> None:
    provider = "00000001-0000-4000-8000-000000000000"
    tx.session.add(Account(id="kopi", provider_account_id=provider, name="Kopi", created_by="U0", created_at=tx.now))
    tx.session.flush()
    groups = [Group(number, f"Group {number:02}", contacts=number, is_blacklist=number == 3) for number in range(1, 13)]
    mirror.seen(tx, "kopi", groups, 500)


@pytest.fixture
async def desk(database: Database) -> Database:
    """A database with one account that has twelve groups."""
    await database.write(account)
    return database


async def drawn(desk: Database, window_id: str) -> str:
    """All that the window shows."""
    sight = await desk.read(service.sight, window_id, LINKS)
    assert sight is not None
    return json.dumps(draw.Window(Voices(), sight).draw("{}")["blocks"], ensure_ascii=False)


async def test_groups_are_shown_page_by_page_and_found_by_name(desk: Database) -> None:
    """Ten on a page, with counts and block lists; the search looks at all of them, in any case."""
    window = await desk.write(service.opened, ANA, Kind.GROUPS, {})
    shown = await drawn(desk, window.id)
    assert all(word in shown for word in ("12 groups", "500 contacts", "*Group 03* · 3 contacts · 🚫", "More"))
    assert "Group 11" not in shown
    await desk.write(service.turn, ANA, window.id, {"page": 1})
    shown = await drawn(desk, window.id)
    assert all(word in shown for word in ("Group 11", "Group 12", "Back"))
    await desk.write(service.turn, ANA, window.id, {"page": 0, "query": "GROUP 1"})
    assert "3 groups with “GROUP 1” in the name" in await drawn(desk, window.id)
    await desk.write(service.turn, ANA, window.id, {"query": "nothing"})
    assert "No group has “nothing” in its name" in await drawn(desk, window.id)


async def test_a_window_is_its_own_persons(desk: Database) -> None:
    """A colleague's is not found; after some hours it is forgotten with all that it held."""
    window = await desk.write(service.opened, ANA, Kind.FIND, {"query": "Ani"})
    with pytest.raises(NotFound):
        await desk.write(service.fill, BEN, window.id, {})
    forgets = select(DueRow.due_at).where(DueRow.kind == service.FORGET)
    due = await desk.read(lambda tx: tx.session.scalars(forgets).one() - tx.now)
    assert due == timedelta(hours=2)
    await desk.write(service.forget, window.id)
    assert await desk.read(service.sight, window.id, LINKS) is None


async def test_who_closed_the_window_is_told_once_in_private(desk: Database) -> None:
    """How it ended comes as a direct message, unless the window showed it; numbers end in three digits there."""
    window = await desk.write(service.opened, ANA, Kind.FIND, {})
    await desk.write(operations.ask_add, ANA, ADDED, Came("1", window.id))
    await desk.write(service.note_operation, window.id)
    await desk.write(service.closed, window.id)
    assert await told(desk) == []
    sight = await desk.read(service.sight, window.id, LINKS)
    operation = sight.operation
    await desk.write(progress.sending, operation.id, [])
    await desk.write(progress.done, operation.id, {"contact_id": 1, "is_new": False})
    for _ in range(2):
        await desk.write(service.closed, window.id)
    (message,) = await told(desk)
    assert (message.kind, message.place) == (RESULT, "U0ANA")
    card = await desk.read(lambda tx: Drawings(Voices()).result(tx, message))
    assert all(word in card.text for word in ("…801", "8x8 knew this number already"))
    assert ADDED["msisdn"] not in card.text
    window = await desk.write(service.opened, ANA, Kind.FIND, {"operation": operation.id, "told": operation.id})
    await desk.write(service.closed, window.id)
    assert len(await told(desk)) == 1


async def told(desk: Database) -> list[Any]:
    """What is to be told."""
    return await desk.read(lambda tx: list(tx.session.scalars(select(Message))))


async def test_what_support_does_to_one_contact_is_shown_in_the_channel(desk: Database) -> None:
    """A customer's own stands in their window only; with support it is told who."""
    await desk.write(operations.ask_add, ANA, ADDED, Came("1"))
    assert await told(desk) == []
    await desk.write(operations.ask_add, RINA, ADDED, Came("2"))
    (message,) = await told(desk)
    card = await desk.read(lambda tx: Drawings(Voices()).card(tx, message))
    assert (message.kind, message.place) == (CARD, "C0KOPI")
    assert "Asked by <@U0RINA> of support, for Kopi" in str(card.blocks)


async def test_home_shows_what_was_asked_and_what_waits(desk: Database) -> None:
    """Batches stand above the files; one that was refused needs somebody."""
    home = Home(Voices(), LINKS, "contacts:upload")
    assert not await desk.read(home.begun, ANA)
    await desk.write(operations.ask_between, ANA, Doing.COPY, (1, 2), Came("1"))
    assert "*Copy contacts* · 🕒 Waiting" in str(await desk.read(home.shown, ANA))
    assert await desk.read(home.needs, ANA) == []
    newest = select(operations.ContactOperation.id)
    operation_id = await desk.read(lambda tx: tx.session.scalars(newest).one())
    await desk.write(progress.refused, operation_id, {"sentence": "No."})
    assert "Copy contacts" in str(await desk.read(home.needs, ANA))
    assert await desk.read(home.begun, ANA)
