"""Writes the sample files: ``python -m bot.sandbox.samples.make`` (needs xlwt, a development dependency, for one).

The numbers lie around libphonenumber's own example numbers, so that they are valid and nobody's in particular; the
names are put together by dice with a fixed seed.
"""

import csv
import io
import random
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import count

from openpyxl import Workbook

from bot.sandbox.samples import FOLDER

SEED = 8
MOBILES = {"SG": ("65", "81234"), "ID": ("62", "81234501"), "PH": ("63", "9051234"), "TH": ("66", "812340")}
"""Country code and the first digits of the national number; three more digits follow."""
PEOPLE = {
    "ID": (
        "Agus Andi Ayu Bayu Bima Citra Dewi Dian Eka Fajar Gita Hadi Indah Joko Kartika Lestari Nur Putri Rizky Wulan",
        "Gunawan Halim Hartono Hidayat Kusuma Lesmana Nugroho Pratama Purnomo Santoso Setiawan Siregar Susanto Wijaya",
        "Jakarta Surabaya Bandung Medan Semarang Makassar Denpasar Yogyakarta Malang",
    ),
    "PH": (
        "Althea Andres Bea Carlo Diwa Efren Gabriel Isabel Jasmin Joaquin Liza Luz Marisol Mateo Paolo Rosa Tala",
        "Aquino Bautista Castillo Cruz Domingo Flores Garcia Mendoza Navarro Ocampo Ramos Reyes Santos Villanueva",
        "Manila Quezon Cebu Davao Makati Taguig Iloilo Baguio",
    ),
    "SG": (
        "Aisha Boon Cheng Daniel Farah Grace Hui Jia Kavitha Ming Nadia Priya Rachel Siti Wei Xin Yong Zainal",
        "Abdullah Chua Goh Kumar Lee Lim Nair Ng Ong Rahman Tan Teo Wong Yeo",
        "Ang-Mo-Kio Bedok Clementi Jurong Tampines Woodlands Yishun",
    ),
    "TH": (
        "Anong Apinya Chai Kanya Lamai Malee Narong Niran Pim Preecha Rung Somchai Somsri Suda Thawat Wanida",
        "Boonmee Chaiyasit Jaidee Kaewta Phromma Rattana Saetang Srisuk Suwan Thongchai Wongsa",
        "Bangkok Chiang-Mai Phuket Khon-Kaen Hat-Yai Korat",
    ),
}
THAI_FIRST = "สมชาย สมศรี มาลี วิชัย อรุณ กัญญา ประเสริฐ สุดา นิรันดร์ พิมพ์ชนก ธนกร วนิดา"
THAI_LAST = "ใจดี บุญมี ศรีสุข แก้วตา ทองชัย วงศ์สวัสดิ์ พรหมมา รัตนะ แซ่ตั้ง สุวรรณ"
THAI_CITIES = "กรุงเทพมหานคร เชียงใหม่ ภูเก็ต ขอนแก่น สงขลา นครราชสีมา"
FORMULAS = ("=cmd|' /C calc'!A0", "+SUM(1+1)*cmd|' /C calc'!A0", "@SUM(A1:A9)", "-2+3")
SPELLINGS: tuple[Callable[[str, str], str], ...] = (
    lambda code, number: f"+{code}{number}",
    lambda code, number: f"{code}{number}",
    lambda code, number: f"+{code} {number[:-4]} {number[-4:]}",
    lambda code, number: f"+{code}-{number[:-4]}-{number[-4:]}",
)
"""Ways to write a number that can be read without knowing the country."""

Row = list[str]


class Numbers:
    """Hands out mobile numbers, each once."""

    def __init__(self) -> None:
        self._next = {country: count() for country in MOBILES}

    def take(self, country: str) -> tuple[str, str]:
        """A number as country code and national number."""
        code, start = MOBILES[country]
        return code, f"{start}{next(self._next[country]):03d}"


