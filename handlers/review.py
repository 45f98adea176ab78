"""Staff decide on operators' rows: the buttons in the thread of a registration's card, and their forms."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.delivery.transition import NotPossible
from bot.desk import Desk
from bot.registrations import copies, decisions, service, sweep
from bot.registrations.decisions import Decision
from bot.registrations.review_card import AMEND, APPROVE, ASK, BUTTONS, PAPERS, REJECT, SENT, SEVERAL
from bot.registrations.rules import ReasonMissing
from bot.registrations.tables import OperatorRow
from bot.registrations.wholes import Whole
from handlers import reach, reply
from handlers import review_forms as forms
from handlers import review_several as several
from handlers.fallback import FormOutOfDate, named_row
from handlers.middleware import Listen
from handlers.payload import Payload, channel_of, memory
from handlers.senderid_wizard import show

Read = TypeVar("Read")
_ACTS = {action_id: act for act, action_id in BUTTONS.items()}


async def decide_at_once(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """It was sent to the operator."""
    decision = Decision(_ACTS[action["action_id"]])
    await desk.write(decisions.decide, who, [named_row(action)], decision)
    await ack()


async def ask_why(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Ask for the reason, or until when it is valid; who comes too late is told before typing anything."""
    act = _ACTS[action["action_id"]]
    row, whole = await desk.read(decisions.to_decide, who, *named_row(action), act)
    there = await reach.of_news(desk, whole.submission.submitted_by, whole.submission.channel)
    ends = await desk.read(decisions.approval_ends, whole.registration)
    place = forms.Place(channel_of(body), there, ends)
    await reply.open_view(desk, body, forms.decision_form(desk.voices, whole, row, act, place))
    await ack()


async def decided(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """The form came: one operator's decision with its reason."""
    rows, decision = _entered(forms.one_decided, view)
    with _reason_at_its_field():
        await desk.write(decisions.decide, who, rows, decision)
    await ack()


async def open_several(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Ask which operators decided what, for this sender ID or for all of its ticket."""
    registration_id = str(action.get("value") or "").partition(":")[0]
    there = await desk.read(sweep.to_sweep, who, registration_id)
    await reply.open_view(desk, body, await _several_form(desk, there, channel_of(body)))
    await ack()


async def several_touched(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Say what the choice for all sender IDs comes to."""
    told, chosen = memory(body), _entered(several.chosen_in, body["view"])
    there = await desk.read(sweep.to_sweep, who, told["registration"])
    await show(desk, body, await _several_form(desk, there, told.get("channel"), chosen))
    await ack()


async def _several_form(
    desk: Desk, found: tuple[Whole, list[OperatorRow]], channel: str | None, chosen: several.Chosen | None = None
) -> Payload:
    whole, rows = found
    there = await reach.of_news(desk, whole.submission.submitted_by, whole.submission.channel)
    ends = await desk.read(decisions.approval_ends, whole.registration)
    return several.several_form(desk.voices, whole, rows, forms.Place(channel, there, ends), chosen)


async def several_decided(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """The form came: the same decision for all chosen operators, or for none."""
    if _entered(several.is_for_all, view):
        await _decide_all(desk, who, view, ack)
        return
    rows, decision = _entered(several.one_swept, view)
    try:
        with _reason_at_its_field():
            await desk.write(decisions.decide, who, rows, decision)
    except NotPossible as error:
        await ack(response_action="errors", errors={"operators": error.sentence})
        return
    await ack()


async def _decide_all(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    seen, operators, decision = _entered(several.all_swept, view)
    with _reason_at_its_field():
        met = await desk.write(sweep.decide_all, who, seen, operators, decision)
    whole = await desk.read(service.registration, who, memory({"view": view})["registration"])
    await ack(response_action="update", view=several.done(desk.voices, whole, met, decision.act))


async def bring_papers(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Bring the documents into the card's thread; say so when they are there already."""
    registration_id = str(action.get("value") or "").partition(":")[0]
    coming = await desk.write(copies.bring_papers, who, registration_id)
    await ack()
    if not coming:
        words = desk.voices.text("registrations/staff", "papers_there")
        await reply.whisper(desk, body, str(channel_of(body)), who.user_id, words)


def _entered(read: Callable[[Payload], Read], view: Payload) -> Read:
    """What a form says, as this reads it."""
    try:
        return read(view)
    except (KeyError, ValueError) as error:
        raise FormOutOfDate from error


@contextmanager
def _reason_at_its_field() -> Iterator[None]:
    """A reason that is missing is told where it is typed."""
    try:
        yield
    except ReasonMissing as error:
        raise ReasonMissing(field="words") from error


def register(listen: Listen) -> None:
    """All of it is for staff."""
    listen.action(SENT, decide_at_once, serves=Role.STAFF)
    for action_id in (APPROVE, ASK, REJECT, AMEND):
        listen.action(action_id, ask_why, serves=Role.STAFF)
    listen.action(SEVERAL, open_several, serves=Role.STAFF)
    listen.action(PAPERS, bring_papers, serves=Role.STAFF)
    listen.view(forms.DECIDE, decided, serves=Role.STAFF)
    for action_id in (several.WHICH, several.OPERATORS, several.ACT):
        listen.action(action_id, several_touched, serves=Role.STAFF)
    listen.view(several.SEVERAL, several_decided, serves=Role.STAFF)
