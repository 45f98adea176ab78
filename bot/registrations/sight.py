"""What a page of the wizard holds, and everything that it is drawn from: pure, no I/O."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.registrations import entry as entry_rules
from bot.registrations.checks import Finding
from bot.registrations.companies import Arrival
from bot.registrations.countries import Country, Slot
from bot.registrations.drafts import Asked
from bot.registrations.problems import Problem
from bot.registrations.rules import PaperStatus
from bot.registrations.tables import Company, Draft, Paper

PROOF = "proof_"


@dataclass(frozen=True)
class Typed:
    """What a page of the wizard holds: values of the draft, files by slot, and one sender ID with its place."""

    values: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Sequence[Arrival]] = field(default_factory=dict)
    entry: Mapping[str, Any] | None = None
    index: int = 0


@dataclass(frozen=True)
class Sight:
    """Everything that a page is drawn from. ``attached`` as in `completeness.attached`; ``asked``: what is to mend."""

    draft: Draft
    rules: Country | None
    companies: Sequence[Company]
    company: Company | None
    attached: Mapping[str, Sequence[Paper]]
    expiring: Sequence[Paper]
    problems: Sequence[Problem]
    asked: Sequence[Asked]
    today: date

    @property
    def data(self) -> Mapping[str, Any]:
        """What was typed so far."""
        return self.draft.data

    @property
    def entries(self) -> Sequence[Mapping[str, Any]]:
        """The sender IDs so far."""
        return self.draft.data.get("sender_ids") or []

    def slots(self, *, proofs: bool = False) -> tuple[Slot, ...]:
        """The documents that the case asks for; or the proofs for a sender ID without the company's name."""
        if self.rules is None:
            return ()
        case = (str(self.data.get("entity") or ""), str(self.data.get("industry") or ""))
        there = self.rules.slots(*case, brandless=proofs)
        return tuple(slot for slot in there if slot.code.startswith(PROOF) == proofs)

    def needed(self, *, proofs: bool = False) -> list[list[Slot]]:
        """What must be there, with the proofs or without; of several one is enough."""
        asked = self.slots()
        if proofs and any(entry.get("brandless") for entry in self.entries):
            asked += self.slots(proofs=True)
        needed: dict[str, list[Slot]] = {}
        for slot in asked:
            if slot.required:
                needed.setdefault(slot.any_of or slot.code, []).append(slot)
        return list(needed.values())

    def has(self, slots: Iterable[Slot]) -> bool:
        """Whether one of these documents is there, and was not refused."""
        there = (paper for slot in slots for paper in self.attached.get(slot.code, ()))
        return any(paper.status != PaperStatus.REFUSED for paper in there)

    def of(self, step: str) -> list[Problem]:
        """What keeps this step from being done; a file that is being looked at does not."""
        return [each for each in self.problems if each.step == step and not self.passes(each)]

    def passes(self, problem: Problem) -> bool:
        """Whether it goes by itself: a file is being looked at."""
        there = self.attached.get(problem.field, ()) if problem.step == "documents" else ()
        return any(paper.status == PaperStatus.FETCHING for paper in there)

    def of_documents(self) -> list[Problem]:
        """What is wrong with the documents step, proofs aside: these are asked for with their sender ID."""
        names = {name for slot in self.slots(proofs=True) for name in (slot.code, slot.any_of)}
        return [each for each in self.of("documents") if each.field not in names]

    def of_entry(self, index: int) -> list[Problem]:
        """What is wrong with one sender ID, its proof too; the fields without their place."""
        mine, start = self.of("sender_ids"), f"{index}."
        found = [
            Problem(each.step, each.field.removeprefix(start), each.sentence)
            for each in mine
            if each.field.startswith(start)
        ]
        if self.entries[index].get("brandless"):
            names = {name for slot in self.slots(proofs=True) for name in (slot.code, slot.any_of)}
            found += [each for each in self.of("documents") if each.field in names]
        return found

    def findings(self, index: int) -> tuple[Finding, ...]:
        """What the country's rules say of one sender ID."""
        entry = self.entries[index] if index < len(self.entries) else {}
        if self.rules is None or not entry_rules.name_of(entry):
            return ()
        owner = entry_rules.owner_of(self.company, self.data.get("entity"))
        return entry_rules.findings(entry, self.rules, owner)
