"""What is offered in place of a wrong picture keeps every limit, and shows what the first one showed."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bot.rcs.findings import Finding
from bot.rcs.mending import Mended, mended
from bot.rcs.picture_child import look_at
from bot.rcs.picture_rules import HERO, LOGO, Spec, judge
from bot.rcs.pictures import inside, opened

RED, WHITE = (233, 27, 12), (255, 255, 255)
LABELS = {"light": "Light", "dark": "Dark", "before": "Before", "after": "After", "round": "Round"}


def mend(path: Path, spec: Spec, brand: tuple[int, int, int] | None = RED) -> tuple[Mended, Image.Image, list[Finding]]:
    """The mended file, its picture, and what is still to be said against it."""
    found = opened(path, spec)
    assert found.picture is not None
    made = mended(found.picture, found.look, spec, brand)
    after = path.with_name("mended")
    after.write_bytes(made.content)
    again = opened(after, spec)
    assert again.look.kind == made.kind
    assert again.picture is not None
    return made, again.picture.convert("RGB"), [finding for finding in judge(spec, again.look) if not finding.ok]


def noise(size: tuple[int, int], sigma: int = 90) -> Image.Image:
    """What no PNG makes small, and JPEG hardly."""
    return Image.merge("RGB", [Image.effect_noise(size, sigma) for _ in range(3)])


def said(made: Mended) -> set[str]:
    """What was done."""
    return {note.say for note in made.notes}


def holed(size: tuple[int, int]) -> Image.Image:
    """Blue on the left, nothing on the right."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, size[0] // 2, size[1]))
    return image


@pytest.mark.parametrize(
    ("make", "name", "options"),
    [
        (lambda: noise((1440, 448), 200), "hero.png", {}),
        (lambda: noise((1440, 448), 200), "hero.jpg", {"quality": 100}),
        (lambda: noise((1500, 150)), "hero.jpg", {}),
        (lambda: noise((150, 900)), "hero.jpg", {}),
        (lambda: noise((20, 10)), "hero.png", {}),
        (lambda: Image.new("RGB", (1, 1)), "hero.png", {}),
        (lambda: Image.new("CMYK", (1440, 448), (0, 200, 200, 10)), "hero.jpg", {}),
        (lambda: holed((1440, 448)), "hero.png", {}),
        (lambda: holed((700, 500)).quantize(8), "hero.png", {}),
        (lambda: Image.new("I;16", (1440, 500), 30_000), "hero.png", {}),
    ],
)
def test_every_hero_that_can_be_seen_can_be_mended(pictures, make: object, name: str, options: dict[str, int]) -> None:
    """Nothing is left to be said, not even a warning."""
    made, picture, wrong = mend(pictures.save(make(), name, **options), HERO)
    assert (picture.size, wrong) == ((1440, 448), [])
    assert len(made.content) <= 200_000


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: noise((224, 224), 200), "logo.png"),
        (lambda: noise((1000, 700), 200), "logo.jpg"),
        (lambda: holed((224, 224)), "logo.png"),
        (lambda: Image.new("CMYK", (224, 300), (0, 200, 200, 10)), "logo.jpg"),
        (lambda: Image.new("RGBA", (50, 90), (0, 0, 0, 0)), "logo.png"),
    ],
)
def test_every_logo_that_can_be_seen_can_be_mended(pictures, make: object, name: str) -> None:
    """A photograph is still cut by its circle: nobody but its owner can say what matters on it."""
    made, picture, wrong = mend(pictures.save(make(), name), LOGO)
    assert picture.size == (224, 224)
    assert {finding.check for finding in wrong} <= {"logo.crop"}
    assert len(made.content) <= 50_000


def test_an_animated_picture_becomes_its_first_frame(pictures) -> None:
    """And says so."""
    frames = [Image.new("RGB", (224, 224), colour) for colour in (RED, WHITE)]
    made, picture, wrong = mend(
        pictures.save(frames[0], "logo.png", save_all=True, append_images=frames[1:]), LOGO, WHITE
    )
    assert (wrong, picture.getpixel((100, 100))) == ([], RED)
    assert said(made) == {"first_frame", "saved"}


def test_a_turned_picture_is_turned(pictures) -> None:
    """What the mark asks for is done, and the mark is gone."""
    image, exif = Image.new("RGB", (448, 1440), RED), Image.Exif()
    image.paste((0, 0, 255), (0, 0, 448, 300))
    exif[0x0112] = 6  # its top is to the right
    made, picture, wrong = mend(pictures.save(image, "hero.jpg", exif=exif, quality=95), HERO)
    assert wrong == []
    assert "upright" in said(made)
    left, right = picture.getpixel((100, 200)), picture.getpixel((1350, 200))
    assert left[0] > 200 > left[2] + 100
    assert right[2] > 200 > right[0] + 100


def test_what_was_transparent_gets_the_brands_colour(pictures) -> None:
    """And what was not keeps its own."""
    made, picture, wrong = mend(pictures.save(holed((1440, 448)), "hero.png"), HERO)
    assert (wrong, picture.getpixel((100, 200)), picture.getpixel((1300, 200))) == ([], (0, 0, 255), RED)
    assert [note.facts["colour"] for note in made.notes if note.say == "flattened"] == ["#E91B0C"]


