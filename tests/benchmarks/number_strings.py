"""Strings that are meant to find a difference to phonenumbers, and what phonenumbers says about them.

All of them come from a seeded source of randomness and from the installed metadata: random digits behind every calling
code, example numbers of every region and type with mistakes, samples of every pattern, spellings, extensions, letters,
digits of other scripts, and for a country its national forms.
"""

import random
import re
from collections.abc import Iterator
from functools import cache
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType

DIGITS = "0123456789"
SIGNS = " -().\u00a0\u200b/+x~,;#*ext:\"'=\uff0b\uff11\u0661\u0e51\u2013[]"
ODDITIES = (
    *(
        "",
        " ",
        "+",
        "++6591234567",
        "+ 65 9123 4567",
        "(+65) 91234567",
        "tel:+65-9123-4567",
        "tel:91234567;phone-context=+65",
    ),
    *("6.59E+10", "65912345.0", "0812345678.00", "2024-01-02", "1/2/2024", "n/a", "#N/A", '="6591234567"', "=A1"),
    *(
        "0812 3456 7890 / 0813 3456 7890",
        "0812-3456 ext. 7",
        "+65 9123 4567 x12",
        "+65912345671234567890",
        "a" * 300 + "1",
    ),
    *(
        "+1 800 FLOWERS",
        "\u0e50\u0e58\u0e51\u0e52\u0e53\u0e54\u0e55\u0e56\u0e57\u0e58",
        "\uff0b\uff16\uff15 9123 4567",
        "00000000",
    ),
    *(
        "+6590000000;ext=5",
        "+65-91234567~3",
        "12",
        "1-2",
        "123",
        "9" * 19,
        "0" * 12,
        "+0" * 5,
        "\u202a+6591234567\u202c",
    ),
)
_TYPES = [value for name, value in vars(PhoneNumberType).items() if name.isupper() and isinstance(value, int)]


