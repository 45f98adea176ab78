"""The client of the operators' feed against real HTTP: pages as agreed, and everything that is not."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.registrations.countries import countries
from bot.registrations.feed_client import (
    FeedAway,
    FeedClient,
    FeedError,
    FeedForgot,
    FeedLocked,
    FeedNotThere,
    FeedUnreadable,
    Page,
)
from bot.registrations.hearing import ACTS
from bot.registrations.reasons import reasons
from bot.sandbox.faults import Fault
from bot.sandbox.operators import PLACE
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.settings import Settings, SettingsWrong, load

CONTRACT = Path(__file__).parents[2] / "docs" / "operator-feed.md"
TODAY = datetime(2026, 11, 23, tzinfo=UTC).date()


@pytest.fixture
def world(sandbox: Sandbox) -> World:
    """What is in it."""
    return sandbox.world


@pytest.fixture
def client(http: aiohttp.ClientSession, sandbox: Sandbox) -> FeedClient:
    """A client that the operators let in."""
    named = sandbox.environment()
    return FeedClient(http, named["OPERATOR_FEED_URL"], named["OPERATOR_FEED_TOKEN"])


def example() -> dict[str, Any]:
    """The page that the contract shows."""
    said: dict[str, Any] = json.loads(CONTRACT.read_text().partition("```json\n")[2].partition("```")[0])
    return said


def with_item(**changes: object) -> dict[str, Any]:
    """The contract's page, with something else in its item; None leaves that out."""
    said = example()
    item = said["items"][0] | changes
    said["items"] = [{name: value for name, value in item.items() if value is not None}]
    return said


# What is agreed


def test_the_contracts_example_can_be_read() -> None:
    """What an integrator copies from the page is what the reader takes; times are told in UTC."""
    page = Page.read(example())
    (item,) = page.items
    assert (page.next, item.id, item.operator, item.reference) == ("481", "2026-000481", "globe", "5d0c41f7a2be")
    assert (item.status, item.reason, item.at) == (
        "changes_asked",
        "text_brand",
        datetime(2026, 11, 23, 1, 15, tzinfo=UTC),
    )


def test_the_contract_lists_the_codes_that_there_are() -> None:
    """Operators of today, reasons, and words of a status: each stands in the page."""
    text = CONTRACT.read_text()
    operators = [operator.code for one in countries() for operator in one.operators_on(TODAY)]
    given = [one.code for one in reasons() if one.sentence]
    assert [code for code in [*operators, *given, *ACTS] if f"`{code}`" not in text] == []


async def test_pages_follow_each_other_to_an_empty_one(client: FeedClient, world: World) -> None:
    """Each page begins where the one before ended; what comes later is on the next page."""
    world.operators.page_most = 2
    said = [world.operators.say("globe", f"reference-{number}", "received") for number in range(3)]
    first = await client.page("")
    second = await client.page(first.next)
    last = await client.page(second.next)
    assert [item.id for page in (first, second, last) for item in page.items] == [item.id for item in said]
    assert (len(first.items), last.items, last.next) == (2, (), second.next)
    more = world.operators.say("globe", "reference-4", "approved")
    assert [item.id for item in (await client.page(last.next)).items] == [more.id]


async def test_the_address_may_have_a_query_of_its_own(http: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    """Ours is added to it."""
    client = FeedClient(http, f"{sandbox.url}/operators/news?market=ph", sandbox.world.operators.token)
    assert (await client.page("", limit=1)).items == ()


def test_reasons_are_cut_and_made_one_line() -> None:
    """Whatever an operator writes to its reason, it can be kept and shown; without one there is none."""
    (item,) = Page.read(with_item(reason="one\r\ntwo\x00\x1b[31m " + "x" * 5000)).items
    assert item.reason.startswith("one two [31m xxx")
    assert len(item.reason) == 1000
    assert Page.read(with_item(reason=None)).items[0].reason == ""
    assert Page.read(with_item(reason="", colour="red")).items[0].reason == ""


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (None, "no JSON object"),
        ({"next": "1"}, "items is no list"),
        ({"items": {}, "next": "1"}, "items is no list"),
        ({"items": []}, "the page has no next"),
        ({"items": [], "next": ""}, "the page has no next"),
        ({"items": [], "next": 7}, "the page has no next"),
        ({"items": [], "next": "x" * 201}, "next of the page is longer than 200"),
    ],
)
def test_a_page_that_is_not_as_agreed_is_refused(said: dict[str, Any] | None, wrong: str) -> None:
    """Nothing of such a page is taken, and who runs the feed can find what is wrong."""
    with pytest.raises(FeedUnreadable, match=wrong):
        Page.read(said)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"items": ["approved"], "next": "1"}, "item 1 is no object"),
        (with_item(id=None), "item 1 has no id"),
        (with_item(id=481), "item 1 has no id"),
        (with_item(operator=" "), "item 1 has no operator"),
        (with_item(operator="o" * 31), "operator of item 1 is longer than 30"),
        (with_item(reference="a\x00b"), "reference of item 1"),
        (with_item(reference="a\ud800b"), "reference of item 1"),
        (with_item(status=None), "item 1 has no status"),
        (with_item(reason=["taken"]), "reason of item 1 is no text"),
        (with_item(time=None), "time of item 1"),
        (with_item(time="2026-11-23T09:15:00"), "time of item 1"),
        (with_item(time="yesterday"), "time of item 1"),
        (with_item(time="0001-01-01T00:00:00+14:00"), "time of item 1"),
    ],
)
def test_an_item_that_is_not_as_agreed_is_named_with_its_place(said: dict[str, Any], wrong: str) -> None:
    """It is not taken, but the one after it is, and who runs the feed can find what is wrong."""
    page = Page.read(said | {"items": [*said["items"], *example()["items"]]})
    assert [item.id for item in page.items] == [example()["items"][0]["id"]]
    assert wrong in str(page.wrong)


