"""Chromium in front of the sandbox's page, and behind it a small real app that speaks to it over Socket Mode."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, ViewportSize, async_playwright, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.seed import EVENTS, SCOPES, seed
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.records import Timing
from bot.sandbox.world import World

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=375, height=812)
PATIENCE = 60_000
"""Milliseconds that the browser waits for something to appear."""
MANIFEST = {
    "features": {
        "bot_user": {"display_name": "Sender Desk"},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/echo", "description": "Says it again, to you alone", "usage_hint": "WORDS"},
            {"command": "/form", "description": "Opens a form"},
            {"command": "/silent", "description": "Never answers"},
        ],
        "shortcuts": [
            {"name": "New form", "type": "global", "callback_id": "new_form", "description": "Opens a form"},
            {"name": "Look at it", "type": "message", "callback_id": "look", "description": "Looks at a message"},
        ],
    },
    "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
    "settings": {"event_subscriptions": {"bot_events": sorted(EVENTS)}, "interactivity": {"is_enabled": True}},
}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """One Chromium for all tests, with a profile of its own."""
    async with async_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """The demo's world on loopback, with the small app installed."""
    world = seed(manifest=MANIFEST)
    world.slack.timing = Timing.patient()
    async with Sandbox(world) as sandbox:
        yield sandbox


@pytest.fixture
def world(sandbox: Sandbox) -> World:
    """What the sandbox shows."""
    return sandbox.world


class SmallApp:
    """A real Bolt app on Socket Mode that remembers what it heard; tests give it listeners."""

    def __init__(self, bolt: AsyncApp, client: AsyncWebClient) -> None:
        self.bolt = bolt
        self.client = client
        self.heard: list[dict[str, Any]] = []

    async def acked(self, ack: Callable[..., Awaitable[Any]], body: dict[str, Any]) -> None:
        """A listener that says ok and remembers."""
        self.heard.append(body)
        await ack()


@pytest_asyncio.fixture(loop_scope="session")
async def small_app(sandbox: Sandbox) -> AsyncIterator[SmallApp]:
    """The app, connected."""
    slack = sandbox.world.slack
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(slack.app.bot_token, base_url=f"{sandbox.url}/api/", session=session)
        app = SmallApp(AsyncApp(client=client, process_before_response=True), client)
        _listen(app)
        handler = AsyncSocketModeHandler(app.bolt, slack.app.app_token)
        await handler.connect_async()
        await sandbox.world.until(lambda: slack.delivery.sockets.open)
        yield app
        await handler.close_async()


def _listen(app: SmallApp) -> None:
    @app.bolt.command("/echo")
    async def echo(ack: Callable[..., Awaitable[Any]], command: dict[str, Any]) -> None:
        await ack(f"You said: {command['text']}")

    @app.bolt.event("message")
    async def message(body: dict[str, Any]) -> None:
        app.heard.append(body)

    @app.bolt.event("file_shared")
    async def shared(body: dict[str, Any]) -> None:
        app.heard.append(body)


Look = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def look(browser: Browser, sandbox: Sandbox) -> AsyncIterator[Look]:
    """A fresh browser window at a path, wide or like a phone. An error inside the page fails the test."""
    troubles: list[str] = []
    contexts = []

    async def open_page(path: str = "/", *, phone: bool = False, **more: Any) -> Page:
        size = PHONE if phone else DESKTOP
        context = await browser.new_context(viewport=size, is_mobile=phone, has_touch=phone, **more)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if _is_ours(said) else None)
        await page.goto(sandbox.url + path)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert troubles == []


def _is_ours(said: ConsoleMessage) -> bool:
    """Whether it is an error of the page's: what a mail's sealed frame refuses to do is meant."""
    return said.type == "error" and "/inbox/" not in said.location["url"]


@pytest_asyncio.fixture(loop_scope="session")
async def chromium_page(look: Look) -> Page:
    """The workspace as Ana in her channel, 1280 x 800."""
    return await look("/#/U0ANA/C0KOPI")


async def take(page: Page, name: str) -> None:
    """A screenshot into the folder SENDERDESK_SCREENSHOTS, when that is set."""
    if folder := os.environ.get("SENDERDESK_SCREENSHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png", animations="disabled")


@pytest.fixture(name="take")
def _take() -> Callable[[Page, str], Awaitable[None]]:
    """``await take(page, "channel")`` for pictures of what a test shows."""
    return take
