"""Letters of authorisation in Slack: what staff and customers press, and what they read then."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import ImageDraw

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account
from bot.app import House, working
from bot.desk import Desk
from bot.loa import service as letter_service
from bot.loa import steps
from bot.loa.tables import Letter, SignedCopy, Signing
from bot.registrations import companies, drafts, service
from bot.registrations.companies import Arrival
from bot.registrations.company_fields import CompanyFields
from bot.registrations.completeness import slots_of
from bot.registrations.tables import OperatorRow, Registration, Submission
from bot.sandbox.faults import Fault
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, MART, MART_ACCOUNT, REVIEW
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.records import Message
from bot.sandbox.world import World
from bot.settings import Settings
from bot.storage.database import Tx
from bot.storage.files import StoredFile, file_key

REGISTRATIONS = Path(__file__).parents[1] / "registrations"
PNG = (REGISTRATIONS / "pixel.png").read_bytes()
FIELDS = CompanyFields(**json.loads((REGISTRATIONS / "kopi.json").read_text()))
RINA = Who("U0RINA", "T0SENDER", Role.STAFF, None, None)
Rows = Callable[..., Any]
Sees = Callable[..., Awaitable[Message]]
Submit = Callable[..., Awaitable[Message]]


@pytest.fixture
def settings(sandbox: Sandbox, sqlite_url: str, tmp_path: Path) -> Settings:
    """The desk's settings in this world; letters can be signed on a page of its own."""
    named = {name.lower(): value for name, value in sandbox.environment().items()}
    named |= {"senderdesk_public_url": "https://desk.example.com", "senderdesk_seal_key": "k" * 32}
    return Settings(_env_file=None, database_url=sqlite_url, files_url=f"file:{tmp_path / 'files'}", **named)


_TICK = 0.05


@pytest.fixture(autouse=True)
async def shown(house: House, rina: Actor, clock: Any) -> AsyncIterator[None]:
    """Both customers have their channels, and what is told is shown in Slack, a message a second in each channel."""
    await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} Kopi Nusantara")
    await rina.command(MART, f"/desk link {MART_ACCOUNT} Manila Mart")
    async with working(house):
        time = asyncio.create_task(_goes_on(clock))
        yield
        time.cancel()


async def _goes_on(clock: Any) -> None:
    """What is paced waits for the clock, which stands in other tests."""
    while True:
        await asyncio.sleep(_TICK)
        clock.advance(seconds=_TICK)


@pytest.fixture
async def ana_is(rows: Rows) -> Who:
    """Ana, as the use cases know her."""
    account = next(one for one in await rows(Account) if one.name == "Kopi Nusantara")
    return Who("U0ANA", "T0SENDER", Role.CUSTOMER, account.id, KOPI)


@pytest.fixture
def submit(desk: Desk, ana_is: Who, rina: Actor, sees: Sees) -> Submit:
    """Ana submits sender IDs for the Philippines; staff's card of the letters of the first, once all are drawn."""

    def entry(tx: Tx, name: str) -> dict[str, Any]:
        told = {"subaccount": "kopi", "message_type": "otp", "monthly_traffic": 10, "brandless": False}
        sample = {"sample_text": "Kopi Nusantara Inc.: your code is 1", "valid_from": tx.now.date().isoformat()}
        return {"sender_id": name} | told | sample

    def submitted(tx: Tx, paper: StoredFile, names: tuple[str, ...]) -> Submission:
        company = companies.save(tx, ana_is, None, 0, FIELDS)
        draft = drafts.begin(tx, ana_is, KOPI)
        typed = {"country": "PH", "entity": "international", "industry": "others", "company_id": company.id}
        typed["sender_ids"] = [entry(tx, name) for name in names]
        draft = drafts.save(tx, ana_is, draft.id, typed, "review")
        for slot in slots_of(draft):
            arrival = Arrival(f"F{slot.code}", f"{slot.code}.png", paper.size)
            kept = companies.add_paper(tx, ana_is, slot.code, arrival, company.id, draft.id)
            companies.paper_kept(tx, kept.id, "png", paper)
        return service.submit(tx, ana_is, draft.id, draft.version)

    async def make(*names: str) -> Message:
        paper = await desk.files.put(file_key("papers", "0" * 32, "source"), PNG, most_bytes=len(PNG))
        await desk.write(submitted, paper, names)
        for name in reversed(names):
            root = await sees(rina, REVIEW, f"*{name}*", "Sample text")
            card = await sees(rina, REVIEW, "Letters of authorisation", "Release", thread_ts=root.ts)
        return card

    return make


