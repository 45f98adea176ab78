"""HTTP mode, and what the small web server tells whoever runs the desk."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp

from bot.accounts.tables import Channel
from bot.delivery import metrics as measured
from bot.delivery.claims import OUTBOX, schedule
from bot.delivery.http import HttpServer, NoPort, NoSigningSecret
from bot.delivery.listening import Ears, NoWayIn, listening
from bot.delivery.metrics import Metrics
from bot.delivery.public import HEADERS, Route
from bot.desk import Desk
from bot.sandbox.faults import Fault
from bot.sandbox.seed import GENERAL, KOPI, KOPI_ACCOUNT
from bot.sandbox.slack.request_url import RequestUrl
from bot.sandbox.slack.workspace import Slack
from bot.settings import Settings
from bot.storage.audit import AuditRow
from bot.storage.database import Tx
from handlers.payload import Payload

LINK = f"/desk link {KOPI_ACCOUNT} Kopi Nusantara"
Listening = Callable[..., AbstractAsyncContextManager[Ears]]


@pytest.fixture
def trouble() -> dict[str, str]:
    """What is wrong with the desk, by check: ``trouble["database"] = "away"``."""
    return {"loop": "", "database": ""}


@pytest.fixture
def hear(desk: Desk, bolt: AsyncApp, metrics: Metrics, trouble: dict[str, str]) -> Listening:
    """Has the desk listen, with these settings changed."""

    def check(name: str) -> Callable[[], Awaitable[str]]:
        async def answer() -> str:
            return trouble[name]

        return answer

    async def measure() -> None:
        metrics.count_due(*await desk.read(measured.due))

    def begin(**changes: Any) -> AbstractAsyncContextManager[Ears]:
        settings: Settings = desk.settings.model_copy(update=changes)
        return listening(
            settings,
            bolt,
            desk.slack,
            metrics=metrics,
            alive={"loop": check("loop")},
            ready={"database": check("database")},
            measure=measure,
        )

    return begin


@pytest.fixture
async def address(hear: Listening, desk: Desk, slack: Slack, unused_tcp_port: int) -> AsyncIterator[str]:
    """The desk in HTTP mode; Slack's requests go there."""
    no_token = type(desk.settings.slack_app_token)("")
    async with hear(slack_app_token=no_token, senderdesk_http_port=unused_tcp_port) as ears:
        assert ears.sockets is None
        url = f"http://127.0.0.1:{unused_tcp_port}"
        slack.delivery.post_to(f"{url}/slack/events")
        yield url
        await slack.delivery.close()


async def get(desk: Desk, url: str) -> tuple[int, Any]:
    """Status and body."""
    async with desk.http.get(url) as answer:
        text = await answer.text()
        return answer.status, json.loads(text) if answer.content_type == "application/json" else text


async def test_the_same_listeners_answer_over_http(address: str, slack: Slack, rows: Callable[..., Any]) -> None:
    """Commands, clicks, forms and Home work as over sockets."""
    rina = slack.actor("U0RINA")
    assert "linked to *Kopi Nusantara* now" in (await rina.command(KOPI, LINK)).text
    asked = await rina.command(KOPI, "/desk unlink")
    await rina.click(asked.message, "Unlink from Kopi Nusantara")
    assert await rows(Channel) == []
    assert (await rina.open_home()).blocks


async def test_slack_finds_the_address_good(address: str, slack: Slack) -> None:
    """The challenge with which Slack checks an address is answered."""
    request_url = slack.delivery.request_url
    assert request_url is not None
    assert await request_url.verify()


