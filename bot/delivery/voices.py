"""One message, three voices: each is written once in ``templates/`` and said in Slack, as an e-mail, and as plain text.

A message is a file ``templates/<feature>/<message>.j2`` that consists of blocks::

    {% block subject %}{{ ticket }}: your file was checked{% endblock %}
    {% block headline %}{{ bold(name) }} is checked.{% endblock %}
    {% block body %}
    {{ plural(accepted, "number") }} can be used.

    {{ link(url, "See the thread") }}
    {% endblock %}
    {% block facts %}
    {{ fact("Rejected", number(rejected)) }}
    {{ fact("Checked", date(checked_at)) }}
    {% endblock %}
    {% block button_submit %}Submit{% endblock %}

``headline`` is one sentence. In other blocks a blank line parts paragraphs and a single line end is a blank; in
``facts`` and ``buttons`` each line is one. A block may have any name: cards and modals take theirs with
:meth:`Words.part` (mrkdwn) and :meth:`Words.plain` (buttons, labels, titles). Templates may call every public mark of
:class:`bot.delivery.marks.Marks` and ``state("feature.status")``, the one pair of emoji and word that a status has
everywhere (``templates/states.yml``).

Literal text and values alike are escaped by the voice. Code stands inside blocks: Jinja runs nothing else of a file.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import css_inline
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from bot.delivery.marks import BREAK, Html, Marks, Mrkdwn, Plain, cut

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
"""Beside the package ``bot``, in a checkout as in an installed wheel."""

SLACK_TEXT = 2900
"""Characters of a paragraph block in Slack; the limit there is 3,000."""
FACT = 500
SUBJECT = 78
PREHEADER = 100
COLUMNS = 76

_MARKS = (
    "bold",
    "link",
    "bullets",
    "quoted",
    "code",
    "person",
    "channel",
    "fact",
    "date",
    "number",
    "plural",
    "listed",
)
_BLANKS = re.compile(r"[ \t\n]+")


class NoSuchPart(LookupError):
    """A message was asked for a block that its template does not have."""


class Words:
    """One message in one voice. A block is rendered when it is asked for; only ``headline`` must be there."""

    def __init__(self, voices: "Voices", marks: Marks, name: str, values: Mapping[str, Any]) -> None:
        self._voices = voices
        self._marks = marks
        self._values = values
        self.name = name

    @cached_property
    def headline(self) -> str:
        """What happened, in one line."""
        return self.part("headline").replace("\n", " ")

    @cached_property
    def body(self) -> str:
        """The paragraphs below the headline; empty when the message has none."""
        return self.part("body") if self.has("body") else ""

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """One line each; empty when the message has none."""
        return self.lines("facts") if self.has("facts") else ()

    @cached_property
    def text(self) -> str:
        """Headline, body and facts together: what notifications and screen readers say."""
        pieces = (self.headline, self.body, *self.facts)
        return self._marks.fit("\n".join(piece for piece in pieces if piece), SLACK_TEXT)

    def has(self, block: str) -> bool:
        """Whether the template has this block."""
        return block in self._voices.template(self._marks, self.name).blocks

    def part(self, block: str) -> str:
        """A block in this voice, paragraphs parted by a blank line, at most 2,900 characters."""
        return self._marks.fit("\n\n".join(_paragraphs(self._render(self._marks, block))), SLACK_TEXT)

    def lines(self, block: str) -> tuple[str, ...]:
        """A block of which each line is a piece of its own, in this voice, 500 characters each at most."""
        folded = (_fold(line) for line in self._render(self._marks, block).split("\n"))
        return tuple(self._marks.fit(line, FACT) for line in folded if line)

    def plain(self, block: str, limit: int = 75) -> str:
        """A block on one line without markup, for Slack's ``plain_text``: 75 characters in a button, 24 in a title."""
        return cut(" ".join(self._render(self._voices.plain_marks, block).split()), limit)

    def _render(self, marks: Marks, block: str) -> str:
        return self._voices.render(marks, self.name, block, self._values)


@dataclass(frozen=True)
class MailText:
    """An e-mail's words. ``html`` is a whole page with its styles inlined, ``text`` is wrapped at 76 columns."""

    subject: str
    preheader: str
    html: str
    text: str


@dataclass(frozen=True)
class Inline:
    """A picture within an e-mail: the name of its file, and what it shows for who does not see it."""

    name: str
    alt: str


