"""A letter of authorisation as a PDF: wording from text templates, layout by typst, values only as data.

The same data, letterhead, fonts and typst give the same bytes: the date in the file is the letter's own. The files are
PDF/A-2a and PDF/UA-1: to be kept, and to be read aloud.
"""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import segno
import typst

from bot import fonts
from bot.contacts.countries import country_name
from bot.loa import glyphs
from bot.loa.box import Box
from bot.loa.cannot import CannotDraw
from bot.loa.letterhead import safe_letterhead
from bot.loa.paper import paper
from bot.loa.pictures import page_count, page_picture
from bot.loa.wording import FOLDER, day, words
from bot.registrations.countries import Country, country

__all__ = ["ANCHOR", "DATE_ANCHOR", "Box", "CannotDraw", "DrawnLetter", "LetterData", "draw", "safe_letterhead"]
ANCHOR = "/sig1/"
"""White text in the signature box, by which a signing service finds it."""
DATE_ANCHOR = "/date1/"
"""The same on the line for the date."""
PREVIEW_HEIGHT = 1600
"""Pixels of the preview, at most."""
_STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
_LAYOUT, _LETTERHEAD = "letter.typ", "letterhead"
_SCALES = (1.0, 0.95, 0.9)


@dataclass(frozen=True, kw_only=True)
class LetterData:
    """Everything that is on a letter. Days are ISO texts; ``operator`` is empty when one letter is for all."""

    number: str
    dated: str
    country: str
    entity: str
    operator: str
    operator_name: str
    operators: tuple[str, ...]
    """Names of all operators that the letter covers."""
    sender_id: str
    message_type: str
    """The code, or the words for it."""
    sample_text: str
    monthly_traffic: int
    valid_from: str
    valid_till: str
    """The last day; empty where the country has none."""
    company: Mapping[str, str]
    """The fields of ``CompanyFields``."""
    provider: str
    """Who is authorised."""
    letterhead_sha256: str
    """Of the picture that it is drawn on; empty for none."""

    @property
    def code(self) -> str:
        """What the QR code says: the number, and 16 digits of the SHA-256 of all of this."""
        plain = json.dumps(asdict(self), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        return f"{self.number} {hashlib.sha256(plain.encode()).hexdigest()[:16]}"


@dataclass(frozen=True)
class DrawnLetter:
    """A letter as a file, its SHA-256, its pages, where to sign, its first page as a PNG, and what its code says."""

    pdf: bytes
    sha256: str
    pages: int
    box: Box
    preview: bytes
    code: str


def draw(data: LetterData, letterhead: bytes | None) -> DrawnLetter:
    """Draw it: work for the processor, to be called in a thread. Raises CannotDraw.

    ``letterhead`` is what ``safe_letterhead`` gave.
    """
    sheet = paper(letterhead)
    order = _order(data) | {"paper": asdict(replace(sheet, picture=b"")) | {"picture": _LETTERHEAD}}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, _LETTERHEAD).write_bytes(sheet.picture)
        Path(folder, _LAYOUT).write_bytes((FOLDER / _LAYOUT).read_bytes())
        pdf, box = _set(Path(folder), order)
    preview = page_picture(pdf, 1, PREVIEW_HEIGHT)
    return DrawnLetter(pdf, hashlib.sha256(pdf).hexdigest(), page_count(pdf), box, preview, data.code)


def _set(folder: Path, order: Mapping[str, Any]) -> tuple[bytes, Box]:
    """The PDF and where to sign it: a little smaller where that brings all on one page, else in its full size.

    typst sees nothing but this folder, the fonts and the order.
    """
    compiler = typst.Compiler(folder / _LAYOUT, root=folder, font_paths=fonts.fonts(), ignore_system_fonts=True)
    for scale in (*_SCALES, 1.0):
        given = {"data": json.dumps({**order, "scale": scale})}
        pdf = compiler.compile(sys_inputs=given, format="pdf", pdf_standards=[*_STANDARDS])
        box = Box(**json.loads(compiler.query("<box>", field="value", one=True)))
        if box.page == 1:
            break
    assert isinstance(pdf, bytes)  # noqa: S101 - one file, as asked for
    return pdf, box


def _order(data: LetterData) -> dict[str, Any]:
    """What the layout gets, but for the letterhead. Raises NoGlyph."""
    rules = country(data.country)
    values = _values(data, rules)
    said = words(data.country, data.operator, data.entity, values)
    company = values["company"]
    return {
        "number": data.number,
        "date": [int(part) for part in data.dated.split("-")],
        "fonts": fonts.FAMILIES,
        "anchor": ANCHOR,
        "date_anchor": DATE_ANCHOR,
        "qr": _qr(data.code),
        "company": company["name"],
        "letterhead": [line for line in (values["address"], company["website"]) if line],
        "officer": [company["officer_name"], company["officer_title"]],
        "words": said.blocks,
        "facts": said.facts,
    }


def _values(data: LetterData, rules: Country) -> dict[str, Any]:
    """What the wording may name, as it is seen, each on one line but the sample message. Raises NoGlyph."""
    types = {choice.code: choice.title for choice in rules.message_types}
    seen = {
        "sender_id": _line(data.sender_id),
        "sample_text": glyphs.visible(data.sample_text).strip(),
        "operator_name": _line(data.operator_name),
        "message_type": types.get(data.message_type) or _line(data.message_type),
        "provider": _line(data.provider),
        "number": _line(data.number),
    }
    company = {name: _line(value) for name, value in data.company.items() if isinstance(value, str)}
    operators = [_line(name) for name in data.operators]
    glyphs.require(
        seen | {f"company.{name}": text for name, text in company.items()} | {"operators": "".join(operators)}
    )
    return seen | {
        "company": company,
        "address": _address(company),
        "country": rules.spoken,
        "country_name": rules.name,
        "entity": data.entity,
        "operators": operators,
        "addressee": seen["operator_name"] or _joined(operators),
        "monthly_traffic": data.monthly_traffic,
        "dated": data.dated,
        "valid": _valid(data),
        "stamp": rules.loa.stamp,
        "code": data.code,
    }


def _line(text: str) -> str:
    return " ".join(glyphs.visible(text).split())


def _joined(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _address(company: Mapping[str, str]) -> str:
    """The address on one line: "Jalan Braga 1, Bandung 40111, Indonesia"."""
    city = f"{company['city']} {company['postal_code']}".strip()
    lines = (company["address_line_1"], company["address_line_2"], city, country_name(company["country"]))
    return ", ".join(line for line in lines if line)


def _valid(data: LetterData) -> str:
    if data.valid_till:
        return f"{day(data.valid_from)} to {day(data.valid_till)}, both days included"
    return f"from {day(data.valid_from)}, until it is revoked"


def _qr(code: str) -> str:
    """The QR code as an SVG without a margin, which the layout leaves around it. A quarter of it may be spoilt."""
    made = segno.make(code, error="q", micro=False, boost_error=False)
    return str(made.svg_inline(border=0, light="#fff", omitsize=True))
