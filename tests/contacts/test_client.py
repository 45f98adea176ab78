"""The client for 8x8's Contacts API, against the sandbox: what it sends, and what it makes of the answers."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.contacts.answers import Batch, Group, read_time
from bot.contacts.client import BatchStatus, BatchType, ContactsClient
from bot.contacts.errors import Ambiguous, BadAnswer, Overtaken, Refused
from bot.sandbox.contacts_api import Account
from bot.sandbox.faults import Fault
from bot.sandbox.world import World

STEP = 1000
CSV = b"msisdn,firstName\n+6581234001,Ming\n+6581234002,Wei\n"
ERROR_ID = "b4478860-b76c-e811-814e-022a35cc1c71"


def says(where: str, status: int, body: object) -> Fault:
    """8x8 answers with this status and this JSON."""
    return Fault(where, "status", status=status, body=json.dumps(body), content_type="application/json")


# Uploading


async def test_an_upload_that_was_overtaken_brings_none(client: ContactsClient, kopi: Account) -> None:
    """Its last bytes stay here, so 8x8 never has the whole request; the next call goes its way."""
    before = set(kopi.batches)
    with pytest.raises(Overtaken):
        await client.create_contacts(CSV, "people.csv", still=lambda: False)
    batch = await client.create_contacts(CSV, "people.csv", still=lambda: True)
    assert set(kopi.batches) - before == {batch.id}


async def test_an_upload_brings_a_batch(client: ContactsClient, kopi: Account) -> None:
    """What the seed's page shows in the 202 answer."""
    batch = await client.create_contacts(CSV, "people.csv")
    assert batch.id in kopi.batches
    assert (batch.status, batch.type, batch.terminal) == (BatchStatus.QUEUED, "createContacts", False)
    assert (batch.file_name, batch.file_type) == ("people.csv", "csv")
    assert batch.file_location is not None
    assert batch.created_at is not None
    assert batch.created_at.tzinfo is UTC
    assert (batch.total_rows, batch.invalid_file_location) == (None, None)


@pytest.mark.parametrize("form", ["path", "bytes", "stream"])
async def test_a_file_may_come_as_path_bytes_or_stream(
    client: ContactsClient, kopi: Account, tmp_path: Path, form: str
) -> None:
    """The same bytes arrive, three megabytes as well as three lines, and nothing stays open."""
    data = CSV * 60_000
    path = tmp_path / "people.csv"
    path.write_bytes(data)
    stream = io.BytesIO(data)
    batch = await client.create_contacts({"path": path, "bytes": data, "stream": stream}[form], "people.csv")
    file = kopi.batches[batch.id].file
    assert file is not None
    assert file.data == data
    assert stream.closed is (form == "stream")


@pytest.mark.parametrize("name", ["Kontak Jakarta.csv", "รายชื่อ.csv", 'a "quoted" name.csv', "50%.csv"])
async def test_a_file_keeps_its_name(client: ContactsClient, name: str) -> None:
    """Blanks, Thai and quotes arrive as they are."""
    assert (await client.create_contacts(CSV, name)).file_name == name


async def test_a_name_cannot_break_the_form(client: ContactsClient) -> None:
    """Line ends in a name do not end the header that it stands in."""
    batch = await client.create_contacts(CSV, "a\r\nX-Evil: 1\n.csv")
    assert batch.file_name == "a__X-Evil: 1_.csv"


async def test_groups_and_columns_go_along(client: ContactsClient, kopi: Account, world: World) -> None:
    """Group ids and columns are sent the way the page writes them, and 8x8 does as told."""
    groups = list(kopi.book.groups)
    await client.create_contacts(
        b"Ming,+6581234001\n", "people.csv", group_ids=groups, has_header=False, columns=["firstName", "msisdn"]
    )
    world.contacts.advance(STEP * 2)
    (batch,) = [batch async for batch in client.batches()]
    assert (batch.inserted_rows, batch.contact_groups) == (1, 2)
    (contact,) = kopi.book.contacts.values()
    assert (contact.fields, list(contact.groups)) == ({"firstName": "Ming"}, groups)


async def test_a_file_without_a_header_needs_columns(client: ContactsClient, world: World) -> None:
    """It is our mistake to ask for that, so nothing is sent."""
    with pytest.raises(ValueError, match="needs columns"):
        await client.create_contacts(CSV, "people.csv", has_header=False)
    assert world.effects == []


# Following


