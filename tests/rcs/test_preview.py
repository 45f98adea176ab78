"""The agent on a phone: what is given is seen, by day and in dark mode."""

import io
from collections import Counter
from dataclasses import replace

import pytest
from PIL import Image

from bot.delivery.voices import Voices
from bot.rcs.preview import Profile, preview

BLUE, GREEN = (10, 20, 250), (10, 200, 40)


def png(size: tuple[int, int], colour: tuple[int, int, int]) -> bytes:
    """A picture of one colour."""
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, "PNG")
    return written.getvalue()


PROFILE = Profile(
    name="Kopi Nusantara",
    description="Orders and tables",
    colour="#E91B0C",
    logo=png((224, 224), BLUE),
    hero=png((1440, 448), GREEN),
    message="Welcome!",
)


@pytest.fixture(scope="module")
def voices() -> Voices:
    """The voices of the real templates."""
    return Voices()


def colours(profile: Profile, voices: Voices) -> tuple[Counter[tuple[int, int, int]], Counter[tuple[int, int, int]]]:
    """How often each colour is seen on the left and on the right half."""
    picture = Image.open(io.BytesIO(preview(profile, voices).png)).convert("RGB")
    half = picture.width // 2
    left, right = picture.crop((0, 0, half, picture.height)), picture.crop((half, 0, 2 * half, picture.height))
    return tuple(Counter({colour: count for count, colour in side.getcolors(1 << 24)}) for side in (left, right))


def test_all_that_is_given_is_seen_in_light_and_in_dark(voices: Voices) -> None:
    """Logo, hero and brand colour stand on both phones; one is light, the other dark."""
    light, dark = colours(PROFILE, voices)
    for side in (light, dark):
        assert side[BLUE] > 5_000
        assert side[GREEN] > 30_000
        assert side[233, 27, 12] > 1_000
    assert light[255, 255, 255] > 100_000 > light[31, 31, 31]
    assert dark[31, 31, 31] > 100_000 > dark[255, 255, 255]


def test_what_is_missing_has_something_in_its_place(voices: Voices) -> None:
    """Without pictures the brand's colour stands there; without anything it is still a phone."""
    bare = replace(PROFILE, logo=None, hero=None)
    assert colours(bare, voices)[0][233, 27, 12] > 30_000
    assert preview(Profile(), voices).png.startswith(b"\x89PNG")


def test_what_no_font_has_is_left_out_and_told(voices: Voices) -> None:
    """Once for each character; everything else is there."""
    drawn = preview(replace(PROFILE, name="Kopi 🎉🎉", message="안녕 Welcome"), voices)
    assert drawn.left_out == ("🎉", "안", "녕")
    same = preview(replace(PROFILE, name="Kopi", message="Welcome"), voices)
    assert drawn.png == same.png


def test_words_are_never_code(voices: Voices) -> None:
    """What a person types is shown as it stands: longer than room, in any script, in the layout's own language."""
    nasty = '#read("x") *bold* $x$ @ref ' + "W" * 200 + " กาแฟนูซันตาราที่ดีที่สุดในเมือง 咖啡"
    drawn = preview(Profile(name=nasty, description=nasty, message=nasty * 10), voices)
    assert drawn.left_out == ()
    assert drawn.png != preview(Profile(name="x", description=nasty, message=nasty * 10), voices).png
