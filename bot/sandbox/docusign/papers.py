"""The documents: where the anchors are, the signed letter, and the certificate of completion."""

import io
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import pikepdf
import pypdfium2
import typst

from bot.sandbox.docusign.answers import ApiError
from bot.sandbox.docusign.envelopes import Envelope, Spot

_POINTS = {"pixels": 1.0, "inches": 72.0, "mms": 72 / 25.4, "cms": 720 / 25.4}
_STAMP = """
#let d = json(bytes(sys.inputs.data))
#set page(width: d.width * 1pt, height: d.height * 1pt, margin: 0pt, fill: none)
#set text(font: ("Libertinus Serif", "Noto Sans Thai", "Noto Sans"), fallback: true)
#for spot in d.spots {
  place(top + left, dx: spot.left * 1pt, dy: spot.top * 1pt,
    if spot.kind == "signHereTabs" {
      block(stroke: (left: 1.2pt + rgb("#4c00ff")), inset: (left: 5pt, y: 2pt))[
        #text(size: 5pt, fill: rgb("#4c00ff"))[Signed with DocuSign (stand-in) by:] \\
        #text(size: 15pt, style: "italic", fill: rgb("#1a237e"))[#d.name] \\
        #text(size: 4.6pt, fill: rgb("#555555"))[#d.id]]
    } else { text(size: 9pt)[#(if spot.kind == "dateSignedTabs" { d.date } else { d.name })] })
}
"""
_CERTIFICATE = """
#let d = json(bytes(sys.inputs.data))
#set page(width: 612pt, height: 792pt, margin: 54pt)
#set text(font: ("Libertinus Serif", "Noto Sans Thai", "Noto Sans"), size: 10.5pt, fallback: true)
#text(size: 19pt, weight: "bold")[Certificate Of Completion]
#v(2pt)
#text(fill: rgb("#666666"))[Made by a stand-in of DocuSign: it proves nothing.]
#v(10pt)
#table(columns: (130pt, 1fr), stroke: 0.4pt + rgb("#bbbbbb"), inset: 7pt,
  ..d.rows.flatten().map(each => [#each]))
"""


@dataclass(frozen=True)
class Anchor:
    """Where a tab shall go: at this text of the document, and so far to the right and down from it."""

    kind: str
    text: str
    units: str
    right: float
    down: float
    optional: bool = False


def spots(pdf: bytes, anchors: tuple[Anchor, ...]) -> list[Spot]:
    """The places of the tabs. Raises ApiError when the document is no PDF, or has not such a text."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise ApiError(400, "PDF_VALIDATION_FAILED", "The validation of the PDF file failed.") from error
    with document:
        found = {text: _where(document, text) for text in {anchor.text for anchor in anchors}}
    places = []
    for anchor in anchors:
        if not found[anchor.text] and not anchor.optional:
            raise ApiError(400, "ANCHOR_TAB_STRING_NOT_FOUND", f"The Anchor Tab String '{anchor.text}' was not found.")
        scale = _POINTS[anchor.units]
        places += [
            Spot(anchor.kind, page, left + anchor.right * scale, bottom - anchor.down * scale)
            for page, left, bottom in found[anchor.text]
        ]
    return places


def _where(document: pypdfium2.PdfDocument, text: str) -> list[tuple[int, float, float]]:
    """Page, left and bottom of each place where a text stands."""
    found = []
    for number, page in enumerate(document):
        words = page.get_textpage()
        search = words.search(text, match_case=True)
        while (hit := search.get_next()) is not None:
            left, bottom, _, _ = words.get_charbox(hit[0], loose=True)
            found.append((number, left, bottom))
    return found


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)


def _drawn(source: str, **data: object) -> bytes:
    return bytes(typst.compile(source.encode(), sys_inputs={"data": json.dumps(data)}, font_paths=_fonts()))


def signed(envelope: Envelope) -> bytes:
    """The document with what was signed on it, and a line at the top that names the envelope."""
    at = envelope.times["completed"]
    with pikepdf.open(io.BytesIO(envelope.pdf)) as letter:
        for number, page in enumerate(letter.pages):
            left, bottom, right, top = (float(edge) for edge in page.mediabox)
            here = [spot for spot in envelope.spots if spot.page == number]
            stamp = _drawn(
                _STAMP,
                width=right - left,
                height=top - bottom,
                name=envelope.signer.name,
                id=envelope.id.upper(),
                date=f"{at:%Y-%m-%d}",
                spots=[
                    {"kind": spot.kind, "left": spot.left - left, "top": top - spot.bottom - _RISE.get(spot.kind, 9)}
                    for spot in here
                ],
            )
            with pikepdf.open(io.BytesIO(stamp)) as drawn:
                page.add_overlay(drawn.pages[0], pikepdf.Rectangle(left, bottom, right, top))
        made = io.BytesIO()
        letter.save(made)
    return made.getvalue()


_RISE = {"signHereTabs": 30}
"""Points that a tab's drawing rises above its anchor."""


def certificate(envelope: Envelope) -> bytes:
    """The certificate of completion: who, what and when."""
    rows = [
        ("Envelope Id", envelope.id.upper()),
        ("Status", envelope.status.capitalize()),
        ("Subject", envelope.subject),
        ("Document", envelope.document),
        ("Signer", f"{envelope.signer.name} <{envelope.signer.email}>"),
        *((status.capitalize(), _moment(at)) for status, at in sorted(envelope.times.items(), key=lambda one: one[1])),
    ]
    return _drawn(_CERTIFICATE, rows=rows)


def picture(pdf: bytes, page: int) -> bytes:
    """A page as PNG, 1000 pixels wide."""
    with pypdfium2.PdfDocument(pdf) as document:
        sheet = document[page]
        bitmap = sheet.render(scale=1000 / sheet.get_width())
        made = io.BytesIO()
        bitmap.to_pil().save(made, "PNG")
    return made.getvalue()


def pages(pdf: bytes) -> int:
    """How many it has."""
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
