"""Where 8x8's Contacts API is, and with which key each account is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import aiohttp

from bot.accounts.tables import Account
from bot.contacts.client import ContactsClient
from bot.contacts.tables import ContactFile
from bot.errors import DeskError
from bot.storage.database import Tx


class NoKey(DeskError):
    """Sender Desk has no key for this account at 8x8 yet. Ask support in this channel; nothing is lost meanwhile."""


@dataclass(frozen=True)
class Provider:
    """Where 8x8's Contacts API is, and what gives each account's key (by its id in lower case)."""

    http: aiohttp.ClientSession
    base_url: str
    keys: Mapping[str, Callable[[], str]]

    def client(self, provider_account_id: str) -> ContactsClient:
        """The client of one account; NoKey when it has none."""
        key = self.keys.get(provider_account_id.lower())
        if key is None:
            raise NoKey
        return ContactsClient(self.http, self.base_url, key(), provider_account_id)


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


def provider_account(tx: Tx, account_id: str) -> str:
    """The account's id at 8x8."""
    return tx.session.get_one(Account, account_id).provider_account_id
