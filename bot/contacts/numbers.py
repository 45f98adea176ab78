"""The verdict on a number. phonenumbers is the referee: what it refuses is refused, what it accepts is accepted.

After trimming, and with no country named, a value of digits only that fits ``DIGITS`` is read as international.
Everything else goes to ``phonenumbers.parse`` as it stands, with the country's region when one is named. Accepted is
what is valid and has no extension. One thing is refused before the referee sees it: a number to which Excel has added
``.0``, because ``parse`` would take that zero for one more digit, and somebody else's number would be written to.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers
import polars as pl
from phonenumbers import NumberParseException, PhoneNumber

from bot.contacts.outcome import CountryHint
from bot.contacts.reasons import Reason, added_decimals, by_outcome, by_shape

DIGITS = re.compile(r"[1-9][0-9]{6,14}")
"""The API's own pattern for a number (source: 8x8, Contacts API, addresses.msisdn), without its optional plus."""
REASONS: tuple[Reason, ...] = tuple(Reason)
ACCEPTED = len(REASONS)
"""In a column of verdicts the reason is its place in REASONS, and this number stands for none."""
AT_HOME = ("SG", "TH", "PH", "ID", "MY", "VN", "HK", "TW", "KR", "JP", "IN", "AU", "NZ", "GB", "US")
"""Countries whose numbers are looked for among those without a country code; of equals, the earlier one."""
_MAY_BE_NATIONAL = frozenset(
    {Reason.NO_CODE, Reason.ZERO_LOST, Reason.INVALID, Reason.UNKNOWN_CODE, Reason.TOO_SHORT, Reason.TOO_LONG}
)
_LIKELY = AT_HOME[:6]
_PHONE_LIKE = re.compile(r"\+?[\d\s().\-/\u00a0]{6,25}|\d([.,]\d+)?[eE]\+?\d\d")
_LIKE_MIN, _LIKE_MAX = 7, 16  # digits
_DATE_LIKE = re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?.*|\d\d?[-/.]\d\d?[-/.]\d{4}.*")
_HINTS_MAX = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """``e164``: the number's digits without the plus when it is accepted, else 0; ``reason``: why not, else None."""

    e164: int
    reason: Reason | None = None


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
    outcome = _outcome(value, country)
    if isinstance(outcome, PhoneNumber) and phonenumbers.is_valid_number(outcome):
        if outcome.extension:
            return Verdict(0, Reason.EXTENSION)
        return Verdict(int(phonenumbers.format_number(outcome, phonenumbers.PhoneNumberFormat.E164)))
    return Verdict(0, by_shape(value) or _lost(value, country) or by_outcome(value, outcome))


def _outcome(value: str, country: str | None) -> PhoneNumber | NumberParseException:
    """What ``parse`` says about a trimmed value, as the result or as the error."""
    international = country is None and DIGITS.fullmatch(value)
    try:
        return phonenumbers.parse("+" + value if international else value, country)
    except NumberParseException as error:
        return error


def valid_in(value: str, country: str) -> bool:
    """Whether this value would be accepted if the file were read with this country."""
    outcome = _outcome(value, country)
    return isinstance(outcome, PhoneNumber) and phonenumbers.is_valid_number(outcome) and not outcome.extension


def _lost(value: str, country: str | None) -> Reason | None:
    """What a sheet took away in front of a value of digits only, as far as it can be known."""
    if not DIGITS.fullmatch(value):
        return None
    if country is not None:
        if valid_in("+" + value, country):
            return Reason.PLUS_LOST
        return Reason.ZERO_LOST if valid_in("0" + value, country) else None
    home = next((region for region in _LIKELY if valid_in(value, region)), None)
    if home is None:
        return None
    return (
        Reason.ZERO_LOST if phonenumbers.ndd_prefix_for_region(home, strip_non_digits=True) == "0" else Reason.NO_CODE
    )


class Judge:
    """Judges columns of values, each distinct value once, and remembers them to say which country fits the rest."""

    def __init__(self, country: str | None = None) -> None:
        self.country = country
        self._known: dict[str, Verdict] = {}
        self._rows: Counter[str] = Counter()

    def column(self, values: pl.Series) -> pl.DataFrame:
        """The verdicts on a column of text (null: empty), row by row.

        Two columns: ``e164`` (Int64), the digits of an accepted number, else 0; ``reason`` (UInt8), a place in REASONS.
        """
        named = values.fill_null("").str.strip_chars(_WHITE).alias("value")
        counts = named.value_counts(name="rows")
        self._learn(counts["value"].to_list())
        if self.country is None:
            self._rows.update(dict(counts.iter_rows()))
        known = [self._known[value] for value in counts["value"]]
        verdicts = counts.select("value").with_columns(
            pl.Series("e164", [v.e164 for v in known], pl.Int64),
            pl.Series("reason", [REASONS.index(v.reason) if v.reason else ACCEPTED for v in known], pl.UInt8),
        )
        return named.to_frame().join(verdicts, on="value", how="left", maintain_order="left").select("e164", "reason")

    def _learn(self, values: Iterable[str]) -> None:
        for value in values:
            if value not in self._known:
                self._known[value] = verdict(value, self.country)

    def hints(self) -> tuple[CountryHint, ...]:
        """Which countries would make rejected numbers valid, the most first; empty when a country was named."""
        national = {v: n for v, n in self._rows.items() if self._known[v].reason in _MAY_BE_NATIONAL and "+" not in v}
        sample = dict(sorted(national.items())[:: max(1, len(national) // 200)])
        promising = sorted(AT_HOME, key=lambda region: -_rows_in(sample, region))[:_HINTS_MAX]
        counts = {region: _rows_in(national, region) for region in sorted(promising, key=AT_HOME.index)}
        best = sorted((region for region in counts if counts[region]), key=lambda region: -counts[region])
        return tuple(
            CountryHint(region, counts[region], phonenumbers.country_code_for_region(region), self._lost_in(region))
            for region in best
        )

    def _lost_in(self, country: str) -> int:
        digits_only = (value for value in self._rows if self._known[value].e164 and DIGITS.fullmatch(value))
        return sum(self._rows[v] for v in digits_only if verdict(v, country).e164 != self._known[v].e164)


def _rows_in(rows: dict[str, int], country: str) -> int:
    return sum(count for value, count in rows.items() if valid_in(value, country))


_WHITE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
"""What Python's ``strip`` takes away; polars by itself knows a few less."""
