"""What App Home shows of tickets: first those that wait for this person, then the others."""

from collections.abc import Callable

from bot.accounts.rules import Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.links import Links
from bot.delivery.voices import Voices
from bot.storage.database import Tx
from bot.tickets.lists import Line, View, lines
from bot.tickets.rules import Turn, number_words
from bot.tickets.tables import Ticket

_SHOWN = 8


def section(voices: Voices, links: Links, open_action: str) -> Callable[[Tx, Who], list[Block]]:
    """Home's section about tickets; empty while there are none. ``open_action`` is the button's action id."""

    def draw(tx: Tx, who: Who) -> list[Block]:
        if not who.is_staff and who.account_id is None:
            return []
        waiting = lines(tx, who, View.US if who.is_staff else View.CUSTOMER, limit=_SHOWN, own=not who.is_staff)
        every = lines(tx, who, View.ALL, limit=2 * _SHOWN, own=not who.is_staff)
        others = [one for one in every.shown if one.ticket.turn != waits_for(who)][:_SHOWN]
        if not every.total and (who.is_staff or not lines(tx, who, View.ALL, limit=1).total):
            return []
        words = voices.slack("tickets/home")
        shown: list[Block] = []
        rest = "others_staff" if who.is_staff else "others"
        for title, found in (("needs_you", waiting.shown), (rest, others)):
            if found:
                shown.append({"type": "header", "text": blocks.plain(words.plain(title))})
                shown += [line(one, who) for one in found]
        hidden = every.total - len(waiting.shown) - len(others)
        if hidden > 0:
            shown.append(blocks.context(voices.text("tickets/home", "more", more_count=hidden)))
        if who.account_id is not None:
            shown.append(blocks.actions([blocks.button(words.plain("button_open"), open_action, "home")]))
        return shown

    def line(one: Line, who: Who) -> Block:
        words = voices.slack(
            "tickets/home",
            ticket=number_words(one.ticket.number),
            title=one.ticket.title,
            thread=links.to(one.root, one.root.thread_ts) if one.root else "",
            account=one.account if who.is_staff else "",
            stands=voices.state(turn_state(one.ticket, who)),
            turn_since=one.ticket.turn_since,
            late=one.is_late and who.is_staff,
        )
        return blocks.section("\n".join(words.lines("ticket")))

    return draw


def turn_state(ticket: Ticket, who: Who) -> str:
    """The name of the state that says whose turn it is, as this person would say it."""
    return "turn.you" if ticket.turn == Turn.CUSTOMER and not who.is_staff else f"turn.{ticket.turn}"


def waits_for(who: Who) -> str:
    """The turn that is this person's."""
    return View.US if who.is_staff else View.CUSTOMER
