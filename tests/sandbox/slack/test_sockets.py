"""Socket Mode: one-use addresses, envelopes to any one socket, redelivery, and goodbyes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.actor import Actor, NoAnswer
from bot.sandbox.slack.workspace import Slack

Socket = aiohttp.ClientWebSocketResponse


class Line:
    """One socket, by hand."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket

    async def next(self) -> dict[str, Any]:
        """What comes next."""
        message: dict[str, Any] = await self.socket.receive_json(timeout=60)
        return message

    async def ack(self, envelope: dict[str, Any], payload: Any = None) -> None:
        """Take an envelope."""
        await self.socket.send_json({"envelope_id": envelope["envelope_id"], "payload": payload})


@pytest.fixture
async def url(client: AsyncWebClient, slack: Slack) -> Any:
    """Asks for an address."""

    async def ask() -> str:
        answer = await client.apps_connections_open(app_token=slack.app.app_token)
        return str(answer["url"])

    return ask


@pytest.fixture
async def link(http: aiohttp.ClientSession, url: Any) -> AsyncIterator[Any]:
    """Connects a socket, past its ``hello``."""
    async with AsyncExitStack() as stack:

        async def connect() -> Line:
            line = Line(await stack.enter_async_context(http.ws_connect(await url())))
            assert (await line.next())["type"] == "hello"
            return line

        yield connect


async def test_hello(http: aiohttp.ClientSession, url: Any) -> None:
    """The first message says which app it is for and how many sockets there are."""
    async with http.ws_connect(await url()) as socket:
        hello = await socket.receive_json(timeout=60)
    assert hello["type"] == "hello"
    assert hello["connection_info"] == {"app_id": "A0DESK"}
    assert hello["num_connections"] == 1
    assert hello["debug_info"]["approximate_connection_time"] == 18060


async def test_an_address_works_once(http: aiohttp.ClientSession, url: Any, slack: Slack, sandbox: Sandbox) -> None:
    """The second handshake, a late one and an invented one are refused."""
    address = await url()
    async with http.ws_connect(address):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(address)
    slack.timing.socket_url = -1
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await http.ws_connect(await url())
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await http.ws_connect(f"{sandbox.url}/link/?ticket=1")


async def test_ten_sockets_and_no_more(link: Any, http: aiohttp.ClientSession, url: Any) -> None:
    """The eleventh is sent away."""
    for _ in range(10):
        await link()
    async with http.ws_connect(await url()) as socket:
        goodbye = await socket.receive_json(timeout=60)
        assert (goodbye["type"], goodbye["reason"]) == ("disconnect", "too_many_websockets")
        assert (await socket.receive(timeout=60)).type is aiohttp.WSMsgType.CLOSE


async def test_an_envelope_goes_to_one_socket(link: Any, slack: Slack, ana: Actor) -> None:
    """Each envelope goes to one of the open sockets, and all of them get their share."""
    lines = [await link(), await link()]
    counts = [0, 0]

    async def take(n: int) -> None:
        while True:
            envelope = await lines[n].next()
            counts[n] += 1
            await lines[n].ack(envelope, {"text": envelope["payload"]["text"]})

    takers = [asyncio.create_task(take(n)) for n in (0, 1)]
    replies = [await ana.command("C0KOPI", f"/desk {n}") for n in range(6)]
    for taker in takers:
        taker.cancel()
    assert [reply.text for reply in replies] == [str(n) for n in range(6)]
    assert counts == [3, 3]
    assert len(slack.delivery.sockets.envelopes) == 6


async def test_what_stands_on_an_envelope(link: Any, ana: Actor) -> None:
    """Commands take an answer; events do not, and say which attempt it is."""
    line = await link()
    acting = asyncio.create_task(ana.command("C0KOPI", "/desk"))
    command = await line.next()
    await line.ack(command)
    await acting
    assert (command["type"], command["accepts_response_payload"]) == ("slash_commands", True)
    assert "retry_attempt" not in command
    writing = asyncio.create_task(ana.post("C0KOPI", "x"))
    event = await line.next()
    await line.ack(event)
    await writing
    assert (event["type"], event["accepts_response_payload"]) == ("events_api", False)
    assert (event["retry_attempt"], event["retry_reason"]) == (0, "")


