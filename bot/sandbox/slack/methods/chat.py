"""``chat.*``."""

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.content import MOST_UPDATED, Content, read_content
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.json_shapes import message_json
from bot.sandbox.slack.records import Channel, Json, Message


def _place(call: Call) -> Channel:
    """Where to post: a conversation, or a person, whose direct conversation is opened."""
    slack, given = call.slack, call.arguments.required("channel")
    if given in slack.people:
        if slack.people[given].is_bot:
            raise ApiError("cannot_dm_bot")
        channel = slack.direct(given)
    else:
        channel = call.conversation()
    if channel.is_im and not slack.app.messages_tab:
        raise ApiError("messages_tab_disabled")
    public = channel.kind == "channel" and "chat:write.public" in slack.app.scopes
    if call.bot not in channel.members and not public:
        raise ApiError("not_in_channel")
    if channel.is_archived:
        raise ApiError("is_archived")
    return channel


def _thread(call: Call, channel: Channel) -> str:
    thread_ts = call.arguments.text("thread_ts")
    if not thread_ts:
        return ""
    parent = channel.find(thread_ts)
    if parent is None:
        raise ApiError("thread_not_found")
    if parent.is_reply:
        raise ApiError("cannot_reply_to_message")
    return thread_ts


def _draft(call: Call, channel: Channel, content: Content, thread_ts: str) -> Message:
    slack = call.slack
    message = Message(slack.new_ts(), channel.id, slack.app.bot_user, content.text or "", bot_id=slack.app.bot_id)
    message.blocks = content.blocks or []
    message.attachments = content.attachments or []
    message.metadata = content.metadata or None
    message.thread_ts = thread_ts
    return message


def post_message(call: Call) -> Json:
    """``chat.postMessage``."""
    if "username" in call.arguments or "icon_emoji" in call.arguments or "icon_url" in call.arguments:
        call.need("chat:write.customize")
    channel = _place(call)
    thread_ts = _thread(call, channel)
    message = _draft(call, channel, read_content(call.slack, call.arguments), thread_ts)
    call.slack.post(message)
    call.slack.note("chat.postMessage", channel=channel.id, ts=message.ts, text=message.text)
    shown = message_json(call.slack, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def post_ephemeral(call: Call) -> Json:
    """``chat.postEphemeral``: for one person in the channel."""
    channel = _place(call)
    user = call.arguments.required("user")
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    message = _draft(call, channel, read_content(call.slack, call.arguments), _thread(call, channel))
    message.ephemeral_to = user
    call.slack.post(message)
    call.slack.note("chat.postEphemeral", channel=channel.id, ts=message.ts, text=message.text, user=user)
    return {"message_ts": message.ts}


def _own(call: Call, refusal: str) -> Message:
    message = call.conversation().find(call.arguments.required("ts"))
    if message is None or message.deleted:
        raise ApiError("message_not_found")
    if message.bot_id != call.slack.app.bot_id:
        raise ApiError(refusal)
    return message


def update(call: Call) -> Json:
    """``chat.update``: ``text`` without ``blocks`` drops the blocks; with blocks there is no "(edited)"."""
    slack, message = call.slack, _own(call, "cant_update_message")
    if slack.channels[message.channel].is_archived:
        raise ApiError("is_archived")
    content = read_content(slack, call.arguments, most_text=MOST_UPDATED)

    def change(message: Message) -> None:
        message.text = content.text or ""
        message.blocks = content.blocks or []
        if content.attachments is not None or content.text is not None:
            message.attachments = content.attachments or []
        if content.metadata is not None:
            message.metadata = content.metadata or None
        if not content.blocks:
            message.edited_ts = slack.new_ts()

    slack.edit(message, change)
    slack.note("chat.update", channel=message.channel, ts=message.ts, text=message.text)
    shown = message_json(slack, message, metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def delete(call: Call) -> Json:
    """``chat.delete``: only what the bot wrote."""
    message = _own(call, "cant_delete_message")
    call.slack.remove(message)
    call.slack.note("chat.delete", channel=message.channel, ts=message.ts)
    return {"channel": message.channel, "ts": message.ts}


def permalink(call: Call) -> Json:
    """``chat.getPermalink``."""
    channel, ts = call.conversation(), call.arguments.required("message_ts")
    message = channel.find(ts)
    if message is None:
        raise ApiError("message_not_found")
    address = f"{call.slack.address}archives/{channel.id}/p{ts.replace('.', '')}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.is_reply else ""
    return {"channel": channel.id, "permalink": address + thread}


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",)),
    "chat.update": Method(update, ("chat:write",)),
    "chat.delete": Method(delete, ("chat:write",)),
    "chat.getPermalink": Method(permalink),
}
