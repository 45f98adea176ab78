"""What operations tell: the card, the news of the end, the staff's line, and the outcome for who closed the window."""

from bot.accounts.tables import Account
from bot.contacts.operations.card import OperationCard
from bot.contacts.operations.steps import ASKED, CARD, ENDED, RESULT
from bot.contacts.operations.tables import ContactOperation
from bot.delivery.outbox import MessageKind, SlackCard
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.storage.database import Tx


def kinds(voices: Voices) -> list[MessageKind]:
    """What operations tell."""
    drawn = Drawings(voices)
    return [
        MessageKind(CARD, drawn.card),
        MessageKind(ENDED, drawn.ended),
        MessageKind(ASKED, drawn.asked),
        MessageKind(RESULT, drawn.result),
    ]


class Drawings:
    """Draws the messages of an operation from its row."""

    def __init__(self, voices: Voices) -> None:
        self._voices = voices

    def card(self, tx: Tx, message: Message) -> SlackCard:
        """The card where it was asked."""
        return self._drawn(tx, message.key).draw()

    def asked(self, tx: Tx, message: Message) -> SlackCard:
        """What staff see of what cannot be taken back."""
        return self._drawn(tx, message.key).for_staff()

    def ended(self, tx: Tx, message: Message) -> SlackCard | None:
        """The news that it ended, unless it went on since: then there is newer news to tell."""
        operation_id, _, version = message.key.partition(":")
        is_newest = str(tx.session.get_one(ContactOperation, operation_id).version) == version
        return self._drawn(tx, operation_id).news() if is_newest else None

    def result(self, tx: Tx, message: Message) -> SlackCard:
        """How it ended, for somebody who closed the window before."""
        return self._drawn(tx, message.key).news()

    def _drawn(self, tx: Tx, operation_id: str) -> OperationCard:
        operation = tx.session.get_one(ContactOperation, operation_id)
        return OperationCard(self._voices, operation, tx.session.get_one(Account, operation.account_id).name)
