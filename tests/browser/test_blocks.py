"""The gallery of blocks: every block and element is drawn, and none of the hostile texts does anything."""

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BLOCKS = """section header divider image context actions input rich_text markdown table data_table data_visualization
alert card carousel container plan context_actions"""
ELEMENTS = """button overflow checkboxes radio_buttons static_select multi_static_select external_select users_select
multi_users_select conversations_select datepicker timepicker datetimepicker plain_text_input email_text_input
url_text_input number_input rich_text_input file_input feedback_buttons icon_button"""


async def part(look: Any, title: str) -> tuple[Page, Locator]:
    """The gallery, and one part of it."""
    page = await look("/page/gallery")
    box = page.get_by_role("region", name=title)
    await box.wait_for()
    return page, box


async def test_gallery_shows_every_block_and_element(look: Any) -> None:
    """The gallery is complete, and only the block that nobody knows is a box that says so."""
    page, _ = await part(look, "Sections")
    used = await page.evaluate(
        """() => {
            const found = new Set();
            const walk = (one) => {
                if (Array.isArray(one)) one.forEach(walk);
                else if (one && typeof one === "object") { found.add(one.type); Object.values(one).forEach(walk); }
            };
            walk(Object.values(gallery.blocks));
            return [...found];
        }"""
    )
    assert set(BLOCKS.split()) | set(ELEMENTS.split()) <= set(used)
    await expect(page.locator(".not-rendered")).to_have_text(["This block is not rendered here: hologram"])


async def test_mrkdwn_is_marked_up(look: Any) -> None:
    """Bold, italic, strike, code, quote, links, mentions, emoji and dates are drawn; arithmetic is not bold."""
    page, box = await part(look, "Sections")
    text = box.locator(".text").first
    await expect(text.locator("strong")).to_have_text("950 of 1,000 rows are ready.")
    await expect(text.locator("blockquote em")).to_have_text("reason")
    await expect(text.locator("blockquote s")).to_have_text("never")
    await expect(text.locator("code")).to_have_text("msisdn")
    await expect(text.locator(".mention")).to_have_text(["@Ana Wijaya", "#kopi-nusantara"])
    guide = text.get_by_role("link", name="the guide")
    await expect(guide).to_have_attribute("href", "https://example.com/a?b=1&c=2")
    await expect(guide).to_have_attribute("rel", "noopener noreferrer")
    drawn = await page.evaluate(
        """async () => {
            const { mrkdwn } = await import("/static/js/text/mrkdwn.js");
            const box = document.createElement("div");
            box.append(...mrkdwn("2*3*4 a_b_c &amp;lt; :nope: <!date^oops^{date}|some day>"));
            return [box.textContent, box.querySelectorAll("strong, em").length];
        }"""
    )
    assert drawn == ["2*3*4 a_b_c &lt; :nope: some day", 0]


async def test_date_is_in_the_readers_time(look: Any) -> None:
    """<!date> shows the reader's own clock: 1763900000 is 12:13 in UTC and 19:13 in Jakarta."""
    for zone, shown in (("UTC", "23 Nov 2025 at 12:13"), ("Asia/Jakarta", "23 Nov 2025 at 19:13")):
        page = await look("/page/gallery", timezone_id=zone)
        await expect(page.get_by_role("region", name="Sections").locator("time").first).to_have_text(shown)


async def test_hostile_texts_stay_text(look: Any) -> None:
    """Scripts, handlers and javascript: addresses in every kind of text are words or dead links."""
    page, box = await part(look, "Text that attacks")
    await expect(box).to_contain_text("<script>window.hurt = 1</script>")
    assert await box.locator("script, img, svg, b, u, [onclick], [onload]").count() == 0
    assert await box.locator("a[href]").count() == 0
    for link in await box.locator("a").all():
        await link.click()
    assert await page.evaluate("window.hurt") is None


async def test_actions_say_what_slack_would(look: Any) -> None:
    """What an element reports has Slack's shape: option objects, dates as text, several options as a list."""
    page, box = await part(look, "Buttons")
    heard = page.get_by_role("list", name="What the app would hear")
    await box.locator("input[type=date]").fill("2026-12-01")
    await box.get_by_label("Tell me by e-mail").check()
    await box.get_by_role("button", name="Remove Philippines").click()
    await expect(heard.get_by_role("listitem")).to_have_count(3)
    said = await heard.inner_text()
    assert '{"action_id":"day","selected_date":"2026-12-01"}' in said
    assert '"action_id":"check","selected_options":[{"text"' in said
    assert '"action_id":"many","selected_options":[{"text":{"type":"plain_text","text":"Indonesia"' in said


async def test_data_table_sorts_and_turns_pages(look: Any) -> None:
    """A click on a column sorts by number, the other way at the second click; pages hold page_size rows."""
    page, _ = await part(look, "Tables")
    table = page.locator(".data-table")
    first = table.locator("tbody td:first-child")
    await expect(first).to_have_text(["14", "90", "151"])
    await table.get_by_role("button", name="Next").click()
    await expect(first).to_have_text(["377", "802"])
    for _ in range(2):
        await table.get_by_role("button", name="Row").click()
    await expect(first).to_have_text(["802", "377", "151"])


async def test_gallery_fits_a_phone(look: Any) -> None:
    """No block is wider than a phone's screen; wide tables scroll inside themselves."""
    page = await look("/page/gallery", phone=True)
    await page.get_by_role("region", name="Newer").wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth") == 375
