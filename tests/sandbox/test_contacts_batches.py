"""8x8's contacts service: what it takes as a batch, and how batches go."""

import csv
import io
from typing import Any
from uuid import UUID

import pytest
import xlwt

from bot.sandbox.contacts_api import Account
from bot.sandbox.world import World

STEP = 1000
"""Seconds that every status lasts, as the fixture ``call`` sets it."""
CSV = b"msisdn,firstName,lastName\n+6581234001,Ming,Lee\n6581234002,Wei,Ong\n"


# Uploading a file


async def test_an_upload_is_answered_with_a_queued_job(call: Any, world: World) -> None:
    """202 brings what the seed's page shows, and the link gives the file back."""
    reply = await call.upload()
    assert reply.status == 202
    job = reply.json
    assert set(job) == {"fileName", "fileType", "fileLocation", "id", "type", "status", "createdAt"}
    assert (job["fileName"], job["fileType"], job["type"], job["status"]) == (
        "people.csv",
        "csv",
        "createContacts",
        "queued",
    )
    UUID(job["id"])
    async with call.http.get(job["fileLocation"]) as response:
        assert await response.read() == CSV
    assert [effect.name for effect in world.effects] == ["contacts:createContacts"]
    assert world.effects[0].detail["batch"] == job["id"]


async def test_a_batch_goes_from_queued_over_in_progress_to_completed(call: Any, world: World, kopi: Account) -> None:
    """Time moves a batch on, and its contacts appear as it works."""
    batch_id = (await call.upload()).json["id"]

    async def status() -> str:
        return str((await call("GET", f"/batches/{batch_id}")).json["status"])

    assert await status() == "queued"
    assert not kopi.book.contacts
    world.contacts.advance(STEP * 1.6)
    assert await status() == "inProgress"
    assert len(kopi.book.contacts) == 1
    world.contacts.advance(STEP)
    assert await status() == "completed"
    assert [contact.addresses["msisdn"] for contact in kopi.book.contacts.values()] == ["+6581234001", "6581234002"]


async def test_counters_are_true_and_only_in_the_list(call: Any, world: World) -> None:
    """Rows that went in, were repeated or refused are counted on the list, and the by-id answer has none of it."""
    data = CSV + b"+6581234001,Twice,\n0812345,Leading zero,\n,No number,\n,,\n"
    batch_id = (await call.upload(data, groups="8000")).json["id"]
    world.contacts.advance(STEP * 2)
    counted = await call.counters()
    names = ("totalRows", "insertedRows", "duplicatedRows", "errorRows", "contactGroups")
    assert [counted[name] for name in names] == [5, 2, 1, 2, 1]
    async with call.http.get(counted["invalidFileLocation"]) as response:
        refused = list(csv.reader(io.StringIO(await response.text())))
    assert [row[:2] for row in refused] == [["0812345", "Leading zero"], ["", "No number"]]
    assert set((await call("GET", f"/batches/{batch_id}")).json) == {"id", "type", "status", "createdAt"}


async def test_the_same_file_again_is_a_second_batch(call: Any, world: World, kopi: Account) -> None:
    """There is no idempotency key: the file is taken again, and its rows are all repeated ones."""
    first, second = (await call.upload()).json["id"], (await call.upload()).json["id"]
    world.contacts.advance(STEP * 2)
    listed = (await call("GET", "/batches?type=createContacts")).json["items"]
    assert [item["id"] for item in listed] == [second, first]
    assert [item["insertedRows"] for item in listed] == [0, 2]
    assert len(kopi.book.contacts) == 2


async def test_contacts_land_in_the_groups_that_were_named(call: Any, world: World, kopi: Account) -> None:
    """Blanks around the ids do no harm, and a group's count rises."""
    group = next(iter(kopi.book.groups))
    await call.upload(groups=f" {group}, {group + 1}")
    world.contacts.advance(STEP * 2)
    await call.counters()
    assert [item["contacts"] for item in (await call("GET", "/groups")).json["items"]] == [2, 2]


async def test_a_file_without_a_header_is_read_by_its_columns(call: Any, world: World, kopi: Account) -> None:
    """``fileColumns`` names the columns; blanks after the commas are as in the example."""
    await call.upload(b"Ming,6581234001\n", fileHasHeader="false", fileColumns="firstName, msisdn, lastName")
    world.contacts.advance(STEP * 2)
    await call.counters()
    (contact,) = kopi.book.contacts.values()
    assert (contact.addresses, contact.fields) == ({"msisdn": "6581234001"}, {"firstName": "Ming"})


