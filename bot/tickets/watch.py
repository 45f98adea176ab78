"""What happens to tickets by itself: what is stuck or late is told once, what is solved for days is closed."""

from sqlalchemy import ColumnElement, select

from bot.delivery.outbox import ESCALATION, Telling, tell
from bot.storage.database import Tx
from bot.tickets.lists import is_overdue
from bot.tickets.rules import CLOSED_AFTER, STUCK_AFTER, Status, Turn
from bot.tickets.steps import LATE, STUCK, for_staff, move, note_down, show
from bot.tickets.tables import Ticket

AT_ONCE = 50
"""Tickets of each sort in one look; what is left comes with the next."""


def look(tx: Tx) -> int:
    """Look at all tickets once; gives how many were told or closed. Replicas that look at once do no harm."""
    return _tell_stuck(tx) + _tell_late(tx) + _close_solved(tx)


def _tell_stuck(tx: Tx) -> int:
    """Nothing moved: staff read of it in the ticket's own thread, whoever's turn it is."""
    since = (Ticket.turn_since <= tx.now - STUCK_AFTER, Ticket.turn != Turn.NOBODY)
    tickets = _open_ones(tx, *since, Ticket.told_stuck_at.is_(None))
    for ticket in tickets:
        ticket.told_stuck_at = tx.now
        note_down(tx, ticket, "stuck", None, rule=f"stuck_after_{STUCK_AFTER.days}_days")
        tell(tx, for_staff(tx, ticket, STUCK, f"{ticket.id}:{int(ticket.turn_since.timestamp())}"))
    return len(tickets)


def _tell_late(tx: Tx) -> int:
    """Our answer is late: that goes to the channel of choice."""
    tickets = _open_ones(tx, is_overdue(tx.now), Ticket.told_late_at.is_(None))
    for ticket in tickets:
        ticket.told_late_at = tx.now
        note_down(tx, ticket, "late", None, rule="answer_due")
        key = f"{ticket.id}:{int(ticket.turn_since.timestamp())}"
        tell(tx, Telling(LATE, key, ESCALATION, account_id=ticket.account_id))
        show(tx, ticket)
    return len(tickets)


def _close_solved(tx: Tx) -> int:
    """A ticket that stays solved is closed, and the thread says so."""
    solved = (Ticket.status == Status.SOLVED, Ticket.solved_at <= tx.now - CLOSED_AFTER)
    wanted = select(Ticket).where(*solved).order_by(Ticket.solved_at).limit(AT_ONCE).with_for_update(skip_locked=True)
    tickets = tx.session.scalars(wanted).all()
    for ticket in tickets:
        move(tx, ticket, Status.CLOSED, by=None)
    return len(tickets)


def _open_ones(tx: Tx, *which: ColumnElement[bool]) -> list[Ticket]:
    wanted = select(Ticket).where(Ticket.status == Status.OPEN, *which).order_by(Ticket.turn_since).limit(AT_ONCE)
    return list(tx.session.scalars(wanted.with_for_update(skip_locked=True)))
