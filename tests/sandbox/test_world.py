"""The whole sandbox: it starts, it stops, and leaves nothing behind."""

import asyncio
import gc
from collections.abc import AsyncIterator
from pathlib import Path
from smtplib import SMTP

import aiohttp
import pytest

from bot.sandbox.faults import Fault, Faults, Weather
from bot.sandbox.seed import KOPI_ACCOUNT, seed
from bot.sandbox.server import Sandbox
from bot.settings import Settings


def sockets() -> set[str]:
    """The sockets that this process has open."""
    links = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            links.append(str(link.readlink()))
        except FileNotFoundError:  # the one that lists them
            continue
    return {link for link in links if link.startswith("socket:")}


async def visit(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    """Use every part of it once, and stay connected where one can."""
    environment = sandbox.environment()
    bearer = {"Authorization": f"Bearer {environment['SLACK_BOT_TOKEN']}"}
    async with http.post(f"{environment['SLACK_API_URL']}auth.test", headers=bearer) as response:
        assert (await response.json())["ok"] is True
    key = next(iter(sandbox.world.contacts.account(KOPI_ACCOUNT).keys))
    path = f"{environment['CONTACTS_API_URL']}/api/v1/accounts/{KOPI_ACCOUNT}/groups"
    async with http.get(path, headers={"Authorization": f"Bearer {key}"}) as response:
        assert (await response.json())["totalCount"] == 2
    app = {"Authorization": f"Bearer {environment['SLACK_APP_TOKEN']}"}
    async with http.post(f"{environment['SLACK_API_URL']}apps.connections.open", headers=app) as response:
        url = (await response.json())["url"]
    socket = await http.ws_connect(url)
    assert (await socket.receive_json())["type"] == "hello"


@pytest.fixture
async def mail_client() -> AsyncIterator[SMTP]:
    """A mail client that stays connected while the server stops."""
    client = SMTP(timeout=60)
    yield client
    client.close()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="sockets are counted where Linux shows them")
async def test_it_starts_and_stops_without_a_trace(mail_client: SMTP) -> None:
    """Five times in a row, with clients connected while it stops: no task and no socket is left."""
    tasks, before = asyncio.all_tasks(), sockets()
    for _ in range(5):
        async with aiohttp.ClientSession() as http, Sandbox(seed()) as sandbox:
            await visit(sandbox, http)
            await asyncio.to_thread(mail_client.connect, "127.0.0.1", sandbox.world.mailbox.port)
        mail_client.close()
    await asyncio.sleep(0)
    gc.collect()
    assert asyncio.all_tasks() - tasks == set()
    assert sockets() - before == set()


async def test_it_can_be_started_again_at_the_same_address() -> None:
    """After a stop, the same sandbox listens where it did, and the world is as it was."""
    sandbox = Sandbox(seed())
    await sandbox.start()
    first = sandbox.environment()
    sandbox.world.contacts.account(KOPI_ACCOUNT).book.add_group("Made before")
    await sandbox.stop()
    async with sandbox:
        assert sandbox.environment() == first
        assert len(sandbox.world.contacts.account(KOPI_ACCOUNT).book.groups) == 3


async def test_two_sandboxes_do_not_meet() -> None:
    """Each has its own ports and its own world."""
    async with Sandbox(seed()) as one, Sandbox(seed()) as other:
        assert one.url != other.url
        assert one.world.mailbox.port != other.world.mailbox.port
        one.world.contacts.account(KOPI_ACCOUNT).book.add_group("Only here")
        assert len(other.world.contacts.account(KOPI_ACCOUNT).book.groups) == 2


async def test_its_environment_is_a_settings_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk's settings can be read from it, with a key for each account of the demo."""
    async with Sandbox(seed()) as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        settings = Settings(_env_file=None)  # type: ignore[call-arg]
        keys = {account: key.get_secret_value() for account, key in settings.contacts_api_keys.items()}
        assert {sandbox.world.contacts.account(account).name for account in keys} == {"Kopi Nusantara", "Manila Mart"}
        for account, key in keys.items():
            assert key in sandbox.world.contacts.account(account).keys
        assert settings.contacts_api_url == f"{sandbox.url}/8x8"
        assert settings.smtp_url.get_secret_value().endswith(f":{sandbox.world.mailbox.port}")


def test_the_weather_brings_each_fault_about_as_often_as_it_says() -> None:
    """By the dice of a seed, at the places that it names and nowhere else; a fault that was asked for comes first."""
    late, lost = Fault("*", "status", status=429), Fault("*", "drop", when="after")
    odds = [(0.2, late), (0.3, lost)]
    faults = Faults(lambda: None)
    faults.weather = Weather(("slack:*",), odds, seed=7)
    met = [faults.take("slack:chat.postMessage") for _ in range(1000)]
    assert 150 < met.count(late) < 250
    assert 250 < met.count(lost) < 350
    assert faults.take("contacts:listBatches") is None
    again = Weather(("slack:*",), odds, seed=7)
    assert met == [again.roll("slack:chat.postMessage") for _ in range(1000)]
    asked = faults.add(Fault("slack:*", "delay"))
    assert faults.take("slack:chat.update") is asked
    faults.clear()
    assert [faults.take("slack:chat.update") for _ in range(50)] == [None] * 50
