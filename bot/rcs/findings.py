"""What one check of an agent's assets found: the measured value, the limit, and what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["error", "warning", "info"]
Value = str | int | float


@dataclass(frozen=True)
class Finding:
    """One check. ``level`` is ``info`` where it holds, and where it is advice that keeps nobody from going on.

    ``say`` names the block of ``templates/rcs/advice.j2`` that tells what to do, with ``facts``; empty where it holds.
    """

    check: str
    ok: bool
    level: Level
    measured: Value
    limit: Value
    say: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)


def holds(check: str, measured: Value, limit: Value) -> Finding:
    """It is as it should be."""
    return Finding(check, ok=True, level="info", measured=measured, limit=limit)


def fails(level: Level, check: str, measured: Value, limit: Value, say: str, **facts: str | int) -> Finding:
    """It is not."""
    return Finding(check, ok=False, level=level, measured=measured, limit=limit, say=say, facts=facts)


def passes(findings: Iterable[Finding]) -> bool:
    """Whether nothing of level error failed."""
    return not any(not finding.ok and finding.level == "error" for finding in findings)
