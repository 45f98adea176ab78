"""8x8's contacts service: who may call, lists, contacts, groups, and faults."""

import json
import re
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from bot.sandbox.contacts_api import Account
from bot.sandbox.faults import Fault
from bot.sandbox.seed import KOPI_ACCOUNT, MART_ACCOUNT
from bot.sandbox.world import World

# Who may call


async def test_nobody_gets_in_without_a_key_that_is_known(call: Any) -> None:
    """No key and a wrong key are 401 with code 1200, whatever the account."""
    call.key = ""
    assert (await call("GET", "/batches")).refusal == (401, 1200)
    call.key = "wrong"
    assert (await call("GET", "/batches", account="not-an-account")).refusal == (401, 1200)


async def test_a_key_opens_its_own_account_only(call: Any) -> None:
    """Another account, known or not, is 403 with code 1201."""
    assert (await call("GET", "/groups", account=MART_ACCOUNT)).refusal == (403, 1201)
    assert (await call("GET", "/groups", account="0" * 32)).refusal == (403, 1201)


@pytest.mark.parametrize("account", ["3fa85f64", KOPI_ACCOUNT + "0", KOPI_ACCOUNT.replace("3", "g")])
async def test_an_account_id_has_its_pattern(call: Any, account: str) -> None:
    """What is no account id is 400 with code 1000."""
    assert (await call("GET", "/groups", account=account)).refusal == (400, 1000)


@pytest.mark.parametrize("write", [str.upper, lambda text: text.replace("-", "")])
async def test_an_account_id_may_come_without_dashes_or_in_capitals(call: Any, write: Callable[[str], str]) -> None:
    """The same account, written otherwise, is the same account."""
    assert (await call("GET", "/groups", account=write(KOPI_ACCOUNT))).json["totalCount"] == 2


async def test_errors_come_with_both_forms_of_timestamp(call: Any) -> None:
    """8x8 writes times with two digits and Z, and with seven digits and an offset: so does the stand-in."""
    stamps = [(await call("GET", "/groups/1")).json["timestamp"] for _ in range(2)]
    assert any(re.fullmatch(r".+T\d\d:\d\d:\d\d\.\d{7}\+00:00", stamp) for stamp in stamps)
    assert any(re.fullmatch(r".+T\d\d:\d\d:\d\d\.\d{2}Z", stamp) for stamp in stamps)


# Lists


async def test_the_list_of_batches_is_paged_newest_first(call: Any) -> None:
    """Limit and offset cut the list into pages; the counts say where one stands."""
    ids = [(await call.upload()).json["id"] for _ in range(5)]
    page = (await call("GET", "/batches?limit=2&offset=1")).json
    assert [item["id"] for item in page["items"]] == [ids[2], ids[1]]
    counts = ("page", "totalPages", "totalCount", "totalFiltered", "hasPreviousPage", "hasNextPage")
    assert [page[name] for name in counts] == [2, 3, 5, 5, True, True]
    assert (await call("GET", "/batches?limit=2&offset=2")).json["hasNextPage"] is False


async def test_an_offset_may_count_items(call: Any, world: World) -> None:
    """The other reading of the documentation can be switched on."""
    ids = [(await call.upload()).json["id"] for _ in range(4)]
    world.contacts.offset_counts = "items"
    page = (await call("GET", "/batches?limit=2&offset=1")).json
    assert [item["id"] for item in page["items"]] == [ids[2], ids[1]]


async def test_a_list_is_twenty_long_when_nothing_is_said(call: Any, kopi: Account) -> None:
    """The default of ``limit`` is 20."""
    for turn in range(25):
        kopi.book.add_group(f"Group {turn}")
    assert len((await call("GET", "/groups")).json["items"]) == 20


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "limit=", "offset=-1", "offset=1.5", "type=other", "limit=" + "9" * 30]
)
async def test_a_list_refuses_odd_parameters(call: Any, query: str) -> None:
    """400 with code 1000."""
    assert (await call("GET", f"/batches?{query}")).refusal == (400, 1000)


