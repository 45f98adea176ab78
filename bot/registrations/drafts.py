"""What a person types into the wizard, saved at every step and offered again: one function, one transaction.

The keys of ``Draft.data``: ``country`` (alpha-2), ``entity`` (local, international), ``industry``, ``company_id``,
``papers`` (slot -> ids of papers), and ``sender_ids``: a list of mappings with the keys of ``SENDER_ID_KEYS``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.outbox import tell
from bot.errors import DeskError
from bot.registrations.completeness import problems
from bot.registrations.problems import Incomplete, Problem
from bot.registrations.reasons import reason_words
from bot.registrations.rules import OperatorStatus, SubmissionStatus
from bot.registrations.steps import drop_card, redraw_draft, registrations_of, rows_of
from bot.registrations.tables import Draft, DroppedFile, OperatorRow, Registration, Submission
from bot.storage.audit import record
from bot.storage.database import Tx
from bot.storage.statements import held

__all__ = [
    "Asked", "DraftEnded", "Incomplete", "NothingToMend", "Problem",
    "asked", "begin", "discard", "end", "filled_in", "fix", "latest", "locked", "new", "opened", "problems", "save",
]  # fmt: skip

STEPS = ("details", "documents", "sender_ids", "review")
KEYS = frozenset({"country", "entity", "industry", "company_id", "papers", "sender_ids"})
SENDER_ID_KEYS = frozenset(
    {
        "sender_id", "subaccount", "message_type", "monthly_traffic", "sample_text", "brandless", "valid_from",
        "category", "registration_id", "renews",
    }
)  # fmt: skip
"""``registration_id`` stands in a draft that mends a submission: the registration that the entry is about. ``renews``:
the registration that it goes on with."""

SUBMITTED, DISCARDED = "submitted", "discarded"
"""What ``step`` says of a draft that ended."""
MENDED = frozenset({OperatorStatus.CHANGES_ASKED, OperatorStatus.REJECTED})
"""What starts again when a submission is submitted again."""


class DraftEnded(DeskError):
    """This draft was {ended} already, so nothing was changed. Begin a new one with `/senderid register`."""


class NothingToMend(DeskError):
    """Nobody asked for changes here, so there is nothing to mend. The card in this thread shows where it stands."""


def begin(tx: Tx, who: Who, channel: str) -> Draft:
    """A new draft, whose ticket will have its thread in ``channel``. One that is still empty is taken again."""
    account_id = who.require_account()
    for draft in opened(tx, who, account_id):
        if not draft.data and draft.submission_id is None:
            draft.channel = channel
            return draft
    return new(tx, who, account_id, channel, data={})


def new(
    tx: Tx,
    who: Who,
    account_id: str,
    channel: str,
    *,
    data: Mapping[str, Any],
    step: str = "details",
    submission_id: str | None = None,
) -> Draft:
    """A draft that is filled in already."""
    draft = Draft(
        id=tx.new_id(),
        account_id=account_id,
        user_id=who.user_id,
        channel=channel,
        step=step,
        data=dict(data),
        submission_id=submission_id,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(draft)
    tx.session.flush()
    return draft


def latest(tx: Tx, who: Who) -> Draft | None:
    """The draft that the person worked on last here, to be offered again; None when nothing is begun."""
    drafts = opened(tx, who, who.require_account())
    return next((draft for draft in drafts if draft.data), None)


def opened(tx: Tx, who: Who, account_id: str) -> list[Draft]:
    """The person's drafts that have not ended, the latest first."""
    mine = (Draft.account_id == account_id, Draft.user_id == who.user_id, Draft.ended_at.is_(None))
    return list(tx.session.scalars(select(Draft).where(*mine).order_by(Draft.updated_at.desc(), Draft.id)))


def save(tx: Tx, who: Who, draft_id: str, values: Mapping[str, Any], step: str) -> Draft:
    """Keep what was typed at a step; other keys of the data stay. ``step`` is where the person is now.

    Raises DraftEnded; ValueError for a key, or a step, that there is not.
    """
    _check_keys(values.keys(), KEYS)
    for entry in values.get("sender_ids", ()):
        _check_keys(entry.keys(), SENDER_ID_KEYS)
    if step not in STEPS:
        raise ValueError(step)
    draft = locked(tx, who, draft_id)
    if draft.data | dict(values) != draft.data or draft.step != step:
        draft.data, draft.step = draft.data | dict(values), step
        draft.version, draft.updated_at = draft.version + 1, tx.now
        redraw_draft(tx, draft)
    return draft


