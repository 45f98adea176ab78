"""The rules of each country, read from ``countries/XX.yml``: one file per country, and no other place names them.

A file is data with its sources; what its fields mean stands here, in ``name_rules`` and in ``text_rules``. It is read
once, when it is first asked for, and is either right in all its parts or refused with its line and place.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from bot.errors import DeskError
from bot.registrations.country_file import place_of, read_yaml
from bot.registrations.judging import STRICT, Code, Line, Rule, Tags, joined
from bot.registrations.name_rules import Characters, Digits, Doubtful, Ends, Latin, Length, Letter, Linked, Refused
from bot.registrations.text_rules import BrandInText, Entity, EntityNumber, NoLinks, PlainText, Shorteners

FOLDER = Path(__file__).with_name("countries")
MEGABYTE = 1_000_000
BETWEEN = "; "
"""Stands between the titles of several sources."""
AnyRule = Annotated[
    Length
    | Latin
    | Characters
    | Doubtful
    | Ends
    | Letter
    | Digits
    | Refused
    | Linked
    | BrandInText
    | NoLinks
    | Shorteners
    | PlainText
    | Entity
    | EntityNumber,
    Field(discriminator="kind"),
]
EntityCode = Literal["local", "international"]


class BrokenCountry(DeskError):
    """The country file {file} cannot be used. Line {line}, {place}: {why}."""


class NoSuchCountry(DeskError):
    """{typed} is no country that I have rules for. There are {known}."""


def _bytes(value: Any) -> Any:
    """A size such as 5 MB in bytes."""
    if isinstance(value, str) and value.endswith(" MB"):
        return round(float(value.removesuffix(" MB")) * MEGABYTE)
    raise ValueError("a size is written like 5 MB")


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Choice:
    """Something to choose: an industry, a type of messages."""

    code: Code
    title: Annotated[str, Field(min_length=1, max_length=75)]
    source: Tags


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Operator:
    """A mobile operator. ``since`` and ``until`` are its first and last day as such; none: always, still."""

    code: Code
    name: Annotated[str, Field(min_length=1, max_length=60)]
    since: date | None = None
    until: date | None = None
    mcc_mnc: tuple[Annotated[str, Field(pattern=r"^\d{3}-\d{2,3}$")], ...] = ()
    note: str = ""
    source: Tags

    @model_validator(mode="after")
    def _in_order(self) -> "Operator":
        if self.since and self.until and self.until < self.since:
            raise ValueError("it ends before it begins")
        return self

    def is_there(self, day: date) -> bool:
        """Whether it is an operator of that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class When:
    """In which cases a document is asked for. What is empty does not matter."""

    entity: tuple[EntityCode, ...] = ()
    industry: tuple[str, ...] = ()
    brandless: bool = False

    def fits(self, entity: str, industry: str, *, brandless: bool) -> bool:
        """Whether this is such a case."""
        return (
            (not self.entity or entity in self.entity)
            and (not self.industry or industry in self.industry)
            and (brandless or not self.brandless)
        )


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Slot:
    """A document that is asked for. Of slots with the same ``any_of`` one is enough."""

    code: Code
    title: Annotated[str, Field(min_length=1, max_length=100)]
    help: Annotated[str, Field(min_length=1, max_length=300)]
    types: Annotated[tuple[Literal["pdf", "jpg", "png"], ...], Field(min_length=1)]
    max_bytes: Annotated[int, BeforeValidator(_bytes), Field(gt=0)]
    required: bool
    any_of: str = ""
    when: When = Field(default_factory=When)
    source: Tags

    @model_validator(mode="after")
    def _proofs_are_for_the_brandless(self) -> "Slot":
        if self.code.startswith("proof_") != self.when.brandless:
            raise ValueError("its code begins with proof_ exactly when it is asked for a brandless sender ID")
        return self


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Claim:
    """What one source says."""

    says: Line
    source: Tags


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Conflict:
    """Where sources disagree, and how it is decided here."""

    about: Line
    claims: tuple[Claim, ...] = Field(min_length=2)
    decided: Line


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LeadTime:
    """How long it takes, in working days, from the quickest claim to the slowest."""

    shortest: Annotated[int, Field(ge=0)]
    longest: int
    words: Line
    claims: tuple[Claim, ...] = Field(min_length=1)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class OnPage:
    """Whether the operators take a letter that was signed on our own page, and what that is taken from."""

    accepted: bool
    says: Line
    source: Tags


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Loa:
    """The letter of authorisation. ``entities``: for whom it is needed; ``operators``: who wants one, empty for all."""

    per: Literal["operator", "sender_id"]
    entities: tuple[EntityCode, ...]
    operators: tuple[str, ...] = ()
    letterhead: bool
    stamp: bool
    wet_for: tuple[EntityCode, ...] = ()
    """Whose letter must be signed in ink: it cannot be signed on a screen."""
    page: OnPage
    note: Line
    source: Tags


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Country:
    """A country's rules: all that its file says."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    name: Annotated[str, Field(min_length=2, max_length=60)]
    spoken: str = ""
    """Its name in a sentence: "the Philippines"."""
    registered_by: Line
    entities: Annotated[tuple[EntityCode, ...], Field(min_length=1)]
    industries: tuple[Choice, ...] = ()
    message_types: tuple[Choice, ...] = Field(min_length=1)
    operators: tuple[Operator, ...] = Field(min_length=1)
    rules: tuple[AnyRule, ...] = Field(min_length=1)
    documents: tuple[Slot, ...] = Field(min_length=1)
    validity_days: Annotated[int, Field(gt=0)] | None
    validity_note: Claim
    lead_time: LeadTime
    loa: Loa
    notes: tuple[Claim, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    sources: Mapping[str, Line]

    def __post_init__(self) -> None:
        """What is not said otherwise is called by its name."""
        if not self.spoken:
            object.__setattr__(self, "spoken", self.name)

    @model_validator(mode="after")
    def _is_consistent(self) -> "Country":
        for what in ("industries", "message_types", "operators"):
            _once([each.code for each in getattr(self, what)], what)
        _once([rule.rule for rule in self.rules], "rules")
        if not any(isinstance(rule, Length) and rule.longest for rule in self.rules):
            raise ValueError("rules: none says how long a sender ID may be")
        _known(self.loa.operators, {operator.code for operator in self.operators}, "loa: no operator")
        _known((tag for tag in _tags(asdict(self))), self.sources.keys(), "no source is called")
        _known(self.sources, set(_tags(asdict(self))), "no fact has the source")
        industries = [choice.code for choice in self.industries]
        for slot in self.documents:
            _known(slot.when.industry, industries, f"documents: {slot.code}: no industry")
        for entity, industry, brandless in product(("local", "international"), industries or [""], (False, True)):
            _once([slot.code for slot in self.slots(entity, industry, brandless=brandless)], "documents")
        return self

    def operators_on(self, day: date) -> tuple[Operator, ...]:
        """The operators of that day, in the file's order."""
        return tuple(operator for operator in self.operators if operator.is_there(day))

    def slots(self, entity: str, industry: str, *, brandless: bool) -> tuple[Slot, ...]:
        """The documents of such a case, in the file's order. Proofs for a brandless sender ID begin with ``proof_``."""
        return tuple(slot for slot in self.documents if slot.when.fits(entity, industry, brandless=brandless))

    def rule(self, code: str) -> Rule:
        """One rule by its code; KeyError where there is none."""
        found = next((rule for rule in self.rules if rule.rule == code), None)
        if found is None:
            raise KeyError(code)
        return found

    def cite(self, tags: tuple[str, ...]) -> str:
        """The titles of sources, in one line."""
        return BETWEEN.join(self.sources[tag] for tag in tags)

    @property
    def longest_name(self) -> int:
        """Characters that a sender ID may have."""
        return min(rule.longest for rule in self.rules if isinstance(rule, Length) and rule.longest is not None)


