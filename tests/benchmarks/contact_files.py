"""The sample files of the benchmark: a million contacts as CSV and as .xlsx, and files that were made to do harm.

The contacts come from a seeded source of randomness and the installed metadata: ID 35, PH 20, TH 10, SG 9, US 8, GB 6
parts of a hundred, the rest from 56 other regions; half with a plus; one of twenty has one of twenty kinds of damage.
"""

import csv
import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import phonenumbers
import xlwt
from phonenumbers import PhoneMetadata

FIRST = [
    "Ana",
    "Budi",
    "Citra",
    "Dewi",
    "Eko",
    "Fajar",
    "Gita",
    "Hadi",
    "Indah",
    "Joko",
    "José",
    "Maria",
    "สมชาย",
    "มาลี",
    "Wei",
]
LAST = [
    "Santoso",
    "Wijaya",
    "Reyes",
    "Cruz",
    "Tan",
    "Lim",
    "Müller",
    "ใจดี",
    "Smith",
    "Lee",
    "Putri",
    "Wibowo",
    "Garcia",
]
PARTS = {"ID": 35, "PH": 20, "TH": 10, "SG": 9, "US": 8, "GB": 6}
DAMAGE: tuple[Callable[[str, str], str], ...] = (
    lambda _code, number: "0" + number,
    lambda _code, number: number,
    lambda _code, _number: "",
    lambda _code, _number: "n/a",
    lambda _code, _number: "call me",
    lambda _code, _number: "#N/A",
    lambda code, number: code + number[:3],
    lambda code, number: f"+{code}{number}99999",
    lambda code, number: f"{code}{number}.0",
    lambda code, number: f"{int(code + number):.2E}",
    lambda code, number: f"+{code} {number[:3]}-{number[3:]}",
    lambda code, number: f"(+{code}) {number}",
    lambda code, number: f"00{code}{number}",
    lambda code, number: f"+{code}{number} ext. 12",
    lambda code, number: f"tel:+{code}{number}",
    lambda code, number: f" +{code}{number}\u00a0",
    lambda _code, number: f"+999{number}",
    lambda code, number: f"+{code}{number[:-2]}O{number[-1]}",
    lambda code, number: f"+{code}{number} / +{code}{number}",
    lambda code, number: f"'{code}{number}",
)


def contacts(rows: int, sample: Callable[[str], str], seed: int = 7) -> Iterator[list[str]]:
    """A header and so many rows. ``sample`` gives a text that matches a pattern of digits."""
    dice = random.Random(seed)
    others = sorted(set(phonenumbers.SUPPORTED_REGIONS) - PARTS.keys())
    regions = [region for region, parts in PARTS.items() for _ in range(parts)]
    others = dice.sample(others, 56)
    yield ["msisdn", "firstName", "lastName"]
    for _ in range(rows):
        region = dice.choice(regions) if dice.random() < 0.88 else dice.choice(others)
        metadata: Any = PhoneMetadata.metadata_for_region(region)
        code, number = (
            str(metadata.country_code),
            sample((metadata.mobile or metadata.general_desc).national_number_pattern),
        )
        if dice.random() < 0.05:
            value = dice.choice(DAMAGE)(code, number)
        else:
            value = code + number if dice.random() < 0.5 else f"+{code}{number}"
        first, last = dice.choice(FIRST), dice.choice(LAST)
        if dice.random() < 0.02:
            last += ", Jr"
        if dice.random() < 0.002:
            first += "\n" + first
        yield [value, first, last]


