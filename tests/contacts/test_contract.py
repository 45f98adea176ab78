# ruff: noqa: ARG005 - all calls are given the same
"""Every operation of 8x8's Contacts API with every answer that its OpenAPI file documents, by the desk's client."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.accounts.refusals import ProviderError, Unavailable, error_from, explain
from bot.contacts.client import ContactsClient
from bot.sandbox.contacts_api import Account
from bot.sandbox.contacts_api.api import OPERATIONS
from bot.sandbox.faults import Fault
from bot.sandbox.world import World

ERROR_ID = "91b106f0-c0da-4aba-a43a-7af9c5893a80"
NUMBER = "+6281234567890"
CSV = b"msisdn,firstName\n+6281234567891,Ani\n"
NO_BATCH = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


@dataclass
class There:
    """What is there to work with, by its ids."""

    contact: int
    source: int
    target: int
    batch: str


Call = Callable[[ContactsClient, There], Awaitable[object]]


async def _all(items: Any) -> list[Any]:
    return [item async for item in items]


DOCUMENTED: Mapping[str, tuple[Call, frozenset[int]]] = {
    "createContacts": (lambda c, t: c.create_contacts(CSV, "a.csv", group_ids=[t.target]), frozenset({400})),
    "deleteContacts": (lambda c, t: c.delete_contacts(msisdns=[NUMBER]), frozenset({400})),
    "copyContacts": (lambda c, t: c.copy_contacts(t.source, t.target), frozenset({400})),
    "moveContacts": (lambda c, t: c.move_contacts(t.source, t.target), frozenset({400})),
    "deleteGroups": (lambda c, t: c.delete_groups([t.source], with_contacts=False), frozenset({400})),
    "getBatch": (lambda c, t: c.batch(t.batch), frozenset({404})),
    "listBatches": (lambda c, t: _all(c.batches()), frozenset({400})),
    "searchContacts": (lambda c, t: _all(c.contacts("Ani")), frozenset({400})),
    "createContact": (lambda c, t: c.add_contact({"addresses": {"msisdn": "+6281234567899"}}), frozenset({400, 409})),
    "getContact": (lambda c, t: c.contact(t.contact), frozenset({404})),
    "updateContact": (
        lambda c, t: c.change_contact(t.contact, [{"op": "replace", "path": "/firstName", "value": "Ana"}]),
        frozenset({400, 404}),
    ),
    "deleteContact": (lambda c, t: c.delete_contact(t.contact), frozenset()),
    "blacklist": (lambda c, t: c.block("6281234567892"), frozenset({400, 401})),
    "searchGroups": (lambda c, t: _all(c.groups()), frozenset({400})),
    "createGroup": (lambda c, t: c.new_group("New one"), frozenset({400, 409})),
    "getGroup": (lambda c, t: c.group(t.source), frozenset({404})),
    "updateGroup": (
        lambda c, t: c.change_group(t.source, [{"op": "replace", "path": "/name", "value": "Renamed"}]),
        frozenset({400, 404, 409}),
    ),
    "deleteGroup": (lambda c, t: c.delete_group(t.target), frozenset({404})),
    "addToGroup": (lambda c, t: c.add_to_group(t.target, [t.contact]), frozenset({404})),
    "removeFromGroup": (lambda c, t: c.remove_from_group(t.target, [t.contact]), frozenset({404})),
}
"""Operation -> the client's call, and the HTTP errors that the file documents for it."""
ANYWHERE = frozenset({401, 403, 410, 413, 422, 426, 429, 500})
"""What 8x8's page of error codes says may come from any of its APIs."""
CODES = {400: 1000, 401: 1200, 403: 1201, 404: 1300, 409: 5003, 413: 7001, 500: 2000}
LAST = ("deleteGroup", "deleteContact")


@pytest.fixture
async def there(client: ContactsClient, kopi: Account) -> There:
    """A contact, two groups and a batch."""
    contact, _ = await client.add_contact({"firstName": "Ani", "addresses": {"msisdn": NUMBER}})
    source, target = [(await client.new_group(name)).id for name in ("From", "To")]
    batch = await client.create_contacts(CSV, "first.csv")
    return There(contact.id, source, target, batch.id)


