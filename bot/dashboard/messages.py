"""What is told of an export: how far it is, and its files, in the person's conversation with the desk."""

from bot.dashboard.exports import CARD, TEXT, WORKBOOK
from bot.dashboard.tables import DashboardExport
from bot.delivery import blocks
from bot.delivery.outbox import MessageKind, SlackCard, SlackFile
from bot.delivery.tables import Message
from bot.delivery.voices import Voices, Words
from bot.storage.database import Tx

_EXPORT = "dashboard/export"


def kinds(voices: Voices) -> list[MessageKind]:
    """What is told."""
    drawn = Drawings(voices)
    return [MessageKind(CARD, drawn.card), MessageKind(WORKBOOK, drawn.workbook), MessageKind(TEXT, drawn.text)]


class Drawings:
    """Draws the messages of an export from its row."""

    def __init__(self, voices: Voices) -> None:
        self._voices = voices

    def card(self, tx: Tx, message: Message) -> SlackCard:
        """How far it is, or how it ended."""
        export = tx.session.get_one(DashboardExport, message.key)
        words = self._words(export)
        return SlackCard(words.headline, [blocks.section(f"{words.headline}\n{words.part(export.status)}")])

    def workbook(self, tx: Tx, message: Message) -> SlackFile | None:
        """The workbook with both views."""
        export = tx.session.get_one(DashboardExport, message.key)
        return self._file(export, export.workbook_key, "xlsx", "workbook_comment")

    def text(self, tx: Tx, message: Message) -> SlackFile | None:
        """The view that was looked at, as CSV."""
        export = tx.session.get_one(DashboardExport, message.key)
        return self._file(export, export.csv_key, "csv", "csv_comment")

    def _file(self, export: DashboardExport, key: str | None, ending: str, comment: str) -> SlackFile | None:
        name = f"sender-ids {export.created_at:%Y-%m-%d}.{ending}"
        return SlackFile(key, name, name, self._words(export).part(comment)) if key else None

    def _words(self, export: DashboardExport) -> Words:
        values = {"filters": export.words, "done_count": export.done, "trouble": export.trouble}
        return self._voices.slack(_EXPORT, **values, written_percent=export.percent)
