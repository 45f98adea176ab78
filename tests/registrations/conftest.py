"""Two customers and the staff, drafts that can be submitted, and what came of them, on both databases."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery.tables import DueRow, Message
from bot.registrations import companies, decisions, drafts, service
from bot.registrations.companies import Arrival
from bot.registrations.company_fields import CompanyFields
from bot.registrations.completeness import slots_of
from bot.registrations.decisions import Decision
from bot.registrations.rules import Act
from bot.registrations.tables import Company, Draft, OperatorRow, Submission
from bot.registrations.wholes import Whole
from bot.sandbox.seed import seed
from bot.sandbox.server import Sandbox
from bot.storage.audit import AuditRow
from bot.storage.database import Database, Tx
from bot.storage.files import StoredFile
from bot.tickets.tables import Ticket

KOPI = CompanyFields(**json.loads(Path(__file__).with_name("kopi.json").read_text()))


class Bureau:
    """The people, and short ways to do things as one of them."""

    def __init__(self, database: Database, clock: Any, people: tuple[Who, ...]) -> None:
        self.database, self.clock, self.files = database, clock, 0
        self.ana, self.ben, self.carla, self.rina, self.budi, self.stranger = people

    async def do(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run a use case."""
        return await self.database.write(use_case, *args, **kwargs)

    async def look(self, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run a query."""
        return await self.database.read(query, *args, **kwargs)

    def today(self) -> Any:
        """The day of the test."""
        return self.clock().date()

    async def company(self, who: Who | None = None, fields: CompanyFields = KOPI) -> Company:
        """A company, kept."""
        company: Company = await self.do(companies.save, who or self.ana, None, 0, fields)
        return company

    def entry(self, name: str = "KOPI", **other: Any) -> dict[str, Any]:
        """A sender ID as somebody types it into the wizard."""
        return {
            "sender_id": name,
            "subaccount": "kopi_hq",
            "message_type": "otp",
            "monthly_traffic": 1000,
            "sample_text": "Kopi Nusantara Inc.: your code is 123456",
            "brandless": False,
            "valid_from": self.today().isoformat(),
        } | other

    async def paper(
        self, draft: Draft, slot: str, *, who: Who | None = None, size: int = 1000, kind: str = "jpg", **more: Any
    ) -> Any:
        """A paper of the draft that was fetched and found good."""
        self.files += 1
        arrival = Arrival(f"F{self.files}", f"{slot}.{kind}", size)
        paper = await self.do(companies.add_paper, who or self.ana, slot, arrival, None, draft.id, **more)
        await self.do(companies.paper_kept, paper.id, kind, StoredFile(f"papers/{paper.id}/source", size, "0" * 64))
        return paper

    async def draft(
        self, *entries: dict[str, Any], who: Who | None = None, country: str = "PH", **values: Any
    ) -> Draft:
        """A draft that can be submitted."""
        who = who or self.ana
        kept = await self.look(companies.of_account, who)
        company = kept[0] if kept else await self.company(who)
        draft = await self.do(drafts.begin, who, who.channel_id or "")
        typed = {"country": country, "entity": "international", "industry": "others", "company_id": company.id}
        typed["sender_ids"] = list(entries) or [self.entry()]
        draft = await self.do(drafts.save, who, draft.id, typed | values, "review")
        for slot in slots_of(draft):
            await self.paper(draft, slot.code, who=who)
        found: Draft = await self.look(lambda tx: tx.session.get_one(Draft, draft.id))
        return found

    async def submitted(self, *entries: dict[str, Any], who: Who | None = None, **values: Any) -> Submission:
        """A submission, with the e-mail address of whoever made it."""
        who = who or self.ana
        draft = await self.draft(*entries, who=who, **values)
        done: Submission = await self.do(service.submit, who, draft.id, draft.version, "ana@kopi.example")
        return done

    async def decide(self, act: Act, *rows: OperatorRow, who: Who | None = None, **more: Any) -> list[OperatorRow]:
        """Staff (Rina) decide on rows as they were seen."""
        decision = Decision(act, **({"reason": "generic", "words": "Too short."} | more if act in NEEDS else more))
        seen = [(row.id, row.version) for row in rows]
        done: list[OperatorRow] = await self.do(decisions.decide, who or self.rina, seen, decision)
        return done

    async def wholes(self, submission: Submission) -> list[Whole]:
        """What was submitted, as it stands."""
        found: list[Whole] = await self.look(service.submission, self.rina, submission.id)
        return found

    async def rows(self, submission: Submission) -> list[OperatorRow]:
        """The operators' rows of the first registration."""
        return (await self.wholes(submission))[0].operators

    async def statuses(self, submission: Submission) -> dict[str, str]:
        """Where the operators of the first registration stand."""
        return {row.operator: row.status for row in await self.rows(submission)}

    async def ticket(self, submission: Submission) -> Ticket:
        """The ticket as it is now."""
        found: Ticket = await self.look(lambda tx: tx.session.get_one(Ticket, submission.ticket_id))
        return found

    async def told(self, *kinds: str) -> list[tuple[str, str]]:
        """Kind and place of the messages that were told, the oldest first."""

        def query(tx: Tx) -> list[tuple[str, str]]:
            there = select(Message).order_by(Message.created_at, Message.id)
            return [(one.kind, one.place) for one in tx.session.scalars(there) if not kinds or one.kind in kinds]

        found: list[tuple[str, str]] = await self.look(query)
        return found

    async def acts(self, subject: str) -> list[tuple[str, str | None]]:
        """Act and actor of what was written down about a thing, the oldest first."""

        def query(tx: Tx) -> list[tuple[str, str | None]]:
            rows = select(AuditRow).where(AuditRow.subject_id == subject).order_by(AuditRow.id)
            return [(row.act, row.actor) for row in tx.session.scalars(rows)]

        found: list[tuple[str, str | None]] = await self.look(query)
        return found

    async def due(self) -> set[tuple[str, str]]:
        """Kind and key of the jobs that wait."""
        rows = select(DueRow).where(DueRow.queue == "jobs", DueRow.state == "pending")
        found: set[tuple[str, str]] = await self.look(
            lambda tx: {(row.kind, row.key) for row in tx.session.scalars(rows)}
        )
        return found


NEEDS = frozenset({Act.ASK, Act.REJECT, Act.AMEND})


@pytest.fixture
def kopi() -> CompanyFields:
    """Kopi Nusantara as Ana types it."""
    return KOPI


@pytest.fixture
def bureau(database: Database, clock: Any, people: tuple[Who, ...]) -> Bureau:
    """Two accounts, and everybody who has to do with them."""
    return Bureau(database, clock, people)


@pytest.fixture
async def sandbox(clock: Any) -> AsyncIterator[Sandbox]:
    """The world outside, with its operators; its clock is that of the test."""
    async with Sandbox(seed(clock=clock)) as sandbox:
        yield sandbox
