"""The operators' feed, polled: what each word does to a row in each state, and that nothing is lost or taken twice."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from bot.delivery import claims
from bot.delivery.claims import JOBS, Claim
from bot.delivery.outbox import ESCALATION
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.delivery.worker import Hold
from bot.registrations import feed, feed_told, renewal, service, steps
from bot.registrations.feed import FEED, OperatorFeed, Source
from bot.registrations.feed_client import FeedClient
from bot.registrations.rules import Act, OperatorStatus
from bot.registrations.tables import FeedState, OperatorNews, OperatorRow, Submission
from bot.sandbox.faults import Fault
from bot.sandbox.operators import PLACE, Answer, Item, Operators
from bot.sandbox.server import Sandbox
from bot.storage.database import Tx

S = OperatorStatus
PACE = 60.0
LEASE = timedelta(seconds=60)


@dataclass
class Polled:
    """The desk's feed by hand: each ``look`` is one turn of the clock."""

    bureau: Any
    job: OperatorFeed
    url: str
    operators: Operators

    @property
    def name(self) -> str:
        """Of the feed."""
        return feed.feed_name(self.url)

    async def look(self) -> None:
        """A minute later it is the feed's turn."""
        self.bureau.clock.advance(seconds=PACE)
        await self.job.look(Hold(Claim(0, FEED, self.name, 1, "test"), LEASE))

    async def state(self) -> FeedState:
        """What is kept of the feed."""
        state: FeedState = await self.bureau.look(feed.state_of, self.name)
        return state

    async def came_to(self) -> dict[str, str]:
        """What became of each item, by its id."""
        news = select(OperatorNews.item_id, OperatorNews.came_to)
        found: dict[str, str] = await self.bureau.look(lambda tx: dict(iter(tx.session.execute(news))))
        return found

    async def notes(self) -> int:
        """How many notes staff got."""
        return len(await self.bureau.told(steps.NOTE))


@pytest.fixture
def polled(bureau: Any, sandbox: Sandbox, http: aiohttp.ClientSession) -> Polled:
    """The operators' feed, read by the job."""
    url, operators = f"{sandbox.url}/operators/news", sandbox.world.operators
    source = Source(url, FeedClient(http, url, operators.token), PACE)
    return Polled(bureau, OperatorFeed(bureau.database, source), url, operators)


# What each word does


Rows = list[OperatorRow]
Make = Callable[[Polled, Submission], Awaitable[None]]


async def first_rows(polled: Polled, submission: Submission) -> Rows:
    """The first operator's row of each sender ID."""
    return [whole.operators[0] for whole in await polled.bureau.wholes(submission)]


async def nothing(_polled: Polled, _submission: Submission) -> None:
    """It was just submitted."""


def by_staff(*acts: Act) -> Make:
    """Staff did this, one after the other."""

    async def make(polled: Polled, submission: Submission) -> None:
        for act in acts:
            await polled.bureau.decide(act, *await first_rows(polled, submission))

    return make


def by_operator(word: str) -> Make:
    """The operator said this."""

    async def make(polled: Polled, submission: Submission) -> None:
        for row in await first_rows(polled, submission):
            polled.operators.say(row.operator, row.reference, word)
        await polled.look()

    return make


async def withdrawn(polled: Polled, submission: Submission) -> None:
    """The customer took it back."""
    await polled.bureau.do(service.withdraw, polled.bureau.ana, submission.id, 1)


async def expired(polled: Polled, submission: Submission) -> None:
    """It was approved, and its time is over."""
    await by_staff(Act.APPROVE)(polled, submission)
    over = update(OperatorRow).values(valid_till=polled.bureau.clock().date() - timedelta(days=1))
    await polled.bureau.do(lambda tx: tx.session.execute(over) and None)
    await polled.bureau.do(renewal.look)


@dataclass(frozen=True)
class Was:
    """How a row came to stand where it does."""

    status: OperatorStatus
    by: str
    make: Make


