"""What a logo and a hero image must be like, judged by what was measured in them. Pure.

A kilobyte is 1,024 bytes for a refusal. Some carriers count 1,000: what only they would refuse gets a warning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.rcs.findings import Finding, fails, holds

CUT_MOST = 2.0
"""Percent of what is on a logo that may lie outside the circle in which phones show it."""
SHEER_MOST = 2.0
"""Percent of a logo's circle that may be transparent: its soft edge, but not its ground."""
KINDS = ("PNG", "JPEG")


@dataclass(frozen=True)
class Spec:
    """A picture's limits: pixels, kilobytes that are refused above, and those that a carrier may refuse above."""

    what: str
    width: int
    height: int
    most_kb: int
    advised_kb: int
    is_round: bool

    @property
    def size(self) -> str:
        """As in 224x224."""
        return f"{self.width}x{self.height}"


LOGO = Spec("logo", 224, 224, most_kb=50, advised_kb=50, is_round=True)
HERO = Spec("hero", 1440, 448, most_kb=220, advised_kb=200, is_round=False)
SPECS = {spec.what: spec for spec in (LOGO, HERO)}


@dataclass(frozen=True)
class Look:
    """What was measured in a file, by its content. Width and height are those of the upright picture, 0: unknown.

    ``kind``: ``PNG``, ``JPEG``, or what else it is, empty for no picture; ``broken``: it cannot be read to its end;
    ``turned``: its pixels lie, and a mark (EXIF) says how; ``sheer``: percent of it (of its circle, for a logo) that is
    not opaque; ``cut``: percent of its content outside the circle. The last two are None when its pixels were not read.
    """

    size: int
    kind: str
    broken: bool = False
    frames: int = 1
    cmyk: bool = False
    width: int = 0
    height: int = 0
    turned: bool = False
    sheer: float | None = None
    cut: float | None = None

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Look":
        """From what the child says."""
        return cls(**said)


@dataclass(frozen=True)
class Note:
    """Something that was done, by the name of a block of ``templates/rcs/mended.j2``, with what it tells."""

    say: str
    facts: dict[str, str]


def judge(spec: Spec, look: Look) -> Iterator[Finding]:
    """The checks of ``logo`` or ``hero``; those for which its pixels are needed only where they could be read."""
    yield _format(spec, look)
    if look.width:
        yield _dimensions(spec, look)
    yield _bytes(spec, look)
    if look.sheer is None:
        return
    yield _orientation(spec, look)
    yield _transparency(spec, look)
    if spec.is_round and look.cut is not None:
        yield _crop(spec, look.cut)


def _format(spec: Spec, look: Look) -> Finding:
    check, limit = f"{spec.what}.format", "JPEG or PNG"
    if look.kind not in KINDS:
        say = "format_other" if look.kind else "format_none"
        return fails("error", check, look.kind or "no picture", limit, say, what=spec.what, kind=look.kind)
    if look.broken:
        return fails("error", check, f"broken {look.kind}", limit, "format_broken", what=spec.what, kind=look.kind)
    if look.frames > 1:
        shown = f"animated {look.kind}, {look.frames} frames"
        return fails("error", check, shown, limit, "format_animated", what=spec.what, frames=str(look.frames))
    if look.cmyk:
        return fails("error", check, f"CMYK {look.kind}", limit, "format_cmyk", what=spec.what)
    return holds(check, look.kind, limit)


def _dimensions(spec: Spec, look: Look) -> Finding:
    check, measured = f"{spec.what}.dimensions", f"{look.width}x{look.height}"
    if measured == spec.size:
        return holds(check, measured, spec.size)
    return fails("error", check, measured, spec.size, "dimensions", what=spec.what)


def _bytes(spec: Spec, look: Look) -> Finding:
    check, what = f"{spec.what}.bytes", spec.what
    refused, cautious = spec.most_kb * 1024, spec.advised_kb * 1000
    if look.size > refused:
        over = look.size - refused
        return fails("error", check, look.size, refused, "bytes", what=what, most=str(spec.most_kb), over_count=over)
    if look.size > cautious:
        say = "bytes_advised" if spec.advised_kb < spec.most_kb else "bytes_counted"
        return fails("warning", check, look.size, cautious, say, what=what, most=str(spec.advised_kb))
    return holds(check, look.size, refused)


def _orientation(spec: Spec, look: Look) -> Finding:
    check = f"{spec.what}.orientation"
    if look.turned:
        return fails("warning", check, "turned", "upright", "turned", what=spec.what)
    return holds(check, "upright", "upright")


def _transparency(spec: Spec, look: Look) -> Finding:
    check, most = f"{spec.what}.transparency", SHEER_MOST if spec.is_round else 0.0
    sheer = look.sheer or 0.0
    if sheer > most:
        say = "sheer_logo" if spec.is_round else "sheer_hero"
        return fails("warning", check, sheer, most, say)
    return holds(check, sheer, most)


def _crop(spec: Spec, cut: float) -> Finding:
    check = f"{spec.what}.crop"
    if cut > CUT_MOST:
        return fails("warning", check, cut, CUT_MOST, "crop")
    return holds(check, cut, CUT_MOST)
