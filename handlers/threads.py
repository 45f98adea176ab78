"""What people write in threads: where the thread is a ticket's, the other side hears of it."""

import re

from bot.accounts.rules import Who
from bot.desk import Desk
from bot.errors import DeskError
from bot.tickets import service
from bot.tickets.threads import is_ours, thread_of
from handlers.middleware import EVERYBODY, Listen
from handlers.payload import Payload

_SAID = (None, "thread_broadcast")
"""A message without a subtype, and one that was also sent to the channel; edits and the rest are no new words."""
_LABELLED = re.compile(r"<(?:mailto:)?([^<>|]+)\|([^<>]*)>")
_BARE = re.compile(r"<(https?://[^<>|]+|mailto:[^<>|]+)>")
_CALLED = re.compile(r"<([@#!])([^<>|]+)(?:\|([^<>]*))?>")


class NotKnownYet(DeskError):
    """I could not tell which request this thread belongs to, so nobody else heard of it. Write it once more, please."""


async def said(desk: Desk, who: Who, event: Payload) -> None:
    """Somebody wrote in a thread."""
    await heard(desk, who, event)


async def heard(desk: Desk, who: Who, event: Payload) -> None:
    """Keep what a message in a ticket's thread says, with the names of its files; nothing where it is no ticket's.

    Raises NotKnownYet, see ``must_be_known``.
    """
    channel, root, features = event["channel"], event.get("thread_ts"), desk.ticket_features
    if not root:
        return
    if await desk.read(thread_of, channel, root, features) is None:
        await must_be_known(desk, event)
        return
    names = [f"📎 {file['name']}" for file in event.get("files", ()) if file.get("name")]
    text = "\n".join(part for part in (plain_words(str(event.get("text") or "")), *names) if part)
    await desk.write(service.came, who, channel, root, event["ts"], text, features=features)


async def must_be_known(desk: Desk, event: Payload) -> None:
    """Raise NotKnownYet under a message of ours that was posted a moment ago: Slack then delivers the event again."""
    us = (await desk.people.us()).bot_user_id
    if event.get("parent_user_id") == us and not await desk.read(is_ours, event["channel"], event["thread_ts"]):
        raise NotKnownYet


def plain_words(text: str) -> str:
    """Slack's mrkdwn as a person typed it: links as they read, entities as characters."""
    text = _CALLED.sub(lambda found: f"{found[1]}{found[3] or found[2]}", text)
    text = _LABELLED.sub(lambda found: found[2] if found[2] in found[1] else f"{found[2]} ({found[1]})", text)
    text = _BARE.sub(lambda found: found[1].removeprefix("mailto:"), text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


async def is_in_a_thread(event: Payload) -> bool:
    """Whether these are a person's new words in a thread: all other talk is not looked at."""
    is_reply = event.get("thread_ts") not in (None, event.get("ts"))
    return is_reply and event.get("subtype") in _SAID and not event.get("bot_id")


def register(listen: Listen) -> None:
    """Whose words count is decided with the ticket."""
    listen.event("message", said, serves=EVERYBODY, only=is_in_a_thread)