async def test_an_old_workbook_is_read_like_a_csv(call: Any, world: World, kopi: Account) -> None:
    """An .xls has type xls, and a number in a number cell is a number."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    for place, value in enumerate(["msisdn", 6581234001.0, "+6581234002"]):
        sheet.write(place, 0, value)
    data = io.BytesIO()
    book.save(data)
    reply = await call.upload(data.getvalue(), "people.XLS")
    assert reply.json["fileType"] == "xls"
    world.contacts.advance(STEP * 2)
    assert (await call.counters())["insertedRows"] == 2
    assert {contact.addresses["msisdn"] for contact in kopi.book.contacts.values()} == {"6581234001", "+6581234002"}


REFUSED_FORMS = {
    "unknown group": {"groups": "8000,9"},
    "eleven groups": {"groups": ",".join(["8000"] * 11)},
    "groups by name": {"groups": "Members"},
    "no columns": {"fileHasHeader": "false"},
    "columns without an address": {"fileHasHeader": "false", "fileColumns": "firstName"},
    "odd header flag": {"fileHasHeader": "maybe"},
    "xlsx": {"name": "people.xlsx"},
    "no type": {"name": "people"},
}


@pytest.mark.parametrize("form", REFUSED_FORMS.values(), ids=REFUSED_FORMS)
async def test_a_form_that_breaks_a_rule_is_refused(call: Any, world: World, form: dict[str, str]) -> None:
    """400 with code 1000, and no batch begins."""
    assert (await call.upload(**form)).refusal == (400, 1000)  # type: ignore[arg-type]
    assert world.effects == []


async def test_a_file_above_30_mb_is_refused(call: Any) -> None:
    """The limit is read strictly: 30,000,000 bytes pass, one more does not."""
    assert (await call.upload(b"msisdn\n".ljust(30_000_000, b"\n"))).status == 202
    assert (await call.upload(b"msisdn\n".ljust(30_000_001, b"\n"))).refusal == (400, 1000)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"no form"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nno name\r\n--x--',
        ),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="\xc2\x94"\r\n\r\n\r\n--x--'),
    ],
)
async def test_what_is_no_form_with_a_file_is_refused(call: Any, kind: str, body: bytes) -> None:
    """A broken form is the caller's fault (400), not the service's."""
    reply = await call("POST", "/contacts/batches/createContacts", data=body, kind=kind)
    assert reply.refusal == (400, 1000)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00\x00", b"name,city\nMing,Singapore\n"])
async def test_a_file_that_cannot_be_used_makes_a_batch_that_fails(call: Any, world: World, data: bytes) -> None:
    """Rows are read after the file was accepted, so what is wrong with them shows later."""
    batch_id = (await call.upload(data)).json["id"]
    world.contacts.advance(STEP * 2)
    assert (await call("GET", f"/batches/{batch_id}")).json["status"] == "failed"


# Scripts


@pytest.mark.parametrize("end", ["failed", "stopped", "timeout"])
async def test_a_scripted_batch_ends_badly(call: Any, world: World, kopi: Account, end: Any) -> None:
    """The next batch ends as it was told, halfway through its rows; the one after it is a normal one again."""
    world.contacts.script("queued", "inProgress", end)
    bad = (await call.upload()).json["id"]
    world.contacts.advance(STEP * 5)
    assert (await call("GET", f"/batches/{bad}")).json["status"] == end
    assert len(kopi.book.contacts) == 1
    good = (await call.upload()).json["id"]
    world.contacts.advance(STEP * 5)
    assert (await call("GET", f"/batches/{good}")).json["status"] == "completed"


async def test_a_stuck_batch_never_ends(call: Any, world: World) -> None:
    """A script whose last status is not terminal stays there."""
    world.contacts.script("queued")
    batch_id = (await call.upload()).json["id"]
    world.contacts.advance(STEP * 1000)
    assert (await call("GET", f"/batches/{batch_id}")).json["status"] == "queued"


async def test_a_scripted_batch_refuses_good_rows(call: Any, world: World) -> None:
    """``completed`` does not mean that all rows went in."""
    world.contacts.script(error_rows=1)
    await call.upload()
    world.contacts.advance(STEP * 2)
    counted = await call.counters()
    assert (counted["status"], counted["errorRows"], counted["insertedRows"]) == ("completed", 1, 1)


@pytest.mark.parametrize(("counters", "on_list", "by_id"), [("never", False, False), ("both", True, True)])
async def test_counters_can_be_absent_or_everywhere(
    call: Any, world: World, counters: Any, *, on_list: bool, by_id: bool
) -> None:
    """They are documented nowhere but in an example, so they may be anywhere."""
    world.contacts.script(counters=counters)
    batch_id = (await call.upload()).json["id"]
    world.contacts.advance(STEP * 2)
    assert ("totalRows" in await call.counters()) is on_list
    assert ("totalRows" in (await call("GET", f"/batches/{batch_id}")).json) is by_id


# Other batches


@pytest.mark.parametrize(("kind", "left"), [("copyContacts", [2, 2]), ("moveContacts", [0, 2])])
async def test_contacts_are_copied_or_moved_between_groups(
    call: Any, world: World, kopi: Account, kind: str, left: list[int]
) -> None:
    """Copying leaves the source as it is, moving empties it; both need two groups that exist."""
    source, target = kopi.book.groups
    await call.add_people(source)
    path = f"/groups/batches/{kind}"
    assert (await call("POST", f"{path}?from={source}")).refusal == (400, 1000)
    assert (await call("POST", f"{path}?from={source}&to=1")).refusal == (400, 1000)
    reply = await call("POST", f"{path}?from={source}&to={target}")
    assert (reply.status, reply.json["type"], reply.json["status"]) == (202, kind, "queued")
    world.contacts.advance(STEP * 2)
    await call("GET", "/batches")
    assert [item["contacts"] for item in (await call("GET", "/groups")).json["items"]] == left


@pytest.mark.parametrize(
    ("body", "left"),
    [({"msisdns": ["+6581234001", "65"]}, 1), ({"all": True}, 0), ({"ids": [1]}, 2), ({"msisdns": [], "ids": "0"}, 1)],
)
async def test_contacts_are_deleted_by_number_by_id_or_all(
    call: Any, world: World, kopi: Account, body: dict[str, Any], left: int
) -> None:
    """A number counts with or without its plus; what is not there does not matter."""
    ids = await call.add_people(next(iter(kopi.book.groups)))
    body = body | ({"ids": [ids[0]]} if body.get("ids") == "0" else {})
    assert (await call("POST", "/contacts/batches/deleteContacts", json=body)).status == 202
    world.contacts.advance(STEP * 2)
    await call("GET", "/batches")
    assert len(kopi.book.contacts) == left


@pytest.mark.parametrize(("with_contacts", "left"), [(True, 0), (False, 2)])
async def test_groups_are_deleted_with_or_without_their_contacts(
    call: Any, world: World, kopi: Account, *, with_contacts: bool, left: int
) -> None:
    """Both members of the body are required."""
    group = next(iter(kopi.book.groups))
    await call.add_people(group)
    path = "/groups/batches/deleteGroups"
    assert (await call("POST", path, json={"ids": [group]})).refusal == (400, 1000)
    assert (await call("POST", path, json={"ids": [group], "deleteContacts": with_contacts})).status == 202
    world.contacts.advance(STEP * 2)
    await call("GET", "/batches")
    assert (group in kopi.book.groups, len(kopi.book.contacts)) == (False, left)


@pytest.mark.parametrize("body", [{}, {"all": False}, {"ids": []}, {"all": None, "ids": [1]}, {"ids": ["x"]}, []])
async def test_a_deletion_of_nothing_is_refused(call: Any, body: Any) -> None:
    """400 when it is not said what to delete."""
    assert (await call("POST", "/contacts/batches/deleteContacts", json=body)).refusal == (400, 1000)


async def test_an_unknown_batch_is_an_invalid_job(call: Any) -> None:
    """404 with code 4018, also for what is no UUID, and for another account's batch."""
    batch_id = (await call.upload()).json["id"]
    assert (await call("GET", f"/batches/{batch_id.upper()}")).status == 200
    for unknown in ("3fa85f64-5717-4562-b3fc-2c963f66afa6", "x"):
        assert (await call("GET", f"/batches/{unknown}")).refusal == (404, 4018)


async def test_a_huge_file_is_worked_through_bit_by_bit(call: Any, world: World, kopi: Account) -> None:
    """Each look does 20,000 rows at most, so the batch is in progress until enough looks were taken."""
    rows = "".join(f"+65812{turn:05d}\n" for turn in range(45_000))
    batch_id = (await call.upload(f"msisdn\n{rows}".encode())).json["id"]
    world.contacts.advance(STEP * 2)
    statuses = [(await call("GET", f"/batches/{batch_id}")).json["status"] for _ in range(4)]
    assert statuses == ["inProgress", "inProgress", "completed", "completed"]
    assert len(kopi.book.contacts) == 45_000
