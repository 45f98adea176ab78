"""What a person wants to see of the sender IDs, as a value: which, in which order, and in which view. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

NAMED: Final = ("country", "status", "subaccount", "category", "label", "loa")
"""The fields that name one value each; they are typed as ``name:value``."""
NONE: Final = "none"
"""Typed for the category of what has none."""


class View(StrEnum):
    """A row per sender ID and destination, or a row per operator of each of them."""

    LINKED = "linked"
    UNLINKED = "unlinked"


class Sort(StrEnum):
    """By what rows are ordered; what is equal in it comes by the date of the request.

    By status: by how many operators are in the status that is filtered for; approved, when none is.
    """

    DATE = "date"
    SENDER_ID = "id"
    COUNTRY = "country"
    STATUS = "status"
    CATEGORY = "category"
    LOA = "loa"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Empty means: all. ``category`` None means all; an empty one, what has no category.

    ``country`` is a code; ``status`` an `OperatorStatus` that one operator at least is in; ``loa`` a `LoaState`;
    ``subaccount``, ``category``, ``label`` and ``text`` are in small letters. ``text`` is what a sender ID, a
    subaccount, a label or the name of an operator begins with.
    """

    country: str = ""
    status: str = ""
    subaccount: str = ""
    category: str | None = None
    label: str = ""
    loa: str = ""
    text: str = ""
    sort: Sort = Sort.DATE
    descending: bool = True
    view: View = View.LINKED

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.named) or bool(self.text)

    @property
    def named(self) -> dict[str, str]:
        """What each field is filtered for that is; an empty category: what has none."""
        values = {name: getattr(self, name) for name in NAMED}
        return {name: value for name, value in values.items() if value or (name == "category" and value is not None)}

    @property
    def words(self) -> str:
        """As a person would type it; ``typed.read`` makes the same of it."""
        words = [f"{name}:{_quoted(value or NONE)}" for name, value in self.named.items()]
        if (self.sort, self.descending) != (Sort.DATE, True):
            words.append(f"sort:{'-' if self.descending else ''}{self.sort}")
        words += [self.view] if self.view is View.UNLINKED else []
        return " ".join([*words, *([f'"{self.text}"'] if self.text else [])])


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
