"""The look at a file that came back, from its bytes to the ink in the box. It runs in a child: see ``child``."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import Image

from bot.loa.check import active, codes
from bot.loa.check.marks import Marks, marks_of, words_lost
from bot.loa.check.opening import kind_of_file, open_pdf, open_picture, wrap
from bot.loa.check.rules import (
    Expected,
    Finding,
    Judged,
    Refused,
    finding,
    judge_codes,
    judge_ink,
    judge_pages,
    verdict_of,
)
from bot.loa.check.sheets import Original, Pages, Straight

_SHOWN = 1400  # pixels of a page's height, where its box was not found
_WORDS = 4  # that are named, of those that were lost


@dataclass
class _Look:
    """What is known so far."""

    expected: Expected
    came: Path
    into: Path
    findings: list[Finding] = field(default_factory=list)
    kind: str = ""
    pages: int = 0
    clean: Path | None = None
    crop: Path | None = None
    sealed: bool = False
    marks: Marks | None = None

    def judged(self) -> Judged:
        found = tuple(self.findings)
        return Judged(verdict_of(found), found, self.clean, self.crop, self.pages, self.kind, self.sealed)


def examine(expected: Expected, came: Path, into: Path, opened: Callable[[Judged], None] = lambda _: None) -> Judged:
    """Judge a file that came back; what is made of it goes into the folder ``into``.

    ``opened`` is told, once, what is known when it was opened and cleaned: from then on it is a file that can be kept.
    """
    look = _Look(expected, came, into)
    try:
        look.kind = kind_of_file(came, expected.sha256)
        shown = _opened_picture(look) if look.kind != "pdf" else _opened_pdf(look)
        opened(look.judged())
        _look_at_pages(look, shown)
    except Refused as refused:
        return Judged(verdict_of([refused.finding]), (refused.finding,), pages=look.pages, kind=look.kind)
    except pypdfium2.PdfiumError:
        why = finding("broken", "its pages cannot be drawn")
        return Judged(verdict_of([why]), (why,), pages=look.pages, kind=look.kind)
    return look.judged()


def _opened_picture(look: _Look) -> Image.Image:
    picture = open_picture(look.came)
    look.pages, look.clean = 1, look.into / "clean.pdf"
    wrap(picture, look.clean)
    return picture


def _opened_pdf(look: _Look) -> Path:
    """Open it, see its seal, and write the copy to keep."""
    with open_pdf(look.came) as pdf:
        look.pages = len(pdf.pages)
        look.marks = marks_of(pdf)
        if look.marks.is_signed:
            look.findings.append(_judge_seal(look))
        look.clean = look.into / "clean.pdf"
        if look.sealed:
            _keep_sealed(look, pdf)
        else:
            taken = active.write_clean(pdf, look.clean)
            look.findings += [finding("cleaned", _listed(taken))] if taken else []
    return look.clean


def _judge_seal(look: _Look) -> Finding:
    from bot.loa.check.seals import seal_of  # noqa: PLC0415 - half a second, and few files have one

    seal = seal_of(look.came)
    look.sealed = not seal.broken
    return finding("seal_broken", seal.broken) if seal.broken else finding("sealed", f"by {seal.by}")


def _keep_sealed(look: _Look, pdf: pikepdf.Pdf) -> None:
    """Byte for byte: a change would break the seal."""
    assert look.clean is not None  # noqa: S101 - set by who calls
    shutil.copyfile(look.came, look.clean)
    acts = active.acting(pdf)
    look.findings += [finding("active_in_seal", _listed(acts))] if acts else []


def _look_at_pages(look: _Look, shown: Path | Image.Image) -> None:
    with Pages(shown) as pages:
        until = time.process_time() + codes.SECONDS
        read = pages.codes(until, look.expected.pages)
        texts = [code.text for page in read for code in page]
        look.findings += judge_codes(look.expected.code, texts)
        look.findings += judge_pages(look.expected.pages, look.pages)
        found = [(number, code) for number, page in enumerate(read) for code in page if code.text == look.expected.code]
        number, straight = _straightened(look, pages, found)
        look.crop = _cropped(look, pages.picture(number), straight)
        on_paper = pages.is_paper(number)
    if look.sealed:
        return
    look.findings.append(_judge_box(look, straight, on_paper=on_paper))
    if look.kind == "pdf" and not on_paper:
        look.findings += [*_judge_marks(look, straight), *_judge_words(look)]


def _straightened(look: _Look, pages: Pages, found: list[tuple[int, codes.Code]]) -> tuple[int, Straight]:
    """The page of the signature box: the one that lies best over it, and how it lies."""
    original = Original(look.expected.pdf, look.expected.box)
    where = look.expected.box.page - 1
    likely = min(where, look.pages - 1)
    tries: list[tuple[int, codes.Code | None]] = [*sorted(found, key=lambda each: each[0] != where)] or [(likely, None)]
    best: tuple[int, Straight] | None = None
    for number, code in tries:
        straight = original.straighten(pages.picture(number), code, on_paper=pages.is_paper(number))
        if straight.lies:
            return number, straight
        best = best if best and best[1].found >= straight.found else (number, straight)
    assert best is not None  # noqa: S101 - there is one page at least
    return best


def _cropped(look: _Look, page: Image.Image, straight: Straight) -> Path:
    """The box, for a person to decide; the page, where the box was not found."""
    crop = look.into / "crop.png"
    if straight.lies:
        straight.box.save(crop, "PNG")
    else:
        page.thumbnail((_SHOWN, _SHOWN))
        page.save(crop, "PNG")
    return crop


def _judge_box(look: _Look, straight: Straight, *, on_paper: bool) -> Finding:
    if not straight.lies:
        return finding(
            "not_straight", f"turned by {abs(straight.turned):.0f} degrees" if straight.found else "no print of it"
        )
    if straight.ink.is_grainy:
        return finding("too_grainy", f"{straight.ink.grain * 100:.0f} % grain")
    seen = judge_ink(straight.ink.share, is_line=straight.ink.is_line)
    pictures = _pictures(look.expected.pdf)
    if seen.rule == "no_ink" and not on_paper and look.marks and not look.marks.added(pictures):
        return finding("unsigned_again", seen.measured)
    if seen.rule == "ink" and not on_paper and look.marks and _only_typed(look.marks, pictures):
        return finding("only_typed", f"{look.marks.typed + look.marks.filled} typed")
    return seen


def _judge_marks(look: _Look, straight: Straight) -> Iterator[Finding]:
    """What else is known of how it was signed; it changes no verdict."""
    if look.marks is None or straight.ink.share == 0:
        return
    if look.marks.drawn:
        yield finding("drawn", _listed(look.marks.drawn))
    more = look.marks.pictures - _pictures(look.expected.pdf)
    if more > 0:
        yield finding("picture", "1 picture more" if more == 1 else f"{more} pictures more")


def _judge_words(look: _Look) -> list[Finding]:
    lost = words_lost(look.expected.pdf, look.clean) if look.clean else []
    return [finding("words_changed", f"missing: {' '.join(lost[:_WORDS])}")] if lost else []


def _pictures(letter: Path) -> int:
    with pikepdf.open(letter) as pdf:
        return marks_of(pdf).pictures


def _only_typed(marks: Marks, pictures: int) -> bool:
    return bool(marks.typed or marks.filled) and not marks.drawn and marks.pictures <= pictures


def _listed(counted: dict[str, int]) -> str:
    return ", ".join(
        f"{count} {what.removeprefix('/')}" if count > 1 else what.removeprefix("/") for what, count in counted.items()
    )
