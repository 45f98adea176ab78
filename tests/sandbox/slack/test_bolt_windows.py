"""A real Bolt app shows windows and Homes, and hears what people do in them."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.actor import Actor, BadAnswer
from bot.sandbox.slack.workspace import Slack


def text(words: str) -> dict[str, str]:
    """A plain text."""
    return {"type": "plain_text", "text": words}


def button(action_id: str, words: str, **more: Any) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "action_id": action_id, "text": text(words), **more}


def card(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    """A message's blocks with these elements."""
    return [{"type": "actions", "block_id": "acts", "elements": list(elements)}]


def modal(title: str, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A modal."""
    body = {
        "type": "modal",
        "callback_id": "form",
        "title": text(title),
        "submit": text("Send"),
        "blocks": list(blocks),
    }
    return {**body, **more}


NAME = {"type": "input", "block_id": "name", "label": text("Name"), "element": {"type": "plain_text_input"}}


async def test_home(any_bot: Any, ana: Actor) -> None:
    """Opening Home is told; a click there comes from a view, without channel and response URL."""
    view = {"type": "home", "blocks": card(button("more", "More"))}

    @any_bot.app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        if event["tab"] == "home":
            await client.views_publish(user_id=event["user"], view=view)

    @any_bot.app.action("more")
    async def more(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal("More"))

    home = await ana.open_home()
    await ana.click(home, "More")
    (body,) = any_bot.of("block_actions")
    assert body["container"] == {"type": "view", "view_id": home.id}
    assert (body["view"]["type"], body["view"]["id"]) == ("home", home.id)
    assert not {"channel", "response_url", "message"} & set(body)
    opened_modal = ana.view()
    assert opened_modal
    assert opened_modal.title == "More"
    await ana.open_home()
    await ana.open_messages()
    first, second, third = any_bot.events("app_home_opened")
    assert (first["tab"], first["user"], first["channel"]) == ("home", "U0ANA", "D0ANA")
    assert "view" not in first
    assert second["view"]["id"] == home.id
    assert third["tab"] == "messages"


ANSWERS: list[tuple[dict[str, Any], list[str], dict[str, str] | None]] = [
    ({}, [], None),
    ({"response_action": "clear"}, [], None),
    ({"response_action": "errors", "errors": {"name": "No."}}, ["One"], {"name": "No."}),
    ({"response_action": "update", "view": modal("Two", NAME)}, ["Two"], None),
    ({"response_action": "push", "view": modal("Two", NAME)}, ["One", "Two"], None),
]


@pytest.mark.parametrize(("answer", "titles", "errors"), ANSWERS)
async def test_a_submission_is_answered(any_bot: Any, ana: Actor, answer: Any, titles: Any, errors: Any) -> None:
    """The ack closes the window, clears all, shows errors, or changes or adds a window."""

    @any_bot.app.view("form")
    async def form(ack: Any, view: dict[str, Any]) -> None:
        ((entry,),) = [block.values() for block in view["state"]["values"].values()]
        assert entry == {"type": "plain_text_input", "value": "Ana"}
        await ack(**answer)

    windows = ana.slack.windows
    windows.open("U0ANA", windows.accept(modal("One", NAME), "modal"))
    await ana.fill("Name", "Ana")
    assert await ana.submit() == errors
    assert [view.title for view in windows.stack("U0ANA")] == titles


async def test_a_submission_may_answer_into_a_chosen_channel(any_bot: Any, ana: Actor) -> None:
    """A select with ``response_url_enabled`` gives the bot an address for the chosen channel."""
    element = {"type": "conversations_select", "action_id": "where", "response_url_enabled": True}

    @any_bot.app.view("form")
    async def form(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="here", response_type="in_channel")

    windows = ana.slack.windows
    view = modal("One", {"type": "input", "block_id": "c", "label": text("Where"), "element": element})
    windows.open("U0ANA", windows.accept(view, "modal"))
    await ana.fill("Where", "C0KOPI")
    await ana.submit()
    assert [message.text for message in ana.sees("C0KOPI")] == ["here"]
    (address,) = any_bot.of("view_submission")[0]["response_urls"]
    assert (address["block_id"], address["action_id"], address["channel_id"]) == ("c", "where", "C0KOPI")


BAD_ANSWERS: list[tuple[dict[str, Any], str]] = [
    ({"response_action": "errors", "errors": {"nickname": "No."}}, "no input block of the view: nickname"),
    ({"response_action": "errors", "errors": {"name": ""}}, "errors must be sentences"),
    ({"response_action": "update", "view": modal("x" * 25)}, "json-pointer:/view/title/text"),
    ({"response_action": "push", "view": {"type": "home", "blocks": []}}, "must be a modal"),
    ({"response_action": "close"}, "does not understand"),
    ({"text": "Thank you"}, "does not understand"),
]


@pytest.mark.parametrize(("answer", "words"), BAD_ANSWERS)
async def test_a_bad_answer_to_a_submission(any_bot: Any, slack: Slack, ana: Actor, answer: Any, words: str) -> None:
    """What Slack does not take is told, and the window stays."""

    @any_bot.app.view("form")
    async def form(ack: Any) -> None:
        await ack(**answer)

    slack.windows.open("U0ANA", slack.windows.accept(modal("One", NAME), "modal"))
    await ana.fill("Name", "Ana")
    with pytest.raises(BadAnswer, match=words):
        await ana.submit()
    assert [view.title for view in slack.windows.stack("U0ANA")] == ["One"]


async def test_closing_is_told_when_asked_for(any_bot: Any, slack: Slack, ana: Actor) -> None:
    """``notify_on_close`` brings ``view_closed``; ``clear_on_close`` closes all windows."""

    @any_bot.app.view_closed("form")
    async def closed(ack: Any) -> None:
        await ack()

    windows = slack.windows
    windows.open("U0ANA", windows.accept(modal("One", notify_on_close=True), "modal"))
    windows.push("U0ANA", windows.accept(modal("Two"), "modal"))
    await ana.close()
    await ana.close()
    (body,) = any_bot.of("view_closed")
    assert (body["view"]["title"]["text"], body["is_cleared"]) == ("One", False)
    windows.open("U0ANA", windows.accept(modal("One", notify_on_close=True), "modal"))
    windows.push("U0ANA", windows.accept(modal("Two", clear_on_close=True), "modal"))
    await ana.close()
    assert ana.view() is None
    assert [body["is_cleared"] for body in any_bot.of("view_closed")] == [False, True]


async def test_an_external_select_asks_the_bot(any_bot: Any, client: AsyncWebClient, ana: Actor) -> None:
    """What is typed goes to the bot; what it offers can be chosen by value or label."""
    select = {"type": "external_select", "action_id": "account", "min_query_length": 2}
    await client.chat_postMessage(channel="C0KOPI", text="x", blocks=card(select))

    @any_bot.app.options("account")
    async def offer(ack: Any, payload: dict[str, Any]) -> None:
        await ack(options=[{"text": text(f"Account {payload['value']}"), "value": "17"}])

    @any_bot.app.action("account")
    async def chosen(ack: Any) -> None:
        await ack()

    (message,) = ana.sees("C0KOPI")
    assert [o["value"] for o in await ana.options(message, "account", "ko")] == ["17"]
    await ana.choose(message, "account", "17")
    (asked, _) = any_bot.of("block_suggestion")
    assert (asked["action_id"], asked["block_id"], asked["value"]) == ("account", "acts", "ko")
    (body,) = any_bot.of("block_actions")
    assert body["actions"][0]["selected_option"]["value"] == "17"


async def test_offers_must_be_options(any_bot: Any, client: AsyncWebClient, ana: Actor) -> None:
    """An offer that Slack would not show is told."""
    select = {"type": "external_select", "action_id": "account", "min_query_length": 0}
    await client.chat_postMessage(channel="C0KOPI", text="x", blocks=card(select))

    @any_bot.app.options("account")
    async def offer(ack: Any, payload: dict[str, Any]) -> None:
        groups = [{"label": text("Group"), "options": [{"text": text("One"), "value": "1"}]}]
        too_long = [{"text": text("x" * 76), "value": "1"}]
        answers = {"": {"text": "nothing"}, "a": {"options": too_long}, "b": {"option_groups": groups}}
        await ack(**answers[payload["value"]])

    (message,) = ana.sees("C0KOPI")
    with pytest.raises(BadAnswer, match="must be less than 76 characters"):
        await ana.options(message, "account", "a")
    with pytest.raises(BadAnswer, match="options or option_groups"):
        await ana.options(message, "account", "")
    assert [option["value"] for option in await ana.options(message, "account", "b")] == ["1"]
