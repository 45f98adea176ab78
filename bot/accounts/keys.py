"""Use cases of an account's access: look at it, set region, products and key, try a key, remove it.

The key that was in use stays so until 8x8 was seen to take the new one; then it is deleted. So a key that was mistyped,
or that 8x8 cannot judge just now, stops nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from bot.accounts.access import TRY, Access, Accesses, end_of, mark_of, over
from bot.accounts.places import KeyPlace, Product
from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account, AccountAccess, AccountKey, RefusedKey
from bot.accounts.trial import Ends, Trial
from bot.accounts.vault import Vault
from bot.delivery.inbox import first_time
from bot.delivery.jobs import soon
from bot.errors import DeskError, NotFound
from bot.storage.audit import record
from bot.storage.database import Tx

KEY_MIN, KEY_MAX = 8, 300
_FIRST_TRY = timedelta(seconds=5)
_LISTED = 10


class KeyShape(DeskError):
    """A key has 8 to 300 letters, digits and signs, and no blanks. Copy it from the API keys page of 8x8 Connect."""


class NoProduct(DeskError):
    """Choose at least one product: an account that uses none needs no key either."""


class RefusedThere(DeskError):
    """8x8 refuses this key ({reason}), so nothing was changed. Check that it is a key of this account, in this region."""  # noqa: E501


class ChangedMeanwhile(DeskError):
    """Somebody else changed this account's access meanwhile. Close this form and open it again: nothing was changed."""


class WhichAccount(DeskError):
    """I know no account called “{given}”. Give its name or its id at 8x8, or run `/desk account` in its channel."""


class SeveralFit(DeskError):
    """“{given}” fits {names}. Give more of the name, or the account's id at 8x8."""


@dataclass(frozen=True)
class Kept:
    """A key as it may be shown."""

    key_end: str
    set_by: str = ""
    set_at: datetime | None = None
    works_at: datetime | None = None
    trouble: str = ""
    refused_at: datetime | None = None
    locked: bool = False


@dataclass(frozen=True)
class Stands:
    """An account's access as it stands. ``in_use`` without ``set_at`` is a key from the settings."""

    account_id: str
    provider_account_id: str
    name: str
    region: str
    urls: Mapping[str, str]
    products: Sequence[str]
    version: int
    in_use: Kept | None
    waiting: Kept | None
    hosts: Mapping[str, str] = field(default_factory=dict)
    """Where each product is asked now."""


@dataclass(frozen=True)
class Order:
    """What staff chose. ``key`` is empty when they typed none; it is never shown, and kept encrypted only."""

    account_id: str
    version: int
    region: str
    products: tuple[str, ...]
    urls: Mapping[str, str]
    key: str = field(default="", repr=False)


def find_account(tx: Tx, who: Who, given: str) -> str:
    """The account that is meant: by name or id at 8x8, else that of the channel. Raises WhichAccount, SeveralFit."""
    who.require_staff()
    if not given:
        return who.require_account()
    name = given.strip("\"'“”").casefold()
    fits = or_(func.lower(Account.name).contains(name, autoescape=True), Account.provider_account_id == name)
    found = tx.session.scalars(select(Account).where(fits).order_by(Account.name, Account.id).limit(_LISTED)).all()
    exact = [each for each in found if name in (each.name.casefold(), each.provider_account_id)]
    chosen = exact if len(exact) == 1 else found
    if not chosen:
        raise WhichAccount(given=given[:60])
    if len(chosen) > 1:
        raise SeveralFit(given=given[:60], names=", ".join(each.name for each in chosen))
    return chosen[0].id


