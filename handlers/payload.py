"""Where in Slack's payloads the things stand that every listener needs. Each payload type has its own places."""

import json
from typing import Any

from bot.accounts.rules import Sender

Payload = dict[str, Any]


def read_sender(body: Payload) -> Sender:
    """Who sent this, from which workspace, and where.

    The team is that of the person, never that of the app: in a shared channel only the user's own ``team_id`` tells
    them apart. Empty where the payload does not say; then the directory decides.
    """
    if "command" in body:
        return Sender(body["user_id"], body.get("team_id", ""), body["channel_id"])
    if body.get("type") == "event_callback":
        return _event_sender(body["event"])
    user = body.get("user") or {}
    return Sender(user.get("id", ""), user.get("team_id", ""), channel_of(body), hinted_channel(body))


def _event_sender(event: Payload) -> Sender:
    inner = event.get("message") or {}
    user = event.get("user") or event.get("user_id") or inner.get("user") or ""
    is_bot = bool(event.get("bot_id") or inner.get("bot_id") or event.get("subtype") == "bot_message")
    team = event.get("user_team") or event.get("source_team") or event.get("team") or ""
    # app_home_opened names the conversation with the app, yet Home belongs to no channel.
    channel = None if event.get("type") == "app_home_opened" else event.get("channel") or event.get("channel_id")
    user = user.get("id", "") if isinstance(user, dict) else user
    channel = channel.get("id") if isinstance(channel, dict) else channel
    return Sender(user, team if isinstance(team, str) else "", channel, is_bot=is_bot)


def channel_of(body: Payload) -> str | None:
    """The channel in which a command was given or a message clicked; None in modals and on App Home."""
    if "command" in body:
        return str(body["channel_id"])
    found = (body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id")
    return str(found) if found else None


def hinted_channel(body: Payload) -> str | None:
    """The channel that a modal was opened from, as its ``private_metadata`` remembers: see `remember`."""
    return memory(body).get("channel")


def memory(body: Payload) -> dict[str, str]:
    """What `remember` put into the modal; empty when there is none, or nothing that we wrote."""
    try:
        found = json.loads((body.get("view") or {}).get("private_metadata") or "{}")
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def remember(channel: str | None, **ids: str) -> str:
    """The ``private_metadata`` of a modal: the channel it was opened from, and ids. They are references, never data."""
    return json.dumps({**({"channel": channel} if channel else {}), **ids}, separators=(",", ":"))


def thread_of(body: Payload) -> str | None:
    """The ``ts`` of the thread's root, when the message that was clicked or posted stands in a thread."""
    event = body.get("event") or {}
    message = body.get("message") or event.get("message") or event
    found = message.get("thread_ts") or (body.get("container") or {}).get("thread_ts")
    return str(found) if found else None


def is_home(body: Payload) -> bool:
    """Whether something was clicked on App Home."""
    return (body.get("view") or {}).get("type") == "home"
