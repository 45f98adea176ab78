"""People with a browser and nothing else: a contact file goes to 8x8 and back, a sender ID through its operators."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.demo import Demo, running
from bot.demo.story import Told, link_channels
from bot.demo.story.agents import an_agent_is_asked_for, it_is_made_at_8x8, support_asks_for_a_change
from bot.demo.story.launches import a_device_tests_it, the_checklist_is_filled_in
from bot.demo.story.registrations import a_sender_id_for_the_philippines
from bot.sandbox import samples
from bot.sandbox.server import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

PICTURE = Path(__file__).parents[1] / "registrations" / "pixel.png"
PAPERS = {"Company letterhead": "letterhead.png", "Certificate of incorporation": "certificate.png"}
COMPANY = {
    "Registered name": "PT Kopi Nusantara",
    "Website": "kopi.example",
    "Name of the signing officer": "Sari Dewi",
    "Title of the signing officer": "Director",
    "E-mail of the signing officer": "sari@kopi.example",
    "Street and number": "Jalan Melati 1",
    "City": "Jakarta",
}
SENDER_ID = {
    "Sample text": "Kopi Nusantara: your code is 1234. Never share it.",
    "Messages a month": "5000",
    "Subaccount": "kopi_otp",
}
ROWS = b"Reyes,0917 123 4567,A-1\nSantos,0917 123 4568,A-2\nCruz,+63 917 123 4569,A-3\nDiaz,call me,A-4\n"


@pytest_asyncio.fixture(loop_scope="session")
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    """The demo as a newcomer starts it: sandbox, real bot, channels linked."""
    async with running(tmp_path) as demo:
        await link_channels(Told(demo.sandbox.world))
        yield demo


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(demo: Demo) -> Sandbox:
    """What ``look`` opens its windows at."""
    return demo.sandbox


async def drop(page: Page, name: str, data: bytes, folder: Path) -> None:
    """Attach a file and send it."""
    (folder / name).write_bytes(data)
    await page.get_by_label("Files to attach").set_input_files(folder / name)
    await expect(page.locator(".composer .file-row progress")).to_have_count(0)
    await page.get_by_role("button", name="Send", exact=True).click()


async def say(page: Page, text: str) -> None:
    """Type something where one writes, and send it."""
    field = page.locator(".composer-field")
    await field.fill(text)
    await field.press("Enter")


async def open_thread(page: Page, name: str) -> Any:
    """Open the thread of a file once the desk has answered there."""
    message = page.locator(".main .message", has_text=name)
    await message.locator(".reply-count").click()
    return page.get_by_role("complementary", name="Thread")


async def press(page: Page, card: Any, button: str, *, sure: bool = False) -> None:
    """Press a button of the card, and say yes when Slack asks."""
    await card.get_by_role("button", name=button).first.click()
    if sure:
        await page.get_by_role("dialog").get_by_role("button", name="Yes").click()


async def pick(form: Any, field: str, choice: str, *, typed: str = "") -> None:
    """Choose in a select by its label."""
    box = form.get_by_role("combobox", name=field)
    await box.click()
    await box.fill(typed or choice)
    await form.get_by_role("option", name=choice).click()


async def test_a_contact_file_is_uploaded_mapped_submitted_and_reported(
    demo: Demo, look: Any, take: Any, tmp_path: Path
) -> None:
    """Upload, name the columns, read the reasons, submit, see it complete, read the e-mail."""
    page = await look("/#/U0CARLA/C0MART")
    await drop(page, "suki june.csv", ROWS, tmp_path)
    thread = await open_thread(page, "suki june.csv")
    card = thread.locator(".message", has_text="Needs your columns")
    await expect(card).to_contain_text("Reyes | 0917 123 4567 | A-1")

    await press(page, card, "Choose columns")
    form = page.get_by_role("dialog")
    await expect(form).to_contain_text("suki june.csv")
    await expect(form.get_by_role("combobox", name="column B")).to_have_value("Phone number")
    await pick(form, "column A", "Last name")
    await pick(form, "Numbers without a country code", "Philippines (+63)", typed="Phil")
    await take(page, "columns")
    await form.get_by_role("button", name="Check again").click()

    card = thread.locator(".message", has_text="Checked")
    await expect(card).to_contain_text("Good 3")
    await expect(card).to_contain_text("What stands there is not a phone number")
    await take(page, "checked")
    await press(page, card, "Submit 3 contacts", sure=True)
    await expect(thread).to_contain_text("8x8 has worked through all 3 contacts.")
    await take(page, "completed")

    inbox = await look("/inbox")
    mail = inbox.get_by_text("suki june.csv: ✅ Completed").first
    await mail.click()
    body = inbox.frame_locator("iframe").first.locator("body")
    await expect(body).to_contain_text("8x8 has worked through all 3 contacts.")
    await take(inbox, "inbox")


async def test_the_sample_file_on_a_phone(demo: Demo, look: Any, take: Any, tmp_path: Path) -> None:
    """The same on a narrow screen: the card is read and used without sideways scrolling."""
    page = await look("/#/U0ANA/C0KOPI", phone=True)
    await drop(page, "contacts-1000.csv", samples.BY_NAME["contacts-1000.csv"].data, tmp_path)
    thread = await open_thread(page, "contacts-1000.csv")
    card = thread.locator(".message", has_text="Checked")
    await expect(card).to_contain_text("Good 950")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await take(page, "phone")


async def test_home_shows_what_waits(demo: Demo, look: Any, take: Any, tmp_path: Path) -> None:
    """Home greets a newcomer, and later shows the files that wait for a person first."""
    home = await look("/#/U0ANA/home")
    await expect(home.locator("main")).to_contain_text("Drop a file")
    await take(home, "home-first")
    page = await look("/#/U0ANA/C0KOPI")
    await drop(page, "contacts-1000.csv", samples.BY_NAME["contacts-1000.csv"].data, tmp_path)
    thread = await open_thread(page, "contacts-1000.csv")
    card = thread.locator(".message", has_text="Checked")
    await expect(card).to_contain_text("Good 950")
    await page.set_viewport_size({"width": 1280, "height": 1000})
    await card.get_by_role("button", name="Cancel").scroll_into_view_if_needed()
    await take(page, "channel")
    home = await look("/#/U0ANA/home")
    await expect(home.locator("main")).to_contain_text("Needs your action")
    await take(home, "home")


async def step(form: Any, title: str) -> None:
    """Wait until the wizard shows this step."""
    await expect(form.get_by_role("heading", name=title)).to_be_visible()


async def fill_in(form: Any, fields: dict[str, str]) -> None:
    """Type into fields by their labels."""
    for label, value in fields.items():
        await form.get_by_label(label, exact=True).fill(value)


async def register(page: Page, take: Any) -> None:
    """Go through the wizard's four steps, from the command to the receipt."""
    await say(page, "/senderid register")
    form = page.get_by_role("dialog")
    await step(form, "Step 1 of 4")
    await pick(form, "Country", "Philippines")
    await form.get_by_label("International (another country)").check()
    await pick(form, "Industry", "Others")
    await form.get_by_role("button", name="Add a company").click()
    await step(form, "Add a company")
    await fill_in(form, COMPANY)
    await pick(form, "Country", "Indonesia", typed="Indo")
    await form.get_by_role("button", name="Save").click()

    await step(form, "Step 1 of 4")
    await form.get_by_role("button", name="Next").click()
    await step(form, "Step 2 of 4")
    for title, name in PAPERS.items():
        paper = {"name": name, "mimeType": "image/png", "buffer": PICTURE.read_bytes()}
        await form.get_by_label(title).set_input_files(paper)
    await expect(form.locator(".file-row")).to_have_count(2)
    await expect(form.locator(".file-row progress")).to_have_count(0)
    await form.get_by_role("button", name="Next").click()

    await step(form, "Step 3 of 4")
    await form.get_by_label("Sender ID", exact=True).fill("KopiNus")
    await form.get_by_role("button", name="Check").click()
    await expect(form).to_contain_text("KopiNus keeps")
    await fill_in(form, SENDER_ID)
    await pick(form, "Message type", "One-time passwords")
    await take(page, "wizard")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("1 sender ID for Philippines")
    await form.get_by_role("button", name="Next").click()
    await step(form, "Step 4 of 4")
    while await form.get_by_text("Nearly there").count():  # a document is being looked at
        await form.get_by_role("button", name="Back", exact=True).click()
        await step(form, "Step 3 of 4")
        await form.get_by_role("button", name="Next").click()
        await step(form, "Step 4 of 4")
    await expect(form).to_contain_text("All is there")
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_contain_text("Your ticket is SD-1001")
    await form.get_by_role("button", name="Done").click()


