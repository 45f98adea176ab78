"""The agent's name, description and use case. Pure.

A name is counted composed (NFC) and without blanks at its ends, in code points: an emoji made of several counts as
all of them. Programs in between may count UTF-16 units, in which an emoji is two or more: a name that is too long only
so gets a warning.
"""

import unicodedata
from collections.abc import Iterator
from enum import StrEnum

from bot.rcs.findings import Finding, fails, holds

NAME_MOST = 40
DESCRIPTION_MOST = 100
_HIDDEN = {"Cc", "Co", "Cs", "Cn"}
_TURNING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}  # the direction of writing
_NOTHING = {0x00AD, 0x200B, 0x2060, 0xFEFF, 0x180E, 0x3164, 0x115F, 0x1160}  # takes part in no writing system


class UseCase(StrEnum):
    """What an agent is for; it is fixed at launch."""

    TRANSACTIONAL = "TRANSACTIONAL"
    PROMOTIONAL = "PROMOTIONAL"
    OTP = "OTP"
    MULTI_USE = "MULTI_USE"


SPOKEN = {
    UseCase.TRANSACTIONAL: "Transactional",
    UseCase.PROMOTIONAL: "Promotional",
    UseCase.OTP: "OTP",
    UseCase.MULTI_USE: "Multi-use",
}
"""As the agent request form calls them."""
_ALSO = {"MULTIUSE": UseCase.MULTI_USE, "MULTIPURPOSE": UseCase.MULTI_USE, "ONETIMEPASSWORD": UseCase.OTP}


def tidied(typed: str) -> str:
    """As it is counted and kept: composed, with single blanks and none at the ends."""
    return " ".join(unicodedata.normalize("NFC", typed).split())


def judge_name(typed: str) -> Iterator[Finding]:
    """``name.length`` and ``name.characters``."""
    yield _length("name.length", tidied(typed), NAME_MOST, "name")
    hidden = [each for each in tidied(typed) if unicodedata.category(each) in _HIDDEN or _is_unseen(ord(each))]
    if hidden:
        named = ", ".join(dict.fromkeys(unicodedata.name(each, f"U+{ord(each):04X}") for each in hidden))
        yield fails("error", "name.characters", named, "visible", "name_hidden", named=named)
    else:
        yield holds("name.characters", "visible", "visible")


def judge_description(typed: str) -> Iterator[Finding]:
    """``description.length``."""
    yield _length("description.length", tidied(typed), DESCRIPTION_MOST, "description")


def judge_use_case(typed: str) -> Iterator[Finding]:
    """``use_case.known``."""
    limit = ", ".join(SPOKEN.values())
    found = use_case(typed)
    if found is None:
        yield fails("error", "use_case.known", tidied(typed), limit, "use_case")
    else:
        yield holds("use_case.known", SPOKEN[found], limit)


def use_case(typed: str) -> UseCase | None:
    """The use case that somebody wrote in any spelling; None when it is none."""
    plain = "".join(each for each in typed.upper() if each.isalnum())
    return {str(each).replace("_", ""): each for each in UseCase}.get(plain) or _ALSO.get(plain)


def _length(check: str, text: str, most: int, what: str) -> Finding:
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if not text:
        return fails("error", check, 0, most, "empty", what=what)
    if len(text) > most:
        start, over = text[:most].rstrip(), len(text) - most
        return fails("error", check, len(text), most, "too_long", what=what, start=start, over_count=over)
    if units > most:
        return fails("warning", check, units, most, "long_in_units", what=what, counted=str(len(text)))
    return holds(check, len(text), most)


def _is_unseen(code: int) -> bool:
    return code in _TURNING or code in _NOTHING
