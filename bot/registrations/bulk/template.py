"""Draws the workbook of sender IDs: empty for a country, or with the rows that are to be mended and why.

Every text is written as a text, in cells that stay text when somebody edits them: no formula comes out of here.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot.delivery.voices import Voices, Words
from bot.registrations.bulk.columns import (
    COLUMNS,
    EXAMPLES,
    FORM,
    HELP_SHEET,
    MARK_SHEET,
    REASON,
    ROWS_MAX,
    SHEET,
    VERSION,
)
from bot.registrations.bulk.judge import CellProblem
from bot.registrations.bulk.reading import Row
from bot.registrations.countries import Country
from bot.registrations.entry import TEXT_MAX, TRAFFIC_MAX

_CELL_MAX = 32_767
_PROMPT_MAX, _PROMPT_TITLE_MAX = 255, 32
"""What Excel shows beside a cell (source: ECMA-376 part 1, 18.3.1.32)."""
_TEXT, _NUMBER = "@", "#,##0"
_HEAD, _OPTIONAL, _WRONG = "1F4E78", "5B7FA3", "FFE0E0"
_TOP = Alignment(vertical="top", wrap_text=True)
_REASON_WIDTH = 70
_LISTS = {"message_type": "D", "named": "E"}
"""Columns of the hidden sheet with what can be chosen."""
_HELP_WIDTHS = (24, 84, 30, 22, 22, 24, 14)


def template(country: Country, voices: Voices, today: date) -> bytes:
    """The empty workbook for a country, with help and examples, as .xlsx."""
    return _Drawing(country, voices, today).draw((), ())


def returned(
    country: Country, voices: Voices, today: date, rows: Sequence[Row], problems: Sequence[CellProblem]
) -> bytes:
    """The same with the rows that are to be mended, each with its reasons beside it."""
    return _Drawing(country, voices, today).draw(rows, problems)


def examples(country: Country, today: date) -> tuple[dict[str, str], ...]:
    """Rows that are right in this country, by the columns' codes."""
    titles = {choice.code: choice.title for choice in country.message_types}
    first, *_, last = titles.values()
    day = (today + timedelta(days=14)).isoformat()
    text = "Kopi Nusantara: your code is 1234. Never share it."
    offer = "Kopi Nusantara: today all coffee is half the price. Come in before six."
    rows = (
        ("KopiNus", text, first, "5000", "kopi_otp", "yes", ""),
        ("KopiShop", offer, last, "20000", "kopi_shop", "yes", day),
    )
    return tuple(dict(zip((column.code for column in COLUMNS), row, strict=True)) for row in rows[:EXAMPLES])


