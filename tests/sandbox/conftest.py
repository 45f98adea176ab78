"""The sandbox, seeded and listening."""

import io
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from bot.sandbox.contacts_api import Account, Script
from bot.sandbox.seed import KOPI_ACCOUNT, seed
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World

STEP = 1000
"""Seconds that every status of a batch lasts here: far longer than a test."""
CSV = b"msisdn,firstName,lastName\n+6581234001,Ming,Lee\n6581234002,Wei,Ong\n"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """The demo's world on loopback."""
    async with Sandbox(seed()) as sandbox:
        yield sandbox


@pytest.fixture
def world(sandbox: Sandbox) -> World:
    """What the sandbox shows."""
    return sandbox.world


class Reply:
    """An answer: its status and its JSON."""

    def __init__(self, status: int, text: str, headers: Any) -> None:
        self.status = status
        self.text = text
        self.headers = headers

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.text)

    @property
    def refusal(self) -> tuple[int, int]:
        """HTTP status and code of an error, whose body must be whole."""
        body = self.json
        UUID(body["errorId"])
        assert datetime.fromisoformat(body["timestamp"]).tzinfo
        return self.status, body["code"]


class Caller:
    """Calls the service for Kopi Nusantara."""

    def __init__(self, http: aiohttp.ClientSession, sandbox: Sandbox) -> None:
        self.http = http
        self.root = f"{sandbox.url}/8x8/api/v1/accounts"
        self.key = next(iter(sandbox.world.contacts.account(KOPI_ACCOUNT).keys))

    async def __call__(
        self, method: str, path: str, *, account: str = KOPI_ACCOUNT, kind: str | None = None, **more: Any
    ) -> Reply:
        """Call a path below the account."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        headers |= {"Content-Type": kind} if kind else {}
        async with self.http.request(method, f"{self.root}/{account}{path}", headers=headers, **more) as response:
            return Reply(response.status, await response.text(), response.headers)

    async def upload(self, data: bytes = CSV, name: str = "people.csv", **fields: str) -> Reply:
        """Call createContacts."""
        form = aiohttp.FormData(default_to_multipart=True)
        form.add_field("file", io.BytesIO(data), filename=name)
        for field, value in fields.items():
            form.add_field(field, value)
        return await self("POST", "/contacts/batches/createContacts", data=form)

    async def counters(self) -> dict[str, Any]:
        """The newest batch as the list shows it."""
        newest: dict[str, Any] = (await self("GET", "/batches")).json["items"][0]
        return newest

    async def add_people(self, group: int) -> list[int]:
        """Two contacts in a group; their ids."""
        ids = []
        for number in ("6581234001", "6581234002"):
            body = {"addresses": {"msisdn": number}, "groups": [{"id": group}]}
            ids.append((await self("POST", "/contacts", json=body)).json["id"])
        return ids


@pytest.fixture
def call(http: aiohttp.ClientSession, sandbox: Sandbox) -> Caller:
    """Calls as Kopi Nusantara, in a world where batches wait for ``advance``."""
    sandbox.world.contacts.normal = Script(seconds=STEP)
    return Caller(http, sandbox)


@pytest.fixture
def kopi(world: World) -> Account:
    """The customer's account."""
    return world.contacts.account(KOPI_ACCOUNT)
