"""A customer, or staff for him, takes back what was submitted: one sender ID, or all of it."""

from collections.abc import Sequence

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.transition import Step, transition, who_was_first
from bot.registrations import rules
from bot.registrations.rules import Act, By, OperatorStatus, SubmissionStatus
from bot.registrations.standing import inform, inform_staff, settle_ticket
from bot.registrations.steps import (
    letters_follow,
    locked,
    move_all,
    redraw,
    redraw_renewed,
    registrations_of,
    rows_of,
    write_down,
)
from bot.registrations.tables import Registration, Submission
from bot.registrations.wholes import Whole, wholes
from bot.storage.database import Tx

_WHAT = "That registration"


def withdraw(tx: Tx, who: Who, id_: str, seen: int) -> Submission:
    """Withdraw one registration, or a whole submission, whose id it is; ``seen`` is its version.

    Raises NotFound, OutOfDate for who comes second, NotPossible when it was withdrawn before.
    """
    one = tx.session.get(Registration, id_)
    submission_id = load(tx, Registration, id_, who, what=_WHAT).submission_id if one else id_
    load(tx, Submission, submission_id, who, what=_WHAT)
    submission = locked(tx, submission_id)
    all_ = registrations_of(tx, submission.id)
    going = [each for each in all_ if (each.id == id_ if one else each.status == SubmissionStatus.SUBMITTED)]
    for each in going:
        _take_back(tx, each, who, seen if one else each.version)
    if one is None or all(each.status == SubmissionStatus.WITHDRAWN for each in all_):
        _take_back(tx, submission, who, submission.version if one else seen)
    _operators_hear(tx, submission, who, going, whole=one is None)
    settle_ticket(tx, submission, who)
    return submission


def _take_back(tx: Tx, row: Registration | Submission, who: Who, seen: int) -> None:
    act = f"registrations:{row.__tablename__.removesuffix('s')}:withdrawn"
    moves, facts = rules.SUBMISSION_MOVES, {"from_staff": who.is_staff}
    transition(tx, row, SubmissionStatus.WITHDRAWN, moves=moves, act=act, by=who.user_id, seen=seen, facts=facts)


def _operators_hear(tx: Tx, submission: Submission, who: Who, going: Sequence[Registration], *, whole: bool) -> None:
    by = By.STAFF if who.is_staff else By.CUSTOMER
    every, facts = rows_of(tx, *(each.id for each in going)), {"from_staff": who.is_staff}
    gone = [row for row in every if rules.allowed(row.status, Act.WITHDRAW, by)]
    move_all(tx, [Step(row, facts=facts) for row in gone], OperatorStatus.WITHDRAWN, "withdrawn", by=who.user_id)
    redraw(tx, submission, going)
    redraw_renewed(tx, going)
    letters_follow(tx, submission)
    key = write_down(tx, going[0], "withdrawn", who.user_id, gone, whole=whole, **facts)
    inform(tx, submission, key, needs_action=False)
    if not who.is_staff:
        inform_staff(tx, going[0], key)


def to_withdraw(tx: Tx, who: Who, submission_id: str) -> list[Whole]:
    """What of a submission can still be withdrawn, before somebody is asked whether he means it.

    Raises NotFound, and OutOfDate, which tells who was first, when nothing is left.
    """
    submission = load(tx, Submission, submission_id, who, what=_WHAT)
    left = [each for each in wholes(tx, submission_id) if each.registration.status == SubmissionStatus.SUBMITTED]
    if not left:
        raise who_was_first(tx, submission)
    return left
