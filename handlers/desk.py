"""``/desk help``: what the desk can do for the one who asks."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Kind, Who
from bot.desk import Desk
from handlers import reply
from handlers.middleware import EVERYBODY, Listen


async def help_me(desk: Desk, who: Who, ack: AsyncAck) -> None:
    """Say what this person can do here, or how to get there."""
    words = desk.voices.slack("desk/help")
    parts = [words.headline]
    if who.account_id is not None:
        parts.append("\n".join(words.lines("customer")))
    elif not who.is_staff:
        parts.append(words.part("not_linked" if who.kind is Kind.MEMBER else "not_added"))
    if who.is_staff:
        parts.append("\n".join(words.lines("staff")))
    await ack(**reply.message(*parts))


def register(listen: Listen) -> None:
    """``/desk`` alone helps, too."""
    listen.command("/desk", help_me, serves=EVERYBODY)
    listen.command("/desk help", help_me, serves=EVERYBODY)
