"""The world outside, and the client for 8x8's Contacts API in it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.contacts.client import ContactsClient, Timeouts
from bot.sandbox.contacts_api import Account, Script
from bot.sandbox.seed import KOPI_ACCOUNT, seed
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """The world outside, where each status of a batch lasts 1,000 seconds, far longer than a test."""
    async with Sandbox(seed()) as sandbox:
        sandbox.world.contacts.normal = Script(seconds=1000)
        yield sandbox


@pytest.fixture
def world(sandbox: Sandbox) -> World:
    """What is in it."""
    return sandbox.world


@pytest.fixture
def kopi(world: World) -> Account:
    """The customer's account as 8x8 has it."""
    return world.contacts.account(KOPI_ACCOUNT)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """The desk's one session."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(http: aiohttp.ClientSession, sandbox: Sandbox, kopi: Account) -> ContactsClient:
    """The client for Kopi Nusantara."""
    return ContactsClient(http, f"{sandbox.url}/8x8", next(iter(kopi.keys)), KOPI_ACCOUNT)


@pytest.fixture
def hasty(http: aiohttp.ClientSession, sandbox: Sandbox, kopi: Account) -> ContactsClient:
    """The same, but it does not wait long: for answers that never come."""
    quick = Timeouts(connect=20, call=0.5, upload=1)
    return ContactsClient(http, f"{sandbox.url}/8x8", next(iter(kopi.keys)), KOPI_ACCOUNT, timeouts=quick)
