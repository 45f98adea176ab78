"""What one person sees of the world, as a flat map: key -> JSON value. The page is told what changes in it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.sandbox.page.trouble import TROUBLES
from bot.sandbox.samples import SAMPLES
from bot.sandbox.slack.records import Channel, File, Json, Message, Person
from bot.sandbox.slack.windows import View
from bot.sandbox.slack.workspace import Slack

if TYPE_CHECKING:
    from bot.sandbox.world import World

MOST_MESSAGES = 300
"""Of each channel, the latest; what is older is not sent to the page."""

_PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}


def default_person(slack: Slack) -> Person:
    """Whom the page acts as when nobody is named: the first customer, else anybody."""
    people = [person for person in slack.people.values() if not person.is_bot]
    return next((person for person in people if _badges(slack, person)[0]["kind"] == "customer"), people[0])


def sight(world: "World", user: str) -> Json:
    """Everything the page shows to this person; keys as in the functions below, one key per message."""
    slack = world.slack
    seen: Json = {
        "me": person_json(slack, slack.people[user]),
        "team": {"id": slack.team.id, "name": slack.team.name},
        "people": [person_json(slack, person) for person in slack.people.values() if not person.deleted],
        "groups": {group.id: f"@{group.handle}" for group in slack.groups.values()},
        "app": _app(slack),
        "channels": [_channel(slack, channel, user) for channel in _channels(slack, user)],
        "channelNames": {channel.id: channel.name for channel in slack.channels.values() if not channel.is_im},
        "home": _home(slack, user),
        "modals": [view_json(slack, view, user) for view in slack.windows.stack(user)],
        "pulse": _pulse(slack),
        "tools": _tools(world),
    }
    for channel in _channels(slack, user):
        for message in visible_messages(channel, user):
            key = f"message/{channel.id}/{message.ts}{'/mine' if message.ephemeral_to else ''}"
            seen[key] = message_json(slack, message, user)
    return seen


def _badges(slack: Slack, person: Person) -> list[Json]:
    if person.is_bot:
        return []
    if person.team_id != slack.team.id:
        return [{"kind": "other", "text": "other workspace"}]
    if person.is_restricted:
        return [{"kind": "guest", "text": "guest"}]
    staff = any(person.id in group.users for group in slack.groups.values())
    badges = [{"kind": "staff", "text": "staff"} if staff else {"kind": "customer", "text": "customer"}]
    return badges + ([{"kind": "admin", "text": "admin"}] if person.is_admin else [])


def person_json(slack: Slack, person: Person) -> Json:
    """A person with a line about them and their badges: staff, customer, guest, other workspace, admin."""
    team = slack.teams().get(person.team_id)
    title = f"{team.name}" if team and team.id != slack.team.id else person.email
    name = person.real_name or person.name
    return {"id": person.id, "name": name, "title": title, "bot": person.is_bot, "badges": _badges(slack, person)}


def _app(slack: Slack) -> Json:
    app, delivery = slack.app, slack.delivery
    return {
        "name": app.name,
        "description": app.description,
        "commands": [
            {"command": name, "usage_hint": facts.get("usage_hint", ""), "description": facts.get("description", "")}
            for name, facts in sorted((app.commands or {}).items())
        ],
        "shortcuts": [
            {key: shortcut.get(key, "") for key in ("callback_id", "name", "type", "description")}
            for shortcut in app.shortcuts.values()
        ],
        "home_tab": app.home_tab,
        "messages_tab": app.messages_tab,
        "connected": bool(delivery.sockets.open) or delivery.request_url is not None,
    }


def _channels(slack: Slack, user: str) -> list[Channel]:
    return [channel for channel in slack.channels.values() if user in channel.members]


def _channel(slack: Slack, channel: Channel, user: str) -> Json:
    teams = slack.teams()
    other = next((who for who in channel.members if who != user), "") if channel.is_im else ""
    return {
        "id": channel.id,
        "name": channel.name,
        "private": channel.is_private,
        "im": channel.is_im,
        "with": other,
        "topic": channel.topic,
        "archived": channel.is_archived,
        "members": list(channel.members),
        "shared": [teams[team].name for team in channel.other_teams if team in teams],
        "has_app": slack.app.bot_user in channel.members,
    }


def visible_messages(channel: Channel, user: str) -> Iterator[Message]:
    """The latest ``MOST_MESSAGES`` of the channel with their replies, and what only this person sees."""
    for parent in channel.messages[-MOST_MESSAGES:]:
        yield parent
        yield from parent.replies
    yield from (message for message in channel.ephemerals[-MOST_MESSAGES:] if message.ephemeral_to == user)


def message_json(slack: Slack, message: Message, user: str) -> Json:
    """A message as the page draws it."""
    shown: Json = {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "text": message.text,
        "blocks": _with_pictures(slack, message.blocks, user),
        "attachments": message.attachments,
        "subtype": message.subtype,
        "thread_ts": message.thread_ts,
        "ephemeral": bool(message.ephemeral_to),
        "edited": message.edited,
        "deleted": message.deleted,
        "files": [_file(file, user) for file in message.files if not file.deleted],
        "reactions": [{"name": name, "count": len(users)} for name, users in message.reactions.items()],
        "replies": None,
    }
    if message.replies and not message.is_reply:
        users = list(dict.fromkeys(reply.user for reply in message.replies))
        shown["replies"] = {"count": len(message.replies), "users": users, "latest": message.replies[-1].ts}
    return shown


def _file(file: File, user: str) -> Json:
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "alt": file.alt,
        "size": len(file.data),
        "picture": is_picture(file),
        "url": _address(file, user),
    }


def _address(file: File, user: str) -> str:
    return f"/page/files/{file.id}/{quote(file.name, safe='')}?as={user}"


def _with_pictures(slack: Slack, blocks: list[Json], user: str) -> list[Json]:
    """The blocks, in which a picture of Slack's own files has an address that this person's browser can ask."""
    return [_with_picture(slack, block, user) for block in blocks]


def _with_picture(slack: Slack, block: Json, user: str) -> Json:
    if block.get("accessory"):
        block = block | {"accessory": _with_picture(slack, block["accessory"], user)}
    file = slack.files.get(str(block.get("slack_file", {}).get("id")))
    if file is None or not is_picture(file):
        return block
    return block | {"slack_file": {"id": file.id, "url": _address(file, user)}}


def is_picture(file: File) -> bool:
    """Whether a browser may draw it: pictures that cannot hold a script."""
    return file.mimetype in _PICTURES


def view_json(slack: Slack, view: View, user: str) -> Json:
    """A modal or Home as the page draws it."""
    body = view.body
    texts = {name: body.get(name) for name in ("title", "submit", "close")}
    blocks = _with_pictures(slack, view.blocks, user)
    return {"id": view.id, "hash": view.hash, "blocks": blocks, "errors": view.errors, **texts}


def _home(slack: Slack, user: str) -> Json | None:
    home = slack.windows.homes.get(user)
    return view_json(slack, home, user) if home else None


def _pulse(slack: Slack) -> dict[str, dict[str, str]]:
    """Person -> channel -> timestamp of the latest message that somebody else wrote there."""
    people = [person.id for person in slack.people.values() if not person.is_bot]
    return {user: {c.id: last for c in _channels(slack, user) if (last := _latest(c, user))} for user in people}


def _latest(channel: Channel, user: str) -> str:
    return max((m.ts for m in visible_messages(channel, user) if m.user != user and not m.is_reply), default="")


def _tools(world: "World") -> Json:
    return {
        "mails": len(world.mailbox.mails),
        "controls": list(world.controls),
        "faults": [{"name": one.name, "text": one.text, "hint": one.hint} for one in TROUBLES],
        "pending": [fault.where for fault in world.faults.pending],
        "samples": [{"name": one.name, "about": one.about, "size": one.size, "url": one.url} for one in SAMPLES],
    }
