"""Test devices of an agent: the list with its states, adding, inviting, what each answered, and why a message fails."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Kind, Role, Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.desk import Desk
from bot.rcs import devices, service, testing
from bot.rcs.devices import NumbersWrong, TooManyAtOnce, TooManyTesters
from bot.rcs.launch_words import TESTERS
from bot.rcs.rules import INVITES_A_DAY, TESTER_MOVES, TESTERS_MOST, TesterStatus
from bot.rcs.tables import Tester
from bot.rcs.testing import SYSTEMS, NotTested, Testers
from bot.registrations.problems import Problem
from handlers import reply
from handlers.fallback import FormOutOfDate
from handlers.middleware import EVERYBODY, Listen
from handlers.payload import Payload, channel_of, is_home, memory, remember
from handlers.senderid_frame import errors, field, modal, select, text, typed, values
from handlers.senderid_wizard import show

TEMPLATE = "rcs/launch/testers"
MARK, INVITE, WHY, EARLIER, LATER = (
    "testers:mark",
    "testers:invite",
    "testers:why",
    "testers:earlier",
    "testers:later",
)
_PAGE = 20
T = TesterStatus


@dataclass(frozen=True)
class Look:
    """How the list is looked at: by whom, from which channel, which page, and what is said on top."""

    who: Who
    channel: str | None
    page: int = 0
    note: str = ""


async def open_testers(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """The devices of an agent, from its card, App Home, or its checklist."""
    there = await desk.read(testing.testers_of, who, str(action.get("value") or "").partition(":")[0])
    view = form(desk.voices, there, Look(who, channel_of(body) or memory(body).get("channel")))
    in_modal = "view" in body and not is_home(body)
    await (reply.push_view if in_modal else reply.open_view)(desk, body, view)
    await ack()


async def named_testers(desk: Desk, who: Who, words: str, body: Payload, ack: AsyncAck) -> None:
    """The same by the agent's name."""
    if not words:
        await ack(**reply.message(desk.voices.text(TEMPLATE, "of_account")))
        return
    agent = await desk.read(service.named, who, words)
    there = await desk.read(testing.testers_of, who, agent.id)
    await reply.open_view(desk, body, form(desk.voices, there, Look(who, channel_of(body))))
    await ack()


