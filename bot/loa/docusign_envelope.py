"""What DocuSign is asked for: one letter, one signer, and our own mark on it."""

import base64
from dataclasses import dataclass
from typing import Any

from bot.delivery.voices import Voices
from bot.loa.docusign_client import MARK, Signer
from bot.loa.docusign_steps import EXPIRES
from bot.loa.letter import ANCHOR, DATE_ANCHOR
from bot.loa.signing import is_by_mail
from bot.loa.tables import Letter, Signing

WORDS = "loa/docusign"
EVENTS = ("envelope-completed", "envelope-declined", "envelope-voided")
_SUBJECT_MOST, _BLURB_MOST, _REASON_MOST = 100, 900, 200
_NAME_MOST = 100
_DATE_DOWN = "10"
"""Pixels from the date's anchor, which stands at the top of its line, to where one writes."""
_WARN_DAYS, _REMIND_DAYS, _REMIND_EVERY_DAYS = "3", "3", "7"


@dataclass(frozen=True)
class Terms:
    """``provider`` is who is authorised by letters; ``events_to`` the address that DocuSign tells, empty for none."""

    provider: str
    events_to: str = ""


def signer_of(signing: Signing) -> Signer:
    """The officer, in the same words when the envelope is made and when its page is opened."""
    name = " ".join(signing.signer_name.split())[:_NAME_MOST]
    return Signer(name, signing.signer_email.strip(), "" if is_by_mail(signing) else signing.id)


def envelope(signing: Signing, letter: Letter, pdf: bytes, voices: Voices, terms: Terms) -> dict[str, Any]:
    """The body of the call that makes it. DocuSign's JSON has text for numbers, and for true and false."""
    values = values_of(letter, terms)
    document = {
        "documentId": "1",
        "name": f"{letter.number}.pdf",
        "fileExtension": "pdf",
        "documentBase64": base64.b64encode(pdf).decode("ascii"),
    }
    made = {
        "status": "sent",
        "emailSubject": voices.plain(WORDS, "headline", limit=_SUBJECT_MOST, **values),
        "emailBlurb": voices.plain(WORDS, "blurb", limit=_BLURB_MOST, **values),
        "documents": [document],
        "recipients": {"signers": [_signer(signing)]},
        "customFields": {
            "textCustomFields": [{"name": MARK, "value": signing.id, "show": "false", "required": "false"}]
        },
        "notification": _notification(by_mail=is_by_mail(signing)),
    }
    return made | ({"eventNotification": _events(terms.events_to)} if terms.events_to else {})


def values_of(letter: Letter, terms: Terms) -> dict[str, str]:
    """What the words name."""
    company = dict(letter.data.get("company") or {})
    return {
        "letter": letter.number,
        "sender_id": str(letter.data.get("sender_id", "")),
        "company": str(company.get("name", "")),
        "provider": terms.provider,
    }


def void_reason(letter: Letter, voices: Voices, terms: Terms) -> str:
    """What the signer reads of an envelope that we take back."""
    return voices.plain(WORDS, "void", limit=_REASON_MOST, **values_of(letter, terms))


def _signer(signing: Signing) -> dict[str, Any]:
    signer = signer_of(signing)
    told = {"clientUserId": signer.client_user_id} if signer.client_user_id else {}
    sign = {"anchorString": ANCHOR, "anchorUnits": "pixels", "anchorXOffset": "0", "anchorYOffset": "0"}
    on_the_line = {"anchorYOffset": _DATE_DOWN, "anchorIgnoreIfNotPresent": "true"}
    dated = sign | {"anchorString": DATE_ANCHOR} | on_the_line
    return {
        "recipientId": "1",
        "routingOrder": "1",
        "name": signer.name,
        "email": signer.email,
        "tabs": {"signHereTabs": [sign], "dateSignedTabs": [dated]},
        **told,
    }


def _notification(*, by_mail: bool) -> dict[str, Any]:
    """When it ends, said by us: an account's default may be anything. Only whoever gets e-mails is reminded."""
    reminders = {"reminderEnabled": "false"}
    if by_mail:
        delay, every = _REMIND_DAYS, _REMIND_EVERY_DAYS
        reminders = {"reminderEnabled": "true", "reminderDelay": delay, "reminderFrequency": every}
    expirations = {"expireEnabled": "true", "expireAfter": str(EXPIRES.days), "expireWarn": _WARN_DAYS}
    return {"useAccountDefaults": "false", "reminders": reminders, "expirations": expirations}


def _events(url: str) -> dict[str, Any]:
    return {
        "url": url,
        "events": list(EVENTS),
        "deliveryMode": "SIM",
        "eventData": {"version": "restv2.1", "includeData": ["recipients"]},
        "includeHMAC": "true",
        "requireAcknowledgment": "true",
        "loggingEnabled": "true",
    }
