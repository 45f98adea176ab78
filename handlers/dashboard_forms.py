"""How the dashboard looks as text, with its buttons, and the form that sets categories."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.dashboard.filters import Filters, View
from bot.dashboard.keys import Key
from bot.dashboard.queries import Page
from bot.dashboard.queues import Load, Queue
from bot.dashboard.typed import read
from bot.dashboard.words import LineWords
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.desk import Desk
from bot.registrations.categories import CATEGORY_MAX
from bot.registrations.countries import country
from bot.registrations.labels import LABELS_MAX, split
from bot.registrations.tables import Registration
from handlers import senderid_frame as frame
from handlers.fallback import FormOutOfDate
from handlers.payload import Payload, remember

BACK, ON, LOOK, CLEAR = "dashboard:back", "dashboard:on", "dashboard:look", "dashboard:clear"
EXPORT, CATEGORY, LABELS = "dashboard:export", "dashboard:category", "dashboard:labels"
_LIST = "dashboard/list"


def answer(desk: Desk, page: Page, account: str, *, for_staff: bool, waiting: Sequence[str] = ()) -> Payload:
    """A page as a message: a line for each row, what waits for staff above, and the buttons below.

    ``account`` is the customer's name where staff look at one customer's.
    """
    values = {"account": account, "total": page.total, "is_more": page.total_is_more, "filters": page.filters.words}
    values["looked_count"] = page.looked
    words = desk.voices.slack(_LIST, **values)
    head = [words.headline, *([words.part("filters")] if page.filters.words and page.lines else [])]
    some = _lines(desk, page)
    said = [*head, *(some or [words.part(_nothing(page, for_staff=for_staff))][: not page.looked])]
    said += [words.part("looked")] if page.looked else []
    shown = [blocks.section(text) for text in blocks.packed([*waiting, *said])]
    shown += [blocks.actions(buttons)] if (buttons := _buttons(words, page)) else []
    shown += [blocks.context(words.part("hint"))] if page.lines and not page.filters.words else []
    return {"text": "\n".join(said), "blocks": shown}


def _lines(desk: Desk, page: Page) -> list[str]:
    say = LineWords(desk.voices, desk.links)
    if page.filters.view is View.LINKED:
        return [say.linked(line) for line in page.lines]
    return [text for line in page.lines for text in say.unlinked(line)]


def _nothing(page: Page, *, for_staff: bool) -> str:
    """Why nothing is shown."""
    if page.total:
        return "over"
    return "nothing" if page.filters.narrows else "none_staff" if for_staff else "none"


def _buttons(words: Words, page: Page) -> list[Block]:
    filters = page.filters
    found = [_button(words, BACK, _turn(filters, page.back))] if page.back else []
    if page.on:
        text = words.plain("button_look_on" if page.looked else "button_on")
        found.append(blocks.button(text, ON, _turn(filters, page.on)))
    if page.lines:
        other = View.UNLINKED if filters.view is View.LINKED else View.LINKED
        found.append(blocks.button(words.plain(f"button_{other}"), LOOK, _viewed(filters, other)))
        shown = ",".join(line.id for line in page.lines)
        found += [_button(words, name, shown) for name in (CATEGORY, LABELS)]
        found.append(_button(words, EXPORT, filters.words or "all"))
    if filters.narrows:
        found.append(_button(words, CLEAR, "all"))
    return found


def _button(words: Words, action: str, value: str) -> Block:
    return blocks.button(words.plain(f"button_{action.partition(':')[2]}"), action, value)


def _viewed(filters: Filters, view: View) -> str:
    return f"{filters.words} view:{view}"


def _turn(filters: Filters, key: Key) -> str:
    return json.dumps([filters.words, key.value, key.requested_at.isoformat(), key.id])


def turned(action: Payload) -> tuple[Filters, Key]:
    """Which page a button asks for. Raises FormOutOfDate for what we did not write."""
    try:
        words, value, requested_at, id_ = json.loads(action["value"])
        return read(words), Key(value, datetime.fromisoformat(requested_at), str(id_))
    except (ValueError, TypeError) as error:
        raise FormOutOfDate from error


def waiting(voices: Voices, queues: Sequence[Queue], loads: Sequence[Load]) -> list[str]:
    """What waits for staff, and who looks after it."""
    said = [
        voices.text(
            _LIST,
            "queue",
            turn=voices.state(f"turn.{each.turn}"),
            total=each.total,
            older_count=each.older + each.stuck,
            stuck_count=each.stuck,
            oldest_at=each.oldest,
        )
        for each in queues
    ]
    return said + [
        voices.text(_LIST, "load", user=each.user_id, total=each.tickets, ours_count=each.ours) for each in loads
    ]


# Categories


def category_form(voices: Voices, them: Sequence[Registration], channel: str | None) -> Payload:
    """The form that puts some of these sender IDs into a category."""
    words = voices.slack("dashboard/category")
    category = frame.field(words, "category", frame.text(most=CATEGORY_MAX), optional=True)
    return _form(words, CATEGORY, [frame.field(words, "which", _which(voices, words.name, them)), category], channel)


def _form(words: Words, action: str, body: list[Block], channel: str | None) -> Payload:
    title, close = words.plain("title", 24), words.plain("close", 24)
    return frame.modal(action, remember(channel), title, body, close=close, submit=words.plain("submit", 24))


def _which(voices: Voices, template: str, them: Sequence[Registration]) -> Block:
    """Which of these sender IDs; one alone is ticked."""
    options = [blocks.option(_choice(voices, template, one), one.id) for one in them]
    which: Block = {"type": "checkboxes", "options": options}
    return which | ({"initial_options": options} if len(options) == 1 else {})


def _choice(voices: Voices, template: str, one: Registration) -> str:
    there = country(one.country).name
    named = voices.slack(template, sender_id=one.sender_id, country=there, category=one.category, labels=one.labels)
    return named.plain("choice")


def category_chosen(view: Payload) -> tuple[list[str], str]:
    """The sender IDs that were ticked, and the category that was typed."""
    return _ticked(view, "which"), _entered(view, "category")


def _ticked(view: Payload, name: str) -> list[str]:
    there: dict[str, Any] = view["state"]["values"].get(name, {}).get(name, {})
    return [str(option["value"]) for option in there.get("selected_options") or []]


def _entered(view: Payload, name: str) -> str:
    return str(view["state"]["values"].get(name, {}).get(name, {}).get("value") or "")


def category_done(voices: Voices, category: str, count: int) -> Payload:
    """What the form turns into."""
    words = voices.slack("dashboard/category", category=category, count=count, quoted_category=f'"{category}"')
    return _done(words)


def _done(words: Words) -> Payload:
    told = [blocks.section(words.part("done"))]
    return frame.modal("dashboard:done", "", words.plain("title", 24), told, close=words.plain("close", 24))


# Labels


def label_form(voices: Voices, them: Sequence[Registration], channel: str | None) -> Payload:
    """The form that puts labels on some of these sender IDs, and takes away what labels they have."""
    words = voices.slack("dashboard/labels", most_count=LABELS_MAX)
    there = sorted({label for one in them for label in split(one.labels)}, key=str.lower)
    body = [
        frame.field(words, "which", _which(voices, words.name, them)),
        frame.field(words, "add", frame.text(most=300), optional=True),
    ]
    if there:
        take: Block = {"type": "multi_static_select", "options": [blocks.option(each, each) for each in there[:100]]}
        take["placeholder"] = blocks.plain(words.plain("take_placeholder"))
        body.append(frame.field(words, "take", take, optional=True))
    return _form(words, LABELS, body, channel)


def labels_chosen(view: Payload) -> tuple[list[str], str, list[str]]:
    """The sender IDs that were ticked, the labels that were typed, and those to take away."""
    return _ticked(view, "which"), _entered(view, "add"), _ticked(view, "take")


def labels_done(voices: Voices, count: int, added: str) -> Payload:
    """What the form turns into."""
    label = next(iter(split(added)), "")
    return _done(voices.slack("dashboard/labels", count=count, label=f'"{label}"' if " " in label else label))
