"""What reaches a person besides threads: direct messages on one event, and digests of several."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select

from bot.delivery import blocks
from bot.delivery.links import Links
from bot.delivery.outbox import Mail, MessageKind, SlackCard
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.storage.database import Tx
from bot.tickets.notices import DIGEST, DIGEST_MAIL, DIRECT, Readings
from bot.tickets.rules import number_words
from bot.tickets.tables import Notice, Ticket

_TICKETS = 20
_LINES = 8
"""Of one ticket: the latest."""


def kinds(voices: Voices, links: Links, readings: Readings) -> list[MessageKind]:
    """What people are told besides threads. ``readings`` say how each kind of news reads there."""
    drawn = Drawings(voices, links, readings)
    return [
        MessageKind(DIRECT, drawn.direct),
        MessageKind(DIGEST, drawn.digest),
        MessageKind(DIGEST_MAIL, drawn.digest_mail),
    ]


@dataclass(frozen=True)
class Gathered:
    """The lines about one ticket, the oldest first."""

    ticket: str
    about: str
    thread: str
    lines: tuple[str, ...]


class Drawings:
    """Draws them from the rows of notices."""

    def __init__(self, voices: Voices, links: Links, readings: Readings) -> None:
        self._voices = voices
        self._links = links
        self._readings = readings

    def direct(self, tx: Tx, message: Message) -> SlackCard:
        """One event, with the way to its thread and to the person's choice."""
        notice = tx.session.get_one(Notice, message.key)
        card = self._readings[notice.kind].card(tx, notice.key)
        ticket = tx.session.get_one(Ticket, notice.ticket_id)
        hint = self._hint(number_words(ticket.number), self._thread(tx, ticket))
        return SlackCard(card.text, [*card.blocks, hint])

    def digest(self, tx: Tx, message: Message) -> SlackCard | None:
        """All that was gathered for this moment."""
        notices = gathered(tx, message.key)
        if not notices:
            return None
        values = self._values(tx, notices)
        words = self._voices.slack("tickets/digest", **values)
        shown = [blocks.section(self._voices.text("tickets/digest", "one", **asdict(one))) for one in values["tickets"]]
        rest = [blocks.section(words.part("more"))] if values["more_count"] else []
        return SlackCard(words.headline, [blocks.section(words.headline), *shown, *rest, self._hint()])

    def digest_mail(self, tx: Tx, message: Message) -> Mail | None:
        """The same by e-mail. It is about several tickets, so that it stands in no ticket's conversation."""
        notices = gathered(tx, message.key)
        if not notices:
            return None
        text = self._voices.email("tickets/digest", **self._values(tx, notices))
        return Mail(text.subject, text.html, text.text)

    def _values(self, tx: Tx, notices: Sequence[Notice]) -> dict[str, Any]:
        tickets = self._by_ticket(tx, notices)
        return {
            "news_count": len(notices),
            "tickets_count": len(tickets),
            "tickets": tickets[:_TICKETS],
            "more_count": max(len(tickets) - _TICKETS, 0),
        }

    def _by_ticket(self, tx: Tx, notices: Sequence[Notice]) -> list[Gathered]:
        """In the order of the tickets' first news."""
        order = list(dict.fromkeys(notice.ticket_id for notice in notices))
        in_order = sorted(notices, key=lambda notice: order.index(notice.ticket_id))
        found = []
        for ticket_id, some in groupby(in_order, key=lambda notice: notice.ticket_id):
            ticket = tx.session.get_one(Ticket, ticket_id)
            lines = tuple(self._readings[notice.kind].line(tx, notice.key) for notice in some)
            thread = self._thread(tx, ticket)
            found.append(Gathered(number_words(ticket.number), ticket.title, thread, lines[-_LINES:]))
        return found

    def _thread(self, tx: Tx, ticket: Ticket) -> str:
        return self._links.find(tx, ticket.card_kind, ticket.card_key, ticket.channel)

    def _hint(self, ticket: str = "", thread: str = "") -> blocks.Block:
        return blocks.context(self._voices.text("tickets/digest", "hint", ticket=ticket, thread=thread))


def gathered(tx: Tx, key: str) -> Sequence[Notice]:
    """The notices that a digest of this key (person and second) tells, the oldest first."""
    user_id, _, second = key.partition(":")
    mine = (Notice.user_id == user_id, Notice.gathered_at == datetime.fromtimestamp(int(second), UTC))
    return tx.session.scalars(select(Notice).where(*mine).order_by(Notice.created_at, Notice.id)).all()
