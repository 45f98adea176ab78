"""Letters of authorisation that go wrong in the whole desk: each failure is told, has a way out, and is told once."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
import pytest
from sqlalchemy import select

from bot.app import House
from bot.demo.story import KOPI, Told, everything
from bot.demo.story.letters import (
    download,
    letter_number,
    link,
    send_back,
    ways,
)
from bot.demo.story.paper import scanned
from bot.demo.story.registrations import decide
from bot.demo.story.wizard import KOPI_COMPANY, Wanted, register, send
from bot.loa.letter import LetterData, draw
from bot.loa.tables import Letter, SignedCopy, Signing
from bot.registrations.company_fields import CompanyFields
from bot.sandbox.faults import Fault
from bot.sandbox.seed import REVIEW
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.records import Message
from bot.storage.database import Tx

WANTED = Wanted(
    "PH", KOPI_COMPANY, ["KopiNus"], "Kopi Nusantara: your code is 1234.", "international", "others",
    papers=["letterhead", "company_registration"],
)  # fmt: skip
KHMER = "Kopi Nusantara: លេខកូដ 1234."


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The whole desk runs once for each test here; both databases are looked at elsewhere."""
    return sqlite_url


@pytest.fixture
def at_docusign() -> bool:
    """Whether the desk is set up to sign at DocuSign; a test may say so."""
    return False


@pytest.fixture
def more_settings(sandbox: Sandbox, at_docusign: bool) -> dict[str, Any]:
    """Browsers reach the desk, and no letter waits for staff."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page = {"senderdesk_http_port": port, "senderdesk_public_url": f"http://127.0.0.1:{port}"}
    own = page | {"senderdesk_seal_key": "a secret of these tests, long enough", "senderdesk_loa_release": "always"}
    docusign = sandbox.world.docusign.environment() if at_docusign else {}
    return own | {name.lower(): value for name, value in docusign.items()}


@pytest.fixture
async def browsers() -> AsyncIterator[Any]:
    """Each call gives a browser of its own, with its own cookies."""
    there: list[aiohttp.ClientSession] = []

    def another() -> aiohttp.ClientSession:
        there.append(aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
        return there[-1]

    yield another
    await asyncio.gather(*(one.close() for one in there))


async def opened(browser: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    """Follow a link and press the button there: HTTP's status, and what the page says then."""
    own = {"Origin": "{0.scheme}://{0.netloc}".format(urlsplit(url))}
    async with browser.post(url, headers=own) as answer:
        return answer.status, await answer.text()


async def every(house: House, table: type[Any]) -> list[Any]:
    """Rows of a table."""

    def rows(tx: Tx) -> list[Any]:
        return list(tx.session.scalars(select(table)))

    return await house.desk.read(rows)


async def until(house: House, table: type[Any], status: str, count: int = 1) -> list[Any]:
    """Wait until so many rows have a status; these."""
    while len(found := [one for one in await every(house, table) if one.status == status]) < count:
        await asyncio.sleep(0.05)
    return found


async def ready(told: Told, wanted: Wanted = WANTED) -> Message:
    """Ana registers a sender ID for the Philippines; her card, once Globe's and Smart's letters can be signed."""
    card = await register(told, told.ana, KOPI, wanted)
    await told.finds(told.ana, KOPI, "2 letters", "LOA ready to sign", thread_ts=card.ts)
    return await told.finds(told.ana, KOPI, "KopiNus", "Sign LOA", "0 of 2 signed")


async def taken(told: Told, card: Message, place: int) -> tuple[str, bytes]:
    """Ana downloads a letter, and closes the form: its number, and its PDF."""
    number = letter_number(card, place)
    pdf = await download(told, card, number)
    await told.ana.close()
    return number, pdf


async def dropped(told: Told, card: Message, scan: bytes) -> None:
    """Ana drops a file into the ticket's thread."""
    await told.ana.upload(KOPI, "scan.pdf", scan, thread_ts=card.ts)


def who_came_second(told: Told, review: Message) -> bool:
    """Whether one of Rina and Budi reads that the other accepted it."""
    budi = told.world.slack.actor("U0BUDI")
    whispers = [
        (other, one.text)
        for me, other in ((told.rina, "<@U0BUDI>"), (budi, "<@U0RINA>"))
        for one in me.sees(REVIEW, review.ts)
        if one.ephemeral_to
    ]
    return any("accepted by" in text and other in text for other, text in whispers)


async def mailed_link(told: Told, to: str) -> str:
    """The address in the e-mail to the officer."""
    mail = await told.world.until(lambda: next(iter(told.world.mailbox.to(to)), None), 60, f"no e-mail to {to}")
    return re.findall(r"http://127\.0\.0\.1:\d+/loa/sign/[\w-]+", mail.text)[0]


