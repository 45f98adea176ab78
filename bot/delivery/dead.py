"""Dead letters: what could not be sent or done is told to the staff, once, with what to do."""

from collections.abc import Callable

import structlog

from bot.delivery.claims import OUTBOX, Claim
from bot.delivery.outbox import MessageKind, SlackCard, Telling, tell
from bot.delivery.tables import DueRow, Message
from bot.delivery.voices import Voices
from bot.storage.database import Tx

log = structlog.get_logger()

DEAD_LETTER = "delivery.dead"


def kind(voices: Voices) -> MessageKind:
    """The staff's notice about one dead row; its key is the row's id."""

    def draw(tx: Tx, notice: Message) -> SlackCard | None:
        row = tx.session.get(DueRow, int(notice.key))
        if row is None:
            return None
        message = tx.session.get(Message, row.key) if row.queue == OUTBOX else None
        words = voices.slack("delivery/dead", row=row, message=message)
        return SlackCard(words.text, [{"type": "section", "text": {"type": "mrkdwn", "text": words.body}}])

    return MessageKind(DEAD_LETTER, draw)


def tells_staff(review_channel: str) -> Callable[[Tx, Claim, str], None]:
    """What the outbox does with a row that it gives up: a notice in the staff's channel, unless that is what failed."""

    def on_dead(tx: Tx, claim: Claim, error: str) -> None:
        message = tx.session.get(Message, claim.key)
        if not review_channel or message is None or message.kind == DEAD_LETTER:
            log.error("dead_letter_untold", row=claim.id, error=error)
            return
        tell(tx, Telling(DEAD_LETTER, str(claim.id), review_channel))

    return on_dead
