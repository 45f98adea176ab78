"""What somebody entered on the signing page, and what is wrong with it. No I/O."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.errors import DeskError
from bot.loa import glyphs
from bot.loa.cannot import NoGlyph
from bot.loa.page import strokes
from bot.loa.page.strokes import Strokes

DRAWN, TYPED = "drawn", "typed"
LONGEST = 100
"""Characters of a name and of a title, as on a company's form."""


class NameMissing(DeskError):
    """Enter your name as it stands in the letter: {officer}."""


class OtherName(DeskError):
    """The letter names {officer}. If somebody else is to sign, have the officer changed in Slack: we draw a new one."""


class TitleMissing(DeskError):
    """Enter what you are in the company, for example Director."""


class TooLong(DeskError):
    """This is too long: 100 characters at most."""


class NotTicked(DeskError):
    """Tick this if you may sign for the company. If you may not, send the letter back below."""


@dataclass(frozen=True)
class Entered:
    """The fields as they were sent, so that nothing is lost when something is wrong."""

    name: str = ""
    title: str = ""
    authorised: bool = False
    way: str = DRAWN
    strokes: str = ""


@dataclass(frozen=True)
class Checked:
    """``wrong`` has a sentence for each field that is wrong; a typed signature has no ``strokes``."""

    name: str
    title: str
    strokes: Strokes
    wrong: Mapping[str, str] = field(default_factory=dict)


def read(fields: Mapping[str, object]) -> Entered:
    """The fields of a form, each as text."""
    text = {name: value for name, value in fields.items() if isinstance(value, str)}
    return Entered(
        name=text.get("name", ""),
        title=text.get("title", ""),
        authorised=text.get("authorised") == "yes",
        way=TYPED if text.get("way") == TYPED else DRAWN,
        strokes=text.get("strokes", ""),
    )


def check(entered: Entered, officer: str) -> Checked:
    """All that is wrong at once. ``officer`` is whom the letter names."""
    wrong: dict[str, str] = {}
    name, title = _line(entered.name), _line(entered.title)
    drawn: Strokes = ()
    _note(wrong, "name", _wrong_name(name, officer))
    _note(wrong, "title", _wrong_title(title))
    if not entered.authorised:
        _note(wrong, "authorised", NotTicked())
    if entered.way == DRAWN:
        try:
            drawn = strokes.read(entered.strokes or "[]")
        except DeskError as error:
            _note(wrong, "signature", error)
    return Checked(name, title, drawn, wrong)


def _note(wrong: dict[str, str], place: str, error: DeskError | None) -> None:
    if error is not None:
        wrong[place] = error.sentence


def _line(text: str) -> str:
    return " ".join(glyphs.visible(text).split())


def _wrong_name(name: str, officer: str) -> DeskError | None:
    if not name:
        return NameMissing(officer=officer)
    if len(name) > LONGEST:
        return TooLong()
    if _spoken(name) != _spoken(officer):
        return OtherName(officer=officer)
    return _no_glyph("Your name", name)


def _wrong_title(title: str) -> DeskError | None:
    if not title:
        return TitleMissing()
    return TooLong() if len(title) > LONGEST else _no_glyph("Your title", title)


def _no_glyph(place: str, text: str) -> DeskError | None:
    try:
        glyphs.require({place: text})
    except NoGlyph as error:
        return error
    return None


def _spoken(name: str) -> str:
    """A name without case, accents, dots and blanks, which people write one way or the other."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in parts if unicodedata.category(each)[0] in "LN")