async def test_a_sender_id_is_registered_and_approved_by_all_operators(demo: Demo, look: Any, take: Any) -> None:
    """Ana goes through the wizard, Rina decides operator by operator, and Ana reads it in her card and by e-mail."""
    ana = await look("/#/U0ANA/C0KOPI")
    await register(ana, take)
    card = ana.locator(".main .message", has_text="SD-1001").filter(has_text="0 of 3 approved")
    await expect(card).to_contain_text("Support has it")

    rina = await look("/#/U0RINA/C0REVIEW")
    thread = await open_thread(rina, "KopiNus")
    for done, operator in enumerate(("Globe", "Smart", "DITO"), start=1):
        await thread.get_by_role("button", name=f"Approve: {operator}").click()
        form = rina.get_by_role("dialog")
        await expect(form).to_contain_text(operator)
        await form.get_by_role("button", name="Approve", exact=True).click()
        await expect(thread).to_contain_text(f"{done} of 3 approved")
        await expect(thread.get_by_role("button", name=f"Amend: {operator}")).to_be_visible()
        if done == 1:
            await rina.set_viewport_size({"width": 1280, "height": 1000})
            await thread.get_by_role("button", name="Decide several").scroll_into_view_if_needed()
            await take(rina, "review")

    await expect(ana.locator(".main .message", has_text="SD-1001")).to_contain_text("3 of 3 approved")
    thread = await open_thread(ana, "SD-1001")
    await expect(thread).to_contain_text("DITO approved it")
    await take(ana, "registered")
    inbox = await look("/inbox")
    await expect(inbox.get_by_text("SD-1001: KopiNus (Philippines) approved").first).to_be_visible()


