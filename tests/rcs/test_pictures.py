"""Logo and hero: files of every kind and size, measured by their content and judged at, below and above each limit."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from bot.child import Limits
from bot.rcs.check import Assets, check
from bot.rcs.findings import Finding
from bot.rcs.picture_child import NotLookedAt, look_at
from bot.rcs.picture_rules import HERO, LOGO, Look, Spec, judge
from bot.rcs.pictures import opened
from bot.rcs.visiting import Visitor

RED = (233, 27, 12)


def judged(path: Path, spec: Spec) -> dict[str, Finding]:
    """The findings by the last part of their names."""
    found = list(judge(spec, opened(path, spec).look))
    assert {finding.check.partition(".")[0] for finding in found} == {spec.what}
    return {finding.check.partition(".")[2]: finding for finding in found}


def failed(found: dict[str, Finding]) -> dict[str, str]:
    """What failed, and how badly."""
    return {check: finding.level for check, finding in found.items() if not finding.ok}


@pytest.mark.parametrize("suffix", ["png", "jpg"])
@pytest.mark.parametrize(
    ("spec", "size", "level"),
    [
        (LOGO, 49_999, ""), (LOGO, 50_000, ""), (LOGO, 50_001, "warning"), (LOGO, 51_199, "warning"),
        (LOGO, 51_200, "warning"), (LOGO, 51_201, "error"),
        (HERO, 199_999, ""), (HERO, 200_000, ""), (HERO, 200_001, "warning"), (HERO, 204_801, "warning"),
        (HERO, 225_279, "warning"), (HERO, 225_280, "warning"), (HERO, 225_281, "error"),
    ],
    ids=lambda value: getattr(value, "what", None),
)  # fmt: skip
def test_how_heavy_a_file_may_be(pictures, suffix: str, spec: Spec, size: int, level: str) -> None:
    """A KB has 1,024 bytes for a refusal, and 1,000 for a warning."""
    path = pictures.plain((spec.width, spec.height), f"file.{suffix}", size=size)
    found = judged(path, spec)
    assert failed(found) == ({"bytes": level} if level else {})
    assert found["bytes"].measured == size


@pytest.mark.parametrize("suffix", ["png", "jpg"])
@pytest.mark.parametrize("spec", [LOGO, HERO], ids=lambda spec: spec.what)
@pytest.mark.parametrize("more", [(0, 0), (1, 0), (0, 1), (-1, 0), (0, -1)])
def test_how_many_pixels_there_must_be(pictures, suffix: str, spec: Spec, more: tuple[int, int]) -> None:
    """Exactly so many; one more or less is another size."""
    size = (spec.width + more[0], spec.height + more[1])
    found = judged(pictures.plain(size, f"file.{suffix}"), spec)
    assert failed(found) == ({} if more == (0, 0) else {"dimensions": "error"})
    assert (found["dimensions"].measured, found["dimensions"].limit) == (f"{size[0]}x{size[1]}", spec.size)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(pictures, mode: str) -> None:
    """One bit to sixteen, with a palette or alpha, as long as all of it is opaque."""
    made = Image.new(mode, (224, 224), {"1": 1, "L": 90, "LA": (90, 255), "P": 5, "I;16": 40_000}.get(mode, "red"))
    assert failed(judged(pictures.save(made, "logo.png"), LOGO)) == {}


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("progressive", [False, True])
def test_every_kind_of_jpeg_for_screens_is_read(pictures, mode: str, progressive: bool) -> None:
    """Grey or coloured, line by line or in steps."""
    made = Image.new("RGB", (1440, 448), RED).convert(mode)
    assert failed(judged(pictures.save(made, "hero.jpg", progressive=progressive), HERO)) == {}


def test_an_animated_png_is_refused(pictures) -> None:
    """It is a PNG, but not a still one."""
    frames = [Image.new("RGB", (224, 224), (red, 0, 0)) for red in (0, 120, 240)]
    found = judged(pictures.save(frames[0], "logo.png", save_all=True, append_images=frames[1:]), LOGO)
    assert failed(found) == {"format": "error"}
    assert found["format"].measured == "animated PNG, 3 frames"


def test_a_jpeg_in_the_colours_of_print_is_refused(pictures) -> None:
    """CMYK."""
    found = judged(pictures.save(Image.new("CMYK", (1440, 448), (0, 200, 200, 10)), "hero.jpg"), HERO)
    assert failed(found) == {"format": "error"}
    assert found["format"].measured == "CMYK JPEG"


@pytest.mark.parametrize(("orientation", "sideways"), [(1, False), (3, False), (6, True), (8, True)])
@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_a_turned_picture_is_measured_upright(pictures, suffix: str, orientation: int, sideways: bool) -> None:
    """It has the right size once it is turned, but not everybody turns it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    size = (448, 1440) if sideways else (1440, 448)
    found = judged(pictures.plain(size, f"hero.{suffix}", exif=exif), HERO)
    assert failed(found) == ({} if orientation == 1 else {"orientation": "warning"})


