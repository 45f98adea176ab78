"""The files that come back: no formula in them, every text as it was, openpyxl as the referee of cells."""

import re
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from bot.contacts import text_workbook
from bot.contacts.report import as_csv, neutral
from bot.contacts.text_workbook import TextWorkbook, render

HOSTILE = [
    '=HYPERLINK("http://evil")',
    "+6591234567",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\uff1d1+1",
    "\uff0b65",
    "=cmd|' /C calc'!A0",
]
HARMLESS = ["Ana", "a=b", " =1", "'=1", "6591234567", "", "José", "สมชาย", 'say "hi"', "two\nlines", "a,b;c\td"]


def cells(path: Path) -> list[list[tuple[object, str]]]:
    """The value and the type of every cell."""
    return [[(cell.value, cell.data_type) for cell in row] for row in openpyxl.load_workbook(path).active]


def test_what_a_sheet_takes_for_a_formula_gets_an_apostrophe() -> None:
    """All beginnings that start a formula, in their wide forms too; nothing else is touched."""
    made = neutral(pl.Series([*HOSTILE, *HARMLESS, None], dtype=pl.String)).to_list()
    assert made == [f"'{text}" for text in HOSTILE] + HARMLESS + [None]


def test_headers_are_neutralised_too(run) -> None:
    """A header is a cell like any other."""
    checked = run("phone,=name,-x\nx,Ana,b\n")
    assert checked.rejected()[0] == ["row", "phone", "'=name", "'-x", "reason"]


def test_a_workbook_of_texts_has_texts_only(tmp_path: Path) -> None:
    """Each cell arrives as the text that was put in, and the XML has no element for a formula or a link."""
    texts = [text for text in [*HOSTILE, *HARMLESS] if "\r" not in text] + [
        "<b>&amp;</b>",
        "x" * 40_000,
        "_x0041_",
        " a ",
    ]
    path = tmp_path / "texts.xlsx"
    with TextWorkbook(path, ["row", "=text", "other"]) as book:
        rows = pl.Series(range(5, 5 + len(texts)), dtype=pl.Int64)
        columns = {"a": texts, "b": [None] * len(texts)}
        book.write(render(rows, pl.DataFrame(columns, schema={"a": pl.String, "b": pl.String}), 0))
    read = cells(path)
    assert [value for value, _ in read[0]] == ["row", "=text", "other"]
    assert [row[0] for row in read[1:]] == [(number, "n") for number in rows]
    wanted = [text[:32_767] or None for text in texts]
    found = [(row[1][0] or "").replace("_x005F_", "_") or None for row in read[1:]]
    assert found == wanted
    assert {kind for row in read[1:] for value, kind in row[1:] if value is not None} <= {"s", "inlineStr"}
    xml = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    assert not re.search(rb"<(?:\w+:)?(f|hyperlink)\b", xml)


def test_signs_that_xml_does_not_know_are_shown_as_unknown(tmp_path: Path) -> None:
    """Control signs in a name do not break the workbook."""
    path = tmp_path / "signs.xlsx"
    with TextWorkbook(path, ["row", "text"]) as book:
        book.write(render(pl.Series([1]), pl.DataFrame({"a": ["a\x00b\x1bc\ufffed\r\ne\rf"]}), 0))
    assert cells(path)[1][1][0] == "a\ufffdb\ufffdc\ufffdd\ne\nf"


def test_a_full_sheet_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel's last row is not passed; each sheet has the header."""
    monkeypatch.setattr(text_workbook, "ROWS_MAX", 4)
    path = tmp_path / "many.xlsx"
    with TextWorkbook(path, ["row", "text"]) as book:
        for before, count in ((0, 2), (2, 5), (7, 1)):
            texts = [f"t{i}" for i in range(before, before + count)]
            book.write(render(pl.Series(range(count)), pl.DataFrame({"a": texts}), before))
    read = openpyxl.load_workbook(path)
    assert read.sheetnames == ["rejected", "rejected 2", "rejected 3"]
    assert [[row[1] for row in sheet.values] for sheet in read] == [
        ["text", "t0", "t1", "t2"],
        ["text", "t3", "t4", "t5"],
        ["text", "t6", "t7"],
    ]


def test_equal_rows_make_equal_bytes(tmp_path: Path) -> None:
    """A report does not depend on when it was written."""
    for name in ("a", "b"):
        with TextWorkbook(tmp_path / name, ["row", "text"]) as book:
            book.write(render(pl.Series([1]), pl.DataFrame({"a": ["x"]}), 0))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_rejected_rows_of_a_workbook_come_back_as_a_workbook(run, request, kind) -> None:
    """With row number and reason, the source's cells as texts, and a note when .xls becomes .xlsx."""
    rows = [["Phone", "=Name"], ["+6591234567", "Ana"], ["'+65 123", "=1+1"], [6591, None]]
    rows[0][1], rows[2][1] = "Name", "-cmd"
    checked = run(request.getfixturevalue(kind)(rows))
    assert checked.result.rejected_files == ("rejected.xlsx", "rejected.csv")
    read = cells(checked.out / "rejected.xlsx")
    assert [[value for value, _ in row] for row in read] == [
        ["row", "Phone", "Name", "reason"],
        [3, "'+65 123", "-cmd", "too short"],
        [4, "6591", None, "too short"],
    ]
    assert ("Rejected rows come back as .xlsx, because this is an old .xls file." in checked.result.notes) == (
        kind == "xls"
    )


def test_the_mark_is_there_when_people_open_the_file(run) -> None:
    """Excel needs the mark to see UTF-8; programs do better without; accepted.csv never has one."""
    text = "phone,name\nx,สมชาย\n6591234567,José\n"
    assert (run(text, mark_encoding=True).out / "rejected.csv").read_bytes().startswith(b"\xef\xbb\xbfrow,phone")
    checked = run(text, mark_encoding=False)
    assert (checked.out / "rejected.csv").read_bytes().startswith(b"row,phone")
    assert (checked.out / "accepted.csv").read_bytes().startswith(b"msisdn,firstName\n+65")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_rejected_rows_keep_the_delimiter(run, delimiter) -> None:
    """A file comes back as it came in."""
    checked = run(f"phone{delimiter}name\nx{delimiter}Ana\n")
    first = (checked.out / "rejected.csv").read_text("utf-8-sig").splitlines()[0]
    assert first == delimiter.join(["row", "phone", "name", "reason"])


def test_csv_quotes_what_needs_quotes() -> None:
    """Delimiters, quotes and line breaks inside of cells."""
    frame = pl.DataFrame({"a": ['x"y', "a;b", "c\nd"], "b": ["1", "2", None]})
    assert as_csv(frame, ";") == b'"x""y";1\n"a;b";2\n"c\nd";\n'