WAS = [
    Was(S.UNDER_REVIEW, "nobody", nothing),
    Was(S.WITH_OPERATOR, "staff", by_staff(Act.SENT)),
    Was(S.APPROVED, "staff", by_staff(Act.APPROVE)),
    Was(S.APPROVED, "operator", by_operator("approved")),
    Was(S.CHANGES_ASKED, "staff", by_staff(Act.SENT, Act.ASK)),
    Was(S.CHANGES_ASKED, "operator", by_operator("changes_asked")),
    Was(S.REJECTED, "staff", by_staff(Act.REJECT)),
    Was(S.REJECTED, "operator", by_operator("rejected")),
    Was(S.WITHDRAWN, "customer", withdrawn),
    Was(S.EXPIRED, "clock", expired),
]
TAKEN, KNOWN, LATE, CONTRADICTS, UNKNOWN = "taken", "known", "late", "contradicts", "unknown"
NAMES = ("KOPI", "KOPISATU", "KOPIDUA", "KOPITIGA", "KOPILIMA")
WORDS = ("received", "approved", "changes_asked", "rejected", "glorified")
NOW = {
    (S.UNDER_REVIEW, "nobody"): (TAKEN, TAKEN, TAKEN, TAKEN, UNKNOWN),
    (S.WITH_OPERATOR, "staff"): (KNOWN, TAKEN, TAKEN, TAKEN, UNKNOWN),
    (S.APPROVED, "staff"): (LATE, KNOWN, CONTRADICTS, CONTRADICTS, UNKNOWN),
    (S.APPROVED, "operator"): (LATE, KNOWN, CONTRADICTS, CONTRADICTS, UNKNOWN),
    (S.CHANGES_ASKED, "staff"): (LATE, CONTRADICTS, KNOWN, TAKEN, UNKNOWN),
    (S.CHANGES_ASKED, "operator"): (LATE, CONTRADICTS, KNOWN, TAKEN, UNKNOWN),
    (S.REJECTED, "staff"): (LATE, CONTRADICTS, CONTRADICTS, KNOWN, UNKNOWN),
    (S.REJECTED, "operator"): (LATE, CONTRADICTS, CONTRADICTS, KNOWN, UNKNOWN),
    (S.WITHDRAWN, "customer"): (LATE, LATE, LATE, LATE, UNKNOWN),
    (S.EXPIRED, "clock"): (LATE, LATE, LATE, LATE, UNKNOWN),
}
"""What each of WORDS, said now, comes to."""
RESULT = {"received": S.WITH_OPERATOR, "approved": S.APPROVED, "changes_asked": S.CHANGES_ASKED, "rejected": S.REJECTED}


