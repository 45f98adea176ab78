"""What waits, for staff: the open tickets by whose turn it is and how old that is, and who looks after how many."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select

from bot.accounts.rules import Who
from bot.storage.database import Tx
from bot.tickets.rules import STUCK_AFTER, Status, Turn
from bot.tickets.tables import Ticket

DAY: Final = timedelta(days=1)
TURNS: Final = (Turn.US, Turn.CUSTOMER, Turn.OPERATOR)


@dataclass(frozen=True)
class Queue:
    """Open tickets of a turn: since less than a day, since less than what counts as stuck, and since longer."""

    turn: Turn
    fresh: int
    older: int
    stuck: int
    oldest: datetime | None

    @property
    def total(self) -> int:
        """All of them."""
        return self.fresh + self.older + self.stuck


@dataclass(frozen=True)
class Load:
    """What a member of staff looks after; ``ours`` of these wait for us."""

    user_id: str
    tickets: int
    ours: int


def queues(tx: Tx, who: Who) -> tuple[Queue, ...]:
    """The queues that are not empty, ours first. Raises NotAllowed for customers."""
    who.require_staff()
    since, ages = Ticket.turn_since, (tx.now - DAY, tx.now - STUCK_AFTER)
    conditions = (since > ages[0], since.between(ages[1], ages[0]), since < ages[1])
    counts = (func.count().filter(each) for each in conditions)
    rows = select(Ticket.turn, *counts, func.min(since)).where(_open()).group_by(Ticket.turn)
    found = {turn: Queue(Turn(turn), *rest) for turn, *rest in tx.session.execute(rows)}
    return tuple(found[turn] for turn in TURNS if turn in found)


def loads(tx: Tx, who: Who) -> tuple[Load, ...]:
    """Who of the staff looks after how many open tickets, the most first. Raises NotAllowed for customers."""
    who.require_staff()
    ours = func.count().filter(Ticket.turn == Turn.US)
    rows = select(Ticket.assignee, func.count(), ours).where(_open(), Ticket.assignee.is_not(None))
    in_order = rows.group_by(Ticket.assignee).order_by(func.count().desc(), Ticket.assignee)
    return tuple(Load(user or "", *counts) for user, *counts in tx.session.execute(in_order))


def _open() -> ColumnElement[bool]:
    return Ticket.status == Status.OPEN
