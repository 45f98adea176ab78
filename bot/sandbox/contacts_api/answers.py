"""How 8x8's Contacts API answers: error bodies, times and pages."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from aiohttp import web

INVALID = 1000
INVALID_MSISDN = 1002
UNAUTHENTICATED = 1200
FORBIDDEN = 1201
NOT_FOUND = 1300
INTERNAL = 2000
INVALID_JOB = 4018
GROUP_EXISTS = 5003
TOO_LARGE = 7001

PAGE = 20
PAGE_MOST = 500
INT32_MOST = 2**31 - 1


class ApiError(Exception):
    """The service refuses a request: HTTP status, 8x8's code, and 8x8's words for it."""

    def __init__(self, status: int, code: int, message: str | None) -> None:
        self.status = status
        self.code = code
        self.message = message
        super().__init__(message)


def invalid(message: str) -> ApiError:
    """A value in the request is not acceptable (HTTP 400, code 1000)."""
    return ApiError(400, INVALID, message)


def short_time(moment: datetime) -> str:
    """``2022-04-18T09:21:34.74Z``: the form of ``createdAt``, and of some error bodies."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 10_000:02d}Z"


def long_time(moment: datetime) -> str:
    """``2017-04-19T02:31:19.4297380+00:00``: the other form that error bodies come with."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}0+00:00"


class ErrorBodies:
    """Makes error bodies; the two forms of timestamp take turns, as a client must read both."""

    def __init__(self, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._now = now
        self._new_id = new_id
        self._turn = count()

    def body(self, code: int, message: str | None = None) -> dict[str, Any]:
        """An ErrorResponse of the OpenAPI file; without a message when there is none to give."""
        write = long_time if next(self._turn) % 2 == 0 else short_time
        said = {} if message is None else {"message": message}
        return {"code": code, **said, "errorId": self._new_id(), "timestamp": write(self._now().astimezone(UTC))}

    def response(self, error: ApiError) -> web.Response:
        """The HTTP answer for a refused request."""
        return web.json_response(self.body(error.code, error.message), status=error.status)


def whole_number(name: str, text: str, *, least: int = 0, most: int = INT32_MOST) -> int:
    """A parameter that must be a whole number within limits, both included."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or not least <= int(text[:20]) <= most:
        raise invalid(f"The value of '{name}' must be a whole number from {least} to {most}")
    return int(text)


def page_of(
    items: Sequence[Any],
    total: int,
    query: dict[str, str],
    *,
    offset_counts: str,
    show: Callable[[Any], dict[str, Any]],
) -> dict[str, Any]:
    """One page of a list, with the counts around it.

    ``offset`` is documented as a page offset, but its one worked example fits an item offset as well;
    ``offset_counts`` ("pages" or "items") says which reading this service follows.
    """
    limit = whole_number("limit", query.get("limit", str(PAGE)), least=1, most=PAGE_MOST)
    offset = whole_number("offset", query.get("offset", "0"))
    first = offset * limit if offset_counts == "pages" else offset
    shown: Iterable[Any] = items[first : first + limit]
    return {
        "items": [show(item) for item in shown],
        "page": first // limit + 1,
        "totalPages": -(-len(items) // limit),
        "totalCount": total,
        "totalFiltered": len(items),
        "hasPreviousPage": first > 0 and bool(items),
        "hasNextPage": first + limit < len(items),
    }
