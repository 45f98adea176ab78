"""The desk's client of DocuSign's eSignature REST API v2.1: envelopes of one letter and one signer.

No call that makes an envelope can be repeated safely, so ``create`` raises ``Ambiguous`` when nobody can tell whether
it was made; each envelope carries a mark of ours, by which ``find`` finds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import quote, urlsplit

from bot.delivery.asking import Answer, NoAnswer, ask
from bot.loa.docusign_access import Access
from bot.loa.docusign_errors import Ambiguous, Away, Unreadable, meaning
from bot.loa.rules import SigningStatus

MARK = "SenderDeskSigning"
"""The custom field that holds our own id of a signing."""
ANSWER_MOST = 4_000_000
PAPER_MOST = 30_000_000
"""Bytes of an answer, and of a signed document."""
_EXPIRED = "envelope has expired"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_NOT_LET_IN = 401
_ENDS = {
    "completed": SigningStatus.COMPLETED,
    "declined": SigningStatus.DECLINED,
    "voided": SigningStatus.VOIDED,
    "deleted": SigningStatus.VOIDED,
    "timedout": SigningStatus.EXPIRED,
}


@dataclass(frozen=True)
class Standing:
    """How an envelope stands. ``because`` is the reason of whoever ended it."""

    envelope_id: str
    status: str
    because: str = ""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """From an envelope as DocuSign shows it, in its answers and in its events. Raises Unreadable."""
        envelope_id, status = said.get("envelopeId"), said.get("status")
        if not isinstance(envelope_id, str) or not isinstance(status, str):
            raise Unreadable("an envelope without envelopeId and status")
        return cls(envelope_id, status.lower(), str(said.get("voidedReason") or _declined(said) or "").strip()[:500])

    @property
    def ended(self) -> SigningStatus | None:
        """How it ended; None while it can be signed. DocuSign voids by itself what nobody signed in its time."""
        ended = _ENDS.get(self.status)
        if ended is SigningStatus.VOIDED and self.because.lower().startswith(_EXPIRED):
            return SigningStatus.EXPIRED
        return ended


def _declined(said: Mapping[str, Any]) -> str:
    """What the signer said who declined."""
    recipients = said.get("recipients")
    signers = recipients.get("signers") if isinstance(recipients, dict) else None
    reasons = [one.get("declinedReason") for one in signers or [] if isinstance(one, dict)]
    return next((str(reason) for reason in reasons if reason), "")


@dataclass(frozen=True)
class Signer:
    """The signer as the envelope has them; ``client_user_id`` is empty for who gets DocuSign's e-mail."""

    name: str
    email: str
    client_user_id: str


class DocuSignClient:
    """Calls for one account. Every method may raise ConsentNeeded, LockedOut, Away, TooOften, Unreadable, Refused."""

    def __init__(self, access: Access, *, seconds: float = 30, upload_seconds: float = 60) -> None:
        self.access = access
        self._seconds = seconds
        self._upload_seconds = upload_seconds

    async def create(self, envelope: Mapping[str, Any]) -> str:
        """Make an envelope and send it; its id. Raises Ambiguous besides."""
        answer = await self._call("POST", "", changes=True, seconds=self._upload_seconds, json=envelope)
        envelope_id = (answer.object() or {}).get("envelopeId")
        if not isinstance(envelope_id, str):
            raise Ambiguous("an envelope without envelopeId")
        return envelope_id

    async def find(self, mark: str, since: datetime) -> list[Standing]:
        """The envelopes with this mark that were made since then, the oldest first."""
        query = {
            "from_date": f"{since - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
            "custom_field": f"{MARK}={mark}",
            "order_by": "created",
            "order": "asc",
        }
        said = (await self._call("GET", "", params=query)).object()
        if said is None or not isinstance(found := said.get("envelopes", []), list):
            raise Unreadable("a list that is none")
        return [Standing.read(each) for each in found if isinstance(each, dict)]

    async def standing(self, envelope_id: str) -> Standing:
        """How it stands. DocuSign allows to ask once in 15 minutes. Raises NoSuchEnvelope besides."""
        answer = await self._call("GET", f"/{quote(envelope_id, safe='')}", params={"include": "recipients"})
        return Standing.read(answer.object() or {})

    async def view(self, envelope_id: str, signer: Signer, return_url: str) -> str:
        """The address for the signer's browser: it works once, within 5 minutes."""
        body = {
            "returnUrl": return_url,
            "authenticationMethod": "none",
            "clientUserId": signer.client_user_id,
            "userName": signer.name,
            "email": signer.email,
        }
        path = f"/{quote(envelope_id, safe='')}/views/recipient"
        url = ((await self._call("POST", path, json=body)).object() or {}).get("url")
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
        if not isinstance(url, str) or (parts.scheme != "https" and parts.hostname not in _LOOPBACK):
            raise Unreadable("a view without an https address")
        return url

    async def paper(self, envelope_id: str, name: str) -> bytes:
        """``combined``: the document as it was signed; ``certificate``: the certificate of completion. Both are PDF."""
        path = f"/{quote(envelope_id, safe='')}/documents/{name}"
        answer = await self._call("GET", path, most_bytes=PAPER_MOST, accept="application/pdf")
        if not answer.body.startswith(b"%PDF") or len(answer.body) > PAPER_MOST:
            raise Unreadable(f"{name} is no PDF, or a larger one than we take")
        return answer.body

    async def void(self, envelope_id: str, because: str) -> None:
        """Take it back: nobody can sign it any more. May be repeated. Raises Refused when it had ended before."""
        body = {"status": "voided", "voidedReason": because[:200]}
        await self._call("PUT", f"/{quote(envelope_id, safe='')}", json=body)

    async def _call(self, method: str, path: str, *, changes: bool = False, **more: Any) -> Answer:
        """One request below the account's envelopes; once more with a new token when ours is not taken."""
        account = await self.access.account()
        url = f"{account.base}/restapi/v2.1/accounts/{quote(account.id, safe='')}/envelopes{path}"
        token = await self.access.token()
        answer = await self._ask(method, url, token, changes=changes, **more)
        if answer.status == _NOT_LET_IN:
            self.access.forget(token)
            answer = await self._ask(method, url, await self.access.token(), changes=changes, **more)
        if not answer.ok:
            raise meaning(answer, changes=changes, now=self.access.clock())
        return answer

    async def _ask(self, method: str, url: str, token: str, *, changes: bool, **more: Any) -> Answer:
        asked = {"most_bytes": ANSWER_MOST, "seconds": self._seconds} | more
        try:
            return await ask(self.access.http, method, url, token=token, **asked)
        except NoAnswer as error:
            lost = Ambiguous if changes and error.reached else Away
            raise lost(str(error)) from None
