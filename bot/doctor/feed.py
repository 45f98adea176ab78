"""The operators' feed: whether it lets us in, and whether a desk reads it."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import aiohttp

from bot.doctor.findings import Finding, fail, ok, warn
from bot.registrations.feed_client import FeedClient, FeedError, FeedForgot, FeedLocked
from bot.registrations.tables import FeedState
from bot.settings import Settings

_URL, _TOKEN, _SECONDS, _FEED = "OPERATOR_FEED_URL", "OPERATOR_FEED_TOKEN", "SENDERDESK_FEED_SECONDS", "Operators' feed"
_TURNS_MISSED = 10
_QUIET = timedelta(minutes=10)
"""A feed that was not looked at for so long, and for several turns, is looked at by nobody."""


async def check_feed(
    settings: Settings, http: aiohttp.ClientSession, state: FeedState | None, now: datetime
) -> AsyncIterator[Finding]:
    """Ask for one item, and say when a desk last looked. ``state`` is None when none ever did."""
    yield ok(_SECONDS, f"{settings.senderdesk_feed_seconds:g} seconds")
    if not settings.operator_feed_url:
        yield ok(_URL, "is not set: staff enter what operators say")
        return
    token = settings.operator_feed_token.get_secret_value()
    if not token:
        yield fail(_TOKEN, "is not set, and the feed asks for one", "Ask whoever runs the operators' feed for a token.")
        return
    client = FeedClient(http, settings.operator_feed_url, token, seconds=10)
    try:
        await client.page(state.cursor if state else "", limit=1)
    except FeedForgot:
        pass  # the desk begins anew by itself
    except FeedLocked as trouble:
        yield fail(_TOKEN, trouble.sentence, "Ask whoever runs the operators' feed for a new token.")
        return
    except FeedError as trouble:
        yield fail(_URL, trouble.sentence, "Check the address; docs/operator-feed.md says what must answer there.")
        return
    yield ok(_URL, "the operators' feed answers")
    yield ok(_TOKEN, "the operators' feed takes it")
    yield _reading(state, now, timedelta(seconds=settings.senderdesk_feed_seconds))


def _reading(state: FeedState | None, now: datetime, pace: timedelta) -> Finding:
    if state is None:
        return ok(_FEED, "no desk has looked at it yet; a running one does at once")
    if state.failing_since is not None:
        todo = "It answers us now; if the desk does not say the same in a minute, look into its log."
        return warn(_FEED, f"fails since {_when(state.failing_since)}: {state.trouble}", todo)
    if state.looked_at is None or now - state.looked_at > max(pace * _TURNS_MISSED, _QUIET):
        last = _when(state.looked_at) if state.looked_at else "never"
        return warn(_FEED, f"was last looked at: {last}", "Is a desk running? What operators say is heard by it alone.")
    news = f", last news {_when(state.changed_at)}" if state.changed_at else ""
    return ok(_FEED, f"last looked at {_when(state.looked_at)}{news}")


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
