"""The inbox: mails that were really sent over SMTP, by conversation, with an HTML part that can do nothing."""

from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest
from playwright.async_api import expect

from bot.sandbox.world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HTML = """<html><body><h1 style="color:#123">It is done</h1><a href="https://example.com/t">Open</a>
<img src="cid:chart" alt="chart"><img src="http://203.0.113.9/spy.png" alt=""><form action="/page/act/post"></form>
<script>document.body.innerHTML = "hurt"; top.hurt = 1</script></body></html>"""
PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


async def send(world: World, subject: str, number: int, *, follows: int | None = None) -> None:
    """Send a mail to Ana, over SMTP."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Sender Desk <desk@localhost>", "Ana <ana@kopi.example>", subject
    mail["Message-ID"] = f"<file.{number}@desk>"
    if follows is not None:
        mail["References"] = mail["In-Reply-To"] = f"<file.{follows}@desk>"
    mail.set_content(f"Plain words of {number}")
    mail.add_alternative(HTML, subtype="html")
    mail.get_payload()[1].add_related(PIXEL, "image", "gif", cid="<chart>")
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=world.mailbox.port)


async def test_inbox_without_mails_is_friendly(look: Any, take: Any) -> None:
    """With no mail there is a sentence instead of an empty list, and the first mail appears by itself."""
    page = await look("/inbox")
    await expect(page.get_by_role("heading", name="No e-mails yet")).to_be_visible()
    await take(page, "inbox-empty")


async def test_mails_of_one_matter_stand_together(look: Any, world: World, take: Any) -> None:
    """References tie mails together; a mail that comes while the page is open appears in its conversation."""
    page = await look("/inbox")
    await send(world, "[F-1] Checking", 1)
    await send(world, "[F-2] Other", 2)
    rows = page.locator(".mail-row")
    await expect(rows).to_have_count(2)
    await page.get_by_role("button", name="Checking").click()
    await expect(page.locator("article.mail")).to_have_count(1)
    await send(world, "[F-1] Done", 3, follows=1)
    await expect(page.locator("article.mail")).to_have_count(2)
    await expect(rows.first.locator(".thread-count")).to_have_text("2")
    await expect(page.frame_locator("iframe").first.locator("h1")).to_have_text("It is done")
    await take(page, "inbox")


async def test_html_part_can_do_nothing(look: Any, world: World) -> None:
    """No script runs, nothing is fetched from the network, pictures of the mail itself are drawn, links open apart."""
    page = await look("/inbox")
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: asked.append(f"failed {request.url}"))
    await send(world, "Attack", 1)
    await page.locator(".mail-row").click()
    frame = page.frame_locator("iframe")
    await expect(frame.locator("h1")).to_have_text("It is done")
    await expect(frame.locator("img[alt=chart]")).to_have_js_property("naturalWidth", 1)
    assert await frame.locator("base").get_attribute("target") == "_blank"
    assert await page.evaluate("window.hurt") is None
    assert [url for url in asked if not url.removeprefix("failed ").startswith(("http://127.0.0.1", "data:"))] in (
        [],
        ["failed http://203.0.113.9/spy.png"],  # refused by the frame's policy before it leaves
    )


async def test_other_parts_are_shown_as_they_came(look: Any, world: World) -> None:
    """The text part and every header can be read, and the source downloaded."""
    page = await look("/inbox")
    await send(world, "[F-1] <b>Checking</b>", 1)
    await page.get_by_role("button", name="Checking").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("[F-1] <b>Checking</b>")
    await page.get_by_role("tab", name="Text").click()
    await expect(page.locator(".mail-text")).to_contain_text("Plain words of 1")
    await page.get_by_role("tab", name="Headers").click()
    await expect(page.locator(".mail-headers")).to_contain_text("<file.1@desk>")
    async with page.expect_download() as started:
        await page.get_by_role("link", name="Download the source").click()
    assert (await started.value).suggested_filename == "mail-1.eml"


async def test_workspace_counts_the_mails(chromium_page: Any, world: World) -> None:
    """The workspace's link to the inbox says how many mails there are."""
    await send(world, "[F-1] Checking", 1)
    await expect(chromium_page.get_by_role("link", name="Inbox").locator(".count")).to_have_text("1")
