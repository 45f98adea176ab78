"""Which sender IDs a page shows, and in which order: found by index, however many there are.

A page begins behind a `Key`, never at a number of rows: nothing is shown twice or left out while rows come and go.
What few rows fit is found by one filter's index, and sorted. Else many fit that filter, and an index is walked in the
order of the list until the page is full; filters are then hidden from the database's planner, which would sort all that
fit. Where several filters together leave little of much, the walk ends after some rows and says where.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from bot.dashboard.filters import Sort
from bot.dashboard.fits import (
    FEW,
    Condition,
    Wanted,
    at_operators,
    called,
    column_is,
    countries_of,
    operators_like,
    others,
    postings,
)
from bot.registrations.tables import Registration, RegistrationLabel, StatusCount
from bot.storage.database import Tx

__all__ = ["Found", "Key", "Wanted", "find", "keys"]

COUNTED, COUNTED_ONE_BY_ONE = 1000, 100
"""How far is counted: by an index alone, and where each row must be looked at. Then there are more."""
LOOKED, LOOKED_ON = 1500, 15_000
"""So many rows are looked at for the first page, and for one that somebody turns to."""
_COLUMNS: Final[dict[Sort, InstrumentedAttribute[Any]]] = {
    Sort.SENDER_ID: Registration.sender_id_key,
    Sort.COUNTRY: Registration.country,
    Sort.STATUS: Registration.approved,
    Sort.CATEGORY: Registration.category_key,
    Sort.LOA: Registration.loa_order,
}
_RAREST: Final = ("label", "subaccount", "loa", "category", "status", "country")
"""Filters by how little they leave, as a rule: the first of them gives the index that is walked by date."""


@dataclass(frozen=True)
class Key:
    """Where a row stands in the order: its value in the column that is sorted by (none for the date), then these."""

    value: str | int | None
    requested_at: datetime
    id: str

    @property
    def order(self) -> tuple[Any, ...]:
        """What comes first has the less."""
        return (*([] if self.value is None else [self.value]), self.requested_at, self.id)


@dataclass(frozen=True)
class Found:
    """Some rows, and how many there are in all; ``total_is_more``: that nobody counted further.

    ``stopped``: behind it nobody looked, though too few were found; ``looked`` rows were looked at.
    """

    keys: list[Key]
    total: int
    total_is_more: bool
    stopped: Key | None
    looked: int


def find(tx: Tx, wanted: Wanted, key: Key | None, limit: int, *, backwards: bool = False) -> Found:
    """Up to ``limit`` rows behind ``key``, or before it, in the order in which they are shown."""
    few, looked = _few(tx, wanted), LOOKED if key is None else LOOKED_ON
    descending = wanted.filters.descending != backwards
    found, stopped = _behind(tx, _walks(wanted, few), key, limit, descending=descending, looked=looked)
    is_all = key is None and not backwards and len(found) < limit and stopped is None
    total, is_more = (len(found), False) if is_all else _total(tx, wanted, few)
    total = max(total, len(found)) if stopped else total  # other rows were counted than were looked at
    return Found(found[::-1] if backwards else found, total, is_more, stopped, looked)


def keys(tx: Tx, wanted: Wanted, key: Key | None, limit: int) -> list[Key]:
    """The same, uncounted, however many rows must be looked at."""
    walks = _walks(wanted, _few(tx, wanted))
    return _behind(tx, walks, key, limit, descending=wanted.filters.descending, looked=None)[0]


def _total(tx: Tx, wanted: Wanted, few: "_Few") -> tuple[int, bool]:
    """How many there are, as far as anybody counts."""
    by_date = Wanted(wanted.account_id, replace(wanted.filters, sort=Sort.DATE, descending=True))
    walks = _walks(by_date, few)
    if any(walk.is_sieved for walk in walks):
        found, stopped = _behind(tx, walks, None, COUNTED_ONE_BY_ONE + 1, descending=True, looked=LOOKED)
        return min(len(found), COUNTED_ONE_BY_ONE), stopped is not None or len(found) > COUNTED_ONE_BY_ONE
    rows = walks[0].behind(None, COUNTED + 1, descending=True).subquery()  # in an order: by an index
    total = tx.session.scalar(select(func.count()).select_from(rows)) or 0
    return min(total, COUNTED), total > COUNTED


# How rows are walked through


@dataclass(frozen=True)
class _Walk:
    """Rows in the order of ``columns``: ``value``, if it is not by date alone, then the date and the id.

    ``line`` are those of an index, ``rows`` what of them fits; ``is_sieved``: that may be much less.
    """

    line: Select[Any]
    rows: Select[Any]
    columns: tuple[Any, ...]
    is_sieved: bool

    def behind(self, key: Key | None, limit: int, *, descending: bool, until: Key | None = None) -> Select[Any]:
        """Those behind a key, up to another one."""
        rows = self._from(self.rows, key, descending=descending)
        if until is not None:
            there = tuple_(*self.columns), self._there(until)
            rows = rows.where(there[0] >= there[1] if descending else there[0] <= there[1])
        return rows.limit(limit)

    def end(self, tx: Tx, key: Key | None, looked: int, *, descending: bool) -> Key | None:
        """The last of so many rows; None: there are no more than that."""
        row = tx.session.execute(self._from(self.line, key, descending=descending).offset(looked - 1).limit(2)).all()
        return Key(*row[0]) if len(row) > 1 else None

    def _from(self, rows: Select[Any], key: Key | None, *, descending: bool) -> Select[Any]:
        if key is not None:
            here = tuple_(*self.columns)
            rows = rows.where(here < self._there(key) if descending else here > self._there(key))
        return rows.order_by(*(column.desc() if descending else column for column in self.columns))

    def _there(self, key: Key) -> Any:
        return tuple_(*(literal(value, column.type) for value, column in zip(key.order, self.columns, strict=True)))


def _behind(
    tx: Tx, walks: Sequence[_Walk], key: Key | None, limit: int, *, descending: bool, looked: int | None
) -> tuple[list[Key], Key | None]:
    """The rows of all walks, each once, in their order; and where the walks ended, if before the limit was reached."""
    found, ends = set[Key](), list[Key]()
    for walk in walks:
        end = walk.end(tx, key, looked, descending=descending) if looked and walk.is_sieved else None
        ends += [end] if end else []
        rows = walk.behind(key, limit, descending=descending, until=end)
        found |= {Key(*row) for row in tx.session.execute(rows)}
    in_order = _sorted(found, descending=descending)
    if not ends:
        return in_order[:limit], None
    end = _sorted(ends, descending=descending)[0]
    known = [each for each in in_order if (each.order >= end.order if descending else each.order <= end.order)][:limit]
    return known, end if len(known) < limit else None


def _sorted(some: Iterable[Key], *, descending: bool) -> list[Key]:
    return sorted(some, key=lambda each: each.order, reverse=descending)


# Which walks lead to what is wanted


@dataclass(frozen=True)
class _Few:
    """The ids of few rows among which are all that fit; of what is called like the text, its operators left out."""

    all: Select[Any] | None = None
    called: Select[Any] | None = None


def _few(tx: Tx, wanted: Wanted) -> _Few:
    """Where a filter alone leaves few; not asked where no need is."""
    some = postings(wanted)
    if not some or (len(some) == 1 and not wanted.filters.text and _is_in_order(wanted)):
        return _Few()
    is_named = bool(wanted.filters.text and operators_like(wanted.filters.text))
    asked = [*some, *([called(wanted, at_operators_too=False)] if is_named else [])]
    counts = [select(func.count()).select_from(each.limit(FEW + 1).subquery()).scalar_subquery() for each in asked]
    found = tx.session.execute(select(*counts)).one()
    few = [each if count <= FEW else None for each, count in zip(asked, found, strict=True)]
    return _Few(next((each for each in few[: len(some)] if each is not None), None), few[-1] if is_named else None)


def _is_in_order(wanted: Wanted) -> bool:
    """Whether the index of a filter has its rows in their order."""
    return wanted.sort is Sort.DATE or (wanted.sort is Sort.STATUS and bool(wanted.filters.status))


def _walks(wanted: Wanted, few: _Few) -> list[_Walk]:
    if few.all is not None:
        return [_among(wanted, few.all)]
    if few.called is not None:
        return [_among(wanted, few.called, "text"), _at_operators(wanted)]
    return [_along(wanted)]


def _among(wanted: Wanted, few: Select[Any], *known: str) -> _Walk:
    """Few rows, which are sorted."""
    value: Any = _COLUMNS.get(wanted.sort)
    if wanted.sort is Sort.STATUS and wanted.filters.status:
        of_it = (StatusCount.registration_id == Registration.id, StatusCount.status == wanted.filters.status)
        value = select(StatusCount.operators).where(*of_it).scalar_subquery()
    fitting = [Registration.id.in_(few), *others(wanted.filters, *known)]
    walk = _walk(value, Registration.requested_at, Registration.id, line=[], fitting=fitting)
    return replace(walk, is_sieved=False)


def _at_operators(wanted: Wanted) -> _Walk:
    """What is at the operators that the text names: in their countries nearly all is."""
    there = countries_of(operators_like(wanted.filters.text))
    between = [Registration.country >= there[0], Registration.country <= there[-1]]
    among = func.coalesce(Registration.country, "").in_(there)
    line = between if wanted.sort is Sort.COUNTRY else []
    return _along(wanted, [among, at_operators(wanted.filters)], line, "text")


def _along(wanted: Wanted, fitting: Sequence[Condition] = (), line: Sequence[Condition] = (), *known: str) -> _Walk:
    """By an index that has the rows in their order."""
    named, value = wanted.filters.named, _COLUMNS.get(wanted.sort)
    first = next((name for name in _RAREST if name in named), "") if wanted.sort is Sort.DATE else ""
    if first == "status" or (wanted.sort is Sort.STATUS and wanted.filters.status):
        value = None if wanted.sort is Sort.DATE else StatusCount.operators
        line = [StatusCount.status == wanted.filters.status, *wanted.mine(StatusCount)]
        fitting = [*fitting, *others(wanted.filters, "status", *known)]
        return _walk(value, StatusCount.requested_at, StatusCount.registration_id, line=line, fitting=fitting)
    if first == "label":
        line = [RegistrationLabel.key == wanted.filters.label, *wanted.mine(RegistrationLabel)]
        fitting = [*fitting, *others(wanted.filters, "label", *known)]
        at, id_ = RegistrationLabel.requested_at, RegistrationLabel.registration_id
        return _walk(None, at, id_, line=line, fitting=fitting)
    line = [*wanted.mine(Registration), *line, *([column_is(first, named[first])] if first else [])]
    fitting = [*fitting, *others(wanted.filters, first, *known)]
    return _walk(value, Registration.requested_at, Registration.id, line=line, fitting=fitting)


def _walk(value: Any, at: Any, id_: Any, *, line: Sequence[Condition], fitting: Sequence[Condition]) -> _Walk:
    columns: tuple[Any, ...] = (at, id_) if value is None else (value, at, id_)
    every: Select[Any] = select(literal(None) if value is None else value, at, id_).where(*line)
    if fitting and id_ is not Registration.id:  # row by row: PostgreSQL would join all registrations that there are
        there = select(literal(1)).where(Registration.id == id_, *fitting).limit(1)
        fitting = [there.correlate(id_.class_).scalar_subquery().is_not(None)]
    return _Walk(every, every.where(*fitting), columns, bool(fitting))
