"""Which sender IDs a page shows, and in which order: found by index, however many there are.

A page begins behind a `Key`, never at a number of rows: nothing is shown twice or left out while rows come and go.
There are three ways to the rows, each of bounded work. One filter, or none, by date: an index has them in their order.
What few rows fit is found by that filter's index, and sorted. Else many fit, and the order's index is walked until the
page is full; filters are then hidden from the database's planner, which would sort all that fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_, union, union_all
from sqlalchemy.orm import InstrumentedAttribute

from bot.dashboard.filters import Filters, Sort
from bot.registrations.countries import countries
from bot.registrations.rules import LoaState
from bot.registrations.tables import OperatorRow, Registration, StatusCount, list_key
from bot.storage.database import Tx

FEW: Final = 400
"""So many rows are sorted without ado; what more rows fit is walked through, one in 250 of 100,000."""
COUNTED, COUNTED_ONE_BY_ONE = 1000, 100
"""How far is counted: by an index alone, and where each row must be looked at. Then there are more."""
LOAS: Final = tuple(LoaState)
"""The order by LOA: as letters go on."""
_LAST: Final = "\U0010ffff"
_COLUMNS: Final[dict[Sort, InstrumentedAttribute[Any]]] = {
    Sort.SENDER_ID: Registration.sender_id_key,
    Sort.COUNTRY: Registration.country,
    Sort.STATUS: Registration.approved,
    Sort.CATEGORY: Registration.category_key,
}
_FILTERED: Final[dict[str, InstrumentedAttribute[Any]]] = {
    "country": Registration.country,
    "subaccount": Registration.subaccount_key,
    "category": Registration.category_key,
    "loa": Registration.loa,
}
_SAME: Final = {Sort.COUNTRY: "country", Sort.CATEGORY: "category", Sort.LOA: "loa"}
"""Who filters for one value of these, and sorts by it, sorts by date."""


@dataclass(frozen=True)
class Key:
    """Where a row stands in the order: its value in the column that is sorted by (none for the date), then these."""

    value: str | int | None
    requested_at: datetime
    id: str


@dataclass(frozen=True)
class Wanted:
    """Which rows: those of ``account_id`` (None: of all) that fit ``filters``."""

    account_id: str | None
    filters: Filters

    @property
    def sort(self) -> Sort:
        """By what the rows differ."""
        same = _SAME.get(self.filters.sort)
        one = same is not None and _value(self.filters, same) is not None
        return Sort.DATE if one else self.filters.sort

    @property
    def by_status(self) -> bool:
        """Whether the index of what is in a status has the rows in their order."""
        return bool(self.filters.status and not self.filters.text) and self.sort in (Sort.DATE, Sort.STATUS)

    def mine(self, table: type[Registration | StatusCount | OperatorRow]) -> list[ColumnElement[bool]]:
        """The account's rows of a table; of staff's, all."""
        return [] if self.account_id is None else [table.account_id == self.account_id]


def _value(filters: Filters, name: str) -> str | None:
    """What is filtered for in a column; None: nothing."""
    value: str | None = getattr(filters, name)
    return value if value or (name == "category" and value is not None) else None


@dataclass(frozen=True)
class Found:
    """Some rows, and how many there are in all; ``total_is_more``: that nobody counted further."""

    keys: list[Key]
    total: int
    total_is_more: bool


def find(tx: Tx, wanted: Wanted, key: Key | None, limit: int, *, backwards: bool = False) -> Found:
    """Up to ``limit`` rows behind ``key``, or before it, in the order in which they are shown."""
    few = _few(tx, wanted)
    return Found(_keys(tx, wanted, few, key, limit, backwards=backwards), *_total(tx, wanted, few))


def keys(tx: Tx, wanted: Wanted, key: Key | None, limit: int) -> list[Key]:
    """The same, uncounted."""
    return _keys(tx, wanted, _few(tx, wanted), key, limit, backwards=False)


def _keys(
    tx: Tx, wanted: Wanted, few: Select[Any] | None, key: Key | None, limit: int, *, backwards: bool
) -> list[Key]:
    descending = wanted.filters.descending != backwards
    if wanted.sort is Sort.LOA:
        found = _by_loa(tx, wanted, few, key, limit, descending=descending)
    else:
        walk = _walk_for(wanted, few)
        found = [Key(*row) for row in tx.session.execute(walk.behind(key, limit, descending=descending))]
    return found[::-1] if backwards else found


def _total(tx: Tx, wanted: Wanted, few: Select[Any] | None) -> tuple[int, bool]:
    by_date = Wanted(wanted.account_id, replace(wanted.filters, sort=Sort.DATE))
    is_indexed = few is not None or (len(_postings(wanted)) <= 1 and not wanted.filters.text)
    most = COUNTED if is_indexed else COUNTED_ONE_BY_ONE
    rows = _walk_for(by_date, few).behind(None, most + 1, descending=True).subquery()  # in an order: by an index
    total = tx.session.scalar(select(func.count()).select_from(rows)) or 0
    return min(total, most), total > most


@dataclass(frozen=True)
class _Walk:
    """Rows that fit, and the columns that they are ordered by: ``value``, if it is not by date alone, then ``by``."""

    rows: Select[Any]
    columns: tuple[Any, ...]

    def behind(self, key: Key | None, limit: int, *, descending: bool) -> Select[Any]:
        """Those behind a key."""
        rows = self.rows if key is None else self.rows.where(_behind(self.columns, key, descending=descending))
        return rows.order_by(*(_way(column, descending=descending) for column in self.columns)).limit(limit)


def _walk(value: Any, *by: Any) -> _Walk:
    return _Walk(select(literal(None) if value is None else value, *by), by if value is None else (value, *by))


def _walk_for(wanted: Wanted, few: Select[Any] | None) -> _Walk:
    return _of_status(wanted) if few is None and wanted.by_status else _of_registrations(wanted, few)


def _of_status(wanted: Wanted) -> _Walk:
    """By the index of what is in a status."""
    filters = wanted.filters
    value = StatusCount.operators if wanted.sort is Sort.STATUS else None
    walk = _walk(value, StatusCount.requested_at, StatusCount.registration_id)
    rows = walk.rows.join(Registration, Registration.id == StatusCount.registration_id)
    rows = rows.where(StatusCount.status == filters.status, *wanted.mine(StatusCount))
    return replace(walk, rows=rows.where(*_fits(filters, hidden=True, status=False)))


def _of_registrations(wanted: Wanted, few: Select[Any] | None) -> _Walk:
    walk = _walk(_sorted_column(wanted), Registration.requested_at, Registration.id)
    return replace(walk, rows=walk.rows.where(*_conditions(wanted, few)))


def _sorted_column(wanted: Wanted) -> ColumnElement[Any] | InstrumentedAttribute[Any] | None:
    if wanted.sort is Sort.STATUS and wanted.filters.status:  # with a text beside it: few rows, counted one by one
        of_it = (StatusCount.registration_id == Registration.id, StatusCount.status == wanted.filters.status)
        return select(StatusCount.operators).where(*of_it).scalar_subquery()
    return _COLUMNS.get(wanted.sort)


def _behind(columns: Sequence[Any], key: Key, *, descending: bool) -> ColumnElement[bool]:
    values = (*([key.value] if len(columns) > 2 else []), key.requested_at, key.id)  # noqa: PLR2004 - date and id
    there = tuple_(*(literal(value, column.type) for value, column in zip(values, columns, strict=True)))
    return tuple_(*columns) < there if descending else tuple_(*columns) > there


def _by_loa(
    tx: Tx, wanted: Wanted, few: Select[Any] | None, key: Key | None, limit: int, *, descending: bool
) -> list[Key]:
    """State by state in their own order, which is not that of the words: the index has each by date."""
    fitting, states = _conditions(wanted, few), list(enumerate(LOAS))
    parts = []
    for rank, state in reversed(states) if descending else states:
        if key is not None and rank != key.value and (rank > int(key.value or 0)) == descending:
            continue
        part = select(literal(rank).label("value"), Registration.requested_at, Registration.id).where(
            Registration.loa == state, *fitting
        )
        if key is not None and rank == key.value:
            part = part.where(_behind((Registration.requested_at, Registration.id), key, descending=descending))
        in_order = (
            _way(Registration.requested_at, descending=descending),
            _way(Registration.id, descending=descending),
        )
        parts.append(select(part.order_by(*in_order).limit(limit).subquery()))
    every = union_all(*parts).subquery()
    rows = select(every).order_by(*(_way(column, descending=descending) for column in every.c)).limit(limit)
    return [Key(*row) for row in tx.session.execute(rows)]


def _way(column: Any, *, descending: bool) -> Any:
    return column.desc() if descending else column


# Which rows fit


def _conditions(wanted: Wanted, few: Select[Any] | None) -> list[ColumnElement[bool]]:
    """The conditions, put so that the database finds the rows in few steps."""
    if few is not None:
        return [Registration.id.in_(few), *_fits(wanted.filters, hidden=True)]
    return [*wanted.mine(Registration), *_fits(wanted.filters, hidden=wanted.sort is not Sort.DATE)]


def _few(tx: Tx, wanted: Wanted) -> Select[Any] | None:
    """The ids of few rows among which are all that fit, when a filter alone leaves few; not asked where no need is."""
    postings = _postings(wanted)
    if not postings or (
        len(postings) == 1 and not wanted.filters.text and (wanted.sort is Sort.DATE or wanted.by_status)
    ):
        return None
    counts = [select(func.count()).select_from(some.limit(FEW + 1).subquery()).scalar_subquery() for some in postings]
    found = tx.session.execute(select(*counts)).one()
    return next((some for some, count in zip(postings, found, strict=True) if count <= FEW), None)


def _postings(wanted: Wanted) -> list[Select[Any]]:
    """For each filter the ids of the rows that fit it, as its index has them."""
    filters, found = wanted.filters, []
    for name, column in _FILTERED.items():
        value = _value(filters, name)
        if value is not None:
            found.append(select(Registration.id).where(column == value, *wanted.mine(Registration)))
    if filters.status:
        found.append(
            select(StatusCount.registration_id).where(StatusCount.status == filters.status, *wanted.mine(StatusCount))
        )
    if filters.text:
        found.append(_called(wanted))
    return found


def _called(wanted: Wanted) -> Select[Any]:
    """Ids of what is called like the text: by sender ID, by subaccount, by operator."""
    text = wanted.filters.text
    parts = [
        select(Registration.id).where(_begins(column, text), *wanted.mine(Registration)).limit(FEW + 1)
        for column in (Registration.sender_id_key, Registration.subaccount_key)
    ]
    if codes := operators_like(text):
        asked = select(OperatorRow.registration_id).where(OperatorRow.operator.in_(codes), *wanted.mine(OperatorRow))
        parts.append(asked.limit(FEW + 1))
    return select(union(*(select(part.subquery()) for part in parts)).subquery())


def _fits(filters: Filters, *, hidden: bool = False, status: bool = True) -> list[ColumnElement[bool]]:
    """What is true of each row. ``hidden``: no index is to be used for it. Without ``status`` when that is known."""
    there: list[ColumnElement[bool]] = []
    for name, column in _FILTERED.items():
        value = _value(filters, name)
        if value is not None:
            there.append((func.coalesce(column, "") if hidden else column) == value)
    if filters.status and status:
        there.append(_has_one(StatusCount.registration_id, StatusCount.status == filters.status))
    if filters.text:
        called = [
            _begins(func.coalesce(column, ""), filters.text)
            for column in (Registration.sender_id_key, Registration.subaccount_key)
        ]
        rows = operator_fits(filters)
        there.append(or_(*called, *([_has_one(OperatorRow.registration_id, *rows)] if rows else [])))
    return there


def _has_one(column: Any, *fits: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a registration has such a row. The limit keeps PostgreSQL from gathering all such rows that there are."""
    rows = select(literal(1)).where(column == Registration.id, *fits).limit(1)
    return rows.correlate(Registration).scalar_subquery().is_not(None)


def operator_fits(filters: Filters) -> list[ColumnElement[bool]]:
    """What is true of an operator's row that the text names; empty when it names none."""
    codes = operators_like(filters.text)
    status = [OperatorRow.status == filters.status] if filters.status else []
    return [OperatorRow.operator.in_(codes), *status] if codes else []


def operators_like(text: str) -> list[str]:
    """The codes of operators whose name, or a word of it, begins like this."""
    every = {operator.code: list_key(operator.name) for each in countries() for operator in each.operators}
    return sorted(code for code, name in every.items() if code.startswith(text) or f" {name}".find(f" {text}") >= 0)


def _begins(column: Any, text: str) -> ColumnElement[bool]:
    return and_(column >= text, column < text + _LAST)
