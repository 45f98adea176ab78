"""What a person sees and can use: finding an element by its id or by the words on it, and giving it a value."""

from collections.abc import Sequence
from typing import Any

from bot.sandbox.slack.blocks import elements_of
from bot.sandbox.slack.errors import NotOnScreen, Refused
from bot.sandbox.slack.form import untouched, value_name
from bot.sandbox.slack.records import Json

_LOOKUPS = ("user", "conversation", "channel")


def find(blocks: Sequence[Json], action: str, block_id: str | None = None) -> tuple[Json, Json]:
    """The block and its element with this ``action_id`` or these words on it; NotOnScreen when none or several have."""
    seen = [
        (block, element)
        for block in blocks
        if block_id in (None, block["block_id"])
        for _, element in elements_of(block)
        if "action_id" in element
    ]
    for fits in (_has_id, _has_words):
        found = [(block, element) for block, element in seen if fits(block, element, action)]
        if len(found) > 1:
            raise NotOnScreen(f"{len(found)} elements are called {action!r}: say which block")
        if found:
            return found[0]
    names = ", ".join(f"{e['action_id']} ({' / '.join(_words(b, e)) or '-'})" for b, e in seen)
    raise NotOnScreen(f"nothing here is called {action!r}; there is: {names or 'nothing to use'}")


def _has_id(_block: Json, element: Json, action: str) -> bool:
    return bool(element["action_id"] == action)


def _has_words(block: Json, element: Json, action: str) -> bool:
    return action in _words(block, element)


def _words(block: Json, element: Json) -> list[str]:
    texts = [element.get("text"), element.get("placeholder"), block.get("label")]
    if element["type"] == "overflow":
        texts += [option["text"] for option in element["options"]]
    return [text["text"] for text in texts if isinstance(text, dict)]


def offered(element: Json) -> list[Json]:
    """The options of a select, checkboxes, radio buttons or overflow menu."""
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    return [option for group in groups for option in group["options"]]


def option(options: Sequence[Json], wanted: str) -> Json:
    """The option with this value or label."""
    for choice in options:
        if wanted in (choice.get("value"), choice["text"]["text"]):
            return choice
    names = ", ".join(f"{choice.get('value')} ({choice['text']['text']})" for choice in options)
    raise NotOnScreen(f"there is no option {wanted!r}; there is: {names or 'none'}")


def entry(element: Json, value: Any, options: Sequence[Json]) -> Json:
    """The state of an element in which a person entered ``value``: text, a date, an option or several."""
    kind = element["type"]
    name = value_name(kind)
    result = untouched(element)
    if name == "selected_options":
        result[name] = [option(options, wanted) for wanted in _several(value)]
        _not_too_many(element, result[name])
    elif name == "selected_option":
        result[name] = None if value is None else option(options, value)
    elif kind.startswith("multi_"):
        result[name] = _several(value)
        _not_too_many(element, result[name])
    elif kind == "datetimepicker":
        result[name] = value if value is None else int(value)
    else:
        result[name] = value or None
    return result


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _not_too_many(element: Json, chosen: Sequence[Any]) -> None:
    most = element.get("max_selected_items")
    if most is not None and len(chosen) > most:
        raise Refused(f"at most {most} may be chosen")


def action_of(block: Json, element: Json, state: Json | None) -> Json:
    """What ``actions`` says of the element that was used."""
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    for key in ("text", "value", "style", "url", "placeholder", "accessibility_label"):
        if key in element:
            action[key] = element[key]
    return action | (state or {})
