"""What people do with the app, as Slack tells the bot: commands, clicks, submissions, shortcuts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.sandbox.slack.form import fields, state
from bot.sandbox.slack.json_shapes import message_json
from bot.sandbox.slack.records import Channel, Json, Message, Person
from bot.sandbox.slack.tickets import Origin
from bot.sandbox.slack.windows import View

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Slack

TOKEN = "sandbox-verification-token"  # noqa: S105 (Slack's old way; nobody trusts it)


def command(slack: "Slack", person: Person, channel: Channel, name: str, text: str) -> Json:
    """A slash command; every value is a string."""
    names = {"channel": channel.name, "group": "privategroup", "im": "directmessage"}
    return {
        "token": TOKEN,
        "team_id": person.team_id,
        "team_domain": slack.teams()[person.team_id].domain,
        "channel_id": channel.id,
        "channel_name": names[channel.kind],
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": slack.app.id,
        "is_enterprise_install": "false",
        "trigger_id": slack.triggers.issue(person.id, "command"),
    }


def _common(slack: "Slack", person: Person, kind: str) -> Json:
    user = {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id}
    return {
        "type": kind,
        "user": user,
        "api_app_id": slack.app.id,
        "token": TOKEN,
        "team": {"id": person.team_id, "domain": slack.teams()[person.team_id].domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def place(slack: "Slack", target: Message | View) -> Json:
    """Where something was clicked: ``container`` with ``message`` and ``channel``, or with ``view``."""
    if isinstance(target, View):
        return {"container": {"type": "view", "view_id": target.id}, "view": slack.windows.shape(target)}
    container: Json = {
        "type": "message",
        "message_ts": target.ts,
        "channel_id": target.channel,
        "is_ephemeral": bool(target.ephemeral_to),
    }
    if target.is_reply:
        container["thread_ts"] = target.thread_ts
    channel = slack.channels[target.channel]
    name = {"channel": channel.name, "group": "privategroup", "im": "directmessage"}[channel.kind]
    where = {"container": container, "channel": {"id": channel.id, "name": name}}
    if target.ephemeral_to:
        # Slack does not say what stood in an ephemeral message
        return where
    return where | {"message": message_json(slack, target, metadata=True)}


def origin(target: Message | View) -> Origin:
    """What a trigger that comes from there allows."""
    if isinstance(target, Message):
        return "message"
    return "home" if target.type == "home" else "modal"


def block_actions(slack: "Slack", person: Person, target: Message | View, action: Json) -> Json:
    """A click or choice. From a message with ``response_url`` and ``state``, from a view without."""
    payload = _common(slack, person, "block_actions") | place(slack, target)
    payload["trigger_id"] = slack.triggers.issue(person.id, origin(target))
    payload["actions"] = [action | {"action_ts": slack.new_ts()}]
    if isinstance(target, Message):
        payload["response_url"] = slack.response_urls.issue(person.id, target.channel, target)[0]
        payload["state"] = state(slack.entries_of(person.id, target))
    return payload


def block_suggestion(slack: "Slack", person: Person, target: Message | View, element: Json, query: str) -> Json:
    """What a person typed into an external select; the bot answers with options."""
    asked = {"action_id": element["action_id"], "block_id": element["block_id"], "value": query}
    return _common(slack, person, "block_suggestion") | place(slack, target) | asked


def view_submission(slack: "Slack", person: Person, view: View) -> Json:
    """A modal's submit button."""
    trigger_id = slack.triggers.issue(person.id, "submission")
    shape = slack.windows.shape(view)
    return _common(slack, person, "view_submission") | {
        "trigger_id": trigger_id,
        "view": shape,
        "response_urls": list(_response_urls(slack, person, view)),
    }


def _response_urls(slack: "Slack", person: Person, view: View) -> Iterator[Json]:
    """One for each chosen conversation whose select has ``response_url_enabled``."""
    for block, element in fields(view.blocks):
        where = {"block_id": block["block_id"], "action_id": element["action_id"]}
        entry = view.entries[where["block_id"], where["action_id"]]
        channel = entry.get("selected_conversation") or entry.get("selected_channel")
        if element.get("response_url_enabled") and channel:
            yield where | {"channel_id": channel, "response_url": slack.response_urls.issue(person.id, channel)[0]}


def view_closed(slack: "Slack", person: Person, view: View, *, is_cleared: bool) -> Json:
    """A modal was closed without submitting."""
    return _common(slack, person, "view_closed") | {"view": slack.windows.shape(view), "is_cleared": is_cleared}


def shortcut(slack: "Slack", person: Person, callback_id: str, message: Message | None) -> Json:
    """A global shortcut, or one on a message."""
    payload = _common(slack, person, "message_action" if message else "shortcut")
    payload |= {"callback_id": callback_id, "trigger_id": slack.triggers.issue(person.id, "shortcut")}
    payload["action_ts"] = slack.new_ts()
    if message is not None:
        channel = slack.channels[message.channel]
        payload |= {"message_ts": message.ts, "message": message_json(slack, message)}
        payload["channel"] = {"id": channel.id, "name": channel.name}
        payload["response_url"] = slack.response_urls.issue(person.id, channel.id, message)[0]
    return payload
