"""The workspace around the messages: people, commands, shortcuts, Home, buttons, trouble, and small screens."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.sandbox.samples import BY_NAME
from bot.sandbox.world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def plain(text: str) -> dict[str, Any]:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


async def test_newcomer_is_a_customer_in_their_channel(look: Any, small_app: Any) -> None:
    """The bare address opens as the first customer, in the first channel that the app is in."""
    page = await look("/")
    await expect(page.get_by_role("heading", level=1, name="kopi-nusantara")).to_be_visible()
    await expect(page.locator(".acting-name")).to_have_text("Ana Wijaya")


async def test_people_have_badges_and_their_own_channels(chromium_page: Page, take: Any) -> None:
    """Whom one may act as is listed with who they are; another person sees other channels."""
    await chromium_page.get_by_role("button", name="Acting as").click()
    rows = chromium_page.get_by_role("menuitemradio")
    badges = {await row.locator(".person-line").inner_text() for row in await rows.all()}
    assert {words.split("\n")[-1] for words in badges} == {"staff", "admin", "customer", "guest", "other workspace"}
    await take(chromium_page, "people")
    await rows.filter(has_text="Carla Reyes").click()
    sidebar = chromium_page.get_by_role("navigation")
    await expect(sidebar.locator(".side-text")).to_have_text(["manila-mart", "general", "Sender Desk"])
    await expect(chromium_page.get_by_role("heading", level=1, name="manila-mart")).to_be_visible()


async def test_command_is_completed_and_answered(chromium_page: Page, small_app: Any) -> None:
    """Typing / lists the commands with what they take; Tab completes; the answer is for this person alone."""
    field = chromium_page.locator(".composer-field")
    await field.press_sequentially("/e")
    await expect(chromium_page.get_by_role("option")).to_contain_text(["/echo WORDS"])
    await field.press("Tab")
    await expect(field).to_have_value("/echo ")
    await expect(chromium_page.locator(".usage-line")).to_contain_text("Says it again, to you alone")
    await field.press_sequentially("good morning")
    await field.press("Enter")
    answer = chromium_page.locator(".message", has_text="You said: good morning")
    await expect(answer).to_contain_text("Only visible to you")


async def test_silent_command_is_said_as_slack_says_it(chromium_page: Page, small_app: Any, world: World) -> None:
    """When the app does not answer a command, a notice says dispatch_failed and the words stay in the composer."""
    world.slack.timing.ack = 0.2
    field = chromium_page.locator(".composer-field")
    await field.fill("/silent now")
    await field.press("Enter")
    await expect(chromium_page.locator(".toast")).to_contain_text("/silent failed with the error “dispatch_failed”")
    await expect(field).to_have_value("/silent now")


async def test_unknown_command_and_command_in_a_thread_are_refused(
    chromium_page: Page, small_app: Any, world: World
) -> None:
    """Slack's own refusals: no such command; no commands in threads."""
    field = chromium_page.locator(".composer-field")
    await field.fill("/nope")
    await field.press("Enter")
    await expect(chromium_page.locator(".toast").last).to_contain_text("/nope is not a valid command")
    parent = await world.slack.actor("U0ANA").post("C0KOPI", "parent", wait=False)
    await chromium_page.evaluate(f"location.hash = '#/U0ANA/C0KOPI/{parent.ts}'")
    reply = chromium_page.get_by_role("complementary").locator("textarea")
    await reply.fill("/echo x")
    await reply.press("Enter")
    await expect(chromium_page.locator(".toast").last).to_contain_text("/echo is not supported in threads")


