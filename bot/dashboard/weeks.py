"""Pictures of the week: who gets one on Monday morning, what becomes of it, and those that people ask for."""

import hashlib
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from bot.accounts.rules import Who
from bot.accounts.tables import Account
from bot.dashboard.grid import Grid, grid
from bot.dashboard.queries import scope
from bot.dashboard.tables import DashboardWeek
from bot.delivery.inbox import first_time
from bot.delivery.jobs import soon
from bot.delivery.outbox import EMAIL, FILE, REVIEW, SLACK, Telling, tell
from bot.registrations.tables import Submission
from bot.storage.database import Tx
from bot.storage.statements import add_once
from bot.tickets.clocks import hours_of
from bot.tickets.notices import choice_of
from bot.tickets.quiet import Wish, monday_at

PICTURE, PLAIN, MAIL = "dashboard.week_picture", "dashboard.week_plain", "dashboard.week_mail"
DRAW, PURGE = "dashboard.week", "dashboard.week_purge"
KEPT: Final = timedelta(days=7)
_LATE: Final = timedelta(hours=24)
"""After this a Monday's picture is no news."""
_ASKED_WITHIN: Final = timedelta(days=365)
"""Who submitted nothing for so long gets none."""


def ask(tx: Tx, who: Who, key: str) -> None:
    """Have a picture of what the person looks at drawn, and sent to them alone. Raises NotLinked."""
    account_id = scope(who)
    if first_time(tx, key):
        week = DashboardWeek(id=tx.new_id(), account_id=account_id, place=who.user_id, created_at=tx.now)
        tx.session.add(week)
        tx.session.flush()
        soon(tx, DRAW, week.id)


def look(tx: Tx, *, has_mail: bool) -> int:
    """Have this Monday's pictures drawn for whom it is Monday morning; each once, however often this is called."""
    count = 0
    if _is_due(tx, office := Wish(zone=hours_of("").zone.key)):
        count += _begin(tx, office, DashboardWeek(account_id=None, place=REVIEW))
    for account_id, user_id, email, country in tx.session.execute(_submitters(tx)):
        wish, address = choice_of(tx, user_id, zone=hours_of(country).zone.key)
        if wish.weekly and _is_due(tx, wish):
            to = (email or address) if wish.email and has_mail else ""
            week = DashboardWeek(account_id=account_id, place=user_id, address=to, in_slack=wish.direct or not to)
            count += _begin(tx, wish, week)
    return count


def _submitters(tx: Tx) -> Any:
    mine = (Submission.account_id, Submission.submitted_by)
    last = func.max(Submission.submitter_email), func.max(Submission.country)
    return select(*mine, *last).where(Submission.submitted_at > tx.now - _ASKED_WITHIN).group_by(*mine)


def _is_due(tx: Tx, wish: Wish) -> bool:
    return timedelta(0) <= tx.now - monday_at(wish, tx.now) < _LATE


def _begin(tx: Tx, wish: Wish, week: DashboardWeek) -> int:
    week.monday = monday_at(wish, tx.now).date()
    week.id, week.created_at = _id(week.place, week.account_id, week.monday), tx.now
    if not add_once(tx, week):
        return 0
    soon(tx, DRAW, week.id)
    return 1


def _id(place: str, account_id: str | None, monday: date) -> str:
    return hashlib.sha256(f"{place} {account_id} {monday}".encode()).hexdigest()[:32]


def seen(tx: Tx, week_id: str) -> tuple[DashboardWeek, Grid | None, str]:
    """A picture that is to be drawn, what it shows (None: it is drawn already), and the customer's name."""
    week = tx.session.get_one(DashboardWeek, week_id)
    if week.said is not None:
        return week, None, ""
    name = tx.session.get_one(Account, week.account_id).name if week.account_id else ""
    return week, grid(tx, week.account_id, tx.now), name


def drawn(tx: Tx, week_id: str, said: dict[str, Any], picture_key: str | None) -> None:
    """It is drawn, or only said (no key): send it. What tells nothing is kept and not sent."""
    week = tx.session.get_one(DashboardWeek, week_id)
    if week.said is not None:
        return
    week.said, week.picture_key = said, picture_key
    if not said:
        return
    about = week.id, week.place
    if week.in_slack:
        kind, medium = (PICTURE, FILE) if picture_key else (PLAIN, SLACK)
        tell(tx, Telling(kind, *about, medium, week.account_id))
    if week.address:
        tell(tx, Telling(MAIL, week.id, week.address, EMAIL, week.account_id))
    soon(tx, PURGE, week.id, after=KEPT)


def purged(tx: Tx, week_id: str) -> str | None:
    """Our copy is not needed any more: its key, which is forgotten."""
    week = tx.session.get_one(DashboardWeek, week_id)
    key, week.picture_key = week.picture_key, None
    return key
