"""What a country's rule is: parameters read from the country's file, and a pure judgement on what was typed."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

STRICT = ConfigDict(extra="forbid")
"""A misspelled field of a country's file is an error, never ignored."""
Level = Literal["error", "warning"]
About = Literal["name", "text", "company"]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Line = Annotated[str, Field(min_length=1, max_length=400)]


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Tags = Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]
"""One or several of the file's ``sources``."""
Words = Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Case:
    """What is judged. Empty means: not known yet. ``entity``: "local" or "international"."""

    name: str = ""
    company: str = ""
    brand: str = ""
    text: str = ""
    entity: str = ""
    brandless: bool = False
    uen: str = ""

    @property
    def owners(self) -> tuple[str, ...]:
        """The names that a text or a sender ID may speak of: the brand's before the company's."""
        return tuple(owner for owner in (self.brand, self.company) if owner.strip())


def _case(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


Example = Annotated[Case, BeforeValidator(_case)]
"""A name alone, or a mapping with the fields of a `Case`."""


@dataclass(frozen=True)
class Unjudged:
    """A rule cannot be judged yet. ``needs`` is what it waits for: "the company's name"."""

    needs: str


Trouble = str | Unjudged | None
"""What is wrong, in a sentence; or why nobody can say yet; or nothing."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Rule:
    """One rule of one country. Its examples stand beside it, and a test tries each of them."""

    rule: Code
    level: Level
    why: Line
    source: Tags
    good: tuple[Example, ...] = Field(min_length=1)
    bad: tuple[Example, ...] = Field(min_length=1)
    about: ClassVar[About] = "name"

    @property
    def says(self) -> str:
        """The rule as a line for people, without its reason."""
        raise NotImplementedError

    def trouble(self, case: Case) -> Trouble:
        """What is wrong with this case."""
        raise NotImplementedError


def quoted(text: str) -> str:
    """What somebody typed, in a sentence; a long text is cut."""
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"  # noqa: PLR2004 - two lines on a phone


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Several words in a sentence: a, b and c."""
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def some(names: Sequence[str], most: int = 5) -> str:
    """The first of many names, and how many more there are: A, B, C, D, E and 43 more."""
    left = len(names) - most
    return ", ".join(names[:most]) + (f" and {left} more" if left > 0 else "")
