"""What tickets tell: cards, replies, news of their end, what is stuck or late, and the e-mails."""

from typing import Any

from sqlalchemy import select

from bot.accounts.tables import Account
from bot.delivery import blocks
from bot.delivery.links import Links
from bot.delivery.outbox import Mail, MessageKind, SlackCard
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.storage.audit import AuditRow
from bot.storage.database import Tx
from bot.tickets import cards, steps
from bot.tickets.clocks import target
from bot.tickets.rules import CLOSED_AFTER, STUCK_AFTER, Audience, number_words
from bot.tickets.tables import Ticket, TicketEntry

_PIECE = 1400
"""Characters of a quotation in an e-mail; longer words are quoted in several."""
_SHOWN = 600
"""Characters of a person's words in a notification."""


def kinds(voices: Voices, links: Links) -> list[MessageKind]:
    """What tickets tell."""
    drawn = Drawings(voices, links)
    return [
        MessageKind(steps.CARD, drawn.card),
        MessageKind(steps.REVIEW_CARD, drawn.review),
        MessageKind(steps.REPLY, drawn.reply),
        MessageKind(steps.NEWS, drawn.news),
        MessageKind(steps.STUCK, drawn.stuck),
        MessageKind(steps.LATE, drawn.late),
        MessageKind(steps.OPENED_MAIL, drawn.opened_mail),
        MessageKind(steps.REPLY_MAIL, drawn.reply_mail),
    ]


class Drawings:
    """Draws the messages of a ticket from its rows."""

    def __init__(self, voices: Voices, links: Links) -> None:
        self._voices = voices
        self._links = links

    def card(self, tx: Tx, message: Message) -> SlackCard:
        """The customer's card."""
        return cards.customer_card(self._voices, tx.session.get_one(Ticket, message.key))

    def review(self, tx: Tx, message: Message) -> SlackCard:
        """The staff's card."""
        return self.staff_card(tx, tx.session.get_one(Ticket, message.key))

    def staff_card(self, tx: Tx, ticket: Ticket) -> SlackCard:
        """The staff's card of any ticket."""
        first = first_words(tx, ticket)
        return cards.staff_card(
            self._voices,
            ticket,
            account=tx.session.get_one(Account, ticket.account_id).name,
            said=first.text if first else "",
            thread=self._thread(tx, ticket),
            late=ticket.told_late_at is not None,
        )

    def reply(self, tx: Tx, message: Message) -> SlackCard:
        """Words that a person said, on the other side of the wall; staff's names stay on ours."""
        entry = tx.session.get_one(TicketEntry, message.key)
        ticket = tx.session.get_one(Ticket, entry.ticket_id)
        inside = message.place != ticket.channel
        values = {"ticket": number_words(ticket.number), "requester": ticket.requester, "author": entry.author}
        words = self._voices.slack("tickets/reply", **values)
        intro = words.part(_intro(entry, inside=inside))
        said = self._voices.marks.escape(entry.text)
        shown = [blocks.section(intro), cards.quote(entry.text)]
        if inside and not entry.from_staff:
            value = f"{ticket.id}:{ticket.version}"
            shown.append(blocks.actions([blocks.button(words.plain("button_reply"), cards.REPLY, value)]))
        return SlackCard(f"{intro} {self._voices.marks.fit(said, _SHOWN)}", shown)

    def news(self, tx: Tx, message: Message) -> SlackCard | None:
        """That a ticket was solved, closed or opened again; nobody is told what their own side did."""
        ticket_id, _, audit_id = message.key.partition(":")
        ticket, event = tx.session.get_one(Ticket, ticket_id), tx.session.get_one(AuditRow, int(audit_id))
        inside = message.place != ticket.channel
        by_itself, from_staff = event.actor is None, bool(event.facts.get("from_staff"))
        if not by_itself and from_staff == inside:
            return None
        words = self._voices.slack(
            "tickets/news",
            ticket=number_words(ticket.number),
            requester=ticket.requester,
            actor=event.actor or "",
            by_itself=by_itself,
            days_count=CLOSED_AFTER.days,
            because=event.because,
        )
        said = words.part(f"inside_{event.to_status}" if inside else str(event.to_status))
        because = [blocks.context(words.part("because"))] if event.because else []
        return SlackCard(said, [blocks.section(said), *because])

    def stuck(self, tx: Tx, message: Message) -> SlackCard | None:
        """That nothing moved for days."""
        return self._watched(tx, message, "stuck")

    def late(self, tx: Tx, message: Message) -> SlackCard | None:
        """That our answer is late."""
        return self._watched(tx, message, "late")

    def _watched(self, tx: Tx, message: Message, part: str) -> SlackCard | None:
        ticket_id, _, since = message.key.partition(":")
        ticket = tx.session.get_one(Ticket, ticket_id)
        if int(ticket.turn_since.timestamp()) != int(since):
            return None  # it moved: what was told stays as it is
        values = self._values(tx, ticket) | {"days_count": STUCK_AFTER.days}
        said = self._voices.text("tickets/watch", part, **values)
        return SlackCard(said, [blocks.section(said)])

    def opened_mail(self, tx: Tx, message: Message) -> Mail:
        """The first e-mail about a ticket, with its number."""
        ticket = tx.session.get_one(Ticket, message.key)
        return self._mail(tx, "tickets/opened_mail", ticket, first_words(tx, ticket))

    def reply_mail(self, tx: Tx, message: Message) -> Mail:
        """A reply of the staff as an e-mail in the ticket's conversation."""
        entry = tx.session.get_one(TicketEntry, message.key)
        return self._mail(tx, "tickets/reply_mail", tx.session.get_one(Ticket, entry.ticket_id), entry)

    def _mail(self, tx: Tx, template: str, ticket: Ticket, entry: TicketEntry | None) -> Mail:
        said = entry.text if entry else ""
        pieces = [said[at : at + _PIECE] for at in range(0, len(said), _PIECE)]
        text = self._voices.email(template, pieces=pieces, **self._values(tx, ticket))
        return Mail(text.subject, text.html, text.text, about=ticket.id)

    def _values(self, tx: Tx, ticket: Ticket) -> dict[str, Any]:
        return {
            "ticket": number_words(ticket.number),
            "title": ticket.title,
            "account": tx.session.get_one(Account, ticket.account_id).name,
            "status": self._voices.state(f"tickets.{ticket.status}"),
            "turn": self._voices.state(f"turn.{ticket.turn}"),
            "turn_since": ticket.turn_since,
            "due_at": ticket.due_at,
            "days_count": target().answer_days,
            "assignee": ticket.assignee or "",
            "thread": self._thread(tx, ticket),
        }

    def _thread(self, tx: Tx, ticket: Ticket) -> str:
        return self._links.find(tx, ticket.card_kind, ticket.card_key, ticket.channel)


def first_words(tx: Tx, ticket: Ticket) -> TicketEntry | None:
    """What a ticket began with."""
    said = select(TicketEntry).where(TicketEntry.ticket_id == ticket.id, TicketEntry.audience == Audience.CUSTOMER)
    return tx.session.scalars(said.order_by(TicketEntry.created_at, TicketEntry.id).limit(1)).first()


def _intro(entry: TicketEntry, *, inside: bool) -> str:
    """The part of the template that says whose words follow."""
    if entry.audience == Audience.STAFF:
        return "noted"
    if inside:
        return "sent" if entry.from_staff else "came"
    return "answer" if entry.from_staff else "added"
