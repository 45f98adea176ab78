"""Whether a draft can be submitted: everything that keeps it from that, at once, each at its field."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from bot.registrations import companies
from bot.registrations.countries import Country, NoSuchCountry, Slot, country
from bot.registrations.entry import TEXT_MAX, TRAFFIC_MAX, Trouble, name_of, owner_of, read_date, troubles
from bot.registrations.papers import misfit
from bot.registrations.problems import Problem
from bot.registrations.registered import goes_on_with, keeps_from_asking, kin_of, named_otherwise
from bot.registrations.rules import SUBMISSION_MAX, PaperStatus
from bot.registrations.tables import Company, Draft, Paper, Submission
from bot.storage.database import Tx

__all__ = ["TEXT_MAX", "TRAFFIC_MAX", "attached", "problems", "read_date", "slots_of"]


def problems(tx: Tx, draft: Draft, today: date) -> tuple[Problem, ...]:
    """All that keeps a draft from being submitted, in the order of the steps; empty when it can be."""
    rules = _country(draft.data)
    company = _company(tx, draft)
    found = [*_details(tx, draft, rules, company)]
    if rules is not None:
        found += _documents(tx, draft, rules, today)
    found += _sender_ids(tx, draft, rules, company, today)
    order = {"details": 0, "documents": 1, "sender_ids": 2}
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: order[problem.step]))


def _country(data: Mapping[str, Any]) -> Country | None:
    try:
        return country(str(data.get("country") or ""))
    except NoSuchCountry:
        return None


def _company(tx: Tx, draft: Draft) -> Company | None:
    company = tx.session.get(Company, draft.data.get("company_id") or "")
    return company if company is not None and company.account_id == draft.account_id else None


# Details


def _details(tx: Tx, draft: Draft, rules: Country | None, company: Company | None) -> Iterator[Problem]:
    data = draft.data
    if rules is None:
        yield Problem("details", "country", "Choose the country in which the sender ID will be used.")
    else:
        if data.get("entity") not in {*rules.entities, *_chosen_by_staff(tx, draft)}:
            yield Problem("details", "entity", f"In {rules.name} choose one of: {', '.join(rules.entities)}.")
        if rules.industries and data.get("industry") not in {choice.code for choice in rules.industries}:
            yield Problem("details", "industry", f"{rules.name} asks for the industry. Choose one from the list.")
    if company is None:
        yield Problem("details", "company_id", "Choose the company in whose name this is registered, or add it.")
    mended = tx.session.get_one(Submission, draft.submission_id) if draft.submission_id else None
    if mended is not None and data.get("country") != mended.country:
        sentence = "The country of what was submitted stays. For another country register the sender ID anew."
        yield Problem("details", "country", sentence)


def _chosen_by_staff(tx: Tx, draft: Draft) -> Iterator[str]:
    """The entity of the submission that a draft mends, where staff chose it against the country's rules."""
    mended = tx.session.get_one(Submission, draft.submission_id) if draft.submission_id else None
    if mended is not None and mended.entity_by:
        yield mended.entity


# Documents


def slots_of(draft: Draft) -> tuple[Slot, ...]:
    """The documents that the draft's case asks for; none while its country is not known."""
    rules, data = _country(draft.data), draft.data
    brandless = any(entry.get("brandless") for entry in data.get("sender_ids") or ())
    there = (str(data.get("entity") or ""), str(data.get("industry") or ""))
    return rules.slots(*there, brandless=brandless) if rules else ()