async def test_an_empty_account_has_empty_lists(call: Any) -> None:
    """No batch yet: no items, no pages (the OpenAPI file's "at least one item" cannot hold here)."""
    page = (await call("GET", "/batches")).json
    assert (page["items"], page["totalPages"], page["hasNextPage"], page["hasPreviousPage"]) == ([], 0, False, False)


# Contacts


async def test_a_contact_is_made_once_and_merged_afterwards(call: Any) -> None:
    """201 for a new one; 200 for one that has an address which is known, with or without its plus."""
    body = {"firstName": "Ming", "addresses": {"msisdn": "+6581234001"}, "customAttributes": {"card": 7}}
    made = await call("POST", "/contacts", json=body)
    more = {"lastName": "Lee", "addresses": {"msisdn": "6581234001", "email": "ming@customer.example"}}
    merged = await call("POST", "/contacts", json=more)
    assert (made.status, merged.status) == (201, 200)
    assert merged.json["id"] == made.json["id"]
    assert (merged.json["firstName"], merged.json["lastName"]) == ("Ming", "Lee")
    assert merged.json["addresses"]["email"] == "ming@customer.example"
    assert merged.json["customAttributes"] == {"card": 7}
    assert (await call("GET", f"/contacts/{made.json['id']}")).json == merged.json


async def test_addresses_of_two_contacts_are_a_conflict(call: Any, kopi: Account) -> None:
    """409 when the addresses belong to more than one contact, and nobody is changed."""
    for addresses in ({"msisdn": "6581234001"}, {"email": "ming@customer.example"}):
        await call("POST", "/contacts", json={"addresses": addresses})
    both = {"msisdn": "6581234001", "email": "MING@customer.example"}
    assert (await call("POST", "/contacts", json={"firstName": "X", "addresses": both})).refusal[0] == 409
    assert all(not contact.fields for contact in kopi.book.contacts.values())


BAD_CONTACTS: list[tuple[Any, int]] = [
    ({}, 1000),
    ({"addresses": {}}, 1000),
    ({"addresses": {"msisdn": "0812345678"}}, 1002),
    ({"addresses": {"msisdn": "65 8123 4001"}}, 1002),
    ({"addresses": {"msisdn": 6581234001}}, 1002),
    ({"addresses": {"email": "nobody"}}, 1000),
    ({"addresses": {"msisdn": "6581234001"}, "firstName": ""}, 1000),
    ({"addresses": {"msisdn": "6581234001"}, "firstName": None}, 1000),
    ({"addresses": {"msisdn": "6581234001"}, "country": "SGP"}, 1000),
    ({"addresses": {"msisdn": "6581234001"}, "groups": []}, 1000),
    ({"addresses": {"msisdn": "6581234001"}, "groups": [{"id": 1}]}, 1000),
    ({"addresses": {"msisdn": "6581234001"}, "groups": [{"id": 8000}, {"id": 8000}]}, 1000),
    ([], 1000),
    ("x", 1000),
]


@pytest.mark.parametrize(("body", "code"), BAD_CONTACTS)
async def test_a_contact_that_breaks_the_schema_is_refused(call: Any, kopi: Account, body: Any, code: int) -> None:
    """400; the code is 1002 when it is the phone number."""
    assert (await call("POST", "/contacts", json=body)).refusal == (400, code)
    assert not kopi.book.contacts


@pytest.mark.parametrize(("body", "kind"), [(b"{", "application/json"), (b"{}", "text/plain"), (b"[" * 9999, None)])
async def test_a_body_that_is_no_json_is_refused(call: Any, body: bytes, kind: str | None) -> None:
    """400 with code 1000."""
    assert (await call("POST", "/contacts", data=body, kind=kind or "application/json")).refusal == (400, 1000)


async def test_contacts_are_found_by_words_group_and_country(call: Any, kopi: Account) -> None:
    """Each filter narrows the list; the total stays."""
    first, second = kopi.book.groups
    kopi.book.merge({"msisdn": "6581234001"}, {"firstName": "Ming", "country": "SG"}, groups=[first])
    kopi.book.merge({"msisdn": "639051234001"}, {"firstName": "Rosa", "country": "PH"}, groups=[second])
    for query in ("query=min", "query=6581", f"groupId={first}", "country=sg", f"query=M&groupId={first}&country=SG"):
        page = (await call("GET", f"/contacts?{query}")).json
        assert [item["firstName"] for item in page["items"]] == ["Ming"]
        assert (page["totalCount"], page["totalFiltered"]) == (2, 1)
    for query in ("country=SGP", "groupId=x", "query=" + "x" * 321):
        assert (await call("GET", f"/contacts?{query}")).refusal == (400, 1000)


