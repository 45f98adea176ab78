"""Workbooks that were made to do harm: each ends in a sentence, within the child's limits."""

import struct
import zlib
from functools import partial
from pathlib import Path

import pytest

from bot.contacts.child import Limits, check_in_child
from bot.contacts.engine_errors import Broken, EmptyFile, TooMuchInside, TooMuchWork, Unreadable
from bot.contacts.outcome import CheckOptions

BOOK = (
    b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    b' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    b'<sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
ROOT = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
    b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    b' Target="xl/workbook.xml"/></Relationships>'
)
RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
    b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
    b' Target="worksheets/sheet1.xml"/></Relationships>'
)
START, END = b"<worksheet><sheetData>", b"</sheetData></worksheet>"
ROW = b'<row><c t="inlineStr"><is><t>6591234567</t></is></c></row>'
FAR = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def packed(first: bytes, often: bytes = b"", times: int = 1, last: bytes = b"") -> tuple[bytes, int]:
    """Content that is mostly one piece many times, deflated in no time, as the piece is packed once; and its size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = packer.compress(first) + packer.flush(zlib.Z_FULL_FLUSH)
    middle = packer.compress(often) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + middle * times + packer.compress(last) + packer.flush(), len(first) + len(often) * times + len(last)


def book(
    sheet: tuple[bytes, int],
    *,
    strings: tuple[bytes, int] | None = None,
    styles: tuple[bytes, int] | None = None,
    workbook: bytes = BOOK,
) -> bytes:
    """A workbook with this sheet and these texts and styles, given as ``packed`` gives them."""
    parts = {
        "_rels/.rels": packed(ROOT),
        "xl/workbook.xml": packed(workbook),
        "xl/_rels/workbook.xml.rels": packed(RELATIONS),
        "xl/worksheets/sheet1.xml": sheet,
    }
    parts |= {"xl/sharedStrings.xml": strings} if strings else {}
    parts |= {"xl/styles.xml": styles} if styles else {}
    out, directory = b"", b""
    for name, (content, size) in parts.items():
        check = zlib.crc32(zlib.decompress(content, -15)) if 1 << 20 < size < 100 << 20 else 0
        common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x21, check, len(content), size, len(name), 0)
        directory += b"PK\x01\x02\x14\0" + common + struct.pack("<HHHII", 0, 0, 0, 0, len(out)) + name.encode()
        out += b"PK\x03\x04" + common + name.encode() + content
    end = struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), len(directory), len(out), 0)
    return out + directory + b"PK\x05\x06" + end


GIGABYTES = packed(START + b'<row r="1030000"/>', ROW * 20_000, 3500, END)
SPARSE = (b"<x/>" + b" " * 10_000) * 100
"""A megabyte: what counts is how much there is, not what stands in it."""


async def refused(path: Path, limits: Limits) -> Unreadable:
    """The error of a check in a child process."""
    with pytest.raises(Unreadable) as error:
        await check_in_child(path, CheckOptions(), None, limits=limits)
    return error.value


@pytest.mark.parametrize(
    ("content", "kind", "what"),
    [
        (partial(book, packed(START + FAR + END)), TooMuchInside, "cells up to row 1,048,576 and column 16,384"),
        (
            partial(book, packed(START + FAR.replace(b"1048576", b"9999999"))),
            TooMuchInside,
            "cells up to row 9,999,999",
        ),
        (partial(book, packed(START + FAR.replace(b"XFD", b"IU"))), TooMuchInside, "row 1,048,576 and column 255"),
        (
            partial(book, packed(START + b"<row><c><v>" + b"6" * 300_000)),
            TooMuchInside,
            "a cell of more than 32,767 characters",
        ),
        (partial(book, GIGABYTES), TooMuchInside, "MB in one part"),
        (partial(book, (GIGABYTES[0], 100)), TooMuchInside, "cells up to row 1,0"),
        (partial(book, (packed(START, SPARSE, 700)[0], 100)), TooMuchInside, "more than 640 MB in one part"),
        (partial(book, (packed(START + ROW + END)[0], len(START))), Broken, "another size than it says"),
        (
            partial(book, packed(START + ROW), strings=packed(b"<sst>", b"<si><t/></si>" * 1000, 5000)),
            TooMuchInside,
            "4,000,000 texts",
        ),
        (
            partial(book, packed(START + ROW), strings=packed(b"<sst><si><t>", b"6" * 1000, 100_000)),
            TooMuchInside,
            "32,767 characters",
        ),
        (
            partial(book, packed(START + ROW), strings=packed(b"<sst>", b"<si>" * 10**5, 9000)),
            TooMuchInside,
            "MB in one part",
        ),
        (partial(book, packed(START, b"<c>" * 10**5, 200)), TooMuchInside, "8,000,000 cells in an unusual spelling"),
        (
            partial(book, packed(START, b'<row><c t="e"><v>#N/A</v></c><c t="e"><v>#N/A</v></c></row>' * 10**4, 102)),
            TooMuchInside,
            "2,000,000 cells with errors",
        ),
        (
            partial(book, packed(START, b'<c r="XFD1048577" t="e"><v>#N/A</v></c>')),
            TooMuchInside,
            "cells up to row 1,048,577 and column 16,384",
        ),
        (
            partial(book, packed(START + ROW), styles=packed(b"<s>", b"<xf/>" * 10**5, 200)),
            TooMuchInside,
            "MB in one part",
        ),
        (
            partial(book, packed(START + ROW), workbook=b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + BOOK),
            Broken,
            "document type",
        ),
        (partial(book, packed(START + ROW), workbook=BOOK[:-20]), Broken, "no XML"),
        (partial(book, packed(START + ROW), workbook=BOOK.replace(b"rId1", b"rId9")), EmptyFile, "no row"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
async def test_what_is_far_larger_inside_is_refused_by_name(tmp_path, content, kind, what) -> None:
    """Nothing is built before it was looked at, so the answer comes in seconds and says what is wrong."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(content())
    error = await refused(path, Limits(wall_seconds=120))
    assert type(error) is kind
    assert what in error.sentence


