"""Sign a letter on the page: its looks, the seal, the store, and then one transaction. And read it again, checked."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.loa import seal
from bot.loa.box import Box
from bot.loa.letter import DATE_ANCHOR
from bot.loa.page import mark, visits
from bot.loa.page.errors import LetterChanged
from bot.loa.page.mark import Mark
from bot.loa.page.places import text_place
from bot.loa.page.strokes import Strokes
from bot.loa.page.visits import Visit
from bot.loa.seal import Beside, Sealer
from bot.loa.seal_keys import SealKeys
from bot.loa.sealed import SealedCopies
from bot.loa.steps import KeptCopy
from bot.loa.tables import Letter
from bot.storage.database import Database
from bot.storage.files import Files, file_key

log = structlog.get_logger(__name__)

_MOST_BYTES = 60_000_000
_DAY_HEIGHT = 17.0
_DAY_WIDTH = 140.0


@dataclass(frozen=True)
class Hand:
    """Who signed on the page, as they entered it; no strokes: the name was typed. Where from is for the audit."""

    name: str
    title: str
    strokes: Strokes
    address: str
    agent: str


@dataclass(frozen=True)
class PageSigning:
    """What signing takes. ``clock`` gives aware UTC."""

    database: Database
    files: Files
    keys: SealKeys
    sealed: SealedCopies
    clock: Callable[[], datetime]

    async def sign(self, visit: Visit, session: str, hand: Hand) -> Visit:
        """Seal the letter and have it count. The second time the first one stays. Raises DeskError."""
        now = self.clock()
        letter = await self.letter(visit.letter)
        sealer = await self.keys.current(now)
        signed = Mark(hand.name, hand.title, now, hand.strokes)
        pdf = await asyncio.to_thread(_sealed, letter, visit.letter, signed, sealer)
        sha256 = hashlib.sha256(pdf).hexdigest()
        key = file_key("loa", visit.signing.id, f"signed-{sha256[:16]}.pdf")
        stored = await self.files.put(key, pdf, most_bytes=_MOST_BYTES)
        kept = KeptCopy(
            stored_key=stored.key, sha256=stored.sha256, size=stored.size, signer=hand.name,
            by="" if visit.link.mailed else visit.link.by,
            facts={"title": hand.title, "how": "drawn" if hand.strokes else "typed"},
        )  # fmt: skip
        seen = {"address": hand.address, "agent": hand.agent, "sha256": sha256}
        visit, is_ours = await self.database.write(visits.finish, visit.link.id, session, kept, seen)
        if not is_ours:
            await self.files.delete(key)
        return visit

    async def letter(self, letter: Letter) -> bytes:
        """The unsigned letter, as it was drawn. Raises LetterChanged when the store has other bytes."""
        content = b"".join([chunk async for chunk in self.files.stream(str(letter.pdf_key))])
        if hashlib.sha256(content).hexdigest() != letter.sha256:
            log.error("letter_changed", letter=letter.number)
            raise LetterChanged
        return content


def _sealed(content: bytes, letter: Letter, signed: Mark, sealer: Sealer) -> bytes:
    """The letter with the signature and the day on it, under the seal: work for the processor."""
    box = Box(**letter.box)
    looks = mark.draw(signed, box)
    place = text_place(content, DATE_ANCHOR)
    beside = []
    if place is not None:
        page, left, top = place
        day = mark.draw_day(signed, _DAY_WIDTH, _DAY_HEIGHT)
        beside = [Beside(day, page, left, top - _DAY_HEIGHT, _DAY_WIDTH, _DAY_HEIGHT)]
    reason = f"Letter of authorisation {letter.number}"
    return seal.sealed(content, box, looks, sealer, at=signed.at, name=signed.name, reason=reason, beside=beside)
