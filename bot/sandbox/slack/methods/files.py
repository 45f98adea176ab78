"""``files.*``."""

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.json_shapes import full_file_json
from bot.sandbox.slack.records import Channel, File, Json

MOST_BYTES = 1_000_000_000


def _file(call: Call) -> File:
    file = call.slack.files.get(call.arguments.required("file"))
    if file is None or not file.complete:
        raise ApiError("file_not_found")
    if file.deleted:
        raise ApiError("file_deleted")
    return file


def info(call: Call) -> Json:
    """``files.info``: for files that the bot may see."""
    file = _file(call)
    if not call.slack.depot.bot_sees(file):
        raise ApiError("file_not_found" if file.team_id == call.slack.team.id else "access_denied")
    return {"file": full_file_json(call.slack, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def upload_url(call: Call) -> Json:
    """``files.getUploadURLExternal``: where the bytes go."""
    name, length = call.arguments.required("filename"), call.arguments.number("length", -1)
    if not 0 < length <= MOST_BYTES:
        raise ApiError.arguments("must be between 1 and 1000000000 [json-pointer:/length]")
    file, url = call.slack.depot.expect(name, length, call.arguments.text("alt_txt"))
    return {"upload_url": url, "file_id": file.id}


def complete_upload(call: Call) -> Json:
    """``files.completeUploadExternal``: the files exist; a moment later they are shared."""
    given = call.arguments.nested("files")
    if not isinstance(given, list) or not given:
        raise ApiError.arguments("missing required field: files")
    channels = _channels(call)
    thread_ts = call.arguments.text("thread_ts")
    if thread_ts and (len(channels) != 1 or channels[0].find(thread_ts) is None):
        raise ApiError("invalid_thread_ts")
    files = [call.slack.depot.finish(item) for item in given]
    for channel in channels:
        call.slack.depot.share_soon(files, channel, call.arguments.text("initial_comment"), thread_ts)
    call.slack.note("files.completeUploadExternal", files=[f.id for f in files], channels=[c.id for c in channels])
    return {"files": [full_file_json(call.slack, file) for file in files]}


def _channels(call: Call) -> list[Channel]:
    names = [*call.arguments.names("channels"), *call.arguments.names("channel_id")]
    found = [call.slack.channels.get(name) for name in names]
    channels = [channel for channel in found if channel is not None]
    if len(channels) != len(names) or any(c.is_private and call.bot not in c.members for c in channels):
        raise ApiError("channel_not_found")
    if any(call.bot not in channel.members for channel in channels):
        raise ApiError("not_in_channel")
    if any(channel.is_archived for channel in channels):
        raise ApiError("is_archived")
    return channels


def delete(call: Call) -> Json:
    """``files.delete``: only the bot's own."""
    file = _file(call)
    if file.user != call.bot:
        raise ApiError("cant_delete_file")
    file.deleted = True
    call.slack.note("files.delete", file=file.id)
    return {}


METHODS = {
    "files.info": Method(info, ("files:read",)),
    "files.getUploadURLExternal": Method(upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(complete_upload, ("files:write",)),
    "files.delete": Method(delete, ("files:write",)),
}
