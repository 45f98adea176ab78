"""8x8's Contacts API as jobs ask it: with the key and at the place that each account has at that moment."""

from dataclasses import dataclass

import aiohttp

from bot.accounts.access import WAIT_SECONDS, Access, Accesses, NoKey, Product, ProductOff
from bot.accounts.tables import Account
from bot.contacts.client import ContactsClient
from bot.contacts.errors import Unauthorized
from bot.contacts.tables import ContactFile
from bot.delivery.worker import Hold, PutBack
from bot.errors import DeskError
from bot.storage.database import Database, Tx

__all__ = ["AccountClient", "LockedOut", "NoKey", "Provider", "Work", "look"]


class LockedOut(DeskError):
    """8x8 does not let us in with this key ({reason}). Check CONTACTS_API_KEYS, and that CONTACTS_API_URL is its region."""  # noqa: E501


class AccountClient(ContactsClient):
    """The client of one account, which knows with which key it asks."""

    def __init__(self, http: aiohttp.ClientSession, access: Access) -> None:
        super().__init__(http, access.base_url, access.key, access.provider_account_id)
        self.access = access


@dataclass(frozen=True)
class Provider:
    """Gives each account's client."""

    http: aiohttp.ClientSession
    database: Database
    accesses: Accesses
    has_staff: bool = True
    """Whether somebody is told of a refused key, and changes it, so that waiting for that makes sense."""

    async def client(self, account_id: str) -> AccountClient:
        """The client of an account (its id is ours), as things stand now; NoKey when it has no key."""
        return AccountClient(self.http, await self.database.read(self.accesses.of, account_id, Product.CONTACTS))

    async def tell_refused(self, client: AccountClient) -> None:
        """8x8 refuses the key (401) to somebody who only looks: staff are told, nothing waits."""
        await self.database.write(self.accesses.refused, client.access)

    async def missing(self, account_id: str, error: NoKey, hold: Hold | None = None) -> PutBack | None:
        """There is no key: staff are told; the job is to raise this, and goes on when there is one.

        None: nobody would set one, so that waiting makes no sense.
        """
        if not self.has_staff or isinstance(error, ProductOff):
            return None
        job = (hold.claim.kind, hold.claim.key) if hold else None
        stands = await self.database.write(self.accesses.missing, account_id, Product.CONTACTS, job)
        return PutBack(WAIT_SECONDS if stands else 0, "no key", spent=False)

    async def refused(self, client: AccountClient, hold: Hold, error: Unauthorized) -> PutBack:
        """8x8 refuses the key (401): staff are told; the job is to raise this, and goes on when the key was changed."""
        job = (hold.claim.kind, hold.claim.key)
        stands = await self.database.write(self.accesses.refused, client.access, job)
        return PutBack(WAIT_SECONDS if stands else 0, error.reason, spent=False)


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
