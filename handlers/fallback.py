"""What no other listener takes: every event gets its "got it", old buttons and unknown commands an explanation.

Registered last. Old messages keep their buttons for years, and Slack sends every event that the manifest names.
"""

import difflib
from collections.abc import Awaitable, Callable

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.delivery import outbox
from bot.desk import Desk
from bot.errors import DeskError
from handlers import reply
from handlers.middleware import ANYONE, EVERYBODY, Listen
from handlers.payload import Payload, channel_of

CLOSE_ENOUGH = 0.5


class MessageOutOfDate(DeskError):
    """This message is out of date, and its buttons no longer work. Look for the latest one in this conversation."""


class MessageRenewed(DeskError):
    """This message was out of date, so I am drawing it anew. Look at it again in a moment."""


class FormOutOfDate(DeskError):
    """This form is out of date, so nothing was saved. Close it and open it again."""


def named_row(action: Payload) -> tuple[str, int]:
    """The row that a button speaks of, and the version that the person saw. Raises FormOutOfDate."""
    row_id, _, seen = str(action.get("value") or "").partition(":")
    seen = seen.partition(":")[0]
    if not seen.isdigit():
        raise FormOutOfDate
    return row_id, int(seen)


async def got_it(ack: AsyncAck) -> None:
    """Nothing is to be done about this."""
    await ack()


async def nothing_to_offer(ack: AsyncAck) -> None:
    """No choices for a select that nobody knows."""
    await ack(options=[])


async def old_action(desk: Desk, body: Payload, action: Payload, ack: AsyncAck) -> None:
    """A button that nobody knows: a link only needs its "got it", anything else is from an older desk."""
    if _is_link(body, action):
        await ack()
        return
    message, channel = body.get("message"), channel_of(body)
    renewed = message and channel and await desk.write(outbox.redraw, channel, message["ts"])
    raise MessageRenewed if renewed else MessageOutOfDate


def _is_link(body: Payload, action: Payload) -> bool:
    """Whether the button has an address: Slack opens it and tells us all the same."""
    shown = (body.get("message") or body.get("view") or {}).get("blocks", [])
    elements = [element for block in shown for element in (*block.get("elements", ()), block.get("accessory") or {})]
    clicked = (element for element in elements if element.get("action_id") == action.get("action_id"))
    return bool(action.get("url") or any(element.get("url") for element in clicked))


async def old_form() -> None:
    """A form or shortcut that nobody knows."""
    raise FormOutOfDate


def unknown_command(listen: Listen) -> Callable[..., Awaitable[None]]:
    """A listener that names the nearest of the commands that there are."""

    async def suggest(desk: Desk, command: Payload, ack: AsyncAck) -> None:
        """Say that nobody knows this command, and what it may have been."""
        typed = " ".join([command["command"], *str(command.get("text") or "").split()])
        close = nearest(typed, listen.commands)
        words = desk.voices.slack("desk/unknown", typed=typed, nearest=close)
        await ack(**reply.message(words.headline, words.part("suggestion" if close else "all")))

    return suggest


def nearest(typed: str, commands: list[str]) -> str:
    """The command that looks most like what was typed; empty when none does. Arguments do not matter.

    Where the first word is right, only what follows it is compared: "/desk lnik" is not half right by its "/desk".
    """
    name = typed.split(maxsplit=1)[0]
    fitting = [path for path in commands if not f"{typed.lower()} ".startswith(f"{path} ")]  # else it had been taken
    same_name = [path for path in fitting if path.split()[0] == name]
    skipped = 1 if same_name else 0

    def likeness(path: str) -> float:
        words = path.split()[skipped:]
        start = typed.lower().split()[skipped : skipped + len(words)]
        return difflib.SequenceMatcher(None, " ".join(start), " ".join(words)).ratio()

    best = max(same_name or fitting, key=likeness, default="")
    return best if best and likeness(best) >= CLOSE_ENOUGH else ""


def register(listen: Listen) -> None:
    """Everything that Slack may send, of every kind."""
    listen.all_else("event", got_it, serves=ANYONE)
    listen.all_else("action", old_action, serves=EVERYBODY)
    listen.all_else("options", nothing_to_offer, serves=ANYONE)
    listen.all_else("view", old_form, serves=EVERYBODY)
    listen.all_else("closed view", got_it, serves=ANYONE)
    listen.all_else("shortcut", old_form, serves=EVERYBODY)
    listen.all_else("command", unknown_command(listen), serves=EVERYBODY)
