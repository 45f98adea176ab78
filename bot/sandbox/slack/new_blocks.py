"""Blocks that Slack added in 2025 and 2026. Only their documented limits are checked; other fields pass."""

from collections.abc import Callable, Mapping

from bot.sandbox.slack.block_elements import check_element
from bot.sandbox.slack.block_places import Place
from bot.sandbox.slack.block_texts import check_rich_text

MESSAGES = ("message",)
_CELLS = ("raw_text", "raw_number", "rich_text")
_FEEDBACK = frozenset({"feedback_buttons", "icon_button"})
_STATUSES = ("pending", "in_progress", "complete", "error")


def _words(place: Place, key: str, most: int, *, required: bool = False) -> None:
    """A string, or a text object, of at most so many characters."""
    if key not in place:
        if required:
            place.require(key)
        return
    spot = place.at(key)
    text = spot.at("text") if isinstance(spot.value, dict) else spot
    text.string(least=1, most=most)


def _markdown(place: Place) -> None:
    place.only("type", "block_id", "text")
    if place.require("text"):
        place.at("text").string(least=1, most=12_000)


def _table(place: Place) -> None:
    place.only("type", "block_id", "rows", "column_settings")
    if place.require("rows"):
        for row in place.at("rows").items(least=1, most=100):
            for cell in row.items(least=1, most=20):
                _cell(cell)
    if "column_settings" in place:
        list(place.at("column_settings").items(most=20))


def _cell(cell: Place) -> None:
    if not cell.is_object() or not cell.at("type").one_of(_CELLS):
        return
    if cell.get("type") == "rich_text":
        check_rich_text(cell)
    elif cell.get("type") == "raw_text" and cell.require("text"):
        cell.at("text").string(least=1, most=3000)


def _data_table(place: Place) -> None:
    _words(place, "caption", 150, required=True)
    if "page_size" in place:
        place.at("page_size").integer(least=1, most=100)


def _data_visualization(place: Place) -> None:
    _words(place, "title", 50)
    chart = place.at("chart") if "chart" in place else place
    for key in ("segments", "series"):
        if key in chart:
            list(chart.at(key).items(least=1, most=6))


def _alert(place: Place) -> None:
    _words(place, "text", 3000, required=True)
    if "level" in place:
        place.at("level").one_of(("default", "info", "warning", "error", "success"))


def _card(place: Place) -> None:
    _words(place, "title", 150)
    _words(place, "subtitle", 150)
    _words(place, "body", 200)
    for key in ("hero_image", "icon"):
        if key in place and place.at(key).is_object():
            place.at(key).require("alt_text")
    if "actions" in place:
        for button in place.at("actions").items(most=25):
            check_element(button, frozenset({"button"}), "a card")


def _carousel(place: Place) -> None:
    if place.require("elements"):
        for card in place.at("elements").items(least=1, most=10):
            if card.is_object() and card.at("type").one_of(("card",)):
                _card(card)


def _container(place: Place) -> None:
    if "rich_text_title" not in place:
        _words(place, "title", 150, required=True)
    if place.require("child_blocks"):
        list(place.at("child_blocks").items(least=1, most=10))


def _task_card(place: Place) -> None:
    if "status" in place:
        place.at("status").one_of(_STATUSES)


def _plan(place: Place) -> None:
    if "tasks" in place:
        for task in place.at("tasks").items(most=50):
            _task_card(task)


def _context_actions(place: Place) -> None:
    place.only("type", "block_id", "elements")
    if place.require("elements"):
        for element in place.at("elements").items(least=1, most=5):
            check_element(element, _FEEDBACK, "context_actions")


NEW_BLOCKS: Mapping[str, tuple[tuple[str, ...], Callable[[Place], None]]] = {
    "markdown": (MESSAGES, _markdown),
    "table": (MESSAGES, _table),
    "data_table": (MESSAGES, _data_table),
    "data_visualization": (MESSAGES, _data_visualization),
    "alert": (("modal",), _alert),
    "card": (("message", "modal", "home"), _card),
    "carousel": (("message", "home"), _carousel),
    "container": (MESSAGES, _container),
    "plan": (MESSAGES, _plan),
    "task_card": (MESSAGES, _task_card),
    "context_actions": (MESSAGES, _context_actions),
}
