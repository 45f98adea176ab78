"""The brand colour: any spelling of a hex code, and WCAG's contrast against white, unrounded. Pure.

Source of the maths: W3C, Web Content Accessibility Guidelines 2.2, "contrast ratio" and "relative luminance".
"""

import re
import unicodedata
from collections.abc import Iterator

from PIL import ImageColor

from bot.rcs.findings import Finding, fails, holds

CONTRAST_LEAST = 4.5
_HEX = re.compile(r"(?:#|0x)?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_SHORT, _WHOLE = 4, 6  # digits: up to so many are doubled; more than so many say how opaque it is
_NAME_MOST = 40

Rgb = tuple[int, int, int]


def judge(typed: str) -> Iterator[Finding]:
    """``color.format``, and for what is a colour ``color.contrast``."""
    colour, opaque = _read(typed)
    limit = "#RRGGBB"
    if not colour:
        proposal = _named(typed)
        say = "colour_named" if proposal else "colour_unknown"
        yield fails("error", "color.format", " ".join(typed.split()), limit, say, proposal=proposal)
        return
    if opaque:
        yield holds("color.format", colour, limit)
    else:
        yield fails("error", "color.format", " ".join(typed.split()), limit, "colour_sheer", proposal=colour)
    ratio = contrast(rgb(colour))
    if ratio >= CONTRAST_LEAST:
        yield holds("color.contrast", ratio, CONTRAST_LEAST)
    else:
        yield fails("error", "color.contrast", ratio, CONTRAST_LEAST, "contrast", proposal=nearest_shade(colour))


def normalised(typed: str) -> str:
    """``#RRGGBB`` in upper case; empty when it is no opaque hex code."""
    colour, opaque = _read(typed)
    return colour if opaque else ""


def rgb(colour: str) -> Rgb:
    """Red, green and blue, 0 to 255, of ``#RRGGBB``."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def contrast(colour: Rgb, other: Rgb = (255, 255, 255)) -> float:
    """WCAG's contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((_luminance(colour), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def nearest_shade(colour: str) -> str:
    """The lightest shade (hue and saturation kept, only darker) that white text can be read on."""
    parts = rgb(colour)
    most = max(parts)
    shades = (_shade(parts, step, most) for step in range(most, -1, -1))
    return next("#{:02X}{:02X}{:02X}".format(*shade) for shade in shades if contrast(shade) >= CONTRAST_LEAST)


def _shade(parts: Rgb, step: int, most: int) -> Rgb:
    red, green, blue = (round(part * step / most) if most else 0 for part in parts)
    return red, green, blue


def _luminance(colour: Rgb) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - of sRGB


def _read(typed: str) -> tuple[str, bool]:
    """The colour and whether it is opaque; empty when this is no hex code."""
    found = _HEX.fullmatch("".join(unicodedata.normalize("NFKC", typed).split()))
    if found is None:
        return "", False
    digits = found[1].upper()
    if len(digits) <= _SHORT:
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits[:_WHOLE]}", digits[_WHOLE:] in {"", "FF"}


def _named(typed: str) -> str:
    """The hex code of ``red``, ``rgb(233, 27, 12)`` and the like; empty when it is none of these."""
    try:
        parts = ImageColor.getrgb(typed.strip()[:_NAME_MOST])
    except ValueError:
        return ""
    return "#{:02X}{:02X}{:02X}".format(*(min(part, 255) for part in parts[:3]))
