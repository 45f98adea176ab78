"""A letter that may be signed, the desk's own web server with the signing page, and browsers that visit it."""

import json
import math
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery.http import HttpServer
from bot.delivery.metrics import Metrics
from bot.delivery.voices import Voices
from bot.loa import letter as letters
from bot.loa import links, needs, steps
from bot.loa.letter import DrawnLetter
from bot.loa.page.way import Page
from bot.loa.rules import Way
from bot.loa.tables import Letter, SignedCopy, Signing, SigningLink
from bot.settings import Settings
from bot.storage.audit import AuditRow
from bot.storage.database import Database
from bot.storage.files import Files, file_key

KEY = "a key for the seal, as long as it must be"
WAVE = [round(60 + t * 8) if i == 0 else round(200 + 120 * math.sin(t / 6)) for t in range(100) for i in (0, 1)]


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLite, but where a test asks for PostgreSQL: the page's own statements are few."""
    return str(request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url"))


@pytest.fixture(scope="session")
def draw() -> Callable[[letters.LetterData], DrawnLetter]:
    """Draws each letter once: the same data give the same bytes."""
    drawn: dict[str, DrawnLetter] = {}

    def once(data: letters.LetterData) -> DrawnLetter:
        if data.code not in drawn:
            drawn[data.code] = letters.draw(data, None)
        return drawn[data.code]

    return once


@dataclass
class Browser:
    """A browser with cookies of its own, at the desk's public address."""

    url: str
    http: aiohttp.ClientSession
    status: int = 0
    text: str = ""
    body: bytes = b""
    headers: Any = field(default_factory=dict)
    at: str = ""

    async def get(self, path: str, **headers: str) -> "Browser":
        """Follow a link."""
        async with self.http.get(self._whole(path), headers=headers) as answer:
            return await self._see(answer)

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> "Browser":
        """Send a form as the page of this address does; headers may say otherwise."""
        headers = {"Origin": self.url} | {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.post(self._whole(path), data=fields, headers=headers) as answer:
            return await self._see(answer)

    def _whole(self, path: str) -> str:
        return path if path.startswith("http") else f"{self.url}{path}"

    async def _see(self, answer: aiohttp.ClientResponse) -> "Browser":
        self.status, self.headers, self.at = answer.status, answer.headers, answer.url.path
        self.body = await answer.read()
        self.text = self.body.decode(errors="replace") if answer.content_type.startswith("text/") else ""
        return self

    @property
    def csrf(self) -> str:
        """What the form on the screen carries."""
        return re.findall(r'name="csrf" value="(\w+)"', self.text)[0]

    async def open(self, address: str) -> "Browser":
        """Follow a link, and press the button there."""
        await self.get(address)
        return await self.post(address, {})

    def form(self, **changes: str) -> dict[str, str]:
        """The form as somebody fills it in: named as on the letter, ticked, with a signature drawn."""
        filled = {"name": "Ana Santoso", "title": "Director", "authorised": "yes", "way": "drawn"}
        return filled | {"strokes": json.dumps([WAVE]), "csrf": self.csrf} | changes

    async def sign(self, **changes: str) -> "Browser":
        """Send the form of the page that is on the screen."""
        return await self.post(self.at, self.form(**changes))


@dataclass
class Office:
    """The desk with its signing page, and one letter that Ana's company may sign."""

    database: Database
    files: Files
    page: Page
    url: str
    ana: Who
    letter_id: str
    new_browser: Callable[[], Awaitable[Browser]]

    async def begin(self) -> Signing:
        """Ana wants it signed on the page."""
        return await self.database.write(steps.begin_signing, self.ana, self.letter_id, Way.PAGE)

    async def link(self) -> str:
        """The address behind Ana's "Sign now"."""
        signing = await self.begin()
        return await self.database.write(links.sign_now, signing, self.url, self.ana.user_id)

    async def mailed(self) -> tuple[SigningLink, str]:
        """The link that the officer gets by e-mail, and its address."""
        signing = await self.begin()
        link = await self.database.write(links.mail_to_officer, signing, KEY, self.ana.user_id)
        return link, f"{self.url}{links.PATH}{links.mailed_token(KEY, link.id)}"

    async def opened(self) -> Browser:
        """A browser that has the letter in front of it."""
        browser = await self.new_browser()
        return await browser.open(await self.link())

    async def rows(self, table: type[Any]) -> list[Any]:
        """All rows of a table."""
        return await self.database.read(lambda tx: list(tx.session.scalars(select(table))))

    async def letter(self) -> Letter:
        """The letter as it stands."""
        return next(row for row in await self.rows(Letter) if row.id == self.letter_id)

    async def copies(self) -> list[SignedCopy]:
        """What was signed."""
        return await self.rows(SignedCopy)

    async def acts(self, act: str) -> list[dict[str, Any]]:
        """The facts that the audit has of an act."""
        return [row.facts for row in await self.rows(AuditRow) if row.act == act]

    async def read(self, key: str) -> bytes:
        """A stored file."""
        return b"".join([chunk async for chunk in self.files.stream(key)])


async def _letter(chancery: Any, files: Files, draw: Callable[..., DrawnLetter]) -> str:
    """The id of a letter that was drawn and released, of a sender ID that Ana submitted."""
    first, *_ = await chancery.followed(await chancery.submitted())
    made = draw(needs.read(first.data))
    kept = await files.put(file_key("loa", first.id, "letter.pdf"), made.pdf, most_bytes=len(made.pdf))
    drawing = steps.Drawing(kept.key, kept.key, kept.sha256, made.pages, made.box, made.code)
    await chancery.do(steps.drawn, first.id, drawing, "always")
    return str(first.id)


@pytest.fixture
async def office(
    database: Database,
    chancery: Any,
    tmp_path: Path,
    clock: Any,
    unused_tcp_port: int,
    draw: Callable[..., DrawnLetter],
) -> AsyncIterator[Office]:
    """The desk's own server on loopback, with the signing page as the app wires it."""
    url = f"http://127.0.0.1:{unused_tcp_port}"
    files = Files(f"file:{tmp_path}/files")
    settings = Settings(_env_file=None, senderdesk_public_url=url, senderdesk_seal_key=KEY)
    page = Page.wired(settings, database, files, Voices(), others={}, clock=clock)

    async def nothing() -> None:
        return

    server = HttpServer("127.0.0.1", unused_tcp_port, metrics=Metrics(), alive={}, ready={}, measure=nothing)
    server.serve(page.routes())
    await server.open()
    letter_id = await _letter(chancery, files, draw)
    async with AsyncExitStack() as stack:

        async def new_browser() -> Browser:
            jar = aiohttp.CookieJar(unsafe=True)
            return Browser(url, await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar)))

        yield Office(database, files, page, url, chancery.ana, letter_id, new_browser)
    await server.close()
