"""The dashboard's rows as cells of a sheet: which columns each view has, and what stands in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from bot.dashboard.filters import View
from bot.dashboard.queries import Line
from bot.delivery.voices import Voices
from bot.registrations.card_words import status_of
from bot.registrations.countries import country
from bot.tickets.rules import number_words

Kind = Literal["text", "number", "date"]
Cell = str | int | None
"""A date is written as YYYY-MM-DD."""
_SHEET = "dashboard/export"
_KINDS: Final[dict[View, Sequence[Kind]]] = {
    View.LINKED: ("text", "text", "number", "number", "text", "date", *("text",) * 6),
    View.UNLINKED: ("text", "text", "text", "text", "date", "date", "date", *("text",) * 6),
}


@dataclass(frozen=True)
class Sheet:
    """A sheet's name, and the title and kind of each column."""

    name: str
    titles: tuple[str, ...]
    kinds: tuple[Kind, ...]


class Cells:
    """Fills sheets. ``customers``: with the customer's name in the last column."""

    def __init__(self, voices: Voices, *, customers: bool) -> None:
        self._voices = voices
        self._customers = customers

    def sheet(self, view: View) -> Sheet:
        """How a view's sheet is called, and its columns."""
        words = self._voices.slack(_SHEET)
        titles, kinds = words.lines(f"{view}_columns"), _KINDS[view]
        last = None if self._customers else -1
        return Sheet(words.plain(f"{view}_sheet"), titles[:last], tuple(kinds[:last]))

    def rows(self, view: View, line: Line) -> list[list[Cell]]:
        """A line's rows: one, or one for each of its operators."""
        rest = [*self._rest(line), *([line.account] if self._customers else [])]
        named = [line.sender_id, country(line.country).name]
        if view is View.LINKED:
            rolled = line.rolled
            return [[*named, rolled.approved, rolled.total, self._word(f"operator.{status_of(rolled)}"), *rest]]
        return [
            [
                *named,
                row.name,
                self._word(f"operator.{row.status}"),
                _day(row.registered_on),
                _day(row.valid_till),
                *rest,
            ]
            for row in line.rows
        ]

    def _rest(self, line: Line) -> list[Any]:
        loa, ticket = self._word(f"loa.{line.loa}"), number_words(line.ticket_number)
        return [_day(line.requested_at.date()), line.subaccount, line.category, line.labels, loa, ticket]

    def _word(self, state: str) -> str:
        return self._voices.state(state).partition(" ")[2]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
