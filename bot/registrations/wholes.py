"""What people look at: registrations with everything around them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.errors import NotFound
from bot.registrations import rules
from bot.registrations.rules import SubmissionStatus
from bot.registrations.steps import registrations_of, rows_of
from bot.registrations.tables import Company, OperatorRow, Registration, Submission, SubmissionRevision
from bot.storage.database import Tx
from bot.tickets.tables import Ticket


@dataclass(frozen=True)
class Kin:
    """The registration of the same sender ID that went before one, or goes on with it."""

    registration: Registration
    submission: Submission
    ticket: Ticket


@dataclass(frozen=True)
class Whole:
    """A registration with everything around it."""

    registration: Registration
    operators: list[OperatorRow]
    submission: Submission
    ticket: Ticket
    company: Company
    renews: Kin | None = None
    renewed_by: Kin | None = None

    @property
    def roll_up(self) -> rules.RollUp:
        """What its operators come to."""
        return rules.roll_up(row.status for row in self.operators)

    def may_be_renewed(self, today: date) -> bool:
        """Whether it ends soon, or has, and nothing goes on with it yet."""
        if self.renewed_by or self.registration.status != SubmissionStatus.SUBMITTED:
            return False
        return any(rules.is_ending(row.status, row.valid_till, today) for row in self.operators)


def registration(tx: Tx, who: Who, id_: str) -> Whole:
    """A registration of the person's account; staff see every account's. Raises NotFound."""
    return whole(tx, load(tx, Registration, id_, who, what="That registration"))


def whole(tx: Tx, one: Registration) -> Whole:
    """A registration with everything around it, whoever looks: for what draws cards."""
    submission = tx.session.get_one(Submission, one.submission_id)
    ticket = tx.session.get_one(Ticket, submission.ticket_id)
    company = tx.session.get_one(Company, submission.company_id)
    before = tx.session.get(Registration, one.renews_id) if one.renews_id else None
    later = select(Registration).where(
        Registration.renews_id == one.id, Registration.status == SubmissionStatus.SUBMITTED
    )
    after = tx.session.scalars(later.order_by(Registration.requested_at.desc(), Registration.id).limit(1)).first()
    rows = rows_of(tx, one.id)
    return Whole(one, rows, submission, ticket, company, _kin(tx, before), _kin(tx, after))


def _kin(tx: Tx, one: Registration | None) -> Kin | None:
    if one is None:
        return None
    submission = tx.session.get_one(Submission, one.submission_id)
    return Kin(one, submission, tx.session.get_one(Ticket, submission.ticket_id))


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
