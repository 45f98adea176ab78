"""The kinds of rules on the sample text, and on the company that registers."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic.dataclasses import dataclass

from bot.registrations import names, uen
from bot.registrations.judging import STRICT, About, Case, Rule, Trouble, Unjudged, Words, joined, quoted

_HOST = r"(?<![\w.@-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}"
_LINK = re.compile(
    rf"https?://\S+|\bwww\.\S+|{_HOST}[a-z]{{2,24}}/\S*|"
    rf"{_HOST}(?:com|net|org|info|biz|io|app|link|shop|online|asia|ph|th|id|sg|me|ly|gl|gd|to|co|xyz|page)\b",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^[a-z]+://", re.IGNORECASE)
# GSM 03.38's alphabet and its extension: what an SMS of 160 characters is written in.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€\f"
)
_NO_TEXT = Unjudged("a sample text")


def links(text: str) -> Iterator[str]:
    """The addresses in a text, as they stand there."""
    return (found[0].rstrip(".,;:!?)]}") for found in _LINK.finditer(text))


def _host(link: str) -> str:
    return _SCHEME.sub("", link).split("/")[0].split("?")[0].lower().removeprefix("www.")


@dataclass(frozen=True, kw_only=True, config=STRICT)
class BrandInText(Rule):
    """The text says who sends it."""

    kind: Literal["brand_in_text"]
    about: ClassVar[About] = "text"

    @property
    def says(self) -> str:
        """What must be in the text."""
        return "The text names the company or brand"

    def trouble(self, case: Case) -> Trouble:
        """Neither is in it."""
        if not case.text.strip():
            return _NO_TEXT
        if not case.owners:
            return Unjudged("the company's name")
        if any(names.is_named(owner, case.text) for owner in case.owners):
            return None
        spoken = [quoted(names.without_legal_form(owner)) for owner in case.owners]
        return f"The text does not name {joined(spoken, 'or')}"


@dataclass(frozen=True, kw_only=True, config=STRICT)
class NoLinks(Rule):
    """Links need more than a sender ID."""

    kind: Literal["links"]
    about: ClassVar[About] = "text"

    @property
    def says(self) -> str:
        """What is asked of links."""
        return "No links in the text, or only such as are allowed"

    def trouble(self, case: Case) -> Trouble:
        """The first link."""
        if not case.text.strip():
            return _NO_TEXT
        link = next(links(case.text), None)
        return f"The text has a link, {quoted(link)}" if link else None


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Shorteners(Rule):
    """No link that hides where it leads."""

    kind: Literal["shorteners"]
    hosts: Words
    about: ClassVar[About] = "text"

    @property
    def says(self) -> str:
        """Which are meant."""
        return f"No shortened links such as {joined(self.hosts[:3], 'or')}"

    def trouble(self, case: Case) -> Trouble:
        """The first shortened link."""
        if not case.text.strip():
            return _NO_TEXT
        hosts = set(self.hosts)
        short = next((link for link in links(case.text) if _host(link) in hosts), None)
        return f"The text has a shortened link, {quoted(short)}" if short else None


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PlainText(Rule):
    """The text keeps to the alphabet of plain SMS."""

    kind: Literal["plain_text"]
    about: ClassVar[About] = "text"

    @property
    def says(self) -> str:
        """What is meant."""
        return "The text in plain SMS characters (GSM-7)"

    def trouble(self, case: Case) -> Trouble:
        """The first characters that are none."""
        if not case.text.strip():
            return _NO_TEXT
        strange = [char for char in dict.fromkeys(case.text) if char not in _GSM]
        shown = " ".join(char if char.isprintable() else f"U+{ord(char):04X}" for char in strange[:5])
        return f"The text has characters that plain SMS lacks: {shown}" if strange else None


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Entity(Rule):
    """Where the company's headquarters may be."""

    kind: Literal["entity"]
    entities: Words
    about: ClassVar[About] = "company"

    @property
    def says(self) -> str:
        """Who may register."""
        return f"Companies with {joined(self.entities, 'or')} headquarters"

    def trouble(self, case: Case) -> Trouble:
        """A kind of company that is not offered."""
        if not case.entity:
            return Unjudged("where the company has its headquarters, local or international")
        if case.entity in self.entities:
            return None
        return f"Companies with {case.entity} headquarters cannot register here by themselves"


@dataclass(frozen=True, kw_only=True, config=STRICT)
class EntityNumber(Rule):
    """Singapore's Unique Entity Number has its shape and its check letter."""

    kind: Literal["uen"]
    about: ClassVar[About] = "company"

    @property
    def says(self) -> str:
        """What is needed."""
        return "A Unique Entity Number (UEN) of Singapore"

    def trouble(self, case: Case) -> Trouble:
        """Not one, or mistyped."""
        number = "".join(case.uen.split()).upper()
        if not number:
            return Unjudged("the company's UEN")
        if uen.is_valid(number):
            return None
        if uen.has_shape(number):
            return f"{quoted(number)} looks like a UEN, but its last letter does not fit the rest: is a digit mistyped?"
        return f"{quoted(number)} is no UEN; one looks like 53000000L, 201900000R or T19LL0000L"
