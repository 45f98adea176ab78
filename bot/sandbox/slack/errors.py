"""How the stand-in says no: to the bot (ApiError), and to the person in front of Slack (the others)."""

from typing import Any


class ApiError(Exception):
    """An answer ``{"ok": false, "error": CODE, ...}`` of the Web API."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code)

    @classmethod
    def arguments(cls, *messages: str) -> "ApiError":
        """``invalid_arguments`` with Slack's ``[ERROR]`` lines."""
        lines = [f"[ERROR] {message}" for message in messages]
        return cls("invalid_arguments", response_metadata={"messages": lines})


class NoAnswer(Exception):
    """The bot did not answer in time, or answered with an error: the person sees that "the app did not respond"."""


class BadAnswer(Exception):
    """The bot answered with something that Slack does not accept; the person sees "We had some trouble connecting"."""


class NotOnScreen(Exception):
    """The person does not see what they were asked to use: no such button, field, window, channel or command."""


class Refused(Exception):
    """Slack itself says no to the person, e.g. to a file of more than 10 MB in a form."""
