"""Logs: one event a line, JSON in production and colours on a terminal; no secret and no phone number ever in it.

Our own events (structlog) and those of the libraries (logging) go through the same processors. What is bound with
``structlog.contextvars.bind_contextvars`` stands in every event of that task.
"""

import logging
import re
import sys
from collections.abc import Mapping
from typing import TextIO

import structlog
from structlog.types import EventDict, Processor

HIDDEN = "[hidden]"

_SECRET_NAMES = re.compile(r"token|secret|passw|authorization|cookie|signature|api_?key|response_url", re.IGNORECASE)
_PHONE_NAMES = re.compile(r"phone|msisdn", re.IGNORECASE)
_SECRETS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Slack's tokens: xoxb-, xoxp-, xoxe.xoxp-, xapp- and their kin.
    (re.compile(r"x(?:ox[a-z]|app)(?:[.-]xox[a-z])?-[\w-]+", re.IGNORECASE), HIDDEN),
    (re.compile(r"\b(Bearer|Basic)\s+[^\s'\"]+", re.IGNORECASE), rf"\1 {HIDDEN}"),
    # A password in an address, and addresses that are secrets themselves.
    (re.compile(r"(?<=://)[^/\s@'\"]+@"), f"{HIDDEN}@"),
    (re.compile(r"\b(hooks\.slack\.com/)[^\s'\"]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"\b(ticket|token|key|secret|password|code)=[^&\s'\"]+", re.IGNORECASE), rf"\1={HIDDEN}"),
)
# With a plus and whatever stands between the digits; or 8 to 15 digits alone: no ts, no decimal, no part of an id.
_PHONES = (
    re.compile(r"\+[\s().-]*(?:\d[\s().-]*){6,30}\d"),
    re.compile(r"(?<![\w.+-])\d{8,15}(?![\w-]|\.\d)"),
)


def hide(text: str) -> str:
    """The text without secrets, and of each phone number only the last three digits."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    for pattern in _PHONES:
        text = pattern.sub(_last_three, text)
    return text


def _last_three(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return "…" + digits[-3:]


def redact(_logger: object, _method: str, event: EventDict) -> EventDict:
    """The last processor before an event is written."""
    return {name: _redacted(name, value) for name, value in event.items()}


def _redacted(name: str, value: object) -> object:
    match value:
        case None | bool():
            return value
        case _ if _SECRET_NAMES.search(name):
            shown: object = HIDDEN
        case int() | str() if _PHONE_NAMES.search(name):
            shown = "…" + str(value)[-3:]
        case int() | float():
            shown = value
        case Mapping():
            shown = {hide(str(key)): _redacted(str(key), inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            shown = [_redacted(name, inner) for inner in value]
        case _:
            shown = hide(value if isinstance(value, str) else repr(value))
    return shown


def configure(log_format: str, stream: TextIO = sys.stderr) -> None:
    """Send all logs to a stream. ``log_format``: json, console, or auto (colours on a terminal, else JSON)."""
    colours = log_format == "console" or (log_format == "auto" and stream.isatty())
    render: Processor = (
        structlog.dev.ConsoleRenderer(colors=stream.isatty()) if colours else structlog.processors.JSONRenderer()
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # One line for each request or tick says nothing that our own events do not.
    for chatty in ("aiohttp.access", "apscheduler", "alembic", "slack_bolt", "slack_sdk"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
