"""A person with a browser and nothing else: a contact file goes from the page to 8x8 and back, by the real bot."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.demo import Demo, running
from bot.demo.story import Told, link_channels
from bot.sandbox import samples
from bot.sandbox.server import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

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
