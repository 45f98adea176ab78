"""Text files in every encoding and with every delimiter."""

import itertools
from pathlib import Path

import pytest

from bot.contacts.encoding import find_encoding

ENCODINGS = {
    "utf-8": ("utf-8", b""),
    "utf-8 with mark": ("utf-8", b"\xef\xbb\xbf"),
    "utf-16le": ("utf-16le", b"\xff\xfe"),
    "utf-16be": ("utf-16be", b"\xfe\xff"),
    "utf-16le without mark": ("utf-16le", b""),
    "utf-16be without mark": ("utf-16be", b""),
    "windows-1252": ("cp1252", b""),
    "windows-874": ("cp874", b""),
}
NAMES = {"cp1252": "windows-1252", "cp874": "windows-874"}
WESTERN = [
    ["Phone", "First Name", "Last Name"],
    ["+6591234567", "José", "Müller, Jr; x|y"],
    ["6281234567890", "Zoë", "Ångström"],
]
THAI = [["เบอร์โทร", "ชื่อ", "นามสกุล"], ["+66812345678", "สมชาย", "ใจดี, x; y|z"], ["6591234567", "มาลี", "ศรีสุข"]]


def as_csv(rows: list[list[str]], delimiter: str) -> str:
    """The rows, every cell in quotes."""
    return "".join(delimiter.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)


@pytest.mark.parametrize(("label", "delimiter"), list(itertools.product(ENCODINGS, ",;\t|")))
def test_encoding_and_delimiter_are_found(run, label, delimiter) -> None:
    """Whatever a file is written in and separated by, its names arrive unharmed."""
    codec, mark = ENCODINGS[label]
    rows = THAI if codec == "cp874" else WESTERN
    checked = run(mark + as_csv(rows, delimiter).encode(codec))
    assert checked.result.encoding == NAMES.get(codec, codec)
    assert checked.result.delimiter == delimiter
    assert [row[1:] for row in checked.accepted()[1:]] == [row[1:] for row in rows[1:]]
    assert checked.result.mapping() == dict(zip(rows[0], ["msisdn", "firstName", "lastName"], strict=True))


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("phone,name\n6591234567,José\n", "cp1252"),
        ("phone,name\n6591234567,ÄÖÜ Größe\n", "cp1252"),
        ("phone,name\n6591234567,“Ana” … señora\n", "cp1252"),
        ("phone,name\n6591234567,สมชาย\n", "cp874"),
        ("เบอร์โทร,ชื่อ\n6591234567,Ana\n", "cp874"),
        ("phone,name\n6591234567,นาย “สมชาย” … ใจดี\n", "cp874"),
    ],
)
def test_western_and_thai_bytes_are_told_apart(tmp_path: Path, text, codec) -> None:
    """Single letters with accents are Western; letters in a row with marks on consonants are Thai."""
    path = tmp_path / "file"
    path.write_bytes(text.encode(codec))
    assert find_encoding(path).codec == codec


def test_bytes_that_are_not_utf8_count_wherever_they_stand(tmp_path: Path) -> None:
    """A file that is plain ASCII for megabytes is still Windows-1252 when its last name says so."""
    path = tmp_path / "file"
    path.write_bytes(b"phone,name\n" + b"6591234567,Ana\n" * 400_000 + "6591234568,José\n".encode("cp1252"))
    assert find_encoding(path).name == "windows-1252"


def test_one_broken_letter_does_not_make_another_encoding(run) -> None:
    """UTF-8 with a damaged byte stays UTF-8: the other names arrive, and a note tells of it."""
    rows = "".join(f"65912345{i:02},สมชาย\n" for i in range(30)).encode()
    checked = run(b"phone,name\n" + rows + b"6591234599,Jos\xe9\n")
    assert checked.result.encoding == "utf-8"
    assert checked.result.notes == ("Some letters of the file are damaged; they are shown as \ufffd.",)
    assert checked.accepted()[1][1] == "สมชาย"
    assert checked.accepted()[-1][1] == "Jos\ufffd"


def test_utf16_is_decoded_across_blocks(run) -> None:
    """A file of many megabytes in UTF-16 comes through whole."""
    count = 160_000
    text = "phone,name\r\n" + "".join(f"+6591{i:06},Zoë {i}\r\n" for i in range(count))
    checked = run(text.encode("utf-16"))
    assert checked.result.rows_total == count
    assert checked.accepted()[-1] == [f"+6591{count - 1:06}", f"Zoë {count - 1}"]


@pytest.mark.parametrize("line", ["sep=;\n", "sep=;\r\n", '"sep=;"\n', "SEP=;\n"])
def test_excels_separator_line_is_obeyed_and_is_no_row(run, line) -> None:
    """A sheet does not show ``sep=;``: the header below it is row 1."""
    checked = run(line + "phone;name\nx;Ana\n6591234567;Budi\n")
    assert checked.result.delimiter == ";"
    assert checked.rejected()[1:] == [["2", "x", "Ana", "not a number"]]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_of_every_system(run, ending) -> None:
    """Lines end as on Linux, as on Windows, or as on old Macintoshes."""
    checked = run(ending.join(["phone,name", "6591234567,Ana", "", "x,Budi", ""]))
    assert checked.result.rows_total == 2
    assert checked.rejected()[1:] == [["4", "x", "Budi", "not a number"]]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("name;phone\nTan, Ana;6591234567\nLim, Bo;6591234568\n", ";"),
        ("phone\n6591234567\n6591234568\n", ","),
        ("phone,name\n6591234567,a;b;c\n6591234568,d\n", ","),
        ("name|phone\nA, B, C|6591234567\nD, E|6591234568\n", "|"),
        ("name\tphone\nAna Tan\t6591234567\n", "\t"),
        ("phone;amount\n6591234567;1,50\n6591234568;2,75\n", ";"),
    ],
)
def test_delimiters_inside_of_cells_do_not_mislead(run, text, delimiter) -> None:
    """The delimiter is the one that sets the numbers free, not the one that is most frequent."""
    checked = run(text)
    assert checked.result.delimiter == delimiter
    assert checked.result.rows_accepted == text.count("\n") - 1
