"""What was added to a PDF after it was drawn, and whether it is still drawn or is pictures of paper."""

import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
from pypdfium2 import raw

from bot.loa.check.active import name_of

_DRAWN = frozenset({"/Ink", "/Stamp", "/Line", "/PolyLine", "/Polygon"})
_TYPED = frozenset({"/FreeText"})
_COVERS = 0.6  # of a page: its picture is the page
_SAME = 0.6  # of the letter's words: less of them, and the text is told by other signs


@dataclass(frozen=True)
class Marks:
    """How many annotations were drawn, and typed, how many fields are filled, and how many pictures there are."""

    drawn: Counter[str]
    typed: int
    filled: int
    pictures: int
    is_signed: bool
    """A digital signature is in it, whether it holds or not."""

    def added(self, before: int) -> bool:
        """Whether anything was added to a letter that had so many pictures."""
        return bool(self.drawn or self.typed or self.filled or self.is_signed or self.pictures > before)


def marks_of(pdf: pikepdf.Pdf) -> Marks:
    """What was added to a PDF."""
    drawn: Counter[str] = Counter()
    typed = filled = pictures = 0
    is_signed = False
    masks = {each.SMask.objgen for each in pdf.objects if _is_picture(each) and "/SMask" in each}
    for each in pdf.objects:
        pictures += _is_picture(each) and each.objgen not in masks
        if not isinstance(each, pikepdf.Dictionary):
            continue
        kind = name_of(each.get("/Subtype"))
        drawn[kind] += kind in _DRAWN
        typed += kind in _TYPED
        field, value = name_of(each.get("/FT")), each.get("/V")
        is_signed |= field == "/Sig" and value is not None
        filled += field in ("/Tx", "/Ch") and isinstance(value, pikepdf.String) and bool(bytes(value).strip())
    return Marks(+drawn, typed, filled, int(pictures), is_signed)


def is_paper(page: pypdfium2.PdfPage) -> bool:
    """Whether a page is a scan or a photograph: one picture covers most of it."""
    area = page.get_width() * page.get_height()
    for each in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = each.get_bounds()
        if abs((right - left) * (top - bottom)) >= _COVERS * area:
            return True
    return False


def words_lost(original: Path, returned: Path) -> list[str]:
    """Words of the letter that are not in a PDF that still has its text; none where its text says nothing."""
    before, after = _words(original), _words(returned)
    lost = before - after
    return list(lost) if lost.total() <= (1 - _SAME) * before.total() else []


def _words(path: Path) -> Counter[str]:
    """Words in plain letters and digits: other scripts do not come back from a PDF as they were written."""
    with pypdfium2.PdfDocument(path) as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    words = unicodedata.normalize("NFKC", "\n".join(texts)).split()
    return Counter(word for word in words if len(word) > 1 and word.isascii())


def _is_picture(each: pikepdf.Object) -> bool:
    return isinstance(each, pikepdf.Stream) and each.get("/Subtype") == pikepdf.Name.Image