# What goes wrong on the way


@pytest.mark.parametrize(
    ("fault", "error", "wait"),
    [
        (Fault(PLACE, "status", 401), FeedLocked, None),
        (Fault(PLACE, "status", 403), FeedLocked, None),
        (Fault(PLACE, "status", 404), FeedNotThere, None),
        (Fault(PLACE, "status", 302, headers={"Location": "/elsewhere"}), FeedNotThere, None),
        (Fault(PLACE, "status", 410), FeedForgot, None),
        (Fault(PLACE, "status", 429, headers={"Retry-After": "120"}), FeedAway, 120),
        (Fault(PLACE, "status", 429), FeedAway, None),
        (Fault(PLACE, "status", 503, headers={"Retry-After": "soon"}), FeedAway, None),
        (Fault(PLACE, "status", 400), FeedUnreadable, None),
        (Fault(PLACE, "status", 204), FeedUnreadable, None),
        (Fault(PLACE, "drop", times=2), FeedAway, None),
        (Fault(PLACE, "drop", when="after", times=2), FeedAway, None),
        (Fault(PLACE, "bad_body"), FeedUnreadable, None),
        (
            Fault(PLACE, "bad_body", body='{"items": [{"id": "1", "oper', content_type="application/json"),
            FeedUnreadable,
            None,
        ),
        (Fault(PLACE, "bad_body", body="[" * 100_000, content_type="application/json"), FeedUnreadable, None),
        (Fault(PLACE, "bad_body", body='{"next": "1", "items": [' + " " * 5_000_000 + "]}"), FeedUnreadable, None),
    ],
)
async def test_each_trouble_says_what_it_means(
    client: FeedClient, world: World, fault: Fault, error: type[FeedError], wait: float | None
) -> None:
    """By status or by what happened to the connection; the next question is asked as if nothing had been.

    A lost connection is tried a second time by the HTTP library: nothing is changed by asking.
    """
    world.faults.add(fault)
    with pytest.raises(FeedError) as told:
        await client.page("")
    assert (type(told.value), told.value.wait) == (error, wait)
    assert (await client.page("")).items == ()


async def test_an_answer_that_does_not_come_is_not_waited_for(http: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    """The limit of the client counts, and the sentence tells it."""
    sandbox.world.faults.add(Fault(PLACE, "delay", seconds=60))
    client = FeedClient(http, f"{sandbox.url}/operators/news", sandbox.world.operators.token, seconds=0.3)
    with pytest.raises(FeedAway, match=r"no answer within 0\.3 seconds"):
        await client.page("")


async def test_nobody_there_and_a_wrong_token(http: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    """No connection is a trouble that may pass; a wrong token is not, and no sentence ever tells it."""
    with pytest.raises(FeedAway, match="no connection"):
        await FeedClient(http, "http://127.0.0.1:1/news", "a-token").page("")
    with pytest.raises(FeedLocked) as told:
        await FeedClient(http, f"{sandbox.url}/operators/news", "a-wrong-token").page("")
    assert "a-wrong-token" not in f"{told.value!r} {told.value.sentence} {told.value.__cause__}"


async def test_a_forgotten_cursor_is_told_apart(client: FeedClient, world: World) -> None:
    """The one cursor is not known any more; from the beginning all is well."""
    world.operators.say("globe", "reference-1", "received")
    page = await client.page("")
    world.operators.forget_cursors()
    with pytest.raises(FeedForgot):
        await client.page(page.next)
    assert len((await client.page("")).items) == 1


@pytest.mark.parametrize(
    "url", ["operators.example/news", "ftp://operators.example", "https://me:secret@operators.example"]
)
def test_an_address_that_cannot_be_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """With the setting's name, and without what may be a secret."""
    monkeypatch.setenv("OPERATOR_FEED_URL", url)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    with pytest.raises(SettingsWrong, match="OPERATOR_FEED_URL") as told:
        load()
    assert "secret" not in told.value.sentence
