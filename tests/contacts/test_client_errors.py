"""What each trouble with 8x8's Contacts API means to the desk: refused, not there, not now, or nobody can tell."""

import json
from datetime import datetime
from typing import Any

import aiohttp
import pytest

from bot.contacts.client import ContactsClient
from bot.contacts.errors import (
    Ambiguous,
    BadAnswer,
    ContactsError,
    Forbidden,
    NotFound,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
)
from bot.sandbox.contacts_api import Account
from bot.sandbox.faults import Fault
from bot.sandbox.seed import KOPI_ACCOUNT, MART_ACCOUNT
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World

CSV = b"msisdn,firstName\n+6581234001,Ming\n+6581234002,Wei\n"
ERROR_ID = "b4478860-b76c-e811-814e-022a35cc1c71"
SEEDS_BODIES = [
    {
        "code": 1001,
        "message": "Provided subAccountId doesn't belongs to your account",
        "errorId": "91b106f0-c0da-4aba-a43a-7af9c5893a80",
        "timestamp": "2017-04-19T02:31:19.4297387+00:00",
    },
    {
        "code": 1002,
        "message": "Invalid MSISDN format (not E.164 international number)",
        "errorId": "b4478860-b76c-e811-814e-022a35cc1c71",
        "timestamp": "2018-08-04T09:25:40.9235752+00:00",
    },
]


def says(where: str, status: int, body: object, **headers: str) -> Fault:
    """8x8 answers with this status and this JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fault(where, "status", status=status, body=json.dumps(body), content_type="application/json", headers=named)


# What is refused


@pytest.mark.parametrize("body", SEEDS_BODIES, ids=["1001", "1002"])
async def test_the_seeds_error_bodies_are_refusals(client: ContactsClient, world: World, body: dict[str, Any]) -> None:
    """Both 400 answers of the page, with all that they say."""
    world.faults.add(says("contacts:createContacts", 400, body))
    with pytest.raises(Refused) as told:
        await client.create_contacts(CSV, "people.csv")
    error = told.value
    assert (error.status, error.code, error.error_id, error.message) == (
        400,
        body["code"],
        body["errorId"],
        body["message"],
    )
    assert error.at == datetime.fromisoformat(body["timestamp"])
    for words in (body["message"], f"code {body['code']}", f"error ID {body['errorId']}"):
        assert words in error.sentence


async def test_a_form_that_8x8_refuses_is_refused(client: ContactsClient) -> None:
    """The service's own refusals come through: a group that is not there, a kind of file that it does not take."""
    with pytest.raises(Refused, match="Unable to find group with id 1”"):
        await client.create_contacts(CSV, "people.csv", group_ids=[1])
    with pytest.raises(Refused, match="not supported"):
        await client.create_contacts(CSV, "people.docx")


async def test_a_wrong_key_is_unauthorized(
    http: aiohttp.ClientSession, sandbox: Sandbox, client: ContactsClient
) -> None:
    """Unknown (401, 1200), of another account (403, 1201): both are about the key, which is not told."""
    for key, account, code, means in (
        ("no-key-at-all-really", KOPI_ACCOUNT, 1200, Unauthorized),
        ("demo-key-of-kopi-nusantara", MART_ACCOUNT, 1201, Forbidden),
    ):
        stranger = ContactsClient(http, f"{sandbox.url}/8x8", key, account)
        with pytest.raises(means) as told:
            await stranger.create_contacts(CSV, "people.csv")
        assert told.value.code == code
        assert key not in told.value.sentence


async def test_what_is_not_there_is_not_found(client: ContactsClient) -> None:
    """404 with code 4018, as a kind of refusal."""
    with pytest.raises(NotFound, match="Invalid jobId") as told:
        await client.batch("3fa85f64-5717-4562-b3fc-2c963f66afa6")
    assert isinstance(told.value, Refused)
    with pytest.raises(NotFound):
        await client.batch("../groups")


MEANINGS: list[tuple[int, int | None, type[ContactsError], type[ContactsError]]] = [
    (400, 1000, Refused, Refused),
    (400, 1200, Unauthorized, Unauthorized),
    (400, 4018, NotFound, NotFound),
    (401, None, Unauthorized, Unauthorized),
    (403, 1201, Forbidden, Forbidden),
    (404, 1300, NotFound, NotFound),
    (409, 1000, Refused, Refused),
    (410, None, Refused, Refused),
    (413, 7001, Refused, Refused),
    (422, 1010, Refused, Refused),
    (426, 1014, Refused, Refused),
    (429, None, RateLimited, RateLimited),
    (429, 1100, RateLimited, RateLimited),
    (500, 2000, Ambiguous, Unavailable),
    (502, None, Ambiguous, Unavailable),
    (503, None, Ambiguous, Unavailable),
    (302, None, BadAnswer, BadAnswer),
]
"""HTTP status, code, meaning for an upload, meaning for a look."""


