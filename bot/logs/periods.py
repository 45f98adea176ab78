"""From when until when, and when again: days and months as a person counts them where they are. Pure.

A day begins at midnight in the person's time zone, whatever the clocks do there; 8x8 gets each moment with its offset.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.errors import DeskError

MONTHS_BACK = 6
"""So far back 8x8 has logs (source: 8x8, Download Messaging Apps Logs). In calendar months, from today in UTC."""
_YEAR = 12
_MORNING = time(7)


class TooFarBack(DeskError):
    """8x8 keeps logs for six months, so the first day can be {earliest} at the earliest. Choose that day or a later one."""  # noqa: E501


class EndsFirst(DeskError):
    """This is before the beginning. Choose an end that is later than {since}."""


class NotYet(DeskError):
    """Nothing has been sent then yet. Choose a beginning that is not in the future."""


class DayMissing(DeskError):
    """Choose the first day of what you want to export."""


class Period(StrEnum):
    """Which messages: a time that goes along with today, or chosen days."""

    WEEK = "week"
    MONTH = "month"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    YESTERDAY = "yesterday"
    TODAY = "today"
    CHOSEN = "chosen"


class Again(StrEnum):
    """How often an export is repeated by itself."""

    ONCE = "once"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    MONTH_END = "month_end"


_DAYS = {Period.WEEK: 7, Period.MONTH: 30, Period.YESTERDAY: 1}

Span = tuple[datetime, datetime]
"""From the first moment on, and before the second; both aware, in the person's zone."""


def span(period: Period, now: datetime, zone: ZoneInfo) -> Span:
    """What a period means now. Days and months are whole, but those that have not ended yet: these end now."""
    today = now.astimezone(zone).date()
    first = today.replace(day=1)
    if period is Period.TODAY:
        return begin(today, zone), now.astimezone(zone).replace(microsecond=0)
    if period is Period.THIS_MONTH:
        return begin(first, zone), now.astimezone(zone).replace(microsecond=0)
    if period is Period.LAST_MONTH:
        return begin(months_before(first, 1), zone), begin(first, zone)
    return begin(today - timedelta(days=_DAYS[period]), zone), begin(today, zone)


def chosen(since: datetime | None, until: datetime | None, now: datetime, zone: ZoneInfo) -> Span:
    """Days and times of day (naive) as a person chose them; the end may be left open. Raises DayMissing."""
    if since is None:
        raise DayMissing(field="since")
    end = now.astimezone(zone).replace(microsecond=0) if until is None else _latest(until, zone)
    return _there(since, zone), end


def check(found: Span, now: datetime) -> Span:
    """The span, if 8x8 has logs of it. Raises TooFarBack, EndsFirst, NotYet, which name the field."""
    since, until = found
    zone = since.tzinfo
    if since >= now:
        raise NotYet(field="since")
    if until <= since:
        raise EndsFirst(since=f"{since:%-d %B %Y, %H:%M}", field="until")
    if since < earliest(now):
        day = earliest(now).astimezone(zone)
        first = day.date() if day.time() == time() else day.date() + timedelta(days=1)
        raise TooFarBack(earliest=f"{first:%-d %B %Y}", field="since")
    return found


def earliest(now: datetime) -> datetime:
    """The first moment that 8x8 still has: the same day six months ago, in UTC; the month's last where it has none."""
    return datetime.combine(months_before(now.astimezone(UTC).date(), MONTHS_BACK), time(), UTC)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or of a later one (``months`` below 0); the last where it has none such."""
    year, month = divmod(day.year * _YEAR + day.month - 1 - months, _YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def begin(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day there, also where clocks jump over midnight."""
    return _there(datetime.combine(day, time()), zone)


def _there(moment: datetime, zone: ZoneInfo) -> datetime:
    """A time on the clocks there, as a moment: the first of two; what clocks jump over is so much later."""
    return moment.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


def _latest(moment: datetime, zone: ZoneInfo) -> datetime:
    """The same, but the last of two: for an end."""
    both = (moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return max(both).astimezone(zone)


def sent(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as 8x8 gets it: with the offset that holds there then, as in ``2026-11-16T00:00:00+07:00``."""
    return moment.astimezone(zone).isoformat(timespec="seconds")


def next_time(again: Again, after: datetime, zone: ZoneInfo) -> datetime:
    """When an export is repeated next: later than ``after``, on a morning there. UTC.

    Weekly is on Mondays, monthly on the first, month_end on a month's last day, however long it is.
    """
    day = after.astimezone(zone).date()
    while (found := _there(datetime.combine(_on(again, day), _MORNING), zone)) <= after:
        day = _on(again, day) + timedelta(days=1)
    return found.astimezone(UTC)


def _on(again: Again, day: date) -> date:
    """The first day of an export from this day on."""
    if again is Again.WEEKLY:
        return day + timedelta(days=-day.weekday() % 7)
    if again is Again.MONTHLY:
        return day if day.day == 1 else months_before(day.replace(day=1), -1)
    if again is Again.MONTH_END:
        return day.replace(day=monthrange(day.year, day.month)[1])
    msg = f"{again} is not repeated"
    raise ValueError(msg)
