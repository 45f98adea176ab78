"""What jobs find out about a contact file: one function, one transaction. What moved on meanwhile is left alone."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from bot.contacts import rules
from bot.contacts.rules import Status
from bot.contacts.steps import MAIL, OUTCOME, POLL, PURGE, card, in_its_thread, move, note
from bot.contacts.tables import ContactFile, ContactGroup
from bot.delivery.jobs import soon
from bot.delivery.outbox import EMAIL, SLACK, Telling, tell
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


def progressed(tx: Tx, file_id: str, seen: int, done: int, total: int) -> bool:
    """The check of version ``seen`` has come this far. False when nobody waits for it any more."""
    file = tx.session.get_one(ContactFile, file_id)
    progress = {"done": done, "total": total} if total else None
    if _awaits(file, seen) and (file.progress, file.trouble) != (progress, None):
        file.progress, file.trouble = progress, None
        tell(tx, card(file))
    return _awaits(file, seen)


def checked(
    tx: Tx, file_id: str, seen: int, verdict: Mapping[str, Any], *, accepted_key: str | None, rejected_key: str | None
) -> None:
    """The engine's verdict on version ``seen``. A file that was cancelled, or is read in another way now, stays so."""
    file = tx.session.get_one(ContactFile, file_id)
    if not _awaits(file, seen):
        return
    to = Status.NEEDS_COLUMNS if verdict.get("needs_columns") else Status.CHECKED
    counts = {name: verdict.get(name) for name in ("rows_total", "rows_accepted", "rows_rejected", "rows_duplicate")}
    move(
        tx,
        file,
        to,
        "checked",
        facts=counts,
        verdict=dict(verdict),
        accepted_key=accepted_key,
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


def batch_began(tx: Tx, file_id: str, batch_id: str, batch: Mapping[str, Any]) -> None:
    """8x8 took the file: follow the batch."""
    file = tx.session.get_one(ContactFile, file_id)
    if file.status in {Status.SUBMITTING, Status.UNSURE}:
        move(tx, file, Status.RUNNING, "accepted", batch_id=batch_id, batch=dict(batch), looked_at=tx.now, trouble=None)
        soon(tx, POLL, file.id, after=timedelta(seconds=rules.poll_after(0)))


def refused(tx: Tx, file_id: str, trouble: Mapping[str, Any]) -> None:
    """8x8 refused the file, or could not be asked; the person may mend it and submit again."""
    file = tx.session.get_one(ContactFile, file_id)
    if file.status == Status.SUBMITTING:
        move(tx, file, Status.REFUSED, "refused", because=str(trouble.get("sentence", "")), trouble=dict(trouble))
        tell(tx, in_its_thread(file, OUTCOME, f"{file.id}:{file.submissions}", SLACK))


def waits(tx: Tx, file_id: str, sentence: str) -> None:
    """What is needed does not answer right now; the request is kept and tried again. Said once, not at each try."""
    file = tx.session.get_one(ContactFile, file_id)
    trouble = {"sentence": sentence, "waits": True}
    if file.status in {Status.CHECKING, Status.SUBMITTING, Status.RUNNING} and file.trouble != trouble:
        file.trouble = trouble
        tell(tx, card(file))


def unsure(tx: Tx, file_id: str, sentence: str) -> None:
    """Nobody can tell whether 8x8 has the file: a person decides."""
    file = tx.session.get_one(ContactFile, file_id)
    if file.status == Status.SUBMITTING:
        move(tx, file, Status.UNSURE, "unsure", because=sentence, trouble={"sentence": sentence})
        tell(tx, in_its_thread(file, OUTCOME, f"{file.id}:{file.submissions}", SLACK))


def polled(tx: Tx, file_id: str, batch: Mapping[str, Any]) -> None:
    """What 8x8 says about the batch now. The card changes when the answer did; the last word is also told as news."""
    file = tx.session.get_one(ContactFile, file_id)
    if file.status != Status.RUNNING:
        return
    file.polls, file.looked_at = file.polls + 1, tx.now
    status = rules.batch_status(str(batch.get("status", "")))
    if status == Status.RUNNING:
        if file.batch != dict(batch) or file.trouble is not None:
            file.batch, file.trouble = dict(batch), None
            tell(tx, card(file))
        soon(tx, POLL, file.id, after=timedelta(seconds=rules.poll_after(file.polls)))
        return
    move(tx, file, status, str(status), facts=dict(batch), batch=dict(batch), ended_at=tx.now, trouble=None)
    soon(tx, PURGE, file.id, after=rules.KEPT_AFTER_END)
    tell(tx, in_its_thread(file, OUTCOME, f"{file.id}:{file.submissions}", SLACK))
    if file.uploader_email:
        tell(tx, Telling(MAIL, f"{file.id}:{file.submissions}", file.uploader_email, EMAIL, file.account_id))


def groups_seen(tx: Tx, account_id: str, groups: Sequence[Mapping[str, Any]]) -> None:
    """The account's groups as 8x8 has them now."""
    tx.session.execute(delete(ContactGroup).where(ContactGroup.account_id == account_id))
    tx.session.add_all(
        ContactGroup(
            account_id=account_id,
            group_id=int(group["id"]),
            name=str(group["name"]),
            contacts=group.get("contacts"),
            seen_at=tx.now,
        )
        for group in groups
    )


def groups_made(tx: Tx, file_id: str, ids: Mapping[str, int]) -> None:
    """The API has these groups now; a retry makes none of them twice."""
    file = tx.session.get_one(ContactFile, file_id)
    file.groups = [group | {"id": ids.get(group["name"], group["id"])} for group in file.groups]


def stored_keys(tx: Tx, file_id: str) -> list[str]:
    """What is to be deleted now; nothing when somebody took the file up again."""
    file = tx.session.get_one(ContactFile, file_id)
    if file.status not in rules.ENDED:
        return []
    return [key for key in (file.source_key, file.accepted_key, file.rejected_key) if key]


def purged(tx: Tx, file_id: str) -> None:
    """The stored files are gone; a new check fetches the file from Slack again."""
    file = tx.session.get_one(ContactFile, file_id)
    if file.status in rules.ENDED:
        file.source_key = file.accepted_key = file.rejected_key = None
        note(tx, file, "purged", None)
        tell(tx, card(file))
