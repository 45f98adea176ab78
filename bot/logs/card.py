"""The card of an export in Slack. What stands in it follows from the export's status alone."""

from typing import Any

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.outbox import SlackCard
from bot.delivery.voices import Voices, Words
from bot.logs import words as filled
from bot.logs.rules import CANCELLABLE, ENDED, Status
from bot.logs.service import FOREIGN_SUBACCOUNT
from bot.logs.tables import LogExport, LogSchedule

CANCEL, AGAIN, ASK_AGAIN, CHANGE = "logs:cancel", "logs:again", "logs:ask_again", "logs:change"


class Card:
    """One drawing of the card."""

    def __init__(self, voices: Voices, export: LogExport, schedule: LogSchedule | None = None) -> None:
        self._export = export
        self._by_itself = schedule is not None and schedule.created_at < export.created_at
        again = schedule.again if schedule else ""
        self._words: Words = voices.slack(filled.CARD, **filled.values(voices, export, again))

    def draw(self) -> SlackCard:
        """The card as a message."""
        export, words = self._export, self._words
        said = words.part(self._part())
        shown = [blocks.section(words.headline), blocks.context(words.part("about")), blocks.section(said)]
        if (export.trouble or {}).get("waits") and export.status not in ENDED:
            shown.append(blocks.context(words.part("waits")))
        if export.status == Status.READY:
            shown += self._found()
        shown.append(blocks.context(*self._small()))
        if buttons := self._buttons():
            shown.append(blocks.actions(buttons))
        return SlackCard(f"{words.headline} — {said}", shown)

    def _part(self) -> str:
        export = self._export
        if export.status == Status.REFUSED and (export.trouble or {}).get("code") == FOREIGN_SUBACCOUNT:
            return "foreign"
        if export.status == Status.CANCELLED and export.word == "cancelled":
            return "cancelled_there"
        return "ready_uncounted" if export.status == Status.READY and export.summary is None else export.status

    def _found(self) -> list[Block]:
        """What is in the files, in words."""
        summary = self._export.summary or {}
        told = (("days", "days"), ("statuses", "statuses"), ("countries", "countries_line"))
        lines = [self._words.part(part) for kind, part in told if summary.get(kind)]
        lines += [self._words.part("missing")] if summary.get("missing") and summary.get("rows") else []
        return [blocks.section("\n".join(lines))] if lines else []

    def _small(self) -> list[str]:
        export = self._export
        small = [self._words.part("by_itself" if self._by_itself else "asked_by")]
        if export.status == Status.RUNNING and export.looked_at:
            small.append(self._words.part("looked_at"))
        if export.status == Status.READY:
            small += [self._words.part("masked"), self._words.part("kept" if export.files else "purged")]
        return small

    def _buttons(self) -> list[Block]:
        status = self._export.status
        if status == Status.UNSURE:
            return [self._button("ask_again", ASK_AGAIN, style="primary"), self._button("leave", CANCEL)]
        if status == Status.REFUSED:
            change = self._button("change", CHANGE, style="primary")
            return [change, self._button("ask_again", ASK_AGAIN)]
        if status in CANCELLABLE:
            return [self._button("cancel", CANCEL, confirm=question(self._words))]
        return [self._button("again", AGAIN)] if status in ENDED else []

    def _button(self, word: str, action_id: str, **more: Any) -> Block:
        text = self._words.plain(f"button_{word}")
        value = f"{self._export.id}:{self._export.version}"
        return blocks.button(text, action_id, value, label=f"{text}: {self._export.subaccount}", **more)


def question(words: Words) -> Block:
    """The question before something is ended: the template's ``confirm_`` blocks."""
    return blocks.confirm(
        words.plain("confirm_title", blocks.CONFIRM_TITLE_MAX),
        words.plain("confirm_text", blocks.CONFIRM_TEXT_MAX),
        words.plain("confirm_yes", blocks.CONFIRM_BUTTON_MAX),
        words.plain("confirm_no", blocks.CONFIRM_BUTTON_MAX),
        style="danger",
    )
