"""When and where a person is told, by what they chose: quiet hours, changed clocks, digests, and all places."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.errors import DeskError
from bot.tickets.quiet import (
    LAST_CALL,
    DigestNowhere,
    Event,
    Gathering,
    NoSuchZone,
    Plan,
    QuietHoursUnclear,
    Wish,
    digest_at,
    digest_time,
    plan,
    quiet_until,
)


def quiet(begins: str, ends: str, zone: str = "UTC") -> Wish:
    """Quiet hours, as "22:00" writes them."""
    minutes = [int(clock[:2]) * 60 + int(clock[3:]) for clock in (begins, ends)]
    return Wish(quiet_from=minutes[0], quiet_to=minutes[1], zone=zone)


def utc(said: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(said).replace(tzinfo=UTC)


NIGHT = quiet("22:00", "07:00")
NOON = quiet("12:00", "13:30")


@pytest.mark.parametrize(
    ("wish", "now", "until"),
    [
        (NIGHT, "2026-11-23 21:59:59", None),
        (NIGHT, "2026-11-23 22:00", "2026-11-24 07:00"),
        (NIGHT, "2026-11-23 23:59:59", "2026-11-24 07:00"),
        (NIGHT, "2026-11-24 00:00", "2026-11-24 07:00"),
        (NIGHT, "2026-11-24 06:59:59", "2026-11-24 07:00"),
        (NIGHT, "2026-11-24 07:00", None),
        (NOON, "2026-11-23 11:59:59", None),
        (NOON, "2026-11-23 12:00", "2026-11-23 13:30"),
        (NOON, "2026-11-23 13:30", None),
        (quiet("00:00", "06:00"), "2026-11-23 00:00", "2026-11-23 06:00"),
        (quiet("18:00", "00:00"), "2026-11-23 23:30", "2026-11-24 00:00"),
        (quiet("18:00", "00:00"), "2026-11-24 00:00", None),
        (Wish(), "2026-11-23 03:00", None),
    ],
)
def test_quiet_hours_begin_end_and_go_over_midnight(wish: Wish, now: str, until: str | None) -> None:
    """The first minute is quiet, the last is not; without quiet hours it never is."""
    assert quiet_until(wish, utc(now)) == (utc(until) if until else None)


@pytest.mark.parametrize(
    ("zone", "now", "until"),
    [
        ("Asia/Jakarta", "2026-11-23 15:00", "2026-11-24 00:00"),  # 22:00 there
        ("Asia/Jakarta", "2026-11-23 14:59", None),
        ("Asia/Kolkata", "2026-11-23 16:30", "2026-11-24 01:30"),  # 22:00 there, and 07:00 is 01:30 in UTC
        ("America/Lima", "2026-11-24 03:00", "2026-11-24 12:00"),  # still the 23rd there
    ],
)
def test_the_persons_own_clock_counts(zone: str, now: str, until: str | None) -> None:
    """Wherever the server stands."""
    assert quiet_until(replace(NIGHT, zone=zone), utc(now)) == (utc(until) if until else None)


@pytest.mark.parametrize(
    ("wish", "now", "until"),
    [
        # Berlin puts its clocks forward on 29 March 2026, 02:00 to 03:00: that night is an hour shorter.
        (quiet("22:00", "07:00", "Europe/Berlin"), "2026-03-28 21:30", "2026-03-29 05:00"),
        # 02:30 is never shown that night: it is half an hour after what comes in its place.
        (quiet("22:00", "02:30", "Europe/Berlin"), "2026-03-29 00:30", "2026-03-29 01:30"),
        # On 25 October 2026 it puts them back, 03:00 to 02:00: that night is an hour longer.
        (quiet("22:00", "07:00", "Europe/Berlin"), "2026-10-24 20:30", "2026-10-25 06:00"),
        # 02:30 comes twice, at 00:30 and at 01:30 in UTC: what is quiet before either waits for the next of them.
        (quiet("22:00", "02:30", "Europe/Berlin"), "2026-10-25 00:15", "2026-10-25 00:30"),
        (quiet("22:00", "02:30", "Europe/Berlin"), "2026-10-25 01:15", "2026-10-25 01:30"),
    ],
)
def test_changed_clocks_lose_no_notice(wish: Wish, now: str, until: str) -> None:
    """The end is always ahead, in the short night as in the long one."""
    assert quiet_until(wish, utc(now)) == utc(until)


def test_the_end_is_ahead_and_near_at_every_quarter_of_an_hour_of_a_year() -> None:
    """In every zone with its own ideas about clocks; never more than a day and an hour away."""
    for zone in ("Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Asia/Jakarta"):
        wish = quiet("21:30", "02:15", zone)
        now, end = utc("2026-01-01 00:00"), utc("2027-01-01 00:00")
        while now < end:
            until = quiet_until(wish, now)
            assert until is None or now < until <= now + timedelta(hours=6), (zone, now)
            now += timedelta(minutes=15)


@pytest.mark.parametrize(
    ("wish", "now", "at"),
    [
        (Wish(), "2026-11-23 08:58", "2026-11-23 09:00"),
        (Wish(), "2026-11-23 08:59", "2026-11-24 09:00"),  # that one may be on its way
        (Wish(), "2026-11-23 09:00", "2026-11-24 09:00"),
        (Wish(zone="Asia/Jakarta"), "2026-11-23 01:00", "2026-11-23 02:00"),
        (Wish(zone="Asia/Jakarta"), "2026-11-23 03:00", "2026-11-24 02:00"),
        (quiet("22:00", "10:30"), "2026-11-23 08:00", "2026-11-23 10:30"),
        (Wish(zone="Europe/Berlin"), "2026-03-28 20:00", "2026-03-29 07:00"),
    ],
)
def test_the_digest_comes_at_nine_or_after_quiet_hours(wish: Wish, now: str, at: str) -> None:
    """By the person's clock, and never for what comes in its last minute."""
    found = digest_at(wish, utc(now))
    assert found == utc(at)
    assert found > utc(now) + LAST_CALL


