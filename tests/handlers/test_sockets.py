"""Two connections to Slack, which come back from everything."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.accounts.tables import Channel
from bot.delivery.metrics import Metrics
from bot.delivery.sockets import Connection, Pace, Sockets
from bot.desk import Desk
from bot.sandbox.faults import Fault
from bot.sandbox.seed import GENERAL, KOPI, KOPI_ACCOUNT
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.workspace import Slack
from bot.storage.audit import AuditRow

LINK = f"/desk link {KOPI_ACCOUNT} Kopi Nusantara"


@pytest.fixture
def pace() -> Pace:
    """Quick enough to lose many connections in one test."""
    return Pace(handshake=1.0, look=0.02, grace=0.4, ping=0.3, close=0.5, first_pause=0.05, longest_pause=0.2)


@pytest.fixture
async def new_sockets(
    bolt: AsyncApp, desk: Desk, slack: Slack, metrics: Metrics, pace: Pace
) -> AsyncIterator[Callable[[], Sockets]]:
    """Begins to connect, and closes in the end."""
    made: list[Sockets] = []

    def begin() -> Sockets:
        token = desk.settings.slack_app_token.get_secret_value()
        made.append(
            Sockets(bolt, app_token=token, web_client=desk.slack, metrics=metrics, pace=pace, random=lambda: 0.5)
        )
        made[0].open()
        return made[0]

    yield begin
    for sockets in made:
        await sockets.close()


async def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def sample(metrics: Metrics, name: str, **labels: str) -> float:
    """A metric's value; 0 when it was never counted."""
    return metrics.registry.get_sample_value(name, labels) or 0.0


async def test_two_connections_are_open(sockets: Sockets, slack: Slack, metrics: Metrics) -> None:
    """Ready with both; they take turns."""
    await until(lambda: sockets.connected == 2)
    assert sockets.trouble() == ""
    assert sample(metrics, "senderdesk_sockets_connected") == 2
    for _ in range(4):
        await slack.actor("U0ANA").command(GENERAL, "/desk help")
    assert sample(metrics, "senderdesk_ack_seconds_count", kind="slash_commands") == 4


async def test_without_a_connection_the_desk_is_not_ready(new_sockets: Callable[[], Sockets], slack: Slack) -> None:
    """It says so, and goes on trying."""
    fault = slack.world.faults.add(Fault("link", "status", 503, times=None))
    sockets = new_sockets()
    await until(lambda: len(slack.world.faults.met) >= 3)
    assert sockets.trouble() == "no socket to Slack is connected"
    slack.world.faults.pending.remove(fault)
    await until(lambda: sockets.connected == 2)


async def test_a_failed_handshake_gets_a_new_address(
    new_sockets: Callable[[], Sockets], slack: Slack, metrics: Metrics
) -> None:
    """An address works once: after a failed handshake each connection asks for another, until it is in."""
    slack.world.faults.add(Fault("link", "status", 500, times=3))
    sockets = new_sockets()
    await until(lambda: sockets.connected == 2)
    assert [place for place, _ in slack.world.faults.met] == ["link"] * 3
    assert sample(metrics, "senderdesk_socket_reconnects_total", reason="no handshake") == 3


async def test_slack_not_giving_an_address_is_waited_out(new_sockets: Callable[[], Sockets], slack: Slack) -> None:
    """The call that asks for one may fail as well."""
    slack.world.faults.add(Fault("slack:apps.connections.open", "status", 500, times=3))
    sockets = new_sockets()
    await until(lambda: sockets.connected == 2)


async def test_commands_are_answered_while_slack_refreshes_a_connection(
    sockets: Sockets, slack: Slack, ana: Actor
) -> None:
    """Every few hours Slack asks for a new connection; the other one hears meanwhile."""
    await until(lambda: sockets.connected == 2)
    old = list(slack.delivery.sockets.open)
    await old[0].send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
    slack.delivery.sockets.open.remove(old[0])
    for _ in range(5):
        assert "contact files" in (await ana.command(GENERAL, "/desk help")).text
    await until(lambda: len([socket for socket in slack.delivery.sockets.open if socket not in old]) == 1)


async def test_a_refresh_whose_handshake_fails_is_recovered(
    sockets: Sockets, slack: Slack, ana: Actor, logs: list[Any]
) -> None:
    """The SDK would try its used address for ever; the keeper makes the connection anew."""
    await until(lambda: sockets.connected == 2)
    slack.world.faults.add(Fault("link", "status", 500, times=2))
    await slack.delivery.sockets.disconnect("refresh_requested")
    await until(lambda: len(slack.delivery.sockets.open) == 2 and sockets.connected == 2)
    assert "contact files" in (await ana.command(GENERAL, "/desk help")).text
    assert [entry for entry in logs if entry["event"] == "socket is made anew"]


async def test_a_dead_network_is_recovered(sockets: Sockets, slack: Slack, ana: Actor) -> None:
    """Both connections gone without a word: both come back."""
    await until(lambda: sockets.connected == 2)
    for _ in range(2):
        old = list(slack.delivery.sockets.open)
        slack.delivery.sockets.cut()
        await until(lambda old=old: len([s for s in slack.delivery.sockets.open if s not in old]) == 2)
    await until(lambda: sockets.connected == 2)
    assert "contact files" in (await ana.command(GENERAL, "/desk help")).text


