"""Three ways to write the same thing: Slack's mrkdwn, HTML, and plain text.

A voice knows how to escape a value and how to write a link, something bold, a date, a list. Templates call these by
name, so no sentence is written twice. A value is always inline: its line breaks become blanks, and it is cut when it is
long. What a voice gives back is ``Markup``: finished, never escaped again.
"""
# ruff: noqa: D102 - a voice's mark does what Marks says
# ruff: noqa: S704 - escaping is what this module is for

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import accumulate
from urllib.parse import quote, urlsplit

from jinja2 import Undefined
from markupsafe import Markup

INLINE = 300
"""Characters of a value inside a sentence; what is longer ends with an ellipsis."""
QUOTED = 1500
"""Characters of a person's words in a quotation."""
BREAK = "\u2028"
"""A line break that the folding of template lines leaves alone."""

# Control characters, line and paragraph separators, and the marks that turn the direction of the text around them.
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_PIECE = re.compile(r"<[^<>]*>|&[a-z]+;|.", re.DOTALL)
_SCHEMES = {"http", "https", "mailto"}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def seen(value: object) -> str:
    """A value as text without the characters that nobody sees; refuses what has no words of its own."""
    if isinstance(value, Undefined):
        return str(value)  # StrictUndefined raises and names what is missing
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError(f"{value!r} has no words of its own: give text, or use date(), number(), listed() or an if")
    return _UNSEEN.sub(" ", str(value))


def cut(text: str, limit: int) -> str:
    """The text, at most ``limit`` characters; an ellipsis stands for what is left out."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


class Marks(ABC):
    """What every voice can write. Everything given to a mark is escaped, unless it is a mark's own result."""

    @abstractmethod
    def escape(self, text: str) -> str:
        """Text as it must stand in this voice so that it shows as it is."""

    @abstractmethod
    def bold(self, value: object) -> Markup:
        """What matters most in a sentence."""

    @abstractmethod
    def link(self, url: str, label: object) -> Markup:
        """A link that carries the object's name; only the label where the address is none of the web's or mail's."""

    @abstractmethod
    def bullets(self, values: Iterable[object]) -> Markup:
        """A list, one value a line."""

    @abstractmethod
    def quoted(self, text: str) -> Markup:
        """A person's own words, line by line, set apart from ours."""

    @abstractmethod
    def code(self, value: object) -> Markup:
        """Something to be typed or copied as it stands."""

    @abstractmethod
    def person(self, user_id: str, name: object) -> Markup:
        """A person; in Slack a mention, which tells them."""

    @abstractmethod
    def channel(self, channel_id: str, name: object) -> Markup:
        """A Slack channel."""

    @abstractmethod
    def fit(self, text: str, limit: int) -> str:
        """Finished text, cut where it is longer than Slack takes."""

    def inline(self, value: object) -> Markup:
        """A value inside a sentence: escaped, on one line, not too long. Finished pieces pass as they are."""
        if isinstance(value, Markup):
            return value
        return Markup(self.escape(cut(" ".join(seen(value).split()), INLINE)))

    def fact(self, label: str, value: object) -> Markup:
        """One fact: what it is and how it stands."""
        return self.bold(f"{label}:") + " " + self.inline(value)

    def date(self, when: date) -> Markup:
        """A day, or a moment in the reader's time zone where the voice can do that (else in UTC)."""
        return self.inline(_said(when))

    def number(self, count: int) -> Markup:
        """A count with its thousands set apart: 1,204."""
        return self.inline(f"{count:,}")

    def plural(self, count: int, one: str, many: str = "") -> Markup:
        """A count with its noun: 1 row, 1,204 rows."""
        return self.inline(f"{count:,} {one if count == 1 else many or one + 's'}")

    def listed(self, values: Iterable[object], last: str = "and") -> Markup:
        """Several values in a sentence: a, b and c."""
        parts = [self.inline(value) for value in values]
        if len(parts) < 2:  # noqa: PLR2004 one needs no "and"
            return Markup("").join(parts)
        return Markup(", ").join(parts[:-1]) + f" {last} " + parts[-1]

    def _lines(self, text: str) -> list[str]:
        return [self.escape(line.rstrip()) for line in cut(seen(text.replace("\r\n", "\n")), QUOTED).split("\n")]


def _said(when: date) -> str:
    day = f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
    if not isinstance(when, datetime):
        return day
    if when.tzinfo is None:
        raise TypeError(f"{when!r} names no time zone")
    moment = when.astimezone(UTC)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M} UTC"


