"""Operations on groups."""

from aiohttp import web

from bot.sandbox.contacts_api.bodies import ContactIds, GroupBody, Operation, checked, patched, read_body
from bot.sandbox.contacts_api.calls import Call


async def search(call: Call) -> web.Response:
    """Groups by part of their name."""
    name = call.query.get("name", "").casefold()
    groups = call.book.groups.values()
    found = [group for group in groups if name in group.name.casefold()]
    return call.page(found, len(groups), call.book.show_group)


async def create(call: Call) -> web.Response:
    """A new group; 409 with code 5003 when the name is taken."""
    body = await read_body(call.request, GroupBody)
    group = call.book.add_group(body.name, body.description, is_blacklist=body.isBlacklist)
    return web.json_response(call.book.show_group(group), status=201)


async def get(call: Call) -> web.Response:
    """One group."""
    return web.json_response(call.book.show_group(call.group()))


async def update(call: Call) -> web.Response:
    """A JSON Patch on name, description and ``isBlacklist``."""
    group = call.group()
    document = {"name": group.name, "description": group.description, "isBlacklist": group.is_blacklist}
    given = {name: value for name, value in document.items() if value is not None}
    body = checked(patched(given, await read_body(call.request, list[Operation])), GroupBody)
    call.book.free_name(body.name, but=group)
    group.name, group.description, group.is_blacklist = body.name, body.description, body.isBlacklist
    return web.json_response(call.book.show_group(group))


async def delete(call: Call) -> web.Response:
    """Forget a group; its contacts stay."""
    call.book.remove_group(call.group().id)
    return web.Response(status=204)


async def add_contacts(call: Call) -> web.Response:
    """Put contacts into a group."""
    group = call.group()
    body = await read_body(call.request, ContactIds)
    for contact in [call.contact_by_id(str(contact_id)) for contact_id in body.contacts]:
        call.book.join(contact, group.id)
    return web.json_response(call.book.show_group(group), status=201)


async def remove_contacts(call: Call) -> web.Response:
    """Take contacts out of a group; those who are not in it do not matter."""
    group = call.group()
    body = await read_body(call.request, ContactIds)
    for contact in [call.contact_by_id(str(contact_id)) for contact_id in body.contacts]:
        call.book.leave(contact, group.id)
    return web.json_response(call.book.show_group(group))
