"""What agents hand over to tickets: what belongs to a ticket's story, and which messages are its roots."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from bot.rcs.reasons import REASONS
from bot.rcs.steps import CARD, REVIEW_CARD
from bot.rcs.tables import Agent
from bot.storage.audit import AuditRow, Subject
from bot.storage.database import Tx
from bot.tickets.features import Feature
from bot.tickets.tables import Ticket

TOLD = frozenset(f"rcs:agent:{act}" for act in ("resubmitted", "created", "changes_asked", "rejected", "withdrawn")) | {
    "rcs:request:submitted"
}
"""What a customer may read of."""


def feature() -> Feature:
    """The part of requests for agents in their tickets."""
    told_facts = frozenset({"reason", "field", "reference", "from_staff"})
    return Feature(subjects_of, ticket_of, TOLD, told_facts, explained)


def subjects_of(tx: Tx, ticket: Ticket) -> Sequence[Subject]:
    """The agent of a ticket."""
    there = tx.session.scalars(select(Agent.id).where(Agent.ticket_id == ticket.id))
    return [(Agent.__tablename__, id_) for id_ in there]


def explained(_tx: Tx, _ticket: Ticket, rows: Sequence[AuditRow]) -> Mapping[int, Mapping[str, str]]:
    """Why, in the words of staff's list."""
    titles = {reason.code: reason.title for reason in REASONS.all if reason.sentence}
    mine = [row for row in rows if row.subject_kind == Agent.__tablename__]
    return {row.id: {"reason_words": titles.get(str(row.facts.get("reason") or ""), "")} for row in mine}


def ticket_of(tx: Tx, kind: str, key: str) -> str | None:
    """The ticket of a card of ours."""
    agent = tx.session.get(Agent, key) if kind in {CARD, REVIEW_CARD} else None
    return agent.ticket_id if agent else None
