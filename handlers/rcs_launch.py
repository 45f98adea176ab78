"""The launch as a customer asks for it: its checklist, its items, its regions, again, taken back, for another use."""

from collections.abc import Sequence

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.accounts.service import load
from bot.desk import Desk
from bot.rcs import giving, keywords, launching, service
from bot.rcs.customer_card import use_case_words
from bot.rcs.items import SHOWN, TEXTS
from bot.rcs.launch_card import MENDABLE, WITHDRAW
from bot.rcs.launch_steps import CARD
from bot.rcs.launch_words import FIX, LAUNCH
from bot.rcs.launching import NothingToMend, Prospect
from bot.rcs.name_rules import UseCase
from bot.rcs.regions import region_name
from bot.rcs.tables import Agent, Launch
from bot.rcs.words import Telling
from bot.registrations.problems import Incomplete, Problem
from bot.storage.database import Tx
from bot.tickets.rules import number_words
from bot.tickets.tables import Ticket
from handlers import rcs_launch_forms as forms
from handlers import reply
from handlers import senderid_frame as frame
from handlers.fallback import FormOutOfDate
from handlers.middleware import Listen
from handlers.payload import Payload, channel_of, is_home, memory
from handlers.rcs_testers import TEMPLATE
from handlers.senderid_wizard import email_of, show


