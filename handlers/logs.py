"""``/logs``: exports of message logs, the buttons of their cards, and those that are repeated."""

from collections.abc import Sequence
from datetime import datetime

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.desk import Desk
from bot.logs import card, schedules, service, steps
from bot.logs import words as filled
from bot.logs.messages import RESUME, schedule_values
from bot.logs.rules import ScheduleStatus
from bot.logs.tables import LogExport, LogSchedule
from bot.storage.database import Tx
from bot.tickets import notices
from bot.tickets.quiet import zones
from handlers import logs_forms as forms
from handlers import reply
from handlers.contacts_forms import country_options
from handlers.fallback import FormOutOfDate
from handlers.logs_forms import Typed
from handlers.middleware import EVERYBODY, Listen
from handlers.payload import Payload, channel_of, is_home, memory
from handlers.senderid_wizard import show

PAUSE, DELETE = "logs:pause", "logs:delete"
_LIST, _SCHEDULE = "logs/list", "logs/schedule"


async def help_me(desk: Desk, ack: AsyncAck) -> None:
    """Say what can be done with message logs."""
    words = desk.voices.slack(_LIST)
    await ack(**reply.message(words.headline, "\n".join(words.lines("help"))))


async def show_list(desk: Desk, who: Who, ack: AsyncAck) -> None:
    """The person's latest exports, and those that are repeated for the account."""
    await ack(**await _drawn(desk, who, await desk.read(service.recent, who)))


async def _drawn(desk: Desk, who: Who, there: Sequence[LogExport]) -> Payload:
    repeated = await desk.read(service.scheduled, who)
    words = desk.voices.slack(_LIST)
    said = [words.headline if there or repeated else words.part("none")]
    shown = [blocks.section(said[0])]
    if there:
        lines = [words.part("exports"), *[await desk.read(_line, desk, export) for export in there]]
        said += lines
        shown += [blocks.section(text) for text in blocks.packed(lines)]
    if repeated:
        shown.append(blocks.section(words.part("schedules")))
        for schedule in repeated:
            shown += _schedule(desk, schedule)
    export = blocks.button(words.plain("button_export"), forms.EXPORT, "list", style="primary")
    return {"text": "\n".join(said), "blocks": [*shown[:45], blocks.actions([export])]}


def _line(tx: Tx, desk: Desk, export: LogExport) -> str:
    thread = desk.links.find(tx, steps.CARD, export.id, export.place)
    return desk.voices.text(_LIST, "line", **filled.values(desk.voices, export), thread=thread)


def _schedule(desk: Desk, schedule: LogSchedule) -> list[Block]:
    words = desk.voices.slack(_SCHEDULE, **schedule_values(desk.voices, schedule))
    value = f"{schedule.id}:{schedule.version}"
    active = schedule.status == ScheduleStatus.ACTIVE
    first = ("pause", PAUSE) if active else ("resume", RESUME)
    label = schedule.subaccount
    buttons = [
        blocks.button(words.plain(f"button_{first[0]}"), first[1], value, label=label),
        blocks.button(words.plain("button_delete"), DELETE, value, label=label, confirm=card.question(words)),
    ]
    return [blocks.section(words.part("line")), blocks.actions(buttons)]


# The form


