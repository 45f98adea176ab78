"""The sample files: as their generator makes them, and of the kinds that they claim."""

import csv
import io
from collections import Counter
from collections.abc import Callable

import aiohttp
import fastexcel
import phonenumbers
import pytest
from openpyxl import load_workbook

from bot.sandbox.samples import SAMPLES, make
from bot.sandbox.server import Sandbox

COUNTRIES = {"ID", "PH", "SG", "TH"}
BY_NAME = {sample.name: sample for sample in SAMPLES}
KINDS: dict[str, Callable[[str], object]] = {
    "scientific": lambda number: "E+" in number,
    "decimal": lambda number: number.endswith(".0"),
    "extension": lambda number: "ext." in number,
    "blank": lambda number: not number,
    "letters": lambda number: any(character.isalpha() for character in number),
    "too short": lambda number: len(number) < 8,
    "leading zero": lambda number: number.startswith("0"),
    "too long": lambda number: len(number) > 15,
}


def valid(text: str, country: str | None = None) -> str | None:
    """The number in E.164 when it can be read and is valid and without an extension; None otherwise."""
    digits = text.isascii() and text.isdigit() and not text.startswith("0") and country is None
    try:
        number = phonenumbers.parse(f"+{text}" if digits else text, country)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    assert phonenumbers.region_code_for_number(number) in COUNTRIES
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def test_every_sample_has_its_maker() -> None:
    """No file is committed that nobody can make again."""
    assert [sample.name for sample in SAMPLES] == list(make.MAKERS)


@pytest.mark.parametrize("name", ["contacts-1000.csv", "customers-thai.csv", "not-a-workbook.xlsx", "letterhead.png"])
def test_samples_are_what_the_generator_makes(name: str) -> None:
    """Byte by byte."""
    assert BY_NAME[name].data == make.MAKERS[name]()


def test_the_workbook_is_what_the_generator_makes() -> None:
    """Sheet by sheet and cell by cell: a workbook's bytes hold the time of its making."""
    books = [load_workbook(io.BytesIO(data)) for data in (BY_NAME["hubspot-export.xlsx"].data, make.hubspot_export())]
    kept, made = ([(s.title, s.sheet_state, list(s.values)) for s in book.worksheets] for book in books)
    assert kept == made


def test_the_old_workbook_is_what_the_generator_makes() -> None:
    """Cell by cell."""
    kept, made = (
        fastexcel.read_excel(data).load_sheet(0, header_row=None).to_polars().rows()
        for data in (BY_NAME["members.xls"].data, make.members())
    )
    assert kept == made


def test_the_thousand_rows_are_spoiled_as_they_say() -> None:
    """950 valid numbers, 42 bad ones of eight kinds, 8 repeated; some names are formulas, one cell has two lines."""
    text = BY_NAME["contacts-1000.csv"].data.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    good = [number for row in rows if (number := valid(row["Mobile Number"]))]
    assert len(rows) == 1000
    assert len(good) == 958
    assert len(set(good)) == 950
    bad = [row["Mobile Number"] for row in rows if not valid(row["Mobile Number"])]
    kinds = Counter(next(kind for kind, fits in KINDS.items() if fits(number)) for number in bad)
    assert kinds == {
        "scientific": 5,
        "decimal": 5,
        "extension": 4,
        "blank": 6,
        "letters": 6,
        "leading zero": 8,
        "too short": 6,
        "too long": 2,
    }
    assert sum(row["First Name"][0] in "=+-@" for row in rows) == 4
    assert sum("\n" in row["City"] for row in rows) == 1


def test_the_export_has_three_phone_columns_below_a_hidden_sheet() -> None:
    """The first sheet is hidden; mobile numbers are numbers and text; some are missing, one is no number."""
    book = load_workbook(io.BytesIO(BY_NAME["hubspot-export.xlsx"].data))
    assert [(sheet.title, sheet.sheet_state) for sheet in book.worksheets] == [
        ("Export info", "hidden"),
        ("Contacts", "visible"),
    ]
    header, *rows = book["Contacts"].values
    assert [name for name in header if "Phone" in str(name)] == [
        "Phone Number",
        "Mobile Phone Number",
        "WhatsApp Phone Number",
    ]
    mobiles = [row[header.index("Mobile Phone Number")] for row in rows]
    assert {type(mobile) for mobile in mobiles} == {int, str, type(None)}
    good = [number for mobile in mobiles if mobile is not None and (number := valid(str(mobile)))]
    assert (len(mobiles), mobiles.count(None), len(set(good))) == (160, 8, 151)


def test_the_thai_file_is_windows_874_with_national_numbers() -> None:
    """It is no UTF-8; its numbers need the country."""
    data = BY_NAME["customers-thai.csv"].data
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    header, *rows = csv.reader(io.StringIO(data.decode("cp874"), newline=""), delimiter=";")
    assert header == ["ชื่อ", "นามสกุล", "เบอร์มือถือ", "จังหวัด"]
    assert len({valid(row[2], "TH") for row in rows} - {None}) == 80
    assert len([row for row in rows if valid(row[2])]) == 8


async def test_samples_are_handed_out(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    """Each at its address, as a download; nothing else is there."""
    for sample in SAMPLES:
        async with http.get(sandbox.url + sample.url) as response:
            assert sample.name in response.headers["Content-Disposition"]
            assert await response.read() == sample.data
            assert len(sample.data) == sample.size
    for other in ("make.py", "__init__.py", "..%2Fworld.py"):
        async with http.get(f"{sandbox.url}/samples/{other}") as response:
            assert response.status == 404
