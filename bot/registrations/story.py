"""What registrations hand over to tickets: what belongs to a ticket's story, and which messages are its roots."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from bot.registrations.reasons import reasons
from bot.registrations.standing import subjects_of
from bot.registrations.steps import CARD, REVIEW_CARD
from bot.registrations.tables import OperatorRow, Registration, Submission
from bot.storage.audit import AuditRow
from bot.storage.database import Tx
from bot.tickets.features import Feature
from bot.tickets.tables import Ticket

_DECIDED = ("with_operator", "approved", "changes_asked", "rejected", "amended")
_LIVED = ("resubmitted", "withdrawn", "expired")
TOLD = frozenset(f"registrations:operator:{act}" for act in (*_DECIDED, *_LIVED)) | {
    "registrations:registration:submitted",
    "registrations:registration:withdrawn",
}
"""What a customer may read of: what became of each operator's row, and what they did themselves."""


def feature() -> Feature:
    """The part of registrations in their tickets."""
    told_facts = frozenset({"operator", "reason", "field", "from_staff"})
    return Feature(subjects_of, ticket_of, TOLD, told_facts, explained)


def explained(tx: Tx, ticket: Ticket, rows: Sequence[AuditRow]) -> Mapping[int, Mapping[str, str]]:
    """Which operator by name, with the sender ID where there are several, and why in the words of staff's list."""
    there = select(Registration).join(Submission).where(Submission.ticket_id == ticket.id)
    names = {one.id: one.sender_id for one in tx.session.scalars(there)}
    operators = tx.session.scalars(select(OperatorRow).where(OperatorRow.registration_id.in_(names)))
    called = {one.id: f"{one.name} ({names[one.registration_id]})" if len(names) > 1 else one.name for one in operators}
    titles = {reason.code: reason.title for reason in reasons() if reason.sentence}  # "Something else" says nothing
    return {
        row.id: {
            "operator": called[row.subject_id],
            "reason_words": titles.get(str(row.facts.get("reason") or ""), ""),
        }
        for row in rows
        if row.subject_id in called
    }


def ticket_of(tx: Tx, kind: str, key: str) -> str | None:
    """The ticket of a card of ours: the customer's names a submission, the staff's one of its registrations."""
    submission_id: str | None = key if kind == CARD else None
    if kind == REVIEW_CARD:
        registration = tx.session.get(Registration, key)
        submission_id = registration.submission_id if registration else None
    submission = tx.session.get(Submission, submission_id) if submission_id else None
    return submission.ticket_id if submission else None
