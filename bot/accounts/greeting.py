"""What the desk says when it is invited into a channel: whose it is, or how staff link it. One message a channel."""

from bot.accounts.tables import Account, Channel
from bot.delivery.blocks import section
from bot.delivery.outbox import MessageKind, SlackCard, find, send
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.storage.database import Tx

GREETING = "accounts.greeting"


def link_changed(tx: Tx, channel_id: str) -> None:
    """Have the greeting, where there is one, say whose channel it is now."""
    message = find(tx, GREETING, channel_id, channel_id)
    if message is not None:
        send(tx, message)


def kind(voices: Voices) -> MessageKind:
    """The greeting; its key is the channel's id."""

    def draw(tx: Tx, message: Message) -> SlackCard:
        channel = tx.session.get(Channel, message.key)
        name = tx.session.get_one(Account, channel.account_id).name if channel else ""
        words = voices.slack("accounts/greeting", name=name)
        return SlackCard(f"{words.headline} {words.body}", [section(f"{words.headline}\n{words.body}")])

    return MessageKind(GREETING, draw)
