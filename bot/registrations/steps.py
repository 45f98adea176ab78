"""The steps that every use case of registrations takes: move a row on, write it down, tell it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from bot.delivery.jobs import soon
from bot.delivery.outbox import REVIEW, Telling, find, tell, tell_each
from bot.delivery.transition import Step, transition_all
from bot.registrations import rules
from bot.registrations.rules import OperatorStatus
from bot.registrations.tables import Draft, DroppedFile, OperatorRow, Paper, Registration, StatusCount, Submission
from bot.storage.audit import AuditRow, record
from bot.storage.database import Tx
from bot.storage.statements import changed, held

CARD, REVIEW_CARD, ROWS = "registrations.card", "registrations.review", "registrations.rows"
NEWS, MAIL, NOTE = "registrations.news", "registrations.mail", "registrations.note"
COPY = "registrations.copy"
DRAFT, DROP = "registrations.draft", "registrations.drop"
PAPER, RENEWAL = "registrations.paper", "registrations.renewal"
LETTERS = "registrations.letters"
"""A due row that says that something changed which letters of authorisation follow; its key is the submission's id."""


# What is told


def card(submission: Submission) -> Telling:
    """The customer's card: the root of the ticket's thread."""
    return Telling(CARD, submission.id, submission.channel, account_id=submission.account_id)


def review(registration: Registration) -> list[Telling]:
    """What staff see of a registration: its card, and in the card's thread the operators' rows."""
    root = (REVIEW_CARD, registration.id)
    return [
        Telling(*root, REVIEW, account_id=registration.account_id),
        Telling(ROWS, registration.id, REVIEW, account_id=registration.account_id, parent=root),
    ]


def redraw(tx: Tx, submission: Submission, touched: Iterable[Registration]) -> None:
    """Have all cards drawn again that show these registrations."""
    tell(tx, card(submission))
    tell_each(tx, [telling for registration in touched for telling in review(registration)])


def letters_follow(tx: Tx, submission: Submission) -> None:
    """Have its letters of authorisation brought to what it is now; what they are is another feature's."""
    soon(tx, LETTERS, submission.id)


def redraw_renewed(tx: Tx, touched: Iterable[Registration]) -> None:
    """Have the cards drawn again of what these registrations go on with: each speaks of the other."""
    for registration in touched:
        if registration.renews_id:
            old = tx.session.get_one(Registration, registration.renews_id)
            redraw(tx, tx.session.get_one(Submission, old.submission_id), [old])


def news(submission: Submission, key: str) -> Telling:
    """What happened, in the customer's thread."""
    about = (CARD, submission.id)
    return Telling(NEWS, key, submission.channel, account_id=submission.account_id, parent=about)


def staff_note(registration: Registration, key: str) -> Telling:
    """What happened, for staff only, in the thread of their card."""
    return Telling(NOTE, key, REVIEW, account_id=registration.account_id, parent=(REVIEW_CARD, registration.id))


def draft_card(draft: Draft) -> Telling:
    """The card of a draft, under which its person drops documents."""
    return Telling(DRAFT, draft.id, draft.channel, account_id=draft.account_id)


def redraw_draft(tx: Tx, draft: Draft) -> None:
    """Have the card of a draft drawn again, where it has one."""
    if find(tx, DRAFT, draft.id, draft.channel):
        tell(tx, draft_card(draft))


def drop_card(tx: Tx, drop: DroppedFile) -> Telling:
    """What became of a dropped file, in the thread in which it was dropped."""
    if drop.submission_id:
        submission = tx.session.get_one(Submission, drop.submission_id)
        place, parent = submission.channel, (CARD, submission.id)
    else:
        draft = tx.session.get_one(Draft, drop.draft_id)
        place, parent = draft.channel, (DRAFT, draft.id)
    return Telling(DROP, drop.id, place, account_id=drop.account_id, parent=parent)


def redraw_drops(tx: Tx, paper: Paper) -> None:
    """A paper was looked at: have the cards drawn again that speak of it."""
    for drop in tx.session.scalars(select(DroppedFile).where(DroppedFile.paper_id == paper.id)):
        tell(tx, drop_card(tx, drop))
    draft = tx.session.get(Draft, paper.draft_id) if paper.draft_id else None
    if draft is not None:
        redraw_draft(tx, draft)


