"""What a workspace is made of: people, groups, channels, messages and files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Person:
    """A user: of this workspace, a guest in it, of another one (Slack Connect), or the bot."""

    id: str
    name: str
    real_name: str
    team_id: str
    email: str = ""
    tz: str = "Asia/Singapore"
    tz_offset: int = 8 * 3600
    is_bot: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    deleted: bool = False


@dataclass
class UserGroup:
    """A user group; its id starts with S."""

    id: str
    handle: str
    name: str
    users: list[str]
    is_enabled: bool = True


@dataclass
class File:
    """A file and where it may be seen. ``shares`` stays empty until it is shared."""

    id: str
    name: str
    data: bytes
    user: str
    team_id: str
    created: int
    title: str = ""
    alt: str = ""
    mimetype: str = "application/octet-stream"
    filetype: str = "binary"
    shares: dict[str, list[str]] = field(default_factory=dict)
    """Channel id -> timestamps of the messages in which it was shared."""
    from_modal: bool = False
    deleted: bool = False
    complete: bool = True


@dataclass(eq=False)
class Message:
    """A message as Slack keeps it. ``ephemeral_to`` names the one person who sees it."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    team: str = ""
    bot_id: str = ""
    subtype: str = ""
    thread_ts: str = ""
    metadata: Json | None = None
    edited_ts: str = ""
    ephemeral_to: str = ""
    reactions: dict[str, list[str]] = field(default_factory=dict)
    replies: list["Message"] = field(default_factory=list)
    deleted: bool = False
    extra: Json = field(default_factory=dict)
    """Fields of a subtype, e.g. ``inviter`` of ``channel_join``."""

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread, below its parent."""
        return bool(self.thread_ts) and self.thread_ts != self.ts

    @property
    def edited(self) -> bool:
        """Whether Slack shows "(edited)"."""
        return bool(self.edited_ts)


@dataclass(eq=False)
class Channel:
    """A channel, private channel or direct message."""

    id: str
    name: str
    members: list[str]
    created: int = 0
    creator: str = ""
    topic: str = ""
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    messages: list[Message] = field(default_factory=list)
    """Top-level messages, oldest first; replies hang on their parents."""
    ephemerals: list[Message] = field(default_factory=list)
    other_teams: Sequence[str] = ()
    """Teams that share it by Slack Connect."""

    @property
    def kind(self) -> str:
        """``channel``, ``group`` or ``im``, as events call it."""
        return "im" if self.is_im else "group" if self.is_private else "channel"

    def everything(self) -> list[Message]:
        """Messages and replies, without those for one person's eyes, oldest first."""
        found = [message for parent in self.messages for message in (parent, *parent.replies)]
        return sorted(found, key=lambda message: message.ts)

    def find(self, ts: str) -> Message | None:
        """The message or reply with this timestamp; never an ephemeral one."""
        return next((message for message in self.everything() if message.ts == ts), None)


@dataclass
class Team:
    """A workspace."""

    id: str
    name: str
    domain: str


@dataclass
class App:
    """The bot's app as it is installed: who it is, what it may do, what it hears of."""

    id: str = "A0DESK"
    bot_id: str = "B0DESK"
    bot_user: str = "U0DESK"
    name: str = "Sender Desk"
    description: str = ""
    bot_token: str = "xoxb-sandbox-bot-token"  # noqa: S105 (a stand-in's)
    app_token: str = "xapp-1-A0DESK-sandbox"  # noqa: S105
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105
    scopes: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    """Subscribed bot events by their name in the manifest, e.g. ``message.channels``."""
    commands: dict[str, Json] | None = None
    """Slash commands of the manifest by name; None: every command goes to the bot."""
    shortcuts: dict[str, Json] = field(default_factory=dict)
    home_tab: bool = True
    messages_tab: bool = True
    interactive: bool = True
    installed: bool = True

    def follow(self, manifest: Json) -> None:
        """Be installed as the manifest says: name, scopes, events, commands, shortcuts, tabs."""
        features, settings = manifest.get("features", {}), manifest.get("settings", {})
        self.name = features.get("bot_user", {}).get("display_name", self.name)
        self.description = manifest.get("display_information", {}).get("description", "")
        self.scopes = set(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ()))
        self.events = set(settings.get("event_subscriptions", {}).get("bot_events", ()))
        self.commands = {command["command"]: command for command in features.get("slash_commands", ())}
        self.shortcuts = {shortcut["callback_id"]: shortcut for shortcut in features.get("shortcuts", ())}
        home = features.get("app_home", {})
        self.home_tab = bool(home.get("home_tab_enabled", False))
        self.messages_tab = bool(home.get("messages_tab_enabled", True))
        self.interactive = bool(settings.get("interactivity", {}).get("is_enabled", False))


@dataclass
class Timing:
    """How long Slack waits, in seconds. Tests make it quick, or patient."""

    ack: float = 3.0
    retries: Sequence[float] = (0.0, 60.0, 300.0)
    """Pauses before the redeliveries of an event."""
    trigger: float = 3.0
    response_url: float = 1800.0
    share: float = 0.05
    """From ``files.completeUploadExternal`` to the message that shows the file."""
    socket_url: float = 30.0
    patience: float = 10.0
    """How long an Actor waits until an event of theirs was taken."""

    @classmethod
    def patient(cls, retries: Sequence[float] = (0.0, 0.02, 0.02)) -> "Timing":
        """For tests: a machine that stands still for a while is not taken for a bot that does not answer."""
        return cls(ack=60.0, retries=retries, trigger=60.0, socket_url=90.0, patience=90.0)
