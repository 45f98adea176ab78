"""8x8's Contacts API as jobs ask it: with the key and at the place that each account has at that moment."""

from dataclasses import dataclass

import aiohttp

from bot.accounts.access import Access, Accesses, NoKey, Product
from bot.accounts.tables import Account
from bot.contacts.client import ContactsClient
from bot.contacts.tables import ContactFile
from bot.storage.database import Database, Tx

__all__ = ["NoKey", "Provider", "Work", "look"]


@dataclass(frozen=True)
class Provider:
    """Gives each account's client."""

    http: aiohttp.ClientSession
    database: Database
    accesses: Accesses

    async def client(self, account_id: str) -> ContactsClient:
        """The client of an account (its id is ours), as things stand now; NoKey when it has no key."""
        return self.made(await self.database.read(self.accesses.of, account_id, Product.CONTACTS))

    def made(self, access: Access) -> ContactsClient:
        """The client that asks there, with that key."""
        return ContactsClient(self.http, access.base_url, access.key, access.provider_account_id)


@dataclass(frozen=True)
class Work:
    """A contact file as a job sees it: the row, detached, and its account's id at 8x8."""

    file: ContactFile
    provider_account_id: str
    quiet: float
    """Seconds since 8x8 said something about the file's batch."""


def look(tx: Tx, file_id: str) -> Work:
    """What a job needs to know of a file."""
    file = tx.session.get_one(ContactFile, file_id)
    quiet = (tx.now - file.looked_at).total_seconds() if file.looked_at else 0.0
    return Work(file, tx.session.get_one(Account, file.account_id).provider_account_id, quiet)
