"""What each person looks at on App Home, kept: the tab, the page, what is opened; and who must see it anew."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select

from bot.accounts.rules import Role, Who
from bot.dashboard import choices
from bot.dashboard.filters import Filters
from bot.dashboard.keys import Key
from bot.dashboard.tables import HomeState
from bot.delivery.claims import JOBS, schedule_all
from bot.storage.database import Tx
from bot.storage.statements import add_once

PUBLISH: Final = "dashboard.home"
LOOKS_FOR: Final = timedelta(minutes=10)
"""So long after somebody looked, news are drawn on his Home; later it is drawn when he opens it."""
MERGED: Final = timedelta(seconds=2)
"""What changes within this time is published together."""
_OPENED_MAX = 20


@dataclass(frozen=True)
class Place:
    """A page: what is behind ``key``, or ``backwards`` before it."""

    key: Key | None = None
    backwards: bool = False


@dataclass(frozen=True)
class Looking:
    """What a person looks at. ``tab`` is empty for the first one."""

    tab: str
    filters: Filters
    place: Place
    opened: frozenset[str]


def looking(tx: Tx, who: Who) -> Looking:
    """As it was left."""
    state, filters = tx.session.get(HomeState, who.user_id), choices.last(tx, who)
    if state is None:
        return Looking("", filters, Place(), frozenset())
    return Looking(state.tab, filters, _place(state.place, filters), frozenset(state.opened))


def _place(kept: list[Any] | None, filters: Filters) -> Place:
    if kept is None or kept[0] != filters.words:
        return Place()
    _, backwards, value, requested_at, id_ = kept
    return Place(Key(value, datetime.fromisoformat(requested_at), id_), backwards)


def looked(tx: Tx, who: Who) -> None:
    """The person sees Home now. Of who belongs to nobody nothing is kept."""
    if who.role is not Role.NOBODY:
        _state(tx, who)


def _state(tx: Tx, who: Who) -> HomeState:
    state = tx.session.get(HomeState, who.user_id)
    if state is None:
        state = HomeState(user_id=who.user_id, team_id=who.team_id, opened=[], seen_at=tx.now)
        if not add_once(tx, state):
            state = tx.session.get_one(HomeState, who.user_id)
    state.seen_at, state.team_id = tx.now, who.team_id or state.team_id
    state.account_id = None if who.is_staff else who.account_id
    return state


def turn_to(tx: Tx, who: Who, tab: str) -> None:
    """Open another tab."""
    _state(tx, who).tab = tab[:32]


def choose(tx: Tx, who: Who, filters: Filters) -> None:
    """Look at other sender IDs, from the first page."""
    state = _state(tx, who)
    state.place = None
    choices.remember(tx, who, filters)


def turn(tx: Tx, who: Who, filters: Filters, place: Place) -> None:
    """Turn the page of what was shown."""
    state, key = _state(tx, who), place.key
    if key is not None:
        state.place = [filters.words, place.backwards, key.value, key.requested_at.isoformat(), key.id]
    choices.remember(tx, who, filters)


def open_row(tx: Tx, who: Who, registration_id: str, *, opens: bool) -> None:
    """Show a sender ID's operators, or hide them. Of many that are open the first opened is closed."""
    state = _state(tx, who)
    others = [id_ for id_ in state.opened if id_ != registration_id]
    state.opened = ([*others, registration_id] if opens else others)[-_OPENED_MAX:]


# What Slack shows


def shown(tx: Tx, user_id: str) -> HomeState | None:
    """What is kept of a person's Home; None: nothing."""
    return tx.session.get(HomeState, user_id)


def published(tx: Tx, user_id: str, slack_hash: str, drawn: str) -> None:
    """Slack shows this."""
    state = tx.session.get(HomeState, user_id)
    if state is not None:
        state.slack_hash, state.drawn = slack_hash[:128], drawn


def changed(tx: Tx, accounts: Collection[str | None]) -> None:
    """Something of these accounts happens: who looks at it now sees it soon. None: it is nobody's, or everybody's."""
    lately = select(HomeState.user_id).where(HomeState.seen_at > tx.now - LOOKS_FOR)
    if None not in accounts:
        lately = lately.where(or_(HomeState.account_id.is_(None), HomeState.account_id.in_(accounts)))
    users = tx.session.scalars(lately.order_by(HomeState.user_id)).all()
    schedule_all(tx, JOBS, PUBLISH, {user: f"{PUBLISH}:{user}" for user in users}, after=MERGED)


def again(tx: Tx, user_id: str, *, after: timedelta) -> None:
    """Have a person's Home published after a while."""
    schedule_all(tx, JOBS, PUBLISH, {user_id: f"{PUBLISH}:{user_id}"}, after=after)
