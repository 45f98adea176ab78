"""How Slack keeps what a person typed."""

import re

from bot.sandbox.slack.records import Json

_MARKS = re.compile(r"<(?:[@#!][A-Za-z0-9^|.\-_ ]+|https?://[^>]+|mailto:[^>]+)>")


def escaped(text: str) -> str:
    """``&``, ``<`` and ``>`` are escaped; mentions such as ``<@U0DESK>`` and links stay."""
    parts, end = [], 0
    for mark in _MARKS.finditer(text):
        parts += [_plain(text[end : mark.start()]), mark.group()]
        end = mark.end()
    return "".join([*parts, _plain(text[end:])])


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rich_text(text: str, block_id: str) -> list[Json]:
    """The rich text block that the composer makes."""
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "block_id": block_id, "elements": [words]}]
