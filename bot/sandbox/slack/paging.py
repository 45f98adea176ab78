"""Lists in pages: ``limit`` and ``cursor``."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import TypeVar

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.records import Json

T = TypeVar("T")


def page(items: Sequence[T], arguments: Arguments, *, most: int, default: int) -> tuple[Sequence[T], Json]:
    """The asked-for part, and ``response_metadata`` with ``next_cursor`` (empty at the end)."""
    limit = arguments.number("limit", default) or default
    if not 1 <= limit <= most:
        raise ApiError("invalid_limit")
    start = _start(arguments.text("cursor"))
    after = start + limit
    cursor = b64encode(f"from:{after}".encode()).decode() if after < len(items) else ""
    return items[start:after], {"next_cursor": cursor}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(b64decode(cursor, validate=True).decode().removeprefix("from:"))
    except ValueError as trouble:
        raise ApiError("invalid_cursor") from trouble
