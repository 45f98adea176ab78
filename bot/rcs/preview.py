"""How an agent looks on a phone, by day and in dark mode, as a picture."""

import json
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

import typst

from bot import fonts
from bot.delivery.marks import cut
from bot.delivery.voices import TEMPLATES, Voices
from bot.rcs.keywords import REQUIRED
from bot.rcs.name_rules import DESCRIPTION_MOST, NAME_MOST, tidied

_PPI = 144.0
_GREY = "#5F6368"
_SHORT, _MESSAGE = 24, 320
_CHIPS = ("HELP", "STOP")
_LOCK = Lock()
"""typst's compiler remembers what it was asked last."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What is drawn; what is empty or None has something in its place, the message START's text.

    Pictures are PNGs that we made ourselves.
    """

    name: str = ""
    description: str = ""
    colour: str = ""
    logo: bytes | None = None
    hero: bytes | None = None
    message: str = ""


@dataclass(frozen=True)
class Preview:
    """A PNG, and the characters that no font of ours has: they are left out of it."""

    png: bytes
    left_out: tuple[str, ...]


def preview(profile: Profile, voices: Voices) -> Preview:
    """Draw it: a fifth of a second for the processor, to be called in a thread."""
    order, left_out = _order(profile, voices)
    with _LOCK:
        png = _compiler().compile(sys_inputs={"data": json.dumps(order)}, format="png", ppi=_PPI)
    assert isinstance(png, bytes)  # noqa: S101 - one page
    return Preview(png, left_out)


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(TEMPLATES / "rcs" / "phone.typ", font_paths=fonts.fonts(), ignore_system_fonts=True)


def _order(profile: Profile, voices: Voices) -> tuple[dict[str, Any], tuple[str, ...]]:
    def said(part: str) -> str:
        return voices.plain("rcs/preview", part)

    typed = {
        "name": cut(tidied(profile.name) or said("no_name"), 2 * NAME_MOST),
        "description": cut(tidied(profile.description) or said("no_description"), 2 * DESCRIPTION_MOST),
        "message": cut(tidied(profile.message) or REQUIRED["start"], _MESSAGE),
    }
    known = fonts.known_characters()
    left_out = dict.fromkeys(each for text in typed.values() for each in text if ord(each) not in known)
    drawn = {place: tidied("".join(each for each in text if ord(each) in known)) for place, text in typed.items()}
    words = {part: said(part) for part in ("light", "dark", "today", "write")}
    return {
        **drawn,
        "short_name": cut(drawn["name"], _SHORT),
        "initial": drawn["name"][:1].upper(),
        "colour": profile.colour or _GREY,
        "logo": list(profile.logo) if profile.logo else None,
        "hero": list(profile.hero) if profile.hero else None,
        "fonts": fonts.FAMILIES,
        "words": words | {"buttons": [said("call"), said("email")], "chips": _CHIPS},
    }, tuple(left_out)
