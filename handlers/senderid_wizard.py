"""``/senderid register``: one modal that goes from Details over Documents and Sender IDs to Review, and submits.

Each page is saved as it is left, forwards or back. What a modal remembers is the draft's id and where to go next.
"""

import asyncio

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.directory import SlackSilent
from bot.accounts.rules import Role, Who
from bot.delivery.blocks import Block
from bot.desk import Desk
from bot.errors import OutOfDate
from bot.registrations import completeness, service, wizard
from bot.registrations.customer_card import RENEW
from bot.registrations.problems import Incomplete
from bot.registrations.sight import Sight
from bot.registrations.steps import CARD
from handlers import reach, reply
from handlers import senderid_company as company_form
from handlers import senderid_entries as entries
from handlers import senderid_forms as forms
from handlers import senderid_frame as frame
from handlers import senderid_review as pages
from handlers.middleware import Handler, Listen
from handlers.payload import Payload, channel_of, memory

REGISTER, DRAFT, FIX = "senderid:register", "senderid:draft", "senderid:fix"
"""What Home's section offers."""
_LOOKS, _BETWEEN_SECONDS = 8, 0.1
"""How often a new ticket's thread is looked for before the last page goes without its link."""
_READ = {
    forms.DETAILS: forms.details_typed,
    forms.DOCUMENTS: forms.documents_typed,
    entries.ENTRY: entries.entry_typed,
}
_STEP = {forms.DETAILS: "details", forms.DOCUMENTS: "documents", entries.ENTRY: "sender_ids"}


# Opening