async def added(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """Keep the devices; what is wrong stands at its field."""
    told, there = memory({"view": view}), values(view)
    if "agent" not in told:
        raise FormOutOfDate
    numbers = typed(there.get("numbers"))
    try:
        done = await desk.write(testing.add, who, told["agent"], numbers, typed(there.get("system")))
    except (NumbersWrong, TooManyAtOnce, TooManyTesters, NotTested) as error:
        await ack(errors(view, [Problem("testers", "numbers", error.sentence)]))
        return
    note = desk.voices.text(TEMPLATE, "added", new_count=done.new, again=done.again, unknown=done.unknown)
    testers = await desk.read(testing.testers_of, who, told["agent"])
    await ack(response_action="update", view=form(desk.voices, testers, Look(who, told.get("channel"), note=note)))


async def marked(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """What a device answered, or that it was invited, or tests no more."""
    tester_id, _, rest = str((action.get("selected_option") or {}).get("value") or "").partition(":")
    seen, _, to = rest.partition(":")
    if not seen.isdigit() or to not in set(TesterStatus):
        raise FormOutOfDate
    if to == T.PENDING:
        told = memory(body)
        await desk.write(testing.invite, who, told.get("agent", ""), [tester_id])
    else:
        await desk.write(testing.mark, who, tester_id, int(seen), TesterStatus(to))
    await _again(desk, who, body)
    await ack()


async def invited(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """All that wait for it were invited."""
    count = await desk.write(testing.invite, who, memory(body).get("agent", ""))
    await _again(desk, who, body, note=desk.voices.text(TEMPLATE, "invited", new_count=count))
    await ack()


async def turned(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Another page of a long list."""
    step = 1 if action["action_id"] == LATER else -1
    await _again(desk, who, body, page=int(memory(body).get("page", "0")) + step)
    await ack()


async def _again(desk: Desk, who: Who, body: Payload, *, page: int = -1, note: str = "") -> None:
    told = memory(body)
    there = await desk.read(testing.testers_of, who, told.get("agent", ""))
    page = page if page >= 0 else int(told.get("page", "0"))
    await show(desk, body, form(desk.voices, there, Look(who, told.get("channel"), page, note)))


async def why_not(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Why a message fails: in a modal on top."""
    told = memory(body)
    there = await desk.read(testing.testers_of, who, told.get("agent", ""))
    words = desk.voices.slack(TEMPLATE, name=there.agent.name)
    view = modal(
        WHY, remember(told.get("channel")), words.plain("why_title", 24), _why(words), close=words.plain("close")
    )
    await reply.push_view(desk, body, view)
    await ack()


async def why_command(desk: Desk, ack: AsyncAck) -> None:
    """The same in the channel."""
    words = desk.voices.slack(TEMPLATE, name=desk.voices.plain(TEMPLATE, "your_agent"))
    await ack(text=words.part("why"), blocks=_why(words))


def _why(words: Words) -> list[Block]:
    shown = [words.part("why"), "\n".join(words.lines("why_steps")), words.part("why_400"), words.part("systems")]
    return [blocks.section(text) for text in shown]


def form(voices: Voices, there: Testers, look: Look) -> Payload:
    """How testing goes, the devices with their states, and the fields for more."""
    asked = len(there.of(T.ASKED))
    last = max((len(there.testers) - 1) // _PAGE, 0)
    page = min(look.page, last)
    words = voices.slack(
        TEMPLATE,
        name=there.agent.name,
        today_count=there.today,
        daily_count=INVITES_A_DAY,
        invited_count=there.invited,
        most_count=TESTERS_MOST,
        asked_count=asked,
        total_count=len(there.testers),
        first_count=page * _PAGE + 1,
        last_count=min((page + 1) * _PAGE, len(there.testers)),
    )
    body = [blocks.section(words.headline)]
    body += [blocks.section(look.note)] if look.note else []
    body += [blocks.section("\n".join(words.lines("how"))), blocks.context(words.part("systems"))]
    body += [
        blocks.context(words.part("limits")),
        blocks.actions(_buttons(words, look.who, asked)),
        {"type": "divider"},
    ]
    shown = there.testers[page * _PAGE : (page + 1) * _PAGE]
    body += [_tester(voices, words, one, look.who) for one in shown] or [blocks.section(words.part("none"))]
    if last:
        body += [blocks.context(words.part("more")), blocks.actions(_turns(words, page, last))]
    body += [{"type": "divider"}, *_fields(words, f"{len(there.testers)}")]
    told = remember(look.channel, agent=there.agent.id, page=str(page))
    title, submit = words.plain("title", 24), words.plain("submit", 24)
    return modal(TESTERS, told, title, body, close=words.plain("close", 24), submit=submit)


def _fields(words: Words, at: str) -> list[Block]:
    systems = [blocks.option(words.plain(f"system_{system}"), system) for system in SYSTEMS]
    typing = text(multiline=True, placeholder=blocks.plain(words.plain("numbers_placeholder")), most=2000)
    return [
        field(words, "numbers", typing, at=at),
        field(words, "system", select(systems, None, ""), at=at, optional=True),
    ]


def _buttons(words: Words, who: Who, asked: int) -> list[Block]:
    shown = [blocks.button(words.plain("button_why"), WHY, "why")]
    if who.is_staff and asked:
        ask = blocks.confirm(
            words.plain("invite_title", blocks.CONFIRM_TITLE_MAX),
            words.plain("invite_text", blocks.CONFIRM_TEXT_MAX),
            words.plain("invite_yes", blocks.CONFIRM_BUTTON_MAX),
            words.plain("invite_no", blocks.CONFIRM_BUTTON_MAX),
        )
        shown.insert(0, blocks.button(words.plain("button_invite"), INVITE, "all", style="primary", confirm=ask))
    return shown


def _turns(words: Words, page: int, last: int) -> list[Block]:
    earlier = [blocks.button(words.plain("button_earlier"), EARLIER, "page")] if page else []
    return [*earlier, *([blocks.button(words.plain("button_later"), LATER, "page")] if page < last else [])]


def _tester(voices: Voices, words: Words, one: Tester, who: Who) -> Block:
    # Where the modal of a guest of another workspace can be looked at, we do not know: they read no whole number.
    device = devices.masked(one.number) if who.kind is Kind.OUTSIDER else one.number
    status = voices.state(f"tester.{one.status}")
    line = voices.text(TEMPLATE, "tester", device=device, status=status, system=one.system)
    if one.answered_at:
        line += f" · {voices.text(TEMPLATE, 'answered', answered_at=one.answered_at)}"
    options = [
        blocks.option(
            words.plain("mark_mine" if to is T.ACCEPTED and not who.is_staff else f"mark_{to}"), _value(one, to)
        )
        for to in _may(one, who)
    ]
    menu: Block | None = {"type": "overflow", "action_id": MARK, "options": options} if options else None
    return blocks.section(line, accessory=menu, block_id=f"tester:{one.id}:{one.version}")


def _value(one: Tester, to: TesterStatus) -> str:
    return f"{one.id}:{one.version}:{to}"


def _may(one: Tester, who: Who) -> Sequence[TesterStatus]:
    """What this person can say of a device."""
    moves = TESTER_MOVES[one.status]
    if who.is_staff:
        return [to for to in (T.PENDING, T.ACCEPTED, T.DECLINED, T.REMOVED) if to in moves]
    return [*([T.ACCEPTED] if one.status == T.PENDING else []), T.REMOVED]


def register(listen: Listen) -> None:
    """For customers and, with more in the lists, for staff."""
    listen.command("/rcs testers", named_testers, serves=Role.CUSTOMER)
    listen.command("/rcs why", why_command, serves=EVERYBODY)
    listen.action(TESTERS, open_testers, serves=Role.CUSTOMER)
    listen.action(MARK, marked, serves=Role.CUSTOMER)
    listen.action(INVITE, invited, serves=Role.STAFF)
    listen.action(WHY, why_not, serves=Role.CUSTOMER)
    for action_id in (EARLIER, LATER):
        listen.action(action_id, turned, serves=Role.CUSTOMER)
    listen.view(TESTERS, added, serves=Role.CUSTOMER)