def _address(url: str) -> str | None:
    """An address that may be linked, with nothing in it that could end the link; None for any other."""
    try:
        scheme = urlsplit(url.strip()).scheme
    except ValueError:  # what stands where the host should be is none
        return None
    if scheme not in _SCHEMES:
        return None
    return quote(url.strip(), safe="%/:?#[]@!$&'()*+,;=-._~")


class Mrkdwn(Marks):
    """Slack's markup. Only & < > mean something to Slack's parser; what a person typed can mention or link nothing."""

    def escape(self, text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def fit(self, text: str, limit: int) -> str:
        if len(text) <= limit:
            return text
        # Cut between the pieces, never inside a link, a date or an entity.
        lengths = accumulate(len(piece) for piece in _PIECE.findall(text))
        return text[: max((length for length in lengths if length < limit), default=0)].rstrip() + "…"

    def bold(self, value: object) -> Markup:
        inside = str(self.inline(value)).replace("*", "∗")  # noqa: RUF001 a star would end it
        return Markup(f"*{inside}*")

    def link(self, url: str, label: object) -> Markup:
        address, shown = _address(url), str(self.inline(label)).replace("|", "¦")
        return Markup(f"<{self.escape(address)}|{shown}>") if address else self.inline(label)

    def bullets(self, values: Iterable[object]) -> Markup:
        return Markup(BREAK + BREAK.join("• " + self.inline(value) for value in values) + BREAK)

    def quoted(self, text: str) -> Markup:
        return Markup(BREAK + BREAK.join("> " + line for line in self._lines(text)) + BREAK)

    def code(self, value: object) -> Markup:
        inside = str(self.inline(value)).replace("`", "'")
        return Markup(f"`{inside}`")

    def person(self, user_id: str, name: object) -> Markup:
        return Markup(f"<@{user_id}>") if user_id.isalnum() else self.inline(name)

    def channel(self, channel_id: str, name: object) -> Markup:
        return Markup(f"<#{channel_id}>") if channel_id.isalnum() else self.inline(name)

    def date(self, when: date) -> Markup:
        if not isinstance(when, datetime):
            return super().date(when)
        said = _said(when)
        return Markup(f"<!date^{int(when.timestamp())}^{{date_short_pretty}} at {{time}}|{said}>")


class Html(Marks):
    """E-mail's HTML; looks are in the template ``_mail.html``."""

    def escape(self, text: str) -> str:
        return str(Markup.escape(text))

    def fit(self, text: str, limit: int) -> str:  # noqa: ARG002 a mail may be long, and a tag must be closed
        return text

    def bold(self, value: object) -> Markup:
        return Markup("<b>{}</b>").format(self.inline(value))

    def link(self, url: str, label: object) -> Markup:
        address = _address(url)
        return Markup('<a href="{}">{}</a>').format(address, self.inline(label)) if address else self.inline(label)

    def bullets(self, values: Iterable[object]) -> Markup:
        items = Markup("").join(Markup("<li>{}</li>").format(self.inline(value)) for value in values)
        return Markup("\n\n<ul>{}</ul>\n\n").format(items)

    def quoted(self, text: str) -> Markup:
        return Markup("\n\n<blockquote>{}</blockquote>\n\n").format(Markup("<br>".join(self._lines(text))))

    def code(self, value: object) -> Markup:
        return Markup("<code>{}</code>").format(self.inline(value))

    def person(self, user_id: str, name: object) -> Markup:  # noqa: ARG002 there are no ids in a mail
        return self.inline(name)

    def channel(self, channel_id: str, name: object) -> Markup:  # noqa: ARG002 there are no ids in a mail
        return "#" + self.inline(name)


class Plain(Marks):
    """Text without markup: an e-mail's text part, subjects, and Slack's buttons, labels and titles."""

    def escape(self, text: str) -> str:
        return text

    def fit(self, text: str, limit: int) -> str:
        return cut(text, limit)

    def bold(self, value: object) -> Markup:
        return self.inline(value)

    def link(self, url: str, label: object) -> Markup:
        address = _address(url)
        return Markup(f"{self.inline(label)} ({address})") if address else self.inline(label)

    def bullets(self, values: Iterable[object]) -> Markup:
        return Markup(BREAK + BREAK.join("- " + self.inline(value) for value in values) + BREAK)

    def quoted(self, text: str) -> Markup:
        return Markup(BREAK + BREAK.join("> " + line for line in self._lines(text)) + BREAK)

    def code(self, value: object) -> Markup:
        return self.inline(value)

    def person(self, user_id: str, name: object) -> Markup:  # noqa: ARG002 there are no ids in a mail
        return self.inline(name)

    def channel(self, channel_id: str, name: object) -> Markup:  # noqa: ARG002 there are no ids in a mail
        return Markup("#") + self.inline(name)