BAD: Mapping[str, tuple[int, Callable[[str, str, int], str]]] = {
    "letters": (6, lambda _, __, turn: ("n/a", "call the office", "TBA", "8123 ABCD", "unknown", "see email")[turn]),
    "too short": (6, lambda _, __, turn: ("8123", "65123", "+65 812", "12345", "+62 81", "0812")[turn]),
    "too long": (2, lambda code, number, _: f"+{code}{number}4567890"),
    "leading zero": (8, lambda _, number, __: f"0{number[:-4]}-{number[-4:]}"),
    "scientific": (5, lambda code, number, _: f"{float(code + number):.5E}"),
    "decimal": (5, lambda code, number, _: f"{code}{number}.0"),
    "extension": (4, lambda code, number, turn: f"+{code} {number} ext. {turn + 10}"),
    "blank": (6, lambda _, __, ___: ""),
}
"""Kinds of bad number: how many rows, and how it is written."""
DUPLICATES = 8


def contacts_1000() -> bytes:
    """A thousand rows of a shop's customers; 42 have a bad number and 8 repeat one. UTF-8, as Excel writes it."""
    dice = random.Random(SEED)
    numbers = Numbers()
    rows = [_customer(dice, numbers, _country(dice), turn) for turn in range(1000)]
    spoiled = iter(dice.sample(range(100, 1000), DUPLICATES + sum(many for many, _ in BAD.values())))
    for many, write in BAD.values():
        for turn in range(many):
            rows[next(spoiled)][3] = write(*numbers.take(_country(dice)), turn)
    for turn in range(DUPLICATES):
        rows[next(spoiled)][3] = _other_spelling(rows[turn][3])
    for turn, formula in enumerate(FORMULAS):
        rows[40 + turn * 7][1] = formula
    rows[64][4] = "Jakarta,\nSelatan"
    header = ["Customer ID", "First Name", "Last Name", "Mobile Number", "City", "Joined"]
    return _csv([header, *_with_ids(rows)], ",").encode("utf-8")


def _country(dice: random.Random) -> str:
    return dice.choices(("ID", "PH", "SG", "TH"), (40, 30, 18, 12))[0]


def _customer(dice: random.Random, numbers: Numbers, country: str, turn: int) -> Row:
    first, last, city = (dice.choice(words.split()).replace("-", " ") for words in PEOPLE[country])
    joined = date(2024, 1, 8) + timedelta(days=dice.randrange(900))
    number = SPELLINGS[dice.choices(range(4), (5, 3, 2, 1))[0]](*numbers.take(country))
    return [str(turn), first, last, number, city, joined.isoformat()]


def _with_ids(rows: Iterable[Row]) -> Iterator[Row]:
    for turn, row in enumerate(rows, 1):
        yield [f"KN-{turn:05d}", *row[1:]]


def _other_spelling(number: str) -> str:
    digits = "".join(character for character in number if character.isdigit())
    return f"+{digits}" if number == digits else digits


