"""Files that people post: the one place that decides, by where and what it is, who takes a file.

In the thread of a draft's card it is a document of the draft, or the workbook of sender IDs. In the thread of a
ticket's own card it is a signed letter of authorisation where one is waited for, or for support, who read of it, and
may be what a customer mends with. All else may be contacts.
"""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.desk import Desk
from bot.loa import service as letters
from bot.registrations import drops, wizard
from bot.registrations.bulk import service as bulk
from bot.registrations.bulk.service import Place
from bot.registrations.companies import Arrival
from bot.registrations.drop_cards import WHICH
from bot.registrations.tables import Draft
from bot.tickets.threads import thread_of
from handlers import contacts, reply, threads
from handlers import senderid_forms as forms
from handlers import senderid_wizard as pages
from handlers.middleware import EVERYBODY, Listen
from handlers.payload import Payload, memory

WORKBOOK = ".xlsx"


async def file_came(desk: Desk, who: Who, event: Payload) -> None:
    """Hand each file to whom it is for; then the words beside it."""
    root = str(event.get("thread_ts") or "")
    if root:
        await threads.must_be_known(desk, event)
    there = await desk.read(drops.whose, event["channel"], root) if root else None
    if isinstance(there, Draft):
        if drops.may_fill(who, there):
            await _into_draft(desk, who, event, there)
    elif there is not None:
        came = _arrivals(event)
        taken = await desk.write(letters.came_in_thread, who, there, event["ts"], came)
        await desk.write(
            drops.came, who, there, event["ts"], [each for each in came if each.slack_file_id not in taken]
        )
    elif not await _is_for_support(desk, event, root):
        await contacts.take(desk, who, event)
    await threads.heard(desk, who, event)


async def _into_draft(desk: Desk, who: Who, event: Payload, draft: Draft) -> None:
    came = _arrivals(event)
    books = [each for each in came if each.name.lower().endswith(WORKBOOK)]
    if books:
        await desk.write(bulk.came, who, books, Place(event["channel"], str(event["thread_ts"])), draft.id)
    await desk.write(drops.came, who, draft, event["ts"], [each for each in came if each not in books])


def _arrivals(event: Payload) -> list[Arrival]:
    files = [file for file in event.get("files", ()) if file.get("id")]
    return [Arrival(each["id"], str(each.get("name") or "a file"), int(each.get("size") or 0)) for each in files]


async def _is_for_support(desk: Desk, event: Payload, root: str) -> bool:
    """Whether it is in a ticket's thread below a card of ours; under a person's own message it may be contacts."""
    thread = await desk.read(thread_of, event["channel"], root, desk.ticket_features) if root else None
    return thread is not None and (thread.inside or thread.ticket.thread_ts != root)


async def document_named(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Somebody says which document a dropped file is; what is mended with it opens."""
    drop_id, code = action["block_id"].partition(":")[2], action["selected_option"]["value"]
    draft = await desk.write(drops.choose, who, drop_id, code)
    if draft.submission_id:
        await reply.open_view(desk, body, await pages.page(desk, await desk.read(wizard.look, who, draft.id)))
    await ack()


async def drop_instead(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Show the draft where files can be dropped, and say where that is."""
    await pages.keep_page(desk, who, body["view"])
    told = memory(body)
    draft = await desk.write(drops.open_thread, who, told["draft"])
    sight = await desk.read(wizard.look, who, draft.id)
    await pages.show(desk, body, forms.documents(desk.voices, sight, told.get("then", ""), has_thread=True))
    await ack()


def register(listen: Listen) -> None:
    """Files of everybody; each of those who take them says whose they take."""
    listen.event({"type": "message", "subtype": "file_share"}, file_came, serves=EVERYBODY)
    listen.action(WHICH, document_named, serves=Role.CUSTOMER)
    listen.action(forms.DROP, drop_instead, serves=Role.CUSTOMER)
