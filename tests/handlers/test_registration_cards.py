"""The buttons on the cards of registrations, and their forms: what people press, and what both sides then read."""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account
from bot.app import House, working
from bot.contacts.tables import ContactFile
from bot.desk import Desk
from bot.registrations import companies, decisions, drafts, renewal, service
from bot.registrations.companies import Arrival
from bot.registrations.company_fields import CompanyFields
from bot.registrations.completeness import slots_of
from bot.registrations.decision import Decision
from bot.registrations.rules import Act
from bot.registrations.tables import Draft, DroppedFile, OperatorRow, Paper, Registration, Submission
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, MART, MART_ACCOUNT, REVIEW
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.records import Message
from bot.sandbox.slack.workspace import Slack
from bot.storage.database import Tx
from bot.storage.files import StoredFile

REGISTRATIONS = Path(__file__).parents[1] / "registrations"
RINA = Who("U0RINA", "T0SENDER", Role.STAFF, None, None)
FIELDS = CompanyFields(**json.loads((REGISTRATIONS / "kopi.json").read_text()))
PNG = (REGISTRATIONS / "pixel.png").read_bytes()
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
    assert "What operators approved is given up too" in str(ana.modal().blocks)
    assert "sender IDs that you keep go on" in str(ana.modal().blocks)
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
        assert "To have the name again, register it anew" in str(person.modal().blocks)
    assert await ben.submit() is None
    await ana.submit()
    assert "already withdrawn by <@U0BEN> at 09:0" in str(ana.modal().blocks)
    await ana.close()
    card = await sees(ana, KOPI, "KOPI", "3 withdrawn")
    assert "senderid:withdraw" not in str(card.blocks)
    card.blocks = stale.blocks
    await ana.click(card, "Withdraw")
    said = await sees(ana, KOPI, "already withdrawn by <@U0BEN>", thread_ts=card.ts)
    assert said.ephemeral_to == "U0ANA"
    assert [one.status for one in await rows(Submission)] == ["withdrawn"]


# Deciding for all sender IDs of a ticket


async def test_staff_decide_for_all_sender_ids_of_a_ticket(
    ana: Actor, rina: Actor, desk: Desk, submit: Submit, sees: Any, rows: Rows
) -> None:
    """The form counts before anything is decided; what a colleague decides meanwhile stays, and the answer says so."""
    await submit("KOPI", "KopiPay", "KopiClub")
    ours = await sees(rina, REVIEW, "*KOPI*", "Sample text")
    card = await sees(rina, REVIEW, "*KOPI*", "Decide several", thread_ts=ours.ts)
    await rina.click(card, "Decide several")
    assert "All 3 sender IDs of SD-1001 that are still undecided" in str(rina.modal().blocks)
    await rina.fill("review:which", "all")
    assert "Choose operators and what was decided" in str(rina.modal().blocks)
    await rina.fill("review:operators", ["Globe · 3 undecided", "DITO · 3 undecided"])
    await rina.fill("review:act", "approve")
    assert "Decides *6 answers* for 3 sender IDs." in str(rina.modal().blocks)
    assert "This tells 1 requester, <@U0ANA>" in str(rina.modal().blocks)
    taken = next(row for row in await rows(OperatorRow) if row.operator == "globe")
    await decide(desk, [taken], Act.REJECT, reason="generic", words="Too short.")
    assert await rina.submit() is None
    assert "*5 answers* for 3 sender IDs of *SD-1001*: Approve. 1 was decided before and stays" in str(
        rina.modal().blocks
    )
    await rina.close()
    theirs = await sees(ana, KOPI, "SD-1001", "*KopiClub* · ")
    told = await sees(ana, KOPI, "Globe approved 2 sender IDs", "DITO approved 3 sender IDs", thread_ts=theirs.ts)
    assert [one.text for one in ana.sees(KOPI, theirs.ts)].count(told.text) == 1
    found = sorted((row.operator, row.status) for row in await rows(OperatorRow))
    assert found == sorted(
        [("dito", "approved")] * 3 + [("globe", "approved")] * 2 + [("globe", "rejected")]
        + [("smart", "under_review")] * 3
    )  # fmt: skip


