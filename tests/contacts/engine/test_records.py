"""Records of CSV: quotes, line breaks, ragged and broken rows, blocks."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.contacts import encoding, read_csv
from bot.contacts.ragged import filled
from bot.contacts.read_csv import CsvSource


def records(path: Path, content: str) -> list[list[str]]:
    """All records of a file, as the source gives them, without the blank cells at their ends."""
    path.write_bytes(content.encode())
    rows = []
    for block in CsvSource(path).blocks():
        assert block.first_row == len(rows) + 1
        rows += [[cell or "" for cell in row] for row in block.frame().rows()]
    return [row[: filled(row)] for row in rows]


def test_quotes_hold_delimiters_line_breaks_and_quotes(run) -> None:
    """A quoted cell is one cell, and a record with line breaks is one row."""
    checked = run('phone,name\n6591234567,"Tan, ""Ana""\r\nof Jurong"\n"x","a\n\nb"\n')
    assert checked.accepted()[1] == ["+6591234567", 'Tan, "Ana"\r\nof Jurong']
    assert checked.rejected()[1:] == [["3", "x", "a\n\nb", "not a number"]]


def test_blank_lines_are_no_rows_but_are_counted_on(run) -> None:
    """Rows keep the numbers that a sheet shows; a row of commas or blanks is blank too."""
    checked = run("\n\nphone,name\n\n,\n  ,\t\n6591234567,Ana\n,Budi\n\n")
    assert (checked.result.rows_total, checked.result.header_row) == (2, 3)
    assert checked.rejected()[1:] == [["8", "", "Budi", "missing number"]]


@pytest.mark.parametrize(
    "broken",
    [
        '6591234560,"Ana\n',
        '6591234560,An"a\n',
        '6591234560,"An"a\n',
        '6591234560, "Ana"\n',
        '6591234560,5" pipe\n',
        '"6591234560,Ana\n',
        '6591234560,"\n',
    ],
)
def test_a_bad_quote_spoils_no_other_row(run, broken) -> None:
    """A quote that breaks the rules is a letter of its line; every other row is read as it stands."""
    good = "".join(f'659123450{i},"Name, {i}"\n' for i in range(5))
    checked = run("phone,name\n" + good + broken + good.replace("6591234", "6581234"))
    assert checked.result.rows_total == checked.result.rows_accepted == 11
    assert [row[1] for row in checked.accepted()[1:] if "Name" in row[1]] == [f"Name, {i}" for i in range(5)] * 2


def test_an_unclosed_quote_at_the_very_end_loses_nothing(run) -> None:
    """The last row is a row, whatever its quotes do."""
    checked = run('phone,name\n6591234567,Ana\n6591234568,"Budi')
    assert checked.result.rows_accepted == 2


def test_a_quote_that_stays_open_for_too_long_is_a_letter(run) -> None:
    """A stray quote does not swallow megabytes of rows until the next one."""
    rows = "".join(f"+6591{i:06},Ana\n" for i in range(90_000))
    checked = run('phone,name\n6581234567,"Budi\n' + rows + '6581234568,Ci"ta\n')
    assert checked.result.rows_total == 90_002


def test_short_and_long_rows_are_rows(run) -> None:
    """Cells that are missing are empty; cells beyond the header come back with the last column."""
    checked = run("name,phone,city\nAna,6591234567\nBudi\nCita,x,Bandung,West,Java\nDewi,6591234568,Medan,extra\n")
    assert checked.result.rows_accepted == 2
    assert checked.rejected()[1:] == [
        ["3", "Budi", "", "", "missing number"],
        ["4", "Cita", "x", "Bandung,West,Java", "not a number"],
    ]


def test_trailing_delimiters_make_no_columns(run) -> None:
    """Delimiters at the ends of lines, with nothing behind them, are nothing."""
    checked = run("phone,name,,,\n6591234567,Ana,,,\nx,Budi,,,\n")
    assert checked.rejected() == [["row", "phone", "name", "reason"], ["3", "x", "Budi", "not a number"]]


CELL = st.text(st.sampled_from('ab,"\n\r;é '), max_size=6)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=30))
def test_what_the_csv_module_writes_is_read_back(tmp_path, rows) -> None:
    """Well-formed CSV gives exactly the cells that were written."""
    rows = [["first", "second", "third"], *rows]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    assert records(tmp_path / "file", out.getvalue()) == [row[: filled(row)] for row in rows]


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.text(st.sampled_from('ab,"\n1'), max_size=60), block=st.integers(5, 40))
def test_blocks_change_nothing(tmp_path, monkeypatch, body, block) -> None:
    """Whatever stands in a file, it is read the same in one block and in many; no text is lost."""
    text = "x,y,z\n" + body
    whole = records(tmp_path / "file", text)
    with monkeypatch.context() as patch:
        patch.setattr(read_csv, "BLOCK", block)
        patch.setattr(encoding, "BLOCK", block)
        assert records(tmp_path / "file", text) == whole
    kept = "".join("".join(row) for row in whole)
    assert [letter for letter in kept if letter in "ab1"] == [letter for letter in text if letter in "ab1"]
