"""A customer's letterhead: made safe in a process of its own, and laid out as what it is."""

import io
import struct
import zlib
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from bot.loa.cannot import FilledPaper, NoPicture, PictureTooLarge
from bot.loa.letter import ANCHOR, draw, safe_letterhead
from bot.loa.paper import paper
from bot.loa.samples import samples
from bot.sandbox import samples as sandbox_samples

A_LETTER = next(each.data for each in samples() if each.name == "PH-international-globe")


def written(picture: Image.Image, kind: str = "PNG", **more: object) -> bytes:
    """A picture as a file."""
    data = io.BytesIO()
    picture.save(data, kind, **more)
    return data.getvalue()


def banner() -> Image.Image:
    """A head of 1,200 x 240 pixels, in the middle of white."""
    picture = Image.new("RGB", (1300, 340), "white")
    ImageDraw.Draw(picture).rectangle((50, 50, 1249, 289), fill="#6f4e37")
    return picture


def letter_paper(head: int = 300, foot: int = 120) -> Image.Image:
    """A4 at 150 dots an inch with a head, a foot, a light watermark and a strip at its side."""
    picture = Image.new("RGB", (1240, 1754), "#f6f4ee")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((100, 60, 1140, head), fill="#224466")
    pen.rectangle((100, 1754 - foot, 1140, 1734), fill="#224466")
    pen.ellipse((300, 600, 900, 1200), fill="#e9e6dc")
    pen.rectangle((0, 0, 40, 1754), fill="#224466")
    return picture


def logo(mode: str = "RGB") -> Image.Image:
    """A square with a circle, on nothing or on white."""
    picture = Image.new(mode, (400, 400), (0, 0, 0, 0) if mode == "RGBA" else "white")
    ImageDraw.Draw(picture).ellipse((20, 20, 380, 380), fill="#c8a27a")
    return picture


def full_page() -> Image.Image:
    """A page with forty lines on it."""
    picture = Image.new("RGB", (1240, 1754), "white")
    for line in range(40):
        ImageDraw.Draw(picture).rectangle((120, 100 + line * 40, 1100, 116 + line * 40), fill="black")
    return picture


