"""The fonts of what the desk draws: files of this package, so that a letter has the same bytes wherever it is drawn.

Noto Sans (Latin, Greek, Cyrillic, Devanagari), Noto Sans Thai and Noto Sans SC (Chinese, simplified and traditional,
and kana), each under the SIL Open Font License that stands beside it.
"""

from functools import cache
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent
FAMILIES = ("Noto Sans", "Noto Sans Thai", "Noto Sans SC")
"""In the order in which a character is looked for."""


@cache
def fonts() -> typst.Fonts:
    """The fonts for typst; no other ones, whatever the system has."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER])


@cache
def known_characters() -> frozenset[int]:
    """The code points that have a glyph."""
    files = sorted(path for path in FOLDER.iterdir() if path.suffix in {".ttf", ".otf"})
    found: set[int] = set()
    for path in files:
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)


def shown(value: Any) -> Any:
    """Data for a picture without the characters that no font of ours has."""
    if isinstance(value, str):
        known = known_characters()
        return "".join(each for each in value if ord(each) in known)
    if isinstance(value, dict):
        return {name: shown(each) for name, each in value.items()}
    return [shown(each) for each in value] if isinstance(value, list | tuple) else value