@pytest.mark.parametrize("status", [status.value for status in BatchStatus])
async def test_each_status_is_known(client: ContactsClient, world: World, status: Any) -> None:
    """All six; the four last ones are ends."""
    world.contacts.script(status)
    batch = await client.create_contacts(CSV, "people.csv")
    seen = await client.batch(batch.id)
    assert seen.status is BatchStatus(status)
    assert seen.terminal is (status not in ("queued", "inProgress"))


async def test_counters_come_with_the_list(client: ContactsClient, world: World) -> None:
    """The by-id answer has none, the list has them all; completed does not mean that all rows went in."""
    world.contacts.script(error_rows=1)
    batch = await client.create_contacts(CSV, "people.csv", group_ids=[8000])
    world.contacts.advance(STEP * 2)
    assert (await client.batch(batch.id)).total_rows is None
    (listed,) = [batch async for batch in client.batches(BatchType.CREATE_CONTACTS)]
    assert (listed.id, listed.status) == (batch.id, BatchStatus.COMPLETED)
    counters = (listed.total_rows, listed.error_rows, listed.duplicated_rows, listed.inserted_rows)
    assert counters == (2, 1, 0, 1)
    assert listed.contact_groups == 1
    assert str(listed.invalid_file_location).endswith("/invalid.csv")


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "completed"},
        {
            "id": "b",
            "status": "completed",
            "totalRows": None,
            "errorRows": "6",
            "insertedRows": True,
            "createdAt": "now",
        },
        {"id": "b", "status": "completed", "news": {"of": ["tomorrow"]}, "duplicatedRows": float("inf")},
    ],
)
async def test_what_is_optional_may_be_missing_or_odd(
    client: ContactsClient, world: World, answer: dict[str, Any]
) -> None:
    """Only the status is needed; what is no count is no count; new members do no harm."""
    world.faults.add(says("contacts:getBatch", 200, answer))
    batch = await client.batch("b")
    assert (batch.id, batch.status, batch.terminal) == ("b", BatchStatus.COMPLETED, True)
    assert {batch.total_rows, batch.error_rows, batch.inserted_rows, batch.duplicated_rows, batch.created_at} == {None}


async def test_a_status_of_tomorrow_is_shown_and_is_no_end(client: ContactsClient, world: World) -> None:
    """A word that is not documented stays as it came."""
    world.faults.add(says("contacts:getBatch", 200, {"id": "b", "status": "paused"}))
    batch = await client.batch("b")
    assert (batch.status, batch.terminal) == ("paused", False)


@pytest.mark.parametrize("offset_counts", ["pages", "items"])
@pytest.mark.parametrize("limit", [1, 3, 7, 100])
async def test_a_list_is_read_to_its_end_however_offset_counts(
    client: ContactsClient, kopi: Account, world: World, offset_counts: Any, limit: int
) -> None:
    """Every batch once, newest first, in both readings of the documentation, without asking for each one."""
    world.contacts.offset_counts = offset_counts
    ids = [world.contacts.start(kopi, "deleteContacts", lambda: None).id for _ in range(20)]
    asked: list[str] = []
    take = world.faults.take
    world.faults.take = lambda place: asked.append(place) or take(place)  # type: ignore[method-assign,func-returns-value]
    assert [batch.id async for batch in client.batches(limit=limit)] == ids[::-1]
    assert len(asked) <= 20 // limit + 2


async def test_a_list_that_never_ends_is_left(client: ContactsClient, world: World) -> None:
    """A service that gives the same page for ever does not keep us for ever."""
    page = {"items": [{"id": "b", "status": "queued"}], "hasNextPage": True}
    world.faults.add(says("contacts:listBatches", 200, page)).times = None
    assert [batch.id async for batch in client.batches()] == ["b"]
    assert len(world.faults.met) == 3


async def test_batches_are_found_by_their_type(client: ContactsClient, kopi: Account, world: World) -> None:
    """Others' work is not looked through."""
    world.contacts.start(kopi, "deleteContacts", lambda: None)
    mine = await client.create_contacts(CSV, "people.csv")
    assert [batch.id async for batch in client.batches(BatchType.CREATE_CONTACTS)] == [mine.id]


# Groups


async def test_groups_are_listed_and_searched(client: ContactsClient, kopi: Account) -> None:
    """With how many contacts each has."""
    kopi.book.merge({"msisdn": "6581234001"}, {}, groups=[8000])
    groups = [group async for group in client.groups()]
    assert [(group.id, group.name, group.contacts) for group in groups] == [
        (8000, "Members", 1),
        (8001, "Newsletter Jakarta", 0),
    ]
    assert (groups[0].description, groups[0].is_blacklist) == ("Everybody with a card", False)
    assert groups[0].created_at is not None
    assert [group.id async for group in client.groups("jakarta")] == [8001]


