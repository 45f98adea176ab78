"""Everything that exists outside the desk, in one object."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from bot.sandbox.contacts_api import Contacts
from bot.sandbox.docusign import DocuSign
from bot.sandbox.exports_api import Exports
from bot.sandbox.faults import Faults
from bot.sandbox.mailbox import Mailbox
from bot.sandbox.operators import Operators
from bot.sandbox.slack.workspace import Slack
from bot.sandbox.watch import PATIENCE, NeverHappened, Watch

T = TypeVar("T")

__all__ = ["Effect", "NeverHappened", "Watch", "World", "utc_now"]


def utc_now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


class Effect(NamedTuple):
    """One thing that was really done to the world, e.g. ``("slack:chat.postMessage", {"channel": ...})``."""

    name: str
    detail: Mapping[str, Any]


class World:
    """Slack, 8x8, operators, DocuSign, the mailbox; what goes wrong in them; what was done to them."""

    def __init__(self, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.clock = clock
        self.changed = Watch()
        self.faults = Faults(self.changed.notify)
        self.effects: list[Effect] = []
        self.controls: dict[str, Callable[[], Awaitable[None]]] = {}
        """What whoever runs the sandbox lets the page's "World" menu do, by its name there: "Stop the bot"."""
        self.slack = Slack(self)
        self.contacts = Contacts(self)
        self.exports = Exports(self)
        self.operators = Operators(self)
        self.docusign = DocuSign(self)
        self.mailbox = Mailbox(self)

    def note(self, name: str, **detail: Any) -> None:
        """Write down an effect and wake those who wait for it."""
        self.effects.append(Effect(name, detail))
        self.changed.notify()

    async def until(self, predicate: Callable[[], T | None], timeout: float = PATIENCE, what: str = "") -> T:  # noqa: ASYNC109
        """Wait until ``predicate()`` is truthy, looking whenever the world changes."""
        return await self.changed.until(predicate, timeout, what)
