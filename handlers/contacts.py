"""Contact files: a file that comes in, ``/contacts``, and every button of the file's card."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.contacts import card, rules, service
from bot.contacts.facts import counts
from bot.contacts.service import Arrival
from bot.contacts.tables import ContactFile
from bot.delivery.tables import Message
from bot.desk import Desk
from handlers import contacts_forms as forms
from handlers import reply, senderid_bulk
from handlers.middleware import EVERYBODY, Listen
from handlers.payload import Payload, channel_of, memory


async def take(desk: Desk, who: Who, event: Payload) -> None:
    """Files posted in a channel or sent to the app. Among other talk only what looks like contacts is answered."""
    private = event.get("channel_type") == "im"
    for file in event.get("files", ()):
        name = str(file.get("name") or "")
        meant = not name or rules.is_meant_for_us(name, str(file.get("mimetype") or ""))
        linked = who.account_id is not None
        if private or (meant and (linked or rules.has_contact_ending(name))):
            root = str(event.get("thread_ts") or event["ts"])
            if (private or linked) and await senderid_bulk.dropped(desk, who, file, event["channel"], root):
                continue
            arrival = Arrival(file["id"], name or "a file", int(file.get("size") or 0), event["channel"], root)
            await desk.write(service.receive, who, arrival)


async def help_me(desk: Desk, ack: AsyncAck) -> None:
    """Say what can be done with contacts."""
    words = desk.voices.slack("contacts/answers")
    await ack(**reply.message(words.headline, "\n".join(words.lines("help"))))


async def open_upload(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Open the form that takes files up to 10 MB."""
    who.require_account()
    await reply.open_view(desk, body, forms.upload(desk.voices, channel_of(body)))
    await ack()


async def uploaded(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """Files came through the form: their cards go where the form was opened, else to the person."""
    place = memory({"view": view}).get("channel") or who.user_id
    for file in forms.files_of(view):
        arrival = Arrival(file["id"], str(file.get("name") or "a file"), int(file.get("size") or 0), place)
        await desk.write(service.receive, who, arrival)
    await ack()


async def list_files(desk: Desk, who: Who, ack: AsyncAck) -> None:
    """The account's latest files and how they stand."""
    files = await desk.read(service.recent, who.require_account())
    words = desk.voices.slack("contacts/answers")
    if not files:
        await ack(**reply.message(words.part("no_files")))
        return
    await ack(**reply.message(words.part("files"), *(_line(desk, file, card) for file, card in files)))


def _line(desk: Desk, file: ContactFile, told: Message | None) -> str:
    state = desk.voices.state(f"contacts.{file.status}")
    thread = desk.links.to(told, told.thread_ts) if told else ""
    values = {"name": file.name, "thread": thread, "status": state, "created_at": file.created_at, **counts(file)}
    return desk.voices.text("contacts/answers", "file", **values)


async def submit(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Have the accepted rows sent to 8x8, into the groups that this person's picker shows."""
    file_id, seen = _named(action)
    await desk.write(service.submit, who, file_id, seen, forms.groups_shown(body, file_id))
    await ack()


async def cancel(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """Do nothing more with the file."""
    file_id, seen = _named(action)
    await desk.write(service.cancel, who, file_id, seen)
    await ack()


async def check_again(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """Check the file once more, as before."""
    file_id, seen = _named(action)
    await desk.write(service.check_again, who, file_id, seen)
    await ack()


async def read_as(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """Read numbers without a country code as the proposed country's."""
    file_id, seen = _named(action)
    await desk.write(service.read_as, who, file_id, seen, action["value"].rsplit(":", 1)[-1])
    await ack()


async def bring_rejected(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Bring the rejected rows into the thread; say so when they are there already."""
    file_id, _ = _named(action)
    coming = await desk.write(service.ask_rejected, who, file_id)
    await ack()
    if not coming:
        words = desk.voices.text("contacts/answers", "rejected_there")
        await reply.whisper(desk, body, str(channel_of(body)), who.user_id, words)


async def open_columns(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Ask which column is what."""
    file_id, seen = _named(action)
    file = await desk.read(service.of_account, who, file_id)
    await reply.open_view(desk, body, forms.columns(desk.voices, file, seen, channel_of(body)))
    await ack()


async def columns_chosen(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """Check again with these columns, this header, this country and this sheet."""
    told = memory({"view": view})
    await desk.write(service.check_again, who, told["file"], int(told["seen"]), forms.choice(view))
    await ack()


async def offer_countries(desk: Desk, payload: Payload, ack: AsyncAck) -> None:
    """Countries whose name or code begins with what was typed."""
    await ack(options=forms.country_options(desk.voices, str(payload.get("value") or "")))


async def groups_picked(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """These groups and no others."""
    names = [option["value"] for option in action["selected_options"]]
    await desk.write(service.pick_groups, who, action["block_id"].partition(":")[2], names)
    await ack()


async def offer_groups(desk: Desk, who: Who, payload: Payload, ack: AsyncAck) -> None:
    """The account's groups whose name has the typed words, and a new one of that name."""
    file_id, typed = payload["block_id"].partition(":")[2], str(payload.get("value") or "")
    groups = await desk.read(service.groups_like, who, file_id, typed)
    await ack(options=forms.group_options(desk.voices, groups, typed))


def _named(action: Payload) -> tuple[str, int]:
    """The file that a button speaks of, and the version that the person saw."""
    file_id, seen = action["value"].split(":")[:2]
    return file_id, int(seen)


def register(listen: Listen) -> None:
    """Everything that a person can do with contact files."""
    listen.command("/contacts", help_me, serves=EVERYBODY)
    listen.command("/contacts help", help_me, serves=EVERYBODY)
    listen.command("/contacts upload", open_upload, serves=Role.CUSTOMER)
    listen.command("/contacts files", list_files, serves=Role.CUSTOMER)
    listen.action(forms.UPLOAD, open_upload, serves=Role.CUSTOMER)
    listen.view(forms.UPLOAD, uploaded, serves=Role.CUSTOMER)
    listen.action(card.SUBMIT, submit, serves=Role.CUSTOMER)
    listen.action(card.CANCEL, cancel, serves=Role.CUSTOMER)
    listen.action(card.CHECK_AGAIN, check_again, serves=Role.CUSTOMER)
    listen.action(card.COUNTRY, read_as, serves=Role.CUSTOMER)
    listen.action(card.DOWNLOAD, bring_rejected, serves=Role.CUSTOMER)
    listen.action(card.COLUMNS, open_columns, serves=Role.CUSTOMER)
    listen.view(forms.COLUMNS, columns_chosen, serves=Role.CUSTOMER)
    listen.options(forms.COUNTRY, offer_countries, serves=Role.CUSTOMER)
    listen.action(card.GROUPS, groups_picked, serves=Role.CUSTOMER)
    listen.options(card.GROUPS, offer_groups, serves=Role.CUSTOMER)
