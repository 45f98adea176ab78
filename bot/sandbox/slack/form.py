"""What a person entered: initial values, ``state.values`` by type, and what Slack itself checks before it sends."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.slack.blocks import elements_of
from bot.sandbox.slack.records import Json

Entries = dict[tuple[str, str], Json]
"""(block_id, action_id) -> the state of that element, e.g. ``{"type": "plain_text_input", "value": "..."}``."""

_EMPTY: Mapping[str, tuple[str, str, Any]] = {
    # element type: (name of its value in the state, name of its initial value, the value when untouched)
    "plain_text_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "rich_text_input": ("rich_text_value", "initial_value", None),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "users_select": ("selected_user", "initial_user", None),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "channels_select": ("selected_channel", "initial_channel", None),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_external_select": ("selected_options", "initial_options", []),
    "multi_users_select": ("selected_users", "initial_users", []),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", []),
    "multi_channels_select": ("selected_channels", "initial_channels", []),
    "checkboxes": ("selected_options", "initial_options", []),
    "radio_buttons": ("selected_option", "initial_option", None),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
    "file_input": ("files", "", []),
}

NO_TEXT = "This field is required"


def is_stateful(element: Json) -> bool:
    """Whether the element holds a value."""
    return element.get("type") in _EMPTY


def value_name(kind: str) -> str:
    """What the value of this type of element is called in the state."""
    return _EMPTY[kind][0]


def fields(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every block with an element that holds a value."""
    for block in blocks:
        for _, element in elements_of(block):
            if is_stateful(element):
                yield block, element


def untouched(element: Json) -> Json:
    """The state of an element that nobody has touched."""
    name, initial, empty = _EMPTY[element["type"]]
    value = element.get(initial, empty)
    return {"type": element["type"], name: list(value) if isinstance(value, list) else value}


def refreshed(blocks: list[Json], before: Entries) -> Entries:
    """Entries for these blocks: what was entered stays where block_id, action_id and type are the same."""
    entries: Entries = {}
    for block, element in fields(blocks):
        key = (block["block_id"], element["action_id"])
        old = before.get(key)
        entries[key] = old if old and old["type"] == element["type"] else untouched(element)
    return entries


def state(entries: Entries) -> Json:
    """``state`` as payloads carry it."""
    values: dict[str, Json] = {}
    for (block_id, action_id), entry in entries.items():
        values.setdefault(block_id, {})[action_id] = entry
    return {"values": values}


def problems(blocks: list[Json], entries: Entries) -> dict[str, str]:
    """What Slack says next to fields before anything reaches the bot: block_id -> sentence."""
    found: dict[str, str] = {}
    for block, element in fields(blocks):
        if block["type"] != "input":
            continue
        entry = entries[block["block_id"], element["action_id"]]
        value = entry[value_name(element["type"])]
        sentence = _problem(element, value) if value not in (None, "", []) else ""
        if value in (None, "", []) and not block.get("optional", False):
            sentence = NO_TEXT
        if sentence:
            found[block["block_id"]] = sentence
    return found


def _problem(element: Json, value: Any) -> str:
    kind = element["type"]
    if kind == "plain_text_input":
        return _length(element, value)
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return "Please enter a valid email address"
    if kind == "url_text_input" and not re.match(r"https?://\S+$", value):
        return "Please enter a valid URL"
    if kind == "number_input":
        return _number(element, value)
    return ""


def _length(element: Json, value: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Must be at least {least} characters"
    if len(value) > most:
        return f"Must be at most {most} characters"
    return ""


def _number(element: Json, value: str) -> str:
    if not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return "Please enter a valid number"
    if not element.get("is_decimal_allowed") and "." in value:
        return "Please enter a whole number"
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Must be at least {element['min_value']}"
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Must be at most {element['max_value']}"
    return ""
