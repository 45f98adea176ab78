"""What Slack says: tokens, scopes, channels and people."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot import manifest
from bot.doctor.findings import Finding, fail, listed, ok, warn
from bot.settings import Settings

_SECONDS = 10.0
_REINSTALL = "On your app's page: App Manifest, paste what `senderdesk manifest` prints, then Install App, Reinstall."
_BOT_TOKEN = "Copy the Bot User OAuth Token (xoxb-...) from your app's page: OAuth & Permissions."  # noqa: S105 no token
_NO_ANSWER = "no answer"
_UNREACHED = "Check that this machine may reach that address: proxy, firewall, SLACK_API_URL."
_WHY = {
    "invalid_auth": "Slack does not know this token",
    "not_authed": "there is no token",
    "token_revoked": "the token was revoked",
    "account_inactive": "the app was taken out of this workspace",
    "channel_not_found": "there is no such channel, or it is private and the desk is not in it",
    "no_such_subteam": "there is no such user group",
    "user_not_found": "there is no such person",
}


class SlackSays(Exception):
    """Slack refused a question, or did not answer; ``str`` is why, in words."""

    def __init__(self, code: str, needed: str = "") -> None:
        self.code = code
        self.needed = needed
        super().__init__(f"the scope {needed} is missing" if code == "missing_scope" else _WHY.get(code, code))


class Workspace:
    """Asks Slack with the desk's tokens."""

    def __init__(self, settings: Settings, http: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._client = AsyncWebClient(
            token=settings.slack_bot_token.get_secret_value(),
            base_url=settings.slack_api_url,
            session=http,
            retry_handlers=[],
        )
        self.team_id = ""

    async def check(self) -> AsyncIterator[Finding]:
        """Tokens and scopes, then, when Slack lets us in, channels and people."""
        async for finding in self._tokens():
            yield finding
        if not self.team_id:
            return
        async for finding in self._staff_channels():
            yield finding
        async for finding in self._staff():
            yield finding

    async def _tokens(self) -> AsyncIterator[Finding]:
        try:
            answer = await self._ask("auth.test")
        except SlackSays as trouble:
            yield fail(
                "SLACK_BOT_TOKEN",
                f"{self._settings.slack_api_url} does not let us in: {trouble}",
                _UNREACHED if trouble.code.startswith(_NO_ANSWER) else _BOT_TOKEN,
            )
        else:
            self.team_id = answer["team_id"]
            yield ok("SLACK_BOT_TOKEN", f"{answer['user']} in {answer['team']} ({self.team_id})")
            yield ok("SLACK_API_URL", self._settings.slack_api_url)
            yield _scopes(answer)
        if app_token := self._settings.slack_app_token.get_secret_value():
            try:
                await self._ask("apps.connections.open", token=app_token)
            except SlackSays as trouble:
                yield fail(
                    "SLACK_APP_TOKEN",
                    f"Socket Mode does not open: {trouble}",
                    "On your app's page: Basic Information, App-Level Tokens (connections:write); Socket Mode, on.",
                )
            else:
                yield ok("SLACK_APP_TOKEN", "Socket Mode opens")

    async def _staff_channels(self) -> AsyncIterator[Finding]:
        for name, channel_id in (
            ("SENDERDESK_REVIEW_CHANNEL", self._settings.senderdesk_review_channel),
            ("SENDERDESK_ESCALATION_CHANNEL", self._settings.senderdesk_escalation_channel),
        ):
            if channel_id:
                yield await self._staff_channel(name, channel_id)

    async def _staff_channel(self, name: str, channel_id: str) -> Finding:
        try:
            channel = await self._channel(channel_id)
        except SlackSays as trouble:
            return fail(name, f"{channel_id}: {trouble}", "Invite the desk there: /invite @Sender Desk")
        shown = f"#{channel.get('name', channel_id)}"
        if not channel.get("is_member"):
            return fail(name, f"the desk is not in {shown}", "Invite it there: /invite @Sender Desk")
        if not channel.get("is_private") or channel.get("is_ext_shared"):
            return warn(name, f"{shown} can be read by others than the staff", "Use a private channel, not shared.")
        return ok(name, f"the desk is in {shown}")

    async def _staff(self) -> AsyncIterator[Finding]:
        group = self._settings.senderdesk_staff_group
        if group:
            try:
                members = (await self._ask("usergroups.users.list", usergroup=group))["users"]
            except SlackSays as trouble:
                yield fail(
                    "SENDERDESK_STAFF_GROUP",
                    f"{group}: {trouble}; nobody of it counts as staff",
                    "Give the group's id (S...), or list people in SENDERDESK_STAFF_USERS.",
                )
            else:
                yield _group(group, members)
        for name, ids in (
            ("SENDERDESK_STAFF_USERS", self._settings.senderdesk_staff_users),
            ("SENDERDESK_ADMINS", self._settings.senderdesk_admins),
        ):
            if ids:
                yield await self._persons(name, ids)

    async def _persons(self, name: str, ids: Iterable[str]) -> Finding:
        wrong: list[str] = []
        for user_id in ids:
            try:
                user = (await self._ask("users.info", user=user_id))["user"]
            except SlackSays as trouble:
                wrong.append(f"{user_id} ({trouble})")
                continue
            if user.get("deleted"):
                wrong.append(f"{user_id} (has left)")
            elif user.get("team_id") != self.team_id or user.get("is_restricted") or user.get("is_bot"):
                wrong.append(f"{user_id} (a guest, a bot, or of another workspace)")
        if wrong:
            return fail(name, f"cannot count: {', '.join(wrong)}", "Give ids of members of your own workspace (U...).")
        return ok(name, listed(ids))

    async def channels(self, linked: Iterable[str]) -> AsyncIterator[Finding]:
        """Whether the desk sits in every channel that staff linked to a customer."""
        linked = list(linked)
        outside: list[str] = []
        for channel_id in linked:
            try:
                if not (await self._channel(channel_id)).get("is_member"):
                    outside.append(channel_id)
            except SlackSays as trouble:
                outside.append(f"{channel_id} ({trouble})")
        if outside:
            yield fail(
                "Linked channels",
                f"the desk is not in {len(outside)} of {len(linked)}: {listed(outside)}",
                "Invite it there (/invite @Sender Desk), or unlink them (/desk unlink).",
            )
        else:
            yield ok("Linked channels", f"the desk is in all {len(linked)}")

    async def _channel(self, channel_id: str) -> dict[str, Any]:
        channel: dict[str, Any] = (await self._ask("conversations.info", channel=channel_id))["channel"]
        return channel

    async def _ask(self, method: str, *, token: str = "", **params: str) -> AsyncSlackResponse:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            async with asyncio.timeout(_SECONDS):
                return await self._client.api_call(method, data=params, headers=headers)
        except SlackApiError as error:
            data = error.response.data if isinstance(error.response.data, dict) else {}
            code = data.get("error") or f"HTTP {error.response.status_code}"
            raise SlackSays(str(code), str(data.get("needed", ""))) from error
        except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
            raise SlackSays(f"{_NO_ANSWER} ({type(error).__name__})") from error


def _scopes(answer: AsyncSlackResponse) -> Finding:
    headers = {name.lower(): value for name, value in dict(answer.headers).items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")}
    missing = manifest.scopes(manifest.load()) - granted
    if missing:
        return fail("Scopes", f"not granted: {listed(missing)}", _REINSTALL)
    return ok("Scopes", "all that the manifest asks for are granted")


def _group(group: str, members: list[str]) -> Finding:
    if not members:
        return fail("SENDERDESK_STAFF_GROUP", f"{group} has no members", "Add your support staff to it in Slack.")
    return ok("SENDERDESK_STAFF_GROUP", f"{group} has {len(members)} members")
