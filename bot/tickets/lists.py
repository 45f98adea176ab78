"""Lists of tickets: mine, all, by account, by whose turn it is, overdue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, select

from bot.accounts.rules import Who
from bot.accounts.tables import Account
from bot.delivery.outbox import SLACK
from bot.delivery.tables import Message
from bot.storage.database import Tx
from bot.tickets.rules import Status, Turn
from bot.tickets.steps import CARD
from bot.tickets.tables import Ticket


class View(StrEnum):
    """Which tickets."""

    MINE = "mine"
    ALL = "all"
    US = "us"
    CUSTOMER = "customer"
    OPERATOR = "operator"
    OVERDUE = "overdue"
    ENDED = "ended"


@dataclass(frozen=True)
class Line:
    """A ticket in a list; ``account`` is the customer's name, ``root`` the message whose thread this person reads."""

    ticket: Ticket
    account: str
    root: Message | None
    is_late: bool


@dataclass(frozen=True)
class Lines:
    """The first of the tickets that there are, and how many there are in all."""

    shown: tuple[Line, ...]
    total: int


def lines(
    tx: Tx,
    who: Who,
    view: View = View.MINE,
    *,
    account: str = "",
    assignee: str = "",
    limit: int = 15,
    own: bool = False,
) -> Lines:
    """Tickets, those that are due first on top. ``account`` is part of a customer's name; only staff name others'.

    ``own``: without those of features, whose requests have cards of their own. ``assignee``: a colleague's.

    "Mine" is what a customer asked for himself, and what a member of staff looks after. Raises NotLinked for customers
    without an account.
    """
    which = _which(tx, who, view)
    if not who.is_staff:
        which.append(Ticket.account_id == who.require_account())
    elif account:
        named = func.lower(Account.name).contains(account.lower(), autoescape=True)
        which.append(Ticket.account_id.in_(select(Account.id).where(named)))
    if assignee:
        which.append(Ticket.assignee == assignee)
    if own:
        which.append(Ticket.card_kind == CARD)
    total = tx.session.scalar(select(func.count()).select_from(Ticket).where(*which)) or 0
    rows = _first(tx, which, view, limit) if total else []
    roots = _roots(tx, [_card(who, ticket) for ticket, _ in rows])
    return Lines(tuple(_line(tx, who, ticket, name, roots) for ticket, name in rows), total)


def _which(tx: Tx, who: Who, view: View) -> list[ColumnElement[bool]]:
    is_open = Ticket.status == Status.OPEN
    match view:
        case View.MINE:
            mine = Ticket.assignee == who.user_id if who.is_staff else Ticket.requester == who.user_id
            return [is_open, mine]
        case View.ALL:
            return [is_open]
        case View.OVERDUE:
            return [is_open, is_overdue(tx.now)]
        case View.ENDED:
            return [Ticket.status != Status.OPEN]
        case _:
            return [is_open, Ticket.turn == Turn(view)]


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Whose answer is late."""
    return and_(Ticket.turn == Turn.US, Ticket.due_at < now)


def _first(tx: Tx, which: Sequence[ColumnElement[bool]], view: View, limit: int) -> list[tuple[Ticket, str]]:
    """What is due, the soonest first, then the rest, which waits longest first: each read in an index's order."""
    wanted = select(Ticket, Account.name).join(Account, Account.id == Ticket.account_id).where(*which)
    if view is View.ENDED:
        orders = [wanted.order_by(Ticket.updated_at.desc(), Ticket.number.desc())]
    else:
        due = wanted.where(Ticket.due_at.is_not(None)).order_by(Ticket.due_at, Ticket.turn_since, Ticket.number)
        rest = wanted.where(Ticket.due_at.is_(None)).order_by(Ticket.turn_since, Ticket.number)
        orders = [due, rest]
    found: list[tuple[Ticket, str]] = []
    for order in orders:
        if len(found) < limit:
            found += [(ticket, name) for ticket, name in tx.session.execute(order.limit(limit - len(found)))]
    return found


def _line(tx: Tx, who: Who, ticket: Ticket, account: str, roots: Mapping[tuple[str, str], Message]) -> Line:
    is_late = ticket.turn == Turn.US and ticket.due_at is not None and ticket.due_at < tx.now
    return Line(ticket, account, roots.get(_card(who, ticket)), is_late)


def _card(who: Who, ticket: Ticket) -> tuple[str, str]:
    """Kind and key of the message in whose thread this person reads."""
    return (ticket.review_kind, ticket.review_key) if who.is_staff else (ticket.card_kind, ticket.card_key)


def _roots(tx: Tx, cards: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Message]:
    """The first message of each, in one statement."""
    kinds, keys = {kind for kind, _ in cards}, {key for _, key in cards}
    told = select(Message).where(Message.kind.in_(kinds), Message.key.in_(keys), Message.medium == SLACK)
    found: dict[tuple[str, str], Message] = {}
    for message in tx.session.scalars(told.order_by(Message.created_at)):
        found.setdefault((message.kind, message.key), message)
    return found
