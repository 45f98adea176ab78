"""What the dashboard shows: a page of sender IDs, or of operators' rows, and what waits for staff. Reads only."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, select

from bot.accounts.rules import Who
from bot.accounts.tables import Account
from bot.dashboard.filters import Filters, View
from bot.dashboard.fits import operators_like
from bot.dashboard.keys import Key, Wanted, find
from bot.delivery.tables import Message
from bot.registrations import steps
from bot.registrations.rules import OperatorStatus, RollUp
from bot.registrations.tables import OperatorRow, Registration, Submission
from bot.storage.database import Tx
from bot.tickets.tables import Ticket

PAGES: Final = {View.LINKED: 10, View.UNLINKED: 5}
"""Sender IDs on a page; in the unlinked view with all their operators."""


@dataclass(frozen=True)
class Row:
    """One operator's row of a sender ID. ``registered_on``: since when it is approved; ``valid_till``: or asked for."""

    operator: str
    name: str
    status: OperatorStatus
    registered_on: date | None
    valid_till: date | None


@dataclass(frozen=True)
class Line:
    """A sender ID and destination. ``root`` is the message whose thread this person reads; ``account`` a name.

    ``rows`` are its operators', in their order; in the unlinked view those that the filters ask for.
    """

    id: str
    sender_id: str
    country: str
    rolled: RollUp
    requested_at: datetime
    subaccount: str
    category: str
    labels: str
    loa: str
    ticket_number: int
    account: str
    root: Message | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Page:
    """The lines of a page. ``total`` is how many there are in all; ``total_is_more``: there are more than that.

    ``back`` and ``on``: the keys by which the page before and the next one are asked for; None where there is none.
    ``looked``: the page is not full as so many rows were looked at; ``on`` (or ``back``) then looks at further ones.
    """

    filters: Filters
    lines: tuple[Line, ...]
    total: int
    back: Key | None
    on: Key | None
    total_is_more: bool = False
    looked: int = 0


def scope(who: Who) -> str | None:
    """The account that a person looks at; None: all, for staff outside of a customer's channel. Raises NotLinked."""
    return who.account_id if who.is_staff else who.require_account()


def page(
    tx: Tx, who: Who, filters: Filters, key: Key | None = None, *, backwards: bool = False, limit: int | None = None
) -> Page:
    """A page of what fits the filters: behind ``key``, or before it; ``limit`` sender IDs. Raises NotLinked."""
    limit = limit or PAGES[filters.view]
    wanted = Wanted(scope(who), filters)
    there = find(tx, wanted, key, limit + 1, backwards=backwards)
    found, is_more = there.keys, len(there.keys) > limit
    shown = (found[1:] if backwards else found[:limit]) if is_more else found
    first, last = (shown[0], shown[-1]) if shown else (key, key)
    if backwards:
        back, on = first if is_more else there.stopped, last
    else:
        back, on = first if key else None, last if is_more else there.stopped
    shown_lines = lines(tx, [each.id for each in shown], filters, for_staff=who.is_staff)
    total, looked = there.total, there.looked if there.stopped else 0
    return Page(filters, shown_lines, total, back, on, total_is_more=there.total_is_more, looked=looked)


def lines(tx: Tx, ids: Sequence[str], filters: Filters, *, for_staff: bool, links: bool = True) -> tuple[Line, ...]:
    """The lines of these registrations, in this order, in few statements; ``links``: with their threads' roots."""
    columns = (Registration, Ticket.number, Account.name)
    wanted = select(*columns).join(Submission, Submission.id == Registration.submission_id)
    wanted = wanted.join(Ticket, Ticket.id == Submission.ticket_id).join(Account, Account.id == Registration.account_id)
    there = {one.id: (one, number, name) for one, number, name in tx.session.execute(wanted.where(_is(ids)))}
    operators = _operators(tx, ids)
    roots = _roots(tx, [one for one, _, _ in there.values()], for_staff=for_staff) if links else {}
    return tuple(
        _line(there[id_], operators[id_], roots.get(id_), filters, for_staff=for_staff) for id_ in ids if id_ in there
    )


def _is(ids: Sequence[str]) -> ColumnElement[bool]:
    return Registration.id.in_(ids)


def _operators(tx: Tx, ids: Sequence[str]) -> Mapping[str, list[OperatorRow]]:
    found: dict[str, list[OperatorRow]] = defaultdict(list)
    for row in steps.rows_of(tx, *ids):
        found[row.registration_id].append(row)
    return found


def _line(
    there: tuple[Registration, int, str],
    operators: Sequence[OperatorRow],
    root: Message | None,
    filters: Filters,
    *,
    for_staff: bool,
) -> Line:
    one, number, account = there
    counts = Counter(row.status for row in operators)
    return Line(
        id=one.id,
        sender_id=one.sender_id,
        country=one.country,
        rolled=RollUp(counts.total(), counts),
        requested_at=one.requested_at,
        subaccount=one.subaccount,
        category=one.category,
        labels=one.labels,
        loa=one.loa,
        ticket_number=number,
        account=account if for_staff else "",
        root=root,
        rows=tuple(_row(one, row) for row in _asked_for(one, operators, filters)),
    )


def _asked_for(one: Registration, operators: Sequence[OperatorRow], filters: Filters) -> list[OperatorRow]:
    """All of them; in the unlinked view those in the status, and at the operator, that are filtered for."""
    if filters.view is View.LINKED:
        return list(operators)
    names = (one.sender_id_key, one.subaccount_key, *one.labels.lower().split(", "))
    is_called = filters.text and any(name.startswith(filters.text) for name in names)
    codes = () if is_called or not filters.text else operators_like(filters.text)
    return [
        row
        for row in operators
        if (not filters.status or row.status == filters.status) and (not codes or row.operator in codes)
    ]


def _row(one: Registration, row: OperatorRow) -> Row:
    is_approved = row.status == OperatorStatus.APPROVED and row.decided_at is not None
    return Row(
        row.operator,
        row.name,
        OperatorStatus(row.status),
        row.decided_at.date() if is_approved and row.decided_at else None,
        row.valid_till or one.valid_till,
    )


def _roots(tx: Tx, them: Sequence[Registration], *, for_staff: bool) -> Mapping[str, Message]:
    """The message in whose thread this person follows each registration: our card for staff, or the customer's."""
    about = {one.id: one.id if for_staff else one.submission_id for one in them}
    kind = steps.REVIEW_CARD if for_staff else steps.CARD
    told = tx.session.scalars(select(Message).where(Message.kind == kind, Message.key.in_(set(about.values()))))
    by_key: dict[str, Message] = {}
    for message in sorted(told, key=lambda message: message.created_at):
        by_key.setdefault(message.key, message)
    return {id_: by_key[key] for id_, key in about.items() if key in by_key}


def account_name(tx: Tx, who: Who) -> str:
    """The customer whose sender IDs staff look at; empty: everybody's."""
    return tx.session.get_one(Account, who.account_id).name if who.account_id else ""
