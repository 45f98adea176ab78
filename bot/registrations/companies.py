"""Companies in whose name sender IDs are registered, and their papers: one function, one transaction."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.jobs import soon
from bot.delivery.transition import transition
from bot.errors import DeskError, OutOfDate
from bot.registrations import company_fields
from bot.registrations.company_fields import CompanyFields
from bot.registrations.countries import Slot, countries
from bot.registrations.problems import Problem, refuse_if
from bot.registrations.rules import PAPER_MOVES, PaperStatus
from bot.registrations.steps import PAPER, redraw_drops
from bot.registrations.tables import Company, Draft, Paper
from bot.storage.audit import AuditRow, record
from bot.storage.database import Tx
from bot.storage.files import StoredFile
from bot.storage.statements import add_once, held

WARNED_BEFORE = timedelta(days=30)
"""How long before its end a paper is said to expire."""


class NoSuchPaper(DeskError):
    """I do not know what {slot} is for. Choose one of the documents that the form asks for."""


@dataclass(frozen=True)
class Arrival:
    """A file as Slack describes it; ``size`` in bytes, as declared."""

    slack_file_id: str
    name: str
    size: int


def save(tx: Tx, who: Who, company_id: str | None, seen: int, fields: CompanyFields) -> Company:
    """Keep a company, new or changed. ``seen``: the version that the person changed; of a new one it does not matter.

    Raises Incomplete with everything that is wrong, OutOfDate when a colleague changed it meanwhile.
    """
    fields = fields.tidied()
    company = _for_change(tx, who, company_id, seen) if company_id else None
    account_id = company.account_id if company else who.require_account()
    refuse_if([*company_fields.problems(fields), *_name_taken(tx, account_id, fields.name, company_id)])
    values = asdict(fields)
    if company is None:
        made = Company(
            id=tx.new_id(),
            account_id=account_id,
            created_by=who.user_id,
            created_at=tx.now,
            updated_at=tx.now,
            **values,
        )
        if not add_once(tx, made):  # a colleague typed the same at this moment
            refuse_if(_name_taken(tx, account_id, fields.name, None))
        _note(tx, made, "added", who, sorted(name for name, value in values.items() if value))
        return made
    changed = sorted(name for name, value in values.items() if getattr(company, name) != value)
    if changed:
        for name in changed:
            setattr(company, name, values[name])
        company.version, company.updated_at = company.version + 1, tx.now
        _note(tx, company, "changed", who, changed)
    return company


def _for_change(tx: Tx, who: Who, company_id: str, seen: int) -> Company:
    load(tx, Company, company_id, who, what="That company")
    company = held(tx, Company, company_id)
    if company.version != seen:
        about = (AuditRow.subject_kind == Company.__tablename__, AuditRow.subject_id == company_id)
        last = tx.session.scalars(select(AuditRow).where(*about).order_by(AuditRow.id.desc()).limit(1)).one()
        raise OutOfDate(what="changed", who=f"<@{last.actor}>")
    return company


def _name_taken(tx: Tx, account_id: str, name: str, company_id: str | None) -> list[Problem]:
    same = select(Company.id).where(Company.account_id == account_id, Company.name == name, Company.id != company_id)
    if company_id is None:
        same = select(Company.id).where(Company.account_id == account_id, Company.name == name)
    taken = tx.session.scalars(same).first()
    sentence = f"“{name}” is kept already. Choose it from the list, or change it there."
    return [Problem(company_fields.STEP, "name", sentence)] if taken else []


def _note(tx: Tx, company: Company, act: str, who: Who, fields: list[str]) -> None:
    record(
        tx,
        subject=(Company.__tablename__, company.id),
        act=f"registrations:company:{act}",
        actor=who.user_id,
        account_id=company.account_id,
        facts={"fields": fields},
    )


def of_account(tx: Tx, who: Who) -> list[Company]:
    """The account's companies, by name."""
    wanted = select(Company).where(Company.account_id == who.require_account())
    return list(tx.session.scalars(wanted.order_by(Company.name, Company.id)))


# Papers


def slot_named(code: str, country: str = "") -> Slot:
    """The document of this code in a country's rules (alpha-2); without one, the least strict of all countries'.

    What is stricter in a country is looked at when something is submitted there. Raises NoSuchPaper.
    """
    there = [slot for each in countries() if country in ("", each.code) for slot in each.documents if slot.code == code]
    if not there and country:
        return slot_named(code)
    if not there:
        raise NoSuchPaper(slot=code or "that")
    return max(there, key=lambda slot: (slot.max_bytes, len(slot.types)))


