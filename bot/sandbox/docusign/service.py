"""One account at DocuSign, and all that happens in it. ``world.docusign`` is one; tests and pages act through it."""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.sandbox.docusign import papers
from bot.sandbox.docusign.answers import ApiError, invalid
from bot.sandbox.docusign.connect import Connect
from bot.sandbox.docusign.envelopes import COMPLETED, DECLINED, DELIVERED, EXPIRED, VOIDED, Envelope, Signer
from bot.sandbox.docusign.requests import Order
from bot.sandbox.docusign.tokens import Tokens, key_pair

if TYPE_CHECKING:
    from bot.sandbox.world import World

PATH = "/docusign"
VIEW_SECONDS = 300
"""A view's address dies after so long, and with its first use."""
POLL_SECONDS = 900
"""An envelope's status may be asked for once in so long."""


@dataclass
class View:
    """Somebody's way into an envelope; ``return_url`` is empty for those who came by e-mail."""

    envelope: Envelope
    return_url: str
    until: datetime | None


class DocuSign:
    """The account: its envelopes, who is signing now, and Connect, which tells the desk."""

    def __init__(self, world: "World") -> None:
        self.account_id = "0d0c0516-3333-4222-8333-5e4de12de502"
        self.tokens = Tokens(self.now)
        self.envelopes: dict[str, Envelope] = {}
        self.connect = Connect(world, self.account_id, self.tokens.user_id)
        self.poll_seconds = POLL_SECONDS
        self.url = ""
        """Where it is reached, once it listens."""
        self._world = world
        self._ahead = timedelta()
        self._views: dict[str, View] = {}
        self._sessions: dict[str, View] = {}

    def now(self) -> datetime:
        """Its time: the world's, plus what it was advanced by."""
        return self._world.clock() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let its time go by."""
        self._ahead += timedelta(seconds=seconds)
        self.expire()

    def expire(self) -> None:
        """Void what nobody has signed in its time, as DocuSign does by itself."""
        for envelope in self.envelopes.values():
            if envelope.is_open and self.now() >= envelope.expires_at:
                self._void(envelope, EXPIRED)

    def environment(self) -> dict[str, str]:
        """The settings with which the desk signs here."""
        return {
            "DOCUSIGN_ACCOUNT_URL": f"{self.url}{PATH}",
            "DOCUSIGN_INTEGRATION_KEY": self.tokens.integration_key,
            "DOCUSIGN_USER_ID": self.tokens.user_id,
            "DOCUSIGN_PRIVATE_KEY": key_pair().private,
            "DOCUSIGN_CONNECT_KEYS": ",".join(self.connect.keys),
        }

    # What its API does

    async def create(self, order: Order) -> Envelope:
        """Make an envelope and send it."""
        spots = await asyncio.to_thread(papers.spots, order.pdf, order.anchors)
        signer = Signer(order.recipient_id, str(uuid4()), order.name, order.email, order.client_user_id)
        envelope = Envelope(
            id=str(uuid4()),
            subject=order.subject,
            blurb=order.blurb,
            document=order.document,
            pdf=order.pdf,
            signer=signer,
            created_at=self.now(),
            expire_days=order.expire_days,
            spots=spots,
            fields=order.fields,
            notification=order.notification,
        )
        envelope.times["sent"] = envelope.created_at
        self.envelopes[envelope.id] = envelope
        self._note("created", envelope)
        if not signer.client_user_id:
            self._write_to(envelope)
        self._told(envelope, "envelope-sent")
        return envelope

    def find(self, envelope_id: str) -> Envelope:
        """One of the account's envelopes. Raises ApiError."""
        self.expire()
        envelope = self.envelopes.get(envelope_id)
        if envelope is None:
            raise ApiError(404, "ENVELOPE_DOES_NOT_EXIST", "The envelope specified either does not exist.")
        return envelope

    def listed(self, since: datetime, name: str, value: str) -> list[Envelope]:
        """Envelopes that changed since, with such a custom field."""
        self.expire()
        return [
            one
            for one in self.envelopes.values()
            if one.changed_at >= since and (not name or one.fields.get(name) == value)
        ]

    def asked(self, envelope: Envelope) -> None:
        """Somebody asks how it stands. Raises ApiError when that was done a short time ago."""
        now = self.now()
        if envelope.asked_at and (now - envelope.asked_at[-1]).total_seconds() < self.poll_seconds:
            words = "The maximum number of hourly polling requests for this envelope has been exceeded."
            raise ApiError(400, "HOURLY_ENVELOPE_POLLING_LIMIT_EXCEEDED", words)
        envelope.asked_at.append(now)

    def view(self, envelope: Envelope, name: str, email: str, client_user_id: str, return_url: str) -> str:
        """An address for the signer's browser, for this once. Raises ApiError."""
        signer = envelope.signer
        if (name, email, client_user_id) != (signer.name, signer.email, signer.client_user_id) or not client_user_id:
            words = "The recipient you have identified is not a valid recipient of the specified envelope."
            raise ApiError(400, "UNKNOWN_ENVELOPE_RECIPIENT", words)
        if not envelope.is_open:
            words = "The envelope status is not valid for this operation: the recipient cannot view it any more."
            raise ApiError(400, "ENVELOPE_INVALID_STATUS", words)
        ticket = secrets.token_urlsafe(24)
        self._views[ticket] = View(envelope, return_url, self.now() + timedelta(seconds=VIEW_SECONDS))
        self._note("view", envelope)
        return f"{self.url}{PATH}/signing/startinsession/{ticket}"

    def void(self, envelope: Envelope, reason: str) -> None:
        """The sender takes it back. Raises ApiError."""
        if not reason.strip():
            raise invalid("Value for 'voidedReason' must be specified when voiding an envelope.")
        if not envelope.is_open:
            words = "Only envelopes in the 'Sent' or 'Delivered' states may be voided."
            raise ApiError(400, "ENVELOPE_CANNOT_VOID_INVALID_STATE", words)
        self._void(envelope, reason)

    async def paper(self, envelope: Envelope, name: str) -> bytes:
        """``combined`` is the document as it stands, ``certificate`` what happened to it. Raises ApiError."""
        if name == "certificate":
            return await asyncio.to_thread(papers.certificate, envelope)
        if name not in {"combined", "1"}:
            raise ApiError(404, "DOCUMENT_DOES_NOT_EXIST", "The document specified was not found.")
        return await asyncio.to_thread(papers.signed, envelope) if envelope.status == COMPLETED else envelope.pdf

    # What people do

    def enter(self, ticket: str) -> tuple[str, View] | None:
        """A browser comes by a view's address: the session that it gets; None when the address is dead."""
        view = self._views.pop(ticket, None)
        if view is None or (view.until is not None and self.now() >= view.until):
            return None
        session = secrets.token_urlsafe(24)
        self._sessions[session] = view
        self.opened(view.envelope)
        return session, view

    def by_mail(self, envelope: Envelope) -> str:
        """The address that a signer got by e-mail: it works for as long as the envelope is open."""
        session = f"{envelope.id}-{envelope.signer.guid}"
        self._sessions[session] = View(envelope, "", None)
        return f"{self.url}{PATH}/signing/{session}"

    def session(self, session: str) -> View | None:
        """Who is signing there."""
        return self._sessions.get(session)

    def opened(self, envelope: Envelope) -> None:
        """The signer looks at it."""
        if envelope.status == "sent":
            envelope.move(DELIVERED, self.now())
            self._told(envelope, "recipient-delivered", "envelope-delivered")

    def sign(self, envelope: Envelope) -> None:
        """The signer signs."""
        self._ends(envelope, COMPLETED, "recipient-completed", "envelope-completed")

    def decline(self, envelope: Envelope, reason: str) -> None:
        """The signer does not want to sign."""
        envelope.signer.declined_reason = reason
        self._ends(envelope, DECLINED, "recipient-declined", "envelope-declined")

    def _void(self, envelope: Envelope, reason: str) -> None:
        envelope.voided_reason = reason
        self._ends(envelope, VOIDED, "envelope-voided")

    def _ends(self, envelope: Envelope, status: str, *events: str) -> None:
        envelope.move(status, self.now())
        self._note(status, envelope)
        self._told(envelope, *events)

    def _told(self, envelope: Envelope, *events: str) -> None:
        for event in events:
            self.connect.tell(envelope, event, self.now())

    def _note(self, what: str, envelope: Envelope) -> None:
        self._world.note(f"docusign:{what}", envelope=envelope.id, subject=envelope.subject)

    def _write_to(self, envelope: Envelope) -> None:
        mail = EmailMessage()
        mail["From"] = "DocuSign (stand-in) <dse@docusign.example>"
        mail["To"] = envelope.signer.email
        mail["Subject"] = envelope.subject
        address = self.by_mail(envelope)
        mail.set_content(f"{envelope.blurb}\n\nReview and sign: {address}\n")
        self._world.mailbox.post(mail)