async def post(desk: Desk, address: str, body: str, headers: dict[str, str]) -> int:
    """One request to the address of events; the status of its answer."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with desk.http.post(f"{address}/slack/events", data=body, headers=form | headers) as answer:
        return answer.status


@pytest.fixture
def command(payload: Callable[[str], Payload]) -> str:
    """A command as a form."""
    return urlencode(payload("a_command"))


@pytest.mark.parametrize(("age", "status"), [(0, 200), (240, 200), (400, 401), (-400, 401)])
async def test_a_signature_is_good_for_five_minutes(
    address: str, desk: Desk, slack: Slack, command: str, age: int, status: int
) -> None:
    """An older request is refused though its signature is right, and so is one from the future."""
    headers = RequestUrl(slack, address).sign(command, int(time.time()) - age)
    assert await post(desk, address, command, headers) == status


@pytest.mark.parametrize("how", ["another secret", "another body", "none", "empty"])
async def test_a_wrong_signature_is_refused(
    address: str, desk: Desk, slack: Slack, command: str, rows: Callable[..., Any], how: str
) -> None:
    """Whoever does not know the secret is not heard."""
    headers = RequestUrl(slack, address).sign(command if how != "another body" else command + "&x=1")
    if how == "another secret":
        slack.app.signing_secret = "guessed"
        headers = RequestUrl(slack, address).sign(command)
    headers = {"none": {}, "empty": headers | {"X-Slack-Signature": ""}}.get(how, headers)
    assert await post(desk, address, command, headers) == 401
    assert await rows(Channel) == []


async def test_the_signature_is_over_the_bytes_as_they_came(address: str, desk: Desk, slack: Slack) -> None:
    """A body that could be written in another way keeps its own: it is not parsed and written again."""
    body = json.dumps({"type": "url_verification", "challenge": "ä"}, ensure_ascii=True, separators=(" , ", " : "))
    headers = RequestUrl(slack, address).sign(body) | {"Content-Type": "application/json"}
    async with desk.http.post(f"{address}/slack/events", data=body, headers=headers) as answer:
        assert answer.status == 200


async def test_a_command_sent_twice_is_done_once(
    address: str, desk: Desk, slack: Slack, command: str, rows: Callable[..., Any]
) -> None:
    """The same signed request again within the five minutes changes nothing more."""
    headers = RequestUrl(slack, address).sign(command)
    assert [await post(desk, address, command, headers) for _ in range(2)] == [200, 200]
    assert len(await rows(AuditRow)) == 2


async def test_an_event_that_failed_is_retried_and_taken(address: str, slack: Slack) -> None:
    """Slack gets a 5xx while something is away, and delivers again."""
    slack.world.faults.add(Fault("slack:views.publish", "status", 500, times=2))
    home = await slack.actor("U0ANA").open_home()
    assert home.blocks
    (event,) = [entry for entry in slack.delivery.log if entry.name == "app_home_opened"]
    assert event.attempts == 3


async def test_without_a_secret_the_desk_does_not_start(hear: Listening, desk: Desk, unused_tcp_port: int) -> None:
    """Anybody could speak as Slack."""
    empty = type(desk.settings.slack_app_token)("")
    with pytest.raises(NoSigningSecret):
        async with hear(slack_app_token=empty, slack_signing_secret=empty, senderdesk_http_port=unused_tcp_port):
            pass


async def test_without_a_way_in_the_desk_does_not_start(hear: Listening, desk: Desk) -> None:
    """Neither a token nor a port: the sentence names both."""
    with pytest.raises(NoWayIn, match="SLACK_APP_TOKEN, or SENDERDESK_HTTP_PORT"):
        async with hear(slack_app_token=type(desk.settings.slack_app_token)("")):
            pass


async def test_a_port_that_is_taken_is_named(hear: Listening, address: str, unused_tcp_port: int) -> None:
    """The desk says which, instead of a traceback."""
    with pytest.raises(NoPort, match=f"127.0.0.1:{unused_tcp_port}"):
        async with hear(senderdesk_http_port=unused_tcp_port):
            pass


async def test_in_socket_mode_the_port_answers_no_slack(
    hear: Listening, desk: Desk, slack: Slack, command: str, unused_tcp_port: int
) -> None:
    """There it is for health only: even a request with a good signature finds nothing."""
    address = f"http://127.0.0.1:{unused_tcp_port}"
    async with hear(senderdesk_http_port=unused_tcp_port) as ears:
        assert ears.sockets is not None
        await slack.until(lambda: len(slack.delivery.sockets.open) == 2)
        assert await post(desk, address, command, RequestUrl(slack, address).sign(command)) == 404
        assert (await get(desk, f"{address}/livez"))[0] == 200


async def test_health_tells_what_is_wrong(address: str, desk: Desk, trouble: dict[str, str]) -> None:
    """Ready needs everything; alive needs only the process itself."""
    assert await get(desk, f"{address}/readyz") == (200, {"ok": True, "wrong": {}})
    trouble["database"] = "the database is away"
    assert await get(desk, f"{address}/readyz") == (503, {"ok": False, "wrong": {"database": "the database is away"}})
    assert await get(desk, f"{address}/livez") == (200, {"ok": True, "wrong": {}})
    trouble["loop"] = "stuck"
    assert (await get(desk, f"{address}/livez"))[0] == 503


async def test_a_desk_without_sockets_is_not_ready(
    hear: Listening, desk: Desk, slack: Slack, unused_tcp_port: int
) -> None:
    """In Socket Mode ready also means that Slack is heard."""
    slack.world.faults.add(Fault("link", "status", 503, times=None))
    async with hear(senderdesk_http_port=unused_tcp_port):
        status, said = await get(desk, f"http://127.0.0.1:{unused_tcp_port}/readyz")
        assert (status, said["wrong"]) == (503, {"slack": "no socket to Slack is connected"})


async def test_metrics_show_deliveries_and_due_work(address: str, desk: Desk, slack: Slack, clock: Any) -> None:
    """What came in, how long the answers took, and what waits; no name and no id among it."""

    def put_off(tx: Tx) -> None:
        schedule(tx, OUTBOX, "send", "m1", lane="m1")

    await desk.write(put_off)
    clock.advance(seconds=90)
    await slack.actor("U0ANA").command(GENERAL, "/desk help")
    status, text = await get(desk, f"{address}/metrics")
    assert status == 200
    assert 'senderdesk_deliveries_total{kind="http",status="200"} 1.0' in text
    assert 'senderdesk_due_rows{queue="outbox",state="pending"} 1.0' in text
    assert 'senderdesk_oldest_due_seconds{queue="outbox"} 90.0' in text
    assert "U0ANA" not in text


async def test_what_is_being_answered_is_answered_before_the_server_stops(
    hear: Listening, desk: Desk, slack: Slack, unused_tcp_port: int
) -> None:
    """A stop waits for the request that came just before."""
    no_token = type(desk.settings.slack_app_token)("")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(hear(slack_app_token=no_token, senderdesk_http_port=unused_tcp_port))
        slack.delivery.post_to(f"http://127.0.0.1:{unused_tcp_port}/slack/events")
        slack.world.faults.add(Fault("slack:users.info", "delay", seconds=0.3))
        asked = asyncio.create_task(slack.actor("U0RINA").command(KOPI, LINK))
        while not slack.world.faults.met:
            await asyncio.sleep(0.01)
    assert "linked to *Kopi Nusantara* now" in (await asked).text


async def test_port_zero_takes_any_free_port(metrics: Metrics) -> None:
    """And tells which."""

    async def nothing() -> None:
        return

    server = HttpServer("127.0.0.1", 0, metrics=metrics, alive={}, ready={}, measure=nothing)
    await server.open()
    assert server.port > 0
    await server.close()


async def test_what_features_answer_is_limited_and_protects_browsers(
    metrics: Metrics, desk: Desk, trouble: dict[str, str]
) -> None:
    """Each within its own limit; answers and refusals carry the headers, and what the house itself answers stays."""

    async def nothing() -> None:
        return

    async def size(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        return web.Response(text=str(len(body)), headers={"Cache-Control": "private"})

    async def gone(_: web.Request) -> web.StreamResponse:
        raise web.HTTPGone(text="gone")

    server = HttpServer("127.0.0.1", 0, metrics=metrics, alive={}, ready={}, measure=nothing)
    server.serve([Route("POST", "/loa/{name}", size, most_bytes=10), Route("GET", "/loa/{name}", gone)])
    await server.open()
    url, seen = f"http://127.0.0.1:{server.port}", {}
    for method, path, body in (
        ("POST", "/loa/a", "0123456789"),
        ("POST", "/loa/a", "0123456789x"),
        ("GET", "/loa/a", ""),
        ("GET", "/livez", ""),
        ("GET", "/loa", ""),
    ):
        async with desk.http.request(method, url + path, data=body) as answer:
            same = {name for name, value in HEADERS.items() if answer.headers.get(name) == value}
            seen[method, path, len(body)] = answer.status, set(HEADERS) - same
    await server.close()
    assert seen == {
        ("POST", "/loa/a", 10): (200, {"Cache-Control"}),
        ("POST", "/loa/a", 11): (413, set()),
        ("GET", "/loa/a", 0): (410, set()),
        ("GET", "/livez", 0): (200, set(HEADERS)),
        ("GET", "/loa", 0): (404, set(HEADERS)),
    }
