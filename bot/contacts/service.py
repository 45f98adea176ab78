"""What can be done with a contact file: one function, one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.contacts import rules
from bot.contacts.rules import BatchState, Purpose, Status
from bot.contacts.steps import CARD, CHECK, GROUPS, PURGE, REJECTED, SUBMIT, advance, card, in_its_thread, move, note
from bot.contacts.tables import ContactBatch, ContactFile, ContactGroup
from bot.delivery.jobs import soon
from bot.delivery.outbox import FILE, find, tell
from bot.delivery.tables import Message
from bot.storage.database import Tx
from bot.storage.statements import add_once


@dataclass(frozen=True)
class Arrival:
    """A file as Slack describes it, and where its card goes (a channel, or a person for a direct message)."""

    slack_file_id: str
    name: str
    size: int
    channel: str
    thread_ts: str | None = None


@dataclass(frozen=True)
class Choice:
    """What a person says about reading a file; None leaves it to the engine."""

    country: str | None = None
    sheet: str | None = None
    has_header: bool | None = None
    columns: tuple[str, ...] | None = None

    def stored(self) -> dict[str, Any]:
        """As the row keeps it."""
        columns = list(self.columns) if self.columns is not None else None
        return {"country": self.country, "sheet": self.sheet, "has_header": self.has_header, "columns": columns}


def receive(tx: Tx, who: Who, arrival: Arrival, purpose: Purpose = Purpose.UPLOAD) -> ContactFile:
    """A file came in: keep it, show its card, have it checked. The same file in the same place comes in once.

    ``purpose``: what its contacts are given for.
    """
    here = (ContactFile.slack_file_id == arrival.slack_file_id, ContactFile.channel == arrival.channel)
    known = select(ContactFile).where(*here)
    if (there := tx.session.scalars(known).one_or_none()) is not None:
        return there
    file = ContactFile(
        id=tx.new_id(),
        account_id=who.require_account(),
        channel=arrival.channel,
        thread_ts=arrival.thread_ts,
        uploader=who.user_id,
        slack_file_id=arrival.slack_file_id,
        name=arrival.name,
        size=arrival.size,
        purpose=purpose,
        options=Choice().stored(),
        groups=[],
        created_at=tx.now,
    )
    if not add_once(tx, file):  # another delivery of the same was a moment earlier
        return tx.session.scalars(known).one()
    note(tx, file, "received", who.user_id, size=arrival.size)
    tell(tx, card(file))
    soon(tx, CHECK, file.id)
    soon(tx, GROUPS, file.account_id)
    return file


def check_again(tx: Tx, who: Who, file_id: str, seen: int, choice: Choice | None = None) -> ContactFile:
    """Check with another reading of the file: other columns, a country, a sheet. Without a choice, as before."""
    file = load(tx, ContactFile, file_id, who)
    options = choice.stored() if choice is not None else file.options
    move(tx, file, Status.CHECKING, "check_asked", by=who.user_id, seen=seen, options=options, trouble=None)
    soon(tx, CHECK, file.id)
    return file


def read_as(tx: Tx, who: Who, file_id: str, seen: int, country: str) -> ContactFile:
    """Read national numbers as this country's (alpha-2), and check again; the rest of the reading stays."""
    file = load(tx, ContactFile, file_id, who)
    return check_again(tx, who, file_id, seen, _choice(file.options | {"country": country}))


def _choice(options: Mapping[str, Any]) -> Choice:
    columns = options.get("columns")
    return Choice(
        options.get("country"),
        options.get("sheet"),
        options.get("has_header"),
        tuple(columns) if columns is not None else None,
    )


def choice_of(file: ContactFile) -> Choice:
    """How this file is to be read."""
    return _choice(file.options)


def pick_groups(tx: Tx, who: Who, file_id: str, names: Sequence[str]) -> ContactFile:
    """The groups that the contacts go into, by name; one that the account does not have is made on submission."""
    file = load(tx, ContactFile, file_id, who)
    chosen = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if len(chosen) > rules.GROUPS_MAX:
        raise rules.TooManyGroups(count=len(chosen))
    for name in chosen:
        if len(name) > rules.GROUP_NAME_MAX:
            raise rules.GroupNameTooLong(count=len(name))
    known = dict(
        tx.session.execute(
            select(ContactGroup.name, ContactGroup.group_id).where(
                ContactGroup.account_id == file.account_id, ContactGroup.name.in_(chosen)
            )
        ).all()
    )
    file.groups = [{"name": name, "id": known.get(name)} for name in chosen]
    tell(tx, card(file))
    return file