def add_paper(  # noqa: PLR0917 - what it is, and whose
    tx: Tx,
    who: Who,
    slot: str,
    arrival: Arrival,
    company_id: str | None = None,
    draft_id: str | None = None,
    *,
    valid_until: date | None = None,
) -> Paper:
    """A document came in: keep it, and have it fetched and looked at. The same file for the same slot comes in once.

    With ``draft_id`` it is attached to the draft. Papers of a company are offered in every draft of that company.
    """
    slot_named(slot)
    draft = load(tx, Draft, draft_id, who, what="That draft") if draft_id else None
    company = load(tx, Company, company_id, who, what="That company") if company_id else None
    account_id = draft.account_id if draft else company.account_id if company else who.require_account()
    paper = Paper(
        id=tx.new_id(),
        account_id=account_id,
        company_id=company_id,
        draft_id=draft_id,
        slot=slot,
        slack_file_id=arrival.slack_file_id,
        name=arrival.name,
        size=arrival.size,
        valid_until=valid_until,
        uploaded_by=who.user_id,
        uploaded_at=tx.now,
    )
    if add_once(tx, paper):
        _note_paper(tx, paper, "received", who.user_id)
        soon(tx, PAPER, paper.id)
    else:
        known = (Paper.slack_file_id == arrival.slack_file_id, Paper.slot == slot)
        there = tx.session.scalars(select(Paper).where(*known)).one()
        paper = load(tx, Paper, there.id, who, what="That file")
        if paper.status == PaperStatus.REFUSED:
            fetch_again(tx, who, paper.id, paper.version)
    if draft is not None:
        attach(tx, draft, paper)
    return paper


def attach(tx: Tx, draft: Draft, paper: Paper) -> None:
    """Put a paper into its slot of a draft; a second time changes nothing."""
    draft = held(tx, Draft, draft.id)
    papers = {slot: list(ids) for slot, ids in draft.data.get("papers", {}).items()}
    if paper.id not in papers.setdefault(paper.slot, []):
        papers[paper.slot].append(paper.id)
        draft.data = draft.data | {"papers": papers}
        draft.version, draft.updated_at = draft.version + 1, tx.now


def fetch_again(tx: Tx, who: Who, paper_id: str, seen: int) -> Paper:
    """Look at a refused paper once more."""
    paper = load(tx, Paper, paper_id, who, what="That file")
    _move_paper(tx, paper, PaperStatus.FETCHING, "asked_again", by=who.user_id, seen=seen, trouble="")
    soon(tx, PAPER, paper.id)
    return paper


def paper_kept(tx: Tx, paper_id: str, kind: str, stored: StoredFile) -> None:
    """The paper is ours now and is what it should be; ``kind`` is ``pdf``, ``jpg`` or ``png``."""
    paper = tx.session.get_one(Paper, paper_id)
    if paper.status == PaperStatus.FETCHING:
        kept = {"stored_key": stored.key, "kind": kind, "size": stored.size, "sha256": stored.sha256, "trouble": ""}
        _move_paper(tx, paper, PaperStatus.KEPT, "kept", by=None, **kept)
        redraw_drops(tx, paper)


def paper_refused(tx: Tx, paper_id: str, sentence: str) -> None:
    """The paper is not what it should be; the sentence says what was measured, what is asked for, and what to do."""
    paper = tx.session.get_one(Paper, paper_id)
    if paper.status == PaperStatus.FETCHING:
        _move_paper(tx, paper, PaperStatus.REFUSED, "refused", by=None, because=sentence, trouble=sentence)
        redraw_drops(tx, paper)


def papers(tx: Tx, company_id: str) -> list[Paper]:
    """What a company has, by slot, the newest of a slot first."""
    wanted = select(Paper).where(Paper.company_id == company_id)
    return list(tx.session.scalars(wanted.order_by(Paper.slot, Paper.uploaded_at.desc(), Paper.id)))


def expiring(tx: Tx, company_id: str, today: date) -> list[Paper]:
    """The papers of a company that are about to expire, or have; the first to expire comes first.

    Where a slot has a newer paper that lasts longer, the old one is not spoken of.
    """
    soonest = [paper for paper in current(papers(tx, company_id), today).values() if paper.valid_until is not None]
    warned = [paper for paper in soonest if paper.valid_until and paper.valid_until <= today + WARNED_BEFORE]
    return sorted(warned, key=lambda paper: (paper.valid_until or today, paper.id))


def current(papers: Iterable[Paper], today: date) -> dict[str, Paper]:
    """For each slot the paper that serves it best: kept, not expired, then the one that came last."""
    best: dict[str, Paper] = {}
    for paper in papers:
        there = best.get(paper.slot)
        if paper.status != PaperStatus.REFUSED and (there is None or _rank(paper, today) > _rank(there, today)):
            best[paper.slot] = paper
    return best


def _rank(paper: Paper, today: date) -> tuple[object, ...]:
    lasts = paper.valid_until is None or paper.valid_until >= today
    return (lasts, paper.status == PaperStatus.KEPT, paper.uploaded_at, paper.id)


def date_paper(tx: Tx, who: Who, paper_id: str, valid_until: date | None) -> Paper:
    """Until when a paper is valid, as its owner says."""
    paper = load(tx, Paper, paper_id, who, what="That file")
    if paper.valid_until != valid_until:
        paper.valid_until = valid_until
        _note_paper(tx, paper, "dated", who.user_id)
    return paper


def _move_paper(tx: Tx, paper: Paper, to: PaperStatus, act: str, *, by: str | None, **more: Any) -> Paper:
    return transition(tx, paper, to, moves=PAPER_MOVES, act=f"registrations:paper:{act}", by=by, **more)


def _note_paper(tx: Tx, paper: Paper, act: str, actor: str) -> None:
    about = (Paper.__tablename__, paper.id)
    facts = {"slot": paper.slot, "size": paper.size}
    record(tx, subject=about, act=f"registrations:paper:{act}", actor=actor, account_id=paper.account_id, facts=facts)
