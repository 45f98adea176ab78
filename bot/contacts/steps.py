"""The steps that every use case of contact files takes: move a file on, write it down, tell it."""

from collections.abc import Mapping
from typing import Any

from bot.contacts import rules
from bot.contacts.rules import BatchState, Status
from bot.contacts.tables import ContactBatch, ContactFile
from bot.delivery.outbox import Telling
from bot.delivery.transition import transition
from bot.storage.audit import record
from bot.storage.database import Tx
from bot.storage.statements import held

CARD, OUTCOME, REJECTED, MAIL = "contacts.card", "contacts.outcome", "contacts.rejected", "contacts.mail"
CHECK, SUBMIT, POLL = "contacts.check", "contacts.submit", "contacts.poll"
GROUPS, PURGE = "contacts.groups", "contacts.purge"


def card(file: ContactFile) -> Telling:
    """The card of a file, in the thread of the message that brought it, else on its own."""
    return Telling(CARD, file.id, file.channel, account_id=file.account_id, thread_ts=file.thread_ts)


def in_its_thread(file: ContactFile, kind: str, key: str, medium: str) -> Telling:
    """Something else about a file, in the thread of its card."""
    parent = None if file.thread_ts else (CARD, file.id)
    return Telling(kind, key, file.channel, medium, file.account_id, file.thread_ts, parent)


def move(
    tx: Tx,
    file: ContactFile,
    to: Status,
    act: str,
    *,
    by: str | None = None,
    seen: int | None = None,
    because: str = "",
    facts: Mapping[str, Any] | None = None,
    **values: object,
) -> ContactFile:
    """Move a file to another status by the rules, write it down, and have its card drawn again."""
    return transition(
        tx,
        file,
        to,
        moves=rules.MOVES,
        act=f"contacts:file:{act}",
        by=by,
        seen=seen,
        because=because,
        facts=facts,
        tell_also=[card(file)],
        **values,
    )


def advance(
    tx: Tx,
    batch: ContactBatch,
    to: BatchState,
    *,
    because: str = "",
    facts: Mapping[str, Any] | None = None,
    **values: Any,
) -> ContactBatch:
    """Move a batch to another state by the rules, and write it down. What follows for its file is not done here."""
    return transition(
        tx,
        batch,
        to,
        moves=rules.BATCH_MOVES,
        act=f"contacts:batch:{to}",
        by=None,
        because=because,
        facts={"file": batch.file_id, "number": batch.number, **(facts or {})},
        **values,
    )


def locked(tx: Tx, file_id: str) -> ContactFile:
    """A file that nobody else changes before this transaction ends, nor its batches if they lock it too."""
    return held(tx, ContactFile, file_id)


def note(tx: Tx, file: ContactFile, act: str, actor: str | None, **facts: object) -> None:
    """Write down what happened to a file without a change of its status."""
    about = (ContactFile.__tablename__, file.id)
    record(tx, subject=about, act=f"contacts:file:{act}", actor=actor, account_id=file.account_id, facts=facts)