async def register_sender_ids(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Open the wizard, or offer the draft that there is."""
    sight = await desk.write(wizard.start, who, channel_of(body))
    view = pages.offer(desk.voices, sight) if sight.draft.data else await page(desk, sight)
    await reply.open_view(desk, body, view)
    await ack()


async def mend(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Open the wizard filled in with what was submitted, to mend what was asked."""
    sight = await desk.write(wizard.fix, who, action["value"].partition(":")[0])
    await reply.open_view(desk, body, await page(desk, sight))
    await ack()


async def renew(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Open the wizard filled in with what ends soon, or has."""
    sight = await desk.write(wizard.renew, who, action["value"].partition(":")[0])
    await reply.open_view(desk, body, await page(desk, sight))
    await ack()


async def go_on(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Go on with the draft where it was left."""
    sight = await desk.read(wizard.look, who, action["value"])
    await show(desk, body, await page(desk, sight))
    await ack()


async def open_draft(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Go on with a draft from Home."""
    sight = await desk.read(wizard.look, who, action["value"])
    await reply.open_view(desk, body, await page(desk, sight))
    await ack()


async def begin_anew(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Throw the draft away, and begin another."""
    sight = await desk.write(wizard.start_anew, who, action["value"], memory(body).get("channel"))
    await show(desk, body, await page(desk, sight))
    await ack()


async def page(desk: Desk, sight: Sight, then: str = "") -> Payload:
    """The page of the draft's step."""
    told = await _reach(desk, sight) if pages.is_last(sight) else []
    return pages.page(desk.voices, sight, then, reach=told)


async def _reach(desk: Desk, sight: Sight) -> list[Block]:
    """How many are told when it is submitted; nothing while it cannot be."""
    return [] if sight.problems else [await reach.of_request(desk, sight.draft.channel, "submission")]


async def show(desk: Desk, body: Payload, view: Payload, view_id: str = "") -> None:
    """Show something else in the modal that was clicked, or in the one below it."""
    async with asyncio.timeout(reply.SLACK_SECONDS):
        await desk.slack.views_update(view_id=view_id or body["view"]["id"], view=view)


# Going from page to page


async def country_chosen(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Ask what this country asks."""
    sight = await keep_page(desk, who, body["view"])
    await show(desk, body, forms.details(desk.voices, sight, memory(body).get("then", "")))
    await ack()


async def entry_touched(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Say what the rules say of the sender ID, which proofs it needs, and until when it is valid."""
    sight = await keep_page(desk, who, body["view"])
    told = memory(body)
    await show(desk, body, entries.entry(desk.voices, sight, int(told["index"]), told.get("then", "")))
    await ack()


async def next_page(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """Keep the page and go on, or say everything that is wrong with it, each at its field."""
    told, step = memory({"view": view}), _STEP[view["callback_id"]]
    typed = _READ[view["callback_id"]](view)
    onward = {"details": "documents", "documents": "sender_ids"}.get(step, "sender_ids")
    then = told.get("then", "")
    if then and step != "sender_ids":
        onward = then
    sight = await desk.write(wizard.keep, who, told["draft"], typed, step, onward=onward)
    wrong = wizard.left(sight, typed, step)
    if wrong and not sight.companies:  # there is no field yet at which it could be said
        await ack(
            response_action="push", view=company_form.company(desk.voices, company_form.in_wizard(sight, None), None)
        )
    elif wrong:
        await ack(frame.errors(view, wrong))
    else:
        await ack(response_action="update", view=await page(desk, sight, then))


async def to_review(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """From the list of sender IDs to the review, when each of them is right."""
    told = memory({"view": view})
    sight = await desk.write(wizard.review, who, told["draft"])
    await ack(response_action="update", view=await page(desk, sight, told.get("then", "")))


async def to_step(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """To the step that the button names: back, or later without what is missing. What was typed is kept."""
    told = memory(body)
    await keep_page(desk, who, body["view"])
    sight = await desk.write(wizard.go, who, told["draft"], action["value"])
    await show(desk, body, await page(desk, sight))
    await ack()


async def edit_part(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """From the review to one of its parts, and from there back to it."""
    sight = await desk.write(wizard.go, who, memory(body)["draft"], action["value"])
    await show(desk, body, await page(desk, sight, "review"))
    await ack()


async def keep_page(desk: Desk, who: Who, view: Payload) -> Sight:
    """Keep what the page holds, whether it is right or not."""
    callback_id, told = view["callback_id"], memory({"view": view})
    if callback_id not in _READ:
        return await desk.read(wizard.look, who, told["draft"])
    return await desk.write(wizard.keep, who, told["draft"], _READ[callback_id](view), _STEP[callback_id])


# Documents


async def remove_paper(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Take a refused file out of the draft."""
    await keep_page(desk, who, body["view"])
    sight = await desk.write(wizard.forget_paper, who, memory(body)["draft"], action["value"])
    await show(desk, body, _with_papers(desk, body, sight))
    await ack()


async def date_paper(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Until when a file is valid, so that somebody is told before it ends."""
    await keep_page(desk, who, body["view"])
    ends, paper_id = completeness.read_date(action.get("selected_date")), action["block_id"].partition(":")[2]
    sight = await desk.write(wizard.date_paper, who, memory(body)["draft"], paper_id, ends)
    await show(desk, body, _with_papers(desk, body, sight))
    await ack()


def _with_papers(desk: Desk, body: Payload, sight: Sight) -> Payload:
    """The page on which a file was clicked, drawn again."""
    told = memory(body)
    then = told.get("then", "")
    if body["view"]["callback_id"] == entries.ENTRY:
        return entries.entry(desk.voices, sight, int(told["index"]), then)
    return forms.documents(desk.voices, sight, then)


# Sender IDs


async def open_entry(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """The form for one sender ID, new or old."""
    told = memory(body)
    sight = await desk.read(wizard.look, who, told["draft"])
    index = min(int(action["value"]), len(sight.entries))
    await show(desk, body, entries.entry(desk.voices, sight, index, told.get("then", "")))
    await ack()


async def turn_page(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Show others of many sender IDs."""
    told, start = memory(body), str(action["selected_option"]["value"])
    sight = await desk.read(wizard.look, who, told["draft"])
    first = int(start) if start.isdigit() else 0
    await show(desk, body, entries.sender_ids(desk.voices, sight, told.get("then", ""), first))
    await ack()


async def remove_entry(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Take a sender ID out."""
    told = memory(body)
    index, _, sender_id = action["value"].partition(":")
    sight = await desk.write(wizard.remove_entry, who, told["draft"], int(index), sender_id)
    await show(desk, body, entries.sender_ids(desk.voices, sight, told.get("then", "")))
    await ack()


# The end


async def submitted(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """Submit; twice is once. What is still to mend, or was changed in another window, is shown on the page."""
    told = memory({"view": view})
    try:
        made = await desk.write(service.submit, who, told["draft"], int(told["seen"]), await email_of(desk, who))
    except (Incomplete, OutOfDate) as trouble:
        sight = await desk.read(wizard.look, who, told["draft"])
        note = reply.escaped(trouble.sentence) if isinstance(trouble, OutOfDate) else ""
        told_to = await _reach(desk, sight)
        await ack(response_action="update", view=pages.review(desk.voices, sight, note, reach=told_to))
        return
    receipt = await desk.read(wizard.receipt, made.id)
    await ack(
        response_action="update",
        view=pages.receipt(desk.voices, receipt, await thread_of(desk, CARD, made.id, made.channel)),
    )


async def email_of(desk: Desk, who: Who) -> str:
    """The person's address; empty where Slack does not say."""
    try:
        return (await desk.people.profile(who.user_id)).email
    except SlackSilent:
        return ""


async def thread_of(desk: Desk, kind: str, key: str, channel: str) -> str:
    """The address of the new ticket's thread, if it is there within a second; the page goes without it else."""
    if not desk.links.workspace:
        return ""
    for _ in range(_LOOKS):
        if found := await desk.read(desk.links.find, kind, key, channel):
            return found
        await asyncio.sleep(_BETWEEN_SECONDS)
    return ""


def register(listen: Listen) -> None:
    """The wizard, from its command to its last page."""
    listen.command("/senderid register", register_sender_ids, serves=Role.CUSTOMER)
    for action_id, handler in _ACTIONS.items():
        listen.action(action_id, handler, serves=Role.CUSTOMER)
    for callback_id in _STEP:
        listen.view(callback_id, next_page, serves=Role.CUSTOMER)
    listen.view(entries.SENDER_IDS, to_review, serves=Role.CUSTOMER)
    listen.view(pages.REVIEW, submitted, serves=Role.CUSTOMER)


_ACTIONS: dict[str, Handler] = {
    REGISTER: register_sender_ids,
    DRAFT: open_draft,
    FIX: mend,
    RENEW: renew,
    pages.CONTINUE: go_on,
    pages.ANEW: begin_anew,
    forms.COUNTRY: country_chosen,
    forms.BACK: to_step,
    forms.SKIP: to_step,
    forms.PAPER_REMOVE: remove_paper,
    forms.PAPER_UNTIL: date_paper,
    entries.ADD: open_entry,
    entries.EDIT: open_entry,
    entries.REMOVE: remove_entry,
    entries.FROM: turn_page,
    entries.CHECK: entry_touched,
    entries.NAME: entry_touched,
    entries.BRANDLESS: entry_touched,
    entries.VALID_FROM: entry_touched,
    pages.PART: edit_part,
}
