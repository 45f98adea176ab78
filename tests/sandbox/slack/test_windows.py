"""Modals and Homes: triggers, the stack, stale hashes."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.seed import seed
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.tickets import Origin
from bot.sandbox.slack.workspace import Slack

FIELD = {
    "type": "input",
    "block_id": "name",
    "label": {"type": "plain_text", "text": "Name"},
    "element": {"type": "plain_text_input", "action_id": "name"},
}


def modal(title: str = "One", **more: Any) -> dict[str, Any]:
    """A modal with one field."""
    texts = {key: {"type": "plain_text", "text": text} for key, text in (("title", title), ("submit", "Send"))}
    return {"type": "modal", "callback_id": "m", "blocks": [FIELD], **texts, **more}


def home(text: str) -> dict[str, Any]:
    """A Home that says something."""
    return {"type": "home", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": text}}]}


@pytest.fixture
def trigger(slack: Slack) -> Any:
    """A fresh trigger id of Ana's."""
    return lambda origin="command": slack.triggers.issue("U0ANA", origin)


async def test_a_modal_opens(client: AsyncWebClient, trigger: Any, ana: Actor) -> None:
    """The person who acted sees it; the answer holds the view with its state."""
    view = (await client.views_open(trigger_id=trigger(), view=modal()))["view"]
    shown = ana.view()
    assert shown
    assert (shown.title, shown.id, shown.callback_id) == ("One", view["id"], "m")
    assert view["state"]["values"] == {"name": {"name": {"type": "plain_text_input", "value": None}}}
    assert (view["root_view_id"], view["previous_view_id"], view["app_id"]) == (view["id"], None, "A0DESK")


