"""Composition objects: texts, options, confirm dialogs, and what all interactive elements share."""

from collections.abc import Sequence

from bot.sandbox.slack.block_places import Place

MOST_TEXT = 3000
MOST_OPTIONS = 100
_STYLES = ("primary", "danger")
_RICH_PARTS = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")


def check_text(place: Place, *, most: int = MOST_TEXT, kinds: Sequence[str] = ("plain_text", "mrkdwn")) -> None:
    """A text object with 1 to ``most`` characters."""
    if not place.is_object() or not place.require("type"):
        return
    if not place.at("type").one_of(kinds):
        return
    place.only("type", "text", "emoji", "verbatim")
    if place.get("type") == "mrkdwn" and "emoji" in place:
        place.refuse("invalid additional property: emoji", "additional_property")
    place.flags("emoji", "verbatim")
    if place.require("text"):
        place.at("text").string(least=1, most=most)


def check_plain(place: Place, key: str, most: int, *, required: bool = False) -> None:
    """A field that takes only ``plain_text``."""
    if key in place:
        check_text(place.at(key), most=most, kinds=("plain_text",))
    elif required:
        place.require(key)


def check_option(place: Place, *, mrkdwn: bool = False, url: bool = False) -> None:
    """An option: text up to 75 characters, value up to 150."""
    if not place.is_object() or not place.require("text", "value"):
        return
    place.only("text", "value", "description", *(["url"] if url else []))
    kinds = ("plain_text", "mrkdwn") if mrkdwn else ("plain_text",)
    check_text(place.at("text"), most=75, kinds=kinds)
    place.at("value").string(least=1, most=150)
    if "description" in place:
        check_text(place.at("description"), most=75, kinds=kinds)
    place.strings(url=3000)


def check_options(place: Place, *, most: int = MOST_OPTIONS, mrkdwn: bool = False, url: bool = False) -> None:
    """A list of options."""
    for option in place.items(least=1, most=most):
        check_option(option, mrkdwn=mrkdwn, url=url)


def check_option_groups(place: Place) -> None:
    """Up to 100 groups of up to 100 options."""
    for group in place.items(least=1, most=100):
        if group.is_object() and group.require("label", "options"):
            group.only("label", "options")
            check_plain(group, "label", 75)
            check_options(group.at("options"))


def check_confirm(place: Place) -> None:
    """A dialog that asks "are you sure"."""
    if not place.is_object() or not place.require("title", "text", "confirm", "deny"):
        return
    place.only("title", "text", "confirm", "deny", "style")
    check_plain(place, "title", 100)
    check_text(place.at("text"), most=300)
    check_plain(place, "confirm", 30)
    check_plain(place, "deny", 30)
    if "style" in place:
        place.at("style").one_of(_STYLES)


def check_style(place: Place) -> None:
    """A button's colour."""
    if "style" in place:
        place.at("style").one_of(_STYLES)


def check_image_source(place: Place) -> None:
    """A picture comes from one place: ``image_url`` or ``slack_file``; and it is described."""
    if ("image_url" in place) == ("slack_file" in place):
        place.refuse("must have exactly one of: image_url, slack_file", "missing_field")
    place.strings(image_url=3000)
    if "slack_file" in place:
        source = place.at("slack_file")
        if source.is_object() and ("id" in source) == ("url" in source):
            source.refuse("must have exactly one of: id, url", "missing_field")
    if place.require("alt_text"):
        place.at("alt_text").string(most=2000)


def check_rich_text(place: Place) -> None:
    """A ``rich_text`` block or value: its parts are of known kinds."""
    for part in place.at("elements").items(most=500):
        if not part.is_object() or not part.at("type").one_of(_RICH_PARTS):
            continue
        for leaf in part.at("elements").items(most=5000):
            if leaf.is_object() and leaf.require("type") and leaf.get("type") == "text" and leaf.require("text"):
                leaf.at("text").string(least=1, most=40_000)
