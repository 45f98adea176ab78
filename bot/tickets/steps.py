"""The steps of tickets, which features take too with theirs: open, set the turn, solve, close, open again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from bot.delivery.outbox import REVIEW, SLACK, Telling, send, tell
from bot.delivery.tables import Message
from bot.delivery.transition import transition
from bot.storage.audit import AuditRow, record
from bot.storage.database import Tx
from bot.tickets.clocks import due, hours_of, target, worked
from bot.tickets.notices import News, notify_assignee, notify_requester
from bot.tickets.rules import FIRST_NUMBER, MOVES, TITLE_MAX, Status, Turn
from bot.tickets.tables import Ticket, TicketNumber

CARD, REVIEW_CARD, REPLY, NEWS = "tickets.card", "tickets.review", "tickets.reply", "tickets.news"
STUCK, LATE = "tickets.stuck", "tickets.late"
OPENED_MAIL, REPLY_MAIL, NEWS_MAIL = "tickets.opened_mail", "tickets.reply_mail", "tickets.news_mail"

Root = tuple[str, str]
"""Kind and key of a message of ours that is the root of a thread."""
_ACTS = {Status.SOLVED: "solved", Status.OPEN: "reopened", Status.CLOSED: "closed"}


@dataclass(frozen=True)
class Opening:
    """A ticket that is to be opened.

    ``card`` and ``review`` name a feature's own root messages, which the feature tells; without them the ticket tells
    cards of its own. ``thread_ts`` is a person's message under which the customer follows it.
    """

    account_id: str
    kind: str
    title: str
    requester: str
    channel: str
    requester_email: str = ""
    thread_ts: str | None = None
    country: str = ""
    card: Root | None = None
    review: Root | None = None


def open_ticket(tx: Tx, opening: Opening, *, by: str) -> Ticket:
    """Open a ticket under the next number. It is our turn, and the clock runs."""
    id_ = tx.new_id()
    number = TicketNumber(ticket_id=id_)
    tx.session.add(number)
    tx.session.flush()
    hours = hours_of(opening.country)
    card, review = opening.card or (CARD, id_), opening.review or (REVIEW_CARD, id_)
    ticket = Ticket(
        id=id_,
        number=FIRST_NUMBER + number.id - 1,
        account_id=opening.account_id,
        kind=opening.kind,
        title=" ".join(opening.title.split())[:TITLE_MAX],
        turn=Turn.US,
        turn_since=tx.now,
        country=opening.country,
        due_at=due(tx.now, target().left(timedelta(0), hours), hours),
        requester=opening.requester,
        requester_email=opening.requester_email,
        channel=opening.channel,
        thread_ts=opening.thread_ts,
        card_kind=card[0],
        card_key=card[1],
        review_kind=review[0],
        review_key=review[1],
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(ticket)
    tx.session.flush()
    note_down(tx, ticket, "opened", by, from_staff=by != opening.requester, kind=opening.kind)
    if opening.card is None:
        tell(tx, Telling(CARD, id_, ticket.channel, account_id=ticket.account_id, thread_ts=ticket.thread_ts))
    if opening.review is None:
        tell(tx, Telling(REVIEW_CARD, id_, REVIEW, account_id=ticket.account_id))
    return ticket


def set_turn(
    tx: Tx, ticket: Ticket, turn: Turn, *, by: str | None, because: str = "", from_staff: bool | None = None
) -> Ticket:
    """Say who has to act next. Our clock pauses when it is not us; a solved or closed ticket is opened again for it.

    Here as below, ``by`` is the person, None when it happened by itself; ``from_staff`` says on which side they are
    (without it, everybody but the requester is staff).
    """
    lock(tx, ticket)
    if ticket.status != Status.OPEN:
        if turn is Turn.NOBODY:
            return ticket
        return move(tx, ticket, Status.OPEN, by=by, because=because, turn=turn, from_staff=from_staff)
    ticket.updated_at = tx.now
    if ticket.turn == turn:
        return ticket
    before = ticket.turn
    for name, value in _turned(tx, ticket, turn).items():
        setattr(ticket, name, value)
    note_down(tx, ticket, "passed_on", by, because=because, from_staff=from_staff, before=before, after=str(turn))
    show(tx, ticket)
    return ticket


def move(
    tx: Tx,
    ticket: Ticket,
    to: Status,
    *,
    by: str | None,
    because: str = "",
    seen: int | None = None,
    from_staff: bool | None = None,
    turn: Turn = Turn.US,
    aloud: bool | None = None,
) -> Ticket:
    """Solve a ticket, close it, or open it again, by the rules; both sides read of it, each what the other did.

    Solved: what was asked is done; the customer may open it again by a word. Open: it is not done after all, our clock
    starts anew, and it is somebody's ``turn``. Closed: nothing more is done. There already: nothing. With ``seen``, the
    version that the person saw, who comes second is told who was first (OutOfDate). ``aloud``: both threads read of it;
    without it only a ticket with cards of its own says so, as a feature tells its own news.
    """
    if seen is None and to not in MOVES[ticket.status]:
        return ticket
    values = _turned(tx, ticket, turn if to is Status.OPEN else Turn.NOBODY, anew=ticket.status != Status.OPEN)
    if to is not Status.CLOSED:
        values["solved_at"] = tx.now if to is Status.SOLVED else None
    act, facts = f"tickets:ticket:{_ACTS[to]}", _side(ticket, by, from_staff)
    transition(tx, ticket, to, moves=MOVES, act=act, by=by, seen=seen, because=because, facts=facts, **values)
    tx.session.flush()
    about = (AuditRow.subject_kind == Ticket.__tablename__, AuditRow.subject_id == ticket.id, AuditRow.act == act)
    written = tx.session.scalars(select(AuditRow.id).where(*about).order_by(AuditRow.id.desc()).limit(1)).one()
    key = f"{ticket.id}:{written}"
    if aloud or (aloud is None and ticket.card_kind == CARD):
        _tell_moved(tx, ticket, key, by, said_so=bool(aloud), by_staff=bool(facts.get("from_staff")))
    show(tx, ticket)
    return ticket


def _tell_moved(tx: Tx, ticket: Ticket, key: str, by: str | None, *, said_so: bool, by_staff: bool) -> None:
    """Both threads read of it, and who is on the other side is told; nobody of what happened by itself."""
    for telling in (for_customer(ticket, NEWS, key), for_staff(tx, ticket, NEWS, key)):
        tell(tx, telling)
    news = News(NEWS, key, NEWS_MAIL)
    if by and by_staff:
        notify_requester(tx, ticket, news, by=by)
    elif by and said_so:  # else they wrote something, and that is told
        notify_assignee(tx, ticket, news, by=by)


def _turned(tx: Tx, ticket: Ticket, turn: Turn, *, anew: bool = False) -> dict[str, Any]:
    """The columns of a ticket whose turn changes now. ``anew``: what we spent before is forgotten."""
    hours = hours_of(ticket.country)
    spent = timedelta(0) if anew else timedelta(seconds=ticket.worked_seconds)
    if ticket.turn == Turn.US and not anew:
        spent += worked(ticket.turn_since, tx.now, hours)
    return {
        "turn": turn,
        "turn_since": tx.now,
        "worked_seconds": int(spent.total_seconds()),
        "due_at": due(tx.now, target().left(spent, hours), hours) if turn is Turn.US else None,
        "told_stuck_at": None,
        "told_late_at": None,
        "updated_at": tx.now,
    }


def lock(tx: Tx, ticket: Ticket) -> Ticket:
    """The ticket as it is now; nobody else changes it before this transaction ends."""
    tx.session.flush()
    tx.session.refresh(ticket, with_for_update=True)
    return ticket


def note_down(
    tx: Tx,
    ticket: Ticket,
    act: str,
    by: str | None,
    *,
    because: str = "",
    from_staff: bool | None = None,
    **facts: object,
) -> AuditRow:
    """Write down what happened to a ticket without a change of its status."""
    return record(
        tx,
        subject=(Ticket.__tablename__, ticket.id),
        act=f"tickets:ticket:{act}",
        actor=by,
        account_id=ticket.account_id,
        because=because,
        facts=_side(ticket, by, from_staff) | facts,
    )


def _side(ticket: Ticket, by: str | None, from_staff: bool | None) -> dict[str, object]:  # noqa: FBT001 what is known
    """On which side the person is who did it."""
    if by is None:
        return {}
    return {"from_staff": by != ticket.requester if from_staff is None else from_staff}


# Where people read of it


def for_customer(ticket: Ticket, kind: str, key: str) -> Telling:
    """A message in the customer's thread."""
    parent = None if ticket.thread_ts else (ticket.card_kind, ticket.card_key)
    return Telling(kind, key, ticket.channel, SLACK, ticket.account_id, ticket.thread_ts, parent)


def for_staff(tx: Tx, ticket: Ticket, kind: str, key: str) -> Telling:
    """A message in the thread of the staff's card."""
    root = root_of(tx, ticket.review_kind, ticket.review_key)
    parent = (ticket.review_kind, ticket.review_key) if root else None
    return Telling(kind, key, root.place if root else REVIEW, SLACK, ticket.account_id, None, parent)


def root_of(tx: Tx, kind: str, key: str) -> Message | None:
    """The root message of this kind and key, wherever it was told first."""
    told = select(Message).where(Message.kind == kind, Message.key == key, Message.medium == SLACK)
    return tx.session.scalars(told.order_by(Message.created_at).limit(1)).first()


def show(tx: Tx, ticket: Ticket) -> None:
    """Have the cards of a ticket drawn again, whoever's they are."""
    cards = or_(
        and_(Message.kind == ticket.card_kind, Message.key == ticket.card_key),
        and_(Message.kind == ticket.review_kind, Message.key == ticket.review_key),
    )
    for message in tx.session.scalars(select(Message).where(cards, Message.medium == SLACK)):
        send(tx, message)
