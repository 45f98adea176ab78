"""What can go wrong between the desk and 8x8's Contacts API, by what it means for what happens next."""

from datetime import datetime

from bot.errors import DeskError


class ContactsError(DeskError):
    """8x8's Contacts API could not do this ({reason})."""

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
        self.message = message
        self.error_id = error_id
        self.at = at
        self.retry_after = retry_after
        super().__init__(
            reason=reason,
            status=status,
            code=code,
            message=(message or "it does not say why").rstrip(". "),
            error_id=error_id,
        )


class Unauthorized(ContactsError):
    """8x8 does not let us into this account: {message} ({reason}).

    Ask support in this channel; they can check the account's API key.
    """


class Refused(ContactsError):
    """8x8 refused this: {message} ({reason}). Mend it and try again, or show this to support in this channel."""


class NotFound(Refused):
    """8x8 does not have this, or not any more: {message} ({reason})."""


class Unavailable(ContactsError):
    """8x8 cannot be reached just now ({reason}). Nothing was changed there, and we try again by ourselves."""


class RateLimited(Unavailable):
    """8x8 has too much to do just now ({reason}). Nothing was changed there, and we try again by ourselves."""


class Ambiguous(ContactsError):
    """8x8 did not say whether it took this in ({reason}). We look there before anything is sent again."""


class Overtaken(ContactsError):
    """This took so long that somebody else may have begun it anew, so it was not sent to its end."""


class BadAnswer(ContactsError):
    """8x8 gave an answer that we cannot read ({reason}). If this stays so, ask support in this channel."""


class StoreAway(DeskError):
    """Our file store does not answer just now. Your file is safe, and we try again by ourselves."""


class SlackKeepsFile(DeskError):
    """Slack does not give me the file just now. I try again by myself, and you need not do anything."""
