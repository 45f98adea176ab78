"""One decision for all sender IDs of a ticket: what is undecided at some operators is decided at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.transition import who_was_first
from bot.errors import OutOfDate
from bot.registrations import rules
from bot.registrations.decision import Decision, apply, tell_all
from bot.registrations.decisions import may_decide
from bot.registrations.rules import UNDECIDED, Act, By, SubmissionStatus
from bot.registrations.steps import locked
from bot.registrations.tables import OperatorRow, Registration, Submission, SubmissionRevision
from bot.registrations.wholes import Whole, whole
from bot.storage.database import Tx

ACTS = (Act.SENT, Act.APPROVE, Act.ASK, Act.REJECT)
"""What can be decided of many; an amendment corrects one row."""


class NothingUndecided(OutOfDate):
    """Nothing is left to decide there: others were first at all of these. The cards show the latest state."""


class SubmittedAgain(OutOfDate):
    """<@{who}> submitted it again meanwhile, so nothing was decided. Look at what it is now, then decide."""


@dataclass(frozen=True)
class Sweep:
    """What one decision meets at some operators: rows that it decides, and rows that were further and stay."""

    going: tuple[OperatorRow, ...]
    staying: tuple[OperatorRow, ...]

    @property
    def sender_ids(self) -> int:
        """Of how many sender IDs something is decided."""
        return len({row.registration_id for row in self.going})


def meets(rows: Iterable[OperatorRow], operators: Collection[str], act: Act) -> Sweep:
    """Which of a submission's rows are decided by an act at operators (their codes); what was decided is left alone."""
    there = [row for row in rows if row.operator in operators]
    going = tuple(row for row in there if row.status in UNDECIDED and rules.allowed(row.status, act, By.STAFF))
    chosen = {row.id for row in going}
    return Sweep(going, tuple(row for row in there if row.id not in chosen))


def rows_of_all(tx: Tx, submission_id: str) -> list[OperatorRow]:
    """The operators' rows of all sender IDs of a submission that are not withdrawn, in their order, as they are now."""
    wanted = (
        select(OperatorRow)
        .join(Registration, Registration.id == OperatorRow.registration_id)
        .where(Registration.submission_id == submission_id, Registration.status == SubmissionStatus.SUBMITTED)
        .order_by(Registration.position, OperatorRow.position)
    )
    return list(tx.session.scalars(wanted, execution_options={"populate_existing": True}))


def to_sweep(tx: Tx, who: Who, registration_id: str) -> tuple[Whole, list[OperatorRow]]:
    """A sender ID on which somebody is about to decide, and the rows of all sender IDs of its submission.

    Raises NotAllowed, OwnSubmission and NotFound; OutOfDate, which tells who was first, when all is decided.
    """
    who.require_staff()
    there = whole(tx, load(tx, Registration, registration_id, who, what="That registration"))
    may_decide(tx, who, there.submission)
    rows = rows_of_all(tx, there.submission.id)
    if not any(row.status in UNDECIDED for row in rows):
        raise who_was_first(tx, there.operators[0])
    return there, rows


def decide_all(tx: Tx, who: Who, seen: tuple[str, int], operators: Collection[str], decision: Decision) -> Sweep:
    """Decide at these operators (their codes) what of a submission is undecided now: all of it or nothing.

    ``seen``: the submission's id, and its revision that the person saw. What others decided meanwhile stays, and is
    counted in the answer. The customer is told once. Raises NotAllowed, OwnSubmission, NotFound, ReasonMissing,
    SubmittedAgain, NothingUndecided, and as ``decision.apply`` for a last day that cannot be.
    """
    who.require_staff()
    decision.checked()
    if decision.act not in ACTS:
        raise ValueError(decision.act)
    submission_id, revision = seen
    load(tx, Submission, submission_id, who, what="That registration")
    submission = locked(tx, submission_id)
    may_decide(tx, who, submission)
    if submission.revision != revision:
        raise SubmittedAgain(who=tx.session.get_one(SubmissionRevision, (submission.id, submission.revision)).by)
    met = meets(rows_of_all(tx, submission_id), operators, decision.act)
    if not met.going:
        raise NothingUndecided(field="operators:all")
    apply(tx, met.going, decision, who=who)
    tell_all(tx, submission, met.going, decision, who, at_once=True)
    return met
