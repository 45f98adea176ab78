"""What registrations hand over to tickets: what belongs to a ticket's story, and which messages are its roots."""

from bot.registrations.standing import subjects_of
from bot.registrations.steps import CARD, REVIEW_CARD
from bot.registrations.tables import Registration, Submission
from bot.storage.database import Tx
from bot.tickets.features import Feature

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
    return Feature(subjects_of, ticket_of, TOLD, told_facts)


def ticket_of(tx: Tx, kind: str, key: str) -> str | None:
    """The ticket of a card of ours: the customer's names a submission, the staff's one of its registrations."""
    submission_id: str | None = key if kind == CARD else None
    if kind == REVIEW_CARD:
        registration = tx.session.get(Registration, key)
        submission_id = registration.submission_id if registration else None
    submission = tx.session.get(Submission, submission_id) if submission_id else None
    return submission.ticket_id if submission else None
