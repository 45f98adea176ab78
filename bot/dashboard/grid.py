"""What a picture of the week shows: the sender IDs that need somebody first, each with its operators. Reads only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, or_, select

from bot.accounts.tables import Account
from bot.dashboard.filters import Filters
from bot.dashboard.fits import Wanted
from bot.registrations import steps
from bot.registrations.rules import OperatorStatus
from bot.registrations.tables import OperatorRow, Registration, StatusCount
from bot.storage.database import Tx

S = OperatorStatus
IN_ORDER: Final = (S.CHANGES_ASKED, S.UNDER_REVIEW, S.WITH_OPERATOR, S.REJECTED, S.EXPIRED, S.APPROVED, S.WITHDRAWN)
"""What needs somebody first."""
NEEDED: Final = IN_ORDER[:3]
ROWS, COLUMNS = 24, 6
"""Sender IDs in a picture; operators side by side: of more of them a row says how many are in which status."""
WEEK: Final = timedelta(days=7)
_COUNTED = 100_000


@dataclass(frozen=True)
class GridRow:
    """A sender ID; ``statuses`` by the operator's name, in their order."""

    sender_id: str
    account: str
    statuses: tuple[tuple[str, OperatorStatus], ...]


@dataclass(frozen=True)
class Part:
    """The shown sender IDs of a country (its code)."""

    country: str
    rows: tuple[GridRow, ...]

    @property
    def operators(self) -> tuple[str, ...]:
        """The names of all operators that one of the rows has, in their order."""
        return tuple(dict.fromkeys(name for row in self.rows for name, _ in row.statuses))


@dataclass(frozen=True)
class Grid:
    """A picture's contents. ``totals``: how many operators of how many sender IDs are in a status, of all of them."""

    parts: tuple[Part, ...]
    totals: tuple[tuple[OperatorStatus, int], ...]
    total: int
    decided: int
    """Operators' answers in the last week."""

    @property
    def shown(self) -> int:
        """How many sender IDs are in it."""
        return sum(len(part.rows) for part in self.parts)

    @property
    def is_worth_telling(self) -> bool:
        """Something waits, or something happened in the week."""
        return self.decided > 0 or any(count for status, count in self.totals if status in NEEDED)


def grid(tx: Tx, account_id: str | None, now: datetime) -> Grid:
    """Those of an account (None: of all)."""
    wanted = Wanted(account_id, Filters())
    counted = select(StatusCount.status, func.sum(StatusCount.operators)).where(*wanted.mine(StatusCount))
    totals = {status: int(count) for status, count in tx.session.execute(counted.group_by(StatusCount.status))}
    every = select(Registration.id).where(*wanted.mine(Registration)).limit(_COUNTED)
    total = tx.session.scalar(select(func.count()).select_from(every.subquery())) or 0
    recently = or_(OperatorRow.decided_at > now - WEEK, OperatorRow.sent_at > now - WEEK)
    decided = select(func.count()).select_from(OperatorRow).where(recently, *wanted.mine(OperatorRow))
    in_order = tuple((status, totals[status]) for status in IN_ORDER if totals.get(status))
    return Grid(_parts(tx, _first(tx, wanted)), in_order, total, tx.session.scalar(decided) or 0)


def _first(tx: Tx, wanted: Wanted) -> list[str]:
    """The ids of those that are shown: what needs somebody first, the oldest of it, then the latest of the others."""
    found: dict[str, None] = {}
    for status in IN_ORDER:
        columns = (StatusCount.requested_at, StatusCount.registration_id)
        order = [column.asc() if status in NEEDED else column.desc() for column in columns]
        rows = select(StatusCount.registration_id).where(StatusCount.status == status, *wanted.mine(StatusCount))
        found |= dict.fromkeys(tx.session.scalars(rows.order_by(*order).limit(ROWS)))
        if len(found) >= ROWS:
            break
    return list(found)[:ROWS]


def _parts(tx: Tx, ids: Sequence[str]) -> tuple[Part, ...]:
    asked = select(Registration, Account.name).join(Account, Account.id == Registration.account_id)
    there = {one.id: (one, name) for one, name in tx.session.execute(asked.where(Registration.id.in_(ids)))}
    statuses: dict[str, list[tuple[str, OperatorStatus]]] = {id_: [] for id_ in ids}
    for row in steps.rows_of(tx, *ids):
        statuses[row.registration_id].append((row.name, OperatorStatus(row.status)))
    by_country: dict[str, list[GridRow]] = {}
    for id_ in ids:
        one, account = there[id_]
        by_country.setdefault(one.country, []).append(GridRow(one.sender_id, account, tuple(statuses[id_])))
    return tuple(Part(code, tuple(rows)) for code, rows in sorted(by_country.items()))


def counts(row: GridRow) -> list[tuple[OperatorStatus, int]]:
    """In which statuses how many of a sender ID's operators are."""
    there = Counter(status for _, status in row.statuses)
    return [(status, there[status]) for status in IN_ORDER if there[status]]
