"""What kind of file something is, by its content alone."""

import gzip
import io
import zipfile

import pytest
import xlwt
from xlwt.CompoundDoc import XlsDoc

from bot.contacts.engine_errors import (
    Broken,
    EmptyFile,
    NoNumberColumn,
    PasswordProtected,
    TooLarge,
    TooMuchInside,
    WrongType,
)


def zipped(*names: str) -> bytes:
    """A ZIP archive with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"content")
    return out.getvalue()


def ole(stream: str) -> bytes:
    """An old Office container whose stream ``Workbook`` is called otherwise."""
    out = io.BytesIO()
    XlsDoc().save(out, b"\0" * 5000)
    plain, renamed = "Workbook".encode("utf-16le"), stream.encode("utf-16le")
    data = bytearray(out.getvalue())
    at = data.index(plain)
    data[at : at + 64] = renamed.ljust(64, b"\0")
    data[at + 64 : at + 66] = (len(renamed) + 2).to_bytes(2, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n...", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a picture (PNG)"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture (JPEG)"),
        (b"\0\0\0\x20ftypheic", "a film or a picture from a phone"),
        (gzip.compress(b"phone\n6591234567\n", mtime=0), "a compressed file (gzip)"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "a 7-Zip archive"),
        (b"\x7fELF\2\1\1\0", "a program"),
        (b"BM\x36\0\0\0\0\0", "a picture (BMP)"),
        (b"{\\rtf1 phone}", "a text document (RTF)"),
        (b"BEGIN:VCARD\r\nTEL:+6591234567\r\n", "a vCard file"),
        (b"\xef\xbb\xbf <html><table>", "a web page"),
        (b'<?xml version="1.0"?><Workbook/>', "an XML file"),
        (b'[{"phone": "6591234567"}]', "a JSON file"),
        (b"phone\0\1\2\3\0name\xff\n", "a binary file"),
        (zipped("word/document.xml"), "a Word document"),
        (zipped("ppt/presentation.xml"), "a presentation"),
        (zipped("content.xml", "mimetype"), "an OpenDocument file"),
        (zipped("Index/Document.iwa"), "an Apple Numbers file"),
        (zipped("xl/workbook.bin"), "a binary workbook (.xlsb)"),
        (zipped("a.jpg"), "a ZIP archive"),
        (ole("WordDocument"), "a Word document"),
        (ole("PowerPoint Document"), "a presentation"),
        (ole("Something"), "an old Office file without a sheet"),
    ],
)
def test_what_is_no_list_of_contacts_is_named(run, content, what) -> None:
    """A wrong file is called by its name, with a way out."""
    with pytest.raises(WrongType) as refused:
        run(content)
    assert refused.value.sentence.startswith(f"This is {what}, not a list of contacts. ")


def test_an_archive_says_which_of_its_files_to_send(run) -> None:
    """In a ZIP archive with a list inside, the list is named."""
    with pytest.raises(WrongType, match=r"Unpack it, and send contacts\.csv itself\."):
        run(zipped("photo.jpg", "folder/contacts.csv"))


@pytest.mark.parametrize("start", ["PK,Name", "BM Code,Name", "ID3,Name", "MM,Name"])
def test_a_header_that_begins_like_a_picture_is_text(run, start) -> None:
    """Two letters do not make a picture of a CSV file."""
    checked = run(f"{start},phone\n1,Ana,6591234567\n")
    assert checked.result.rows_accepted == 1


@pytest.mark.parametrize(
    "content", [b"", b"\n\r\n \t\n", b"\xef\xbb\xbf", b"\xff\xfe", b" " * 10_000, b"\0" * 9000, b",,\n,\n"]
)
def test_an_empty_file_is_said_to_be_empty(run, content) -> None:
    """Nothing, blanks, a mark alone: there is no row in it."""
    with pytest.raises(EmptyFile):
        run(content)


def test_a_file_over_the_limit_is_refused_before_it_is_read(run) -> None:
    """The sentence has both sizes."""
    with pytest.raises(TooLarge, match=r"has 2\.0 MB, and the limit is 1 MB\."):
        run(b"\0" * (2 << 20), limit_bytes=1 << 20)


def test_text_without_numbers_has_no_number_column(run) -> None:
    """Prose, or a list of other things, is told from contacts."""
    with pytest.raises(NoNumberColumn):
        run("Dear all,\nthe list comes tomorrow.\nRina\n")


def test_protected_workbooks_ask_to_be_unprotected(run, tmp_path) -> None:
    """New ones are an encrypted package, old ones have a record that says so, archives a flag."""
    with pytest.raises(PasswordProtected):
        run(ole("EncryptedPackage"))
    book = xlwt.Workbook()
    book.add_sheet("A").write(0, 0, "phone")
    path = tmp_path / "old.xls"
    book.save(str(path))
    data = bytearray(path.read_bytes())
    at = data.index(b"\x5c\x00\x70\x00")  # the record with the author's name becomes FILEPASS
    data[at : at + 6] = b"\x2f\x00\x70\x00\x01\x00"
    with pytest.raises(PasswordProtected):
        run(bytes(data))
    flagged = bytearray(zipped("xl/workbook.xml"))
    flagged[flagged.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(PasswordProtected):
        run(bytes(flagged))


def test_archives_cut_short_are_damaged(run, xlsx) -> None:
    """A workbook that lost its end on the way, or its middle, is named as damaged."""
    whole = xlsx([["phone"], ["6591234567"]]).read_bytes()
    sheet = whole.index(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml")
    for damaged in (whole[: len(whole) // 2], whole[:-10], whole[:sheet] + b"\xff" * 50 + whole[sheet + 50 :]):
        with pytest.raises(Broken):
            run(damaged)


def test_an_archive_of_thousands_of_parts_is_refused(run) -> None:
    """A directory of a zip archive is looked at before it is read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(6000):
            archive.writestr(f"{number:050}", b"")
    with pytest.raises(TooMuchInside):
        run(out.getvalue())


def test_two_parts_of_one_name_are_damage(run) -> None:
    """Readers disagree on which of them counts, so nobody reads them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", b"")
        archive.writestr("XL/workbook.xml", b"")
    with pytest.raises(Broken, match="two parts of the archive have the same name"):
        run(out.getvalue())
