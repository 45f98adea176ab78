"""The end of validities: reminders before it, expiry after it, and a draft that renews what ends."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import Exists, Select, exists, select
from sqlalchemy.orm import aliased

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.jobs import soon
from bot.delivery.transition import Step
from bot.errors import DeskError
from bot.registrations import drafts, rules
from bot.registrations.rules import OPEN, REMINDERS, Act, OperatorStatus
from bot.registrations.standing import inform, settle_ticket
from bot.registrations.steps import RENEWAL, letters_follow, locked, move_all, redraw, write_down
from bot.registrations.tables import Draft, OperatorRow, Registration, Submission
from bot.registrations.wholes import Whole, wholes
from bot.storage.database import Tx
from bot.tickets.rules import number_words

_WHAT = "That registration"
_AT_ONCE = 50
"""Submissions in one transaction: others wait no longer than that takes."""


def ask_for(tx: Tx) -> None:
    """Have the ends of validities looked at soon. Asked often, it costs a look; nothing is told twice."""
    soon(tx, RENEWAL, "all")


def look(tx: Tx) -> int:
    """Expire what is over, and remind of what ends soon, some submissions at a time; how many there were."""
    today = tx.now.date()
    wanted = [*tx.session.scalars(_submissions_with(_over(today))), *tx.session.scalars(_submissions_with(_due(today)))]
    some = list(dict.fromkeys(wanted))[:_AT_ONCE]
    for submission_id in some:
        submission = locked(tx, submission_id)
        expire(tx, submission, _rows(tx, submission, _over(today)))
        remind(tx, submission, _rows(tx, submission, _due(today)))
    return len(some)


def _over(today: date) -> Select[OperatorRow]:
    return select(OperatorRow).where(OperatorRow.status == OperatorStatus.APPROVED, OperatorRow.valid_till < today)


def _due(today: date) -> Select[OperatorRow]:
    """Those for which a reminder is due that was not told: the next one of 60, 30 and 7 days."""
    is_due = [
        (OperatorRow.valid_till <= today + timedelta(days=days))
        & (OperatorRow.reminded_days.is_(None) | (OperatorRow.reminded_days > days))
        for days in REMINDERS
    ]
    soon = OperatorRow.valid_till.between(today, today + timedelta(days=REMINDERS[0]))
    there = select(OperatorRow).where(OperatorRow.status == OperatorStatus.APPROVED, soon)
    return there.where(is_due[0] | is_due[1] | is_due[2], ~_goes_on(OperatorStatus.APPROVED, *OPEN))


def _goes_on(*statuses: OperatorStatus) -> Exists:
    """Whether the same operator has one of these statuses in what renews a row's registration."""
    after, theirs = aliased(Registration), aliased(OperatorRow)
    return exists().where(
        after.renews_id == OperatorRow.registration_id,
        theirs.registration_id == after.id,
        theirs.operator == OperatorRow.operator,
        theirs.status.in_(statuses),
    )


def _submissions_with(rows: Select[OperatorRow]) -> Select[str]:
    mine = rows.join(Registration, Registration.id == OperatorRow.registration_id)
    return (
        mine.with_only_columns(Registration.submission_id)
        .distinct()
        .order_by(Registration.submission_id)
        .limit(_AT_ONCE)
    )


def _rows(tx: Tx, submission: Submission, rows: Select[OperatorRow]) -> list[OperatorRow]:
    mine = rows.join(Registration, Registration.id == OperatorRow.registration_id)
    in_order = mine.where(Registration.submission_id == submission.id).order_by(
        Registration.position, OperatorRow.position
    )
    return list(tx.session.scalars(in_order, execution_options={"populate_existing": True}))


def expire(tx: Tx, submission: Submission, rows: Sequence[OperatorRow]) -> None:
    """These rows' validity is over. It is told, unless the operator approved what goes on with it."""
    move_all(tx, [Step(row) for row in rows], rules.result(Act.EXPIRE), "expired", by=None)
    for registration, some in _by_registration(tx, rows):
        ids = select(OperatorRow.id).where(
            OperatorRow.id.in_([row.id for row in some]), _goes_on(OperatorStatus.APPROVED)
        )
        going_on = set(tx.session.scalars(ids))
        if ended := [row for row in some if row.id not in going_on]:
            inform(tx, submission, write_down(tx, registration, "expired", None, ended), needs_action=True)
        redraw(tx, submission, [registration])
    if rows:
        letters_follow(tx, submission)
        settle_ticket(tx, submission, None)


def remind(tx: Tx, submission: Submission, rows: Sequence[OperatorRow]) -> None:
    """These rows' validity ends soon: told once for each registration and each of the reminders."""
    for registration, some in _by_registration(tx, rows):
        left = min((row.valid_till - tx.now.date()).days for row in some if row.valid_till)
        for row in some:
            row.reminded_days = min(days for days in REMINDERS if days >= left)
        inform(tx, submission, write_down(tx, registration, "ending", None, some, days=left), needs_action=True)
        redraw(tx, submission, [registration])


def _by_registration(tx: Tx, rows: Iterable[OperatorRow]) -> list[tuple[Registration, list[OperatorRow]]]:
    """Rows of one registration stand together already."""
    return [
        (tx.session.get_one(Registration, registration_id), list(some))
        for registration_id, some in groupby(rows, key=lambda row: row.registration_id)
    ]


class NothingToRenew(DeskError):
    """Nothing here ends within {days} days, so there is nothing to renew yet. I remind you in time."""


class RenewedAlready(DeskError):
    """{name} is renewed by {ticket} already. Follow it there."""


def renew(tx: Tx, who: Who, id_: str) -> Draft:
    """A draft filled in from a registration, or from all of a submission that end; ``id_`` is that of the one or other.

    Each begins the day after the first approval of the old one ends, or today. The person looks it over and submits it
    as a new submission; one that the same person has open is offered again. Raises NotFound, NothingToRenew,
    RenewedAlready.
    """
    one = tx.session.get(Registration, id_)
    submission_id = load(tx, Registration, id_, who, what=_WHAT).submission_id if one else id_
    submission = load(tx, Submission, submission_id, who, what=_WHAT)
    there = [each for each in wholes(tx, submission_id) if one is None or each.registration.id == id_]
    ending = [each for each in there if each.may_be_renewed(tx.now.date())]
    if not ending:
        raise _why_not(there)
    ids = {each.registration.id for each in ending}
    for draft in drafts.opened(tx, who, submission.account_id):
        if ids & {entry.get("renews") for entry in draft.data.get("sender_ids") or ()} and draft.submission_id is None:
            return draft
    data = drafts.filled_in(submission, [each.registration for each in ending])
    for entry, each in zip(data["sender_ids"], ending, strict=True):
        del entry["registration_id"]
        entry |= {"renews": each.registration.id, "valid_from": _begins(each, tx.now.date()).isoformat()}
    return drafts.new(tx, who, submission.account_id, submission.channel, data=data, step="review")


def _why_not(there: Sequence[Whole]) -> DeskError:
    for each in there:
        if each.renewed_by:
            return RenewedAlready(name=each.registration.sender_id, ticket=number_words(each.renewed_by.ticket.number))
    return NothingToRenew(days=REMINDERS[0])


def _begins(old: Whole, today: date) -> date:
    """The day after the first of its approvals ends; today when one is over already."""
    ends = [row.valid_till for row in old.operators if row.status == OperatorStatus.APPROVED and row.valid_till]
    is_over = any(row.status == OperatorStatus.EXPIRED for row in old.operators)
    return today if is_over or not ends else max(min(ends) + timedelta(days=1), today)
