"""A sender ID in the whole desk: submitted in the wizard, decided on operator by operator, mended, submitted again."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.app import House
from bot.delivery.tables import Message as Sent
from bot.demo import clerk
from bot.demo.story import KOPI, Told, everything
from bot.registrations.tables import OperatorRow
from bot.sandbox.operators import Answer
from bot.sandbox.seed import REVIEW
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.records import Message
from bot.storage.database import Tx, utc_now

ENTRY = json.loads((Path(__file__).parents[1] / "registrations" / "typed.json").read_text())["sender_id"]


async def placed(house: House, message: Message) -> None:
    """Wait until the desk knows where Slack put it."""

    def there(tx: Tx) -> Any:
        return tx.session.scalars(select(Sent.id).where(Sent.ts == message.ts)).first()

    while not await house.desk.read(there):
        await asyncio.sleep(0.02)


@pytest.fixture
async def submitted(
    told: Told, house: House, company_added: Callable[[], Awaitable[None]]
) -> tuple[Message, Message, Message]:
    """Ana registers a sender ID for the Philippines; her card, the staff's card, and the operators' rows."""
    ana = told.ana
    await ana.command(KOPI, "/senderid register")
    for name, value in {"senderid:country": "PH", "entity": "international", "industry": "others"}.items():
        await ana.fill(name, value)
    await company_added()
    for name, value in ENTRY.items():
        await ana.fill(name, value)
    for _ in range(3):
        assert await ana.submit() is None
    theirs = await told.sees(ana, KOPI, "SD-1001", "KopiNus", "0 of 3 approved")
    ours = await told.sees(told.rina, REVIEW, "SD-1001", "KopiNus", "your code is 1234")
    rows = await told.sees(told.rina, REVIEW, "Globe", "Smart", "DITO", thread_ts=ours.ts)
    await placed(house, rows)
    return theirs, ours, rows


async def mail(told: Told, *words: str) -> Any:
    """The e-mail to Ana with these words."""

    def found() -> Any:
        there = told.world.mailbox.to("ana@kopi-nusantara.example")
        return next((one for one in there if all(word in f"{one.subject}\n{one.text}" for word in words)), None)

    return await told.world.until(found)


async def rows_with(told: Told, ours: Message, *words: str) -> Message:
    """The operators' rows once they show these words."""
    return await told.sees(told.rina, REVIEW, *words, "Reference", thread_ts=ours.ts)


async def test_all_operators_approve(told: Told, submitted: Any) -> None:
    """One by one and several at once; the customer follows it in the card, in the thread and by e-mail."""
    theirs, ours, rows = submitted
    assert "SD-1001: KopiNus (Philippines) submitted" in (await mail(told, "We have your submission")).subject
    assert "review:" not in str(theirs.blocks)

    await told.rina.click(ours, "Bring them here")
    first, *_ = await told.world.until(lambda: [one for one in told.rina.sees(REVIEW, ours.ts) if one.files])
    assert first.files[0].name == "paper.png"

    await told.rina.click(rows, "review:sent", block="row:globe")
    await told.sees(told.ana, KOPI, "It is with Globe now", thread_ts=theirs.ts)
    rows = await rows_with(told, ours, "With the operator")
    await told.rina.click(rows, "review:approve", block="row:globe")
    await told.rina.fill("valid_till", "2000-01-01")
    assert "1 January 2000 is over" in (await told.rina.submit() or {})["valid_till"]
    ends = utc_now().date() + timedelta(days=90)
    await told.rina.fill("valid_till", ends.isoformat())
    assert await told.rina.submit() is None
    await told.sees(told.ana, KOPI, "Globe approved it", "1 of 3 approved", thread_ts=theirs.ts)

    rows = await rows_with(told, ours, "1 of 3 approved")
    await told.rina.click(rows, "review:several")
    assert "This tells 1 requester, <@U0ANA>." in str(getattr(told.rina.view(), "blocks", ""))
    await told.rina.fill("operators", ["Smart · 🔎 Under review", "DITO · 🔎 Under review"])
    await told.rina.fill("act", "approve")
    assert await told.rina.submit() is None
    await told.sees(told.ana, KOPI, "Smart and DITO approved it", thread_ts=theirs.ts)
    card = await told.sees(told.ana, KOPI, "3 of 3 approved", "✅ Solved")
    assert "U0RINA" not in everything(card)
    assert (await mail(told, "Smart and DITO approved it")).subject.startswith("SD-1001")


