"""Arguments of a Web API call, however they came: query, form or JSON; nested values as JSON or as JSON in a string."""

import json
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.records import Json


async def read_arguments(request: web.Request) -> Json:
    """Everything that the caller gave; ApiError ``invalid_json``, ``json_not_object`` or ``invalid_form_data``."""
    given: Json = dict(request.query)
    if request.content_type == "application/json" and request.can_read_body:
        return given | _json_object(await request.text())
    if request.method == "POST" and request.can_read_body:
        if request.content_type not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
            raise ApiError("invalid_post_type")
        return given | {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return given


def _json_object(text: str) -> Json:
    try:
        body = json.loads(text)
    except ValueError as trouble:
        raise ApiError("invalid_json") from trouble
    if not isinstance(body, dict):
        raise ApiError("json_not_object")
    return body


class Arguments:
    """Typed access to the arguments of one call; what is missing or of the wrong kind is ``invalid_arguments``."""

    def __init__(self, given: Json) -> None:
        self._given = {name: value for name, value in given.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers are taken as such."""
        value = self._given.get(name, default)
        if isinstance(value, bool | dict | list):
            raise ApiError.arguments(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def required(self, name: str) -> str:
        """A string that may not be missing or empty."""
        value = self.text(name)
        if not value:
            raise ApiError.arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """true, false, 1 or 0."""
        value = str(self._given.get(name, default)).lower()
        if value not in {"true", "false", "1", "0", ""}:
            raise ApiError.arguments(f"must be a boolean [json-pointer:/{name}]")
        return value in {"true", "1"}

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        try:
            return int(self._given.get(name, default))
        except (TypeError, ValueError) as trouble:
            raise ApiError.arguments(f"must be an integer [json-pointer:/{name}]") from trouble

    def nested(self, name: str, error: str = "invalid_arguments") -> Any:
        """An object or list, or the same as JSON in a string; None when missing. Broken JSON is ``error``."""
        value = self._given.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError as trouble:
            raise ApiError(error) from trouble

    def names(self, name: str) -> Sequence[str]:
        """A list, or a string with commas."""
        value = self._given.get(name, "")
        if isinstance(value, list):
            return [str(item) for item in value]
        return [item.strip() for item in str(value).split(",") if item.strip()]
