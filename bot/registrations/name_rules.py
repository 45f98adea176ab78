"""The kinds of rules on the sender ID itself. A country's file picks some, with its own parameters."""

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from bot.registrations import names
from bot.registrations.judging import STRICT, Case, Rule, Trouble, Unjudged, Words, joined, quoted

SHOWN = 8
"""Refused words that are named in a sentence."""
_SPOKEN = {" ": "blanks", "-": "hyphens (-)", ".": "dots (.)", "_": "underscores (_)"}


def _spoken(specials: str) -> list[str]:
    return [_SPOKEN.get(special, special) for special in specials]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Length(Rule):
    """How many characters there are."""

    kind: Literal["length"]
    shortest: Annotated[int, Field(ge=1)]
    longest: Annotated[int, Field(le=16)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Length":
        if self.longest is not None and self.shortest > self.longest:
            raise ValueError("the shortest is longer than the longest")
        return self

    @property
    def says(self) -> str:
        """3 to 11 characters."""
        return f"At least {self.shortest} characters" if self.longest is None else f"{self._range} characters"

    @property
    def _range(self) -> str:
        return f"at least {self.shortest}" if self.longest is None else f"{self.shortest} to {self.longest}"

    def trouble(self, case: Case) -> Trouble:
        """Too short or too long."""
        count = len(case.name)
        if count >= self.shortest and (self.longest is None or count <= self.longest):
            return None
        return f"{quoted(case.name)} has {count} character{'' if count == 1 else 's'}; it must have {self._range}"


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Latin(Rule):
    """Plain letters only: no accents, no other alphabets, no emoji."""

    kind: Literal["latin"]

    @property
    def says(self) -> str:
        """Which alphabet."""
        return "The plain Latin alphabet: no accents, other alphabets or emoji"

    def trouble(self, case: Case) -> Trouble:
        """What is no plain character."""
        strange = sorted({char for char in case.name if not (char.isascii() and char.isprintable())})
        if not strange:
            return None
        shown = ", ".join(char if char.isprintable() else f"U+{ord(char):04X}" for char in strange[:5])
        return f"{quoted(_seen(case.name))} has characters that are not plain: {shown}"


def _seen(name: str) -> str:
    return "".join(char if char.isprintable() else "·" for char in name)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Characters(Rule):
    """Letters, digits, and these ``specials``; of specials here only plain ASCII is judged, `Latin` judges the rest."""

    kind: Literal["characters"]
    specials: Annotated[str, Field(pattern=r"^[ -/:-@\[-`{-~]*$")] = ""

    @property
    def says(self) -> str:
        """What there may be."""
        return f"{joined(('Letters', 'digits', *_spoken(self.specials)))} only"

    def trouble(self, case: Case) -> Trouble:
        """Which special is not allowed."""
        found = [char for char in dict.fromkeys(case.name) if " " <= char <= "~" and not char.isalnum()]
        wrong = [char for char in found if char not in self.specials]
        if not wrong:
            return None
        may = "letters and digits" if not self.specials else f"letters, digits, {joined(_spoken(self.specials))}"
        return f"{quoted(_seen(case.name))} has {joined(_spoken(''.join(wrong)))}; safe are {may}"


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Doubtful(Rule):
    """Specials that not everybody takes."""

    kind: Literal["doubtful"]
    specials: Annotated[str, Field(pattern=r"^[ -/:-@\[-`{-~]+$")]

    @property
    def says(self) -> str:
        """Which are meant."""
        return f"Better without {joined(_spoken(self.specials), 'or')}"

    def trouble(self, case: Case) -> Trouble:
        """Which of them it has."""
        found = "".join(special for special in self.specials if special in case.name)
        return f"{quoted(_seen(case.name))} has {joined(_spoken(found))}" if found else None


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Ends(Rule):
    """A letter or digit stands first and last."""

    kind: Literal["ends"]

    @property
    def says(self) -> str:
        """What stands first and last."""
        return "A letter or digit first and last, no blank there"

    def trouble(self, case: Case) -> Trouble:
        """It begins or ends with something else. A letter of another alphabet is `Latin`'s trouble."""
        if (case.name[:1] + case.name[-1:]).isalnum():
            return None
        return f"{quoted(_seen(case.name))} must begin and end with a letter or digit"


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Letter(Rule):
    """At least one letter, unless it is a number of one of these ``numbers`` (patterns)."""

    kind: Literal["letter"]
    numbers: tuple[str, ...] = ()

    @property
    def says(self) -> str:
        """No bare numbers."""
        return "At least one letter" + (", or a registered number" if self.numbers else "")

    def trouble(self, case: Case) -> Trouble:
        """No letter in it."""
        if any(char.isalpha() for char in case.name):
            return None
        if any(re.fullmatch(pattern, case.name) for pattern in self.numbers):
            return None
        return f"{quoted(_seen(case.name))} has no letter"


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Digits(Rule):
    """Not too many digits."""

    kind: Literal["digits"]
    most: Annotated[int, Field(ge=0)]

    @property
    def says(self) -> str:
        """How many at most."""
        return f"At most {self.most} digits"

    def trouble(self, case: Case) -> Trouble:
        """Too many."""
        count = sum(char.isdigit() for char in case.name)
        return f"{quoted(_seen(case.name))} has {count} digits; {self.most} are allowed" if count > self.most else None


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Refused(Rule):
    """Names that operators refuse; case, digits and specials do not matter.

    ``match``: "whole": the name is made of nothing but these words and what may stand ``beside`` them; "inside": one is
    anywhere in it; "part": one is a part that a reader sees, or the name begins with it.
    """

    kind: Literal["refused"]
    match: Literal["whole", "inside", "part"]
    words: Words
    beside: tuple[str, ...] = ()
    called: str
    """What such names are: "a generic name"."""

    @property
    def says(self) -> str:
        """What is refused, with the first words as examples."""
        shown = self.words if len(self.words) <= SHOWN else (*self.words[:SHOWN], "others")
        return f"Not {self.called} ({joined(shown)})"

    def trouble(self, case: Case) -> Trouble:
        """Which word it is."""
        found = self._found(case.name)
        if found is None:
            return None
        return f"{quoted(_seen(case.name))} is {self.called}{f' ({found})' if found else ''}"

    def _found(self, name: str) -> str | None:
        if self.match == "whole":
            made_of_them = names.is_made_of(name, (*self.words, *self.beside))
            return (
                "" if made_of_them and any(names.letters(word) in names.letters(name) for word in self.words) else None
            )
        if self.match == "inside":
            return next((word for word in self.words if names.letters(word) in names.letters(name)), None)
        parts = names.tokens(name)
        return next((word for word in self.words if word.lower() in parts or _begins(name, word)), None)


def _begins(name: str, word: str) -> bool:
    """Short names begin too much ("Tri" begins Tribe): they count as parts only."""
    return len(word) > names.MEANINGFUL and names.letters(name).startswith(names.letters(word))


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Linked(Rule):
    """The sender ID shows whose it is, unless its owner says that it does not and proves the right to it."""

    kind: Literal["linked"]

    @property
    def says(self) -> str:
        """What links them."""
        return "Shows whose it is: has the company's or brand's name or its short form"

    def trouble(self, case: Case) -> Trouble:
        """It has nothing of the owner's name."""
        if case.brandless:
            return None
        if not case.owners:
            return Unjudged("the company's name")
        if not any(names.owner_words(owner) for owner in case.owners):
            return Unjudged("the company's name in Latin letters")
        if any(names.is_linked(case.name, owner) for owner in case.owners):
            return None
        return f"{quoted(_seen(case.name))} does not show whose it is: it has nothing of {joined(case.owners, 'or')}"
