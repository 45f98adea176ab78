"""What staff are told of the operators' feed itself: on Home how it is, and in their channel when it fails for long."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from bot.accounts.rules import Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.outbox import MessageKind, SlackCard
from bot.delivery.tables import Message
from bot.delivery.voices import Voices, Words
from bot.registrations.feed import OUTAGE, feed_name, outage_of, state_of
from bot.registrations.tables import FeedState, OperatorNews, OperatorRow
from bot.storage.database import Tx

_STRANGE_FOR = timedelta(days=7)
"""How long Home counts words about what nobody asked."""


class Home:
    """The feed at this address on App Home, for staff; nothing without one, and before the first sender ID."""

    def __init__(self, voices: Voices, url: str) -> None:
        self._voices = voices
        self._url = url

    def needs(self, tx: Tx, who: Who) -> list[Block]:
        """That it fails."""
        if not self._is_for(tx, who):
            return []
        state = state_of(tx, feed_name(self._url))
        return [blocks.section(_words(self._voices, state).part("fails"))] if state.failing_since else []

    def shown(self, tx: Tx, who: Who) -> list[Block]:
        """How it is, and what it said of late about what nobody asked."""
        if not self._is_for(tx, who):
            return []
        state = state_of(tx, feed_name(self._url))
        count, last = _strange(tx)
        words = _words(
            self._voices,
            state,
            strange_count=count,
            operator=last.operator if last else "",
            reference=last.reference if last else "",
        )
        title: Block = {"type": "header", "text": blocks.plain(words.plain("headline"))}
        stands = words.part("fails") if state.failing_since else words.part("works")
        return [title, blocks.section(stands), *([blocks.context(words.part("strange"))] if count else [])]

    def serves(self, who: Who) -> bool:
        """Staff, where there is a feed."""
        return bool(self._url) and who.is_staff

    def _is_for(self, tx: Tx, who: Who) -> bool:
        return self.serves(who) and tx.session.scalars(select(OperatorRow.id).limit(1)).first() is not None


def _strange(tx: Tx) -> tuple[int, OperatorNews | None]:
    """How many words of late were about what nobody asks now, and the last of them."""
    such = (OperatorNews.row_id.is_(None), OperatorNews.heard_at > tx.now - _STRANGE_FOR)
    count = tx.session.scalar(select(func.count()).select_from(OperatorNews).where(*such)) or 0
    last = select(OperatorNews).where(*such).order_by(OperatorNews.heard_at.desc(), OperatorNews.item_id).limit(1)
    return count, tx.session.scalars(last).first() if count else None


def kind(voices: Voices) -> MessageKind:
    """That the feed has failed for long; once it works again, the same message says so."""

    def draw(tx: Tx, message: Message) -> SlackCard:
        name, _, since = message.key.partition(":")
        state = state_of(tx, name)
        fails = state.failing_since is not None and outage_of(state) == message.key
        words = _words(voices, state, since=datetime.fromtimestamp(int(since), UTC))
        text = words.part("fails" if fails else "works_again")
        return SlackCard(text, [blocks.section(text)])

    return MessageKind(OUTAGE, draw)


def _words(voices: Voices, state: FeedState, **more: object) -> Words:
    values = {
        "looked_at": state.looked_at,
        "changed_at": state.changed_at,
        "since": state.failing_since,
        "trouble": state.trouble,
    }
    return voices.slack("registrations/feed", **(values | more))
