"""What is told of an export, and the picture of a week: in the person's conversation with the desk, and by e-mail."""

from bot.dashboard import weeks
from bot.dashboard.exports import CARD, TEXT, WORKBOOK
from bot.dashboard.tables import DashboardExport, DashboardWeek
from bot.delivery import blocks
from bot.delivery.outbox import REVIEW, Mail, MailFile, MessageKind, SlackCard, SlackFile
from bot.delivery.tables import Message
from bot.delivery.voices import Inline, Voices, Words
from bot.storage.database import Tx

_EXPORT, _WEEK = "dashboard/export", "dashboard/week"


def kinds(voices: Voices) -> list[MessageKind]:
    """What is told."""
    drawn, week = Drawings(voices), WeekDrawings(voices)
    return [
        *(MessageKind(CARD, drawn.card), MessageKind(WORKBOOK, drawn.workbook), MessageKind(TEXT, drawn.text)),
        MessageKind(weeks.PICTURE, week.picture),
        MessageKind(weeks.PLAIN, week.plain),
        MessageKind(weeks.MAIL, week.mail),
    ]


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


class WeekDrawings:
    """Draws the messages of a week's picture from its row."""

    def __init__(self, voices: Voices) -> None:
        self._voices = voices

    def picture(self, tx: Tx, message: Message) -> SlackFile | None:
        """The picture, with what it counts beside it."""
        week, words = self._said(tx, message)
        part = "comment_staff" if week.place == REVIEW else "comment"
        alt = (week.said or {}).get("alt", "")
        title = words.plain("title", 90)
        return SlackFile(week.picture_key, "week.png", title, words.part(part), alt) if week.picture_key else None

    def plain(self, tx: Tx, message: Message) -> SlackCard:
        """The same in words, where there is no picture."""
        week, words = self._said(tx, message)
        part = "plain" if week.said and week.said["total"] else "nothing"
        paragraphs = blocks.packed(words.lines(part))  # of long names more than one paragraph takes
        return SlackCard(paragraphs[0], [blocks.section(each) for each in paragraphs])

    def mail(self, tx: Tx, message: Message) -> Mail:
        """The picture, and the same in words beneath it."""
        week, _ = self._said(tx, message)
        key, said = week.picture_key, week.said or {}
        shown = Inline("week.png", said["alt"]) if key else None
        values = {name: said[name] for name in ("alt", "lines", "more_count", "decided_count")}
        text = self._voices.email(_WEEK, picture=shown, **values)
        return Mail(text.subject, text.html, text.text, files=(MailFile(key, "week.png"),) if key else ())

    def _said(self, tx: Tx, message: Message) -> tuple[DashboardWeek, Words]:
        week = tx.session.get_one(DashboardWeek, message.key)
        said = week.said or {}
        return week, self._voices.slack(_WEEK, **said, weekly=week.monday is not None, title=said.get("customer", ""))
