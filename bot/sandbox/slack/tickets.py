"""Things that are good for a short time: trigger ids and response URLs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.records import Message

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Slack

Origin = Literal["message", "home", "modal", "submission", "command", "shortcut"]
RESPONSE_URL_USES = 5


@dataclass
class Trigger:
    """What a person just did, which allows the bot one window."""

    user: str
    origin: Origin
    issued: float
    used: bool = False


class Triggers:
    """One use each, for three seconds."""

    def __init__(self, slack: "Slack") -> None:
        self._slack = slack
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, origin: Origin) -> str:
        """A fresh trigger id."""
        trigger_id = f"{self._slack.new_id('')}.{self._slack.team.id[1:]}.{len(self._issued):032x}"
        self._issued[trigger_id] = Trigger(user, origin, self._slack.now)
        return trigger_id

    def spend(self, trigger_id: str) -> Trigger:
        """Use a trigger up; ApiError ``invalid_``, ``exchanged_`` or ``expired_trigger_id``."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if self._slack.now - trigger.issued > self._slack.timing.trigger:
            raise ApiError("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass
class ResponseUrl:
    """Where the bot may answer a command or a click, without being in the channel."""

    user: str
    channel: str
    source: Message | None
    issued: float
    answers: list[Message]
    uses: int = 0


class ResponseUrls:
    """Five uses each, for thirty minutes."""

    def __init__(self, slack: "Slack") -> None:
        self._slack = slack
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, user: str, channel: str, source: Message | None = None) -> tuple[str, ResponseUrl]:
        """A fresh address, and what will be answered there."""
        ticket = self._slack.new_id("R")
        answer = ResponseUrl(user, channel, source, self._slack.now, [])
        self._issued[ticket] = answer
        return f"{self._slack.url}/response/{self._slack.team.id}/{ticket}", answer

    def spend(self, ticket: str) -> ResponseUrl:
        """Use it once; ApiError ``used_url`` or ``expired_url``."""
        answer = self._issued.get(ticket)
        if answer is None or self._slack.now - answer.issued > self._slack.timing.response_url:
            raise ApiError("expired_url")
        if answer.uses >= RESPONSE_URL_USES:
            raise ApiError("used_url")
        answer.uses += 1
        return answer
