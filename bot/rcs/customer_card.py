"""The customer's card of an agent: the root of its ticket's thread. No staff's name or button is in it."""

from collections.abc import Sequence

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.outbox import SlackCard
from bot.delivery.voices import Voices, Words
from bot.rcs.drafts import MENDABLE
from bot.rcs.fields import MARKETS
from bot.rcs.name_rules import SPOKEN, UseCase
from bot.rcs.reasons import FIELDS, REASONS
from bot.rcs.rules import AGENT_MOVES, AgentStatus
from bot.rcs.tables import Agent
from bot.tickets.cards import customer_buttons
from bot.tickets.rules import Status, number_words
from bot.tickets.tables import Ticket

WITHDRAW, FIX = "rcs:withdraw", "rcs:fix"
TESTERS, LAUNCH = "rcs:testers", "rcs:launch"
"""The flows of testing and launching; their value is the agent's id."""


def customer_card(voices: Voices, agent: Agent, ticket: Ticket, stands: Sequence[str], registration: str) -> SlackCard:
    """Where the request stands, whose turn it is, and what the customer can do.

    ``stands`` are lines on testers and launches, ``registration`` is Singapore's sender ID, or empty.
    """
    words = agent_words(voices, agent, ticket, registration=registration)
    body = [blocks.section(words.headline), blocks.section(words.part(_part(agent, ticket)))]
    if agent.status in MENDABLE and (agent.reason or agent.words):
        body.append(blocks.section(words.part("why")))
    body += [blocks.section(line) for line in blocks.packed(stands)] if stands else []
    body += [blocks.context(words.part("about")), blocks.context(words.part("usual"))]
    body.append(blocks.actions([*_mine(words, agent), *customer_buttons(voices, ticket)]))
    return SlackCard(f"{words.headline} — {words.part(_part(agent, ticket))}", body)


def agent_words(voices: Voices, agent: Agent, ticket: Ticket, *, registration: str = "") -> Words:
    """The words of a card, about an agent as it stands."""
    return voices.slack(
        "rcs/card",
        ticket=number_words(ticket.number),
        name=agent.name,
        status=voices.state(f"agent.{agent.status}"),
        use_case=use_case_words(agent.use_case),
        markets=markets_words(agent),
        color=agent.color,
        revision=agent.revision,
        submitter=agent.submitted_by,
        submitted_at=agent.submitted_at,
        turn_since=ticket.turn_since,
        due_at=ticket.due_at,
        why=REASONS.words(agent.reason, agent.words),
        field=FIELDS.get(agent.field, ""),
        reference=agent.reference,
        registration=registration,
    )


def use_case_words(use_case: str) -> str:
    """A use case as the request form calls it."""
    return SPOKEN[UseCase(use_case)] if use_case in SPOKEN else use_case


def markets_words(agent: Agent) -> list[str]:
    """Where its customers are."""
    return [MARKETS.get(code, code) for code in agent.fields.get("markets", ())]


def _part(agent: Agent, ticket: Ticket) -> str:
    """The part of the template that says whose turn it is, or how it ended."""
    asks_customer = ticket.status == Status.OPEN and ticket.turn == "customer"
    if agent.status == AgentStatus.REQUESTED and asks_customer:
        return "question"
    return str(agent.status)


def _mine(words: Words, agent: Agent) -> list[Block]:
    shown: list[Block] = []
    if agent.status in MENDABLE:
        shown.append(blocks.button(words.plain("button_fix"), FIX, agent.id, style="primary"))
    if agent.status not in {AgentStatus.REJECTED, AgentStatus.WITHDRAWN}:
        shown.append(blocks.button(words.plain("button_testers"), TESTERS, agent.id))
        shown.append(blocks.button(words.plain("button_launch"), LAUNCH, agent.id))
    if AgentStatus.WITHDRAWN in AGENT_MOVES[agent.status]:
        ask = blocks.confirm(
            words.plain("withdraw_title", blocks.CONFIRM_TITLE_MAX),
            words.plain("withdraw_text", blocks.CONFIRM_TEXT_MAX),
            words.plain("withdraw_yes", blocks.CONFIRM_BUTTON_MAX),
            words.plain("withdraw_no", blocks.CONFIRM_BUTTON_MAX),
            style="danger",
        )
        value = f"{agent.id}:{agent.version}"
        shown.append(blocks.button(words.plain("button_withdraw"), WITHDRAW, value, confirm=ask))
    return shown
