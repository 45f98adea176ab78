"""Modals and Homes: each person has a stack of at most three modals, and one Home per app."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.blocks import MOST_VIEW_BYTES, check_view, view_size, with_ids
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.form import Entries, refreshed, state
from bot.sandbox.slack.records import Json

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Slack

MOST_MODALS = 3


@dataclass(eq=False)
class View:
    """A modal or Home that somebody sees. ``body`` is what the bot gave, with ids filled in."""

    id: str
    user: str
    body: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    entries: Entries = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """What is shown next to fields: block_id -> sentence."""

    @property
    def type(self) -> str:
        """``modal`` or ``home``."""
        return str(self.body["type"])

    @property
    def blocks(self) -> list[Json]:
        """The view's blocks."""
        blocks: list[Json] = self.body["blocks"]
        return blocks

    @property
    def title(self) -> str:
        """A modal's title."""
        return str(self.body.get("title", {}).get("text", ""))

    @property
    def callback_id(self) -> str:
        """The bot's name for it."""
        return str(self.body.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        """What the bot keeps with it."""
        return str(self.body.get("private_metadata", ""))

    def show(self, body: Json, hash_: str) -> None:
        """Other content: entries stay where block_id and action_id do."""
        self.body, self.hash = body, hash_
        self.entries = refreshed(self.blocks, self.entries)
        self.errors = {}


class Windows:
    """Every modal and Home that is open."""

    def __init__(self, slack: "Slack") -> None:
        self._slack = slack
        self._stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def stack(self, user: str) -> list[View]:
        """This person's modals, the top one last."""
        return self._stacks.setdefault(user, [])

    def top(self, user: str) -> View | None:
        """The modal that this person sees."""
        return self.stack(user)[-1] if self.stack(user) else None

    def accept(self, given: Any, kind: str, *, instead_of: View | None = None) -> Json:
        """The view, judged and with its ids filled in; ApiError ``invalid_arguments`` or ``view_too_large``."""
        body = self._judge(given, kind, instead_of)
        return body | {"blocks": with_ids(body["blocks"], lambda: self._slack.new_id("b"))}

    def _judge(self, given: Any, kind: str, instead_of: View | None) -> Json:
        if not isinstance(given, dict):
            raise ApiError.arguments("missing required field: view")
        if errors := check_view(given):
            raise ApiError.arguments(*map(str, errors))
        if given["type"] != kind:
            raise ApiError.arguments(f"must be a {kind} [json-pointer:/view/type]")
        if view_size(given) > MOST_VIEW_BYTES:
            raise ApiError("view_too_large")
        external_id = given.get("external_id")
        if external_id and self.by_external_id(external_id) not in (None, instead_of):
            raise ApiError("duplicate_external_id")
        return given

    def _new(self, user: str, body: Json, below: View | None) -> View:
        view_id = self._slack.new_id("V")
        view = View(view_id, user, body, self._hash(), below.root_view_id if below else view_id)
        view.previous_view_id = below.id if below else None
        view.show(body, view.hash)
        return view

    def _hash(self) -> str:
        return f"{int(self._slack.now)}.{self._slack.new_id('h')}"

    def open(self, user: str, body: Json) -> View:
        """A modal in front of the person, in place of what was open."""
        view = self._new(user, body, None)
        self._stacks[user] = [view]
        self._slack.changed.notify()
        return view

    def push(self, user: str, body: Json) -> View:
        """A modal on top of the others; ApiError ``push_limit_reached`` above three."""
        stack = self.stack(user)
        if len(stack) >= MOST_MODALS:
            raise ApiError("push_limit_reached")
        view = self._new(user, body, stack[-1] if stack else None)
        stack.append(view)
        self._slack.changed.notify()
        return view

    def update(self, view: View, body: Json, known_hash: str = "") -> None:
        """Other content in an open view; ApiError ``hash_conflict`` when it has changed since."""
        if known_hash and known_hash != view.hash:
            raise ApiError("hash_conflict")
        view.show(body, self._hash())
        self._slack.changed.notify()

    def publish(self, user: str, body: Json, known_hash: str = "") -> View:
        """The person's Home."""
        home = self.homes.get(user)
        if home is not None:
            self.update(home, body, known_hash)
            return home
        home = self.homes[user] = self._new(user, body, None)
        self._slack.changed.notify()
        return home

    def close(self, view: View) -> None:
        """This modal goes, and what stood on top of it."""
        stack = self.stack(view.user)
        del stack[stack.index(view) :]
        self._slack.changed.notify()

    def clear(self, user: str) -> None:
        """All modals of this person go."""
        self._stacks[user] = []
        self._slack.changed.notify()

    def by_id(self, view_id: str) -> View | None:
        """An open view, modal or Home."""
        return next((view for view in self._all() if view.id == view_id), None)

    def by_external_id(self, external_id: str) -> View | None:
        """An open view by the bot's own id for it."""
        return next((view for view in self._all() if view.body.get("external_id") == external_id), None)

    def _all(self) -> list[View]:
        return [view for stack in self._stacks.values() for view in stack] + list(self.homes.values())

    def shape(self, view: View) -> Json:
        """A view object as answers and payloads carry it."""
        slack, body = self._slack, view.body
        answer: Json = {
            "id": view.id,
            "team_id": slack.people[view.user].team_id,
            "type": view.type,
            "blocks": view.blocks,
            "private_metadata": view.private_metadata,
            "callback_id": view.callback_id,
            "state": state(view.entries),
            "hash": view.hash,
            "title": body.get("title"),
            "clear_on_close": body.get("clear_on_close", False),
            "notify_on_close": body.get("notify_on_close", False),
            "close": body.get("close"),
            "submit": body.get("submit"),
            "previous_view_id": view.previous_view_id,
            "root_view_id": view.root_view_id,
            "app_id": slack.app.id,
            "external_id": body.get("external_id", ""),
            "app_installed_team_id": slack.team.id,
            "bot_id": slack.app.bot_id,
        }
        return answer
