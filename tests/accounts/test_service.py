"""Use cases of accounts, on both databases."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts import service
from bot.accounts.directory import Profile
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
from bot.errors import NotAllowed, NotFound
from bot.storage.audit import AuditRow
from bot.storage.database import Database, Tx

KOPI = LinkOrder("3fa85f64-5717-4562-b3fc-2c963f66afa6", "Kopi Nusantara")
MART = LinkOrder("7c9e6679-7425-40de-944b-e07fc1f90ae7", "Manila Mart")
STAFF = Who("U0RINA", "T1", Role.STAFF, None, "C0KOPI")
CUSTOMER = Who("U0ANA", "T1", Role.CUSTOMER, None, "C0KOPI")
GITA = Profile("U0GITA", "T1", "Gita", "gita@example.com", "UTC", Kind.GUEST)


def acts(tx: Tx) -> list[tuple[str, str | None, str]]:
    """What the audit says: act, account's presence, subject."""
    rows = tx.session.scalars(select(AuditRow).order_by(AuditRow.id))
    return [(row.act, row.actor, row.subject_id) for row in rows]


def everything(tx: Tx, table: type[Any]) -> list[Any]:
    """All rows of a table."""
    return list(tx.session.scalars(select(table)))


async def linked(
    database: Database, order: LinkOrder = KOPI, channel: str = "C0KOPI", key: str = "k"
) -> service.Linked:
    """Rina links a channel."""
    return await database.write(service.link, STAFF, channel, order, key)


def in_channel(account_id: str, who: Who = STAFF) -> Who:
    """The same person in the channel of an account."""
    return Who(who.user_id, who.team_id, who.role, account_id, "C0KOPI", who.kind)


async def test_linking_makes_the_account_and_writes_down_who_did_it(database: Database) -> None:
    """A new account and its channel are there afterwards, and two audit rows name the person."""
    done = await linked(database)
    assert (done.name, done.was_linked, done.old_name) == ("Kopi Nusantara", False, "")
    (account,) = await database.read(everything, Account)
    (channel,) = await database.read(everything, Channel)
    assert (account.provider_account_id, account.created_by) == (KOPI.provider_account_id, "U0RINA")
    assert (channel.channel_id, channel.account_id, channel.linked_by) == ("C0KOPI", account.id, "U0RINA")
    assert await database.read(acts) == [
        ("accounts:account:created", "U0RINA", account.id),
        ("accounts:channel:linked", "U0RINA", "C0KOPI"),
    ]


async def test_a_second_channel_needs_no_name(database: Database) -> None:
    """An account that is known can be linked by its id alone, to as many channels as its people use."""
    await linked(database)
    done = await linked(database, LinkOrder(KOPI.provider_account_id, ""), "C0OTHER", "k2")
    assert done.name == "Kopi Nusantara"
    assert len(await database.read(everything, Account)) == 1


async def test_a_new_account_needs_a_name(database: Database) -> None:
    """Without one nothing is written, and the sentence shows the command with the id filled in."""
    with pytest.raises(NameMissing, match=f"/desk link {KOPI.provider_account_id} Name"):
        await linked(database, LinkOrder(KOPI.provider_account_id, ""))
    assert await database.read(everything, Account) == []


async def test_another_name_renames_the_account(database: Database) -> None:
    """Linking again with a name says what the account was called before."""
    await linked(database)
    done = await linked(database, LinkOrder(KOPI.provider_account_id, "Kopi Group"), key="k2")
    assert (done.name, done.old_name, done.was_linked) == ("Kopi Group", "Kopi Nusantara", True)
    assert ("accounts:account:renamed", "U0RINA", done.account_id) in await database.read(acts)


async def test_a_channel_belongs_to_one_account(database: Database) -> None:
    """Linking it to another is refused by the name of the first, and does not even make the other."""
    await linked(database)
    with pytest.raises(AlreadyLinked, match="linked to Kopi Nusantara"):
        await linked(database, MART, key="k2")
    assert [account.name for account in await database.read(everything, Account)] == ["Kopi Nusantara"]


async def test_the_same_command_twice_links_once_and_says_the_same(database: Database) -> None:
    """A redelivery changes nothing and is answered as the first; typed again, it says that it was so before."""
    first = await linked(database, key="command:1")
    assert await linked(database, key="command:1") == first
    assert (await linked(database, key="command:2")).was_linked
    assert len(await database.read(acts)) == 2


async def test_two_at_once_link_once(database: Database) -> None:
    """Two staff who type it in the same moment both hear that it is linked; there is one account and one channel."""
    both = await asyncio.gather(linked(database, key="k1"), linked(database, key="k2"))
    assert both[0].account_id == both[1].account_id
    assert len(await database.read(everything, Channel)) == 1
    assert [act for act, _, _ in await database.read(acts)] == ["accounts:account:created", "accounts:channel:linked"]


async def test_unlinking_takes_the_channel_and_keeps_the_account(database: Database) -> None:
    """The account stays, for its files and its other channels."""
    account_id = (await linked(database)).account_id
    await database.write(service.unlink, in_channel(account_id), account_id, "click")
    assert await database.read(everything, Channel) == []
    assert len(await database.read(everything, Account)) == 1
    assert (await database.read(acts))[-1] == ("accounts:channel:unlinked", "U0RINA", "C0KOPI")


