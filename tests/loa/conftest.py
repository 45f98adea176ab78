"""Submissions whose letters are followed, drawn, released and signed step by step, on both databases."""

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery.tables import DueRow, Message
from bot.loa import service, steps
from bot.loa.box import Box
from bot.loa.rules import Way
from bot.loa.steps import Drawing, KeptCopy, Outcome
from bot.loa.tables import Letter, SignedCopy, Signing
from bot.registrations import companies, decisions, drafts
from bot.registrations import service as registrations
from bot.registrations.companies import Arrival
from bot.registrations.company_fields import CompanyFields
from bot.registrations.completeness import slots_of
from bot.registrations.decisions import Decision
from bot.registrations.rules import Act
from bot.registrations.tables import Draft, OperatorRow, Registration, Submission
from bot.storage.audit import AuditRow
from bot.storage.database import Database, Tx
from bot.storage.files import StoredFile
from bot.tickets.tables import Ticket

PROVIDER = "8x8 International Pte. Ltd."
KOPI = CompanyFields(**json.loads((Path(__file__).parents[1] / "registrations" / "kopi.json").read_text()))


class Chancery:
    """The people, and short ways to do things with letters as one of them."""

    def __init__(self, database: Database, clock: Any, people: Any) -> None:
        self.database, self.clock = database, clock
        self.ana, self.ben, self.carla, self.rina, self.budi, self.stranger = people
        self.numbers = itertools.count(1)

    async def do(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run a use case."""
        return await self.database.write(use_case, *args, **kwargs)

    async def every(self, table: type[Any], *which: Any) -> list[Any]:
        """Rows of a table."""
        return await self.database.read(lambda tx: list(tx.session.scalars(select(table).where(*which))))

    # What is registered

    async def submitted(self, *names: str, country: str = "PH", entity: str = "international") -> Submission:
        """Ana submits sender IDs, with a paper for each document."""

        def submit(tx: Tx) -> Submission:
            kept = companies.of_account(tx, self.ana)
            company = kept[0] if kept else companies.save(tx, self.ana, None, 0, KOPI)
            draft = drafts.begin(tx, self.ana, "C0KOPI")
            typed = {"country": country, "entity": entity, "industry": "others", "company_id": company.id}
            typed["sender_ids"] = [self._entry(tx, name) for name in names or ("KOPI",)]
            draft = drafts.save(tx, self.ana, draft.id, typed, "review")
            self._attach(tx, draft, company.id)
            return registrations.submit(tx, self.ana, draft.id, draft.version, "ana@kopi.example")

        submission: Submission = await self.do(submit)
        return submission

    def _attach(self, tx: Tx, draft: Draft, company_id: str) -> None:
        for slot in slots_of(draft):
            arrival = Arrival(f"F{next(self.numbers)}", f"{slot.code}.png", 1000)
            paper = companies.add_paper(tx, self.ana, slot.code, arrival, company_id, draft.id)
            companies.paper_kept(tx, paper.id, "png", StoredFile(f"papers/{paper.id}/source", 1000, "0" * 64))

    @staticmethod
    def _entry(tx: Tx, name: str) -> dict[str, Any]:
        told = {"subaccount": "kopi_hq", "message_type": "otp", "monthly_traffic": 1000, "brandless": False}
        sample = {"sample_text": "Kopi Nusantara Inc.: your code is 123456"}
        return {"sender_id": name, **told, **sample, "valid_from": tx.now.date().isoformat()}

    async def mended(self, submission: Submission, **changes: Any) -> Submission:
        """Ana mends what was asked of her first sender ID, and submits it again."""

        def mend(tx: Tx) -> Submission:
            draft = drafts.fix(tx, self.ana, submission.id)
            entries = [dict(entry) for entry in draft.data["sender_ids"]]
            entries[0] |= changes
            draft = drafts.save(tx, self.ana, draft.id, {"sender_ids": entries}, "review")
            return registrations.submit(tx, self.ana, draft.id, draft.version, "ana@kopi.example")

        again: Submission = await self.do(mend)
        return again

    async def decide(self, act: Act, *operators: str) -> None:
        """Rina decides at operators (their codes), all sender IDs."""
        wanted = [OperatorRow.operator.in_(operators)]
        rows = [(row.id, row.version) for row in await self.every(OperatorRow, *wanted)]
        why = {"reason": "generic", "words": "Too short."} if act in {Act.ASK, Act.REJECT} else {}
        await self.do(decisions.decide, self.rina, rows, Decision(act, **why))

    async def rows(self) -> dict[str, tuple[str, str]]:
        """Status and letter of each operator's row, by operator; of one sender ID."""
        return {row.operator: (row.status, row.loa) for row in await self.every(OperatorRow)}

    async def loa(self) -> list[str]:
        """What the letters of all registrations come to, in their order."""
        found = sorted(await self.every(Registration), key=lambda one: one.position)
        return [one.loa for one in found]

    async def turn(self) -> str:
        """Whose turn the only ticket is."""
        (ticket,) = await self.every(Ticket)
        return str(ticket.turn)

    # Letters

    async def followed(self, submission: Submission) -> list[Letter]:
        """Its letters are brought to what it is; those that were made."""
        made: list[Letter] = await self.do(steps.follow, submission.id, PROVIDER)
        return made

    def drawing(self, letter: Letter) -> Drawing:
        """What came of drawing a letter."""
        keys = (f"loa/{letter.id}/letter.pdf", f"loa/{letter.id}/preview.png")
        return Drawing(*keys, letter.id * 2, 1, Box(1, 80, 110, 200, 70), f"{letter.number} {'0' * 16}")

    async def drawn(self, submission: Submission, release_by: str = "staff") -> list[Letter]:
        """All its letters are drawn; as they stand then."""
        for letter in await self.followed(submission):
            await self.do(steps.drawn, letter.id, self.drawing(letter), release_by)
        return await self.letters()

    async def ready(self, *names: str, **how: Any) -> list[Letter]:
        """Letters that can be signed, and were downloaded."""
        submission = await self.submitted(*names, **how)
        for letter in await self.drawn(submission, "always"):
            await self.do(service.download, self.ana, letter.id)
        return await self.letters()

    async def letters(self) -> list[Letter]:
        """All letters in all versions, by their numbers."""
        return sorted(await self.every(Letter), key=lambda one: one.number)

    async def statuses(self) -> dict[str, str]:
        """Where each letter stands, by what follows the ticket's number in its own."""
        return {one.number.removeprefix("LOA-001001-"): one.status for one in await self.letters()}

    # Signed copies

    async def came(self, letter: Letter, who: Who | None = None) -> SignedCopy:
        """A signed copy came, and was brought here."""
        number = next(self.numbers)
        arrival = Arrival(f"F{number}", "signed.jpg", 1000)
        copy = await self.do(steps.copy_came, who or self.ana, letter.id, arrival, f"form:{number}")
        stored = StoredFile(f"loa/{copy.id}/source", 1000, f"{number:064}")
        fetched: SignedCopy = await self.do(steps.fetched, copy.id, stored)
        return fetched

    async def judged(self, copy: SignedCopy, verdict: str, rule: str = "no_ink") -> SignedCopy:
        """The checks look at a copy."""
        level = {"fine": "fine", "doubtful": "doubt", "refused": "refused"}[verdict]
        found = [{"rule": rule if verdict != "fine" else "ink", "level": level, "measured": "0.0 % ink"}]
        crop = f"loa/{copy.id}/crop.png" if verdict == "doubtful" else None
        outcome = Outcome(verdict, found, "jpg", 1, f"loa/{copy.id}/clean.pdf", "1" * 64, crop)
        done: SignedCopy = await self.do(steps.judged, copy.id, outcome)
        return done

    async def brought(self, letter: Letter, verdict: str = "fine") -> SignedCopy:
        """A signed copy came, and was looked at."""
        return await self.judged(await self.came(letter), verdict)

    def signed_file(self, mark: str = "a") -> KeptCopy:
        """A letter that was signed on a screen."""
        return KeptCopy(stored_key=f"loa/{mark}/signed.pdf", sha256=mark * 64, size=1000, signer="Ana Santoso")

    async def signing(self, letter: Letter, way: Way = Way.PAGE, **how: Any) -> Signing:
        """Ana begins to sign on a screen."""
        begun: Signing = await self.do(steps.begin_signing, self.ana, letter.id, way, **how)
        return begun

    # What was told

    async def told(self, kind: str) -> list[str]:
        """Where messages of a kind were told, the oldest first."""
        found = sorted(await self.every(Message, Message.kind == kind), key=lambda one: (one.created_at, one.id))
        return [one.place for one in found]

    async def news(self) -> list[str]:
        """What customers were told of letters, by what happened, the oldest first."""
        found = await self.every(AuditRow, AuditRow.act.like("loa:told:%"))
        return [one.act.rpartition(":")[2] for one in sorted(found, key=lambda one: one.id)]

    async def due(self, kind: str) -> int:
        """How many jobs of a kind wait."""
        return len(await self.every(DueRow, DueRow.kind == kind, DueRow.state == "pending"))


@pytest.fixture
def chancery(database: Database, clock: Any, people: Any) -> Chancery:
    """Two accounts, everybody who has to do with them, and letters."""
    return Chancery(database, clock, people)