def _check_keys(keys: Iterable[str], known: frozenset[str]) -> None:
    if unknown := sorted(set(keys) - known):
        raise ValueError(", ".join(unknown))


def locked(tx: Tx, who: Who, draft_id: str) -> Draft:
    """An open draft that nobody else changes before this transaction ends. Raises NotFound, DraftEnded."""
    load(tx, Draft, draft_id, who, what="That draft")
    draft = held(tx, Draft, draft_id)
    if draft.ended_at is not None:
        raise DraftEnded(ended=draft.step)
    return draft


def discard(tx: Tx, who: Who, draft_id: str) -> None:
    """Throw a draft away; a second time changes nothing. Papers of a company stay with the company."""
    if load(tx, Draft, draft_id, who, what="That draft").step != DISCARDED:
        end(tx, locked(tx, who, draft_id), DISCARDED)


def end(tx: Tx, draft: Draft, how: str) -> None:
    """Nothing more is typed into this draft."""
    draft.step, draft.ended_at = how, tx.now
    draft.version, draft.updated_at = draft.version + 1, tx.now
    redraw_draft(tx, draft)
    for drop in tx.session.scalars(select(DroppedFile).where(DroppedFile.draft_id == draft.id)):
        tell(tx, drop_card(tx, drop))


# Mending what was submitted


@dataclass(frozen=True)
class Asked:
    """What one operator (or we) asked to change: why, in the list's words and a person's, and at which field."""

    registration_id: str
    sender_id: str
    operator: str
    status: str
    why: str
    field: str


def asked(tx: Tx, submission_id: str) -> list[Asked]:
    """What was asked to change in a submission, or was rejected, in the order of its rows."""
    return [
        Asked(
            registration.id,
            registration.sender_id,
            row.name,
            row.status,
            reason_words(row.reason, row.words),
            row.field,
        )
        for registration, rows in _to_mend(tx, submission_id)
        for row in rows
    ]


def _to_mend(tx: Tx, submission_id: str) -> list[tuple[Registration, list[OperatorRow]]]:
    there = [each for each in registrations_of(tx, submission_id) if each.status == SubmissionStatus.SUBMITTED]
    rows = {each.id: [row for row in rows_of(tx, each.id) if row.status in MENDED] for each in there}
    return [(each, rows[each.id]) for each in there if rows[each.id]]


def fix(tx: Tx, who: Who, submission_id: str) -> Draft:
    """A draft filled in from a submission, with the sender IDs in which something is to be mended.

    One that the same person has open is offered again. Raises NotFound, NothingToMend.
    """
    submission = load(tx, Submission, submission_id, who, what="That registration")
    for draft in opened(tx, who, submission.account_id):
        if draft.submission_id == submission.id:
            return draft
    mended = [registration for registration, _ in _to_mend(tx, submission.id)]
    if not mended:
        raise NothingToMend
    data = filled_in(submission, mended)
    place = (submission.account_id, submission.channel)
    draft = new(tx, who, *place, data=data, step="review", submission_id=submission.id)
    about = (Submission.__tablename__, submission.id)
    act, facts = "registrations:submission:mending", {"draft": draft.id}
    record(tx, subject=about, act=act, actor=who.user_id, account_id=submission.account_id, facts=facts)
    return draft


def filled_in(submission: Submission, registrations: Iterable[Registration]) -> dict[str, Any]:
    """The data of a draft that says what was submitted."""
    return {
        "country": submission.country,
        "entity": submission.entity,
        "industry": submission.industry,
        "company_id": submission.company_id,
        "papers": {slot: list(ids) for slot, ids in submission.papers.items()},
        "sender_ids": [_entry(registration) for registration in registrations],
    }


def _entry(registration: Registration) -> dict[str, Any]:
    return {
        "sender_id": registration.sender_id,
        "subaccount": registration.subaccount,
        "message_type": registration.message_type,
        "monthly_traffic": registration.monthly_traffic,
        "sample_text": registration.sample_text,
        "brandless": registration.brandless,
        "valid_from": registration.valid_from.isoformat(),
        "category": registration.category,
        "registration_id": registration.id,
        "renews": registration.renews_id,
    }
