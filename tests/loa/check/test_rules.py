"""What findings come to, what codes and shares of ink say, and the words for all of it."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bot.delivery.voices import Voices
from bot.loa.check.light import evened, without_dust
from bot.loa.check.plane import fit, fit_most, moved, turn
from bot.loa.check.rules import LEVELS, Refused, Verdict, finding, judge_codes, judge_ink, judge_pages, verdict_of

OURS = "LOA-000123-1 0123456789abcdef"
SHARES = {
    0.0: "no_ink",
    0.0019: "no_ink",
    0.002: "faint_ink",
    0.005: "faint_ink",
    0.0099: "faint_ink",
    0.01: "ink",
    0.3: "ink",
}


@pytest.mark.parametrize(("share", "rule"), SHARES.items())
def test_between_a_fifth_of_a_percent_and_one_a_person_decides(share: float, rule: str) -> None:
    """Below is nobody's signature, above is one; ink alone refuses nothing."""
    assert judge_ink(share, is_line=False).rule == rule
    assert judge_ink(share, is_line=False).level != "refused"


def test_one_straight_line_is_no_signature() -> None:
    """However dark, it may be a streak of the scanner."""
    assert judge_ink(0.03, is_line=True).rule == "only_a_line"


@pytest.mark.parametrize(
    ("read", "rule", "measured"),
    [
        ("LOA-000124-1 0123456789abcdef", "other_letter", "LOA-000124-1"),
        ("LOA-000123-2 0123456789abcdef", "other_letter", "LOA-000123-2"),
        ("LOA-000123-1-r2 0123456789abcdef", "older_version", "LOA-000123-1-r2, not LOA-000123-1"),
        ("LOA-000123-1 fedcba9876543210", "older_version", "other data than LOA-000123-1 has now"),
    ],
)
def test_another_code_is_another_text(read: str, rule: str, measured: str) -> None:
    """Another number is another letter; the same with other data is another version."""
    with pytest.raises(Refused) as refused:
        judge_codes(OURS, [read])
    assert (refused.value.finding.rule, refused.value.finding.measured) == (rule, measured)


def test_our_code_says_nothing_and_none_makes_doubt() -> None:
    """The letter itself is fine, on how many pages ever; without a code nobody knows."""
    assert judge_codes(OURS, [OURS, OURS]) == ()
    assert [found.rule for found in judge_codes(OURS, [])] == ["no_code"]


def test_pages_are_counted() -> None:
    """Too few and too many are both for a person."""
    found = [judge_pages(2, count) for count in (1, 2, 3)]
    assert [[(each.rule, each.measured) for each in some] for some in found] == [
        [("pages_missing", "1 page, not 2")], [], [("pages_added", "3 pages, not 2")],
    ]  # fmt: skip


def test_the_worst_finding_decides() -> None:
    """One doubt is enough for a person, one refusal for the way back."""
    fine, doubt, refused = finding("ink"), finding("no_code"), finding("password")
    assert verdict_of([fine]) == Verdict.FINE
    assert verdict_of([fine, doubt]) == Verdict.DOUBTFUL
    assert verdict_of([doubt, refused, fine]) == Verdict.REFUSED


@pytest.mark.parametrize("rule", LEVELS)
def test_every_finding_has_words_that_name_what_was_measured(rule: str) -> None:
    """One or two sentences, whole within what a card shows."""
    words = Voices().plain("loa/findings", rule, limit=300, measured="12.3 measures")
    assert words.endswith(".")
    assert len(words) < 300
    assert "12.3 measures" in words or rule in ("empty", "password", "unsigned_original", "no_code")


def test_a_sheet_that_lies_aslant_is_found_among_wrong_pairs() -> None:
    """A known map is found from its pairs, a third of which are wrong."""
    plane = np.array([[0.9, -0.2, 40], [0.15, 1.1, 12], [0.0001, -0.0002, 1]])
    source = np.random.default_rng(3).uniform(0, 1000, (60, 2))
    target = moved(plane, source)
    target[::3] += 50
    found, agreed = fit_most(source, target, bends=True, within=2)
    assert found is not None
    assert agreed.sum() == 40
    assert np.allclose(found, plane, atol=1e-6)


def test_a_turn_is_measured_in_degrees() -> None:
    """A quarter to the right is 90, whatever was moved besides."""
    square = np.array([(0, 0), (10, 0), (10, 10), (0, 10)], dtype=float)
    right = np.array([(50, 7), (50, 17), (40, 17), (40, 7)], dtype=float)
    assert turn(fit(square, right, bends=False), square[:1]) == pytest.approx(90)


def test_a_shadow_is_paper_and_a_stroke_within_is_ink() -> None:
    """Half of the sheet at half the light: only the pen's line stays dark."""
    sheet = Image.new("RGB", (200, 100), "white")
    drawing = ImageDraw.Draw(sheet)
    drawing.rectangle((100, 0, 200, 100), fill=(120, 118, 110))
    drawing.line((20, 50, 180, 50), fill=(15, 20, 60), width=4)
    dark = evened(sheet, 41) < 0.7
    rows, columns = np.nonzero(dark)
    assert (rows.min(), rows.max()) == pytest.approx((49, 52), abs=2)
    assert (columns.min(), columns.max()) == pytest.approx((20, 180), abs=2)


def test_specks_are_dust() -> None:
    """What stands alone goes, what has company stays."""
    mask = np.zeros((60, 60), dtype=bool)
    mask[5, 5] = mask[40, 12] = True
    mask[20:24, 10:50] = True
    kept = without_dust(mask, 9, 0.14)
    assert not kept[5, 5]
    assert not kept[40, 12]
    assert kept[20:24, 14:46].all()
