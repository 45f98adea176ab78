"""The workspace: its people, channels, groups, files and messages, and the things that happen to them."""

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from bot.sandbox.slack import events
from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.depot import Depot
from bot.sandbox.slack.form import Entries, refreshed
from bot.sandbox.slack.records import App, Channel, File, Json, Message, Person, Team, Timing, UserGroup
from bot.sandbox.slack.tickets import ResponseUrls, Triggers
from bot.sandbox.slack.windows import View, Windows
from bot.sandbox.watch import PATIENCE

if TYPE_CHECKING:
    from bot.sandbox.slack.actor import Actor
    from bot.sandbox.world import World

T = TypeVar("T")


class Slack:
    """One workspace with one app in it."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.url = "http://127.0.0.1"
        """Where the sandbox listens; set when it starts."""
        self.team = Team("T0SENDER", "Sender Desk Demo", "sender-desk-demo")
        self.other_teams: dict[str, Team] = {}
        self.app = App()
        self.timing = Timing()
        self.people: dict[str, Person] = {}
        self.groups: dict[str, UserGroup] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.triggers = Triggers(self)
        self.response_urls = ResponseUrls(self)
        self.windows = Windows(self)
        self.depot = Depot(self)
        self.delivery = Delivery(self)
        self.refusals: list[tuple[str, str, Json]] = []
        """Every Web API call that was refused: method, error, facts."""
        self._entries: dict[tuple[str, Message], Entries] = {}
        self._numbers = count(1)
        self._last_ts = 0

    # Time, ids, waiting

    @property
    def now(self) -> float:
        """Seconds since 1970, by the world's clock."""
        return self.world.clock().timestamp()

    def new_id(self, letter: str) -> str:
        """A fresh id such as ``F0000000001``."""
        return f"{letter}{next(self._numbers):010d}"

    def new_ts(self) -> str:
        """A message timestamp: later than every one before it."""
        self._last_ts = max(int(self.now * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    async def until(self, predicate: Callable[[], T | None], timeout: float = PATIENCE, what: str = "") -> T:  # noqa: ASYNC109
        """Wait until ``predicate()`` is truthy, looking whenever the world changes."""
        return await self.world.until(predicate, timeout, what)

    @property
    def changed(self) -> Any:
        """The world's watch."""
        return self.world.changed

    def note(self, name: str, **detail: Any) -> None:
        """Write down an effect of Slack's."""
        self.world.note(f"slack:{name}", **detail)

    # Who and where

    def actor(self, user: str) -> "Actor":
        """The person with this id, ready to act."""
        from bot.sandbox.slack.actor import Actor  # noqa: PLC0415 (an actor needs the whole workspace)

        return Actor(self, self.people[user])

    @property
    def bot(self) -> Person:
        """The app's bot user."""
        return self.people[self.app.bot_user]

    def teams(self) -> dict[str, Team]:
        """This team and those that share channels with it."""
        return {self.team.id: self.team, **self.other_teams}

    def shares_channel_with(self, user: str) -> bool:
        """Whether the bot and this person sit in a channel together."""
        return any({user, self.app.bot_user} <= set(channel.members) for channel in self.channels.values())

    def direct(self, user: str) -> Channel:
        """The direct conversation between the bot and a person: the app's Messages tab. Made when there is none."""
        for channel in self.channels.values():
            if channel.is_im and user in channel.members:
                return channel
        members = [user, self.app.bot_user]
        channel = Channel(f"D{user[1:]}", "", members, created=int(self.now), is_im=True, is_private=True)
        self.channels[channel.id] = channel
        return channel

    async def close(self) -> None:
        """Stop whatever still runs."""
        await self.depot.close()
        await self.delivery.close()

    @property
    def address(self) -> str:
        """The workspace's address, below which its messages have theirs."""
        return f"{self.url}/"

    # Messages

    def post(self, message: Message, *, tell: bool = True) -> Message:
        """Put a message where it belongs and tell the bot of it."""
        channel = self.channels[message.channel]
        message.team = message.team or self.people[message.user].team_id
        if message.ephemeral_to:
            channel.ephemerals.append(message)
        elif message.is_reply and (parent := channel.find(message.thread_ts)):
            parent.replies.append(message)
        else:
            message.thread_ts = ""
            channel.messages.append(message)
        if tell and not message.ephemeral_to:
            self.delivery.tell(events.message(self, message), channel)
            if not message.bot_id and (mention := events.mentions(self, message)):
                self.delivery.tell(mention, channel)
        self.world.changed.notify()
        return message

    def edit(self, message: Message, change: Callable[[Message], None]) -> None:
        """Change a message and tell the bot."""
        before = events.plain(self, message)
        change(message)
        if not message.ephemeral_to:
            self.delivery.tell(events.message_changed(self, message, before), self.channels[message.channel])
        self.world.changed.notify()

    def remove(self, message: Message) -> None:
        """Take a message away; a parent with replies leaves a tombstone."""
        channel = self.channels[message.channel]
        before = events.plain(self, message)
        if message.ephemeral_to:
            channel.ephemerals.remove(message)
            self.world.changed.notify()
            return
        if message.is_reply and (parent := channel.find(message.thread_ts)):
            parent.replies.remove(message)
        elif not message.replies:
            channel.messages.remove(message)
        message.deleted = True
        self.delivery.tell(events.message_deleted(self, message, before), channel)
        self.world.changed.notify()

    def entries_of(self, user: str, target: Message | View) -> Entries:
        """What this person has entered in a view, or in the elements of a message."""
        if isinstance(target, View):
            return target.entries
        entries = refreshed(target.blocks, self._entries.get((user, target), {}))
        return self._entries.setdefault((user, target), entries)

    # People coming and going

    def join(self, channel: Channel, user: str, inviter: str = "") -> None:
        """A person (or the bot) becomes a member."""
        if user in channel.members:
            return
        channel.members.append(user)
        event: Json = {"type": "member_joined_channel", "user": user, "inviter": inviter or None}
        self.delivery.tell(events.about_channel(self, event, channel), channel)
        said = Message(self.new_ts(), channel.id, user, f"<@{user}> has joined the channel", subtype="channel_join")
        self.post(said)

    def leave(self, channel: Channel, user: str) -> None:
        """A person (or the bot) goes, or is removed."""
        event: Json = {"type": "member_left_channel", "user": user}
        self.delivery.tell(events.about_channel(self, event, channel), channel)
        channel.members.remove(user)
        self.world.changed.notify()

    def uninstall(self) -> None:
        """An administrator removes the app: it hears so, and its tokens are void."""
        self.delivery.tell({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.app.bot_user]}})
        self.delivery.tell({"type": "app_uninstalled"})
        self.app.installed = False
        self.world.changed.notify()

    def archive(self, channel: Channel, user: str) -> None:
        """The channel is closed: readable, but nobody can post."""
        channel.is_archived = True
        kind = "group_archive" if channel.is_private else "channel_archive"
        self.delivery.tell({"type": kind, "channel": channel.id, "user": user, "event_ts": self.new_ts()}, channel)
        self.world.changed.notify()
