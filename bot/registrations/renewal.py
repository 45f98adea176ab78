"""The end of validities: reminders before it, expiry after it, and a draft that renews what ends."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import Select, select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.jobs import soon
from bot.registrations import drafts, rules
from bot.registrations.rules import REMINDERS, Act, OperatorStatus
from bot.registrations.standing import inform, settle_ticket
from bot.registrations.steps import RENEWAL, locked, move, redraw, write_down
from bot.registrations.tables import Draft, OperatorRow, Registration, Submission
from bot.storage.database import Tx

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
    there = select(OperatorRow).where(OperatorRow.status == OperatorStatus.APPROVED, OperatorRow.valid_till >= today)
    return there.where(is_due[0] | is_due[1] | is_due[2])


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
    """These rows' validity is over."""
    for row in rows:
        move(tx, row, rules.result(Act.EXPIRE), "expired", by=None)
    for registration, some in _by_registration(tx, rows):
        inform(tx, submission, write_down(tx, registration, "expired", None, some), needs_action=True)
        redraw(tx, submission, [registration])
    if rows:
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


def renew(tx: Tx, who: Who, registration_id: str) -> Draft:
    """A draft filled in from a registration; its validity begins the day after the old one's end, or today.

    The person looks it over and submits it as a new submission. Raises NotFound.
    """
    old = load(tx, Registration, registration_id, who, what="That registration")
    submission = tx.session.get_one(Submission, old.submission_id)
    data = drafts.filled_in(submission, [old])
    (entry,) = data["sender_ids"]
    ends = tx.session.scalars(select(OperatorRow.valid_till).where(OperatorRow.registration_id == old.id)).all()
    after = max((day + timedelta(days=1) for day in ends if day is not None), default=tx.now.date())
    del entry["registration_id"]
    entry["valid_from"] = max(after, tx.now.date()).isoformat()
    return drafts.new(tx, who, submission.account_id, submission.channel, data=data)
