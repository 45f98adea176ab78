"""Why a row was not accepted, and how that is told from what stands in its cell."""

import re
from collections.abc import Callable
from enum import StrEnum

from phonenumbers import NumberParseException, PhoneNumber, ValidationResult, is_possible_number_with_reason


class Reason(StrEnum):
    """One way in which a number can be wrong. The value is its name everywhere: in reports, on the card, in JSON."""

    MISSING = "missing number"
    NOT_A_NUMBER = "not a number"
    LETTERS = "letters in the number"
    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    UNKNOWN_CODE = "unknown country code"
    NO_CODE = "no country code"
    DOUBLE_ZERO = "00 in place of +"
    PLUS_LOST = "plus sign lost"
    ZERO_LOST = "leading zero lost"
    INVALID = "not valid in its country"
    EXTENSION = "has an extension"
    SEVERAL = "several numbers in one cell"
    EXCEL_EXPONENT = "digits lost in Excel (6.59E+10)"
    EXCEL_DECIMALS = "decimals from Excel (65912345.0)"
    EXCEL_DATE = "made a date by Excel"
    EXCEL_ERROR = "error value from Excel (#N/A)"
    FORMULA = "formula in place of a number"

    @property
    def sentence(self) -> str:
        """What is wrong and what to do about it, for a person."""
        return _SENTENCES[self]


_SENTENCES = {
    Reason.MISSING: "The row has no number. Fill it in, or leave the row out.",
    Reason.NOT_A_NUMBER: "What stands there is not a phone number. Write digits only, with + and the country code.",
    Reason.LETTERS: "There are letters in the number. Write digits only, with + and the country code.",
    Reason.TOO_SHORT: "The number has too few digits for its country. Check whether some were left out.",
    Reason.TOO_LONG: "The number has too many digits for its country. Check whether some were added.",
    Reason.UNKNOWN_CODE: "No country has this code. Write the number with + and its country code, like +6591234567.",
    Reason.NO_CODE: "The number is written as at home. Say its country, or write it with + and the country code.",
    Reason.DOUBLE_ZERO: "The number begins with 00. Write + in its place.",
    Reason.PLUS_LOST: "The number is of another country than the one you named. Write a + in front of it.",
    Reason.ZERO_LOST: "A sheet took away the leading zero. Say the country, or write the number with + and its code.",
    Reason.INVALID: "Nobody in its country has such a number. Check its digits and its country code.",
    Reason.EXTENSION: "The number has an extension, and messages cannot go to one. Take the extension away.",
    Reason.SEVERAL: "Several numbers stand in one cell. Give each a row of its own.",
    Reason.EXCEL_EXPONENT: "Excel shortened the number, its last digits are gone. Type it in again, in a text column.",
    Reason.EXCEL_DECIMALS: "Excel added decimals to the number. Make the column a text column and save again.",
    Reason.EXCEL_DATE: "Excel made a date of the number. Type it in again, in a text column.",
    Reason.EXCEL_ERROR: "The cell holds an error of Excel. Put the number itself into the cell.",
    Reason.FORMULA: "The cell holds a formula without a result. Copy the column and paste it as values.",
}

_DIGITS_MIN, _DIGITS_MAX = 7, 15  # E.164
DECIMALS = re.compile(r"[0-9]{6,}[.,]0{1,2}")
"""A whole number to which Excel has added decimals."""
_DIGIT = re.compile(r"\d")
_PLUS = re.compile(r"[+\uff0b]")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?([ T]\d\d?:\d\d(:\d\d)?.*)?|\d\d?[/.]\d\d?[/.](\d\d){1,2}( \d\d?:\d\d.*)?")
_BETWEEN = re.compile(r":::|[,;/|&\n]|\b(?:or|and|atau|dan|o|at)\b|และ|หรือ", re.IGNORECASE)
LENGTHS = {
    ValidationResult.TOO_SHORT: Reason.TOO_SHORT,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: Reason.TOO_SHORT,
    ValidationResult.TOO_LONG: Reason.TOO_LONG,
    ValidationResult.INVALID_COUNTRY_CODE: Reason.UNKNOWN_CODE,
}
"""What phonenumbers says about a number's length, as a reason."""
_ERRORS = {
    NumberParseException.INVALID_COUNTRY_CODE: Reason.UNKNOWN_CODE,
    NumberParseException.NOT_A_NUMBER: Reason.TOO_SHORT,
    NumberParseException.TOO_SHORT_AFTER_IDD: Reason.TOO_SHORT,
    NumberParseException.TOO_SHORT_NSN: Reason.TOO_SHORT,
    NumberParseException.TOO_LONG: Reason.TOO_LONG,
}


def added_decimals(value: str) -> bool:
    """Whether Excel wrote a whole number with decimals: read as it stands it would be somebody else's number."""
    return DECIMALS.fullmatch(value) is not None


def by_shape(value: str) -> Reason | None:
    """What can be told from the look of a value (trimmed) that is no good number; None: it looks like one."""
    return next((reason for reason, shape in _SHAPES if shape(value)), None)


_SHAPES: tuple[tuple[Reason, Callable[[str], object]], ...] = (
    (Reason.MISSING, lambda value: not value),
    (Reason.EXCEL_ERROR, re.compile(r"#[A-Z][A-Z/0_]*[!?]?(0!)?").fullmatch),
    (Reason.EXCEL_EXPONENT, re.compile(r"[+-]?\d([.,]\d*)?[eE]\+?\d{1,3}").fullmatch),
    (Reason.EXCEL_DECIMALS, DECIMALS.fullmatch),
    (Reason.EXCEL_DATE, _DATE.fullmatch),
    (Reason.FORMULA, lambda value: value.startswith("=")),
    (Reason.NOT_A_NUMBER, lambda value: not _DIGIT.search(value)),
    (Reason.SEVERAL, lambda value: sum(count_digits(part) >= _DIGITS_MIN for part in _BETWEEN.split(value)) > 1),
    (Reason.LETTERS, re.compile(r"[^\W\d_]").search),
)


def by_outcome(value: str, outcome: PhoneNumber | NumberParseException) -> Reason:
    """What phonenumbers says about a value that is not valid; ``outcome`` is what ``parse`` gave or raised."""
    if isinstance(outcome, PhoneNumber):
        return LENGTHS.get(is_possible_number_with_reason(outcome), Reason.INVALID)
    if outcome.error_type == NumberParseException.INVALID_COUNTRY_CODE and not _PLUS.search(value):
        return _without_code(value)
    return _ERRORS[outcome.error_type]


def _without_code(value: str) -> Reason:
    digits = count_digits(value)
    if digits < _DIGITS_MIN:
        return Reason.TOO_SHORT
    if re.match(r"\W*0\W*0", value):
        return Reason.DOUBLE_ZERO
    return Reason.TOO_LONG if digits > _DIGITS_MAX else Reason.NO_CODE


def count_digits(text: str) -> int:
    """How many digits there are, of any script."""
    return len(_DIGIT.findall(text))
