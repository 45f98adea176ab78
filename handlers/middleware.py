"""The frame around every listener: who is this, may they, and has this come before.

A flow registers its listeners through `Listen`, and says for each whom it serves::

    def register(listen: Listen) -> None:
        listen.command("/desk link", link, serves=Role.STAFF)
        listen.action("desk:unlink", unlink, serves=Role.STAFF)

A listener is given what it names: Bolt's own arguments (``ack``, ``body``, ``command``, ``action``, ``view``, ``event``
...), and ``desk``, ``who`` (a `Who`), ``key`` (names this delivery, for `bot.delivery.inbox.first_time`), and ``words``
(what follows a command's name). What it raises is told to the person by ``handlers.errors``. A listener that was
registered in any other way is refused to everybody.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.accounts.identity import identify
from bot.accounts.rules import Role
from bot.delivery.inbox import delivery_key
from bot.desk import Desk
from bot.errors import NotAllowed
from handlers.payload import Payload, read_sender

log = structlog.get_logger(__name__)

EVERYBODY: Final = Role.NOBODY
"""Every person, whoever they are, but no bot."""
ANYONE: Final = None
"""Nobody is asked who they are, bots and strangers included: for what only says "got it" to Slack."""

Handler = Callable[..., Awaitable[object]]
Serves = Role | None
Kind = Literal["command", "action", "options", "view", "closed view", "shortcut", "event"]
ANY: Final = "(any other)"
_ANYTHING: Final = re.compile("")


class NotOpened(NotAllowed):
    """This is not open to anybody yet. Tell support staff that you came across it."""


class Admission(AsyncMiddleware):
    """Stands before one listener: finds out who it is, and lets in whom the listener serves.

    ``kind`` and ``id`` say what it listens to ("action", "accounts:unlink"), for logs and the index of ``handlers``.
    """

    def __init__(
        self, desk: Desk, serves: Serves, handler: Handler, kind: Kind, listener_id: str, *, words: int = 0
    ) -> None:
        self.desk = desk
        self.serves = serves
        self.handler = handler
        self.kind = kind
        self.id = listener_id
        self.words = words

    @property
    def name(self) -> str:
        """Kind and id: "action accounts:unlink"."""
        return f"{self.kind} {self.id}"

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt's signature
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's signature
    ) -> BoltResponse:
        """Raise why not (NotAllowed), or go on with ``desk``, ``who``, ``key``, and ``words`` in the context."""
        body: Payload = req.body
        key = delivery_key(body)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(listener=self.name, delivery=key)
        if self.serves is not None:
            who = await identify(read_sender(body), self.desk.people, self.desk.database)
            structlog.contextvars.bind_contextvars(user=who.user_id, account=who.account_id)
            who.require(self.serves)
            req.context["who"] = who
        req.context["desk"] = self.desk
        req.context["key"] = key
        req.context["words"] = " ".join(str(body.get("text") or "").split()[self.words :])
        req.context["admitted"] = self.name
        return await next()


class Door(AsyncListenerStartHandler):
    """The last thing before any listener runs: closed to what came past no `Admission`."""

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:  # noqa: ARG002
        """Raise NotOpened for a listener that never said whom it serves."""
        if "admitted" not in request.context:
            log.error("a listener says not whom it serves: register it with Listen")
            raise NotOpened


class Listen:
    """Registers listeners, each with whom it serves."""

    def __init__(self, app: AsyncApp, desk: Desk) -> None:
        self.app = app
        self.desk = desk
        self.commands: list[str] = []
        app.listener_runner.listener_start_handler = Door()

    def command(self, path: str, handler: Handler, *, serves: Serves) -> None:
        """A slash command with its first words, "/desk link". The longest path that fits what was typed gets it."""
        self.commands.append(path)

        async def is_meant(command: Payload) -> bool:
            return self.path_of(command) == path

        name, *words = path.split()
        before = self._before(serves, handler, "command", path, words=len(words))
        self.app.command(name, matchers=[is_meant], middleware=before)(handler)

    def action(self, action_id: str, handler: Handler, *, serves: Serves, several: bool = False) -> None:
        """A click or a choice, by the element's ``action_id``.

        ``several``: also behind it and a slash, for buttons that stand in one row, where Slack wants other names.
        """
        which = re.compile(rf"^{re.escape(action_id)}(/.*)?$") if several else action_id
        self.app.action(which, middleware=self._before(serves, handler, "action", action_id))(handler)

    def options(self, action_id: str, handler: Handler, *, serves: Serves) -> None:
        """What an external select offers while somebody types."""
        self.app.options(action_id, middleware=self._before(serves, handler, "options", action_id))(handler)

    def view(self, callback_id: str, handler: Handler, *, serves: Serves) -> None:
        """A modal that was submitted."""
        self.app.view(callback_id, middleware=self._before(serves, handler, "view", callback_id))(handler)

    def view_closed(self, callback_id: str, handler: Handler, *, serves: Serves) -> None:
        """A modal that was closed without submitting."""
        self.app.view_closed(callback_id, middleware=self._before(serves, handler, "closed view", callback_id))(handler)

    def shortcut(self, callback_id: str, handler: Handler, *, serves: Serves) -> None:
        """A global or message shortcut."""
        self.app.shortcut(callback_id, middleware=self._before(serves, handler, "shortcut", callback_id))(handler)

    def event(
        self,
        event: str | dict[str, Any],
        handler: Handler,
        *,
        serves: Serves,
        only: Callable[..., Awaitable[bool]] | None = None,
    ) -> None:
        """An event by its type, or by type and subtype: ``{"type": "message", "subtype": "file_share"}``.

        ``only`` says of an event whether it is meant, before anybody is asked who sent it; it gets what a listener gets
        from Bolt.
        """
        name = ":".join(str(part) for part in event.values()) if isinstance(event, dict) else event
        before = self._before(serves, handler, "event", name)
        self.app.event(event, matchers=[only] if only else [], middleware=before)(handler)

    def all_else(self, kind: Kind, handler: Handler, *, serves: Serves) -> None:
        """Whatever nothing else takes, of one kind: "command", "action", "options", "view", "closed view" ..."""
        register = self.app.view_closed if kind == "closed view" else getattr(self.app, kind)
        register(_ANYTHING, middleware=self._before(serves, handler, kind, ANY))(handler)

    def path_of(self, command: Payload) -> str | None:
        """The registered path that fits what was typed, in any case. One that others go on from fits only alone."""
        typed = " ".join([command["command"], *str(command.get("text") or "").lower().split()])
        if typed in self.commands:
            return typed
        starts = [path for path in self.commands if typed.startswith(f"{path} ")]
        longest = max(starts, key=len, default=None)
        goes_on = any(path.startswith(f"{longest} ") for path in self.commands)
        return None if goes_on else longest

    def _before(
        self, serves: Serves, handler: Handler, kind: Kind, listener_id: str, *, words: int = 0
    ) -> list[AsyncMiddleware]:
        return [Admission(self.desk, serves, handler, kind, listener_id, words=words)]
