"""What a person does in Slack, and what they see. The page, the tour and the tests all act through it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack import events, interactions, screen
from bot.sandbox.slack.answers import answer_by_ack
from bot.sandbox.slack.delivery import Delivered
from bot.sandbox.slack.errors import ApiError, BadAnswer, NoAnswer, NotOnScreen, Refused
from bot.sandbox.slack.form import problems
from bot.sandbox.slack.hands import Files, Hands
from bot.sandbox.slack.human import escaped, rich_text
from bot.sandbox.slack.records import Channel, Json, Message, Person
from bot.sandbox.slack.submission import close, submit
from bot.sandbox.slack.tickets import ResponseUrl
from bot.sandbox.slack.windows import View
from bot.sandbox.watch import NeverHappened

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Slack

__all__ = ["Actor", "BadAnswer", "NoAnswer", "NotOnScreen", "Refused", "Reply"]

MOST_CHANNEL_BYTES = 1_000_000_000


@dataclass
class Reply:
    """What a command was answered with; looks again each time, as answers may come late."""

    where: ResponseUrl
    find_ephemeral: Callable[[], Message | None]
    error: str = ""
    """What Slack says when it cannot use the answer, or does not know the command."""

    @property
    def message(self) -> Message | None:
        """The newest answer that is still there."""
        answers = [message for message in self.where.answers if not message.deleted]
        return answers[-1] if answers else self.find_ephemeral()

    @property
    def text(self) -> str:
        """Its text; empty when there is none (yet)."""
        return self.message.text if self.message else ""

    @property
    def blocks(self) -> list[Json]:
        """Its blocks."""
        return self.message.blocks if self.message else []


class Actor:
    """One person. Everything they do waits until the bot took it, or raises NoAnswer."""

    def __init__(self, slack: "Slack", person: Person) -> None:
        self.slack = slack
        self.person = person
        self._hands = Hands(slack, person)

    # Seeing

    def sees(self, channel: str, thread_ts: str = "") -> list[Message]:
        """The messages of a channel, or of one thread, oldest first, with those for this person's eyes only."""
        place = self._channel(channel)
        mine = [m for m in place.ephemerals if m.ephemeral_to == self.person.id and m.thread_ts == thread_ts]
        if not thread_ts:
            return sorted([*place.messages, *mine], key=lambda message: message.ts)
        parent = place.find(thread_ts)
        thread = [parent, *parent.replies] if parent else []
        return sorted([*thread, *mine], key=lambda message: message.ts)

    def view(self) -> View | None:
        """The modal on top, if one is open."""
        return self.slack.windows.top(self.person.id)

    def modal(self) -> View:
        """The same, where one must be open. Raises NotOnScreen."""
        view = self.view()
        if view is None:
            raise NotOnScreen(f"no modal is open before {self.person.name}")
        return view

    def _channel(self, channel: str) -> Channel:
        place = self.slack.channels.get(channel)
        if place is None or self.person.id not in place.members:
            raise NotOnScreen(f"{self.person.name} is not in {channel}")
        return place

    # Talking

    async def post(
        self, channel: str, text: str = "", *, files: Files = (), thread_ts: str | None = None, wait: bool = True
    ) -> Message:
        """Write a message, with files or without. ``wait=False``: do not wait until the bot took the events."""
        place = self._open_channel(channel)
        slack, before = self.slack, len(self.slack.delivery.log)
        message = Message(slack.new_ts(), place.id, self.person.id, escaped(text), thread_ts=thread_ts or "")
        message.blocks = rich_text(text, slack.new_id("b")) if text else []
        if files:
            slack.depot.share(message, [self._hands.file(*file, most=MOST_CHANNEL_BYTES) for file in files])
        else:
            slack.post(message)
        if wait:
            await self._taken(slack.delivery.log[before:])
        return message

    async def upload(
        self, channel: str, name: str, data: bytes, *, thread_ts: str | None = None, wait: bool = True
    ) -> Message:
        """Put a file into a channel."""
        return await self.post(channel, files=[(name, data)], thread_ts=thread_ts, wait=wait)

    async def dm(self, text: str = "", files: Files = (), *, wait: bool = True) -> Message:
        """Write to the app, in its Messages tab."""
        if not self.slack.app.messages_tab:
            raise NotOnScreen("sending messages to this app has been turned off")
        return await self.post(self.slack.direct(self.person.id).id, text, files=files, wait=wait)

    async def edit(self, message: Message, text: str) -> None:
        """Change an own message."""
        self._own(message)

        def change(message: Message) -> None:
            message.text, message.blocks = escaped(text), rich_text(text, self.slack.new_id("b"))
            message.edited_ts = self.slack.new_ts()

        before = len(self.slack.delivery.log)
        self.slack.edit(message, change)
        await self._taken(self.slack.delivery.log[before:])

    async def delete(self, message: Message) -> None:
        """Delete an own message."""
        self._own(message)
        before = len(self.slack.delivery.log)
        self.slack.remove(message)
        await self._taken(self.slack.delivery.log[before:])

    def _own(self, message: Message) -> None:
        if message.user != self.person.id or message.deleted:
            raise NotOnScreen("only own messages can be changed")

    def _open_channel(self, channel: str) -> Channel:
        place = self._channel(channel)
        if place.is_archived:
            raise NotOnScreen(f"#{place.name} is archived")
        return place

    async def _taken(self, entries: Sequence[Delivered]) -> None:
        waiting = [entry for entry in entries if entry.kind == "events_api"]
        with suppress(NeverHappened):
            await self.slack.until(lambda: all(e.acked or e.over for e in waiting), self.slack.timing.patience)
        if missed := [entry.name for entry in waiting if not entry.acked]:
            raise NoAnswer(f"the bot did not take: {', '.join(missed)}")

    # Commands and shortcuts

    async def command(self, channel: str, text: str) -> Reply:
        """Type a slash command, e.g. ``/desk help``. In Slack people of other workspaces cannot; here they can."""
        slack, place = self.slack, self._open_channel(channel)
        name, _, rest = text.strip().partition(" ")
        url, where = slack.response_urls.issue(self.person.id, place.id)
        started = slack.new_ts()
        reply = Reply(where, lambda: self._ephemeral_since(place, started))
        if slack.app.commands is not None and name not in slack.app.commands:
            reply.error = f"{name} is not a valid command"
            return reply
        payload = interactions.command(slack, self.person, place, name, rest.strip()) | {"response_url": url}
        body = await slack.delivery.ask("slash_commands", name, payload)
        try:
            answer_by_ack(slack, where, body)
        except ApiError as refusal:
            slack.refusals.append((name, refusal.code, refusal.facts))
            reply.error = f"{name} failed with the error invalid_command_response ({refusal.code})"
        return reply

    def _ephemeral_since(self, place: Channel, ts: str) -> Message | None:
        found = [m for m in place.ephemerals if m.ephemeral_to == self.person.id and m.ts > ts]
        return found[-1] if found else None

    async def shortcut(self, callback_id: str, message: Message | None = None) -> None:
        """Use a shortcut of the app's, globally or on a message."""
        if callback_id not in self.slack.app.shortcuts:
            raise NotOnScreen(f"the app has no shortcut {callback_id}")
        payload = interactions.shortcut(self.slack, self.person, callback_id, message)
        await self.slack.delivery.ask("interactive", payload["type"], payload)

    # Home

    async def open_home(self) -> View:
        """Open the app's Home tab; the view that the bot published."""
        if not self.slack.app.home_tab:
            raise NotOnScreen("the app has no Home")
        homes, user = self.slack.windows.homes, self.person.id
        shown = self.slack.windows.shape(homes[user]) if user in homes else None
        told = self.slack.delivery.tell(events.home_opened(self.slack, user, "home", shown))
        await self._taken([told] if told else [])
        try:
            return await self.slack.until(lambda: homes.get(user), self.slack.timing.patience)
        except NeverHappened:
            raise NoAnswer("the bot published no Home") from None

    async def open_messages(self) -> None:
        """Open the app's Messages tab."""
        told = self.slack.delivery.tell(events.home_opened(self.slack, self.person.id, "messages", None))
        await self._taken([told] if told else [])

    # Clicking and choosing

    @property
    def asked(self) -> list[Json]:
        """The confirm dialogs that this actor was shown."""
        return self._hands.asked

    async def click(
        self, target: Message | View, action: str, *, block: str | None = None, confirm: bool = True
    ) -> None:
        """Press a button, by ``action_id`` or by the words on it. ``confirm``: what to say when Slack asks first."""
        on, element = screen.find(self._hands.usable(target), action, block)
        chosen = None
        if element["type"] == "overflow":
            chosen = {"selected_option": screen.option(element["options"], action)}
        await self._hands.use(target, on, element, chosen, confirm=confirm)

    async def choose(
        self, target: Message | View, action: str, values: Any, *, block: str | None = None, confirm: bool = True
    ) -> None:
        """Choose by value or label: selects, checkboxes, dates; external selects ask the bot for options first."""
        on, element = screen.find(self._hands.usable(target), action, block)
        if element["type"] == "overflow":
            chosen: Json = {"selected_option": screen.option(element["options"], values)}
        else:
            chosen = self._hands.entry(element, values, await self._hands.offered(target, on, element, values))
        await self._hands.use(target, on, element, chosen, confirm=confirm)

    async def fill(self, action_id: str, value: Any) -> None:
        """Fill a field of the modal on top: text, option(s) by value or label, or files ``[(name, bytes)]``."""
        await self.choose(self._modal(), action_id, value)

    async def options(self, target: Message | View, action: str, query: str, *, block: str | None = None) -> list[Json]:
        """What an external select offers for ``query``."""
        on, element = screen.find(self._hands.usable(target), action, block)
        return await self._hands.suggested(target, on, element, query)

    # Modals

    def _modal(self) -> View:
        view = self.view()
        if view is None:
            raise NotOnScreen(f"no window is open in front of {self.person.name}")
        return view

    async def submit(self) -> dict[str, str] | None:
        """Press the modal's submit button: what is shown next to fields (block_id -> sentence), or None."""
        view = self._modal()
        if "submit" not in view.body:
            raise NotOnScreen(f"{view.title!r} has no submit button")
        view.errors = problems(view.blocks, view.entries)
        if not view.errors:
            await submit(self.slack, self.person, view)
        self.slack.changed.notify()
        return view.errors or None

    async def close(self) -> None:
        """Close the modal on top."""
        await close(self.slack, self.person, self._modal())
