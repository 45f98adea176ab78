"""What contact files tell: the card, the news of the end, the rejected rows, and the e-mail."""

from bot.contacts import rules, service
from bot.contacts.card import Card
from bot.contacts.facts import ended_values
from bot.contacts.rules import Status
from bot.contacts.steps import CARD, MAIL, OUTCOME, REJECTED
from bot.contacts.tables import ContactFile
from bot.delivery import blocks
from bot.delivery.links import Links
from bot.delivery.outbox import Mail, MessageKind, SlackCard, SlackFile
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.storage.database import Tx

_NEWS = frozenset({Status.REFUSED, Status.UNSURE, Status.COMPLETED, Status.FAILED, Status.STOPPED, Status.TIMEOUT})


def kinds(voices: Voices, links: Links) -> list[MessageKind]:
    """What contact files tell."""
    drawn = Drawings(voices, links)
    return [
        MessageKind(CARD, drawn.card),
        MessageKind(OUTCOME, drawn.outcome),
        MessageKind(REJECTED, drawn.rejected),
        MessageKind(MAIL, drawn.mail),
    ]


class Drawings:
    """Draws the messages of a contact file from its row."""

    def __init__(self, voices: Voices, links: Links) -> None:
        self._voices = voices
        self._links = links

    def card(self, tx: Tx, message: Message) -> SlackCard:
        """The card in the file's thread."""
        file = tx.session.get_one(ContactFile, message.key)
        return Card(self._voices, file, service.twin(tx, file)).draw()

    def outcome(self, tx: Tx, message: Message) -> SlackCard | None:
        """The news that a submission ended, told once for each submission."""
        file = self._of_submission(tx, message)
        if file is None:
            return None
        words = self._voices.slack("contacts/ended", **ended_values(self._voices, file))
        news = words.part("news")
        return SlackCard(f"{news} {words.body}", [blocks.section(f"{news}\n{words.body}")])

    def mail(self, tx: Tx, message: Message) -> Mail | None:
        """The same as an e-mail to the person who uploaded the file."""
        file = self._of_submission(tx, message)
        if file is None:
            return None
        thread = self._links.find(tx, CARD, file.id, file.channel)
        text = self._voices.email("contacts/ended", thread=thread, **ended_values(self._voices, file))
        return Mail(text.subject, text.html, text.text, about=file.id)

    def rejected(self, tx: Tx, message: Message) -> SlackFile | None:
        """The rejected rows, in the kind of file that came in."""
        file = tx.session.get_one(ContactFile, message.key.partition(":")[0])
        if file.rejected_key is None:
            return None
        words = self._voices.slack("contacts/card", name=file.name)
        stem, ending = file.name.rsplit(".", 1)[0], rules.ending(file.rejected_key)
        name = f"{stem[:80]} - rejected rows.{ending}"
        return SlackFile(file.rejected_key, name, words.plain("rejected_title", 200), words.part("rejected_comment"))

    def _of_submission(self, tx: Tx, message: Message) -> ContactFile | None:
        """The file, unless it was submitted again since: then there is newer news to tell."""
        file_id, _, submission = message.key.partition(":")
        file = tx.session.get_one(ContactFile, file_id)
        return file if str(file.submissions) == submission and file.status in _NEWS else None
