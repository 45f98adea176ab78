"""The picture of a week: operators beside sender IDs, with words in the cells; and the same in words alone."""

import json
from functools import cache
from threading import Lock
from typing import Any, Final

import typst

from bot import fonts
from bot.dashboard.grid import COLUMNS, Grid, GridRow, Part, counts
from bot.delivery.marks import cut
from bot.delivery.voices import TEMPLATES, Voices
from bot.registrations.countries import country
from bot.registrations.rules import OperatorStatus

_PPI = 144.0
_ALT = 1900
_WEEK = "dashboard/week"
_TONES: Final = {
    OperatorStatus.APPROVED: "good",
    OperatorStatus.CHANGES_ASKED: "act",
    OperatorStatus.REJECTED: "bad",
    OperatorStatus.EXPIRED: "bad",
    OperatorStatus.WITHDRAWN: "out",
}
"""All else is on its way. The word in the cell says it; the tone only helps to find it."""
_LOCK = Lock()
"""typst's compiler remembers what it was asked last."""


class WeekWords:
    """Says a grid: as an order for the picture, as its alternative text, and in lines."""

    def __init__(self, voices: Voices, *, customers: bool) -> None:
        """``customers``: with the customer's name beside each sender ID."""
        self._voices = voices
        self._customers = customers

    def order(self, grid: Grid, title: str) -> dict[str, Any]:
        """What the layout draws."""
        say = self._voices.slack(_WEEK, **(self._values(grid) | {"title": title}))
        return {
            "title": say.plain("title", 90),
            "about": say.plain("about", 200),
            "totals": [
                {"word": f"{count:,} {self._word(status)}", "tone": _tone(status)} for status, count in grid.totals
            ],
            "parts": [self._part(part) for part in grid.parts],
            "more": say.plain("more", 200) if grid.total > grid.shown else "",
        }

    def _part(self, part: Part) -> dict[str, Any]:
        names, wide = part.operators, len(part.operators) > COLUMNS
        head = [] if wide else list(names)
        rows = [
            {
                "name": row.sender_id,
                "account": cut(row.account, 36) if self._customers else "",
                "cells": self._cells(row, names, wide=wide),
            }
            for row in part.rows
        ]
        return {"name": country(part.country).name, "operators": head, "rows": rows, "wide": wide}

    def _cells(self, row: GridRow, names: tuple[str, ...], *, wide: bool) -> list[dict[str, str] | None]:
        if wide:
            return [{"word": f"{count:,} {self._word(status)}", "tone": _tone(status)} for status, count in counts(row)]
        there = dict(row.statuses)
        return [
            {"word": self._word(there[name]), "tone": _tone(there[name])} if name in there else None for name in names
        ]

    def _name(self, row: GridRow) -> str:
        return f"{row.sender_id} · {row.account}" if self._customers else row.sender_id

    def alt(self, grid: Grid) -> str:
        """What the picture shows, for who cannot see it: it counts."""
        said = [f"{count:,} {self._word(status).lower()}" for status, count in grid.totals]
        values: dict[str, Any] = self._values(grid) | {"states": said}
        return self._voices.slack(_WEEK, **values).plain("alt", _ALT)

    def lines(self, grid: Grid) -> list[str]:
        """A line for each sender ID: what the picture shows, as text."""
        return [
            f"{self._name(row)} · {country(part.country).name}: {', '.join(self._said(row))}"
            for part in grid.parts
            for row in part.rows
        ]

    def _said(self, row: GridRow) -> list[str]:
        if len(row.statuses) > COLUMNS:
            return [f"{count:,} {self._word(status).lower()}" for status, count in counts(row)]
        return [f"{name} {self._word(status).lower()}" for name, status in row.statuses]

    def _values(self, grid: Grid) -> dict[str, Any]:
        return {
            "total": grid.total,
            "decided_count": grid.decided,
            "more_count": grid.total - grid.shown,
            "title": "",
            "states": [],
        }

    def _word(self, status: OperatorStatus) -> str:
        return self._voices.state(f"operator.{status}").partition(" ")[2]


def _tone(status: OperatorStatus) -> str:
    return _TONES.get(status, "way")


def drawn(order: dict[str, Any]) -> bytes:
    """A PNG; a tenth of a second for the processor, to be called in a thread. Raises ``typst.TypstError``."""
    data = json.dumps(fonts.shown(order) | {"fonts": fonts.FAMILIES})
    with _LOCK:
        png = _compiler().compile(sys_inputs={"data": data}, format="png", ppi=_PPI)
    assert isinstance(png, bytes)  # noqa: S101 - one page
    return png


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(TEMPLATES / "dashboard" / "week.typ", font_paths=fonts.fonts(), ignore_system_fonts=True)
