"""The whole check: counts, duplicates, files, what is asked and what is told."""

import csv
import io
import json
from collections import Counter
from pathlib import Path

import numpy as np
import phonenumbers
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.contacts import encoding, read_csv, read_workbook
from bot.contacts.check import check
from bot.contacts.engine_errors import NoNumberColumn, NoSuchCountry
from bot.contacts.outcome import CheckOptions, CheckResult
from bot.contacts.reasons import Reason
from bot.contacts.seen import Seen

NUMBERS = st.one_of(
    st.sampled_from(["6591234567", "+6591234567", "+65 9123 4567", "6281234567890", "09171234567", "91234567"]),
    st.sampled_from(["", " ", "x", "6.59E+10", "65912345.0", "+999123", "=1+1", "+65 9123 4567 x5", "12345", "@a"]),
    st.integers(6580000000, 6599999999).map(str),
)
NAMES = st.sampled_from(["", "Ana", "Tan, Ana", 'A "B" C', "two\nlines", "=cmd()", "-x", " ", "José", "สมชาย"])
TABLE = st.lists(st.tuples(NUMBERS, NAMES), max_size=25)


def expected(rows: list[tuple[str, str]], country: str | None) -> dict[str, list]:
    """What the plain rules make of the rows: places of accepted, rejected, duplicate and blank ones."""
    sorted_out: dict[str, list] = {"accepted": [], "rejected": [], "duplicate": [], "blank": []}
    seen = set()
    for place, (value, name) in enumerate(rows, 2):
        value = value.strip()  # noqa: PLW2901 - the same value
        if not value and not name.strip():
            sorted_out["blank"].append(place)
            continue
        if country is None and value.isascii() and value.isdigit() and value[0] != "0" and 7 <= len(value) <= 15:
            value = "+" + value  # noqa: PLW2901 - the same value
        try:
            number = phonenumbers.parse(value, country)
            good = phonenumbers.is_valid_number(number) and not number.extension and not value.endswith(".0")
        except phonenumbers.NumberParseException:
            good = False
        if not good:
            sorted_out["rejected"].append(place)
        elif (number.country_code, number.national_number) in seen:
            sorted_out["duplicate"].append(place)
        else:
            seen.add((number.country_code, number.national_number))
            sorted_out["accepted"].append(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return sorted_out


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=TABLE, country=st.sampled_from([None, "SG", "PH"]), small=st.booleans())
def test_every_row_is_in_exactly_one_place(run, monkeypatch, rows, country, small) -> None:
    """Accepted, rejected and duplicate rows add up, in source order, with the source's own cells, in blocks or not."""
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("phone", "name"), *rows])
    with monkeypatch.context() as patch:
        if small:
            for module in (encoding, read_csv):
                patch.setattr(module, "BLOCK", 30)
        checked = run(out.getvalue(), country=country)
    result, right = checked.result, expected(rows, country)
    assert [row[0] for row in checked.accepted()[1:]] == right["accepted"]
    assert [int(row[0]) for row in checked.rejected()[1:]] == right["rejected"]
    assert (result.rows_rejected, result.rows_duplicate) == (len(right["rejected"]), len(right["duplicate"]))
    assert result.rows_total == result.rows_accepted + result.rows_rejected + result.rows_duplicate
    assert result.rows_total == len(rows) - len(right["blank"])
    assert Counter(row[-1] for row in checked.rejected()[1:]) == result.reasons
    for place, *cells, _ in checked.rejected()[1:]:
        source = rows[int(place) - 2]
        assert [cell.removeprefix("'") for cell in cells] == [cell.removeprefix("'") for cell in source]
        assert not any(cell[:1] in {"=", "+", "-", "@", "\t", "\r", "\n"} for cell in cells)


def test_duplicates_are_told_by_the_number_not_by_its_spelling(run) -> None:
    """The first of equal numbers is kept; the others are counted apart, with examples."""
    checked = run("phone,name\n6591234567,Ana\n+65 9123 4567,Budi\n+6591234567,Cita\n6591234568,Dewi\n")
    assert [row[1] for row in checked.accepted()[1:]] == ["Ana", "Dewi"]
    assert checked.result.rows_duplicate == 2
    assert [(e.row, e.value) for e in checked.result.examples["duplicate"]] == [
        (3, "+65 9123 4567"),
        (4, "+6591234567"),
    ]


def test_examples_are_the_first_ones_and_can_be_masked(run) -> None:
    """At most so many of each reason; masked, only the last three digits are left."""
    text = "phone\n" + "".join(f"+65 0000 00{i:02}\n" for i in range(9)) + "call me\n"
    plain = run(text, examples=2).result.examples[Reason.INVALID]
    assert [(e.row, e.value) for e in plain] == [(2, "+65 0000 0000"), (3, "+65 0000 0001")]
    assert run(text, mask=True).result.examples[Reason.INVALID][1].value == "+•• •••• •001"


def test_rejected_rows_can_be_mended_and_sent_again(run, xlsx) -> None:
    """A rejected file is itself a contact file: with the numbers mended, every row is accepted."""
    rows = [["Phone", "Nama"], ["0917 123 4567", "=Ana"], ["9171234568", "Budi;\nx"], ["+6591234567", "Cita"]]
    text = "".join(f'"{phone}";"{name}"\n' for phone, name in rows)
    for checked, name in ((run(text), "rejected.csv"), (run(xlsx(rows)), "rejected.xlsx")):
        assert checked.result.rejected_files[0] == name
        again = run(checked.out / name, country="PH")
        assert (again.result.rows_total, again.result.rows_accepted) == (2, 2)
        assert again.result.mapping() == {"Phone": "msisdn", "Nama": "firstName"}


