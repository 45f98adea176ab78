"""Groups, single contacts and what is done to many of them, by the client, against the sandbox."""

from typing import Any

import pytest

from bot.contacts.answers import BatchStatus, BatchType
from bot.contacts.client import ContactsClient
from bot.contacts.errors import Ambiguous, NotFound, Refused
from bot.sandbox.contacts_api import Account
from bot.sandbox.contacts_api.batches import BATCH_TYPES, Batch
from bot.sandbox.faults import Fault
from bot.sandbox.world import World

ANI, BUDI, CITRA = "+628123456701", "+628123456702", "+628123456703"


@pytest.fixture
def people(kopi: Account) -> dict[str, Any]:
    """Three contacts, of whom two are members."""
    members = next(group for group in kopi.book.groups.values() if group.name == "Members")
    put = {number: kopi.book.merge({"msisdn": number}, {"firstName": name})[0] for number, name in
           ((ANI, "Ani"), (BUDI, "Budi"), (CITRA, "Citra"))}  # fmt: skip
    for number in (ANI, BUDI):
        kopi.book.join(put[number], members.id)
    return {**put, "members": members}


def ended(world: World, kopi: Account) -> list[Batch]:
    """8x8 comes to the end of all batches."""
    world.contacts.advance(10_000)
    return world.contacts.batches(kopi)


# Batches


async def test_chosen_contacts_are_deleted_by_number_and_by_id(
    client: ContactsClient, world: World, kopi: Account, people: Any
) -> None:
    """Numbers with and without the plus, and ids, in one batch; nobody else goes."""
    batch = await client.delete_contacts(
        msisdns=[ANI.removeprefix("+"), "+628999999999"], contact_ids=[people[BUDI].id]
    )
    assert (batch.type, batch.status) == (BatchType.DELETE_CONTACTS, BatchStatus.QUEUED)
    ended(world, kopi)
    assert list(kopi.book.contacts) == [people[CITRA].id]


async def test_all_contacts_are_deleted_only_when_it_is_said(
    client: ContactsClient, world: World, kopi: Account, people: Any
) -> None:
    """Naming nobody is a mistake here, and never "all"."""
    with pytest.raises(ValueError, match="name the contacts"):
        await client.delete_contacts()
    await client.delete_contacts(everybody=True)
    ended(world, kopi)
    assert kopi.book.contacts == {}


@pytest.mark.parametrize(("kind", "left"), [("copy", 2), ("move", 0)])
async def test_a_group_is_copied_or_moved(
    client: ContactsClient, world: World, kopi: Account, people: Any, kind: str, left: int
) -> None:
    """All its contacts are in the other group too, or instead."""
    target = kopi.book.add_group("Target")
    batch = await getattr(client, f"{kind}_contacts")(people["members"].id, target.id)
    assert batch.type == f"{kind}Contacts"
    ended(world, kopi)
    assert (len(target.members), len(people["members"].members)) == (2, left)


@pytest.mark.parametrize(("with_contacts", "left"), [(False, 3), (True, 1)])
async def test_groups_are_deleted_with_or_without_their_contacts(
    client: ContactsClient, world: World, kopi: Account, people: Any, with_contacts: bool, left: int
) -> None:
    """Who is not in them stays in any case."""
    await client.delete_groups([people["members"].id], with_contacts=with_contacts)
    ended(world, kopi)
    assert people["members"].id not in kopi.book.groups
    assert len(kopi.book.contacts) == left


@pytest.mark.parametrize(
    ("where", "call"),
    [
        ("deleteContacts", lambda client, _group: client.delete_contacts(everybody=True)),
        ("copyContacts", lambda client, group: client.copy_contacts(group, group + 1)),
        ("moveContacts", lambda client, group: client.move_contacts(group, group + 1)),
        ("deleteGroups", lambda client, group: client.delete_groups([group], with_contacts=True)),
        ("createContact", lambda client, _group: client.add_contact({"addresses": {"msisdn": ANI}})),
        ("blacklist", lambda client, _group: client.block(ANI)),
        ("updateGroup", lambda client, group: client.change_group(group, [])),
        ("addToGroup", lambda client, group: client.add_to_group(group, [])),
    ],
)
async def test_a_lost_answer_to_a_change_is_ambiguous_and_sent_once(
    client: ContactsClient, world: World, kopi: Account, people: Any, where: str, call: Any
) -> None:
    """The connection drops after 8x8 did it: the client says that nobody knows, and asks no second time."""
    world.faults.add(Fault(f"contacts:{where}", "drop", when="after"))
    with pytest.raises(Ambiguous):
        await call(client, people["members"].id)
    assert len(kopi.batches) == (where in BATCH_TYPES)


