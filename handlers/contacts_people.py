"""One contact, in the window that found it: add, change, block, delete; and the buttons of what was asked."""

import re
from collections.abc import Mapping

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.accounts.service import load
from bot.contacts.operations import card, rules, service
from bot.contacts.operations.rules import Kind
from bot.contacts.operations.service import Came
from bot.contacts.operations.tables import ContactOperation
from bot.contacts.windows import draw
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.desk import Desk
from bot.errors import DeskError
from handlers import contacts_group_forms as group_forms
from handlers import reply
from handlers import senderid_frame as frame
from handlers.contacts_windows import number_in
from handlers.middleware import Listen
from handlers.payload import Payload, memory, remember

PERSON = "contacts:person"
_TEMPLATE = "contacts/forms"
_FIELDS = {
    "msisdn": 20, "firstName": rules.PERSON_NAME_MAX, "lastName": rules.PERSON_NAME_MAX, "email": rules.EMAIL_MAX,
    "externalId": rules.EXTERNAL_ID_MAX, "country": 2,
}  # fmt: skip
_EMAIL_PARTS = 2


class NoAddress(DeskError):
    """A contact needs a phone number or an e-mail address. Give one of them."""


class NotAnAddress(DeskError):
    """This is no e-mail address. Write it like ana@example.com."""


class NoSuchCountry(DeskError):
    """Write the country as two letters, like ID, PH, SG or TH."""


# The form


def form(
    voices: Voices, told: Mapping[str, str], given: Mapping[str, str | None], *, contact: int | None, trouble: str = ""
) -> Payload:
    """The form of a new contact, or of one that is changed; ``given`` stands in it."""
    words = voices.slack(_TEMPLATE, trouble=trouble)
    body: list[Block] = [blocks.section(words.part("mend"))] if trouble else []
    body += [_field(words, name, given.get(name) or "") for name in _FIELDS]
    ids = {} if contact is None else {"contact": str(contact)}
    memory_ = remember(told.get("channel"), window=told.get("window", ""), **ids)
    title = words.plain("addcontact_title" if contact is None else "changecontact_title", 24)
    names = {"close": words.plain("back", 24), "submit": words.plain("add" if contact is None else "save", 24)}
    return frame.modal(PERSON, memory_, title, body, **names)


def _field(words: Words, name: str, given: str) -> Block:
    kind = "email_text_input" if name == "email" else "plain_text_input"
    most = 0 if name == "email" else _FIELDS[name]
    return frame.field(words, name, frame.text(given, most=most, kind=kind), optional=True)


def typed_in(view: Payload) -> dict[str, str]:
    """What was typed, the number as 8x8 has it. Each error names its field."""
    found = frame.values(view)
    typed = {name: frame.typed(found.get(name)) for name in _FIELDS}
    if typed["msisdn"]:
        typed["msisdn"] = _number(typed["msisdn"])
    if not (typed["msisdn"] or typed["email"]):
        raise NoAddress(field="msisdn")
    if typed["email"] and (typed["email"].count("@") != 1 or not all(typed["email"].split("@", _EMAIL_PARTS))):
        raise NotAnAddress(field="email")
    typed["country"] = typed["country"].upper()
    if typed["country"] and not re.fullmatch("[A-Z]{2}", typed["country"]):
        raise NoSuchCountry(field="country")
    return typed


def _number(text: str) -> str:
    number = rules.number_of(text)
    if number is None:
        raise rules.BadNumbers(some=text, field="msisdn")
    return number


# In the window


async def open_add(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """The form of a new contact; what was looked for stands in it when it is a number."""
    told = memory(body)
    window = await desk.read(service.window_of, who, told.get("window", ""))
    number = rules.number_of(str(window.state.get("query") or ""))
    await reply.push_view(desk, body, form(desk.voices, told, {"msisdn": number}, contact=None))
    await ack()


async def open_change(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """The form of a contact that was found."""
    told, contact_id = memory(body), number_in(action)
    facts = await desk.read(service.contact_in, who, told.get("window", ""), contact_id)
    await reply.push_view(desk, body, form(desk.voices, told, facts, contact=contact_id))
    await ack()


async def given(desk: Desk, who: Who, view: Payload, key: str, ack: AsyncAck) -> None:
    """Add or change it; the window below tells how it went."""
    told = memory({"view": view})
    window = await desk.read(service.window_of, who, told.get("window", ""))
    typed, came = typed_in(view), Came(key, window.id)
    if told.get("contact", "").isdigit():
        await desk.write(service.ask_change, who, int(told["contact"]), typed, came)
    else:
        await desk.write(service.ask_add, who, typed, came)
    await ack()


async def block(desk: Desk, who: Who, action: Payload, body: Payload, key: str, ack: AsyncAck) -> None:
    """Put the number on the block list."""
    await desk.write(service.ask_block, who, number_in(action), Came(key, memory(body).get("window", "")))
    await ack()


async def remove(desk: Desk, who: Who, action: Payload, body: Payload, key: str, ack: AsyncAck) -> None:
    """Delete the contact."""
    await desk.write(service.ask_remove, who, number_in(action), Came(key, memory(body).get("window", "")))
    await ack()


async def mend(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """The form of what 8x8 refused, with what was typed, and why."""
    told = memory(body)
    operation = await desk.read(load, ContactOperation, action["value"].split(":")[0], who)
    typed, trouble = operation.what.get("typed", {}), str((operation.trouble or {}).get("sentence", ""))
    if operation.kind in {Kind.NEW_GROUP, Kind.CHANGE_GROUP}:
        group_id = operation.what.get("group_id")
        view = group_forms.group_form(desk.voices, told, typed, group_id=group_id, trouble=trouble)
    else:
        contact_id = operation.what.get("contact_id")
        view = form(desk.voices, told, typed, contact=contact_id, trouble=trouble)
    await reply.push_view(desk, body, view)
    await ack()


# The card of what was asked


async def again(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """Have it done once more."""
    await desk.write(service.do_again, who, *_named(action))
    await ack()


async def look(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """Look once more whether 8x8 has it."""
    await desk.write(service.look_again, who, *_named(action))
    await ack()


async def leave(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """Do nothing more about it."""
    await desk.write(service.leave, who, *_named(action))
    await ack()


def _named(action: Payload) -> tuple[str, int]:
    operation_id, seen = action["value"].split(":")[:2]
    return operation_id, int(seen)


def register(listen: Listen) -> None:
    """For customers, and for staff in a customer's channel."""
    listen.action(draw.ADD, open_add, serves=Role.CUSTOMER)
    listen.action(draw.CHANGE, open_change, serves=Role.CUSTOMER)
    listen.view(PERSON, given, serves=Role.CUSTOMER)
    listen.action(draw.BLOCK, block, serves=Role.CUSTOMER)
    listen.action(draw.REMOVE, remove, serves=Role.CUSTOMER)
    listen.action(draw.MEND, mend, serves=Role.CUSTOMER)
    listen.action(card.AGAIN, again, serves=Role.CUSTOMER)
    listen.action(card.LOOK, look, serves=Role.CUSTOMER)
    listen.action(card.LEAVE, leave, serves=Role.CUSTOMER)
