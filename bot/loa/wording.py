"""The words of a letter: text templates in ``templates/loa/letters``, chosen by country, operator and entity.

Jinja2 makes plain text of them and nothing else; the layout gets it as data. Which blocks there are and what they mean
stands in ``letter.txt``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.delivery.voices import TEMPLATES

FOLDER = TEMPLATES / "loa" / "letters"
_ROW, _CELL = "\x1e", "\x1f"  # no value has them: what nobody sees is taken out before


@dataclass(frozen=True)
class Words:
    """A letter's paragraphs by their block, and the rows of its table: name and value."""

    blocks: Mapping[str, tuple[str, ...]]
    facts: tuple[tuple[str, str], ...]


def candidates(country: str, operator: str, entity: str) -> tuple[str, ...]:
    """The templates that may say such a letter, the most special one first."""
    special = (f"{country}-{operator}-{entity}", f"{country}-{operator}") if operator else ()
    return tuple(f"{name}.txt" for name in (*special, f"{country}-{entity}", country, "letter"))


def words(country: str, operator: str, entity: str, values: Mapping[str, Any]) -> Words:
    """What such a letter says, with these values in it."""
    template = _environment().select_template(list(candidates(country, operator, entity)))
    context = template.new_context(dict(values))
    for _ in template.root_render_func(context):
        pass  # so the context learns the blocks of the templates that this one extends
    said = {name: "".join(blocks[0](context)) for name, blocks in context.blocks.items()}
    facts = tuple(_facts(said.pop("facts")))
    lists = {"declares": "\n", "declares_more": "\n"}
    return Words({name: tuple(_parts(text, lists.get(name, "\n\n"))) for name, text in said.items()}, facts)


def _parts(text: str, between: str) -> Iterator[str]:
    """Paragraphs, or lines, without the blanks that the template has for its readers."""
    return (" ".join(part.split()) for part in text.split(between) if part.strip())


def _facts(text: str) -> Iterator[tuple[str, str]]:
    for row in text.split(_ROW)[1:]:
        name, _, value = row.partition(_CELL)
        yield name.strip(), value.strip()


def _fact(name: str, value: str) -> str:
    return f"{_ROW}{name}{_CELL}{value}"


def day(iso: str) -> str:
    """An ISO day as people write it: 23 November 2026."""
    there = date.fromisoformat(iso)
    return f"{there.day} {there:%B} {there.year}"


@cache
def _environment() -> Environment:
    environment = Environment(  # noqa: S701 - plain text, which the layout takes as data
        loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, trim_blocks=True, auto_reload=False
    )
    environment.globals |= {"fact": _fact, "day": day, "number_of": "{:,}".format}
    return environment