async def test_a_library_that_gets_no_memory_ends_only_the_child(tmp_path) -> None:
    """Whatever slips through the look hits the child's limit: it dies, and one sentence tells why."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(book(packed(START, b'<row><c t="n"><v>1</v></c></row>' * 1000, 1000, END)))
    error = await refused(path, Limits(memory_bytes=180 << 20))
    assert type(error) is TooMuchInside
    assert "needs more than 0.2 GB of memory" in error.sentence


async def test_a_check_that_takes_too_long_is_stopped(tmp_path) -> None:
    """By the clock, and by the processor's time."""
    path = tmp_path / "slow.csv"
    path.write_bytes(b"phone,name\n" + b"".join(b"+6591%06d ask,x\n" % i for i in range(300_000)))
    error = await refused(path, Limits(wall_seconds=1.5))
    assert type(error) is TooMuchWork
    assert "1.5 seconds" in error.sentence
    error = await refused(path, Limits(cpu_seconds=1))
    assert type(error) is TooMuchWork
    assert "1 seconds of work" in error.sentence


async def test_sheets_that_hold_nothing_are_not_looked_at_for_ever(tmp_path) -> None:
    """A thousand names for one empty sheet cost one look, and many empty ones no more than the largest sheet."""
    many = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="rId1"/>' % (i, i) for i in range(1, 1001))
    workbook = BOOK.replace(b'<sheet name="A" sheetId="1" r:id="rId1"/>', many)
    path = tmp_path / "book.xlsx"
    path.write_bytes(book(packed(START, b"<x/>" * 1000, 3000, END), workbook=workbook))
    assert type(await refused(path, Limits(wall_seconds=120))) is EmptyFile


async def test_rows_that_make_too_large_a_file_are_refused(tmp_path) -> None:
    """What the child may write is limited too, and the sentence says so."""
    path = tmp_path / "many.csv"
    path.write_bytes(b"phone\n" + b"".join(b"+6591%06d\n" % i for i in range(50_000)))
    (tmp_path / "out").mkdir()
    with pytest.raises(TooMuchInside, match=r"make a file of more than"):
        await check_in_child(path, CheckOptions(), tmp_path / "out", limits=Limits(file_bytes=1 << 17))
