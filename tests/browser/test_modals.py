"""Modals in the page: every element's value as Slack sends it, errors beside their block, stacks, silence."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.sandbox.world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

Json = dict[str, Any]


def plain(text: str) -> Json:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def option(text: str) -> Json:
    """An option whose value is its text in lower case."""
    return {"text": plain(text), "value": text.lower()}


def field(name: str, kind: str, **more: Any) -> Json:
    """An input block; block_id, action_id and label are ``name``."""
    block = {key: more.pop(key) for key in ("optional", "dispatch_action", "hint") if key in more}
    element = {"type": kind, "action_id": name, **more}
    return {"type": "input", "block_id": name, "label": plain(name), "element": element, **block}


def modal(*blocks: Json, title: str = "Form", submit: str | None = "Send it", **more: Any) -> Json:
    """A modal view."""
    view = {"type": "modal", "callback_id": "form", "title": plain(title), "blocks": list(blocks), **more}
    return view | ({"submit": plain(submit)} if submit else {})


EVERYTHING = modal(
    field("text", "plain_text_input"),
    field("lines", "plain_text_input", multiline=True),
    field("mail", "email_text_input"),
    field("page", "url_text_input"),
    field("count", "number_input", is_decimal_allowed=False),
    field("country", "static_select", options=[option("Indonesia"), option("Thailand")]),
    field("operators", "multi_static_select", options=[option("Globe"), option("Smart"), option("DITO")]),
    field("group", "external_select", min_query_length=2),
    field("person", "users_select"),
    field("people", "multi_users_select"),
    field("place", "conversations_select"),
    field("channel", "channels_select"),
    field("day", "datepicker"),
    field("time", "timepicker"),
    field("moment", "datetimepicker"),
    field("boxes", "checkboxes", options=[option("Red"), option("Blue")]),
    field("radio", "radio_buttons", options=[option("Now"), option("Later")]),
    field("rich", "rich_text_input"),
    field("files", "file_input", filetypes=["csv"], max_files=2),
    field("untouched", "plain_text_input", optional=True),
    field("nobody", "multi_users_select", optional=True),
    field("no files", "file_input", optional=True),
)


async def open_form(page: Page, world: World, view: Json) -> None:
    """Put a modal in front of Ana, as an app would."""
    world.slack.windows.open("U0ANA", world.slack.windows.accept(view, "modal"))
    await page.get_by_role("dialog").wait_for()


async def pick(page: Page, label: str, *names: str, typing: str = "") -> None:
    """Choose in a select by clicking."""
    for name in names:
        await page.get_by_role("combobox", name=label, exact=True).click()
        if typing:
            await page.keyboard.type(typing)
        await page.get_by_role("option", name=name).click()


def press(page: Page, name: str) -> Any:
    """Click a button of the modal."""
    return page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


async def fill_everything(page: Page, source: Path) -> None:
    """Fill all fields that are not optional."""
    for name, value in [
        ("text", "Kopi"),
        ("lines", "a\nb"),
        ("mail", "a@kopi.example"),
        ("page", "https://kopi.example"),
    ]:
        await page.get_by_label(name, exact=True).fill(value)
    await page.get_by_label("count", exact=True).fill("12")
    await pick(page, "country", "Thailand")
    await pick(page, "operators", "Smart", "Globe")
    await pick(page, "group", "Loyal", typing="lo")
    await pick(page, "person", "Rina Staff")
    await pick(page, "people", "Ben Hartono", "Ana Wijaya")
    await pick(page, "place", "general")
    await pick(page, "channel", "kopi-nusantara")
    await page.get_by_label("day", exact=True).fill("2026-12-01")
    await page.get_by_label("time", exact=True).fill("09:30")
    await page.get_by_label("moment").fill("2026-12-01T09:30")
    await page.get_by_label("Blue").check()
    await page.get_by_label("Later").check()
    await page.get_by_role("textbox", name="rich").click()
    await page.keyboard.type("plain ")
    await page.get_by_role("button", name="Bold").click()
    await page.keyboard.type("strong")
    await page.get_by_label("files", exact=True).set_input_files(source)
    await expect(page.locator(".file-row progress")).to_have_count(0)


async def test_every_element_arrives_as_slack_sends_it(
    chromium_page: Page, small_app: Any, world: World, tmp_path: Path
) -> None:
    """A form with every kind of element gives ``state.values`` in Slack's shapes, untouched fields included."""

    @small_app.bolt.options("group")
    async def options(ack: Any) -> None:
        await ack(options=[option("Loyal"), option("Lost")])

    small_app.bolt.view("form")(small_app.acked)
    source = tmp_path / "list.csv"
    source.write_bytes(b"msisdn\n")
    await open_form(chromium_page, world, EVERYTHING)
    await fill_everything(chromium_page, source)
    await press(chromium_page, "Send it")
    await expect(chromium_page.get_by_role("dialog")).to_have_count(0)
    values = small_app.heard[-1]["view"]["state"]["values"]
    files = values.pop("files")["files"]["files"]
    moment = values.pop("moment")["moment"]["selected_date_time"]
    assert {block: {k: v for k, v in state[block].items() if k != "type"} for block, state in values.items()} == {
        "text": {"value": "Kopi"},
        "lines": {"value": "a\nb"},
        "mail": {"value": "a@kopi.example"},
        "page": {"value": "https://kopi.example"},
        "count": {"value": "12"},
        "country": {"selected_option": option("Thailand")},
        "operators": {"selected_options": [option("Smart"), option("Globe")]},
        "group": {"selected_option": option("Loyal")},
        "person": {"selected_user": "U0RINA"},
        "people": {"selected_users": ["U0BEN", "U0ANA"]},
        "place": {"selected_conversation": "C0GENERAL"},
        "channel": {"selected_channel": "C0KOPI"},
        "day": {"selected_date": "2026-12-01"},
        "time": {"selected_time": "09:30"},
        "boxes": {"selected_options": [option("Blue")]},
        "radio": {"selected_option": option("Later")},
        "rich": {
            "rich_text_value": {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "plain "},
                            {"type": "text", "text": "strong", "style": {"bold": True}},
                        ],
                    }
                ],
            }
        },
        "untouched": {"value": None},
        "nobody": {"selected_users": []},
        "no files": {"files": []},
    }
    here = await chromium_page.evaluate("Math.floor(new Date('2026-12-01T09:30').getTime() / 1000)")
    assert moment == here
    assert [world.slack.files[file["id"]].data for file in files] == [b"msisdn\n"]


