"""What can be done with a ticket: one function, one transaction."""

from collections.abc import Iterable

from sqlalchemy import select, update

from bot.accounts.rules import Role, Who
from bot.accounts.service import load
from bot.delivery.inbox import first_time
from bot.delivery.outbox import tell
from bot.delivery.transition import who_was_first
from bot.storage.database import Tx
from bot.storage.statements import add_once, changed
from bot.tickets.features import Feature
from bot.tickets.lists import Line, Lines, View, lines
from bot.tickets.notices import News, notify_assignee, notify_requester
from bot.tickets.rules import Audience, NoSuchTicket, Status, Turn, is_only_thanks, read_text, title_of
from bot.tickets.steps import (
    OPENED_MAIL,
    REPLY,
    REPLY_MAIL,
    Opening,
    for_customer,
    for_staff,
    move,
    note_down,
    open_ticket,
    set_turn,
    show,
)
from bot.tickets.tables import Ticket, TicketEntry
from bot.tickets.threads import thread_of
from bot.tickets.why import Event, why

__all__ = [
    "Event",
    "Line",
    "Lines",
    "Opening",
    "View",
    "ask",
    "assign",
    "by_number",
    "came",
    "entries",
    "lines",
    "move",
    "note",
    "of_account",
    "open_ticket",
    "pass_on",
    "reply",
    "set_turn",
    "settle",
    "why",
]

QUESTION = "question"
"""The kind of a ticket that is about anything else."""
_SOURCE_MAX = 80


def ask(
    tx: Tx,
    who: Who,
    channel: str,
    text: str,
    key: str,
    *,
    thread_ts: str | None = None,
    about: str | None = None,
    email: str = "",
    author: str | None = None,
    country: str = "",
    features: Iterable[Feature] = (),
) -> Ticket:
    """Open a ticket about anything else; the same ``key`` again, or a ticket's own thread, gives the same ticket.

    ``channel`` is where the customer follows it (a person's id for direct messages), ``thread_ts`` the message under
    which. ``about`` becomes its title, else the first line does. ``author`` is whose words these are, when staff make
    a ticket of a customer's message. Raises NotLinked, WordsMissing, TooManyWords.
    """
    account_id, text = who.require_account(), read_text(text)
    first_time(tx, f"ticket:{key}"[:255])  # whoever asks the same at this moment waits here
    known = tx.session.scalars(select(TicketEntry).where(TicketEntry.source == key[:_SOURCE_MAX])).first()
    if known is not None:
        return load(tx, Ticket, known.ticket_id, who)
    there = thread_of(tx, channel, thread_ts, features) if thread_ts else None
    if there is not None and there.ticket.account_id == account_id:
        return there.ticket
    requester = author or who.user_id
    opening = Opening(
        account_id, QUESTION, title_of(about or text), requester, channel, email, thread_ts, country=country
    )
    ticket = open_ticket(tx, opening, by=who.user_id)
    by_staff = who.is_staff and requester == who.user_id
    _enter(tx, ticket, requester, text, source=key, audience=Audience.CUSTOMER, from_staff=by_staff)
    notify_requester(tx, ticket, News(ticket.card_kind, ticket.card_key, OPENED_MAIL), by=who.user_id)
    return ticket


def came(  # noqa: PLR0917 as Slack's event has them
    tx: Tx, who: Who, channel: str, thread_ts: str, ts: str, text: str, *, features: Iterable[Feature] = ()
) -> TicketEntry | None:
    """Somebody wrote in a thread; None when it is no ticket's, not for us to hear, or was heard before.

    In the customer's thread a customer's words reach the staff, and a staff member's count as a reply. In the staff's
    thread everything is a note.
    """
    thread = thread_of(tx, channel, thread_ts, features)
    if thread is None or not text.strip():
        return None
    ticket, source = thread.ticket, f"{channel}:{ts}"
    if not who.is_staff and (thread.inside or not _is_theirs(ticket, who)):
        return None
    audience = Audience.STAFF if thread.inside else Audience.CUSTOMER
    entry = _enter(tx, ticket, who.user_id, text.strip(), source=source, audience=audience, from_staff=who.is_staff)
    if entry is None:
        return None
    if thread.inside:
        note_down(tx, ticket, "noted", who.user_id, from_staff=True, entry=entry.id)
    else:
        _heard(tx, ticket, entry, is_said=True)
    return entry


def _is_theirs(ticket: Ticket, who: Who) -> bool:
    """Whether it is a customer's: of the account, or an own one where a direct message says no account."""
    return who.account_id == ticket.account_id or (
        who.account_id is None and who.role.covers(Role.CUSTOMER) and who.user_id == ticket.requester
    )


def reply(tx: Tx, who: Who, ticket_id: str, text: str, key: str, *, turn: Turn = Turn.CUSTOMER) -> TicketEntry | None:
    """Say something to the other side: staff to the customer's thread, a customer to the staff. None: said before.

    ``turn`` is whose turn it is after a staff member's reply. Raises NotFound, WordsMissing, TooManyWords.
    """
    ticket, text = load(tx, Ticket, ticket_id, who, what="This ticket"), read_text(text)
    entry = _enter(tx, ticket, who.user_id, text, source=key, audience=Audience.CUSTOMER, from_staff=who.is_staff)
    if entry is not None:
        tell(tx, for_customer(ticket, REPLY, entry.id))
        _heard(tx, ticket, entry, turn)
    return entry