async def test_the_form_for_all_forgets_nothing_and_asks_for_what_is_missing(
    rina: Actor, submit: Submit, sees: Any, rows: Rows
) -> None:
    """Back to one sender ID and forth; without a reason nothing is rejected, and the words' field says why."""
    await submit("KOPI", "KopiPay")
    ours = await sees(rina, REVIEW, "*KOPI*", "Sample text")
    card = await sees(rina, REVIEW, "*KOPI*", "Decide several", thread_ts=ours.ts)
    await rina.click(card, "Decide several")
    await rina.fill("act", "reject")
    await rina.fill("review:which", "all")
    assert await rina.submit() is not None
    await rina.fill("review:operators", ["Globe · 2 undecided"])
    await rina.fill("review:act", "reject")
    assert "say why" in str(await rina.submit()).lower()
    await rina.fill("review:which", "one")
    assert "Globe · 🔎 Under review" in str(rina.modal().blocks)
    await rina.fill("review:which", "all")
    await rina.fill("review:operators", ["Globe · 2 undecided"])
    await rina.fill("review:act", "reject")
    await rina.fill("words", "Too short.")
    assert await rina.submit() is None
    assert "2 answers" in str(rina.modal().blocks)
    assert sorted(row.status for row in await rows(OperatorRow)) == ["rejected"] * 2 + ["under_review"] * 4


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
    assert ana.modal().title == "Step 4 of 4: Review"
    assert "From 23 November 2027" in str(ana.modal().blocks)
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


# Files in threads


@pytest.fixture
async def draft_card(ana: Actor, desk: Desk, customer: Who, sees: Any) -> Message:
    """The card of Ana's draft for the Philippines, shown by the button of its form; two documents are missing."""

    def begin(tx: Tx) -> None:
        company = companies.save(tx, customer, None, 0, FIELDS)
        draft = drafts.begin(tx, customer, KOPI)
        typed = {"country": "PH", "entity": "international", "industry": "others", "company_id": company.id}
        drafts.save(tx, customer, draft.id, typed, "documents")

    await desk.write(begin)
    await ana.command(KOPI, "/senderid register")
    await ana.click(ana.modal(), "Continue draft")
    await ana.click(ana.modal(), "Drop files in a thread instead")
    assert "drop the documents in its thread" in str(ana.modal().blocks)
    await ana.close()
    found: Message = await sees(ana, KOPI, "0 of 2 documents attached", "Company letterhead")
    return found


async def test_files_dropped_in_a_drafts_thread_become_its_documents(
    ana: Actor, draft_card: Message, sees: Any, rows: Rows
) -> None:
    """Which one is asked as long as several are missing; the last goes to its place by itself; each is looked at."""
    there = {"thread_ts": draft_card.ts}
    await ana.upload(KOPI, "head.png", PNG, **there)
    asked = await sees(ana, KOPI, "*head.png*: which document is this?", **there)
    await ana.choose(asked, "senderid:drop", "letterhead")
    await sees(ana, KOPI, "*head.png* is attached as *Company letterhead*", **there)
    await sees(ana, KOPI, "1 of 2 documents attached", "Certificate of incorporation")
    await ana.upload(KOPI, "certificate.png", PNG, **there)
    named = await sees(ana, KOPI, "*certificate.png* is attached as *Certificate of incorporation*", **there)
    await sees(ana, KOPI, "2 of 2 documents attached")
    await ana.choose(named, "senderid:drop", "no_objection")
    await sees(ana, KOPI, "*certificate.png* is attached as *No-Objection Certificate*", **there)
    [draft] = await rows(Draft)
    papers = {paper.id: paper.slot for paper in await rows(Paper)}
    assert {slot: [papers[each] for each in ids] for slot, ids in draft.data["papers"].items() if ids} == {
        "letterhead": ["letterhead"],
        "no_objection": ["no_objection"],
    }
    assert await rows(ContactFile) == []


async def test_a_file_that_no_document_takes_is_answered_with_the_rule(
    ana: Actor, draft_card: Message, sees: Any, rows: Rows
) -> None:
    """A wrong kind by its name, a wrong content when it was looked at; a csv in this thread is no contact file."""
    there = {"thread_ts": draft_card.ts}
    await ana.upload(KOPI, "list.csv", b"msisdn\n1", **there)
    told = await sees(ana, KOPI, "list.csv is a csv", "takes PDF or JPG or PNG", **there)
    assert "senderid:drop" not in str(told.blocks)
    await ana.upload(KOPI, "scan.png", b"GIF89a" + b"\0" * 30, **there)
    asked = await sees(ana, KOPI, "*scan.png*: which document is this?", **there)
    await ana.choose(asked, "senderid:drop", "letterhead")
    await sees(ana, KOPI, "scan.png is a GIF picture, and Company letterhead takes", **there)
    assert await rows(ContactFile) == []