async def test_a_group_that_is_not_there_is_refused(client: ContactsClient, people: Any) -> None:
    """With 8x8's words and error ID."""
    with pytest.raises(Refused, match=r"Unable to find group with id 1.* error ID"):
        await client.copy_contacts(1, people["members"].id)


# Groups


async def test_a_group_is_made_renamed_described_marked_and_deleted(client: ContactsClient, kopi: Account) -> None:
    """JSON Patch, also with the lower-case path of 8x8's example; a taken name is code 5003; what is gone is 1300."""
    group = await client.new_group("Fans", "Who come often")
    assert (await client.group(group.id)).description == "Who come often"
    patch = [{"op": "replace", "path": "/name", "value": "Friends"}, {"op": "remove", "path": "/description"}]
    changed = await client.change_group(group.id, patch)
    assert (changed.name, changed.description, changed.is_blacklist) == ("Friends", None, False)
    marked = await client.change_group(group.id, [{"op": "replace", "path": "/isblacklist", "value": "true"}])
    assert marked.is_blacklist
    for call in (client.new_group("Members"), client.change_group(group.id, [{**patch[0], "value": "Members"}])):
        with pytest.raises(Refused) as refusal:
            await call
        assert (refusal.value.status, refusal.value.code) == (409, 5003)
    await client.delete_group(group.id)
    with pytest.raises(NotFound) as gone:
        await client.delete_group(group.id)
    assert gone.value.code == 1300


async def test_contacts_join_and_leave_a_group(client: ContactsClient, people: Any) -> None:
    """The answer is the group with its count."""
    members, citra = people["members"].id, people[CITRA].id
    assert (await client.add_to_group(members, [citra])).contacts == 3
    assert (await client.remove_from_group(members, [citra, people[ANI].id])).contacts == 1


# Single contacts


async def test_adding_tells_new_merged_and_conflict_apart(client: ContactsClient, kopi: Account) -> None:
    """201, 200 and 409."""
    new, is_new = await client.add_contact({"addresses": {"msisdn": ANI}, "firstName": "Ani"})
    assert is_new
    same, is_new = await client.add_contact({"addresses": {"msisdn": ANI}, "lastName": "Wijaya"})
    assert (same.id, same.first_name, same.last_name, is_new) == (new.id, "Ani", "Wijaya", False)
    await client.add_contact({"addresses": {"email": "budi@kopi.example"}})
    with pytest.raises(Refused) as conflict:
        await client.add_contact({"addresses": {"msisdn": ANI, "email": "budi@kopi.example"}})
    assert conflict.value.status == 409


async def test_a_contact_is_found_changed_blocked_and_deleted(client: ContactsClient, people: Any) -> None:
    """By part of the number or the name; JSON Patch; a blocked one is in a block-list group; gone is gone."""
    assert await client.count_contacts() == 3
    (found,) = [each async for each in client.contacts("citra")]
    assert (found.id, found.addresses, found.groups, found.is_blocked) == (
        people[CITRA].id,
        {"msisdn": CITRA},
        (),
        False,
    )
    patch = [{"op": "replace", "path": "/firstName", "value": "Citra Dewi"}]
    assert (await client.change_contact(found.id, patch)).first_name == "Citra Dewi"
    for _ in range(2):
        await client.block(CITRA)
    assert (await client.contact(found.id)).is_blocked
    await client.delete_contact(found.id)
    await client.delete_contact(found.id)
    with pytest.raises(NotFound):
        await client.contact(found.id)
