"""What can be done with a submission: submit it, submit it again, withdraw it, look at it.

The last two stand in ``withdrawal`` and ``wholes``, and are offered here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import update

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.transition import Step
from bot.errors import OutOfDate
from bot.registrations import completeness, drafts, labels, rules
from bot.registrations.company_fields import CompanyFields
from bot.registrations.countries import Country, country
from bot.registrations.judging import some
from bot.registrations.problems import Incomplete, refuse_if
from bot.registrations.registered import goes_on_with
from bot.registrations.rules import Act, By, OperatorStatus
from bot.registrations.standing import inform, inform_staff, settle_ticket
from bot.registrations.steps import (
    CARD,
    REVIEW_CARD,
    count,
    letters_follow,
    locked,
    move_all,
    redraw,
    redraw_renewed,
    registrations_of,
    rows_of,
    write_down,
)
from bot.registrations.tables import Company, Draft, OperatorRow, Paper, Registration, Submission, SubmissionRevision
from bot.registrations.wholes import Whole, of_account, of_ticket, registration, revisions, submission
from bot.registrations.withdrawal import withdraw
from bot.storage.database import Tx
from bot.storage.statements import held
from bot.tickets.steps import Opening, open_ticket

__all__ = [
    "Incomplete", "Whole", "of_account", "of_ticket", "registration", "revisions", "submission", "submit", "withdraw",
]  # fmt: skip

KIND = "registration"
"""The kind of their tickets."""
_REFERENCE = 12


def submit(tx: Tx, who: Who, draft_id: str, seen: int, email: str = "") -> Submission:
    """Submit a draft; the same draft a second time gives what the first time made.

    A draft that mends a submission makes its next revision: what was approved stays, what was asked to change or was
    rejected starts again. ``email`` is the submitter's. Raises Incomplete with all problems, OutOfDate when the draft
    was changed since the person saw it, DraftEnded when it was thrown away.
    """
    load(tx, Draft, draft_id, who, what="That draft")
    draft = held(tx, Draft, draft_id)
    if draft.step == drafts.SUBMITTED and draft.submission_id:
        return tx.session.get_one(Submission, draft.submission_id)
    drafts.locked(tx, who, draft_id)
    if draft.version != seen:
        raise OutOfDate(what="changed", who=f"<@{draft.user_id}> in another window")
    mended = locked(tx, draft.submission_id) if draft.submission_id else None
    refuse_if(completeness.problems(tx, draft, tx.now.date()))
    done = _submit_again(tx, who, draft, mended) if mended else _submit_first(tx, who, draft, email)
    draft.submission_id = done.id
    drafts.end(tx, draft, drafts.SUBMITTED)
    tx.session.flush()
    return done


# The first time


def _submit_first(tx: Tx, who: Who, draft: Draft, email: str) -> Submission:
    data, submission_id = draft.data, tx.new_id()
    there = country(data["country"])
    entries = [(tx.new_id(), entry) for entry in data["sender_ids"]]
    opening = Opening(
        account_id=draft.account_id,
        kind=KIND,
        title=_title(there, [entry["sender_id"] for _, entry in entries]),
        requester=who.user_id,
        requester_email=email,
        channel=draft.channel,
        country=there.code,
        card=(CARD, submission_id),
        review=(REVIEW_CARD, entries[0][0]),
    )
    ticket = open_ticket(tx, opening, by=who.user_id)
    made = Submission(
        id=submission_id,
        account_id=draft.account_id,
        ticket_id=ticket.id,
        channel=draft.channel,
        submitted_by=who.user_id,
        submitter_email=email,
        submitted_at=tx.now,
        **_asked_of_all(tx, draft, there),
    )
    tx.session.add(made)
    tx.session.flush()
    for position, entry in enumerate(entries, 1):
        _register(tx, made, there, position, entry)
    count(tx, (id_ for id_, _ in entries))
    _keep_revision(tx, made, who, draft)
    _tell_submitted(tx, made, who, "submitted", registrations_of(tx, made.id))
    return made


def _title(there: Country, names: Sequence[str]) -> str:
    return f"{'Sender IDs' if len(names) > 1 else 'Sender ID'} for {there.spoken}: {some(names)}"


def _asked_of_all(tx: Tx, draft: Draft, there: Country) -> dict[str, Any]:
    """What is the same for all sender IDs of a submission. Papers of the draft are the company's from now on."""
    company = tx.session.get_one(Company, draft.data["company_id"])
    attached = completeness.attached(tx, draft, tx.now.date())
    papers = {slot: [paper.id for paper in some] for slot, some in attached.items()}
    mine = [paper_id for some in papers.values() for paper_id in some]
    kept = update(Paper).where(Paper.id.in_(mine), Paper.company_id.is_(None)).values(company_id=company.id)
    tx.session.execute(kept, execution_options={"synchronize_session": False})
    return {
        "country": there.code,
        "entity": draft.data["entity"],
        "industry": draft.data.get("industry") or "",
        "company_id": company.id,
        "company": {name: getattr(company, name) for name in CompanyFields.__dataclass_fields__},
        "papers": papers,
    }


