"""What waits, on the staff's App Home: late tickets, the queues by turn and age, and each colleague's load."""

from collections.abc import Callable

from bot.accounts.rules import Who
from bot.dashboard.home import OPEN
from bot.dashboard.looking import looking
from bot.dashboard.queues import Load, Queue, loads, queues
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices
from bot.storage.database import Tx
from bot.tickets import home as tickets
from bot.tickets.lists import Lines, View, lines

_HOME, _LIST = "queues/home", "dashboard/list"
Look = Callable[[], Lines]
_SHOWN = 10
_LOADS = 10
_QUEUE, _LOAD = "queue:", "load:"


class Queues:
    """Draws the tab. ``said`` are the lines of tickets."""

    def __init__(self, voices: Voices, said: tickets.Home) -> None:
        self._voices = voices
        self._said = said

    def shown(self, tx: Tx, who: Who) -> list[Block]:
        """Each opens to its tickets."""
        if not who.is_staff:
            return []
        opened = looking(tx, who).opened
        late = lines(tx, who, View.OVERDUE, limit=_SHOWN)
        shown = self._late(late, who, opened) if late.total else []
        there, colleagues = queues(tx, who), loads(tx, who)
        for queue in there:
            shown += self._queue(tx, who, queue, opened)
        if not there:
            shown.append(blocks.section(self._voices.text(_HOME, "none")))
        if colleagues:
            shown.append(blocks.context(self._voices.text(_HOME, "loads")))
        for load in colleagues[:_LOADS]:
            shown += self._load(tx, who, load, opened)
        return shown

    def _late(self, late: Lines, who: Who, opened: frozenset[str]) -> list[Block]:
        text = self._voices.text(_HOME, "late", total=late.total)
        return self._row(text, f"{_QUEUE}{View.OVERDUE}", opened, lambda: late, who)

    def _queue(self, tx: Tx, who: Who, queue: Queue, opened: frozenset[str]) -> list[Block]:
        text = self._voices.text(
            _LIST,
            "queue",
            turn=self._voices.state(f"turn.{queue.turn}"),
            total=queue.total,
            older_count=queue.older + queue.stuck,
            stuck_count=queue.stuck,
            oldest_at=queue.oldest,
        )
        view = View(queue.turn)
        return self._row(text, f"{_QUEUE}{view}", opened, lambda: lines(tx, who, view, limit=_SHOWN), who)

    def _load(self, tx: Tx, who: Who, load: Load, opened: frozenset[str]) -> list[Block]:
        text = self._voices.text(_LIST, "load", user=load.user_id, total=load.tickets, ours_count=load.ours)

        def theirs() -> Lines:
            return lines(tx, who, View.ALL, assignee=load.user_id, limit=_SHOWN)

        return self._row(text, f"{_LOAD}{load.user_id}", opened, theirs, who)

    def _row(self, text: str, name: str, opened: frozenset[str], look: Look, who: Who) -> list[Block]:
        """A line with the button that opens it, and its tickets when it is open."""
        is_open = name in opened
        words = self._voices.slack(_HOME)
        act = "hide" if is_open else "show"
        head = blocks.section(text, accessory=blocks.button(words.plain(f"button_{act}"), f"{OPEN}/{act}", name))
        return [head, *(self._tickets(look(), who) if is_open else [])]

    def _tickets(self, found: Lines, who: Who) -> list[Block]:
        shown = [
            blocks.section(text) for text in blocks.packed(self._said.said(one, who) for one in found.shown) if text
        ]
        left = found.total - len(found.shown)
        more = [blocks.context(self._voices.text("tickets/home", "more", more_count=left))] if left > 0 else []
        return [*shown, *more]
