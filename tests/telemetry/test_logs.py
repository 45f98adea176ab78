"""What is written to the logs, and what never is."""

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot import telemetry

TOKENS = ["xoxb", "xoxp", "xoxe.xoxp", "xoxe", "xapp", "xoxa", "xoxr", "XOXB"]
RUBBISH = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-", min_size=12, max_size=40)
# What may stand around a secret in a sentence.
AROUND = st.text(alphabet="abc ,;:()[]{}'\"=\n→", max_size=12)
Write = Callable[..., dict]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """All logs as JSON, in memory; how it was before is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    telemetry.configure("json", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def last(stream: io.StringIO) -> dict:
    """The last event."""
    return json.loads(stream.getvalue().splitlines()[-1])


def test_an_event_is_one_line_of_json(lines: io.StringIO) -> None:
    """Name, level, time, what was bound and what was given."""
    structlog.contextvars.bind_contextvars(delivery="Ev1")
    structlog.get_logger("bot.x").info("file_checked", rows=1204)
    event = last(lines)
    assert event.pop("timestamp").endswith("Z")
    assert event == {"event": "file_checked", "rows": 1204, "delivery": "Ev1", "level": "info", "logger": "bot.x"}


def test_a_librarys_logs_take_the_same_way(lines: io.StringIO) -> None:
    """The standard library's logging is written, and redacted, like ours."""
    logging.getLogger("library").warning("token %s was refused", "xoxb-123456789012-abcdef")
    assert last(lines)["event"] == "token [hidden] was refused"


def test_an_exception_is_told_without_its_secrets(lines: io.StringIO) -> None:
    """The traceback stands in the event, redacted."""
    try:
        int("xapp-1-A0DESK-123-abc is no token for +65 9123 4567")
    except ValueError:
        structlog.get_logger().exception("refused")
    assert "[hidden] is no token for …567" in last(lines)["exception"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(TOKENS), rest=RUBBISH, before=AROUND, after=AROUND)
def test_no_slack_token_is_ever_written(lines: io.StringIO, kind: str, rest: str, before: str, after: str) -> None:
    """Wherever it stands: in the event, in a value, deep inside one, or as a key."""
    token = f"{kind}-{rest}"
    text = f"{before}{token}{after}"
    structlog.get_logger().info(text, value=text, deep=[{"a": (text,)}], keys={text: 1}, thing={text})
    assert rest not in lines.getvalue()
    lines.truncate(0)
    lines.seek(0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.integers(min_value=10**7, max_value=10**15 - 1),
    plus=st.sampled_from(["", "+"]),
    before=AROUND,
    after=AROUND,
)
def test_a_phone_number_keeps_its_last_three_digits(
    lines: io.StringIO,
    number: int,
    plus: str,
    before: str,
    after: str,
) -> None:
    """With a plus or without, in any text."""
    digits = str(number)
    structlog.get_logger().info("checked", value=f"{before} {plus}{digits} {after}")
    value = last(lines)["value"]
    assert digits[-4:] not in value
    assert "…" + digits[-3:] in value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+65 9123-4567 called", "…567 called"),
        ("+1 (415) 555-0132", "…132"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer [hidden]"),
        ("smtp://desk:p4ss@mail.test:25", "smtp://[hidden]@mail.test:25"),
        ("https://hooks.slack.com/commands/T1/2/abc gone", "https://hooks.slack.com/[hidden] gone"),
        ("wss://x.test/link?ticket=abc&app=1", "wss://x.test/link?ticket=[hidden]&app=1"),
        # What looks alike and must stay.
        ("ts 1795428229.123456", "ts 1795428229.123456"),
        ("at 2026-11-23T10:00:00.123456+00:00", "at 2026-11-23T10:00:00.123456+00:00"),
        ("3fa85f64-5717-4562-b3fc-2c963f66afa6", "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
        ("0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"),
        ("row 1204567 of 9999999", "row 1204567 of 9999999"),
        ("U0ANA in C0KOPI", "U0ANA in C0KOPI"),
    ],
)
def test_what_is_hidden_and_what_is_not(text: str, shown: str) -> None:
    """Secrets and phone numbers go; times, ids and counts stay."""
    assert telemetry.hide(text) == shown


@pytest.mark.parametrize("name", ["slack_bot_token", "password", "Authorization", "api_key", "signing_secret"])
def test_a_value_by_a_secrets_name_is_hidden(lines: io.StringIO, name: str) -> None:
    """Whatever it looks like."""
    structlog.get_logger().info("settings", **{name: "tiny"}, inner={name: ["tiny"]})
    assert "tiny" not in lines.getvalue()


def test_a_number_by_a_phones_name_is_masked(lines: io.StringIO) -> None:
    """Also where it came as a number."""
    structlog.get_logger().info("row", msisdn=6591234567, size=41_300_000)
    assert (last(lines)["msisdn"], last(lines)["size"]) == ("…567", 41_300_000)


def test_a_secret_setting_stays_one(lines: io.StringIO) -> None:
    """Settings may be logged as they are."""
    structlog.get_logger().info("start", url=SecretStr("smtp://u:p@h"))
    assert last(lines)["url"] == "SecretStr('**********')"


def test_the_console_is_redacted_too() -> None:
    """Colours change nothing about what is hidden."""
    stream = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    telemetry.configure("console", stream)
    structlog.get_logger().info("hello", who="+6591234567")
    root.handlers[:], level = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    assert "hello" in stream.getvalue()
    assert "91234" not in stream.getvalue()
