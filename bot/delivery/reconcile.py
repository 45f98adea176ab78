"""Compares what Slack shows with what the database says, and mends it: a message twice, one gone, one outdated."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import or_, select, update

from bot.delivery.jobs import JobKind, soon
from bot.delivery.outbox import SLACK, SlackCard, send
from bot.delivery.sender import LOOK_BACK, Sender, fingerprint, forget, shown
from bot.delivery.slack import Never, NotSent, Shown, SlackMessages, SlackTrouble
from bot.delivery.tables import Message
from bot.delivery.worker import Hold, PutBack
from bot.storage.database import Database, Tx
from bot.storage.statements import changed

log = structlog.get_logger()

RECONCILE = "delivery.reconcile"
_RECENT = timedelta(hours=1)
_SETTLED = timedelta(seconds=5)
"""Slack may take a moment until its history shows what was just posted."""
_MESSAGES_A_RUN = 200


def ask_for(tx: Tx) -> None:
    """Have Slack and the database compared soon."""
    soon(tx, RECONCILE, "all")


@dataclass(frozen=True)
class Conversation:
    """A channel, or one thread in it, with those of our messages there that changed since they were last compared."""

    channel: str
    thread_ts: str | None
    messages: Sequence[Message]


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
        """Compare and mend once."""
        for conversation in await self._database.read(changed_lately):
            await self._compare(conversation)

    async def _compare(self, conversation: Conversation) -> None:
        oldest = min(message.created_at for message in conversation.messages) - LOOK_BACK
        try:
            there = await self._slack.ours(
                conversation.channel, thread_ts=conversation.thread_ts, oldest=f"{oldest.timestamp():.6f}"
            )
            for message in conversation.messages:
                await self._mend(message, [one for one in there if one.key == message.id])
        except NotSent as trouble:
            raise PutBack(30, trouble.code, spent=False) from trouble
        except Never as trouble:
            # A channel that we may not read cannot be compared; sending into it reports its own trouble.
            log.warning("cannot_compare", channel=conversation.channel, error=trouble.code)
            await self._database.write(checked, [message.id for message in conversation.messages])
        except SlackTrouble as trouble:
            raise PutBack(30, trouble.code) from trouble

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
            changed(tx, update(Message).where(Message.id == message_id).values(ts=None))
            shown(tx, message_id, str(message.channel), kept.ts, kept.fingerprint)
        tx.session.refresh(message)
        drawn = self._sender.draw(tx, message)
        if isinstance(drawn, SlackCard) and kept.fingerprint != fingerprint(drawn):
            message.fingerprint = kept.fingerprint
            send(tx, message)
        message.checked_at = tx.now
        return kept.ts


def changed_lately(tx: Tx) -> list[Conversation]:
    """What was shown within the last hour and not compared since."""
    changed_since_checked = or_(Message.checked_at.is_(None), Message.checked_at < Message.shown_at)
    lately = (
        select(Message)
        .where(Message.medium == SLACK, Message.ts.is_not(None), changed_since_checked)
        .where(Message.shown_at > tx.now - _RECENT, Message.shown_at < tx.now - _SETTLED)
        .order_by(Message.shown_at)
        .limit(_MESSAGES_A_RUN)
    )
    conversations: dict[tuple[str, str | None], list[Message]] = defaultdict(list)
    for message in tx.session.scalars(lately):
        parent = tx.session.get_one(Message, message.parent_id) if message.parent_id else None
        thread_ts = message.thread_ts or (parent.ts if parent else None)
        conversations[str(message.channel), thread_ts].append(message)
    return [Conversation(channel, thread_ts, messages) for (channel, thread_ts), messages in conversations.items()]


def checked(tx: Tx, message_ids: Sequence[str]) -> None:
    """These messages were compared, as far as that is possible."""
    changed(tx, update(Message).where(Message.id.in_(message_ids)).values(checked_at=tx.now))
