"""What the wizard shows and keeps at each step: one function, one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.accounts.tables import Channel
from bot.registrations import companies, completeness, drafts, renewal
from bot.registrations.companies import Arrival
from bot.registrations.company_fields import CompanyFields
from bot.registrations.countries import Country, Slot, countries, country
from bot.registrations.papers import misfit
from bot.registrations.problems import Problem
from bot.registrations.sight import Sight, Typed
from bot.registrations.tables import Company, Draft, Paper, Submission
from bot.storage.database import Tx
from bot.tickets.tables import Ticket

LETTERHEAD = "letterhead"
_KINDS = {"jpeg": "jpg"}
_TELLING = ("sender_id", "subaccount", "message_type", "monthly_traffic", "sample_text", "registration_id")
"""What tells something of a sender ID: the day from which it is valid stands in the form by itself."""


@dataclass(frozen=True)
class Receipt:
    """What a submission came to, for the last page."""

    submission: Submission
    ticket: Ticket
    rules: Country


def start(tx: Tx, who: Who, channel: str | None) -> Sight:
    """The draft that the person worked on last, or a new one; its ticket's thread will be in ``channel``, if linked."""
    draft = drafts.latest(tx, who) or drafts.begin(tx, who, place_of(tx, who, channel))
    return sight_of(tx, draft)


def start_anew(tx: Tx, who: Who, draft_id: str, channel: str | None) -> Sight:
    """Throw a draft away and begin another."""
    there = load(tx, Draft, draft_id, who, what="That draft").channel
    drafts.discard(tx, who, draft_id)
    return sight_of(tx, drafts.begin(tx, who, place_of(tx, who, channel) if channel else there))


def fix(tx: Tx, who: Who, submission_id: str) -> Sight:
    """A draft filled in from a submission that has something to mend."""
    return sight_of(tx, drafts.fix(tx, who, submission_id))


def renew(tx: Tx, who: Who, id_: str) -> Sight:
    """A draft filled in from a registration, or from all of a submission, that ends."""
    return sight_of(tx, renewal.renew(tx, who, id_))


def place_of(tx: Tx, who: Who, channel: str | None) -> str:
    """Where the ticket's thread will be: here if it is the account's channel, else its first one, else the person."""
    linked = select(Channel.channel_id).where(Channel.account_id == who.require_account())
    there = list(tx.session.scalars(linked.order_by(Channel.linked_at, Channel.channel_id)))
    return channel if channel in there and channel else next(iter(there), who.user_id)


def look(tx: Tx, who: Who, draft_id: str) -> Sight:
    """A draft as it stands. Raises NotFound, DraftEnded."""
    draft = load(tx, Draft, draft_id, who, what="That draft")
    if draft.ended_at is not None:
        raise drafts.DraftEnded(ended=draft.step)
    return sight_of(tx, draft)


def keep(tx: Tx, who: Who, draft_id: str, typed: Typed, step: str, *, onward: str = "") -> Sight:
    """Keep what a page holds. ``onward``: the next step, taken when this one has no problem left.

    A file that cannot be the document is not taken, and is among the problems.
    """
    draft = drafts.locked(tx, who, draft_id)
    draft = drafts.save(tx, who, draft_id, _values(draft, typed), step)
    refused = _take_files(tx, who, draft, typed.files)
    sight = sight_of(tx, draft, refused)
    return go(tx, who, draft_id, onward) if onward and not left(sight, typed, step) else sight


def left(sight: Sight, typed: Typed, step: str) -> list[Problem]:
    """What is wrong with the page that was typed: its own step, or the one sender ID that it is about."""
    if typed.entry is not None:
        return sight.of_entry(min(typed.index, len(sight.entries) - 1))
    return sight.of_documents() if step == "documents" else sight.of(step)


