"""The desk's client for 8x8's Contacts API v1: batches and groups of one account.

Source: 8x8's page "Batch create contacts" and its OpenAPI file. No call has an idempotency key, so a call that changes
something raises ``Ambiguous`` when nobody can tell whether it was done, and what to do then is the caller's decision.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import aiohttp
from aiohttp.abc import AbstractStreamWriter

from bot.contacts.answers import Batch, BatchStatus, BatchType, Contact, Group
from bot.contacts.calls import PAGE, Timeouts
from bot.contacts.client_contacts import ContactCalls
from bot.contacts.client_groups import GroupCalls
from bot.contacts.errors import Ambiguous, Overtaken

__all__ = ["Batch", "BatchStatus", "BatchType", "Contact", "ContactsClient", "Group", "Timeouts"]

MEDIA_TYPES = {".csv": "text/csv", ".xls": "application/vnd.ms-excel"}


class ContactsClient(GroupCalls, ContactCalls):
    """All calls for one account; here those that begin batches and ask how they stand.

    Every method may raise the errors of ``bot.contacts.errors``: ``Unauthorized``, ``Refused``, ``NotFound``,
    ``RateLimited``, ``Unavailable``, ``BadAnswer``; those that change something ``Ambiguous`` too.
    """

    async def create_contacts(
        self,
        file: Path | bytes | BinaryIO,
        file_name: str,
        *,
        group_ids: Sequence[int] = (),
        has_header: bool = True,
        columns: Sequence[str] | None = None,
        still: Callable[[], bool] = lambda: True,
    ) -> Batch:
        """Upload a contact file (30 MB at most) as a new batch; its contacts go into the groups (10 at most).

        ``columns`` names the file's columns when it has no header, e.g. ``msisdn, firstName, lastName``.
        A stream is read from where it stands, and closed. ``still`` is asked before the last bytes: if it is False they
        stay here, so that there is no batch, and ``Overtaken`` is raised.
        """
        if not has_header and not columns:
            raise ValueError("a file without a header needs columns")
        async with _opened(file) as stream:
            form = _Form(still)
            media_type = MEDIA_TYPES.get(Path(file_name).suffix.lower(), "application/octet-stream")
            form.add("file", stream, filename=_one_line(file_name), content_type=media_type)
            if group_ids:
                form.add("groups", ",".join(str(group_id) for group_id in group_ids))
            form.add("fileHasHeader", "true" if has_header else "false")
            if not has_header and columns:
                form.add("fileColumns", ", ".join(columns))
            path, seconds = "/contacts/batches/createContacts", self._timeouts.upload
            try:
                answer = await self._change("POST", path, seconds=seconds, data=form)
            except Ambiguous:
                if form.kept_back:
                    raise Overtaken from None
                raise
            return Batch.read(answer, changes=True)

    async def batch(self, batch_id: str) -> Batch:
        """One batch as it stands; ``NotFound`` when the account has no such batch. It may come without counters."""
        answer = await self._get(f"/batches/{quote(batch_id, safe='')}")
        return Batch.read({"id": batch_id} | answer)

    async def batches(
        self, kind: BatchType | None = None, *, limit: int = PAGE, offset: int = 0
    ) -> AsyncIterator[Batch]:
        """The account's batches, newest first, each once; ``limit`` is the size of the pages (1 to 500)."""
        query = {"type": kind.value} if kind else {}
        async for item in self._listed("/batches", query, limit, offset):
            yield Batch.read(item)

    async def delete_contacts(
        self, *, msisdns: Sequence[str] = (), contact_ids: Sequence[int] = (), everybody: bool = False
    ) -> Batch:
        """Delete contacts by number or id, or all contacts of the account, as a batch."""
        if not (msisdns or contact_ids or everybody):
            raise ValueError("name the contacts to delete")
        given = {"ids": list(contact_ids), "msisdns": list(msisdns), "all": everybody}
        body = {name: value for name, value in given.items() if value}
        return Batch.read(await self._change("POST", "/contacts/batches/deleteContacts", json=body), changes=True)

    async def copy_contacts(self, source: int, target: int) -> Batch:
        """Put all contacts of a group into another one as well, as a batch."""
        return await self._between("copyContacts", source, target)

    async def move_contacts(self, source: int, target: int) -> Batch:
        """Put all contacts of a group into another one instead, as a batch."""
        return await self._between("moveContacts", source, target)

    async def _between(self, kind: str, source: int, target: int) -> Batch:
        query = {"from": str(source), "to": str(target)}
        return Batch.read(await self._change("POST", f"/groups/batches/{kind}", params=query), changes=True)

    async def delete_groups(self, group_ids: Sequence[int], *, with_contacts: bool) -> Batch:
        """Delete groups as a batch, with all their contacts or without."""
        body = {"ids": list(group_ids), "deleteContacts": with_contacts}
        return Batch.read(await self._change("POST", "/groups/batches/deleteGroups", json=body), changes=True)


class _Form(aiohttp.MultipartWriter):
    """A form whose closing line is sent only if ``still()`` holds then; without it, it is no request.

    A process may stand still between any two steps, for as long as it takes another to send the same. So this is asked
    as late as can be.
    """

    def __init__(self, still: Callable[[], bool]) -> None:
        super().__init__("form-data")
        self._still = still
        self.kept_back = False

    def add(self, name: str, value: str | BinaryIO, *, filename: str | None = None, **more: str) -> None:
        """Add a field."""
        field = aiohttp.get_payload(value, **more)
        told = {"name": name} | ({"filename": filename} if filename else {})
        field.set_content_disposition("form-data", quote_fields=False, **told)
        self.append_payload(field)

    async def write(self, writer: AbstractStreamWriter, close_boundary: bool = True) -> None:  # noqa: FBT001, FBT002 (as theirs)
        """Send the fields, and then the closing line."""
        await super().write(writer, close_boundary=False)
        await writer.drain()
        if not self._still():
            self.kept_back = True
            raise Overtaken
        if close_boundary:
            await writer.write(f"--{self.boundary}--\r\n".encode())


@asynccontextmanager
async def _opened(file: Path | bytes | BinaryIO) -> AsyncIterator[BinaryIO]:
    match file:
        case Path():
            stream: BinaryIO = await asyncio.to_thread(file.open, "rb")
        case bytes():
            stream = io.BytesIO(file)
        case _:
            stream = file
    try:
        yield stream
    finally:
        stream.close()


def _one_line(name: str) -> str:
    """A name that can stand in a header."""
    return "".join(character if character.isprintable() else "_" for character in name)
