"""Signed copies that we sealed, read again: the seal is checked each time before anybody gets the file."""

import asyncio
from dataclasses import dataclass

import structlog
from sqlalchemy import select

from bot.delivery import blocks
from bot.delivery.outbox import REVIEW, MessageKind, SlackCard, Telling, tell
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.errors import DeskError
from bot.loa import seal
from bot.loa.rules import Way
from bot.loa.seal_keys import SealKeys
from bot.loa.tables import Letter, SignedCopy
from bot.storage.audit import record
from bot.storage.database import Database, Tx
from bot.storage.files import Files

log = structlog.get_logger(__name__)

BROKEN = "loa.seal_broken"
"""What staff are told, by the copy's id."""


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
        found = await asyncio.to_thread(seal.verified, content, await self.keys.certificates())
        if not found.holds:
            log.error("seal_broken", copy=copy_id, letter=number)
            await self.database.write(_broken, copy_id)
            raise SealBroken(number=number)
        return content


def kind(voices: Voices) -> MessageKind:
    """What staff are told of a broken seal."""

    def draw(tx: Tx, message: Message) -> SlackCard:
        copy, number = _copy(tx, message.key)
        text = voices.text("loa/seal", "broken", letter=number, signer=copy.signer, came_at=copy.came_at)
        return SlackCard(text, [blocks.section(text)])

    return MessageKind(BROKEN, draw)


def _copy(tx: Tx, copy_id: str) -> tuple[SignedCopy, str]:
    joined = select(SignedCopy, Letter.number).join(Letter, Letter.id == SignedCopy.letter_id)
    copy, number = tx.session.execute(joined.where(SignedCopy.id == copy_id)).one()
    return copy, number


def _broken(tx: Tx, copy_id: str) -> None:
    copy, number = _copy(tx, copy_id)
    about = (SignedCopy.__tablename__, copy_id)
    record(tx, subject=about, act="loa:seal:broken", actor=None, account_id=copy.account_id, facts={"letter": number})
    tell(tx, Telling(BROKEN, copy_id, REVIEW, account_id=copy.account_id))
