"""Can the letter's fonts show what somebody typed? typst draws a box for what they cannot, and says nothing of it."""

import unicodedata
from collections.abc import Mapping

from bot.fonts import known_characters
from bot.loa.cannot import NoGlyph

_NAMED = 3  # characters that an error names
_HIDDEN = {"Cc", "Cf", "Cs"}  # controls, formats (which turn the direction of writing) and halves of characters
_VARIATIONS = range(0xFE00, 0xFE10)  # they choose between pictures of the character before
_BLANKS = {"Zs", "Zl", "Zp"}
FIELDS = {
    "sender_id": "The sender ID",
    "sample_text": "The sample message",
    "operators": "The name of an operator",
    "operator_name": "The operator's name",
    "message_type": "The type of messages",
    "provider": "The provider's name",
    "company.name": "The company's name",
    "company.officer_name": "The signing officer's name",
    "company.officer_title": "The signing officer's title",
    "company.address_line_1": "The company's address",
    "company.address_line_2": "The company's address",
    "company.city": "The company's city",
    "company.website": "The company's website",
}
"""What people call a place in the letter's data."""


def visible(text: str) -> str:
    """A text as a letter shows it: composed (NFC), line ends kept, without characters that nobody sees."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(_seen(character) for character in composed)


def _seen(character: str) -> str:
    kind = unicodedata.category(character)
    if character in "\n\t" or kind in _BLANKS:
        return "\n" if character in "\n\u2028\u2029" else " "
    return "" if kind in _HIDDEN or ord(character) in _VARIATIONS else character


def require(values: Mapping[str, str]) -> None:
    """Refuse (NoGlyph) the first of these visible texts, by place, that the fonts cannot show."""
    known = known_characters()
    for place, text in values.items():
        missing = [each for each in dict.fromkeys(text) if ord(each) not in known and each != "\n"]
        if missing:
            field = FIELDS.get(place, f"{place} of the letter")
            raise NoGlyph(field=field, characters=_named(missing), remedy=_remedy(missing))


def _named(missing: list[str]) -> str:
    """As in: “한” (HANGUL SYLLABLE HAN) and 2 more."""
    shown = [f"“{each}” ({unicodedata.name(each, f'U+{ord(each):04X}')})" for each in missing[:_NAMED]]
    more = len(missing) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _remedy(missing: list[str]) -> str:
    if all(unicodedata.category(character)[0] in "LM" for character in missing):
        return "Write it in Latin letters."
    return "Leave it out, or write it in words."
