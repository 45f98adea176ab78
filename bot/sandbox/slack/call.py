"""One call of a Web API method, and what a method is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.records import Channel, Json, Person
from bot.sandbox.slack.workspace import Slack

TokenKind = Literal["bot", "app", "none"]


@dataclass(frozen=True)
class Call:
    """What a method is given."""

    slack: Slack
    arguments: Arguments

    @property
    def bot(self) -> str:
        """The caller's user id."""
        return self.slack.app.bot_user

    def conversation(self, name: str = "channel") -> Channel:
        """The conversation that the argument names by id, if the bot may know of it; else ``channel_not_found``."""
        channel = self.slack.channels.get(self.arguments.required(name))
        hidden = channel is not None and channel.is_private and self.bot not in channel.members
        if channel is None or hidden:
            raise ApiError("channel_not_found")
        return channel

    def joined(self, name: str = "channel") -> Channel:
        """The same, where the bot is a member; else ``not_in_channel``."""
        channel = self.conversation(name)
        if self.bot not in channel.members:
            raise ApiError("not_in_channel")
        return channel

    def person(self, name: str = "user") -> Person:
        """The person that the argument names; else ``user_not_found``."""
        person = self.slack.people.get(self.arguments.required(name))
        if person is None:
            raise ApiError("user_not_found")
        return person

    def need(self, *scopes: str) -> None:
        """One of these scopes must be granted; else ``missing_scope``."""
        granted = self.slack.app.scopes
        if not granted.intersection(scopes):
            raise ApiError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(granted)))

    def need_for(self, channel: Channel, right: str) -> None:
        """The scope that this kind of conversation wants, e.g. ``channels:history`` or ``im:history``."""
        kind = {"channel": "channels", "group": "groups", "im": "im"}[channel.kind]
        self.need(f"{kind}:{right}")


@dataclass(frozen=True)
class Method:
    """A Web API method: what it does, with which token and scopes (one of them is enough)."""

    run: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
    token: TokenKind = "bot"  # noqa: S105 (a kind of token)