class Strings:
    """Gives strings without end; the same seed gives the same strings."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.codes = [str(code) for code in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)]
        self.numbers = sorted(_example_numbers(), key=lambda number: (number.country_code, number.national_number))
        self.patterns = list(_patterns())

    def strings(self, count: int, country: str | None) -> Iterator[str]:
        """So many strings; with a country, half of them are written as people there would."""
        national = _National(country) if country else None
        for _ in range(count):
            text = national.string(self) if national and self.dice.random() < 0.5 else self.international()
            yield self.spelled(text) if self.dice.random() < 0.2 else text

    def international(self) -> str:
        """Digits, mostly behind a plus and a calling code."""
        kind = self.dice.random()
        if kind < 0.25:
            digits = self.dice.choice(self.codes) + self.digits(0, 18)
        elif kind < 0.55:
            digits = self.mistaken(
                phonenumbers.format_number(self.dice.choice(self.numbers), PhoneNumberFormat.E164)[1:]
            )
        elif kind < 0.85:
            code, pattern = self.dice.choice(self.patterns)
            digits = self.mistaken(code + self.sample(pattern))
        elif kind < 0.95:
            digits = self.digits(0, 22)
        else:
            return self.dice.choice(ODDITIES)
        return digits if self.dice.random() < 0.3 else "+" + digits

    def digits(self, least: int, most: int) -> str:
        """Some digits."""
        return "".join(self.dice.choices(DIGITS, k=self.dice.randint(least, most)))

    def mistaken(self, text: str, letters: str = DIGITS) -> str:
        """With up to two mistakes: something changed, added, left out, doubled or cut."""
        for _ in range(self.dice.choice((0, 0, 1, 2))):
            at, letter = self.dice.randint(0, len(text)), self.dice.choice(letters)
            text = self.dice.choice(
                (
                    text[:at] + letter + text[at:],
                    text[:at] + letter + text[at + 1 :],
                    text[:at] + text[at + 1 :],
                    text[:-1],
                )
            )
        return text

    def spelled(self, text: str) -> str:
        """With signs between, around or in place of the digits."""
        kind = self.dice.random()
        if kind < 0.5:
            sign = self.dice.choice(" -.") if kind < 0.3 else self.dice.choice(SIGNS)
            return "".join(letter + (sign if self.dice.random() < 0.25 else "") for letter in text)
        if kind < 0.7:
            return self.mistaken(text, SIGNS)
        if kind < 0.8:
            return text + self.dice.choice((" ext. 12", "x3", ";ext=5", " #7", ",,9", " ", ".0", ".00", " call me"))
        if kind < 0.9:
            return self.dice.choice(("Tel: ", "tel:", "'", "(", " ", "\u00a0", "HP ", '"', "=", "00", "0", "+")) + text
        table = self.dice.choice(
            (
                "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19",
                "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669",
            )
        )
        return text.translate(str.maketrans(DIGITS, table))

    def sample(self, pattern: str) -> str:
        """A string that matches a pattern of digits."""
        return "".join(self._sampled(operation, argument) for operation, argument in _parsed(pattern))

    def _sampled(self, operation: Any, argument: Any) -> str:
        def one(items: Any) -> str:
            return "".join(self._sampled(*item) for item in items)

        if operation is _constants.BRANCH:
            return one(self.dice.choice(argument[1]))
        if operation in (_constants.MAX_REPEAT, _constants.SUBPATTERN):
            least, most, items = argument if operation is _constants.MAX_REPEAT else (1, 1, argument[3])
            return "".join(one(items) for _ in range(self.dice.randint(least, most)))
        return self._digit(*(self.dice.choice(argument) if operation is _constants.IN else (operation, argument)))

    def _digit(self, operation: Any, argument: Any) -> str:
        if operation is _constants.RANGE:
            return chr(self.dice.randint(*argument))
        return chr(argument) if operation is _constants.LITERAL else self.dice.choice(DIGITS)


class _National:
    """How people of a country write its numbers."""

    def __init__(self, country: str) -> None:
        metadata: Any = PhoneMetadata.metadata_for_region(country)
        code = metadata.country_code
        prefixes = {metadata.national_prefix or "", "0", "00", "", metadata.national_prefix_for_parsing or ""}
        self._before = sorted(re.sub(r"\D.*", "", prefix) for prefix in prefixes)
        self._code = str(code)
        self._patterns = [pattern for of, pattern in _patterns() if of == self._code]

    def string(self, strings: Strings) -> str:
        number = strings.sample(strings.dice.choice(self._patterns))
        before = strings.dice.choice(
            (*self._before, self._code, self._code + strings.dice.choice(self._before), "+" + self._code)
        )
        return strings.mistaken(before + number)


def _example_numbers() -> Iterator[phonenumbers.PhoneNumber]:
    for region in phonenumbers.SUPPORTED_REGIONS:
        for kind in _TYPES:
            if (number := phonenumbers.example_number_for_type(region, kind)) is not None:
                yield number
    for code in phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS:
        if (number := phonenumbers.example_number_for_non_geo_entity(code)) is not None:
            yield number


@cache
def _parsed(pattern: str) -> Any:
    return _parser.parse(pattern)


def _patterns() -> Iterator[tuple[str, str]]:
    """All patterns of national numbers, with their calling codes."""
    for code, regions in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()):
        for region in regions:
            metadata: Any = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
            for kind in (
                "general_desc",
                "fixed_line",
                "mobile",
                "toll_free",
                "premium_rate",
                "shared_cost",
                "voip",
                "uan",
            ):
                pattern = getattr(getattr(metadata, kind), "national_number_pattern", None)
                if pattern:
                    yield str(code), pattern


def reference(value: str, country: str | None) -> tuple[int, str, int]:
    """The plain rule: the accepted number's digits (else 0), its region and type.

    A whole number to which Excel has added decimals is not accepted, whatever ``parse`` makes of it.
    """
    nothing = (0, "", PhoneNumberType.UNKNOWN)
    value = value.strip()
    if re.fullmatch(r"[0-9]{6,}[.,]0{1,2}", value):
        return nothing
    if country is None and re.fullmatch("[1-9][0-9]{6,14}", value):
        value = "+" + value
    try:
        number = phonenumbers.parse(value, country)
    except phonenumbers.NumberParseException:
        return nothing
    if not phonenumbers.is_valid_number(number) or number.extension:
        return nothing
    e164 = int(phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:])
    return e164, str(phonenumbers.region_code_for_number(number)), phonenumbers.number_type(number)
