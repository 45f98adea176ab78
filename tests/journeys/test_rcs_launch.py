"""An RCS agent from its creation to live, in Singapore and in the United States: refused, mended, and sent again."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.tables import Channel
from bot.app import House
from bot.demo.story import Told
from bot.rcs import steps
from bot.rcs.items import QUESTIONS
from bot.rcs.keywords import REQUIRED
from bot.rcs.rules import AgentStatus
from bot.rcs.tables import Agent, ItemFile
from bot.sandbox.seed import KOPI, REVIEW
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.records import Message
from bot.storage.database import Tx
from bot.tickets.steps import Opening, open_ticket

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(12) + b"\x00\x00\x00\x08moov"
ID = "a" * 32


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The whole desk runs once here; both databases are looked at elsewhere."""
    return sqlite_url


def created(tx: Tx) -> None:
    """Kopi's agent, as it is once 8x8 made it."""
    account = tx.session.scalars(select(Channel.account_id).where(Channel.channel_id == KOPI)).one()
    card, review = (steps.CARD, ID), (steps.REVIEW_CARD, ID)
    email = "ana@kopi-nusantara.example"
    opening = Opening(account, "rcs", "RCS agent Kopi", "U0ANA", KOPI, email, card=card, review=review)
    agent = Agent(
        id=ID, account_id=account, ticket_id=open_ticket(tx, opening, by="U0ANA").id, status=AgentStatus.CREATED,
        name="Kopi", description="Coffee", color="#7A1F0B", use_case="TRANSACTIONAL", channel=KOPI,
        fields={"markets": ["SG", "US"], "start": REQUIRED["start"], "stop": REQUIRED["stop"]},
        submitted_by="U0ANA", submitter_email=email, submitted_at=tx.now,
    )  # fmt: skip
    tx.session.add(agent)
    tx.session.flush()
    steps.redraw(tx, agent)


async def give(house: House, ana: Actor, code: str, file: tuple[str, bytes] | None = None, **fields: Any) -> None:
    """Give an item in its form, and wait until its file was looked at."""
    await ana.click(ana.modal(), "launch:item", block=f"give:{code}")
    for name, value in fields.items():
        await ana.fill(name, value)
    if file:
        await ana.choose(ana.modal(), "file", [file], block="file")
    assert await ana.submit() is None

    def waiting(tx: Tx) -> bool:
        open_ones = select(ItemFile.id).where(ItemFile.stored_key.is_(None), ItemFile.trouble == "")
        return tx.session.scalars(open_ones).first() is not None

    while await house.desk.read(waiting):
        await asyncio.sleep(0.02)


def said(person: Actor) -> str:
    """Everything that the modal in front of somebody says."""
    return str(person.modal().blocks)


async def rows_with(told: Told, ours: Message, *words: str) -> Message:
    """The carriers' rows once they show these words."""
    return await told.sees(told.rina, REVIEW, *words, thread_ts=ours.ts)


async def test_an_agent_goes_live(told: Told, house: House) -> None:
    """Devices, items, the launch in two regions; a carrier asks, another refuses, both take it the second time."""
    ana, rina = told.ana, told.rina
    await house.desk.write(created)
    card = await told.sees(ana, KOPI, "RCS agent", "Kopi", "Launch checklist:", "1 of 8")
    ours = await told.sees(rina, REVIEW, "RCS agent", "Kopi")

    await ana.click(card, "Testers")
    await ana.fill("numbers", "08123")
    assert "needs its plus and country code" in str(await ana.submit())
    await ana.fill("numbers", "+14155552671\n+628123456789")
    assert await ana.submit() is None
    assert "2 devices were added" in said(ana)
    note = await told.sees(rina, REVIEW, "named 2 test devices", thread_ts=ours.ts)
    await rina.click(note, "Open the devices")
    await rina.click(rina.modal(), "testers:invite")
    assert "marked as invited" in said(rina)
    await rina.close()
    news = await told.sees(ana, KOPI, "2 test devices were invited", "Make Kopi a tester?", thread_ts=card.ts)
    await ana.close()
    await ana.click(news, "Open the devices")
    block = next(each["block_id"] for each in ana.modal().blocks if each.get("block_id", "").startswith("tester:"))
    await ana.choose(ana.modal(), "testers:mark", "I tapped Accept", block=block)
    assert "✅ Accepted" in said(ana)
    await ana.close()

    await all_is_given(told, house, card)
    theirs = await told.sees(ana, KOPI, "Launch of", "Singapore", "United States", "T-Mobile")
    items = await told.sees(rina, REVIEW, "Launch checklist of Kopi", "START: Welcome", thread_ts=ours.ts)
    await rina.click(items, "item:accept", block="item:tmobile")
    items = await told.sees(rina, REVIEW, "Launch checklist of Kopi", "✅ Accepted", thread_ts=ours.ts)
    await rina.click(items, "item:return", block="item:demo_video")
    await rina.fill("words", "STOP cannot be seen.")
    assert await rina.submit() is None
    await told.sees(ana, KOPI, "Support returned Demo video", "STOP cannot be seen", thread_ts=card.ts)
    await carriers_decide(told, house, theirs)


