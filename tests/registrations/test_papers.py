"""Papers are fetched from Slack, judged by what they are, and kept or refused with a reason."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import claims
from bot.delivery.claims import JOBS
from bot.delivery.slack_files import SlackFiles
from bot.delivery.worker import GiveUp, Hold, PutBack
from bot.registrations import companies, papers
from bot.registrations.companies import Arrival, slot_named
from bot.registrations.jobs import RegistrationJobs
from bot.registrations.papers import PaperRefused
from bot.registrations.steps import PAPER
from bot.registrations.tables import Paper
from bot.sandbox.faults import Fault
from bot.sandbox.seed import KOPI, seed
from bot.sandbox.server import Sandbox
from bot.storage.files import Files

LEASE = timedelta(seconds=60)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(200) + b"\xff\xd9"
PNG = Path(__file__).with_name("pixel.png").read_bytes()
ENCRYPTED = PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 2 0 R")


@pytest.mark.parametrize(("content", "kind"), [(PDF, "pdf"), (b"junk\n" + PDF, "pdf"), (JPG, "jpg"), (PNG, "png")])
def test_a_good_paper_is_what_its_content_says(content, kind) -> None:
    """The name does not matter, and neither does what stands before a PDF or after its end."""
    assert papers.judge("permit.docx", content + b"\n", slot_named("no_objection")) == kind


@pytest.mark.parametrize(
    ("content", "slot", "words"),
    [
        (b"", "no_objection", "it has 0 bytes"),
        (PDF, "letterhead", "is a PDF, and Company letterhead takes JPG or PNG"),
        (b"PK\x03\x04" + bytes(50), "no_objection", "is a Word, Excel or zip file, and"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(50), "no_objection", "is a HEIC picture"),
        (b"  <!DOCTYPE html>", "no_objection", "is a web page"),
        (b"hello", "no_objection", "is a file of another kind"),
        (
            JPG[:-2] + bytes(3_000_000) + b"\xff\xd9",
            "letterhead",
            "has 3.1 MB, and Company letterhead takes at most 3 MB",
        ),
        (PDF[:-7], "no_objection", "broken PDF: its end is missing"),
        (JPG[:-2], "no_objection", "broken JPG: its end is missing"),
        (PNG[:-8], "no_objection", "broken PNG: its end is missing"),
        (PNG[:8] + bytes(40) + b"IEND", "no_objection", "broken PNG: its head is missing"),
        (ENCRYPTED, "no_objection", "PDF with a password"),
    ],
)
def test_a_refusal_names_the_measured_value_and_the_rule(content, slot, words) -> None:
    """What it is, what is asked for, and what to do."""
    with pytest.raises(PaperRefused) as refused:
        papers.judge("permit.pdf", content, slot_named(slot))
    assert words in refused.value.sentence
    assert refused.value.sentence.startswith("permit.pdf")
    assert "again" in refused.value.sentence


@dataclass
class Desk:
    """The job of papers by hand, between the database, the file store and Slack."""

    bureau: Any
    files: Files
    world: Any
    jobs: RegistrationJobs

    async def attached(self, name: str, content: bytes, slot: str = "letterhead") -> Paper:
        """Ana has uploaded a file for a slot of her company."""
        shown = await self.world.slack.actor("U0ANA").upload(KOPI, name, content, wait=False)
        kept = await self.bureau.look(companies.of_account, self.bureau.ana)
        company = kept[0] if kept else await self.bureau.company()
        arrival = Arrival(shown.files[0].id, name, len(content))
        paper: Paper = await self.bureau.do(companies.add_paper, self.bureau.ana, slot, arrival, company.id)
        return paper

    async def run(self) -> str:
        """Work the one due paper; "done", or why not."""
        (claim,) = await self.bureau.do(claims.claim, JOBS, "tester", limit=1, lease=LEASE)
        assert claim.kind == PAPER
        (kind,) = [kind for kind in self.jobs.kinds() if kind.name == PAPER]
        try:
            await kind.run(Hold(claim, LEASE))
        except PutBack as later:
            await self.bureau.do(claims.put_back, claim, after=timedelta(0), error=later.why, spent=later.spent)
            return later.why
        except GiveUp as never:
            await self.bureau.do(kind.on_dead, claim.key, str(never))
            return f"GiveUp: {never}"
        await self.bureau.do(claims.finish, claim)
        return "done"

    async def now(self, paper: Paper) -> Paper:
        """The paper as it is now."""
        found: Paper = await self.bureau.look(lambda tx: tx.session.get_one(Paper, paper.id))
        return found


@pytest.fixture
async def desk(bureau: Any, tmp_path: Path) -> AsyncIterator[Desk]:
    """The sandbox's Slack, a file store, and the job between them."""
    async with Sandbox(seed()) as sandbox, aiohttp.ClientSession() as http:
        token = sandbox.world.slack.app.bot_token
        slack = AsyncWebClient(token=token, base_url=f"{sandbox.url}/api/", session=http, retry_handlers=[])
        files = Files(f"file:{tmp_path}/files")
        fetching = SlackFiles(slack, http, SecretStr(token), ["127.0.0.1"])
        yield Desk(bureau, files, sandbox.world, RegistrationJobs(bureau.database, files, fetching))


async def test_a_good_paper_is_kept(desk) -> None:
    """Its bytes are in our store, with kind, size and digest; a second run has nothing to do."""
    paper = await desk.attached("letter.png", PNG)
    assert await desk.run() == "done"
    kept = await desk.now(paper)
    assert (kept.status, kept.kind, kept.size) == ("kept", "png", len(PNG))
    assert b"".join([chunk async for chunk in desk.files.stream(kept.stored_key)]) == PNG
    acts = await desk.bureau.acts(paper.id)
    assert [act for act, _ in acts] == ["registrations:paper:received", "registrations:paper:kept"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("letter.png", PDF, "is a PDF, and Company letterhead takes JPG or PNG"),
        ("letter.png", JPG + bytes(3_000_000), "has 3.1 MB, and Company letterhead takes at most 3 MB"),
    ],
)
async def test_a_bad_paper_is_refused_and_not_kept(desk, name, content, words) -> None:
    """The row says why; nothing of it lies in the store."""
    paper = await desk.attached(name, content)
    assert await desk.run() == "done"
    refused = await desk.now(paper)
    assert (refused.status, refused.stored_key) == ("refused", None)
    assert words in refused.trouble


async def test_a_paper_that_was_deleted_in_slack(desk) -> None:
    """What cannot be read is refused with Slack's reason and the way out."""
    paper = await desk.attached("letter.png", PNG)
    desk.world.faults.add(Fault(where="files:download", what="status", status=404))
    assert await desk.run() == "done"
    assert "was deleted in Slack" in (await desk.now(paper)).trouble


async def test_slack_away_costs_time_only(desk) -> None:
    """The paper waits, and is kept when Slack is there again."""
    paper = await desk.attached("letter.png", PNG)
    desk.world.faults.add(Fault(where="files:download", what="status", status=503))
    assert await desk.run() == "download_http_503"
    assert (await desk.now(paper)).status == "fetching"
    assert await desk.run() == "done"
    assert (await desk.now(paper)).status == "kept"