async def test_a_contact_is_patched_whole_or_not_at_all(call: Any) -> None:
    """The examples of the OpenAPI file work; a patch with one bad step changes nothing."""
    made = (await call("POST", "/contacts", json={"addresses": {"msisdn": "6581234001"}})).json
    path = f"/contacts/{made['id']}"
    steps = [
        {"op": "add", "path": "/firstName", "value": "John"},
        {"op": "add", "path": "/addresses/lineId", "value": "line"},
        {"op": "remove", "path": "/addresses/msisdn"},
        {"op": "add", "path": "/customAttributes/Department", "value": "Sales"},
        {"op": "copy", "from": "/customAttributes/Department", "path": "/customAttributes/Team"},
        {"op": "move", "from": "/customAttributes/Team", "path": "/customAttributes/Crew"},
        {"op": "test", "path": "/firstname", "value": "John"},
    ]
    patched = await call("PATCH", path, json=steps)
    assert patched.status == 200
    assert patched.json["firstName"] == "John"
    assert patched.json["addresses"] == {"lineId": "line"}
    assert patched.json["customAttributes"] == {"Department": "Sales", "Crew": "Sales"}
    for bad in (
        {"op": "replace", "path": "/lastName", "value": "Black"},
        {"op": "remove", "path": "/addresses/lineId"},
        {"op": "test", "path": "/firstName", "value": "Jack"},
        {"op": "add", "path": "/id", "value": "1"},
        {"op": "add", "path": "/groups", "value": "1"},
        {"op": "copy", "path": "/lastName"},
        {"op": "add", "path": "/firstName", "value": ""},
        {"op": "add", "path": "/nothing/at/all", "value": "x"},
        {"op": "shout", "path": "/firstName"},
    ):
        reply = await call("PATCH", path, json=[{"op": "replace", "path": "/firstName", "value": "Jim"}, bad])
        assert reply.refusal == (400, 1000)
    assert (await call("GET", path)).json["firstName"] == "John"


async def test_a_contact_does_not_take_anothers_address(call: Any) -> None:
    """A patch to an address that another contact has is refused."""
    ids = [
        (await call("POST", "/contacts", json={"addresses": {"msisdn": number}})).json["id"]
        for number in ("6581234001", "6581234002")
    ]
    step = {"op": "replace", "path": "/addresses/msisdn", "value": "+6581234001"}
    assert (await call("PATCH", f"/contacts/{ids[1]}", json=[step])).refusal == (400, 1000)


async def test_a_contact_is_deleted_and_stays_so(call: Any) -> None:
    """204 each time, as nothing else is documented; then 404 with code 1300, and its number is free."""
    body = {"addresses": {"msisdn": "6581234001"}}
    path = f"/contacts/{(await call('POST', '/contacts', json=body)).json['id']}"
    assert [(await call("DELETE", path)).status for _ in range(2)] == [204, 204]
    assert (await call("GET", path)).refusal == (404, 1300)
    assert (await call("PATCH", path, json=[])).refusal == (404, 1300)
    assert (await call("GET", "/contacts/abc")).refusal == (404, 1300)
    assert (await call("POST", "/contacts", json=body)).status == 201


async def test_a_number_is_blacklisted(call: Any, kopi: Account) -> None:
    """It goes into a blacklist group, which is made when there is none; the body may be absent or text."""
    assert (await call("POST", "/contacts/blacklist/+6581234001")).status == 200
    assert (await call("POST", "/contacts/blacklist/6581234001", json="no more")).status == 200
    assert (await call("POST", "/contacts/blacklist/6581234001", json={})).refusal == (400, 1000)
    assert (await call("POST", "/contacts/blacklist/0812")).refusal == (400, 1002)
    (group,) = [group for group in kopi.book.groups.values() if group.is_blacklist]
    assert len(group.members) == 1


