"""``/contacts delete``: contacts by number, by file, or all of them."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.contacts import card
from bot.contacts import service as files
from bot.contacts.operations import rules, service
from bot.contacts.operations.card import contacts_words
from bot.contacts.operations.service import Came, Sure
from bot.contacts.rules import Purpose
from bot.contacts.service import Arrival
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.desk import Desk
from handlers import reply
from handlers import senderid_frame as frame
from handlers.middleware import Listen
from handlers.payload import Payload, channel_of, memory, remember

DELETE, WAY, ALL_SURE = "contacts:delete", "contacts:delete_way", "contacts:delete_all_sure"
_TEMPLATE = "contacts/forms"
_WAYS = ("numbers", "file", "all")
_ENDINGS = ["csv", "tsv", "txt", "xlsx", "xls", "xlsm"]


async def open_delete(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Which contacts."""
    who.require_account()
    view = await _form(desk, who, "numbers", channel_of(body))
    await reply.open_view(desk, body, view)
    await desk.write(service.refresh_groups, who)
    await ack()


async def choose_way(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Type them, bring a file, or all."""
    chosen = str((action.get("selected_option") or {}).get("value", ""))
    who.require_account()
    if "view" in body:
        way = chosen if chosen in _WAYS else "numbers"
        await reply.update_view(desk, body, await _form(desk, who, way, memory(body).get("channel")))
    await ack()


async def _form(desk: Desk, who: Who, way: str, channel: str | None) -> Payload:
    account = await desk.read(service.account_name, who)
    count = await desk.read(service.contacts_of, who.require_account())
    contacts = contacts_words(count) if count is not None else ""
    return form(desk.voices, way, channel, account, contacts)


def form(voices: Voices, way: str, channel: str | None, account: str, contacts: str) -> Payload:
    """The form for one way of choosing."""
    words = voices.slack(_TEMPLATE, account=account, contacts=contacts)
    options = [blocks.option(words.plain(f"way_{each}"), each) for each in _WAYS]
    radio: Block = {"type": "radio_buttons", "action_id": WAY, "options": options}
    radio["initial_option"] = options[_WAYS.index(way)]
    body = [frame.field(words, "way", radio, hears=True), *_fields(words, way)]
    submit = words.plain({"numbers": "delete_do", "file": "check_do", "all": "next"}[way], 24)
    names = {"close": words.plain("close", 24), "submit": submit}
    return frame.modal(DELETE, remember(channel), words.plain("delete_title", 24), body, **names)


def _fields(words: Words, way: str) -> list[Block]:
    match way:
        case "numbers":
            element = frame.text(most=3000, multiline=True)
            return [frame.field(words, "numbers", element), blocks.context(words.part("numbers_warning"))]
        case "file":
            picker: Block = {"type": "file_input", "filetypes": _ENDINGS, "max_files": 1}
            return [frame.field(words, "files", picker)]
        case _:
            return [blocks.section(words.part("all_warning"))]


async def chosen(desk: Desk, who: Who, view: Payload, key: str, ack: AsyncAck) -> None:
    """Delete those whose numbers were typed, check the file, or ask once more before all go."""
    found, told = frame.values(view), memory({"view": view})
    way = frame.typed(found.get("way")) or "numbers"
    who.require_account()
    if way == "file":
        for file in frame.arrivals(found.get("files")):
            arrival = Arrival(file.slack_file_id, file.name, file.size, who.channel_id or who.user_id)
            await desk.write(files.receive, who, arrival, Purpose.DELETE)
        await ack()
    elif way == "all":
        account = await desk.read(service.account_name, who)
        count = await desk.read(service.contacts_of, who.require_account())
        view = sure(desk.voices, account, contacts_words(count) if count is not None else "", told.get("channel"))
        await ack(response_action="update", view=view)
    else:
        numbers = rules.typed_numbers(frame.typed(found.get("numbers")), "numbers")
        await desk.write(service.ask_delete_numbers, who, numbers, Came(key))
        await ack()


def sure(voices: Voices, account: str, contacts: str, channel: str | None) -> Payload:
    """The second question before all contacts go: the account's name."""
    words = voices.slack(_TEMPLATE, account=account, contacts=contacts, name=account)
    body = [
        blocks.section(words.part("all_sure")),
        frame.field(words, "name", frame.text(most=200)),
        blocks.context(words.part("followed")),
    ]
    names = {"close": words.plain("close", 24), "submit": words.plain("all_do", 24)}
    return frame.modal(ALL_SURE, remember(channel), words.plain("all_title", 24), body, **names)


async def all_sure(desk: Desk, who: Who, view: Payload, key: str, ack: AsyncAck) -> None:
    """Delete all contacts of the account."""
    typed = frame.typed(frame.values(view).get("name"))
    await desk.write(service.ask_delete_all, who, Sure(typed, "name"), Came(key))
    await ack()


async def delete_file(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """Delete the contacts whose numbers a checked file has."""
    file_id, seen = action["value"].split(":")[:2]
    await desk.write(service.ask_delete_file, who, file_id, int(seen))
    await ack()


def register(listen: Listen) -> None:
    """Deleting is for customers, and for staff in a customer's channel."""
    listen.command("/contacts delete", open_delete, serves=Role.CUSTOMER)
    listen.action(WAY, choose_way, serves=Role.CUSTOMER)
    listen.view(DELETE, chosen, serves=Role.CUSTOMER)
    listen.view(ALL_SURE, all_sure, serves=Role.CUSTOMER)
    listen.action(card.DELETE, delete_file, serves=Role.CUSTOMER)