async def test_an_event_comes_again_until_it_is_taken(link: Any, slack: Slack, ana: Actor) -> None:
    """Without an ack in time the same event comes again, at most three times, and says so."""
    slack.timing.ack = 0.05
    slack.timing.retries = (0.0, 600.0)
    line = await link()
    writing = asyncio.create_task(ana.post("C0KOPI", "x"))
    attempts = [await line.next(), await line.next()]
    entry = slack.delivery.log[-1]
    await slack.until(lambda: entry.attempts == 2 and not slack.delivery.sockets._acks)  # both were waited for
    slack.timing.ack = 60
    slack.delivery.hurry()
    attempts.append(await line.next())
    await line.ack(attempts[-1])
    await writing
    assert [(a["retry_attempt"], a["retry_reason"]) for a in attempts] == [(0, ""), (1, "timeout"), (2, "timeout")]
    assert len({a["payload"]["event_id"] for a in attempts}) == 1
    assert len({a["envelope_id"] for a in attempts}) == 3
    assert (entry.attempts, entry.acked) == (3, True)


async def test_an_event_is_given_up_after_three_retries(link: Any, slack: Slack, ana: Actor) -> None:
    """Then nothing more comes, and the actor knows."""
    slack.timing.ack = 0.02
    line = await link()
    with pytest.raises(NoAnswer, match="message"):
        await ana.post("C0KOPI", "x")
    for _ in range(4):
        await line.next()
    assert slack.delivery.log[-1].attempts == 4
    with pytest.raises(TimeoutError):
        await line.socket.receive(timeout=0.05)


async def test_a_command_is_not_repeated(link: Any, slack: Slack, ana: Actor) -> None:
    """People see at once that the app did not respond."""
    slack.timing.ack = 0.02
    line = await link()
    with pytest.raises(NoAnswer, match="timeout"):
        await ana.command("C0KOPI", "/desk")
    await line.next()
    with pytest.raises(TimeoutError):
        await line.socket.receive(timeout=0.05)


async def test_a_late_ack_changes_nothing(link: Any, slack: Slack, ana: Actor) -> None:
    """After the time is over the answer is not shown."""
    slack.timing.ack = 0.02
    line = await link()
    with pytest.raises(NoAnswer):
        await ana.command("C0KOPI", "/desk")
    await line.ack(await line.next(), {"text": "sorry, late"})
    assert ana.sees("C0KOPI") == []


async def test_what_happens_without_a_socket_comes_later(link: Any, slack: Slack, ana: Actor) -> None:
    """An event waits for its next attempt; a command fails at once."""
    slack.timing.retries = (0.0, 60.0, 60.0)
    with pytest.raises(NoAnswer, match="connection_failed"):
        await ana.command("C0KOPI", "/desk")
    await ana.post("C0KOPI", "anybody?", wait=False)
    entry = slack.delivery.log[-1]
    await slack.until(lambda: entry.attempts == 2)
    line = await link()
    slack.delivery.hurry()
    event = await line.next()
    await line.ack(event)
    assert (event["payload"]["event"]["text"], event["retry_attempt"]) == ("anybody?", 2)
    await slack.until(lambda: entry.acked)


async def test_a_socket_that_breaks_before_the_ack(link: Any, slack: Slack, ana: Actor) -> None:
    """The event comes again, over another socket."""
    slack.timing.ack = 5
    first, second = await link(), await link()
    writing = asyncio.create_task(ana.post("C0KOPI", "x"))
    receivers = {asyncio.create_task(line.next()): line for line in (first, second)}
    done, waiting = await asyncio.wait(receivers, return_when=asyncio.FIRST_COMPLETED)
    await receivers[done.pop()].socket.close()
    again = await waiting.pop()
    (other,) = [line for line in (first, second) if not line.socket.closed]
    await other.ack(again)
    await writing
    assert again["retry_attempt"] == 1


