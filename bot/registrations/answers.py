"""What ``/senderid check`` and ``/senderid rules`` answer, in Slack as at a terminal: the same words in two voices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.delivery.marks import Marks
from bot.delivery.voices import Voices, Words
from bot.registrations.checks import Finding, ok
from bot.registrations.countries import BETWEEN, MEGABYTE, Country, Slot
from bot.registrations.judging import joined

CHECK, RULES = "registrations/check", "registrations/rules"
LINES_MAX = 2800
"""Characters of a paragraph made of lines; Slack takes 3,000 in a section."""


@dataclass(frozen=True)
class Verdict:
    """A check in words. ``proposal``: a sender ID that would be taken; empty when none is needed or known."""

    headline: str
    failed: tuple[str, ...]
    open: tuple[str, ...]
    holding: tuple[str, ...]
    proposal: str
    proposed: tuple[str, ...]
    """The same in a sentence, and one for a text."""
    sources: str


class Answers:
    """Says it in one voice: ``voices.marks`` for Slack, ``voices.plain_marks`` for a terminal."""

    def __init__(self, voices: Voices, marks: Marks) -> None:
        self._voices = voices
        self._marks = marks

    def verdict(self, country: Country, name: str, findings: Iterable[Finding]) -> Verdict:
        """What a check found, failed rules first by their severity."""
        found = sorted(findings, key=lambda finding: finding.level != "error")
        failed = [finding for finding in found if not finding.ok]
        values = {"name": name, "country": country.spoken, "refused": not ok(found), "advised": bool(failed)}
        proposals = dict.fromkeys((finding.about, finding.proposal) for finding in failed if finding.proposal)
        sources = dict.fromkeys(title for finding in failed for title in finding.source.split(BETWEEN))
        return Verdict(
            headline=self._words(CHECK, **values).headline,
            failed=tuple(self._line(finding.level, finding) for finding in failed),
            open=tuple(self._line("open", finding) for finding in found if not finding.judged),
            holding=tuple(self._line("holds", finding) for finding in found if finding.ok and finding.judged),
            proposal=next((proposal for about, proposal in proposals if about == "name"), ""),
            proposed=tuple(self._proposed(about, proposal) for about, proposal in proposals),
            sources=self._words(CHECK, sources=list(sources)).part("source") if failed else "",
        )

    def _line(self, level: str, finding: Finding) -> str:
        state = self._voices.state(f"finding.{level}")
        return self._words(CHECK, level=state, sentence=finding.message).part("line")

    def _proposed(self, about: str, proposal: str) -> str:
        return self._words(CHECK, proposal=proposal).part("text_proposal" if about == "text" else "proposal")

    def rules(self, country: Country, today: date) -> tuple[str, ...]:
        """A country's rules as paragraphs: what, the rules on name, text and company, papers, notes, conflicts."""
        words = self._words(RULES, **_facts(country, today))
        parts = [words.headline, *self._paragraphs("", words.facts)]
        for about in ("name", "text", "company"):
            rules = [rule for rule in country.rules if rule.about == about]
            told = [{"says": rule.says, "why": rule.why, "advice": rule.level == "warning"} for rule in rules]
            parts += self._listed(f"{about}_rules", "rule", told)
        parts += self._listed("papers", "paper", [_paper(country, slot) for slot in country.documents])
        parts += self._listed("notes", "note", [{"says": note.says} for note in country.notes])
        conflicts = [{"about": each.about, "decided": each.decided} for each in country.conflicts]
        return tuple(parts + self._listed("conflicts", "conflict", conflicts))

    def _listed(self, title: str, part: str, each: Sequence[Mapping[str, object]]) -> list[str]:
        lines = [self._words(RULES, **values).part(part) for values in each]
        return self._paragraphs(self._words(RULES).part(title), lines) if lines else []

    def _paragraphs(self, title: str, lines: Iterable[str]) -> list[str]:
        """As few paragraphs as Slack's limit allows."""
        paragraphs = [title]
        for line in lines:
            if len(paragraphs[-1]) + len(line) >= LINES_MAX:
                paragraphs.append(line)
            else:
                paragraphs[-1] += f"\n{line}" if paragraphs[-1] else line
        return paragraphs

    def _words(self, name: str, /, **values: object) -> Words:
        return Words(self._voices, self._marks, name, values)


def _facts(country: Country, today: date) -> dict[str, object]:
    return {
        "country": country.spoken,
        "registered_by": country.registered_by,
        "entities": f"with {joined(country.entities, 'or')} headquarters",
        "operators": [operator.name for operator in country.operators_on(today)],
        "lead_time": country.lead_time.words,
        "validity": country.validity_note.says,
        "loa": country.loa.note,
    }


def _paper(country: Country, slot: Slot) -> dict[str, object]:
    titles = {choice.code: choice.title for choice in country.industries}
    cases = [f"{joined(slot.when.entity, 'or')} headquarters"] if slot.when.entity else []
    cases += [titles[industry] for industry in slot.when.industry]
    cases += ["for a sender ID without your name"] if slot.when.brandless else []
    return {
        "title": slot.title,
        "help": slot.help,
        "types": slot.types,
        "size": f"{slot.max_bytes / MEGABYTE:g} MB",
        "required": slot.required,
        "choice": bool(slot.any_of),
        "cases": "; ".join(cases),
    }