@dataclass(frozen=True)
class Happening:
    """What one piece of news tells, read back from the audit by its key.

    ``what``: submitted, resubmitted, decided, amended, withdrawn, expired, ending; contradicted and unclear. Staff
    (``NOTE``) read of the last two, and of what a customer took back or submitted again. ``by`` None: by itself, or the
    operator's own word. ``rows`` are the operators' rows that it is about, in their order. ``facts`` as written down:
    ``whole`` (it is about the whole submission), ``revision``, ``to`` (the status that was decided), ``days`` (until
    the end of the validity), ``said`` and ``said_why`` (what an operator said that is for staff).
    """

    registration: Registration
    submission: Submission
    what: str
    by: str | None
    rows: tuple[OperatorRow, ...]
    facts: Mapping[str, Any]


def happened(tx: Tx, key: str) -> Happening:
    """What the news of this key (``registration id:audit id``) tell."""
    registration_id, _, audit_id = key.partition(":")
    registration = tx.session.get_one(Registration, registration_id)
    written = tx.session.get_one(AuditRow, int(audit_id))
    about = (
        select(OperatorRow)
        .join(Registration, Registration.id == OperatorRow.registration_id)
        .where(OperatorRow.id.in_(written.facts.get("rows", ())))
        .order_by(Registration.position, OperatorRow.position)
    )
    return Happening(
        registration,
        tx.session.get_one(Submission, registration.submission_id),
        written.act.rsplit(":", 1)[-1],
        written.actor,
        tuple(tx.session.scalars(about)),
        written.facts,
    )


def write_down(
    tx: Tx,
    registration: Registration,
    what: str,
    by: str | None,
    rows: Iterable[OperatorRow] = (),
    **facts: object,
) -> str:
    """Write down what happened to a registration's rows at once; the key under which it is told, see ``happened``."""
    row = record(
        tx,
        subject=(Registration.__tablename__, registration.id),
        act=f"registrations:registration:{what}",
        actor=by,
        account_id=registration.account_id,
        facts={"rows": [one.id for one in rows], **facts},
    )
    tx.session.flush()
    return f"{registration.id}:{row.id}"


# What is moved


def move_all(
    tx: Tx, steps: Sequence[Step[OperatorRow]], to: OperatorStatus, act: str, *, by: str | None, because: str = ""
) -> None:
    """Move operators' rows to another status by the rules, all or none, and write it down.

    Cards are drawn by ``redraw``.
    """
    named = [Step(step.row, step.values, {"operator": step.row.operator, **step.facts}) for step in steps]
    about = f"registrations:operator:{act}"
    transition_all(tx, named, to, moves=rules.MOVES, act=about, by=by, because=because)
    count(tx, {step.row.registration_id for step in steps})


def count(tx: Tx, registration_ids: Iterable[str]) -> None:
    """Count the operators of registrations by their status, for the lists that are sorted and filtered by it."""
    ids = sorted(registration_ids)
    if not ids:
        return
    # Who else moves a row of theirs at this moment comes after us, and counts ours too.
    tx.session.execute(
        select(Registration.id).where(Registration.id.in_(ids)).order_by(Registration.id).with_for_update()
    )
    changed(tx, delete(StatusCount).where(StatusCount.registration_id.in_(ids)))
    here = (Registration.id, OperatorRow.status, Registration.account_id, Registration.requested_at)
    rows = select(*here, func.count()).join(OperatorRow, OperatorRow.registration_id == Registration.id)
    counted = rows.where(Registration.id.in_(ids)).group_by(*here)
    columns = ["registration_id", "status", "account_id", "requested_at", "operators"]
    tx.session.execute(insert(StatusCount).from_select(columns, counted))
    of_it = (StatusCount.registration_id == Registration.id, StatusCount.status == OperatorStatus.APPROVED)
    approved = func.coalesce(select(StatusCount.operators).where(*of_it).scalar_subquery(), 0)
    changed(tx, update(Registration).where(Registration.id.in_(ids)).values(approved=approved))


def locked(tx: Tx, submission_id: str) -> Submission:
    """A submission that nobody else changes before this transaction ends, nor what belongs to it if they lock it too.

    What all its rows come to is told of the whole, so two who decide on two of them must come one after the other.
    """
    return held(tx, Submission, submission_id)


def registrations_of(tx: Tx, submission_id: str) -> list[Registration]:
    """The registrations of a submission, in their order, as they stand now."""
    wanted = select(Registration).where(Registration.submission_id == submission_id).order_by(Registration.position)
    return list(tx.session.scalars(wanted, execution_options={"populate_existing": True}))


def rows_of(tx: Tx, *registration_ids: str) -> list[OperatorRow]:
    """The operators' rows of registrations, in their order, as they stand now."""
    wanted = select(OperatorRow).where(OperatorRow.registration_id.in_(registration_ids))
    in_order = wanted.order_by(OperatorRow.registration_id, OperatorRow.position)
    return list(tx.session.scalars(in_order, execution_options={"populate_existing": True}))
