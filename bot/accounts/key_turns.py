"""What follows when a key was tried: one that waits takes its turn or goes; and keys are closed anew."""

from sqlalchemy import select

from bot.accounts.access import Access, Accesses, mark_of, note_refused, over
from bot.accounts.key_told import tell_works
from bot.accounts.keys import drop, note
from bot.accounts.places import KeyPlace, Product
from bot.accounts.tables import Account, AccountAccess, AccountKey, RefusedKey
from bot.accounts.trial import Ends, Trial
from bot.accounts.vault import Vault
from bot.storage.database import Tx


def next_trial(tx: Tx, accesses: Accesses, account_id: str) -> tuple[Access, KeyPlace] | None:
    """The key that is to be tried, the one that waits first; None when there is none that can be."""
    place = tx.session.get(AccountAccess, account_id)
    product = next(product for product in Product if place is None or product in place.products)
    provider_id = tx.session.get_one(Account, account_id).provider_account_id
    found = _key_to_try(tx, accesses, account_id, provider_id)
    if found is None:
        return None
    return Access(account_id, provider_id, accesses.url(place, product), found[0], product), found[1]


def _key_to_try(tx: Tx, accesses: Accesses, account_id: str, provider_id: str) -> tuple[str, KeyPlace] | None:
    rows = [(tx.session.get(AccountKey, (account_id, place)), place) for place in (KeyPlace.WAITING, KeyPlace.IN_USE)]
    for row, place in rows:
        key = accesses.vault.open(account_id, row.kept) if row else None
        if key:
            return key, place
    key = accesses.from_settings(provider_id)
    return (key, KeyPlace.IN_USE) if key and rows[1][0] is None else None


def is_missed(tx: Tx, account_id: str) -> bool:
    """Whether something waits for a key of the account, which has none."""
    row = tx.session.get(RefusedKey, (account_id, mark_of(account_id, "")))
    return row is not None and row.ended_at is None


def tried(tx: Tx, access: Access, place: KeyPlace, trial: Trial) -> bool:
    """A trial ended: a waiting key that works takes its place, one that 8x8 refuses goes. False: try again later."""
    row = tx.session.get(AccountKey, (access.account_id, place))
    if row.mark != access.mark if row else place is KeyPlace.WAITING:
        return True  # there is another by now, which has its own trial, or none
    if row is not None:
        row.trouble = trial.sentence
    if trial.ends is Ends.AWAY:
        return False
    if trial.ends is Ends.REFUSED:
        if row is not None and place is KeyPlace.WAITING:
            tx.session.delete(row)
        note_refused(tx, access, was_new=place is KeyPlace.WAITING)
        return place is KeyPlace.WAITING
    if row is not None:
        row.works_at = tx.now
        if place is KeyPlace.WAITING:
            _take_turn(tx, row)
    over(tx, access.account_id, None if place is KeyPlace.WAITING else access.mark)
    return True


def _take_turn(tx: Tx, row: AccountKey) -> None:
    """The waiting key is the one in use now, and the one before is deleted."""
    drop(tx, row.account_id, KeyPlace.IN_USE)
    row.place = KeyPlace.IN_USE
    tx.session.flush()
    note(tx, row.account_id, "accounts:key:in_use", None, {"key_end": row.key_end})
    tell_works(tx, row)


def close_anew(tx: Tx, vault: Vault) -> int:
    """Close with today's SENDERDESK_SEAL_KEY what an earlier one closed, so that the earlier may go."""
    count = 0
    for row in tx.session.scalars(select(AccountKey)) if vault.is_there else ():
        key = None if vault.is_current(row.account_id, row.kept) else vault.open(row.account_id, row.kept)
        if key is not None:
            row.kept = vault.close(row.account_id, key)
            count += 1
    return count
