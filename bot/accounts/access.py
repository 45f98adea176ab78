"""Where and with which key an account's services are asked, looked up anew for each job: rotation needs no restart."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from sqlalchemy import select

from bot.accounts.places import KeyPlace, Product, Region, base_url
from bot.accounts.tables import Account, AccountAccess, AccountKey, KeyWait, RefusedKey
from bot.accounts.vault import Vault
from bot.delivery.jobs import soon
from bot.delivery.outbox import REVIEW, Telling, tell
from bot.errors import DeskError
from bot.settings import Settings
from bot.storage.audit import record
from bot.storage.database import Tx
from bot.storage.statements import add_once

__all__ = ["Access", "Accesses", "KeyLocked", "NoKey", "Product", "ProductOff"]

REFUSED = "accounts.key_refused"
"""What staff are told of a key that 8x8 refuses; the message's key is ``refused_name``."""
TRY = "accounts.try_key"
"""The job that tries an account's keys at 8x8; its key is the account."""
WAIT_SECONDS = 300.0
"""How often a job that waits for a key looks by itself; when the key is changed it is done at once."""
_END, _LONG = 6, 12


class NoKey(DeskError):
    """Sender Desk has no key for this account at 8x8 yet. Support has been told; nothing is lost meanwhile."""


class KeyLocked(NoKey):
    """Sender Desk cannot read its key for this account at 8x8. Support has been told; nothing is lost meanwhile."""


class ProductOff(NoKey):
    """{product} is not switched on for this account here. Ask support in this channel if you need it."""


@dataclass(frozen=True)
class Access:
    """Where and with which key an account's product is asked."""

    account_id: str
    provider_account_id: str
    base_url: str
    key: str = field(repr=False)
    product: Product = Product.CONTACTS

    @property
    def key_end(self) -> str:
        """The key as it may be shown: its last 6 characters, as in 8x8's portal; fewer of a short key."""
        return end_of(self.key)

    @property
    def mark(self) -> str:
        """Tells this key from the account's others, and nothing else of it."""
        return mark_of(self.account_id, self.key)


class Accesses:
    """What an account's services are asked with. Made once; ``urls`` and ``keys`` are what the settings say."""

    def __init__(
        self, urls: Mapping[Product, str], keys: Mapping[str, Callable[[], str]], vault: Vault | None = None
    ) -> None:
        """``keys`` gives the key of an account, by its id at 8x8 in lower case, where none is kept here."""
        self._urls = urls
        self._keys = keys
        self.vault = vault or Vault(())

    @classmethod
    def wired(cls, settings: Settings) -> "Accesses":
        """As the settings say."""
        urls = {
            Product.CONTACTS: settings.contacts_api_url,
            Product.CHATAPPS: settings.chatapps_api_url,
            Product.SMS: settings.sms_api_url,
        }
        keys = {account: key.get_secret_value for account, key in settings.contacts_api_keys.items()}
        secrets = (settings.senderdesk_seal_key, *settings.senderdesk_old_seal_keys)
        return cls(urls, keys, Vault([secret.get_secret_value() for secret in secrets]))

    def of(self, tx: Tx, account_id: str, product: Product) -> Access:
        """Where and with which key this is asked now. Raises NoKey, also where the account does not use the product."""
        account, place = tx.session.get_one(Account, account_id), tx.session.get(AccountAccess, account_id)
        if place is not None and product not in place.products:
            raise ProductOff(product=PRODUCT_NAMES[product])
        provider_id = account.provider_account_id
        return Access(account_id, provider_id, self.url(place, product), self._key(tx, account), product)

    def url(self, place: "Place | None", product: Product) -> str:
        """Where a product is asked: what an admin gave, else the region's host, else the settings'."""
        own = place.urls.get(product) if place else None
        if own:
            return own
        return base_url(Region(place.region), product) if place and place.region else self._urls[product]

    def from_settings(self, provider_account_id: str) -> str | None:
        """The key that the settings give for an account, used where none is kept."""
        key = self._keys.get(provider_account_id.lower())
        return key() if key else None

    def _key(self, tx: Tx, account: Account) -> str:
        row = tx.session.get(AccountKey, (account.id, KeyPlace.IN_USE))
        if row is None:
            key = self.from_settings(account.provider_account_id)
            if not key:
                raise NoKey
            return key
        opened = self.vault.open(account.id, row.kept)
        if opened is None:
            raise KeyLocked
        return opened

    def refused(self, tx: Tx, access: Access, job: tuple[str, str] | None = None) -> bool:
        """8x8 answered 401: staff are told once per key. False when the account has another key by now.

        ``job`` (kind, key) is done at once when that is over; by itself it waits with ``PutBack(WAIT_SECONDS, ...)``.
        """
        if not self._is_current(tx, access):
            return False
        _wait(tx, access, job)
        return True

    def missing(self, tx: Tx, account_id: str, product: Product, job: tuple[str, str] | None = None) -> bool:
        """There is no key that can be used: staff are told once. False when that is over by now. ``job`` as above."""
        try:
            self.of(tx, account_id, product)
        except ProductOff:
            return False
        except NoKey:
            account = tx.session.get_one(Account, account_id)
            _wait(tx, Access(account_id, account.provider_account_id, "", "", product), job)
            return True
        return False

    def _is_current(self, tx: Tx, access: Access) -> bool:
        try:
            return self.of(tx, access.account_id, access.product).key == access.key
        except NoKey:
            return False