def test_the_digests_time_is_said_as_it_comes() -> None:
    """Nine, or the end of quiet hours over nine."""
    assert digest_time(NIGHT) == time(9)
    assert digest_time(quiet("22:00", "10:30")) == time(10, 30)


NOW = utc("2026-11-23 12:00")
BY_NIGHT = utc("2026-11-23 23:00")
MORNING = utc("2026-11-24 07:00")
NINE = utc("2026-11-24 09:00")
ALL = Wish(by_name=True, direct=True, email=True)
NOTHING = Wish(by_name=False, direct=False, email=False)
DAILY = Wish(by_name=True, direct=True, email=True, digest=True)
ALL_BY_NIGHT = replace(ALL, quiet_from=NIGHT.quiet_from, quiet_to=NIGHT.quiet_to)
NEWS, URGENT, OWN = Event(), Event(needs_action=True), Event(is_own=True)


@pytest.mark.parametrize(
    ("wish", "event", "now", "told"),
    [
        # At once, where they chose.
        (Wish(), NEWS, NOW, Plan(by_name=True, email_at=NOW)),
        (ALL, NEWS, NOW, Plan(by_name=True, direct=True, email_at=NOW)),
        (replace(NOTHING, direct=True), NEWS, NOW, Plan(direct=True)),
        (NOTHING, NEWS, NOW, Plan()),
        (ALL, Event(has_email=False), NOW, Plan(by_name=True, direct=True)),
        # A thread in the person's direct messages is the direct message; somebody's own words call nobody.
        (ALL, Event(in_private=True), NOW, Plan(by_name=True, email_at=NOW)),
        (ALL, Event(is_said=True), NOW, Plan(direct=True, email_at=NOW)),
        # Once a day.
        (DAILY, NEWS, NOW, Plan(gathered=Gathering(NINE, direct=True, email=True))),
        (replace(DAILY, direct=False), NEWS, NOW, Plan(gathered=Gathering(NINE, direct=False, email=True))),
        (replace(DAILY, direct=False), Event(has_email=False), NOW, Plan(gathered=Gathering(NINE, True, False))),
        (DAILY, Event(in_private=True), NOW, Plan(gathered=Gathering(NINE, direct=False, email=True))),
        (replace(DAILY, email=False), Event(in_private=True), NOW, Plan()),
        # In quiet hours: calls are gathered for their end, e-mails wait each for itself.
        (ALL_BY_NIGHT, NEWS, NOW, Plan(by_name=True, direct=True, email_at=NOW)),
        (ALL_BY_NIGHT, NEWS, BY_NIGHT, Plan(email_at=MORNING, gathered=Gathering(MORNING, True, False))),
        (NIGHT, NEWS, BY_NIGHT, Plan(email_at=MORNING, gathered=Gathering(MORNING, True, False))),
        (replace(NIGHT, by_name=False), NEWS, BY_NIGHT, Plan(email_at=MORNING)),
        (replace(NIGHT, email=False), NEWS, BY_NIGHT, Plan(gathered=Gathering(MORNING, True, False))),
        (replace(NIGHT, by_name=False, email=False), NEWS, BY_NIGHT, Plan()),
        (ALL_BY_NIGHT, Event(in_private=True), BY_NIGHT, Plan(email_at=MORNING)),
        # What needs them comes at once, whatever they chose.
        (Wish(), URGENT, NOW, Plan(by_name=True, email_at=NOW)),
        (DAILY, URGENT, NOW, Plan(by_name=True, direct=True, email_at=NOW)),
        (ALL_BY_NIGHT, URGENT, BY_NIGHT, Plan(by_name=True, direct=True, email_at=BY_NIGHT)),
        (NOTHING, URGENT, BY_NIGHT, Plan(by_name=True)),
        (NOTHING, replace(URGENT, is_said=True), BY_NIGHT, Plan(direct=True)),
        (Wish(), replace(URGENT, is_said=True), NOW, Plan(email_at=NOW)),
        # Of their own doing they get a receipt.
        (ALL, OWN, NOW, Plan(email_at=NOW)),
        (ALL_BY_NIGHT, OWN, BY_NIGHT, Plan(email_at=BY_NIGHT)),
        (DAILY, OWN, NOW, Plan(email_at=NOW)),
        (NOTHING, OWN, NOW, Plan()),
    ],
)
def test_who_is_told_where_and_when(wish: Wish, event: Event, now: datetime, told: Plan) -> None:
    """For each choice and each kind of event."""
    assert plan(wish, event, now) == told


@pytest.mark.parametrize(
    ("wish", "error", "field"),
    [
        (quiet("07:00", "07:00"), QuietHoursUnclear, "quiet_to"),
        (Wish(quiet_from=60), QuietHoursUnclear, "quiet_to"),
        (Wish(quiet_to=60), QuietHoursUnclear, "quiet_from"),
        (replace(DAILY, direct=False, email=False), DigestNowhere, "places"),
        (Wish(zone="Mars/Olympus"), NoSuchZone, "zone"),
        (Wish(zone="../../etc/passwd"), NoSuchZone, "zone"),
    ],
)
def test_a_choice_that_cannot_be_kept_names_its_field(wish: Wish, error: type[DeskError], field: str) -> None:
    """Before anything is kept."""
    with pytest.raises(error) as refused:
        wish.checked()
    assert refused.value.facts["field"] == field


@pytest.mark.parametrize("wish", [Wish(), ALL, DAILY, NIGHT, NOTHING])
def test_every_other_choice_is_kept_as_it_is(wish: Wish) -> None:
    """Also to be told nothing."""
    assert wish.checked() == wish
