"""What DocuSign tells by itself (Connect), and the page to which it sends browsers back.

An event's signature shows that DocuSign said it, and DocuSign asks not to be asked at once whether it is so: an event
of how an envelope ended is taken at its word. It moves nothing but its own signing, never one that ended before, and
what was signed is always fetched with our own token: no file comes in this way.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

import structlog
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.delivery.public import Route
from bot.delivery.voices import TEMPLATES
from bot.errors import DeskError
from bot.loa import docusign_steps as steps
from bot.loa.docusign_client import Standing
from bot.loa.docusign_errors import Unreadable
from bot.storage.database import Database

log = structlog.get_logger(__name__)

CONNECT_PATH = "/docusign/connect"
BACK_PATH = "/loa/docusign/back"
MOST_BYTES = 1_000_000
"""Of an event: without documents it has some ten thousand."""
_SIGNATURE = "x-docusign-signature-"
_EVENT = "envelope-"
_PATIENCE = timedelta(seconds=60)
"""So long an event has time to come, before we ask because a browser came back."""


def is_signed(body: bytes, headers: Mapping[str, str], keys: Iterable[str]) -> bool:
    """Whether one of the signatures is of this very body, with one of our keys."""
    given = [value for name, value in headers.items() if name.lower().startswith(_SIGNATURE)]
    made = [hmac.digest(key.encode(), body, "sha256") for key in keys]
    return any(hmac.compare_digest(_bytes(one), other) for one in given for other in made)


def _bytes(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return b""


def read(body: bytes) -> Standing | None:
    """How an envelope ended, as an event tells; None when it tells something else. Raises Unreadable."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("an event that is no JSON") from error
    event, data = _object(said).get("event"), _object(_object(said).get("data"))
    if not isinstance(event, str):
        raise Unreadable("an event without a name")
    if not event.startswith(_EVENT):
        return None
    summary = _object(data.get("envelopeSummary"))
    told = {"envelopeId": data.get("envelopeId"), "status": event.removeprefix(_EVENT)}
    standing = Standing.read({**summary, **told})
    return standing if standing.ended else None


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


class DocuSignRoutes:
    """The addresses that DocuSign and its signers' browsers come to. ``count`` counts events by what came of them."""

    def __init__(self, database: Database, keys: Iterable[str], count: Callable[[str], None]) -> None:
        self._database = database
        self._keys = tuple(keys)
        self._count = count
        folder = FileSystemLoader(TEMPLATES / "loa" / "page")
        self._pages = Environment(loader=folder, autoescape=True, undefined=StrictUndefined)

    def routes(self) -> list[Route]:
        """What the desk's web server answers. Without keys nobody could tell DocuSign from a stranger: no events."""
        back = Route("GET", BACK_PATH + "/{signing:[0-9a-f]{32}}", self.back)
        return [back, *([Route("POST", CONNECT_PATH, self.connect, MOST_BYTES)] if self._keys else [])]

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """An event: 200 once what it says is in the database, so that DocuSign repeats it until then."""
        body = await request.read()
        if not is_signed(body, request.headers, self._keys):
            self._count("forged")
            return web.Response(status=401)
        try:
            standing = read(body)
            outcome = await self._database.write(steps.event, standing) if standing else "ignored"
        except Unreadable as wrong:
            log.warning("docusign_event_unreadable", because=wrong.sentence)
            self._count("unreadable")
            return web.Response(status=400)
        except DeskError as trouble:
            log.warning("docusign_event_not_taken", because=trouble.sentence)
            self._count("not_taken")
            return web.Response(status=503)
        self._count(outcome)
        return web.Response()

    async def back(self, request: web.Request) -> web.StreamResponse:
        """A browser comes back: what it says happened is only a hint, and so is all that it reads here."""
        signing_id, patience = request.match_info["signing"], _PATIENCE if self._keys else timedelta(0)
        if await self._database.read(steps.is_open, signing_id):
            await self._database.write(steps.hint, signing_id, patience)
        page = self._pages.get_template("back.html").render(event=request.query.get("event", ""))
        return web.Response(text=page, content_type="text/html")