def stands(tx: Tx, who: Who, accesses: Accesses, account_id: str) -> Stands:
    """How an account's access stands."""
    who.require_staff()
    account = tx.session.get(Account, account_id)
    if account is None:
        raise NotFound(what="This account")
    place = tx.session.get(AccountAccess, account_id)
    in_use = _kept(tx, accesses.vault, account_id, KeyPlace.IN_USE)
    if in_use is None:
        key = accesses.from_settings(account.provider_account_id)
        in_use = _from_settings(tx, account_id, key) if key else None
    return Stands(
        account_id,
        account.provider_account_id,
        account.name,
        place.region if place else "",
        place.urls if place else {},
        place.products if place else [str(product) for product in Product],
        place.version if place else 0,
        in_use,
        _kept(tx, accesses.vault, account_id, KeyPlace.WAITING),
        {str(product): accesses.url(place, product) for product in Product},
    )


def _kept(tx: Tx, vault: Vault, account_id: str, place: KeyPlace) -> Kept | None:
    row = tx.session.get(AccountKey, (account_id, place))
    if row is None:
        return None
    locked = vault.open(account_id, row.kept) is None
    refused_at = _refused_at(tx, account_id, row.mark)
    return Kept(row.key_end, row.set_by, row.set_at, row.works_at, row.trouble, refused_at, locked)


def _from_settings(tx: Tx, account_id: str, key: str) -> Kept:
    return Kept(end_of(key), refused_at=_refused_at(tx, account_id, mark_of(account_id, key)))


def _refused_at(tx: Tx, account_id: str, mark: str) -> datetime | None:
    row = tx.session.get(RefusedKey, (account_id, mark))
    return row.refused_at if row is not None and row.ended_at is None else None


def to_try(tx: Tx, who: Who, accesses: Accesses, order: Order) -> Access | None:
    """What is to be asked of 8x8 before this is saved: the new key, or the one in use at a new place; else None.

    Raises KeyShape, NoProduct, NoVault, ChangedMeanwhile, NotAllowed.
    """
    before = stands(tx, who, accesses, order.account_id)
    _check(who, before, order, accesses.vault)
    if not order.key and not _moves(before, order):
        return None
    product = next(product for product in Product if product in order.products)
    place = AccountAccess(region=order.region, urls=dict(order.urls))
    key = order.key or _key_in_use(tx, accesses, before)
    account_id, url = order.account_id, accesses.url(place, product)
    return Access(account_id, before.provider_account_id, url, key, product) if key else None


def _check(who: Who, before: Stands, order: Order, vault: Vault) -> None:
    if order.version != before.version:
        raise ChangedMeanwhile
    if not order.products:
        raise NoProduct(field="products")
    if dict(order.urls) != dict(before.urls):
        who.require(Role.ADMIN)
    if not order.key:
        return
    if not (KEY_MIN <= len(order.key) <= KEY_MAX and order.key.isascii() and order.key.isprintable()) or (
        " " in order.key
    ):
        raise KeyShape(field="key")
    vault.close(order.account_id, order.key)


def _moves(before: Stands, order: Order) -> bool:
    return order.region != before.region or dict(order.urls) != dict(before.urls)


def _key_in_use(tx: Tx, accesses: Accesses, before: Stands) -> str:
    row = tx.session.get(AccountKey, (before.account_id, KeyPlace.IN_USE))
    if row is not None:
        return accesses.vault.open(before.account_id, row.kept) or ""
    return accesses.from_settings(before.provider_account_id) or ""


@dataclass(frozen=True)
class Saved:
    """What became of it: how the trial ended (None: nothing was tried), and whether a new key waits for its turn."""

    stands: Stands
    ends: Ends | None
    reason: str
    new_key: bool
    waits: bool


