"""Windows that people open on what 8x8 has: what each looks at, and what was found for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.tables import Account
from bot.contacts.operations import service as operations
from bot.contacts.operations.rules import State
from bot.contacts.operations.steps import CARD, RESULT, WINDOW
from bot.contacts.operations.tables import ContactBook, ContactOperation, ContactWindow
from bot.contacts.tables import ContactBatch, ContactFile, ContactGroup
from bot.delivery.jobs import soon
from bot.delivery.links import Links
from bot.delivery.outbox import Telling, tell
from bot.storage.database import Tx

FORGET = "contacts.window_forget"
KEPT = timedelta(hours=2)
"""How long a window can be used: it holds people's names and numbers."""
_ON_ITS_WAY = frozenset({State.WAITING, State.SENDING})
_RECENT = 300


Looks = Mapping[str, object]
"""What is looked at, by the names of ``ContactWindow.state``."""


class Kind(StrEnum):
    """What a window shows."""

    GROUPS = "groups"
    BATCHES = "batches"
    FIND = "find"


@dataclass(frozen=True)
class By:
    """Who started a batch at the desk, when, and where its card is."""

    user: str
    at: Any
    thread: str


@dataclass(frozen=True)
class Sight:
    """A window with all that drawing it needs."""

    window: ContactWindow
    account: str
    groups: tuple[ContactGroup, ...] = ()
    book: ContactBook | None = None
    operation: ContactOperation | None = None
    by: Mapping[str, By] = field(default_factory=dict)
    """Of the batches that are shown, those that the desk started, by their ids."""


def opened(tx: Tx, who: Who, kind: Kind, state: Looks) -> ContactWindow:
    """A window that is about to be opened."""
    window = ContactWindow(
        id=tx.new_id(),
        account_id=who.require_account(),
        kind=kind,
        user_id=who.user_id,
        channel=who.channel_id,
        opened_at=tx.now,
        state=dict(state),
    )
    tx.session.add(window)
    tx.session.flush()
    soon(tx, FORGET, window.id, after=KEPT)
    return window


def fill(tx: Tx, who: Who, window_id: str, state: Looks, *, after: timedelta = timedelta(0)) -> ContactWindow:
    """Look at something else, and have 8x8 asked for it, ``after`` a while."""
    window = operations.window_of(tx, who, window_id)
    window.state = {**window.state, **state}
    if state:
        window.found = None
    soon(tx, WINDOW, window.id, after=after)
    return window


def turn(tx: Tx, who: Who, window_id: str, state: Looks) -> ContactWindow:
    """Look at something else that is known here already."""
    window = operations.window_of(tx, who, window_id)
    window.state = {**window.state, **state}
    return window


def of_person(tx: Tx, who: Who, window_id: str) -> ContactWindow:
    """A window of this person's own. Raises NotFound."""
    return operations.window_of(tx, who, window_id)


def note_operation(tx: Tx, window_id: str) -> None:
    """The newest thing asked in this window is what it tells of."""
    mine = select(ContactOperation).where(ContactOperation.window_id == window_id)
    newest = tx.session.scalars(mine.order_by(ContactOperation.asked_at.desc(), ContactOperation.id).limit(1)).first()
    window = tx.session.get(ContactWindow, window_id)
    if newest is not None and window is not None:
        window.state = {**window.state, "operation": newest.id}


def sight(tx: Tx, window_id: str, links: Links) -> Sight | None:
    """A window as it is drawn now; None when it was forgotten."""
    window = tx.session.get(ContactWindow, window_id)
    if window is None:
        return None
    return Sight(
        window,
        tx.session.get_one(Account, window.account_id).name,
        tuple(_groups(tx, window)),
        tx.session.get(ContactBook, window.account_id),
        tx.session.get(ContactOperation, window.state.get("operation", "")),
        _started(tx, window, links),
    )


def _groups(tx: Tx, window: ContactWindow) -> list[ContactGroup]:
    if window.kind != Kind.GROUPS:
        return []
    mine = select(ContactGroup).where(ContactGroup.account_id == window.account_id)
    words = str(window.state.get("query") or "").casefold()
    found = [group for group in tx.session.scalars(mine) if words in group.name.casefold()]
    return sorted(found, key=lambda group: (group.name.casefold(), group.group_id))


def _started(tx: Tx, window: ContactWindow, links: Links) -> dict[str, By]:
    """Of the batches that the window shows, those that the desk started."""
    if window.kind != Kind.BATCHES or not window.found:
        return {}
    ids = [item["id"] for item in window.found.get("items", ())]
    mine = select(ContactOperation).where(ContactOperation.account_id == window.account_id)
    recent = tx.session.scalars(mine.order_by(ContactOperation.asked_at.desc()).limit(_RECENT))
    by = {
        batch: By(each.asked_by, each.asked_at, links.find(tx, CARD, each.id, each.channel))
        for each in recent
        for batch in each.batches
    }
    uploads = (
        select(ContactBatch.batch_id, ContactFile)
        .join(ContactFile, ContactFile.id == ContactBatch.file_id)
        .where(ContactBatch.account_id == window.account_id, ContactBatch.batch_id.in_(ids))
    )
    for batch, file in tx.session.execute(uploads):
        thread = links.find(tx, "contacts.card", file.id, file.channel)
        by[str(batch)] = By(file.submitted_by or file.uploader, file.submitted_at or file.created_at, thread)
    return by


# What jobs find out


def found(tx: Tx, window_id: str, what: Mapping[str, Any]) -> None:
    """What 8x8 said for it."""
    window = tx.session.get(ContactWindow, window_id)
    if window is not None:
        window.found = dict(what)


def shown(tx: Tx, window_id: str, operation_id: str) -> None:
    """The person saw how this ended."""
    window = tx.session.get(ContactWindow, window_id)
    if window is not None:
        window.state = {**window.state, "told": operation_id}


def closed(tx: Tx, window_id: str) -> None:
    """It is not open any more: how the last thing asked there ended is told in a direct message, once."""
    window = tx.session.get(ContactWindow, window_id)
    operation = tx.session.get(ContactOperation, window.state.get("operation", "")) if window else None
    if window is None or operation is None or operation.status in _ON_ITS_WAY:
        return
    if window.state.get("told") != operation.id:
        tell(tx, Telling(RESULT, operation.id, operation.asked_by, account_id=operation.account_id))


def forget(tx: Tx, window_id: str) -> None:
    """Nobody uses it any more."""
    window = tx.session.get(ContactWindow, window_id)
    if window is not None:
        tx.session.delete(window)
