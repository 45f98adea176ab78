"""People, channels, messages and files as Slack writes them in answers and events."""

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.sandbox.slack.records import Channel, File, Json, Message, Person, UserGroup

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Slack


def person_json(slack: "Slack", person: Person) -> Json:
    """A user object. E-mail only with ``users:read.email`` and never of outsiders; outsiders come with less."""
    outsider = person.team_id != slack.team.id
    profile: Json = {
        "real_name": person.real_name,
        "display_name": person.name,
        "real_name_normalized": person.real_name,
        "display_name_normalized": person.name,
        "title": "",
        "team": person.team_id,
    }
    if person.email and not outsider and "users:read.email" in slack.app.scopes:
        profile["email"] = person.email
    user: Json = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": person.tz_offset,
        "profile": profile,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 1700000000,
    }
    if outsider:
        return user | {"is_stranger": not slack.shares_channel_with(person.id)}
    roles = {
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": False,
    }
    return user | roles


def group_json(slack: "Slack", group: UserGroup, *, with_users: bool) -> Json:
    """A user group."""
    answer: Json = {
        "id": group.id,
        "team_id": slack.team.id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "is_external": False,
        "date_delete": 0 if group.is_enabled else 1700000000,
        "user_count": len(group.users),
    }
    return answer | {"users": list(group.users)} if with_users else answer


def channel_json(slack: "Slack", channel: Channel) -> Json:
    """A conversation object."""
    common: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.is_im,
        "is_org_shared": False,
        "context_team_id": slack.team.id,
    }
    if channel.is_im:
        return common | {"user": next(who for who in channel.members if who != slack.app.bot_user), "is_open": True}
    shared = bool(channel.other_teams)
    return common | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_general": channel.name == "general",
        "creator": channel.creator,
        "is_shared": shared,
        "is_ext_shared": shared,
        "is_member": slack.app.bot_user in channel.members,
        "shared_team_ids": [slack.team.id, *channel.other_teams],
        "topic": {"value": channel.topic, "creator": channel.creator, "last_set": channel.created},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def message_json(slack: "Slack", message: Message, *, metadata: bool = False) -> Json:
    """A message as history and events show it; ``metadata`` only when asked for."""
    if message.deleted:
        hidden = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "ts": message.ts}
        return hidden | {"text": "This message was deleted."} | _thread(message)
    answer: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    if message.subtype:
        answer["subtype"] = message.subtype
    if message.bot_id:
        answer |= {"bot_id": message.bot_id, "app_id": slack.app.id, "bot_profile": _bot_profile(slack)}
    answer["team"] = message.team
    if message.blocks:
        answer["blocks"] = message.blocks
    if message.attachments:
        answer["attachments"] = message.attachments
    if message.files:
        answer |= {"files": [file_json(slack, file) for file in message.files], "upload": False}
    if message.edited_ts:
        answer["edited"] = {"user": message.user, "ts": message.edited_ts}
    if message.reactions:
        answer["reactions"] = [{"name": n, "users": list(u), "count": len(u)} for n, u in message.reactions.items()]
    if metadata and message.metadata is not None:
        answer["metadata"] = message.metadata
    return answer | _thread(message) | message.extra


def _thread(message: Message) -> Json:
    if message.is_reply:
        return {"thread_ts": message.thread_ts}
    if not message.replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in message.replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(message.replies),
        "reply_users_count": len(users),
        "reply_users": users[:5],
        "latest_reply": message.replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


def _bot_profile(slack: "Slack") -> Json:
    app = slack.app
    return {"id": app.bot_id, "app_id": app.id, "name": app.name, "deleted": False, "team_id": slack.team.id}


def file_json(slack: "Slack", file: File) -> Json:
    """A file object; a file that an outsider posted is only a stub: ask ``files.info``."""
    if file.team_id != slack.team.id:
        return {"id": file.id, "mode": "file_access", "file_access": "check_file_info"}
    return full_file_json(slack, file)


def full_file_json(slack: "Slack", file: File) -> Json:
    """A file object with its addresses and the messages in which it was shared."""
    address = f"{slack.url}/files-pri/{file.team_id}-{file.id}"
    slug = quote(re.sub(r"\s+", "_", file.name).lower(), safe="")
    private = {ch for ch in file.shares if (channel := slack.channels.get(ch)) and channel.kind != "channel"}
    shares = {
        "private" if ch in private else "public": {
            ch: [{"ts": ts, "reply_users": [], "reply_count": 0} for ts in stamps]
        }
        for ch, stamps in file.shares.items()
    }
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": file.filetype,
        "pretty_type": file.filetype.upper(),
        "user": file.user,
        "user_team": file.team_id,
        "editable": False,
        "size": len(file.data),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(file.shares) and len(private) < len(file.shares),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{address}/{slug}",
        "url_private_download": f"{address}/download/{slug}",
        "permalink": f"https://{slack.team.domain}.slack.com/files/{file.user}/{file.id}/{slug}",
        "has_rich_preview": False,
        "file_access": "visible",
        "channels": [ch for ch in file.shares if ch not in private],
        "groups": [ch for ch in private if not slack.channels[ch].is_im],
        "ims": [ch for ch in private if slack.channels[ch].is_im],
        "shares": shares,
    }
