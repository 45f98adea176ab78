"""How Bolt is set up."""

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.accounts.rules import Who
from bot.desk import Desk
from bot.sandbox.faults import Fault
from bot.sandbox.seed import GENERAL, KOPI
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.workspace import Slack
from handlers.middleware import ANYONE, EVERYBODY, Listen
from handlers.payload import Payload

Deliver = Callable[..., Awaitable[Any]]
Load = Callable[[str], Payload]


@pytest.fixture
def listen(bolt: AsyncApp, desk: Desk) -> Listen:
    """Registers listeners of the test's own, and no others are there."""
    del bolt._async_listeners[:]
    return Listen(bolt, desk)


async def test_a_listeners_client_shares_the_session_and_never_repeats(
    listen: Listen, deliver: Deliver, payload: Load, desk: Desk, slack: Slack
) -> None:
    """One connection pool for all, and a dropped call is not sent again behind the desk's back."""
    clients: list[AsyncWebClient] = []

    async def note(client: AsyncWebClient) -> None:
        clients.append(client)

    listen.event("member_joined_channel", note, serves=ANYONE)
    await deliver(payload("somebody_joined_a_channel"))
    (client,) = clients
    assert client.session is desk.http
    assert (client.retry_handlers, desk.slack.retry_handlers) == ([], [])
    assert client.token == desk.settings.slack_bot_token.get_secret_value()
    slack.world.faults.add(Fault("slack:chat.postMessage", "drop", when="after"))
    with pytest.raises(Exception, match="disconnected"):
        await client.chat_postMessage(channel=KOPI, text="once")
    assert [message.text for message in slack.channels[KOPI].messages].count("once") == 1


async def test_who_the_desk_is_is_asked_once(ana: Actor, slack: Slack) -> None:
    """No click waits for ``auth.test``; even its failure later on is of no consequence."""
    await ana.command(GENERAL, "/desk help")
    slack.world.faults.add(Fault("slack:auth.test", "status", 500, times=None))
    assert "contact files" in (await ana.command(GENERAL, "/desk help")).text
    assert slack.world.faults.met == []


async def test_what_the_desk_does_itself_is_not_heard(listen: Listen, deliver: Deliver, payload: Load) -> None:
    """Its own messages come back as events, and stop there."""
    heard: Counter[str] = Counter()

    async def note(event: Payload) -> None:
        heard[event["user"]] += 1

    listen.event("message", note, serves=ANYONE)
    event = payload("a_file_posted_in_a_channel")
    event["event"] |= {"user": "U0DESK", "bot_id": "B0DESK"}
    assert (await deliver(event)).status == 200
    assert heard == {}


async def test_slack_is_answered_after_the_commit(listen: Listen, deliver: Deliver, payload: Load) -> None:
    """A listener that says "got it" and then fails has not got it."""

    async def fails_late(ack: AsyncAck) -> None:
        await ack("done")
        raise LookupError

    listen.command("/desk link", fails_late, serves=EVERYBODY)
    answer = await deliver(payload("a_command"))
    assert "Something went wrong" in json.loads(answer.body)["text"]


async def test_a_listener_is_given_what_it_names(listen: Listen, deliver: Deliver, payload: Load) -> None:
    """Who it is, what followed the command, and what names the delivery."""
    given: list[Any] = []

    async def note(desk: Desk, who: Who, words: str, key: str, ack: AsyncAck) -> None:
        given.extend([desk, who.user_id, words, key])
        await ack()

    listen.command("/desk link", note, serves=EVERYBODY)
    await deliver(payload("a_command"))
    command = payload("a_command")
    words = command["text"].removeprefix("link ")
    assert given == [listen.desk, "U0RINA", words, f"command:{command['trigger_id']}"]


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("", "/desk"),
        ("people", "/desk people"),
        ("PEOPLE", "/desk people"),
        ("people add <@U1>", "/desk people add"),
        ("people <@U1>", None),
        ("link a b c", "/desk link"),
        ("linked", None),
        ("else", None),
    ],
)
def test_the_longest_path_takes_a_command(listen: Listen, typed: str, taken: str | None) -> None:
    """What others go on from stands alone; anything may follow the rest."""

    async def nothing() -> None:
        return

    for path in ("/desk", "/desk link", "/desk people", "/desk people add"):
        listen.command(path, nothing, serves=EVERYBODY)
    assert listen.path_of({"command": "/desk", "text": typed}) == taken
    assert listen.path_of({"command": "/other", "text": typed}) is None
