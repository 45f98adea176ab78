"""The world's operators: who may read them, how they answer over time, and the trouble that they can be asked for."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.operators import HABITS, PLACE, Answer, Operators
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World


@pytest.fixture
def operators(world: World) -> Operators:
    """All of them."""
    return world.operators


class Reader:
    """Somebody with a token."""

    def __init__(self, http: aiohttp.ClientSession, sandbox: Sandbox) -> None:
        self._http = http
        self._named = sandbox.environment()

    async def ask(self, token: str = "", **params: str) -> tuple[int, Any]:
        """Status and JSON."""
        headers = {"Authorization": f"Bearer {token or self._named['OPERATOR_FEED_TOKEN']}"}
        async with self._http.get(self._named["OPERATOR_FEED_URL"], headers=headers, params=params) as response:
            return response.status, await response.json(content_type=None)

    async def words(self) -> Iterator[tuple[str, str, str]]:
        """Operator, reference and status of all that was said so far."""
        _, page = await self.ask()
        return ((item["operator"], item["reference"], item["status"]) for item in page["items"])


@pytest.fixture
def reader(http: aiohttp.ClientSession, sandbox: Sandbox) -> Reader:
    """The desk, or whoever else reads."""
    return Reader(http, sandbox)


async def test_only_who_has_the_token_may_read(reader: Reader) -> None:
    """401 for all others; what is asked wrongly is refused too."""
    assert (await reader.ask(token="another"))[0] == 401
    assert (await reader.ask(limit="0"))[0] == (await reader.ask(limit="many"))[0] == 400
    assert await reader.ask() == (200, {"items": [], "next": "1-0"})
    assert (await reader.ask(cursor="1-7"))[0] == (await reader.ask(cursor="x"))[0] == 410


async def test_what_is_handed_over_is_answered_over_time(reader: Reader, operators: Operators) -> None:
    """In the order of time, whoever was first; a second hand-over of the same changes nothing."""
    operators.hand_over("globe", "a", Answer("received", seconds=1000), Answer("approved", seconds=3000))
    operators.hand_over("globe", "a")
    operators.hand_over("smart", "b", Answer("rejected", "taken", seconds=2000))
    assert list(await reader.words()) == []
    operators.advance(2500)
    assert list(await reader.words()) == [("globe", "a", "received"), ("smart", "b", "rejected")]
    operators.advance(1000)
    assert list(await reader.words())[2:] == [("globe", "a", "approved")]


async def test_by_habit_they_approve_ask_and_reject(reader: Reader, operators: Operators) -> None:
    """Whoever tries the desk meets every answer that there is."""
    for number in range(len(HABITS)):
        operators.hand_over("globe", f"reference-{number}")
    operators.advance(60)
    assert {status for _, _, status in await reader.words()} == {"received", "approved", "changes_asked", "rejected"}


async def test_trouble_comes_when_it_is_asked_for(reader: Reader, operators: Operators, world: World) -> None:
    """Late, twice, against itself, a cursor that goes back or is forgotten, and every fault of HTTP."""
    said = operators.say("globe", "a", "approved", late=3600)
    operators.repeat(said)
    operators.say("globe", "a", "rejected")
    _, page = await reader.ask()
    assert [item["status"] for item in page["items"]] == ["approved", "approved", "rejected"]
    assert page["items"][0] == page["items"][1]
    assert operators.now() - said.time >= timedelta(hours=1)
    operators.go_back(2)
    assert (await reader.ask(cursor="1-1"))[1]["next"] == "1-1"
    assert (await reader.ask(cursor="1-1"))[1]["next"] == "1-3"
    operators.forget_cursors()
    assert (await reader.ask(cursor="1-3"))[0] == 410
    world.faults.add(Fault(PLACE, "status", 503, body="{}"))
    assert (await reader.ask())[0] == 503
