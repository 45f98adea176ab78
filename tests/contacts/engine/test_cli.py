"""``senderdesk contacts check`` from the shell."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

TEXT = "No HP;Nama;Kota\n6591234567;Ana;Medan\n+65 9123 4567;Budi;\n09171234567;Cita;Cebu\n\nx;Dewi;\n"


def shell(*words: object) -> subprocess.CompletedProcess[str]:
    """What the command answers."""
    command = [sys.executable, "-c", "from bot.cli import main; main()", "contacts", "check", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small file with every fate."""
    path = tmp_path / "contacts.csv"
    path.write_text(TEXT, "utf-8")
    return path


def test_json_is_one_object_whose_rows_add_up(file: Path) -> None:
    """The keys are a contract."""
    answer = shell(file, "--json")
    assert answer.returncode == 0
    said = json.loads(answer.stdout)
    assert (said["rows_total"], said["rows_accepted"], said["rows_rejected"], said["rows_duplicate"]) == (4, 1, 2, 1)
    assert said["reasons"] == {"no country code": 1, "not a number": 1}
    assert said["columns"] == {"No HP": "msisdn", "Nama": "firstName"}
    assert (said["encoding"], said["delimiter"], said["sheet"]) == ("utf-8", ";", None)
    assert said["unused_columns"] == ["Kota"]
    assert answer.stderr == ""


def test_out_gets_both_files(file: Path, tmp_path: Path) -> None:
    """Accepted numbers have their plus; rejected rows their number in the source, their cells and the reason."""
    out = tmp_path / "new" / "folder"
    assert shell(file, "--out", out, "--country", "sg").returncode == 0
    assert (out / "accepted.csv").read_text("utf-8") == "msisdn,firstName\n+6591234567,Ana\n"
    assert list(csv.reader((out / "rejected.csv").read_text("utf-8").splitlines(), delimiter=";")) == [
        ["row", "No HP", "Nama", "Kota", "reason"],
        ["4", "09171234567", "Cita", "Cebu", "not valid in its country"],
        ["6", "x", "Dewi", "", "not a number"],
    ]


def test_people_get_a_table(file: Path) -> None:
    """How it was read, what was found, what to do."""
    said = shell(file).stdout
    for words in ("CSV, utf-8, semicolon, header in row 1", "1  accepted", "no country code", "--country PH", "Kota"):
        assert words in said, said


def test_without_a_header_the_columns_are_named(tmp_path: Path) -> None:
    """The error says how; then it works."""
    path = tmp_path / "list.csv"
    path.write_text("Ana,6591234567\nBudi,x\n")
    answer = shell(path)
    assert answer.returncode == 2
    assert "--columns -,msisdn" in answer.stderr
    assert shell(path, "--no-header").returncode == 2
    answer = shell(path, "--no-header", "--columns", " firstname , MSISDN ", "--json")
    assert json.loads(answer.stdout)["rows_accepted"] == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nothing.csv"], "There is no file nothing.csv here."),
        (["{file}", "--columns", "phone"], "phone is none of msisdn, firstName, lastName"),
        (["{file}", "--country", "Mars"], "There is no country Mars."),
        (["{file}", "--sheet", "A"], "There is no sheet called A"),
        (["{pdf}"], "This is a PDF document"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_and_exit_code_2(file: Path, words: list[str], sentence: str) -> None:
    """On standard error for people, and as an object for machines."""
    pdf = file.with_name("scan.pdf")
    pdf.write_bytes(b"%PDF-1.7")
    given = [word.format(file=file, pdf=pdf) for word in words]
    answer = shell(*given)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert sentence in answer.stderr
    answer = shell(*given, "--json")
    assert answer.returncode == 2
    assert sentence in json.loads(answer.stdout)["error"]
