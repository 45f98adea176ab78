"""Groups and contacts at 8x8: looked at, copied, moved, changed and deleted from Slack, and followed to their ends."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.demo.story import KOPI, KOPI_ACCOUNT, Told, everything
from bot.sandbox.faults import Fault
from bot.sandbox.seed import REVIEW
from bot.sandbox.slack.actor import Actor

NUMBERS = [f"+6281234567{number:02}" for number in range(5)]
Window = Callable[..., Awaitable[Any]]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database is enough here: each step has its own tests on both."""
    return sqlite_url


@pytest.fixture
def book(told: Told) -> Any:
    """What 8x8 has of Kopi: five contacts, of whom three are members."""
    book = told.at_8x8(KOPI_ACCOUNT).book
    for place, number in enumerate(NUMBERS):
        contact, _ = book.merge({"msisdn": number}, {"firstName": f"Ani {place}"})
        if place < 3:
            book.join(contact, group(book, "Members").id)
    return book


def group(book: Any, name: str) -> Any:
    """The group of this name."""
    return next((each for each in book.groups.values() if each.name == name), None)


@pytest.fixture
def shows(told: Told) -> Window:
    """Await it: the person's window, once it shows all these words."""

    async def look(person: Actor, *words: str) -> Any:
        def found() -> Any:
            view = person.view()
            text = json.dumps(view.blocks, ensure_ascii=False) if view else ""
            return view if view and all(word in text for word in words) else None

        return await told.world.slack.until(found, 60)

    return look


async def card(told: Told, person: Actor, place: str, *words: str) -> Any:
    """The newest message in a place with all these words."""

    def found() -> Any:
        there = reversed(person.sees(place))
        return next((one for one in there if all(word in everything(one) for word in words)), None)

    return await told.world.slack.until(found, 60)


async def choose_groups(person: Actor, command: str, source: str, target: str) -> None:
    """Somebody picks both groups, and goes on to where it is said what will be done."""
    await person.command(KOPI, command)
    await person.choose(person.modal(), "contacts:group_pick", source, block="source")
    await person.choose(person.modal(), "contacts:group_pick", target, block="target")
    assert await person.submit() is None


async def a_group_is_made(ana: Actor, book: Any, shows: Window) -> None:
    """The list shows groups with counts; a taken name is refused at its field, or by 8x8, and mended in the form."""
    await ana.command(KOPI, "/contacts groups")
    window = await shows(ana, "2 groups", "5 contacts", "*Members* · 3 contacts")
    await ana.click(window, "Create a group")
    await ana.fill("groupname", "Members")
    assert "There is a group with the name Members" in str(await ana.submit())
    book.add_group("Fans")
    await ana.fill("groupname", "Fans")
    assert await ana.submit() is None
    await ana.click(await shows(ana, "⛔", "5003", "Open the form again"), "Open the form again")
    await shows(ana, "⛔", "Fans")
    await ana.fill("groupname", "VIP")
    assert await ana.submit() is None
    await shows(ana, "✅", "*VIP* · 0 contacts")
    await ana.fill("query", "vip")
    assert await ana.submit() is None
    await shows(ana, "1 group with “vip” in the name")
    await ana.close()


async def one_contact_is_looked_after(told: Told, shows: Window) -> None:
    """Found, changed, blocked and deleted in one window; support sees the last of it, by the end of the number only."""
    ana = told.ana
    await ana.command(KOPI, "/contacts find +62 812 3456 704")
    await ana.click(await shows(ana, "Ani 4", NUMBERS[4]), "Change")
    await ana.fill("firstName", "Anita")
    assert await ana.submit() is None
    await ana.click(await shows(ana, "✅", "*Anita"), "Block")
    await ana.click(await shows(ana, "🚫 blocked"), "Delete")
    await shows(ana, "✅", "is deleted", "Nobody in")
    line = everything(await card(told, told.rina, REVIEW, "Delete a contact", "✅ Completed"))
    assert "…704 is deleted" in line
    assert NUMBERS[4] not in line
    await ana.click(ana.modal(), "Add a contact")
    await ana.fill("msisdn", "12")
    assert "country code" in str(await ana.submit())
    await ana.fill("msisdn", NUMBERS[0])
    await ana.fill("lastName", "Wijaya")
    assert await ana.submit() is None
    await shows(ana, "8x8 knew this number already")
    await ana.close()


