"""What staff and operators decide on operators' rows: a clerk's click and a feed's word go the same way."""

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.transition import NotPossible, who_was_first
from bot.registrations import rules
from bot.registrations.decision import ACTS, WORDS_MAX, Decision, apply, approval_ends, tell_all
from bot.registrations.hearing import heard
from bot.registrations.rules import Act, By
from bot.registrations.steps import locked
from bot.registrations.tables import OperatorRow, Registration, Submission, SubmissionRevision
from bot.registrations.wholes import Whole, whole
from bot.storage.database import Tx

__all__ = [
    "ACTS", "WORDS_MAX", "Decision", "NothingAmended", "approval_ends", "decide", "heard", "may_decide", "to_decide",
]  # fmt: skip


def decide(tx: Tx, who: Who, rows: Sequence[tuple[str, int]], decision: Decision) -> list[OperatorRow]:
    """Decide on some rows at once, each (id, version seen): all of them or none.

    Raises NotAllowed for everybody but staff, OwnSubmission, ReasonMissing, NotFound, NotPossible; and OutOfDate, which
    tells who was first, when somebody came before.
    """
    who.require_staff()
    decision.checked()
    seen = dict(rows)
    for row_id in seen:
        load(tx, OperatorRow, row_id, who, what="That operator's row")
    wanted = (
        select(OperatorRow.id, Registration.submission_id)
        .join(Registration, Registration.id == OperatorRow.registration_id)
        .where(OperatorRow.id.in_(seen))
        .order_by(Registration.submission_id)
    )
    decided: list[OperatorRow] = []
    for submission_id, some in groupby(tx.session.execute(wanted).all(), key=lambda found: found[1]):
        submission = locked(tx, submission_id)
        may_decide(tx, who, submission)
        there = _in_order(tx, [row_id for row_id, _ in some])
        for row in there:
            _refuse_second(tx, row, seen[row.id], decision.act, decision)
        apply(tx, there, decision, who=who)
        tell_all(tx, submission, there, decision, who)
        decided += there
    return decided


def to_decide(tx: Tx, who: Who, row_id: str, seen: int, act: Act) -> tuple[OperatorRow, Whole]:
    """A row on which somebody is about to decide, before being asked why, and what it belongs to.

    Raises NotAllowed, OwnSubmission, NotFound, OutOfDate and NotPossible as ``decide`` would.
    """
    who.require_staff()
    row = load(tx, OperatorRow, row_id, who, what="That operator's row")
    there = whole(tx, tx.session.get_one(Registration, row.registration_id))
    may_decide(tx, who, there.submission)
    _refuse_second(tx, row, seen, act)
    return row, there


def may_decide(tx: Tx, who: Who, submission: Submission) -> None:
    """Raise OwnSubmission for whoever submitted any revision of it."""
    by = select(SubmissionRevision.by).where(SubmissionRevision.submission_id == submission.id).distinct()
    for submitter in {submission.submitted_by, *tx.session.scalars(by)}:
        rules.may_decide(who.user_id, submitter)


def _in_order(tx: Tx, row_ids: Sequence[str]) -> list[OperatorRow]:
    wanted = (
        select(OperatorRow)
        .join(Registration, Registration.id == OperatorRow.registration_id)
        .where(OperatorRow.id.in_(row_ids))
        .order_by(Registration.position, OperatorRow.position)
    )
    return list(tx.session.scalars(wanted, execution_options={"populate_existing": True}))


class NothingAmended(NotPossible):
    """{what} is {status} now, as you say, so nothing was changed. Choose what is right, or another last day."""


def _refuse_second(tx: Tx, row: OperatorRow, seen: int, act: Act, decision: Decision | None = None) -> None:
    """Raise OutOfDate or NotPossible. ``decision``: what it would be, where that is known."""
    if row.version != seen:
        raise who_was_first(tx, row)
    told = {"what": f"What {row.name} says", "to": _ACT_WORDS[act], "status": row.status.replace("_", " ")}
    if not rules.allowed(row.status, act, By.STAFF):
        raise NotPossible(**told)
    if decision and decision.to == row.status and decision.valid_till in {None, row.valid_till}:
        raise NothingAmended(**told, field="amended_to")


_ACT_WORDS = {
    Act.SENT: "sent to the operator",
    Act.APPROVE: "approved",
    Act.ASK: "sent back for changes",
    Act.REJECT: "rejected",
    Act.AMEND: "amended",
}
