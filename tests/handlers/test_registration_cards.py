"""The buttons on the cards of registrations, and their forms: what people press, and what both sides then read."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account
from bot.app import House, working
from bot.desk import Desk
from bot.registrations import companies, decisions, drafts, renewal, service
from bot.registrations.companies import Arrival
from bot.registrations.company_fields import CompanyFields
from bot.registrations.completeness import slots_of
from bot.registrations.decision import Decision
from bot.registrations.rules import Act
from bot.registrations.tables import OperatorRow, Registration, Submission
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, MART, MART_ACCOUNT, REVIEW
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.records import Message
from bot.sandbox.slack.windows import View
from bot.sandbox.slack.workspace import Slack
from bot.storage.database import Tx
from bot.storage.files import StoredFile

RINA = Who("U0RINA", "T0SENDER", Role.STAFF, None, None)
FIELDS = CompanyFields(
    name="Kopi Nusantara Inc.",
    short_name="Kopi",
    officer_name="Ana Santoso",
    officer_title="Director",
    officer_email="ana@kopi.example",
    website="kopi.example",
    address_line_1="1 Ayala Avenue",
    city="Makati",
    country="PH",
)
Rows = Callable[..., Any]


class Running:
    """A clock that runs, from nine o'clock on; tests may move it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        self._began = time.monotonic()

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now + timedelta(seconds=time.monotonic() - self._began)


Submit = Callable[..., Awaitable[Submission]]


@pytest.fixture
def clock() -> Running:
    """Messages are paced by it, so it does not stand."""
    return Running()


@pytest.fixture(autouse=True)
async def shown(house: House, rina: Actor) -> AsyncIterator[None]:
    """Both customers have their channels, and what is told is shown in Slack at once."""
    await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} Kopi Nusantara")
    await rina.command(MART, f"/desk link {MART_ACCOUNT} Manila Mart")
    async with working(house):
        yield


@pytest.fixture
async def customer(desk: Desk, rows: Rows) -> Who:
    """Ana, as the use cases know her."""
    account = next(one for one in await rows(Account) if one.name == "Kopi Nusantara")
    return Who("U0ANA", "T0SENDER", Role.CUSTOMER, account.id, KOPI)


@pytest.fixture
def submit(desk: Desk, customer: Who) -> Submit:
    """Ana submits sender IDs for the Philippines, with a paper for each document."""

    def submitted(tx: Tx, names: tuple[str, ...]) -> Submission:
        company = companies.save(tx, customer, None, 0, FIELDS)
        draft = drafts.begin(tx, customer, KOPI)
        typed = {"country": "PH", "entity": "international", "industry": "others", "company_id": company.id}
        draft = drafts.save(
            tx, customer, draft.id, typed | {"sender_ids": [entry(tx, name) for name in names]}, "review"
        )
        for slot in slots_of(draft):
            arrival = Arrival(f"F{slot.code}", f"{slot.code}.jpg", 1000)
            paper = companies.add_paper(tx, customer, slot.code, arrival, company.id, draft.id)
            companies.paper_kept(tx, paper.id, "jpg", StoredFile(f"papers/{paper.id}/source", 1000, "0" * 64))
        return service.submit(tx, customer, draft.id, draft.version)

    def entry(tx: Tx, name: str) -> dict[str, Any]:
        told = {"subaccount": "kopi", "message_type": "otp", "monthly_traffic": 10, "brandless": False}
        sample = {"sample_text": "Kopi Nusantara Inc.: your code is 1", "valid_from": tx.now.date().isoformat()}
        return {"sender_id": name} | told | sample

    async def make(*names: str) -> Submission:
        return await desk.write(submitted, names)

    return make


@pytest.fixture
def sees(slack: Slack) -> Callable[..., Awaitable[Message]]:
    """Await it: the newest message that somebody sees in a place with all these words."""

    async def look(person: Actor, place: str, *words: str, thread_ts: str = "") -> Message:
        def found() -> Message | None:
            there = reversed(person.sees(place, thread_ts))
            return next((one for one in there if all(word in f"{one.text}{one.blocks}" for word in words)), None)

        return await slack.until(found, 60)

    return look


def top(person: Actor) -> View:
    """The modal in front of somebody."""
    view = person.view()
    assert view is not None
    return view


async def decide(desk: Desk, rows: list[OperatorRow], act: Act, **more: Any) -> None:
    """Staff (Rina) decide on some rows as they are."""
    await desk.write(decisions.decide, RINA, [(row.id, row.version) for row in rows], Decision(act, **more))


# Withdrawing


