"""The paths of 8x8's Contacts API v1, below ``/8x8/api/v1/accounts/``, and the files that its answers link to."""

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.contacts_api import batch_calls, contact_calls, group_calls
from bot.sandbox.contacts_api.answers import ApiError, invalid
from bot.sandbox.contacts_api.calls import Call

if TYPE_CHECKING:
    from bot.sandbox.world import World

Operation = Callable[[Call], Awaitable[web.StreamResponse]]

ACCOUNT_ID = re.compile(r"[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}")
ACCOUNTS = "/8x8/api/v1/accounts/{account_id}"
FILES = "/8x8/files"

OPERATIONS: tuple[tuple[str, str, str, Operation], ...] = (
    ("GET", "/contacts", "searchContacts", contact_calls.search),
    ("POST", "/contacts", "createContact", contact_calls.create),
    ("POST", "/contacts/blacklist/{msisdn}", "blacklist", contact_calls.blacklist),
    ("POST", "/contacts/batches/createContacts", "createContacts", batch_calls.create_contacts),
    ("POST", "/contacts/batches/deleteContacts", "deleteContacts", batch_calls.delete_contacts),
    ("GET", "/contacts/{contact_id}", "getContact", contact_calls.get),
    ("PATCH", "/contacts/{contact_id}", "updateContact", contact_calls.update),
    ("DELETE", "/contacts/{contact_id}", "deleteContact", contact_calls.delete),
    ("GET", "/groups", "searchGroups", group_calls.search),
    ("POST", "/groups", "createGroup", group_calls.create),
    ("POST", "/groups/batches/copyContacts", "copyContacts", batch_calls.copy_contacts),
    ("POST", "/groups/batches/moveContacts", "moveContacts", batch_calls.move_contacts),
    ("POST", "/groups/batches/deleteGroups", "deleteGroups", batch_calls.delete_groups),
    ("GET", "/groups/{group_id}", "getGroup", group_calls.get),
    ("PATCH", "/groups/{group_id}", "updateGroup", group_calls.update),
    ("DELETE", "/groups/{group_id}", "deleteGroup", group_calls.delete),
    ("POST", "/groups/{group_id}/contacts", "addToGroup", group_calls.add_contacts),
    ("DELETE", "/groups/{group_id}/contacts", "removeFromGroup", group_calls.remove_contacts),
    ("GET", "/batches", "listBatches", batch_calls.search),
    ("GET", "/batches/{batch_id}", "getBatch", batch_calls.get),
)
"""Method, path, name (faults are asked for at ``contacts:NAME``) and what does it."""


def add_routes(app: web.Application, world: "World") -> None:
    """Serve ``world.contacts`` in ``app``."""
    for method, path, name, operation in OPERATIONS:
        app.router.add_route(method, ACCOUNTS + path, _answering(world, name, operation))
    app.router.add_route("GET", FILES + "/{batch_id}/{name}", batch_calls.file_of(world))


def _answering(
    world: "World", name: str, operation: Operation
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def effect(request: web.Request) -> web.StreamResponse:
        try:
            return await operation(_call(world, request))
        except ApiError as error:
            return world.contacts.errors.response(error)

    async def answer(request: web.Request) -> web.StreamResponse:
        return await world.faults.around(f"contacts:{name}", request, lambda: effect(request))

    return answer


def _call(world: "World", request: web.Request) -> Call:
    """The call, for one who may make it; ApiError 401, 400 or 403 otherwise."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    account_id = request.match_info["account_id"]
    world.contacts.known_key(key if scheme.lower() == "bearer" else "")
    if not ACCOUNT_ID.fullmatch(account_id):
        raise invalid("The accountId is not a valid account id")
    return Call(request, world.contacts, world.contacts.allowed(account_id, key), f"{request.url.origin()}{FILES}")
