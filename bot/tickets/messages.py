"""What tickets tell: cards, replies, news of their end, what is stuck or late, and the e-mails."""

from typing import Any

from sqlalchemy import select

from bot.accounts.tables import Account
from bot.delivery import blocks
from bot.delivery.links import Links
from bot.delivery.outbox import Mail, MessageKind, SlackCard
from bot.delivery.tables import Message
from bot.delivery.voices import Voices, Words
from bot.storage.audit import AuditRow
from bot.storage.database import Tx
from bot.tickets import cards, steps
from bot.tickets.clocks import target
from bot.tickets.notices import Reading, Readings, called
from bot.tickets.rules import CLOSED_AFTER, STUCK_AFTER, Audience, number_words
from bot.tickets.tables import Ticket, TicketEntry

_PIECE = 1400
"""Characters of a quotation in an e-mail; longer words are quoted in several."""
_SHOWN = 600
"""Characters of a person's words in a notification."""
_LINE = 150
"""Characters of a line in a digest."""


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
        MessageKind(steps.NEWS_MAIL, drawn.news_mail),
    ]


def readings(voices: Voices, links: Links) -> Readings:
    """How tickets' own news read in direct messages and digests."""
    drawn = Drawings(voices, links)
    return {
        steps.CARD: Reading(drawn.opened_card, drawn.opened_line),
        steps.REPLY: Reading(drawn.said_card, drawn.said_line),
        steps.NEWS: Reading(drawn.moved_card, drawn.moved_line),
    }


