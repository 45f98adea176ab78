"""What an export is asked with, as the OpenAPI's ``LogExportRequest`` has it."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from bot.sandbox.contacts_api.answers import INVALID_MSISDN, ApiError, invalid

INVALID_COUNTRY, OUT_OF_RANGE = 1009, 1010
MONTHS_BACK = 6
LIMIT_MOST = 2**31 - 1
_FORM = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,7})?(Z|[+-]\d{2}:\d{2})?)?")
_MSISDN = re.compile(r"[1-9]\d{6,14}")
_COUNTRY = re.compile(r"[A-Za-z]{2}")


@dataclass(frozen=True)
class Wanted:
    """Which messages are wanted: sent from ``since`` on and before ``until``; ``limit`` 0 is all."""

    since: datetime
    until: datetime
    phone_number: str = ""
    countries: tuple[str, ...] = ()
    limit: int = 0
    channel_user: str = ""


async def read_wanted(request: web.Request, product: str, now: datetime) -> Wanted:
    """The body of a request for an export; every member may be missing, and there may be no body. Raises ApiError."""
    body = _object(await request.text())
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    since = _moment(body, "from") or midnight - timedelta(days=7)
    until = _moment(body, "to") or midnight
    if since >= until:
        raise invalid("The value of 'from' must be less than the value of 'to'")
    if since < _earliest(midnight):
        raise ApiError(400, OUT_OF_RANGE, f"Logs can be retrieved as far as {MONTHS_BACK} months in the past")
    return Wanted(
        since,
        until,
        _number(body),
        _countries(body),
        _limit(body),
        _text(body, "channelUserId") if product == "chatapps" else "",
    )


def _object(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise invalid("The request body is not valid JSON")
    return said


def _earliest(today: datetime) -> datetime:
    """The same day so many months ago; the month's last where there is none such."""
    months = today.year * 12 + today.month - 1 - MONTHS_BACK
    year, month = divmod(months, 12)
    first_of_next = datetime(year + (month == 11), (month + 1) % 12 + 1, 1, tzinfo=UTC)  # noqa: PLR2004 (December)
    last = (first_of_next - timedelta(days=1)).day
    return datetime(year, month + 1, min(today.day, last), tzinfo=UTC)


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise invalid(f"The value of '{name}' must be a string")
    return value


def _moment(body: dict[str, Any], name: str) -> datetime | None:
    text = _text(body, name)
    if name not in body:
        return None
    try:
        moment = datetime.fromisoformat(text) if _FORM.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise invalid(f"The value of '{name}' is not a valid date or datetime")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _number(body: dict[str, Any]) -> str:
    number = _text(body, "phoneNumber").removeprefix("+")
    if "phoneNumber" in body and not _MSISDN.fullmatch(number):
        raise ApiError(400, INVALID_MSISDN, "Invalid MSISDN format")
    return number


def _countries(body: dict[str, Any]) -> tuple[str, ...]:
    countries = body.get("countries", [])
    if not isinstance(countries, list):
        raise invalid("The value of 'countries' must be an array")
    for country in countries:
        if not isinstance(country, str) or not _COUNTRY.fullmatch(country):
            raise ApiError(400, INVALID_COUNTRY, "Invalid country code")
    return tuple(country.upper() for country in countries)


def _limit(body: dict[str, Any]) -> int:
    limit = body.get("limit", 0)
    if isinstance(limit, float) and limit.is_integer():
        limit = int(limit)
    if isinstance(limit, bool) or not isinstance(limit, int) or not 0 <= limit <= LIMIT_MOST:
        raise invalid(f"The value of 'limit' must be a whole number from 0 to {LIMIT_MOST}")
    return limit
