"""What was found of an agent's assets, in words: the same in Slack as at a terminal."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.delivery.marks import Marks
from bot.delivery.voices import Voices, Words
from bot.rcs.findings import Finding, Value, passes
from bot.rcs.picture_child import MendedFile
from bot.rcs.picture_rules import Spec

ADVICE, CHECK, MENDED, PREVIEW = "rcs/advice", "rcs/check", "rcs/mended", "rcs/preview"
_DRAWN = ("light", "dark", "before", "after", "round")
_COUNTED = {"length", "bytes"}
_AT_LEAST = {"contrast"}
"""Checks by the last part of their names: numbers that are whole, and limits that are the least."""


@dataclass(frozen=True)
class Report:
    """A list of findings in words: what failed, first what would be refused; what holds; what else is good to know."""

    headline: str
    failed: tuple[str, ...]
    holding: tuple[str, ...]
    advice: tuple[str, ...]


class Telling:
    """Says it in one voice: ``voices.marks`` for Slack, ``voices.plain_marks`` for a terminal."""

    def __init__(self, voices: Voices, marks: Marks) -> None:
        self._voices = voices
        self._marks = marks

    def report(self, findings: Iterable[Finding]) -> Report:
        """All of them."""
        found = sorted(findings, key=lambda finding: finding.level != "error")
        failed = [finding for finding in found if not finding.ok and finding.level != "info"]
        errors = sum(finding.level == "error" for finding in failed)
        return Report(
            headline=self._part("headline", refused=not passes(found), advised=bool(failed), errors_count=errors),
            failed=tuple(self._line(finding.level, finding) for finding in failed),
            holding=tuple(self._line("holds", finding) for finding in found if finding.ok),
            advice=tuple(
                self._part("advice", label=self._label(finding), advice=self.advice(finding))
                for finding in found
                if not finding.ok and finding.level == "info"
            ),
        )

    def advice(self, finding: Finding) -> str:
        """What to do; empty where there is nothing to be done."""
        if not finding.say:
            return ""
        values = {"measured": self._shown(finding, finding.measured), "limit": self._shown(finding, finding.limit)}
        return self._words(ADVICE, {**values, **finding.facts}).part(finding.say)

    def line(self, finding: Finding) -> str:
        """One that failed: what was measured, what is asked for, what to do."""
        return self._line(finding.level, finding)

    def at_field(self, finding: Finding) -> str:
        """What is wrong, where the field says what it is about: what was measured, what is asked for, what to do."""
        measured = "" if isinstance(finding.measured, str) else self._shown(finding, finding.measured)
        limit = "" if isinstance(finding.limit, str) else self._limit(finding)
        return self._part("at_field", measured=measured, limit=limit, advice=self.advice(finding))

    def as_plain(self, finding: Finding) -> dict[str, Any]:
        """``{check, ok, level, measured, limit, advice}``; numbers stay numbers: bytes, percent, the ratio."""
        plain = {name: getattr(finding, name) for name in ("check", "ok", "level", "measured", "limit")}
        return plain | {"advice": self.advice(finding)}

    def mended(self, spec: Spec, made: MendedFile) -> str:
        """What was done to a picture, in a sentence."""
        notes = [self._words(MENDED, note.facts).part(note.say) for note in made.notes]
        return self._words(MENDED, {"what": spec.what, "notes": notes}).headline

    def labels(self) -> dict[str, str]:
        """What stands in the pictures that are drawn."""
        return {name: self._voices.plain(PREVIEW, name) for name in _DRAWN}

    def said(self, part: str, **values: object) -> str:
        """Another sentence around a check."""
        return self._part(part, **values)

    def _line(self, level: str, finding: Finding) -> str:
        return self._part(
            "line",
            level=self._voices.state(f"finding.{level}"),
            label=self._label(finding),
            measured=self._shown(finding, finding.measured),
            limit="" if finding.ok else self._limit(finding),
            advice=self.advice(finding),
        )

    def _limit(self, finding: Finding) -> str:
        shown = self._shown(finding, finding.limit)
        if isinstance(finding.limit, str):
            return shown
        return self._part("at_least" if _last(finding) in _AT_LEAST else "at_most", limit=shown)

    def _shown(self, finding: Finding, value: Value) -> str:
        """A measured value or a limit with its unit; a text as it stands."""
        if isinstance(value, str):
            return value
        unit = f"unit_{_last(finding)}"
        return (
            self._part(unit, n=value)
            if _last(finding) in _COUNTED
            else self._part(unit, figure=_figure(finding, value))
        )

    def label(self, check: str) -> str:
        """What a check, or the asset of this name, is called."""
        return self._part(check.replace(".", "_"))

    def _label(self, finding: Finding) -> str:
        return self._part(finding.check.replace(".", "_"))

    def _part(self, part: str, **values: object) -> str:
        return self._words(CHECK, values).part(part)

    def _words(self, name: str, values: Any) -> Words:
        return Words(self._voices, self._marks, name, values)


def _last(finding: Finding) -> str:
    return finding.check.rpartition(".")[2]


def _figure(finding: Finding, value: Value) -> str:
    """Two digits behind the point, rounded to the worse side: what fails by a hair must not look as if it passed."""
    worse = math.floor if _last(finding) in _AT_LEAST else math.ceil
    return f"{worse(float(value) * 100) / 100:g}"
