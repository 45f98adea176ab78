"""The documents of a company, kept beforehand for registrations to come: one function, one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.registrations import companies
from bot.registrations.companies import Arrival, slot_named
from bot.registrations.countries import Country, Slot, countries
from bot.registrations.problems import Problem, refuse_if
from bot.registrations.rules import PaperStatus
from bot.registrations.tables import Company, Paper
from bot.registrations.wizard import misfit_of
from bot.storage.database import Tx


@dataclass(frozen=True)
class Papers:
    """What a company has: the paper that serves each document best, and newer ones that were refused."""

    company: Company
    current: Mapping[str, Paper]
    refused: Sequence[Paper]
    today: date


def papers_of(tx: Tx, who: Who, company_id: str) -> Papers:
    """The documents of a company of the person's account. Raises NotFound."""
    company, today = load(tx, Company, company_id, who, what="That company"), tx.now.date()
    every = companies.papers(tx, company.id)
    current = companies.current(every, today)
    newest = {paper.slot: paper for paper in reversed(every)}
    refused = [paper for paper in newest.values() if paper.status == PaperStatus.REFUSED]
    return Papers(company, current, refused, today)


def documents() -> Sequence[tuple[Slot, Sequence[Country]]]:
    """Every document that some country asks for, in the order of the countries' files, and which ask for it."""
    asking: dict[str, dict[str, Country]] = {}
    for each in countries():
        for slot in each.documents:
            asking.setdefault(slot.code, {})[each.code] = each
    return [(slot_named(code), list(there.values())) for code, there in asking.items()]


def keep(tx: Tx, who: Who, company_id: str, code: str, arrival: Arrival, *, valid_until: date | None) -> Papers:
    """Add a document, or replace the one that is there: the newest that is valid serves.

    Raises NotFound, NoSuchPaper, and Incomplete, which names ``file`` or ``until``.
    """
    load(tx, Company, company_id, who, what="That company")
    wrong = [("file", misfit_of(arrival, slot_named(code)))]
    if valid_until is not None and valid_until < tx.now.date():
        wrong.append(("until", f"{valid_until:%-d %B %Y} is over. Add the document that is valid now."))
    refuse_if(Problem("company", field, sentence) for field, sentence in wrong if sentence)
    companies.add_paper(tx, who, code, arrival, company_id, valid_until=valid_until)
    return papers_of(tx, who, company_id)


def date_paper(tx: Tx, who: Who, company_id: str, paper_id: str, valid_until: date | None) -> Papers:
    """Until when a document is valid, as the customer says. Raises NotFound."""
    companies.date_paper(tx, who, paper_id, valid_until)
    return papers_of(tx, who, company_id)
