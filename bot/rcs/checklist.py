"""What a launch needs, and how much of it there is. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bot.rcs.rules import ItemStatus

UNITED_STATES, GLOBAL = "us", "global"
"""The lists that there are."""
ON_ITS_OWN = frozenset({"agent", "testers"})
"""Ways to give an item that is given elsewhere."""


@dataclass(frozen=True)
class Content:
    """What a video must show, in some lists only, and for some use cases only; empty: in all."""

    code: str
    title: str
    lists: tuple[str, ...] = ()
    use_cases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """One item. ``way``: how it is given; ``types``: the kinds of files that it takes, by their content."""

    code: str
    title: str
    note: str
    way: str
    types: tuple[str, ...] = ()
    contents: tuple[Content, ...] = ()

    def offers(self, lists: Collection[str]) -> list[Content]:
        """What can be ticked of a video for these lists, whatever the use case is, or will be."""
        return [one for one in self.contents if not one.lists or not set(lists).isdisjoint(one.lists)]

    def shows(self, lists: Collection[str], use_case: str) -> list[Content]:
        """What a video must show for these lists and this use case."""
        return [one for one in self.offers(lists) if not one.use_cases or use_case in one.use_cases]


@dataclass(frozen=True)
class Checklist:
    """What one part of the world asks for."""

    code: str
    title: str
    note: str
    items: tuple[str, ...]


@cache
def _read() -> tuple[Mapping[str, Checklist], Mapping[str, Item]]:
    there = yaml.safe_load(Path(__file__).with_name("checklist.yml").read_text("utf-8"))
    lists = {
        code: Checklist(code, one["title"], one["note"], tuple(one["items"])) for code, one in there["lists"].items()
    }
    items = {
        code: Item(
            code, one["title"], one["note"], one["way"], tuple(one.get("types", ())),
            tuple(
                Content(name, each["title"], tuple(each.get("lists", ())), tuple(each.get("use_cases", ())))
                for name, each in one.get("contents", {}).items()
            ),
        )
        for code, one in there["items"].items()
    }  # fmt: skip
    return lists, items


def checklists(codes: Collection[str]) -> list[Checklist]:
    """The lists of these codes, in their order."""
    return [one for one in _read()[0].values() if one.code in codes]


def item(code: str) -> Item:
    """The item of this code. Raises KeyError."""
    return _read()[1][code]


def items(lists: Collection[str]) -> list[Item]:
    """What these lists ask for together, each once: in the order of the longest."""
    longest = sorted(checklists(lists), key=lambda one: -len(one.items))
    return [item(code) for code in dict.fromkeys(code for one in longest for code in one.items)]


@dataclass(frozen=True)
class Stand:
    """How one item stands. ``lacks`` says what of it is still missing: contents of a video, a text, a question."""

    item: Item
    status: ItemStatus
    lacks: tuple[str, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether it is given, so that a launch can be asked for."""
        return self.status in {ItemStatus.GIVEN, ItemStatus.ACCEPTED} and not self.lacks


def progress(stands: Iterable[Stand]) -> tuple[int, int]:
    """How many of how many are given: 6 of 8."""
    there = [stand.is_there for stand in stands]
    return sum(there), len(there)


def lacking(stands: Iterable[Stand]) -> Sequence[Stand]:
    """What keeps a launch from being asked for."""
    return [stand for stand in stands if not stand.is_there]
