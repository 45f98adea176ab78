"""What no other listener takes."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from sqlalchemy import select

from bot import manifest
from bot.delivery import blocks
from bot.delivery.tables import DueRow, Message
from bot.desk import Desk
from bot.sandbox.seed import KOPI
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.workspace import Slack
from bot.storage.database import Tx
from handlers.payload import Payload

Load = Callable[[str], Payload]
Deliver = Callable[..., Awaitable[Any]]
SUBTYPES = [
    None, "bot_message", "me_message", "message_changed", "message_deleted", "message_replied", "thread_broadcast",
    "channel_join", "channel_leave", "channel_topic", "channel_name", "channel_archive", "group_join", "reminder_add",
    "pinned_item", "ekm_access_denied", "assistant_app_thread", "something_new",
]  # fmt: skip


def outside_threads(click: Payload) -> Payload:
    """The same click on a message that stands in the channel itself."""
    del click["container"]["thread_ts"], click["message"]["thread_ts"]
    return click


@pytest.mark.parametrize("subtype", SUBTYPES)
async def test_every_kind_of_message_is_taken(
    payload: Load, deliver: Deliver, slack: Slack, subtype: str | None
) -> None:
    """Slack gets its answer, whatever the message; nobody is told anything."""
    body = payload("a_message_that_was_edited")
    body["event"].pop("subtype")
    body["event"] |= {"subtype": subtype} if subtype else {}
    assert (await deliver(body)).status == 200
    assert slack.channels[KOPI].ephemerals == []


async def test_every_event_of_the_manifest_is_taken(deliver: Deliver) -> None:
    """An event that is subscribed but of no interest must not be delivered again and again."""
    for name in sorted(manifest.events(manifest.load())):
        kind, _, place = name.partition(".")
        event = {"type": kind, "channel_type": place.removesuffix("s"), "user": "U0ANA", "channel": KOPI, "ts": "1.1"}
        answer = await deliver({"type": "event_callback", "team_id": "T0SENDER", "event_id": name, "event": event})
        assert answer.status == 200, name


async def test_an_old_button_of_a_message_of_ours_has_it_drawn_anew(
    payload: Load, deliver: Deliver, desk: Desk, slack: Slack
) -> None:
    """The message goes to the outbox once more, and the person is told to look again."""
    click = outside_threads(payload("a_click_on_a_message"))

    def remember(tx: Tx) -> None:
        facts = {"kind": "card", "key": "f1", "medium": "slack", "place": KOPI, "channel": KOPI}
        tx.session.add(Message(id="m1", ts=click["message"]["ts"], created_at=tx.now, **facts))

    def due(tx: Tx) -> list[str]:
        return list(tx.session.scalars(select(DueRow.key)))

    await desk.write(remember)
    assert (await deliver(click)).status == 200
    assert await desk.read(due) == ["m1"]
    assert "drawing it anew" in slack.channels[KOPI].ephemerals[-1].text


async def test_an_old_button_of_an_unknown_message_says_so(payload: Load, deliver: Deliver, slack: Slack) -> None:
    """Nothing can be drawn anew, but silence would be worse."""
    assert (await deliver(outside_threads(payload("a_click_on_a_message")))).status == 200
    assert "out of date" in slack.channels[KOPI].ephemerals[-1].text


async def test_an_old_button_on_home_says_so_in_a_form(ana: Actor, slack: Slack, desk: Desk) -> None:
    """On Home the sentence comes on top."""
    home = {"type": "home", "blocks": [blocks.actions([blocks.button("Go", "button_of_old", "x")])]}
    await desk.slack.views_publish(user_id="U0ANA", view=home)
    await ana.click(slack.windows.homes["U0ANA"], "Go")
    view = ana.modal()
    assert "out of date" in str(view.blocks)


@pytest.mark.parametrize("scenario", ["a_click_on_a_message", "a_click_on_home"])
async def test_a_link_only_needs_its_answer(payload: Load, deliver: Deliver, slack: Slack, scenario: str) -> None:
    """Slack opens the address by itself and tells the desk all the same."""
    click = payload(scenario)
    click["actions"][0] |= {"action_id": "a_link", "type": "button"}
    assert (await deliver(click)).status == 200
    assert slack.channels[KOPI].ephemerals == []


async def test_an_old_form_says_that_nothing_was_saved(payload: Load, deliver: Deliver) -> None:
    """The sentence comes on top of what was typed."""
    answer = json.loads((await deliver(payload("a_submitted_form"))).body)
    assert answer["response_action"] == "push"
    assert "nothing was saved" in str(answer["view"]["blocks"])


async def test_an_old_form_may_be_closed(payload: Load, deliver: Deliver) -> None:
    """There is nothing to say."""
    answer = await deliver(payload("a_closed_form"))
    assert (answer.status, answer.body) == (200, "")


async def test_an_old_select_offers_nothing(payload: Load, deliver: Deliver) -> None:
    """No choices, and no error."""
    asked = {key: value for key, value in payload("a_click_on_home").items() if key != "actions"}
    answer = await deliver(asked | {"type": "block_suggestion", "action_id": "old", "block_id": "b", "value": "x"})
    assert json.loads(answer.body) == {"options": []}


async def test_an_old_message_shortcut_says_so(payload: Load, deliver: Deliver, slack: Slack) -> None:
    """In the channel of the message."""
    assert (await deliver(payload("a_message_shortcut"))).status == 200
    assert "out of date" in slack.channels[KOPI].ephemerals[-1].text


def test_the_catch_alls_come_last(bolt: AsyncApp) -> None:
    """A listener behind one of them would never be asked."""
    names = [listener.ack_function.__module__ for listener in bolt._async_listeners]
    first = names.index("handlers.fallback")
    assert set(names[first:]) == {"handlers.fallback"}