@pytest.mark.parametrize(
    ("was", "late"),
    [(was, late) for was in WAS for late in (False, True) if was.by == "operator" or not late],
    ids=lambda case: f"{case.status}-by-{case.by}" if isinstance(case, Was) else "late" if case else "in-time",
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_word_on_a_row_in_every_state(polled: Polled, was: Was, late: bool) -> None:
    """What is taken moves the row; all else leaves it, and staff read of what contradicts or is not understood, once.

    A late word is one that the operator calls older than what it said itself.
    """
    bureau = polled.bureau
    submission = await bureau.submitted(*(bureau.entry(name) for name in NAMES))
    await was.make(polled, submission)
    before, notes = await first_rows(polled, submission), await polled.notes()
    assert {row.status for row in before} == {was.status}
    for row, word in zip(before, WORDS, strict=True):
        for turn in (1, 2):
            item = polled.operators.say(row.operator, row.reference, word, late=3600.0 * late, item_id=f"{word}-{turn}")
            polled.operators.repeat(item)
    await polled.look()
    came_to = await polled.came_to()
    after = await first_rows(polled, submission)
    expected = list(NOW[was.status, was.by])
    if late:
        expected = [LATE if now in {TAKEN, CONTRADICTS} else now for now in expected]
    assert [came_to[f"{word}-1"] for word in WORDS] == expected
    assert [row.status for row in after] == [
        RESULT[word] if now == TAKEN else was.status for word, now in zip(WORDS, expected, strict=True)
    ]
    moved = [new.version - old.version for old, new in zip(before, after, strict=True)]
    assert moved == [int(now == TAKEN) for now in expected]
    assert await polled.notes() - notes == len([now for now in expected if now in {CONTRADICTS, UNKNOWN}])


async def test_a_clock_that_is_fast_makes_nothing_late(polled: Polled) -> None:
    """What was said tomorrow was said now: a later word against it is shown to staff, not lost."""
    submission = await polled.bureau.submitted()
    row, *_ = await polled.bureau.rows(submission)
    polled.operators.say(row.operator, row.reference, "approved", late=-86400)
    await polled.look()
    polled.operators.say(row.operator, row.reference, "rejected", "taken")
    await polled.look()
    assert (await polled.bureau.statuses(submission))[row.operator] == "approved"
    assert await polled.notes() == 1


async def test_a_contradiction_is_told_again_only_after_a_decision(polled: Polled) -> None:
    """Said every minute, it is one note; said again after staff amended, it is another."""
    bureau, say = polled.bureau, polled.operators.say
    submission = await bureau.submitted()
    row, *_ = await bureau.rows(submission)
    await bureau.decide(Act.REJECT, row)
    for _ in range(3):
        say(row.operator, row.reference, "approved")
        await polled.look()
    assert await polled.notes() == 1
    (row,) = await bureau.decide(Act.AMEND, (await bureau.rows(submission))[0], amended_to=S.CHANGES_ASKED)
    say(row.operator, row.reference, "approved")
    await polled.look()
    assert await polled.notes() == 2


# How it is read


async def test_it_reads_on_over_pages_and_speaks_only_on_change(polled: Polled, sandbox: Sandbox) -> None:
    """Three operators answer over time; each word is told once, and turns in which nothing is new say nothing."""
    bureau, operators = polled.bureau, polled.operators
    operators.page_most = 1
    submission = await bureau.submitted()
    for row, word in zip(await bureau.rows(submission), ("approved", "changes_asked", "approved"), strict=True):
        operators.hand_over(row.operator, row.reference, Answer("received"), Answer(word, "taken", seconds=100))
        operators.hand_over(row.operator, row.reference)
    news = len(await bureau.told(steps.NEWS))
    await polled.look()
    assert set((await bureau.statuses(submission)).values()) == {"with_operator"}
    assert len(await bureau.told(steps.NEWS)) == news + 3
    first = await polled.state()
    await polled.look()
    assert set((await bureau.statuses(submission)).values()) == {"approved", "changes_asked"}
    second = await polled.state()
    told = await bureau.told()
    await polled.look()
    last = await polled.state()
    assert await bureau.told() == told
    assert len(told) > 0
    assert first.changed_at < second.changed_at == last.changed_at < last.looked_at == bureau.clock()
    assert (last.cursor, last.trouble) == ("1-6", "")
    assert len(operators.items) == 6


async def test_what_comes_again_is_not_taken_again(polled: Polled) -> None:
    """A cursor that goes back, or is forgotten: everything is read anew, and nothing happens a second time."""
    bureau, operators = polled.bureau, polled.operators
    submission = await bureau.submitted()
    row, *_ = await bureau.rows(submission)
    operators.say(row.operator, row.reference, "received")
    await polled.look()
    operators.say(row.operator, row.reference, "approved")
    operators.go_back(2)
    await polled.look()
    told = await bureau.told()
    assert (await polled.state()).cursor == "1-2"
    operators.go_back(2)
    await polled.look()
    assert "came back to 1-0" not in (await polled.state()).trouble
    operators.forget_cursors()
    await polled.look()
    assert "does not know any more how far we had read" in (await polled.state()).trouble
    await polled.look()
    assert ((await polled.state()).cursor, (await polled.state()).trouble) == ("2-2", "")
    assert await bureau.told() == told
    assert await bureau.acts(row.id) == [
        ("registrations:operator:with_operator", None),
        ("registrations:operator:approved", None),
    ]


async def test_a_feed_that_runs_in_circles_is_left_and_named(polled: Polled) -> None:
    """Its items are heard all the same; staff can read what is wrong with it."""
    submission = await polled.bureau.submitted()
    row, *_ = await polled.bureau.rows(submission)
    polled.operators.say(row.operator, row.reference, "approved")
    polled.operators.go_back(1, pages=2)
    await polled.look()
    state = await polled.state()
    assert (await polled.bureau.statuses(submission))[row.operator] == "approved"
    assert (state.cursor, state.looked_at, state.failing_since) == ("1-0", None, polled.bureau.clock())
    assert "came back to 1-0" in state.trouble


async def test_an_item_that_cannot_be_read_holds_up_no_other(polled: Polled) -> None:
    """What comes before and after it counts; the cursor waits before its page, so that it is heard once mended."""
    bureau, operators = polled.bureau, polled.operators
    operators.page_most = 1
    submission = await bureau.submitted()
    globe, smart, dito = await bureau.rows(submission)
    operators.say(globe.operator, globe.reference, "approved")
    bad = Item("bad", smart.operator, "", "approved", "", bureau.clock())
    operators.repeat(bad)
    operators.say(dito.operator, dito.reference, "rejected", "taken")
    await polled.look()
    since = bureau.clock()
    await polled.look()
    state = await polled.state()
    assert (state.cursor, state.failing_since, state.looked_at) == ("1-1", since, None)
    assert "item 1 has no reference" in state.trouble
    assert await bureau.statuses(submission) == {"globe": "approved", "smart": "under_review", "dito": "rejected"}
    operators.items[operators.items.index(bad)] = replace(bad, reference=smart.reference)
    await polled.look()
    state = await polled.state()
    assert (state.failing_since, state.trouble, state.looked_at) == (None, "", bureau.clock())
    assert (await bureau.statuses(submission))["smart"] == "approved"


async def test_a_feed_that_wants_us_to_wait_is_left_alone(polled: Polled, sandbox: Sandbox) -> None:
    """For as long as it says, an hour at most; whoever asks meanwhile has nothing to do."""
    faults, clock = sandbox.world.faults, polled.bureau.clock
    faults.add(Fault(PLACE, "status", 429, headers={"Retry-After": "86400"}))
    await polled.look()
    assert (await polled.state()).again_at == clock() + timedelta(hours=1)
    fault = faults.add(Fault(PLACE, "status", 503, times=None))
    await polled.look()
    await polled.job.ask_for()
    assert await polled.bureau.due() == set()
    assert len(faults.met) == 1
    faults.pending.remove(fault)
    clock.advance(seconds=3600)
    await polled.job.ask_for()
    assert (FEED, polled.name) in await polled.bureau.due()
    await polled.look()
    assert (await polled.state()).again_at is None


async def test_replicas_do_not_ask_one_after_the_other(polled: Polled) -> None:
    """A feed that was just looked at is not due again for half of its pace."""
    await polled.look()
    polled.bureau.clock.advance(seconds=20)
    await polled.job.ask_for()
    assert await polled.bureau.due() == set()
    polled.bureau.clock.advance(seconds=10)
    await polled.job.ask_for()
    assert (FEED, polled.name) in await polled.bureau.due()


async def test_two_replicas_at_one_moment_take_each_word_once(polled: Polled) -> None:
    """One of them was paused beyond its lease: both read the same pages, and each row moves once."""
    bureau, operators = polled.bureau, polled.operators
    operators.page_most = 2
    submission = await bureau.submitted()
    rows = await bureau.rows(submission)
    for row in rows:
        operators.say(row.operator, row.reference, "received")
        operators.say(row.operator, row.reference, "approved")
    bureau.clock.advance(seconds=PACE)
    hold = Hold(Claim(0, FEED, polled.name, 1, "test"), LEASE)
    await asyncio.gather(polled.job.look(hold), polled.job.look(hold))
    await polled.look()
    assert set((await bureau.statuses(submission)).values()) == {"approved"}
    assert [len(await bureau.acts(row.id)) for row in rows] == [2, 2, 2]
    assert (await polled.state()).cursor == "1-6"


async def test_a_due_row_is_claimed_by_one(polled: Polled) -> None:
    """Asked for by two replicas it is one row, and only one of them gets it."""
    await polled.job.ask_for()
    await polled.job.ask_for()

    def claim(tx: Tx, owner: str) -> int:
        return len(claims.claim(tx, JOBS, owner, limit=8, lease=LEASE))

    assert [await polled.bureau.do(claim, owner) for owner in ("one", "two")] == [1, 0]


async def test_another_address_is_another_feed(polled: Polled, sandbox: Sandbox) -> None:
    """Its cursors mean something else, so it is read from its beginning."""
    polled.operators.say("globe", "of-nobody", "approved")
    await polled.look()
    other = feed.feed_name(f"{sandbox.url}/elsewhere")
    assert other != polled.name
    assert (await polled.bureau.look(feed.state_of, other)).cursor == ""


async def test_an_item_under_an_old_id_is_named_in_the_log(polled: Polled) -> None:
    """A feed that gives ids twice would lose news: the log says which."""
    submission = await polled.bureau.submitted()
    row, *_ = await polled.bureau.rows(submission)
    with capture_logs() as logs:
        for word in ("received", "approved"):
            polled.operators.say(row.operator, row.reference, word, item_id="the-same")
            await polled.look()
    assert [one["item"] for one in logs if one["event"] == "operator_news_changed"] == ["the-same"]
    assert (await polled.bureau.statuses(submission))[row.operator] == "with_operator"


async def test_without_a_feed_nothing_is_asked(bureau: Any) -> None:
    """No address, no job; one that was left from before ends at once."""
    job = OperatorFeed(bureau.database, None)
    await job.ask_for()
    assert await bureau.due() == set()
    await job.look(Hold(Claim(0, FEED, "gone", 1, "test"), LEASE))


# What staff are told of it


async def drawn(polled: Polled, who: Any) -> str:
    """What Home shows this person of the feed."""
    home = feed_told.Home(Voices(), polled.url)
    return str(await polled.bureau.look(home.shown, who))


async def outages(polled: Polled) -> list[Any]:
    """The messages about outages, as they would be sent now."""
    kind = feed_told.kind(Voices())

    def draw(tx: Tx) -> list[Any]:
        told = tx.session.scalars(select(Message).where(Message.kind == kind.name, Message.place == ESCALATION))
        return [kind.draw(tx, message) for message in told]

    found: list[Any] = await polled.bureau.look(draw)
    return found


async def test_home_shows_staff_how_the_feed_is(polled: Polled, sandbox: Sandbox) -> None:
    """When it last answered, since when it fails and why, and what came about nobody's request; others see nothing."""
    bureau = polled.bureau
    assert await drawn(polled, bureau.rina) == "[]"
    submission = await bureau.submitted()
    assert "It was not asked yet" in await drawn(polled, bureau.rina)
    row, *_ = await bureau.rows(submission)
    polled.operators.say(row.operator, row.reference, "approved")
    polled.operators.say("globe", "mistyped-by-them", "approved")
    await polled.look()
    shown = await drawn(polled, bureau.rina)
    assert "It last answered <!date^1795424460^" in shown
    assert "The last news that changed something came <!date^1795424460^" in shown
    assert "it spoke 1 time of a reference that no row has today" in shown
    assert "`mistyped-by-them` (globe)" in shown
    assert await drawn(polled, bureau.ana) == "[]"
    sandbox.world.faults.add(Fault(PLACE, "status", 401))
    await polled.look()
    shown = await drawn(polled, bureau.rina)
    assert "has failed since <!date^1795424520^" in shown
    assert "It does not take our token (HTTP 401)" in shown
    assert "It last answered <!date^1795424460^" in shown


async def test_a_long_outage_is_told_once_and_so_is_its_end(polled: Polled, sandbox: Sandbox) -> None:
    """Ten minutes are an outage; the one message about it says in the end that it is over. The next is another."""
    fault = sandbox.world.faults.add(Fault(PLACE, "status", 503, times=None))
    for _ in range(10):
        await polled.look()
    assert await outages(polled) == []
    for _ in range(3):
        await polled.look()
    (told,) = await outages(polled)
    assert "has failed since <!date^1795424460^" in told.text
    assert "HTTP 503" in told.text
    sandbox.world.faults.pending.remove(fault)
    await polled.look()
    (told,) = await outages(polled)
    assert "answers again. It had failed since <!date^1795424460^" in told.text
    sandbox.world.faults.add(fault)
    for _ in range(12):
        await polled.look()
    assert [("answers again" in one.text, "has failed since" in one.text) for one in await outages(polled)] == [
        (True, False),
        (False, True),
    ]
