"""How windows look. A window is drawn from its row alone, by the listener that opens it and the job that fills it."""

from datetime import datetime
from typing import Any

from bot.contacts.facts import counters
from bot.contacts.operations import rules
from bot.contacts.operations.card import OperationCard, contacts_words
from bot.contacts.operations.rules import State
from bot.contacts.windows.service import Kind, Sight
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words

TURN_BACK, TURN_ON, NEW_GROUP, GROUP, MEND = (
    "contacts:window_back", "contacts:window_on",
    "contacts:group_new", "contacts:group", "contacts:window_mend",
)  # fmt: skip
TYPE, OPEN_BATCH = "contacts:batches_type", "contacts:batch_open"
OPEN, ADD, CHANGE, BLOCK, REMOVE = (
    "contacts:contact_open", "contacts:contact_add", "contacts:contact_change", "contacts:contact_block",
    "contacts:contact_remove",
)  # fmt: skip
DELETE_GROUPS = "contacts:groups_delete"
CALLBACK = {kind: f"contacts:window_{kind}" for kind in Kind}
PAGE_OF = {Kind.GROUPS: 10, Kind.BATCHES: 8, Kind.FIND: 10}
_TEMPLATE = "contacts/windows"
TYPES = ("createContacts", "copyContacts", "moveContacts", "deleteContacts", "deleteGroups")
_TO_MEND = frozenset({rules.Kind.ADD, rules.Kind.CHANGE, rules.Kind.NEW_GROUP, rules.Kind.CHANGE_GROUP})


