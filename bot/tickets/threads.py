"""Whose thread is this? The ticket that people talk about where they write."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, and_, or_, select

from bot.delivery.outbox import REVIEW, SLACK
from bot.delivery.tables import Message
from bot.storage.database import Tx
from bot.tickets.features import Feature
from bot.tickets.steps import CARD, REVIEW_CARD
from bot.tickets.tables import Ticket


@dataclass(frozen=True)
class Thread:
    """A ticket's thread; ``inside`` is the staff's own, which no customer sees."""

    ticket: Ticket
    inside: bool


def thread_of(tx: Tx, channel: str, thread_ts: str, features: Iterable[Feature] = ()) -> Thread | None:
    """The ticket whose thread begins with this message of Slack's; None when it is no ticket's."""
    told = select(Message).where(Message.channel == channel, Message.ts == thread_ts, Message.medium == SLACK)
    root = tx.session.scalars(told.limit(1)).first()
    if root is None:
        mine = select(Ticket).where(Ticket.channel == channel, Ticket.thread_ts == thread_ts)
        ticket = _newest(tx, mine)
        return Thread(ticket, inside=False) if ticket else None
    ticket = _of_root(tx, root, features)
    return Thread(ticket, inside=root.place == REVIEW) if ticket else None


def is_ours(tx: Tx, channel: str, ts: str) -> bool:
    """Whether the database knows this message of Slack's as one of ours; not yet in the moment after it was posted."""
    there = select(Message.id).where(Message.channel == channel, Message.ts == ts)
    return tx.session.scalars(there.limit(1)).first() is not None


def _of_root(tx: Tx, root: Message, features: Iterable[Feature]) -> Ticket | None:
    if root.kind in (CARD, REVIEW_CARD):
        return tx.session.get(Ticket, root.key)
    found = (feature.ticket_of(tx, root.kind, root.key) for feature in features)
    ticket_id = next((one for one in found if one is not None), None)
    if ticket_id is not None:
        return tx.session.get(Ticket, ticket_id)
    as_card = and_(Ticket.card_kind == root.kind, Ticket.card_key == root.key)
    as_review = and_(Ticket.review_kind == root.kind, Ticket.review_key == root.key)
    return _newest(tx, select(Ticket).where(or_(as_card, as_review)))


def _newest(tx: Tx, wanted: Select[Ticket]) -> Ticket | None:
    return tx.session.scalars(wanted.order_by(Ticket.number.desc()).limit(1)).first()
