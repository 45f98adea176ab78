"""The desk's client for 8x8's Contacts API v1: batches and groups of one account.

Source: 8x8's page "Batch create contacts" and its OpenAPI file. No call has an idempotency key, so a call that changes
something raises ``Ambiguous`` when nobody can tell whether it was done, and what to do then is the caller's decision.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import aiohttp
from aiohttp.abc import AbstractStreamWriter

from bot.contacts.answers import Batch, BatchStatus, BatchType, Group, error_from
from bot.contacts.errors import Ambiguous, BadAnswer, ContactsError, Overtaken, Refused, Unavailable
from bot.delivery.asking import NoAnswer, ask

__all__ = ["Batch", "BatchStatus", "BatchType", "ContactsClient", "Group", "Timeouts"]

GROUP_EXISTS = 5003
ANSWER_MOST = 8_000_000
"""Bytes of an answer that are read: 500 contacts with all their groups fit several times."""
PAGE = 100
MEDIA_TYPES = {".csv": "text/csv", ".xls": "application/vnd.ms-excel"}


@dataclass(frozen=True)
class Timeouts:
    """Seconds: until connected, for a whole call that reads or makes a group, and for a whole upload."""

    connect: float = 5
    call: float = 10
    upload: float = 300


class ContactsClient:
    """Calls for one account. ``base_url`` decides where the data lives, e.g. ``https://contacts.8x8.com``.

    Every method may raise the errors of ``bot.contacts.errors``: ``Unauthorized``, ``Refused``, ``NotFound``,
    ``RateLimited``, ``Unavailable``, ``BadAnswer``; those that change something ``Ambiguous`` too.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        api_key: str,
        account_id: str,
        *,
        timeouts: Timeouts = Timeouts(),
    ) -> None:
        self._session = session
        self._root = f"{base_url.rstrip('/')}/api/v1/accounts/{quote(account_id, safe='')}"
        self._key = api_key
        self._account_id = account_id
        self._timeouts = timeouts

    def __repr__(self) -> str:
        return f"ContactsClient({self._account_id}, key {self.key_end})"

    @property
    def key_end(self) -> str:
        """The key as it may be shown: its last 6 characters, as in 8x8's portal; fewer of a short key."""
        return f"…{self._key[-6:] if len(self._key) > 12 else ''}"  # noqa: PLR2004 (less than half of it)

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
                answer = await self._call("POST", path, changes=True, seconds=seconds, data=form)
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

    async def groups(self, name: str | None = None, *, limit: int = PAGE) -> AsyncIterator[Group]:
        """The account's groups, each once; ``name`` searches, so compare what comes."""
        async for item in self._listed("/groups", {"name": name} if name else {}, limit, 0):
            yield Group.read(item)

    async def create_group(self, name: str, description: str | None = None) -> Group:
        """A group with this name: a new one, or the one that is there. So after ``Ambiguous`` just call it again."""
        body = {"name": name} | ({"description": description} if description else {})
        try:
            answer = await self._call("POST", "/groups", changes=True, seconds=self._timeouts.call, json=body)
        except Refused as error:
            known = await self._group_named(name) if error.code == GROUP_EXISTS else None
            if known is None:
                raise
            return known
        return Group.read(answer, changes=True)

    async def _group_named(self, name: str) -> Group | None:
        found = [group async for group in self.groups(name) if group.name.casefold() == name.casefold()]
        return next((group for group in found if group.name == name), found[0] if found else None)

    async def _listed(
        self, path: str, query: Mapping[str, str], limit: int, offset: int
    ) -> AsyncIterator[dict[str, Any]]:
        """The items of a list, each once, page by page for as long as there is a next one.

        ``offset`` is documented so that it may count pages or items. A second page that repeats most of the first says
        that it counts items.
        """
        seen: set[object] = set()
        step = 1
        while True:
            page = await self._get(path, {**query, "limit": str(limit), "offset": str(offset)})
            items = page.get("items")
            if not isinstance(items, list):
                raise BadAnswer(reason="a list without items")
            fresh = [item for item in items if isinstance(item, dict) and item.get("id") not in seen]
            for item in fresh:
                seen.add(item.get("id"))
                yield item
            if page.get("hasNextPage") is not True or (not fresh and step == limit):
                return
            if len(fresh) * 2 < len(items):
                step = limit
            offset += step

    async def _get(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        return await self._call("GET", path, changes=False, seconds=self._timeouts.call, params=query)

    async def _call(self, method: str, path: str, *, changes: bool, seconds: float, **more: Any) -> dict[str, Any]:
        """One request; the JSON object that came. ``changes``: a lost answer is ``Ambiguous``."""
        lost: type[ContactsError] = Ambiguous if changes else Unavailable
        try:
            answer = await ask(
                self._session,
                method,
                self._root + path,
                token=self._key,
                most_bytes=ANSWER_MOST,
                seconds=seconds,
                connect_seconds=self._timeouts.connect,
                **more,
            )
        except NoAnswer as error:
            raise (lost if error.reached else Unavailable)(reason=str(error)) from None
        if not answer.ok:
            raise error_from(answer.status, answer.headers, answer.body, changes=changes)
        said = answer.object()
        if said is None:
            raise (lost if changes else BadAnswer)(reason="the answer is not what 8x8 documents")
        return said


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
