"""What staff see of a request for an agent: what is asked for, what was found, and the three answers."""

from collections.abc import Sequence

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.outbox import SlackCard
from bot.delivery.voices import Voices, Words
from bot.rcs.customer_card import markets_words, use_case_words
from bot.rcs.judging import from_row
from bot.rcs.reasons import FIELDS, REASONS
from bot.rcs.rules import AGENT_MOVES, AgentStatus
from bot.rcs.tables import Agent
from bot.rcs.words import Telling
from bot.tickets.cards import staff_buttons
from bot.tickets.rules import Status, number_words
from bot.tickets.tables import Ticket

CREATED, ASK, REJECT = "rcs_review:created", "rcs_review:ask", "rcs_review:reject"
BUTTONS = {
    AgentStatus.CREATED: CREATED,
    AgentStatus.CHANGES_ASKED: ASK,
    AgentStatus.REJECTED: REJECT,
}
"""What staff can answer, in the order of the buttons."""
_LINES_MAX, _FACT_MAX = 2900, 1900


def review_card(
    voices: Voices, agent: Agent, ticket: Ticket, *, account: str, thread: str, stands: Sequence[str], registration: str
) -> SlackCard:
    """``thread`` is the address of the customer's thread; ``stands`` are lines on testers and launches."""
    words = _words(voices, agent, ticket, account=account, thread=thread, registration=registration)
    facts = ["account", "submitter", "use_case", "markets", "contact", "pages", "turn", "assignee"]
    facts += ["due"] if ticket.status == Status.OPEN else []
    body = [
        blocks.section(words.headline),
        blocks.section(words.part("description")),
        blocks.fields([voices.marks.fit("\n".join(words.lines(fact)), _FACT_MAX) for fact in facts]),
        blocks.section(voices.marks.fit("\n".join(words.lines("texts")), _LINES_MAX)),
        blocks.section(_findings(voices, words, agent)),
    ]
    body += [blocks.section(words.part("decided"))] if agent.decided_by else []
    body += [blocks.section(line) for line in blocks.packed(stands)] if stands else []
    body.append(blocks.context(words.part("thread")))
    answers = [_button(words, agent, to) for to in BUTTONS if to in AGENT_MOVES[agent.status]]
    body += [blocks.actions(answers, block_id="answers")] if answers else []
    body.append(blocks.actions(staff_buttons(voices, ticket)))
    return SlackCard(words.headline, body)


def _words(voices: Voices, agent: Agent, ticket: Ticket, *, account: str, thread: str, registration: str) -> Words:
    fields = agent.fields
    return voices.slack(
        "rcs/review",
        ticket=number_words(ticket.number),
        name=agent.name,
        status=voices.state(f"agent.{agent.status}"),
        account=account,
        submitter=agent.submitted_by,
        submitted_at=agent.submitted_at,
        revision=agent.revision,
        description=agent.description,
        color=agent.color,
        use_case=use_case_words(agent.use_case),
        markets=markets_words(agent),
        registration=registration,
        email=fields.get("email", ""),
        phone=fields.get("phone", ""),
        privacy=fields.get("privacy", ""),
        terms=fields.get("terms", ""),
        start=fields.get("start", ""),
        help=fields.get("help", ""),
        stop=fields.get("stop", ""),
        turn=voices.state(f"turn.{ticket.turn}"),
        turn_since=ticket.turn_since,
        due_at=ticket.due_at,
        late=ticket.told_late_at is not None,
        assignee=ticket.assignee or "",
        thread=thread,
        reference=agent.reference,
        decided_by=agent.decided_by or "",
        decided_at=agent.decided_at,
        why=REASONS.words(agent.reason, agent.words),
        field=FIELDS.get(agent.field, ""),
    )


def _findings(voices: Voices, words: Words, agent: Agent) -> str:
    report = Telling(voices, voices.marks).report(from_row(row) for row in agent.findings)
    lines = [*report.failed, *report.advice] or [words.part("fine")]
    return voices.marks.fit("\n".join([words.part("findings"), *(f"• {line}" for line in lines)]), _LINES_MAX)


def _button(words: Words, agent: Agent, to: AgentStatus) -> Block:
    text = words.plain(f"button_{to}")
    style = "primary" if to is AgentStatus.CREATED else None
    return blocks.button(text, BUTTONS[to], f"{agent.id}:{agent.version}", style=style, label=f"{text}: {agent.name}")