async def test_shortcuts_open_windows_and_look_at_messages(chromium_page: Page, small_app: Any, world: World) -> None:
    """A global shortcut hands the app a trigger for a window; a message shortcut names its message."""

    @small_app.bolt.shortcut("new_form")
    async def open_form(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        text = {"type": "section", "text": plain("Inside")}
        view = {"type": "modal", "title": plain("From a shortcut"), "blocks": [text]}
        await small_app.client.views_open(trigger_id=body["trigger_id"], view=view)

    small_app.bolt.shortcut("look")(small_app.acked)
    await chromium_page.get_by_role("button", name="Shortcuts and commands").click()
    await chromium_page.get_by_role("menuitem", name="New form").click()
    await expect(chromium_page.get_by_role("heading", name="From a shortcut")).to_be_visible()
    await chromium_page.keyboard.press("Escape")
    await world.slack.actor("U0BEN").post("C0KOPI", "look at me", wait=False)
    message = chromium_page.locator(".message", has_text="look at me")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await chromium_page.get_by_role("menuitem", name="Look at it").click()
    await world.until(lambda: any(body.get("type") == "message_action" for body in small_app.heard))
    heard = next(body for body in small_app.heard if body.get("type") == "message_action")
    assert heard["message"]["text"] == "look at me"


def button(name: str, **more: Any) -> dict[str, Any]:
    """A button whose action_id and value are its words."""
    return {"type": "button", "action_id": name, "value": name, "text": plain(name), **more}


async def test_button_asks_before_it_acts(chromium_page: Page, small_app: Any, world: World) -> None:
    """A confirm dialog shows its own words; only agreeing reaches the app; Escape and No do not."""
    small_app.bolt.action("Submit")(small_app.acked)
    confirm = {
        "title": plain("Submit 950?"),
        "text": plain("They go to 8x8."),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }
    row = {"type": "actions", "elements": [button("Submit", confirm=confirm, style="primary")]}
    await small_app.client.chat_postMessage(channel="C0KOPI", text="Card", blocks=[row])
    dialog = chromium_page.get_by_role("dialog", name="Submit 950?")
    for leave in ("No", "Escape", "Yes"):
        await chromium_page.get_by_role("button", name="Submit").click()
        await expect(dialog).to_contain_text("They go to 8x8.")
        if leave == "Escape":
            await chromium_page.keyboard.press("Escape")
        else:
            await dialog.get_by_role("button", name=leave).click()
        await expect(dialog).to_have_count(0)
    await world.until(lambda: small_app.heard)
    await expect(chromium_page.locator("[aria-busy=true]")).to_have_count(0)
    assert [body["actions"][0]["value"] for body in small_app.heard] == ["Submit"]
    assert small_app.heard[0]["user"]["id"] == "U0ANA"


async def test_overflow_and_unanswered_button(chromium_page: Page, small_app: Any, world: World) -> None:
    """An overflow menu sends its option; a button that nobody answers ends in a notice, not in silence."""
    small_app.bolt.action("more")(small_app.acked)
    menu = {"type": "overflow", "action_id": "more", "options": [{"text": plain("Cancel"), "value": "c"}]}
    row = {"type": "actions", "elements": [button("Dead"), menu]}
    await small_app.client.chat_postMessage(channel="C0KOPI", text="Card", blocks=[row])
    await chromium_page.get_by_role("button", name="More options").click()
    await chromium_page.get_by_role("menuitem", name="Cancel").click()
    await world.until(lambda: small_app.heard)
    assert small_app.heard[0]["actions"][0]["selected_option"]["value"] == "c"
    world.slack.timing.ack = 0.3
    await chromium_page.get_by_role("button", name="Dead").click()
    await expect(chromium_page.locator(".toast")).to_contain_text("Sender Desk did not answer")


async def test_home_is_drawn_and_its_buttons_work(look: Any, small_app: Any, world: World, take: Any) -> None:
    """Opening Home tells the app, whose view is drawn; a button there carries the view and no channel."""

    @small_app.bolt.event("app_home_opened")
    async def publish(event: dict[str, Any]) -> None:
        blocks = [{"type": "header", "text": plain("Hello Ana")}, {"type": "actions", "elements": [button("Begin")]}]
        await small_app.client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    small_app.bolt.action("Begin")(small_app.acked)
    page = await look("/#/U0ANA/home")
    await expect(page.get_by_text("Hello Ana")).to_be_visible()
    await take(page, "home")
    await page.get_by_role("button", name="Begin").click()
    await world.until(lambda: small_app.heard)
    assert small_app.heard[0]["container"]["type"] == "view"
    assert "channel" not in small_app.heard[0]


async def test_messages_tab_is_a_conversation_with_the_app(look: Any, small_app: Any, world: World) -> None:
    """What is written under Messages reaches the app as a direct message."""
    page = await look("/#/U0ANA/messages")
    await page.locator(".composer-field").fill("only you")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message", has_text="only you")).to_be_visible()
    await world.until(lambda: any(body["event"].get("channel_type") == "im" for body in small_app.heard))


async def test_missing_app_is_said(chromium_page: Page) -> None:
    """Without a connected app a line says that nothing will answer."""
    await expect(chromium_page.get_by_text("Sender Desk is not connected")).to_be_visible()


async def test_world_menu_makes_trouble_and_runs_controls(chromium_page: Page, world: World) -> None:
    """A fault that is chosen waits in the world; controls of whoever runs the sandbox are offered by name."""
    stopped = []

    async def stop() -> None:
        stopped.append(True)

    world.controls["Stop the bot"] = stop
    world.changed.notify()
    for name in ("Slack asks to slow down", "Stop the bot"):
        await chromium_page.get_by_role("button", name="World").click()
        await chromium_page.get_by_role("menuitem", name=name).click()
        await expect(chromium_page.locator(".toast").last).to_be_visible()
    assert [(fault.where, fault.status) for fault in world.faults.pending] == [("slack:chat.postMessage", 429)]
    assert stopped == [True]


async def test_sample_goes_into_the_composer(chromium_page: Page, world: World) -> None:
    """A sample can be attached without a download, and arrives whole."""
    await chromium_page.get_by_role("button", name="Samples").click()
    await chromium_page.get_by_role("button", name="Attach contacts-1000.csv").click()
    await expect(chromium_page.locator(".composer .file-name")).to_have_text("contacts-1000.csv")
    await chromium_page.get_by_role("button", name="Send", exact=True).click()
    await expect(chromium_page.locator(".message .file-name")).to_have_text("contacts-1000.csv")
    assert world.slack.channels["C0KOPI"].messages[-1].files[0].data == BY_NAME["contacts-1000.csv"].data


async def test_phone_shows_one_pane_at_a_time(look: Any, small_app: Any, world: World, take: Any) -> None:
    """At 375 pixels: list, then channel, then thread, each with a way back, and nothing scrolls sideways."""
    long = "Averylongnamewithoutanyspace" * 3
    world.slack.people["U0BEN"].real_name = long
    posted = await world.slack.actor("U0BEN").post("C0KOPI", f"https://example.com/{long}", wait=False)
    await world.slack.actor("U0ANA").post("C0KOPI", "reply", thread_ts=posted.ts, wait=False)
    page = await look("/#/U0ANA", phone=True)
    panes = {"sidebar": page.locator(".sidebar"), "main": page.locator(".main"), "thread": page.locator(".thread")}

    async def only(shown: str) -> None:
        for name, pane in panes.items():
            await expect(pane).to_be_visible(visible=name == shown)
        assert await page.evaluate("document.documentElement.scrollWidth") == 375
        await take(page, f"phone-{shown}")

    await only("sidebar")
    await page.get_by_role("button", name="kopi-nusantara").tap()
    await only("main")
    await page.get_by_role("button", name="1 reply").tap()
    await only("thread")
    await page.get_by_role("button", name="Back", exact=True).tap()
    await only("main")
    await page.get_by_role("button", name="Back to channels").tap()
    await only("sidebar")


async def test_page_comes_back_when_the_connection_does(chromium_page: Page, small_app: Any) -> None:
    """A reload shows the same person, channel and messages."""
    await small_app.client.chat_postMessage(channel="C0KOPI", text="Still here")
    await expect(chromium_page.locator(".message", has_text="Still here")).to_be_visible()
    await chromium_page.reload()
    await expect(chromium_page.locator(".message", has_text="Still here")).to_be_visible()
    await expect(chromium_page.locator(".acting-name")).to_have_text("Ana Wijaya")
