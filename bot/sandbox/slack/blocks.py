"""Block Kit, judged as Slack judges it.

``check_blocks`` and ``check_view`` return everything that Slack would refuse, each with its JSON pointer. The limits
are Slack's documented ones. ``with_ids`` does what Slack does to accepted blocks: it fills in missing ids.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

from bot.sandbox.slack.block_elements import IN_ACTIONS, IN_INPUT, IN_SECTION, INTERACTIVE, check_element
from bot.sandbox.slack.block_places import BlockError, Place
from bot.sandbox.slack.block_texts import check_image_source, check_plain, check_rich_text, check_text
from bot.sandbox.slack.new_blocks import NEW_BLOCKS
from bot.sandbox.slack.records import Json

__all__ = ["BlockError", "check_blocks", "check_view", "elements_of", "view_size", "with_ids"]

Surface = Literal["message", "modal", "home"]
MOST_BLOCKS: Mapping[str, int] = {"message": 50, "modal": 100, "home": 100}
MOST_VIEW_BYTES = 250_000
MOST_MARKDOWN = 12_000
"""Characters of all markdown blocks of a message together."""


def _section(place: Place) -> None:
    place.only("type", "block_id", "text", "fields", "accessory", "expand")
    if "text" not in place and "fields" not in place:
        place.refuse("must have at least one of: text, fields", "missing_field")
    if "text" in place:
        check_text(place.at("text"))
    if "fields" in place:
        for field in place.at("fields").items(least=1, most=10):
            check_text(field, most=2000)
    if "accessory" in place:
        check_element(place.at("accessory"), IN_SECTION, "a section")
    place.flags("expand")


def _header(place: Place) -> None:
    place.only("type", "block_id", "text", "level")
    check_plain(place, "text", 150, required=True)
    if "level" in place:
        place.at("level").integer(least=1, most=4)


def _divider(place: Place) -> None:
    place.only("type", "block_id")


def _image(place: Place) -> None:
    place.only("type", "block_id", "image_url", "slack_file", "alt_text", "title")
    check_image_source(place)
    check_plain(place, "title", 2000)


def _context(place: Place) -> None:
    place.only("type", "block_id", "elements")
    if not place.require("elements"):
        return
    for element in place.at("elements").items(least=1, most=10):
        if element.is_object() and element.get("type") == "image":
            check_element(element, frozenset({"image"}), "a context")
        elif isinstance(element.value, dict):
            check_text(element, most=2000)


def _actions(place: Place) -> None:
    place.only("type", "block_id", "elements")
    if place.require("elements"):
        for element in place.at("elements").items(least=1, most=25):
            check_element(element, IN_ACTIONS, "actions")


def _input(place: Place) -> None:
    place.only("type", "block_id", "label", "element", "hint", "optional", "dispatch_action")
    check_plain(place, "label", 2000, required=True)
    check_plain(place, "hint", 2000)
    place.flags("optional", "dispatch_action")
    if place.require("element"):
        check_element(place.at("element"), IN_INPUT, "an input")


def _rich_text(place: Place) -> None:
    place.only("type", "block_id", "elements")
    if place.require("elements"):
        check_rich_text(place)


ALL: frozenset[str] = frozenset({"message", "modal", "home"})


@dataclass(frozen=True)
class Rule:
    """Where a block may stand, and what is checked in it."""

    surfaces: frozenset[str]
    check: Callable[[Place], None]


BLOCKS: Mapping[str, Rule] = {
    "section": Rule(ALL, _section),
    "header": Rule(ALL, _header),
    "divider": Rule(ALL, _divider),
    "image": Rule(ALL, _image),
    "context": Rule(ALL, _context),
    "actions": Rule(ALL, _actions),
    "input": Rule(ALL, _input),
    "rich_text": Rule(ALL, _rich_text),
    **{name: Rule(frozenset(surfaces), check) for name, (surfaces, check) in NEW_BLOCKS.items()},
}


def check_blocks(blocks: Any, surface: Surface) -> list[BlockError]:
    """Everything that Slack would refuse in the blocks of a message, modal or Home; pointers start with ``/blocks``."""
    return _check(blocks, surface, "/blocks")


def _check(blocks: Any, surface: Surface, pointer: str) -> list[BlockError]:
    errors: list[BlockError] = []
    for place in Place(blocks, pointer, errors).items(most=MOST_BLOCKS[surface]):
        _check_block(place, surface)
    if isinstance(blocks, list):
        _check_ids(blocks, pointer, errors)
        _check_whole(blocks, surface, pointer, errors)
    return errors


def _check_block(place: Place, surface: Surface) -> None:
    if not place.is_object() or not place.require("type"):
        return
    kind = place.get("type")
    rule = BLOCKS.get(kind) if isinstance(kind, str) else None
    if rule is None:
        place.at("type").refuse(f"unsupported type: {kind}", "unknown_type")
    elif surface not in rule.surfaces:
        place.at("type").refuse(f"unsupported type: {kind} (not in a {surface})", "unknown_type")
    else:
        if "block_id" in place:
            place.at("block_id").string(least=1, most=255)
        rule.check(place)
        if kind == "input" and surface != "modal" and place.at("element").get("type") == "file_input":
            place.at("element").at("type").refuse("unsupported type: file_input (only in a modal)", "unknown_type")


def _check_ids(blocks: Sequence[Any], pointer: str, errors: list[BlockError]) -> None:
    seen: list[object] = []
    for index, block in enumerate(blocks):
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if block_id and block_id in seen:
            errors.append(
                BlockError(f"{pointer}/{index}/block_id", f"`block_id` {block_id} already exists", "duplicate")
            )
        seen.append(block_id)
        actions: list[object] = []
        for path, element in elements_of(block):
            action_id = element.get("action_id")
            if action_id and action_id in actions:
                message = f"`action_id` {action_id} already exists for another element in the block"
                errors.append(BlockError(f"{pointer}/{index}/{path}/action_id", message, "duplicate"))
            actions.append(action_id)


def _check_whole(blocks: Sequence[Any], surface: Surface, pointer: str, errors: list[BlockError]) -> None:
    kinds = [block.get("type") for block in blocks if isinstance(block, dict)]
    for kind, most in (("table", 1), ("data_visualization", 2)):
        if kinds.count(kind) > most:
            errors.append(BlockError(pointer, f"no more than {most} {kind} blocks allowed in a message"))
    markdown = [len(str(b.get("text", ""))) for b in blocks if isinstance(b, dict) and b.get("type") == "markdown"]
    if sum(markdown) > MOST_MARKDOWN >= max(markdown):
        errors.append(BlockError(pointer, f"must be less than {MOST_MARKDOWN + 1} characters in all markdown blocks"))
    focused = [e for block in blocks for _, e in elements_of(block) if e.get("focus_on_load") is True]
    if len(focused) > 1 and surface != "message":
        errors.append(BlockError(pointer, "only one element may have focus_on_load"))


def elements_of(block: Any) -> Iterator[tuple[str, Json]]:
    """The elements of a block with their paths in it, e.g. ``("elements/0", {...})``."""
    if not isinstance(block, dict):
        return
    for key in ("accessory", "element"):
        if isinstance(block.get(key), dict):
            yield key, block[key]
    if block.get("type") in ("actions", "context_actions") and isinstance(block.get("elements"), list):
        for index, element in enumerate(block["elements"]):
            if isinstance(element, dict):
                yield f"elements/{index}", element


def check_view(view: Any) -> list[BlockError]:
    """Everything that Slack would refuse in a modal or Home view; pointers start with ``/view``."""
    errors: list[BlockError] = []
    place = Place(view, "/view", errors)
    if not place.is_object() or not place.require("type", "blocks"):
        return errors
    if not place.at("type").one_of(("modal", "home")):
        return errors
    common = ("type", "blocks", "private_metadata", "callback_id", "external_id")
    place.strings(private_metadata=3000, callback_id=255, external_id=255)
    if place.get("type") == "modal":
        place.only(*common, "title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled")
        _check_modal(place)
    else:
        place.only(*common)
    errors.extend(_check(place.get("blocks"), place.get("type"), "/view/blocks"))
    return errors


def _check_modal(place: Place) -> None:
    check_plain(place, "title", 24, required=True)
    check_plain(place, "submit", 24)
    check_plain(place, "close", 24)
    place.flags("clear_on_close", "notify_on_close", "submit_disabled")
    blocks = place.get("blocks") if isinstance(place.get("blocks"), list) else []
    if "submit" not in place and any(isinstance(block, dict) and block.get("type") == "input" for block in blocks):
        place.refuse("missing required field: submit (the view has input blocks)", "missing_field")


def view_size(view: Json) -> int:
    """How many bytes the view has as JSON; more than 250 KB is ``view_too_large``."""
    return len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode())


def with_ids(blocks: Sequence[Json], new_id: Callable[[], str]) -> list[Json]:
    """A copy in which every block has a ``block_id`` and every interactive element an ``action_id``."""
    filled = deepcopy(list(blocks))
    for block in filled:
        if not block.get("block_id"):
            block["block_id"] = new_id()
        for _, element in elements_of(block):
            if element.get("type") in INTERACTIVE and not element.get("action_id"):
                element["action_id"] = new_id()
    return filled