def _csv(rows: Iterable[Row], delimiter: str) -> str:
    lines = io.StringIO()
    csv.writer(lines, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return lines.getvalue()


def customers_thai() -> bytes:
    """80 rows with a Thai header; most numbers are written as in Thailand, with a leading zero."""
    dice = random.Random(SEED)
    numbers = Numbers()
    rows = [["ชื่อ", "นามสกุล", "เบอร์มือถือ", "จังหวัด"]]
    for turn in range(80):
        code, number = numbers.take("TH")
        written = f"+{code} {number}" if turn % 10 == 3 else f"0{number[:2]}-{number[2:5]}-{number[5:]}"  # noqa: PLR2004
        rows.append([*(dice.choice(words.split()) for words in (THAI_FIRST, THAI_LAST)), written])
        rows[-1].append(dice.choice(THAI_CITIES.split()))
    return _csv(rows, ";").encode("cp874")


def hubspot_export() -> bytes:
    """160 contacts on the second sheet; the first is hidden. Some numbers are numbers, some text, some are missing."""
    dice = random.Random(SEED)
    numbers = Numbers()
    book = Workbook()
    info = book.worksheets[0]
    info.title, info.sheet_state = "Export info", "hidden"
    info.append(["Exported by", "marketing@manila-mart.example"])
    sheet = book.create_sheet("Contacts")
    phones = ["Phone Number", "Mobile Phone Number", "WhatsApp Phone Number"]
    sheet.append(["Record ID", "First Name", "Last Name", "Email", *phones, "City", "Lead Status", "Create Date"])
    for turn in range(160):
        country = dice.choices(("PH", "SG", "ID"), (6, 2, 2))[0]
        _, first, last, number, city, _ = _customer(dice, numbers, country, turn)
        mobile: object = int("".join(numbers.take(country))) if turn % 4 == 0 else number
        mobile = None if turn % 20 == 7 else "0917 ???" if turn == 50 else mobile  # noqa: PLR2004
        email = f"{first}.{last}.{turn}@customer.example".lower().replace(" ", "")
        office = f"+{dice.choice(('63 2 8123', '65 6123'))} {4000 + turn}"
        whatsapp = number if turn % 3 == 0 else None
        made = datetime(2025, 3, 3, 9) + timedelta(hours=dice.randrange(9000))  # noqa: DTZ001 (a cell has no zone)
        status = dice.choice(("New", "Open", "Connected"))
        sheet.append([51000 + turn, first, last, email, office, mobile, whatsapp, city, status, made])
    book.active = 1
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def members() -> bytes:
    """60 members of a shop in Singapore with a blank row among them; half of the numbers are numbers, half text."""
    import xlwt  # noqa: PLC0415 (only needed here, and only while developing)

    dice = random.Random(SEED)
    numbers = Numbers()
    book = xlwt.Workbook()
    sheet = book.add_sheet("Members")
    rows: list[list[object]] = [["First Name", "Last Name", "Handphone", "Points"]]
    for turn in range(60):
        _, first, last, _, _, _ = _customer(dice, Numbers(), "SG", turn)
        number = "".join(numbers.take("SG"))
        rows.append([first, last, float(number) if turn % 2 else f"+{number}", float(dice.randrange(5000))])
    rows.insert(30, [])
    for down, row in enumerate(rows):
        for across, value in enumerate(row):
            sheet.write(down, across, value)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def not_a_workbook() -> bytes:
    """Text under a workbook's name."""
    return b"These contacts were meant to be an Excel workbook.\r\nSomebody only changed the name of the file.\r\n"


def letterhead() -> bytes:
    """Letter paper with a coloured head, as the smallest kind of PNG: a palette, and two bits for each pixel."""
    width, height = 420, 594
    lines = [bytes([0]) + bytes([_colour(x, y) for x in range(0, width, 4)]) for y in range(height)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in [
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 2, 3, 0, 0, 0)),
            (b"PLTE", bytes.fromhex("ffffff6f4e37c8a27a")),
            (b"IDAT", zlib.compress(b"".join(lines), 9)),
            (b"IEND", b""),
        ]
    )


def _colour(x: int, y: int) -> int:
    """Four pixels at once: a dark head, a light line below it, and white paper."""
    head, line = y < 70, 78 <= y < 84  # noqa: PLR2004 rows of pixels
    return 0b01010101 if head else 0b10101010 if line and x > 40 else 0  # noqa: PLR2004 columns of pixels


MAKERS: Mapping[str, Callable[[], bytes]] = {
    "contacts-1000.csv": contacts_1000,
    "hubspot-export.xlsx": hubspot_export,
    "members.xls": members,
    "customers-thai.csv": customers_thai,
    "not-a-workbook.xlsx": not_a_workbook,
    "letterhead.png": letterhead,
}


def main() -> None:
    """Write all files anew."""
    for name, make in MAKERS.items():
        (FOLDER / name).write_bytes(make())


if __name__ == "__main__":
    main()
