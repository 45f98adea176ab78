"""App Home: what needs this person, or how to begin. Published when somebody opens it, never for everybody."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError

from bot.accounts.rules import Kind, Role, Who
from bot.dashboard import choices, home, looking
from bot.dashboard.filters import Filters
from bot.dashboard.publishing import Publisher
from bot.dashboard.typed import read
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.desk import Desk, HomePart
from bot.storage.database import Tx
from handlers import home_forms as forms
from handlers import reply
from handlers.accounts import LINK
from handlers.contacts_forms import UPLOAD
from handlers.middleware import EVERYBODY, Listen
from handlers.notices_forms import OPEN as NOTICES
from handlers.payload import Payload
from handlers.reply import SLACK_SECONDS
from handlers.senderid_wizard import REGISTER

TAB = "home:tab"
MOST_BLOCKS = 100
_NEEDS_MAX = 24
_SOON = timedelta(seconds=1)
_MOST_CHARACTERS = 230_000
"""Of the view as JSON, where Slack takes 250 KB."""

log = structlog.get_logger(__name__)


async def opened(desk: Desk, who: Who, event: Payload) -> None:
    """Somebody looks at the Home tab."""
    if event.get("tab") == "home":
        await desk.write(looking.looked, who)
        await _publish(desk, who)


def publisher(desk: Desk) -> Publisher:
    """What brings Home to Slack."""
    return Publisher(desk.database, desk.slack, desk.people, partial(draw, desk))


async def _publish(desk: Desk, who: Who) -> None:
    """Now; or when Slack lets us."""
    there = publisher(desk)
    try:
        async with asyncio.timeout(SLACK_SECONDS):
            await there.publish(who)
    except SlackApiError as error:
        if not await there.later(who, error):
            raise


async def _show(desk: Desk, who: Who) -> None:
    """What was chosen is kept already: when Slack does not take it now, a due row shows it soon."""
    try:
        await _publish(desk, who)
    except reply.UNHEARD as unseen:
        log.warning("a home was not published", because=str(unseen))
        await desk.write(looking.again, who.user_id, after=_SOON)


async def draw(desk: Desk, who: Who) -> dict[str, Any]:
    """The Home view of this person: what needs them, and the open tab; or the welcome while there is nothing."""
    shown = await desk.read(contents, desk.home_parts, desk.voices, who)
    return {"type": "home", "blocks": shown or welcome(desk.voices.slack("home/welcome"), who)}


def contents(tx: Tx, every: Sequence[HomePart], voices: Voices, who: Who) -> list[Block]:
    """What needs this person, and the open tab; nothing before anything has begun."""
    parts = [part for part in every if part.serves(who)]
    if not who.is_staff and who.account_id is None:
        return []
    needs = [block for part in parts for block in part.needs(tx, who)]
    if not needs and not any(part.begun(tx, who) for part in parts):
        return []
    words = voices.slack("home/tabs")
    title: Block = {"type": "header", "text": blocks.plain(words.plain("needs_you"))}
    more = [blocks.context(words.part("more"))] if len(needs) > _NEEDS_MAX else []
    top = [title, *(needs[:_NEEDS_MAX] or [blocks.section(words.part("nothing"))]), *more]
    kept = looking.looking(tx, who).tab
    chosen = next((part for part in parts if part.name == kept), parts[0])
    notices = blocks.button(voices.plain("tickets/notices", "button"), NOTICES, "home")
    bottom: list[Block] = [{"type": "divider"}, blocks.actions([notices])]
    return fitted([*top, {"type": "divider"}, _tabs(voices, parts, chosen)], chosen.shown(tx, who), bottom)


def _tabs(voices: Voices, parts: Sequence[HomePart], chosen: HomePart) -> Block:
    """A button for each tab; the open one stands out, and says so to who cannot see it."""
    buttons = []
    for part in parts:
        text, is_open = voices.plain(f"{part.name}/home", "tab"), part is chosen
        label = voices.plain("home/tabs", "open_tab", tab=text) if is_open else ""
        style = "primary" if is_open else None
        buttons.append(blocks.button(text, f"{TAB}/{part.name}", part.name, style=style, label=label))
    return blocks.actions(buttons)


def fitted(top: list[Block], shown: list[Block], bottom: list[Block]) -> list[Block]:
    """All together within Slack's limits for a view: of the tab's contents the last rows go, not its last buttons."""
    rows, last = (shown[:-1], shown[-1:]) if shown and shown[-1]["type"] == "actions" else (shown, [])
    rest = [*top, *last, *bottom]
    rows = rows[: MOST_BLOCKS - len(rest)]
    while rows and len(json.dumps([rest, rows])) > _MOST_CHARACTERS:
        rows.pop()
    return [*top, *rows, *last, *bottom]


async def turn_to(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """Another tab."""
    await desk.write(looking.turn_to, who, str(action.get("value") or ""))
    await ack()
    await _show(desk, who)


async def look(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """The other view, or no filters."""
    words = str(action.get("value") or "")
    await desk.write(looking.choose, who, Filters() if words == "all" else read(words))
    await ack()
    await _show(desk, who)


async def sort(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """Another order of what is shown."""
    order = read(f"sort:{(action.get('selected_option') or {}).get('value')}")
    filters = await desk.read(choices.last, who)
    filters = replace(filters, sort=order.sort, descending=order.descending)
    await desk.write(looking.choose, who, filters)
    await ack()
    await _show(desk, who)


async def turn(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """The next page, or the one before."""
    await desk.write(looking.turn, who, *forms.turned(action))
    await ack()
    await _show(desk, who)


async def open_row(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """Show what is behind a row, or hide it."""
    opens = str(action["action_id"]).endswith("/show")
    await desk.write(looking.open_row, who, str(action.get("value") or "")[:64], opens=opens)
    await ack()
    await _show(desk, who)


async def ask_filter(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Ask what is to be shown."""
    filters = await desk.read(choices.last, who)
    await reply.open_view(desk, body, forms.filter_form(desk.voices, filters))
    await ack()


