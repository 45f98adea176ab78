"""What people look at: registrations with everything around them."""

from dataclasses import dataclass

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.errors import NotFound
from bot.registrations import rules
from bot.registrations.steps import registrations_of, rows_of
from bot.registrations.tables import Company, OperatorRow, Registration, Submission, SubmissionRevision
from bot.storage.database import Tx
from bot.tickets.tables import Ticket


@dataclass(frozen=True)
class Whole:
    """A registration with everything around it."""

    registration: Registration
    operators: list[OperatorRow]
    submission: Submission
    ticket: Ticket
    company: Company

    @property
    def roll_up(self) -> rules.RollUp:
        """What its operators come to."""
        return rules.roll_up(row.status for row in self.operators)


def registration(tx: Tx, who: Who, id_: str) -> Whole:
    """A registration of the person's account; staff see every account's. Raises NotFound."""
    return whole(tx, load(tx, Registration, id_, who, what="That registration"))


def whole(tx: Tx, one: Registration) -> Whole:
    """A registration with everything around it, whoever looks: for what draws cards."""
    submission = tx.session.get_one(Submission, one.submission_id)
    ticket = tx.session.get_one(Ticket, submission.ticket_id)
    company = tx.session.get_one(Company, submission.company_id)
    return Whole(one, rows_of(tx, one.id), submission, ticket, company)


def submission(tx: Tx, who: Who, id_: str) -> list[Whole]:
    """A submission's registrations in their order. Raises NotFound."""
    load(tx, Submission, id_, who, what="That registration")
    return wholes(tx, id_)


def wholes(tx: Tx, submission_id: str) -> list[Whole]:
    """A submission's registrations in their order, whoever looks."""
    return [whole(tx, one) for one in registrations_of(tx, submission_id)]


def of_account(tx: Tx, who: Who, limit: int = 50) -> list[Whole]:
    """The account's registrations, the newest first."""
    wanted = select(Registration).where(Registration.account_id == who.require_account())
    newest = wanted.order_by(Registration.requested_at.desc(), Registration.position, Registration.id).limit(limit)
    return [whole(tx, one) for one in tx.session.scalars(newest)]


def revisions(tx: Tx, who: Who, submission_id: str) -> list[SubmissionRevision]:
    """All that was submitted, word by word, the first first. Raises NotFound."""
    load(tx, Submission, submission_id, who, what="That registration")
    kept = select(SubmissionRevision).where(SubmissionRevision.submission_id == submission_id)
    return list(tx.session.scalars(kept.order_by(SubmissionRevision.revision)))


def of_ticket(tx: Tx, ticket: Ticket) -> Submission:
    """The submission that a ticket is about. Raises NotFound."""
    found = tx.session.scalars(select(Submission).where(Submission.ticket_id == ticket.id)).one_or_none()
    if found is None:
        raise NotFound(what="That registration")
    return found
