"""The one call to 8x8 that each kind of operation is, and how to see whether a call whose answer was lost was done."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.contacts.answers import Batch, Contact
from bot.contacts.client import ContactsClient
from bot.contacts.errors import NotFound
from bot.contacts.operations import rules
from bot.contacts.operations.rules import GroupNotEmpty, Kind
from bot.contacts.operations.tables import ContactOperation

Answer = dict[str, Any]
_FIELDS = ("firstName", "lastName", "externalId", "country")


async def begin(client: ContactsClient, operation: ContactOperation, numbers: Sequence[str]) -> Batch:
    """Give 8x8 a batch; ``numbers`` are those of this part."""
    what = operation.what
    match Kind(operation.kind):
        case Kind.COPY:
            return await client.copy_contacts(what["source"]["id"], what["target"]["id"])
        case Kind.MOVE:
            return await client.move_contacts(what["source"]["id"], what["target"]["id"])
        case Kind.DELETE_GROUPS:
            ids = [group["id"] for group in what["groups"]]
            return await client.delete_groups(ids, with_contacts=bool(what["with_contacts"]))
        case Kind.DELETE if what.get("all") is True:
            return await client.delete_contacts(everybody=True)
        case _:
            return await client.delete_contacts(msisdns=numbers)


async def do(client: ContactsClient, operation: ContactOperation) -> Answer:
    """Do what is no batch; what is worth telling of the answer."""
    what = operation.what
    match Kind(operation.kind):
        case Kind.ADD:
            contact, is_new = await client.add_contact(body_of(what["typed"]))
            return {"contact_id": contact.id, "is_new": is_new}
        case Kind.CHANGE:
            await client.change_contact(what["contact_id"], what["patch"])
        case Kind.BLOCK:
            await client.block(what["msisdn"])
        case Kind.REMOVE:
            await client.delete_contact(what["contact_id"])
        case Kind.NEW_GROUP:
            group = await client.new_group(
                what["name"], what["typed"].get("description"), is_blacklist=bool(what["typed"].get("is_blacklist"))
            )
            return {"group_id": group.id}
        case Kind.CHANGE_GROUP:
            await client.change_group(what["group_id"], what["patch"])
        case _:
            await _drop(client, what)
    return {}


async def _drop(client: ContactsClient, what: Mapping[str, Any]) -> None:
    try:
        group = await client.group(what["group_id"])
        if group.contacts:
            count = f"{group.contacts:,} contact{'' if group.contacts == 1 else 's'}"
            raise GroupNotEmpty(name=group.name, count=count)
        await client.delete_group(what["group_id"])
    except NotFound:
        return  # it is gone, which is what was asked for


async def was_done(client: ContactsClient, operation: ContactOperation) -> Answer | None:
    """What shows that a single call was done although its answer was lost; None when nothing does."""
    what = operation.what
    match Kind(operation.kind):
        case Kind.ADD:
            found = await _by_number(client, what["typed"].get("msisdn", ""))
            same = found is not None and has(found, what["typed"])
            return {"contact_id": found.id} if found and same else None
        case Kind.CHANGE:
            return {} if has(await client.contact(what["contact_id"]), what["typed"]) else None
        case Kind.BLOCK:
            found = await _by_number(client, what["msisdn"])
            return {} if found is not None and found.is_blocked else None
        case Kind.NEW_GROUP:
            group = await client.group_named(what["name"])
            return {"group_id": group.id} if group is not None and group.name == what["name"] else None
        case Kind.CHANGE_GROUP:
            group = await client.group(what["group_id"])
            typed = what["typed"]
            return {} if (group.name, group.description or "") == (typed["name"], typed["description"]) else None
        case kind:
            return await _is_gone(client, kind, what)


async def _is_gone(client: ContactsClient, kind: Kind, what: Mapping[str, Any]) -> Answer | None:
    try:
        if kind == Kind.REMOVE:
            await client.contact(what["contact_id"])
        else:
            await client.group(what["group_id"])
    except NotFound:
        return {}
    return None


async def _by_number(client: ContactsClient, msisdn: str) -> Contact | None:
    digits = msisdn.removeprefix("+")
    if not digits:
        return None
    async for contact in client.contacts(digits):
        if contact.addresses.get("msisdn", "").removeprefix("+") == digits:
            return contact
    return None


def body_of(typed: Mapping[str, str]) -> dict[str, Any]:
    """The body that adds a contact."""
    addresses = {name: typed[name] for name in ("msisdn", "email") if typed.get(name)}
    groups = [{"id": int(each)} for each in typed.get("groups", "").split(",") if each]
    fields: dict[str, Any] = {name: typed[name] for name in _FIELDS if typed.get(name)}
    return fields | {"addresses": addresses} | ({"groups": groups} if groups else {})


def facts_of(contact: Contact) -> dict[str, str | None]:
    """A contact's facts by the names that the form has."""
    return {
        "firstName": contact.first_name,
        "lastName": contact.last_name,
        "externalId": contact.external_id,
        "country": contact.country,
        "msisdn": contact.addresses.get("msisdn"),
        "email": contact.addresses.get("email"),
    }


def has(contact: Contact, typed: Mapping[str, str]) -> bool:
    """Whether a contact is as somebody typed; a plus before the number does not count."""
    facts = {name: (value or "").removeprefix("+") for name, value in facts_of(contact).items()}
    return all(facts[name] == value.removeprefix("+") for name, value in typed.items() if name in facts)


def numbers_for(operation: ContactOperation, given: Sequence[str]) -> list[str]:
    """The numbers of the part that is sent now."""
    return rules.part_of(given, operation.part)
