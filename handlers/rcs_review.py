"""Staff answer a request for an agent: the buttons of its card, and their forms."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices
from bot.desk import Desk
from bot.rcs import deciding
from bot.rcs.deciding import REFERENCE_MAX, WORDS_MAX, Decision
from bot.rcs.reasons import FIELDS, REASONS
from bot.rcs.review_card import BUTTONS
from bot.rcs.rules import AgentStatus
from bot.rcs.tables import Agent
from bot.storage.database import Tx
from bot.tickets.rules import number_words
from bot.tickets.tables import Ticket
from handlers import reach, reply
from handlers.fallback import FormOutOfDate, named_row
from handlers.middleware import Listen
from handlers.payload import Payload, channel_of, memory, remember
from handlers.senderid_frame import field, modal, select, text, typed, values

DECIDE = "rcs_review:decide"
_TO = {action_id: status for status, action_id in BUTTONS.items()}


async def ask_how(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Ask for the reference, or for the reason; who comes too late is told before typing anything."""
    agent_id, seen = named_row(action)
    to = _TO[action["action_id"]]
    agent = await desk.read(deciding.to_decide, who, agent_id, seen, to)
    number = await desk.read(_number, agent.ticket_id)
    there = await reach.of_news(desk, agent.submitted_by, agent.channel)
    told = remember(channel_of(body), agent=agent.id, seen=str(seen), to=to)
    await reply.open_view(desk, body, _form(desk.voices, agent, to, told, number, there))
    await ack()


def _number(tx: Tx, ticket_id: str) -> str:
    return number_words(tx.session.get_one(Ticket, ticket_id).number)


def _form(voices: Voices, agent: Agent, to: AgentStatus, told: str, number: str, there: Block) -> Payload:
    words = voices.slack("rcs/decide", ticket=number, name=agent.name, status=voices.state(f"agent.{agent.status}"))
    body = [blocks.section(words.headline)]
    if to is AgentStatus.CREATED:
        body.append(field(words, "reference", text(agent.reference, most=REFERENCE_MAX)))
    else:
        listed = [blocks.option(reason.title, reason.code) for reason in REASONS.all]
        about = [blocks.option(title, name) for name, title in FIELDS.items()]
        body += [
            field(words, "reason", select(listed, None, words.plain("reason_placeholder"))),
            field(words, "words", text(most=WORDS_MAX, multiline=True), optional=True),
            field(words, "field", select(about, None, words.plain("field_placeholder")), optional=True),
        ]
    title, submit = words.plain(f"title_{to}", 24), words.plain(f"submit_{to}", 24)
    return modal(DECIDE, told, title, [*body, there], close=words.plain("close", 24), submit=submit)


async def decided(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """The form came."""
    told, entered = memory({"view": view}), values(view)
    try:
        to, seen = AgentStatus(told["to"]), int(told["seen"])
    except (KeyError, ValueError) as error:
        raise FormOutOfDate from error
    named = {name: typed(entered.get(name)) for name in ("reason", "words", "field", "reference")}
    await desk.write(deciding.decide, who, told["agent"], seen, Decision(to, **named))
    await ack()


def register(listen: Listen) -> None:
    """All of it is for staff."""
    for action_id in BUTTONS.values():
        listen.action(action_id, ask_how, serves=Role.STAFF)
    listen.view(DECIDE, decided, serves=Role.STAFF)
