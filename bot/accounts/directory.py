"""What Slack knows about people, asked rarely: cached, each question once, and closed when Slack does not answer."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.accounts.rules import Kind, Role
from bot.errors import DeskError

K = TypeVar("K")
V = TypeVar("V")

log = structlog.get_logger(__name__)

ANSWER_SECONDS = 1.5
"""How long a question to Slack may take inside a listener, which has 3 seconds in all."""
OK = 200
UNKNOWN_SECONDS = 5.0
"""How long the staff count as unknown after Slack did not name them."""
STRANGER = {"user_not_found", "user_not_visible", "users_not_found"}


class TokenRefused(DeskError):
    """Slack refuses SLACK_BOT_TOKEN ({code}). Copy it anew from the app's OAuth & Permissions page."""


class SlackSilent(DeskError):
    """Slack does not answer me right now, so I cannot check who you are. Nothing was changed; try again in a minute."""


@dataclass(frozen=True)
class Profile:
    """A person as ``users.info`` describes them. ``tz`` is an IANA name, ``email`` empty where Slack does not tell."""

    user_id: str
    team_id: str
    name: str
    email: str
    tz: str
    kind: Kind


@dataclass(frozen=True)
class Us:
    """Who the desk itself is in Slack, from ``auth.test``."""

    team_id: str
    bot_user_id: str
    bot_id: str
    url: str
    """The workspace's address, with a slash at its end."""


class Recent(Generic[K, V]):
    """Answers of the last ``seconds``, for at most ``size`` keys. A question that is out already is not asked again."""

    def __init__(self, seconds: float, clock: Callable[[], float], *, size: int = 5000) -> None:
        self._seconds = seconds
        self._clock = clock
        self._size = size
        self._answers: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._asking: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K, ask: Callable[[], Awaitable[V]]) -> V:
        """The fresh answer for the key, asked for when there is none. What ``ask`` raises is raised, and not kept."""
        known = self._answers.get(key)
        if known is not None and self._clock() < known[0]:
            return known[1]
        task = self._asking.get(key)
        if task is None:
            task = asyncio.create_task(self._ask(key, ask))
            self._asking[key] = task
            task.add_done_callback(lambda done: self._settle(key, done))
        return await asyncio.shield(task)

    def put(self, key: K, answer: V, *, seconds: float | None = None) -> None:
        """Keep an answer, for some other time than usual if ``seconds`` says so."""
        self._answers[key] = (self._clock() + (self._seconds if seconds is None else seconds), answer)
        self._answers.move_to_end(key)
        while len(self._answers) > self._size:
            self._answers.popitem(last=False)

    async def _ask(self, key: K, ask: Callable[[], Awaitable[V]]) -> V:
        answer = await ask()
        self.put(key, answer)
        return answer

    def _settle(self, key: K, done: "asyncio.Task[V]") -> None:
        self._asking.pop(key, None)
        if not done.cancelled():
            done.exception()  # looked at, so that asyncio does not report it when nobody waited