async def test_only_the_drafts_person_fills_it(
    ana: Actor, otto: Actor, draft_card: Message, slack: Slack, sees: Any, rows: Rows
) -> None:
    """A colleague is told whose it is, an outsider nothing, and after its end even Ana reads that it ended."""
    there = {"thread_ts": draft_card.ts}
    ben = slack.actor("U0BEN")
    await ben.upload(KOPI, "paper.png", PNG, **there)
    await sees(ben, KOPI, "This draft is <@U0ANA>'s", **there)
    await otto.upload(KOPI, "paper.png", PNG, **there)
    assert await rows(DroppedFile) == []
    await ana.upload(KOPI, "which.png", PNG, **there)
    await sees(ana, KOPI, "*which.png*: which document is this?", **there)
    await ana.command(KOPI, "/senderid register")
    await ana.click(ana.modal(), "Start anew")
    await sees(ana, KOPI, "*which.png* was not taken", **there)
    await sees(ana, KOPI, "Thrown away", "📝")
    await ana.upload(KOPI, "paper.png", PNG, **there)
    await sees(ana, KOPI, "This draft was discarded already", **there)
    assert [one.name for one in await rows(DroppedFile)] == ["which.png"]


async def test_a_file_in_a_tickets_thread_reaches_staff_and_can_be_mended_with(
    ana: Actor, rina: Actor, desk: Desk, submit: Submit, sees: Any, rows: Rows
) -> None:
    """Nothing is asked while nothing is to be mended; then it is, and the wizard opens with the file in its place."""
    await submit("KOPI")
    card = await sees(ana, KOPI, "0 of 3 approved")
    ours = await sees(rina, REVIEW, "SD-1001", "Sample text")
    await ana.upload(KOPI, "early.csv", b"msisdn\n1", thread_ts=card.ts)
    await sees(rina, REVIEW, "early.csv", thread_ts=ours.ts)
    assert (await rows(DroppedFile), await rows(ContactFile)) == ([], [])
    await decide(desk, (await rows(OperatorRow))[:1], Act.ASK, reason="paper_expired")
    await sees(ana, KOPI, "1 asks for changes")
    await ana.upload(KOPI, "permit.png", PNG, thread_ts=card.ts)
    await sees(rina, REVIEW, "permit.png", thread_ts=ours.ts)
    asked = await sees(ana, KOPI, "*permit.png* is with support", "Fix and resubmit with this file", thread_ts=card.ts)
    await ana.choose(asked, "senderid:drop", "company_registration")
    assert ana.modal().title == "Step 4 of 4: Review"
    assert "permit.png" in str(ana.modal().blocks)
    await sees(ana, KOPI, "*permit.png* is attached as *Certificate of incorporation*", thread_ts=card.ts)


# The case


async def test_staff_count_a_company_as_local_and_say_why(
    ana: Actor, rina: Actor, submit: Submit, sees: Any, rows: Rows
) -> None:
    """The reason stands on the card and in the ticket's story for staff; the customer does not read it."""
    await submit("KOPI")
    ours = await sees(rina, REVIEW, "SD-1001", "International company")
    await rina.click(ours, "Change the case")
    await rina.fill("because", "Kopi has a branch in Makati.")
    assert "That is what it is now" in (await rina.submit() or {})["entity"]
    await rina.fill("entity", "local")
    assert await rina.submit() is None
    await sees(rina, REVIEW, "SD-1001", "Local company", "as <@U0RINA> chose: Kopi has a branch in Makati.")
    [made] = await rows(Submission)
    assert (made.entity, made.entity_by) == ("local", "U0RINA")
    assert "Makati" not in str((await ana.command(KOPI, "/tickets why SD-1001")).blocks)
    assert "Makati" in str((await rina.command(REVIEW, "/tickets why SD-1001")).blocks)
