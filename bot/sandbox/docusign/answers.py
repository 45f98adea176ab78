"""How DocuSign answers: errors, times, and an envelope as its API and its events show it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from bot.sandbox.docusign.envelopes import Envelope


class ApiError(Exception):
    """It refuses a request: HTTP status, its code, and its words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status = status
        self.code = code
        super().__init__(message)

    def response(self) -> web.Response:
        """As it comes."""
        return web.json_response({"errorCode": self.code, "message": str(self)}, status=self.status)


def invalid(message: str) -> ApiError:
    """A value is not acceptable."""
    return ApiError(
        400, "INVALID_REQUEST_PARAMETER", f"The request contained at least one invalid parameter. {message}"
    )


def bad_body(message: str = "") -> ApiError:
    """The body is not what the call takes."""
    words = "The request body is missing or improperly formatted."
    return ApiError(400, "INVALID_REQUEST_BODY", f"{words} {message}".strip())


def time(moment: datetime | None) -> str | None:
    """``2026-11-23T09:00:00.1230000Z``."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}0Z" if moment else None


def summary(envelope: "Envelope", *, recipients: bool, fields: bool) -> dict[str, Any]:
    """An envelope, as its API gives it and as events carry it; what has no value is left out."""
    own = f"/envelopes/{envelope.id}"
    found: dict[str, Any] = {
        "status": envelope.status,
        "documentsUri": f"{own}/documents",
        "recipientsUri": f"{own}/recipients",
        "envelopeUri": own,
        "emailSubject": envelope.subject,
        "emailBlurb": envelope.blurb or None,
        "envelopeId": envelope.id,
        "customFieldsUri": f"{own}/custom_fields",
        "notificationUri": f"{own}/notification",
        "documentsCombinedUri": f"{own}/documents/combined",
        "certificateUri": f"{own}/documents/certificate",
        "createdDateTime": time(envelope.created_at),
        "lastModifiedDateTime": time(envelope.changed_at),
        "sentDateTime": time(envelope.sent_at),
        "initialSentDateTime": time(envelope.sent_at),
        "deliveredDateTime": time(envelope.times.get("delivered")),
        "completedDateTime": time(envelope.times.get("completed")),
        "declinedDateTime": time(envelope.times.get("declined")),
        "voidedDateTime": time(envelope.times.get("voided")),
        "voidedReason": envelope.voided_reason or None,
        "statusChangedDateTime": time(envelope.changed_at),
        "notification": {
            "useAccountDefaults": "false",
            "expirations": {"expireEnabled": "true", "expireAfter": str(envelope.expire_days), "expireWarn": "0"},
        },
    }
    if recipients:
        found["recipients"] = {"signers": [_signer(envelope)], "recipientCount": "1", "currentRoutingOrder": "1"}
    if fields:
        found["customFields"] = {"textCustomFields": _fields(envelope), "listCustomFields": []}
    return {name: value for name, value in found.items() if value is not None}


def _signer(envelope: "Envelope") -> dict[str, Any]:
    signer = envelope.signer
    found = {
        "recipientId": signer.recipient_id,
        "recipientIdGuid": signer.guid,
        "name": signer.name,
        "email": signer.email,
        "clientUserId": signer.client_user_id or None,
        "routingOrder": "1",
        "status": signer.status,
        "sentDateTime": time(envelope.sent_at),
        "deliveredDateTime": time(envelope.times.get("delivered")),
        "signedDateTime": time(envelope.times.get("completed")),
        "declinedDateTime": time(envelope.times.get("declined")),
        "declinedReason": signer.declined_reason or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _fields(envelope: "Envelope") -> list[dict[str, str]]:
    return [
        {"fieldId": str(number), "name": name, "show": "false", "required": "false", "value": value}
        for number, (name, value) in enumerate(envelope.fields.items(), 10_001)
    ]
