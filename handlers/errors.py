"""The one error handler: what a listener raises is told to the person, in the place where they are.

What we foresaw is a DeskError, and its sentence is the answer. Anything else is our mistake: the person gets a
reference, and the log has the story under it.
"""

import secrets
from collections.abc import Callable
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.accounts.directory import SlackSilent
from bot.desk import Desk
from bot.errors import DeskError
from handlers import reply
from handlers.payload import Payload, read_sender

log = structlog.get_logger(__name__)

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""What can be read aloud without asking back: no I, O, 0, 1."""
LAST_RETRY = "3"


class Unforeseen(DeskError):
    """Something went wrong here, and it is not your fault (reference {reference}). If it happens again, tell support staff the reference."""  # noqa: E501


def new_reference() -> str:
    """Six letters and digits that name one unforeseen error in the log."""
    return "".join(secrets.choice(LETTERS) for _ in range(6))


def register(app: AsyncApp, desk: Desk, *, reference: Callable[[], str] = new_reference) -> None:
    """Make this Bolt's error handler, for listeners and for what stands before them."""

    async def handle(error: Exception, body: Payload, req: Any) -> BoltResponse:
        retry = (req.headers.get("x-slack-retry-num") or [""])[0]
        return await answer(error, desk, body, reference=reference, last_try=retry == LAST_RETRY)

    app.error(handle)


async def answer(
    error: Exception, desk: Desk, body: Payload, *, reference: Callable[[], str], last_try: bool = False
) -> BoltResponse:
    """What Slack gets as the answer to a request that failed; the person is told on the way."""
    if isinstance(error, BoltUnhandledRequestError):
        log.error("nothing listens to this", type=body.get("type"), event=(body.get("event") or {}).get("type"))
        return BoltResponse(status=200, body="")
    told = error if isinstance(error, DeskError) else _unforeseen(error, reference())
    if body.get("type") == "event_callback" and isinstance(told, Unforeseen | SlackSilent) and not last_try:
        # Nothing was committed, and Slack delivers the event again: silence is better than an apology for each try.
        return BoltResponse(status=503, body="")
    if read_sender(body).is_bot:
        return BoltResponse(status=200, body="")
    return await reply.say(desk, body, told)


def _unforeseen(error: Exception, reference: str) -> Unforeseen:
    log.error("something went wrong", reference=reference, exc_info=error)
    return Unforeseen(reference=reference)