class Voices:
    """Says every message of a folder of templates. Made once; holds no state but compiled templates."""

    def __init__(self, folder: Path = TEMPLATES) -> None:
        states = folder / "states.yml"
        self._states: dict[str, dict[str, str]] = yaml.safe_load(states.read_text("utf-8")) if states.exists() else {}
        self.marks = Mrkdwn()
        """Slack's marks, for values that are put together before a template gets them."""
        self.plain_marks = Plain()
        self._html = Html()
        voices: tuple[Marks, ...] = (self.marks, self.plain_marks, self._html)
        self._environments = {marks: self._environment(folder, marks) for marks in voices}
        # The page around a mail is HTML by hand: its literal text is not escaped.
        layout = Environment(
            loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, auto_reload=False
        )
        self._page = layout.get_template("_mail.html")
        self._inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)

    def slack(self, name: str, /, **values: object) -> Words:
        """A message such as ``contacts/card`` in Slack's mrkdwn."""
        return Words(self, self.marks, name, values)

    def text(self, name: str, part: str, /, **values: object) -> str:
        """A single block in Slack's mrkdwn, for answers to commands and lines in a modal."""
        return self.slack(name, **values).part(part)

    def plain(self, name: str, part: str, /, *, limit: int = 75, **values: object) -> str:
        """A single block without markup on one line, for buttons, labels and titles in Slack."""
        return self.slack(name, **values).plain(part, limit)

    def email(self, name: str, /, *, picture: Inline | None = None, **values: object) -> MailText:
        """A message as an e-mail; its template must have ``subject`` and ``headline``, and may have a ``footer``.

        ``picture`` stands above its words.
        """
        html, plain = Words(self, self._html, name, values), Words(self, self.plain_marks, name, values)
        footer = (html, plain)
        if not html.has("footer"):
            footer = Words(self, self._html, "_mail", {}), Words(self, self.plain_marks, "_mail", {})
        subject = cut(plain.plain("subject", SUBJECT), SUBJECT)
        told = plain.part("preheader") if plain.has("preheader") else plain.body or plain.headline
        preheader = cut(" ".join(told.split()), PREHEADER)
        page = self._page.render(
            subject=subject,
            preheader=preheader,
            picture=picture,
            headline=Markup(html.headline),  # noqa: S704 escaped by the voice
            paragraphs=_html_paragraphs(self._blocks(html, "body")),
            facts=[Markup(fact) for fact in html.facts],  # noqa: S704 escaped by the voice
            buttons=[Markup(button) for button in _optional_lines(html, "buttons")],  # noqa: S704 escaped by the voice
            footer=_html_paragraphs(self._blocks(footer[0], "footer")),
        )
        pieces = (
            plain.headline,
            *self._blocks(plain, "body"),
            "\n".join(plain.facts),
            "\n".join(_optional_lines(plain, "buttons")),
            "-- \n" + footer[1].part("footer"),
        )
        text = "\n\n".join(_wrap(piece, COLUMNS) for piece in pieces if piece) + "\n"
        return MailText(subject, preheader, self._inliner.inline(page), text)

    def state(self, name: str) -> str:
        """The emoji and the word of a status, such as ``contacts.checked``: the same pair in every voice."""
        feature, _, status = name.partition(".")
        try:
            return self._states[feature][status]
        except KeyError:
            raise NoSuchPart(f"templates/states.yml has no {name}") from None

    def template(self, marks: Marks, name: str) -> Template:
        """The compiled template of a message."""
        return self._environments[marks].get_template(f"{name}.j2")

    def render(self, marks: Marks, name: str, block: str, values: Mapping[str, Any]) -> str:
        """One block as the template's lines stand; :class:`NoSuchPart` names the blocks that there are."""
        template = self.template(marks, name)
        if block not in template.blocks:
            there_are = ", ".join(sorted(template.blocks)) or "none"
            raise NoSuchPart(f"templates/{name}.j2 has no block {block}; it has {there_are}")
        return "".join(template.blocks[block](template.new_context(dict(values))))

    def _blocks(self, words: Words, block: str) -> list[str]:
        if not words.has(block):
            return []
        return _paragraphs(self.render(words._marks, words.name, block, words._values))  # noqa: SLF001 one module

    def _environment(self, folder: Path, marks: Marks) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            finalize=marks.inline,
            autoescape=True,  # what finalize gives is Markup already, and so is what a macro gives
            extensions=[_LiteralText],
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.extend(escape_literal=marks.escape)
        environment.globals |= {mark: getattr(marks, mark) for mark in _MARKS}
        environment.globals["state"] = self.state
        return environment


class _LiteralText(Extension):
    """Escapes what stands in a template as text: an ampersand is written the same way for every voice."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        escape: Callable[[str], str] = self.environment.escape_literal  # type: ignore[attr-defined]
        for token in stream:
            yield Token(token.lineno, token.type, escape(token.value)) if token.type == "data" else token


def _fold(paragraph: str) -> str:
    lines = (_BLANKS.sub(" ", line).strip() for line in paragraph.split(BREAK))
    return "\n".join(line for line in lines if line)


def _paragraphs(rendered: str) -> list[str]:
    return [folded for paragraph in re.split(r"\n[ \t]*\n", rendered) if (folded := _fold(paragraph))]


def _html_paragraphs(paragraphs: list[str]) -> list[Markup]:
    return [
        Markup(text if text.startswith(("<ul>", "<blockquote>")) else f"<p>{text}</p>")  # noqa: S704 escaped by the voice
        for text in paragraphs
    ]


def _optional_lines(words: Words, block: str) -> tuple[str, ...]:
    return words.lines(block) if words.has(block) else ()


def _wrap(text: str, columns: int) -> str:
    return "\n".join(_wrap_line(line, columns) for line in text.split("\n"))


def _wrap_line(line: str, columns: int) -> str:
    """Fill lines with words; an address is never broken, any other word that is too long is."""
    lines = [""]
    for word in line.split(" "):
        pieces = [word] if "://" in word else [word[at : at + columns] for at in range(0, len(word), columns)]
        for piece in pieces:
            if lines[-1] and len(lines[-1]) + 1 + len(piece) > columns:
                lines.append("")
            lines[-1] += (" " if lines[-1] else "") + piece
    return "\n".join(lines)