async def test_errors_stand_beside_their_block(chromium_page: Page, small_app: Any, world: World) -> None:
    """What the app refuses is said under the field, tied to it for screen readers; what was typed is still there."""

    @small_app.bolt.view("form")
    async def refuse(ack: Any) -> None:
        await ack(response_action="errors", errors={"company": "KOPI is taken: choose another name."})

    await open_form(
        chromium_page, world, modal(field("other", "plain_text_input"), field("company", "plain_text_input"))
    )
    await chromium_page.get_by_label("other").fill("x")
    await chromium_page.get_by_label("company").fill("KOPI")
    await press(chromium_page, "Send it")
    bad = chromium_page.get_by_label("company")
    await expect(bad).to_have_accessible_description("KOPI is taken: choose another name.")
    await expect(bad).to_have_attribute("aria-invalid", "true")
    await expect(bad).to_be_focused()
    await expect(bad).to_have_value("KOPI")
    assert await chromium_page.locator(".has-error").count() == 1


async def test_empty_required_field_never_reaches_the_app(chromium_page: Page, small_app: Any, world: World) -> None:
    """Slack itself asks for required fields."""
    small_app.bolt.view("form")(small_app.acked)
    await open_form(chromium_page, world, modal(field("company", "plain_text_input")))
    await press(chromium_page, "Send it")
    await expect(chromium_page.locator(".input-error")).to_have_text("This field is required")
    assert small_app.heard == []


async def test_stack_goes_back_one_by_one(chromium_page: Page, small_app: Any, world: World, take: Any) -> None:
    """A pushed window shows Back; it returns to the one below with what was typed there; Escape closes that."""

    @small_app.bolt.view("form")
    async def push(ack: Any) -> None:
        above = modal(field("detail", "plain_text_input"), title="Above", notify_on_close=True, callback_id="above")
        await ack(response_action="push", view=above)

    small_app.bolt.view_closed("above")(small_app.acked)
    await open_form(chromium_page, world, modal(field("company", "plain_text_input"), title="Below"))
    await chromium_page.get_by_label("company").fill("KOPI")
    await press(chromium_page, "Send it")
    await expect(chromium_page.get_by_role("heading", name="Above")).to_be_visible()
    await take(chromium_page, "modal-stack")
    await press(chromium_page, "Back")
    await expect(chromium_page.get_by_label("company")).to_have_value("KOPI")
    await world.until(lambda: [body["type"] for body in small_app.heard] == ["view_closed"])
    await chromium_page.keyboard.press("Escape")
    await expect(chromium_page.get_by_role("dialog")).to_have_count(0)


