"""What letters hand over to tickets: what belongs to a ticket's story, and what a customer may read of it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from bot.loa import moving
from bot.loa.tables import Letter, SignedCopy, Signing
from bot.registrations.tables import Registration, Submission
from bot.storage.audit import AuditRow, Subject
from bot.storage.database import Tx
from bot.tickets.features import Feature
from bot.tickets.tables import Ticket

TOLD = frozenset(
    {
        *(f"loa:letter:{act}" for act in ("released", "downloaded", "stuck", "accepted", "returned", "superseded")),
        *(f"loa:copy:{act}" for act in ("came", "recognised", "refused", "doubtful", "kept")),
        *(f"loa:signing:{act}" for act in ("begun", "completed", "declined", "voided", "expired", "failed")),
    }
)
"""What a customer may read of: what they did, and what became of it."""


def feature() -> Feature:
    """The part of letters in their tickets."""
    return Feature(
        subjects_of, told=TOLD, facts=frozenset({"letter", "copy", "way", "from_staff"}), explained=explained
    )


def subjects_of(tx: Tx, ticket: Ticket) -> Sequence[Subject]:
    """The audit's subjects that belong to a ticket: its letters in all versions, their copies and their signings."""
    letters = (
        select(Letter.id)
        .join(Registration, Registration.id == Letter.registration_id)
        .join(Submission, Submission.id == Registration.submission_id)
        .where(Submission.ticket_id == ticket.id)
    )
    copies = select(SignedCopy.id).where(SignedCopy.letter_id.in_(letters))
    signings = select(Signing.id).where(Signing.letter_id.in_(letters))
    tables = ((Letter, letters), (SignedCopy, copies), (Signing, signings))
    submissions = select(Submission.id).where(Submission.ticket_id == ticket.id)
    news = [(moving.TOLD, id_) for id_ in tx.session.scalars(submissions)]
    return news + [(table.__tablename__, id_) for table, ids in tables for id_ in tx.session.scalars(ids)]


def explained(_tx: Tx, _ticket: Ticket, rows: Sequence[AuditRow]) -> Mapping[int, Mapping[str, str]]:
    """Of what was told to people, which letters."""
    return {row.id: {"letter": str(row.facts.get("letter") or "")} for row in rows if row.act.startswith("loa:")}
