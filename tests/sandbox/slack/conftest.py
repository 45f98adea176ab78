"""A real client and a real Bolt app against the stand-in."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.records import Timing
from bot.sandbox.slack.workspace import Slack
from bot.sandbox.world import World

PATH = "/slack/events"


@pytest.fixture
def slack(world: World) -> Slack:
    """The workspace; a test of what comes too late says itself how long Slack waits."""
    world.slack.timing = Timing.patient()
    return world.slack


@pytest.fixture
def client(sandbox: Sandbox, http: aiohttp.ClientSession) -> AsyncWebClient:
    """The SDK's client with the bot's token."""
    environment = sandbox.environment()
    return AsyncWebClient(
        token=environment["SLACK_BOT_TOKEN"],
        base_url=environment["SLACK_API_URL"],
        session=http,
        retry_handlers=[],
    )


class Refusals:
    """Calls that must be refused."""

    async def __call__(self, call: Any) -> Any:
        """The answer's body; the call must fail."""
        with pytest.raises(SlackApiError) as caught:
            await call
        return caught.value.response.data

    async def code(self, call: Any) -> str:
        """The error's name."""
        return str((await self(call))["error"])


@pytest.fixture
def refused() -> Refusals:
    """What a refused call was told."""
    return Refusals()


@pytest.fixture
def ana(slack: Slack) -> Actor:
    """A customer."""
    return slack.actor("U0ANA")


@pytest.fixture
def otto(slack: Slack) -> Actor:
    """Somebody of another workspace."""
    return slack.actor("W0OTTO")


class Bot:
    """A small Bolt app, which notes everything that it is told."""

    def __init__(self, client: AsyncWebClient, environment: dict[str, str], slack: Slack) -> None:
        self.app = AsyncApp(
            client=client, signing_secret=environment["SLACK_SIGNING_SECRET"], process_before_response=True
        )
        self.heard: list[dict[str, Any]] = []
        self.headers: list[dict[str, Any]] = []
        self._slack = slack
        self._app_token = environment["SLACK_APP_TOKEN"]
        self._handlers: list[AsyncSocketModeHandler] = []
        self._runner: web.AppRunner | None = None

        @self.app.middleware
        async def note(body: dict[str, Any], req: Any, next_: Any) -> None:
            self.heard.append(body)
            self.headers.append(req.headers)
            slack.changed.notify()
            await next_()

    async def connect(self) -> None:
        """Open one more socket."""
        before = len(self._slack.delivery.sockets.open)
        handler = AsyncSocketModeHandler(self.app, self._app_token)
        self._handlers.append(handler)
        await handler.connect_async()
        await self._slack.until(lambda: len(self._slack.delivery.sockets.open) > before)

    async def listen(self) -> str:
        """Take signed requests; the request URL."""
        self._runner = web.AppRunner(self.app.web_app(path=PATH), access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{self._runner.addresses[0][1]}{PATH}"
        self._slack.delivery.post_to(url)
        return url

    async def close(self) -> None:
        """Hang up."""
        for handler in self._handlers:
            await handler.close_async()
        self._handlers.clear()
        if self._runner is not None:
            await self._runner.cleanup()

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The events of one type that it was told."""
        return [body["event"] for body in self.heard if body.get("event", {}).get("type") == kind]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The interactions of one type that it was told."""
        return [body for body in self.heard if body.get("type") == kind]


@pytest.fixture
async def offline(client: AsyncWebClient, sandbox: Sandbox, slack: Slack) -> AsyncIterator[Bot]:
    """A bot that has not connected yet."""
    bot = Bot(client, sandbox.environment(), slack)
    yield bot
    await bot.close()


@pytest.fixture
async def bot(offline: Bot) -> Bot:
    """A bot in Socket Mode."""
    await offline.connect()
    return offline


@pytest.fixture(params=["sockets", "http"])
async def any_bot(offline: Bot, request: pytest.FixtureRequest) -> Bot:
    """A bot in Socket Mode, and the same in HTTP mode."""
    await (offline.connect() if request.param == "sockets" else offline.listen())
    return offline
