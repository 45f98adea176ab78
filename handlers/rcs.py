"""``/rcs``: the agents and drafts that there are, one of them, help, and taking a request back."""

from collections.abc import Sequence

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.desk import Desk
from bot.rcs import drafts, service
from bot.rcs.customer_card import WITHDRAW
from bot.rcs.home import NEW, Home
from bot.rcs.launch_words import Progress
from bot.rcs.messages import Drawings
from bot.rcs.tables import Agent
from bot.storage.database import Tx
from handlers import reply
from handlers.fallback import named_row
from handlers.middleware import EVERYBODY, Listen
from handlers.payload import Payload

_LISTED = 20


async def help_me(desk: Desk, ack: AsyncAck) -> None:
    """Say what can be done with agents."""
    words = desk.voices.slack("rcs/answers")
    await ack(**reply.message(words.headline, "\n".join(words.lines("help"))))


async def list_agents(desk: Desk, who: Who, ack: AsyncAck) -> None:
    """The account's agents, the newest first, and this person's draft."""
    there = await desk.read(service.of_account, who, _LISTED + 1)
    shown = await desk.read(_listed, desk, who, there)
    title = desk.voices.text("rcs/answers", "list")
    await ack(text=title, blocks=[blocks.section(title), *shown])


def _listed(tx: Tx, desk: Desk, who: Who, there: Sequence[Agent]) -> list[Block]:
    home = Home(desk.voices, desk.links, Progress(desk.voices).stands)
    words = desk.voices.slack("rcs/home")
    draft = drafts.latest(tx, who) if who.account_id else None
    shown = [*([home.draft_line(draft)] if draft else []), *home.lines(tx, there[:_LISTED])]
    if len(there) > _LISTED:
        shown.append(blocks.context(desk.voices.text("rcs/answers", "more", count=_LISTED)))
    empty = [] if shown else [blocks.section(words.part("none"))]
    button = blocks.button(words.plain("button_new"), NEW, "list")
    return [*empty, *shown, *([blocks.actions([button])] if who.account_id else [])]


async def show_agent(desk: Desk, who: Who, words: str, ack: AsyncAck) -> None:
    """Where an agent stands, with its buttons."""
    typed = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    agent = await desk.read(service.named, who, typed)
    card = await desk.read(Drawings(desk.voices, desk.links, Progress(desk.voices).stands).of_customer, agent)
    await ack(text=card.text, blocks=card.blocks)


async def withdraw(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """The answer is yes. The cards and both threads tell it."""
    await desk.write(service.withdraw, who, *named_row(action))
    await ack()


def register(listen: Listen) -> None:
    """``/rcs`` alone lists."""
    listen.command("/rcs", list_agents, serves=Role.CUSTOMER)
    listen.command("/rcs help", help_me, serves=EVERYBODY)
    listen.command("/rcs show", show_agent, serves=Role.CUSTOMER)
    listen.action(WITHDRAW, withdraw, serves=Role.CUSTOMER)
