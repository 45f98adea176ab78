"""App Home: what needs this person, or how to begin. Published when somebody opens it, never for everybody."""

import asyncio
from typing import Any

from bot.accounts.rules import Kind, Role, Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Words
from bot.desk import Desk
from bot.storage.database import Tx
from handlers.accounts import LINK
from handlers.contacts_forms import UPLOAD
from handlers.middleware import EVERYBODY, Listen
from handlers.notices_forms import OPEN as NOTICES
from handlers.payload import Payload
from handlers.reply import SLACK_SECONDS
from handlers.senderid_wizard import REGISTER

MOST_BLOCKS = 100


async def opened(desk: Desk, who: Who, event: Payload) -> None:
    """Somebody looks at the Home tab."""
    if event.get("tab") != "home":
        return
    view = await draw(desk, who)
    async with asyncio.timeout(SLACK_SECONDS):
        await desk.slack.views_publish(user_id=who.user_id, view=view)


async def draw(desk: Desk, who: Who) -> dict[str, Any]:
    """The Home view of this person: the features' sections, or the welcome while there are none."""
    shown = await desk.read(_parts, desk, who)
    if not shown:
        return {"type": "home", "blocks": welcome(desk.voices.slack("home/welcome"), who)}
    notices = blocks.button(desk.voices.plain("tickets/notices", "button"), NOTICES, "home")
    return {"type": "home", "blocks": [*shown[: MOST_BLOCKS - 2], {"type": "divider"}, blocks.actions([notices])]}


def _parts(tx: Tx, desk: Desk, who: Who) -> list[Block]:
    """What needs this person, then what each feature shows; nothing before anything has begun."""
    if not who.is_staff and who.account_id is None:
        return []
    needs = [block for part in desk.home_parts for block in part.needs(tx, who)]
    if not needs and not any(part.begun(tx, who) for part in desk.home_parts):
        return []
    words = desk.voices.slack("home/tabs")
    title: Block = {"type": "header", "text": blocks.plain(words.plain("needs_you"))}
    shown = [block for part in desk.home_parts for block in part.shown(tx, who)]
    return [title, *(needs or [blocks.section(words.part("nothing"))]), {"type": "divider"}, *shown]


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
