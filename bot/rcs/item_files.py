"""Is this file what an item of the checklist takes? Judged by its content, whatever its name says. Pure."""

import re
from typing import Any

from bot.rcs.checklist import Item
from bot.registrations import papers
from bot.registrations.countries import MEGABYTE, Slot
from bot.registrations.papers import Broken, Empty, PaperRefused

MOST_BYTES = 10 * MEGABYTE
"""A form in Slack takes no larger files; a video that is larger comes as a link."""
_NAMES = {"pdf": "PDF", "docx": "Word (docx)", "xlsx": "Excel (xlsx)", "jpg": "JPG", "png": "PNG"}
_NAMES |= {"mp4": "MP4", "mov": "MOV", "webm": "WebM"}
ENDINGS = {"jpg": ("jpg", "jpeg")}
_MOST: Any = "10 MB"
"""The same as a country file writes it."""
_AN = frozenset({"xlsx", "mp4"})
_PICTURES = frozenset({"pdf", "jpg", "png"})
_OFFICE = {b"word/document.xml": "docx", b"xl/workbook.xml": "xlsx"}
_ZIP, _ZIP_END, _ZIP_TAIL = b"PK\x03\x04", b"PK\x05\x06", 66_000
_FILM = re.compile(rb"....ftyp(?P<brand>....)", re.DOTALL)
_STILL = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"heif", b"avif"})
_WEBM = b"\x1a\x45\xdf\xa3"


class WrongFile(PaperRefused):
    """{name} is {what}, and {item} takes {types}. Save it as one of these, then attach it again."""


class FilmTooLarge(PaperRefused):
    """{name} has {size} MB, and 10 MB fit here. Put the video where support can see it, and give the link instead."""


class FileTooLarge(PaperRefused):
    """{name} has {size} MB, and 10 MB fit here. Make it smaller, then attach it again."""


def judge(name: str, content: bytes, item: Item) -> str:
    """What the file is, one of the item's types. Raises PaperRefused: the measured value, the rule, the way out."""
    if not content:
        raise Empty(name=name)
    kind = kind_of(content)
    if kind not in item.types:
        raise WrongFile(name=name, what=_described(kind, content), item=item.title, types=listed(item))
    if len(content) > MOST_BYTES:
        raise too_large(name, len(content), item)
    if kind in _PICTURES:
        slot = Slot(
            code=item.code, title=item.title, help=item.note, types=(kind,),  # type: ignore[arg-type]
            max_bytes=_MOST, required=True, source=("8X-RCS",),
        )  # fmt: skip
        return papers.judge(name, content, slot)
    if why := _cut(kind, content):
        raise Broken(name=name, kind=_NAMES[kind], why=why)
    return kind


def kind_of(content: bytes) -> str:
    """The kind by the content; empty for anything that no item takes."""
    if content.startswith(_ZIP):
        return next((kind for part, kind in _OFFICE.items() if part in content), "")
    film = _FILM.match(content[:12])
    if film:
        brand = film["brand"].lower()
        return "" if brand in _STILL else "mov" if brand == b"qt  " else "mp4"
    return "webm" if content.startswith(_WEBM) else papers.kind_of(content)


def too_large(name: str, size: int, item: Item) -> PaperRefused:
    """The refusal of a file of ``size`` bytes."""
    shown = f"{-(-size * 10 // MEGABYTE) / 10:g}"  # rounded up, so that it never reads as what is allowed
    return (FilmTooLarge if item.way == "video" else FileTooLarge)(name=name, size=shown)


def listed(item: Item) -> str:
    """The kinds that an item takes, in words: PDF, JPG or PNG."""
    names = [_NAMES[kind] for kind in item.types]
    return " or ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _described(kind: str, content: bytes) -> str:
    """What a file seems to be."""
    return f"{'an' if kind in _AN else 'a'} {_NAMES[kind]} file" if kind in _NAMES else papers.described(content)


def _cut(kind: str, content: bytes) -> str:
    """What is missing of an office file or a film; empty where it is whole as far as one can see."""
    if kind in {"docx", "xlsx"}:
        return "" if _ZIP_END in content[-_ZIP_TAIL:] else "its end is missing"
    if kind in {"mp4", "mov"}:
        return "" if b"moov" in content else "its table of contents is missing"
    return ""