def test_a_country_is_named_and_the_rest_is_read_by_it(run) -> None:
    """The hint says how many rows would be won; with the country they are."""
    text = "phone\n09171234567\n0917 123 4568\n+6591234567\nx\n"
    hint = run(text).result.country_hints[0]
    assert (hint.country, hint.rows, hint.lost) == ("PH", 2, 0)
    result = run(text, country=" ph ").result
    assert (result.rows_accepted, result.country, result.country_hints) == (3, "PH", ())
    with pytest.raises(NoSuchCountry, match="Atlantis"):
        run(text, country="Atlantis")


def test_a_question_comes_with_what_a_form_needs(run) -> None:
    """Nothing is judged; columns, preview and a proposal are there; the answer makes the check go on."""
    text = "Ana,6591234567\nBudi,6591234568\n"
    result = run(text).result
    assert result.needs_columns is not None
    assert (result.needs_columns.proposed, result.rows_total, result.accepted_files) == (1, 0, ())
    assert result.preview == (("Ana", "6591234567"), ("Budi", "6591234568"))
    answered = run(text, columns=("firstName", "msisdn"))
    assert (answered.result.rows_accepted, answered.result.has_header) == (2, False)
    assert answered.accepted()[1] == ["+6591234567", "Ana"]


def test_a_header_can_be_denied_and_insisted_on(run) -> None:
    """A person knows better than the engine."""
    denied = run("phone,name\n6591234567,Ana\n", has_header=False, columns=("msisdn", "firstName"))
    assert (denied.result.rows_total, denied.rejected()[1][0]) == (2, "1")
    insisted = run("6591234560,Who\n6591234567,Ana\n", has_header=True, columns=("msisdn", "firstName"))
    assert insisted.result.rows_total == 1


def test_accepted_contacts_are_cut_into_files_the_api_takes(run) -> None:
    """No file is larger than asked, each has the header, and together they have every row once, in order."""
    text = "phone,name\n" + "".join(f'65{90000000 + i},"Name {i}, \n{"x" * (i % 50)}"\n' for i in range(3000))
    whole = run(text).accepted()
    checked = run(text, batch_bytes=10_000)
    names = checked.result.accepted_files
    assert names[:2] == ("accepted.csv", "accepted-2.csv")
    rows = []
    for name in names:
        content = (checked.out / name).read_bytes()
        assert len(content) <= 10_000
        header, *part = csv.reader(io.StringIO(content.decode(), newline=""))
        assert header == whole[0]
        rows += part
    assert rows == whole[1:]
    assert len(names) < 40


def test_progress_ends_with_all_rows(tmp_path: Path, monkeypatch) -> None:
    """Rows done never go back and never exceed what is expected."""
    path = tmp_path / "file"
    path.write_text("phone\n" + "6591234567\n" * 999)
    monkeypatch.setattr(read_csv, "BLOCK", 2000)
    told = []
    check(path, progress=lambda done, total: told.append((done, total)))
    assert len(told) > 3
    assert told == sorted(told)
    assert all(done <= total for done, total in told)
    assert told[-1][0] == 1000


def test_workbooks_go_through_in_blocks_too(run, xlsx, monkeypatch) -> None:
    """The header's block and those after it keep the sheet's row numbers."""
    monkeypatch.setattr(read_workbook, "BLOCK_ROWS", 3)
    rows = [[None], ["phone"], *([6590000000 + i] for i in range(7)), ["x"]]
    checked = run(xlsx(rows))
    assert checked.result.rows_accepted == 7
    assert checked.rejected()[1:] == [["10", "x", "not a number"]]


def test_a_result_survives_json(run) -> None:
    """What the child says is what the parent gets."""
    for text in ("phone,Name\n6591234567,Ana\n09171234567,B\nx,C\n", "6591234567\n"):
        result = run(text).result
        assert CheckResult.from_json(json.loads(json.dumps(result.to_json()))) == result


def test_nothing_is_written_without_a_folder(tmp_path: Path) -> None:
    """Counting alone leaves no files."""
    path = tmp_path / "file"
    path.write_text("phone\n6591234567\nx\n")
    result = check(path, CheckOptions())
    assert (result.rows_total, result.accepted_files) == (2, ())
    assert list(tmp_path.iterdir()) == [path]


def test_a_header_alone_is_a_file_without_rows(run) -> None:
    """No rows, no error: the card says that nothing can be submitted."""
    assert run("phone,name\n").result.rows_total == 0
    with pytest.raises(NoNumberColumn):
        run("name,city\nAna,Medan\n")


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(1, 60) | st.integers(1, 2**63 - 1), max_size=300), max_size=8))
def test_numbers_seen_before_are_known(columns: list[list[int]]) -> None:
    """The table of numbers says first time exactly once for each number, however full it gets."""
    seen, known = Seen(), set()
    seen._empty(2)
    for column in columns:
        answers = seen.first_time(np.array(column, np.int64)).tolist()
        for number, answer in zip(column, answers, strict=True):
            assert answer is (number not in known)
            known.add(number)
