"""The brand colour: how it may be spelt, and whether white text can be read on it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rcs import colour

WIDE = "".join(chr(ord(each) + 0xFEE0) for each in "#E91B0C")
"""As keyboards for Chinese and Japanese type it."""


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("#E91B0C", "#E91B0C"), ("#e91b0c", "#E91B0C"), ("e91b0c", "#E91B0C"), (" # E9 1B 0C ", "#E91B0C"),
        ("0xE91B0C", "#E91B0C"), ("#E91B0CFF", "#E91B0C"), ("#a1c", "#AA11CC"), ("A1C", "#AA11CC"),
        ("#a1cf", "#AA11CC"), (WIDE, "#E91B0C"),
    ],
)  # fmt: skip
def test_every_spelling_of_a_hex_code_is_taken(typed: str, told: str) -> None:
    """It is kept as #RRGGBB."""
    form = next(colour.judge(typed))
    assert (form.check, form.ok, form.measured, form.limit) == ("color.format", True, told, "#RRGGBB")
    assert colour.normalised(typed) == told


@pytest.mark.parametrize(
    ("typed", "say", "proposal"),
    [
        ("red", "colour_named", "#FF0000"),
        ("rgb(233, 27, 12)", "colour_named", "#E91B0C"),
        ("#E91B0", "colour_unknown", ""),
        ("#E91B0G", "colour_unknown", ""),
        ("##E91B0C", "colour_unknown", ""),
        ("", "colour_unknown", ""),
        ("kopi brown", "colour_unknown", ""),
    ],
)
def test_what_is_no_hex_code_has_no_contrast(typed: str, say: str, proposal: str) -> None:
    """It is proposed what may have been meant."""
    (form,) = colour.judge(typed)
    assert (form.ok, form.level, form.say, form.facts["proposal"]) == (False, "error", say, proposal)
    assert colour.normalised(typed) == ""


def test_a_colour_must_not_be_see_through() -> None:
    """Its contrast is told all the same."""
    form, contrast = colour.judge("#E91B0C80")
    assert (form.ok, form.say, form.facts["proposal"]) == (False, "colour_sheer", "#E91B0C")
    assert contrast.ok


# Ratios by hand: (1.05) / (L + 0.05), L of the WCAG definition.
@pytest.mark.parametrize(
    ("typed", "ratio", "ok"),
    [
        ("#000000", 21.0, True), ("#FFFFFF", 1.0, False), ("#E91B0C", 4.5388, True), ("#767676", 4.5422, True),
        ("#777777", 4.4781, False), ("#FF0000", 3.9985, False), ("#0000FF", 8.5925, True), ("#008000", 5.1374, True),
    ],
)  # fmt: skip
def test_contrast_with_white_is_wcags(typed: str, ratio: float, ok: bool) -> None:
    """4.478 fails, 4.539 passes: nothing is rounded."""
    _, contrast = colour.judge(typed)
    assert contrast.measured == pytest.approx(ratio, abs=0.0001)
    assert (contrast.check, contrast.ok, contrast.limit) == ("color.contrast", ok, 4.5)
    assert contrast.level == ("info" if ok else "error")


def test_the_ratio_is_not_rounded_before_it_is_judged() -> None:
    """The lightest greens around 4.5 are told apart though both read 4.50."""
    ratios = {shade: colour.contrast((0, green, shade)) for green in (136, 137) for shade in range(256)}
    near = [ratio for ratio in ratios.values() if 4.495 <= ratio < 4.5]
    assert near
    assert all(round(ratio, 1) == 4.5 and ratio < colour.CONTRAST_LEAST for ratio in near)


def test_the_nearest_shade_is_proposed() -> None:
    """Of a grey that fails by a hair it is the next grey."""
    _, contrast = colour.judge("#777777")
    assert contrast.facts["proposal"] == "#767676"


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_what_is_proposed_passes_and_is_only_darker(parts: tuple[int, int, int]) -> None:
    """Whatever the colour: no part of it gets lighter, and what is good stays."""
    typed = "#{:02X}{:02X}{:02X}".format(*parts)
    shade = colour.rgb(colour.nearest_shade(typed))
    assert colour.contrast(shade) >= 4.5
    assert all(new <= old for new, old in zip(shade, parts, strict=True))
    assert (shade == parts) == (colour.contrast(parts) >= 4.5)
