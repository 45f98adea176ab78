"""``reactions.*``."""

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.records import Json, Message


def _message(call: Call) -> Message:
    message = call.joined().find(call.arguments.required("timestamp"))
    if message is None or message.deleted:
        raise ApiError("message_not_found")
    return message


def add(call: Call) -> Json:
    """``reactions.add``."""
    message = _message(call)
    users = message.reactions.setdefault(call.arguments.required("name").strip(":"), [])
    if call.bot in users:
        raise ApiError("already_reacted")
    users.append(call.bot)
    call.slack.note("reactions.add", channel=message.channel, ts=message.ts)
    return {}


def remove(call: Call) -> Json:
    """``reactions.remove``."""
    message, name = _message(call), call.arguments.required("name").strip(":")
    if call.bot not in message.reactions.get(name, []):
        raise ApiError("no_reaction")
    message.reactions[name].remove(call.bot)
    if not message.reactions[name]:
        del message.reactions[name]
    call.slack.note("reactions.remove", channel=message.channel, ts=message.ts)
    return {}


METHODS = {
    "reactions.add": Method(add, ("reactions:write",)),
    "reactions.remove": Method(remove, ("reactions:write",)),
}
