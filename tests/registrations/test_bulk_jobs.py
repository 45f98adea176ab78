"""A workbook is fetched from Slack, read in a child process, and what is not right goes back; nothing is done twice."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from openpyxl import load_workbook
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import claims
from bot.delivery.claims import JOBS, Claim
from bot.delivery.slack_files import SlackFiles
from bot.delivery.voices import Voices
from bot.delivery.worker import Hold, PutBack
from bot.registrations.bulk import columns, service
from bot.registrations.bulk.jobs import BulkJobs, template_key
from bot.registrations.bulk.reading import Reading, Row
from bot.registrations.bulk.service import BACK, CARD, TEMPLATE, Place
from bot.registrations.bulk.tables import Workbook
from bot.registrations.companies import Arrival
from bot.registrations.countries import country
from bot.sandbox.faults import Fault
from bot.sandbox.seed import KOPI, seed
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.storage.files import Files

LEASE = timedelta(seconds=60)
ROWS = (
    "Sender ID,Sample text,Message type,Messages a month,Subaccount\n"
    "KopiNus,Kopi: your code is 1234,otp,5000,kopi_otp\n"
    "=1+1,Kopi: your code is 1234,otp,5000,kopi_otp\n"
)


@dataclass
class Post:
    """Ana sends workbooks; a job is worked when it is asked for."""

    bureau: Any
    files: Files
    world: World
    jobs: BulkJobs

    async def sent(self, name: str, content: bytes) -> str:
        """The id of a workbook that Ana dropped."""
        shown = await self.world.slack.actor("U0ANA").upload(KOPI, name, content, wait=False)
        arrival = Arrival(shown.files[0].id, name, len(content))
        (workbook,) = await self.bureau.do(service.came, self.bureau.ana, [arrival], Place("C0KOPI"))
        return str(workbook.id)

    async def run(self) -> str:
        """Work the one due job; "done", or why not."""
        (claim,) = await self.bureau.do(claims.claim, JOBS, "tester", limit=1, lease=LEASE)
        kinds = {kind.name: kind for kind in self.jobs.kinds()}
        try:
            await kinds[claim.kind].run(Hold(claim, LEASE))
        except PutBack as later:
            return later.why
        await self.bureau.do(claims.finish, claim)
        return "done"

    async def now(self, workbook_id: str) -> Workbook:
        """The workbook as it is now."""
        found: Workbook = await self.bureau.look(service.look, workbook_id)
        return found

    async def stored(self, key: str) -> Any:
        """A workbook out of the store."""
        return load_workbook(io.BytesIO(b"".join([chunk async for chunk in self.files.stream(key)])))


@pytest.fixture
async def post(bureau: Any, tmp_path: Path) -> AsyncIterator[Post]:
    """The sandbox's Slack, a file store, and the jobs between them."""
    async with Sandbox(seed()) as sandbox, aiohttp.ClientSession() as http:
        token = sandbox.world.slack.app.bot_token
        slack = AsyncWebClient(token=token, base_url=f"{sandbox.url}/api/", session=http, retry_handlers=[])
        files = Files(f"file:{tmp_path}/files")
        fetching = SlackFiles(slack, http, SecretStr(token), ["127.0.0.1"])
        yield Post(bureau, files, sandbox.world, BulkJobs(bureau.database, files, fetching, Voices()))


async def test_bad_rows_go_back_with_their_reasons(post: Post) -> None:
    """The good row is in a draft, the other one in a workbook beside its reason."""
    workbook_id = await post.sent("sender-ids-PH.csv", ROWS.encode())
    assert await post.run() == "done"
    workbook = await post.now(workbook_id)
    assert (workbook.status, workbook.good, workbook.wrong, workbook.country) == ("checked", 1, 1, "PH")
    sheet = (await post.stored(str(workbook.returned_key)))[columns.SHEET]
    assert [cell.value for cell in sheet[2]][:3] == ["=1+1", "Kopi: your code is 1234", "otp"]
    assert "This cell has a formula" in sheet["H2"].value
    assert sorted(kind for kind, _ in await post.bureau.told(CARD, BACK)) == [CARD, BACK]


async def test_what_died_halfway_is_ended_and_done_once(post: Post) -> None:
    """Rows that are in the draft stay there once; what was still to go back goes back; then nothing is left to do."""
    workbook_id = await post.sent("sender-ids-PH.csv", ROWS.encode())
    post.world.faults.add(Fault(where="files:download", what="status", status=503))
    assert await post.run() == "download_http_503"
    reading = Reading((Row(2, {"sender_id": "=1+1"}),), "PH", 1)
    assert (await post.bureau.do(service.checked, workbook_id, reading)).wrong == 1
    claim = Claim(1, service.CHECK, workbook_id, 1, "tester")
    await post.jobs.check(Hold(claim, LEASE))
    workbook = await post.now(workbook_id)
    assert (workbook.good, workbook.wrong, workbook.returned_key is not None) == (0, 1, True)
    await post.jobs.check(Hold(claim, LEASE))
    assert [kind for kind, _ in await post.bureau.told(BACK)] == [BACK]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x00junk" * 6_300_000, "This file has 31.5 MB, and a workbook of sender IDs needs far less"),
        (b"%PDF-1.4", "This is a PDF document, not a workbook of sender IDs"),
        (b"phone,name\n+6591234567,Ana\n", "No column here is called"),
    ],
    ids=["30 MB of junk", "pdf", "contacts"],
)
async def test_what_is_no_workbook_is_refused_with_the_way_out(post: Post, content: bytes, words: str) -> None:
    """Whatever it is called; and no draft is begun."""
    workbook_id = await post.sent("sender-ids.xlsx", content)
    assert await post.run() == "done"
    refused = await post.now(workbook_id)
    assert (refused.status, refused.draft_id, words in refused.trouble) == ("refused", None, True)


async def test_the_empty_workbook_is_sent_once_a_minute_at_most(post: Post) -> None:
    """Two clicks are one workbook; it lies in the store before the message that brings it is told."""
    for _ in range(2):
        await post.bureau.do(service.offer, post.bureau.ana, country("SG"))
    assert await post.run() == "done"
    book = await post.stored(template_key("SG", post.bureau.today().isoformat()))
    assert book[columns.MARK_SHEET]["B3"].value == "SG"
    assert await post.bureau.told() == [(TEMPLATE, "U0ANA")]
