"""What jobs find out about a contact file but for its batches: one function, one transaction.

What moved on meanwhile is left alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.contacts import rules
from bot.contacts.rules import Status
from bot.contacts.steps import card, locked, move, note
from bot.contacts.tables import ContactBatch, ContactFile
from bot.delivery.outbox import tell
from bot.storage.database import Tx


def fetched(tx: Tx, file_id: str, *, source_key: str, size: int, sha256: str, email: str) -> None:
    """The bytes are ours now."""
    file = tx.session.get_one(ContactFile, file_id)
    file.source_key, file.size, file.sha256, file.uploader_email = source_key, size, sha256, email


def not_kept(tx: Tx, file_id: str) -> None:
    """The bytes were deleted here meanwhile."""
    tx.session.get_one(ContactFile, file_id).source_key = None


def _awaits(file: ContactFile, seen: int) -> bool:
    """Whether this very check is awaited: another reading of the file, or a second check, is another version."""
    return file.status == Status.CHECKING and file.version == seen


def awaited(tx: Tx, file_id: str, seen: int) -> bool:
    """Whether somebody still waits for the check of version ``seen``."""
    return _awaits(tx.session.get_one(ContactFile, file_id), seen)


def progressed(tx: Tx, file_id: str, seen: int, done: int, total: int) -> bool:
    """The check of version ``seen`` has come this far. False when nobody waits for it any more."""
    file = tx.session.get_one(ContactFile, file_id)
    progress = {"done": done, "total": total} if total else None
    if _awaits(file, seen) and (file.progress, file.trouble) != (progress, None):
        file.progress, file.trouble = progress, None
        tell(tx, card(file))
    return _awaits(file, seen)


def checked(
    tx: Tx,
    file_id: str,
    seen: int,
    verdict: Mapping[str, Any],
    *,
    accepted_keys: Sequence[str] = (),
    rejected_key: str | None = None,
) -> None:
    """The engine's verdict on version ``seen``. A file that was cancelled, or is read in another way now, stays so."""
    file = locked(tx, file_id)
    if not _awaits(file, seen):
        return
    to = Status.NEEDS_COLUMNS if verdict.get("needs_columns") else Status.CHECKED
    counts = {name: verdict.get(name) for name in ("rows_total", "rows_accepted", "rows_rejected", "rows_duplicate")}
    file.batches = []
    tx.session.flush()  # the old ones go before the new ones take their numbers
    file.batches = [
        ContactBatch(id=tx.new_id(), account_id=file.account_id, number=number, accepted_key=key)
        for number, key in enumerate(accepted_keys, 1)
    ]
    move(
        tx,
        file,
        to,
        "checked",
        facts=counts,
        verdict=dict(verdict),
        rejected_key=rejected_key,
        checks=file.checks + 1,
        progress=None,
        trouble=None,
    )


def unreadable(tx: Tx, file_id: str, seen: int, sentence: str) -> None:
    """The file cannot be read in the way of version ``seen``; the sentence says why and what to do."""
    file = tx.session.get_one(ContactFile, file_id)
    if _awaits(file, seen):
        move(tx, file, Status.UNREADABLE, "unreadable", because=sentence, trouble={"sentence": sentence}, progress=None)


def waits(tx: Tx, file_id: str, sentence: str) -> None:
    """What is needed does not answer right now; the request is kept and tried again. Said once, not at each try."""
    file = tx.session.get_one(ContactFile, file_id)
    trouble = {"sentence": sentence, "waits": True}
    if file.status in {Status.CHECKING, Status.SUBMITTING, Status.RUNNING} and file.trouble != trouble:
        file.trouble = trouble
        tell(tx, card(file))


def groups_made(tx: Tx, file_id: str, ids: Mapping[str, int]) -> None:
    """The API has these groups now; a retry makes none of them twice."""
    file = tx.session.get_one(ContactFile, file_id)
    file.groups = [group | {"id": ids.get(group["name"], group["id"])} for group in file.groups]


def stored_keys(tx: Tx, file_id: str) -> list[str]:
    """What is to be deleted now; nothing when somebody took the file up again."""
    file = tx.session.get_one(ContactFile, file_id)
    if file.status not in rules.ENDED:
        return []
    accepted = [batch.accepted_key for batch in file.batches]
    return [key for key in (file.source_key, *accepted, file.rejected_key) if key]


def purged(tx: Tx, file_id: str) -> None:
    """The stored files are gone, and the rows that were shown; a new check fetches the file from Slack again."""
    file = tx.session.get_one(ContactFile, file_id)
    if file.status in rules.ENDED:
        file.source_key = file.rejected_key = None
        for batch in file.batches:
            batch.accepted_key = None
        if file.verdict and file.verdict.get("preview"):
            file.verdict = {**file.verdict, "preview": []}  # people's numbers are in it
        note(tx, file, "purged", None)
        tell(tx, card(file))
