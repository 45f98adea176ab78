"""What the steps of the tour share: the world, its people, and what they see of the desk."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.sandbox.contacts_api import Account
from bot.sandbox.slack.actor import Actor, Reply
from bot.sandbox.slack.records import Message
from bot.sandbox.world import World

PATIENCE = 60.0
"""Seconds that a step waits for what must come; it must also span a bot that was killed and started again."""


class WentWrong(AssertionError):
    """A step did not go as told."""


async def _cannot(_: Mapping[str, str]) -> None:
    raise WentWrong("this story has no bot of its own")


class Told:
    """What the steps share: the world, its people, and what is to be printed.

    ``restart_with`` starts the bot anew with more settings.
    """

    def __init__(self, world: World, restart_with: Callable[[Mapping[str, str]], Awaitable[None]] = _cannot) -> None:
        self.world, self.restart_with = world, restart_with
        self.rina, self.ana, self.ben = (world.slack.actor(user) for user in ("U0RINA", "U0ANA", "U0BEN"))
        self.carla, self.otto = world.slack.actor("U0CARLA"), world.slack.actor("W0OTTO")
        self._lines: list[str] = []

    def say(self, text: str) -> None:
        """Print this with the step."""
        self._lines += text.splitlines()

    def take(self) -> list[str]:
        """What was said since the last time."""
        lines, self._lines = self._lines, []
        return lines

    async def sees(self, actor: Actor, channel: str, *words: str, thread_ts: str = "", since: str = "") -> Message:
        """Wait until this person sees a message of the desk with all these words in it; the newest one, printed."""
        message = await self.finds(actor, channel, *words, thread_ts=thread_ts, since=since)
        self.say(show(message))
        return message

    async def finds(self, actor: Actor, channel: str, *words: str, thread_ts: str = "", since: str = "") -> Message:
        """The same without printing it."""

        def found() -> Message | None:
            there = [one for one in actor.sees(channel, thread_ts) if one.user == "U0DESK" and one.ts > since]
            return next((one for one in reversed(there) if all(word in everything(one) for word in words)), None)

        what = f"{actor.person.name} never saw {' and '.join(map(repr, words))}"
        return await self.world.until(found, PATIENCE, what)

    async def card(self, actor: Actor, channel: str, file: Message, *words: str) -> Message:
        """The card in the thread of a file, once it shows these words."""
        return await self.sees(actor, channel, *words, thread_ts=file.ts)

    async def news(self, actor: Actor, channel: str, file: Message, *words: str) -> Message:
        """The news in a file's thread that speaks to this person."""
        mention = f"<@{actor.person.id}>: "

        def found() -> Message | None:
            there = [one for one in actor.sees(channel, file.ts) if one.text.startswith(mention)]
            return next((one for one in reversed(there) if all(word in one.text for word in words)), None)

        message = await self.world.until(found, PATIENCE, f"{actor.person.name} was never told {' and '.join(words)}")
        self.say(message.text)
        return message

    async def asks(self, actor: Actor, channel: str, command: str, *words: str) -> Reply:
        """Give a command and see these words in the answer."""
        reply = await actor.command(channel, command)
        await self.world.until(lambda: reply.text or reply.error, PATIENCE, f"{command} was not answered")
        self.say(f"{command}\n{reply.text or reply.error}")
        self.check(all(word in reply.text for word in words), f"{command} was answered: {reply.text or reply.error}")
        return reply

    def at_8x8(self, account_id: str) -> Account:
        """What 8x8 has of a customer."""
        return next(one for one in self.world.contacts.accounts.values() if one.id == account_id)

    def check(self, ok: bool, otherwise: str) -> None:  # noqa: FBT001 reads like a sentence
        """Go on only if this is so."""
        if not ok:
            raise WentWrong(otherwise)


Step = Callable[[Told], Awaitable[None]]


def texts(part: Any) -> list[str]:
    """All words of a block or of several, in order; not those of its confirm dialogs."""
    if isinstance(part, list):
        return [text for inner in part for text in texts(inner)]
    if not isinstance(part, dict):
        return []
    inside = [(name, inner) for name, inner in part.items() if name != "confirm"]
    return [text for name, inner in inside for text in ([inner] if _is_words(name, inner) else texts(inner))]


def _is_words(name: str, part: Any) -> bool:
    return name == "text" and isinstance(part, str)


def everything(message: Message) -> str:
    """All words that a message shows."""
    return "\n".join([message.text, *(text for block in message.blocks for text in texts(block))])


def show(message: Message) -> str:
    """A message as the terminal prints it: paragraphs, then buttons in brackets."""
    lines: list[str] = []
    for block in message.blocks:
        if block["type"] == "actions":
            lines.append("  ".join(f"[{one['text']['text']}]" for one in block["elements"] if one["type"] == "button"))
        elif block["type"] == "section" and "fields" in block:
            lines.append(" · ".join(field["text"] for field in block["fields"]))
        elif block["type"] in {"section", "header"}:
            lines.append(block["text"]["text"])
    files = [f"📎 {file.name}" for file in message.files]
    return "\n".join([*(lines or [message.text]), *files])
