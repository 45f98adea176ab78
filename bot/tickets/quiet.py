"""When and where a person is told, by what they chose: pure, with no clock and no database of its own.

The thread of a request always has everything, at once. What is chosen here is what calls the person besides.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import DeskError

DIGEST_AT = time(9)
"""By the person's own clock."""
LAST_CALL = timedelta(minutes=1)
"""What comes later than this before a digest goes with the next one: this one may be on its way."""
_MINUTES = 60


class QuietHoursUnclear(DeskError):
    """Quiet hours need two different times: when they begin, and when they end."""


class DigestNowhere(DeskError):
    """A daily digest comes as a direct message or by e-mail: choose at least one of them, or one by one."""


class NoSuchZone(DeskError):
    """I do not know the time zone {zone}. Choose one of the list, like Asia/Jakarta."""


@cache
def zones() -> frozenset[str]:
    """The names of all time zones, like Asia/Jakarta."""
    return frozenset(available_timezones())


@dataclass(frozen=True)
class Wish:
    """How a person wants to be told of what needs nothing from them. As it stands here, who never chose is told.

    ``by_name``: called by name in the request's thread; ``direct``: by a direct message; ``email``: by e-mail;
    ``digest``: once a day in place of one by one. Quiet hours are minutes after midnight in ``zone``, the end not
    included; they may go over midnight. ``weekly``: a picture of the week on Monday mornings.
    """

    by_name: bool = True
    direct: bool = False
    email: bool = True
    digest: bool = False
    quiet_from: int | None = None
    quiet_to: int | None = None
    zone: str = "UTC"
    weekly: bool = True

    def checked(self) -> "Wish":
        """This, when it can be kept. Raises QuietHoursUnclear, DigestNowhere, NoSuchZone; each names its field."""
        if (self.quiet_from is None) != (self.quiet_to is None):
            raise QuietHoursUnclear(field="quiet_from" if self.quiet_from is None else "quiet_to")
        if self.quiet_from is not None and self.quiet_from == self.quiet_to:
            raise QuietHoursUnclear(field="quiet_to")
        if self.digest and not (self.direct or self.email):
            raise DigestNowhere(field="places")
        if self.zone not in zones():
            raise NoSuchZone(zone=self.zone[:40], field="zone")
        return self


@dataclass(frozen=True)
class Event:
    """What is to be told, as far as it decides where and when.

    ``needs_action``: something is the person's to do now. ``is_own``: they did it themselves, so that telling it is a
    receipt. ``has_email``: an address is known. ``in_private``: its thread stands in the person's own direct messages.
    ``is_said``: a person wrote it there, so that no words of ours can call anybody.
    """

    needs_action: bool = False
    is_own: bool = False
    has_email: bool = True
    in_private: bool = False
    is_said: bool = False


@dataclass(frozen=True)
class Gathering:
    """With others in one message, at a moment."""

    at: datetime
    direct: bool
    email: bool


@dataclass(frozen=True)
class Plan:
    """Where one person is told of one event, besides its thread, and when; each place at most once.

    ``by_name``: the thread calls them. ``email_at``: an e-mail of its own. ``gathered``: with others, later.
    """

    by_name: bool = False
    direct: bool = False
    email_at: datetime | None = None
    gathered: Gathering | None = None


def plan(wish: Wish, event: Event, now: datetime) -> Plan:
    """Where and when a person is told of an event that happens ``now``.

    What needs them comes at once, by name in the thread and wherever they chose, whatever the hour. A receipt comes at
    once too, and only by e-mail: they are there, and the thread has it. All else waits for the end of quiet hours, or
    for the digest.
    """
    email = wish.email and event.has_email
    direct = wish.direct and not event.in_private
    if event.needs_action:
        uncalled = event.is_said and not email and not event.in_private
        return Plan(by_name=not event.is_said, direct=direct or uncalled, email_at=now if email else None)
    if event.is_own:
        return Plan(email_at=now if email else None)
    if wish.digest:
        directly = (wish.direct or not email) and not event.in_private
        there = Gathering(digest_at(wish, now), directly, email)
        return Plan(gathered=there if directly or email else None)
    until = quiet_until(wish, now)
    if until is None:
        return Plan(by_name=wish.by_name and not event.is_said, direct=direct, email_at=now if email else None)
    missed = (wish.by_name or wish.direct) and not event.in_private
    gathered = Gathering(until, direct=True, email=False) if missed else None
    return Plan(email_at=until if email else None, gathered=gathered)


def quiet_until(wish: Wish, now: datetime) -> datetime | None:
    """When the quiet hours end in which ``now`` is, in UTC; None outside of them.

    Where a clock that is put forward leaves the end out, it is as much later; where it comes twice, the first that is
    still ahead counts.
    """
    here = now.astimezone(ZoneInfo(wish.zone))
    ends = _quiet_end(wish, here.time())
    if ends is None:
        return None
    return _next(here, ends, now, days=0 if here.time() < ends else 1)


def digest_time(wish: Wish) -> time:
    """When the digest comes by the person's clock: never in quiet hours."""
    return _quiet_end(wish, DIGEST_AT) or DIGEST_AT


def _quiet_end(wish: Wish, at: time) -> time | None:
    """When the quiet hours end in which a clock shows ``at``; None outside of them."""
    if wish.quiet_from is None or wish.quiet_to is None:
        return None
    begins, ends = (time(*divmod(minute, _MINUTES)) for minute in (wish.quiet_from, wish.quiet_to))
    is_quiet = begins <= at < ends if begins <= ends else at >= begins or at < ends
    return ends if is_quiet else None


def digest_at(wish: Wish, now: datetime) -> datetime:
    """When the next digest comes that has room for what happens ``now``, in UTC: never in quiet hours."""
    after = now + LAST_CALL
    here = after.astimezone(ZoneInfo(wish.zone))
    at = _next(here, DIGEST_AT, after, days=0)
    return quiet_until(wish, at) or at


def monday_at(wish: Wish, now: datetime) -> datetime:
    """This week's Monday morning by the person's clock, in UTC: when digests come, never in quiet hours."""
    here = now.astimezone(ZoneInfo(wish.zone))
    monday = here.date() - timedelta(days=here.weekday())
    at = datetime.combine(monday, DIGEST_AT, tzinfo=here.tzinfo).astimezone(UTC)
    return quiet_until(wish, at) or at


def _next(here: datetime, at: time, after: datetime, *, days: int) -> datetime:
    """The next moment after ``after`` at which the clocks ``here`` show ``at``, ``days`` from now or later."""
    for day in (days, days + 1):
        local = datetime.combine(here.date() + timedelta(days=day), at, tzinfo=here.tzinfo)
        for moment in (local, local.replace(fold=1)):
            if (found := moment.astimezone(UTC)) > after:
                return found
    raise AssertionError(f"the clocks of {here.tzinfo} never show {at}")
