"""Service clocks count working time only, by the clocks of the customer's country."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.tickets import clocks
from bot.tickets.clocks import Hours, Target, due, hours_of, worked

WEEK = frozenset(range(5))
MANILA = hours_of("PH")
LONDON = Hours(ZoneInfo("Europe/London"), time(9), time(18), WEEK)
NIGHTS = Hours(ZoneInfo("America/New_York"), time(0, 30), time(8), frozenset({5, 6}))
"""A shift in which the clocks are changed, twice a year."""


def manila(day: str, at: str) -> datetime:
    """A moment by Manila's clocks, which are 8 hours ahead of UTC all year."""
    return datetime.fromisoformat(f"2026-{day}T{at}+08:00")


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        (("11-23", "09:00"), ("11-23", "18:00"), 9),
        (("11-23", "06:00"), ("11-23", "10:30"), 1.5),
        (("11-23", "17:00"), ("11-24", "10:00"), 2),
        (("11-27", "17:00"), ("11-30", "10:00"), 2),  # over a weekend
        (("11-28", "09:00"), ("11-29", "18:00"), 0),  # in a weekend
        (("11-23", "19:00"), ("11-24", "08:00"), 0),  # a night
        (("11-24", "09:00"), ("11-23", "09:00"), 0),  # the wrong way round
        (("11-02", "09:00"), ("11-30", "09:00"), 20 * 9),
    ],
)
def test_only_working_time_counts(since: tuple[str, str], until: tuple[str, str], hours: float) -> None:
    """Nights and weekends pass for nothing."""
    assert worked(manila(*since), manila(*until), MANILA) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("since", "remaining", "until"),
    [
        (("11-23", "09:00"), 27, ("11-25", "18:00")),
        (("11-23", "12:00"), 27, ("11-26", "12:00")),
        (("11-27", "17:00"), 2, ("11-30", "10:00")),
        (("11-28", "12:00"), 1, ("11-30", "10:00")),
        (("11-23", "03:00"), 0.5, ("11-23", "09:30")),
        (("11-28", "12:00"), 0, ("11-28", "12:00")),
    ],
)
def test_it_is_due_when_so_much_has_passed(since: tuple[str, str], remaining: float, until: tuple[str, str]) -> None:
    """Three working days from Monday noon end on Thursday noon."""
    assert due(manila(*since), timedelta(hours=remaining), MANILA) == manila(*until)


@pytest.mark.parametrize(
    ("country", "opens_in_utc"), [("ID", 2), ("TH", 2), ("PH", 1), ("SG", 1), ("", 1), ("VN", 1), ("ph", 1)]
)
def test_each_country_has_its_own_clocks(country: str, opens_in_utc: int) -> None:
    """The morning begins at nine there; a country without an entry keeps the desk's hours."""
    midnight = datetime(2026, 11, 23, tzinfo=UTC)
    assert due(midnight, timedelta(hours=1), hours_of(country)).hour == opens_in_utc + 1


@pytest.mark.parametrize(
    ("day", "opens_in_utc"),
    [("2026-03-27", 9), ("2026-03-30", 8), ("2026-10-23", 8), ("2026-10-26", 9)],
)
def test_summer_time_moves_the_morning(day: str, opens_in_utc: int) -> None:
    """Nine o'clock in London is another moment in summer."""
    midnight = datetime.fromisoformat(f"{day}T00:00+00:00")
    assert due(midnight, timedelta(minutes=1), LONDON).hour == opens_in_utc


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 6.5), ("2026-03-15", 7.5), ("2026-11-01", 8.5)])
def test_a_shift_in_which_clocks_are_changed_has_its_real_length(day: str, hours: float) -> None:
    """An hour that did not pass is not counted, one that came twice counts twice."""
    noon = datetime.fromisoformat(f"{day}T12:00+00:00")
    evening = datetime.fromisoformat(f"{day}T22:00+00:00")
    shift = worked(noon - timedelta(hours=8), evening, NIGHTS)
    assert shift == timedelta(hours=hours)


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy's own
KINDS = st.sampled_from([MANILA, hours_of("ID"), LONDON, NIGHTS])


@settings(deadline=None)
@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=20)), KINDS)
def test_what_is_due_has_been_worked(since: datetime, remaining: timedelta, hours: Hours) -> None:
    """Between a moment and what is due after it lies exactly that much working time, and not one microsecond less."""
    until = due(since, remaining, hours)
    assert worked(since, until, hours) == remaining
    assert until == since or worked(since, until - timedelta(microseconds=1), hours) < remaining


@settings(deadline=None)
@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=30)), st.timedeltas(timedelta(0), timedelta(days=30)), KINDS)
def test_working_time_adds_up(since: datetime, first: timedelta, second: timedelta, hours: Hours) -> None:
    """Two stretches one after the other are as much as both at once."""
    middle, end = since + first, since + first + second
    assert worked(since, middle, hours) + worked(middle, end, hours) == worked(since, end, hours)


def test_the_target_is_three_working_days() -> None:
    """As the provider's own ticket page says; what was used up before leaves at least a day for a new question."""
    target = clocks.target()
    assert target == Target(answer_days=3, at_least_days=1)
    assert target.left(timedelta(0), MANILA) == timedelta(hours=27)
    assert target.left(timedelta(hours=9), MANILA) == timedelta(hours=18)
    assert target.left(timedelta(hours=100), MANILA) == timedelta(hours=9)
