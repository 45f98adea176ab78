"""Verdicts on numbers: phonenumbers is the referee, and reasons tell what a person can do."""

import re

import phonenumbers
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.contacts.judge import Judge
from bot.contacts.numbers import phone_like, verdict
from bot.contacts.reasons import Reason
from bot.contacts.verdicts import ACCEPTED, REASONS

COUNTRIES = [None, "SG", "ID", "PH", "TH", "US", "IT", "DE"]


def reference(value: str, country: str | None) -> str | None:
    """The rule in its plainest words: the E.164 number, or None when the value is not accepted."""
    value = value.strip()
    if country is None and re.fullmatch("[1-9][0-9]{6,14}", value):
        value = "+" + value
    try:
        number = phonenumbers.parse(value, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or number.extension:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def agreed(value: str, country: str | None) -> bool:
    """Whether the verdict is the reference's. Decimals from Excel are refused whatever the reference makes of them."""
    judged = verdict(value, country)
    if re.fullmatch(r"[0-9]{6,}[.,]0{1,2}", value.strip()):
        return judged.reason == Reason.EXCEL_DECIMALS
    expected = reference(value, country)
    return (f"+{judged.e164}" if judged.e164 else None) == expected and (judged.reason is None) == (
        expected is not None
    )


EXAMPLES = [
    phonenumbers.format_number(number, style)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    if (number := phonenumbers.example_number(region)) is not None
    for style in (
        phonenumbers.PhoneNumberFormat.E164,
        phonenumbers.PhoneNumberFormat.NATIONAL,
        phonenumbers.PhoneNumberFormat.INTERNATIONAL,
        phonenumbers.PhoneNumberFormat.RFC3966,
    )
]
DIGITS = st.text(st.sampled_from("0123456789"), max_size=17)
SPELLED = st.text(st.sampled_from("0123456789+()-. /xe\u00a0\u200b\uff11\u0661\uff0b,;#"), max_size=20)
MUTATED = st.builds(
    lambda base, at, insert, cut: base[: at % (len(base) + 1)] + insert + base[at % (len(base) + 1) + cut :],
    st.sampled_from(EXAMPLES),
    st.integers(0, 30),
    st.text(st.sampled_from("0123456789 +-.x\u200b"), max_size=2),
    st.integers(0, 2),
)


@settings(max_examples=1500, deadline=None)
@given(st.one_of(DIGITS, SPELLED, MUTATED, st.sampled_from(EXAMPLES)), st.sampled_from(COUNTRIES))
@example("6281234567890.0", "ID")
@example("+65 9123 4567 ext 5", None)
def test_no_verdict_differs_from_the_reference(value: str, country: str | None) -> None:
    """Accepted is exactly what the plain rule accepts, with the same E.164 number."""
    assert agreed(value, country)


@pytest.mark.parametrize(
    ("value", "country", "reason"),
    [
        ("", None, Reason.MISSING),
        (" \u00a0\t", None, Reason.MISSING),
        ("n/a", None, Reason.NOT_A_NUMBER),
        ("-", "SG", Reason.NOT_A_NUMBER),
        ("call 6591234567", None, Reason.LETTERS),
        ("659123456O", None, Reason.LETTERS),
        ("12345", None, Reason.TOO_SHORT),
        ("+65 9123", None, Reason.TOO_SHORT),
        ("9123", "SG", Reason.TOO_SHORT),
        ("+65 9123 4567 8", None, Reason.INVALID),
        ("+65 9123 4567 8901", None, Reason.TOO_LONG),
        ("1234567890123456", None, Reason.TOO_LONG),
        ("+999 1234567", None, Reason.UNKNOWN_CODE),
        ("+0812345678", None, Reason.UNKNOWN_CODE),
        ("0917 123 4567", None, Reason.NO_CODE),
        ("91234567", None, Reason.NO_CODE),
        ("9171234567", None, Reason.ZERO_LOST),
        ("612345678", "IT", Reason.ZERO_LOST),
        ("006591234567", None, Reason.DOUBLE_ZERO),
        ("00 65 9123 4567", None, Reason.DOUBLE_ZERO),
        ("639171234567", "SG", Reason.PLUS_LOST),
        ("+6500000000", None, Reason.INVALID),
        ("09171234567", "SG", Reason.INVALID),
        ("+65 9123 4567 ext. 12", None, Reason.EXTENSION),
        ("+6591234567;ext=3", None, Reason.EXTENSION),
        ("0812 3456 7890 / 0813 3456 7890", None, Reason.SEVERAL),
        ("+6591234567 ::: +6581234567", None, Reason.SEVERAL),
        ("+6591234567, +6581234567", "SG", Reason.SEVERAL),
        ("0812345678 atau 0813456789", "ID", Reason.SEVERAL),
        ("6.59E+10", None, Reason.EXCEL_EXPONENT),
        ("6,59E+10", "SG", Reason.EXCEL_EXPONENT),
        ("6.28123E12", None, Reason.EXCEL_EXPONENT),
        ("65912345.0", None, Reason.EXCEL_DECIMALS),
        ("6281234567890.0", "ID", Reason.EXCEL_DECIMALS),
        ("6591234567,00", None, Reason.EXCEL_DECIMALS),
        ("2024-01-02 00:00:00", None, Reason.EXCEL_DATE),
        ("1/2/2024", None, Reason.EXCEL_DATE),
        ("#N/A", None, Reason.EXCEL_ERROR),
        ("#DIV/0!", None, Reason.EXCEL_ERROR),
        ("#REF!", "PH", Reason.EXCEL_ERROR),
        ('="6591234567"', None, Reason.FORMULA),
        ("'6591234567", None, Reason.NO_CODE),
        ("\u200b6591234567", None, Reason.NO_CODE),
    ],
)
def test_reasons(value: str, country: str | None, reason: Reason) -> None:
    """Each way of being wrong has its name."""
    assert verdict(value, country).reason == reason


@pytest.mark.parametrize(
    ("value", "country", "e164"),
    [
        ("6591234567", None, 6591234567),
        (" 6591234567\u00a0", None, 6591234567),
        ("+65 9123-4567", None, 6591234567),
        ("tel:+65-9123-4567", None, 6591234567),
        ("'+6591234567", None, 6591234567),
        ("\u202a+6591234567\u202c", None, 6591234567),
        ("\uff0b\uff16\uff15\uff19\uff11\uff12\uff13\uff14\uff15\uff16\uff17", None, 6591234567),
        ("0917 123 4567", "PH", 639171234567),
        ("639171234567", "PH", 639171234567),
        ("\u0e50\u0e58\u0e51\u0e52\u0e53\u0e54\u0e55\u0e56\u0e57\u0e58", "TH", 66812345678),
        ("+39 06 12345678", None, 390612345678),
    ],
)
def test_what_is_accepted(value: str, country: str | None, e164: int) -> None:
    """Blanks around a number, its punctuation and the digits of other scripts do no harm."""
    assert verdict(value, country).e164 == e164


def test_every_reason_has_a_sentence_with_a_way_out() -> None:
    """Two sentences at least: what is wrong, and what to do."""
    for reason in Reason:
        assert reason.sentence.count(".") >= 2, reason
        assert len(reason) <= 40


def test_a_column_is_judged_like_its_values(store) -> None:
    """Row by row, null as empty, in the order of the rows."""
    values = ["6591234567", None, "x", "6591234567", " 6591234567 ", "0917"] * 3
    judged = Judge(None, store).column(pl.Series(values, dtype=pl.String))
    single = [verdict(value or "") for value in values]
    assert judged.e164.tolist() == [one.e164 for one in single]
    assert judged.reason.tolist() == [REASONS.index(one.reason) if one.reason else ACCEPTED for one in single]


def test_the_country_that_fits_the_rest_is_found(store) -> None:
    """National numbers point to their country, with how many there are and what the reading would cost."""
    philippine = [f"0917123{i:04}" for i in range(120)]
    judge = Judge(None, store)
    judge.column(pl.Series([*philippine, "6591234567", "+6281234567890", "639171234567", "x", philippine[0]]))
    best = judge.hints()[0]
    assert (best.country, best.calling_code, best.rows, best.lost) == ("PH", 63, 121, 1)
    assert Judge("PH", store).hints() == ()


def test_thai_numbers_are_not_taken_for_indonesian_ones(store) -> None:
    """Where a number would be valid in several countries, the stricter one is named first."""
    judge = Judge(None, store)
    judge.column(pl.Series([f"0812345{i:03}" for i in range(50)]))
    assert judge.hints()[0].country == "TH"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6591234567", True),
        ("+65 9123 4567", True),
        ("(021) 555-1234", True),
        ("6.59E+10", True),
        ("2024-01-02", False),
        ("02/01/2024 10:00", False),
        ("12345", False),
        ("Ana 6591234567", False),
        ("12345678901234567890", False),
    ],
)
def test_what_looks_like_a_number(text: str, expected: bool) -> None:
    """Only for telling headers and columns apart: good and bad numbers both count, dates and running numbers do not."""
    assert phone_like(text) is expected