def _heard(tx: Tx, ticket: Ticket, entry: TicketEntry, turn: Turn = Turn.CUSTOMER, *, is_said: bool = False) -> None:
    """What follows from words that customer and staff both read. ``is_said``: in the customer's thread itself."""
    act = "replied" if entry.from_staff else "answered"
    note_down(tx, ticket, act, entry.author, from_staff=entry.from_staff, entry=entry.id)
    tell(tx, for_staff(tx, ticket, REPLY, entry.id))
    ticket.updated_at = tx.now
    news = News(REPLY, entry.id, REPLY_MAIL, is_said=is_said and entry.from_staff)
    if not entry.from_staff:
        notify_assignee(tx, ticket, news, by=entry.author)
        if ticket.status == Status.OPEN or not is_only_thanks(entry.text):
            set_turn(tx, ticket, Turn.US, by=entry.author, from_staff=False)
        return
    notify_requester(tx, ticket, news, by=entry.author, needs_action=turn is Turn.CUSTOMER)
    if ticket.status == Status.OPEN:
        set_turn(tx, ticket, turn, by=entry.author, from_staff=True)


def note(tx: Tx, who: Who, ticket_id: str, text: str, key: str) -> TicketEntry | None:
    """Something that stays among staff, in their thread. None: noted before. Raises NotAllowed, NotFound."""
    who.require_staff()
    ticket, text = load(tx, Ticket, ticket_id, who, what="This ticket"), read_text(text)
    entry = _enter(tx, ticket, who.user_id, text, source=key, audience=Audience.STAFF, from_staff=True)
    if entry is not None:
        note_down(tx, ticket, "noted", who.user_id, from_staff=True, entry=entry.id)
        tell(tx, for_staff(tx, ticket, REPLY, entry.id))
    return entry


def _enter(
    tx: Tx, ticket: Ticket, author: str, text: str, *, source: str, audience: Audience, from_staff: bool
) -> TicketEntry | None:
    """Keep a person's words, unless the same delivery brought them before."""
    entry = TicketEntry(
        id=tx.new_id(),
        account_id=ticket.account_id,
        ticket_id=ticket.id,
        audience=audience,
        author=author,
        from_staff=from_staff,
        text=text,
        source=source[:_SOURCE_MAX],
        created_at=tx.now,
    )
    return entry if add_once(tx, entry) else None


def assign(tx: Tx, who: Who, ticket_id: str, seen: int, user_id: str) -> Ticket:
    """Make it somebody's to look after. Raises NotAllowed, NotFound, and OutOfDate for who comes second."""
    who.require_staff()
    ticket = load(tx, Ticket, ticket_id, who, what="This ticket")
    mine = update(Ticket).where(Ticket.id == ticket.id, Ticket.version == seen)
    if changed(tx, mine.values(assignee=user_id, version=seen + 1, updated_at=tx.now)) != 1:
        raise who_was_first(tx, ticket)
    tx.session.refresh(ticket)
    note_down(tx, ticket, "assigned", who.user_id, from_staff=True, to=user_id)
    show(tx, ticket)
    return ticket


def pass_on(tx: Tx, who: Who, ticket_id: str, turn: Turn) -> Ticket:
    """Say by hand whose turn it is. Raises NotAllowed, NotFound."""
    who.require_staff()
    ticket = load(tx, Ticket, ticket_id, who, what="This ticket")
    return set_turn(tx, ticket, turn, by=who.user_id, from_staff=True)


def settle(tx: Tx, who: Who, ticket_id: str, seen: int, to: Status) -> Ticket:
    """Solve, close or open a ticket again. Customers close and open theirs; solved is what staff say.

    Raises NotAllowed, NotFound, NotPossible, and OutOfDate for who comes second.
    """
    ticket = load(tx, Ticket, ticket_id, who, what="This ticket")
    if to is Status.SOLVED:
        who.require_staff()
    return move(tx, ticket, to, by=who.user_id, seen=seen, from_staff=who.is_staff, aloud=True)


# What people look at


def of_account(tx: Tx, who: Who, ticket_id: str) -> Ticket:
    """A ticket of the person's account; staff see every account's. Raises NotFound."""
    return load(tx, Ticket, ticket_id, who, what="This ticket")


def by_number(tx: Tx, who: Who, number: int) -> Ticket:
    """The ticket of this number. Raises NoSuchTicket, alike for none and for somebody else's."""
    ticket = tx.session.scalars(select(Ticket).where(Ticket.number == number)).one_or_none()
    if ticket is None or not (who.is_staff or ticket.account_id == who.account_id):
        raise NoSuchTicket(number=f"SD-{number}")
    return ticket


def entries(tx: Tx, who: Who, ticket: Ticket, limit: int = 5) -> list[TicketEntry]:
    """The latest words in a ticket, oldest first; a customer reads no notes."""
    wanted = select(TicketEntry).where(TicketEntry.ticket_id == ticket.id)
    if not who.is_staff:
        wanted = wanted.where(TicketEntry.audience == Audience.CUSTOMER)
    newest = tx.session.scalars(wanted.order_by(TicketEntry.created_at.desc(), TicketEntry.id).limit(limit))
    return list(newest)[::-1]
