"""Operations on many contacts or groups, their batches, and the files that batches link to."""

import csv
import io
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.contacts_api.answers import INT32_MOST, invalid, whole_number
from bot.sandbox.contacts_api.batches import BATCH_TYPES, Batch, BatchType
from bot.sandbox.contacts_api.bodies import DeleteContacts, DeleteGroups, read_body
from bot.sandbox.contacts_api.calls import Call
from bot.sandbox.contacts_api.uploads import read_form

if TYPE_CHECKING:
    from bot.sandbox.world import World


async def create_contacts(call: Call) -> web.Response:
    """Take on a file of contacts. The same file again is a second batch: there is no idempotency key."""
    batch = await call.service.start_upload(call.account, await read_form(call.request))
    return _accepted(call, batch)


async def delete_contacts(call: Call) -> web.Response:
    """Delete contacts by id or number, or all of them."""
    body = await read_body(call.request, DeleteContacts)
    if not (body.all or body.ids or body.msisdns):
        raise invalid("Provide 'ids' or 'msisdns', or set 'all'")

    def work() -> None:
        numbers = (contact for msisdn in body.msisdns or [] for contact in call.book.find({"msisdn": msisdn}))
        ids = [*call.book.contacts] if body.all else [*(body.ids or []), *(contact.id for contact in numbers)]
        for contact_id in ids:
            call.book.remove(contact_id)

    return _accepted(call, call.service.start(call.account, "deleteContacts", work))


async def copy_contacts(call: Call) -> web.Response:
    """Put the contacts of one group into another one as well."""
    return _between_groups(call, "copyContacts")


async def move_contacts(call: Call) -> web.Response:
    """Put the contacts of one group into another one instead."""
    return _between_groups(call, "moveContacts")


def _between_groups(call: Call, kind: BatchType) -> web.Response:
    ids = []
    for name in ("from", "to"):
        if name not in call.query:
            raise invalid(f"The '{name}' is required")
        ids.append(whole_number(name, call.query[name], least=-INT32_MOST))
    source, target = call.book.known_groups(ids)

    def work() -> None:
        group = call.book.groups.get(source)
        for contact in [*group.members.values()] if group else []:
            if kind == "moveContacts":
                call.book.leave(contact, source)
            if target in call.book.groups:
                call.book.join(contact, target)

    return _accepted(call, call.service.start(call.account, kind, work, groups=ids))


async def delete_groups(call: Call) -> web.Response:
    """Delete groups, with their contacts if asked; ids that are not there do not matter."""
    body = await read_body(call.request, DeleteGroups)

    def work() -> None:
        for group_id in body.ids:
            call.book.remove_group(group_id, with_contacts=body.deleteContacts)

    return _accepted(call, call.service.start(call.account, "deleteGroups", work, groups=body.ids))


def _accepted(call: Call, batch: Batch) -> web.Response:
    return web.json_response(batch.show("accepted", call.files), status=202)


async def get(call: Call) -> web.Response:
    """One batch as it stands now."""
    batch = call.service.batch(call.account, call.request.match_info["batch_id"])
    return web.json_response(batch.show("one", call.files))


async def search(call: Call) -> web.Response:
    """The batches as they stand now, newest first."""
    kind = call.query.get("type")
    if kind not in (None, *BATCH_TYPES):
        raise invalid(f"The value of 'type' must be one of {', '.join(BATCH_TYPES)}")
    found = call.service.batches(call.account, kind)
    return call.page(found, len(call.account.batches), lambda batch: batch.show("list", call.files))


def file_of(world: "World") -> Callable[[web.Request], Awaitable[web.Response]]:
    """Hands out a batch's file, or at ``invalid.csv`` its refused rows with the reasons, to whoever has the link."""

    async def answer(request: web.Request) -> web.Response:
        batch_id, name = request.match_info["batch_id"], request.match_info["name"]
        batches = (account.batches.get(batch_id) for account in world.contacts.accounts.values())
        file = next((batch.file for batch in batches if batch), None)
        if file is None or name not in (file.name, "invalid.csv"):
            raise web.HTTPNotFound
        if name == file.name:
            return web.Response(body=file.data, content_type="application/octet-stream")
        lines = io.StringIO()
        csv.writer(lines).writerows(file.refused)
        return web.Response(text=lines.getvalue(), content_type="text/csv")

    return answer