async def a_file_is_deleted(told: Told) -> None:
    """The engine checks it as it checks uploads; only good numbers go."""
    ana = told.ana
    await ana.command(KOPI, "/contacts delete")
    await ana.choose(ana.modal(), "contacts:delete_way", "Those in a file")
    await ana.fill("files", [("gone.csv", f"phone\n{NUMBERS[3]}\nnonsense\n".encode())])
    assert await ana.submit() is None
    checked = await card(told, ana, KOPI, "gone.csv", "Checked", "to *delete* contacts")
    await ana.click(checked, "Delete 1 contact")


async def all_are_deleted(told: Told, shows: Window) -> None:
    """Asked twice: said first, then the account's name is typed."""
    ana = told.ana
    await ana.command(KOPI, "/contacts delete")
    await ana.choose(ana.modal(), "contacts:delete_way", "All contacts of the account")
    await shows(ana, "Every contact", "Kopi Nusantara")
    assert await ana.submit() is None
    await ana.fill("name", "Kopi")
    assert "That is another name" in str(await ana.submit())
    await ana.fill("name", "Kopi Nusantara")
    assert await ana.submit() is None


async def test_a_customer_works_on_groups_and_contacts(told: Told, book: Any, shows: Window) -> None:
    """Each is said before, done once, shown where it was asked, and told to support where it cannot be taken back."""
    ana, rina, kopi = told.ana, told.rina, told.at_8x8(KOPI_ACCOUNT)
    await a_group_is_made(ana, book, shows)
    # An answer is lost, and what it was for is found in 8x8's list
    told.world.faults.add(Fault("contacts:deleteGroups", "drop", when="after"))
    await ana.command(KOPI, "/contacts delete-groups")
    await ana.choose(ana.modal(), "contacts:groups_pick", ["Newsletter Jakarta"])
    assert await ana.submit() is None
    assert await ana.submit() is None
    await choose_groups(ana, "/contacts copy", "Members", "VIP")
    await shows(ana, "All 3 contacts of *Members* go to *VIP* as well, and stay in Members")
    assert await ana.submit() is None
    await one_contact_is_looked_after(told, shows)
    await card(told, ana, KOPI, "Copy contacts", "✅ Completed", "Asked by <@U0ANA>")
    assert len(group(book, "VIP").members) == len(group(book, "Members").members) == 3

    # Support acts for the customer, and it is told who
    await choose_groups(rina, "/contacts move", "VIP", "Fans")
    assert await rina.submit() is None
    await a_file_is_deleted(told)
    await card(told, ana, KOPI, "Move contacts", "✅ Completed", "Asked by <@U0RINA> of support, for Kopi Nusantara")
    await card(told, ana, KOPI, "gone.csv* are deleted", "✅ Completed")
    await card(told, ana, KOPI, "Delete groups", "✅ Completed")
    assert (len(group(book, "VIP").members), len(group(book, "Fans").members)) == (0, 3)
    assert group(book, "Newsletter Jakarta") is None
    assert {contact.addresses["msisdn"] for contact in book.contacts.values()} == set(NUMBERS[:3])

    await all_are_deleted(told, shows)
    await ana.command(KOPI, "/contacts batches")
    window = await shows(ana, "Delete groups", "Move contacts", "From this desk", "<@U0RINA>")
    await ana.click(window, "Open", block="batch:0")
    await shows(ana, "8x8 has not counted anything", "Number")
    await card(told, ana, KOPI, "Delete contacts", "✅ Completed", "The groups stay, empty")
    assert book.contacts == {}
    assert "<@U0ANA>" in everything(await card(told, rina, REVIEW, "Kopi Nusantara*: *Delete contacts*", "groups stay"))
    assert sorted(batch.type for batch in kopi.batches.values()) == [
        "copyContacts", "deleteContacts", "deleteContacts", "deleteGroups", "moveContacts",
    ]  # fmt: skip
    assert {code for _, code, _ in told.world.slack.refusals} <= {"not_found"}  # of windows that were closed
