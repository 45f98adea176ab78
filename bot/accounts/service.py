"""Use cases of accounts: link and unlink a channel, add and remove people, load a row within a person's account."""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import select

from bot.accounts.directory import Profile
from bot.accounts.greeting import GREETING, link_changed
from bot.accounts.linking import (
    AlreadyLinked,
    IsStaff,
    LinkOrder,
    NameMissing,
    NotAPerson,
    NotLinkedAnyMore,
    NotOfAccount,
)
from bot.accounts.rules import Kind, Role, Who
from bot.accounts.tables import Account, Channel, Person
from bot.delivery.inbox import first_time
from bot.delivery.outbox import Telling, tell
from bot.errors import NotFound
from bot.storage.audit import record
from bot.storage.database import Tx
from bot.storage.statements import add_once


class Owned(Protocol):
    """A table whose rows belong to an account."""

    @property
    def account_id(self) -> str:
        """The account's id."""
        ...


T = TypeVar("T", bound=Owned)


def load(tx: Tx, table: type[T], row_id: object, who: Who, *, what: str = "That") -> T:
    """A customer's row by its primary key, within the account of the person: the one door to customers' rows.

    Staff reach every account's rows. Raises NotFound, alike for what does not exist and for what is somebody else's;
    ``what`` names the thing in its sentence.
    """
    row = tx.session.get(table, row_id)
    if row is None or not (who.is_staff or row.account_id == who.account_id):
        raise NotFound(what=what)
    return row


@dataclass(frozen=True)
class Linked:
    """A channel and its account. ``was_linked``: it was before; ``old_name``: the account was called so until now."""

    account_id: str
    provider_account_id: str
    name: str
    channel_id: str
    was_linked: bool = False
    old_name: str = ""


def greet(tx: Tx, channel_id: str) -> None:
    """Say hello in a channel; the second time the same message shows the latest state."""
    tell(tx, Telling(GREETING, channel_id, channel_id))


def link(tx: Tx, who: Who, channel_id: str, order: LinkOrder, key: str) -> Linked:
    """Link a channel to an account, making the account when it is new; a new name renames it.

    Raises NotAllowed; NameMissing for a new account without a name; AlreadyLinked where another account's channel is.
    """
    who.require_staff()
    is_new = first_time(tx, key)
    account, old_name = _account_of(tx, who, order)
    channel = Channel(channel_id=channel_id, account_id=account.id, linked_by=who.user_id, linked_at=tx.now)
    linked_now = add_once(tx, channel)
    there = tx.session.get_one(Channel, channel_id)
    if there.account_id != account.id:
        raise AlreadyLinked(name=tx.session.get_one(Account, there.account_id).name, field="channel")
    if linked_now:
        record(
            tx,
            subject=("channel", channel_id),
            act="accounts:channel:linked",
            actor=who.user_id,
            account_id=account.id,
            facts={"provider_account_id": account.provider_account_id},
        )
        link_changed(tx, channel_id)
    was_linked = is_new and not linked_now
    return Linked(account.id, account.provider_account_id, account.name, channel_id, was_linked, old_name)


def _account_of(tx: Tx, who: Who, order: LinkOrder) -> tuple[Account, str]:
    """The account of an order, made or renamed when the order says so; and its old name when it was renamed."""
    wanted = select(Account).where(Account.provider_account_id == order.provider_account_id)
    account = tx.session.scalars(wanted).one_or_none()
    if account is None:
        if not order.name:
            raise NameMissing(account=order.provider_account_id, field="name")
        made = Account(
            id=tx.new_id(),
            provider_account_id=order.provider_account_id,
            name=order.name,
            created_by=who.user_id,
            created_at=tx.now,
        )
        if add_once(tx, made):
            record(
                tx, subject=("account", made.id), act="accounts:account:created", actor=who.user_id, account_id=made.id
            )
        account = tx.session.scalars(wanted).one()
    if order.name in ("", account.name):
        return account, ""
    old_name, account.name = account.name, order.name
    record(
        tx, subject=("account", account.id), act="accounts:account:renamed", actor=who.user_id, account_id=account.id
    )
    return account, old_name


