"""Business hours per country, and how much of them passes: pure, but for the one file of data that is read once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

_DATA = Path(__file__).with_name("hours.yml")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NOTHING = timedelta(0)


@dataclass(frozen=True)
class Hours:
    """On which days, from when to when somebody works, by the clocks of a zone."""

    zone: ZoneInfo
    opens: time
    closes: time
    days: frozenset[int]
    """0 is Monday."""

    @property
    def day(self) -> timedelta:
        """How long a working day is, where no clock is changed in it."""
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)


@dataclass(frozen=True)
class Target:
    """How soon we answer, in working days."""

    answer_days: int
    at_least_days: int

    def left(self, spent: timedelta, hours: Hours) -> timedelta:
        """What is left of the target after so much working time of ours; never less than the least."""
        return max(self.answer_days * hours.day - spent, self.at_least_days * hours.day)


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_DATA.read_text("utf-8"))
    return found


@cache
def hours_of(country: str) -> Hours:
    """The business hours of a country (alpha-2); the desk's own for every other, and for none."""
    found = _data()["countries"].get(country, _data()["desk"])
    return Hours(
        ZoneInfo(found["zone"]),
        time.fromisoformat(found["opens"]),
        time.fromisoformat(found["closes"]),
        frozenset(_WEEKDAYS.index(day) for day in found["days"]),
    )


@cache
def target() -> Target:
    """How soon we answer."""
    return Target(**_data()["target"])


def worked(since: datetime, until: datetime, hours: Hours) -> timedelta:
    """The working time between two moments (aware). Nothing when the second is not later."""
    total = _NOTHING
    for opens, closes in _shifts(since, hours):
        if opens >= until:
            break
        total += max(min(closes, until) - max(opens, since), _NOTHING)
    return total


def due(since: datetime, remaining: timedelta, hours: Hours) -> datetime:
    """The moment (UTC) at which so much working time has passed; ``since`` itself when nothing remains."""
    moment = since.astimezone(UTC)
    for opens, closes in _shifts(since, hours):
        if remaining <= _NOTHING:
            break
        begins = max(opens, moment)
        there = max(closes - begins, _NOTHING)
        if there >= remaining:
            return begins + remaining
        remaining -= there
    return moment


def _shifts(since: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """Every working day from that of ``since`` on, as its opening and closing in UTC."""
    day = since.astimezone(hours.zone).date()
    while True:
        if day.weekday() in hours.days:
            # In UTC, so that a difference is time that really passed, also where clocks are changed.
            opens, closes = (
                datetime.combine(day, at, hours.zone).astimezone(UTC) for at in (hours.opens, hours.closes)
            )
            yield opens, closes
        day += timedelta(days=1)