@pytest.fixture
def released(submit: Submit, rina: Actor, ana: Actor, sees: Sees) -> Submit:
    """The same, released by Rina; Ana's card, on which she can sign."""

    async def make(*names: str) -> Message:
        await rina.click(await submit(*names), "loa:release_all" if names[1:] else "loa:release")
        return await sees(ana, KOPI, "SD-1001", "Sign LOA")

    return make


def of_letter(person: Actor, kind: str, place: int = 0) -> str:
    """The block in the open form that has a letter's buttons (``ways``) or its field (``letter``), counted from 0."""
    ids = [str(block.get("block_id")) for block in person.modal().blocks]
    return [one for one in ids if one.startswith(f"{kind}:")][place]


async def scan(desk: Desk, letter: Letter, *, signed: bool) -> bytes:
    """A letter as a scanner sees it."""
    pdf = b"".join([chunk async for chunk in desk.files.stream(str(letter.pdf_key))])
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=1.6).to_pil()
    left, top = letter.box["left"] * 1.6, page.height - (letter.box["bottom"] + letter.box["height"] / 2) * 1.6
    if signed:
        wave = [(left + 20 + step * 4, top + (18 if step % 2 else -18)) for step in range(30)]
        ImageDraw.Draw(page).line(wave, fill=(20, 20, 140), width=3)
    made = io.BytesIO()
    page.convert("RGB").save(made, "JPEG", quality=85)
    return made.getvalue()


async def test_staff_are_asked_before_letters_reach_the_customer(
    ana: Actor, rina: Actor, submit: Submit, sees: Sees, rows: Rows
) -> None:
    """The question names the sender ID and says whom it tells; without a yes nothing happens."""
    card = await submit("KOPI")
    await rina.click(card, "Release", confirm=False)
    assert {one.status for one in await rows(Letter)} == {"to_release"}
    (asked,) = rina.asked
    assert asked["title"]["text"] == "Release KOPI's LOA?"
    assert "This tells 1 requester" in asked["text"]["text"]
    await rina.click(card, "Release")
    mine = await sees(ana, KOPI, "SD-1001", "Sign LOA", "0 of 2 signed")
    assert "a letter of authorisation waits for its signature" in str(mine.blocks)
    told = await sees(ana, KOPI, "LOA ready to sign", "2 letters of authorisation", thread_ts=mine.ts)
    assert "Sign LOA" in str(told.blocks)
    await sees(rina, REVIEW, "LOA to be signed", "released by <@U0RINA>", thread_ts=str(card.thread_ts))


async def test_only_what_was_downloaded_can_be_sent_back(ana: Actor, released: Submit, sees: Sees, rows: Rows) -> None:
    """The form offers no field before; a form without a file says so at the field, and nothing happens."""
    card = await released("KOPI")
    await ana.click(card, "Sign LOA")
    shown = ana.modal()
    assert "submit" not in shown.body
    assert [block for block in shown.blocks if block["type"] == "input"] == []
    assert len([block for block in shown.blocks if block["type"] == "image"]) <= 2
    await ana.click(shown, "Download", block=of_letter(ana, "ways", 1))
    assert [one.number for one in await rows(Letter) if one.downloaded_at] == ["LOA-001001-2"]
    field = of_letter(ana, "letter")
    assert field in str([block["block_id"] for block in ana.modal().blocks if block["type"] == "input"])
    assert await ana.submit() == {
        field: "No file is chosen yet. Choose the signed letter as PDF, JPG or PNG, or close this."
    }
    assert await rows(SignedCopy) == []

    def came() -> list[str]:
        return [file.name for one in ana.sees(KOPI, card.ts) for file in one.files]

    while "LOA-001001-2.pdf" not in came():
        await asyncio.sleep(0.02)