async def test_a_trigger_is_good_for_one_window(client: AsyncWebClient, trigger: Any, refused: Any) -> None:
    """The second use, and an id that Slack never gave, are refused."""
    once = trigger()
    await client.views_open(trigger_id=once, view=modal())
    assert await refused.code(client.views_open(trigger_id=once, view=modal())) == "exchanged_trigger_id"
    assert await refused.code(client.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"


def test_a_trigger_dies_after_three_seconds() -> None:
    """It works for three seconds and not longer."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    slack = seed(clock=lambda: now).slack
    in_time, late = slack.triggers.issue("U0ANA", "command"), slack.triggers.issue("U0ANA", "command")
    now += timedelta(seconds=3)
    assert slack.triggers.spend(in_time).user == "U0ANA"
    now += timedelta(milliseconds=1)
    with pytest.raises(ApiError, match="expired_trigger_id"):
        slack.triggers.spend(late)


async def test_a_window_needs_a_trigger(client: AsyncWebClient, refused: Any) -> None:
    """Without one nothing opens."""
    assert await refused.code(client.api_call("views.open", json={"view": modal()})) == "invalid_trigger_id"


async def test_a_bad_view_costs_no_trigger(client: AsyncWebClient, trigger: Any, refused: Any) -> None:
    """A refused view names its mistakes, and the trigger still works."""
    once = trigger()
    answer = await refused(client.views_open(trigger_id=once, view=modal("x" * 25)))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert (await client.views_open(trigger_id=once, view=modal()))["ok"]


async def test_a_view_has_a_size(client: AsyncWebClient, trigger: Any, refused: Any) -> None:
    """More than 250 KB are too much, whatever is in it."""
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
    view = modal(blocks=[section] * 83)
    assert len(json.dumps(view)) < 260_000
    assert await refused.code(client.views_open(trigger_id=trigger(), view=view)) == "view_too_large"
    assert (await client.views_open(trigger_id=trigger(), view=modal(blocks=[section] * 80)))["ok"]


async def test_three_windows_and_no_more(client: AsyncWebClient, trigger: Any, ana: Actor, refused: Any) -> None:
    """Two come on top of the first; the third push is refused."""
    first = (await client.views_open(trigger_id=trigger(), view=modal("One")))["view"]
    second = (await client.views_push(trigger_id=trigger("modal"), view=modal("Two")))["view"]
    assert (second["root_view_id"], second["previous_view_id"]) == (first["id"], first["id"])
    await client.views_push(trigger_id=trigger("modal"), view=modal("Three"))
    assert await refused.code(client.views_push(trigger_id=trigger("modal"), view=modal())) == "push_limit_reached"
    await ana.close()
    shown = ana.view()
    assert shown
    assert shown.title == "Two"


async def test_a_push_needs_a_window_to_stand_on(client: AsyncWebClient, trigger: Any, refused: Any) -> None:
    """Only something done in a modal allows a push."""
    for origin in ("command", "home", "message", "modal"):
        push = client.views_push(trigger_id=trigger(origin), view=modal())
        assert await refused.code(push) == "invalid_trigger_id"


@pytest.mark.parametrize(("origin", "titles"), [("command", ["Two"]), ("modal", ["One", "Two"])])
async def test_opening_over_an_open_window(
    client: AsyncWebClient, trigger: Any, slack: Slack, origin: Origin, titles: list[str]
) -> None:
    """From elsewhere a new window takes the place of the old ones; from inside one it comes on top."""
    await client.views_open(trigger_id=trigger(), view=modal("One"))
    await client.views_open(trigger_id=trigger(origin), view=modal("Two"))
    assert [view.title for view in slack.windows.stack("U0ANA")] == titles


async def test_a_submission_opens_nothing(client: AsyncWebClient, trigger: Any, refused: Any) -> None:
    """A submission is answered by its ack only."""
    opening = client.views_open(trigger_id=trigger("submission"), view=modal())
    assert await refused.code(opening) == "invalid_trigger_id"


async def test_updating_by_hash(client: AsyncWebClient, trigger: Any, ana: Actor, refused: Any) -> None:
    """Who knows the newest state may change it; who knows an older one is told so."""
    view = (await client.views_open(trigger_id=trigger(), view=modal("One")))["view"]
    fresh = (await client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Two")))["view"]
    stale = client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Three"))
    assert await refused.code(stale) == "hash_conflict"
    assert fresh["hash"] != view["hash"]
    shown = ana.view()
    assert shown
    assert shown.title == "Two"
    assert (await client.views_update(view_id=view["id"], view=modal("Without a hash")))["ok"]


async def test_updating_by_external_id(client: AsyncWebClient, trigger: Any, refused: Any) -> None:
    """The bot's own id finds the window, and is given once."""
    await client.views_open(trigger_id=trigger(), view=modal(external_id="mine"))
    again = await client.views_update(external_id="mine", view=modal("Two", external_id="mine"))
    assert again["view"]["external_id"] == "mine"
    other = client.views_push(trigger_id=trigger("modal"), view=modal(external_id="mine"))
    assert await refused.code(other) == "duplicate_external_id"
    assert await refused.code(client.views_update(external_id="nobody's", view=modal())) == "not_found"
    assert await refused.code(client.api_call("views.update", json={"view": modal()})) == "invalid_arguments"


async def test_a_closed_window_cannot_be_updated(
    client: AsyncWebClient, trigger: Any, ana: Actor, refused: Any
) -> None:
    """It is gone."""
    view = (await client.views_open(trigger_id=trigger(), view=modal()))["view"]
    await ana.close()
    assert await refused.code(client.views_update(view_id=view["id"], view=modal())) == "not_found"


async def test_entries_survive_where_the_ids_do(client: AsyncWebClient, trigger: Any, ana: Actor) -> None:
    """What was typed stays in an update with the same ids, and goes with others."""
    view = (await client.views_open(trigger_id=trigger(), view=modal()))["view"]
    await ana.fill("name", "Ana")
    same = (await client.views_update(view_id=view["id"], view=modal("Two")))["view"]
    assert same["state"]["values"]["name"]["name"]["value"] == "Ana"
    other = (await client.views_update(view_id=view["id"], view=modal(blocks=[FIELD | {"block_id": "b"}])))["view"]
    assert other["state"]["values"] == {"b": {"name": {"type": "plain_text_input", "value": None}}}


async def test_a_home_is_published(client: AsyncWebClient, slack: Slack, refused: Any) -> None:
    """One Home per person; a stale hash, a modal and a stranger's name are refused."""
    first = (await client.views_publish(user_id="U0ANA", view=home("a")))["view"]
    second = (await client.views_publish(user_id="U0ANA", view=home("b"), hash=first["hash"]))["view"]
    assert first["id"] == second["id"]
    assert slack.windows.homes["U0ANA"].blocks[0]["text"]["text"] == "b"
    stale = client.views_publish(user_id="U0ANA", view=home("c"), hash=first["hash"])
    assert await refused.code(stale) == "hash_conflict"
    assert await refused.code(client.views_publish(user_id="U0ANA", view=modal())) == "invalid_arguments"
    assert await refused.code(client.views_publish(user_id="U0NOBODY", view=home("x"))) == "user_not_found"
    slack.app.home_tab = False
    assert await refused.code(client.views_publish(user_id="U0ANA", view=home("x"))) == "not_enabled"
