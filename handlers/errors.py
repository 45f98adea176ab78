"""The one error handler: what a listener raises is told to the person, in the place where they are.

What we foresaw is a DeskError, and its sentence is the answer. Anything else is our mistake: the person gets a
reference, and the log has the story under it.
"""

import secrets
from collections.abc import Callable
from typing import Any

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot.accounts.directory import SlackSilent
from bot.accounts.rules import NoPerson
from bot.delivery.slack import NotSent, Unclear, meaning
from bot.desk import Desk
from bot.errors import DeskError
from bot.storage.database import DatabaseAway, DatabaseClosed, NotSaved, PerhapsSaved
from handlers import reply
from handlers.payload import Payload, read_sender
from handlers.threads import NotKnownYet

log = structlog.get_logger(__name__)

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""What can be read aloud without asking back: no I, O, 0, 1."""
LAST_RETRY = "3"


class Unforeseen(DeskError):
    """Something went wrong (reference {reference}), and it is not your fault. Tell support staff if it stays so."""


class SlackAway(DeskError):
    """Slack does not answer me right now. Try again in a minute."""


class TooSlow(DeskError):
    """That took me too long, and Slack did not let me open the form any more. Press it once more."""


PASSING = (Unforeseen, SlackAway, SlackSilent, NotSaved, DatabaseAway, DatabaseClosed, PerhapsSaved, NotKnownYet)
"""What may well work when it is tried again."""
_STALE_TRIGGER = {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"}


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
        log.error("nothing listens to this", type=body.get("type"), about=(body.get("event") or {}).get("type"))
        return BoltResponse(status=200, body="")
    told = _foreseen(error) or _unforeseen(error, reference())
    if body.get("type") == "event_callback" and isinstance(told, PASSING) and not last_try:
        # Nothing was committed, and Slack delivers the event again: silence is better than an apology for each try.
        return BoltResponse(status=503, body="")
    if isinstance(told, NoPerson) or read_sender(body).is_bot:
        return BoltResponse(status=200, body="")
    return await reply.say(desk, body, told)


def _foreseen(error: Exception) -> DeskError | None:
    """What a person is told of an error whose meaning is known."""
    if isinstance(error, DeskError):
        return error
    if isinstance(error, SlackApiError):
        trouble = meaning(error)
        if isinstance(trouble, NotSent | Unclear):
            return SlackAway()
        return TooSlow() if trouble.code in _STALE_TRIGGER else None
    return SlackAway() if isinstance(error, TimeoutError | aiohttp.ClientError) else None


def _unforeseen(error: Exception, reference: str) -> Unforeseen:
    log.error("something went wrong", reference=reference, exc_info=error)
    return Unforeseen(reference=reference)
