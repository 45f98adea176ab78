"""The forms of tickets, and the answers to ``/tickets``: how they look, and what was typed into them."""

from typing import Any

from bot.accounts.rules import Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.desk import Desk
from bot.tickets.home import turn_state
from bot.tickets.lists import Line, Lines, View
from bot.tickets.rules import TEXT_MAX, TITLE_MAX, Audience, Turn, number_words
from bot.tickets.tables import Ticket, TicketEntry
from handlers.payload import Payload, remember

OPEN, REPLY, ADD, NOTE = "tickets:open", "tickets:reply", "tickets:add", "tickets:note"
VIEW = "tickets:view"
_STAFF_VIEWS = (View.MINE, View.ALL, View.US, View.CUSTOMER, View.OPERATOR, View.OVERDUE, View.ENDED)
_CUSTOMER_VIEWS = (View.MINE, View.ALL, View.CUSTOMER, View.US, View.ENDED)
_SAID = 400


def open_form(voices: Voices, channel: str | None, reach: Block) -> Payload:
    """The form that opens a ticket. ``reach`` says how many are told."""
    words = voices.slack("tickets/forms", ticket="")
    about: Block = {"type": "plain_text_input", "action_id": "about", "max_length": TITLE_MAX}
    body = [_input("about", words.plain("about_label"), about, optional=True)]
    body.append(_input("text", words.plain("text_open"), _text()))
    return _modal(words, OPEN, "open", remember(channel), [*body, reach])


def words_form(voices: Voices, ticket: Ticket, what: str, channel: str | None, *reach: Block) -> Payload:
    """The form for a ``reply`` of staff (and whose turn it is then), a ``note``, or what a customer would ``add``.

    ``reach`` says how many are told.
    """
    words = voices.slack("tickets/forms", ticket=number_words(ticket.number))
    body = [_input("text", words.plain(f"text_{what}"), _text())]
    if what == "reply":
        turns = [Turn.CUSTOMER, Turn.US, *([Turn.OPERATOR] if ticket.turn == Turn.OPERATOR else [])]
        options = [blocks.option(words.plain(f"turn_{turn}"), turn) for turn in turns]
        radio: Block = {"type": "radio_buttons", "action_id": "turn", "options": options, "initial_option": options[0]}
        body.append(_input("turn", words.plain("turn_label"), radio))
    callback_id = {"reply": REPLY, "add": ADD, "note": NOTE}[what]
    return _modal(words, callback_id, what, remember(channel, ticket=ticket.id), [*body, *reach])


def typed(view: Payload, name: str) -> str:
    """What was typed into a field."""
    found = view["state"]["values"].get(name, {}).get(name, {})
    return str(found.get("value") or "")


def turn_chosen(view: Payload) -> Turn:
    """Whose turn it is after a reply."""
    chosen = view["state"]["values"].get("turn", {}).get("turn", {}).get("selected_option")
    return Turn(chosen["value"]) if chosen else Turn.CUSTOMER


def _text() -> Block:
    return {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": TEXT_MAX}


def _input(block_id: str, label: str, element: Block, *, optional: bool = False) -> Block:
    block: Block = {"type": "input", "block_id": block_id, "label": blocks.plain(label), "element": element}
    return block | {"optional": optional}


def _modal(words: Words, callback_id: str, what: str, private_metadata: str, body: list[Block]) -> Payload:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": private_metadata,
        "title": blocks.plain(words.plain(f"title_{what}", 24)),
        "submit": blocks.plain(words.plain(f"submit_{what}", 24)),
        "close": blocks.plain(words.plain("close", 24)),
        "blocks": body,
    }


# Answers


def list_answer(desk: Desk, who: Who, view: View, found: Lines) -> Payload:
    """A list of tickets, with a select for other lists."""
    words = desk.voices.slack("tickets/answers")
    parts = [desk.voices.marks.bold(words.plain(view, 100)), *(_line(desk, who, one) for one in found.shown)]
    if not found.shown:
        none = "none" if view is not View.MINE else "none_staff" if who.is_staff else "none_mine"
        parts = [words.part(none)]
    if found.total > len(found.shown):
        parts.append(desk.voices.text("tickets/answers", "more", more_count=found.total - len(found.shown)))
    views = _STAFF_VIEWS if who.is_staff else _CUSTOMER_VIEWS
    options = [blocks.option(words.plain(f"view_{one}"), one) for one in views]
    select: Block = {"type": "static_select", "action_id": VIEW, "options": options}
    select["placeholder"] = blocks.plain(words.plain("view_placeholder"))
    shown = [blocks.section(part) for part in parts]
    return {"text": "\n".join(parts), "blocks": [*shown, blocks.actions([select])]}


def _line(desk: Desk, who: Who, one: Line) -> str:
    ticket = one.ticket
    ended = ticket.status != "open"
    return desk.voices.text(
        "tickets/answers",
        "line",
        ticket=number_words(ticket.number),
        title=ticket.title,
        thread=desk.links.to(one.root, one.root.thread_ts) if one.root else "",
        account=one.account if who.is_staff else "",
        stands=desk.voices.state(f"tickets.{ticket.status}" if ended else turn_state(ticket, who)),
        turn_since=ticket.turn_since,
        due_at=ticket.due_at,
        late=one.is_late and who.is_staff,
    )


def said(voices: Voices, who: Who, entries: list[TicketEntry]) -> list[Block]:
    """The latest words in a ticket, as a person may read them: a customer sees no name of ours."""
    lines = [
        voices.text(
            "tickets/answers",
            "said",
            staff=entry.from_staff and not who.is_staff,
            author=entry.author,
            created_at=entry.created_at,
            note=entry.audience == Audience.STAFF,
            text=entry.text[:_SAID],
        )
        for entry in entries
    ]
    return [blocks.section("\n".join(lines))] if lines else []


def values_of(ticket: Ticket) -> dict[str, Any]:
    """What the short answers name of a ticket."""
    return {"ticket": number_words(ticket.number), "title": ticket.title}
