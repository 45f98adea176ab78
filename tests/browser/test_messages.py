"""Messages in the page: writing, threads, files, what only one person sees, and text that attacks."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.sandbox.world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def write(page: Page, text: str, place: str = "Message #kopi-nusantara") -> None:
    """Type into the composer and press Enter."""
    await page.get_by_label(place, exact=True).and_(page.locator("textarea")).fill(text)
    await page.keyboard.press("Enter")


async def test_message_reaches_the_app_and_everybody_in_the_channel(
    chromium_page: Page, small_app: Any, look: Any
) -> None:
    """What Ana sends with Enter appears for Ben, and the app hears it with Slack's escaping."""
    await write(chromium_page, "Numbers <b> & *more*")
    ben = await look("/#/U0BEN/C0KOPI")
    message = ben.locator(".message", has_text="Numbers <b> & more")
    await expect(message.locator("strong")).to_have_text("more")
    await expect(message.locator(".author")).to_have_text("Ana Wijaya")
    assert small_app.heard[0]["event"]["text"] == "Numbers &lt;b&gt; &amp; *more*"


async def test_thread_reply_stays_in_the_thread(chromium_page: Page, small_app: Any, world: World) -> None:
    """A reply is shown in the thread and counted below its parent, not in the channel."""
    await write(chromium_page, "Who sends the list?")
    await chromium_page.locator(".message", has_text="Who sends").hover()
    await chromium_page.get_by_role("button", name="Reply in thread").click()
    await write(chromium_page, "I do", "Reply…")
    thread = chromium_page.get_by_role("complementary", name="Thread")
    await expect(thread.locator(".message", has_text="I do")).to_be_visible()
    await expect(chromium_page.locator(".main .message", has_text="I do")).to_have_count(0)
    await expect(chromium_page.locator(".main .reply-count")).to_have_text("1 reply")
    await chromium_page.keyboard.press("Escape")
    await expect(thread).to_have_count(0)
    assert [reply.text for reply in world.slack.channels["C0KOPI"].messages[-1].replies] == ["I do"]


async def test_mention_becomes_an_id(chromium_page: Page, world: World) -> None:
    """A name picked from the list goes out as Slack's mention."""
    field = chromium_page.get_by_label("Message #kopi-nusantara", exact=True).and_(chromium_page.locator("textarea"))
    await field.press_sequentially("Ask @Rin")
    await chromium_page.keyboard.press("Enter")
    await field.press_sequentially("please")
    await chromium_page.keyboard.press("Enter")
    await expect(chromium_page.locator(".mention")).to_have_text("@Rina Staff")
    assert world.slack.channels["C0KOPI"].messages[-1].text == "Ask <@U0RINA> please"


async def test_ephemeral_is_seen_by_its_person_only(chromium_page: Page, small_app: Any, look: Any) -> None:
    """An answer for Ana's eyes says so to her and does not exist for Ben."""
    ben = await look("/#/U0BEN/C0KOPI")
    await small_app.client.chat_postEphemeral(channel="C0KOPI", user="U0ANA", text="For your eyes")
    await small_app.client.chat_postMessage(channel="C0KOPI", text="For all")
    mine = chromium_page.locator(".message", has_text="For your eyes")
    await expect(mine).to_contain_text("Only visible to you")
    await expect(ben.locator(".message", has_text="For all")).to_be_visible()
    await expect(ben.locator(".message", has_text="For your eyes")).to_have_count(0)


async def test_file_by_button_reaches_the_app_and_can_be_downloaded(
    chromium_page: Page, small_app: Any, tmp_path: Path, world: World
) -> None:
    """A chosen file is sent with its words, and its bytes come back from the message unchanged."""
    data = bytes(range(256)) * 122_880  # 30 MB
    source = tmp_path / "list <1>.csv"
    source.write_bytes(data)
    await chromium_page.get_by_label("Files to attach").set_input_files(source)
    await expect(chromium_page.locator(".composer .file-row progress")).to_have_count(0)
    await write(chromium_page, "The list")
    message = chromium_page.locator(".message", has_text="The list")
    async with chromium_page.expect_download() as started:
        await message.get_by_role("link", name="Download list <1>.csv").click()
    await (await started.value).save_as(tmp_path / "back.csv")
    assert (tmp_path / "back.csv").read_bytes() == data
    await world.until(lambda: {"file_shared", "message"} <= {body["event"]["type"] for body in small_app.heard})


