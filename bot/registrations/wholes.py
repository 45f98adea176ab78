"""What people look at: registrations with everything around them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.errors import NotFound
from bot.registrations import rules
from bot.registrations.rules import SubmissionStatus
from bot.registrations.steps import registrations_of, rows_of
from bot.registrations.tables import Company, OperatorRow, Registration, Submission, SubmissionRevision
from bot.storage.database import Tx
from bot.storage.statements import Row
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


def several(tx: Tx, ids: Sequence[str]) -> list[Whole]:
    """These registrations in this order, each once, whoever looks; in as many statements for one as for many."""
    every = {one.id: one for one in _all(tx, Registration, Registration.id, ids)}
    after = _renewals(tx, list(every))
    before = {one.id: one for one in _all(tx, Registration, Registration.id, [one.renews_id for one in every.values()])}
    around = [*every.values(), *after.values(), *before.values()]
    submissions = {one.id: one for one in _all(tx, Submission, Submission.id, [one.submission_id for one in around])}
    tickets = {one.id: one for one in _all(tx, Ticket, Ticket.id, [one.ticket_id for one in submissions.values()])}
    companies = {
        one.id: one for one in _all(tx, Company, Company.id, [each.company_id for each in submissions.values()])
    }
    operators = rows_of(tx, *every)

    def kin(one: Registration | None) -> Kin | None:
        if one is None:
            return None
        asked = submissions[one.submission_id]
        return Kin(one, asked, tickets[asked.ticket_id])

    found = []
    for one in (every[id_] for id_ in dict.fromkeys(ids) if id_ in every):
        asked, rows = submissions[one.submission_id], [row for row in operators if row.registration_id == one.id]
        around_it = (asked, tickets[asked.ticket_id], companies[asked.company_id])
        found.append(Whole(one, rows, *around_it, kin(before.get(one.renews_id or "")), kin(after.get(one.id))))
    return found


def _all(tx: Tx, table: type[Row], column: Any, ids: Iterable[str | None]) -> Sequence[Row]:
    return tx.session.scalars(select(table).where(column.in_({id_ for id_ in ids if id_}))).all()


def _renewals(tx: Tx, ids: Sequence[str]) -> dict[str, Registration]:
    """What goes on with each, by its id: the latest."""
    later = select(Registration).where(
        Registration.renews_id.in_(ids), Registration.status == SubmissionStatus.SUBMITTED
    )
    in_order = later.order_by(Registration.requested_at, Registration.id.desc())
    return {one.renews_id: one for one in tx.session.scalars(in_order) if one.renews_id}


def submission(tx: Tx, who: Who, id_: str) -> list[Whole]:
    """A submission's registrations in their order. Raises NotFound."""
    load(tx, Submission, id_, who, what="That registration")
    return wholes(tx, id_)


def wholes(tx: Tx, submission_id: str) -> list[Whole]:
    """A submission's registrations in their order, whoever looks."""
    return [whole(tx, one) for one in registrations_of(tx, submission_id)]


def of_account(tx: Tx, who: Who, limit: int = 50) -> list[Whole]:
    """The account's registrations, the newest first."""
    wanted = select(Registration.id).where(Registration.account_id == who.require_account())
    newest = wanted.order_by(Registration.requested_at.desc(), Registration.position, Registration.id).limit(limit)
    return several(tx, list(tx.session.scalars(newest)))


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
