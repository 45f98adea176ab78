"""The key pair of the desk's seal: made once, kept in the database, the same for every replica and after restarts.

In the database, since every replica has that one and it is backed up with the rows that name the sealed files. The
private key is encrypted with SENDERDESK_SEAL_KEY, so that nobody seals in our name who finds a backup.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.loa import seal
from bot.loa.seal import Sealer
from bot.loa.tables import SealKey
from bot.storage.database import Database, Tx
from bot.storage.statements import add_once

_LEFT = timedelta(days=60)
"""A certificate that ends sooner is followed by a new one."""


class SealKeys:
    """The pair that seals today, and all certificates by which seals are known. ``secret`` is SENDERDESK_SEAL_KEY."""

    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        self._secret = secret

    async def current(self, now: datetime) -> Sealer:
        """The newest pair that our secret opens; a new one where there is none, or it ends soon."""
        while True:
            rows = await self._database.read(_rows)
            for row in reversed(rows):
                if seal.good_until(row.certificate) - now > _LEFT:
                    opened = await asyncio.to_thread(seal.opened, row.certificate, row.private_key, self._secret)
                    if opened is not None:
                        return opened
            made = await asyncio.to_thread(seal.new_key, self._secret, now)
            await self._database.write(_add, len(rows) + 1, *made)

    async def certificates(self) -> tuple[str, ...]:
        """The certificates of all pairs that ever sealed here."""
        return tuple(row.certificate for row in await self._database.read(_rows))


def _rows(tx: Tx) -> Sequence[SealKey]:
    return tx.session.scalars(select(SealKey).order_by(SealKey.number)).all()


def _add(tx: Tx, number: int, certificate: str, private_key: str) -> None:
    """Keep a new pair; when another replica was quicker, theirs is taken."""
    add_once(tx, SealKey(number=number, certificate=certificate, private_key=private_key, made_at=tx.now))
