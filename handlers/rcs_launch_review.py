"""Staff decide on launches: carriers' rows one by one and several at once, carriers more and fewer, and the items."""

from collections.abc import Sequence

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.desk import Desk
from bot.rcs import carriers, checklist, giving, launching
from bot.rcs.launch_acts import AMENDS_TO, AT_ONCE, OF_SEVERAL, WORDS_MAX, Act, Decision
from bot.rcs.launch_review_card import ACCEPT, BUTTONS, CARRIER, RETURN, SEVERAL, several_of
from bot.rcs.launching import Whole
from bot.rcs.regions import lists_of, region_name
from bot.rcs.rules import CarrierStatus, ItemStatus
from bot.rcs.tables import Agent, CarrierRow
from bot.storage.database import Tx
from handlers import reach, reply
from handlers.fallback import FormOutOfDate, named_row
from handlers.middleware import Listen
from handlers.payload import Payload, channel_of, memory, remember
from handlers.senderid_frame import field, modal, select, text, typed, values

TEMPLATE = "rcs/launch/decide"
DECIDE, SWEEP, ADD, GIVE_BACK = "carrier:decide", "carrier:sweep", "carrier:name", "item:give_back"
_ACTS = {action_id: act for act, action_id in BUTTONS.items()}


async def decide_at_once(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """What asks for nothing more: sent, approved, live, resumed."""
    await desk.write(carriers.decide, who, [named_row(action)], Decision(_ACTS[action["action_id"]]))
    await ack()


async def ask_why(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Ask for the reason; who comes too late is told before typing anything."""
    act = _ACTS[action["action_id"]]
    row, there = await desk.read(carriers.to_decide, who, *named_row(action), act)
    words = await _words(desk, there, row)
    shown = [blocks.section(words.headline), blocks.section(words.part("now"))]
    if act is Act.AMEND:
        others = [status for status in AMENDS_TO if status != row.status]
        options = [blocks.option(desk.voices.state(f"carrier.{status}"), status) for status in others]
        shown.append(field(words, "amended_to", {"type": "radio_buttons", "options": options}))
    shown += _why(words, [row])
    told = remember(channel_of(body), row=row.id, seen=str(row.version), act=act)
    await reply.open_view(desk, body, _modal(words, DECIDE, act, told, [*shown, await _reach(desk, there)]))
    await ack()


async def decided(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """The form came: one carrier's decision with its reason."""
    told, entered = memory({"view": view}), values(view)
    amended = typed(entered.get("amended_to"))
    try:
        act = Act(told["act"])
        rows = [(told["row"], int(told["seen"]))]
        to = CarrierStatus(amended) if amended else None
    except (KeyError, ValueError) as error:
        raise FormOutOfDate from error
    decision = Decision(act, typed(entered.get("words")), typed(entered.get("item")), to)
    await desk.write(carriers.decide, who, rows, decision)
    await ack()


async def open_several(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Ask which carriers decided what."""
    there = await desk.read(launching.whole, who, str(action.get("value") or "").partition(":")[0])
    carriers_there = several_of(there.rows)
    if not carriers_there:
        raise carriers.NothingUndecided
    await desk.read(carriers.may_decide, who, there.launch)
    words = await _words(desk, there, None)
    options = [blocks.option(_option(desk.voices, row), f"{row.id}:{row.version}") for row in carriers_there[:100]]
    picker: Block = {"type": "multi_static_select", "options": options}
    picker["placeholder"] = blocks.plain(words.plain("carriers_placeholder"))
    acts = [blocks.option(words.plain(f"act_{act}"), act) for act in OF_SEVERAL]
    why, item = _why(words, carriers_there)
    hint = {"hint": blocks.plain(words.plain("several_words_hint", 150)), "optional": True}
    shown = [
        blocks.section(words.headline),
        field(words, "carriers", picker),
        field(words, "act", select(acts, None, words.plain("act_placeholder"))),
        why | hint,
        item,
        await _reach(desk, there),
    ]
    told = remember(channel_of(body), launch=there.launch.id)
    await reply.open_view(desk, body, _modal(words, SWEEP, "several", told, shown))
    await ack()


def _option(voices: Voices, row: CarrierRow) -> str:
    status, region = voices.state(f"carrier.{row.status}"), region_name(row.region)
    return voices.plain(TEMPLATE, "carrier_option", carrier=row.name, region=region, status=status)


async def several_decided(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """The form came: the same decision for all chosen carriers, or for none."""
    entered = values(view)
    chosen = [str(option["value"]) for option in (entered.get("carriers") or {}).get("selected_options") or ()]
    try:
        rows = [(id_, int(seen)) for id_, _, seen in (each.partition(":") for each in chosen)]
        act = Act(typed(entered.get("act")))
    except ValueError as error:
        raise FormOutOfDate from error
    if not rows or act not in OF_SEVERAL:
        raise FormOutOfDate
    await desk.write(carriers.decide, who, rows, Decision(act, typed(entered.get("words")), typed(entered.get("item"))))
    await ack()


async def open_carrier(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Ask for the name of a carrier that the list does not have."""
    there = await desk.read(launching.whole, who, str(action.get("value") or "").partition(":")[0])
    words = await _words(desk, there, None)
    options = [blocks.option(region_name(code), code) for code in there.launch.regions]
    first = options[0]["value"] if len(options) == 1 else None
    shown = [
        blocks.section(words.headline),
        field(words, "region", select(options, first, words.plain("region_placeholder"))),
        field(words, "carrier", text(most=carriers.NAME_MAX)),
    ]
    told = remember(channel_of(body), launch=there.launch.id)
    await reply.open_view(desk, body, _modal(words, ADD, "carrier", told, [*shown, await _reach(desk, there)]))
    await ack()


async def carrier_named(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """It is asked as well."""
    told, entered = memory({"view": view}), values(view)
    name, region = typed(entered.get("carrier")), typed(entered.get("region"))
    await desk.write(carriers.add_carrier, who, told.get("launch", ""), region, name)
    await ack()


# Items


async def accept(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """An item is as it should be."""
    await desk.write(giving.decide, who, *named_row(action), ItemStatus.ACCEPTED)
    await ack()


async def ask_return(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Ask why it is returned."""
    row = await desk.read(giving.to_decide, who, *named_row(action))
    agent, account = await desk.read(_agent, row.agent_id)
    words = desk.voices.slack(
        TEMPLATE,
        name=agent.name,
        account=account,
        item=checklist.item(row.code).title,
        status=desk.voices.state(f"item.{row.status}"),
    )
    why = field(words, "words", text(most=WORDS_MAX, multiline=True))
    there = await reach.of_news(desk, agent.submitted_by, agent.channel)
    told = remember(channel_of(body), item=row.id, seen=str(row.version))
    shown = [blocks.section(words.headline), blocks.section(words.part("item_now")), why, there]
    await reply.open_view(desk, body, _modal(words, GIVE_BACK, "return", told, shown))
    await ack()


async def returned(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """The form came: the customer reads why."""
    told, why = memory({"view": view}), typed(values(view).get("words"))
    if not told.get("seen", "").isdigit():
        raise FormOutOfDate
    await desk.write(giving.decide, who, told["item"], int(told["seen"]), ItemStatus.RETURNED, words=why)
    await ack()


# The pieces


async def _words(desk: Desk, there: Whole, row: CarrierRow | None) -> Words:
    agent, account = await desk.read(_agent, there.agent.id)
    return desk.voices.slack(
        TEMPLATE,
        name=agent.name,
        account=account,
        carrier=row.name if row else "",
        region=region_name(row.region) if row else "",
        status=desk.voices.state(f"carrier.{row.status}") if row else "",
    )


def _agent(tx: Tx, agent_id: str) -> tuple[Agent, str]:
    agent = tx.session.get_one(Agent, agent_id)
    return agent, tx.session.get_one(Account, agent.account_id).name


async def _reach(desk: Desk, there: Whole) -> Block:
    return await reach.of_news(desk, there.launch.submitted_by, there.launch.channel)


def _why(words: Words, rows: Sequence[CarrierRow]) -> list[Block]:
    """The reason in words, and which item of the checklist it is about."""
    there = checklist.items(lists_of(row.region for row in rows))
    about = [blocks.option(item.title, item.code) for item in there]
    return [
        field(words, "words", text(most=WORDS_MAX, multiline=True)),
        field(words, "item", select(about, None, words.plain("item_placeholder")), optional=True),
    ]


def _modal(words: Words, callback_id: str, what: str, told: str, body: list[Block]) -> Payload:
    title, submit = words.plain(f"title_{what}", 24), words.plain(f"submit_{what}", 24)
    return modal(callback_id, told, title, body, close=words.plain("close", 24), submit=submit)


def register(listen: Listen) -> None:
    """All of it is for staff."""
    for act, action_id in BUTTONS.items():
        listen.action(action_id, decide_at_once if act in AT_ONCE else ask_why, serves=Role.STAFF)
    listen.action(SEVERAL, open_several, serves=Role.STAFF)
    listen.action(CARRIER, open_carrier, serves=Role.STAFF)
    listen.action(ACCEPT, accept, serves=Role.STAFF)
    listen.action(RETURN, ask_return, serves=Role.STAFF)
    listen.view(DECIDE, decided, serves=Role.STAFF)
    listen.view(SWEEP, several_decided, serves=Role.STAFF)
    listen.view(ADD, carrier_named, serves=Role.STAFF)
    listen.view(GIVE_BACK, returned, serves=Role.STAFF)
