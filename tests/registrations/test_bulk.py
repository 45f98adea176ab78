"""The workbook of sender IDs: what it is like, how hostile files are read, and what its rows are held to."""

import io
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

from bot.child import Limits
from bot.cli import app
from bot.contacts.check import check
from bot.contacts.engine_errors import AForm
from bot.delivery.voices import Voices
from bot.errors import DeskError
from bot.registrations.bulk import columns, sheet
from bot.registrations.bulk.child import read_in_child
from bot.registrations.bulk.judge import CellProblem, Judged, judge
from bot.registrations.bulk.reading import Reading, Row
from bot.registrations.bulk.rules import TooHeavy
from bot.registrations.bulk.template import examples, returned, template
from bot.registrations.countries import countries, country
from bot.registrations.entry import Owner

TODAY = date(2026, 11, 23)
PH = country("PH")
KOPI = Owner("PT Kopi Nusantara", "Kopi", entity="international")
TITLES = [column.title for column in columns.COLUMNS]
GOOD = {
    "sender_id": "KopiNus",
    "sample_text": "Kopi: your code is 1234",
    "message_type": "otp",
    "monthly_traffic": "5000",
    "subaccount": "kopi_otp",
    "named": "",
    "valid_from": "",
}
Write = Callable[..., Path]


@pytest.fixture(scope="module")
def voices() -> Voices:
    """The words of the real templates."""
    return Voices()


@pytest.fixture
def write(tmp_path: Path, voices: Voices) -> Write:
    """Write rows below the titles of the Philippines' workbook; ``change`` may do more with it."""

    def made(*rows: Sequence[Any], change: Callable[[Workbook], None] | None = None) -> Path:
        book = load_workbook(io.BytesIO(template(PH, voices, TODAY)))
        for number, row in enumerate(rows, 2):
            for place, value in enumerate(row, 1):
                book[columns.SHEET].cell(number, place).value = value
        if change:
            change(book)
        path = tmp_path / "workbook.xlsx"
        book.save(path)
        return path

    return made


def judged(*rows: dict[str, str]) -> Judged:
    """What is said of rows that differ from a good one like this."""
    return judge([Row(number, GOOD | row) for number, row in enumerate(rows, 2)], PH, KOPI, TODAY)


def the_problem(**cells: str) -> CellProblem:
    """The only problem of such a row."""
    (problem,) = judged(cells).problems
    return problem


# The template


@pytest.mark.parametrize("code", [there.code for there in countries()])
def test_examples_of_each_country_pass_its_own_check(code: str, voices: Voices, tmp_path: Path) -> None:
    """Who copies the help sheet's examples into the first sheet gets no problem."""
    book = load_workbook(io.BytesIO(template(country(code), voices, TODAY)))
    shown = [[cell.value for cell in row] for row in book[columns.HELP_SHEET].iter_rows()][-columns.EXAMPLES :]
    assert [["" if cell is None else cell for cell in row] for row in shown] == [
        list(row.values()) for row in examples(country(code), TODAY)
    ]
    for number, row in enumerate(shown, 2):
        for place, text in enumerate(row, 1):
            book[columns.SHEET].cell(number, place).value = text
    book.save(tmp_path / "filled.xlsx")
    reading = sheet.read(tmp_path / "filled.xlsx")
    assert (reading.country, reading.version, reading.other_sheets, reading.other_columns) == (code, 1, (), ())
    verdict = judge(reading.rows, country(code), KOPI, TODAY)
    assert [problem.sentence for problem in verdict.problems] == []
    assert [good.row for good in verdict.good] == [2, 3]


@pytest.mark.parametrize("code", [there.code for there in countries()])
def test_cells_are_texts_and_choices_are_lists(code: str, voices: Voices) -> None:
    """Nothing that is typed is taken for a date or a number, and each column is explained where it is filled in."""
    book = load_workbook(io.BytesIO(template(country(code), voices, TODAY)))
    entries = book[columns.SHEET]
    assert [cell.value for cell in entries[1]] == TITLES
    formats = {entries.cell(row, place).number_format for row in (2, 201) for place in range(1, 8) if place != 4}
    assert formats == {"@"}
    asked = {str(each.sqref): each for each in entries.data_validations.dataValidation}
    assert set(asked) == {f"{letter}2:{letter}201" for letter in "ABCDEFG"}
    assert all(each.prompt and len(each.prompt) <= 255 and "…" not in each.prompt for each in asked.values())
    choices = book[columns.MARK_SHEET]
    listed = [cell.value for cell in choices["D"] if cell.value]
    assert listed == [choice.title for choice in country(code).message_types]
    assert asked["C2:C201"].formula1 == f"'_senderdesk'!$D$1:$D${len(listed)}"
    assert choices.sheet_state == "hidden"


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=7, max_size=7))
def test_what_goes_back_can_never_be_computed(cells: list[str]) -> None:
    """Whatever a stranger wrote comes back as a text, with the reason beside it."""
    row = Row(7, dict(zip((column.code for column in columns.COLUMNS), cells, strict=True)))
    wrong = [CellProblem(7, "Sender ID", "generic", "=cmd|'/c calc'!A1 is refused.")]
    wrong.append(CellProblem(7, "Valid from", "date", "y"))
    book = load_workbook(io.BytesIO(returned(PH, Voices(), TODAY, [row], wrong)))
    filled = [cell for cell in book[columns.SHEET][2] if cell.value is not None]
    assert {cell.data_type for cell in filled} == {"s"}
    assert filled[-1].value == "Sender ID: =cmd|'/c calc'!A1 is refused.\nValid from: y"


def test_what_came_back_is_read_again_without_its_reasons(voices: Voices, tmp_path: Path) -> None:
    """The reasons' column is ours: it is neither read nor called strange."""
    row = Row(7, GOOD | {"sender_id": "=1+1"})
    path = tmp_path / "back.xlsx"
    path.write_bytes(returned(PH, voices, TODAY, [row], [CellProblem(7, "Sender ID", "formula", "Type its value.")]))
    reading = sheet.read(path)
    assert reading == Reading((Row(2, row.cells),), "PH", 1)


# Hostile files


def _empty(book: Workbook) -> None:
    del book[columns.SHEET]
    book.create_sheet(columns.SHEET, 0).append(TITLES)


def _without(title: str) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        book[columns.SHEET].delete_cols(TITLES.index(title) + 1)

    return change


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_empty, "There is no sender ID in this workbook yet"),
        (_without("Subaccount"), "The column “Subaccount” is missing in the row of titles"),
        (_without("Sender ID"), "No column here is called “Sender ID”"),
    ],
    ids=["empty", "column gone", "no names"],
)
def test_a_workbook_that_cannot_be_used_says_why(
    write: Write, change: Callable[[Workbook], None], sentence: str
) -> None:
    """And where to get another one."""
    with pytest.raises(DeskError) as refused:
        sheet.read(write(list(GOOD.values()), change=change))
    assert sentence in refused.value.sentence


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There is no sender ID in this workbook yet"),
        (b"%PDF-1.4 hello", "This is a PDF document, not a workbook of sender IDs"),
        (b"PK\x03\x04 and then nothing", "damaged or was cut short"),
        (b"number,name\n+6591234567,Ana\n", "No column here is called “Sender ID”"),
        (b"\x00\x01\x02" * 1000, "This is a binary file, not a workbook"),
        (b"Sender ID,Sample text\nKopi,Hi\n", "The columns “Message type” and “Messages a month” and “Subaccount”"),
    ],
    ids=["nothing", "pdf", "broken", "contacts", "binary", "few columns"],
)
def test_a_file_of_another_kind_says_what_it_is(tmp_path: Path, content: bytes, sentence: str) -> None:
    """In the words of sender IDs, not of contacts."""
    path = tmp_path / "sender-ids.xlsx"
    path.write_bytes(content)
    with pytest.raises(DeskError) as refused:
        sheet.read(path)
    assert sentence in refused.value.sentence
    assert "your contacts" not in refused.value.sentence


def test_rows_are_counted_to_the_end(tmp_path: Path) -> None:
    """201 do not fit, empty ones between them do not count, and the rows keep the numbers of the sheet."""
    titles = ",".join(TITLES)
    path = tmp_path / "many.csv"
    path.write_text(titles + "\n" + "".join(f"Kopi{n},a,b,c,d,,\n,,,,,,\n" for n in range(columns.ROWS_MAX)))
    reading = sheet.read(path)
    assert (len(reading.rows), reading.rows[1].number, reading.rows[-1].number) == (200, 4, 400)
    with path.open("a") as file:
        file.write("One,a,b,c,d,,\n" * 1801)
    with pytest.raises(DeskError, match="There are 2,001 sender IDs in this workbook, and 200 fit"):
        sheet.read(path)


def test_sheets_and_columns_of_somebodys_own_are_left_alone(write: Write) -> None:
    """They are named, so that nobody waits for what stands there."""

    def change(book: Workbook) -> None:
        book.create_sheet("Ideas").append(["KopiBar"])
        book[columns.SHEET]["I1"] = "Owner"
        book[columns.MARK_SHEET]["B2"] = "0"

    reading = sheet.read(write(list(GOOD.values()), change=change))
    assert (reading.other_sheets, reading.other_columns) == (("Ideas",), ("Owner",))
    assert [row.cells["sender_id"] for row in reading.rows] == ["KopiNus"]


def test_a_workbook_without_its_mark_is_read_by_its_titles(tmp_path: Path) -> None:
    """Other programs drop hidden sheets; titles may have another case, and stand below a line of somebody's own."""
    book = Workbook()
    book.active.append(["Our names"])
    book.active.append([title.upper() + " *" for title in reversed(TITLES)])
    book.active.append(list(reversed(GOOD.values())))
    book.save(tmp_path / "own.xlsx")
    reading = sheet.read(tmp_path / "own.xlsx")
    assert reading.rows == (Row(3, GOOD),)
    assert (reading.country, reading.version, reading.is_old) == ("", 0, False)


async def test_what_would_fill_the_memory_is_one_sentence(write: Write) -> None:
    """A cell in a far corner, as well as a child that comes to a limit of its own."""

    def change(book: Workbook) -> None:
        book[columns.SHEET]["XFD1048576"] = "far"

    path = write(list(GOOD.values()), change=change)
    with pytest.raises(TooHeavy, match="far larger inside than it looks"):
        await read_in_child(path)
    with pytest.raises(TooHeavy, match="more than 0 seconds"):
        await read_in_child(path, limits=Limits(wall_seconds=0.0))


async def test_the_child_answers_what_was_read(write: Write) -> None:
    """Real dates, numbers and formulas come as texts, the same as without a process in between."""
    path = write(["KopiNus", "=A1", "otp", 5000, "kopi", True, datetime(2026, 12, 1)])  # noqa: DTZ001 - as Excel has it
    reading = await read_in_child(path)
    assert reading == sheet.read(path)
    (row,) = reading.rows
    assert row.cells["monthly_traffic"] == "5000"
    good = judge(reading.rows, PH, Owner(), TODAY)
    assert [(one.column, one.rule) for one in good.problems] == []


def test_our_workbook_is_no_contact_file(write: Write) -> None:
    """Dropped under any name it is recognised by its hidden sheet."""
    with pytest.raises(AForm):
        check(write(list(GOOD.values())))


# Rows


def test_a_good_row_is_what_the_wizard_would_keep() -> None:
    """What is empty and may be is filled: the name is included, and it begins today."""
    (good,) = judged({}).good
    assert good.entry == {
        "sender_id": "KopiNus",
        "sample_text": "Kopi: your code is 1234",
        "message_type": "otp",
        "monthly_traffic": 5000,
        "subaccount": "kopi_otp",
        "brandless": False,
        "valid_from": "2026-11-23",
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"monthly_traffic": "5,000"}, {"monthly_traffic": 5000}),
        ({"monthly_traffic": "1.000.000"}, {"monthly_traffic": 1_000_000}),
        ({"monthly_traffic": "5000.0"}, {"monthly_traffic": 5000}),
        ({"message_type": "one-time PASSWORDS (otp)"}, {"message_type": "otp"}),
        ({"named": "No"}, {"brandless": True}),
        ({"named": "true"}, {"brandless": False}),
        ({"valid_from": "2026-12-01 00:00:00"}, {"valid_from": "2026-12-01"}),
    ],
)
def test_cells_are_read_as_people_write_them(typed: dict[str, str], kept: dict[str, Any]) -> None:
    """Thousands apart, titles in any case, real dates."""
    (good,) = judged(typed).good
    assert good.entry == good.entry | kept