def attached(tx: Tx, draft: Draft, today: date) -> dict[str, list[Paper]]:
    """The papers in each slot of the draft's case: its own, else what the company has already."""
    own: dict[str, list[Paper]] = {}
    ids = [paper_id for some in (draft.data.get("papers") or {}).values() for paper_id in some]
    mine = select(Paper).where(Paper.id.in_(ids), Paper.account_id == draft.account_id)
    for paper in tx.session.scalars(mine.order_by(Paper.uploaded_at, Paper.id)):
        if paper.id in draft.data["papers"].get(paper.slot, ()):
            own.setdefault(paper.slot, []).append(paper)
    company = _company(tx, draft)
    kept = companies.current(companies.papers(tx, company.id), today) if company else {}
    by_slot = {
        slot.code: own.get(slot.code) or [kept[slot.code]] for slot in slots_of(draft) if slot.code in own | kept
    }
    return {code: some for code, some in by_slot.items() if some}


def _documents(tx: Tx, draft: Draft, rules: Country, today: date) -> Iterator[Problem]:
    there = attached(tx, draft, today)
    slots = slots_of(draft)
    groups: dict[str, list[Slot]] = {}
    for slot in slots:
        groups.setdefault(slot.any_of or slot.code, []).append(slot)
        for paper in there.get(slot.code, ()):
            if sentence := _unfit(paper, slot, rules, today):
                yield Problem("documents", slot.code, sentence)
    for name, some in groups.items():
        if any(slot.required for slot in some) and not any(slot.code in there for slot in some):
            titles = " or ".join(slot.title for slot in some)
            yield Problem("documents", name, f"Attach: {titles}.")


def _unfit(paper: Paper, slot: Slot, rules: Country, today: date) -> str:
    """Why a paper cannot go with a submission; empty when it can."""
    if paper.status == PaperStatus.FETCHING:
        return f"{paper.name} is still being looked at. Try again in a moment."
    if paper.status == PaperStatus.REFUSED:
        return paper.trouble
    if paper.valid_until is not None and paper.valid_until < today:
        return f"{paper.name} was valid until {paper.valid_until}. Attach the current one."
    return misfit(paper.name, paper.kind, paper.size, slot, rules.name)


# Sender IDs


def _sender_ids(tx: Tx, draft: Draft, rules: Country | None, company: Company | None, today: date) -> Iterator[Problem]:
    entries = draft.data.get("sender_ids") or []
    if not entries:
        yield Problem("sender_ids", "sender_ids", "Add at least one sender ID.")
    if len(entries) > SUBMISSION_MAX:
        sentence = f"{SUBMISSION_MAX} sender IDs go in one submission, and there are {len(entries)}. Take some out."
        yield Problem("sender_ids", "sender_ids", sentence)
    seen: set[str] = set()
    excepted = [*_chosen_by_staff(tx, draft)] == [draft.data.get("entity")]
    owner = owner_of(company, "" if excepted else draft.data.get("entity"))  # no rule speaks of what is not known
    for index, entry in enumerate(entries):
        name = name_of(entry)
        if name and name.casefold() in seen:
            yield Problem("sender_ids", f"{index}.sender_id", f"{name} stands here twice. Take one of them out.")
        seen.add(name.casefold())
        for trouble in troubles(entry, rules, owner, today):
            yield _at(index, trouble)
        if rules is not None and name:
            for sentence in _not_free(tx, draft, rules, entry, today):
                yield Problem("sender_ids", f"{index}.sender_id", sentence)


def _at(index: int, trouble: Trouble) -> Problem:
    if trouble.field == "company_id":
        return Problem("details", trouble.field, trouble.sentence)
    return Problem("sender_ids", f"{index}.{trouble.field}", trouble.sentence)


def _not_free(tx: Tx, draft: Draft, rules: Country, entry: Mapping[str, Any], today: date) -> Iterator[str]:
    """Why the account cannot ask for this name there."""
    name = name_of(entry)
    begins = read_date(entry.get("valid_from")) or today
    mends = entry.get("registration_id")
    kin = kin_of(tx, goes_on_with(tx, draft.account_id, rules.code, entry), mends)
    yield from filter(None, [keeps_from_asking(tx, draft, name, rules.code, begins, kin=kin)])
    yield from filter(None, [named_otherwise(tx, draft, name, mends)])
