"""What staff answer to a request for an agent: 8x8 made it, something must change, or it cannot be."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.transition import NotPossible, transition, who_was_first
from bot.errors import DeskError
from bot.rcs import rules
from bot.rcs.reasons import REASONS
from bot.rcs.rules import AGENT_MOVES, AgentStatus
from bot.rcs.steps import inform, redraw, settle_ticket, write_down
from bot.rcs.tables import Agent, AgentRevision
from bot.registrations.rules import ReasonMissing
from bot.storage.database import Tx
from bot.storage.statements import held

WORDS_MAX = 1000
REFERENCE_MAX = 120
DECISIONS = (AgentStatus.CREATED, AgentStatus.CHANGES_ASKED, AgentStatus.REJECTED)


class ReferenceMissing(DeskError):
    """Write the agent's id at 8x8, so that everybody finds it there later."""


@dataclass(frozen=True)
class Decision:
    """What is decided: ``to`` is one of ``DECISIONS``. ``reason`` is a code of the list, ``words`` are the customer's.

    ``field`` is what it is about (without it, the reason's). ``reference`` goes with a created agent.
    """

    to: AgentStatus
    reason: str = ""
    words: str = ""
    field: str = ""
    reference: str = ""

    def checked(self) -> None:
        """Raise ReasonMissing or ReferenceMissing at their field, or ValueError for what no form offers."""
        if self.to not in DECISIONS:
            raise ValueError(self.to)
        if self.reason:
            REASONS.of(self.reason)
        if self.to is AgentStatus.CREATED and not self.reference.strip():
            raise ReferenceMissing(field="reference")
        if self.to is not AgentStatus.CREATED and not (self.words.strip() or self.reason not in {"", "other"}):
            raise ReasonMissing(field="words")
        if len(self.words) > WORDS_MAX or len(self.reference) > REFERENCE_MAX:
            raise ValueError(self.to)


def decide(tx: Tx, who: Who, agent_id: str, seen: int, decision: Decision) -> Agent:
    """Decide on a request, whose version the person saw.

    Raises NotAllowed for everybody but staff, OwnRequest, ReasonMissing, ReferenceMissing, NotFound, NotPossible, and
    OutOfDate, which tells who was first.
    """
    who.require_staff()
    decision.checked()
    load(tx, Agent, agent_id, who, what="That agent")
    agent = held(tx, Agent, agent_id)
    may_decide(tx, who, agent)
    about = decision.field or (REASONS.of(decision.reason).field if decision.reason else "")
    told: dict[str, Any] = {"reason": decision.reason, "words": decision.words.strip(), "field": about}
    reference = decision.reference.strip() or agent.reference
    facts = {"reason": decision.reason, "field": about, "from_staff": True, "reference": reference}
    transition(
        tx, agent, decision.to, moves=AGENT_MOVES, act=f"rcs:agent:{decision.to}", by=who.user_id, seen=seen,
        because=" ".join(filter(None, [decision.reason, decision.words.strip()])), facts=facts,
        **told, reference=reference, decided_by=who.user_id, decided_at=tx.now,
    )  # fmt: skip
    redraw(tx, agent)
    key = write_down(tx, agent, str(decision.to), who, **told, reference=reference)
    inform(tx, agent, key, needs_action=decision.to is not AgentStatus.CREATED)
    settle_ticket(tx, agent, who)
    return agent


def to_decide(tx: Tx, who: Who, agent_id: str, seen: int, to: AgentStatus) -> Agent:
    """An agent on which somebody is about to decide. Raises what ``decide`` would."""
    who.require_staff()
    agent = load(tx, Agent, agent_id, who, what="That agent")
    may_decide(tx, who, agent)
    if agent.version != seen:
        raise who_was_first(tx, agent)
    if to not in AGENT_MOVES[agent.status]:
        raise NotPossible(what=agent.name, to=to.replace("_", " "), status=agent.status.replace("_", " "))
    return agent


def may_decide(tx: Tx, who: Who, agent: Agent) -> None:
    """Raise OwnRequest for whoever sent in any revision of it."""
    by = select(AgentRevision.by).where(AgentRevision.agent_id == agent.id).distinct()
    for submitter in {agent.submitted_by, *tx.session.scalars(by)}:
        rules.may_decide(who.user_id, submitter)