class Window:
    """One drawing of a window. ``asking``: 8x8 is being asked, and this shows what is known until it answers."""

    def __init__(self, voices: Voices, sight: Sight, *, asking: bool = False) -> None:
        self._voices = voices
        self._sight = sight
        self._kind = Kind(sight.window.kind)
        self._state: dict[str, Any] = sight.window.state
        self._found: dict[str, Any] = sight.window.found or {}
        self._asking = asking
        self._page = int(self._state.get("page") or 0)

    def draw(self, private_metadata: str) -> dict[str, Any]:
        """The modal."""
        words = self._words(trouble=self._found.get("trouble", ""))
        body = {Kind.GROUPS: self._groups, Kind.BATCHES: self._batches, Kind.FIND: self._find}[self._kind]()
        told = [*self._note()]
        if self._asking:
            told.append(blocks.context(words.part("asking")))
        elif self._found.get("trouble"):
            told.append(blocks.section(words.part("trouble")))
        head, rest = body
        find = {} if self._kind == Kind.BATCHES else {"submit": blocks.plain(words.plain("button_find", 24))}
        return find | {
            "type": "modal",
            "callback_id": CALLBACK[self._kind],
            "external_id": self._sight.window.id,
            "private_metadata": private_metadata,
            "title": blocks.plain(words.plain(f"{self._kind}_title", 24)),
            "close": blocks.plain(words.plain("close", 24)),
            "blocks": [*head, *told, *rest],
        }

    def _words(self, **values: object) -> Words:
        return self._voices.slack(_TEMPLATE, account=self._sight.account, **values)

    def _note(self) -> list[Block]:
        """How the last thing that was asked here stands."""
        operation = self._sight.operation
        if operation is None:
            return []
        card = OperationCard(self._voices, operation, self._sight.account)
        mark = self._voices.state(f"contacts.{operation.status}").split()[0]
        words = self._words(mark=mark, sentence=card.sentence, outcome=card.outcome)
        accessory = None
        if operation.status == State.REFUSED and operation.kind in _TO_MEND:
            accessory = self._button(words, "mend", MEND, operation.id)
        return [blocks.section(words.part("note"), accessory=accessory), {"type": "divider"}]

    # Groups

    def _groups(self) -> tuple[list[Block], list[Block]]:
        found, book, query = self._sight.groups, self._sight.book, str(self._state.get("query") or "")
        words = self._words(
            groups_count=len(found),
            query=query,
            contacts=contacts_words(book.contacts) if book and book.contacts is not None else "",
            seen_at=book.seen_at if book else None,
        )
        buttons = [
            self._button(words, "new_group", NEW_GROUP, style="primary"),
            self._button(words, "delete_groups", DELETE_GROUPS),
        ]
        head = [self._query(words, "groups", query), blocks.actions(buttons)]
        if not found:
            return head, [blocks.section(words.part("groups_none"))] * (book is not None)
        size = PAGE_OF[Kind.GROUPS]
        first = self._page * size
        lines = [self._group(each) for each in found[first : first + size]]
        return head, [blocks.context(words.part("groups_intro")), *lines, *self._turns(len(found) > first + size)]

    def _group(self, group: Any) -> Block:
        words = self._words(
            name=group.name,
            contacts=contacts_words(group.contacts),
            blocked=group.is_blacklist,
            description=group.description or "",
        )
        acts = ("change", "copy", "move", "drop")
        options = [blocks.option(words.plain(f"option_{act}"), f"{act}:{group.group_id}") for act in acts]
        menu: Block = {"type": "overflow", "action_id": GROUP, "options": options}
        return blocks.section(words.part("group"), accessory=menu, block_id=f"group:{group.group_id}")

    # Batches

    def _batches(self) -> tuple[list[Block], list[Block]]:
        chosen = str(self._state.get("type") or "")
        words = self._words(batch_type=chosen, page_number=self._page + 1)
        options = [blocks.option(words.plain(f"type_{kind}"), kind) for kind in ("all", *TYPES)]
        picked = next((option for option in options if option["value"] == chosen), options[0])
        select: Block = {"type": "static_select", "action_id": TYPE, "options": options, "initial_option": picked}
        head = [blocks.section(words.part("batches_intro"), accessory=select)]
        items = self._found.get("items")
        if not items:
            empty = items is not None and not self._asking
            return head, [blocks.section(words.part("batches_none"))] * empty
        lines = [block for place, item in enumerate(items) for block in self._batch(item, place)]
        return head, [*lines, *self._turns(bool(self._found.get("more")))]

    def _batch(self, item: dict[str, Any], place: int) -> list[Block]:
        by = self._sight.by.get(item["id"])
        words = self._batch_words(item)
        button = self._button(words, "open", OPEN_BATCH, str(place))
        line = blocks.section(words.part("batch_line"), accessory=button, block_id=f"batch:{place}")
        if by is None:
            return [line, blocks.context(words.part("batch_elsewhere"))]
        said = self._words(thread=by.thread, by=by.user, by_at=by.at).part("batch_by")
        return [line, blocks.context(said)]

    def _batch_words(self, item: dict[str, Any], **more: object) -> Words:
        status = str(item.get("status") or "")
        known = status in {"queued", "inProgress"}
        ended = status in {"completed", "failed", "stopped", "timeout"}
        named = self._voices.state(f"{'batch' if known else 'contacts'}.{status}") if known or ended else status
        kind = str(item.get("type") or "")
        return self._words(
            title=self._voices.plain(_TEMPLATE, f"type_{kind}") if kind in TYPES else kind,
            status=named,
            created_at=_moment(item.get("created_at")),
            file_name=item.get("file_name") or "",
            batch_id=item["id"],
            **more,
        )

    def batch(self, place: int) -> dict[str, Any] | None:
        """The modal with all that 8x8 told of one of the batches; None when it is not shown any more."""
        items = self._found.get("items") or []
        if not 0 <= place < len(items):
            return None
        item, counted = items[place], counters(self._voices, items[place])
        words = self._batch_words(item, counters=counted)
        by = self._sight.by.get(item["id"])
        who = self._words(thread=by.thread, by=by.user, by_at=by.at).part("batch_by") if by else ""
        body = [
            blocks.section(words.part("batch_line")),
            blocks.section(words.part("batch_counters" if counted else "batch_no_counters")),
            blocks.context(who or words.part("batch_elsewhere")),
        ]
        for name, part in (("file_location", "batch_file"), ("invalid_file_location", "batch_invalid")):
            if item.get(name):
                body.append(blocks.section(self._words(file_url=item[name]).part(part)))
        body.append(blocks.context(words.part("batch_id")))
        title, close = words.plain("batch_title", 24), words.plain("close", 24)
        return {"type": "modal", "title": blocks.plain(title), "close": blocks.plain(close), "blocks": body}

    # One contact

    def _find(self) -> tuple[list[Block], list[Block]]:
        query = str(self._state.get("query") or "")
        words = self._words(query=query)
        head = [self._query(words, "find", query), blocks.actions([self._button(words, "add", ADD)])]
        items = self._found.get("items")
        if items is None:
            return head, [] if query else [blocks.context(words.part("find_intro"))]
        if not items:
            return head, [blocks.section(words.part("find_none"))]
        if len(items) == 1:
            return head, self._contact(items[0])
        lines = [self._contact_line(item) for item in items]
        return head, [*lines, *([blocks.context(words.part("find_more"))] if self._found.get("more") else [])]

    def _contact_words(self, item: dict[str, Any]) -> Words:
        facts = item["facts"]
        name = " ".join(filter(None, (facts.get("firstName"), facts.get("lastName"))))
        return self._words(
            name=name or self._voices.plain(_TEMPLATE, "unnamed"),
            msisdn=facts.get("msisdn") or "",
            email=facts.get("email") or "",
            external_id=facts.get("externalId") or "",
            country=facts.get("country") or "",
            groups=", ".join(item.get("groups", ())),
            others=", ".join(item.get("others", ())),
            blocked=bool(item.get("blocked")),
            created_at=_moment(item.get("created_at")),
        )

    def _contact_line(self, item: dict[str, Any]) -> Block:
        words = self._contact_words(item)
        return blocks.section(words.part("contact_line"), accessory=self._button(words, "open", OPEN, str(item["id"])))

    def _contact(self, item: dict[str, Any]) -> list[Block]:
        words, value = self._contact_words(item), str(item["id"])
        buttons = [self._button(words, "change", CHANGE, value, style="primary")]
        if item["facts"].get("msisdn") and not item.get("blocked"):
            buttons.append(self._asks(words, "block", BLOCK, value))
        buttons.append(self._asks(words, "remove", REMOVE, value))
        facts = words.lines("contact_facts")
        shown = [blocks.section(words.part("contact_line")), *([blocks.context(*facts)] if facts else [])]
        return [*shown, blocks.actions(buttons)]

    # The pieces

    def _query(self, words: Words, kind: str, query: str) -> Block:
        """Where one types what is looked for; Find looks for it."""
        element: Block = {
            "type": "plain_text_input",
            "action_id": "query",
            "placeholder": blocks.plain(words.plain(f"{kind}_query_placeholder")),
            "max_length": rules.QUERY_MAX,
        }
        if query:
            element["initial_value"] = query
        label = blocks.plain(words.plain(f"{kind}_query_label"))
        typed: Block = {"type": "input", "block_id": "query", "label": label, "element": element}
        return typed | {"optional": True}

    def _turns(self, more: bool) -> list[Block]:  # noqa: FBT001 - there is a next page, or not
        words = self._words()
        back = [self._button(words, "back", TURN_BACK, str(self._page - 1))] if self._page else []
        on = [self._button(words, "more", TURN_ON, str(self._page + 1))] if more else []
        return [blocks.actions([*back, *on])] if back or on else []

    def _button(self, words: Words, word: str, action: str, value: str = "window", **more: Any) -> Block:
        return blocks.button(words.plain(f"button_{word}"), action, value, **more)

    def _asks(self, words: Words, word: str, action: str, value: str) -> Block:
        question = blocks.confirm(
            words.plain(f"confirm_{word}_title", blocks.CONFIRM_TITLE_MAX),
            words.plain(f"confirm_{word}", blocks.CONFIRM_TEXT_MAX),
            words.plain("confirm_yes", blocks.CONFIRM_BUTTON_MAX),
            words.plain("confirm_no", blocks.CONFIRM_BUTTON_MAX),
            style="danger",
        )
        return self._button(words, word, action, value, style="danger", confirm=question)


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
