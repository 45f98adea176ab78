"""Slack's blocks as short functions, within Slack's limits. Words come in finished, from the templates."""

from collections.abc import Iterable, Sequence
from typing import Any

Block = dict[str, Any]

SECTION_MAX = 3000
_PACKED_MAX = 2900
OPTION_TEXT_MAX = 75
BUTTON_TEXT_MAX = 75
CONFIRM_TITLE_MAX = 100
CONFIRM_TEXT_MAX = 300
CONFIRM_BUTTON_MAX = 30


def section(text: str, *, accessory: Block | None = None, block_id: str | None = None) -> Block:
    """A paragraph of mrkdwn."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
    if accessory:
        block["accessory"] = accessory
    if block_id:
        block["block_id"] = block_id
    return block


def packed(lines: Iterable[str]) -> list[str]:
    """Lines in as few paragraphs as sections take."""
    paragraphs = [""]
    for line in lines:
        if paragraphs[-1] and len(paragraphs[-1]) + len(line) > _PACKED_MAX:
            paragraphs.append("")
        paragraphs[-1] += ("\n" if paragraphs[-1] else "") + line
    return paragraphs


def fields(texts: Sequence[str]) -> Block:
    """Up to ten short facts, two in a row."""
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": text, "verbatim": True} for text in texts[:10]]}


def context(*texts: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True} for text in texts[:10]]}


def actions(elements: Sequence[Block], *, block_id: str | None = None) -> Block:
    """A row of buttons."""
    block: Block = {"type": "actions", "elements": list(elements)}
    if block_id:
        block["block_id"] = block_id
    return block


def button(
    text: str, action_id: str, value: str, *, style: str | None = None, confirm: Block | None = None, label: str = ""
) -> Block:
    """A button; ``label`` is what a screen reader says when the text alone does not tell enough."""
    element: Block = {"type": "button", "text": plain(text), "action_id": action_id, "value": value}
    if style:
        element["style"] = style
    if confirm:
        element["confirm"] = confirm
    if label:
        element["accessibility_label"] = label[:BUTTON_TEXT_MAX]
    return element


def confirm(title: str, text: str, yes: str, no: str, *, style: str = "primary") -> Block:
    """The question before something final."""
    return {"title": plain(title), "text": plain(text), "confirm": plain(yes), "deny": plain(no), "style": style}


def option(text: str, value: str) -> Block:
    """One choice of a select."""
    return {"text": plain(text if len(text) <= OPTION_TEXT_MAX else text[: OPTION_TEXT_MAX - 1] + "…"), "value": value}


def plain(text: str) -> Block:
    """Text without markup."""
    return {"type": "plain_text", "text": text, "emoji": True}