class Drawings:
    """Draws the messages of a ticket from its rows."""

    def __init__(self, voices: Voices, links: Links) -> None:
        self._voices = voices
        self._links = links

    def card(self, tx: Tx, message: Message) -> SlackCard:
        """The customer's card."""
        return cards.customer_card(self._voices, tx.session.get_one(Ticket, message.key))

    def customer_card(self, tx: Tx, ticket: Ticket) -> SlackCard:
        """The customer's card of any ticket; that of a feature's leads to the feature's own."""
        elsewhere = None if ticket.card_kind == steps.CARD else self._thread(tx, ticket)
        return cards.customer_card(self._voices, ticket, elsewhere=elsewhere)

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
        card = self._said(tx, ticket, entry, inside=inside, called=called(tx, message.kind, message.key))
        if inside and not entry.from_staff:
            value = f"{ticket.id}:{ticket.version}"
            text = self._voices.plain("tickets/reply", "button_reply")
            card.blocks.append(blocks.actions([blocks.button(text, cards.REPLY, value)]))
        return card

    def _said(
        self, tx: Tx, ticket: Ticket, entry: TicketEntry, *, inside: bool, called: frozenset[str] = frozenset()
    ) -> SlackCard:
        calls = ticket.assignee if inside else ticket.requester
        words = self._voices.slack(
            "tickets/reply",
            ticket=number_words(ticket.number),
            calls=calls if calls in called else "",
            author=entry.author,
            where=self._where(tx, ticket, entry) if inside else "",
        )
        intro = words.part(_intro(entry, inside=inside))
        said = self._voices.marks.fit(self._voices.marks.escape(entry.text), _SHOWN)
        return SlackCard(f"{intro} {said}", [blocks.section(intro), cards.quote(entry.text)])

    def said_card(self, tx: Tx, key: str) -> SlackCard:
        """The same as a direct message, to whoever is on the other side."""
        entry = tx.session.get_one(TicketEntry, key)
        return self._said(tx, tx.session.get_one(Ticket, entry.ticket_id), entry, inside=not entry.from_staff)

    def _where(self, tx: Tx, ticket: Ticket, entry: TicketEntry) -> str:
        """The address of the message with which a person said it, beside which are its files; empty for a form's."""
        channel, _, ts = entry.source.partition(":")
        card = steps.root_of(tx, ticket.card_kind, ticket.card_key)
        root = ticket.thread_ts or (card.ts if card else None)
        return self._links.at(channel, ts, root) if channel == ticket.channel else ""

    def said_line(self, tx: Tx, key: str) -> str:
        """The same as a line: who wrote, and their first words."""
        entry = tx.session.get_one(TicketEntry, key)
        part = "line_answer" if entry.from_staff else "line_came"
        return self._voices.plain("tickets/reply", part, limit=_LINE, words=" ".join(entry.text.split()))

    def news(self, tx: Tx, message: Message) -> SlackCard | None:
        """That a ticket was solved, closed or opened again; nobody is told what their own side did."""
        ticket_id, event = _moved(tx, message.key)
        ticket = tx.session.get_one(Ticket, ticket_id)
        inside = message.place != ticket.channel
        if event.actor is not None and bool(event.facts.get("from_staff")) == inside:
            return None
        return self._moved_card(ticket, event, inside=inside, called=called(tx, message.kind, message.key))

    def _moved_card(
        self, ticket: Ticket, event: AuditRow, *, inside: bool, called: frozenset[str] = frozenset()
    ) -> SlackCard:
        words = self._moved_words(ticket, event, inside=inside, called=called)
        said = words.part(_moved_part(event, inside=inside))
        because = [blocks.context(words.part("because"))] if event.because else []
        return SlackCard(said, [blocks.section(said), *because])

    def _moved_words(self, ticket: Ticket, event: AuditRow, *, inside: bool, called: frozenset[str]) -> Words:
        calls = ticket.assignee if inside else ticket.requester
        return self._voices.slack(
            "tickets/news",
            ticket=number_words(ticket.number),
            calls=calls if calls in called else "",
            actor=event.actor or "",
            by_itself=event.actor is None,
            days_count=CLOSED_AFTER.days,
            because=event.because,
        )

    def moved_card(self, tx: Tx, key: str) -> SlackCard:
        """The same as a direct message, to whoever is on the other side."""
        ticket_id, event = _moved(tx, key)
        inside = not event.facts.get("from_staff")
        return self._moved_card(tx.session.get_one(Ticket, ticket_id), event, inside=inside)

    def moved_line(self, tx: Tx, key: str) -> str:
        """The same as a line."""
        return self._voices.plain("tickets/news", f"line_{_moved(tx, key)[1].to_status}")

    def news_mail(self, tx: Tx, message: Message) -> Mail:
        """The same as an e-mail in the ticket's conversation."""
        ticket_id, event = _moved(tx, message.key)
        ticket, inside = tx.session.get_one(Ticket, ticket_id), not event.facts.get("from_staff")
        words = self._moved_words(ticket, event, inside=inside, called=frozenset())
        said = words.plain(_moved_part(event, inside=inside), _SHOWN)
        text = self._voices.email("tickets/news_mail", said=said, because=event.because, **self._values(tx, ticket))
        return Mail(text.subject, text.html, text.text, about=ticket.id)

    def opened_card(self, tx: Tx, key: str) -> SlackCard:
        """That a ticket is open, as a direct message."""
        ticket = tx.session.get_one(Ticket, key)
        said = self._voices.text("tickets/news", "opened", **self._values(tx, ticket))
        return SlackCard(said, [blocks.section(said)])

    def opened_line(self, tx: Tx, key: str) -> str:
        """The same as a line."""
        values = self._values(tx, tx.session.get_one(Ticket, key))
        return self._voices.plain("tickets/news", "opened", limit=_LINE, **values)

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
        """Words of one side to the other as an e-mail in the ticket's conversation."""
        entry = tx.session.get_one(TicketEntry, message.key)
        return self._mail(tx, "tickets/reply_mail", tx.session.get_one(Ticket, entry.ticket_id), entry)

    def _mail(self, tx: Tx, template: str, ticket: Ticket, entry: TicketEntry | None) -> Mail:
        said = entry.text if entry else ""
        pieces = [said[at : at + _PIECE] for at in range(0, len(said), _PIECE)]
        inside = entry is not None and not entry.from_staff
        text = self._voices.email(template, pieces=pieces, inside=inside, **self._values(tx, ticket))
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


def _moved(tx: Tx, key: str) -> tuple[str, AuditRow]:
    """The ticket that was moved, and how, by the key of the news."""
    ticket_id, _, audit_id = key.partition(":")
    return ticket_id, tx.session.get_one(AuditRow, int(audit_id))


def _moved_part(event: AuditRow, *, inside: bool) -> str:
    """The part of the template that says it."""
    return f"inside_{event.to_status}" if inside else str(event.to_status)


def _intro(entry: TicketEntry, *, inside: bool) -> str:
    """The part of the template that says whose words follow."""
    if entry.audience == Audience.STAFF:
        return "noted"
    if inside:
        return "sent" if entry.from_staff else "came"
    return "answer" if entry.from_staff else "added"
