"""The verdict on a number. phonenumbers is the referee: what it refuses is refused, what it accepts is accepted.

After trimming, and with no country named, a value of digits only that fits ``DIGITS`` is read as international.
Everything else goes to ``phonenumbers.parse`` as it stands, with the country's region when one is named. Accepted is
what is valid and has no extension. One thing is refused before the referee sees it: a number to which Excel has added
``.0``, because ``parse`` would take that zero for one more digit, and somebody else's number would be written to.
"""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from bot.contacts.reasons import Reason, added_decimals, by_outcome, by_shape

DIGITS = re.compile(r"[1-9][0-9]{6,14}")
"""The API's own pattern for a number (source: 8x8, Contacts API, addresses.msisdn), without its optional plus."""
_HOPELESS = re.compile(r"[ -/:-~]*|[^;xX]*[0-9][^;xX]*\+[ -~]*[0-9A-Za-z#][ -~]*")
LIKELY = ("SG", "TH", "PH", "ID", "MY", "VN")
"""Countries whose numbers are looked for among digits that are no international number."""
_PHONE_LIKE = re.compile(r"\+?[\d\s().\-/\u00a0]{6,25}|\d([.,]\d+)?[eE]\+?\d\d")
_LIKE_MIN, _LIKE_MAX = 7, 16  # digits
_DATE_LIKE = re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?.*|\d\d?[-/.]\d\d?[-/.]\d{4}.*")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``e164``: the number's digits without the plus when it is accepted, else 0; ``reason``: why not, else None.

    ``region`` (two letters, or 001) and ``type`` (a PhoneNumberType) of an accepted number.
    """

    e164: int
    reason: Reason | None = None
    region: str = ""
    type: int = PhoneNumberType.UNKNOWN


def phone_like(text: str) -> bool:
    """Whether this looks like a phone number, good or bad: it tells columns and headers apart and is no verdict."""
    digits = sum(1 for letter in text if letter.isdigit())
    is_number = _PHONE_LIKE.fullmatch(text) is not None and (_LIKE_MIN <= digits <= _LIKE_MAX or "e" in text.lower())
    return is_number and not _DATE_LIKE.fullmatch(text)


def verdict(value: str, country: str | None = None) -> Verdict:
    """The verdict on one value. ``country`` is a region code that phonenumbers knows."""
    value = value.strip()
    if added_decimals(value):
        return Verdict(0, Reason.EXCEL_DECIMALS)
    if is_hopeless(value):
        return Verdict(0, by_shape(value) or Reason.TOO_SHORT)
    read = _as_read(value, country)
    outcome = _outcome(read, country)
    if isinstance(outcome, PhoneNumber) and phonenumbers.is_valid_number(outcome):
        if outcome.extension:
            return Verdict(0, Reason.EXTENSION)
        e164 = int(phonenumbers.format_number(outcome, phonenumbers.PhoneNumberFormat.E164))
        region = str(phonenumbers.region_code_for_number(outcome))
        return Verdict(e164, None, region, phonenumbers.number_type(outcome))
    return Verdict(0, by_shape(value) or _lost(value, country) or by_outcome(read, outcome))


def is_hopeless(value: str) -> bool:
    """Whether ``parse`` need not be asked: there is no digit, or a plus between digits."""
    return _HOPELESS.fullmatch(value) is not None


def _as_read(value: str, country: str | None) -> str:
    """A trimmed value as it goes to ``parse``."""
    return "+" + value if country is None and DIGITS.fullmatch(value) else value


def _outcome(read: str, country: str | None) -> PhoneNumber | NumberParseException:
    """What ``parse`` says, as the result or as the error."""
    try:
        return phonenumbers.parse(read, country)
    except NumberParseException as error:
        return error


def valid_in(value: str, country: str) -> bool:
    """Whether this value would be accepted if the file were read with this country."""
    outcome = _outcome(_as_read(value, country), country)
    return isinstance(outcome, PhoneNumber) and phonenumbers.is_valid_number(outcome) and not outcome.extension


def _lost(value: str, country: str | None) -> Reason | None:
    """What a sheet took away in front of a value of digits only, as far as it can be known."""
    if not DIGITS.fullmatch(value):
        return None
    if country is not None:
        if valid_in("+" + value, country):
            return Reason.PLUS_LOST
        return Reason.ZERO_LOST if valid_in("0" + value, country) else None
    home = next((region for region in LIKELY if valid_in(value, region)), None)
    if home is None:
        return None
    return (
        Reason.ZERO_LOST if phonenumbers.ndd_prefix_for_region(home, strip_non_digits=True) == "0" else Reason.NO_CODE
    )
