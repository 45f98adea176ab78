"""``conversations.*``."""

from collections.abc import Sequence

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.json_shapes import channel_json, message_json
from bot.sandbox.slack.paging import page
from bot.sandbox.slack.records import Channel, Json, Message

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


def info(call: Call) -> Json:
    """``conversations.info``."""
    channel = call.conversation()
    call.need_for(channel, "read")
    return {"channel": channel_json(call.slack, channel)}


def list_channels(call: Call) -> Json:
    """``conversations.list``: public channels, unless ``types`` says otherwise; private ones where the bot is."""
    return _listed(call, [channel for channel in call.slack.channels.values() if _known(call, channel)])


def channels_of(call: Call) -> Json:
    """``users.conversations``: those of ``user``, else the bot's own; of the private ones only where the bot is too."""
    user = call.arguments.text("user") or call.bot
    if user not in call.slack.people:
        raise ApiError("user_not_found")
    known = (channel for channel in call.slack.channels.values() if _known(call, channel))
    return _listed(call, [channel for channel in known if user in channel.members])


def _listed(call: Call, known: Sequence[Channel]) -> Json:
    kinds = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    types = call.arguments.names("types") or ["public_channel"]
    if not set(types) <= set(kinds):
        raise ApiError("invalid_types")
    scopes = {"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read"}
    for name in types:
        call.need(scopes[name])
    wanted = {kinds[name] for name in types}
    archived = not call.arguments.flag("exclude_archived")
    shown = [channel for channel in known if channel.kind in wanted and (archived or not channel.is_archived)]
    found, more = page(shown, call.arguments, most=1000, default=100)
    return {"channels": [channel_json(call.slack, channel) for channel in found], "response_metadata": more}


def _known(call: Call, channel: Channel) -> bool:
    return not channel.is_private or call.bot in channel.members


def members(call: Call) -> Json:
    """``conversations.members``."""
    channel = call.conversation()
    call.need_for(channel, "read")
    found, more = page(channel.members, call.arguments, most=1000, default=100)
    return {"members": list(found), "response_metadata": more}


def history(call: Call) -> Json:
    """``conversations.history``: top-level messages, newest first."""
    channel = call.conversation()
    call.need_for(channel, "history")
    call.joined()
    within = [message for message in channel.messages if _within(call, message)]
    within.sort(key=lambda message: message.ts, reverse=True)
    found, more = page(within, call.arguments, most=999, default=100)
    return _messages(call, found, more)


def replies(call: Call) -> Json:
    """``conversations.replies``: the parent, then its replies, oldest first."""
    channel = call.conversation()
    call.need_for(channel, "history")
    call.joined()
    parent = channel.find(call.arguments.required("ts"))
    if parent is None:
        raise ApiError("thread_not_found")
    if parent.is_reply:
        return _messages(call, [parent], {"next_cursor": ""})
    within = [message for message in parent.replies if _within(call, message)]
    found, more = page([parent, *within], call.arguments, most=999, default=1000 - 1)
    return _messages(call, found, more)


def _messages(call: Call, found: Sequence[Message], more: Json) -> Json:
    with_metadata = call.arguments.flag("include_all_metadata")
    shown = [message_json(call.slack, message, metadata=with_metadata) for message in found]
    return {"messages": shown, "has_more": bool(more["next_cursor"]), "response_metadata": more}


def _within(call: Call, message: Message) -> bool:
    arguments = call.arguments
    at, oldest, latest = float(message.ts), _bound(call, "oldest", 0.0), _bound(call, "latest", float("inf"))
    return oldest <= at <= latest if arguments.flag("inclusive") else oldest < at < latest


def _bound(call: Call, name: str, default: float) -> float:
    given = call.arguments.text(name)
    try:
        return float(given) if given else default
    except ValueError as trouble:
        raise ApiError(f"invalid_ts_{name}") from trouble


def join(call: Call) -> Json:
    """``conversations.join``: public channels only."""
    channel = call.conversation()
    if channel.kind != "channel":
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    known = call.bot in channel.members
    call.slack.join(channel, call.bot)
    call.slack.note("conversations.join", channel=channel.id)
    answer: Json = {"channel": channel_json(call.slack, channel)}
    return answer | {"warning": "already_in_channel"} if known else answer


def open_direct(call: Call) -> Json:
    """``conversations.open``: the direct conversation with one person."""
    users = call.arguments.names("users")
    if len(users) != 1:
        raise ApiError("not_enough_users" if not users else "method_not_supported_for_channel_type")
    if users[0] not in call.slack.people:
        raise ApiError("user_not_found")
    if users[0] == call.bot or call.slack.people[users[0]].is_bot:
        raise ApiError("cannot_dm_bot")
    return {"channel": channel_json(call.slack, call.slack.direct(users[0]))}


METHODS = {
    "conversations.info": Method(info, _READ),
    "conversations.list": Method(list_channels, _READ),
    "conversations.members": Method(members, _READ),
    "conversations.history": Method(history, _HISTORY),
    "conversations.replies": Method(replies, _HISTORY),
    "conversations.join": Method(join, ("channels:join",)),
    "conversations.open": Method(open_direct, ("im:write", "mpim:write")),
    "users.conversations": Method(channels_of, _READ),
}
