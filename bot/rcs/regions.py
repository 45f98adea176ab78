"""Where an agent can be launched, with which carriers, and what its carriers' rows come to. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar

import yaml

from bot.rcs.rules import IN_USE, CarrierStatus

C = CarrierStatus
_GONE = frozenset({C.WITHDRAWN, C.REPLACED})


@dataclass(frozen=True)
class Region:
    """``checklist`` is the list that counts there; ``sure``: a public list has RCS business messages there."""

    code: str
    name: str
    checklist: str
    sure: bool
    carriers: Mapping[str, str]


@cache
def regions() -> Mapping[str, Region]:
    """All of them, by their code. Read once."""
    there = yaml.safe_load(Path(__file__).with_name("regions.yml").read_text("utf-8"))
    return {
        code: Region(code, one["name"], one["list"], one["sure"] == "yes", one["carriers"])
        for code, one in there.items()
    }


def region_name(code: str) -> str:
    """A region as people read it."""
    return regions()[code].name if code in regions() else code


def lists_of(codes: Iterable[str]) -> frozenset[str]:
    """The checklists that count in these regions."""
    return frozenset(regions()[code].checklist for code in codes if code in regions())


class Said(Protocol):
    """What one carrier says to one launch: a row of ``tables.CarrierRow``."""

    @property
    def region(self) -> str:
        """The region's code."""
        ...

    @property
    def carrier(self) -> str:
        """The carrier's code."""
        ...

    @property
    def status(self) -> str:
        """A ``CarrierStatus``."""
        ...


Row = TypeVar("Row", bound=Said)


def newest(rows: Iterable[Row]) -> list[Row]:
    """What each carrier says now: of rows with the oldest first, the last one that still counts.

    What is in use counts before what is asked anew of the same carrier: until that goes live, the old one stays.
    """
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        before = found.get((row.region, row.carrier))
        if row.status not in _GONE and (before is None or before.status not in IN_USE or row.status in IN_USE):
            found[row.region, row.carrier] = row
    return list(found.values())


@dataclass(frozen=True)
class RollUp:
    """An agent's or a launch's carriers: how many, how many in each status, and in which regions it is live."""

    total: int
    counts: Counter[str]
    live_in: tuple[str, ...]

    @property
    def live(self) -> int:
        """How many carriers have it live."""
        return self.counts[C.LIVE]


def roll_up(rows: Iterable[Said]) -> RollUp:
    """What rows come to; those that are withdrawn or replaced count nothing."""
    there = [row for row in rows if row.status not in _GONE]
    live = tuple(dict.fromkeys(row.region for row in there if row.status == C.LIVE))
    return RollUp(len(there), Counter(row.status for row in there), live)


def repeated(launched: Collection[str], asked: Collection[str]) -> Sequence[str]:
    """The regions that a further launch must name again: Google takes a request as the whole of what there is to be."""
    return [code for code in launched if code not in asked]
