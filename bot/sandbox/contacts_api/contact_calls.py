"""Operations on single contacts."""

import json

from aiohttp import web

from bot.sandbox.contacts_api.answers import INVALID_MSISDN, ApiError, invalid, whole_number
from bot.sandbox.contacts_api.bodies import INT64_MOST, ContactBody, Operation, checked, patched, read_body
from bot.sandbox.contacts_api.book import Contact
from bot.sandbox.contacts_api.calls import Call
from bot.sandbox.contacts_api.uploads import MSISDN

QUERY_MOST = 320


async def search(call: Call) -> web.Response:
    """Contacts by part of a name or address, by group, by country."""
    words = call.query.get("query", "").casefold()
    country = call.query.get("country")
    group = call.query.get("groupId")
    group_id = None if group is None else whole_number("groupId", group, most=INT64_MOST)
    if len(words) > QUERY_MOST:
        raise invalid(f"The value of 'query' must not be longer than {QUERY_MOST}")
    if country is not None and len(country) != 2:  # noqa: PLR2004 (Alpha-2)
        raise invalid("The value of 'country' must be an Alpha-2 code")

    def matches(contact: Contact) -> bool:
        texts = (*contact.addresses.values(), *contact.fields.values())
        return (
            (not words or any(words in text.casefold() for text in texts))
            and (country is None or contact.fields.get("country", "").upper() == country.upper())
            and (group_id is None or group_id in contact.groups)
        )

    contacts = call.book.contacts.values()
    return call.page([each for each in contacts if matches(each)], len(contacts), call.book.show_contact)


async def create(call: Call) -> web.Response:
    """A new contact (201), or more about the one that has one of the addresses (200)."""
    body = await read_body(call.request, ContactBody)
    groups = [group.id for group in body.groups or []]
    contact, is_new = call.book.merge(
        body.given_addresses(), body.given_fields(), groups=groups, custom=body.customAttributes
    )
    return web.json_response(call.book.show_contact(contact), status=201 if is_new else 200)


async def get(call: Call) -> web.Response:
    """One contact."""
    return web.json_response(call.book.show_contact(call.contact()))


async def update(call: Call) -> web.Response:
    """A JSON Patch on a contact's names, addresses and custom attributes; groups have their own operations."""
    contact = call.contact()
    operations = await read_body(call.request, list[Operation])
    document = {**contact.fields, "addresses": dict(contact.addresses), "customAttributes": dict(contact.custom)}
    body = checked(patched(document, operations), ContactBody)
    addresses = body.given_addresses()
    if any(other is not contact for other in call.book.find(addresses)):
        raise invalid("Another contact has one of the addresses")
    contact.fields = body.given_fields()
    contact.custom = body.customAttributes
    call.book.readdress(contact, addresses)
    return web.json_response(call.book.show_contact(contact))


async def delete(call: Call) -> web.Response:
    """Forget a contact. 204 also when there is none: no other answer is documented."""
    contact_id = call.request.match_info["contact_id"]
    if contact_id.isascii() and contact_id.isdigit():
        call.book.remove(int(contact_id[:20]))
    return web.Response(status=204)


async def blacklist(call: Call) -> web.Response:
    """Put a number into a blacklist group, which is made when there is none."""
    msisdn = call.request.match_info["msisdn"]
    if not MSISDN.fullmatch(msisdn):
        raise ApiError(400, INVALID_MSISDN, "Invalid MSISDN format (not E.164 international number)")
    await _read_note(call.request)
    known = (group for group in call.book.groups.values() if group.is_blacklist)
    group = next(known, None) or call.book.add_group(f"Blacklist {call.account.id}", is_blacklist=True)
    call.book.merge({"msisdn": msisdn}, {}, groups=[group.id])
    return web.Response(status=200)


async def _read_note(request: web.Request) -> None:
    """The body may be absent or a string, and nothing is done with it."""
    data = await request.read()
    try:
        note = json.loads(data) if data else ""
    except ValueError:
        note = None
    if not isinstance(note, str):
        raise invalid("The request body must be a string")
