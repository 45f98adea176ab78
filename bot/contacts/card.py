"""The card of a contact file in Slack. What stands in it follows from the file's status alone."""

from typing import Any

from bot.contacts import rules
from bot.contacts.card_words import CardWords
from bot.contacts.facts import batch_ids, counters, ended_values, missing, summed
from bot.contacts.rules import Purpose, Status
from bot.contacts.tables import ContactFile
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.outbox import SlackCard
from bot.delivery.voices import Voices

SUBMIT, CANCEL, CHECK_AGAIN = "contacts:submit", "contacts:cancel", "contacts:check_again"
COLUMNS, COUNTRY = "contacts:columns", "contacts:country"
GROUPS, DOWNLOAD, DELETE = "contacts:groups", "contacts:rejected", "contacts:delete_file"


def groups_block(file_id: str) -> str:
    """The block of a card that holds its groups; its id carries the file to those who fill the picker."""
    return f"groups:{file_id}"


class Card:
    """One drawing of the card. What stands in it follows from the status alone."""

    def __init__(self, voices: Voices, file: ContactFile, twin: ContactFile | None) -> None:
        self._voices = voices
        self._file = file
        self._twin = twin
        self._verdict: dict[str, Any] = file.verdict or {}
        filled = CardWords(voices, file, twin)
        self._hint = filled.hint()
        self._words = voices.slack("contacts/card", **filled.values())

    def draw(self) -> SlackCard:
        """The card as a message."""
        draw = {
            Status.CHECKING: self._checking,
            Status.UNREADABLE: self._unreadable,
            Status.NEEDS_COLUMNS: self._needs_columns,
            Status.CHECKED: self._checked,
            Status.REFUSED: self._checked,
            Status.UNSURE: self._checked,
            Status.CANCELLED: self._cancelled,
            Status.HANDED: self._handed,
        }.get(Status(self._file.status), self._with_8x8)
        headline = self._words.headline
        body = [blocks.section(headline), blocks.context(self._words.part("about")), *draw()]
        return SlackCard(self._summary(headline), body)

    def _summary(self, headline: str) -> str:
        if not self._verdict.get("rows_total"):
            return headline
        parts = (self._words.part(part) for part in ("total", "accepted", "rejected", "duplicate"))
        return f"{headline} — {' · '.join(parts)}"

    # What each status shows

    def _checking(self) -> list[Block]:
        shown = [blocks.section(self._words.part("checking"))]
        if self._file.progress:
            shown.append(blocks.context(self._words.part("progress")))
        return [*shown, *self._waits(), blocks.actions([self._cancel()])]

    def _unreadable(self) -> list[Block]:
        return [
            blocks.section(self._words.part("unreadable")),
            blocks.actions([self._button("check_again", CHECK_AGAIN), self._cancel()]),
        ]

    def _needs_columns(self) -> list[Block]:
        shown = [blocks.section(self._words.part("needs_columns"))]
        if self._verdict.get("preview"):
            shown.append(blocks.section(self._words.part("preview")))
        choose = self._button("choose_columns", COLUMNS, style="primary")
        return [*shown, blocks.actions([choose, self._cancel()])]

    def _checked(self) -> list[Block]:
        shown = [*self._what_was_found()]
        if self._file.status in {Status.REFUSED, Status.UNSURE}:
            which = "missing" if missing(self._voices, self._file) else self._file.status
            shown.insert(0, blocks.section(self._words.part(which)))
        if not self._verdict["rows_accepted"]:
            shown.append(blocks.section(self._words.part("nothing_good")))
        else:
            shown += [self._picker()] if self._file.purpose == Purpose.UPLOAD else [self._to_delete()]
        return [*shown, blocks.actions(self._buttons())]

    def _with_8x8(self) -> list[Block]:
        shown = [blocks.section(self._what_8x8_does())]
        if self._file.status not in rules.ENDED:
            shown.append(blocks.context(self._words.part("progress")))
        if self._file.status == Status.RUNNING and missing(self._voices, self._file):
            shown.append(blocks.section(self._words.part("missing")))
        shown += [*self._waits(), *self._what_was_found(brief=True)]
        if counted := counters(self._voices, summed(self._file)):
            shown.append(blocks.section(self._voices.text("contacts/card", "counters", counters=counted)))
        if self._file.groups:
            shown.append(blocks.context(self._words.part("groups_chosen")))
        small = [self._words.part("submitted")]
        if batch_ids(self._file):
            small.append(self._words.part("batch"))
        if self._is_purged():
            small.append(self._words.part("purged"))
        shown.append(blocks.context(*small))
        if self._file.status in {Status.FAILED, Status.STOPPED, Status.TIMEOUT}:
            return [*shown, blocks.actions([*self._again(), *self._download()])]
        return [*shown, *([blocks.actions(self._download())] if self._download() else [])]

    def _cancelled(self) -> list[Block]:
        part = "purged" if self._is_purged() else "cancelled"
        return [
            *self._what_was_found(brief=True),
            blocks.section(self._words.part(part)),
            blocks.actions([self._button("check_again", CHECK_AGAIN)]),
        ]

    def _handed(self) -> list[Block]:
        """Its contacts are being deleted, which has a card of its own below."""
        return [*self._what_was_found(brief=True), blocks.section(self._words.part("handed"))]

    # The pieces

    def _to_delete(self) -> Block:
        return blocks.section(self._words.part("to_delete"))

    def _waits(self) -> list[Block]:
        """Who does not answer just now."""
        return [blocks.section(self._words.part("waits"))] if (self._file.trouble or {}).get("waits") else []

    def _what_was_found(self, *, brief: bool = False) -> list[Block]:
        if not self._verdict.get("rows_total"):
            return []
        found = [blocks.fields([self._words.part(part) for part in ("total", "accepted", "rejected", "duplicate")])]
        if brief:
            return found
        found.append(blocks.context(self._words.part("columns"), *self._notes()))
        if self._verdict["reasons"]:
            found += [blocks.section(self._words.part("reasons")), blocks.context(self._words.part("advice"))]
        if self._hint:
            read_as = self._button("country", COUNTRY, value=f"{self._value()}:{self._hint['country']}")
            found.append(blocks.section(self._words.part("hint"), accessory=read_as))
        if self._twin is not None:
            found.append(blocks.context(self._words.part("twin")))
        return found

    def _what_8x8_does(self) -> str:
        if self._file.status in rules.ENDED:
            return self._voices.slack("contacts/ended", **ended_values(self._voices, self._file)).body
        return self._words.part(self._file.status)

    def _notes(self) -> list[str]:
        notes = [self._words.part("country")] if self._file.options.get("country") else []
        if self._verdict.get("other_sheets") or self._verdict.get("hidden_sheets"):
            notes.append(self._words.part("sheets"))
        return [*notes, *(self._voices.text("contacts/note", "note", note=note) for note in self._verdict["notes"][:5])]

    def _picker(self) -> Block:
        select: Block = {
            "type": "multi_external_select",
            "action_id": GROUPS,
            "min_query_length": 0,
            "max_selected_items": rules.GROUPS_MAX,
            "placeholder": blocks.plain(self._words.plain("groups_placeholder")),
        }
        if self._file.groups:
            select["initial_options"] = [blocks.option(group["name"], group["name"]) for group in self._file.groups]
        return blocks.section(self._words.part("groups"), accessory=select, block_id=groups_block(self._file.id))

    def _buttons(self) -> list[Block]:
        again = [*self._again()] if self._verdict["rows_accepted"] else []
        may_read_anew = Status.CHECKING in rules.MOVES[self._file.status]
        columns = [self._button("columns", COLUMNS)] if may_read_anew else []
        return [*again, *columns, *self._download(), self._cancel()]

    def _again(self) -> list[Block]:
        if self._file.purpose == Purpose.DELETE:
            return [self._delete()]
        first = self._file.submissions == 0
        twin_went = self._twin is not None and self._twin.status in rules.SUBMITTED
        question = blocks.confirm(
            self._words.plain("confirm_submit_title", blocks.CONFIRM_TITLE_MAX),
            self._words.plain("confirm_submit_twin" if twin_went else "confirm_submit", blocks.CONFIRM_TEXT_MAX),
            self._words.plain("confirm_yes", blocks.CONFIRM_BUTTON_MAX),
            self._words.plain("confirm_no", blocks.CONFIRM_BUTTON_MAX),
        )
        return [self._button("submit" if first else "submit_again", SUBMIT, style="primary", confirm=question)]

    def _delete(self) -> Block:
        question = blocks.confirm(
            self._words.plain("confirm_delete_title", blocks.CONFIRM_TITLE_MAX),
            self._words.plain("confirm_delete", blocks.CONFIRM_TEXT_MAX),
            self._words.plain("confirm_yes", blocks.CONFIRM_BUTTON_MAX),
            self._words.plain("confirm_no", blocks.CONFIRM_BUTTON_MAX),
            style="danger",
        )
        return self._button("delete", DELETE, style="danger", confirm=question)

    def _download(self) -> list[Block]:
        some = self._file.rejected_key and self._verdict.get("rows_rejected")
        return [self._button("rejected", DOWNLOAD)] if some else []

    def _cancel(self) -> Block:
        question = blocks.confirm(
            self._words.plain("confirm_cancel_title", blocks.CONFIRM_TITLE_MAX),
            self._words.plain("confirm_cancel", blocks.CONFIRM_TEXT_MAX),
            self._words.plain("confirm_yes", blocks.CONFIRM_BUTTON_MAX),
            self._words.plain("confirm_no", blocks.CONFIRM_BUTTON_MAX),
            style="danger",
        )
        return self._button("cancel", CANCEL, confirm=question)

    def _button(self, word: str, action_id: str, *, value: str = "", **more: Any) -> Block:
        text = self._words.plain(f"button_{word}")
        return blocks.button(text, action_id, value or self._value(), label=f"{text}: {self._file.name}", **more)

    def _value(self) -> str:
        return f"{self._file.id}:{self._file.version}"

    def _is_purged(self) -> bool:
        return self._file.status in rules.ENDED and self._file.source_key is None and bool(self._verdict)