def holed(mode: str) -> Image.Image:
    """A hero with one transparent pixel."""
    made = Image.new("RGBA", (1440, 448), (*RED, 255))
    made.putpixel((700, 200), (0, 0, 0, 0 if mode == "P" else 254))
    return made.quantize(4) if mode == "P" else made


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_a_transparent_pixel_of_a_hero_is_found(pictures, mode: str) -> None:
    """In an alpha channel as in a palette; a warning."""
    found = judged(pictures.save(holed(mode), "hero.png"), HERO)
    assert failed(found) == {"transparency": "warning"}
    assert found["transparency"].measured == pytest.approx(100 / (1440 * 448))


def test_an_alpha_channel_that_is_opaque_is_none(pictures) -> None:
    """It is looked at, not for."""
    assert failed(judged(pictures.plain((1440, 448), "hero.png", mode="RGBA"), HERO)) == {}


def test_a_logo_may_be_transparent_outside_of_its_circle(pictures) -> None:
    """Nobody sees its corners; a transparent ground within shows whatever is behind."""
    disc = Image.new("RGBA", (224, 224), (0, 0, 0, 0))
    ImageDraw.Draw(disc).ellipse((0, 0, 223, 223), fill=(*RED, 255))
    assert failed(judged(pictures.save(disc, "logo.png"), LOGO)) == {}
    ring = Image.new("RGBA", (224, 224), (0, 0, 0, 0))
    ImageDraw.Draw(ring).ellipse((30, 30, 193, 193), fill=(*RED, 255))
    assert failed(judged(pictures.save(ring, "logo.png"), LOGO)) == {"transparency": "warning"}


