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
from bot.contacts.numbers import Verdict, is_hopeless, verdict
from bot.contacts.outcome import CountryHint
from bot.contacts.reasons import DECIMALS, Reason, by_shape
from bot.contacts.verdicts import ACCEPTED, ASK, Digits, Mask, Rows, Verdicts, place

WHITE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
"""What Python's ``strip`` takes away; polars by itself knows a few less."""
# What may stand around and between the digits without changing what ``parse`` reads: words before the number, signs
# behind it, the library's own punctuation as far as it begins neither an extension nor a second number, and behind the
# third digit one or two letters (three would be a word to dial, and x an extension).
_SIGNS = r" \u00a0\u00ad\u200b\u2060\u3000\u2010-\u2015\u2212().\[\]/-"
_BETWEEN = rf"[{_SIGNS}]*"
_SPELLED = (
    rf"^[A-Za-z:'\"= (\[]*\+?(?:{_BETWEEN}[0-9]){{3}}"
    rf"(?:[0-9{_SIGNS}]*[A-WYZa-wyz]){{0,2}}[0-9{_SIGNS}]*[\"',;:{_SIGNS}]*$"
)
_SPELLED_MAX = 60  # bytes
_EXTENSION = r" ?(?:ext\.?|x) ?[0-9]{1,6}$"
_EXTENDED = rf"^\+(?:{_BETWEEN}[0-9]){{5,18}}{_EXTENSION}"
_TWO = r"^\+?(?:[ ().-]*[0-9]){7,18} *[/,;|&] *\+(?:[ ().-]*[0-9]){7,18}$"
"""Two numbers in one cell, the second with its plus: ``parse`` takes that for none at all."""
_ONE_LETTER = r"^\+?[0-9]+[A-DF-WYZa-df-wyz][0-9]+$"
"""A letter in place of a digit, the commonest of the refused: no other shape looks like it (an E may be Excel's)."""
_FEW = r"^[0-9]{1,4}$"
"""Fewer digits than automata take; without a plus and a country ``parse`` sees no number."""
_TELLING = r"[^0-9+ \u00a0().'-]|^\d{1,4}[.-]\d\d?[.-]\d{1,4}"
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
        found = Verdicts.of(len(values), ASK)
        others = self._pure(found, np.arange(len(values)), values)
        text = values[others].fill_null("").str.strip_chars(WHITE)
        found.reason[others[(text == "").to_numpy()]] = place(Reason.MISSING)
        left = self._pure(found, others[(text != "").to_numpy()], text.filter(text != ""))
        if len(left):
            found.put(left, self._spelled(values[left].str.strip_chars(WHITE)))
        rows = np.flatnonzero(found.reason == ASK)
        if len(rows):
            found.put(rows, self._ask_all(values[rows]))
        return found

    def hints(self) -> tuple[CountryHint, ...]:
        """Which countries would make refused numbers valid, the most first; none when a country was named."""
        return self._hints.all()

    def _pure(self, found: Verdicts, rows: Rows, text: pl.Series) -> Rows:
        """Judge those of the texts that are digits, with or without a plus; the rows of the others."""
        digits, good = _digits(text)
        if good.all():
            self._put(found, rows, digits, pure=True)
            return rows[:0]
        self._put(found, rows[good], digits.at(np.flatnonzero(good)), pure=True)
        others: Rows = rows[~good]
        return others

    def _put(self, found: Verdicts, rows: Rows, digits: Digits, *, pure: bool) -> None:
        verdicts = self._digits.judge(digits, pure=pure)
        found.put(rows, verdicts)
        if self._country is None:
            self._hints.take(digits, verdicts, pure=pure)

    def _spelled(self, text: pl.Series) -> Verdicts:
        """Numbers with signs between the digits, by the digits; ASK for the others."""
        found = Verdicts.of(len(text), ASK)
        spelled = text.str.contains(_SPELLED) & (text.str.len_bytes() <= _SPELLED_MAX)
        self._extended(found, text)
        found.reason[text.str.contains(_TWO).to_numpy()] = place(Reason.SEVERAL)
        if self._country is None:
            found.reason[text.str.contains(_FEW).to_numpy()] = place(Reason.TOO_SHORT)
        decimals = text.str.contains(f"^(?:{DECIMALS.pattern})$").to_numpy()
        found.reason[decimals] = place(Reason.EXCEL_DECIMALS)
        rows = np.flatnonzero(spelled.to_numpy() & (found.reason == ASK))
        if len(rows):
            digits, good = _digits(text[rows].str.replace_all(r"[^0-9+]", ""))
            rows, digits = rows[good], digits.at(np.flatnonzero(good))
            self._put(found, rows, digits, pure=False)
            refused = rows[(found.reason[rows] != ACCEPTED) & (found.reason[rows] != ASK)]
            lettered = text[refused].str.contains(_ONE_LETTER).to_numpy()
            found.reason[refused[lettered]] = place(Reason.LETTERS)
            refused = refused[~lettered]
            telling = refused[text[refused].str.contains(_TELLING).to_numpy()]
            shapes = [by_shape(value) for value in text[telling]]
            found.reason[telling] = [
                place(shape) if shape else was for shape, was in zip(shapes, found.reason[telling], strict=True)
            ]
        return found

    def _extended(self, found: Verdicts, text: pl.Series) -> None:
        """Numbers that would be good without their extension."""
        rows = np.flatnonzero(text.str.contains(_EXTENDED).to_numpy())
        if len(rows):
            digits, good = _digits(text[rows].str.replace(_EXTENSION, "").str.replace_all(r"[^0-9+]", ""))
            verdicts = self._digits.judge(digits.at(np.flatnonzero(good)), pure=False)
            found.reason[rows[good][verdicts.reason == ACCEPTED]] = place(Reason.EXTENSION)

    def _ask_all(self, values: pl.Series) -> Verdicts:
        """The verdicts of phonenumbers itself: "n/a" may stand in a thousand rows, and is looked at once."""
        places: dict[str, int] = {}
        rows = np.array([places.setdefault(value, len(places)) for value in values], np.intp)
        hopeless = np.array([is_hopeless(value) for value in places])
        self.asked += int((~hopeless[rows]).sum())
        return Verdicts.from_single([self._ask(value) for value in places]).at(rows)

    def _ask(self, value: str) -> Verdict:
        """The verdict of phonenumbers itself, remembered."""
        known = self._known.get(value)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[value] = verdict(value, self._country)
        return known


def _digits(text: pl.Series) -> tuple[Digits, Mask]:
    """The texts as digits, and which of them are digits only, but for a plus in front, and can be judged."""
    values = text.cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    plus = (text < "0").fill_null(value=False).to_numpy()  # what is an integer above 0 begins with a digit or a plus
    lengths = text.str.len_bytes().fill_null(0).to_numpy() - plus
    digits = Digits(values, np.minimum(lengths, 255).astype(np.uint8), plus)
    return digits, may_be_judged(digits.values, digits.lengths)
