"""What is told of workbooks of sender IDs: the empty one, the card of one that came, and the rows that go back."""

from collections.abc import Sequence
from typing import Any

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.outbox import MessageKind, SlackCard, SlackFile
from bot.delivery.tables import Message
from bot.delivery.voices import Voices, Words
from bot.registrations.bulk import columns
from bot.registrations.bulk.jobs import template_key
from bot.registrations.bulk.rules import Status
from bot.registrations.bulk.service import BACK, CARD, TEMPLATE
from bot.registrations.bulk.tables import Workbook
from bot.registrations.countries import country
from bot.registrations.rules import SENDER_IDS_MAX
from bot.registrations.tables import Draft
from bot.storage.database import Tx

BULK, SHEET = "registrations/bulk", "registrations/workbook"
_SHOWN, _ADVICE_SHOWN = 10, 5


def kinds(voices: Voices, draft_action: str) -> list[MessageKind]:
    """What is told. ``draft_action`` is that of the button that opens a draft."""
    drawn = Drawings(voices, draft_action)
    return [MessageKind(CARD, drawn.card), MessageKind(BACK, drawn.back), MessageKind(TEMPLATE, drawn.template)]


class Drawings:
    """Draws the messages from their rows."""

    def __init__(self, voices: Voices, draft_action: str) -> None:
        self._voices = voices
        self._draft_action = draft_action

    def template(self, _tx: Tx, message: Message) -> SlackFile:
        """The empty workbook, in the person's conversation with the desk."""
        code, day, _ = message.key.split(":")
        words = self._voices.slack(SHEET, country=country(code).spoken, most_count=columns.ROWS_MAX)
        name = columns.file_name(code)
        return SlackFile(template_key(code, day), name, name, words.part("offered"))

    def back(self, tx: Tx, message: Message) -> SlackFile | None:
        """The rows that did not go on, with their reasons."""
        workbook = tx.session.get_one(Workbook, message.key)
        if workbook.returned_key is None:
            return None
        words = self._voices.slack(SHEET, wrong_count=workbook.wrong)
        name = columns.file_name(workbook.country, back=True)
        return SlackFile(workbook.returned_key, name, name, words.part("returned"))

    def card(self, tx: Tx, message: Message) -> SlackCard:
        """How many rows are good, what is wrong with the others, and the button to go on."""
        workbook = tx.session.get_one(Workbook, message.key)
        draft = tx.session.get(Draft, workbook.draft_id or "")
        words = self._words(workbook, draft)
        body = [blocks.section(words.headline)]
        if workbook.status == Status.CHECKED:
            body += self._checked(words, workbook, draft)
        else:
            body.append(blocks.section(words.part("trouble" if workbook.status == Status.REFUSED else "checking")))
        return SlackCard(words.headline, body)

    def _words(self, workbook: Workbook, draft: Draft | None) -> Words:
        values: dict[str, Any] = {
            "name": workbook.name,
            "status": workbook.status,
            "trouble": workbook.trouble,
            "good_count": workbook.good,
            "wrong_count": workbook.wrong,
            "country": country(workbook.country).spoken if workbook.country else "",
            "replaced_count": workbook.findings.get("replaced", 0),
            "all_count": len(draft.data.get("sender_ids") or []) if draft else 0,
        }
        return self._voices.slack(BULK, **values)

    def _checked(self, words: Words, workbook: Workbook, draft: Draft | None) -> list[Block]:
        found = workbook.findings
        shown = [blocks.section(words.part("draft"))]
        if found["problems"]:
            shown += self._lines("problem", found["problems"], _SHOWN)
            shown.append(blocks.section(words.part("back")))
        if found["advice"]:
            headline = self._voices.text(BULK, "advice_headline")
            shown += self._lines("advice", found["advice"], _ADVICE_SHOWN, headline)
        small = self._notes(found)
        there = len(draft.data.get("sender_ids") or []) if draft and draft.ended_at is None else 0
        if there > SENDER_IDS_MAX:
            small.append(words.part("cards"))
        shown += [blocks.context(note) for note in small]
        if draft and there:
            go_on = blocks.button(words.plain("button_go_on"), self._draft_action, draft.id, style="primary")
            shown.append(blocks.actions([go_on]))
        return shown

    def _lines(self, part: str, each: Sequence[dict[str, Any]], most: int, headline: str = "") -> list[Block]:
        """A line for each, up to so many, and how many more there are."""
        lines = [headline] if headline else []
        lines += [self._voices.text(BULK, part, **one) for one in each[:most]]
        if len(each) > most:
            lines.append(self._voices.text(BULK, "more", left_count=len(each) - most))
        return [blocks.section(text) for text in blocks.packed(lines)]

    def _notes(self, found: dict[str, Any]) -> list[str]:
        notes = [self._voices.text(BULK, "is_old")] if found["is_old"] else []
        for part in ("other_sheets", "other_columns"):
            if found[part]:
                names = ", ".join(found[part])
                notes.append(self._voices.text(BULK, part, names=names, sheet=columns.SHEET))
        return notes
