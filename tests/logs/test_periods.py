"""From when until when: months that end, years that leap, clocks that jump, and the six months that 8x8 keeps."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.logs.periods import (
    Again,
    DayMissing,
    EndsFirst,
    NotYet,
    Period,
    TooFarBack,
    check,
    chosen,
    earliest,
    months_before,
    next_time,
    sent,
    span,
)


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-11-23", 6, "2026-05-23"),
        ("2026-08-31", 6, "2026-02-28"),
        ("2028-08-31", 6, "2028-02-29"),
        ("2028-08-29", 6, "2028-02-29"),
        ("2026-12-31", 6, "2026-06-30"),
        ("2026-03-31", 6, "2025-09-30"),
        ("2026-06-01", 6, "2025-12-01"),
        ("2026-01-31", 1, "2025-12-31"),
        ("2026-01-31", -1, "2026-02-28"),
        ("2026-12-15", -1, "2027-01-15"),
    ],
)
def test_a_month_has_the_days_that_it_has(day: str, months: int, expected: str) -> None:
    """The same day of another month; its last one where it has none such."""
    assert months_before(date.fromisoformat(day), months) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("zone", "now", "period", "since", "until"),
    [
        ("Asia/Jakarta", "2026-11-23T09:00", Period.WEEK, "2026-11-16T00:00:00+07:00", "2026-11-23T00:00:00+07:00"),
        # It is tomorrow in Jakarta already, and still yesterday in New York.
        (
            "Asia/Jakarta",
            "2026-11-23T18:00",
            Period.YESTERDAY,
            "2026-11-23T00:00:00+07:00",
            "2026-11-24T00:00:00+07:00",
        ),
        (
            "America/New_York",
            "2026-11-23T03:00",
            Period.TODAY,
            "2026-11-22T00:00:00-05:00",
            "2026-11-22T22:00:00-05:00",
        ),
        ("UTC", "2028-03-15T12:00", Period.LAST_MONTH, "2028-02-01T00:00:00+00:00", "2028-03-01T00:00:00+00:00"),
        ("UTC", "2026-01-01T00:00", Period.LAST_MONTH, "2025-12-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00"),
        (
            "Asia/Manila",
            "2026-11-30T16:30",
            Period.THIS_MONTH,
            "2026-12-01T00:00:00+08:00",
            "2026-12-01T00:30:00+08:00",
        ),
        # Over the day on which clocks go back: the offsets differ, and the week has an hour more.
        ("Europe/Berlin", "2026-10-28T12:00", Period.WEEK, "2026-10-21T00:00:00+02:00", "2026-10-28T00:00:00+01:00"),
        ("Asia/Kathmandu", "2026-11-23T09:00", Period.MONTH, "2026-10-24T00:00:00+05:45", "2026-11-23T00:00:00+05:45"),
    ],
)
def test_a_period_is_of_whole_days_where_the_person_is(
    zone: str, now: str, period: Period, since: str, until: str
) -> None:
    """8x8 gets each end with the offset that holds there then."""
    there = ZoneInfo(zone)
    assert [sent(moment, there) for moment in span(period, at(now), there)] == [since, until]


@pytest.mark.parametrize(
    ("zone", "since", "until", "expected"),
    [
        # 02:30 is jumped over on that day: it is so much later. So is midnight in Santiago.
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T05:00", "2026-03-29T01:30Z 2026-03-29T03:00Z"),
        ("America/Santiago", "2026-09-06T00:00", "2026-09-07T00:00", "2026-09-06T04:00Z 2026-09-07T03:00Z"),
        # 02:30 is there twice: a beginning is the first of them, an end the last.
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T02:30", "2026-10-25T00:30Z 2026-10-25T01:30Z"),
    ],
)
def test_clocks_that_jump_lose_no_message(zone: str, since: str, until: str, expected: str) -> None:
    """What a person chose includes all that it may mean."""
    found = chosen(datetime.fromisoformat(since), datetime.fromisoformat(until), at("2026-11-23"), ZoneInfo(zone))
    assert " ".join(f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}" for moment in found) == expected


def test_chosen_days_may_be_open_at_the_end_only() -> None:
    """Then they end now; without a beginning nothing can be exported."""
    now, zone = at("2026-11-23T09:00"), ZoneInfo("Asia/Jakarta")
    assert chosen(datetime(2026, 11, 1), None, now, zone)[1] == now  # noqa: DTZ001 (as it stands on the clocks there)
    with pytest.raises(DayMissing):
        chosen(None, None, now, zone)


@pytest.mark.parametrize(
    ("now", "zone", "day", "is_good"),
    [
        ("2026-08-31T12:00", "UTC", "2026-02-28", True),
        ("2026-08-31T12:00", "UTC", "2026-02-27", False),
        ("2028-08-31T12:00", "UTC", "2028-02-29", True),
        ("2028-08-31T12:00", "UTC", "2028-02-28", False),
        # 8x8 counts in UTC: midnight in Jakarta is the day before there; that in New York is later.
        ("2026-11-23T12:00", "Asia/Jakarta", "2026-05-23", False),
        ("2026-11-23T12:00", "Asia/Jakarta", "2026-05-24", True),
        ("2026-11-23T12:00", "America/New_York", "2026-05-23", True),
        # In Jakarta the day has begun already, in UTC it has not.
        ("2026-11-23T23:00", "Asia/Jakarta", "2026-05-24", True),
    ],
)
def test_six_months_back_are_calendar_months_in_utc(now: str, zone: str, day: str, is_good: bool) -> None:
    """What 8x8 has not any more is said before it is asked, with the first day that there is."""
    there = ZoneInfo(zone)
    found = chosen(datetime.fromisoformat(day), None, at(now), there)
    if is_good:
        assert check(found, at(now)) == found
        return
    with pytest.raises(TooFarBack) as refused:
        check(found, at(now))
    first = datetime.strptime(str(refused.value.facts["earliest"]), "%d %B %Y")  # noqa: DTZ007 (a day)
    assert refused.value.facts["field"] == "since"
    check(chosen(first, None, at(now), there), at(now))
    assert earliest(at(now)).tzinfo is UTC


def test_an_end_is_after_its_beginning_and_a_beginning_not_in_the_future() -> None:
    """Each says so at its field."""
    now, zone = at("2026-11-23T09:00"), ZoneInfo("UTC")
    days = [datetime(2026, 11, day) for day in (10, 10, 25, 26)]  # noqa: DTZ001 (as it stands on the clocks there)
    for since, until, error, field in ((0, 1, EndsFirst, "until"), (2, 3, NotYet, "since")):
        with pytest.raises(error) as refused:
            check(chosen(days[since], days[until], now, zone), now)
        assert refused.value.facts["field"] == field


@pytest.mark.parametrize(
    ("again", "zone", "after", "expected"),
    [
        (Again.WEEKLY, "UTC", "2026-11-23T06:59", "2026-11-23T07:00"),
        (Again.WEEKLY, "UTC", "2026-11-23T07:00", "2026-11-30T07:00"),
        (Again.WEEKLY, "Asia/Jakarta", "2026-11-22T23:00", "2026-11-23T00:00"),
        (Again.MONTHLY, "UTC", "2026-12-01T08:00", "2027-01-01T07:00"),
        (Again.MONTHLY, "Asia/Jakarta", "2026-11-23T09:00", "2026-12-01T00:00"),
        (Again.MONTH_END, "UTC", "2026-01-31T08:00", "2026-02-28T07:00"),
        (Again.MONTH_END, "UTC", "2028-01-31T08:00", "2028-02-29T07:00"),
        (Again.MONTH_END, "UTC", "2028-02-29T06:00", "2028-02-29T07:00"),
        (Again.MONTH_END, "UTC", "2026-04-30T07:00", "2026-05-31T07:00"),
        # Seven in the morning stays seven, whatever the clocks did on Sunday.
        (Again.WEEKLY, "Europe/Berlin", "2026-10-19T06:00", "2026-10-26T06:00"),
        (Again.WEEKLY, "Europe/Berlin", "2026-10-12T06:00", "2026-10-19T05:00"),
        # Long away: the next time is the next one, not all that were missed.
        (Again.WEEKLY, "UTC", "2026-12-24T12:00", "2026-12-28T07:00"),
    ],
)
def test_the_next_time_is_a_morning_there(again: Again, zone: str, after: str, expected: str) -> None:
    """Mondays, the first of a month, or its last day, however long the month is."""
    assert next_time(again, at(after), ZoneInfo(zone)) == at(expected)
