"""Which rows of a workbook are sender IDs that can be asked for, and what is wrong with the others. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bot.registrations import entry as entry_rules
from bot.registrations.bulk.columns import TITLES
from bot.registrations.bulk.reading import Row
from bot.registrations.countries import Country
from bot.registrations.entry import Owner, Trouble
from bot.registrations.judging import quoted

_COLUMN_OF = {"brandless": "named", "company_id": "sender_id"}
_ORDER = {title: place for place, title in enumerate(TITLES.values())}
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T]\d\d:\d\d:\d\d")
_ERROR = re.compile(r"#[A-Z/0]+[!?]?")
_WHOLE = re.compile(r"\d{1,12}|\d{1,3}(?:[,.\s]\d{3}){1,3}")
_YES = frozenset({"", "yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})
_SLASHED = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")


@dataclass(frozen=True)
class CellProblem:
    """What is wrong at one cell: its row in the sheet, its column's title, the rule, the sentence, and a proposal."""

    row: int
    column: str
    rule: str
    sentence: str
    proposal: str = ""

    def as_plain(self) -> dict[str, Any]:
        """As it is kept, and as ``--json`` prints it."""
        return asdict(self)


@dataclass(frozen=True)
class Good:
    """A row that is right, as the wizard keeps a sender ID; ``advice``: what an operator could find fault with."""

    row: int
    entry: dict[str, Any]
    advice: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """Rows that are right, and the problems of all others, in the sheet's order."""

    good: tuple[Good, ...]
    problems: tuple[CellProblem, ...]

    @property
    def wrong_rows(self) -> tuple[int, ...]:
        """The numbers of rows with a problem."""
        return tuple(dict.fromkeys(problem.row for problem in self.problems))


def judge(rows: Sequence[Row], rules: Country, owner: Owner, today: date) -> Judged:
    """Hold each row to the rules that the wizard's form is held to. Of rows with the same name the first counts."""
    good: list[Good] = []
    problems: list[CellProblem] = []
    first: dict[str, int] = {}
    for row in rows:
        entry, misread = _entry(row, rules, today)
        found = [*misread, *_twice(entry, row, first)]
        unread = {trouble.field for trouble in misread}
        found += [one for one in entry_rules.troubles(entry, rules, owner, today) if one.field not in unread]
        mine = [one for one in found if one.field != "company_id"]  # said of the whole, in the wizard
        if mine:
            problems += sorted((at_cell(row.number, one) for one in mine), key=lambda one: _ORDER[one.column])
        else:
            good.append(Good(row.number, entry, _advice(entry, rules, owner)))
    return Judged(tuple(good), tuple(problems))


def at_cell(row: int, trouble: Trouble) -> CellProblem:
    """The same trouble, told of its cell."""
    column = _COLUMN_OF.get(trouble.field, trouble.field)
    return CellProblem(row, TITLES[column], trouble.rule, trouble.sentence, trouble.proposal)


def _twice(entry: dict[str, Any], row: Row, first: dict[str, int]) -> Iterator[Trouble]:
    name = entry_rules.name_of(entry)
    if name and first.setdefault(name.casefold(), row.number) != row.number:
        sentence = f"{name} stands in row {first[name.casefold()]} already. Take one of them out."
        yield Trouble("sender_id", "doubled", sentence)


def _advice(entry: dict[str, Any], rules: Country, owner: Owner) -> tuple[str, ...]:
    found = entry_rules.findings(entry, rules, owner)
    return tuple(one.message for one in found if not one.ok and one.level == "warning")


# A row's texts as an entry


def _entry(row: Row, rules: Country, today: date) -> tuple[dict[str, Any], list[Trouble]]:
    """A row as the wizard keeps a sender ID, and what cannot be understood of it."""
    troubles = list(_broken_cells(row))
    broken = {trouble.field for trouble in troubles}
    told = {code: "" if code in broken else text for code, text in row.cells.items()}
    entry: dict[str, Any] = {name: told.get(name, "") for name in ("sender_id", "subaccount", "sample_text")}
    for read in (_message_type(told, rules), _traffic(told), _named(told), _valid_from(told, today)):
        name, value, trouble = read
        entry[name] = value
        troubles += [trouble] if trouble and trouble.field not in broken else []
    return entry, troubles


def _broken_cells(row: Row) -> Iterator[Trouble]:
    for code, text in row.cells.items():
        if text.startswith("=") and code != "sample_text":
            sentence = f"This cell has a formula, {quoted(text)}, and I do not compute. Type its value instead."
            yield Trouble(code, "formula", sentence)
        elif _ERROR.fullmatch(text):
            yield Trouble(code, "error", f"This cell shows {text}. Type what belongs there.")
        elif code != "valid_from" and (found := _MOMENT.fullmatch(text)):
            sentence = f"This cell holds a date, {found[1]}. Have the sheet show the cell as text, and type it anew."
            yield Trouble(code, "date", sentence)


Read = tuple[str, Any, Trouble | None]


def _message_type(told: dict[str, str], rules: Country) -> Read:
    typed = told.get("message_type", "").casefold()
    known = {name.casefold(): choice.code for choice in rules.message_types for name in (choice.code, choice.title)}
    if not typed or typed in known:
        return "message_type", known.get(typed, ""), None
    titles = ", ".join(choice.title for choice in rules.message_types)
    sentence = f"{quoted(told['message_type'])} is no type of messages. Choose one of: {titles}."
    likely = next((c.title for c in rules.message_types if typed in c.title.casefold() or c.code in typed), "")
    return "message_type", "", Trouble("message_type", "message_type", sentence, likely)


def _traffic(told: dict[str, str]) -> Read:
    typed = told.get("monthly_traffic", "").removesuffix(".0")
    if not typed:
        return "monthly_traffic", None, None
    if _WHOLE.fullmatch(typed):
        return "monthly_traffic", int(re.sub(r"\D", "", typed)), None
    sentence = f"{quoted(typed)} is no whole number. Write it in digits, like 5000."
    return "monthly_traffic", None, Trouble("monthly_traffic", "monthly_traffic", sentence)


def _named(told: dict[str, str]) -> Read:
    """The question is put the way people think: does it include your name. Who says nothing says yes."""
    typed = told.get("named", "").casefold()
    if typed in _YES | _NO:
        return "brandless", typed in _NO, None
    sentence = f"{quoted(told['named'])} is neither yes nor no. Write no if the name is not your company's or brand's."
    return "brandless", False, Trouble("brandless", "yes_or_no", sentence)


def _valid_from(told: dict[str, str], today: date) -> Read:
    """Who names no day means today."""
    typed = told.get("valid_from", "")
    found = _MOMENT.fullmatch(typed)
    day = found[1] if found else typed
    begins = entry_rules.read_date(day) if day else today
    if begins is not None:
        return "valid_from", begins.isoformat(), None
    parts = _SLASHED.fullmatch(day)
    likely = f"{parts[1]}-{int(parts[2]):02}-{int(parts[3]):02}" if parts else ""
    if not entry_rules.read_date(likely):
        likely = ""
    sentence = f"{quoted(typed)} can be read in several ways. Write the day as year-month-day, like {today}."
    return "valid_from", "", Trouble("valid_from", "date", sentence, likely)
