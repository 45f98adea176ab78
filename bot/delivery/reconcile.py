"""Compares what Slack shows with what the database says, and mends it: a message twice, one gone, one outdated."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select, update

from bot.delivery.jobs import JobKind, soon
from bot.delivery.outbox import SLACK, SlackCard, send
from bot.delivery.sender import LOOK_BACK, Sender, fingerprint, forget
from bot.delivery.slack import Never, RateLimited, Shown, SlackMessages, SlackTrouble
from bot.delivery.tables import Message
from bot.delivery.worker import Hold, PutBack
from bot.storage.database import Database, Tx
from bot.storage.statements import changed

log = structlog.get_logger()

RECONCILE = "delivery.reconcile"
_RECENT = timedelta(days=2)
"""What is older is left alone: nobody who died then comes back."""
_AWAY_SECONDS = 30.0
_SETTLED = timedelta(seconds=5)
"""Slack may take a moment until its history shows what was just posted."""
_MESSAGES_AT_ONCE = 200


def ask_for(tx: Tx) -> None:
    """Have Slack and the database compared soon."""
    soon(tx, RECONCILE, "all")


@dataclass(frozen=True)
class Conversation:
    """A channel, or one thread in it, with those of our messages there that changed since they were last compared."""

    channel: str
    thread_ts: str | None
    messages: Sequence[Message]
    read_at: datetime


class Reconciler:
    """One job for the whole desk. It asks Slack once per conversation, and only for what changed lately."""

    def __init__(self, database: Database, slack: SlackMessages, sender: Sender) -> None:
        self._database = database
        self._slack = slack
        self._sender = sender

    def kind(self) -> JobKind:
        """The due row's kind."""
        return JobKind(RECONCILE, self.run)

    async def run(self, _hold: Hold) -> None:
        """Compare and mend, until nothing is left to be compared."""
        while conversations := await self._database.read(changed_lately):
            for conversation in conversations:
                await self._compare(conversation)

    async def _compare(self, conversation: Conversation) -> None:
        oldest = min(message.created_at for message in conversation.messages) - LOOK_BACK
        try:
            there = await self._slack.ours(
                conversation.channel, thread_ts=conversation.thread_ts, oldest=f"{oldest.timestamp():.6f}"
            )
            for message in conversation.messages:
                await self._mend(message, [one for one in there if one.key == message.id])
        except Never as trouble:
            # A channel that we may not read cannot be compared; sending into it reports its own trouble.
            log.warning("cannot_compare", channel=conversation.channel, error=trouble.code)
        except SlackTrouble as trouble:
            wait = trouble.retry_after if isinstance(trouble, RateLimited) else _AWAY_SECONDS
            raise PutBack(wait, trouble.code, spent=False) from trouble
        # Only now, with every extra one gone: who dies before begins anew.
        await self._database.write(checked, [message.id for message in conversation.messages], conversation.read_at)

    async def _mend(self, message: Message, there: Sequence[Shown]) -> None:
        keep = await self._database.write(self._settle, message.id, there)
        for extra in there:
            if extra.ts != keep:
                log.warning("duplicate_removed", message=message.id)
                await self._slack.delete(str(message.channel), extra.ts)

    def _settle(self, tx: Tx, message_id: str, there: Sequence[Shown]) -> str | None:
        """Bring the row in line with what Slack shows; gives the ts that stays."""
        message = tx.session.get_one(Message, message_id, with_for_update=True)
        known = next((one for one in there if one.ts == message.ts), None)
        kept = known or next(iter(there), None)
        if kept is None:
            # A change since we read may have posted it after Slack answered us: then its newer row speaks.
            if message.ts is not None:
                forget(tx, message_id, message.ts)
                send(tx, message)
            return None
        if known is None:
            there_now = {"ts": kept.ts, "fingerprint": kept.fingerprint}
            changed(tx, update(Message).where(Message.id == message_id).values(there_now))
        tx.session.refresh(message)
        drawn = self._sender.draw(tx, message)
        # Who stood still may have written down late what was shown before: only Slack knows what it shows.
        message.fingerprint = kept.fingerprint
        if isinstance(drawn, SlackCard) and kept.fingerprint != fingerprint(drawn):
            send(tx, message)
        return kept.ts


def changed_lately(tx: Tx) -> list[Conversation]:
    """What was shown lately and not compared since."""
    changed_since_checked = or_(Message.checked_at.is_(None), Message.checked_at < Message.shown_at)
    lately = (
        select(Message)
        .where(Message.medium == SLACK, Message.ts.is_not(None), changed_since_checked)
        .where(Message.shown_at > tx.now - _RECENT, Message.shown_at < tx.now - _SETTLED)
        .order_by(Message.shown_at)
        .limit(_MESSAGES_AT_ONCE)
    )
    conversations: dict[tuple[str, str | None], list[Message]] = defaultdict(list)
    for message in tx.session.scalars(lately):
        parent = tx.session.get_one(Message, message.parent_id) if message.parent_id else None
        thread_ts = message.thread_ts or (parent.ts if parent else None)
        conversations[str(message.channel), thread_ts].append(message)
    return [
        Conversation(channel, thread_ts, messages, tx.now) for (channel, thread_ts), messages in conversations.items()
    ]


def checked(tx: Tx, message_ids: Sequence[str], read_at: datetime) -> None:
    """These messages were compared with what Slack shows, as far as that is possible, as they were at ``read_at``."""
    changed(tx, update(Message).where(Message.id.in_(message_ids)).values(checked_at=read_at))
