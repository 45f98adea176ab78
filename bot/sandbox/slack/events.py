"""What happened, as Slack's Events API tells it."""

import re
from copy import deepcopy
from typing import TYPE_CHECKING

from bot.sandbox.slack.json_shapes import message_json
from bot.sandbox.slack.records import Channel, File, Json, Message

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Slack

_CHANNEL_EVENTS = {"channel": "channels", "group": "groups", "im": "im"}


def envelope(slack: "Slack", event: Json, channel: Channel | None) -> Json:
    """An event in the outer object of the Events API."""
    bot = {"enterprise_id": None, "team_id": slack.team.id, "user_id": slack.app.bot_user, "is_bot": True}
    shared = bool(channel and channel.other_teams)
    # in a channel shared with other workspaces the outer team is the sender's, as with Slack
    team = event.get("user_team") or slack.team.id
    return {
        "token": "sandbox-verification-token",
        "team_id": team,
        "context_team_id": slack.team.id,
        "context_enterprise_id": None,
        "api_app_id": slack.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": slack.new_id("Ev"),
        "event_time": int(slack.now),
        "authorizations": [bot | {"is_enterprise_install": False}],
        "is_ext_shared_channel": shared,
        "event_context": slack.new_id("4-"),
    }


def heard(slack: "Slack", event: Json, channel: Channel | None) -> bool:
    """Whether the app hears of it: subscribed, with the scope, and where the bot is."""
    app, kind = slack.app, event["type"]
    in_channel = channel is None or app.bot_user in channel.members
    if not app.installed and kind not in {"app_uninstalled", "tokens_revoked"}:
        return False
    if kind == "message" and channel is not None:
        place = _CHANNEL_EVENTS[channel.kind]
        return in_channel and f"message.{place}" in app.events and f"{place}:history" in app.scopes
    if kind not in app.events:
        return False
    needed = _scopes(kind, channel)
    return in_channel and (not needed or bool(needed & app.scopes))


def _scopes(kind: str, channel: Channel | None) -> set[str]:
    if kind.startswith(("member_", "channel_", "group_")):
        return {"groups:read" if channel and channel.is_private else "channels:read"}
    if kind.startswith("file_"):
        return {"files:read"}
    if kind.startswith("reaction_"):
        return {"reactions:read"}
    return {"app_mention": {"app_mentions:read"}, "user_change": {"users:read"}}.get(kind, set())


def plain(slack: "Slack", message: Message) -> Json:
    """The message as it stands now, for "before" and "after"."""
    return deepcopy(message_json(slack, message, metadata=True))


def message(slack: "Slack", posted: Message) -> Json:
    """A ``message`` event for something new."""
    channel = slack.channels[posted.channel]
    event = plain(slack, posted) | {"channel": channel.id, "event_ts": posted.ts, "channel_type": channel.kind}
    if posted.is_reply and (parent := channel.find(posted.thread_ts)):
        event["parent_user_id"] = parent.user
    return event | _teams(slack, channel, posted.user)


def message_changed(slack: "Slack", changed: Message, before: Json) -> Json:
    """``message`` with subtype ``message_changed``."""
    now = plain(slack, changed)
    return _about_message(slack, changed, {"subtype": "message_changed", "message": now, "previous_message": before})


def message_deleted(slack: "Slack", deleted: Message, before: Json) -> Json:
    """``message`` with subtype ``message_deleted``."""
    gone = {"subtype": "message_deleted", "previous_message": before, "deleted_ts": deleted.ts}
    return _about_message(slack, deleted, gone)


def _about_message(slack: "Slack", about: Message, facts: Json) -> Json:
    channel, ts = slack.channels[about.channel], slack.new_ts()
    event = {"type": "message", "hidden": True, "channel": channel.id, "ts": ts, "event_ts": ts}
    return event | {"channel_type": channel.kind} | facts


def _teams(slack: "Slack", channel: Channel, user: str) -> Json:
    team = slack.people[user].team_id
    return {"team": team, "user_team": team, "source_team": team} if channel.other_teams else {"team": team}


def mentions(slack: "Slack", posted: Message) -> Json | None:
    """``app_mention`` when the message names the bot."""
    if not re.search(rf"<@{slack.app.bot_user}(\|[^>]*)?>", posted.text):
        return None
    event = plain(slack, posted) | {"type": "app_mention", "channel": posted.channel, "event_ts": posted.ts}
    return event | _teams(slack, slack.channels[posted.channel], posted.user)


def file_shared(slack: "Slack", file: File, channel: Channel) -> Json:
    """A file became visible in a channel."""
    who = {"user_id": file.user, "file_id": file.id, "file": {"id": file.id}}
    return {"type": "file_shared", "channel_id": channel.id, "event_ts": slack.new_ts()} | who


def about_channel(slack: "Slack", event: Json, channel: Channel) -> Json:
    """Somebody came or went."""
    kind = "G" if channel.is_private else "C"
    where = {"channel": channel.id, "channel_type": kind, "team": slack.people[event["user"]].team_id}
    return event | where | {"event_ts": slack.new_ts()}


def home_opened(slack: "Slack", user: str, tab: str, view: Json | None) -> Json:
    """A person opened the app's Home (``home``) or its conversation (``messages``)."""
    channel = slack.direct(user).id
    event = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": slack.new_ts()}
    return event | {"view": view} if view else event
