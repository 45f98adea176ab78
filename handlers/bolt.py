"""Slack's Bolt, set up once for this house: listeners run inline, and Slack is told "ok" after the commit."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk import Desk


def make_bolt(desk: Desk) -> AsyncApp:
    """A Bolt app without listeners; ``handlers.register_all`` adds them.

    The client of each request has the shared HTTP session and no retries. Who we are is known from the start, so that
    no first click waits for ``auth.test``. What no listener takes reaches the error handler. Signatures are checked
    where requests have them, over HTTP; a socket's secret is its token.
    """

    async def authorize(enterprise_id: str | None, **_: Any) -> AuthorizeResult:
        us = await desk.people.us()
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=us.team_id,
            bot_user_id=us.bot_user_id,
            bot_id=us.bot_id,
            bot_token=desk.slack.token,
        )

    # Bolt copies this client for each request and puts in the token that authorize gives.
    pattern = AsyncWebClient(base_url=desk.slack.base_url, session=desk.slack.session, retry_handlers=[])
    return AsyncApp(
        name="senderdesk",
        client=pattern,
        authorize=authorize,
        signing_secret=desk.settings.slack_signing_secret.get_secret_value(),
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )
