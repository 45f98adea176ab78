"""Workbooks, new and old: sheets, cells of every type, what a library would lose."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
import xlwt

from bot.contacts.engine_errors import EmptyFile, NoSuchSheet, OnlyHiddenRows
from bot.contacts.sheet_scan import scan_sheet

PEOPLE = [["Phone", "First Name", "Last Name"], ["+6591234567", "José", "มาลี"], [6281234567890, "Budi", None]]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_both_kinds_are_read_alike(run, request, kind) -> None:
    """The same rows in a new and in an old workbook give the same contacts; numbers keep all their digits."""
    checked = run(request.getfixturevalue(kind)(PEOPLE))
    assert checked.result.kind == kind
    assert (checked.result.sheet, checked.result.encoding, checked.result.delimiter) == ("Contacts", None, None)
    assert checked.accepted() == [
        ["msisdn", "firstName", "lastName"],
        ["+6591234567", "José", "มาลี"],
        ["+6281234567890", "Budi", ""],
    ]


def test_a_file_is_read_by_its_content_whatever_its_name_ends_with(run, xlsx, xls, tmp_path) -> None:
    """An .xls named .xlsx, an .xlsx named .csv or .xls: names lie."""
    for make, kind in ((xlsx, "xlsx"), (xls, "xls")):
        content = make(PEOPLE).read_bytes()
        for ending in ("csv", "xls", "xlsx", "txt"):
            path = tmp_path / f"{kind}.{ending}"
            path.write_bytes(content)
            assert run(path).result.kind == kind


def sheets(kind: str, path: Path, states: dict[str, str]) -> Path:
    """A workbook with these sheets: "visible", "hidden", "veryHidden"; "empty" is visible and has no rows."""
    if kind == "xlsx":
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, state in states.items():
            sheet = book.create_sheet(name)
            sheet.sheet_state = "visible" if state == "empty" else state
            if state != "empty":
                sheet.append(["phone"])
                sheet.append(["6591234567"])
        book.save(path)
    else:
        book = xlwt.Workbook()
        for name, state in states.items():
            sheet = book.add_sheet(name)
            sheet.visibility = {"hidden": 1, "veryHidden": 2}.get(state, 0)
            if state != "empty":
                sheet.write(0, 0, "phone")
                sheet.write(1, 0, "6591234567")
        book.save(str(path))
    return path


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_the_first_visible_sheet_with_rows_is_read_and_the_others_are_named(run, tmp_path, kind) -> None:
    """Hidden and empty sheets come first here, and are passed over; a sheet can be asked for, also a hidden one."""
    states = {"Old": "hidden", "Blank": "empty", "Mine": "visible", "Lists": "veryHidden", "More": "visible"}
    path = sheets(kind, tmp_path / f"book.{kind}", states)
    result = run(path).result
    assert (result.sheet, result.other_sheets, result.hidden_sheets) == ("Mine", ("More",), ("Old", "Lists"))
    assert run(path, sheet="more ").result.sheet == "More"
    assert run(path, sheet="Old").result.rows_accepted == 1
    with pytest.raises(NoSuchSheet, match="Its sheets are: Old, Blank, Mine, Lists, More"):
        run(path, sheet="Nobody")
    with pytest.raises(EmptyFile):
        run(path, sheet="Blank")


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_rows_in_hidden_sheets_only_are_pointed_at(run, tmp_path, kind) -> None:
    """Nobody sees them, so nobody meant them; the sentence names the sheets."""
    with pytest.raises(OnlyHiddenRows, match=r"\(Secret\)"):
        run(sheets(kind, tmp_path / "book", {"Blank": "empty", "Secret": "hidden"}))


def test_a_csv_file_has_no_sheets(run) -> None:
    """Asking for one is an error, not a silent default."""
    with pytest.raises(NoSuchSheet, match="CSV"):
        run("phone\n6591234567\n", sheet="Contacts")


def test_cells_of_every_type(run, tmp_path) -> None:
    """Whole numbers keep their digits, dates and exponents are named, errors and formulas are not taken for blanks."""
    book = openpyxl.Workbook()
    sheet = book.active
    cells = [
        ("phone", "phone"),
        (6281234567890, None),
        (6281234567891.0, None),
        ("  +65 9123 4567 ", None),
        (dt.datetime(2024, 1, 2, tzinfo=None), "made a date by Excel"),  # noqa: DTZ001 - sheets know no zones
        ("6.28E+12", "digits lost in Excel (6.59E+10)"),
        (62812345.5, "not valid in its country"),
        (True, "not a number"),
        ("=A2", "formula in place of a number"),
        (12345678901234567890, "too long"),
    ]
    for row, (value, _) in enumerate(cells, 1):
        sheet.cell(row, 1, value)
        sheet.cell(row, 2, "name")
    sheet.cell(11, 1, "#N/A").data_type = "e"
    path = tmp_path / "types.xlsx"
    book.save(path)
    checked = run(path)
    rejected = {int(row[0]): row[-1] for row in checked.rejected()[1:]}
    expected = {place: reason for place, (_, reason) in enumerate(cells[1:], 2) if reason}
    assert rejected | {7: expected[7]} == expected | {11: "error value from Excel (#N/A)"}
    assert [row[0] for row in checked.accepted()[1:]] == ["+6281234567890", "+6281234567891", "+6591234567"]


def test_a_row_of_nothing_but_errors_is_a_row(run, tmp_path) -> None:
    """An error is no blank: its row is rejected, not dropped."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row, value in enumerate(["phone", "6591234567", "#REF!", None, "=1+1", '=A1&"<"'], 1):
        sheet.cell(row, 1, value)
    sheet.cell(3, 1).data_type = "e"
    path = tmp_path / "errors.xlsx"
    book.save(path)
    checked = run(path)
    assert checked.result.rows_total == 4
    assert checked.rejected()[1:] == [
        ["3", "#REF!", "error value from Excel (#N/A)"],
        ["5", "'=1+1", "formula in place of a number"],
        ["6", '\'=A1&"<"', "formula in place of a number"],
    ]


def test_a_column_of_nothing_but_formulas_keeps_its_place(run, tmp_path) -> None:
    """Column A has formulas without results only; the library drops it, and it is put back."""
    book = openpyxl.Workbook()
    for row in (["phone", "name"], ["=C2", "Ana"], ["=C3", "Budi"]):
        book.active.append(row)
    book.active["A1"] = None
    book.active["B1"] = None
    path = tmp_path / "formulas.xlsx"
    book.save(path)
    checked = run(path, has_header=False, columns=("msisdn", "firstName"))
    assert checked.rejected()[1:] == [
        ["2", "'=C2", "Ana", "formula in place of a number"],
        ["3", "'=C3", "Budi", "formula in place of a number"],
    ]


def test_rows_and_columns_are_counted_from_the_sheets_corner(run, tmp_path) -> None:
    """A table that begins in C5 has rows from 5 and its columns from C."""
    book = openpyxl.Workbook()
    for place, value in {"C5": "phone", "D5": "name", "C6": "6591234567", "C8": "x", "D8": "Ana"}.items():
        book.active[place] = value
    path = tmp_path / "corner.xlsx"
    book.save(path)
    checked = run(path)
    assert checked.result.header_row == 5
    assert [column.name for column in checked.result.columns] == ["column A", "column B", "phone", "name"]
    assert checked.rejected()[1:] == [["8", "", "", "x", "Ana", "not a number"]]


def test_merged_cells_have_their_value_once(run, tmp_path) -> None:
    """A merged cell's value belongs to its first row; the others have none and say so."""
    book = openpyxl.Workbook()
    for row in (["phone", "name"], ["6591234567", "Ana"], [None, "Budi"]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    path = tmp_path / "merged.xlsx"
    book.save(path)
    assert run(path).rejected()[1:] == [["3", "", "Budi", "missing number"]]


def test_cells_with_a_format_and_no_value_do_not_reach(run, tmp_path) -> None:
    """Whole columns that were coloured to the sheet's last row are no cells."""
    book = openpyxl.Workbook()
    book.active.append(["phone"])
    book.active.append(["6591234567"])
    for column in range(1, 31):
        book.active.cell(1_048_576, column).number_format = "@"
    path = tmp_path / "formatted.xlsx"
    book.save(path)
    assert run(path).result.rows_total == 1


@pytest.mark.parametrize(
    ("xml", "reach"),
    [
        (b'<row r="2"><c r="B2"><v>1</v></c><c r="AC2" t="s"><v>0</v></c></row>', (2, 2, 29)),
        (b'<x:row><x:c r="D7" t="n"><x:v>1</x:v></x:c></x:row>', (7, 4, 4)),
        (b'<row><c><v>1</v></c><c/><c t="n"><v>2</v></c></row><row><c><v>3</v></c></row>', (2, 1, 3)),
        (b"<row r='9'><c t='s' r='C9'><v>1</v></c></row>", (9, 3, 3)),
        (b'<cols><col min="1" max="9"/></cols><row r="1"><c r="A1" s="3"/><c r="XFD1" s="3"/></row>', (0, 0, 0)),
        (b'<row r="1"><c r="A1"><f>B1</f><v>5</v></c></row>', (1, 1, 1)),
        (b'<row r="1"><c r="B1" t="inlineStr"><is><t>x</t></is></c></row>', (1, 2, 2)),
    ],
)
@pytest.mark.parametrize("size", [1 << 20, 7])
def test_the_look_at_a_sheet_sees_every_spelling(xml, reach, size) -> None:
    """Cells are found as Excel writes them, with prefixes, in other order, without references; cut anywhere."""
    prefix = b"x:" if b"<x:" in xml else b""
    sheet = b"<%sworksheet>%s</%sworksheet>" % (prefix, xml, prefix)
    scan = scan_sheet(sheet[i : i + size] for i in range(0, len(sheet), size))
    assert (scan.rows, scan.first_column, scan.columns) == reach


def test_an_old_workbook_beyond_the_headers_table_is_read(run, xls) -> None:
    """Above 7 MB the table of an old workbook's sectors goes on outside of its header, and so may its directory."""
    rows = [["phone", *"abcdefgh"]] + [
        ["6591234567", *[f"{row} {column} {'x' * 40}" for column in range(8)]] for row in range(20_000)
    ]
    path = xls(rows)
    assert path.stat().st_size > 7 << 20
    assert run(path).result.rows_total == 20_000