@pytest.mark.parametrize(("status", "code", "upload", "look"), MEANINGS)
async def test_each_answer_has_its_meaning(
    client: ContactsClient,
    world: World,
    status: int,
    code: int | None,
    upload: type[ContactsError],
    look: type[ContactsError],
) -> None:
    """By status and code, never by the message; a server's fault leaves an upload open, and a look just undone."""
    body = "<html>" if code is None else {"code": code, "message": "completed", "errorId": ERROR_ID, "timestamp": "x"}
    world.faults.add(says("contacts:createContacts", status, body, Location="https://elsewhere.example/"))
    world.faults.add(says("contacts:listBatches", status, body))
    with pytest.raises(ContactsError) as told:
        await client.create_contacts(CSV, "people.csv")
    assert type(told.value) is upload
    assert (told.value.status, told.value.code) == (status, code)
    assert (f"code {code}" if code else f"HTTP {status}") in told.value.reason
    with pytest.raises(ContactsError) as told:
        [batch async for batch in client.batches()]
    assert type(told.value) is look


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0", 0.0), ("soon", None), ("-1", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)],
)
async def test_a_rate_limit_says_how_long(
    client: ContactsClient, world: World, header: str, seconds: float | None
) -> None:
    """Retry-After in seconds, when it is a number of seconds; and it is a kind of not being available."""
    world.faults.add(says("contacts:createContacts", 429, {}, Retry_After=header))
    with pytest.raises(Unavailable) as told:
        await client.create_contacts(CSV, "people.csv")
    assert isinstance(told.value, RateLimited)
    assert told.value.retry_after == seconds


# What is lost on the way


async def test_no_connection_is_unavailable(http: aiohttp.ClientSession, unused_tcp_port: int) -> None:
    """Nobody listens, or nobody has that name: nothing was sent, for an upload too."""
    for url in (f"http://127.0.0.1:{unused_tcp_port}", "http://contacts.invalid", "http://:1"):
        lost = ContactsClient(http, url, "key", KOPI_ACCOUNT)
        with pytest.raises(Unavailable, match="no connection"):
            await lost.create_contacts(CSV, "people.csv")
        with pytest.raises(Unavailable, match="no connection"):
            await lost.batch("b")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_lost_connection_leaves_an_upload_open(
    client: ContactsClient, kopi: Account, world: World, when: Any
) -> None:
    """Whether the batch began cannot be told from here: the list can tell."""
    world.faults.add(Fault("contacts:createContacts", "drop", when=when))
    with pytest.raises(Ambiguous, match="connection lost"):
        await client.create_contacts(CSV, "people.csv")
    assert [batch.id async for batch in client.batches()] == list(kopi.batches)
    assert len(kopi.batches) == (when == "after")


async def test_a_lost_connection_makes_a_look_unavailable(client: ContactsClient, world: World) -> None:
    """Looking changes nothing, so there is nothing to be unsure of."""
    world.faults.add(Fault("contacts:getBatch", "drop", times=5))
    with pytest.raises(Unavailable, match="connection lost"):
        await client.batch("b")


async def test_no_answer_in_time_leaves_an_upload_open(hasty: ContactsClient, kopi: Account, world: World) -> None:
    """The batch began, the answer did not come in time."""
    world.faults.add(Fault("contacts:createContacts", "delay", seconds=30, when="after"))
    with pytest.raises(Ambiguous, match="no answer within 1 seconds"):
        await hasty.create_contacts(CSV, "people.csv")
    assert len(kopi.batches) == 1


async def test_no_answer_in_time_makes_a_look_unavailable(hasty: ContactsClient, world: World) -> None:
    """The same for a call that reads."""
    world.faults.add(Fault("contacts:listBatches", "delay", seconds=30))
    with pytest.raises(Unavailable, match="no answer"):
        [batch async for batch in hasty.batches()]


@pytest.mark.parametrize(
    "body", ["<html>Welcome</html>", "[]", "", '{"id": 7, "status": "queued"}', '{"id": "b"}', "{" * 9999]
)
async def test_an_answer_that_cannot_be_read(client: ContactsClient, kopi: Account, world: World, body: str) -> None:
    """To a look it is a bad answer; to an upload it leaves open what happened."""
    world.faults.add(Fault("contacts:createContacts", "bad_body", body=body, when="after"))
    with pytest.raises(Ambiguous):
        await client.create_contacts(CSV, "people.csv")
    assert len(kopi.batches) == 1
    world.faults.add(Fault("contacts:listBatches", "bad_body", body=body))
    with pytest.raises(BadAnswer):
        [batch async for batch in client.batches()]


async def test_an_answer_without_end_is_not_read_to_its_end(client: ContactsClient, world: World) -> None:
    """More than eight megabytes is no answer of 8x8's."""
    world.faults.add(Fault("contacts:getBatch", "bad_body", body='{"id": "b", "status": "' + "x" * 9_000_000 + '"}'))
    with pytest.raises(BadAnswer):
        await client.batch("b")


# What must not be told


async def test_the_key_is_told_nowhere(client: ContactsClient, world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Not in its representation, not in the log, not in an error or what it came from; six characters at most."""
    key = "demo-key-of-kopi-nusantara"
    world.faults.add(Fault("contacts:createContacts", "drop"))
    world.faults.add(says("contacts:createContacts", 401, {"code": 1200}))
    with caplog.at_level("DEBUG"):
        for _ in range(2):
            with pytest.raises(ContactsError) as told:
                await client.create_contacts(CSV, "people.csv")
            assert told.value.__cause__ is None
            assert key not in repr(told.value) + str(told.value) + repr(told.value.facts)
    assert key not in caplog.text
    assert key not in repr(client)
    assert client.key_end == "…antara"


@pytest.mark.parametrize(("key", "end"), [("", "…"), ("short-key", "…"), ("exactly-13-ch", "…-13-ch")])
def test_the_end_of_a_short_key_is_not_shown(key: str, end: str) -> None:
    """Six characters of nine would be most of it."""
    assert ContactsClient(None, "", key, "").key_end == end  # type: ignore[arg-type]
