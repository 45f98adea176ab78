"""What jobs find out about the batches of a contact file, and what follows for the file: one function, one transaction.

A file's status follows from those of its batches, so the file is locked first: they are sent by one job, and followed
by another.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.contacts import rules
from bot.contacts.rules import BatchState, Status
from bot.contacts.steps import MAIL, OUTCOME, POLL, PURGE, SUBMIT, advance, card, in_its_thread, locked, move
from bot.contacts.tables import ContactBatch, ContactFile
from bot.delivery.jobs import soon
from bot.delivery.outbox import EMAIL, SLACK, Telling, tell
from bot.storage.database import Tx

_AT_8X8 = frozenset({Status.SUBMITTING, Status.RUNNING})


def sending(tx: Tx, batch_id: str) -> None:
    """From now on 8x8 may have this batch."""
    batch = _batch(tx, batch_id)
    if batch.status == BatchState.WAITING:
        advance(tx, batch, BatchState.SENDING, sent_at=tx.now)


def batch_began(tx: Tx, batch_id: str, provider_id: str, answer: Mapping[str, Any]) -> None:
    """8x8 took the batch, which is ``provider_id`` there: follow it, and send the next one."""
    batch = _batch(tx, batch_id)
    if batch.status not in {BatchState.SENDING, BatchState.UNSURE}:
        return
    file = _file(tx, batch)
    facts = {"batch": provider_id}
    advance(tx, batch, BatchState.RUNNING, facts=facts, batch_id=provider_id, answer=dict(answer), trouble=None)
    file.polls, file.looked_at, file.trouble = 0, tx.now, None
    _roll_up(tx, file)
    soon(tx, POLL, file.id, after=timedelta(seconds=rules.poll_after(0)))
    if file.status == Status.SUBMITTING:
        soon(tx, SUBMIT, file.id)


def refused(tx: Tx, batch_id: str, trouble: Mapping[str, Any]) -> None:
    """8x8 refused the batch, or could not be asked; the person may mend it and submit again."""
    _not_taken(tx, _batch(tx, batch_id), BatchState.REFUSED, trouble)


def unsure(tx: Tx, file_id: str, sentence: str) -> None:
    """Nobody can tell whether 8x8 has the batch that was on its way: a person decides."""
    batch = next_to_send(locked(tx, file_id))
    if batch is not None:
        _not_taken(tx, batch, BatchState.UNSURE, {"sentence": sentence})


def next_to_send(file: ContactFile) -> ContactBatch | None:
    """The first batch of a file that is being submitted and is not at 8x8 yet."""
    if file.status != Status.SUBMITTING:
        return None
    return next((batch for batch in file.batches if batch.status in rules.ON_ITS_WAY), None)


def running(file: ContactFile) -> list[ContactBatch]:
    """The batches at which 8x8 works."""
    return [batch for batch in file.batches if batch.status == BatchState.RUNNING]


def polled(tx: Tx, file_id: str, answers: Mapping[str, Mapping[str, Any]]) -> None:
    """What 8x8 says of batches (by our ids) now. The card changes when an answer did; the last word is told as news."""
    file = locked(tx, file_id)
    file.polls, file.looked_at = file.polls + 1, tx.now
    news = file.status == Status.RUNNING and bool((file.trouble or {}).get("waits"))
    if news:  # while batches are still to be sent, it is the sending that waits
        file.trouble = None
    for batch in running(file):
        answer = dict(answers.get(batch.id) or batch.answer or {})
        state = rules.batch_state(str(answer.get("status", "")))
        news = news or answer != batch.answer
        if state != BatchState.RUNNING:
            advance(tx, batch, state, facts=answer, answer=answer)
        else:
            batch.answer = answer
    if running(file):
        soon(tx, POLL, file.id, after=timedelta(seconds=rules.poll_after(file.polls)))
    _roll_up(tx, file, news=news)


def _batch(tx: Tx, batch_id: str) -> ContactBatch:
    """A batch, with its file locked."""
    batch = tx.session.get_one(ContactBatch, batch_id)
    locked(tx, batch.file_id)
    return batch


def _file(tx: Tx, batch: ContactBatch) -> ContactFile:
    return tx.session.get_one(ContactFile, batch.file_id)


def _not_taken(tx: Tx, batch: ContactBatch, state: BatchState, trouble: Mapping[str, Any]) -> None:
    if batch.status in rules.ON_ITS_WAY:
        sentence = str(trouble.get("sentence", ""))
        advance(tx, batch, state, because=sentence, trouble=dict(trouble))
        _roll_up(tx, _file(tx, batch))


def _roll_up(tx: Tx, file: ContactFile, *, news: bool = True) -> None:
    """Move the file to where its batches are; draw its card again when there is news, and tell how it ended."""
    to = rules.roll_up(batch.status for batch in file.batches)
    if to == file.status:
        if news:
            tell(tx, card(file))
        return
    act = "accepted" if to == Status.RUNNING else str(to)
    trouble = next((batch.trouble for batch in file.batches if batch.trouble), None)
    because = str((trouble or {}).get("sentence", ""))
    ended = tx.now if to in rules.ENDED else None
    move(tx, file, to, act, because=because, trouble=trouble, ended_at=ended)
    if to in _AT_8X8:
        return
    tell(tx, in_its_thread(file, OUTCOME, f"{file.id}:{file.submissions}", SLACK))
    if to in rules.ENDED:
        soon(tx, PURGE, file.id, after=rules.KEPT_AFTER_END)
        if file.uploader_email:
            tell(tx, Telling(MAIL, f"{file.id}:{file.submissions}", file.uploader_email, EMAIL, file.account_id))