async def test_a_scan_from_the_thread_is_recognised_and_moves_the_sender_id_on(
    ana: Actor, rina: Actor, desk: Desk, ana_is: Who, released: Submit, sees: Sees, rows: Rows
) -> None:
    """Dropped without a word which letter it is: its code says so, its operator is asked, and it can be looked at."""
    card = await released("KOPI")
    globe, smart = sorted(await rows(Letter), key=lambda one: one.number)
    for letter in (globe, smart):
        await desk.write(letter_service.download, ana_is, letter.id)
    await ana.upload(KOPI, "IMG_1.jpg", await scan(desk, smart, signed=True), thread_ts=card.ts)
    await sees(ana, KOPI, "*LOA-001001-2* is signed and accepted", "It is with Smart now", thread_ts=card.ts)
    status = {one.operator: (one.status, one.loa) for one in await rows(OperatorRow)}
    assert status["globe"] == ("under_review", "ready")
    assert status["smart"] == ("with_operator", "accepted")
    root = await sees(rina, REVIEW, "*KOPI*", "Sample text")
    ours = await sees(rina, REVIEW, "*KOPI*", "once its letter was signed", thread_ts=root.ts)
    assert "by the operator itself" not in str(ours.blocks)
    await ana.click(await sees(ana, KOPI, "SD-1001", "1 of 2 signed"), "Sign LOA")
    assert "Accepted" in str(ana.modal().blocks)
    await ana.click(ana.modal(), "Bring the signed letter to the thread")
    while not any(file.name == "LOA-001001-2-signed-1.pdf" for one in ana.sees(KOPI, card.ts) for file in one.files):
        await asyncio.sleep(0.02)


async def test_a_letter_sent_back_as_it_was_is_refused_at_once(
    ana: Actor, desk: Desk, ana_is: Who, released: Submit, sees: Sees, rows: Rows
) -> None:
    """The unsigned original, byte for byte: the customer reads why, and signs again from there."""
    card = await released("KOPI")
    letter = min(await rows(Letter), key=lambda one: one.number)
    await desk.write(letter_service.download, ana_is, letter.id)
    pdf = b"".join([chunk async for chunk in desk.files.stream(str(letter.pdf_key))])
    await ana.upload(KOPI, "LOA-001001-1.pdf", pdf, thread_ts=card.ts)
    said = await sees(ana, KOPI, "file not taken as signed LOA", thread_ts=card.ts)
    assert "Press Sign LOA and send it again" in said.text
    await ana.click(said, "Sign LOA")
    assert "LOA-001001-1" in str(ana.modal().blocks)
    assert {one.status for one in await rows(Letter)} == {"ready"}


async def test_staff_return_a_doubtful_copy_with_a_reason(
    ana: Actor, rina: Actor, budi: Actor, desk: Desk, ana_is: Who, released: Submit, sees: Sees, rows: Rows
) -> None:
    """The form asks for the reason at its field; a colleague who comes later is told who was first."""
    card = await released("KOPI")
    letter = min(await rows(Letter), key=lambda one: one.number)
    await desk.write(letter_service.download, ana_is, letter.id)
    arrival = Arrival("F1", "scan.jpg", 10)
    copy = await desk.write(steps.copy_came, ana_is, letter.id, arrival, "form:1")
    found = [{"rule": "no_ink", "level": "doubt", "measured": "0.0 % ink"}]
    await desk.write(steps.fetched, copy.id, StoredFile("loa/x/source", 1, "1" * 64))
    await desk.write(steps.judged, copy.id, steps.Outcome("doubtful", found, "jpg", 1))
    root = await sees(rina, REVIEW, "*KOPI*", "Sample text")
    stand = await sees(rina, REVIEW, "could not see a signature", "Accept", thread_ts=root.ts)
    for person in (rina, budi):
        await person.click(stand, "Return to be signed again")
        assert "This tells 1 requester" in str(person.modal().blocks)
    await rina.fill("reason", "other")
    assert "Say why" in str(await rina.submit())
    await rina.fill("reason", "stamp")
    assert await rina.submit() is None
    await sees(ana, KOPI, "LOA must be signed again", "stamp is missing", thread_ts=card.ts)
    await budi.fill("reason", "pages")
    await budi.submit()
    assert "already returned by <@U0RINA>" in str(budi.modal().blocks)
    assert [one.status for one in await rows(SignedCopy)] == ["returned"]


