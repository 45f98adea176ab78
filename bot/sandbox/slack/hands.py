"""Using elements: buttons, selects and fields of messages, modals and Home."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack import interactions, screen
from bot.sandbox.slack.block_places import BlockError, Place
from bot.sandbox.slack.block_texts import check_option_groups, check_options
from bot.sandbox.slack.errors import BadAnswer, NotOnScreen, Refused
from bot.sandbox.slack.form import is_stateful
from bot.sandbox.slack.records import File, Json, Message, Person
from bot.sandbox.slack.windows import View

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Slack

Files = Sequence[tuple[str, bytes]]
MOST_FORM_BYTES = 10_000_000
FEWEST_TYPED = 3
"""How much must be typed before an external select asks, when it does not say."""


class Hands:
    """A person's hands on what they see."""

    def __init__(self, slack: "Slack", person: Person) -> None:
        self._slack = slack
        self._person = person
        self.asked: list[Json] = []
        """The confirm dialogs that were shown."""

    def usable(self, target: Message | View) -> list[Json]:
        """The blocks of what is in front of this person; NotOnScreen otherwise."""
        slack, user = self._slack, self._person.id
        if isinstance(target, View):
            if target not in (slack.windows.top(user), slack.windows.homes.get(user)):
                raise NotOnScreen("this window is not in front of the person")
            return target.blocks
        if user not in slack.channels[target.channel].members:
            raise NotOnScreen("the person is not in this channel")
        if target.deleted or target.ephemeral_to not in ("", user):
            raise NotOnScreen("the person does not see this message")
        return target.blocks + [block for item in target.attachments for block in item.get("blocks", ())]

    def entry(self, element: Json, value: Any, options: Sequence[Json]) -> Json:
        """The state of an element in which ``value`` is entered."""
        if element["type"] == "file_input":
            return self._chosen_files(element, value)
        return screen.entry(element, value, options)

    def _chosen_files(self, element: Json, value: Files) -> Json:
        most = element.get("max_files", 10)
        if len(value) > most:
            raise Refused(f"at most {most} files")
        files = [self.file(name, data, most=MOST_FORM_BYTES) for name, data in value]
        for file in files:
            file.from_modal = True
        return {"type": "file_input", "files": [self._slack.depot.shape(file) for file in files]}

    def file(self, name: str, data: bytes, *, most: int) -> File:
        """A new file of this person's; Refused when it is larger than ``most`` bytes."""
        if len(data) > most:
            raise Refused(f"{name} is larger than {most // 1_000_000} MB")
        return self._slack.depot.create(name, data, self._person)

    async def offered(self, target: Message | View, on: Json, element: Json, values: Any) -> list[Json]:
        """What can be chosen; an external select asks the bot for what is being typed."""
        if not element["type"].endswith("external_select") or values is None:
            return screen.offered(element)
        found: list[Json] = []
        for value in [values] if isinstance(values, str) else values:
            found += await self.suggested(target, on, element, value)
        return found

    async def suggested(self, target: Message | View, on: Json, element: Json, query: str) -> list[Json]:
        """The bot's options for ``query``."""
        fewest = element.get("min_query_length", FEWEST_TYPED)
        if len(query) < fewest:
            raise Refused(f"Slack asks for options from {fewest} characters on")
        asked = element | {"block_id": on["block_id"]}
        payload = interactions.block_suggestion(self._slack, self._person, target, asked, query)
        return _options(await self._slack.delivery.ask("interactive", "block_suggestion", payload))

    async def use(
        self, target: Message | View, on: Json, element: Json, chosen: Json | None, *, confirm: bool = True
    ) -> None:
        """Enter or press. The bot hears of it at once, except from input blocks without ``dispatch_action``."""
        if "confirm" in element:
            self.asked.append(element["confirm"])
            if not confirm:
                return
        if is_stateful(element) and chosen is not None:
            self._slack.entries_of(self._person.id, target)[on["block_id"], element["action_id"]] = chosen
            if isinstance(target, View):
                target.errors.pop(on["block_id"], None)
            self._slack.changed.notify()
        if on["type"] == "input" and not on.get("dispatch_action"):
            return
        action = screen.action_of(on, element, chosen)
        payload = interactions.block_actions(self._slack, self._person, target, action)
        await self._slack.delivery.ask("interactive", "block_actions", payload)


def _options(body: Any) -> list[Json]:
    errors: list[BlockError] = []
    place = Place(body, "", errors)
    if "option_groups" in place:
        check_option_groups(place.at("option_groups"))
    elif not isinstance(place.get("options"), list):
        raise BadAnswer("options or option_groups were expected")
    elif place.get("options"):
        check_options(place.at("options"))
    if errors:
        raise BadAnswer("; ".join(map(str, errors)))
    return screen.offered(body)