def elsewhere() -> bytes:
    """A letter of another company, of which this desk knows nothing."""
    data = LetterData(
        number="LOA-000777-1", dated="2026-11-20", country="PH", entity="local", operator="globe",
        operator_name="Globe", operators=("Globe",), sender_id="SariSari", message_type="otp", sample_text="Hello",
        monthly_traffic=1000, valid_from="2026-11-23", valid_till="", company=_MART, provider="8x8",
        letterhead_sha256="",
    )  # fmt: skip
    return draw(data, None).pdf


_MART = {name: str(typed or "") for name, typed in asdict(CompanyFields(
    name="Manila Mart Inc.", officer_name="Luz Reyes", officer_title="Director", officer_email="luz@mart.example",
    website="mart.example", address_line_1="1 Roxas Boulevard", city="Manila", country="ph",
)).items()}  # fmt: skip


async def test_scans_in_the_thread_and_links_by_mail(told: Told, house: House, browsers: Any) -> None:
    """A scan is known by its code, another company's is refused; the officer's link is one browser's; staff decide."""
    card = await ready(told)
    globe, globes = await taken(told, card, 1)
    smart, smarts = await taken(told, card, 2)

    await told.otto.click(card, "loa:sign")
    assert told.otto.view() is None
    await told.finds(told.otto, KOPI, "from another workspace", thread_ts=card.ts)

    await dropped(told, card, scanned(await asyncio.to_thread(elsewhere), signed=True))
    await told.finds(told.ana, KOPI, globe, "LOA-000777-1", "another letter", thread_ts=card.ts)

    await told.ana.click(card, "loa:sign")
    await told.ana.click(told.ana.modal(), "loa:mail", block=ways(told, globe))
    await told.ana.click(told.ana.modal(), "loa:mail", block=ways(told, globe))
    await told.ana.close()
    url = await mailed_link(told, "sari@kopi.example")
    first, second = browsers(), browsers()
    assert globe in (await opened(first, url))[1]
    status, page = await opened(second, url)
    assert (status, "opened in another browser" in page) == (409, True)

    await dropped(told, card, scanned(smarts, signed=True))
    await told.finds(told.ana, KOPI, smart, "signed and accepted", thread_ts=card.ts)
    await dropped(told, card, scanned(globes, signed=False))
    await told.finds(told.ana, KOPI, globe, "could not see a signature", thread_ts=card.ts)
    review = await told.finds(told.rina, REVIEW, "*KopiNus*", "Sample text")
    stand = await told.finds(told.rina, REVIEW, "Letters of authorisation", "could not see", thread_ts=review.ts)
    budi = told.world.slack.actor("U0BUDI")
    await asyncio.gather(told.rina.click(stand, "loa:accept"), budi.click(stand, "loa:accept"))
    await told.finds(told.ana, KOPI, globe, "signed and accepted", thread_ts=card.ts)
    await told.finds(told.ana, KOPI, "KopiNus", "View LOA")
    await told.world.until(lambda: who_came_second(told, review), 60, "nobody was told who was first")
    assert "signed already" in (await opened(first, url))[1]
    assert len(told.world.mailbox.to("sari@kopi.example")) == 1
    copies = await every(house, SignedCopy)
    assert sorted(one.status for one in copies) == ["accepted", "accepted", "refused"]


async def at_page(browser: aiohttp.ClientSession, url: str, **act: str) -> str:
    """Follow a link to DocuSign, and press a button there when one is named; what the browser shows in the end."""
    async with browser.get(url) as shown:
        page, address = await shown.text(), str(shown.url)
    if not act:
        return page
    action = unescape(next(iter(re.findall(r'<form method="post" action="([^"]+)"', page))))
    async with browser.post(urljoin(address, action), data=act) as shown:
        return await shown.text()


