"""The keys that staff set in Slack: whether they can be read with today's settings, and whether 8x8 takes them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import aiohttp
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.accounts.access import Access, Accesses
from bot.accounts.places import KeyPlace, Product
from bot.accounts.tables import Account, AccountAccess, AccountKey
from bot.accounts.trial import SECONDS_OF_A_JOB, Ends, try_key
from bot.doctor.findings import Finding, fail, ok, warn
from bot.settings import Settings

_KEYS, _OLD = "Keys of accounts", "SENDERDESK_OLD_SEAL_KEYS"


@dataclass(frozen=True)
class StoredKey:
    """A key as the database keeps it, with where it is used."""

    account_id: str
    provider_account_id: str
    name: str
    row: AccountKey
    place: AccountAccess | None


def stored_keys(session: Session) -> tuple[StoredKey, ...]:
    """The keys in use, by the accounts' names."""
    there = (
        select(Account, AccountKey, AccountAccess)
        .join(AccountKey, AccountKey.account_id == Account.id)
        .outerjoin(AccountAccess, AccountAccess.account_id == Account.id)
        .where(AccountKey.place == KeyPlace.IN_USE)
        .order_by(Account.name, Account.id)
    )
    return tuple(
        StoredKey(account.id, account.provider_account_id, account.name, row, place)
        for account, row, place in session.execute(there)
    )


async def check_keys(
    settings: Settings, http: aiohttp.ClientSession, keys: Sequence[StoredKey]
) -> AsyncIterator[Finding]:
    """Open each key, and ask 8x8 with it; says too whether an earlier secret is still needed."""
    accesses = Accesses.wired(settings)
    vault, closed_before = accesses.vault, 0
    if not vault.is_there:
        yield ok(_KEYS, "cannot be set in Slack: SENDERDESK_SEAL_KEY is not set; CONTACTS_API_KEYS has them")
    for each in keys:
        what = f"{each.row.key_end} of {each.name} ({each.provider_account_id})"
        key = vault.open(each.account_id, each.row.kept)
        if key is None:
            todo = "Add the secret from before to SENDERDESK_OLD_SEAL_KEYS, or set the key again with /desk account."
            yield fail(_KEYS, f"{what} cannot be read with SENDERDESK_SEAL_KEY", todo)
            continue
        closed_before += not vault.is_current(each.account_id, each.row.kept)
        yield await _asked(http, accesses, each, key, what)
    if closed_before:
        todo = "A running desk closes them anew within the hour; leave the earlier secret until this is gone."
        yield warn(_OLD, f"is still needed for {closed_before} of {len(keys)} keys", todo)
    else:
        known = settings.senderdesk_old_seal_keys
        yield ok(_OLD, "is not needed any more for keys of accounts" if known else "is not needed")


async def _asked(http: aiohttp.ClientSession, accesses: Accesses, stored: StoredKey, key: str, what: str) -> Finding:
    place = stored.place
    product = next(product for product in Product if place is None or product in place.products)
    url = accesses.url(place, product)
    access = Access(stored.account_id, stored.provider_account_id, url, key, product)
    trial = await try_key(http, access, SECONDS_OF_A_JOB)
    if trial.ends is Ends.WORKS:
        return ok(_KEYS, f"8x8 takes {what} at {url}")
    return fail(_KEYS, f"8x8 does not take {what} at {url}: {trial.sentence}", "Look at it with /desk account.")
