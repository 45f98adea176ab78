"""Letters as they are drawn: what is on them, where they are signed, and that nothing but data comes from people."""

import hashlib
import io
import re
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from bot.fonts import known_characters
from bot.loa.cannot import NoGlyph
from bot.loa.letter import ANCHOR, DATE_ANCHOR, DrawnLetter, LetterData, draw
from bot.loa.pictures import page_picture
from bot.loa.samples import LONGEST, SHORT, samples
from bot.loa.wording import FOLDER

SAMPLES = {each.name: each.data for each in samples()}
A_LETTER = SAMPLES["PH-international-globe"]


@pytest.fixture(scope="module")
def drawn() -> Mapping[str, DrawnLetter]:
    """Every sample letter, on paper without a letterhead."""
    return {name: draw(data, None) for name, data in SAMPLES.items()}


def texts(letter: DrawnLetter) -> list[str]:
    """What a reader finds on each page, with single blanks."""
    document = pypdfium2.PdfDocument(letter.pdf)
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()


def text_of(letter: DrawnLetter) -> str:
    """All pages together, without the blanks and marks at line ends."""
    return " ".join(texts(letter))


def with_text(text: str) -> LetterData:
    """A letter with another sample message."""
    return replace(A_LETTER, sample_text=text)


def picture_of(letter: DrawnLetter, height: int) -> Image.Image:
    """The page that is signed."""
    return Image.open(io.BytesIO(page_picture(letter.pdf, letter.box.page, height))).convert("L")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_letter_says_who_authorises_whom_for_what(drawn: Mapping[str, DrawnLetter], name: str) -> None:
    """Number, sender ID, company, provider, operators, message type and signer are on it, whoever it is for."""
    data, said = SAMPLES[name], text_of(drawn[name])
    for fact in (data.number, data.sender_id, data.provider, *data.operators, "50,000 a month", "(OTP)"):
        assert fact in said
    if data.company is not SHORT:
        return
    assert "We, PT Kopi Nusantara, of Jalan Braga 17, Bandung 40111, Indonesia, authorise" in said
    assert "Name Siti Rahayu Title Director Date" in said
    assert "Bandung, 23 November 2026" in said


def test_the_usual_letter_is_one_page_and_the_longest_two(drawn: Mapping[str, DrawnLetter]) -> None:
    """Each page says which one it is, of how many."""
    assert {name: letter.pages for name, letter in drawn.items() if letter.pages > 1} == {"names-longest": 2}
    for letter in drawn.values():
        pages = texts(letter)
        for number, page in enumerate(pages, start=1):
            assert f"LOA-000123-1 Page {number} of {len(pages)}" in page


BOXES = ["ID-local-ioh", "PH-local-globe", "SG-international-all", "names-thai", "names-longest"]


@pytest.mark.parametrize("name", BOXES)
def test_the_box_is_where_the_frame_is_and_nothing_is_in_it(drawn: Mapping[str, DrawnLetter], name: str) -> None:
    """Within the box the page is white; three points outside there is the frame's ink on each of its sides."""
    letter = drawn[name]
    page = picture_of(letter, 1684)  # two pixels a point
    box = letter.box
    left, right = box.left * 2, (box.left + box.width) * 2
    top, bottom = page.height - (box.bottom + box.height) * 2, page.height - box.bottom * 2
    assert page.crop((round(left), round(top), round(right), round(bottom))).getextrema() == (255, 255)
    assert box.width > 200
    assert box.height > 60
    middle, centre = round((top + bottom) / 2), round((left + right) / 2)
    sides = [
        (round(left) - 7, middle, round(left), middle + 1),
        (round(right), middle, round(right) + 7, middle + 1),
        (centre, round(top) - 7, centre + 1, round(top)),
        (centre, round(bottom), centre + 1, round(bottom) + 7),
    ]
    assert [page.crop(side).getextrema()[0] < 120 for side in sides] == [True] * 4


@pytest.mark.parametrize("name", ["PH-local-globe", "ID-local-ioh", "names-longest"])
def test_a_signing_service_finds_the_anchors(drawn: Mapping[str, DrawnLetter], name: str) -> None:
    """Each stands once in the file: one within the box, one below it for the date, both white on white."""
    letter = drawn[name]
    document = pypdfium2.PdfDocument(letter.pdf)
    page = document[letter.box.page - 1].get_textpage()
    places = {}
    for anchor in (ANCHOR, DATE_ANCHOR):
        search = page.search(anchor, match_case=True)
        places[anchor] = page.get_charbox(search.get_next()[0])
        assert search.get_next() is None
        assert sum(text.count(anchor) for text in texts(letter)) == 1
    left, bottom, right, top = places[ANCHOR]
    box = letter.box
    assert box.left < left < right < box.left + box.width
    assert box.bottom < bottom < top < box.bottom + box.height
    assert places[DATE_ANCHOR][3] < box.bottom
    document.close()


