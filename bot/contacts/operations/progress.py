"""What jobs find out about an operation, and what follows: one function, one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.contacts import rules as file_rules
from bot.contacts.operations.rules import State
from bot.contacts.operations.steps import FOLLOW, OPERATE, has_card, is_batch, move, news, show
from bot.contacts.operations.tables import ContactOperation
from bot.contacts.steps import GROUPS
from bot.delivery.jobs import soon
from bot.delivery.outbox import tell
from bot.storage.database import Tx
from bot.storage.statements import held

_RECENT = 200


@dataclass(frozen=True)
class Task:
    """An operation as a job sees it: the row, detached, and what else it must know."""

    operation: ContactOperation
    taken: frozenset[str]
    """The batches that other operations of the account are known to be."""
    another_is_sent: bool
    """Another of this kind is on its way, and its answer may be lost: the two could not be told apart."""
    quiet: float
    """Seconds since 8x8 said something about its batch."""


def look(tx: Tx, operation_id: str) -> Task:
    """What a job needs to know."""
    operation = tx.session.get_one(ContactOperation, operation_id)
    same = (ContactOperation.account_id == operation.account_id, ContactOperation.kind == operation.kind)
    recent = select(ContactOperation).where(*same).order_by(ContactOperation.asked_at.desc()).limit(_RECENT)
    others = [other for other in tx.session.scalars(recent) if other.id != operation.id]
    return Task(
        operation,
        frozenset(batch for other in [*others, operation] for batch in other.batches),
        any(other.status == State.SENDING for other in others) and is_batch(operation),
        (tx.now - operation.looked_at).total_seconds() if operation.looked_at else 0.0,
    )


def sending(tx: Tx, operation_id: str, before: Sequence[str]) -> bool:
    """From now on 8x8 may have it. False: it was taken back meanwhile, or somebody else is sending it."""
    operation = held(tx, ContactOperation, operation_id)
    if operation.status != State.WAITING:
        return False
    move(tx, operation, State.SENDING, sent_at=tx.now, before=list(before), looks=0, trouble=None)
    return True


def not_sent(tx: Tx, operation_id: str, sentence: str) -> None:
    """Nothing reached 8x8, or it asks to wait: it is sent later. Said once, not at each try."""
    operation = held(tx, ContactOperation, operation_id)
    trouble = {"sentence": sentence, "waits": True}
    if operation.status == State.SENDING:
        move(tx, operation, State.WAITING, act="waits", trouble=trouble)
    else:
        waits(tx, operation_id, sentence)


def waits(tx: Tx, operation_id: str, sentence: str) -> None:
    """8x8 does not answer right now; it is asked again."""
    operation = held(tx, ContactOperation, operation_id)
    trouble = {"sentence": sentence, "waits": True}
    if operation.status in {State.WAITING, State.SENDING, State.RUNNING} and operation.trouble != trouble:
        operation.trouble = trouble
        show(tx, operation)


def looked(tx: Tx, operation_id: str) -> int:
    """8x8's list was looked through once more, in vain; how often by now."""
    operation = held(tx, ContactOperation, operation_id)
    operation.looks += 1
    return operation.looks


def not_there(tx: Tx, operation_id: str) -> None:
    """8x8 does not have it, and what it is can be done again without harm: it is sent anew."""
    operation = held(tx, ContactOperation, operation_id)
    if operation.status == State.SENDING:
        move(tx, operation, State.WAITING, act="not_there")
        soon(tx, OPERATE, operation.id)


def began(tx: Tx, operation_id: str, batch_id: str, answer: Mapping[str, Any]) -> None:
    """8x8 took it as this batch: follow it."""
    operation = held(tx, ContactOperation, operation_id)
    if operation.status == State.SENDING:
        batches = [*operation.batches[: operation.part], batch_id]
        more: dict[str, Any] = {"batches": batches, "answer": dict(answer), "trouble": None, "polls": 0}
        move(tx, operation, State.RUNNING, facts={"batch": batch_id}, looked_at=tx.now, **more)
        soon(tx, FOLLOW, operation.id, after=timedelta(seconds=file_rules.poll_after(0)))


def done(tx: Tx, operation_id: str, answer: Mapping[str, Any]) -> None:
    """8x8 did it at once."""
    operation = held(tx, ContactOperation, operation_id)
    if operation.status == State.SENDING:
        move(tx, operation, State.COMPLETED, answer=dict(answer), trouble=None)
        soon(tx, GROUPS, operation.account_id)


def refused(tx: Tx, operation_id: str, trouble: Mapping[str, Any]) -> None:
    """8x8 refused it, or could not be asked; a person may have it done again."""
    operation = held(tx, ContactOperation, operation_id)
    if operation.status in {State.WAITING, State.SENDING}:
        because = str(trouble.get("sentence", ""))
        move(tx, operation, State.REFUSED, because=because, trouble=dict(trouble))
        _tell_end(tx, operation)


def unsure(tx: Tx, operation_id: str, sentence: str, fitting: Sequence[str] = ()) -> None:
    """Nobody can tell whether 8x8 has it: a person decides."""
    operation = held(tx, ContactOperation, operation_id)
    if operation.status in {State.WAITING, State.SENDING, State.RUNNING}:
        trouble = {"sentence": sentence, "fitting": list(fitting)}
        move(tx, operation, State.UNSURE, because=sentence, trouble=trouble)
        _tell_end(tx, operation)


def polled(tx: Tx, operation_id: str, answer: Mapping[str, Any]) -> None:
    """What 8x8 says of the batch now. When it has come to its end, the next part is sent, or the end is told."""
    operation = held(tx, ContactOperation, operation_id)
    if operation.status != State.RUNNING:
        return
    news_came = dict(answer) != operation.answer or operation.trouble is not None
    operation.polls, operation.looked_at, operation.trouble = operation.polls + 1, tx.now, None
    state = State(file_rules.batch_state(str(answer.get("status", ""))))
    if state == State.RUNNING:
        operation.answer = dict(answer)
        soon(tx, FOLLOW, operation.id, after=timedelta(seconds=file_rules.poll_after(operation.polls)))
        if news_came:
            show(tx, operation)
        return
    if state == State.COMPLETED and operation.part + 1 < operation.parts:
        move(tx, operation, State.WAITING, act="next_part", part=operation.part + 1, answer=dict(answer))
        soon(tx, OPERATE, operation.id)
        return
    move(tx, operation, state, facts=answer, answer=dict(answer))
    soon(tx, GROUPS, operation.account_id)
    _tell_end(tx, operation)


def _tell_end(tx: Tx, operation: ContactOperation) -> None:
    if has_card(operation):
        tell(tx, news(operation))