async def test_a_letter_is_released_and_signed_on_a_phone(demo: Demo, look: Any, take: Any) -> None:
    """Rina releases the letters; Ana opens one from Slack on her phone, signs it there, and sees it accepted."""
    told = Told(demo.sandbox.world)
    await a_sender_id_for_the_philippines(told)
    rina = await look("/#/U0RINA/C0REVIEW")
    thread = await open_thread(rina, "KopiNus")
    card = thread.locator(".message", has_text="Letters of authorisation")
    await press(rina, card, "Release", sure=True)
    await expect(card).to_contain_text("released by")
    await rina.set_viewport_size({"width": 1280, "height": 1000})
    await take(rina, "letters")

    ana = await look("/#/U0ANA/C0KOPI", phone=True)
    card = ana.locator(".main .message", has_text="SD-1001")
    await card.get_by_role("button", name="Sign LOA").click()
    form = ana.get_by_role("dialog")
    await expect(form).to_contain_text("LOA-001001-1")
    picture = form.locator("img").first
    await expect(picture).to_have_js_property("complete", value=True)
    assert await picture.evaluate("each => each.naturalHeight") > 500
    await take(ana, "sign")
    await form.get_by_role("button", name="Sign now: LOA-001001-1").click()
    async with ana.expect_popup() as opens:
        await form.get_by_role("link", name="Open the signing page").click()
    page = await opens.value
    await page.get_by_role("button", name="Open the letter").click()
    pad = page.locator("canvas")
    await pad.scroll_into_view_if_needed()
    box = await pad.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 30, box["y"] + 60)
    await page.mouse.down()
    for across, down in ((60, 20), (90, 70), (130, 30), (170, 65), (220, 40)):
        await page.mouse.move(box["x"] + across, box["y"] + down, steps=5)
    await page.mouse.up()
    await page.get_by_label("I am authorised").check()
    await take(page, "signing")
    await page.get_by_role("button", name="Sign LOA-001001-1").click()
    await expect(page.locator("main")).to_contain_text("signed")
    await take(page, "signed")
    await expect(card).to_contain_text("1 of 2 signed")


async def test_logs_are_exported_and_an_agent_is_launched(demo: Demo, look: Any, take: Any) -> None:
    """Ana reads last week's logs as a picture and in words; Rina decides on her agent's launch carrier by carrier."""
    ana = await look("/#/U0ANA/C0KOPI")
    await say(ana, "/logs export")
    form = ana.get_by_role("dialog")
    await pick(form, "Subaccount", "kopi_otp")
    await form.get_by_role("button", name="Export").click()
    await expect(form).to_contain_text("on its way")
    await form.get_by_text("Close", exact=True).click()

    messages = await look("/#/U0ANA/messages")
    card = messages.locator(".main .message", has_text="kopi_otp").filter(has_text="Ready")
    await expect(card).to_contain_text("masks phone numbers")
    await expect(messages.locator(".main")).to_contain_text("by day, status and country")
    await expect(messages.locator(".main img").last).to_have_js_property("complete", value=True)
    await take(messages, "logs")

    told = Told(demo.sandbox.world)
    for done in (an_agent_is_asked_for, support_asks_for_a_change, it_is_made_at_8x8, a_device_tests_it):
        await done(told)
    phones = messages.locator(".main .message", has_text="Preview of Kopi Nusantara").last
    await phones.get_by_role("img").last.scroll_into_view_if_needed()
    await take(messages, "agent")

    await the_checklist_is_filled_in(told)
    rina = await look("/#/U0RINA/C0REVIEW")
    thread = await open_thread(rina, "Launch of Kopi Nusantara")
    await thread.get_by_role("button", name="Approve: T-Mobile").click()
    await expect(thread.get_by_role("button", name="Live: T-Mobile")).to_be_visible()
    await take(rina, "launch")
