"""What is true of the sender IDs that fit some filters, as conditions of the database."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute

from bot.dashboard.filters import Filters, Sort
from bot.registrations.countries import countries
from bot.registrations.rules import LOA_ORDER, LoaState
from bot.registrations.tables import OperatorRow, Registration, RegistrationLabel, StatusCount, list_key

FEW: Final = 400
"""So many rows are sorted without ado; what more rows fit is walked through, one in 250 of 100,000."""
_LAST: Final = "\U0010ffff"
_COLUMNS: Final[dict[str, InstrumentedAttribute[Any]]] = {
    "country": Registration.country,
    "subaccount": Registration.subaccount_key,
    "category": Registration.category_key,
    "loa": Registration.loa_order,
}
_SAME: Final = {Sort.COUNTRY: "country", Sort.CATEGORY: "category", Sort.LOA: "loa"}
"""Who filters for one value of these, and sorts by it, sorts by date."""
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Wanted:
    """Which rows: those of ``account_id`` (None: of all) that fit ``filters``."""

    account_id: str | None
    filters: Filters

    @property
    def sort(self) -> Sort:
        """By what the rows differ."""
        return Sort.DATE if _SAME.get(self.filters.sort) in self.filters.named else self.filters.sort

    def mine(self, table: type[Registration | StatusCount | OperatorRow | RegistrationLabel]) -> list[Condition]:
        """The account's rows of a table; of staff's, all."""
        return [] if self.account_id is None else [table.account_id == self.account_id]


def column_is(name: str, value: str, *, hidden: bool = False) -> Condition:
    """A column of the registration is what is filtered for. ``hidden``: no index is to be used for it."""
    column = _COLUMNS[name]
    known = LOA_ORDER[LoaState(value)] if name == "loa" else value
    nothing: Any = 0 if name == "loa" else ""
    return (func.coalesce(column, nothing) if hidden else column) == known


def others(filters: Filters, *known: str) -> list[Condition]:
    """What each row must be besides what is ``known`` (names of filters, or ``text``); no index is used for it."""
    there = [
        column_is(name, value, hidden=True)
        for name, value in filters.named.items()
        if name in _COLUMNS and name not in known
    ]
    if filters.status and "status" not in known:
        there.append(_has_one(StatusCount.registration_id, StatusCount.status == filters.status))
    if filters.label and "label" not in known:
        there.append(_has_one(RegistrationLabel.registration_id, RegistrationLabel.key == filters.label))
    if filters.text and "text" not in known:
        there.append(_is_called(filters))
    return there


def _is_called(filters: Filters) -> Condition:
    text = filters.text
    columns = (Registration.sender_id_key, Registration.subaccount_key)
    called = [begins(func.coalesce(column, ""), text) for column in columns]
    called.append(_has_one(RegistrationLabel.registration_id, begins(RegistrationLabel.key, text)))
    return or_(*called, *([at_operators(filters)] if operators_like(text) else []))


def at_operators(filters: Filters) -> Condition:
    """Whether one of the operators that the text names has it, in the status that is filtered for."""
    status = [OperatorRow.status == filters.status] if filters.status else []
    return _has_one(OperatorRow.registration_id, OperatorRow.operator.in_(operators_like(filters.text)), *status)


def _has_one(column: Any, *fits: Condition) -> Condition:
    """Whether a registration has such a row. The limit keeps PostgreSQL from gathering all such rows that there are."""
    rows = select(literal(1)).where(column == Registration.id, *fits).limit(1)
    return rows.correlate(Registration).scalar_subquery().is_not(None)


def operators_like(text: str) -> list[str]:
    """The codes of operators whose name, or a word of it, begins like this."""
    every = {operator.code: list_key(operator.name) for each in countries() for operator in each.operators}
    return sorted(code for code, name in every.items() if code.startswith(text) or f" {name}".find(f" {text}") >= 0)


def countries_of(operators: list[str]) -> list[str]:
    """The codes of the countries in which these operators are."""
    return sorted(each.code for each in countries() if any(one.code in operators for one in each.operators))


def begins(column: Any, text: str) -> Condition:
    """A text begins like this."""
    return and_(column >= text, column < text + _LAST)


# What an index alone finds


def postings(wanted: Wanted) -> list[Select[Any]]:
    """For each filter the ids of the rows that fit it, as its index has them."""
    filters, found = wanted.filters, []
    for name, value in filters.named.items():
        if name in _COLUMNS:
            found.append(select(Registration.id).where(column_is(name, value), *wanted.mine(Registration)))
    if filters.status:
        mine = (StatusCount.status == filters.status, *wanted.mine(StatusCount))
        found.append(select(StatusCount.registration_id).where(*mine))
    if filters.label:
        labelled = (RegistrationLabel.key == filters.label, *wanted.mine(RegistrationLabel))
        found.append(select(RegistrationLabel.registration_id).where(*labelled))
    if filters.text:
        found.append(called(wanted))
    return found


def called(wanted: Wanted, *, at_operators_too: bool = True) -> Select[Any]:
    """Ids of what is called like the text: by sender ID, by subaccount, by label, by operator."""
    text, label = wanted.filters.text, RegistrationLabel
    parts = [
        select(Registration.id).where(begins(column, text), *wanted.mine(Registration)).limit(FEW + 1)
        for column in (Registration.sender_id_key, Registration.subaccount_key)
    ]
    parts.append(select(label.registration_id).where(begins(label.key, text), *wanted.mine(label)).limit(FEW + 1))
    if at_operators_too and (codes := operators_like(text)):
        asked = select(OperatorRow.registration_id).where(OperatorRow.operator.in_(codes), *wanted.mine(OperatorRow))
        parts.append(asked.limit(FEW + 1))
    return select(union(*(select(part.subquery()) for part in parts)).subquery())
