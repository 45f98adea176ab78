"""The process dies where letters are drawn, judged and signed; the next one goes on, and nothing is there twice."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.demo.story.letters import download, letter_number, ways
from bot.demo.story.paper import scanned
from bot.demo.story.told import Told
from bot.demo.story.wizard import KOPI_COMPANY, Wanted, register
from bot.loa.tables import Letter, SignedCopy, Signing
from bot.sandbox.seed import KOPI
from bot.sandbox.slack.actor import NoAnswer
from bot.storage.audit import AuditRow

pytestmark = pytest.mark.timeout(300)

KILLED = 137
WANTED = Wanted(
    "PH", KOPI_COMPANY, ["KopiNus"], "Kopi Nusantara: your code is 1234.", "international", "others",
    papers=["letterhead", "company_registration"],
)  # fmt: skip


def statuses(session: Session, table: type[Any]) -> list[str]:
    """Where all of them stand."""
    return sorted(session.scalars(select(table.status)))


def are(session: Session, table: type[Any], *wanted: str) -> bool:
    """Whether they stand so."""
    return statuses(session, table) == sorted(wanted)


def happened(session: Session, act: str) -> int:
    """How often the audit has this."""
    return len(session.scalars(select(AuditRow.id).where(AuditRow.act == act)).all())


async def test_letters_outlive_the_process_wherever_it_dies(kit, sqlite_url: str, tmp_path) -> None:
    """Drawn, asked for at DocuSign, judged and fetched, each time with a kill before it is written down."""
    async with kit.town(sqlite_url, tmp_path, replicas=1, SENDERDESK_LOA_RELEASE="always") as town:
        (bot,), told, docusign = town.replicas, Told(town.world), town.world.docusign
        bot.also(docusign.environment())
        await town.link()

        await bot.start("dies:before:write:drawn", "quick-landing")
        registering = asyncio.create_task(register(told, told.ana, KOPI, WANTED))
        assert await bot.ended(100) == KILLED
        await bot.start("dies:before:write:made", "quick-landing")
        card = await registering
        await town.until(are, Letter, "ready", "ready")
        card = await told.finds(told.ana, KOPI, "Sign LOA", "0 of 2 signed")
        globe, smart = (letter_number(card, place) for place in (1, 2))
        pdf = await download(told, card, smart)
        with suppress(NoAnswer):
            await told.ana.click(told.ana.modal(), "loa:now", block=ways(told, globe))
        assert await bot.ended(100) == KILLED
        await bot.start("dies:before:write:judged", "quick-landing")
        await told.ana.upload(KOPI, "scan.pdf", scanned(pdf, signed=True), thread_ts=card.ts, wait=False)
        assert await bot.ended(100) == KILLED
        await bot.start("dies:before:write:fetched", "quick-landing")
        await town.until(are, Letter, "accepted", "ready")
        await town.until(are, Signing, "open")
        (envelope,) = docusign.envelopes.values()
        docusign.sign(envelope)
        assert await bot.ended(100) == KILLED
        await bot.start()
        await town.until(are, Letter, "accepted", "accepted")
        await told.finds(told.ana, KOPI, globe, "signed and accepted", thread_ts=card.ts)
        await town.settle()
        found = await town.look(kit.inspect, town.world, town.channels)
        assert found.wrong() == {}
        assert len(docusign.envelopes) == 1
        assert await town.look(statuses, SignedCopy) == ["accepted", "accepted"]
        assert await town.look(statuses, Signing) == ["completed"]
        for act in ("loa:letter:drawn", "loa:letter:accepted", "loa:told:accepted"):
            assert await town.look(happened, act) == 2