@pytest.mark.parametrize("at_docusign", [True])
async def test_declined_at_docusign_and_overtaken_by_paper(told: Told, house: House, browsers: Any) -> None:
    """What is declined is signed on paper, and its envelope voided; what both sign is signed once, and kept once."""
    card, docusign, browser = await ready(told), told.world.docusign, browsers()
    globe, globes = await taken(told, card, 1)
    smart, smarts = await taken(told, card, 2)

    await link(told, card, globe)
    url = await link(told, card, globe)
    await at_page(browser, url, act="decline", reason="Ask our lawyer first.")
    await told.finds(told.ana, KOPI, "declined to sign", globe, "Ask our lawyer first.", thread_ts=card.ts)
    assert [one.status for one in docusign.envelopes.values()] == ["declined"]
    url = await link(told, card, globe)
    assert "Decline" in await at_page(browser, url)
    await dropped(told, card, scanned(globes, signed=True))
    await told.finds(told.ana, KOPI, globe, "signed and accepted", thread_ts=card.ts)
    await told.world.until(lambda: list(docusign.envelopes.values())[-1].status == "voided", 60, "nothing was voided")
    assert "here any more" in await at_page(browser, url)

    assert "Decline" in await at_page(browser, await link(told, card, smart))
    told.world.faults.add(Fault("docusign:connect", "drop", times=9))
    docusign.sign(list(docusign.envelopes.values())[-1])
    await send_back_at_once(told, card, smart, scanned(smarts, signed=True))
    await told.finds(told.ana, KOPI, smart, "kept as version 2", "accepted already", thread_ts=card.ts)
    letters = {one.id: one.copy_id for one in await every(house, Letter)}
    copies = await every(house, SignedCopy)
    ways_and_ends = sorted(f"{one.way} {one.status}" for one in copies)
    assert ways_and_ends == ["docusign kept", "wet accepted", "wet accepted"]
    assert {one.letter_id: one.id for one in copies if one.status == "accepted"} == letters
    assert sorted(one.status for one in await every(house, Signing)) == ["cancelled", "cancelled", "declined"]
    assert len(docusign.envelopes) == 3


async def send_back_at_once(told: Told, card: Message, number: str, scan: bytes) -> None:
    """Ana opens the form and sends a letter back."""
    await told.ana.click(card, "loa:sign")
    await send_back(told, number, scan)


async def mended(told: Told, card: Message) -> None:
    """Ana sends what she mends: through all pages that are left."""
    while "submit" in told.ana.modal().body:
        await send(told, told.ana)
    await told.ana.close()


async def test_what_cannot_be_drawn_or_is_changed(told: Told, house: House, browsers: Any) -> None:
    """Who reads which character it is mends it; a letter that was changed has its old link and old scan answered."""
    await register(told, told.ana, KOPI, replace(WANTED, text=KHMER))
    review = await told.finds(told.rina, REVIEW, "*KopiNus*", "Sample text")
    card = await told.finds(told.ana, KOPI, "KopiNus", "SD-1001")
    for person, place, root in ((told.ana, KOPI, card), (told.rina, REVIEW, review)):
        await told.finds(person, place, "The sample message has", "KHMER LETTER", "Latin letters", thread_ts=root.ts)
    assert "Sign LOA" not in everything(card)

    await decide(told, "KopiNus", "ask", reason="other", words="Write it in Latin letters.")
    card = await told.finds(told.ana, KOPI, "KopiNus", "Fix and resubmit")
    await told.ana.click(card, "senderid:fix")
    await told.ana.click(told.ana.modal(), "Edit", block="part:sender_ids")
    await told.ana.click(told.ana.modal(), "senderid:entry_edit")
    await told.ana.fill("sample_text", "Kopi Nusantara: your code is 1234.")
    await mended(told, card)
    await told.finds(told.ana, KOPI, "2 letters", "drawn anew", thread_ts=card.ts)
    card = await told.finds(told.ana, KOPI, "KopiNus", "Sign LOA", "0 of 2 signed")
    globe, smart = (f"{letter_number(card, place)}-r2" for place in (1, 2))
    url = await link(told, card, globe)
    old = await download(told, card, smart)
    await told.ana.close()

    since = told.world.slack.new_ts()
    await decide(told, "KopiNus", "ask", reason="other", words="The company has another name.")
    card = await told.finds(told.ana, KOPI, "KopiNus", "Fix and resubmit")
    await told.ana.click(card, "senderid:fix")
    await told.ana.click(told.ana.modal(), "Edit", block="part:details")
    await told.ana.click(told.ana.modal(), "senderid:company_change")
    await told.ana.fill("name", "PT Kopi Nusantara Raya")
    await mended(told, card)
    await told.finds(told.ana, KOPI, "drawn anew", thread_ts=card.ts, since=since)
    assert "what it says was changed" in (await opened(browsers(), url))[1]
    card = await told.finds(told.ana, KOPI, "KopiNus", "Sign LOA", "0 of 2 signed")
    newest = smart.replace("-r2", "-r3")
    await download(told, card, newest)
    await told.ana.close()
    await dropped(told, card, scanned(old, signed=True))
    await told.finds(told.ana, KOPI, newest, "cannot be the signed letter", smart, thread_ts=card.ts)
    letters = {one.number.removeprefix("LOA-001001-"): one for one in await every(house, Letter)}
    open_ = {number for number, one in letters.items() if one.status != "superseded"}
    assert (open_, set(letters)) == ({"1-r3", "2-r3"}, {"1", "1-r2", "1-r3", "2", "2-r2", "2-r3"})
    assert letters["1-r3"].data["company"]["name"] == "PT Kopi Nusantara Raya"