def go(tx: Tx, who: Who, draft_id: str, step: str) -> Sight:
    """To another step. Of what was typed only a sender ID goes of which nothing was told."""
    draft = drafts.locked(tx, who, draft_id)
    entries = draft.data.get("sender_ids") or []
    told = [entry for entry in entries if tells(entry)]
    return sight_of(tx, drafts.save(tx, who, draft_id, {"sender_ids": told} if told != entries else {}, step))


def review(tx: Tx, who: Who, draft_id: str) -> Sight:
    """On to the review when each sender ID is right."""
    sight = look(tx, who, draft_id)
    wrong = not sight.entries or any(sight.of_entry(index) for index in range(len(sight.entries)))
    return sight if wrong else go(tx, who, draft_id, "review")


def tells(entry: Mapping[str, Any]) -> bool:
    """Whether anything was told of a sender ID."""
    return any(entry.get(name) for name in _TELLING)


def _values(draft: Draft, typed: Typed) -> dict[str, Any]:
    values = dict(typed.values)
    if "country" in values:
        values |= fitting(str(values["country"] or ""), draft.data | values)
    if typed.entry is not None:
        entries = list(draft.data.get("sender_ids") or [])
        if typed.index < len(entries) and not tells(typed.entry) and tells(entries[typed.index]):
            pass  # an empty form that was open while a workbook filled the draft
        elif typed.index < len(entries):
            entries[typed.index] = {**entries[typed.index], **typed.entry}
        else:
            entries.append(dict(typed.entry))
        values["sender_ids"] = entries
    return values


