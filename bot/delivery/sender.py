"""Works the outbox: draws a message from the state of this moment, and shows it by its medium."""

import asyncio
import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

import structlog
from sqlalchemy import or_, select, update

from bot.delivery.claims import OUTBOX
from bot.delivery.lanes import Lanes
from bot.delivery.mail import MailRefused, MailSender, MailTryLater, MailUnclear
from bot.delivery.outbox import Drawn, Mail, MessageKind, SlackCard, SlackFile
from bot.delivery.slack import (
    FILE_NOT_FOUND,
    Away,
    MessageGone,
    NotSent,
    RateLimited,
    SlackMessages,
    SlackTrouble,
    Unclear,
)
from bot.delivery.tables import PENDING, RUNNING, DueRow, Message
from bot.delivery.worker import GiveUp, Hold, PutBack, pause
from bot.storage.database import Database, Tx
from bot.storage.files import FileGone, Files, FilesAway
from bot.storage.statements import changed

log = structlog.get_logger()

LOOK_BACK = timedelta(seconds=5)
"""Slack's clock and ours may differ by this much when a message is looked for by its time."""
_SLACK_AWAY_SECONDS = 5.0
_MAIL_AWAY_SECONDS = 30.0
_FILES_AWAY_SECONDS = 15.0
_UNCLEAR_MAILS = 2


@dataclass(frozen=True)
class Sight:
    """A message, what it should show now, and the root of its thread when it has one."""

    message: Message
    drawn: Drawn | None
    thread_ts: str | None
    waits_for_parent: bool
    has_no_thread: bool
    """Nobody will ever show the first message of its thread."""


def fingerprint(card: SlackCard) -> str:
    """SHA-256 over what a card shows."""
    return hashlib.sha256(json.dumps([card.text, card.blocks], sort_keys=True).encode()).hexdigest()


