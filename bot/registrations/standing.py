"""What a change of operators' rows means for the whole: the cards, the ticket's turn, and who is told."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery.outbox import tell
from bot.registrations.rules import turn_of
from bot.registrations.steps import MAIL, NEWS, NOTE, happened, news, registrations_of, staff_note
from bot.registrations.tables import OperatorRow, Registration, Submission
from bot.storage.audit import Subject
from bot.storage.database import Tx
from bot.tickets.notices import News, notify, notify_assignee
from bot.tickets.rules import Status, Turn
from bot.tickets.steps import move, set_turn
from bot.tickets.tables import Ticket


def turn_of_submission(tx: Tx, submission_id: str) -> Turn:
    """Whose turn it is by all operators and letters of all registrations of a submission."""
    mine = select(OperatorRow.status, Registration.loa)
    mine = mine.join(Registration, Registration.id == OperatorRow.registration_id)
    there = tx.session.execute(mine.where(Registration.submission_id == submission_id))
    return turn_of((status, loa) for status, loa in there)


def settle_ticket(tx: Tx, submission: Submission, who: Who | None) -> None:
    """Say whose turn it is by all rows of the submission; when all have ended, the ticket is solved.

    ``who`` None: an operator said it, or time passed.
    """
    ticket = tx.session.get_one(Ticket, submission.ticket_id)
    turn = turn_of_submission(tx, submission.id)
    by, from_staff = (who.user_id, who.is_staff) if who else (None, None)
    if turn is Turn.NOBODY:
        move(tx, ticket, Status.SOLVED, by=by, from_staff=from_staff)
    else:
        set_turn(tx, ticket, turn, by=by, from_staff=from_staff)


def settle_turn(tx: Tx, submission: Submission, who: Who | None) -> None:
    """Say whose turn it is in a ticket that is open; nothing is solved or opened again by it."""
    ticket = tx.session.get_one(Ticket, submission.ticket_id)
    turn = turn_of_submission(tx, submission.id)
    if ticket.status == Status.OPEN and turn is not Turn.NOBODY:
        by, from_staff = (who.user_id, who.is_staff) if who else (None, None)
        set_turn(tx, ticket, turn, by=by, from_staff=from_staff)


def inform(tx: Tx, submission: Submission, key: str, *, needs_action: bool) -> None:
    """Tell the customer what was written down under this key (``steps.write_down``).

    The thread has it always; the submitter is told besides as they chose.
    """
    tell(tx, news(submission, key))
    ticket = tx.session.get_one(Ticket, submission.ticket_id)
    to, email = submission.submitted_by, submission.submitter_email
    by = happened(tx, key).by
    notify(tx, ticket, News(NEWS, key, MAIL), to=to, email=email, by=by, needs_action=needs_action)


def inform_staff(tx: Tx, registration: Registration, key: str) -> None:
    """Tell staff what was written down under this key.

    The thread of their card has it always; who looks after the ticket is told besides as they chose.
    """
    tell(tx, staff_note(registration, key))
    ticket = tx.session.get_one(Ticket, tx.session.get_one(Submission, registration.submission_id).ticket_id)
    notify_assignee(tx, ticket, News(NOTE, key), by=happened(tx, key).by)


def subjects_of(tx: Tx, ticket: Ticket) -> Sequence[Subject]:
    """The audit's subjects that belong to a ticket: its submission, the registrations, and the operators' rows."""
    submission_id = tx.session.scalars(select(Submission.id).where(Submission.ticket_id == ticket.id)).one_or_none()
    if submission_id is None:
        return []
    registrations = [each.id for each in registrations_of(tx, submission_id)]
    rows = tx.session.scalars(select(OperatorRow.id).where(OperatorRow.registration_id.in_(registrations)))
    return [
        (Submission.__tablename__, submission_id),
        *((Registration.__tablename__, each) for each in registrations),
        *((OperatorRow.__tablename__, each) for each in rows),
    ]
