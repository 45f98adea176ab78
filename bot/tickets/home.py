"""What App Home shows of tickets: those that wait for this person, and the others."""

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.links import Links
from bot.delivery.voices import Voices
from bot.storage.database import Tx
from bot.tickets.cards import ADD, REPLY
from bot.tickets.lists import Line, View, lines
from bot.tickets.rules import Turn, number_words
from bot.tickets.steps import CARD
from bot.tickets.tables import Ticket

_SHOWN = 5
_LISTED = 20


class Home:
    """Tickets on App Home. ``open_action`` is the action id of the button that opens one."""

    def __init__(self, voices: Voices, links: Links, open_action: str) -> None:
        self._voices = voices
        self._links = links
        self._open_action = open_action

    def needs(self, tx: Tx, who: Who) -> list[Block]:
        """Those that wait for this person; what is late first. Features' own are for their lines to tell a customer."""
        if not who.is_staff and who.account_id is None:
            return []
        waiting = lines(tx, who, waits_for(who), limit=_SHOWN, own=not who.is_staff)
        left = waiting.total - len(waiting.shown)
        return [*(self._waiting(one, who) for one in waiting.shown), *self._more(left)]

    def shown(self, tx: Tx, who: Who) -> list[Block]:
        """All that are open, and the button that opens one."""
        if not who.is_staff and who.account_id is None:
            return []
        every = lines(tx, who, View.ALL, limit=_LISTED)
        words = self._voices.slack("tickets/home")
        found = [self._line(one, who) for one in every.shown] or [
            blocks.section(words.part("none_staff" if who.is_staff else "none"))
        ]
        button = blocks.button(words.plain("button_open"), self._open_action, "home")
        return [
            *found,
            *self._more(every.total - len(every.shown)),
            *([] if who.is_staff else [blocks.actions([button])]),
        ]

    def begun(self, tx: Tx, who: Who) -> bool:
        """Whether there is a ticket."""
        mine = [] if who.is_staff else [Ticket.account_id == who.account_id]
        return tx.session.scalars(select(Ticket.id).where(*mine).limit(1)).first() is not None

    def _more(self, count: int) -> list[Block]:
        return [blocks.context(self._voices.text("tickets/home", "more", more_count=count))] if count > 0 else []

    def _waiting(self, one: Line, who: Who) -> Block:
        """With the button that answers; what staff decide on, they decide in its thread."""
        answers = one.ticket.card_kind == CARD
        return blocks.section(self.said(one, who), accessory=self.answer(one.ticket, who) if answers else None)

    def answer(self, ticket: Ticket, who: Who) -> Block:
        """The button that writes into a ticket's thread."""
        words = self._voices.slack("tickets/home", ticket=number_words(ticket.number))
        action = REPLY if who.is_staff else ADD
        text, label = words.plain("button_answer"), words.plain("label_answer")
        return blocks.button(text, action, f"{ticket.id}:{ticket.version}", style="primary", label=label)

    def _line(self, one: Line, who: Who) -> Block:
        return blocks.section(self.said(one, who))

    def said(self, one: Line, who: Who) -> str:
        """A ticket in two lines."""
        words = self._voices.slack(
            "tickets/home",
            ticket=number_words(one.ticket.number),
            title=one.ticket.title,
            thread=self._links.to(one.root, one.root.thread_ts) if one.root else "",
            account=one.account if who.is_staff else "",
            stands=self._voices.state(turn_state(one.ticket, who)),
            turn_since=one.ticket.turn_since,
            late=one.is_late and who.is_staff,
        )
        return "\n".join(words.lines("ticket"))


def turn_state(ticket: Ticket, who: Who) -> str:
    """The name of the state that says whose turn it is, as this person would say it."""
    return "turn.you" if ticket.turn == Turn.CUSTOMER and not who.is_staff else f"turn.{ticket.turn}"


def waits_for(who: Who) -> View:
    """The turn that is this person's."""
    return View.US if who.is_staff else View.CUSTOMER