def fitting(code: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Headquarters and industry as far as the country has them; where there is only one, it is chosen already."""
    there = next((each for each in countries() if each.code == code), None)
    if there is None:
        return {}
    entity, industry = data.get("entity"), data.get("industry")
    only = there.entities[0] if len(there.entities) == 1 else ""
    return {
        "entity": entity if entity in there.entities else only,
        "industry": industry if industry in {choice.code for choice in there.industries} else "",
    }


def _take_files(tx: Tx, who: Who, draft: Draft, files: Mapping[str, Sequence[Arrival]]) -> list[Problem]:
    """Attach what came, in place of what was attached by hand before; what cannot be a document is told instead."""
    refused: list[Problem] = []
    there, rules = _slots_by_code(draft), _rules(draft)
    country_name = rules.name if rules else ""
    for code, arrivals in files.items():
        slot = there.get(code)
        if slot is None:
            continue
        wrong = [sentence for each in arrivals if (sentence := misfit_of(each, slot, country_name))]
        if wrong:
            refused.append(Problem("documents", code, " ".join(wrong)))
        elif arrivals:
            draft = drafts.save(
                tx, who, draft.id, {"papers": {**(draft.data.get("papers") or {}), code: []}}, draft.step
            )
            for each in arrivals:
                companies.add_paper(tx, who, code, each, draft.data.get("company_id") or None, draft.id)
    return refused


def _slots_by_code(draft: Draft) -> dict[str, Slot]:
    rules = _rules(draft)
    case = (str(draft.data.get("entity") or ""), str(draft.data.get("industry") or ""))
    return {slot.code: slot for slot in rules.slots(*case, brandless=True)} if rules else {}


def misfit_of(arrival: Arrival, slot: Slot, country_name: str = "") -> str:
    """Why a file cannot be a document, by its name and size alone; its content is looked at by the job."""
    ending = arrival.name.rpartition(".")[2].lower()
    kind = _KINDS.get(ending, ending) if "." in arrival.name else slot.types[0]
    return misfit(arrival.name, kind, arrival.size, slot, country_name)


def forget_paper(tx: Tx, who: Who, draft_id: str, paper_id: str) -> Sight:
    """Take a file out of the draft; a second time changes nothing."""
    draft = drafts.locked(tx, who, draft_id)
    papers = {
        slot: [each for each in ids if each != paper_id] for slot, ids in (draft.data.get("papers") or {}).items()
    }
    return sight_of(tx, drafts.save(tx, who, draft_id, {"papers": papers}, draft.step))


def date_paper(tx: Tx, who: Who, draft_id: str, paper_id: str, valid_until: date | None) -> Sight:
    """Until when a paper is valid, as the customer says."""
    companies.date_paper(tx, who, paper_id, valid_until)
    return look(tx, who, draft_id)


def remove_entry(tx: Tx, who: Who, draft_id: str, index: int, sender_id: str) -> Sight:
    """Take a sender ID out; one that stands elsewhere by now is left alone."""
    draft = drafts.locked(tx, who, draft_id)
    entries = list(draft.data.get("sender_ids") or [])
    if index < len(entries) and str(entries[index].get("sender_id") or "") == sender_id:
        del entries[index]
    return sight_of(tx, drafts.save(tx, who, draft_id, {"sender_ids": entries}, "sender_ids"))


@dataclass(frozen=True)
class CompanyTyped:
    """What the form of a company holds. ``company_id`` None: a new one; ``seen``: the version that is changed."""

    fields: CompanyFields
    company_id: str | None = None
    seen: int = 0
    letterhead: Sequence[Arrival] = ()


def keep_company(tx: Tx, who: Who, draft_id: str, typed: CompanyTyped) -> Sight:
    """Keep a company from the wizard, and choose it. Raises Incomplete, OutOfDate."""
    draft = drafts.locked(tx, who, draft_id)
    company = keep_company_alone(tx, who, typed)
    return sight_of(tx, drafts.save(tx, who, draft_id, {"company_id": company.id}, draft.step))


def keep_company_alone(tx: Tx, who: Who, typed: CompanyTyped) -> Company:
    """Keep a company beforehand, for registrations to come. Raises Incomplete, OutOfDate."""
    company = companies.save(tx, who, typed.company_id, typed.seen, typed.fields)
    for arrival in typed.letterhead:
        companies.add_paper(tx, who, LETTERHEAD, arrival, company.id)
    return company


@dataclass(frozen=True)
class CompanyKept:
    """A company, the paper that serves each slot, and those that end soon."""

    company: Company
    papers: Mapping[str, Paper]
    expiring: Sequence[Paper]
    today: date

    def is_over(self, paper: Paper) -> bool:
        """Whether a paper has expired."""
        return bool(paper.valid_until and paper.valid_until < self.today)


def companies_kept(tx: Tx, who: Who) -> list[CompanyKept]:
    """The account's companies with what they have, by name."""
    today = tx.now.date()
    kept = []
    for each in companies.of_account(tx, who):
        papers = companies.current(companies.papers(tx, each.id), today)
        kept.append(CompanyKept(each, papers, companies.expiring(tx, each.id, today), today))
    return kept


def receipt(tx: Tx, submission_id: str) -> Receipt:
    """What a submission of a moment ago came to."""
    submission = tx.session.get_one(Submission, submission_id)
    return Receipt(submission, tx.session.get_one(Ticket, submission.ticket_id), country(submission.country))


def _rules(draft: Draft) -> Country | None:
    return next((each for each in countries() if each.code == draft.data.get("country")), None)


def sight_of(tx: Tx, draft: Draft, refused: Sequence[Problem] = ()) -> Sight:
    """A draft with everything around it; ``refused``: what was wrong with files that were not taken."""
    tx.session.flush()
    today, spoken_of = tx.now.date(), {each.field for each in refused}
    mine = select(Company).where(Company.account_id == draft.account_id).order_by(Company.name, Company.id)
    there = list(tx.session.scalars(mine))
    company = next((each for each in there if each.id == draft.data.get("company_id")), None)
    return Sight(
        draft=draft,
        rules=_rules(draft),
        companies=there,
        company=company,
        attached=completeness.attached(tx, draft, today),
        expiring=companies.expiring(tx, company.id, today) if company else (),
        problems=(*refused, *(each for each in completeness.problems(tx, draft, today) if each.field not in spoken_of)),
        asked=drafts.asked(tx, draft.submission_id) if draft.submission_id else (),
        today=today,
    )
