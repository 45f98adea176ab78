"""The cards of a ticket in Slack: the customer's, and the staff's. Staff's buttons are never in the customer's."""

from typing import Any

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.outbox import SlackCard
from bot.delivery.voices import Voices, Words
from bot.tickets.clocks import target
from bot.tickets.rules import CLOSED_AFTER, Status, Turn, number_words
from bot.tickets.tables import Ticket

ADD, CLOSE, REOPEN, WHY = "tickets:add", "tickets:close", "tickets:reopen", "tickets:why"
REPLY, ASSIGN, SOLVE, MORE = "tickets:reply", "tickets:assign", "tickets:solve", "tickets:more"
NOTE = "note"
"""What the overflow menu offers besides turns and closing."""


def customer_card(voices: Voices, ticket: Ticket, *, elsewhere: str | None = None) -> SlackCard:
    """What the customer sees: where it stands, whose turn it is since when, and what usually comes next.

    ``elsewhere``: a feature has a card of its own for it that says so better; its address, or empty.
    """
    turn = voices.state("turn.you" if ticket.turn == Turn.CUSTOMER else f"turn.{ticket.turn}")
    words = voices.slack("tickets/card", **(_values(voices, ticket) | {"turn": turn, "thread": elsewhere or ""}))
    stands = words.part(ticket.turn if ticket.status == Status.OPEN else ticket.status)
    stands = stands if elsewhere is None else words.part("elsewhere")
    body = [blocks.section(words.headline), blocks.section(stands), blocks.context(words.part("about"))]
    if ticket.status == Status.OPEN:
        body.append(blocks.context(words.part("how")))
    return SlackCard(f"{words.headline} — {stands}", [*body, blocks.actions(customer_buttons(voices, ticket))])


def customer_buttons(voices: Voices, ticket: Ticket) -> list[Block]:
    """What a customer can do with a ticket; a feature's own card may end with these."""
    words = voices.slack("tickets/card", **_values(voices, ticket))
    question = _question(words, "close", style="danger")
    shown = [_button(words, ticket, "add", ADD)]
    if ticket.status != Status.OPEN:
        shown.append(_button(words, ticket, "reopen", REOPEN))
    if ticket.status != Status.CLOSED:
        shown.append(_button(words, ticket, "close", CLOSE, confirm=question))
    return [*shown, _button(words, ticket, "why", WHY)]


def staff_card(voices: Voices, ticket: Ticket, *, account: str, said: str, thread: str, late: bool) -> SlackCard:
    """What staff see. ``said`` are the first words, ``thread`` is the address of the customer's thread."""
    values = _values(voices, ticket) | {"account": account, "thread": thread, "late": late}
    words = voices.slack("tickets/review", **values)
    facts = ["customer", "requester", "turn", "assignee"]
    facts += ["due"] if ticket.status == Status.OPEN else []
    facts += ["thread"] if thread else []
    body = [blocks.section(words.headline), blocks.fields(["\n".join(words.lines(fact)) for fact in facts])]
    if said:
        body.append(quote(said))
    body += [blocks.context(words.part("how")), blocks.actions(staff_buttons(voices, ticket))]
    return SlackCard(f"{words.headline} — {voices.state(f'turn.{ticket.turn}')}", body)


def staff_buttons(voices: Voices, ticket: Ticket) -> list[Block]:
    """What staff can do with a ticket; a feature's own review card may end with these."""
    words = voices.slack("tickets/review", **_values(voices, ticket))
    shown = [_button(words, ticket, "reply", REPLY, style="primary"), _button(words, ticket, "assign", ASSIGN)]
    if ticket.status == Status.OPEN:
        shown.append(_button(words, ticket, "solve", SOLVE, confirm=_question(words, "solve")))
    else:
        shown.append(_button(words, ticket, "reopen", REOPEN))
    others = [turn for turn in (Turn.US, Turn.CUSTOMER, Turn.OPERATOR) if turn != ticket.turn]
    rest = [*(others if ticket.status == Status.OPEN else []), NOTE]
    rest += [] if ticket.status == Status.CLOSED else ["close"]
    options = [blocks.option(words.plain(f"more_{what}"), f"{_value(ticket)}:{what}") for what in rest]
    return [*shown, _button(words, ticket, "why", WHY), {"type": "overflow", "action_id": MORE, "options": options}]


def quote(text: str) -> Block:
    """A person's own words, as they are: rich text has no markup that they could break."""
    quoted = {"type": "rich_text_quote", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [quoted]}


def _values(voices: Voices, ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket": number_words(ticket.number),
        "title": ticket.title,
        "status": voices.state(f"tickets.{ticket.status}"),
        "turn": voices.state(f"turn.{ticket.turn}"),
        "turn_since": ticket.turn_since,
        "due_at": ticket.due_at,
        "days_count": target().answer_days,
        "days_left": CLOSED_AFTER.days,
        "solved_at": ticket.solved_at,
        "requester": ticket.requester,
        "assignee": ticket.assignee or "",
        "created_at": ticket.created_at,
    }


def _value(ticket: Ticket) -> str:
    return f"{ticket.id}:{ticket.version}"


def _button(words: Words, ticket: Ticket, word: str, action_id: str, **more: Any) -> Block:
    text = words.plain(f"button_{word}")
    label = f"{text}: {number_words(ticket.number)}"
    return blocks.button(text, action_id, _value(ticket), label=label, **more)


def _question(words: Words, word: str, *, style: str = "primary") -> Block:
    return blocks.confirm(
        words.plain(f"confirm_{word}_title", blocks.CONFIRM_TITLE_MAX),
        words.plain(f"confirm_{word}", blocks.CONFIRM_TEXT_MAX),
        words.plain("confirm_yes", blocks.CONFIRM_BUTTON_MAX),
        words.plain("confirm_no", blocks.CONFIRM_BUTTON_MAX),
        style=style,
    )