@pytest.mark.parametrize(("brand", "behind"), [(None, WHITE), ((0, 0, 255), WHITE), (RED, RED)])
def test_a_picture_is_not_put_on_its_own_colour(pictures, brand: tuple[int, int, int] | None, behind: object) -> None:
    """A blue logo on the blue of its brand would be gone: it gets white."""
    disc = Image.new("RGBA", (224, 224), (0, 0, 0, 0))
    ImageDraw.Draw(disc).ellipse((62, 62, 161, 161), fill=(0, 0, 255, 255))
    _, picture, _ = mend(pictures.save(disc, "logo.png"), LOGO, brand)
    assert (picture.getpixel((112, 112)), picture.getpixel((112, 20))) == ((0, 0, 255), behind)


@pytest.mark.parametrize("size", [(224, 224), (400, 300), (200, 600)])
def test_a_logo_that_would_be_cut_gets_room(pictures, size: tuple[int, int]) -> None:
    """Its corners come inside the circle, on the ground that it had; no part of it is lost."""
    image = Image.new("RGB", size, (240, 240, 200))
    ImageDraw.Draw(image).rectangle((8, 8, size[0] - 9, size[1] - 9), fill=(0, 90, 40))
    made, picture, wrong = mend(pictures.save(image, "logo.png"), LOGO)
    assert (wrong, "room" in said(made)) == ([], True)
    pixels = np.asarray(picture).astype(int)
    outside = pixels[~inside(224, 224)]
    assert abs(outside - (240, 240, 200)).max() <= 8
    dark = (pixels[..., 0] < 120).nonzero()
    tall, wide = np.ptp(dark[0]) + 1, np.ptp(dark[1]) + 1
    assert wide / tall == pytest.approx((size[0] - 16) / (size[1] - 16), rel=0.05)


def test_a_hero_of_nearly_the_right_shape_is_cropped(pictures) -> None:
    """From its middle, and how much is gone is told."""
    image = Image.new("RGB", (1440, 560), RED)
    image.paste((0, 0, 255), (0, 56, 1440, 504))
    made, picture, _ = mend(pictures.save(image, "hero.png"), HERO)
    assert [note.facts["share"] for note in made.notes if note.say == "cropped"] == ["20 %"]
    assert {colour for _, colour in picture.getcolors()} == {(0, 0, 255)}


def test_a_hero_of_quite_another_shape_gets_bands(pictures) -> None:
    """A square would lose two thirds: it is kept whole."""
    image = Image.new("RGB", (448, 448), (0, 0, 255))
    image.paste(WHITE, (0, 0, 448, 224))
    image.paste(WHITE, (0, 0, 224, 448))
    made, picture, _ = mend(pictures.save(image, "hero.png"), HERO)
    assert "bands" in said(made)
    assert picture.getpixel((720 + 110, 340)) == (0, 0, 255)
    assert picture.getpixel((10, 200)) == WHITE


def test_a_small_picture_is_said_to_be_soft(pictures) -> None:
    """Enlarging it adds nothing to it."""
    made, _, _ = mend(pictures.plain((112, 112), "logo.png"), LOGO)
    assert [note.facts for note in made.notes if note.say == "enlarged"] == [{"times": "2.0"}]


def test_nothing_but_pixels_is_kept(pictures) -> None:
    """No place where it was taken, no name of whoever took it."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = "at home", "Ana"
    made, _, _ = mend(pictures.plain((300, 300), "logo.jpg", exif=exif), LOGO)
    assert b"Exif" in (pictures.folder / "logo.jpg").read_bytes()
    assert b"Exif" not in made.content


async def test_the_child_writes_what_people_look_at(pictures, tmp_path: Path) -> None:
    """Mended, compared, and as phones show it; of a good picture only the last."""
    disc = Image.new("RGBA", (500, 500), (0, 0, 0, 0))
    ImageDraw.Draw(disc).ellipse((0, 0, 499, 499), fill=(0, 0, 255, 90))
    path = pictures.save(disc, "logo.png")
    seen = await look_at(path, LOGO, brand="#E91B0C", into=tmp_path, labels=LABELS)
    assert seen.mended is not None
    assert [finding for finding in judge(LOGO, seen.mended.look) if not finding.ok] == []
    drawn = [seen.shown, seen.screen, seen.compared, seen.mended.path]
    assert {file.read_bytes()[:4] for file in drawn} == {b"\x89PNG"}
    assert opened(seen.shown, LOGO).look.width == 224

    good = tmp_path / "good"
    good.mkdir()
    seen = await look_at(pictures.plain((1440, 448), "hero.png"), HERO, into=good, labels=LABELS)
    assert (seen.mended, seen.compared, seen.shown) == (None, None, good / "shown.png")
    assert {file.name for file in good.iterdir()} == {"shown.png", "screen.png"}


async def test_a_logo_is_shown_in_its_circle(pictures, tmp_path: Path) -> None:
    """Light and dark; its corners are not seen."""
    seen = await look_at(pictures.plain((224, 224), "logo.png"), LOGO, into=tmp_path, labels=LABELS)
    with Image.open(seen.screen) as image:
        board = np.asarray(image.convert("RGB"))
    red = (abs(board.astype(int) - RED).max(axis=-1) < 4).sum()
    assert red == pytest.approx(2 * np.pi * 112**2, rel=0.02)
