"""Answers by response URL: without a token, five times, for half an hour."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.seed import seed
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.records import Message
from bot.sandbox.slack.workspace import Slack


@pytest.fixture
def respond(http: aiohttp.ClientSession) -> Any:
    """Posts an answer: status and error."""

    async def post(url: str, **answer: Any) -> tuple[int, str | None]:
        async with http.post(url, json=answer) as response:
            return response.status, (await response.json()).get("error")

    return post


async def test_an_answer_is_for_the_asker(slack: Slack, ana: Actor, respond: Any) -> None:
    """Without ``response_type`` only they see it, even where the bot is not."""
    carla = slack.actor("U0CARLA")
    url, _ = slack.response_urls.issue("U0CARLA", "C0GENERAL")
    assert await respond(url, text="psst") == (200, None)
    assert [message.text for message in carla.sees("C0GENERAL")] == ["psst"]
    assert ana.sees("C0GENERAL") == []


async def test_an_answer_may_be_for_all(slack: Slack, ana: Actor, respond: Any) -> None:
    """``in_channel`` shows it to everybody, as a bot's message."""
    url, _ = slack.response_urls.issue("U0CARLA", "C0GENERAL")
    await respond(url, text="hello", response_type="in_channel")
    (seen,) = ana.sees("C0GENERAL")
    assert (seen.text, seen.subtype, seen.ephemeral_to) == ("hello", "bot_message", "")


@pytest.fixture
async def card(client: AsyncWebClient, slack: Slack) -> Message:
    """A message of the bot's."""
    ts = (await client.chat_postMessage(channel="C0KOPI", text="card"))["ts"]
    message = slack.channels["C0KOPI"].find(ts)
    assert message
    return message


async def test_replacing_and_deleting_the_original(slack: Slack, ana: Actor, card: Message, respond: Any) -> None:
    """The message that was clicked can be changed and taken away."""
    url, _ = slack.response_urls.issue("U0ANA", "C0KOPI", card)
    await respond(url, text="done", replace_original=True)
    assert [(message.ts, message.text) for message in ana.sees("C0KOPI")] == [(card.ts, "done")]
    await respond(url, delete_original=True)
    assert ana.sees("C0KOPI") == []
    assert await respond(url, delete_original=True) == (400, "message_not_found")


async def test_an_ephemeral_original_can_be_replaced(
    client: AsyncWebClient, slack: Slack, ana: Actor, respond: Any
) -> None:
    """What ``chat.update`` cannot do, the response URL can."""
    await client.chat_postEphemeral(channel="C0KOPI", user="U0ANA", text="sure?")
    (asked,) = ana.sees("C0KOPI")
    url, _ = slack.response_urls.issue("U0ANA", "C0KOPI", asked)
    await respond(url, text="done", replace_original=True)
    assert [message.text for message in ana.sees("C0KOPI")] == ["done"]
    await respond(url, delete_original=True)
    assert ana.sees("C0KOPI") == []


async def test_five_uses(slack: Slack, respond: Any) -> None:
    """The sixth is refused."""
    url, _ = slack.response_urls.issue("U0ANA", "C0KOPI")
    assert [await respond(url, text="x") for _ in range(6)] == [*[(200, None)] * 5, (404, "used_url")]
    assert await respond(url.replace("/R", "/X"), text="x") == (404, "expired_url")


def test_half_an_hour() -> None:
    """After thirty minutes it is over."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    slack = seed(clock=lambda: now).slack
    ticket = slack.response_urls.issue("U0ANA", "C0KOPI")[0].rpartition("/")[2]
    now += timedelta(minutes=30)
    assert slack.response_urls.spend(ticket).user == "U0ANA"
    now += timedelta(seconds=1)
    with pytest.raises(ApiError, match="expired_url"):
        slack.response_urls.spend(ticket)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({}, "no_text"),
        ({"text": "x", "blocks": [{"type": "marquee"}]}, "invalid_blocks"),
        ({"text": "x", "thread_ts": "1.1"}, "thread_not_found"),
        ({"text": "x", "replace_original": True}, "message_not_found"),
    ],
)
async def test_refused_answers(slack: Slack, ana: Actor, respond: Any, answer: Any, error: str) -> None:
    """What could not be posted cannot be answered."""
    url, _ = slack.response_urls.issue("U0ANA", "C0KOPI")
    assert await respond(url, **answer) == (400, error)
    assert ana.sees("C0KOPI") == []


async def test_an_answer_is_json(slack: Slack, http: aiohttp.ClientSession) -> None:
    """Anything else is refused."""
    url, _ = slack.response_urls.issue("U0ANA", "C0KOPI")
    for body in ("text=hi", "[1]"):
        async with http.post(url, data=body) as response:
            assert (response.status, (await response.json())["error"]) == (400, "invalid_payload")