def test_the_table_names_every_operation() -> None:
    """Twenty operations, each under its name."""
    assert {name for _, _, name, _ in OPERATIONS} == set(DOCUMENTED)
    assert len(DOCUMENTED) == 20


async def test_each_operation_and_each_documented_answer_ends_in_words(
    client: ContactsClient, there: There, world: World
) -> None:
    """Each error tells its code and error ID in a sentence with what to do, its time is read; then the call works."""
    for name in sorted(DOCUMENTED, key=LAST.__contains__):
        call, errors = DOCUMENTED[name]
        for turn, status in enumerate(sorted(errors | ANYWHERE)):
            code = 4018 if (name, status) == ("getBatch", 404) else CODES.get(status)
            at = ("2017-04-19T02:31:19.4297387+00:00", "2017-04-19T02:31:19.42Z")[turn % 2]
            body = {"code": code, "errorId": ERROR_ID, "timestamp": at} if code else {"errorId": ERROR_ID}
            world.faults.add(
                Fault(
                    f"contacts:{name}", "status", status=status, body=json.dumps(body), content_type="application/json"
                )
            )
            with pytest.raises(ProviderError) as told:
                await call(client, there)
            error, about = told.value, f"{name} {status}: {told.value.sentence}"
            assert (error.status, error.code, error.error_id) == (status, code, ERROR_ID), about
            assert (f"code {code}" if code else f"HTTP {status}") in error.sentence, about
            assert f"error ID {ERROR_ID}" in error.sentence, about
            assert "{" not in error.sentence, about
            assert error.sentence.endswith("."), about
            if code:
                assert error.at is not None
                assert error.at.replace(microsecond=0) == datetime(2017, 4, 19, 2, 31, 19, tzinfo=UTC)
        await call(client, there)
    assert len(world.faults.met) == sum(len(errors | ANYWHERE) for _, errors in DOCUMENTED.values())
    assert world.faults.pending == []


async def test_what_is_not_there_is_told_by_the_service_itself(client: ContactsClient, there: There) -> None:
    """404 with 1300, for a batch with 4018; a name that is taken with 5003."""
    for call, code in (
        (client.batch(NO_BATCH), 4018),
        (client.contact(there.contact + 999), 1300),
        (client.group(there.source + 999), 1300),
        (client.new_group("From"), 5003),
    ):
        with pytest.raises(ProviderError, match=f"code {code}, error ID [0-9a-f-]+") as told:
            await call
        assert told.value.code == code


PUBLISHED = (
    *range(1000, 1013), 1014, 1100, 1200, 1201, 1300, 1400, *range(2000, 2004), *range(3001, 3061), 4018, 5003, 7001,
)  # fmt: skip
"""Source: 8x8, API error codes."""


def test_each_published_code_has_words_and_so_has_what_nobody_knows() -> None:
    """No published code is explained as unknown; unknown codes, statuses and bodies are, with what to do."""
    unknown = explain(400, 9999)
    assert all(explain(400, code) != unknown for code in PUBLISHED)
    assert all(
        explain(status, None) != explain(418, None) for status in (400, 401, 403, 404, 409, 410, 413, 422, 426, 429)
    )
    for status, body in (
        (400, b'{"code": 9999, "errorId": "e-1"}'), (418, b""), (400, b"<html>"), (451, b"[]"), (400, b"\xff\xfe"),
        (400, b'{"code": "x", "message": 7, "timestamp": 3}'), (400, b'{"code": 1e400}'), (600, b"{}"), (302, b""),
    ):  # fmt: skip
        error = error_from(status, {}, body, changes=False)
        assert (f"code {error.code}" if error.code else f"HTTP {status}") in error.sentence
        assert error.sentence.endswith(".")


def test_words_of_8x8s_stay_words() -> None:
    """Its own message is shown as its own, however long, and can neither break the sentence nor be one of ours."""
    body = json.dumps({"code": 1002, "message": "{key} \n" + "x" * 5000, "errorId": "e" * 999}).encode()
    sentence = error_from(400, {}, body, changes=False).sentence
    assert "in its words “{key} xxx" in sentence
    assert "phone number is not in international format" in sentence
    assert len(sentence) < 700
    assert isinstance(error_from(503, {}, b"", changes=False), Unavailable)