def write_csv(path: Path, rows: Iterator[list[str]]) -> None:
    """The rows as CSV in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)


def write_xlsx(path: Path, rows: Iterator[list[str]]) -> None:
    """The rows as Excel would save them: texts in a table, half of the digits as numbers."""
    texts: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in PARTS_OF_A_BOOK.items():
            archive.writestr(name, xml)
        with archive.open("xl/worksheets/sheet1.xml", "w") as out:
            out.write(START)
            for number, row in enumerate(rows, 1):
                cells = []
                for column, value in zip("ABC", row, strict=True):
                    if value.isascii() and value.isdigit() and number % 2 and len(value) < 16:
                        cells.append(f'<c r="{column}{number}"><v>{value}</v></c>')
                    elif value:
                        cells.append(f'<c r="{column}{number}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>')
                out.write(f'<row r="{number}" spans="1:3">{"".join(cells)}</row>'.encode())
            out.write(END)
        with archive.open("xl/sharedStrings.xml", "w") as out:
            out.write(b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">')
            for text in texts:
                out.write(f'<si><t xml:space="preserve">{escape(text)}</t></si>'.encode())
            out.write(b"</sst>")


_RELATION = (
    b'<Relationship Id="%s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/>'
)
_RELATIONS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
BOOK = (
    b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    b' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    b'<sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
PARTS_OF_A_BOOK = {
    "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": _RELATIONS % (_RELATION % (b"rId1", b"officeDocument", b"xl/workbook.xml")),
    "xl/workbook.xml": BOOK,
    "xl/_rels/workbook.xml.rels": _RELATIONS
    % (
        _RELATION % (b"rId1", b"worksheet", b"worksheets/sheet1.xml")
        + _RELATION % (b"rId2", b"sharedStrings", b"sharedStrings.xml")
    ),
}
START = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = b"</sheetData></worksheet>"
ROW = b'<row><c t="inlineStr"><is><t>6591234567</t></is></c></row>'
FAR = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
Packed = tuple[bytes, int]


def packed(first: bytes, often: bytes = b"", times: int = 1, last: bytes = b"") -> Packed:
    """Content that is mostly one piece many times, deflated in no time, as the piece is packed once; and its size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = packer.compress(first) + packer.flush(zlib.Z_FULL_FLUSH)
    middle = packer.compress(often) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + middle * times + packer.compress(last) + packer.flush(), len(first) + len(often) * times + len(last)


def book(
    sheet: Packed, *, strings: Packed | None = None, styles: Packed | None = None, workbook: bytes = BOOK
) -> bytes:
    """A workbook with this sheet, texts and styles, given as ``packed`` gives them; sizes over 4 GiB are denied."""
    parts = {name: packed(xml) for name, xml in PARTS_OF_A_BOOK.items()}
    parts |= {"xl/workbook.xml": packed(workbook), "xl/worksheets/sheet1.xml": sheet}
    parts |= {"xl/sharedStrings.xml": strings} if strings else {}
    parts |= {"xl/styles.xml": styles} if styles else {}
    out, directory = b"", b""
    for name, (content, size) in parts.items():
        check = zlib.crc32(zlib.decompress(content, -15)) if size < 100 << 20 and len(content) < 1 << 20 else 0
        common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x21, check, len(content), size % (1 << 32), len(name), 0)
        directory += b"PK\x01\x02\x14\0" + common + struct.pack("<HHHII", 0, 0, 0, 0, len(out)) + name.encode()
        out += b"PK\x03\x04" + common + name.encode() + content
    end = struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), len(directory), len(out), 0)
    return out + directory + b"PK\x05\x06" + end


def in_a_zip(content: bytes, times: int) -> bytes:
    """A ZIP archive in a ZIP archive in a ..."""
    for depth in range(times):
        part, size = packed(content)
        name = b"%d.zip" % depth
        common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x21, zlib.crc32(content), len(part), size, len(name), 0)
        directory = b"PK\x01\x02\x14\0" + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
        local = b"PK\x03\x04" + common + name + part
        content = local + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(directory), len(local), 0)
    return content


def many_sheets(count: int, sheet: Packed) -> bytes:
    """A workbook in which so many sheets all are this one."""
    sheets = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="rId1"/>' % (i, i) for i in range(1, count + 1))
    return book(sheet, workbook=re.sub(rb"<sheet .*?/>", lambda _: sheets, BOOK))