async def test_signing_on_a_screen_gives_a_link_to_whoever_asked(
    ana: Actor, world: World, released: Submit, rows: Rows
) -> None:
    """The button becomes a link of its own, and the officer can be asked by e-mail instead; the question says whom."""
    card = await released("KOPI")
    await ana.click(card, "Sign LOA")
    assert "On a screen" in str(ana.modal().blocks)
    place = of_letter(ana, "ways")
    await ana.click(ana.modal(), "Sign now", block=place)
    (button,) = [
        one for block in ana.modal().blocks if block["type"] == "actions" for one in block["elements"] if one.get("url")
    ]
    assert button["url"].startswith("https://desk.example.com/loa/sign/")
    assert button["url"] not in str([vars(one) for one in await rows(Signing)])
    await ana.click(ana.modal(), "E-mail it to Ana Santoso", block=of_letter(ana, "ways", 1))
    assert "ana@kopi.example gets LOA-001001-2" in ana.asked[-1]["text"]["text"]
    assert sorted(one.status for one in await rows(Signing)) == ["open", "open"]
    assert "was asked by e-mail at ana@kopi.example" in str(ana.modal().blocks)
    while not any("LOA-001001-2" in str(vars(mail)) for mail in world.mailbox.mails):
        await asyncio.sleep(0.02)


async def test_letters_of_many_sender_ids_are_one_choice_away(ana: Actor, released: Submit, rows: Rows) -> None:
    """All are released at once; the form shows one sender ID's, and offers the others."""
    card = await released("KOPI", "KopiPay")
    assert {one.status for one in await rows(Letter)} == {"ready"}
    await ana.click(card, "Sign LOA")
    assert "LOA-001001-1" in str(ana.modal().blocks)
    other = next(one for one in await rows(Registration) if one.sender_id == "KopiPay")
    await ana.choose(ana.modal(), "loa:which", other.id)
    assert "LOA-001001-1" not in str(ana.modal().blocks)
    assert "LOA-001001-4" in str(ana.modal().blocks)


async def test_where_slack_shows_no_picture_the_form_opens_without(
    ana: Actor, world: World, released: Submit, sees: Sees
) -> None:
    """Slack may refuse a picture that it has not looked at yet: what can be done is shown all the same."""
    card = await released("KOPI")
    while not any(file.name == "LOA-001001-2.png" for one in ana.sees(KOPI, card.ts) for file in one.files):
        await asyncio.sleep(0.02)
    refusal = '{"ok": false, "error": "invalid_blocks"}'
    world.faults.add(Fault("slack:views.open", "bad_body", body=refusal, content_type="application/json"))
    await ana.click(card, "Sign LOA")
    assert [block for block in ana.modal().blocks if block["type"] == "image"] == []
    assert "Download" in str(ana.modal().blocks)


async def test_sent_before_it_is_signed_is_asked_about(rina: Actor, submit: Submit, sees: Sees) -> None:
    """The row of an operator that waits for its letter asks first; the row of one that wants none does not."""
    root = str((await submit("KOPI")).thread_ts)
    card = await sees(rina, REVIEW, "*KOPI*", "Sent to operator", "LOA looked at by support", thread_ts=root)
    await rina.click(card, "Sent to operator", block="row:globe", confirm=False)
    (asked,) = rina.asked
    assert asked["title"]["text"] == "Sent to Globe without a signed LOA?"
    await rina.click(card, "Sent to operator", block="row:dito")
    assert len(rina.asked) == 1
