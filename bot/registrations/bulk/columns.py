"""What the workbook of sender IDs is like: its columns, its limits, and the mark by which it is known. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.contacts.workbook import FORM_SHEET
from bot.registrations.rules import SUBMISSION_MAX

SHEET, HELP_SHEET = "Sender IDs", "Help"
MARK_SHEET = FORM_SHEET
"""The hidden sheet that says what the workbook is: ``form``, ``version``, ``country``, each with its value beside."""
FORM = "sender_ids"
VERSION = 1
"""Counted on when a column comes or goes; an older workbook is still read as far as its columns fit."""
ROWS_MAX = SUBMISSION_MAX
BYTES_MAX = 5_000_000
"""A full workbook has about 50 kB; with pictures and styles of somebody's own it may have more."""
REASON = "What to change"
"""The column that a workbook has which comes back."""
EXAMPLES = 2
"""Rows of the help sheet's table."""
_NAMED = re.compile(r"sender[\s_-]*ids?\b[\s_-]*([A-Za-z]{2})?(?![A-Za-z]).*\.(xlsx|xlsm|xls|csv)$", re.IGNORECASE)
_APART = re.compile(r"[\s_*:]+")


@dataclass(frozen=True)
class Column:
    """A column: its name in a draft's entry, its title, how wide it is in characters, and whether it may be missing."""

    code: str
    title: str
    width: int
    optional: bool = False


COLUMNS = (
    Column("sender_id", "Sender ID", 16),
    Column("sample_text", "Sample text", 62),
    Column("message_type", "Message type", 30),
    Column("monthly_traffic", "Messages a month", 22),
    Column("subaccount", "Subaccount", 22),
    Column("named", "Includes your name", 24, optional=True),
    Column("valid_from", "Valid from", 14, optional=True),
)
TITLES = {column.code: column.title for column in COLUMNS}


def by_title(titles: Iterable[str]) -> dict[str, int]:
    """Which column stands where, from 0, by a row of titles in any case; of two with one title the first counts."""
    known = {_plain(column.title): column.code for column in COLUMNS} | {_plain(c.code): c.code for c in COLUMNS}
    found: dict[str, int] = {}
    for place, title in enumerate(titles):
        code = known.get(_plain(title))
        if code is not None:
            found.setdefault(code, place)
    return found


def _plain(title: str) -> str:
    return _APART.sub(" ", title).strip().casefold()


def file_name(country: str, *, back: bool = False) -> str:
    """What the workbook for a country (alpha-2) is called; ``back``: the one that comes back with reasons."""
    return f"sender-ids-{country}{'-to-mend' if back else ''}.xlsx"


def is_called_like_ours(name: str) -> bool:
    """Whether a file's name is that of the workbook, also as copies of it are called, or as CSV."""
    return _NAMED.search(name) is not None


def country_in(name: str) -> str:
    """The country that the file's name tells, alpha-2; empty when it tells none."""
    found = _NAMED.search(name)
    return (found[1] or "").upper() if found else ""