def block(ground: tuple[int, int, int], pixels_outside: int) -> Image.Image:
    """A logo of 10,000 pixels in the middle, and so many more in a corner, where the circle cuts."""
    made = Image.new("RGB", (224, 224), ground)
    made.paste((20, 20, 20), (62, 62, 162, 162))
    for place in range(pixels_outside):
        made.putpixel((5 + place % 20, 5 + place // 20), (20, 20, 20))
    return made


@pytest.mark.parametrize(("outside", "level"), [(0, ""), (204, ""), (205, "warning"), (400, "warning")])
@pytest.mark.parametrize("ground", [(255, 255, 255), RED], ids=["white", "coloured"])
def test_what_a_circle_cuts_off(pictures, ground: tuple[int, int, int], outside: int, level: str) -> None:
    """Of what is on the logo, its ground apart: a warning above 2 %. 204 of 10,204 are just below, 205 just above."""
    found = judged(pictures.save(block(ground, outside), "logo.png"), LOGO)
    assert failed(found) == ({"crop": level} if level else {})
    assert found["crop"].measured == pytest.approx(100 * outside / (10_000 + outside))


def test_a_full_square_is_cut_by_its_corners(pictures) -> None:
    """A photograph has no ground: what lies outside the circle is lost, 1 - pi/4 of it."""
    noise = Image.merge("RGB", [Image.effect_noise((224, 224), 200) for _ in range(3)])
    found = judged(pictures.save(noise, "logo.jpg", quality=60), LOGO)
    assert found["crop"].level == "warning"
    assert found["crop"].measured == pytest.approx(21.5, abs=3)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"GIF89a" + bytes(40), "GIF"), (b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(40), "WebP"), (b"%PDF-1.7\n", "PDF"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "HEIC"), (b"<svg xmlns='x'/>", "SVG"), (b"BM" + bytes(40), "BMP"),
        (b"\n <?xml version='1.0'?><svg/>", "SVG or XML"), (b"II*\x00" + bytes(40), "TIFF"), (b"", "no picture"),
        (b"PK\x03\x04" + bytes(40), "ZIP"), (b"hello", "no picture"), (bytes(100), "no picture"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["logo.png", "logo.jpg"])
def test_a_name_says_nothing(pictures, name: str, content: bytes, kind: str) -> None:
    """What was renamed is told for what it is; nothing but its size is judged besides."""
    path = pictures.folder / name
    path.write_bytes(content)
    found = judged(path, LOGO)
    assert failed(found) == {"format": "error"}
    assert (found["format"].measured, set(found)) == (kind, {"format", "bytes"})


def test_a_png_that_is_called_jpg_is_a_png(pictures) -> None:
    """Only its content counts."""
    path = pictures.plain((224, 224), "logo.png").rename(pictures.folder / "logo.jpg")
    found = judged(path, LOGO)
    assert (failed(found), found["format"].measured) == ({}, "PNG")


@pytest.mark.parametrize("suffix", ["png", "jpg"])
@pytest.mark.parametrize("share", [0.999, 0.5, 0.02])
def test_a_file_that_is_cut_off_is_broken(pictures, suffix: str, share: float) -> None:
    """Wherever it ends."""
    noise = Image.merge("RGB", [Image.effect_noise((224, 224), 40) for _ in range(3)])
    path = pictures.save(noise, f"logo.{suffix}", **({"quality": 30} if suffix == "jpg" else {}))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    found = judged(path, LOGO)
    assert (found["format"].ok, found["format"].measured) == (False, f"broken {'PNG' if suffix == 'png' else 'JPEG'}")
    assert "crop" not in found


def png(width: int, height: int, data: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of eight grey bits, with anything in it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    made = b"\x89PNG\r\n\x1a\n"
    for kind, body in ((b"IHDR", header), *chunks, (b"IDAT", data), (b"IEND", b"")):
        made += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return made


GREY = zlib.compress(bytes(225 * 224))
MUCH = b"k\0\0" + zlib.compress(bytes(80 << 20))
BOMBS = {
    "wide and high": (lambda: png(50_000, 50_000, zlib.compress(bytes(50_000_000))), "PNG", False),
    "too high to be": (lambda: png(2**31 - 1, 2**31 - 1, b""), "PNG", False),
    "no size": (lambda: png(0, 0, b""), "broken PNG", False),
    "words": (lambda: png(224, 224, GREY, (b"zTXt", MUCH)), "broken PNG", False),
    "a profile": (lambda: png(224, 224, GREY, (b"iCCP", MUCH)), "broken PNG", False),
    "none": (lambda: png(224, 224, GREY), "PNG", True),
}
"""How it is made, what it is called, and whether its pixels are read: only where these are few."""


@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_bomb_does_no_harm(tmp_path: Path, bomb: str) -> None:
    """In the child, with little memory: nothing is unpacked but pixels, and those only when they are few."""
    make, kind, is_read = BOMBS[bomb]
    path = tmp_path / "logo.png"
    path.write_bytes(make())
    seen = await look_at(path, LOGO, limits=Limits(memory_bytes=300 << 20, file_bytes=1 << 20, cpu_seconds=20))
    found = {finding.check: finding for finding in judge(LOGO, seen.look)}
    assert found["logo.format"].measured == kind
    assert ("logo.crop" in found) is is_read


async def test_a_child_that_takes_too_much_is_said(pictures) -> None:
    """The sentence names the file and the limit."""
    assets = Assets(name="Kopi", pictures={"logo": pictures.plain((6000, 6000), "logo.png")})
    limits = Limits(memory_bytes=100 << 20, file_bytes=1 << 20, cpu_seconds=20)
    with pytest.raises(NotLookedAt) as refused:
        await check(assets, visitor=Visitor(), limits=limits)
    assert refused.value.sentence == (
        "The picture logo.png could not be looked at (it needs more than 100 MB of memory). Save it anew as a PNG of "
        "224x224 pixels, or ask support."
    )


def test_a_file_that_is_far_too_large_is_not_opened(pictures) -> None:
    """Its size and its kind are enough."""
    path = pictures.plain((224, 224), "logo.png", size=30_000_001)
    look = opened(path, LOGO).look
    assert look == Look(30_000_001, "PNG")
    assert failed(judged(path, LOGO)) == {"bytes": "error"}


MESSY: dict[str, Callable[[bytes], bytes]] = {
    "bits": lambda content: bytes(byte ^ (0x55 if place % 997 == 500 else 0) for place, byte in enumerate(content)),
    "twice": lambda content: content[: len(content) // 2] * 2,
    "zeros": lambda content: content[:60] + bytes(len(content) - 60),
    "head": lambda content: content[:8] + content[20:],
}


@pytest.mark.parametrize("mess", MESSY)
@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_a_damaged_file_is_never_more_than_broken(pictures, suffix: str, mess: str) -> None:
    """Whatever happened to it, the check says something of it."""
    noise = Image.merge("RGB", [Image.effect_noise((224, 224), 40) for _ in range(3)])
    path = pictures.save(noise, f"logo.{suffix}")
    path.write_bytes(MESSY[mess](path.read_bytes()))
    assert judged(path, LOGO)["format"].measured in {"PNG", "JPEG", "broken PNG", "broken JPEG"}


def test_a_phones_photograph_is_a_jpeg(pictures) -> None:
    """Phones put several pictures into one JPEG (MPO): the first counts."""
    first, written = Image.new("RGB", (224, 224), RED), io.BytesIO()
    first.save(written, "MPO", save_all=True, append_images=[Image.new("RGB", (100, 100))])
    path = pictures.folder / "logo.jpg"
    path.write_bytes(written.getvalue())
    found = judged(path, LOGO)
    assert (failed(found), found["format"].measured) == ({}, "JPEG")