class Sender:
    """``run`` sends the message that a due row names."""

    def __init__(
        self,
        database: Database,
        files: Files,
        *,
        slack: SlackMessages,
        mail: MailSender | None,
        kinds: Iterable[MessageKind],
        lanes: Lanes,
        places: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """``places`` are those that messages name by what they are for, each with its channel's id."""
        self._database = database
        self._files = files
        self._slack = slack
        self._mail = mail
        self._kinds = {kind.name: kind for kind in kinds}
        self._lanes = lanes
        self._places = places

    async def run(self, hold: Hold) -> None:
        """Send or update one message; raises what the worker understands."""
        sight = await self._database.read(self.look, hold.claim.key)
        if sight.waits_for_parent:
            raise PutBack(1, "the thread's first message is not there yet", spent=False)
        if sight.has_no_thread:
            raise GiveUp("the thread's first message could not be shown")
        match sight.drawn:
            case None:
                return
            case SlackCard() as card:
                await self._show(hold, sight, card)
            case SlackFile() as file:
                await self._share(hold, sight, file)
            case Mail() as mail:
                await self._post_mail(hold, sight.message, mail)

    def look(self, tx: Tx, message_id: str) -> Sight:
        """What a message should show now, from the database alone."""
        message = tx.session.get_one(Message, message_id)
        parent = tx.session.get_one(Message, message.parent_id) if message.parent_id else None
        no_root = parent is not None and parent.ts is None
        comes = parent is not None and no_root and is_on_its_way(tx, parent)
        return Sight(
            message=message,
            drawn=self.draw(tx, message),
            thread_ts=message.thread_ts or (parent.ts if parent else None),
            waits_for_parent=comes,
            has_no_thread=no_root and not comes,
        )

    def draw(self, tx: Tx, message: Message) -> Drawn | None:
        """A message as its feature draws it now."""
        return self._kinds[message.kind].draw(tx, message)

    # Slack messages

    async def _show(self, hold: Hold, sight: Sight, card: SlackCard) -> None:
        try:
            await self._post_or_update(hold, sight, card)
        except asyncio.CancelledError:
            # Our lease is lost: somebody else shows it too, and what we were about to say may come after that.
            await self._database.write(to_be_compared, sight.message.id)
            raise

    async def _post_or_update(self, hold: Hold, sight: Sight, card: SlackCard) -> None:
        message, shows = sight.message, fingerprint(card)
        if message.ts is None:
            channel = await self._channel(message)
            ts = await self._find(message, channel, sight.thread_ts) if hold.claim.attempt > 1 else None
            if ts is None:
                await self._post(hold, sight, card, channel)
                return
            if not await self._record(message.id, channel, ts, None):
                raise PutBack(0, "somebody else showed it", spent=False)
            message.channel, message.ts, message.fingerprint = channel, ts, None
        if message.fingerprint != shows:
            await self._update(hold, message, card, shows)

    async def _post(self, hold: Hold, sight: Sight, card: SlackCard, channel: str) -> None:
        message, shows = sight.message, fingerprint(card)
        self._enter(hold, "chat.postMessage", channel)
        try:
            channel, ts = await self._slack.post(
                channel, card.text, card.blocks, key=message.id, fingerprint=shows, thread_ts=sight.thread_ts
            )
        except SlackTrouble as trouble:
            raise self._consequence(hold, trouble, "chat.postMessage", channel) from trouble
        if not await self._record(message.id, channel, ts, shows):
            # Another worker showed it while we were paused: ours is the extra one. What stays, the reconciler takes.
            with suppress(SlackTrouble):
                await self._slack.delete(channel, ts)

    async def _update(self, hold: Hold, message: Message, card: SlackCard, shows: str) -> None:
        channel, ts = str(message.channel), str(message.ts)
        self._enter(hold, "chat.update", channel)
        try:
            await self._slack.update(channel, ts, card.text, card.blocks, key=message.id, fingerprint=shows)
        except MessageGone:
            await self._database.write(forget, message.id, ts)
            raise PutBack(0, "the message was deleted: show it anew", spent=False) from None
        except SlackTrouble as trouble:
            raise self._consequence(hold, trouble, "chat.update", channel) from trouble
        await self._record(message.id, channel, ts, shows)

    async def _find(self, message: Message, channel: str, thread_ts: str | None) -> str | None:
        """Look before posting again: an earlier attempt may have come through."""
        oldest = f"{(message.created_at - LOOK_BACK).timestamp():.6f}"
        try:
            ours = await self._slack.ours(channel, thread_ts=thread_ts, oldest=oldest)
        except (NotSent, Unclear) as trouble:
            raise PutBack(_wait(trouble), f"looking: {trouble.code}", spent=False) from trouble
        except SlackTrouble as trouble:
            raise GiveUp(trouble.code) from trouble
        return next((one.ts for one in ours if one.key == message.id), None)

    async def _channel(self, message: Message) -> str:
        if message.channel:
            return message.channel
        place = self._places.get(message.place, message.place)
        if not place:
            raise GiveUp(f"no channel is set for: {message.place}")
        if place[0] not in "UW":
            return place
        try:
            return await self._slack.open_conversation(place)
        except (NotSent, Unclear) as trouble:
            raise PutBack(_wait(trouble), trouble.code, spent=False) from trouble
        except SlackTrouble as trouble:
            raise GiveUp(trouble.code) from trouble

    # Files in Slack

    async def _share(self, hold: Hold, sight: Sight, file: SlackFile) -> None:
        message = sight.message
        if message.shown_at is not None:
            return
        channel = await self._channel(message)
        self._enter(hold, "files.completeUploadExternal", channel)
        try:
            file_id = message.file_id or await self._upload(message, file)
            if not (hold.claim.attempt > 1 and await self._slack.is_shared(file_id, channel)):
                await self._slack.share(file_id, file.title, file.comment, channel=channel, thread_ts=sight.thread_ts)
        except SlackTrouble as trouble:
            if message.file_id and trouble.code == FILE_NOT_FOUND:
                await self._database.write(file_uploaded, message.id, None)
                raise PutBack(0, "Slack dropped the upload: upload it anew") from trouble
            raise self._consequence(hold, trouble, "files.completeUploadExternal", channel) from trouble
        except FilesAway as trouble:
            raise PutBack(_FILES_AWAY_SECONDS, "file store", spent=False) from trouble
        except FileGone as trouble:
            raise GiveUp("the file is not kept any more") from trouble
        await self._database.write(delivered, message.id, channel)

    async def _upload(self, message: Message, file: SlackFile) -> str:
        size = await self._files.size(file.stored_key)
        file_id = await self._slack.upload(file.name, size, self._files.stream(file.stored_key), alt=file.alt)
        await self._database.write(file_uploaded, message.id, file_id)
        return file_id

    # E-mail

    async def _post_mail(self, hold: Hold, message: Message, mail: Mail) -> None:
        if self._mail is None or message.shown_at is not None:
            return
        try:
            pictures = {file.name: await self._read(file.stored_key) for file in mail.files}
            await self._mail.send(
                message_id=message.id,
                to=message.place,
                subject=mail.subject,
                html=mail.html,
                text=mail.text,
                references=mail.about,
                headers=mail.headers,
                pictures=pictures,
            )
        except FilesAway as trouble:
            raise PutBack(_FILES_AWAY_SECONDS, "file store", spent=False) from trouble
        except FileGone as trouble:
            raise GiveUp("a picture is not kept any more") from trouble
        except MailTryLater as trouble:
            raise PutBack(_MAIL_AWAY_SECONDS, str(trouble), spent=False) from trouble
        except MailUnclear as trouble:
            if hold.claim.attempt >= _UNCLEAR_MAILS:
                raise GiveUp(f"unclear {_UNCLEAR_MAILS} times: {trouble}") from trouble
            raise PutBack(_MAIL_AWAY_SECONDS, str(trouble)) from trouble
        except MailRefused as trouble:
            raise GiveUp(str(trouble)) from trouble
        await self._database.write(delivered, message.id)

    async def _read(self, key: str) -> bytes:
        return b"".join([chunk async for chunk in self._files.stream(key)])

    # What they share

    def _enter(self, hold: Hold, method: str, channel: str) -> None:
        wait = self._lanes.enter(method, channel)
        if wait:
            raise PutBack(wait, "rate", spent=False)
        if not hold.fresh():
            raise PutBack(0, "the lease is nearly over", spent=False)

    def _consequence(self, hold: Hold, trouble: SlackTrouble, method: str, channel: str) -> PutBack | GiveUp:
        attempt = hold.claim.attempt
        if isinstance(trouble, NotSent):
            self._lanes.close(method, channel, _wait(trouble))
            return PutBack(_wait(trouble), trouble.code, spent=False)
        if isinstance(trouble, Away):
            # The first one counts, so that the next attempt looks first; after that Slack may be away for hours.
            first = attempt == 1
            return PutBack(1 if first else _SLACK_AWAY_SECONDS, f"unclear: {trouble.code}", spent=first)
        if isinstance(trouble, Unclear):
            return PutBack(pause(attempt), f"unclear: {trouble.code}")
        return GiveUp(trouble.code)

    async def _record(self, message_id: str, channel: str, ts: str, shows: str | None) -> bool:
        return await self._database.write(shown, message_id, channel, ts, shows)


def _wait(trouble: SlackTrouble) -> float:
    return trouble.retry_after if isinstance(trouble, RateLimited) else _SLACK_AWAY_SECONDS


def shown(tx: Tx, message_id: str, channel: str, ts: str, shows: str | None) -> bool:
    """Slack shows the message; False when the database knows it under another ts: then both are to be compared."""
    ours = (Message.id == message_id, or_(Message.ts.is_(None), Message.ts == ts))
    shown_now = {"channel": channel, "ts": ts, "fingerprint": shows, "shown_at": tx.now}
    if changed(tx, update(Message).where(*ours).values(shown_now)) == 1:
        return True
    to_be_compared(tx, message_id)
    return False


def to_be_compared(tx: Tx, message_id: str) -> None:
    """Slack may show this message twice: the reconciler is to look once more."""
    there = (Message.id == message_id, Message.ts.is_not(None))
    changed(tx, update(Message).where(*there).values(shown_at=tx.now, checked_at=None))


def is_on_its_way(tx: Tx, message: Message) -> bool:
    """Whether a due row will still show this message."""
    rows = select(DueRow.id).where(DueRow.queue == OUTBOX, DueRow.key == message.id)
    return tx.session.scalar(rows.where(DueRow.state.in_((PENDING, RUNNING))).limit(1)) is not None


def forget(tx: Tx, message_id: str, ts: str) -> bool:
    """Slack does not have the message any more: it may be posted anew."""
    gone = update(Message).where(Message.id == message_id, Message.ts == ts).values(ts=None, fingerprint=None)
    return changed(tx, gone) == 1


def file_uploaded(tx: Tx, message_id: str, file_id: str | None) -> bool:
    """Slack has the file's bytes; a retry shares this file and uploads no second one. None: it has them no more."""
    return changed(tx, update(Message).where(Message.id == message_id).values(file_id=file_id)) == 1


def delivered(tx: Tx, message_id: str, channel: str | None = None) -> bool:
    """A file is shared, or an e-mail was taken by the mail server."""
    return changed(tx, update(Message).where(Message.id == message_id).values(channel=channel, shown_at=tx.now)) == 1