async def test_update_keeps_what_was_typed(chromium_page: Page, small_app: Any, world: World) -> None:
    """A select that reports at once may change the form; fields that stay keep their text."""

    @small_app.bolt.action("country")
    async def add_field(ack: Any, body: Json) -> None:
        await ack()
        view = modal(*two, field("licence", "plain_text_input"))
        await small_app.client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)

    two = [
        field("company", "plain_text_input"),
        field("country", "static_select", options=[option("Thailand")], dispatch_action=True),
    ]
    await open_form(chromium_page, world, modal(*two))
    await chromium_page.get_by_label("company").fill("KOPI")
    await pick(chromium_page, "country", "Thailand")
    await expect(chromium_page.get_by_label("licence")).to_be_visible()
    await expect(chromium_page.get_by_label("company")).to_have_value("KOPI")
    await expect(chromium_page.get_by_role("combobox", name="country")).to_have_value("Thailand")


async def test_silent_app_leaves_the_form_as_it_is(chromium_page: Page, small_app: Any, world: World) -> None:
    """No answer to a submission: the form says so, stays open with its values, and can be sent again."""
    world.slack.timing.ack = 0.2
    await open_form(chromium_page, world, modal(field("company", "plain_text_input")))
    await chromium_page.get_by_label("company").fill("KOPI")
    await press(chromium_page, "Send it")
    await expect(chromium_page.get_by_role("alert")).to_contain_text("Sender Desk did not answer")
    small_app.bolt.view("form")(small_app.acked)
    world.slack.timing.ack = 60
    await press(chromium_page, "Send it")
    await expect(chromium_page.get_by_role("dialog")).to_have_count(0)
    assert small_app.heard[0]["view"]["state"]["values"]["company"]["company"]["value"] == "KOPI"


async def test_file_of_the_wrong_kind_or_size_is_refused_at_once(
    chromium_page: Page, world: World, tmp_path: Path
) -> None:
    """The form says which kinds it takes and how large a file may be; refused files are not sent."""
    await open_form(chromium_page, world, modal(field("files", "file_input", filetypes=["csv"], max_files=1)))
    for name, size, words in [("a.pdf", 1, "it takes .csv"), ("b.csv", 10_000_001, "Over 10 MB")]:
        (tmp_path / name).write_bytes(b"1" * size)
        await chromium_page.get_by_label("files", exact=True).set_input_files(tmp_path / name)
        await expect(chromium_page.locator(".file-row", has_text=name)).to_contain_text(words)
    await press(chromium_page, "Send it")
    await expect(chromium_page.locator(".has-error .input-error")).to_have_text("This field is required")


async def test_select_works_by_keyboard(chromium_page: Page, small_app: Any, world: World) -> None:
    """Arrows move, typing narrows, Enter chooses, Escape closes the list but not the form."""
    await open_form(
        chromium_page,
        world,
        modal(field("country", "static_select", options=[option("Indonesia"), option("Thailand")])),
    )
    box = chromium_page.get_by_role("combobox", name="country")
    await box.focus()
    await chromium_page.keyboard.press("ArrowDown")
    await chromium_page.keyboard.press("ArrowDown")
    await chromium_page.keyboard.press("Enter")
    await expect(box).to_have_value("Thailand")
    await box.fill("indo")
    await expect(chromium_page.get_by_role("option")).to_have_text(["Indonesia"])
    await chromium_page.keyboard.press("Escape")
    await expect(chromium_page.get_by_role("option")).to_have_count(0)
    await expect(box).to_have_value("Thailand")
    await expect(chromium_page.get_by_role("dialog")).to_be_visible()


async def test_modal_fills_a_phone(look: Any, small_app: Any, world: World) -> None:
    """At 375 pixels the form has the whole screen, and nothing scrolls sideways."""
    page = await look("/#/U0ANA/C0KOPI", phone=True)
    await open_form(page, world, EVERYTHING)
    size = await page.get_by_role("dialog").bounding_box()
    assert (size["x"], size["width"]) == (0, 375)
    assert await page.evaluate("document.querySelector('.modal-body').scrollWidth") == 375
