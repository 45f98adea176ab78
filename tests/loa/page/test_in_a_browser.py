"""The signing page in Chromium, as on a phone: opened from its link, signed with a finger, and given back sealed."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from bot.loa import seal

pytestmark = pytest.mark.browser
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PHONE, DESKTOP = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)
PATIENCE = 60_000


@pytest.fixture
async def chromium_browser(chromium: Path) -> AsyncIterator[Browser]:
    """Chromium; what its pages say is wrong fails the test."""
    async with async_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        await browser.close()


async def visit(browser: Browser, address: str, **how: Any) -> tuple[Page, list[str]]:
    """A fresh window at an address, and what its console said was wrong."""
    context = await browser.new_context(**how)
    context.set_default_timeout(PATIENCE)
    page, troubles = await context.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    await page.goto(address)
    return page, troubles


async def take(page: Page, name: str, *, whole: bool = True) -> None:
    """A screenshot into the folder SENDERDESK_SCREENSHOTS, when that is set."""
    if folder := os.environ.get("SENDERDESK_SCREENSHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png", animations="disabled", full_page=whole)


async def draw(page: Page) -> None:
    """Two strokes on the pad."""
    pad = page.locator("canvas")
    await pad.scroll_into_view_if_needed()
    place = await pad.bounding_box()
    assert place is not None
    for stroke in ([(0.1, 0.6), (0.2, 0.2), (0.3, 0.7), (0.4, 0.3), (0.6, 0.6), (0.9, 0.4)], [(0.1, 0.8), (0.8, 0.75)]):
        points = [(place["x"] + x * place["width"], place["y"] + y * place["height"]) for x, y in stroke]
        await page.mouse.move(*points[0])
        await page.mouse.down()
        for point in points[1:]:
            await page.mouse.move(*point, steps=6)
        await page.mouse.up()


async def test_a_letter_is_signed_on_a_phone(office: Any, chromium_browser: Browser) -> None:
    """Nothing typed or drawn is lost when something is wrong, and the sealed file is there at the end."""
    phone = {"viewport": PHONE, "is_mobile": True, "has_touch": True}
    page, troubles = await visit(chromium_browser, await office.link(), **phone)
    await take(page, "sign-1-arrive")
    await page.get_by_role("button", name="Open the letter").click()
    await expect(page.get_by_role("heading", name="Sign LOA-")).to_be_visible()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide == PHONE["width"]
    await take(page, "sign-2-letter")
    await draw(page)
    await page.get_by_role("button", name="Undo").click()
    await page.get_by_role("button", name="Sign LOA-").click()
    await expect(page.get_by_role("alert")).to_be_focused()
    await expect(page.locator("#authorised-wrong")).to_be_visible()
    assert page.url.endswith((await page.locator("#sign").get_attribute("action")) or "")
    await take(page, "sign-3-wrong")
    await expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    assert "[[" in await page.locator("[name=strokes]").input_value()
    await page.get_by_role("checkbox", name="I am authorised").check()
    await page.get_by_role("button", name="Sign LOA-").click()
    await expect(page.get_by_role("heading", name="is signed")).to_be_visible()
    await take(page, "sign-4-thanks")
    async with page.expect_download() as loading:
        await page.get_by_role("link", name="Download the signed letter").click()
    content = await asyncio.to_thread((await (await loading.value).path()).read_bytes)
    if folder := os.environ.get("SENDERDESK_SCREENSHOTS"):
        await asyncio.to_thread(Path(folder, "signed.pdf").write_bytes, content)
    found = await asyncio.to_thread(seal.verified, content, await office.page.sealed.keys.certificates())
    assert found.holds
    assert [one for one in troubles if "422" not in one] == []