async def all_is_given(told: Told, house: House, card: Message) -> None:
    """The launch is refused while something lacks; Ana gives item by item, then asks for it."""
    ana = told.ana
    card = await told.sees(ana, KOPI, "RCS agent", "1 accepted of 2", "2 of 8")
    await ana.click(card, "Launch")
    assert "6 items are still missing" in str(await ana.submit())
    await give(house, ana, "tmobile", ("tmobile.pdf", MP4))
    await ana.click(ana.modal(), "Look again")
    assert "tmobile.pdf is an MP4 file, and T-Mobile pre-approval file takes" in said(ana)
    await told.sees(ana, KOPI, "a file cannot be used", thread_ts=card.ts)
    for code in ("tmobile", "program_brief", "brand_vetting"):
        await give(house, ana, code, (f"{code}.pdf", PDF))
    await give(house, ana, "demo_video", ("demo.mp4", MP4), contents=["opt_in", "transactional", "content", "stop"])
    answers: dict[str, Any] = dict.fromkeys(QUESTIONS, "Yes") | {"contact_email": "ana@kopi-nusantara.example"}
    await give(house, ana, "questionnaire", **answers)
    await ana.click(ana.modal(), "launch:item", block="give:keywords")
    await ana.fill("help", "Call us.")
    assert "help" in (await ana.submit() or {})
    await ana.fill("help", "For support, please call 1-415-555-2671.")
    assert await ana.submit() is None
    assert "8 of 8" in said(ana)
    assert await ana.submit() is None
    assert "was asked for" in said(ana)
    await ana.close()


async def carriers_decide(told: Told, house: House, theirs: Message) -> None:
    """Rina says what each carrier decides; Ana mends it; all have it live in the end."""
    ana, rina = told.ana, told.rina
    assert "carrier:" not in str(theirs.blocks)
    launch = await told.sees(rina, REVIEW, "🚀 Launch of", "Launch questionnaire")
    rows = await rows_with(told, launch, "Singtel", "Verizon", "Under review")
    await several(rina, rows, ["Singtel", "StarHub", "M1", "Simba", "T-Mobile", "AT&T", "Verizon"], "Sent to carrier")
    rows = await rows_with(told, launch, "With the carrier")
    await rina.click(rows, "carrier:ask", block="row:US:tmobile")
    await rina.fill("words", "Show how STOP works.")
    await rina.fill("item", "demo_video")
    assert await rina.submit() is None
    await rina.click(rows, "carrier:reject", block="row:SG:m1")
    await rina.fill("words", "The video is unclear.")
    assert await rina.submit() is None
    mended = await told.sees(ana, KOPI, "Launch of", "1 with changes asked", "1 rejected", "Show how STOP works")

    await ana.click(mended, "Send again")
    await ana.fill("changed", "The video shows STOP now.")
    assert "1 item is still missing: Demo video" in str(await ana.submit())
    await give(house, ana, "demo_video", ("demo2.mp4", MP4))
    assert await ana.submit() is None
    await ana.close()
    await told.sees(rina, REVIEW, "mended the launch", "The video shows STOP now", thread_ts=launch.ts)
    rows = await rows_with(told, launch, "Under review", "With the carrier")
    every = ["Singtel", "StarHub", "M1", "Simba", "T-Mobile", "AT&T", "Verizon"]
    await several(rina, rows, every, "Approve")
    rows = await rows_with(told, launch, "Approved")
    await rina.click(rows, "carrier:live", block="row:US:tmobile")
    rows = await rows_with(told, launch, "T-Mobile", "✅ Live")
    await several(rina, rows, [name for name in every if name != "T-Mobile"], "Live")
    await told.sees(ana, KOPI, "Launch of", "Live with 7 of 7 carriers", "delivery rates")
    await told.sees(ana, KOPI, "RCS agent", "Live with 7 of 7 carriers", "Singapore and United States")

    def mailed() -> Any:
        there = told.world.mailbox.to("ana@kopi-nusantara.example")
        return next((one for one in there if "Kopi · live" in one.subject), None)

    assert "activated it for live traffic" in (await told.world.until(mailed)).text


async def several(rina: Actor, rows: Message, names: list[str], act: str) -> None:
    """The same decision for several carriers."""
    await rina.click(rows, "Decide several")
    options = next(each for each in rina.modal().blocks if each.get("block_id") == "carriers")["element"]["options"]
    chosen = [each["value"] for each in options if each["text"]["text"].partition(" (")[0] in names]
    assert len(chosen) == len(names)
    await rina.fill("carriers", chosen)
    await rina.fill("act", act)
    assert await rina.submit() is None
