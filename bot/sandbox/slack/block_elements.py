"""Interactive elements: what each may carry, and how much."""

import re
from collections.abc import Callable, Mapping

from bot.sandbox.slack.block_places import Place
from bot.sandbox.slack.block_texts import (
    check_confirm,
    check_image_source,
    check_option,
    check_option_groups,
    check_options,
    check_plain,
    check_rich_text,
    check_style,
)

Check = Callable[[Place], None]
_SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
_MULTI_SELECTS = tuple(f"multi_{name}" for name in _SELECTS)
_WRITTEN = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input")
_CHOSEN = ("checkboxes", "radio_buttons", *_SELECTS, "datepicker", "timepicker")

IN_SECTION = frozenset({"button", "overflow", "image", "workflow_button", *_CHOSEN, *_MULTI_SELECTS})
IN_ACTIONS = frozenset({"button", "overflow", "workflow_button", "datetimepicker", *_CHOSEN})
IN_INPUT = frozenset({*_WRITTEN, *_CHOSEN, *_MULTI_SELECTS, "datetimepicker", "file_input"})
INTERACTIVE = (IN_SECTION | IN_ACTIONS | IN_INPUT | {"icon_button", "feedback_buttons"}) - {"image"}

_COMMON = ("type", "action_id", "confirm", "focus_on_load", "placeholder")


def check_element(place: Place, allowed: frozenset[str], where: str) -> None:
    """An element that may stand in this kind of block."""
    if not place.is_object() or not place.require("type"):
        return
    kind = place.get("type")
    if not isinstance(kind, str) or kind not in ELEMENTS:
        place.at("type").refuse(f"unsupported type: {kind}", "unknown_type")
        return
    if kind not in allowed:
        place.at("type").refuse(f"unsupported type: {kind} (not in {where})", "unknown_type")
        return
    if "action_id" in place:
        place.at("action_id").string(least=1, most=255)
    if "confirm" in place:
        check_confirm(place.at("confirm"))
    check_plain(place, "placeholder", 150)
    place.flags("focus_on_load")
    ELEMENTS[kind](place)


def _button(place: Place) -> None:
    place.only("type", "text", "action_id", "url", "value", "style", "confirm", "accessibility_label")
    check_plain(place, "text", 75, required=True)
    place.strings(value=2000, url=3000, accessibility_label=75)
    check_style(place)


def _workflow_button(place: Place) -> None:
    place.only("type", "text", "action_id", "workflow", "style", "accessibility_label")
    check_plain(place, "text", 75, required=True)
    place.require("workflow")
    place.strings(accessibility_label=75)
    check_style(place)


def _icon_button(place: Place) -> None:
    place.require("icon", "text")
    check_plain(place, "text", 75)
    place.strings(value=2000, accessibility_label=75)


def _feedback_buttons(place: Place) -> None:
    for key in ("positive_button", "negative_button"):
        if place.require(key):
            check_plain(place.at(key), "text", 75, required=True)
            place.at(key).strings(value=2000)


def _image(place: Place) -> None:
    place.only("type", "image_url", "slack_file", "alt_text")
    check_image_source(place)


def _overflow(place: Place) -> None:
    place.only("type", "action_id", "options", "confirm")
    if place.require("options"):
        check_options(place.at("options"), most=5, url=True)


def _checkboxes(place: Place) -> None:
    place.only(*_COMMON, "options", "initial_options")
    if place.require("options"):
        check_options(place.at("options"), most=10, mrkdwn=True)
    _initial_options(place, mrkdwn=True)


def _radio_buttons(place: Place) -> None:
    place.only(*_COMMON, "options", "initial_option")
    if place.require("options"):
        check_options(place.at("options"), most=10, mrkdwn=True)
    _initial_option(place, mrkdwn=True)


def _static(place: Place) -> None:
    if ("options" in place) == ("option_groups" in place):
        place.refuse("must have exactly one of: options, option_groups", "missing_field")
    if "options" in place:
        check_options(place.at("options"))
    if "option_groups" in place:
        check_option_groups(place.at("option_groups"))


def _static_select(place: Place) -> None:
    place.only(*_COMMON, "options", "option_groups", "initial_option")
    _static(place)
    _initial_option(place)


def _multi_static_select(place: Place) -> None:
    place.only(*_COMMON, "options", "option_groups", "initial_options", "max_selected_items")
    _static(place)
    _initial_options(place)
    _most_selected(place)


def _external_select(place: Place) -> None:
    place.only(*_COMMON, "initial_option", "min_query_length")
    _initial_option(place, offered=False)


def _multi_external_select(place: Place) -> None:
    place.only(*_COMMON, "initial_options", "min_query_length", "max_selected_items")
    _initial_options(place, offered=False)
    _most_selected(place)