def linked(tx: Tx, who: Who) -> Linked:
    """The account to which the channel of this person is linked. Raises NotLinked."""
    account = tx.session.get_one(Account, who.require_account())
    return Linked(account.id, account.provider_account_id, account.name, who.channel_id or "")


def unlink(tx: Tx, who: Who, account_id: str, key: str) -> Linked:
    """Take the channel from the account that the person saw when asked. Raises NotLinkedAnyMore if that changed."""
    who.require_staff()
    account = tx.session.get(Account, account_id)
    if account is None:
        raise NotFound(what="This account")
    done = Linked(account.id, account.provider_account_id, account.name, who.channel_id or "")
    if not first_time(tx, key):
        return done
    channel = tx.session.get(Channel, who.channel_id)
    if channel is None or channel.account_id != account.id:
        raise NotLinkedAnyMore(name=account.name)
    tx.session.delete(channel)
    link_changed(tx, channel.channel_id)
    record(
        tx,
        subject=("channel", channel.channel_id),
        act="accounts:channel:unlinked",
        actor=who.user_id,
        account_id=account.id,
    )
    return done


@dataclass(frozen=True)
class People:
    """Who belongs to an account: channels whose members do, and the people whom staff added (id and name), by name."""

    name: str
    channels: tuple[str, ...]
    people: tuple[tuple[str, str], ...]


def people(tx: Tx, who: Who) -> People:
    """Who belongs to the account of this channel. Raises NotLinked."""
    account = tx.session.get_one(Account, who.require_account())
    channels = select(Channel.channel_id).where(Channel.account_id == account.id).order_by(Channel.linked_at)
    added = select(Person).where(Person.account_id == account.id).order_by(Person.name, Person.user_id)
    found = tuple((person.user_id, person.name) for person in tx.session.scalars(added))
    return People(account.name, tuple(tx.session.scalars(channels)), found)


@dataclass(frozen=True)
class Membership:
    """A person and the account they were added to or removed from. ``changed`` is False when it was so before."""

    user_id: str
    name: str
    account: str
    changed: bool


def add_person(tx: Tx, who: Who, profile: Profile, role: Role, key: str) -> Membership:
    """Make somebody the account's customer, guest or outsider though they be. ``role`` is what they are in the desk.

    Raises NotLinked, NotAPerson, IsStaff.
    """
    who.require_staff()
    account = tx.session.get_one(Account, who.require_account())
    if profile.kind is Kind.BOT:
        raise NotAPerson(name=profile.name)
    if role.covers(Role.STAFF):
        raise IsStaff(name=profile.name)
    is_new = first_time(tx, key)
    person = Person(
        account_id=account.id,
        user_id=profile.user_id,
        name=profile.name[:80],
        email=profile.email[:254],
        added_by=who.user_id,
        added_at=tx.now,
    )
    added = add_once(tx, person)
    if added:
        _record_person(tx, who, person, "accounts:person:added")
    return Membership(profile.user_id, profile.name, account.name, added or not is_new)


def remove_person(tx: Tx, who: Who, profile: Profile, key: str) -> Membership:
    """Take somebody from the account; in a linked channel they still count by sitting there. Raises NotOfAccount."""
    who.require_staff()
    account = tx.session.get_one(Account, who.require_account())
    done = Membership(profile.user_id, profile.name, account.name, changed=True)
    if not first_time(tx, key):
        return done
    person = tx.session.get(Person, (account.id, profile.user_id))
    if person is None:
        raise NotOfAccount(name=profile.name, account=account.name)
    _record_person(tx, who, person, "accounts:person:removed")
    tx.session.delete(person)
    return done


def _record_person(tx: Tx, who: Who, person: Person, act: str) -> None:
    record(tx, subject=("person", person.user_id), act=act, actor=who.user_id, account_id=person.account_id)
