"""The operators' feed, polled: whoever has the due row reads on from the cursor, and each item is heard by itself.

A crash between two steps only has a page read again, of which nothing is taken twice. No trouble with the feed is an
error of ours: it is written down, shown to staff and to the doctor, and the feed is asked again at the next turn.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from bot.delivery.jobs import JobKind, soon
from bot.delivery.outbox import ESCALATION, Telling, find, send, tell
from bot.delivery.worker import Hold
from bot.registrations.decisions import heard
from bot.registrations.feed_client import FeedClient, FeedError, FeedForgot, FeedUnreadable, Item, Page
from bot.registrations.tables import FeedState
from bot.storage.database import Database, Tx
from bot.storage.statements import add_once, held

FEED = "registrations.feed"
OUTAGE = "registrations.outage"
PAGES_MOST = 100
"""Pages read in one go; what is left comes at the next turn."""
WAIT_MOST = timedelta(hours=1)
"""Longer than this no feed can keep us away."""
TOLD_AFTER = timedelta(minutes=10)
"""A shorter outage is no news."""
log = structlog.get_logger()


@dataclass(frozen=True)
class Source:
    """Where the feed is, and how to ask it. ``seconds`` is how often."""

    url: str
    client: FeedClient
    seconds: float

    @property
    def name(self) -> str:
        """Its row in our tables."""
        return feed_name(self.url)


def feed_name(url: str) -> str:
    """The name of the feed at this address. Another address is another feed: its cursors mean something else."""
    return sha256(url.encode()).hexdigest()[:16]


# What is kept of a feed


def state_of(tx: Tx, name: str) -> FeedState:
    """How far it was read; of one that nobody has looked at, how it would begin."""
    kept = tx.session.get(FeedState, name)
    return kept if kept is not None else FeedState(name=name, cursor="", trouble="")


def _held(tx: Tx, name: str) -> FeedState:
    """The same, to be changed by nobody else before this transaction ends."""
    if tx.session.get(FeedState, name) is None:
        add_once(tx, FeedState(name=name, cursor="", trouble=""))
    return held(tx, FeedState, name)


def is_due(state: FeedState, now: datetime, seconds: float) -> bool:
    """Not while the feed wants us to wait, and not when a colleague has just looked."""
    waits = state.again_at is not None and now < state.again_at
    return not waits and not (state.looked_at is not None and now < state.looked_at + timedelta(seconds=seconds / 2))


def ask_for(tx: Tx, name: str, seconds: float) -> None:
    """Have the feed looked at soon, if it is its turn."""
    if is_due(state_of(tx, name), tx.now, seconds):
        soon(tx, FEED, name)


def read_on(tx: Tx, name: str, cursor: str, page: Page, changed: int) -> bool:
    """The page after this cursor was heard; False when somebody else has read on from there meanwhile."""
    state = _held(tx, name)
    if state.cursor != cursor:
        return False
    state.cursor = page.next
    state.changed_at = tx.now if changed else state.changed_at
    return True


def begin_anew(tx: Tx, name: str) -> None:
    """The feed has forgotten our cursor."""
    _held(tx, name).cursor = ""


def looked(tx: Tx, name: str) -> None:
    """It was read to its end."""
    state = _held(tx, name)
    outage = find(tx, OUTAGE, outage_of(state), ESCALATION) if state.failing_since else None
    state.looked_at, state.again_at, state.failing_since, state.trouble = tx.now, None, None, ""
    if outage is not None:
        send(tx, outage)


def failed(tx: Tx, name: str, trouble: FeedError) -> None:
    """It could not be read; what it said before that counts all the same. Staff are told of a long outage, once."""
    state = _held(tx, name)
    state.failing_since = state.failing_since or tx.now
    state.trouble = trouble.sentence
    state.again_at = tx.now + min(timedelta(seconds=trouble.wait), WAIT_MOST) if trouble.wait else None
    if tx.now - state.failing_since >= TOLD_AFTER and find(tx, OUTAGE, outage_of(state), ESCALATION) is None:
        tell(tx, Telling(OUTAGE, outage_of(state), ESCALATION))


def outage_of(state: FeedState) -> str:
    """The key of the message about the outage that goes on."""
    return f"{state.name}:{state.failing_since.timestamp():.0f}" if state.failing_since else ""


# The job


class OperatorFeed:
    """The job that reads a feed; without a source there is nothing to do."""

    def __init__(self, database: Database, source: Source | None) -> None:
        self._database = database
        self._source = source

    def kinds(self) -> list[JobKind]:
        """The kinds of due rows."""
        return [JobKind(FEED, self.look)]

    async def ask_for(self) -> None:
        """Have the feed looked at soon, if there is one and it is its turn."""
        if self._source is not None:
            await self._database.write(ask_for, self._source.name, self._source.seconds)

    async def look(self, hold: Hold) -> None:
        """Read on from where we were until nothing new comes, and write down how it went."""
        source, name = self._source, hold.claim.key
        if source is None or name != source.name:
            return
        state, its_turn = await self._database.read(_how_it_stands, name, source.seconds)
        if not its_turn:
            return
        try:
            await self._read_to_the_end(source, state.cursor)
        except FeedError as trouble:
            log.warning("feed_failed", because=trouble.sentence)
            await self._database.write(failed, name, trouble)
        else:
            await self._database.write(looked, name)

    async def _read_to_the_end(self, source: Source, cursor: str) -> None:
        """Hear all that can be read. The cursor waits before a page with an item that cannot: it is asked for again.

        So such an item is lost to nobody, and holds up nobody else's word.
        """
        seen, wrong = {cursor}, None
        for _ in range(PAGES_MOST):
            page = await self._page(source, cursor)
            wrong = wrong or page.wrong
            changed = sum([await self._database.write(_hear, item) for item in page.items])
            is_ours = wrong is not None or await self._database.write(read_on, source.name, cursor, page, changed)
            is_last = not page.items and page.wrong is None
            if not is_ours or is_last:
                break
            if page.next in seen:
                raise FeedUnreadable(f"after items its cursor came back to {page.next}")
            seen.add(page.next)
            cursor = page.next
        if wrong is not None:
            raise wrong

    async def _page(self, source: Source, cursor: str) -> Page:
        """What comes after the cursor; when the feed has forgotten it, we begin anew at the next turn."""
        try:
            return await source.client.page(cursor)
        except FeedForgot:
            await self._database.write(begin_anew, source.name)
            raise


def _how_it_stands(tx: Tx, name: str, seconds: float) -> tuple[FeedState, bool]:
    state = state_of(tx, name)
    return state, is_due(state, tx.now, seconds)


def _hear(tx: Tx, item: Item) -> bool:
    return heard(tx, item.operator, item.id, item.reference, item.status, item.reason, item.at)
