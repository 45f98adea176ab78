"""Sender IDs in four countries: registered, decided operator by operator, mended, withdrawn, and told about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.demo import clerk
from bot.demo.story.told import PATIENCE, Told, WentWrong, everything, texts
from bot.sandbox import samples
from bot.sandbox.operators import Answer
from bot.sandbox.seed import KOPI, MART, REVIEW
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.records import Message
from bot.sandbox.slack.windows import View

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


def top(person: Actor) -> View:
    """The window in front of somebody."""
    view = person.view()
    if view is None:
        raise WentWrong(f"no window is open in front of {person.person.name}")
    return view


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
            await person.click(top(person), "Add another sender ID")
        await _sender_id(told, person, name, wanted)
    await send(told, person)
    return await _submit(told, person, channel)


async def _details(told: Told, person: Actor, wanted: Wanted) -> None:
    await person.fill("senderid:country", wanted.country)
    asked = {"entity": wanted.entity, "industry": wanted.industry}
    await fill(person, {name: value for name, value in asked.items() if value})
    if wanted.company["name"] in str(top(person).blocks):
        await person.fill("company", wanted.company["name"])
    else:
        await person.click(top(person), "Add a company")
        await fill(person, wanted.company)
        await send(told, person)
    await send(told, person)


async def _attach(person: Actor, slots: Sequence[str] = ()) -> None:
    """Attach a picture wherever the window asks for a document of these slots."""
    picture = [("letterhead.png", samples.BY_NAME["letterhead.png"].data)]
    for block in list(top(person).blocks):
        asks = block["type"] == "input" and block["element"]["type"] == "file_input"
        if asks and any(slot in block["block_id"] for slot in slots or [""]):
            await person.choose(top(person), block["element"]["action_id"], picture, block=block["block_id"])


async def _sender_id(told: Told, person: Actor, name: str, wanted: Wanted) -> None:
    if wanted.brandless:
        await person.fill("senderid:brandless", ["It does not include the company or brand name"])
        await _attach(person, ["proof"])
    await fill(person, {"senderid:entry_name": name, "sample_text": wanted.text, "subaccount": "main", **wanted.types})
    await send(told, person)


async def _submit(told: Told, person: Actor, channel: str) -> Message:
    while "Nearly there" in str(top(person).blocks):  # a document is being looked at
        await person.click(top(person), "Back")
        await send(told, person)
    since = told.world.slack.new_ts()
    await send(told, person)
    receipt = " ".join(texts(top(person).blocks))
    told.check("Your ticket is" in receipt, f"it was not submitted: {receipt}")
    number = receipt.split("*")[1]
    await person.close()
    return await told.sees(person, channel, number, "approved", since=since)


def number_of(card: Message) -> str:
    """The ticket's number on a card."""
    return everything(card).split("*")[1]


async def rows_of(told: Told, name: str, *words: str) -> Message:
    """The operators' rows of a sender ID in the staff's channel, once they show these words."""
    card = await told.finds(told.rina, REVIEW, f"*{name}*", "Sample text")
    return await told.finds(told.rina, REVIEW, f"*{name}*", "Reference", *words, thread_ts=card.ts)


async def decide(told: Told, name: str, act: str, only: str = "", **more: str) -> None:
    """Rina decides on all operators of a sender ID that have not decided, or on that one ``only``."""
    rows = await rows_of(told, name, "Decide several")
    await told.rina.click(rows, "review:several")
    options = next(block for block in top(told.rina).blocks if block.get("block_id", "").startswith("operators"))
    listed = [option for option in options["element"]["options"] if option["text"]["text"].startswith(only)]
    await fill(told.rina, {"operators": [option["value"] for option in listed], "act": act, **more})
    await send(told, told.rina)


# The steps


async def a_name_is_checked(told: Told) -> None:
    """Ana asks whether a name would be taken, and reads why not."""
    await told.asks(told.ana, KOPI, "/senderid check INFO Singapore", "would be refused")


async def a_sender_id_for_the_philippines(told: Told) -> None:
    """Ana registers a sender ID in the Philippines for her company in Indonesia, with its documents."""
    wanted = Wanted(
        "PH", KOPI_COMPANY, ["KopiNus"], "Kopi Nusantara: your code is 1234.", "international", "others",
        papers=["letterhead", "company_registration"],
    )  # fmt: skip
    card = await register(told, told.ana, KOPI, wanted)
    told.check("0 of 3 approved" in everything(card), "the card does not show three operators")


async def operators_differ(told: Told) -> None:
    """Globe approves, Smart asks for changes: Ana reads the reason in the thread and by e-mail."""
    await decide(told, "KopiNus", "approve", only="Globe")
    rows = await rows_of(told, "KopiNus", "1 of 3 approved")
    await told.rina.click(rows, "review:ask", block="row:smart")
    await fill(told.rina, {"reason": "text_brand", "words": "Say what the code is for.", "field": "sample_text"})
    await send(told, told.rina)
    card = await told.sees(told.ana, KOPI, "KopiNus", "1 of 3 approved, 1 asks for changes")
    await told.sees(told.ana, KOPI, "Say what the code is for.", thread_ts=card.ts)
    await by_mail(told, f"{number_of(card)}: KopiNus (Philippines) needs changes")