def _lookup_select(what: str, *more: str) -> Check:
    def check(place: Place) -> None:
        place.only(*_COMMON, f"initial_{what}", f"initial_{what}s", "max_selected_items", *more)
        single = not place.get("type").startswith("multi_")
        if (f"initial_{what}s" if single else f"initial_{what}") in place or (single and "max_selected_items" in place):
            place.refuse("invalid additional property", "additional_property")
        _most_selected(place)
        if "filter" in place and not place.get("filter"):
            place.at("filter").refuse("must not be empty")

    return check


def _most_selected(place: Place) -> None:
    if "max_selected_items" in place:
        place.at("max_selected_items").integer(least=1, most=100)


def _offered(place: Place) -> list[object]:
    groups = place.get("option_groups") if "option_groups" in place else [{"options": place.get("options")}]
    found: list[object] = []
    for group in groups if isinstance(groups, list) else []:
        options = group.get("options") if isinstance(group, dict) else None
        found.extend(options if isinstance(options, list) else [])
    return found


def _initial_option(place: Place, *, mrkdwn: bool = False, offered: bool = True) -> None:
    if "initial_option" not in place:
        return
    check_option(place.at("initial_option"), mrkdwn=mrkdwn)
    if offered and place.get("initial_option") not in _offered(place):
        place.at("initial_option").refuse("must be one of the options")


def _initial_options(place: Place, *, mrkdwn: bool = False, offered: bool = True) -> None:
    if "initial_options" not in place:
        return
    for option in place.at("initial_options").items(least=1, most=100):
        check_option(option, mrkdwn=mrkdwn)
        if offered and option.value not in _offered(place):
            option.refuse("must be one of the options")


def _pattern(place: Place, key: str, pattern: str, like: str) -> None:
    if key in place and not (isinstance(place.get(key), str) and re.fullmatch(pattern, place.get(key))):
        place.at(key).refuse(f"must be like {like}")


def _datepicker(place: Place) -> None:
    place.only(*_COMMON, "initial_date")
    _pattern(place, "initial_date", r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "2026-11-23")


def _timepicker(place: Place) -> None:
    place.only(*_COMMON, "initial_time", "timezone")
    _pattern(place, "initial_time", r"([01]\d|2[0-3]):[0-5]\d", "23:59")


def _datetimepicker(place: Place) -> None:
    place.only(*_COMMON, "initial_date_time")
    if "initial_date_time" in place:
        place.at("initial_date_time").integer(least=10**9, most=10**10 - 1)


def _written(place: Place) -> None:
    length = ("min_length", "max_length", "multiline") if place.get("type") == "plain_text_input" else ()
    place.only(*_COMMON, "initial_value", "dispatch_action_config", *length)
    place.strings(initial_value=3000)
    place.flags("multiline")
    if "min_length" in place:
        place.at("min_length").integer(least=0, most=3000)
    if "max_length" in place:
        place.at("max_length").integer(least=1, most=3000)


def _number_input(place: Place) -> None:
    place.only(*_COMMON, "initial_value", "dispatch_action_config", "is_decimal_allowed", "min_value", "max_value")
    place.require("is_decimal_allowed")
    for key in ("initial_value", "min_value", "max_value"):
        _pattern(place, key, r"-?\d+(\.\d+)?", '"12.5"')


def _rich_text_input(place: Place) -> None:
    place.only(*_COMMON, "initial_value", "dispatch_action_config")
    if "initial_value" in place and place.at("initial_value").is_object():
        check_rich_text(place.at("initial_value"))


def _file_input(place: Place) -> None:
    place.only("type", "action_id", "filetypes", "max_files")
    if "max_files" in place:
        place.at("max_files").integer(least=1, most=10)
    if "filetypes" in place:
        for kind in place.at("filetypes").items(least=1, most=100):
            kind.string(least=1, most=20)


_CONVERSATIONS = ("default_to_current_conversation", "response_url_enabled", "filter")
ELEMENTS: Mapping[str, Check] = {
    "button": _button,
    "workflow_button": _workflow_button,
    "icon_button": _icon_button,
    "feedback_buttons": _feedback_buttons,
    "image": _image,
    "overflow": _overflow,
    "checkboxes": _checkboxes,
    "radio_buttons": _radio_buttons,
    "static_select": _static_select,
    "external_select": _external_select,
    "users_select": _lookup_select("user"),
    "conversations_select": _lookup_select("conversation", *_CONVERSATIONS),
    "channels_select": _lookup_select("channel", "response_url_enabled"),
    "multi_static_select": _multi_static_select,
    "multi_external_select": _multi_external_select,
    "multi_users_select": _lookup_select("user"),
    "multi_conversations_select": _lookup_select("conversation", "default_to_current_conversation", "filter"),
    "multi_channels_select": _lookup_select("channel"),
    "datepicker": _datepicker,
    "timepicker": _timepicker,
    "datetimepicker": _datetimepicker,
    "plain_text_input": _written,
    "email_text_input": _written,
    "url_text_input": _written,
    "number_input": _number_input,
    "rich_text_input": _rich_text_input,
    "file_input": _file_input,
}