def save(tx: Tx, who: Who, accesses: Accesses, order: Order, *, trial: Trial | None, delivery: str) -> Saved:
    """Keep what staff chose, unless 8x8 refused it (RefusedThere). A new key that nobody could try yet waits."""
    if not first_time(tx, delivery):
        return Saved(stands(tx, who, accesses, order.account_id), None, "", new_key=False, waits=False)
    before = stands(tx, who, accesses, order.account_id)
    _check(who, before, order, accesses.vault)
    if trial is not None and trial.ends is Ends.REFUSED:
        raise RefusedThere(reason=trial.reason, field="key" if order.key else "region")
    _keep_place(tx, who, before, order)
    waits = False
    if order.key:
        good = before.in_use is not None and before.in_use.refused_at is None and not before.in_use.locked
        waits = bool(trial and trial.ends is Ends.AWAY and good and not _moves(before, order))
        row = _new_key(tx, who, accesses.vault, order, trial)
        _put(tx, who, row, KeyPlace.WAITING if waits else KeyPlace.IN_USE, trial)
    if not waits and (order.key or _moves(before, order)):
        over(tx, order.account_id)
    if trial is not None and trial.ends is Ends.AWAY:
        soon(tx, TRY, order.account_id, after=_FIRST_TRY)
    after = stands(tx, who, accesses, order.account_id)
    return Saved(after, trial.ends if trial else None, trial.reason if trial else "", bool(order.key), waits)


def _keep_place(tx: Tx, who: Who, before: Stands, order: Order) -> None:
    row = tx.session.get(AccountAccess, order.account_id)
    if row is None:
        row = AccountAccess(account_id=order.account_id, version=0)
        tx.session.add(row)
    changed = _moves(before, order) or list(order.products) != list(before.products)
    row.region, row.urls, row.products = order.region, dict(order.urls), list(order.products)
    row.version, row.set_by, row.set_at = row.version + 1, who.user_id, tx.now
    tx.session.flush()
    if changed:
        facts = {"region": order.region, "products": list(order.products), "own_urls": sorted(order.urls)}
        note(tx, order.account_id, "accounts:access:changed", who.user_id, facts)


def _new_key(tx: Tx, who: Who, vault: Vault, order: Order, trial: Trial | None) -> AccountKey:
    return AccountKey(
        account_id=order.account_id,
        kept=vault.close(order.account_id, order.key),
        mark=mark_of(order.account_id, order.key),
        key_end=end_of(order.key),
        set_by=who.user_id,
        set_at=tx.now,
        works_at=tx.now if trial and trial.ends is Ends.WORKS else None,
        trouble=trial.sentence if trial else "",
    )


def _put(tx: Tx, who: Who, row: AccountKey, place: KeyPlace, trial: Trial | None) -> None:
    """Put a new key where it goes: what waited goes, and what was in use if it takes that place."""
    for each in KeyPlace if place is KeyPlace.IN_USE else (KeyPlace.WAITING,):
        drop(tx, row.account_id, each)
    row.place = place
    tx.session.add(row)
    tx.session.flush()
    facts = {"key_end": row.key_end, "place": str(place), "trial": str(trial.ends) if trial else "none"}
    note(tx, row.account_id, "accounts:key:set", who.user_id, facts)


def drop(tx: Tx, account_id: str, place: KeyPlace) -> bool:
    """Delete the key at this place; whether there was one."""
    row = tx.session.get(AccountKey, (account_id, place))
    if row is not None:
        tx.session.delete(row)
        tx.session.flush()
    return row is not None


def remove(tx: Tx, who: Who, accesses: Accesses, account_id: str, delivery: str) -> Stands:
    """Delete the account's keys here; what the settings give is used then, else nothing is asked for it."""
    who.require_staff()
    before = stands(tx, who, accesses, account_id)
    gone = [drop(tx, account_id, place) for place in KeyPlace]
    if first_time(tx, delivery) and any(gone):
        facts = {"key_end": before.in_use.key_end if before.in_use else ""}
        note(tx, account_id, "accounts:key:removed", who.user_id, facts)
        over(tx, account_id)
        row = tx.session.get(AccountAccess, account_id)
        if row is not None:
            row.version += 1
    return stands(tx, who, accesses, account_id)


def note(tx: Tx, account_id: str, act: str, actor: str | None, facts: Mapping[str, object]) -> None:
    """Write down what happened to an account's access."""
    record(tx, subject=("account", account_id), act=act, actor=actor, account_id=account_id, facts=facts)