def _once(codes: list[str], what: str) -> None:
    twice = [code for code, count in Counter(codes).items() if count > 1]
    if twice:
        raise ValueError(f"{what}: {joined(twice)} stands there twice")


def _known(used: Any, known: Any, what: str) -> None:
    unknown = sorted(set(used) - set(known))
    if unknown:
        raise ValueError(f"{what} {joined(unknown)}")


def _tags(node: Any) -> Iterator[str]:
    """Every source that is named anywhere."""
    if isinstance(node, dict):
        yield from node.get("source", ())
        node = list(node.values())
    if isinstance(node, list | tuple):
        for each in node:
            yield from _tags(each)


def read(path: Path) -> Country:
    """One file. Raises BrokenCountry, which names the file, the line and the place in it."""
    text = path.read_text("utf-8")
    data = read_yaml(text)
    if isinstance(data, str):
        raise BrokenCountry(file=path.name, line=data.partition(":")[0], place="YAML", why=data.partition(": ")[2])
    try:
        return TypeAdapter(Country).validate_python({"code": path.stem, **data})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        line, place = place_of(text, first["loc"])
        why = first["msg"].removeprefix("Value error, ")
        raise BrokenCountry(file=path.name, line=line, place=place or "the whole", why=why) from None


def read_all(folder: Path) -> tuple[Country, ...]:
    """Every file of a folder, by the countries' names."""
    return tuple(sorted((read(path) for path in folder.glob("*.yml")), key=lambda country: country.name))


def as_plain(country: Country) -> dict[str, Any]:
    """All of a country's file as JSON has it, days as ``2025-04-16``, sizes in bytes."""
    plain: dict[str, Any] = TypeAdapter(Country).dump_python(country, mode="json")
    return plain


@cache
def countries() -> tuple[Country, ...]:
    """All countries that have a file, by their names. Read once."""
    return read_all(FOLDER)


def country(code: str) -> Country:
    """By code or name, in any case. Raises NoSuchCountry."""
    typed = " ".join(code.split()).casefold()
    for each in countries():
        if typed in (each.code.casefold(), each.name.casefold()):
            return each
    known = joined([f"{each.name} ({each.code})" for each in countries()])
    raise NoSuchCountry(typed=code.strip() or "Nothing", known=known)


def split(words: str) -> tuple[str, Country]:
    """What stands before a country's name or code at the end: "Kopi Nusantara PH" is "Kopi Nusantara" and it."""
    parts = words.split()
    longest = max(len(each.name.split()) for each in countries())
    for count in range(min(longest, len(parts) - 1), 1, -1):
        last = " ".join(parts[-count:]).casefold()
        found = next((each for each in countries() if each.name.casefold() == last), None)
        if found is not None:
            return " ".join(parts[:-count]), found
    return " ".join(parts[:-1]), country(parts[-1] if parts else "")
