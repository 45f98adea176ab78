"""Signed copies that we sealed, read again: the seal is checked each time before anybody gets the file."""

import asyncio
import hashlib
from dataclasses import dataclass

import structlog
from sqlalchemy import select

from bot.delivery import blocks
from bot.delivery.jobs import JobKind
from bot.delivery.outbox import REVIEW, MessageKind, SlackCard, Telling, tell
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.delivery.worker import Hold, PutBack
from bot.errors import DeskError
from bot.loa import moving, seal
from bot.loa.rules import Way
from bot.loa.seal_keys import SealKeys
from bot.loa.tables import Letter, SignedCopy
from bot.storage.audit import record
from bot.storage.database import Database, Tx
from bot.storage.files import FileGone, Files, FilesAway

log = structlog.get_logger(__name__)

BROKEN = "loa.seal_broken"
"""What staff, and whoever asked for the file, are told, by the copy's id."""
BRING = "loa.sealed.bring"
"""The job that brings a copy into its customer's thread once its seal was checked, by the copy's id."""
_AWAY_SECONDS = 15.0


class SealBroken(DeskError):
    """The signed copy of {number} is not as it was sealed, so nobody gets it. Staff know; ask them for a new letter."""


@dataclass(frozen=True)
class SealedCopies:
    """Reads signed copies; others than ours are given as they are, since nobody here can vouch for them."""

    database: Database
    files: Files
    keys: SealKeys

    async def read(self, copy_id: str) -> bytes:
        """The file that goes to operators. Raises SealBroken (and staff are told), FileGone, FilesAway."""
        copy, number = await self.database.read(_copy, copy_id)
        content = b"".join([chunk async for chunk in self.files.stream(str(copy.clean_key or copy.stored_key))])
        if copy.way != Way.PAGE:
            return content
        if not await self._holds(content, str(copy.sha256)):
            log.error("seal_broken", copy=copy_id, letter=number)
            await self.database.write(_broken, copy_id)
            raise SealBroken(number=number)
        return content

    async def _holds(self, content: bytes, sha256: str) -> bool:
        """Whether these are the very bytes that were kept, under a seal of ours."""
        if hashlib.sha256(content).hexdigest() != sha256:
            return False
        return (await asyncio.to_thread(seal.verified, content, await self.keys.certificates())).holds

    async def bring(self, hold: Hold) -> None:
        """Bring a sealed letter into its customer's thread; of a broken seal both sides read instead."""
        try:
            await self.read(hold.claim.key)
        except FilesAway as error:
            raise PutBack(_AWAY_SECONDS, "file store", spent=False) from error
        except (SealBroken, FileGone):
            await self.database.write(_tell, hold.claim.key, BROKEN)
        else:
            await self.database.write(_tell, hold.claim.key, moving.COPY_FILE)

    def job_kinds(self) -> list[JobKind]:
        """What due rows do."""
        return [JobKind(BRING, self.bring)]


def kind(voices: Voices) -> MessageKind:
    """What is told of a broken seal: staff what to do, the customer that staff know."""

    def draw(tx: Tx, message: Message) -> SlackCard:
        copy, number = _copy(tx, message.key)
        if message.place != REVIEW:
            said = voices.text("loa/seal", "kept_back", letter=number)
            return SlackCard(said, [blocks.section(said)])
        text = voices.text("loa/seal", "broken", letter=number, signer=copy.signer, came_at=copy.came_at)
        return SlackCard(text, [blocks.section(text)])

    return MessageKind(BROKEN, draw)


def _copy(tx: Tx, copy_id: str) -> tuple[SignedCopy, str]:
    joined = select(SignedCopy, Letter.number).join(Letter, Letter.id == SignedCopy.letter_id)
    copy, number = tx.session.execute(joined.where(SignedCopy.id == copy_id)).one()
    return copy, number


def _tell(tx: Tx, copy_id: str, kind: str) -> None:
    there = moving.held_letter(tx, tx.session.get_one(SignedCopy, copy_id).letter_id)
    tell(tx, moving.for_customer(there.submission, kind, copy_id))


def _broken(tx: Tx, copy_id: str) -> None:
    copy, number = _copy(tx, copy_id)
    about = (SignedCopy.__tablename__, copy_id)
    record(tx, subject=about, act="loa:seal:broken", actor=None, account_id=copy.account_id, facts={"letter": number})
    tell(tx, Telling(BROKEN, copy_id, REVIEW, account_id=copy.account_id))
