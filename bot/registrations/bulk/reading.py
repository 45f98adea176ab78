"""What was read from a workbook of sender IDs, as the child answers it. It knows no library that reads files."""

from dataclasses import asdict, dataclass
from typing import Any

from bot.registrations.bulk.columns import VERSION


@dataclass(frozen=True)
class Row:
    """A row that is filled: its number in the sheet, from 1, and the texts of its cells by the columns' codes."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Reading:
    """What stands in a workbook. ``country`` (alpha-2) is what it says of itself, or empty.

    ``version`` 0: it has no mark, so nobody knows. ``other_sheets`` and ``other_columns`` were left alone.
    """

    rows: tuple[Row, ...]
    country: str = ""
    version: int = 0
    other_sheets: tuple[str, ...] = ()
    other_columns: tuple[str, ...] = ()

    @property
    def is_old(self) -> bool:
        """Whether it is a workbook of before."""
        return 0 < self.version < VERSION

    def to_json(self) -> dict[str, Any]:
        """As the child answers it."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "Reading":
        """What `to_json` gave."""
        rows = tuple(Row(**row) for row in plain["rows"])
        names = {name: tuple(plain[name]) for name in ("other_sheets", "other_columns")}
        return cls(rows, plain["country"], plain["version"], **names)
