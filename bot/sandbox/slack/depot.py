"""Files: where their bytes go, who sees them, and the moment in which they are shared."""

import asyncio
import mimetypes
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from bot.sandbox.slack import events
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.json_shapes import full_file_json
from bot.sandbox.slack.records import Channel, File, Json, Message, Person

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Slack


class Depot:
    """The workspace's files."""

    def __init__(self, slack: "Slack") -> None:
        self._slack = slack
        self._expected: dict[str, tuple[File, int]] = {}
        self._sharing: set[asyncio.Task[None]] = set()

    def create(self, name: str, data: bytes, owner: Person) -> File:
        """A file that exists and is not shared yet."""
        slack = self._slack
        suffix = PurePosixPath(name).suffix.removeprefix(".").lower()
        file = File(slack.new_id("F"), name, data, owner.id, owner.team_id, int(slack.now), title=name)
        file.filetype = suffix or "binary"
        file.mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
        slack.files[file.id] = file
        return file

    def expect(self, name: str, length: int, alt: str = "") -> tuple[File, str]:
        """Room for an upload of the bot's: the file to be, and the address that takes its bytes."""
        file = self.create(name, b"", self._slack.bot)
        file.complete, file.alt = False, alt
        ticket = self._slack.new_id("up")
        self._expected[ticket] = file, length
        return file, f"{self._slack.url}/upload/{ticket}"

    def receive(self, ticket: str, data: bytes) -> bool:
        """The bytes; False when they are not as many as announced or the address is unknown."""
        file, length = self._expected.get(ticket, (None, 0))
        if file is None or len(data) != length:
            return False
        file.data = data
        return True

    def finish(self, given: Json) -> File:
        """The upload is complete; ApiError ``file_not_found`` without bytes."""
        file = self._slack.files.get(str(given.get("id"))) if isinstance(given, dict) else None
        if file is None or not file.data:
            raise ApiError("file_not_found")
        file.complete = True
        file.title = given.get("title") or file.name
        return file

    def share_soon(self, files: list[File], channel: Channel, comment: str, thread_ts: str) -> None:
        """Share the bot's files in a moment, as Slack does: the call has long been answered."""
        task = asyncio.get_running_loop().create_task(self._share_later(files, channel, comment, thread_ts))
        self._sharing.add(task)
        task.add_done_callback(self._sharing.discard)

    async def _share_later(self, files: list[File], channel: Channel, comment: str, thread_ts: str) -> None:
        await asyncio.sleep(self._slack.timing.share)
        app = self._slack.app
        message = Message(self._slack.new_ts(), channel.id, app.bot_user, comment, bot_id=app.bot_id)
        message.thread_ts = thread_ts
        self.share(message, files)

    def share(self, message: Message, files: list[File]) -> Message:
        """Post a message that carries files, and tell the bot of both."""
        message.files = files
        message.subtype = "file_share"
        channel = self._slack.channels[message.channel]
        for file in files:
            file.shares.setdefault(channel.id, []).append(message.ts)
        self._slack.post(message)
        for file in files:
            self._slack.delivery.tell(events.file_shared(self._slack, file, channel), channel)
        return message

    def shape(self, file: File) -> Json:
        """A file object, in full."""
        return full_file_json(self._slack, file)

    def bot_sees(self, file: File) -> bool:
        """Whether the bot owns it, got it in a window, or sits where it is shared."""
        app = self._slack.app
        if file.user == app.bot_user or file.from_modal:
            return True
        return any(app.bot_user in self._slack.channels[channel].members for channel in file.shares)

    async def close(self) -> None:
        """Stop sharing."""
        for task in list(self._sharing):
            task.cancel()
        await asyncio.gather(*self._sharing, return_exceptions=True)
