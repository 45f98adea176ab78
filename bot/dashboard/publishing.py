"""Brings App Home to Slack: to who opens it, and to who looked lately when what he sees has changed.

It is drawn from the state of the moment. Slack's hash of what it shows keeps an older drawing from taking the place of
a newer one, also where several processes publish.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.accounts.directory import Directory, SlackSilent
from bot.accounts.identity import identify
from bot.accounts.rules import Role, Sender, Who
from bot.dashboard import looking
from bot.delivery.asking import retry_after
from bot.delivery.blocks import Block
from bot.delivery.jobs import JobKind
from bot.delivery.worker import Hold, PutBack
from bot.storage.database import Database

Draw = Callable[[Who], Awaitable[dict[str, Any]]]
_TRIES = 3
_REFUSED = {"invalid_blocks", "invalid_arguments", "view_too_large"}
_OLD = {"section", "header", "divider", "context", "actions"}
"""The blocks that every workspace has on App Home; others are left out where Slack refuses them."""
_PLAIN_MAX = 60
_TOO_MANY, _OUT_OF_ORDER = 429, 500
_AWAY_SECONDS, _WAIT_SECONDS = 15.0, 30.0

log = structlog.get_logger(__name__)


class Publisher:
    """Publishes what ``draw`` makes for a person."""

    def __init__(self, database: Database, slack: AsyncWebClient, people: Directory, draw: Draw) -> None:
        self._database = database
        self._slack = slack
        self._people = people
        self._draw = draw

    def kind(self) -> JobKind:
        """The kind of due rows: one for each person whose Home has changed."""
        return JobKind(looking.PUBLISH, self.refresh)

    async def refresh(self, hold: Hold) -> None:
        """Draw a Home anew, if the person looked lately and sees something else then."""
        user_id = hold.claim.key
        state = await self._database.read(looking.shown, user_id)
        now = await self._database.read(lambda tx: tx.now)
        if state is None or state.seen_at <= now - looking.LOOKS_FOR:
            return
        try:
            who = await identify(Sender(user_id, state.team_id), self._people, self._database)
            await self.publish(who, anew=False)
        except SlackSilent as error:
            raise PutBack(_AWAY_SECONDS, "Slack is silent", spent=False) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise PutBack(_AWAY_SECONDS, repr(error), spent=False) from error
        except SlackApiError as error:
            if (seconds := _wait(error)) is not None:
                raise PutBack(seconds, "Slack wants us to wait", spent=False) from error
            log.warning("a home was not published", user=user_id, because=str(error))  # it is drawn when it is opened

    async def publish(self, who: Who, *, anew: bool = True) -> None:
        """Show a person what there is. Without ``anew`` not when it is what Slack shows. Raises what Slack raises."""
        used = ""
        for attempt in range(1, _TRIES + 1):
            state = await self._database.read(looking.shown, who.user_id)  # before it is drawn: older than the drawing
            known = state.slack_hash if state else ""
            view = await self._draw(who)
            drawn = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
            if state and drawn == state.drawn and not anew:
                return
            try:
                used, shown = (
                    known if known != used else "",
                    await self._send(who, view, known if known != used else ""),
                )
            except SlackApiError as error:
                if error.response.get("error") != "hash_conflict" or attempt == _TRIES:
                    raise
                used = known  # when nobody has kept another since, ours was lost: then it is published without
            else:
                await self._database.write(looking.published, who.user_id, shown, drawn)
                return

    async def later(self, who: Who, error: SlackApiError) -> bool:
        """When Slack wants us to wait, have it published by a due row; False when it wants something else.

        Also false for who belongs to nobody: of them nothing is kept, and Slack tells again that they look.
        """
        seconds = _wait(error) if who.role is not Role.NOBODY else None
        if seconds is not None:
            await self._database.write(looking.again, who.user_id, after=timedelta(seconds=seconds))
        return seconds is not None

    async def _send(self, who: Who, view: dict[str, Any], known: str) -> str:
        try:
            return await self._call(who, view, known)
        except SlackApiError as error:
            if error.response.get("error") not in _REFUSED:
                raise
            return await self._call(who, view | {"blocks": plainly(view["blocks"])}, known)

    async def _call(self, who: Who, view: dict[str, Any], known: str) -> str:
        more = {"hash": known} if known else {}
        answer = await self._slack.views_publish(user_id=who.user_id, view=view, **more)
        return str((answer.get("view") or {}).get("hash") or "")


def plainly(shown: list[Block]) -> list[Block]:
    """The same with the blocks alone that every workspace has, and fewer of them."""
    return [block for block in shown if block["type"] in _OLD][:_PLAIN_MAX]


def _wait(error: SlackApiError) -> float | None:
    """How many seconds to wait when Slack is too busy, or out of order; None when it said something else."""
    response: Any = error.response  # what is not JSON comes as a plain dict
    plain = isinstance(response, dict)
    status = response.get("status_code", 0) if plain else response.status_code
    if status == _TOO_MANY or response.get("error") == "ratelimited":
        return retry_after(response["headers"] if plain else response.headers) or _WAIT_SECONDS
    return _AWAY_SECONDS if status >= _OUT_OF_ORDER else None
