"""What a bot may put into a message: text, blocks, attachments, metadata; and what Slack refuses of it."""

import json
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.blocks import check_blocks, with_ids
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.records import Json
from bot.sandbox.slack.workspace import Slack

MOST_POSTED = 40_000
MOST_UPDATED = 4_000
MOST_ATTACHMENTS = 100
MOST_METADATA = 16_000


@dataclass(frozen=True)
class Content:
    """What was given; None: not given at all."""

    text: str | None
    blocks: list[Json] | None
    attachments: list[Json] | None
    metadata: Json | None


def read_content(slack: Slack, arguments: Arguments, *, most_text: int = MOST_POSTED) -> Content:
    """The content of a message, judged and with ids filled in; ApiError otherwise."""
    text = arguments.text("text") if "text" in arguments else None
    if text is not None and len(text) > most_text:
        raise ApiError("msg_too_long")
    blocks = read_blocks(slack, arguments.nested("blocks", "invalid_blocks_format"))
    attachments = _attachments(slack, arguments.nested("attachments", "invalid_attachments"))
    content = Content(text, blocks, attachments, _metadata(arguments))
    if not (content.text and content.text.strip()) and not blocks and not attachments:
        raise ApiError("no_text")
    return content


def read_blocks(slack: Slack, given: Any) -> list[Json] | None:
    """Blocks of a message; ApiError ``invalid_blocks`` names every place."""
    if given is None:
        return None
    if not isinstance(given, list):
        raise ApiError("invalid_blocks_format")
    if errors := check_blocks(given, "message"):
        said = [str(error) for error in errors]
        raise ApiError("invalid_blocks", errors=said, response_metadata={"messages": [f"[ERROR] {s}" for s in said]})
    return with_ids(given, lambda: slack.new_id("b"))


def _attachments(slack: Slack, given: Any) -> list[Json] | None:
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise ApiError("invalid_attachments")
    if len(given) > MOST_ATTACHMENTS:
        raise ApiError("too_many_attachments")
    return [{**item, "blocks": read_blocks(slack, item["blocks"])} if "blocks" in item else item for item in given]


def _metadata(arguments: Arguments) -> Json | None:
    given = arguments.nested("metadata", "invalid_metadata_format")
    if given is None or given == {}:
        return None if given is None else {}
    if not isinstance(given, dict) or not isinstance(given.get("event_type"), str):
        raise ApiError("invalid_metadata_format")
    if not isinstance(given.get("event_payload"), dict):
        raise ApiError("invalid_metadata_format")
    if len(json.dumps(given)) > MOST_METADATA:
        raise ApiError("metadata_too_large")
    return given
