"""What goes wrong on demand, and what has happened all the same."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.faults import Fault, rate_limited
from bot.sandbox.slack.actor import Actor
from bot.sandbox.world import World

POST = "slack:chat.postMessage"


def names(world: World) -> list[str]:
    """What was really done."""
    return [effect.name for effect in world.effects]


@pytest.mark.parametrize(("when", "effects"), [("before", []), ("after", [POST])])
async def test_a_server_error_before_or_after_the_effect(
    world: World, client: AsyncWebClient, when: Any, effects: list[str]
) -> None:
    """Both look the same to the caller; only one of them posted."""
    world.faults.add(Fault(POST, "status", 503, when=when))
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C0KOPI", text="x")
    assert caught.value.response.status_code == 503
    assert names(world) == effects
    assert (await client.chat_postMessage(channel="C0KOPI", text="x"))["ok"]


@pytest.mark.parametrize(("when", "effects"), [("before", []), ("after", [POST])])
async def test_a_dropped_connection_before_or_after_the_effect(
    world: World, client: AsyncWebClient, when: Any, effects: list[str]
) -> None:
    """The caller learns nothing."""
    world.faults.add(Fault(POST, "drop", when=when))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.chat_postMessage(channel="C0KOPI", text="x")
    assert names(world) == effects


@pytest.mark.parametrize(("seconds", "header"), [(7, "7"), (None, None)])
async def test_too_many_requests(world: World, client: AsyncWebClient, seconds: int | None, header: str | None) -> None:
    """429 with ``Retry-After`` and without."""
    world.faults.add(rate_limited("slack:chat.*", retry_after=seconds))
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C0KOPI", text="x")
    assert (caught.value.response.status_code, caught.value.response["error"]) == (429, "ratelimited")
    assert caught.value.response.headers.get("Retry-After") == header
    assert names(world) == []


async def test_a_slow_answer(world: World, client: AsyncWebClient) -> None:
    """After the effect, the answer keeps the caller waiting."""
    world.faults.add(Fault(POST, "delay", when="after", seconds=0.5))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await client.chat_postMessage(channel="C0KOPI", text="x")
    assert names(world) == [POST]


async def test_a_slow_start(world: World, client: AsyncWebClient) -> None:
    """Before the effect, it comes late."""
    world.faults.add(Fault(POST, "delay", seconds=0.05))
    posting = asyncio.create_task(client.chat_postMessage(channel="C0KOPI", text="x"))
    await world.until(lambda: world.faults.met)
    assert names(world) == []
    assert (await posting)["ok"]


async def test_an_error_of_slacks(world: World, client: AsyncWebClient, refused: Any) -> None:
    """A 200 may say that something is wrong inside."""
    body = json.dumps({"ok": False, "error": "internal_error"})
    world.faults.add(Fault("slack:auth.test", "bad_body", body=body, content_type="application/json"))
    assert await refused.code(client.auth_test()) == "internal_error"


async def test_a_page_in_place_of_an_answer(world: World, client: AsyncWebClient) -> None:
    """A 200 may be no JSON at all."""
    world.faults.add(Fault("slack:auth.test", "bad_body"))
    with pytest.raises(SlackApiError, match=r"auth\.test, status: 200"):
        await client.auth_test()


async def test_as_often_as_asked_for(world: World, client: AsyncWebClient) -> None:
    """Two times, then no more; without a number, until it is cleared."""
    world.faults.add(Fault("slack:auth.test", "status", 500, times=2))
    outcomes = []
    for _ in range(3):
        try:
            outcomes.append((await client.auth_test())["ok"])
        except SlackApiError as error:
            outcomes.append(error.response.status_code)
    assert outcomes == [500, 500, True]
    world.faults.add(Fault("*", "status", 500, times=None))
    for _ in range(3):
        with pytest.raises(SlackApiError):
            await client.auth_test()
    world.faults.clear()
    assert (await client.auth_test())["ok"]
    assert len(world.faults.met) == 5


async def test_files_can_fail_too(
    world: World, client: AsyncWebClient, http: aiohttp.ClientSession, ana: Actor
) -> None:
    """Downloads and uploads have their places."""
    message = await ana.upload("C0KOPI", "a.csv", b"123", wait=False)
    url = (await client.files_info(file=message.files[0].id))["file"]["url_private"]
    headers = {"Authorization": f"Bearer {client.token}"}
    world.faults.add(Fault("files:download", "status", 502))
    async with http.get(url, headers=headers) as response:
        assert response.status == 502
    async with http.get(url, headers=headers) as response:
        assert await response.read() == b"123"
    ticket = await client.files_getUploadURLExternal(filename="a.csv", length=3)
    world.faults.add(Fault("files:upload", "drop", when="after"))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await http.post(ticket["upload_url"], data=b"123")
    assert (await client.files_completeUploadExternal(files=[{"id": ticket["file_id"]}]))["ok"]
