"""What kind of file this is. Only its content decides: names and content types lie."""

import re
import zipfile
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from bot.contacts import ole
from bot.contacts.engine_errors import Broken, EmptyFile, PasswordProtected, TooMuchInside, WrongType

HEAD = 4096
ENTRIES_MAX = 5000
"""Parts of a zip archive; a workbook with a hundred sheets has about two hundred."""
_DIRECTORY_ENTRY = 46  # the least size of an entry in a zip archive's directory
_END_OF_DIRECTORY = 65_557  # 22 bytes and the longest comment
_AS_CSV = "Export your contacts as CSV and send that file."
_AS_XLSX = "Open it, save it as .xlsx or CSV, and send that file."


class Kind(StrEnum):
    """The kinds of files that are read."""

    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"


# Beginnings of files that people send by mistake; what the thing is called.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"BM", "a picture (BMP)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"BZh", "a compressed file (bzip2)"),
    (b"\xfd7zXZ", "a compressed file (xz)"),
    (b"\x28\xb5\x2f\xfd", "a compressed file (zstd)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "a SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"ID3", "a sound file (MP3)"),
    (b"OggS", "a sound file (Ogg)"),
    (b"\x1aE\xdf\xa3", "a film (Matroska)"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"{\\rtf", "a text document (RTF)"),
)
# Binary beginnings of two letters would also fit a text: these count only when the rest is binary too.
_ALSO_TEXT = (b"BM", b"ID3", b"GIF8", b"PAR1", b"BZh", b"Rar!", b"OggS")
_TEXTS: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"begin:vcard", re.IGNORECASE), "a vCard file", _AS_CSV),
    (re.compile(rb"<!doctype html|<html|<head|<table|<meta", re.IGNORECASE), "a web page", _AS_XLSX),
    (re.compile(rb"<\?xml|<workbook", re.IGNORECASE), "an XML file", _AS_XLSX),
    (re.compile(rb"[\[{]\s*[\"{\[]"), "a JSON file", _AS_CSV),
)
# A zip archive is known by one of its parts.
_ZIPPED: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"xl/workbook\.bin"), "a binary workbook (.xlsb)", _AS_XLSX),
    (re.compile(r"word/document.*"), "a Word document", "Put the contacts into a sheet and save it as .xlsx or CSV."),
    (re.compile(r"ppt/presentation.*"), "a presentation", "Save your contacts as CSV or .xlsx and send that file."),
    (re.compile(r"index/document\.iwa|index\.zip"), "an Apple Numbers file", "In Numbers choose File, Export To, CSV."),
    (re.compile(r"content\.xml"), "an OpenDocument file", _AS_XLSX),
)


def sniff_kind(path: Path) -> Kind:
    """The kind of this file. Raises EmptyFile, WrongType, PasswordProtected, TooMuchInside or Broken."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
            _insist_on_content(file)
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return _zip_kind(file)
        if head.startswith(ole.MAGIC):
            return _ole_kind(file)
    _refuse_known_things(head)
    return Kind.CSV


def _insist_on_content(file: BinaryIO) -> None:
    """A file that begins blank may still have rows further down."""
    while block := file.read(1 << 20):
        if block.strip(b"\x00 \t\r\n"):
            return
    raise EmptyFile


def _refuse_known_things(head: bytes) -> None:
    binary = b"\x00" in head and not _looks_utf16(head)
    for magic, what in _MAGIC:
        if head.startswith(magic) and (binary or magic not in _ALSO_TEXT):
            raise WrongType(what)
    if head[4:8] == b"ftyp":
        raise WrongType("a film or a picture from a phone")
    if head.startswith(b"RIFF") and binary:
        raise WrongType("a picture, a sound or a film")
    if binary:
        raise WrongType("a binary file")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for pattern, what, way_out in _TEXTS:
        if pattern.match(text):
            raise WrongType(what, way_out)


def _looks_utf16(head: bytes) -> bool:
    """Text in UTF-16 has zeros on one side of its pairs of bytes only, or begins with its mark."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return min(even, odd) == 0 and max(even, odd) * 5 >= len(head)


def _zip_kind(file: BinaryIO) -> Kind:
    entries = zip_entries(file)
    names = [entry.filename.replace("\\", "/").lower() for entry in entries]
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise PasswordProtected
    if len(set(names)) < len(names):
        raise Broken(what="two parts of the archive have the same name")
    if any(re.fullmatch(r"xl/workbook\w*\.xml", name) for name in names):
        return Kind.XLSX
    for pattern, what, way_out in _ZIPPED:
        if any(pattern.fullmatch(name) for name in names):
            raise WrongType(what, way_out)
    raise WrongType("a ZIP archive", _unpack(entry.filename for entry in entries))


def _unpack(names: Iterable[str]) -> str:
    wanted = [name for name in names if re.search(r"\.(csv|tsv|txt|xlsx|xlsm|xls)$", name, re.IGNORECASE)]
    if not wanted:
        return "Unpack it, and send the file with your contacts."
    return f"Unpack it, and send {Path(wanted[0]).name[:80]} itself."


def zip_entries(file: BinaryIO) -> list[zipfile.ZipInfo]:
    """The directory of a zip archive. Raises TooMuchInside when it is enormous, Broken when there is none."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_OF_DIRECTORY))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        raise Broken(what="its end is missing")
    length = int.from_bytes(tail[end + 12 : end + 16], "little")
    if length > ENTRIES_MAX * 4 * _DIRECTORY_ENTRY:
        raise TooMuchInside(what=f"an archive of more than {ENTRIES_MAX:,} parts")
    try:
        entries = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise Broken(what="its table of contents cannot be read") from error
    if len(entries) > ENTRIES_MAX:
        raise TooMuchInside(what=f"an archive of {len(entries):,} parts")
    return entries


def _ole_kind(file: BinaryIO) -> Kind:
    try:
        names = {name.lower() for name in ole.stream_names(file)}
    except ValueError as error:
        raise Broken(what="its table of contents cannot be read") from error
    if "encryptedpackage" in names:
        raise PasswordProtected
    if names & {"workbook", "book"}:
        return Kind.XLS
    if "worddocument" in names:
        raise WrongType("a Word document", "Put the contacts into a sheet and save it as .xlsx or CSV.")
    if "powerpoint document" in names:
        raise WrongType("a presentation")
    raise WrongType("an old Office file without a sheet", _AS_XLSX)
