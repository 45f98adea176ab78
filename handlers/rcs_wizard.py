"""``/rcs new``: one modal that goes from Brand over Pictures and Contact to Review, and sends it in.

Each page is saved as it is left, forwards or back. When a check ends, the modal that is open shows it.
"""

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError

from bot.accounts.rules import Role, Who
from bot.delivery.blocks import Block
from bot.desk import Desk
from bot.errors import OutOfDate
from bot.rcs import service, wizard
from bot.rcs.customer_card import FIX
from bot.rcs.home import DRAFT, NEW
from bot.rcs.service import NothingChanged, NotReady
from bot.rcs.sight import Sight
from bot.rcs.steps import CARD
from handlers import rcs_forms as forms
from handlers import rcs_pages as pages
from handlers import reach, reply
from handlers import senderid_frame as frame
from handlers.fallback import FormOutOfDate
from handlers.middleware import Handler, Listen
from handlers.payload import Payload, channel_of, memory
from handlers.senderid_wizard import email_of, show, thread_of

log = structlog.get_logger(__name__)
_NEXT = {"brand": "pictures", "pictures": "contact", "contact": "review"}
_REDRAWN = frozenset({"pictures", "review"})
"""Pages that show what a check found; the others are for typing."""


# Opening


async def new_agent(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Open the form, or offer the draft that there is."""
    sight = await desk.write(wizard.start, who, channel_of(body))
    if sight.draft.data:
        await reply.open_view(desk, body, pages.offer(desk.voices, sight))
    else:
        await _open(desk, who, body, sight)
    await ack()


async def mend(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Open the form filled in with what was sent, at the page that is to be mended."""
    await _open(desk, who, body, await desk.write(wizard.fix, who, action["value"].partition(":")[0]))
    await ack()


async def open_draft(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Go on with a draft from Home, or from a list."""
    await _open(desk, who, body, await desk.read(wizard.look, who, action["value"]))
    await ack()


async def _open(desk: Desk, who: Who, body: Payload, sight: Sight) -> None:
    view_id = await reply.open_view(desk, body, await page(desk, sight))
    await desk.write(wizard.remember_view, who, sight.draft.id, view_id)


async def go_on(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Go on with the draft where it was left."""
    sight = await desk.write(wizard.within, who, body["view"]["id"], wizard.look, action["value"])
    await show(desk, body, await page(desk, sight))
    await ack()


async def begin_anew(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Throw the draft away, and begin another."""
    told, view_id = memory(body), body["view"]["id"]
    sight = await desk.write(wizard.within, who, view_id, wizard.start_anew, action["value"], told.get("channel"))
    await show(desk, body, await page(desk, sight))
    await ack()


async def page(desk: Desk, sight: Sight, then: str = "", note: str = "") -> Payload:
    """The page of the draft's step."""
    told = await _reach(desk, sight) if pages.is_last(sight) else []
    return pages.page(desk.voices, sight, then, reach=told, note=note)


async def _reach(desk: Desk, sight: Sight) -> list[Block]:
    """How many are told when it is sent in; nothing while it cannot be."""
    return [await reach.of_request(desk, sight.draft.channel, "submission")] if sight.is_ready else []


# Going from page to page


async def next_page(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """Keep the page and go on, or say everything that is wrong with it, each at its field."""
    told, step = memory({"view": view}), forms.STEP[view["callback_id"]]
    then = told.get("then", "")
    use_case, typed = wizard.keep, forms.typed(view)
    sight = await desk.write(
        wizard.within, who, view["id"], use_case, told["draft"], typed, step, onward=then or _NEXT[step]
    )
    wrong = wizard.left(sight, step)
    if any(each.check not in wizard.ASIDE for each in wrong):
        await ack(frame.errors(view, forms.problems(desk.voices, wrong, step)))
    else:
        await ack(response_action="update", view=await page(desk, sight, then if wrong else ""))


async def to_step(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Back to the step that the button names; what was typed is kept."""
    await _keep_page(desk, who, body["view"])
    sight = await _within(desk, who, body, wizard.go, action["value"])
    await show(desk, body, await page(desk, sight))
    await ack()


async def edit_part(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """From the review to one of its parts, and from there back to it."""
    sight = await _within(desk, who, body, wizard.go, action["value"])
    await show(desk, body, await page(desk, sight, "review"))
    await ack()


async def take(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Take the proposed shade, or Singapore's name."""
    await _keep_page(desk, who, body["view"])
    name, _, value = action["value"].partition(":")
    if name not in {"color", "name"}:
        raise FormOutOfDate
    await _redrawn(desk, body, await _within(desk, who, body, wizard.take, name, value))
    await ack()


async def visit_again(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Visit the pages once more."""
    await _redrawn(desk, body, await _within(desk, who, body, wizard.visit_again))
    await ack()


async def take_mended(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Take the mended picture."""
    await _keep_page(desk, who, body["view"])
    await _redrawn(desk, body, await _within(desk, who, body, wizard.take_mended, action["value"]))
    await ack()


async def remove(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Take a picture out."""
    await _keep_page(desk, who, body["view"])
    await _redrawn(desk, body, await _within(desk, who, body, wizard.remove_picture, action["value"]))
    await ack()


async def _within(desk: Desk, who: Who, body: Payload, use_case: wizard.UseCase, *args: str) -> Sight:
    """A use case from the open modal, about its draft."""
    return await desk.write(wizard.within, who, body["view"]["id"], use_case, memory(body)["draft"], *args)


async def _keep_page(desk: Desk, who: Who, view: Payload) -> None:
    """Keep what the page holds, whether it is right or not."""
    told, step = memory({"view": view}), forms.STEP.get(view["callback_id"])
    if step:
        await desk.write(wizard.keep, who, told["draft"], forms.typed(view), step)


async def _redrawn(desk: Desk, body: Payload, sight: Sight) -> None:
    await show(desk, body, await page(desk, sight, memory(body).get("then", "")))


# The end


async def submitted(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """Send it in; twice is once. What is still to mend, or was changed in another window, is shown on the page."""
    told = memory({"view": view})
    try:
        made = await desk.write(service.submit, who, told["draft"], int(told["seen"]), await email_of(desk, who))
    except (NotReady, NothingChanged, OutOfDate) as trouble:
        sight = await desk.write(wizard.within, who, view["id"], wizard.look, told["draft"])
        note = f"✋ {reply.escaped(trouble.sentence)}"
        await ack(response_action="update", view=await page(desk, sight, note=note))
        return
    receipt = await desk.read(wizard.receipt, made.id)
    thread = await thread_of(desk, CARD, made.id, made.channel)
    await ack(response_action="update", view=pages.receipt(desk.voices, receipt, thread))


# What a check found


async def show_draft(desk: Desk, draft_id: str) -> bool:
    """Draw a draft again in the modal in which it is open; whether all the pictures that go with it were there."""
    found = await desk.read(wizard.open_in, draft_id)
    if found is None:
        return True
    sight, view_id = found
    if sight.draft.step not in _REDRAWN:
        return True
    try:
        await show(desk, {}, await page(desk, sight), view_id)
    except reply.UNHEARD as unseen:
        if isinstance(unseen, SlackApiError) and unseen.response.get("error") in {"not_found", "view_not_found"}:
            return True  # it was closed
        log.info("an open form was not drawn again", because=str(unseen))
        return False
    return not sight.awaited


def register(listen: Listen) -> None:
    """The form, from its command to its last page."""
    listen.command("/rcs new", new_agent, serves=Role.CUSTOMER)
    for action_id, handler in _ACTIONS.items():
        listen.action(action_id, handler, serves=Role.CUSTOMER)
    for callback_id in forms.STEP:
        listen.view(callback_id, next_page, serves=Role.CUSTOMER)
    listen.view(pages.REVIEW, submitted, serves=Role.CUSTOMER)


_ACTIONS: dict[str, Handler] = {
    NEW: new_agent,
    DRAFT: open_draft,
    FIX: mend,
    pages.CONTINUE: go_on,
    pages.ANEW: begin_anew,
    pages.PART: edit_part,
    forms.BACK: to_step,
    forms.TAKE: take,
    forms.MENDED: take_mended,
    forms.VISIT: visit_again,
    forms.REMOVE: remove,
}
