"""The outbox: what is to be told, by ids only. Words are drawn when a message is sent, from that moment's state."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from bot.delivery.claims import OUTBOX, schedule, schedule_all
from bot.delivery.tables import Message
from bot.storage.database import Tx
from bot.storage.statements import add_once

SEND = "send"
"""The outbox has one kind of due row; its key is the message's id."""

SLACK, FILE, EMAIL = "slack", "file", "email"

REVIEW, ESCALATION = "review", "escalation"
"""Places by what they are for: the staff's channel, and where they hear of what is late; the settings name them."""


@dataclass(frozen=True)
class SlackCard:
    """A Slack message. ``text`` is what notifications and screen readers say."""

    text: str
    blocks: list[dict[str, Any]]


@dataclass(frozen=True)
class SlackFile:
    """A stored file that goes into a Slack conversation. ``stored_key`` names it in the object store.

    ``alt`` says in words what a picture shows.
    """

    stored_key: str
    name: str
    title: str
    comment: str
    alt: str = ""


@dataclass(frozen=True)
class MailFile:
    """A stored picture (PNG) that goes with an e-mail."""

    stored_key: str
    name: str


@dataclass(frozen=True)
class Mail:
    """An e-mail in both its parts. ``about`` is the Message-ID's left side of the conversation it belongs to."""

    subject: str
    html: str
    text: str
    about: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    files: tuple[MailFile, ...] = ()


Drawn = SlackCard | SlackFile | Mail


@dataclass(frozen=True)
class MessageKind:
    """What a feature can tell: ``draw(tx, message)`` makes it from the database; None when there is nothing to say."""

    name: str
    draw: Callable[[Tx, Message], Drawn | None]


@dataclass(frozen=True)
class Telling:
    """Tell somebody something: which kind, drawn from which row, by which medium, where.

    ``place`` is a Slack channel or person, ``REVIEW``, or an e-mail address. In a thread either ``thread_ts`` (a
    person's message) or ``parent`` (kind and key of our own message at the same place) is the root.
    """

    kind: str
    key: str
    place: str
    medium: str = SLACK
    account_id: str | None = None
    thread_ts: str | None = None
    parent: tuple[str, str] | None = None


def tell(tx: Tx, telling: Telling, *, at: datetime | None = None) -> Message:
    """Put a message into the outbox, in the transaction of the change that it tells. It goes out ``at`` a time, or now.

    The same kind, key and place is the same message: it is drawn again and, when it was sent already, updated in place.
    """
    message = find(tx, telling.kind, telling.key, telling.place) or _first(tx, telling)
    send(tx, message, at=at)
    return message


def tell_each(tx: Tx, tellings: Sequence[Telling]) -> None:
    """Tell many things at once, in their order: what was told before is found, and sent again, in few statements."""
    known: dict[tuple[str, str, str], Message] = {}
    for kind, place in {(telling.kind, telling.place) for telling in tellings}:
        keys = [telling.key for telling in tellings]
        there = select(Message).where(Message.kind == kind, Message.place == place, Message.key.in_(keys))
        known |= {(kind, place, message.key): message for message in tx.session.scalars(there)}
    found = [known.get((telling.kind, telling.place, telling.key)) for telling in tellings]
    schedule_all(tx, OUTBOX, SEND, {message.id: _lane(message) for message in found if message})
    for telling, message in zip(tellings, found, strict=True):
        if message is None:
            tell(tx, telling)


def _first(tx: Tx, telling: Telling) -> Message:
    parent = find(tx, *telling.parent, telling.place) if telling.parent else None
    message = Message(
        id=tx.new_id(),
        kind=telling.kind,
        key=telling.key,
        medium=telling.medium,
        place=telling.place,
        account_id=telling.account_id,
        parent_id=parent.id if parent else None,
        thread_ts=telling.thread_ts,
        created_at=tx.now,
    )
    if add_once(tx, message):
        return message
    # Somebody told the same at this moment, and was committed first.
    return tx.session.scalars(_known(telling.kind, telling.key, telling.place)).one()


def send(tx: Tx, message: Message, *, at: datetime | None = None) -> None:
    """Have a known message drawn and shown again, ``at`` a time or now. Messages of one thread go out in order."""
    after = max(at - tx.now, timedelta(0)) if at else timedelta(0)
    schedule(tx, OUTBOX, SEND, message.id, after=after, lane=_lane(message))


def _lane(message: Message) -> str:
    return message.parent_id or (f"{message.place}:{message.thread_ts}" if message.thread_ts else message.id)


def find(tx: Tx, kind: str, key: str, place: str) -> Message | None:
    """The message of this kind about this row at this place, when there is one."""
    return tx.session.scalars(_known(kind, key, place)).one_or_none()


def _known(kind: str, key: str, place: str) -> Select[Message]:
    return select(Message).where(Message.kind == kind, Message.key == key, Message.place == place)


def redraw(tx: Tx, channel: str, ts: str) -> bool:
    """Have the message that stands at this place in Slack drawn again; False when it is none of ours."""
    shown = select(Message).where(Message.channel == channel, Message.ts == ts, Message.medium == SLACK)
    message = tx.session.scalars(shown).one_or_none()
    if message is not None:
        send(tx, message)
    return message is not None
