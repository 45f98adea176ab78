"""A letter that may be signed, the desk's way to DocuSign, and DocuSign's stand-in on loopback, with one clock."""

import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import typst
from aiohttp import web
from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery import claims
from bot.delivery.claims import JOBS, Claim
from bot.delivery.public import guarded
from bot.delivery.tables import PENDING, DueRow, Message
from bot.delivery.voices import Voices
from bot.delivery.worker import Hold, PutBack
from bot.loa import steps
from bot.loa.docusign import DocuSign
from bot.loa.rules import Way
from bot.loa.tables import Letter, SignedCopy, Signing
from bot.sandbox.docusign import DocuSign as StandIn
from bot.sandbox.docusign import Envelope
from bot.sandbox.seed import seed
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from bot.storage.database import Database, Tx
from bot.storage.files import Files, file_key

LEASE = timedelta(seconds=60)
_LETTER = b"#set page(width: 595pt, height: 842pt)\n= LOA\n#v(9cm)\n/sig1/\n#v(2cm)\n/date1/"


@pytest.fixture(scope="session")
def letter_pdf() -> bytes:
    """A page with the places to sign."""
    return bytes(typst.compile(_LETTER))


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database will do; what differs between them is tested where letters are."""
    return sqlite_url


@pytest.fixture
async def sandbox(clock: Any) -> AsyncIterator[Sandbox]:
    """The world outside; its clock is that of the test."""
    async with Sandbox(seed(clock=clock)) as sandbox:
        yield sandbox


@dataclass
class Bureau:
    """Signings at DocuSign by hand: what is due is claimed, run and settled one by one."""

    database: Database
    files: Files
    sandbox: Sandbox
    clock: Any
    http: aiohttp.ClientSession
    way: DocuSign
    counted: list[str]
    ana: Who
    letter_id: str

    @property
    def docusign(self) -> StandIn:
        """What DocuSign has."""
        return self.sandbox.world.docusign

    @property
    def envelopes(self) -> list[Envelope]:
        """All envelopes, the oldest first."""
        return list(self.docusign.envelopes.values())

    async def begin(self, way: Way = Way.DOCUSIGN, **how: Any) -> Signing:
        """Ana begins to sign at DocuSign, or another way."""
        return await self.database.write(steps.begin_signing, self.ana, self.letter_id, way, **how)

    async def opened(self, **how: Any) -> Signing:
        """The same, and its envelope is there."""
        signing = await self.begin(**how)
        assert await self.run("create") == "done"
        return await self.signing(signing.id)

    async def signing(self, signing_id: str) -> Signing:
        """A signing as it stands."""
        return await self.database.read(lambda tx: tx.session.get_one(Signing, signing_id))

    async def letter(self) -> Letter:
        """The letter as it stands."""
        return await self.database.read(lambda tx: tx.session.get_one(Letter, self.letter_id))

    async def copies(self) -> list[SignedCopy]:
        """Its signed copies."""
        return await self.database.read(lambda tx: list(tx.session.scalars(select(SignedCopy))))

    async def told(self, kind: str) -> list[Message]:
        """The messages of a kind."""
        return await self.database.read(
            lambda tx: list(tx.session.scalars(select(Message).where(Message.kind == kind)))
        )

    async def due(self, kind: str) -> float | None:
        """Seconds until the next job of a kind; None when there is none."""

        def query(tx: Tx) -> float | None:
            wanted = select(DueRow.due_at).where(DueRow.kind == f"loa.docusign.{kind}", DueRow.state == PENDING)
            at = tx.session.scalars(wanted).one_or_none()
            return (at - tx.now).total_seconds() if at else None

        return await self.database.read(query)

    async def run(self, kind: str, many: int = 1) -> str:
        """Run so many due jobs of a kind: "done", or why the last was put back. Other rows wait."""
        name = f"loa.docusign.{kind}"
        claimed = await self.database.write(claims.claim, JOBS, "tester", limit=20, lease=LEASE)
        mine = [one for one in claimed if one.kind == name]
        for other in claimed:
            if other not in mine:
                nothing = {"after": timedelta(0), "error": "", "spent": False}
                await self.database.write(claims.put_back, other, **nothing)
        assert len(mine) == many
        said = [await self._run(one) for one in mine]
        return said[-1]

    async def _run(self, claim: Claim) -> str:
        job = next(each for each in self.way.job_kinds() if each.name == claim.kind)
        try:
            await job.run(Hold(claim, LEASE))
        except PutBack as later:
            pause = timedelta(seconds=later.seconds)
            await self.database.write(claims.put_back, claim, after=pause, error=later.why, spent=later.spent)
            return later.why
        await self.database.write(claims.finish, claim)
        return "done"

    async def later(self, kind: str) -> str:
        """Time goes by until the job of a kind is due, and it runs."""
        self.clock.advance(seconds=max(await self.due(kind) or 0.0, 0.0))
        return await self.run(kind)

    def events(self, name: str) -> list[Any]:
        """What DocuSign told of this name."""
        return [event for event in self.docusign.connect.events if event.name == name]

    async def post(self, body: bytes, headers: dict[str, str]) -> int:
        """Somebody calls the desk's address for events; HTTP's status."""
        async with self.http.post(f"{self.way.public_url}/docusign/connect", data=body, headers=headers) as answer:
            return answer.status

    def event(self, envelope_id: str, name: str, **summary: Any) -> bytes:
        """The body of an event."""
        data = {"envelopeId": envelope_id, "envelopeSummary": summary}
        return json.dumps({"event": name, "data": data}).encode()


async def _letter(chancery: Any, files: Files, pdf: bytes) -> str:
    """The id of a letter that can be signed, whose file is there."""
    first, *_ = await chancery.followed(await chancery.submitted())
    kept = await files.put(file_key("letters", first.id, "letter.pdf"), pdf, most_bytes=len(pdf))
    drawing = replace(chancery.drawing(first), pdf_key=kept.key, sha256=kept.sha256)
    await chancery.do(steps.drawn, first.id, drawing, "always")
    return str(first.id)


@pytest.fixture
def settings(sandbox: Sandbox, request: pytest.FixtureRequest) -> dict[str, str]:
    """What the desk is told of DocuSign; a test may change some of it."""
    return sandbox.environment(docusign=True) | getattr(request, "param", {})


@pytest.fixture
async def bureau(
    database: Database,
    sandbox: Sandbox,
    settings: dict[str, str],
    clock: Any,
    http: aiohttp.ClientSession,
    chancery: Any,
    tmp_path: Path,
    letter_pdf: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Bureau]:
    """The desk's part of DocuSign, wired as in the app, and listening for events."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    for name, value in (settings | {"SENDERDESK_PUBLIC_URL": url}).items():
        monkeypatch.setenv(name, value)
    files, counted = Files(f"file:{tmp_path}/files"), []
    way = DocuSign.wired(
        Settings(_env_file=None),
        database,
        files,
        Voices(),
        http,
        count=counted.append,
        clock=sandbox.world.docusign.now,
    )
    app = web.Application()
    for route in way.routes():
        app.router.add_route(route.method, route.path, guarded(route))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    letter_id = await _letter(chancery, files, letter_pdf)
    yield Bureau(database, files, sandbox, clock, http, way, counted, chancery.ana, letter_id)
    await sandbox.world.docusign.connect.settled()
    await runner.cleanup()