def test_the_same_data_give_the_same_bytes_in_another_process(drawn: Mapping[str, DrawnLetter]) -> None:
    """Whatever the process, its seed for hashes and what it drew before."""
    name = "names-thai"
    script = (
        "import sys; from bot.loa.letter import draw; from bot.loa.samples import samples; "
        f"print(draw(next(each.data for each in samples() if each.name == {name!r}), None).sha256)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "1234"}
    )
    assert done.stdout.strip() == drawn[name].sha256 == hashlib.sha256(drawn[name].pdf).hexdigest()


def test_letters_can_be_drawn_in_several_threads(drawn: Mapping[str, DrawnLetter]) -> None:
    """Each is the one that was asked for, byte for byte."""
    names = [*SAMPLES]
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda name: draw(SAMPLES[name], None).sha256, names))
    assert made == [drawn[name].sha256 for name in names]


def test_another_value_gives_another_code(drawn: Mapping[str, DrawnLetter]) -> None:
    """The code names the letter and what is on it; it stays the same when data come back from the database."""
    code = drawn["PH-international-globe"].code
    assert re.fullmatch(r"LOA-000123-1 [0-9a-f]{16}", code)
    assert replace(A_LETTER, monthly_traffic=50_001).code != code
    assert replace(A_LETTER, company={**A_LETTER.company, "city": "Jakarta"}).code != code
    assert replace(A_LETTER, operators=list(A_LETTER.operators)).code == code  # type: ignore[arg-type]


@pytest.mark.parametrize("turn", [0, 2, 5, 12, 90, 178, 270])
def test_the_code_can_be_read_from_a_turned_and_blurred_scan(drawn: Mapping[str, DrawnLetter], turn: int) -> None:
    """At 150 dots an inch, which is little for a scanner."""
    letter = drawn["PH-international-globe"]
    page = picture_of(letter, 1754).filter(ImageFilter.GaussianBlur(1.0))
    found = zxingcpp.read_barcodes(page.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=255))
    assert [each.text for each in found] == [letter.code]


def test_the_preview_is_the_first_page_as_a_picture(drawn: Mapping[str, DrawnLetter]) -> None:
    """A PNG in the shape of A4, at most 1,600 pixels high, on which something stands."""
    picture = Image.open(io.BytesIO(drawn["names-longest"].preview))
    assert picture.format == "PNG"
    assert 1590 <= picture.height <= 1600
    assert picture.height / picture.width == pytest.approx(297 / 210, rel=0.002)
    assert picture.convert("L").getextrema()[0] < 50