# Groups


async def test_a_group_is_made_found_and_deleted(call: Any) -> None:
    """201 with the group; ``name`` searches in any case; deleting it twice is 404."""
    made = await call("POST", "/groups", json={"name": "VIP Bandung", "description": "The best"})
    assert made.status == 201
    assert {name: made.json[name] for name in ("name", "description", "isBlacklist", "contacts")} == {
        "name": "VIP Bandung",
        "description": "The best",
        "isBlacklist": False,
        "contacts": 0,
    }
    path = f"/groups/{made.json['id']}"
    assert (await call("GET", "/groups?name=vip")).json["items"] == [made.json]
    assert (await call("GET", path)).json == made.json
    assert (await call("DELETE", path)).status == 204
    assert (await call("DELETE", path)).refusal == (404, 1300)
    assert (await call("GET", path)).refusal == (404, 1300)


async def test_a_groups_name_is_taken_once(call: Any, kopi: Account) -> None:
    """409 with code 5003, when it is made and when it is renamed; its own name is no conflict."""
    first, second = kopi.book.groups.values()
    assert (await call("POST", "/groups", json={"name": first.name})).refusal == (409, 5003)
    rename = [{"op": "replace", "path": "/name", "value": first.name}]
    assert (await call("PATCH", f"/groups/{second.id}", json=rename)).refusal == (409, 5003)
    assert (await call("PATCH", f"/groups/{first.id}", json=rename)).status == 200


@pytest.mark.parametrize("value", ["true", True])
async def test_a_group_becomes_a_blacklist_as_in_the_example(call: Any, kopi: Account, value: object) -> None:
    """The example patches ``/isblacklist`` in lower case, with the text "true"."""
    group = next(iter(kopi.book.groups))
    step = {"op": "replace", "path": "/isblacklist", "value": value}
    assert (await call("PATCH", f"/groups/{group}", json=[step])).json["isBlacklist"] is True


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": "x" * 101}, {"name": "x", "description": ""}, {"name": "x", "isBlacklist": "no"}],
)
async def test_a_group_that_breaks_the_schema_is_refused(call: Any, body: dict[str, Any]) -> None:
    """400 with code 1000."""
    assert (await call("POST", "/groups", json=body)).refusal == (400, 1000)


async def test_contacts_join_and_leave_a_group(call: Any, kopi: Account) -> None:
    """201 and 200 with the group; an unknown contact or group is 404."""
    first, second = kopi.book.groups
    ids = await call.add_people(first)
    path = f"/groups/{second}/contacts"
    joined = await call("POST", path, json={"contacts": ids})
    assert (joined.status, joined.json["contacts"]) == (201, 2)
    left = await call("DELETE", path, json={"contacts": ids[:1]})
    assert (left.status, left.json["contacts"]) == (200, 1)
    assert (await call("POST", path, json={"contacts": [1]})).refusal == (404, 1300)
    assert (await call("POST", "/groups/1/contacts", json={"contacts": ids})).refusal == (404, 1300)


# Faults


@pytest.mark.parametrize(("when", "batches"), [("before", 0), ("after", 1)])
async def test_a_dropped_connection_may_hide_an_effect(
    call: Any, kopi: Account, world: World, when: Any, batches: int
) -> None:
    """``drop`` before the effect begins no batch; after it, the batch is there and the caller does not know."""
    world.faults.add(Fault("contacts:createContacts", "drop", when=when))
    with pytest.raises(aiohttp.ClientConnectionError):
        await call.upload()
    assert len(kopi.batches) == batches


async def test_a_fault_may_say_what_8x8_says(call: Any, world: World) -> None:
    """A status with headers and an error body of the service's own making."""
    body = json.dumps(world.contacts.errors.body(2000, "Internal error"))
    fault = Fault(
        "contacts:listBatches",
        "status",
        status=429,
        headers={"Retry-After": "7"},
        body=body,
        content_type="application/json",
    )
    world.faults.add(fault)
    reply = await call("GET", "/batches")
    assert (reply.refusal, reply.headers["Retry-After"]) == ((429, 2000), "7")
    assert (await call("GET", "/batches")).status == 200