async def test_a_group_is_made(client: ContactsClient, kopi: Account) -> None:
    """With name and description, and its id comes back."""
    group = await client.create_group("VIP", "The best")
    assert (group.name, group.description, group.contacts) == ("VIP", "The best", 0)
    assert kopi.book.groups[group.id].name == "VIP"


async def test_a_group_that_is_there_is_found_by_its_whole_name(client: ContactsClient, kopi: Account) -> None:
    """409 with code 5003 means that it exists: the search also brings others, only the equal one is meant."""
    kopi.book.add_group("Members Bandung")
    kopi.book.add_group("members")
    assert (await client.create_group("Members")).id == 8000
    assert (await client.create_group("members")).name == "members"
    assert len(kopi.book.groups) == 4


async def test_a_conflict_that_cannot_be_found_is_told(client: ContactsClient, kopi: Account, world: World) -> None:
    """When 8x8 says that a group exists and then has none of that name, the conflict stays."""
    kopi.book.add_group("Nowhere near")
    world.faults.add(says("contacts:createGroup", 409, {"code": 5003, "errorId": ERROR_ID, "timestamp": "?"}))
    with pytest.raises(Refused) as told:
        await client.create_group("Nowhere")
    assert told.value.sentence.startswith("8x8 refused this: there is a group with this name (code 5003, error ID b447")


async def test_an_unsure_group_is_simply_asked_for_again(client: ContactsClient, kopi: Account, world: World) -> None:
    """The name is unique, so a second call finds what the first one made."""
    world.faults.add(Fault("contacts:createGroup", "drop", when="after"))
    with pytest.raises(Ambiguous):
        await client.create_group("VIP")
    group = await client.create_group("VIP")
    assert [known.id for known in kopi.book.groups.values() if known.name == "VIP"] == [group.id]


# Reading


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-04-18T09:21:34.74Z", datetime(2022, 4, 18, 9, 21, 34, 740_000, UTC)),
        ("2017-04-19T02:31:19.4297387+00:00", datetime(2017, 4, 19, 2, 31, 19, 429_738, UTC)),
        ("2022-04-18T16:21:34+07:00", datetime(2022, 4, 18, 9, 21, 34, tzinfo=UTC)),
        ("2022-04-18T09:21:34", datetime(2022, 4, 18, 9, 21, 34, tzinfo=UTC)),
        ("string", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_times_are_read_in_both_forms(text: object, moment: datetime | None) -> None:
    """With two digits and Z, with seven and an offset; without a zone it is UTC; what is no time is none."""
    assert read_time(text) == moment


def test_the_list_example_of_8x8_is_read() -> None:
    """Its counters do not add up, and nobody minds."""
    example = {
        "fileName": "1_Contacts-without-Errors-with-header-with-duplicates.csv",
        "fileType": "csv",
        "fileLocation": "https://8x8.com/1_Contacts.csv",
        "invalidFileLocation": "https://8x8.com/invalid_contacts.csv",
        "totalRows": 12,
        "errorRows": 6,
        "duplicatedRows": 5,
        "insertedRows": 2,
        "contactGroups": 0,
        "id": "1da76ae9-5f8d-40c1-ba71-ae7b00abb23e",
        "type": "createContacts",
        "status": "completed",
        "createdAt": "2022-04-18T10:25:07.78Z",
    }
    batch = Batch.read(example)
    assert (batch.total_rows, batch.error_rows, batch.duplicated_rows, batch.inserted_rows) == (12, 6, 5, 2)
    assert (batch.contact_groups, batch.terminal) == (0, True)
    assert batch.created_at == datetime(2022, 4, 18, 10, 25, 7, 780_000, UTC)


def test_a_group_without_id_or_name_is_a_bad_answer() -> None:
    """An id may come as 8199.0, since the schema says "number"."""
    assert Group.read({"id": 8199.0, "name": "some group"}).id == 8199
    for odd in (
        {"id": 1},
        {"name": "x"},
        {"id": "1", "name": "x"},
        {"id": True, "name": "x"},
        {"id": 1.5, "name": "x"},
    ):
        with pytest.raises(BadAnswer):
            Group.read(odd)
