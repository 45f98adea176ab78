"""What a browser hands over, put where a person's own hands would have put it: values, clicks, files."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.page.uploads import Uploads
from bot.sandbox.slack import screen
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.errors import NotOnScreen, Refused
from bot.sandbox.slack.form import is_stateful
from bot.sandbox.slack.hands import MOST_FORM_BYTES, Hands
from bot.sandbox.slack.records import File, Json, Message
from bot.sandbox.slack.windows import View

Target = Message | View


class BrowserValues:
    """Fields filled with values in Slack's own shape (``state.values``), files by the ids of their uploads."""

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads
        self._made: dict[tuple[str, str], File] = {}

    def enter(self, actor: Actor, target: Target, values: Mapping[str, Any]) -> None:
        """Take over what the person typed and chose so far, as far as the target has such fields."""
        entries = actor.slack.entries_of(actor.person.id, target)
        for (block_id, action_id), entry in entries.items():
            given = values.get(block_id, {}).get(action_id)
            if isinstance(given, dict) and given.get("type") == entry["type"]:
                entries[block_id, action_id] = self._entry(actor, given)

    async def use(self, actor: Actor, target: Target, block_id: str, action_id: str, value: Json) -> None:
        """A click or choice, ``value`` for example ``{"selected_option": {...}}``; waits until the bot took it."""
        hands = Hands(actor.slack, actor.person)
        on, element = screen.find(hands.usable(target), action_id, block_id)
        chosen = self._entry(actor, {"type": element["type"], **value}) if is_stateful(element) else value or None
        await hands.use(target, on, element, chosen)

    def _entry(self, actor: Actor, given: Json) -> Json:
        if given["type"] != "file_input":
            return given
        return {"type": "file_input", "files": [self._file(actor, str(file["id"])) for file in given["files"]]}

    def _file(self, actor: Actor, upload_id: str) -> Json:
        key = actor.person.id, upload_id
        if key not in self._made:
            upload = self._uploads.use(upload_id)
            if upload is None:
                raise Refused("This file is no longer here: choose it again.")
            hands = Hands(actor.slack, actor.person)
            self._made[key] = hands.file(upload.name, upload.data, most=MOST_FORM_BYTES)
            self._made[key].from_modal = True
        return actor.slack.depot.shape(self._made[key])


def target_of(actor: Actor, given: Json) -> Target:
    """The view (``view_id``) or message (``channel``, ``ts``) that the page names, if this person sees it."""
    if "view_id" in given:
        view = actor.slack.windows.by_id(str(given["view_id"]))
        if view is None or view not in (actor.view(), actor.slack.windows.homes.get(actor.person.id)):
            raise NotOnScreen("This window is no longer open.")
        return view
    return message_of(actor, str(given.get("channel")), str(given.get("ts")))


def message_of(actor: Actor, channel: str, ts: str) -> Message:
    """A message or reply that this person sees, an ephemeral one of theirs included."""
    place = actor.slack.channels.get(channel)
    if place is not None and actor.person.id in place.members:
        mine = [message for message in place.ephemerals if message.ephemeral_to == actor.person.id]
        for message in [*place.everything(), *mine]:
            if message.ts == ts and not message.deleted:
                return message
    raise NotOnScreen("This message is no longer here.")
