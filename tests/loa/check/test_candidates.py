"""Files that come back, what they are, and what is said of them: what is certain is refused, the rest a person sees."""

import io
from collections.abc import Callable
from typing import Any, NamedTuple

import pikepdf
import pytest
from PIL import Image

from bot.loa.check.rules import LETTER_CODE, Verdict

FINE, DOUBTFUL, REFUSED = Verdict.FINE, Verdict.DOUBTFUL, Verdict.REFUSED
Post = Any  # of conftest, as are the ways


class Came(NamedTuple):
    """A file that came back: what it is, how it is made, and what must be said of it."""

    what: str
    make: Callable[[Post, Any], bytes]
    verdict: Verdict
    rules: tuple[str, ...]


def locked(post: Post, ways: Any, **words: str) -> bytes:
    """The drawn-on letter with a password."""
    made: bytes = ways.saved(post.drawn_on("Ink"), lambda _: None, encryption=pikepdf.Encryption(**words, R=6))
    return made


def with_page(post: Post, ways: Any) -> bytes:
    """The drawn-on letter with an empty page more."""
    made: bytes = ways.saved(post.drawn_on("Ink"), lambda pdf: pdf.add_blank_page())
    return made


def as_png(picture: Image.Image) -> bytes:
    """A page as a PNG."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


CAME = (
    Came("the unsigned original", lambda post, _: post.original, REFUSED, ("unsigned_original",)),
    Came("saved again by a viewer", lambda post, _: post.saved_again(), DOUBTFUL, ("unsigned_again",)),
    Came("printed, signed, scanned", lambda post, ways: ways.scanned(post.signed()), FINE, ("ink",)),
    Came("signed in black", lambda post, ways: ways.scanned(post.signed(ink=(30, 30, 34))), FINE, ("ink",)),
    Came("printed, scanned, not signed", lambda post, ways: ways.scanned(post.printed()), DOUBTFUL, ("no_ink",)),
    Came("drawn in a viewer", lambda post, _: post.drawn_on("Ink"), FINE, ("ink", "drawn")),
    Came("stamped in a viewer", lambda post, _: post.drawn_on("Stamp"), FINE, ("ink", "drawn")),
    Came("a picture pasted in", lambda post, _: post.with_picture(), FINE, ("ink", "picture")),
    Came("a name typed in", lambda post, _: post.typed_on(), DOUBTFUL, ("only_typed",)),
    Came("digitally signed", lambda post, _: post.sealed(), FINE, ("sealed",)),
    Came(
        "changed after it was signed digitally",
        lambda post, _: post.changed_after_seal(),
        DOUBTFUL,
        ("seal_broken", "no_ink"),
    ),
    Came("password needed", lambda post, ways: locked(post, ways, user="u", owner="o"), REFUSED, ("password",)),
    Came("only owner password", lambda post, ways: locked(post, ways, user="", owner="o"), FINE, ("ink", "drawn")),
    Came("an extra page", with_page, DOUBTFUL, ("pages_added", "ink", "drawn")),
    Came(
        "another document",
        lambda *_: as_png(Image.new("RGB", (600, 800), "white")),
        DOUBTFUL,
        ("no_code", "not_straight"),
    ),
    Came("cut off", lambda post, ways: ways.scanned(post.signed())[:9000], REFUSED, ("broken",)),
    Came("%PDF and rubbish", lambda *_: b"%PDF-1.7\n" + bytes(range(256)) * 40, REFUSED, ("broken",)),
    Came("a photograph", lambda post, ways: ways.photographed(post.signed()), FINE, ("ink",)),
    Came("a PNG picture", lambda post, _: as_png(post.signed()), FINE, ("ink",)),
)


@pytest.mark.parametrize("came", CAME, ids=lambda came: came.what)
def test_a_file_that_came_back_gets_the_verdict_that_it_deserves(came: Came, post: Post, ways: Any) -> None:
    """Signed by any hand is fine, unsigned never, and refused is only what cannot be the signed letter."""
    judged = post.judge(came.make(post, ways))
    assert (judged.verdict, tuple(found.rule for found in judged.findings)) == (came.verdict, came.rules)
    assert (judged.clean is not None, judged.crop is not None) == (came.verdict != REFUSED,) * 2


def test_another_letter_of_ours_is_refused_and_named(post: Post, other_post: Post, ways: Any) -> None:
    """Its code says which letter it is."""
    (found,) = post.judge(ways.scanned(other_post.signed())).findings
    assert (found.rule, found.level, found.measured) == ("other_letter", "refused", other_post.data.number)


def test_an_older_version_is_refused_though_it_is_signed(post: Post, older_post: Post, ways: Any) -> None:
    """Its code says that other data were signed for."""
    (found,) = post.judge(ways.scanned(older_post.signed())).findings
    assert (found.rule, found.level) == ("older_version", "refused")


def test_two_letters_in_one_file_are_told_apart(post: Post, other_post: Post, ways: Any) -> None:
    """The right one is in it, signed, so nobody refuses it; a person sees that there is more."""
    judged = post.judge(ways.scanned(other_post.signed(), post.signed()))
    assert judged.verdict == DOUBTFUL
    assert [found.rule for found in judged.findings] == ["letter_added", "pages_added", "ink"]
    assert other_post.data.number in judged.findings[0].measured


def test_a_letter_of_two_pages_is_found_signed_whatever_their_order(long_post: Post, ways: Any) -> None:
    """The page with the box is known by what is printed on it."""
    judged = long_post.judge(ways.scanned(long_post.signed(), long_post.printed(1)))
    assert (judged.verdict, judged.pages, [found.rule for found in judged.findings]) == (FINE, 2, ["ink"])


def test_a_letter_that_lacks_a_page_is_for_a_person(long_post: Post, ways: Any) -> None:
    """The signed page alone is not the letter."""
    judged = long_post.judge(ways.scanned(long_post.signed()))
    assert [found.rule for found in judged.findings] == ["pages_missing", "ink"]
    assert judged.findings[0].measured == "1 page, not 2"


def test_our_code_on_another_page_does_not_make_it_our_letter(post: Post, ways: Any) -> None:
    """The code alone could be cut out: what stands around it is compared too."""
    page = post.printed()
    wide, high = page.size
    corner = (round(wide * 0.75), round(high * 0.84), wide, high)
    forged = Image.new("RGB", page.size, "white")
    forged.paste(page.crop(corner), corner[:2])
    forged.paste(post.signed().crop((0, round(high * 0.62), wide // 2, round(high * 0.7))), (0, 200))
    judged = post.judge(ways.scanned(forged))
    assert (judged.verdict, [found.rule for found in judged.findings]) == (DOUBTFUL, ["not_straight"])


def test_a_letter_with_other_words_under_our_code_is_for_a_person(post: Post, other_post: Post, ways: Any) -> None:
    """The words of a PDF that still has them are compared."""
    page = post.printed()
    box = (round(page.width * 0.8), round(page.height * 0.88), round(page.width * 0.91), round(page.height * 0.97))
    scale = 72 / 150
    place = pikepdf.Rectangle(
        box[0] * scale, (page.height - box[3]) * scale, box[2] * scale, (page.height - box[1]) * scale
    )
    changed = ways.saved(other_post.drawn_on("Ink"), lambda pdf: ways.paste(pdf, 1, page.crop(box), place))
    judged = post.judge(changed)
    assert judged.verdict == DOUBTFUL
    assert "words_changed" in [found.rule for found in judged.findings]


def test_what_codes_say_is_what_letters_carry(post: Post, long_post: Post) -> None:
    """The pattern by which codes of ours are known fits those that are drawn."""
    assert all(LETTER_CODE.fullmatch(each.letter.code) for each in (post, long_post))