def submit(tx: Tx, who: Who, file_id: str, seen: int, groups: Sequence[str] | None = None) -> ContactFile:
    """Have the accepted rows sent to 8x8, into these groups when they are given.

    Submitted again, only batches go that did not complete; one that 8x8 may have is looked for there first.
    """
    file = load(tx, ContactFile, file_id, who)
    if groups is not None and file.version == seen:
        pick_groups(tx, who, file_id, groups)
    if file.purpose == Purpose.DELETE:
        raise rules.IsToDelete(name=file.name)
    if not (file.verdict or {}).get("rows_accepted"):
        raise rules.NothingToSubmit(name=file.name)
    move(
        tx,
        file,
        Status.SUBMITTING,
        "submitted",
        by=who.user_id,
        seen=seen,
        facts={"rows": (file.verdict or {})["rows_accepted"], "groups": len(file.groups), "batches": len(file.batches)},
        submitted_by=who.user_id,
        submitted_at=tx.now,
        submissions=file.submissions + 1,
        trouble=None,
        polls=0,
        ended_at=None,
    )
    for batch in file.batches:
        _have_sent(tx, batch, file.submissions)
    soon(tx, SUBMIT, file.id)
    return file


def _have_sent(tx: Tx, batch: ContactBatch, submission: int) -> None:
    """Get a batch ready for this submission, as far as it still must go to 8x8."""
    if batch.status == BatchState.UNSURE:
        advance(tx, batch, BatchState.SENDING, trouble=None)
    elif batch.status == BatchState.WAITING:
        batch.submission = submission
    elif batch.status != BatchState.COMPLETED:
        anew: dict[str, Any] = dict.fromkeys(("sent_at", "batch_id", "answer", "trouble"))
        advance(tx, batch, BatchState.WAITING, submission=submission, **anew)


def cancel(tx: Tx, who: Who, file_id: str, seen: int) -> ContactFile:
    """Nothing more is done with the file, and soon it is deleted here; a batch that ran stays as it is at 8x8."""
    file = load(tx, ContactFile, file_id, who)
    move(tx, file, Status.CANCELLED, "cancelled", by=who.user_id, seen=seen, ended_at=tx.now)
    soon(tx, PURGE, file.id, after=rules.KEPT_AFTER_CANCEL)
    return file


def ask_rejected(tx: Tx, who: Who, file_id: str) -> bool:
    """Bring the rejected rows into the thread. False when they are there already."""
    file = load(tx, ContactFile, file_id, who)
    telling = in_its_thread(file, REJECTED, f"{file.id}:{file.checks}", FILE)
    message = tell(tx, telling)
    if message.shown_at is None:
        note(tx, file, "rejected_rows_asked", who.user_id)
    return message.shown_at is None


# What people look at


def groups_like(tx: Tx, who: Who, file_id: str, words: str, limit: int = 100) -> list[ContactGroup]:
    """The account's groups whose name has these words, by name."""
    file = load(tx, ContactFile, file_id, who)
    wanted = select(ContactGroup).where(
        ContactGroup.account_id == file.account_id,
        ~ContactGroup.is_blacklist,
        func.lower(ContactGroup.name).contains(words.lower(), autoescape=True),
    )
    return list(tx.session.scalars(wanted.order_by(func.lower(ContactGroup.name)).limit(limit)))


def of_account(tx: Tx, who: Who, file_id: str) -> ContactFile:
    """A file of the person's account; staff see every account's."""
    return load(tx, ContactFile, file_id, who)


def recent(tx: Tx, account_id: str, limit: int = 10) -> list[tuple[ContactFile, Message | None]]:
    """An account's latest files, the newest first, each with its card as far as it was told."""
    wanted = select(ContactFile).where(ContactFile.account_id == account_id)
    files = tx.session.scalars(wanted.order_by(ContactFile.created_at.desc(), ContactFile.id).limit(limit))
    return [(file, find(tx, CARD, file.id, file.channel)) for file in files]


def twin(tx: Tx, file: ContactFile) -> ContactFile | None:
    """An earlier file of the account with the same bytes; one that was submitted comes first."""
    if file.sha256 is None:
        return None
    same = select(ContactFile).where(
        ContactFile.account_id == file.account_id,
        ContactFile.sha256 == file.sha256,
        ContactFile.id != file.id,
        ContactFile.created_at < file.created_at,
    )
    rank = ContactFile.status.in_(rules.SUBMITTED).desc()
    return tx.session.scalars(same.order_by(rank, ContactFile.created_at.desc()).limit(1)).first()
