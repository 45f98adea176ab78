"""What is found in a file that came back, and what it comes to: no I/O, no library that reads files."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from bot.loa.box import Box

MOST_BYTES = 10_000_000
"""What Slack's file field takes. The portal's 3 MB for a signed LOA are less than many a phone's photo."""
MOST_PAGES = 20
"""A letter has one or two, and people add a card or a certificate. More is another document."""
MOST_PIXELS = 80_000_000
"""Of one picture, before it is opened: a phone's 50 million fit, a scanner's 600 dots an inch on A4 are 35 million."""
MOST_INSIDE = 300_000_000
"""Bytes that a PDF's streams may unpack to, all together: twenty scans in grey fit, and coloured ones are JPEGs."""
MOST_OBJECTS = 100_000

NO_INK = 0.002
"""Share of the signature box. Up to here is nobody's signature: dust, and what printing and scanning add."""
CLEAR_INK = 0.01
"""From here on it is ink beyond doubt. Unsigned scans were at 0.0 %, drawn and written ones at 1.2 % and more."""
LETTER_CODE = re.compile(r"(LOA-\d{6,}-\d+)(-r\d+)? ([0-9a-f]{16})")
"""What the QR code of a letter of ours says: its number, its version, and the first of its data's SHA-256."""

OPENED = "opened.json"
"""In the folder for what is made of a file: what was known when it was opened and cleaned."""

Level = Literal["fine", "doubt", "refused"]


class Verdict(StrEnum):
    """What a file that came back is worth."""

    FINE = "fine"
    DOUBTFUL = "doubtful"
    """A person has to look."""
    REFUSED = "refused"
    """It certainly cannot be the signed letter."""


@dataclass(frozen=True)
class Expected:
    """The letter that was sent out: its file, the text of its QR code, its number, and where it is signed."""

    pdf: Path
    sha256: str
    code: str
    number: str
    pages: int
    box: Box

    def to_json(self) -> dict[str, Any]:
        """As the child gets it."""
        return {**asdict(self), "pdf": str(self.pdf)}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Expected":
        """What `to_json` gave."""
        return cls(**{**plain, "pdf": Path(plain["pdf"]), "box": Box(**plain["box"])})


LEVELS: Mapping[str, Level] = {
    "empty": "refused",
    "too_large": "refused",
    "wrong_kind": "refused",
    "broken": "refused",
    "password": "refused",
    "too_many_pages": "refused",
    "too_many_pixels": "refused",
    "too_heavy": "refused",
    "unsigned_original": "refused",
    "other_letter": "refused",
    "older_version": "refused",
    "no_code": "doubt",
    "pages_missing": "doubt",
    "pages_added": "doubt",
    "letter_added": "doubt",
    "words_changed": "doubt",
    "not_straight": "doubt",
    "too_grainy": "doubt",
    "unsigned_again": "doubt",
    "no_ink": "doubt",
    "faint_ink": "doubt",
    "only_a_line": "doubt",
    "only_typed": "doubt",
    "seal_broken": "doubt",
    "active_in_seal": "doubt",
    "not_checked": "doubt",
    "ink": "fine",
    "drawn": "fine",
    "picture": "fine",
    "sealed": "fine",
    "cleaned": "fine",
}
"""Every rule, and what it does to the verdict. Its words are in ``templates/loa/findings.j2``.

Refused is only what is certain: a file that nobody can open, or another one than the letter signed. The code names
the letter and the data in it, so another code is another text, whoever signed it.
"""


@dataclass(frozen=True)
class Finding:
    """One thing that was seen. ``measured`` is short: ``0.0 % ink``, ``2 pages, not 1``."""

    rule: str
    level: Level
    measured: str = ""


@dataclass(frozen=True)
class Judged:
    """What came back, and what it is worth.

    ``clean`` is the PDF to keep, without anything that acts, pictures wrapped; ``crop`` a PNG of the signature box or,
    where that was not found, of a page. ``kind``: pdf, jpg, png, or empty. ``sealed``: by a digital signature that
    covers all of it; then ``clean`` has the very bytes that came.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    clean: Path | None = None
    crop: Path | None = None
    pages: int = 0
    kind: str = ""
    sealed: bool = False

    def to_json(self) -> dict[str, Any]:
        """As the child answers it."""
        return {**asdict(self), "clean": _text(self.clean), "crop": _text(self.crop)}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Judged":
        """What `to_json` gave."""
        found = tuple(Finding(**each) for each in plain["findings"])
        paths = {name: Path(plain[name]) if plain[name] else None for name in ("clean", "crop")}
        return cls(**{**plain, **paths, "verdict": Verdict(plain["verdict"]), "findings": found})


class Refused(Exception):
    """The look at a file ends here: it cannot be the signed letter."""

    def __init__(self, rule: str, measured: str = "") -> None:
        super().__init__(rule)
        self.finding = finding(rule, measured)


def finding(rule: str, measured: str = "") -> Finding:
    """A finding of this rule, at the rule's level."""
    return Finding(rule, LEVELS[rule], measured)


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """The worst finding decides."""
    levels = {each.level for each in findings}
    if "refused" in levels:
        return Verdict.REFUSED
    return Verdict.DOUBTFUL if "doubt" in levels else Verdict.FINE


def judge_codes(expected: str, codes: Iterable[str]) -> tuple[Finding, ...]:
    """What the codes of letters of ours that were read from a file say.

    Raises Refused; ``measured`` of another letter is its number alone.
    """
    read = list(dict.fromkeys(codes))
    others = [_named(code) for code in read if code != expected]
    if expected in read:
        return (finding("letter_added", f"also {', '.join(others)}"),) if others else ()
    if not read:
        return (finding("no_code", "no code found"),)
    ours = _named(expected)
    same = next((name for code, name in zip(read, others, strict=True) if _base(code) == _base(expected)), "")
    if same:
        raise Refused("older_version", f"{same}, not {ours}" if same != ours else f"other data than {ours} has now")
    raise Refused("other_letter", others[0])


def judge_pages(expected: int, pages: int) -> tuple[Finding, ...]:
    """Whether as many pages came back as went out."""
    if pages == expected:
        return ()
    return (finding("pages_missing" if pages < expected else "pages_added", f"{plural(pages)}, not {expected}"),)


def judge_ink(share: float, *, is_line: bool) -> Finding:
    """What the share of ink in the signature box says; ``is_line``: all of it lies on one straight line."""
    measured = f"{share * 100:.1f} % ink"
    if share < NO_INK:
        return finding("no_ink", measured)
    if share < CLEAR_INK:
        return finding("faint_ink", measured)
    return finding("only_a_line" if is_line else "ink", measured)


def plural(pages: int) -> str:
    """``1 page``, ``2 pages``."""
    return "1 page" if pages == 1 else f"{pages} pages"


def _named(code: str) -> str:
    return code.partition(" ")[0]


def _base(code: str) -> str:
    found = LETTER_CODE.fullmatch(code)
    return found[1] if found else code


def _text(path: Path | None) -> str | None:
    return str(path) if path else None
