"""What can go wrong between the desk and 8x8, whichever of its APIs is asked, by what it means for what happens next.

Every answer ends in a sentence that has 8x8's code (else the HTTP status) and its error ID, which its support asks for.
Mapped by code and status, never by the message. The words of the codes stand in ``templates/8x8.yml``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import yaml

from bot.delivery.asking import retry_after
from bot.delivery.voices import TEMPLATES
from bot.errors import DeskError

UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, INVALID_JOB = 1200, 1201, 1300, 4018
_MESSAGE = 300
_OTHER = "other"


@dataclass(frozen=True)
class Explained:
    """What a code or a status means, and what to do about it."""

    means: str
    do: str


class ProviderError(DeskError):
    """8x8 could not do this ({reason})."""

    def __init__(
        self,
        *,
        reason: str = "",
        status: int | None = None,
        code: int | None = None,
        message: str | None = None,
        error_id: str | None = None,
        at: datetime | None = None,
        retry_after: float | None = None,
    ) -> None:
        """The facts of 8x8's error body as far as it had them; ``retry_after`` in seconds.

        ``reason`` says what is known: code and error ID, else the HTTP status, else what happened to the connection.
        """
        self.reason = reason
        self.status = status
        self.code = code
        self.error_id = error_id
        self.at = at
        self.retry_after = retry_after
        explained = explain(status, code)
        self.message = message or (explained.means if code is not None or status is not None else None)
        told = " ".join((message or "").split())[:_MESSAGE].rstrip(". ")
        means = f"{explained.means}, in its words “{told}”" if told else explained.means
        super().__init__(
            reason=reason, status=status, code=code, message=means, todo=explained.do.rstrip("."), error_id=error_id
        )


class Unauthorized(ProviderError):
    """8x8 does not let us into this account: {message} ({reason}). Support was told, and it goes on by itself once the key was changed."""  # noqa: E501


class Refused(ProviderError):
    """8x8 refused this: {message} ({reason}). {todo}."""


class Forbidden(Refused):
    """8x8 knows our key for this account, and does not allow this: {message} ({reason}). {todo}."""


class NotFound(Refused):
    """8x8 does not have this, or not any more: {message} ({reason}). {todo}."""


class Unavailable(ProviderError):
    """8x8 cannot be reached just now ({reason}). Nothing was changed there, and we try again by ourselves."""


class RateLimited(Unavailable):
    """8x8 has too much to do just now ({reason}). Nothing was changed there, and we try again by ourselves."""


class Ambiguous(ProviderError):
    """8x8 did not say whether it took this in ({reason}). We look there before anything is sent again."""


class BadAnswer(ProviderError):
    """8x8 gave an answer that we cannot read ({reason}). If this stays so, ask support in this channel."""


BY_CODE: Mapping[int, type[ProviderError]] = {
    UNAUTHENTICATED: Unauthorized,
    FORBIDDEN: Forbidden,
    NOT_FOUND: NotFound,
    INVALID_JOB: NotFound,
}
BY_STATUS: Mapping[int, type[ProviderError]] = {401: Unauthorized, 403: Forbidden, 404: NotFound, 429: RateLimited}


def explain(status: int | None, code: int | None) -> Explained:
    """What a code means, else what the HTTP status does; for what nobody knows there are words too."""
    words = _words()
    if code is not None:
        known = words["codes"].get(code)
        known = known or next((each for each in words["ranges"] if each["from"] <= code <= each["to"]), None)
        found = known or words["codes"][_OTHER]
    else:
        found = words["statuses"].get(status) or words["statuses"][_OTHER]
    return Explained(found["means"], found["do"])


@cache
def _words() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((TEMPLATES / "8x8.yml").read_text("utf-8"))
    return read


def error_from(status: int, headers: Mapping[str, str], body: bytes, *, changes: bool) -> ProviderError:
    """The error for an answer that is no success: by 8x8's code, else by the HTTP status, never by the message.

    A fault of the server's (5xx) after a call that changes something is ``Ambiguous``. A body that nobody can read is
    one without code and error ID.
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    said = said if isinstance(said, dict) else {}
    code, error_id = whole(said, "code"), text(said, "errorId")
    known = [f"code {code}" if code is not None else f"HTTP {status}", f"error ID {error_id[:64]}" if error_id else ""]
    return _meaning(status, code, changes=changes)(
        reason=", ".join(part for part in known if part),
        status=status,
        code=code,
        message=text(said, "message"),
        error_id=error_id,
        at=read_time(said.get("timestamp")),
        retry_after=retry_after(headers),
    )


def _meaning(status: int, code: int | None, *, changes: bool) -> type[ProviderError]:
    if status >= 500:  # noqa: PLR2004 (HTTP's server errors)
        return Ambiguous if changes else Unavailable
    if status < 400:  # noqa: PLR2004 (a redirect: this is not the API, and the key must not follow)
        return BadAnswer
    return BY_STATUS.get(status) or BY_CODE.get(code or 0, Refused)


def read_time(value: object) -> datetime | None:
    """A time of 8x8's (``…34.74Z`` or ``…19.4297387+00:00``; without a zone it is UTC); None when it is none."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def text(answer: Mapping[str, Any], name: str) -> str | None:
    """A text of an answer; None when it is missing, empty or none."""
    value = answer.get(name)
    return value if isinstance(value, str) and value else None


def whole(answer: Mapping[str, Any], name: str) -> int | None:
    """A whole number: 5, or 5.0, which the schema's "number" allows."""
    value = answer.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value)
