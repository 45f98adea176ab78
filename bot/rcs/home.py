"""What App Home shows of RCS agents: the draft to go on with, what needs the customer, and all the others."""

from collections.abc import Callable, Sequence

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.links import Links
from bot.delivery.voices import Voices
from bot.rcs import drafts
from bot.rcs.customer_card import FIX, use_case_words
from bot.rcs.messages import Stands, no_stands
from bot.rcs.rules import AgentStatus
from bot.rcs.service import of_account
from bot.rcs.steps import CARD
from bot.rcs.tables import Agent, AgentDraft
from bot.storage.database import Tx
from bot.tickets.rules import Status, Turn, number_words
from bot.tickets.tables import Ticket

NEW, DRAFT = "rcs:new", "rcs:draft"
_SHOWN = 20
Needs = Callable[[Tx, Who], list[Block]]
"""Lines on testing and launching that need a person now."""


def no_needs(_tx: Tx, _who: Who) -> list[Block]:
    """Nothing is known of testing and launching."""
    return []


class Home:
    """RCS agents on App Home."""

    def __init__(self, voices: Voices, links: Links, stands: Stands = no_stands, launches: Needs = no_needs) -> None:
        self._voices = voices
        self._links = links
        self._stands = stands
        self._launches = launches

    def needs(self, tx: Tx, who: Who) -> list[Block]:
        """The draft that a customer has not ended, and what support, a test device or a carrier waits for."""
        if who.is_staff or who.account_id is None:
            return self._launches(tx, who)
        draft = drafts.latest(tx, who)
        asked = [one for one in of_account(tx, who) if waits(tx, one)]
        return [*([self.draft_line(draft)] if draft else []), *self.lines(tx, asked[:_SHOWN]), *self._launches(tx, who)]

    def shown(self, tx: Tx, who: Who) -> list[Block]:
        """The others, and the button that begins one."""
        if who.is_staff or who.account_id is None:
            return []
        every = of_account(tx, who)
        others = [one for one in every if not waits(tx, one)]
        words = self._voices.slack("rcs/home", more_count=len(others) - _SHOWN)
        empty = [] if every else [blocks.section(words.part("none"))]
        more = [blocks.context(words.part("more"))] if len(others) > _SHOWN else []
        button = blocks.button(words.plain("button_new"), NEW, "home")
        return [*empty, *self.lines(tx, others[:_SHOWN]), *more, blocks.actions([button])]

    def begun(self, tx: Tx, who: Who) -> bool:
        """Whether there is an agent, or a draft of one."""
        mine = [] if who.is_staff else [Agent.account_id == who.account_id]
        there = tx.session.scalars(select(Agent.id).where(*mine).limit(1)).first() is not None
        return there or (not who.is_staff and drafts.latest(tx, who) is not None)

    def draft_line(self, draft: AgentDraft) -> Block:
        """A draft with its button."""
        name = str(draft.data.get("name") or "")
        words = self._voices.slack("rcs/home", name=name, changed_at=draft.updated_at, mends=bool(draft.agent_id))
        button = blocks.button(words.plain("button_continue"), DRAFT, draft.id, style="primary")
        return blocks.section("\n".join(words.lines("draft")), accessory=button)

    def lines(self, tx: Tx, some: Sequence[Agent]) -> list[Block]:
        """A line for each agent; where it is to be mended with the button that does it."""
        return [self._line(tx, one) for one in some]

    def _line(self, tx: Tx, agent: Agent) -> Block:
        ticket = tx.session.get_one(Ticket, agent.ticket_id)
        words = self._voices.slack(
            "rcs/home",
            name=agent.name,
            thread=self._links.find(tx, CARD, agent.id, agent.channel),
            ticket=number_words(ticket.number),
            status=self._voices.state(f"agent.{agent.status}"),
            use_case=use_case_words(agent.use_case),
            submitted_at=agent.submitted_at,
            turn=self._voices.state("turn.you") if waits(tx, agent) else "",
            turn_since=ticket.turn_since,
        )
        text = "\n".join([*words.lines("agent"), *self._stands(tx, agent)])
        fix = blocks.button(words.plain("button_fix"), FIX, agent.id, style="primary")
        return blocks.section(text, accessory=fix if agent.status == AgentStatus.CHANGES_ASKED else None)


def waits(tx: Tx, agent: Agent) -> bool:
    """Whether it needs the customer."""
    ticket = tx.session.get_one(Ticket, agent.ticket_id)
    return ticket.status == Status.OPEN and ticket.turn == Turn.CUSTOMER
