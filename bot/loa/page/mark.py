"""What a signature on a screen looks like on the letter: a small PDF that is put into its box."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock

import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot import fonts
from bot.delivery.voices import TEMPLATES
from bot.loa import glyphs
from bot.loa.box import Box
from bot.loa.page.strokes import Strokes, as_svg
from bot.loa.wording import day

STATIC = Path(__file__).with_name("static")
SCRIPT = "Dancing Script"
"""What a typed name is written in; what it lacks (Thai, Chinese) is written as on the letter."""
_FOLDER = TEMPLATES / "loa" / "page"
_BELOW = 29.0  # points that the words below take
_BESIDE = 16.0
_LOCK = Lock()
"""typst's compiler remembers what it was asked last."""


@dataclass(frozen=True)
class Mark:
    """Who signed, what as, and when; with what a pen drew, or none: the name is written."""

    name: str
    title: str
    at: datetime
    strokes: Strokes = ()


def draw(mark: Mark, box: Box) -> bytes:
    """A PDF of one page, as large as the box, without paper: work for the processor, to be called in a thread."""
    glyphs.require({"Your name": mark.name, "Your title": mark.title})
    order = {
        "width": box.width,
        "height": box.height,
        "fonts": fonts.FAMILIES,
        "script": SCRIPT,
        "svg": as_svg(mark.strokes, box.width - _BESIDE, box.height - _BELOW) if mark.strokes else "",
        "name": mark.name,
        "lines": _lines(mark),
    }
    return _drawn("mark.typ", order)


def draw_day(mark: Mark, width: float, height: float) -> bytes:
    """The day as it is written on the letter's line for it, in points."""
    order = {"width": width, "height": height, "day": day(mark.at.date().isoformat()), "fonts": fonts.FAMILIES}
    return _drawn("day.typ", order)


def _lines(mark: Mark) -> list[str]:
    words = Environment(loader=FileSystemLoader(_FOLDER), undefined=StrictUndefined, autoescape=False)  # noqa: S701 - typst gets it as data
    said = words.get_template("mark.txt").render(
        name=mark.name, title=mark.title, day=day(mark.at.date().isoformat()), time=mark.at.strftime("%H:%M")
    )
    return [" ".join(line.split()) for line in said.split("\n\n")]


def _drawn(layout: str, order: dict[str, object]) -> bytes:
    with _LOCK:
        pdf = _compiler(layout).compile(sys_inputs={"data": json.dumps(order)}, format="pdf")
    assert isinstance(pdf, bytes)  # noqa: S101 - one file, as asked for
    return pdf


@cache
def _compiler(layout: str) -> typst.Compiler:
    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.FOLDER, STATIC])
    return typst.Compiler(_FOLDER / layout, font_paths=known, ignore_system_fonts=True)
