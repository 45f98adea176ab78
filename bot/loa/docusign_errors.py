"""What can go wrong between the desk and DocuSign, and the one place that says what each of its answers means."""

from collections.abc import Mapping
from datetime import datetime

from bot.delivery.asking import Answer, retry_after
from bot.errors import DeskError

POLLING_SECONDS = 900.0
"""DocuSign wants an envelope asked for no more often than this; who did waits as long."""
_BURST_SECONDS = 30.0
_WAIT_MOST = 3600.0
_TOO_MANY = 429
_SERVER_FAULT = 500


class DocuSignError(DeskError):
    """DocuSign could not do this ({reason})."""

    def __init__(self, reason: str = "", *, wait: float | None = None, **facts: object) -> None:
        """``wait`` is how many seconds it wants us to stay away."""
        self.wait = wait
        super().__init__(reason=reason, **facts)


class ConsentNeeded(DocuSignError):
    """DocuSign wants consent, once: open {address}, sign in as the user of DOCUSIGN_USER_ID, and agree."""


class LockedOut(DocuSignError):
    """DocuSign does not let the desk in ({reason}). An administrator should check the settings DOCUSIGN_...."""


class Away(DocuSignError):
    """DocuSign does not answer just now ({reason}). We try again by ourselves."""


class TooOften(Away):
    """DocuSign asks us to wait ({reason}). We try again by ourselves."""


class Ambiguous(Away):
    """DocuSign took a request, and its answer was lost ({reason}). We look before we try again."""


class Unreadable(Away):
    """DocuSign answers what is not in its documentation ({reason})."""


class Refused(DocuSignError):
    """DocuSign refuses this ({reason})."""

    def __init__(self, reason: str, *, code: str = "") -> None:
        """``code`` is its own word, e.g. ``ENVELOPE_CANNOT_VOID_INVALID_STATE``."""
        self.code = code
        super().__init__(reason)


class NoSuchEnvelope(Refused):
    """DocuSign does not know this envelope ({reason})."""


def meaning(answer: Answer, *, changes: bool, now: datetime) -> DocuSignError:
    """What an answer that is no success means. ``changes``: a second time would be too often."""
    said = answer.object() or {}
    code = str(said.get("errorCode", ""))
    parts = (f"HTTP {answer.status}", code, str(said.get("message") or "").rstrip("."))
    reason = " ".join(part for part in parts if part)[:500]
    if answer.status == _TOO_MANY or code.upper().endswith("LIMIT_EXCEEDED"):
        return TooOften(reason, wait=_asked_to_wait(answer.headers, code, now))
    if answer.status >= _SERVER_FAULT:
        return Ambiguous(reason) if changes else Away(reason, wait=retry_after(answer.headers))
    if answer.status in {401, 403}:
        return LockedOut(reason)
    if code == "ENVELOPE_DOES_NOT_EXIST":
        return NoSuchEnvelope(reason, code=code)
    if 300 <= answer.status < 400:  # noqa: PLR2004 (a redirect: our token must not follow it)
        return LockedOut(f"{reason}: it sends us elsewhere")
    return Refused(reason, code=code)


def no_token(answer: Answer, consent_address: str, now: datetime) -> DocuSignError:
    """Why the account server gave none."""
    said = answer.object() or {}
    if said.get("error") == "consent_required":
        return ConsentNeeded(address=consent_address)
    if answer.status == _TOO_MANY:
        return TooOften("HTTP 429", wait=_asked_to_wait(answer.headers, "", now))
    if answer.status >= _SERVER_FAULT:
        return Away(f"HTTP {answer.status}", wait=retry_after(answer.headers))
    words = (f"HTTP {answer.status}", said.get("error", ""), said.get("error_description", ""))
    return LockedOut(" ".join(str(word) for word in words if word)[:500])


def _asked_to_wait(headers: Mapping[str, str], code: str, now: datetime) -> float:
    """Seconds: what the headers say, else as long as a limit of this kind takes to pass."""
    said = retry_after(headers)
    reset = headers.get("X-RateLimit-Reset", "")
    if said is None and "POLLING" in code.upper():
        said = POLLING_SECONDS
    if said is None and headers.get("X-RateLimit-Remaining") == "0" and reset.isdecimal():
        said = int(reset) - now.timestamp()  # the hour's limit; that of a burst passes in half a minute
    return max(1.0, min(said if said is not None else _BURST_SECONDS, _WAIT_MOST))