@pytest.mark.parametrize(
    ("cells", "column", "rule", "words"),
    [
        ({"sender_id": "=HYPERLINK(1)"}, "Sender ID", "formula", "I do not compute"),
        ({"sender_id": "#N/A"}, "Sender ID", "error", "shows #N/A"),
        ({"sender_id": "2026-02-01 00:00:00"}, "Sender ID", "date", "holds a date, 2026-02-01"),
        ({"sample_text": ""}, "Sample text", "missing", "Write a text"),
        ({"message_type": "sms"}, "Message type", "message_type", "Choose one of: One-time passwords (OTP)"),
        ({"monthly_traffic": "many"}, "Messages a month", "monthly_traffic", "is no whole number"),
        ({"monthly_traffic": "1.5"}, "Messages a month", "monthly_traffic", "is no whole number"),
        ({"monthly_traffic": "-5"}, "Messages a month", "monthly_traffic", "is no whole number"),
        ({"monthly_traffic": "0"}, "Messages a month", "monthly_traffic", "at least 1"),
        ({"subaccount": "a b"}, "Subaccount", "subaccount", "3 to 50 letters"),
        ({"named": "perhaps"}, "Includes your name", "yes_or_no", "neither yes nor no"),
        ({"valid_from": "1/12/2026"}, "Valid from", "date", "in several ways"),
        ({"valid_from": "2026-11-22"}, "Valid from", "over", "is over"),
    ],
)
def test_a_bad_cell_is_told_at_its_place(cells: dict[str, str], column: str, rule: str, words: str) -> None:
    """Its row, its column, the rule, and how to mend it; nothing else is said of the row."""
    problem = the_problem(**cells)
    assert (problem.row, problem.column, problem.rule) == (2, column, rule)
    assert words in problem.sentence


@pytest.mark.parametrize(
    ("cells", "proposal"),
    [
        ({"message_type": "OTP please"}, "One-time passwords (OTP)"),
        ({"valid_from": "2026/12/1"}, "2026-12-01"),
        ({"valid_from": "2026/13/1"}, ""),
        ({"valid_from": "2026-01-01"}, "2026-11-23"),
        ({"sender_id": "Kopi Nus"}, "KopiNus"),
    ],
)
def test_what_is_likely_meant_is_proposed(cells: dict[str, str], proposal: str) -> None:
    """Where there is one way out, it is told."""
    assert the_problem(**cells).proposal == proposal


def test_a_name_in_two_rows_is_told_at_the_second() -> None:
    """In whatever case; the first row goes on."""
    verdict = judged({}, {"sender_id": "KOPINUS"}, {"sender_id": "KopiBar"})
    assert [good.row for good in verdict.good] == [2, 4]
    (problem,) = verdict.problems
    assert (problem.row, problem.rule, problem.sentence) == (
        3,
        "doubled",
        "KOPINUS stands in row 2 already. Take one of them out.",
    )


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from(list(GOOD)), st.text(max_size=40)))
def test_no_text_in_a_cell_breaks_the_check(cells: dict[str, str]) -> None:
    """Each row is either good or told why not."""
    verdict = judged(cells)
    assert len(verdict.good) + len(verdict.wrong_rows) == 1


# The shell


def run(*arguments: object) -> tuple[int, str]:
    """Exit code and output of ``senderdesk senderid bulk``."""
    done = CliRunner().invoke(app, ["senderid", "bulk", *map(str, arguments)])
    return done.exit_code, done.stdout


def test_the_shell_writes_the_workbook_and_checks_it(tmp_path: Path, write: Write) -> None:
    """0: all rows are good; 1: some are not, each told at its cell; 2: it cannot be read."""
    assert run("template", "philippines", tmp_path)[0] == 0
    written = tmp_path / "sender-ids-PH.xlsx"
    assert load_workbook(written)[columns.MARK_SHEET]["B3"].value == "PH"
    code, told = run("check", written, "--json")
    assert (code, json.loads(told)["kind"]) == (2, "NothingInIt")

    code, told = run("check", write(list(GOOD.values()), list((GOOD | {"sender_id": "Kopi & Co"}).values())), "--json")
    answer = json.loads(told)
    assert (code, answer["ok"], answer["country"], answer["good"], answer["wrong"]) == (1, False, "PH", 1, 1)
    assert {key: answer["problems"][0][key] for key in ("row", "column", "rule", "proposal")} == {
        "row": 3,
        "column": "Sender ID",
        "rule": "characters",
        "proposal": "KopiCo",
    }
    assert run("check", write(list(GOOD.values())), "--company", "PT Kopi Nusantara", "--brand", "Kopi") == (
        0,
        "1 good, 0 with problems.\n",
    )
