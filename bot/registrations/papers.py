"""Is this file a document that we can pass on? Judged by its content, whatever its name says: pure, no I/O."""

import math
import re
from collections.abc import Sequence

from bot.errors import DeskError
from bot.registrations.countries import MEGABYTE, Slot

KINDS = {"pdf": "PDF", "jpg": "JPG", "png": "PNG"}
_STARTS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
_OTHERS = {
    b"PK\x03\x04": "a Word, Excel or zip file",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel file",
    b"GIF8": "a GIF picture",
    b"RIFF": "a WebP picture",
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"BM": "a BMP picture",
    b"{\\rtf": "an RTF text",
    b"<": "a web page",
}
_HEIC = re.compile(rb"....ftyp(heic|heix|mif1|msf1|heif)", re.DOTALL)
_PDF_START = 1024
"""Readers take a PDF whose first line comes within so many bytes; so do we."""
_PDF_END = 2048
_ENCRYPT = re.compile(rb"/Encrypt\s+\d+\s+\d+\s+R|/Encrypt\s*<<")


class PaperRefused(DeskError):
    """{name} cannot be used."""


class WrongKind(PaperRefused):
    """{name} is {what}, and {slot} takes {types}. Save or scan it as one of these, then attach it again."""


class TooLarge(PaperRefused):
    """{name} has {size} MB, and {slot} takes at most {most} MB. Make it smaller, then attach it again."""


class Empty(PaperRefused):
    """{name} is empty: it has 0 bytes. Attach it again."""


class Broken(PaperRefused):
    """{name} is a broken {kind}: {why}. Open it to see whether it is whole, then attach it again."""


class Encrypted(PaperRefused):
    """{name} is a PDF with a password, and operators cannot open it. Save it without one, then attach it again."""


def judge(name: str, content: bytes, slot: Slot) -> str:
    """What the file is: ``pdf``, ``jpg`` or ``png``.

    Raises PaperRefused, which tells the measured value, the rule, and the way out.
    """
    if not content:
        raise Empty(name=name)
    kind = kind_of(content)
    if kind not in slot.types:
        raise WrongKind(name=name, what=described(content), slot=slot.title, types=_listed(slot.types))
    if len(content) > slot.max_bytes:
        raise too_large(name, len(content), slot)
    if why := _WHOLE[kind](content):
        raise Broken(name=name, kind=KINDS[kind], why=why)
    if kind == "pdf" and _ENCRYPT.search(content):
        raise Encrypted(name=name)
    return kind


def misfit(name: str, kind: str, size: int, slot: Slot, country: str) -> str:
    """Why a paper that was kept does not fit this slot of this country, in a sentence; empty when it fits.

    Without ``country`` the sentence names none.
    """
    if kind not in slot.types:
        title = f"{slot.title} in {country}" if country else slot.title
        what = f"a {KINDS.get(kind, kind)}" if kind else "a file of no known kind"
        return WrongKind(name=name, what=what, slot=title, types=_listed(slot.types)).sentence
    return too_large(name, size, slot).sentence if size > slot.max_bytes else ""


def too_large(name: str, size: int, slot: Slot) -> TooLarge:
    """The refusal of a file of ``size`` bytes."""
    return TooLarge(name=name, size=_megabytes(size), slot=slot.title, most=_megabytes(slot.max_bytes))


def kind_of(content: bytes) -> str:
    """``pdf``, ``jpg`` or ``png`` by the first bytes; empty for anything else."""
    found = next((kind for start, kind in _STARTS.items() if content.startswith(start)), "")
    return "pdf" if not found and b"%PDF-" in content[:_PDF_START] else found


def described(content: bytes) -> str:
    """What a file seems to be, by its first bytes: ``a HEIC picture``."""
    if kind := kind_of(content):
        return f"a {KINDS[kind]}"
    if _HEIC.match(content[:16]):
        return "a HEIC picture"
    head = content.lstrip()[:16]
    return next((what for start, what in _OTHERS.items() if head.startswith(start)), "a file of another kind")


def _listed(types: Sequence[str]) -> str:
    return " or ".join(KINDS[kind] for kind in types)


def _megabytes(size: int) -> str:
    """Rounded up, so that what is too large never reads as what is allowed: 3, 3.1, 12."""
    return f"{math.ceil(size / MEGABYTE * 10) / 10:g}"


def _cut_pdf(content: bytes) -> str:
    return "" if b"%%EOF" in content[-_PDF_END:] else "its end is missing"


def _cut_jpg(content: bytes) -> str:
    return "" if b"\xff\xd9" in content[-_PDF_END:] else "its end is missing"


def _cut_png(content: bytes) -> str:
    if content[12:16] != b"IHDR":
        return "its head is missing"
    return "" if b"IEND" in content[-_PDF_END:] else "its end is missing"


_WHOLE = {"pdf": _cut_pdf, "jpg": _cut_jpg, "png": _cut_png}
