"""Letters as phones see them, signed and not: where the box is, and whether there is ink in it."""

from typing import Any

import pytest
from PIL import Image

from bot.loa.check import codes
from bot.loa.check.rules import Verdict

ASLANT = ((0.18, 0.08), (0.84, 0.12), (0.97, 0.94), (0.03, 0.96))
FROM_THE_LEFT = ((0.05, 0.06), (0.9, 0.18), (0.88, 0.86), (0.06, 0.97))
SEEN = {
    "turned by 2 degrees, light that fades": {"turned": 2, "shadow": "fading"},
    "turned by 5 degrees, much noise": {"turned": 5, "noise": 22, "quality": 30},
    "turned by 12 degrees, the edge of a shadow": {"turned": 12, "shadow": "edge"},
    "on its side, aslant from below": {"turned": 90, "corners": ASLANT, "shadow": "fading", "size": (1200, 1600)},
    "upside down, aslant from the left": {"turned": 178, "corners": FROM_THE_LEFT, "size": (1200, 1600)},
    "blurred": {"blur": 1.2},
    "dim and grainy": {"shadow": "fading", "noise": 21.8, "blur": 0.57, "quality": 50},
}


@pytest.mark.parametrize("seen", SEEN.values(), ids=SEEN.keys())
def test_ink_is_found_in_a_photograph_where_there_is_some(seen: dict[str, Any], post: Any, ways: Any) -> None:
    """A signed letter is fine, an unsigned one is never, however it was photographed."""
    signed, unsigned = (post.judge(ways.photographed(paper, **seen)) for paper in (post.signed(), post.printed()))
    assert [(found.rule, found.level) for found in signed.findings] == [("ink", "fine")]
    assert [(found.rule, found.level) for found in unsigned.findings] == [("no_ink", "doubt")]
    assert (signed.verdict, unsigned.verdict) == (Verdict.FINE, Verdict.DOUBTFUL)


def test_a_photograph_too_blurred_for_its_code_is_shown_to_a_person(
    post: Any, ways: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not refused: the page is straightened by its print, and the box is cut out."""
    monkeypatch.setattr(codes, "SECONDS", 0.3)
    judged = post.judge(ways.photographed(post.signed(), blur=3.2))
    assert (judged.verdict, judged.findings[0].rule) == (Verdict.DOUBTFUL, "no_code")
    assert judged.crop is not None


def test_grain_that_hides_a_signature_is_for_a_person(post: Any, ways: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where grain is as dark as ink, nobody says that there is a signature."""
    monkeypatch.setattr(codes, "SECONDS", 0.3)
    night = ways.photographed(post.printed().point(lambda tone: tone // 4), noise=20, blur=0.4, quality=90)
    judged = post.judge(night)
    assert judged.verdict == Verdict.DOUBTFUL
    assert "ink" not in [found.rule for found in judged.findings]


def test_the_crop_shows_the_box_straight(post: Any, ways: Any) -> None:
    """The frame of the box runs along the crop's sides, 8 mm from them, though the photograph was turned by 12."""
    judged = post.judge(ways.photographed(post.signed(), turned=12))
    with Image.open(judged.crop) as crop:
        grey = crop.convert("L")
    box = post.letter.box
    dots = 200 / 72
    assert abs(grey.width - (box.width + 48) * dots) < 3
    assert abs(grey.height - (box.height + 48) * dots) < 3
    for frame in (24 - 2, grey.height / dots - 24 + 2):  # the frame is 2 points outside of what may be signed
        rows = [round((frame + off) * dots) for off in (-1.5, -1, -0.5, 0, 0.5, 1, 1.5)]
        along = [grey.crop((90, row, grey.width - 90, row + 1)).resize((1, 1), Image.Resampling.BOX) for row in rows]
        assert min(each.getpixel((0, 0)) for each in along) < 160


def test_a_photograph_is_kept_upright_and_without_what_the_camera_wrote(post: Any, ways: Any) -> None:
    """The PDF that is kept has one upright page, and no EXIF: that may tell where somebody lives."""
    judged = post.judge(ways.photographed(post.signed(), orientation=6))
    assert judged.clean is not None
    kept = judged.clean.read_bytes()
    assert kept.startswith(b"%PDF-")
    assert b"Exif" not in kept
    assert judged.pages == 1
