"""A spot in a payload, with its JSON pointer, and what may be said against it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class BlockError:
    """One thing that Slack would refuse: where (JSON pointer) and why, in Slack's words where they are known."""

    pointer: str
    message: str
    code: str = "failed_constraint"

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


class Place:
    """What stands somewhere in a payload. Checks add to the list of errors that all places of a payload share."""

    def __init__(self, value: Any, pointer: str, errors: list[BlockError]) -> None:
        self.value = value
        self.pointer = pointer
        self.errors = errors

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def at(self, key: str | int) -> "Place":
        """The spot one step further in; its value is None when there is nothing."""
        value: Any = None
        if isinstance(self.value, dict) and isinstance(key, str):
            value = self.value.get(key)
        elif isinstance(self.value, list) and isinstance(key, int):
            value = self.value[key]
        return Place(value, f"{self.pointer}/{key}", self.errors)

    def get(self, key: str) -> Any:
        """The plain value of a field."""
        return self.at(key).value

    def refuse(self, message: str, code: str = "failed_constraint") -> None:
        """Say something against this spot."""
        self.errors.append(BlockError(self.pointer, message, code))

    def require(self, *keys: str) -> bool:
        """These fields must be there."""
        missing = [key for key in keys if key not in self]
        for key in missing:
            self.refuse(f"missing required field: {key}", "missing_field")
        return not missing

    def only(self, *keys: str) -> None:
        """No other fields may be there."""
        for key in self.value:
            if key not in keys:
                self.refuse(f"invalid additional property: {key}", "additional_property")

    def is_object(self) -> bool:
        """It must be an object."""
        if isinstance(self.value, dict):
            return True
        self.refuse("must provide an object", "wrong_type")
        return False

    def string(self, *, most: int, least: int = 0) -> bool:
        """It must be a string of ``least`` to ``most`` characters."""
        if not isinstance(self.value, str):
            self.refuse("must provide a string", "wrong_type")
            return False
        if len(self.value) < least:
            self.refuse(f"must be more than {least - 1} characters")
        if len(self.value) > most:
            self.refuse(f"must be less than {most + 1} characters")
        return least <= len(self.value) <= most

    def strings(self, **most: int) -> None:
        """Optional string fields and their longest lengths."""
        for key, limit in most.items():
            if key in self:
                self.at(key).string(most=limit)

    def flags(self, *keys: str) -> None:
        """Optional fields that must be true or false."""
        for key in keys:
            if key in self and not isinstance(self.get(key), bool):
                self.at(key).refuse("must be a boolean", "wrong_type")

    def integer(self, *, least: int, most: int) -> None:
        """It must be a whole number in this range."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.refuse("must be an integer", "wrong_type")
        elif not least <= self.value <= most:
            self.refuse(f"must be between {least} and {most}")

    def one_of(self, allowed: Sequence[str]) -> bool:
        """It must be one of these words."""
        if self.value in allowed:
            return True
        self.refuse(f"must be one of: {', '.join(allowed)}", "enum")
        return False

    def items(self, *, least: int = 0, most: int) -> Iterator["Place"]:
        """The spots of a list with ``least`` to ``most`` items; none when it is no list."""
        if not isinstance(self.value, list):
            self.refuse("must provide an array", "wrong_type")
            return
        if len(self.value) < least:
            self.refuse(f"no fewer than {least} items allowed")
        if len(self.value) > most:
            self.refuse(f"no more than {most} items allowed")
        for index in range(len(self.value)):
            yield self.at(index)
