"""The sender IDs on App Home: both views, with their filters, order and pages, as the person left them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.dashboard import queries
from bot.dashboard.filters import Filters, Sort, View
from bot.dashboard.home_words import HomeWords
from bot.dashboard.keys import Key
from bot.dashboard.looking import Looking, looking
from bot.dashboard.queries import Line, Page
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.links import Links
from bot.delivery.voices import Voices, Words
from bot.registrations.customer_card import LETTER_SEEN, SIGN
from bot.registrations.rules import AWAITS_SIGNATURE
from bot.registrations.tables import Registration
from bot.storage.database import Tx

LOOK, SORT, TURN, OPEN, FILTER = "home:look", "home:sort", "home:turn", "home:open", "home:filter"
"""The actions of its own buttons; those of a row have something behind a slash."""
_HOME, _LIST = "dashboard/home", "dashboard/list"
_OPENED_PARAGRAPHS = 3
_UNLINKED_PARAGRAPHS = 7
"""So many paragraphs show a sender ID's operators; of very many the last are counted."""
SORTS: Final = tuple((sort, descending) for sort in Sort for descending in (True, False))


@dataclass(frozen=True)
class Actions:
    """The action ids of buttons that other flows hear."""

    register: str
    category: str
    labels: str
    export: str


class SenderIds:
    """Draws the tab."""

    def __init__(self, voices: Voices, links: Links, actions: Actions) -> None:
        self._voices = voices
        self._say = HomeWords(voices, links)
        self._actions = actions

    def shown(self, tx: Tx, who: Who) -> list[Block]:
        """What the person looks at, the page that was turned to last."""
        if not who.is_staff and who.account_id is None:
            return []
        at = looking(tx, who)
        page = _page(tx, who, at)
        words = self._words(page)
        if not (page.lines or page.looked or page.filters.narrows):
            return self._nothing_yet(words, who)
        rows = self._linked(tx, page, at, who) if page.filters.view is View.LINKED else self._unlinked(tx, page, who)
        rows += [blocks.section(words.part("looked"))] if page.looked else []
        rows = rows or [blocks.section(words.part("nothing"))]
        return [*self._top(words, page), *rows, *self._bottom(words, page, who)]

    def _words(self, page: Page) -> Words:
        narrowed = replace(page.filters, sort=Sort.DATE, descending=True, view=View.LINKED).words
        values = {"total": page.total, "is_more": page.total_is_more, "filters": narrowed, "looked_count": page.looked}
        return self._voices.slack(_HOME, **values)

    def _nothing_yet(self, words: Words, who: Who) -> list[Block]:
        if who.is_staff:
            return [blocks.section(words.part("none_staff"))]
        return [blocks.section(words.part("none")), blocks.actions([self._register(words)])]

    def _register(self, words: Words) -> Block:
        return blocks.button(words.plain("button_register"), self._actions.register, "home")

    # Above and below the rows

    def _top(self, words: Words, page: Page) -> list[Block]:
        """How many there are, and how to see others."""
        filters = page.filters
        found = [self._look(words, filters, view) for view in View]
        found.append(blocks.button(words.plain("button_filter"), FILTER, "home"))
        found.append(self._sorted(words, filters))
        if filters.narrows:
            cleared = Filters(sort=filters.sort, descending=filters.descending, view=filters.view)
            found.append(blocks.button(words.plain("button_clear"), f"{LOOK}/clear", cleared.words or "all"))
        return [blocks.section(words.headline), blocks.actions(found)]

    def _look(self, words: Words, filters: Filters, view: View) -> Block:
        style = "primary" if view is filters.view else None
        return blocks.button(
            words.plain(f"button_{view}"), f"{LOOK}/{view}", f"{filters.words} view:{view}", style=style
        )

    def _sorted(self, words: Words, filters: Filters) -> Block:
        options = {
            (sort, down): blocks.option(words.plain(f"sort_{sort}_{'down' if down else 'up'}"), order_words(sort, down))
            for sort, down in SORTS
        }
        chosen = options[filters.sort, filters.descending]
        select: Block = {"type": "static_select", "action_id": SORT, "options": list(options.values())}
        return select | {"initial_option": chosen, "placeholder": blocks.plain(words.plain("sort_placeholder"))}

    def _bottom(self, words: Words, page: Page, who: Who) -> list[Block]:
        filters, found = page.filters, []
        if page.back:
            found.append(
                blocks.button(words.plain("button_back"), f"{TURN}/back", turn_words(filters, page.back, True))
            )
        if page.on:
            name = "button_look_on" if page.looked else "button_on"
            found.append(blocks.button(words.plain(name), f"{TURN}/on", turn_words(filters, page.on, False)))
        if page.lines:
            ids = ",".join(line.id for line in page.lines)
            found.append(blocks.button(words.plain("button_category"), self._actions.category, ids))
            found.append(blocks.button(words.plain("button_labels"), self._actions.labels, ids))
        found.append(blocks.button(words.plain("button_export"), self._actions.export, filters.words or "all"))
        return [blocks.actions([*found, *([] if who.is_staff else [self._register(words)])])]

    # Rows

    def _linked(self, tx: Tx, page: Page, at: Looking, who: Who) -> list[Block]:
        submissions = _submissions(tx, page.lines)
        shown: list[Block] = []
        for line in page.lines:
            is_open = line.id in at.opened
            words, act = self._voices.slack(_HOME, sender_id=line.sender_id), "hide" if is_open else "show"
            toggle = blocks.button(
                words.plain(f"button_{act}"), f"{OPEN}/{act}", line.id, label=words.plain(f"label_{act}")
            )
            shown.append(blocks.section(self._say.row(line), accessory=toggle))
            shown += self._operators(self._say.operators(line), _OPENED_PARAGRAPHS) if is_open else []
            letter = self._letter(words, line, submissions, who)
            shown += [blocks.actions(letter)] if letter else []
        return shown

    def _unlinked(self, tx: Tx, page: Page, who: Who) -> list[Block]:
        submissions = _submissions(tx, page.lines)
        shown: list[Block] = []
        for line in page.lines:
            words = self._voices.slack(_HOME, sender_id=line.sender_id)
            shown += self._operators(self._say.by_operator(line), _UNLINKED_PARAGRAPHS)
            shown.append(blocks.context(self._say.about(line)))
            letter = self._letter(words, line, submissions, who)
            shown += [blocks.actions(letter)] if letter else []
            shown.append({"type": "divider"})
        return shown

    def _operators(self, lines: Sequence[str], most: int) -> list[Block]:
        paragraphs = blocks.packed(lines)
        shown = [blocks.section(text) for text in paragraphs[:most] if text]
        left = sum(text.count("\n") + 1 for text in paragraphs[most:])
        return [
            *shown,
            *([blocks.context(self._voices.text(_HOME, "more_operators", left_count=left))] if left else []),
        ]

    def _letter(self, words: Words, line: Line, submissions: Mapping[str, str], who: Who) -> list[Block]:
        """Sign LOA, or View LOA. Staff look at letters where they decide on them."""
        if who.is_staff or line.loa not in LETTER_SEEN:
            return []
        name = "sign" if line.loa in AWAITS_SIGNATURE else "letter"
        text, label = words.plain(f"button_{name}"), words.plain(f"label_{name}")
        return [blocks.button(text, SIGN, submissions[line.id], label=label)]


def _page(tx: Tx, who: Who, at: Looking) -> Page:
    """The page that was turned to; the first, when nothing is there any more."""
    page = queries.page(tx, who, at.filters, at.place.key, backwards=at.place.backwards)
    if page.lines or at.place.key is None or page.on or page.back:
        return page
    return queries.page(tx, who, at.filters)


def _submissions(tx: Tx, lines: Sequence[Line]) -> dict[str, str]:
    """What each registration was submitted with, by its id."""
    wanted = select(Registration.id, Registration.submission_id).where(Registration.id.in_([line.id for line in lines]))
    return {row.id: row.submission_id for row in tx.session.execute(wanted)}


# What buttons say to us


def order_words(sort: Sort, descending: bool) -> str:  # noqa: FBT001 - a value of the order
    """An order as it is typed."""
    return f"{'-' if descending else ''}{sort}"


def turn_words(filters: Filters, key: Key, backwards: bool) -> str:  # noqa: FBT001 - a value of the place
    """A page as a button's value."""
    return json.dumps([filters.words, backwards, key.value, key.requested_at.isoformat(), key.id])
