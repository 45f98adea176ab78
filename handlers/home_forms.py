"""The form in which somebody says which sender IDs App Home shows."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.dashboard import home
from bot.dashboard.filters import NAMED, Filters, View
from bot.dashboard.home import order_words
from bot.dashboard.keys import Key
from bot.dashboard.looking import Place
from bot.dashboard.typed import read
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.errors import DeskError
from bot.registrations.countries import countries
from bot.registrations.rules import LoaState, OperatorStatus
from handlers import senderid_frame as frame
from handlers.fallback import FormOutOfDate
from handlers.payload import Payload

_ANY = "any"
_TYPED_MAX = 60


def filter_form(voices: Voices, filters: Filters) -> Payload:
    """All that can be filtered for, as it is now."""
    words = voices.slack("dashboard/filter")
    sorted_by = voices.slack("dashboard/home")
    search = frame.text(filters.text, most=_TYPED_MAX)
    fields = [("text", search), *((name, _named(voices, words, filters, name)) for name in NAMED)]
    orders = [
        blocks.option(sorted_by.plain(f"sort_{sort}_{'down' if down else 'up'}"), order_words(sort, down))
        for sort, down in home.SORTS
    ]
    fields.append(("order", frame.select(orders, order_words(filters.sort, filters.descending), "")))
    body = [frame.field(words, name, element, optional=name != "order") for name, element in fields]
    title, close = words.plain("title", 24), words.plain("close", 24)
    return frame.modal(home.FILTER, filters.view, title, body, close=close, submit=words.plain("submit", 24))


def _named(voices: Voices, words: Words, filters: Filters, name: str) -> Block:
    """A choice where the values are known, else a text."""
    value = getattr(filters, name)
    options = _options(voices, name)
    if not options:
        return frame.text("none" if (name, value) == ("category", "") else value, most=_TYPED_MAX)
    return frame.select([blocks.option(words.plain("any"), _ANY), *options], value or _ANY, "")


def _options(voices: Voices, name: str) -> Sequence[Block]:
    match name:
        case "country":
            return [blocks.option(each.name, each.code) for each in countries()]
        case "status":
            return [blocks.option(voices.state(f"operator.{status}"), status) for status in OperatorStatus]
        case "loa":
            return [blocks.option(voices.state(f"loa.{state}"), state) for state in LoaState]
    return []


def filtered(view: Payload) -> tuple[Filters, dict[str, str]]:
    """What the form asks for, and the sentences for fields whose value cannot be."""
    values = frame.values(view)
    words, errors = [f"view:{view.get('private_metadata') or View.LINKED}"], dict[str, str]()
    for name in ("text", *NAMED, "order"):
        typed = frame.typed(values.get(name)).replace('"', " ").strip()
        if not typed or typed == _ANY:
            continue
        prefix = {"text": "", "order": "sort:"}.get(name, f"{name}:")
        word = f"{prefix}{typed}" if name == "order" else f'{prefix}"{typed}"'
        try:
            read(word)
        except DeskError as error:
            errors[name] = error.sentence
        else:
            words.append(word)
    return read(" ".join(words)), errors


def turned(action: Payload) -> tuple[Filters, Place]:
    """Which page a button asks for. Raises FormOutOfDate for what we did not write."""
    try:
        words, backwards, value, requested_at, id_ = json.loads(action["value"])
        return read(words), Place(Key(value, datetime.fromisoformat(requested_at), str(id_)), bool(backwards))
    except (ValueError, TypeError, KeyError) as error:
        raise FormOutOfDate from error