DROP = """async ([target, name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name));
    const facts = {dataTransfer: data, bubbles: true, cancelable: true};
    for (const kind of ["dragenter", "dragover", "drop"])
        document.querySelector(target).dispatchEvent(new DragEvent(kind, facts));
}"""


async def test_dropped_file_waits_in_the_composer(chromium_page: Page, world: World) -> None:
    """A file dropped anywhere on the channel is attached, and goes with the next Enter."""
    await chromium_page.locator(".scroller").wait_for()
    await chromium_page.evaluate(DROP, [".scroller", "people.csv", "msisdn\n+6581234567\n"])
    await expect(chromium_page.locator(".composer .file-name")).to_have_text("people.csv")
    await chromium_page.get_by_role("button", name="Send", exact=True).click()
    await expect(chromium_page.locator(".message .file-name")).to_have_text("people.csv")
    assert world.slack.channels["C0KOPI"].messages[-1].files[0].data == b"msisdn\n+6581234567\n"


async def test_text_that_attacks_stays_text(chromium_page: Page, small_app: Any, world: World) -> None:
    """Markup in a name, a text, a file name and a block is shown as it was written, and nothing of it runs."""
    attack = "<img src=x onerror=window.hurt=1><script>window.hurt=1</script>"
    world.slack.people["U0ANA"].real_name = attack
    await world.slack.actor("U0ANA").post("C0KOPI", attack, files=[(attack.replace("/", "_"), b"1")], wait=False)
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": attack}}]
    link = {"type": "mrkdwn", "text": "<javascript:window.hurt=1|press me>"}
    await small_app.client.chat_postMessage(
        channel="C0KOPI", text=attack, blocks=[*blocks, {"type": "context", "elements": [link]}]
    )
    await expect(chromium_page.locator(".author", has_text=attack)).to_be_visible()
    await expect(chromium_page.locator(".block-section")).to_have_text(attack)
    assert await chromium_page.locator(".message img, .message script, a[href^=javascript]").count() == 0
    assert await chromium_page.evaluate("window.hurt") is None


async def test_unread_channel_is_marked_until_it_is_opened(look: Any, small_app: Any) -> None:
    """A message in another channel makes it bold; opening it reads it, and the new line stands above the message."""
    page = await look("/#/U0RINA/C0KOPI")
    row = page.get_by_role("button", name="desk-review")
    await expect(row).to_be_visible()
    await small_app.client.chat_postMessage(channel="C0REVIEW", text="Please look")
    await expect(row).to_contain_text("has new messages")
    await row.click()
    await expect(page.locator(".new-line")).to_be_visible()
    await expect(row).not_to_contain_text("has new messages")


async def test_update_keeps_what_the_person_does(chromium_page: Page, small_app: Any) -> None:
    """While the app changes a message, a select beside it keeps its focus and its choice."""

    def blocks(words: str) -> list[dict]:
        option = {"text": {"type": "plain_text", "text": "Loyal"}, "value": "loyal"}
        select = {"type": "multi_static_select", "action_id": "groups", "options": [option]}
        text = {"type": "mrkdwn", "text": words}
        chosen = {"type": "section", "block_id": "g", "text": {"type": "mrkdwn", "text": "Groups"}, "accessory": select}
        return [{"type": "section", "block_id": "s", "text": text}, chosen]

    small_app.bolt.action("groups")(small_app.acked)
    posted = await small_app.client.chat_postMessage(channel="C0KOPI", text="Card", blocks=blocks("Checking"))
    field = chromium_page.get_by_role("combobox")
    await field.click()
    await chromium_page.get_by_role("option", name="Loyal").click()
    await expect(chromium_page.locator(".chip-text")).to_have_text("Loyal")
    await small_app.client.chat_update(channel="C0KOPI", ts=posted["ts"], text="Card", blocks=blocks("Checked"))
    await expect(chromium_page.locator(".block-section").first).to_have_text("Checked")
    await expect(chromium_page.locator(".chip-text")).to_have_text("Loyal")
    await expect(field).to_be_focused()
    assert small_app.heard[-1]["actions"][0]["selected_options"][0]["value"] == "loyal"