def _wait(tx: Tx, access: Access, job: tuple[str, str] | None) -> None:
    if job is not None:
        add_once(tx, KeyWait(account_id=access.account_id, job=job[0], key=job[1]))
    note_refused(tx, access, was_new=False)
    soon(tx, TRY, access.account_id, after=timedelta(seconds=WAIT_SECONDS))  # it may be allowed again over there


class Place(Protocol):
    """What says where: a row, or a form that was not saved yet."""

    region: str
    urls: dict[str, str]


PRODUCT_NAMES: Mapping[Product, str] = {
    Product.CONTACTS: "Contacts",
    Product.CHATAPPS: "Messaging Apps",
    Product.SMS: "SMS",
}


def note_refused(tx: Tx, access: Access, *, was_new: bool) -> None:
    """Write down that 8x8 refuses this key, and tell staff, unless that is known. ``was_new``: it never was in use.

    Without a key it is that there is none.
    """
    row = tx.session.get(RefusedKey, (access.account_id, access.mark))
    if row is not None and row.ended_at is None:
        return
    told = {"key_end": access.key_end, "product": str(access.product)}
    if row is not None:
        row.refused_at, row.ended_at, row.was_new = tx.now, None, was_new
    else:
        new = {"account_id": access.account_id, "mark": access.mark, "refused_at": tx.now, "was_new": was_new}
        if not add_once(tx, RefusedKey(**new, **told)):
            return
    about = ("account", access.account_id)
    act = "accounts:key:refused" if access.key else "accounts:key:missing"
    record(tx, subject=about, act=act, actor=None, account_id=access.account_id, facts=told)
    tell(tx, Telling(REFUSED, refused_name(access.account_id, access.mark), REVIEW, account_id=access.account_id))


def over(tx: Tx, account_id: str, mark: str | None = None) -> None:
    """The account's key was changed, or (``mark``) this one works again: what waited goes on, staff see it is over."""
    refused = select(RefusedKey).where(RefusedKey.account_id == account_id, RefusedKey.ended_at.is_(None))
    which = [] if mark is None else [RefusedKey.mark.in_((mark, mark_of(account_id, "")))]
    for row in tx.session.scalars(refused.where(*which)):
        row.ended_at = tx.now
        tell(tx, Telling(REFUSED, refused_name(account_id, row.mark), REVIEW, account_id=account_id))
    for wait in tx.session.scalars(select(KeyWait).where(KeyWait.account_id == account_id)):
        soon(tx, wait.job, wait.key)
        tx.session.delete(wait)


def refused_name(account_id: str, mark: str) -> str:
    """The key of the message about a refused key."""
    return f"{account_id}:{mark}"


def mark_of(account_id: str, key: str) -> str:
    """Tells an account's keys apart. They are long and random: nobody finds the key that has this digest."""
    return hashlib.sha256(f"{account_id}\n{key}".encode()).hexdigest()[:24]


def end_of(key: str) -> str:
    """A key as it may be shown: its last 6 characters, none where that would be half of it."""
    return f"…{key[-_END:] if len(key) > _LONG else ''}"
