"""The desk's listeners, driven through the wire by the people of the sandbox."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase
from structlog.testing import capture_logs

from bot import manifest
from bot.app import House, build
from bot.delivery.metrics import Metrics
from bot.delivery.sockets import Pace, Sockets
from bot.delivery.tables import Message as Sent
from bot.desk import Desk
from bot.sandbox.seed import seed
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.records import Message, Timing
from bot.sandbox.slack.workspace import Slack
from bot.sandbox.world import World
from bot.settings import Settings
from bot.storage.database import Tx

ROOT = Path(__file__).parents[2]
PAYLOADS = ROOT / "tests" / "payloads"


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[Any]]:
    """What was logged; nothing is printed."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """The demo's world on loopback, with the app installed as its manifest says; Slack is patient."""
    world = seed(manifest=manifest.load())
    world.slack.timing = Timing.patient()
    async with Sandbox(world) as sandbox:
        yield sandbox


@pytest.fixture
def world(sandbox: Sandbox) -> World:
    """What the sandbox shows."""
    return sandbox.world


@pytest.fixture
def slack(world: World) -> Slack:
    """The workspace."""
    return world.slack


@pytest.fixture
def settings(sandbox: Sandbox, sqlite_url: str, tmp_path: Any) -> Settings:
    """The desk's settings in this world."""
    named = {name.lower(): value for name, value in sandbox.environment().items()}
    return Settings(_env_file=None, database_url=sqlite_url, files_url=f"file:{tmp_path / 'files'}", **named)


@pytest.fixture
async def house(settings: Settings, patient_listeners: None, clock: Callable[[], Any]) -> AsyncIterator[House]:
    """Everything wired as in production, with an empty database; no worker works."""
    async with build(settings, clock=clock) as house:
        yield house


@pytest.fixture
def desk(house: House) -> Desk:
    """What the listeners are given."""
    return house.desk


@pytest.fixture
def bolt(house: House) -> AsyncApp:
    """The Bolt app with every listener of the desk."""
    return house.bolt


@pytest.fixture
def metrics() -> Metrics:
    """What is counted."""
    return Metrics()


@pytest.fixture
def pace() -> Pace:
    """Slower than in production: a machine that stands still must not look like a lost connection."""
    return Pace(handshake=60.0, grace=60.0, ping=60.0)


@pytest.fixture
async def sockets(bolt: AsyncApp, desk: Desk, slack: Slack, metrics: Metrics, pace: Pace) -> AsyncIterator[Sockets]:
    """The desk hears Slack over two sockets."""
    token = desk.settings.slack_app_token.get_secret_value()
    sockets = Sockets(bolt, app_token=token, web_client=desk.slack, metrics=metrics, pace=pace)
    sockets.open()
    await slack.until(lambda: len(slack.delivery.sockets.open) == 2)
    yield sockets
    await sockets.close()


@pytest.fixture
def rina(sockets: Sockets, slack: Slack) -> Actor:
    """Support staff, and admin."""
    return slack.actor("U0RINA")


@pytest.fixture
def budi(sockets: Sockets, slack: Slack) -> Actor:
    """Support staff."""
    return slack.actor("U0BUDI")


@pytest.fixture
def ana(sockets: Sockets, slack: Slack) -> Actor:
    """A customer, who sits in #kopi-nusantara."""
    return slack.actor("U0ANA")


@pytest.fixture
def carla(sockets: Sockets, slack: Slack) -> Actor:
    """A customer of another account, who sits in #manila-mart."""
    return slack.actor("U0CARLA")


@pytest.fixture
def gita(sockets: Sockets, slack: Slack) -> Actor:
    """A guest, who sits in #kopi-nusantara."""
    return slack.actor("U0GITA")


@pytest.fixture
def otto(sockets: Sockets, slack: Slack) -> Actor:
    """Somebody of another workspace, who sits in #kopi-nusantara."""
    return slack.actor("W0OTTO")


@pytest.fixture
def payload(sandbox: Sandbox) -> Callable[[str], dict[str, Any]]:
    """A payload as Slack sends it, by the scenario's name; its addresses lead into the sandbox, never outside."""

    def load(scenario: str) -> dict[str, Any]:
        written = (PAYLOADS / f"{scenario}.json").read_text()
        body: dict[str, Any] = json.loads(written.replace("https://hooks.slack.com", sandbox.url))
        return body

    return load


@pytest.fixture
def deliver(bolt: AsyncApp) -> Callable[..., Any]:
    """Hands a raw payload to the app, as a socket does, and gives what Slack is answered."""

    async def hand_over(body: dict[str, Any], **headers: str) -> BoltResponse:
        named = {name.replace("_", "-"): [value] for name, value in headers.items()}
        return await bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body, headers=named))

    return hand_over


@pytest.fixture
def rows(desk: Desk) -> Callable[..., Any]:
    """Lists every row of a table."""

    async def every(table: type[DeclarativeBase]) -> list[Any]:
        def read(tx: Tx) -> list[Any]:
            return list(tx.session.scalars(select(table)))

        return await desk.read(read)

    return every


@pytest.fixture
def sees(slack: Slack, rows: Callable[..., Any]) -> Callable[..., Awaitable[Message]]:
    """Await it: the newest message that somebody sees in a place with all these words, once the desk knows it too."""

    async def look(person: Actor, place: str, *words: str, thread_ts: str = "") -> Message:
        def found() -> Message | None:
            there = reversed(person.sees(place, thread_ts))
            return next((one for one in there if all(word in f"{one.text}{one.blocks}" for word in words)), None)

        message: Message = await slack.until(found, 60)
        while not message.ephemeral_to and message.ts not in {one.ts for one in await rows(Sent)}:
            await asyncio.sleep(0.02)
        return message

    return look
