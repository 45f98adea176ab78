"""What a PDF would do by itself when it is opened, printed or clicked; and the same PDF without it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

_KEYS = {
    "/AA": "automatic actions",
    "/JavaScript": "JavaScript",
    "/JS": "JavaScript",
    "/XFA": "an XFA form",
    "/EmbeddedFiles": "attached files",
    "/EF": "attached files",
    "/AF": "attached files",
    "/Collection": "attached files",
    "/RichMediaContent": "media",
    "/3DD": "media",
}
_ACTIONS = {
    "/JavaScript": "JavaScript",
    "/Launch": "a program to start",
    "/SubmitForm": "a form to send",
    "/ImportData": "data to fetch",
    "/GoToE": "attached files",
    "/GoToR": "another file to open",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/RichMediaExecute": "media",
}
_ANNOTATIONS = {"/FileAttachment": "attached files"} | dict.fromkeys(
    ("/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"), "media"
)
_ADDRESSES = (b"http://", b"https://", b"mailto:", b"tel:")
_OPENING = "/OpenAction"


def clean(pdf: pikepdf.Pdf) -> Counter[str]:
    """Take out of a PDF what acts by itself; what that was, in words, and how often."""
    taken: Counter[str] = Counter()
    for each in pdf.objects:
        for holder, key, what in list(_acting(each)):
            taken[what] += 1
            if isinstance(key, int):
                holder[key] = None
            else:
                del holder[key]
        _drop_annotations(each, taken)
    return taken


def acting(pdf: pikepdf.Pdf) -> Counter[str]:
    """What acts by itself in a PDF, in words, and how often; nothing is changed."""
    found: Counter[str] = Counter()
    for each in pdf.objects:
        found.update(what for _, _, what in _acting(each))
        found.update(_ANNOTATIONS[kind] for kind in _annotations(each) if kind in _ANNOTATIONS)
    return found


def write_clean(pdf: pikepdf.Pdf, path: Path) -> Counter[str]:
    """Write the PDF without what acts by itself, and without its passwords."""
    taken = clean(pdf)
    pdf.save(path, encryption=False, deterministic_id=True, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return taken


def name_of(value: object) -> str:
    """A PDF's name with its slash, and empty for anything else. Names may be in any encoding."""
    return bytes(value).decode("latin-1") if isinstance(value, Name) else ""


def _acting(top: Object) -> Iterator[tuple[Object, str | int, str]]:
    """In an object and what stands directly in it: who holds what acts, under which key, and what it is."""
    waiting = [top]
    while waiting:
        holder = waiting.pop()
        for key, value in _parts(holder):
            what = _what(key, value)
            if what:
                yield holder, key, what
            elif isinstance(value, (Array, Dictionary)) and not value.is_indirect:
                waiting.append(value)


def _parts(holder: Object) -> list[tuple[str | int, Object]]:
    if isinstance(holder, Stream):
        return list(holder.stream_dict.items())
    if isinstance(holder, Dictionary):
        return list(holder.items())
    return list(enumerate(holder)) if isinstance(holder, Array) else []


def _what(key: str | int, value: Object) -> str:
    """What an entry does by itself, in words; empty for nothing."""
    if isinstance(key, str) and key in _KEYS:
        return _KEYS[key]
    if not isinstance(value, Dictionary):
        return ""
    kind = value.get("/S")
    if kind == Name.URI:
        target = value.get("/URI")
        known = isinstance(target, pikepdf.String) and bytes(target).strip().lower().startswith(_ADDRESSES)
        return "" if known else "a link that acts"
    return _ACTIONS.get(name_of(kind), "") or ("an action at opening" if key == _OPENING else "")


def _annotations(page: Object) -> list[str]:
    """The kinds of a page's annotations."""
    there = page.get("/Annots") if isinstance(page, Dictionary) else None
    marks = list(there) if isinstance(there, Array) else []
    return [name_of(mark.get("/Subtype")) if isinstance(mark, Dictionary) else "" for mark in marks]


def _drop_annotations(page: Object, taken: Counter[str]) -> None:
    kinds = _annotations(page)
    dropped = [kind for kind in kinds if kind in _ANNOTATIONS]
    if dropped:
        marks = zip(list(page.Annots), kinds, strict=True)
        page.Annots = Array([mark for mark, kind in marks if kind not in _ANNOTATIONS])
        taken.update(_ANNOTATIONS[kind] for kind in dropped)
