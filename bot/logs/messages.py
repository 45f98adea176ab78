"""What message logs tell: the card, the files, the picture, and that a repeated export was stopped."""

from bot.delivery import blocks
from bot.delivery.outbox import MessageKind, SlackCard, SlackFile
from bot.delivery.tables import Message
from bot.delivery.voices import Voices, Words
from bot.logs import steps
from bot.logs import words as filled
from bot.logs.card import Card
from bot.logs.tables import LogExport, LogSchedule
from bot.storage.database import Tx

RESUME = "logs:resume"
_COUNTED = {"days": "days", "statuses": "statuses", "countries_line": "countries"}


def kinds(voices: Voices) -> list[MessageKind]:
    """What is told."""
    drawn = Drawings(voices)
    return [
        MessageKind(steps.CARD, drawn.card),
        MessageKind(steps.PICTURE, drawn.picture),
        MessageKind(steps.FILES, drawn.file),
        MessageKind(steps.SCHEDULE_CARD, drawn.schedule),
    ]


class Drawings:
    """Draws the messages of an export from its row."""

    def __init__(self, voices: Voices) -> None:
        self._voices = voices

    def card(self, tx: Tx, message: Message) -> SlackCard:
        """How far it is, or how it ended."""
        export = tx.session.get_one(LogExport, message.key)
        schedule = tx.session.get(LogSchedule, export.schedule_id) if export.schedule_id else None
        return Card(self._voices, export, schedule).draw()

    def picture(self, tx: Tx, message: Message) -> SlackFile | None:
        """The summary as a picture."""
        export = tx.session.get_one(LogExport, message.key)
        if export.picture_key is None:
            return None
        words = self._words(export)
        name = f"{words.plain('file_name', 120)}.png"
        told = (part for part, some in _COUNTED.items() if (export.summary or {}).get(some))
        alt = " ".join([words.plain("picture_title", 200), *(f"{words.plain(part, 500)}." for part in told)])
        title = words.plain("picture_title", 200)
        return SlackFile(export.picture_key, name, title, words.part("picture_comment"), alt)

    def file(self, tx: Tx, message: Message) -> SlackFile | None:
        """One of the files."""
        export_id, _, number = message.key.partition(":")
        export = tx.session.get_one(LogExport, export_id)
        if len(export.files) < int(number):
            return None
        words = self._words(export, file_number=int(number))
        part = f" {number}" if export.files_count > 1 else ""
        name = f"{words.plain('file_name', 120)}{part}.csv"
        return SlackFile(export.files[int(number) - 1]["key"], name, name, words.part("file_comment"))

    def schedule(self, tx: Tx, message: Message) -> SlackCard:
        """Why it is repeated no more, or that it is again."""
        schedule = tx.session.get_one(LogSchedule, message.key)
        return schedule_card(self._voices, schedule)

    def _words(self, export: LogExport, **more: int) -> Words:
        return self._voices.slack(filled.CARD, **(filled.values(self._voices, export) | more))


def schedule_card(voices: Voices, schedule: LogSchedule) -> SlackCard:
    """A repeated export that the desk stopped."""
    words = voices.slack("logs/schedule", **schedule_values(voices, schedule))
    said = words.part("told" if schedule.stop_reason else "resumed")
    return SlackCard(f"{words.headline} — {said}", [blocks.section(f"{words.headline}\n{said}")])


def schedule_values(voices: Voices, schedule: LogSchedule) -> dict[str, object]:
    """What the words about a repeated export are filled with."""
    return {
        **filled.about(voices, schedule),
        "again": voices.plain(filled.CARD, schedule.again),
        "period": voices.plain("logs/form", f"period_{schedule.period}"),
        "status": voices.state(f"repeat.{schedule.status}"),
        "next_at": schedule.next_at if schedule.status == "active" else "",
        "reason": schedule.stop_reason,
        "for_channel": schedule.place if schedule.place[0] in "CG" else "",
    }
