"""The wizard that registers sender IDs, as a person goes through it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.demo.story.told import Told, texts
from bot.sandbox import samples
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.records import Message

KOPI_COMPANY = {
    "name": "PT Kopi Nusantara",
    "short_name": "Kopi Nusantara",
    "website": "kopi.example",
    "officer_name": "Sari Dewi",
    "officer_title": "Director",
    "officer_email": "sari@kopi.example",
    "address_line_1": "Jalan Melati 1",
    "city": "Jakarta",
    "senderid:country_pick": "ID",
}
KOPI_SINGAPORE = KOPI_COMPANY | {
    "name": "Kopi Nusantara Pte. Ltd.",
    "uen": "201812345M",
    "city": "Singapore",
    "senderid:country_pick": "SG",
}
MART_COMPANY = KOPI_COMPANY | {
    "name": "Manila Mart Inc.",
    "short_name": "Manila Mart",
    "website": "mart.example",
    "officer_name": "Luz Reyes",
    "city": "Manila",
    "senderid:country_pick": "PH",
}


@dataclass(frozen=True)
class Wanted:
    """What somebody types into the wizard. ``company`` is typed in when the account has none of that name yet."""

    country: str
    company: Mapping[str, str]
    names: Sequence[str]
    text: str
    entity: str = ""
    industry: str = ""
    papers: Sequence[str] = ()
    """Slots to attach; of none, all that the form shows."""
    brandless: bool = False
    types: Mapping[str, str] = field(default_factory=lambda: {"message_type": "otp", "monthly_traffic": "5000"})


async def fill(person: Actor, fields: Mapping[str, Any]) -> None:
    """Fill fields of the window by their action ids."""
    for name, value in fields.items():
        await person.fill(name, value)


async def send(told: Told, person: Actor) -> None:
    """Press the window's button; nothing may be refused."""
    errors = await person.submit()
    told.check(not errors, f"the form says: {errors}")


async def register(told: Told, person: Actor, channel: str, wanted: Wanted) -> Message:
    """Go through the wizard; the card in the channel that comes of it."""
    await person.command(channel, "/senderid register")
    await _details(told, person, wanted)
    await _attach(person, wanted.papers)
    await send(told, person)
    for number, name in enumerate(wanted.names):
        if number:
            await person.click(person.modal(), "Add another sender ID")
        await _sender_id(told, person, name, wanted)
    await send(told, person)
    return await submit(told, person, channel)


async def _details(told: Told, person: Actor, wanted: Wanted) -> None:
    await person.fill("senderid:country", wanted.country)
    asked = {"entity": wanted.entity, "industry": wanted.industry}
    await fill(person, {name: value for name, value in asked.items() if value})
    if wanted.company["name"] in str(person.modal().blocks):
        await person.fill("company", wanted.company["name"])
    else:
        await person.click(person.modal(), "Add a company")
        await fill(person, wanted.company)
        await send(told, person)
    await send(told, person)


async def _attach(person: Actor, slots: Sequence[str] = ()) -> None:
    """Attach a picture wherever the window asks for a document of these slots."""
    picture = [("letterhead.png", samples.BY_NAME["letterhead.png"].data)]
    for block in list(person.modal().blocks):
        asks = block["type"] == "input" and block["element"]["type"] == "file_input"
        if asks and any(slot in block["block_id"] for slot in slots or [""]):
            await person.choose(person.modal(), block["element"]["action_id"], picture, block=block["block_id"])


async def _sender_id(told: Told, person: Actor, name: str, wanted: Wanted) -> None:
    if wanted.brandless:
        await person.fill("senderid:brandless", ["It does not include the company or brand name"])
        await _attach(person, ["proof"])
    await fill(person, {"senderid:entry_name": name, "sample_text": wanted.text, "subaccount": "main", **wanted.types})
    await send(told, person)


async def submit(told: Told, person: Actor, channel: str) -> Message:
    """Submit what the review shows, once every document was looked at; the card in the channel that comes of it."""
    while "Nearly there" in str(person.modal().blocks):  # a document is being looked at
        await person.click(person.modal(), "Back")
        await send(told, person)
    since = told.world.slack.new_ts()
    await send(told, person)
    receipt = " ".join(texts(person.modal().blocks))
    told.check("Your ticket is" in receipt, f"it was not submitted: {receipt}")
    number = receipt.split("*")[1]
    await person.close()
    return await told.sees(person, channel, number, "approved", since=since)
