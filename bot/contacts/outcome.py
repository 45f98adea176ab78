"""What goes into a check and what comes out of it: plain frozen data that turns into JSON and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Target(StrEnum):
    """What a column can be for. The values are the API's own column names."""

    MSISDN = "msisdn"
    FIRST_NAME = "firstName"
    LAST_NAME = "lastName"


@dataclass(frozen=True)
class CheckOptions:
    """How a file is to be read; None leaves the decision to the engine.

    ``columns`` names the target of each column in the file's order, ``""`` for a column that is not used. ``country``
    is a region code of two letters. ``limit_bytes`` is how large the file may be (None: any size, memory stays
    bounded). ``batch_bytes`` cuts the accepted contacts into files of at most so many bytes (None: one file).
    ``mark_encoding`` begins ``rejected.csv`` with a byte order mark: without it Excel does not see that it is UTF-8.
    ``examples`` of each reason are kept, their numbers masked with ``mask``.
    """

    sheet: str | None = None
    has_header: bool | None = None
    columns: tuple[str, ...] | None = None
    country: str | None = None
    limit_bytes: int | None = 30 * 1024 * 1024
    batch_bytes: int | None = None
    mark_encoding: bool = True
    examples: int = 3
    mask: bool = False


@dataclass(frozen=True)
class Column:
    """One column of the file: ``index`` from 0, ``target`` as in Target or "" when unused, ``note`` says why so."""

    index: int
    name: str
    target: str = ""
    note: str = ""


@dataclass(frozen=True)
class Example:
    """A row that was not accepted: its number in the source, counted from 1, and what stands in its number cell."""

    row: int
    value: str


@dataclass(frozen=True)
class Question:
    """The columns must be named by a person: ``why`` in a sentence, and the column (index) that looks like numbers."""

    why: str
    proposed: int | None


@dataclass(frozen=True)
class CountryHint:
    """``rows`` rejected numbers would be valid in ``country``, ``lost`` accepted ones no longer, or as others."""

    country: str
    rows: int
    calling_code: int
    lost: int = 0


@dataclass(frozen=True)
class CheckResult:
    """The verdict on a file. ``rows_total`` = accepted + rejected + duplicate; blank rows are none.

    With ``needs_columns`` no row was judged yet: ask, with ``columns`` and ``preview`` (the first rows, header
    included), and check again with ``CheckOptions.columns``. ``accepted_files`` and ``rejected_files`` are names in the
    folder that was given for them; the first of ``rejected_files`` is of the kind that came in. ``countries``: how many
    accepted numbers each region has. ``timings``: seconds.
    """

    kind: str
    rows_total: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    rows_duplicate: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    examples: dict[str, tuple[Example, ...]] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    has_header: bool = True
    header_row: int = 0
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    hidden_sheets: tuple[str, ...] = ()
    country: str | None = None
    countries: dict[str, int] = field(default_factory=dict)
    country_hints: tuple[CountryHint, ...] = ()
    notes: tuple[str, ...] = ()
    needs_columns: Question | None = None
    preview: tuple[tuple[str, ...], ...] = ()
    accepted_files: tuple[str, ...] = ()
    rejected_files: tuple[str, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)

    def mapping(self) -> dict[str, str]:
        """Source column -> target, for the columns that are used."""
        return {column.name: column.target for column in self.columns if column.target}

    def unused(self) -> tuple[str, ...]:
        """The names of the columns that are not used."""
        return tuple(column.name for column in self.columns if not column.target)

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries and lists."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> CheckResult:
        """What ``to_json`` gave, after a way through JSON."""
        question = plain["needs_columns"]
        lists = {name: tuple(value) for name, value in plain.items() if isinstance(value, list | tuple)}
        return cls(
            **plain
            | lists
            | {
                "examples": {k: tuple(Example(**e) for e in v) for k, v in plain["examples"].items()},
                "columns": tuple(Column(**c) for c in plain["columns"]),
                "country_hints": tuple(CountryHint(**h) for h in plain["country_hints"]),
                "needs_columns": Question(**question) if question else None,
                "preview": tuple(tuple(row) for row in plain["preview"]),
            }
        )