@pytest.mark.parametrize(
    ("reason", "closes"), [("warning", False), ("refresh_requested", True), ("link_disabled", True)]
)
async def test_goodbyes(link: Any, slack: Slack, reason: str, closes: bool) -> None:
    """A warning is only told; with the other reasons Slack hangs up."""
    line = await link()
    await slack.delivery.sockets.disconnect(reason)
    goodbye = await line.next()
    assert (goodbye["type"], goodbye["reason"]) == ("disconnect", reason)
    assert bool(slack.delivery.sockets.open) is not closes
    if closes:
        assert (await line.socket.receive(timeout=60)).type is aiohttp.WSMsgType.CLOSE


async def test_a_refresh_warns_first(link: Any, slack: Slack) -> None:
    """First the warning, then the request to come again, then the end."""
    line = await link()
    await slack.delivery.sockets.refresh(pause=0.01)
    assert [(await line.next())["reason"] for _ in range(2)] == ["warning", "refresh_requested"]
    assert slack.delivery.sockets.open == []


async def test_a_real_client_comes_again(bot: Any, slack: Slack, ana: Actor) -> None:
    """The SDK's client connects anew when it is asked to, and hears again."""

    @bot.app.command("/desk")
    async def desk(ack: Any) -> None:
        await ack("here")

    (old,) = slack.delivery.sockets.open
    await slack.delivery.sockets.disconnect("refresh_requested")
    await slack.until(lambda: [socket for socket in slack.delivery.sockets.open if socket is not old])
    assert (await ana.command("C0KOPI", "/desk")).text == "here"


async def test_a_cut_line(link: Any, slack: Slack) -> None:
    """A broken network ends connections without a word."""
    line = await link()
    slack.delivery.sockets.cut()
    assert (await line.socket.receive(timeout=60)).type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
    await slack.until(lambda: not slack.delivery.sockets.open)


async def test_a_handshake_can_fail(http: aiohttp.ClientSession, url: Any, sandbox: Sandbox) -> None:
    """A fault at the door; the address is used up all the same."""
    sandbox.world.faults.add(Fault("link", "status", 503))
    address = await url()
    for status in (503, 403):
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await http.ws_connect(address)
        assert caught.value.status == status


async def test_pings_are_answered(http: aiohttp.ClientSession, url: Any) -> None:
    """The SDK judges a connection by its pongs."""
    async with http.ws_connect(await url(), autoping=False) as socket:
        await socket.receive_json(timeout=60)
        await socket.ping(b"sdk-ping-pong:1")
        pong = await socket.receive(timeout=60)
        assert (pong.type, pong.data) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_lost_delivery_comes_again(bot: Any, slack: Slack, ana: Actor, when: Any) -> None:
    """Lost on the way, or its ack lost on the way back: the second time the bot may know it already."""
    slack.world.faults.add(Fault("events:message", "drop", when=when))
    texts = []

    @bot.app.event("message")
    async def listen(event: dict[str, Any]) -> None:
        texts.append(event["text"])

    await ana.post("C0KOPI", "x")
    assert texts == (["x"] if when == "before" else ["x", "x"])
    assert bot.headers[-1]["x-slack-retry-num"] == ["1"]


async def test_a_delivery_may_come_twice_or_late(bot: Any, slack: Slack, ana: Actor) -> None:
    """Slack delivers at least once, not at once."""
    texts = []

    @bot.app.command("/desk")
    async def desk(ack: Any, command: dict[str, str]) -> None:
        texts.append(command["text"])
        await ack("ok")

    slack.world.faults.add(Fault("commands:/desk", "twice"))
    assert (await ana.command("C0KOPI", "/desk a")).text == "ok"
    await slack.until(lambda: texts == ["a", "a"])
    slack.world.faults.add(Fault("commands:*", "delay", seconds=0.05))
    started = asyncio.get_running_loop().time()
    await ana.command("C0KOPI", "/desk b")
    assert asyncio.get_running_loop().time() - started >= 0.05
