"""Verdicts on whole columns, the same as ``numbers.verdict`` gives one by one.

Nearly all numbers are digits, with or without a plus: as integers they run through the automaton. Numbers with blanks,
hyphens and brackets do so without them. What is left (extensions, letters, other scripts, and where the automaton says
"ask") goes to ``numbers.verdict``, once for each distinct value.
"""

import numpy as np
import polars as pl

from bot.contacts.digits import DigitJudge, may_be_judged
from bot.contacts.hints import Hints
from bot.contacts.numbering.store import Store
from bot.contacts.numbers import Verdict, verdict
from bot.contacts.outcome import CountryHint
from bot.contacts.reasons import DECIMALS, Reason, by_shape
from bot.contacts.verdicts import ACCEPTED, ASK, Digits, Mask, Rows, Verdicts, place

WHITE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
"""What Python's ``strip`` takes away; polars by itself knows a few less."""
# What may stand around and between the digits without changing what ``parse`` reads: words before the number, signs
# behind it, and the library's own punctuation, as far as it begins neither an extension nor a second number.
_BETWEEN = r"[ \u00a0\u00ad\u200b\u2060\u3000\u2010-\u2015\u2212().\[\]/-]*"
_SPELLED = rf"^[A-Za-z:'\"= (\[]*\+?(?:{_BETWEEN}[0-9]){{5,18}}[ \u00a0\"'.,;:)\]/-]*$"
_SPELLED_MAX = 60  # bytes
_TELLING = r"[^0-9+ \u00a0().-]|^\d{1,4}[.-]\d\d?[.-]\d{1,4}"
"""What a reason may be told from, when a number that is spelled so was refused: see ``reasons.by_shape``."""
_REMEMBERED = 200_000  # values


class Judge:
    """Judges columns of text for one country, or for none. ``asked``: rows that phonenumbers itself had to judge."""

    def __init__(self, country: str | None, store: Store) -> None:
        self._country = country
        self._digits = DigitJudge(country, store)
        self._hints = Hints(store)
        self._known: dict[str, Verdict] = {}
        self.asked = 0

    def column(self, values: pl.Series) -> Verdicts:
        """The verdicts on a column of text (null: empty), row by row."""
        text = values.fill_null("").str.strip_chars(WHITE)
        digits, good = _digits(text)
        found = Verdicts.of(len(text), ASK)
        rows = np.flatnonzero(good)
        self._put(found, rows, digits.at(rows), pure=True)
        found.reason[(text == "").to_numpy()] = place(Reason.MISSING)
        others = np.flatnonzero(~good & (found.reason == ASK))
        if len(others):
            found.put(others, self._spelled(text[others]))
        rows = np.flatnonzero(found.reason == ASK)
        if len(rows):
            found.put(rows, Verdicts.from_single([self._ask(value) for value in text[rows]]))
        return found

    def hints(self) -> tuple[CountryHint, ...]:
        """Which countries would make refused numbers valid, the most first; none when a country was named."""
        return self._hints.all()

    def _put(self, found: Verdicts, rows: Rows, digits: Digits, *, pure: bool) -> None:
        verdicts = self._digits.judge(digits, pure=pure)
        found.put(rows, verdicts)
        if self._country is None:
            self._hints.take(digits, verdicts, pure=pure)

    def _spelled(self, text: pl.Series) -> Verdicts:
        """Numbers with signs between the digits, by the digits; ASK for the others."""
        found = Verdicts.of(len(text), ASK)
        spelled = text.str.contains(_SPELLED) & (text.str.len_bytes() <= _SPELLED_MAX)
        decimals = text.str.contains(f"^(?:{DECIMALS.pattern})$").to_numpy()
        found.reason[decimals] = place(Reason.EXCEL_DECIMALS)
        rows = np.flatnonzero(spelled.to_numpy() & ~decimals)
        if len(rows):
            digits, good = _digits(text[rows].str.replace_all(r"[^0-9+]", ""))
            rows, digits = rows[good], digits.at(np.flatnonzero(good))
            self._put(found, rows, digits, pure=False)
            refused = rows[(found.reason[rows] != ACCEPTED) & (found.reason[rows] != ASK)]
            telling = refused[text[refused].str.contains(_TELLING).to_numpy()]
            shapes = [by_shape(value) for value in text[telling]]
            found.reason[telling] = [
                place(shape) if shape else was for shape, was in zip(shapes, found.reason[telling], strict=True)
            ]
        return found

    def _ask(self, value: str) -> Verdict:
        """The verdict of phonenumbers itself, remembered."""
        self.asked += 1
        known = self._known.get(value)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[value] = verdict(value, self._country)
        return known


def _digits(text: pl.Series) -> tuple[Digits, Mask]:
    """The texts as digits, and which of them are digits only, but for a plus in front, and can be judged."""
    values = text.cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    plus = text.str.starts_with("+").to_numpy()
    bytes_long = text.str.len_bytes().to_numpy()
    lengths = np.minimum(bytes_long - plus, 255).astype(np.uint8)
    return Digits(values, lengths, plus), may_be_judged(values, lengths)
