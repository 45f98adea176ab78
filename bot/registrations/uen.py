"""Singapore's Unique Entity Number: its three shapes, each with a check letter (source: ACRA, uen.gov.sg)."""

import re

_BUSINESS = re.compile(r"[0-9]{8}[A-Z]")
_COMPANY = re.compile(r"(18|19|20)[0-9]{2}[0-9]{5}[A-Z]")
_OTHER = re.compile(r"[RST][0-9]{2}[A-Z]{2}[0-9]{4}[A-Z]")
_OTHER_SIGNS = "ABCDEFGHJKLMNPQRSTUVWX0123456789"


def has_shape(uen: str) -> bool:
    """Whether it looks like one: 8 digits + letter, year + 5 digits + letter, or T/S/R + year + kind + 4 + letter."""
    return any(shape.fullmatch(uen) for shape in (_BUSINESS, _COMPANY, _OTHER))


def is_valid(uen: str) -> bool:
    """Whether shape and check letter are right. Upper case, no blanks."""
    return has_shape(uen) and uen[-1] == _check_letter(uen[:-1])


def _check_letter(body: str) -> str:
    if not body.isdigit():
        weighed = zip((4, 3, 5, 3, 10, 2, 2, 5, 7), map(_OTHER_SIGNS.find, body), strict=True)
        return _OTHER_SIGNS[(sum(weight * value for weight, value in weighed) - 5) % 11]
    if len(body) == 8:  # noqa: PLR2004 - a business
        weights, letters = (10, 4, 9, 3, 8, 2, 7, 1), "XMKECAWLJDB"
        return letters[sum(weight * int(digit) for weight, digit in zip(weights, body, strict=True)) % 11]
    weights_of_nine = (10, 8, 6, 4, 9, 7, 5, 3, 1)
    return "ZKCMDNERGWH"[sum(weight * int(digit) for weight, digit in zip(weights_of_nine, body, strict=True)) % 11]
