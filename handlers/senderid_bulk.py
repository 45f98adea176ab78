"""``/senderid bulk`` and the wizard's "Many at once": the workbook goes out, and comes back filled in."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices
from bot.desk import Desk
from bot.registrations import countries, wizard
from bot.registrations.bulk import columns, service
from bot.registrations.bulk.service import Place
from bot.registrations.companies import Arrival
from bot.registrations.countries import Country
from bot.registrations.sight import Sight
from handlers import reply
from handlers import senderid_frame as frame
from handlers import senderid_review as pages
from handlers.middleware import Listen
from handlers.payload import Payload, memory
from handlers.senderid_entries import MANY
from handlers.senderid_forms import BACK, memory_of, way
from handlers.senderid_wizard import keep_page, show

BULK = "registrations/bulk"
COUNTRY, ATTACHED = "senderid:bulk_country", "senderid:bulk"


async def get(desk: Desk, who: Who, words: str, ack: AsyncAck) -> None:
    """Send the workbook of a country, or ask of which."""
    who.require_account()
    if not words:
        await ack(**_which(desk.voices))
        return
    there = countries.country(words)
    await desk.write(service.offer, who, there)
    await ack(**_sent(desk.voices, there))


async def country_picked(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Send the workbook of the country that was picked."""
    there = countries.country(action["selected_option"]["value"])
    await desk.write(service.offer, who, there)
    await ack()
    await reply.replace(desk, body, _sent(desk.voices, there))


def _which(voices: Voices) -> Payload:
    words = voices.slack(BULK)
    options = [blocks.option(each.name, each.code) for each in countries.countries()]
    picker = frame.select(options, None, words.plain("placeholder_country")) | {"action_id": COUNTRY}
    told = reply.message(words.part("which"))
    told["blocks"][0]["accessory"] = picker
    return told


def _sent(voices: Voices, there: Country) -> Payload:
    return reply.message(voices.text(BULK, "sent", country=there.spoken))


async def get_in_wizard(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Keep the page, send the workbook of the draft's country, and show where it goes when it is filled in."""
    sight = await keep_page(desk, who, body["view"])
    if sight.rules is not None:
        await desk.write(service.offer, who, sight.rules)
        sight = await desk.write(wizard.go, who, sight.draft.id, "sender_ids")
    await show(desk, body, page(desk.voices, sight) if sight.rules else pages.page(desk.voices, sight))
    await ack()


def page(voices: Voices, sight: Sight) -> Payload:
    """What to do with the workbook, and the field that takes it."""
    wizard_words = voices.slack("registrations/wizard")
    there = sight.rules.spoken if sight.rules else ""
    words = voices.slack(BULK, country=there, most_count=columns.ROWS_MAX)
    picker: Block = {"type": "file_input", "action_id": "files", "filetypes": ["xlsx", "xls", "csv"], "max_files": 1}
    back = blocks.button(wizard_words.plain("button_back"), BACK, "sender_ids")
    body = [
        way(wizard_words, voices, "sender_ids"),
        blocks.section("\n".join(words.lines("page"))),
        frame.field(words, "file", picker),
        {"type": "divider"},
        blocks.actions([back], block_id="way"),
    ]
    title, close = words.plain("title", 24), words.plain("close", 24)
    return frame.modal(ATTACHED, memory_of(sight), title, body, close=close, submit=words.plain("submit", 24))


async def attached(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """Take the workbook for this draft; the answer comes as a direct message."""
    arrivals = frame.arrived(view).get("file", ())
    await desk.write(service.came, who, arrivals, Place(who.user_id), memory({"view": view})["draft"])
    words = desk.voices.slack(BULK)
    told = [blocks.section(words.part("taken"))]
    title, close = words.plain("title", 24), words.plain("close", 24)
    await ack(response_action="update", view=frame.modal("senderid:bulk_taken", "", title, told, close=close))


async def dropped(desk: Desk, who: Who, file: Payload, channel: str, root: str) -> bool:
    """Take a file that was dropped, if it is called like our workbook; whether it was. Its content is judged later."""
    name = str(file.get("name") or "")
    if not columns.is_called_like_ours(name):
        return False
    arrival = Arrival(file["id"], name, int(file.get("size") or 0))
    await desk.write(service.came, who, [arrival], Place(channel, root))
    return True


def register(listen: Listen) -> None:
    """The workbook, from its offer to its return."""
    listen.command("/senderid bulk", get, serves=Role.CUSTOMER)
    listen.action(COUNTRY, country_picked, serves=Role.CUSTOMER)
    listen.action(MANY, get_in_wizard, serves=Role.CUSTOMER)
    listen.view(ATTACHED, attached, serves=Role.CUSTOMER)