def opened(content: bytes) -> Image.Image:
    """A made picture."""
    return Image.open(io.BytesIO(content))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it is that large, all in one colour."""
    rows = zlib.compressobj(9)
    line = bytes(1 + (width + 7) // 8)
    data = b"".join(rows.compress(line) for _ in range(min(height, 2000))) + rows.flush()
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


# Made safe


async def test_a_picture_comes_out_as_its_pixels_alone() -> None:
    """The same picture, as RGB; what was written into the file beside it is gone."""
    given = banner()
    exif = Image.Exif()
    exif[0x010E] = "a secret"
    made = await safe_letterhead(written(given, exif=exif), "png")
    picture = opened(made)
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", given.size)
    assert picture.tobytes() == given.tobytes()
    assert b"secret" not in made
    assert dict(picture.getexif()) == {}


async def test_a_photograph_is_turned_upright() -> None:
    """As its EXIF data say: 6 means that the top is at the right."""
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = opened(await safe_letterhead(written(banner(), "JPEG", exif=exif, quality=95), "jpg"))
    assert picture.size == (340, 1300)


async def test_what_is_seen_through_becomes_white() -> None:
    """Nothing under a transparent logo turns black."""
    picture = opened(await safe_letterhead(written(logo("RGBA")), "png"))
    assert picture.getpixel((3, 3)) == (255, 255, 255)
    assert picture.getpixel((200, 200)) == (0xC8, 0xA2, 0x7A)
    palette = logo("RGBA").quantize(16)
    again = opened(await safe_letterhead(written(palette), "png"))
    assert again.getpixel((3, 3)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "I;16"])
async def test_every_mode_of_colour_is_read(mode: str) -> None:
    """Grey, bits, palettes, printing inks and 16 bits: dark stays dark, and white stays white."""
    given = letter_paper().convert("L")
    picture = (
        given.convert("I").point(lambda tone: tone * 257).convert("I;16") if mode == "I;16" else given.convert(mode)
    )
    kind = "JPEG" if mode == "CMYK" else "PNG"
    made = opened(await safe_letterhead(written(picture, kind), "jpg" if kind == "JPEG" else "png")).convert("L")
    assert made.getpixel((600, 200)) < 90
    assert made.getpixel((600, 480)) > 200


async def test_the_first_page_of_a_pdf_is_drawn() -> None:
    """At 200 dots an inch; other pages are left."""
    pages = [letter_paper(), full_page()]
    pdf = written(pages[0], "PDF", save_all=True, append_images=pages[1:], resolution=150)
    picture = opened(await safe_letterhead(pdf, "pdf"))
    assert picture.height == pytest.approx(2339, abs=3)
    assert picture.width == pytest.approx(1653, abs=3)
    assert paper(written(picture)).kind == "page"


async def test_a_large_picture_is_made_smaller() -> None:
    """2,400 pixels are enough, and noise is kept as a JPEG: no letter becomes too heavy for a mail."""
    noise = Image.effect_noise((1900, 2600), 40).convert("RGB")
    made = await safe_letterhead(written(noise, "JPEG", quality=60), "jpg")
    assert opened(made).height == 2400
    assert opened(made).format == "JPEG"
    assert len(made) < 6_000_000


async def test_a_picture_of_too_many_pixels_is_not_opened() -> None:
    """It says so of itself in its first bytes; what it measures is told."""
    with pytest.raises(PictureTooLarge) as refused:
        await safe_letterhead(bomb(30_000, 30_000), "png")
    assert refused.value.sentence == (
        "The letterhead is too large: 30,000 x 30,000 pixels, and at most 40 million pixels can be drawn. "
        "Send a smaller picture of it."
    )


BROKEN = {
    "cut off": (lambda: written(banner())[:900], "png"),
    "rubbish in a PDF": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, "pdf"),
    "a GIF by another name": (lambda: written(logo(), "GIF"), "png"),
    "nothing": (lambda: b"", "jpg"),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_what_cannot_be_opened_is_refused_in_a_sentence(case: str) -> None:
    """It names what is wrong, and what to send instead."""
    make, kind = BROKEN[case]
    with pytest.raises(NoPicture) as refused:
        await safe_letterhead(make(), kind)
    assert refused.value.sentence.startswith("The letterhead cannot be used: ")
    assert refused.value.sentence.endswith("Send it anew as a PNG, JPEG or PDF that opens on your computer.")


async def test_a_pdf_with_a_password_is_refused(tmp_path: Path) -> None:
    """What it needs is said."""
    import pikepdf  # noqa: PLC0415 - one test needs it

    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(written(banner(), "PDF"))) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(NoPicture) as refused:
        await safe_letterhead(locked.getvalue(), "pdf")
    assert "broken or needs a password" in refused.value.sentence


# Laid out


def test_letter_paper_keeps_its_head_and_foot_for_itself() -> None:
    """In millimetres; watermarks and strips at the side do not count."""
    sheet = paper(written(letter_paper()))
    assert sheet.kind == "page"
    assert sheet.top == pytest.approx(297 * 300 / 1754, abs=1.5)
    assert sheet.bottom == pytest.approx(297 * 120 / 1754, abs=1.5)
    assert (sheet.width, sheet.height) == pytest.approx((210, 297), abs=0.1)


def test_a_banner_and_a_logo_are_cut_out_of_their_white() -> None:
    """A banner is as wide as the text, a logo stays small, and both keep their shape."""
    head = paper(written(banner()))
    assert (head.kind, head.width, head.height) == ("banner", pytest.approx(168), pytest.approx(168 / 5, rel=0.01))
    assert opened(head.picture).size == (1200, 240)
    mark = paper(written(logo()))
    assert (mark.kind, mark.height) == ("logo", pytest.approx(22))
    assert mark.width == pytest.approx(mark.height, rel=0.01)
    tall = paper(written(Image.new("RGB", (500, 700), "#224466")))
    assert (tall.kind, tall.height) == ("logo", pytest.approx(22))


@pytest.mark.parametrize("picture", [None, Image.new("RGB", (1, 1), "red"), Image.new("RGB", (400, 300), "white")])
def test_a_picture_with_nothing_on_it_is_no_letterhead(picture: Image.Image | None) -> None:
    """The company's name and address are set instead."""
    assert paper(written(picture) if picture else None).kind == "none"


def test_a_page_full_of_writing_is_refused() -> None:
    """Nobody could read a letter on it."""
    with pytest.raises(FilledPaper) as refused:
        paper(written(full_page()))
    assert "empty letter paper" in refused.value.sentence


@pytest.mark.parametrize("kind", ["none", "logo", "banner", "page", "the sandbox's"])
def test_a_usual_letter_is_one_page_on_every_letterhead(kind: str) -> None:
    """And who looks at it sees the letterhead's colour; the company's own lines only where no head has them."""
    pictures = {"logo": logo(), "banner": banner(), "page": letter_paper()}
    given = written(pictures[kind]) if kind in pictures else None
    if kind == "the sandbox's":
        given = sandbox_samples.BY_NAME["letterhead.png"].data
    letter = draw(A_LETTER, given)
    assert letter.pages == 1
    document = pypdfium2.PdfDocument(letter.pdf)
    said = document[0].get_textpage().get_text_bounded()
    document.close()
    assert said.count("https://kopi.example") == (2 if kind in {"none", "logo"} else 1)
    assert ANCHOR in said
    colours = opened(letter.preview).crop((100, 40, 900, 300)).convert("RGB").getcolors(1 << 20)
    brown = any(abs(red - green) > 20 for _, (red, green, _) in colours)
    assert brown == (kind != "none")
    assert draw(A_LETTER, given).sha256 == letter.sha256