async def test_one_sender_id_is_withdrawn_and_both_sides_read_it_once(
    ana: Actor, rina: Actor, desk: Desk, submit: Submit, sees: Any, rows: Rows
) -> None:
    """The form says what follows; the other sender ID goes on, and staff read who took it back, and from whom."""
    await submit("KOPI", "KopiPay")
    first = [row for row in await rows(OperatorRow) if row.operator == "globe"][:1]
    await decide(desk, first, Act.APPROVE)
    card = await sees(ana, KOPI, "KopiPay", "1 of 6 approved")
    await ana.click(card, "Withdraw")
    assert "What operators approved is given up too" in str(top(ana).blocks)
    assert "sender IDs that you keep go on" in str(top(ana).blocks)
    gone, kept = sorted(await rows(Registration), key=lambda one: one.id != first[0].registration_id)
    await ana.fill("what", f"{gone.id}:{gone.version}")
    assert await ana.submit() is None
    assert ana.view() is None
    theirs = await sees(ana, KOPI, "<@U0ANA> withdrew it", gone.sender_id, thread_ts=card.ts)
    assert kept.sender_id not in theirs.text
    ours = await sees(rina, REVIEW, gone.sender_id, "3 withdrawn")
    note = await sees(rina, REVIEW, f"<@U0ANA> withdrew *{gone.sender_id}*", "Tell Globe, who", thread_ts=ours.ts)
    assert [one.text for one in rina.sees(REVIEW, ours.ts)].count(note.text) == 1
    now = {one.sender_id: one.status for one in await rows(Registration)}
    assert now == {gone.sender_id: "withdrawn", kept.sender_id: "submitted"}


async def test_who_presses_withdraw_second_is_told_who_was_first(
    ana: Actor, slack: Slack, submit: Submit, sees: Any, rows: Rows
) -> None:
    """Two people have the form open; the later one, and whoever presses the old button, reads by whom and when."""
    ben = slack.actor("U0BEN")
    await submit("KOPI")
    card = await sees(ana, KOPI, "KOPI", "0 of 3 approved")
    stale = Message(**vars(card))
    for person in (ana, ben):
        await person.click(card, "Withdraw")
        assert "To have the name again, register it anew" in str(top(person).blocks)
    assert await ben.submit() is None
    await ana.submit()
    assert "already withdrawn by <@U0BEN> at 09:0" in str(top(ana).blocks)
    await ana.close()
    card = await sees(ana, KOPI, "KOPI", "3 withdrawn")
    assert "senderid:withdraw" not in str(card.blocks)
    card.blocks = stale.blocks
    await ana.click(card, "Withdraw")
    said = await sees(ana, KOPI, "already withdrawn by <@U0BEN>", thread_ts=card.ts)
    assert said.ephemeral_to == "U0ANA"
    assert [one.status for one in await rows(Submission)] == ["withdrawn"]


# Renewing


async def test_what_ends_is_renewed_from_the_card_and_both_speak_of_each_other(
    ana: Actor, rina: Actor, desk: Desk, clock: Running, submit: Submit, sees: Any, rows: Rows
) -> None:
    """The wizard opens filled in at its last page; the old card then names the new ticket, and the new one the old."""
    old = await submit("KOPI")
    await decide(desk, await rows(OperatorRow), Act.APPROVE)
    card = await sees(ana, KOPI, "3 of 3 approved")
    assert "senderid:renew" not in str(card.blocks)
    clock.now += timedelta(days=310)
    await desk.write(renewal.look)
    news = await sees(ana, KOPI, "ends in 54 days", "Renew", thread_ts=card.ts)
    await ana.click(await sees(ana, KOPI, "3 of 3 approved", "senderid:renew"), "senderid:renew")
    assert top(ana).title == "Step 4 of 4: Review"
    assert "From 23 November 2027" in str(top(ana).blocks)
    assert await ana.submit() is None
    new = await sees(ana, KOPI, "SD-1002", "Renews *SD-1001*")
    await sees(ana, KOPI, "SD-1001", "Renewed by *SD-1002*")
    ours = await sees(rina, REVIEW, "SD-1002", "renews SD-1001")
    await sees(rina, REVIEW, "SD-1001", "renewed by SD-1002")
    await ana.click(news, "Renew")
    await sees(ana, KOPI, "KOPI is renewed by SD-1002 already", thread_ts=card.ts)
    assert (new.ts, ours.ts) != (card.ts, "")
    [renewed] = [one for one in await rows(Registration) if one.submission_id != old.id]
    assert (renewed.renews_id, renewed.valid_from) == ((await rows(Registration))[0].id, date(2027, 11, 23))