async def open_launch(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """The checklist, from a card, from App Home, or from news."""
    agent_id = str(action.get("value") or "").partition(":")[0]
    view = await _first(desk, who, agent_id, channel_of(body) or memory(body).get("channel"))
    in_modal = "view" in body and not is_home(body)
    await (reply.push_view if in_modal else reply.open_view)(desk, body, view)
    await ack()


async def named_launch(desk: Desk, who: Who, words: str, body: Payload, ack: AsyncAck) -> None:
    """The same by the agent's name."""
    if not words:
        await ack(**reply.message(desk.voices.text(TEMPLATE, "of_account")))
        return
    agent = await desk.read(service.named, who, words)
    await reply.open_view(desk, body, await _first(desk, who, agent.id, channel_of(body)))
    await ack()


async def _first(desk: Desk, who: Who, agent_id: str, channel: str | None) -> Payload:
    here = await desk.read(launching.prospect, who, agent_id)
    chosen = [code for code in here.agent.fields.get("markets", ()) if code in here.open_regions]
    here = await desk.read(launching.prospect, who, agent_id, chosen)
    return forms.checklist_form(desk.voices, here, chosen, channel)


async def regions_chosen(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """The list follows the regions."""
    await show(desk, body, await _checklist(desk, who, memory(body), _chosen(body["view"])))
    await ack()


async def look_again(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """The list as it stands now."""
    chosen = _chosen(body["view"]) or _told(memory(body))
    await show(desk, body, await _checklist(desk, who, memory(body), chosen))
    await ack()


def _chosen(view: Payload) -> list[str]:
    state = frame.values(view).get("regions") or {}
    return [option["value"] for option in state.get("selected_options") or ()]


def _told(told: dict[str, str]) -> list[str]:
    return [code for code in told.get("regions", "").split(",") if code]


async def _checklist(desk: Desk, who: Who, told: dict[str, str], chosen: Sequence[str]) -> Payload:
    if "agent" not in told:
        raise FormOutOfDate
    here, fixing = await desk.read(_seen, who, told, chosen)
    return forms.checklist_form(desk.voices, here, chosen, told.get("channel"), fixing)


def _seen(tx: Tx, who: Who, told: dict[str, str], chosen: Sequence[str]) -> tuple[Prospect, forms.Fixing | None]:
    here = launching.prospect(tx, who, told["agent"], chosen)
    if "launch" not in told:
        return here, None
    there = launching.whole(tx, who, told["launch"])
    return here, forms.Fixing(there.launch, there.of(MENDABLE))


async def asked(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """Ask for the launch; what is missing is named at the regions, and nothing that was chosen is lost."""
    told = memory({"view": view})
    if "agent" not in told:
        raise FormOutOfDate
    launch = await desk.write(launching.request, who, told["agent"], _chosen(view), email=await email_of(desk, who))
    await ack(response_action="update", view=await _done(desk, launch, "done"))


async def _done(desk: Desk, launch: Launch, part: str) -> Payload:
    number, name, thread = await desk.read(_ticket, desk, launch)
    return forms.done(
        desk.voices,
        part,
        ticket=number,
        name=name,
        regions=[region_name(code) for code in launch.regions],
        use_case=use_case_words(launch.use_case),
        thread=thread,
    )


def _ticket(tx: Tx, desk: Desk, launch: Launch) -> tuple[str, str, str]:
    number = number_words(tx.session.get_one(Ticket, launch.ticket_id).number)
    name = tx.session.get_one(Agent, launch.agent_id).name
    return number, name, desk.links.find(tx, CARD, launch.id, launch.channel)


# An item


async def open_item(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """The form of one item, on top of the list."""
    told = memory(body)
    chosen = _chosen(body["view"]) or _told(told)
    if "agent" not in told:
        raise FormOutOfDate
    here = await desk.read(launching.prospect, who, told["agent"], chosen)
    sight = next((one for one in here.sheet.sights if one.item.code == action.get("value")), None)
    if sight is None:
        raise FormOutOfDate
    told = {**told, "regions": ",".join(chosen)}
    view = forms.item_form(desk.voices, here.agent, sight, told, here.sheet.lists)
    await reply.push_view(desk, body, view)
    await ack()


async def given(desk: Desk, who: Who, view: Payload, body: Payload, ack: AsyncAck) -> None:
    """Keep what was given, and show the list again; what is wrong stands at its field."""
    told, entered = memory({"view": view}), frame.values(view)
    if not {"agent", "item"} <= set(told):
        raise FormOutOfDate
    data = {name: _entered(state) for name, state in entered.items() if name != "file"}
    if "contents" in data:
        data[SHOWN] = data.pop("contents")
    try:
        _refuse_texts(desk, data)
        await desk.write(
            giving.give, who, told["agent"], told["item"], data, arrivals=frame.arrivals(entered.get("file"))
        )
    except Incomplete as incomplete:
        await ack(frame.errors(view, incomplete.problems))
        return
    below = view.get("previous_view_id")
    if below:
        page = {name: value for name, value in told.items() if name != "item"}
        await show(desk, body, await _checklist(desk, who, page, _told(told)), below)
    await ack()


def _entered(state: Payload) -> str | list[str]:
    if "selected_options" in state:
        return [option["value"] for option in state["selected_options"] or ()]
    return frame.typed(state)


def _refuse_texts(desk: Desk, data: dict[str, str | list[str]]) -> None:
    """Raise Incomplete with what is not word by word as it must be."""
    texts = {name: str(data[name]) for name in TEXTS if data.get(name)}
    telling = Telling(desk.voices, desk.voices.plain_marks)
    wrong = [one for one in keywords.judge(texts) if not one.ok and one.level == "error"]
    if wrong:
        raise Incomplete(Problem("item", one.check.partition(".")[2], telling.advice(one)) for one in wrong)


# Again, back, and for another use


async def open_fix(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """What carriers asked changes of, with the checklist, before it is sent again."""
    launch_id, _ = _named(action)
    there = await desk.read(launching.whole, who, launch_id)
    rows = there.of(MENDABLE)
    if not rows:
        raise NothingToMend
    chosen = list(dict.fromkeys(row.region for row in rows))
    here = await desk.read(launching.prospect, who, there.agent.id, chosen)
    fixing = forms.Fixing(there.launch, rows)
    channel = channel_of(body) or memory(body).get("channel")
    await reply.open_view(desk, body, forms.checklist_form(desk.voices, here, chosen, channel, fixing))
    await ack()


async def sent_again(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """The form came: it is under review again."""
    told = memory({"view": view})
    if not told.get("seen", "").isdigit():
        raise FormOutOfDate
    changed = frame.typed(frame.values(view).get("changed"))
    await desk.write(launching.resubmit, who, told["launch"], int(told["seen"]), changed)
    await ack(response_action="update", view=forms.done(desk.voices, "done_again"))


async def withdrawn(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """The answer is yes. The cards and both threads tell it."""
    await desk.write(launching.withdraw, who, *_named(action))
    await ack()


async def open_use_case(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Ask what it is for from then on."""
    agent = await desk.read(load, Agent, str(action.get("value") or "").partition(":")[0], who, what="That agent")
    await reply.open_view(desk, body, forms.use_case_form(desk.voices, agent, channel_of(body)))
    await ack()


async def use_case_chosen(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """Ask the carriers that launched it."""
    told, case = memory({"view": view}), frame.typed(frame.values(view).get("use_case"))
    if "agent" not in told:
        raise FormOutOfDate
    await desk.read(load, Agent, told["agent"], who, what="That agent")
    if case not in set(UseCase):
        raise FormOutOfDate
    email = await email_of(desk, who)
    launch = await desk.write(launching.change_use_case, who, told["agent"], UseCase(case), email=email)
    await ack(response_action="update", view=await _done(desk, launch, "done_use_case"))


def _named(action: Payload) -> tuple[str, int]:
    launch_id, _, seen = str(action.get("value") or "").partition(":")
    seen = seen.partition(":")[0]
    if not seen.isdigit():
        raise FormOutOfDate
    return launch_id, int(seen)


def register(listen: Listen) -> None:
    """For customers; staff may do it for them."""
    listen.command("/rcs launch", named_launch, serves=Role.CUSTOMER)
    listen.action(LAUNCH, open_launch, serves=Role.CUSTOMER)
    listen.action(forms.REGIONS, regions_chosen, serves=Role.CUSTOMER)
    listen.action(forms.LOOK, look_again, serves=Role.CUSTOMER)
    listen.action(forms.OPEN_ITEM, open_item, serves=Role.CUSTOMER)
    listen.action(FIX, open_fix, serves=Role.CUSTOMER)
    listen.action(WITHDRAW, withdrawn, serves=Role.CUSTOMER)
    listen.action(forms.USE_CASE, open_use_case, serves=Role.CUSTOMER)
    listen.view(forms.ASK, asked, serves=Role.CUSTOMER)
    listen.view(forms.AGAIN, sent_again, serves=Role.CUSTOMER)
    listen.view(forms.GIVE, given, serves=Role.CUSTOMER)
    listen.view(forms.USE_CASE, use_case_chosen, serves=Role.CUSTOMER)