async def open_form(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Open the form, as it was filled in last time."""
    who.require_account()
    before = await desk.read(service.last, who)
    await _open(desk, who, body, forms.as_before(before) if before else Typed())
    await ack()


async def change(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Open the form with what 8x8 refused."""
    export = await desk.read(service.of_account, who, _named(action)[0])
    await _open(desk, who, body, forms.as_before(export))
    await ack()


async def _open(desk: Desk, who: Who, body: Payload, typed: Typed) -> None:
    view = await _form(desk, who, typed, channel_of(body))
    await reply.open_view(desk, body, view)


async def _form(desk: Desk, who: Who, typed: Typed, channel: str | None) -> Payload:
    foreign = bool(typed.subaccount) and await desk.read(service.is_foreign, who.require_account(), typed.subaccount)
    return forms.form(desk.voices, typed, await _zone(desk, who), channel, foreign=foreign)


async def _zone(desk: Desk, who: Who) -> str:
    """The person's time zone: the one that they chose here, else Slack's."""
    wish = await desk.read(notices.preferences, who)
    zone = wish.zone if wish else (await desk.people.profile(who.user_id)).tz
    return zone if zone in zones() else "UTC"


async def touched(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Another product, or another kind of time: ask what belongs to it."""
    if is_home(body) or not body.get("view"):
        raise FormOutOfDate
    typed = forms.typed_into(body["view"])
    await show(desk, body, await _form(desk, who, typed, memory(body).get("channel")))
    await ack()


async def offer_subaccounts(desk: Desk, who: Who, payload: Payload, ack: AsyncAck) -> None:
    """The account's subaccounts that the desk has seen, and what was typed."""
    known = await desk.read(service.subaccounts, who.require_account())
    await ack(options=forms.subaccount_options(desk.voices, known, str(payload.get("value") or "")))


async def offer_countries(desk: Desk, payload: Payload, ack: AsyncAck) -> None:
    """Countries whose name or code begins with what was typed."""
    await ack(options=country_options(desk.voices, str(payload.get("value") or "")))


async def submitted(desk: Desk, who: Who, body: Payload, view: Payload, key: str, ack: AsyncAck) -> None:
    """The form came: begin, or say at each field what is wrong."""
    now = await desk.read(_now)
    try:
        asked, problems = forms.order(forms.typed_into(view), await _zone(desk, who), now, memory(body).get("channel"))
    except ValueError as error:
        raise FormOutOfDate from error
    if asked is None:
        await ack(response_action="errors", errors=problems)
        return
    begun = await desk.write(service.ask, who, asked, key)
    await ack(response_action="update", view=forms.done(desk.voices, asked, is_new=begun is not None))


def _now(tx: Tx) -> datetime:
    return tx.now


# The card's buttons


async def cancel(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """Bring no files."""
    await desk.write(service.cancel, who, *_named(action))
    await ack()


async def ask_again(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """Ask 8x8 once more."""
    await desk.write(service.ask_again, who, *_named(action))
    await ack()


async def again(desk: Desk, who: Who, action: Payload, body: Payload, key: str, ack: AsyncAck) -> None:
    """Export the same again."""
    await desk.write(service.again, who, _named(action)[0], key)
    await ack()
    channel = channel_of(body)
    if channel:
        await reply.whisper(desk, body, channel, who.user_id, desk.voices.text(_LIST, "again"))


# What is repeated


async def pause(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Repeat it no more until it is resumed."""
    await desk.write(schedules.pause, who, *_named(action))
    await _shown_anew(desk, who, body, ack)


async def resume(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Repeat it again."""
    await desk.write(schedules.resume, who, *_named(action))
    await _shown_anew(desk, who, body, ack)


async def delete(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Repeat it no more, and show it no more."""
    await desk.write(schedules.delete, who, *_named(action))
    await _shown_anew(desk, who, body, ack)


async def _shown_anew(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    drawn = await _drawn(desk, who, await desk.read(service.recent, who))
    await ack()
    await reply.replace(desk, body, drawn)


def _named(action: Payload) -> tuple[str, int]:
    """What a button speaks of, and the version that the person saw."""
    try:
        row_id, seen = action["value"].split(":")[:2]
        return row_id, int(seen)
    except (KeyError, ValueError) as error:
        raise FormOutOfDate from error


def register(listen: Listen) -> None:
    """Everything that a person can do with message logs."""
    listen.command("/logs", show_list, serves=Role.CUSTOMER)
    listen.command("/logs help", help_me, serves=EVERYBODY)
    listen.command("/logs export", open_form, serves=Role.CUSTOMER)
    listen.action(forms.EXPORT, open_form, serves=Role.CUSTOMER)
    listen.view(forms.EXPORT, submitted, serves=Role.CUSTOMER)
    listen.action(forms.PRODUCT, touched, serves=Role.CUSTOMER)
    listen.action(forms.PERIOD, touched, serves=Role.CUSTOMER)
    listen.options(forms.SUBACCOUNT, offer_subaccounts, serves=Role.CUSTOMER)
    listen.options(forms.COUNTRIES, offer_countries, serves=Role.CUSTOMER)
    listen.action(card.CANCEL, cancel, serves=Role.CUSTOMER)
    listen.action(card.AGAIN, again, serves=Role.CUSTOMER)
    listen.action(card.ASK_AGAIN, ask_again, serves=Role.CUSTOMER)
    listen.action(card.CHANGE, change, serves=Role.CUSTOMER)
    listen.action(PAUSE, pause, serves=Role.CUSTOMER)
    listen.action(RESUME, resume, serves=Role.CUSTOMER)
    listen.action(DELETE, delete, serves=Role.CUSTOMER)