class Directory:
    """Who people are, and where they sit. The ids of staff group, staff and admins come from the settings."""

    def __init__(
        self,
        slack: AsyncWebClient,
        *,
        group: str = "",
        users: tuple[str, ...] = (),
        admins: tuple[str, ...] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slack = slack
        self._group = group
        self._users = frozenset(users)
        self._admins = frozenset(admins)
        self._us: Recent[str, Us] = Recent(float("inf"), clock)
        self._profiles: Recent[str, Profile] = Recent(300, clock)
        self._staff: Recent[str, frozenset[str]] = Recent(60, clock)
        self._channels: Recent[str, frozenset[str]] = Recent(60, clock)
        self._members: Recent[str, int] = Recent(60, clock)

    async def us(self) -> Us:
        """The desk's own ids; asked once, at start, so that no person waits. Raises SlackSilent or TokenRefused."""
        return await self._us.get("us", self._fetch_us)

    async def profile(self, user_id: str) -> Profile:
        """What Slack says about a person; whom it does not show us is an outsider. Raises SlackSilent."""
        return await self._profiles.get(user_id, lambda: self._fetch_profile(user_id))

    async def role(self, profile: Profile) -> Role:
        """ADMIN, STAFF or NOBODY. Only members of the home workspace are staff; unknown means no."""
        us = await self.us()
        if profile.kind is not Kind.MEMBER or profile.team_id != us.team_id:
            return Role.NOBODY
        if profile.user_id in self._admins:
            return Role.ADMIN
        if profile.user_id in self._users or profile.user_id in await self._staff_group():
            return Role.STAFF
        return Role.NOBODY

    async def channels(self, user_id: str) -> frozenset[str]:
        """Ids of the channels that this person and the desk both sit in; none when Slack does not say."""
        try:
            return await self.known_channels(user_id)
        except (SlackSilent, SlackApiError) as error:
            log.warning("channels of a person unknown", user=user_id, because=str(error))
            return frozenset()

    async def known_channels(self, user_id: str) -> frozenset[str]:
        """The same, for who must not take silence for none. Raises SlackSilent, and SlackApiError for a stranger."""
        return await self._channels.get(user_id, lambda: self._fetch_channels(user_id))

    async def is_in(self, channel_id: str) -> bool:
        """Whether the desk itself sits in this channel; asked anew each time. True when Slack does not answer."""
        try:
            answer = await self._ask("conversations.info", channel=channel_id)
        except SlackApiError:
            return False
        except SlackSilent:
            return True
        return bool(answer["channel"].get("is_member"))

    async def members(self, channel_id: str) -> int:
        """How many sit in a channel besides the desk itself, as Slack counts them; 0 when Slack does not say."""
        try:
            return await self._members.get(channel_id, lambda: self._fetch_members(channel_id))
        except (SlackSilent, SlackApiError) as error:
            log.warning("members of a channel unknown", channel=channel_id, because=str(error))
            return 0

    async def _staff_group(self) -> frozenset[str]:
        if not self._group:
            return frozenset()
        try:
            return await self._staff.get(self._group, self._fetch_staff)
        except (SlackSilent, SlackApiError) as error:
            log.warning("staff group unknown, nobody counts as staff", group=self._group, because=str(error))
            # Not asked again at once: Slack allows about twenty such questions a minute.
            self._staff.put(self._group, frozenset(), seconds=UNKNOWN_SECONDS)
            return frozenset()

    async def _fetch_us(self) -> Us:
        try:
            answer = await self._ask("auth.test")
        except SlackApiError as error:
            raise TokenRefused(code=error.response["error"]) from error
        return Us(answer["team_id"], answer["user_id"], answer["bot_id"], answer["url"])

    async def _fetch_staff(self) -> frozenset[str]:
        answer = await self._ask("usergroups.users.list", usergroup=self._group)
        return frozenset(answer["users"])

    async def _fetch_members(self, channel_id: str) -> int:
        answer = await self._ask("conversations.info", channel=channel_id, include_num_members="true")
        channel = answer["channel"]
        return max(int(channel.get("num_members") or 0) - bool(channel.get("is_member")), 0)

    async def _fetch_channels(self, user_id: str) -> frozenset[str]:
        found: set[str] = set()
        cursor = ""
        while True:
            answer = await self._ask(
                "users.conversations", user=user_id, types="public_channel,private_channel", limit=200, cursor=cursor
            )
            found |= {channel["id"] for channel in answer["channels"]}
            cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return frozenset(found)

    async def _fetch_profile(self, user_id: str) -> Profile:
        us = await self.us()
        try:
            user = (await self._ask("users.info", user=user_id))["user"]
        except SlackApiError as error:
            if error.response["error"] not in STRANGER:
                raise SlackSilent from error
            return Profile(user_id, "", user_id, "", "UTC", Kind.OUTSIDER)
        return read_profile(user, us.team_id)

    async def _ask(self, method: str, **question: Any) -> Any:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._slack.api_call(method, params={k: v for k, v in question.items() if v != ""})
        except (TimeoutError, aiohttp.ClientError) as error:
            raise SlackSilent from error
        except SlackApiError as error:
            if error.response.status_code != OK:  # trouble of Slack's, or too many questions; a refusal comes with 200
                raise SlackSilent from error
            raise


def read_profile(user: dict[str, Any], home: str) -> Profile:
    """A ``users.info`` user as a profile. ``home`` is the desk's own workspace."""
    about = user.get("profile") or {}
    name = (
        about.get("display_name") or about.get("real_name") or user.get("real_name") or user.get("name") or user["id"]
    )
    team = user.get("team_id", "")
    if user.get("is_bot") or user.get("is_workflow_bot"):
        kind = Kind.BOT
    elif user.get("is_stranger") or user.get("deleted") or team != home:
        kind = Kind.OUTSIDER
    elif user.get("is_restricted") or user.get("is_ultra_restricted"):
        kind = Kind.GUEST
    else:
        kind = Kind.MEMBER
    return Profile(user["id"], team, name, about.get("email", ""), user.get("tz") or "UTC", kind)