async def test_an_event_that_was_lost_with_its_socket_comes_again_and_counts_once(
    sockets: Sockets, slack: Slack, ana: Actor, rina: Actor
) -> None:
    """The first delivery reached the desk, its answer did not reach Slack: the second is taken."""
    await until(lambda: sockets.connected == 2)
    await rina.command(KOPI, LINK)
    slack.world.faults.add(Fault("events:app_home_opened", "drop", when="after"))
    home = await ana.open_home()
    assert home.blocks
    (event,) = [entry for entry in slack.delivery.log if entry.name == "app_home_opened"]
    assert (event.acked, event.attempts) == (True, 2)


async def test_what_is_being_answered_is_answered_before_the_desk_stops(
    new_sockets: Callable[[], Sockets], slack: Slack, rows: Callable[..., Any]
) -> None:
    """Stopping waits for the command that came just before, and for its answer to go out."""
    sockets = new_sockets()
    await until(lambda: sockets.connected == 2)
    slack.world.faults.add(Fault("slack:users.info", "delay", seconds=0.3))
    asked = asyncio.create_task(slack.actor("U0RINA").command(KOPI, LINK))
    await until(lambda: bool(slack.world.faults.met))
    await sockets.close()
    assert "linked to *Kopi Nusantara* now" in (await asked).text
    assert len(await rows(Channel)) == 1
    assert len(await rows(AuditRow)) == 2


async def test_nothing_is_left_behind(new_sockets: Callable[[], Sockets], slack: Slack) -> None:
    """After many lost connections and a stop, no task of theirs is alive."""
    ours = {"process_messages", "monitor_current_session", "receive_messages", "_keep"}

    def alive() -> list[str]:
        names = [getattr(task.get_coro(), "__name__", "") for task in asyncio.all_tasks()]
        return [name for name in names if name in ours]

    sockets = new_sockets()
    for _ in range(3):
        await until(lambda: sockets.connected == 2)
        slack.delivery.sockets.cut()
        await until(lambda: sockets.connected < 2)
    await until(lambda: sockets.connected == 2)
    assert len(alive()) == 2 * 4
    await sockets.close()
    assert alive() == []


async def test_a_desk_that_stood_still_keeps_its_connections(
    bolt: AsyncApp, desk: Desk, slack: Slack, metrics: Metrics, pace: Pace
) -> None:
    """A process that was paused for longer than the grace looks again before it throws a connection away."""
    calm = replace(pace, handshake=60.0, ping=60.0)
    token = desk.settings.slack_app_token.get_secret_value()
    sockets = Sockets(bolt, app_token=token, web_client=desk.slack, metrics=metrics, pace=calm)
    sockets.open()
    await until(lambda: sockets.connected == 2)
    open_before = list(slack.delivery.sockets.open)
    time.sleep(2 * calm.grace)  # noqa: ASYNC251 (the whole process stands still)
    assert "contact files" in (await slack.actor("U0ANA").command(GENERAL, "/desk help")).text
    assert slack.delivery.sockets.open == open_before
    await sockets.close()
    assert sample(metrics, "senderdesk_socket_reconnects_total", reason="connection lost") == 0


async def test_a_stop_in_the_middle_of_a_burial_leaves_nothing_open(
    bolt: AsyncApp, desk: Desk, slack: Slack, metrics: Metrics
) -> None:
    """A connection that was being closed when the desk stopped is dropped with everything it had."""
    token = desk.settings.slack_app_token.get_secret_value()
    connection = Connection(bolt, token, desk.slack, Pace(), metrics)
    await connection.connect_async()
    burying = asyncio.create_task(connection.bury(60))
    await asyncio.sleep(0)  # it has begun
    burying.cancel()
    await asyncio.gather(burying, return_exceptions=True)
    assert burying.cancelled()
    assert connection.client.current_session.closed
    assert connection.client.aiohttp_client_session.closed


@pytest.fixture
async def silent_slack() -> AsyncIterator[tuple[str, list[str]]]:
    """A Slack whose sockets open and then say nothing, not even that they are alive; its address, and who came."""
    came: list[str] = []

    async def give_address(request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "url": f"http://{request.host}/silence"})

    async def silence(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        came.append("socket")
        async for frame in socket:
            assert frame.type is WSMsgType.PING
        return socket

    app = web.Application()
    app.router.add_post("/api/apps.connections.open", give_address)
    app.router.add_get("/silence", silence)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/", came
    await runner.cleanup()


async def test_a_connection_that_is_open_but_dead_is_made_anew(
    silent_slack: tuple[str, list[str]], bolt: AsyncApp, desk: Desk, metrics: Metrics, pace: Pace
) -> None:
    """Without pongs it only looks connected."""
    url, came = silent_slack
    client = AsyncWebClient(base_url=url, session=desk.http, retry_handlers=[])
    sockets = Sockets(bolt, app_token="xapp-1", web_client=client, metrics=metrics, connections=1, pace=pace)
    sockets.open()
    await until(lambda: len(came) >= 3)
    await sockets.close()


async def test_a_keeper_that_stumbles_is_replaced(
    new_sockets: Callable[[], Sockets], slack: Slack, logs: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even an error that nobody foresaw costs one connection some time, not the desk its ears."""
    stumbles: list[int] = []
    live: Callable[..., Awaitable[str]] = Sockets._live

    async def stumble_once(self: Sockets, number: int, connection: Any) -> str:
        if not stumbles:
            stumbles.append(number)
            raise LookupError
        return await live(self, number, connection)

    monkeypatch.setattr(Sockets, "_live", stumble_once)
    sockets = new_sockets()
    await until(lambda: sockets.connected == 2)
    assert [entry["socket"] for entry in logs if "stumbled" in entry["event"]] == stumbles