async def by_mail(told: Told, subject: str) -> None:
    """Wait for the e-mail with this subject."""
    mails = told.world.mailbox.mails
    await told.world.until(lambda: [one for one in mails if one.subject == subject], PATIENCE, f"no mail: {subject}")
    told.say(f"By e-mail: {subject}")


async def it_is_mended(told: Told) -> None:
    """Ana changes the text and submits again; what Globe approved stays approved, and the others follow."""
    card = await told.finds(told.ana, KOPI, "KopiNus", "Fix and resubmit")
    await told.ana.click(card, "senderid:fix")
    await told.ana.click(top(told.ana), "Edit", block="part:sender_ids")
    await told.ana.click(top(told.ana), "senderid:entry_edit")
    await told.ana.fill("sample_text", "Kopi Nusantara: 1234 is your code to sign in.")
    await send(told, told.ana)
    await send(told, told.ana)
    await send(told, told.ana)
    await told.sees(told.ana, KOPI, "submitted again", thread_ts=card.ts)
    ends = told.world.clock().date() + timedelta(days=30)
    await decide(told, "KopiNus", "approve", valid_till=ends.isoformat())
    await told.sees(told.ana, KOPI, "KopiNus", "3 of 3 approved", "Solved")


async def what_ends_soon_is_renewed(told: Told) -> None:
    """Two of the approvals end in 30 days: Ana renews the sender ID with one button and all that was typed before."""
    card = await told.finds(told.ana, KOPI, "KopiNus", "3 of 3 approved", "Renew")
    await told.ana.click(card, "senderid:renew")
    renewed = await _submit(told, told.ana, KOPI)
    told.check(number_of(renewed) != number_of(card), "the renewal has no ticket of its own")


async def a_name_that_is_not_the_companys(told: Told) -> None:
    """Carla registers a name without her company's in it, and proves that she may; then she withdraws it."""
    wanted = Wanted(
        "PH", MART_COMPANY, ["SariSari"], "Manila Mart: SariSari opens at 9.", "local", "others",
        papers=["letterhead", "sec_registration"], brandless=True,
        types={"message_type": "marketing", "monthly_traffic": "20000"},
    )  # fmt: skip
    card = await register(told, told.carla, MART, wanted)
    await told.carla.click(card, "senderid:withdraw")
    await send(told, told.carla)
    await told.sees(told.carla, MART, "SariSari", "withdrawn")


async def several_for_indonesia(told: Told) -> None:
    """Carla registers two names in Indonesia at once; one is approved, the other rejected: one ticket holds both."""
    papers = ["home_screenshot", "sign_in_screenshot", "message_format"]
    text = "Manila Mart: your code is 1234."
    wanted = Wanted("ID", MART_COMPANY, ["ManilaMart", "MartClub"], text, industry="others", papers=papers)
    await register(told, told.carla, MART, wanted)
    await decide(told, "ManilaMart", "approve")
    await decide(told, "MartClub", "reject", reason="taken")
    await told.sees(told.carla, MART, "*ManilaMart* · 3 of 3 approved", "*MartClub* · 0 of 3 approved, 3 rejected")


async def singapore_with_its_number(told: Told) -> None:
    """Ana registers in Singapore with the company's UEN; what was told about an operator is corrected."""
    wanted = Wanted(
        "SG", KOPI_SINGAPORE, ["KopiSG"], "Kopi Nusantara: your code is 1234.", "local", papers=["ssir_entry"]
    )
    card = await register(told, told.ana, KOPI, wanted)
    await decide(told, "KopiSG", "approve")
    rows = await rows_of(told, "KopiSG", "4 of 4 approved")
    await told.rina.click(rows, "review:amend", block="row:singtel")
    await fill(told.rina, {"amended_to": "rejected", "reason": "taken", "words": "We misread Singtel."})
    await send(told, told.rina)
    await told.sees(told.ana, KOPI, "We correct what we told you about Singtel", thread_ts=card.ts)
    await told.finds(told.ana, KOPI, "KopiSG", "3 of 4 approved, 1 rejected")


async def operators_answer_by_themselves(told: Told) -> None:
    """Ana registers in Thailand; Rina sends it to the operators, and what they say in their feed is told."""
    wanted = Wanted("TH", KOPI_COMPANY, ["KopiThai"], "Kopi Nusantara: your code is 1234.", "international", "others")
    card = await register(told, told.ana, KOPI, wanted)
    await decide(told, "KopiThai", "sent")
    await told.finds(told.ana, KOPI, "KopiThai", "The operators have it")
    await rows_of(told, "KopiThai", "With the operator")
    for operator, reference in clerk.sent(told.world):
        told.world.operators.hand_over(operator, reference, Answer("approved"))
    await told.sees(told.ana, KOPI, "KopiThai", "3 of 3 approved")
    await told.asks(told.ana, KOPI, f"/tickets why {number_of(card)}", "Why")


async def tickets_are_listed(told: Told) -> None:
    """Rina lists what was solved, and whose it was."""
    await told.asks(told.rina, REVIEW, "/tickets ended", "KopiNus", "SariSari")