async def test_changes_are_asked_for_mended_and_approved(told: Told, house: House, submitted: Any) -> None:
    """The reason reaches the customer, who mends and submits again; what was approved stays approved."""
    theirs, ours, rows = submitted
    await told.rina.click(rows, "review:approve", block="row:globe")
    assert await told.rina.submit() is None
    rows = await rows_with(told, ours, "1 of 3 approved")
    await told.rina.click(rows, "review:ask", block="row:smart")
    await told.rina.fill("reason", "other")
    assert "must know what to change" in (await told.rina.submit() or {})["words"]
    await told.rina.fill("words", "Say what the code is for.")
    await told.rina.fill("field", "sample_text")
    assert await told.rina.submit() is None
    await told.sees(told.ana, KOPI, "<@U0ANA>", "Say what the code is for.", thread_ts=theirs.ts)
    assert (await mail(told, "Say what the code is for.")).subject == "SD-1001: KopiNus (Philippines) needs changes"

    card = await told.sees(told.ana, KOPI, "1 of 3 approved, 1 asks for changes", "Fix and resubmit")
    await told.ana.click(card, "senderid:fix")
    assert "Say what the code is for." in str(told.ana.modal().blocks)
    assert await told.ana.submit() is None
    await told.sees(told.ana, KOPI, "submitted again", thread_ts=theirs.ts)
    await rows_with(told, ours, "1 of 3 approved", "*Smart* · 🔎 Under review")

    def statuses(tx: Tx) -> list[str]:
        return sorted(tx.session.scalars(select(OperatorRow.status)))

    assert await house.desk.read(statuses) == ["approved", "under_review", "under_review"]


async def test_who_comes_second_is_told_who_was_first(told: Told, submitted: Any) -> None:
    """A colleague's old button changes nothing; what was decided is amended with words."""
    theirs, ours, rows = submitted
    budi = told.world.slack.actor("U0BUDI")
    stale = str(next(b for b in rows.blocks if b.get("block_id") == "row:globe")["elements"][1]["value"])
    await told.rina.click(rows, "review:approve", block="row:globe")
    assert await told.rina.submit() is None
    rows = await rows_with(told, ours, "1 of 3 approved")
    assert stale not in str(rows.blocks)
    await budi.click(rows, "review:amend", block="row:globe")
    await budi.fill("amended_to", "rejected")
    await budi.fill("words", "We misread Globe.")
    await told.rina.click(rows, "review:amend", block="row:globe")
    await told.rina.fill("amended_to", "changes_asked")
    await told.rina.fill("words", "Another sentence.")
    assert await budi.submit() is None
    said = await told.rina.submit()
    assert "<@U0BUDI>" in f"{said}{told.rina.modal().blocks}"
    await told.sees(told.ana, KOPI, "We correct what we told you about Globe", "misread", thread_ts=theirs.ts)


@pytest.mark.parametrize("more_settings", [{"senderdesk_feed_seconds": 1}])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_operators_answer_by_their_feed(told: Told, submitted: Any, sandbox: Sandbox, logs: list[Any]) -> None:
    """What was sent to operators comes back approved, rejected and contradicted; staff see how the feed is."""
    theirs, ours, rows = submitted
    operators, world = sandbox.world.operators, sandbox.world
    for operator in ("globe", "smart"):
        await told.rina.click(rows, "review:sent", block=f"row:{operator}")
    handed = await world.until(lambda: found if len(found := dict(clerk.sent(world))) > 1 else None)
    operators.hand_over("globe", handed["globe"], Answer("received"), Answer("approved"))
    operators.hand_over("smart", handed["smart"], Answer("rejected", "generic"))
    await told.sees(told.ana, KOPI, "Globe approved it", thread_ts=theirs.ts)
    await told.sees(told.ana, KOPI, "Smart rejected it", "could be anybody's", thread_ts=theirs.ts)
    assert (await mail(told, "Globe approved it")).subject.startswith("SD-1001")
    rows = await rows_with(told, ours, "1 of 3 approved", "1 rejected", "by the operator itself")
    operators.say("smart", handed["smart"], "approved")
    await told.sees(told.rina, REVIEW, "Smart says", "contradicts what stands here", thread_ts=ours.ts)
    await told.rina.click(await told.rina.open_home(), "home:tab/feed")
    shown = str((await told.rina.open_home()).blocks)
    assert "Operators' feed" in shown
    assert "It last answered" in shown
    assert operators.token not in str(logs)