def old_book(*, cycle: bool = False, far: bool = False) -> bytes:
    """An old workbook; its stream goes round in a circle, or its last cell says that it is in the last row there is."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("A")
    for row in range(3000):
        sheet.write(row, 0, f"+65912{row:05d}")
    out = io.BytesIO()
    book.save(out)
    content = bytearray(out.getvalue())
    if far:
        last = content.rfind(b"\xfd\x00\x0a\x00")  # a LABELSST record: row, column, style, text
        struct.pack_into("<HH", content, last + 4, 0xFFFF, 0xFFFF)
    if cycle:
        fat, directory = (1 + struct.unpack_from("<I", content, place)[0] for place in (76, 48))
        entry = content.find("Workbook".encode("utf-16-le"), directory * 512)
        start = struct.unpack_from("<I", content, entry + 116)[0]
        struct.pack_into("<I", content, entry + 120, 0x7FFFFFFF)
        struct.pack_into("<I", content, fat * 512 + 4 * (start + 3), start)
    return bytes(content)


MEGABYTE = 1 << 20
_GIGABYTES = packed(START, ROW * 20_000, 8500, END)
HOSTILE: dict[str, Callable[[], bytes]] = {
    "1.7 KB: cells in far corners": lambda: book(packed(START + FAR + END)),
    "10 GiB of rows": lambda: book(_GIGABYTES),
    "10 GiB of rows, as 100 bytes": lambda: book((_GIGABYTES[0], 100)),
    "a cell of 4 GiB": lambda: book(packed(START + b"<row><c><v>", b"6" * MEGABYTE, 4095, END)),
    "4 GiB of shared texts": lambda: book(
        packed(START + ROW + END), strings=packed(b"<sst>", b"<si><t>abc</t></si>" * 50_000, 4500)
    ),
    "an archive in an archive, 50 deep": lambda: in_a_zip(book(packed(START + ROW + END)), 50),
    "a full sheet of formulas without results": lambda: book(
        packed(START, b'<row><c><f>A1&amp;"x"</f></c><c><v>6591234567</v></c></row>' * 10_000, 100, END)
    ),
    "a thousand sheets of 600 MB of nothing": lambda: many_sheets(1000, packed(START, b"<x/>" * 50_000, 3100, END)),
    "100,000 sheets": lambda: many_sheets(100_000, packed(START + ROW + END)),
    "two corners as far apart as allowed": lambda: book(
        packed(START + FAR.replace(b"XFD1048576", b"IV62000").replace(b"1048576", b"62000") + END)
    ),
    "4 million texts of three letters": lambda: book(
        packed(START + ROW + END), strings=packed(b"<sst>", b"<si><t>abc</t></si>" * 50_000, 78, b"</sst>")
    ),
    "a million cells of one text of 32,000 letters": lambda: book(
        packed(START, b'<row><c t="s"><v>0</v></c></row>' * 10_000, 100, END),
        strings=packed(b"<sst><si><t>" + b"x" * 32_000 + b"</t></si></sst>"),
    ),
    "600 MB of cells without a place or a value": lambda: book(packed(START, b"<c/>" * 100_000, 1590, END)),
    "100 million cells, none of them closed": lambda: book(packed(START, b"<c>" * 100_000, 1000, END)),
    "2 million elements in each other": lambda: book(packed(START, b"<a>" * 100_000, 2000, END)),
    "15 million errors": lambda: book(
        packed(START + ROW, (b"<row>" + b'<c t="e"><v>#N/A</v></c>' * 15 + b"</row>") * 10_000, 100, END)
    ),
    "2 GiB of styles": lambda: book(packed(START + ROW + END), styles=packed(b"<s>", b"<xf/>" * 50_000, 8500, b"</s>")),
    "an old workbook that goes round in a circle": lambda: old_book(cycle=True),
    "an old workbook with a cell in column 65,536": lambda: old_book(far=True),
    "29 MB of open quotes": lambda: b"phone,name\n" + b'"6591234567,Ana\n' * (29 * MEGABYTE // 16),
    "29 MB in one line": lambda: b"phone,name\n" + b"6591234567," * (29 * MEGABYTE // 11),
    "29 MB in one quoted cell": lambda: b'phone,name\n6591234567,"' + b"Ana\n" * (29 * MEGABYTE // 4),
    "29 MB of blank lines": lambda: b"phone\n6591234567\n" + b"\n" * (29 * MEGABYTE - 20),
    "29 MB of commas": lambda: b"phone\n6591234567\n" + b"," * (29 * MEGABYTE - 20),
    "a million numbers with words behind them": lambda: (
        b"phone,name\n" + b"".join(b"+65%08d ask,x\n" % (90_000_000 + number) for number in range(1_000_000))
    ),
    "29 MB of random bytes": lambda: random.Random(1).randbytes(29 * MEGABYTE),
    "29 MB of random printable letters": lambda: re.sub(rb"[^ -~\n]", b"\n", random.Random(1).randbytes(29 * MEGABYTE)),
}
"""Files of at most 30 MiB, by what they are."""