async def test_unlinking_twice_says_that_nothing_was_left_to_do(database: Database) -> None:
    """The same click again is answered as the first; another click learns that somebody was faster."""
    account_id = (await linked(database)).account_id
    who = in_channel(account_id)
    first = await database.write(service.unlink, who, account_id, "click")
    assert await database.write(service.unlink, who, account_id, "click") == first
    with pytest.raises(NotLinkedAnyMore, match="not linked to Kopi Nusantara any more"):
        await database.write(service.unlink, who, account_id, "other click")


async def test_unlinking_does_what_was_asked_and_nothing_else(database: Database) -> None:
    """Was the channel linked to another account since the question, then that link stays."""
    kopi = (await linked(database)).account_id
    await database.write(service.unlink, in_channel(kopi), kopi, "click")
    mart = (await linked(database, MART, key="k2")).account_id
    with pytest.raises(NotLinkedAnyMore):
        await database.write(service.unlink, in_channel(mart), kopi, "old question")
    assert [channel.account_id for channel in await database.read(everything, Channel)] == [mart]


async def test_people_are_added_and_removed_by_name(database: Database) -> None:
    """Staff let a guest in and out again; the list and the audit show it."""
    account_id = (await linked(database)).account_id
    who = in_channel(account_id)
    added = await database.write(service.add_person, who, GITA, Role.NOBODY, "k1")
    assert (added.name, added.account, added.changed) == ("Gita", "Kopi Nusantara", True)
    assert not (await database.write(service.add_person, who, GITA, Role.NOBODY, "k2")).changed
    listed = await database.read(service.people, who)
    assert (listed.channels, listed.people) == (("C0KOPI",), (("U0GITA", "Gita"),))
    await database.write(service.remove_person, who, GITA, "k3")
    assert (await database.read(service.people, who)).people == ()
    assert [act for act, _, subject in await database.read(acts) if subject == "U0GITA"] == [
        "accounts:person:added",
        "accounts:person:removed",
    ]


async def test_a_redelivered_removal_is_answered_as_the_first(database: Database) -> None:
    """The second time the person is gone already; it is the same delivery, so it is no error."""
    who = in_channel((await linked(database)).account_id)
    await database.write(service.add_person, who, GITA, Role.NOBODY, "k1")
    first = await database.write(service.remove_person, who, GITA, "k2")
    assert await database.write(service.remove_person, who, GITA, "k2") == first
    with pytest.raises(NotOfAccount, match="Gita was not added to Kopi Nusantara"):
        await database.write(service.remove_person, who, GITA, "k3")


async def test_apps_and_staff_are_not_added(database: Database) -> None:
    """An app is no person, and staff are in everywhere."""
    who = in_channel((await linked(database)).account_id)
    app = Profile("U0BOT", "T1", "Some App", "", "UTC", Kind.BOT)
    budi = Profile("U0BUDI", "T1", "Budi", "", "UTC", Kind.MEMBER)
    with pytest.raises(NotAPerson, match="Some App"):
        await database.write(service.add_person, who, app, Role.NOBODY, "k1")
    with pytest.raises(IsStaff, match="Budi"):
        await database.write(service.add_person, who, budi, Role.STAFF, "k2")
    assert await database.read(everything, Person) == []


async def test_only_staff_change_accounts(database: Database) -> None:
    """Every use case that writes asks again, whoever called it."""
    account_id = (await linked(database)).account_id
    ana = in_channel(account_id, CUSTOMER)
    before = await database.read(acts)
    for use_case, *arguments in (
        (service.link, "C0KOPI", KOPI, "k1"),
        (service.unlink, account_id, "k2"),
        (service.add_person, GITA, Role.NOBODY, "k3"),
        (service.remove_person, GITA, "k4"),
    ):
        with pytest.raises(NotAllowed, match="support staff"):
            await database.write(use_case, ana, *arguments)
    assert await database.read(acts) == before


async def test_a_row_is_loaded_within_the_account(database: Database) -> None:
    """A customer's own row is there; another's is not found, in the same words as one that never was. Staff see all."""
    kopi = (await linked(database)).account_id
    mart = (await linked(database, MART, "C0MART", "k2")).account_id
    ana, carla = in_channel(kopi, CUSTOMER), in_channel(mart, CUSTOMER)
    await database.write(service.add_person, in_channel(kopi), GITA, Role.NOBODY, "k3")

    async def load(who: Who, user: str) -> str:
        row = await database.read(service.load, Person, (kopi, user), who, what="This person")
        return str(row.user_id)

    assert await load(ana, "U0GITA") == "U0GITA"
    assert await load(STAFF, "U0GITA") == "U0GITA"
    with pytest.raises(NotFound) as foreign:
        await load(carla, "U0GITA")
    with pytest.raises(NotFound) as missing:
        await load(carla, "U0NOBODY")
    assert foreign.value.sentence == missing.value.sentence
    with pytest.raises(NotFound):
        await load(Who("U0X", "T1", Role.NOBODY, None, None), "U0GITA")