async def set_filter(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """The form came."""
    filters, errors = forms.filtered(view)
    if errors:
        await ack(response_action="errors", errors=errors)
        return
    await desk.write(looking.choose, who, filters)
    await ack()
    await _show(desk, who)


def welcome(words: Words, who: Who) -> list[Block]:
    """What the desk does in two lines, three steps, one button, and how a file looks."""
    top = [{"type": "header", "text": blocks.plain(words.plain("headline", 150))}, blocks.section(words.body)]
    if who.is_staff:
        steps = [blocks.section(words.part(step)) for step in ("staff_one", "staff_two", "staff_three")]
        link = blocks.button(words.plain("button_link"), LINK, "home", style="primary")
        return [*top, *steps, blocks.actions([link])]
    steps = [blocks.section(words.part(step)) for step in ("step_one", "step_two", "step_three")]
    sample = [blocks.section(words.part("sample")), _preformatted("\n".join(words.lines("sample_rows")))]
    return [*top, *steps, _next_step(words, who), {"type": "divider"}, *sample]


def _next_step(words: Words, who: Who) -> Block:
    """The one thing to do now: upload, or get in."""
    if who.account_id is not None:
        upload = blocks.button(words.plain("button_upload"), UPLOAD, "home", style="primary")
        register = blocks.button(words.plain("button_register"), REGISTER, "home")
        return blocks.actions([upload, register])
    if who.role is Role.CUSTOMER:
        return blocks.section(words.part("several"))
    return blocks.section(words.part("not_linked" if who.kind is Kind.MEMBER else "not_added"))


def _preformatted(text: str) -> Block:
    lines = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [lines]}


def register(listen: Listen) -> None:
    """Home is for everybody: it also tells strangers how to get in."""
    listen.event("app_home_opened", opened, serves=EVERYBODY)
    listen.action(TAB, turn_to, serves=Role.CUSTOMER, several=True)
    listen.action(home.LOOK, look, serves=Role.CUSTOMER, several=True)
    listen.action(home.SORT, sort, serves=Role.CUSTOMER)
    listen.action(home.TURN, turn, serves=Role.CUSTOMER, several=True)
    listen.action(home.OPEN, open_row, serves=Role.CUSTOMER, several=True)
    listen.action(home.FILTER, ask_filter, serves=Role.CUSTOMER)
    listen.view(home.FILTER, set_filter, serves=Role.CUSTOMER)