HOSTILE = [
    '#read("letter.txt") *bold* $x$ @ref <label> // gone',
    "{{ company.name }} {% raw %} {# gone #}",
    "“quoted” 'single' \"double\" \\ back ~ tilde -- dash ... dots",
    "]] #] }} ; #d.company; = no heading",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_type_is_printed_as_it_stands(text: str) -> None:
    """Neither typst nor Jinja2 reads it, in no field."""
    company = {**SHORT, "name": text, "officer_name": text, "address_line_1": text, "city": text, "website": text}
    letter = draw(replace(A_LETTER, sample_text=text, company=company, sender_id=text[:11], provider=text), None)
    said = text_of(letter)
    assert said.count(text) >= 8
    assert "LOA-000123-1 Page 1 of" in said


def test_what_nobody_sees_is_not_printed() -> None:
    """Marks that turn the direction of writing, controls and zero-width characters are left out; line ends stay."""
    letter = draw(with_text("Kopi\u202e Nus\u200bantara\x00:\r\nyour\tcode\x1e is\x1f 1\ufe0f2\u2066\ufeff3"), None)
    said = text_of(letter)
    assert "Kopi Nusantara: your code is 123" in said
    assert not set("\u202e\u200b\x00\x1e\x1f\ufe0f\u2066\ufeff") & set(said)
    company = {**SHORT, "name": "PT\u202e Kopi\n\nNusantara\x1e"}
    assert "We, PT Kopi Nusantara, of" in text_of(draw(replace(A_LETTER, company=company), None))


def test_three_thousand_letters_without_a_blank_stay_on_the_paper() -> None:
    """They break where the line ends, over as many pages as it takes, and none is lost."""
    letter = draw(with_text("Abcdefghij" * 300), None)
    said = re.sub(r"LOA-000123-1 Page.*?scan\.", "", text_of(letter))
    assert re.sub(r"\s|\u200b", "", said).count("Abcdefghij") == 300
    for number in range(1, letter.pages + 1):
        page = Image.open(io.BytesIO(page_picture(letter.pdf, number, 842))).convert("L")
        assert page.crop((545, 0, page.width, page.height)).getextrema()[0] == 255


def test_thai_breaks_at_words() -> None:
    """A long text without blanks breaks between words, never within one."""
    document = pypdfium2.PdfDocument(draw(with_text("สวัสดี" * 60), None).pdf)
    lines = [line for line in document[0].get_textpage().get_text_bounded().splitlines() if "สวัสดี" in line]
    document.close()
    assert len(lines) >= 3
    words = [line.replace("Sample message", "").strip() for line in lines]
    assert [re.sub("สวัสดี", "", line) for line in words] == [""] * len(lines)


def test_a_thai_name_is_not_broken() -> None:
    """Wherever the line ends: names are in no dictionary."""
    for blanks in (26, 27, 33, 34):  # where the line would end within one
        company = {**SHORT, "address_line_1": f"{'x ' * blanks}เขตปทุมวัน, กรุงเทพมหานคร, ถนนเจริญกรุง, แขวงบางรัก"}
        document = pypdfium2.PdfDocument(draw(replace(A_LETTER, company=company), None).pdf)
        lines = document[0].get_textpage().get_text_bounded().splitlines()
        document.close()
        assert sum("กรุงเทพมหานคร" in line for line in lines) == 2
        assert sum("เจริญกรุง" in line for line in lines) == 2


@pytest.mark.parametrize("name", ["names-chinese", "names-vietnamese"])
def test_names_in_other_scripts_are_found_again_as_they_were(drawn: Mapping[str, DrawnLetter], name: str) -> None:
    """The text in the file is what was typed, for whoever searches it."""
    assert text_of(drawn[name]).count(SAMPLES[name].company["name"]) >= 4


def test_a_character_without_a_glyph_is_refused_by_name() -> None:
    """Which one, in which field, and what to do; nothing is drawn."""
    company = {**SHORT, "name": "한국 커피 Ltd"}
    with pytest.raises(NoGlyph) as refused:
        draw(replace(A_LETTER, company=company), None)
    assert refused.value.sentence == (
        "The company's name has “한” (HANGUL SYLLABLE HAN), “국” (HANGUL SYLLABLE GUG), “커” (HANGUL SYLLABLE KEO) "
        "and 1 more, which a letter cannot show. Write it in Latin letters."
    )
    with pytest.raises(NoGlyph) as refused:
        draw(with_text("Kopi Nusantara: your code is 1234 \U0001f600"), None)
    assert refused.value.sentence == (
        "The sample message has “\U0001f600” (GRINNING FACE), which a letter cannot show. "
        "Leave it out, or write it in words."
    )


@pytest.mark.parametrize("field", [name for name in SHORT if name not in {"country", "name"}])
def test_every_field_of_a_company_is_looked_at(field: str) -> None:
    """Also those that are not printed today: they may be tomorrow."""
    with pytest.raises(NoGlyph) as refused:
        draw(replace(A_LETTER, company={**SHORT, field: "ខ្មែរ"}), None)
    assert "KHMER LETTER KHA" in refused.value.sentence


SCRIPTS = ["Ελλάδα Ω", "Жизнь", "हिन्दी", "かな カナ", "Đường ở Huế", "ที่ ปู่ น้ำ ญี่ปุ่น", "臺灣 台湾 冇", "₱ ฿ € £"]


@pytest.mark.parametrize("text", SCRIPTS)
def test_these_scripts_can_be_shown(text: str) -> None:
    """Greek, Cyrillic, Devanagari, kana, Vietnamese, Thai, Chinese of both kinds, and the currencies."""
    assert {ord(character) for character in text} <= known_characters()
    assert draw(with_text(text), None).pages == 1


def test_the_fonts_have_every_letter_of_the_wording() -> None:
    """No template has a character that would be drawn as an empty box."""
    there = {character for path in FOLDER.glob("*.txt") for character in path.read_text("utf-8")}
    assert {character for character in there if ord(character) not in known_characters()} == {"\n"}


@pytest.mark.parametrize("name", ["names-thai", "names-longest"])
def test_the_file_is_made_to_be_kept(drawn: Mapping[str, DrawnLetter], name: str) -> None:
    """PDF/A-2a and PDF/UA-1 by its own word; its fonts and colours are in it, it is tagged, and nothing in it acts."""
    with pikepdf.open(io.BytesIO(drawn[name].pdf)) as pdf:
        assert pdf.check_pdf_syntax() == []
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("2", "A", "1")
        assert meta["dc:title"] == "Letter of Authorisation: sender ID KopiNusanta in " + (
            "Thailand" if name == "names-thai" else "the Philippines"
        )
        assert str(pdf.Root.Lang) == "en"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert not {"/OpenAction", "/AA", "/AcroForm", "/Encrypt"} & {*pdf.Root.keys(), *pdf.trailer.keys()}
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261123")
        fonts = [
            each
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"
        ]
        assert fonts
        assert all({"/FontFile2", "/FontFile3"} & set(each.keys()) for each in fonts)


def test_the_longest_values_fit(drawn: Mapping[str, DrawnLetter]) -> None:
    """A company's name of 150 characters, and all else as long as it may be: nothing leaves the margins."""
    letter = drawn["names-longest"]
    assert LONGEST["name"] in text_of(letter).replace("\u200b", "")
    for number in (1, 2):
        page = Image.open(io.BytesIO(page_picture(letter.pdf, number, 842))).convert("L")
        outside = ((0, 0, 52, 842), (543, 0, page.width, 760), (0, 0, page.width, 30), (0, 815, page.width, 842))
        assert [page.crop(side).getextrema()[0] for side in outside] == [255] * 4