class _Drawing:
    """One workbook."""

    def __init__(self, country: Country, voices: Voices, today: date) -> None:
        self._country, self._today = country, today
        shortest = max([getattr(rule, "shortest", None) or 0 for rule in country.rules if rule.level == "error"])
        self._lengths = (shortest, country.longest_name)
        self._words: Words = Words(
            voices,
            voices.plain_marks,
            "registrations/workbook",
            {
                "country": country.spoken,
                "sheet": SHEET,
                "most_count": ROWS_MAX,
                "shortest": str(shortest),
                "longest": str(country.longest_name),
                "text_count": TEXT_MAX,
                "types": [choice.title for choice in country.message_types],
                "proofs": any(slot.code.startswith("proof_") for slot in country.documents),
                "day_example": (today + timedelta(days=14)).isoformat(),
                "days_count": country.validity_days or 0,
            },
        )

    def draw(self, rows: Sequence[Row], problems: Sequence[CellProblem]) -> bytes:
        book = Workbook()
        assert isinstance(book.active, Worksheet)  # noqa: S101 - a new workbook has one
        self._entries(book.active, rows, problems)
        self._help(book.create_sheet(HELP_SHEET))
        self._mark(book.create_sheet(MARK_SHEET))
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    # The sheet that is filled in

    def _entries(self, sheet: Worksheet, rows: Sequence[Row], problems: Sequence[CellProblem]) -> None:
        sheet.title = SHEET
        for place, column in enumerate(COLUMNS, 1):
            _head(sheet.cell(1, place), column.title, _OPTIONAL if column.optional else _HEAD)
            sheet.column_dimensions[get_column_letter(place)].width = column.width
            for row in range(2, ROWS_MAX + 2):
                cell = sheet.cell(row, place)
                cell.number_format = _NUMBER if column.code == "monthly_traffic" else _TEXT
                cell.alignment = _TOP
        sheet.freeze_panes = "B2"
        if rows:
            self._fill_in(sheet, rows, problems)
        for validation in self._validations():
            sheet.add_data_validation(validation)

    def _fill_in(self, sheet: Worksheet, rows: Sequence[Row], problems: Sequence[CellProblem]) -> None:
        """The rows that are to be mended; cells with a problem are tinted."""
        beside = len(COLUMNS) + 1
        _head(sheet.cell(1, beside), REASON, "8A1F1F")
        sheet.column_dimensions[get_column_letter(beside)].width = _REASON_WIDTH
        found: Mapping[int, list[CellProblem]] = _by_row(problems)
        for number, row in enumerate(rows, 2):
            mine = found[row.number]
            tinted = {problem.column for problem in mine}
            for place, column in enumerate(COLUMNS, 1):
                cell = sheet.cell(number, place)
                _write(cell, row.cells.get(column.code, ""))
                if column.title in tinted:
                    cell.fill = PatternFill("solid", fgColor=_WRONG)
            reason = sheet.cell(number, beside)
            reason.alignment, reason.font = _TOP, Font(color="8A1F1F")
            _write(reason, "\n".join(f"{problem.column}: {problem.sentence}" for problem in mine))

    def _validations(self) -> Iterable[DataValidation]:
        """What a sheet asks beside each cell, and what it does not take."""
        least, most = self._lengths
        choices = {"message_type": len(self._country.message_types), "named": 2}
        for place, column in enumerate(COLUMNS, 1):
            asked = DataValidation(allow_blank=True, errorStyle="stop", showErrorMessage=False)
            if column.code == "sender_id":
                asked = DataValidation("textLength", formula1=str(least), formula2=str(most), operator="between")
                self._refuses(asked, "wrong_name")
            elif column.code in choices:
                letter = _LISTS[column.code]
                asked = DataValidation("list", formula1=f"'{MARK_SHEET}'!${letter}$1:${letter}${choices[column.code]}")
                self._refuses(asked, "wrong_choice")
            elif column.code == "monthly_traffic":
                asked = DataValidation("whole", formula1="1", formula2=str(TRAFFIC_MAX), operator="between")
                self._refuses(asked, "wrong_traffic")
            asked.allow_blank, asked.showInputMessage = True, True
            asked.promptTitle = column.title[:_PROMPT_TITLE_MAX]
            asked.prompt = self._words.plain(f"help_{column.code}", _PROMPT_MAX)
            letter = get_column_letter(place)
            asked.add(f"{letter}2:{letter}{ROWS_MAX + 1}")
            yield asked

    def _refuses(self, asked: DataValidation, words: str) -> None:
        asked.showErrorMessage, asked.errorStyle = True, "stop"
        asked.errorTitle = self._words.plain("wrong", _PROMPT_TITLE_MAX)
        asked.error = self._words.plain(words, _PROMPT_MAX)

    # Help, and what is hidden

    def _help(self, sheet: Worksheet) -> None:
        for place, width in enumerate(_HELP_WIDTHS, 1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.sheet_view.showGridLines = False
        rows: list[tuple[str, ...]] = [(self._words.plain("heading", _PROMPT_MAX),)]
        rows += [(line,) for line in self._words.lines("steps")]
        rows += [(), (self._words.plain("columns"),)]
        rows += [(column.title, self._words.plain(f"help_{column.code}", _PROMPT_MAX)) for column in COLUMNS]
        rows += [(), (self._words.plain("examples"),), tuple(column.title for column in COLUMNS)]
        rows += [tuple(example.values()) for example in examples(self._country, self._today)]
        for number, texts in enumerate(rows, 1):
            for place, text in enumerate(texts, 1):
                _write(sheet.cell(number, place), text)
                if len(texts) > 1:
                    sheet.cell(number, place).alignment = _TOP
        sheet["A1"].font = Font(bold=True, size=16)
        for number, texts in enumerate(rows, 1):
            if texts and texts[0] in {self._words.plain("columns"), self._words.plain("examples")}:
                sheet.cell(number, 1).font = Font(bold=True, size=13)
            elif len(texts) == 2:  # noqa: PLR2004 - a column and its help
                sheet.cell(number, 1).font = Font(bold=True)
        for place, column in enumerate(COLUMNS, 1):
            _head(sheet.cell(len(rows) - EXAMPLES, place), column.title, _OPTIONAL if column.optional else _HEAD)

    def _mark(self, sheet: Worksheet) -> None:
        """What tells the desk that this is its workbook, and the lists."""
        sheet.sheet_state = "hidden"
        told = {"form": FORM, "version": str(VERSION), "country": self._country.code}
        for number, (name, value) in enumerate(told.items(), 1):
            _write(sheet.cell(number, 1), name)
            _write(sheet.cell(number, 2), value)
        lists = {"message_type": [choice.title for choice in self._country.message_types], "named": ["yes", "no"]}
        for code, choices in lists.items():
            for number, choice in enumerate(choices, 1):
                _write(sheet[f"{_LISTS[code]}{number}"], choice)


def _by_row(problems: Sequence[CellProblem]) -> Mapping[int, list[CellProblem]]:
    found: dict[int, list[CellProblem]] = defaultdict(list)
    for problem in problems:
        found[problem.row].append(problem)
    return found


def _head(cell: Cell | MergedCell, title: str, colour: str) -> None:
    _write(cell, title)
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor=colour)
    cell.alignment = Alignment(vertical="center")


def _write(cell: Cell | MergedCell, text: str) -> None:
    """A text as a text, whatever it begins with; what a workbook cannot hold is left out."""
    assert isinstance(cell, Cell)  # noqa: S101 - nothing is merged here
    cell.number_format = _TEXT
    if text:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:_CELL_MAX]
        cell.data_type = "s"
        cell.quotePrefix = True