def _register(tx: Tx, submission: Submission, there: Country, position: int, asked: tuple[str, dict[str, Any]]) -> None:
    """A registration, with the operators of this day. ``asked``: its id, and the draft's entry."""
    id_, entry = asked
    made = Registration(
        id=id_,
        account_id=submission.account_id,
        submission_id=submission.id,
        position=position,
        country=there.code,
        requested_at=tx.now,
        **_asked(tx, submission, there, entry),
    )
    tx.session.add(made)
    tx.session.flush()
    labels.take_over(tx, made)
    tx.session.add_all(
        OperatorRow(
            id=tx.new_id(),
            account_id=made.account_id,
            registration_id=made.id,
            operator=operator.code,
            name=operator.name,
            position=place,
            reference=_reference(tx),
        )
        for place, operator in enumerate(there.operators_on(tx.now.date()), 1)
    )
    tx.session.flush()


def _asked(tx: Tx, submission: Submission, there: Country, entry: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked for with one sender ID."""
    begins = completeness.read_date(entry["valid_from"]) or submission.submitted_at.date()
    proofs = [ids[0] for slot, ids in sorted(submission.papers.items()) if slot.startswith("proof_") and ids]
    brandless = bool(entry.get("brandless"))
    return {
        "sender_id": entry["sender_id"].strip(),
        "subaccount": entry["subaccount"],
        "message_type": entry["message_type"],
        "monthly_traffic": entry["monthly_traffic"],
        "sample_text": entry["sample_text"].strip(),
        "brandless": brandless,
        "proof_id": next(iter(proofs), None) if brandless else None,
        "valid_from": begins,
        "valid_till": rules.valid_till(begins, there.validity_days),
        "category": entry.get("category") or "",
        "renews_id": goes_on_with(tx, submission.account_id, there.code, entry),
    }


def _reference(tx: Tx) -> str:
    """Ours for one question to one operator: short enough to be read out."""
    return tx.new_id()[-_REFERENCE:]


def _keep_revision(tx: Tx, submission: Submission, who: Who, draft: Draft) -> None:
    snapshot = draft.data | {"company": submission.company, "papers": submission.papers}
    kept = SubmissionRevision(
        submission_id=submission.id,
        revision=submission.revision,
        account_id=submission.account_id,
        by=who.user_id,
        at=tx.now,
        snapshot=snapshot,
    )
    tx.session.add(kept)
    tx.session.flush()


def _tell_submitted(tx: Tx, submission: Submission, who: Who, what: str, touched: Sequence[Registration]) -> None:
    redraw(tx, submission, touched)
    redraw_renewed(tx, touched)
    letters_follow(tx, submission)
    rows = rows_of(tx, *(each.id for each in touched))
    facts = {"revision": submission.revision, "whole": True, "from_staff": who.is_staff}
    key = write_down(tx, touched[0], what, who.user_id, rows, **facts)
    inform(tx, submission, key, needs_action=False)
    if what == "resubmitted" and not who.is_staff:
        inform_staff(tx, touched[0], key)


# Again


def _submit_again(tx: Tx, who: Who, draft: Draft, submission: Submission) -> Submission:
    """The next revision: only what is not approved starts again, under a new reference for the operator."""
    there = country(submission.country)
    submission.revision += 1
    if draft.data["entity"] != submission.entity:  # the customer's own choice again
        submission.entity_by, submission.entity_because = None, ""
    for name, value in _asked_of_all(tx, draft, there).items():
        setattr(submission, name, value)
    by = By.STAFF if who.is_staff else By.CUSTOMER
    mended = {entry["registration_id"]: entry for entry in draft.data["sender_ids"]}
    touched = [each for each in registrations_of(tx, submission.id) if each.id in mended]
    for each in touched:
        for name, value in _asked(tx, submission, there, mended[each.id]).items():
            if name != "category":  # that may have been set anew since
                setattr(each, name, value)
    every = rows_of(tx, *(each.id for each in touched))
    again = [row for row in every if rules.allowed(row.status, Act.RESUBMIT, by)]
    steps = [_asked_again(tx, row, who, submission.revision) for row in again]
    move_all(tx, steps, OperatorStatus.UNDER_REVIEW, "resubmitted", by=who.user_id)
    _keep_revision(tx, submission, who, draft)
    _tell_submitted(tx, submission, who, "resubmitted", touched)
    settle_ticket(tx, submission, who)
    return submission


def _asked_again(tx: Tx, row: OperatorRow, who: Who, revision: int) -> Step[OperatorRow]:
    facts = {"revision": revision, "reference_before": row.reference, "from_staff": who.is_staff}
    anew: dict[str, Any] = dict.fromkeys(("decided_by", "sent_at", "decided_at", "valid_till", "reminded_days"))
    anew |= dict.fromkeys(("reason", "words", "field"), "") | {"reference": _reference(tx)}
    return Step(row, anew, facts)
