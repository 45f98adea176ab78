"""Which sender IDs need the customer: found by index, in as many statements for ten thousand as for one."""

from datetime import timedelta

from sqlalchemy import exists, select

from bot.accounts.rules import Who
from bot.registrations.rules import AWAITS_SIGNATURE, LOA_ORDER, REMINDERS, OperatorStatus, SubmissionStatus
from bot.registrations.steps import CARD
from bot.registrations.tables import OperatorRow, Registration, StatusCount, Submission
from bot.registrations.wholes import Whole, several
from bot.storage.database import Tx
from bot.tickets.rules import Status, Turn
from bot.tickets.tables import Ticket

_AT_MOST = 20
"""So many of each sort are looked for: more than that nobody does at once."""
_OPERATORS = 10
"""So many operators a country has: more would let fewer sender IDs be found."""


def of_account(tx: Tx, who: Who) -> list[Whole]:
    """What an operator asked for, what waits for a signature or an answer, and what ends; each submission's once.

    A form mends, and a folder signs, all of a submission: of these only the first sender ID is given. Of a submission
    in which something is to be mended or signed the others need nobody, though its ticket waits for the customer.
    """
    account = who.require_account()
    found = {one.registration.id: one for one in several(tx, [*_asked(tx, account), *_to_sign(tx, account)])}
    begun = {one.submission.id for one in found.values()}
    first = {one.submission.id: one for one in reversed(found.values())}
    others = [id_ for id_ in [*_in_turn(tx, account), *_ending(tx, account)] if id_ not in found]
    rest = [one for one in several(tx, others) if _needs(tx, one, waits=one.submission.id not in begun)]
    return [*reversed(first.values()), *rest]


def _needs(tx: Tx, one: Whole, *, waits: bool) -> bool:
    return (waits and has_turn(one)) or one.may_be_renewed(tx.now.date())


def has_turn(one: Whole) -> bool:
    """Whether the ticket waits for the customer."""
    return one.ticket.status == Status.OPEN and one.ticket.turn == Turn.CUSTOMER


def is_asked(one: Whole) -> bool:
    """Whether an operator asked for changes: the customer can mend it, whatever the others still do."""
    return one.roll_up.counts[OperatorStatus.CHANGES_ASKED] > 0


def is_to_sign(one: Whole) -> bool:
    """Whether a letter of it waits for its signature."""
    return one.registration.status == SubmissionStatus.SUBMITTED and one.registration.loa in AWAITS_SIGNATURE


def _asked(tx: Tx, account_id: str) -> list[str]:
    wanted = select(StatusCount.registration_id).where(
        StatusCount.account_id == account_id, StatusCount.status == OperatorStatus.CHANGES_ASKED
    )
    newest = wanted.order_by(StatusCount.requested_at.desc(), StatusCount.registration_id.desc())
    return list(tx.session.scalars(newest.limit(_AT_MOST)))


def _to_sign(tx: Tx, account_id: str) -> list[str]:
    orders = [LOA_ORDER[state] for state in AWAITS_SIGNATURE]
    wanted = select(Registration.id).where(
        Registration.account_id == account_id,
        Registration.loa_order.in_(orders),
        Registration.status == SubmissionStatus.SUBMITTED,
    )
    return list(tx.session.scalars(wanted.order_by(Registration.requested_at.desc(), Registration.id).limit(_AT_MOST)))


def _in_turn(tx: Tx, account_id: str) -> list[str]:
    theirs = (Ticket.account_id == account_id, Ticket.status == Status.OPEN, Ticket.turn == Turn.CUSTOMER)
    tickets = select(Ticket.id).where(*theirs, Ticket.card_kind == CARD).order_by(Ticket.turn_since).limit(_AT_MOST)
    wanted = select(Registration.id).join(Submission, Submission.id == Registration.submission_id)
    wanted = wanted.join(Ticket, Ticket.id == Submission.ticket_id).where(Ticket.id.in_(tickets))
    in_order = wanted.order_by(Ticket.turn_since, Registration.submission_id, Registration.position)
    return list(tx.session.scalars(in_order.limit(_AT_MOST)))


def _ending(tx: Tx, account_id: str) -> list[str]:
    """About to end, the soonest first, then ended, the latest first; all of them not renewed yet.

    Rows are read in the index's order up to a bound, and told apart here: DISTINCT would read all that ever ended.
    """
    later = Registration.__table__.alias("later")
    is_renewed = exists().where(
        later.c.renews_id == OperatorRow.registration_id, later.c.status == SubmissionStatus.SUBMITTED
    )
    wanted = select(OperatorRow.registration_id).where(OperatorRow.account_id == account_id, ~is_renewed)
    soon, till = tx.now.date() + timedelta(days=REMINDERS[0]), OperatorRow.valid_till
    near = wanted.where(OperatorRow.status == OperatorStatus.APPROVED, till <= soon).order_by(till)
    over = wanted.where(OperatorRow.status == OperatorStatus.EXPIRED).order_by(till.desc())
    found = [id_ for rows in (near, over) for id_ in tx.session.scalars(rows.limit(_AT_MOST * _OPERATORS))]
    return list(dict.fromkeys(found))[:_AT_MOST]
