"""A directory of the sandbox's people."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.accounts.directory import Directory
from bot.sandbox.seed import seed
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World


class Watch:
    """A monotonic clock that stands until it is told to move."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """Seconds since some moment."""
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    """The directory's clock: ``watch.seconds += 61``."""
    return Watch()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """The demo's world, listening."""
    with capture_logs():
        async with Sandbox(seed()) as sandbox:
            yield sandbox.world


@pytest.fixture
def asked() -> Counter[str]:
    """How often each method of Slack's was called so far."""
    return Counter()


@pytest.fixture
async def new_directory(
    world: World, patient_listeners: None, watch: Watch, asked: Counter[str]
) -> AsyncIterator[Callable[..., Directory]]:
    """Makes a directory that asks the sandbox's Slack."""

    async def count(_session: Any, _context: Any, params: aiohttp.TraceRequestStartParams) -> None:
        asked[params.url.name] += 1

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(count)
    async with aiohttp.ClientSession(trace_configs=[trace]) as http:

        def new(**settings: Any) -> Directory:
            token, url = settings.pop("token", world.slack.app.bot_token), f"{world.slack.url}/api/"
            client = AsyncWebClient(token=token, base_url=url, session=http, retry_handlers=[])
            return Directory(client, clock=watch, **{"group": "S0STAFF", "admins": ("U0RINA",)} | settings)

        yield new


@pytest.fixture
def directory(new_directory: Callable[..., Directory]) -> Directory:
    """Staff are the user group, Rina is admin."""
    return new_directory()
