"""What a call to make an envelope must look like. What is not so is refused with DocuSign's own codes."""

import base64
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.docusign.answers import ApiError, bad_body, invalid
from bot.sandbox.docusign.envelopes import Notification
from bot.sandbox.docusign.papers import Anchor

SUBJECT_MOST, BLURB_MOST, CLIENT_USER_MOST, FIELD_MOST = 100, 10_000, 100, 100
_EMAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s,;<>()\"]+")
_EVENT = re.compile(
    r"envelope-(sent|delivered|completed|declined|voided|resent|corrected|deleted|purge)"
    r"|recipient-(sent|delivered|completed|declined|autoresponded|authenticationfailed|resent|reassign)"
)
_TABS = ("signHereTabs", "dateSignedTabs", "fullNameTabs", "titleTabs", "initialHereTabs")


@dataclass(frozen=True)
class Order:
    """An envelope as it was asked for."""

    subject: str
    blurb: str
    document: str
    pdf: bytes
    recipient_id: str
    name: str
    email: str
    client_user_id: str
    anchors: tuple[Anchor, ...]
    fields: dict[str, str]
    expire_days: int
    notification: Notification | None


def read(body: object) -> Order:
    """From JSON. Raises ApiError."""
    if not isinstance(body, dict):
        raise bad_body()
    if body.get("status") != "sent":
        raise invalid("Value for 'status' must be 'sent': this stand-in keeps no drafts.")
    document, pdf = _document(body.get("documents"))
    signer = _signer(body.get("recipients"))
    return Order(
        subject=_text(body, "emailSubject", SUBJECT_MOST),
        blurb=_text(body, "emailBlurb", BLURB_MOST, needed=False),
        document=document,
        pdf=pdf,
        recipient_id=_text(signer, "recipientId", 100),
        name=_text(signer, "name", 100),
        email=_email(signer),
        client_user_id=_text(signer, "clientUserId", CLIENT_USER_MOST, needed=False),
        anchors=tuple(_anchors(signer)),
        fields=_fields(body.get("customFields") or {}),
        expire_days=_expire_days(body.get("notification") or {}),
        notification=_notification(body.get("eventNotification")),
    )


def _text(said: dict[str, Any], name: str, most: int, *, needed: bool = True) -> str:
    """DocuSign's JSON has text for everything, also for numbers and for true and false."""
    value = said.get(name, "")
    if not isinstance(value, str):
        raise bad_body(f"'{name}' is not a string.")
    if needed and not value.strip():
        raise invalid(f"A value was not found for parameter '{name}'.")
    if len(value) > most:
        raise invalid(f"The length of '{name}' exceeds {most} characters.")
    return value


def _switch(said: dict[str, Any], name: str, default: str = "false") -> bool:
    value = said.get(name, default)
    if value not in {"true", "false"}:
        raise invalid(f"Value for '{name}' must be 'true' or 'false'.")
    return bool(value == "true")


def _document(documents: object) -> tuple[str, bytes]:
    if not isinstance(documents, list) or len(documents) != 1 or not isinstance(documents[0], dict):
        raise ApiError(400, "ENVELOPE_HAS_NO_DOCUMENTS", "This stand-in takes exactly one document.")
    (one,) = documents
    _text(one, "documentId", 10)
    if _text(one, "fileExtension", 10).lower() != "pdf":
        raise invalid("Value for 'fileExtension' must be 'pdf'.")
    try:
        pdf = base64.b64decode(_text(one, "documentBase64", 40_000_000), validate=True)
    except ValueError as error:
        raise invalid("'documentBase64' is not base64.") from error
    return _text(one, "name", 200), pdf


def _signer(recipients: object) -> dict[str, Any]:
    signers = recipients.get("signers") if isinstance(recipients, dict) else None
    if not isinstance(signers, list) or len(signers) != 1 or not isinstance(signers[0], dict):
        raise ApiError(400, "ENVELOPE_HAS_NO_RECIPIENTS", "This stand-in takes exactly one signer.")
    signer: dict[str, Any] = signers[0]
    return signer


def _email(signer: dict[str, Any]) -> str:
    email = _text(signer, "email", 100)
    if not _EMAIL.fullmatch(email):
        words = f"The email address for the recipient is invalid. The recipient Id follows. {signer['recipientId']}"
        raise ApiError(400, "INVALID_EMAIL_ADDRESS_FOR_RECIPIENT", words)
    return email


def _anchors(signer: dict[str, Any]) -> list[Anchor]:
    tabs = signer.get("tabs") or {}
    if not isinstance(tabs, dict) or tabs.keys() - set(_TABS):
        raise bad_body(f"'tabs' may hold {', '.join(_TABS)}.")
    found = []
    for kind in _TABS:
        for tab in tabs.get(kind, []):
            units = tab.get("anchorUnits", "pixels")
            if units not in {"pixels", "inches", "mms", "cms"}:
                raise invalid("Value for 'anchorUnits' is not one of pixels, inches, mms, cms.")
            optional = _switch(tab, "anchorIgnoreIfNotPresent")
            left, down = (_number(tab, name) for name in ("anchorXOffset", "anchorYOffset"))
            found.append(Anchor(kind, _text(tab, "anchorString", 100), units, left, down, optional=optional))
    if not any(anchor.kind == "signHereTabs" for anchor in found):
        raise invalid("A signer without a 'signHereTabs' would sign nothing.")
    return found


def _number(said: dict[str, Any], name: str) -> float:
    try:
        return float(_text(said, name, 20, needed=False) or "0")
    except ValueError as error:
        raise invalid(f"Value for '{name}' is not a number.") from error


def _fields(said: dict[str, Any]) -> dict[str, str]:
    fields = said.get("textCustomFields", [])
    return {_text(one, "name", 50): _text(one, "value", FIELD_MOST) for one in fields}


def _expire_days(said: dict[str, Any]) -> int:
    """120 days unless it is said otherwise."""
    expirations = said.get("expirations") or {}
    if not _switch(expirations, "expireEnabled"):
        return 120
    if _switch(said, "useAccountDefaults"):
        raise invalid("'useAccountDefaults' is true, and so 'expirations' would be ignored.")
    days = _number(expirations, "expireAfter")
    if not 1 <= days <= 999 or days != int(days):  # noqa: PLR2004 (DocuSign's bounds)
        raise invalid("Value for 'expireAfter' must be between 1 and 999.")
    return int(days)


def _notification(said: object) -> Notification | None:
    if said is None:
        return None
    if not isinstance(said, dict):
        raise bad_body("'eventNotification' is no object.")
    url = _text(said, "url", 500)
    if urlsplit(url).scheme not in {"http", "https"}:
        raise invalid("The URL of 'eventNotification' is not valid.")
    events = said.get("events", [])
    is_sim = said.get("deliveryMode") == "SIM" and (said.get("eventData") or {}).get("version") == "restv2.1"
    if events and not is_sim:
        raise invalid('"deliveryMode": "SIM" and "eventData": {"version": "restv2.1"} are required for \'events\'.')
    if not events or not all(isinstance(event, str) and _EVENT.fullmatch(event) for event in events):
        raise invalid("Unsupported 'events' field.")
    return Notification(url, frozenset(events), _switch(said, "includeHMAC"))
