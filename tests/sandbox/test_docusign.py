"""DocuSign's stand-in refuses what DocuSign refuses, forgets nothing, and tells what it was asked to tell."""

import base64
import hmac
import json
from collections.abc import AsyncIterator
from functools import cache
from typing import Any

import aiohttp
import jwt
import pypdfium2
import pytest
import typst
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.sandbox.docusign import DocuSign
from bot.sandbox.docusign.tokens import key_pair
from bot.sandbox.seed import seed
from bot.sandbox.server import Sandbox

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@cache
def letter() -> bytes:
    """A page with a place to sign."""
    return bytes(typst.compile(b"= LOA\n#v(5cm)\n/sig1/"))


@pytest.fixture
async def sandbox(clock: Any) -> AsyncIterator[Sandbox]:
    """The world, with the clock of the test."""
    async with Sandbox(seed(clock=clock)) as sandbox:
        yield sandbox


class Caller:
    """Calls the API as an app would."""

    def __init__(self, http: aiohttp.ClientSession, sandbox: Sandbox) -> None:
        self.http, self.sandbox = http, sandbox
        self.docusign: DocuSign = sandbox.world.docusign
        self.token = ""

    @property
    def envelopes(self) -> str:
        """Below which everything is."""
        return f"{self.sandbox.url}/docusign/restapi/v2.1/accounts/{self.docusign.account_id}/envelopes"

    def claims(self, **other: Any) -> dict[str, Any]:
        """Who the app is, and for whom it acts."""
        now = int(self.docusign.now().timestamp())
        own = {"iss": self.docusign.tokens.integration_key, "sub": self.docusign.tokens.user_id}
        times = {"aud": self.sandbox.url.partition("://")[2], "iat": now, "exp": now + 3600}
        return own | times | {"scope": "signature impersonation"} | other

    async def grant(self, key: str | None = None, **other: Any) -> tuple[int, dict[str, Any]]:
        """Ask for a token."""
        assertion = jwt.encode(self.claims(**other), key or key_pair().private, algorithm="RS256")
        form = {"grant_type": GRANT, "assertion": assertion}
        async with self.http.post(f"{self.sandbox.url}/docusign/oauth/token", data=form) as answer:
            return answer.status, await answer.json()

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """One call; its status and what it said."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.http.request(method, f"{self.envelopes}{path}", headers=headers, **more) as answer:
            is_json = answer.content_type == "application/json"
            return answer.status, await answer.json() if is_json else await answer.read()

    async def made(self, **other: Any) -> str:
        """An envelope."""
        status, said = await self.ask("POST", "", json=order(**other))
        assert status == 201, said
        return str(said["envelopeId"])


@pytest.fixture
async def caller(http: aiohttp.ClientSession, sandbox: Sandbox) -> Caller:
    """An app that has a token."""
    caller = Caller(http, sandbox)
    caller.token = (await caller.grant())[1]["access_token"]
    return caller


def order(signer: dict[str, Any] | None = None, document: dict[str, Any] | None = None, **other: Any) -> dict[str, Any]:
    """What an envelope is asked for with."""
    tabs = {"signHereTabs": [{"anchorString": "/sig1/", "anchorUnits": "pixels"}]}
    who = {"recipientId": "1", "name": "Ana", "email": "ana@kopi.example", "clientUserId": "c1", "tabs": tabs}
    paper = {
        "documentId": "1",
        "name": "LOA",
        "fileExtension": "pdf",
        "documentBase64": base64.b64encode(letter()).decode(),
    }
    return {
        "status": "sent",
        "emailSubject": "Please sign",
        "documents": [paper | (document or {})],
        "recipients": {"signers": [who | (signer or {})]},
    } | other


GRANTS = {
    "for another server": ({"aud": "account.docusign.com"}, "no_valid_keys_or_signatures"),
    "another app": ({"iss": "nobody"}, "issuer_not_found"),
    "another user": ({"sub": "nobody"}, "user_not_found"),
    "too old": ({"iat": 1_700_000_000, "exp": 1_700_003_600}, "expired_grant"),
    "for too long": ({"exp": 1_900_000_000}, "expired_grant"),
}


async def test_a_token_is_given_to_who_signs_for_itself_alone(caller: Caller) -> None:
    """The assertion's signature is really verified, and so is whom and when it is for."""
    for name, (how, words) in GRANTS.items():
        said = await caller.grant(**how)
        assert said == (400, {"error": "invalid_grant", "error_description": words}), name


async def test_a_token_is_given_to_who_has_the_key(caller: Caller) -> None:
    """Whoever signs with a key of their own gets none."""
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = stranger.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    assert (await caller.grant(pem))[1]["error_description"] == "no_valid_keys_or_signatures"


async def test_a_user_agrees_once_before_an_app_acts_for_them(caller: Caller) -> None:
    """Until then it is told that it needs consent, and nothing else."""
    caller.docusign.tokens.consent = False
    assert await caller.grant() == (400, {"error": "consent_required"})
    assert (await caller.grant(scope="signature"))[1] == {"error": "invalid_scope"}


async def test_a_token_ends_after_an_hour(caller: Caller, clock: Any) -> None:
    """Then it is worth as much as none."""
    assert (await caller.ask("GET", "?from_date=2026-11-01"))[0] == 200
    clock.advance(minutes=61)
    status, said = await caller.ask("GET", "?from_date=2026-11-01")
    assert (status, said["errorCode"]) == (401, "AUTHORIZATION_INVALID_TOKEN")


REFUSED = {
    "a draft": ({"status": "created"}, "INVALID_REQUEST_PARAMETER"),
    "no subject": ({"emailSubject": ""}, "INVALID_REQUEST_PARAMETER"),
    "a long subject": ({"emailSubject": "x" * 101}, "INVALID_REQUEST_PARAMETER"),
    "no document": ({"documents": []}, "ENVELOPE_HAS_NO_DOCUMENTS"),
    "no base64": ({"document": {"documentBase64": "§"}}, "INVALID_REQUEST_PARAMETER"),
    "no PDF": ({"document": {"documentBase64": base64.b64encode(b"hello").decode()}}, "PDF_VALIDATION_FAILED"),
    "no signer": ({"recipients": {"signers": []}}, "ENVELOPE_HAS_NO_RECIPIENTS"),
    "no e-mail address": ({"signer": {"email": "ana at kopi"}}, "INVALID_EMAIL_ADDRESS_FOR_RECIPIENT"),
    "a long client id": ({"signer": {"clientUserId": "x" * 101}}, "INVALID_REQUEST_PARAMETER"),
    "nothing to sign": ({"signer": {"tabs": {}}}, "INVALID_REQUEST_PARAMETER"),
    "an anchor that is not there": (
        {"signer": {"tabs": {"signHereTabs": [{"anchorString": "/sig2/"}]}}},
        "ANCHOR_TAB_STRING_NOT_FOUND",
    ),
    "true instead of 'true'": (
        {"notification": {"useAccountDefaults": "false", "expirations": {"expireEnabled": True}}},
        "INVALID_REQUEST_PARAMETER",
    ),
    "it never ends": (
        {"notification": {"expirations": {"expireEnabled": "true", "expireAfter": "1000"}}},
        "INVALID_REQUEST_PARAMETER",
    ),
    "events without their mode": (
        {"eventNotification": {"url": "https://desk.example", "events": ["envelope-completed"]}},
        "INVALID_REQUEST_PARAMETER",
    ),
}


async def test_an_envelope_that_is_not_right_is_refused(caller: Caller) -> None:
    """With DocuSign's code, and nothing is made."""
    for name, (how, code) in REFUSED.items():
        status, said = await caller.ask("POST", "", json=order(**how))
        assert (status, said["errorCode"]) == (400, code), name
    assert caller.docusign.envelopes == {}


async def test_envelopes_are_listed_by_a_custom_field(caller: Caller) -> None:
    """With the day since when, which must be said; a list without any has no ``envelopes``."""
    fields = {"textCustomFields": [{"name": "Mark", "value": "m1"}]}
    envelope_id = await caller.made(customFields=fields)
    await caller.made()
    _, found = await caller.ask("GET", "?from_date=2026-11-22T00:00:00Z&custom_field=Mark=m1&include=custom_fields")
    assert [one["envelopeId"] for one in found["envelopes"]] == [envelope_id]
    assert found["envelopes"][0]["customFields"]["textCustomFields"][0]["value"] == "m1"
    _, none = await caller.ask("GET", "?from_date=2026-11-22T00:00:00Z&custom_field=Mark=m2")
    assert (none["resultSetSize"], "envelopes" in none) == ("0", False)
    assert (await caller.ask("GET", "?custom_field=Mark=m1"))[0] == 400


async def test_an_envelope_may_be_asked_for_once_in_a_quarter_of_an_hour(caller: Caller, clock: Any) -> None:
    """Who asks sooner is refused with 400, as DocuSign does it."""
    envelope_id = await caller.made()
    assert (await caller.ask("GET", f"/{envelope_id}"))[1]["status"] == "sent"
    clock.advance(minutes=14)
    status, said = await caller.ask("GET", f"/{envelope_id}")
    assert (status, said["errorCode"]) == (400, "HOURLY_ENVELOPE_POLLING_LIMIT_EXCEEDED")
    clock.advance(minutes=1)
    assert (await caller.ask("GET", f"/{envelope_id}"))[0] == 200
    assert (await caller.ask("GET", "/nobody"))[1]["errorCode"] == "ENVELOPE_DOES_NOT_EXIST"


VIEW = {
    "returnUrl": "https://desk.example/back?x=1", "authenticationMethod": "none",
    "userName": "Ana", "email": "ana@kopi.example", "clientUserId": "c1",
}  # fmt: skip


async def test_a_view_is_for_the_very_signer(caller: Caller) -> None:
    """Name, address and client id must be those of the envelope."""
    envelope_id = await caller.made()
    for wrong in ({"userName": "Anna"}, {"email": "a@kopi.example"}, {"clientUserId": "c2"}):
        status, said = await caller.ask("POST", f"/{envelope_id}/views/recipient", json=VIEW | wrong)
        assert (status, said["errorCode"]) == (400, "UNKNOWN_ENVELOPE_RECIPIENT"), wrong


@pytest.mark.parametrize(
    ("act", "event", "status"),
    [("sign", "signing_complete", "completed"), ("decline", "decline", "declined"), ("leave", "cancel", "delivered")],
)
async def test_a_person_signs_declines_or_leaves(caller: Caller, act: str, event: str, status: str) -> None:
    """The browser goes back with the event; an address that was used or is old leads nowhere."""
    envelope_id = await caller.made()
    _, view = await caller.ask("POST", f"/{envelope_id}/views/recipient", json=VIEW)
    async with caller.http.get(view["url"]) as page:
        here = page.url
        assert "Sign as Ana" in await page.text()
    async with caller.http.get(view["url"]) as again:
        assert again.status == 410
    async with caller.http.post(here, data={"act": act, "reason": "No"}, allow_redirects=False) as back:
        assert back.headers["Location"] == f"https://desk.example/back?x=1&event={event}"
    _, said = await caller.ask("GET", f"/{envelope_id}?include=recipients")
    assert said["status"] == status
    (signer,) = said["recipients"]["signers"]
    assert signer.get("declinedReason") == ("No" if act == "decline" else None)
    ended = status != "delivered"
    assert (await caller.ask("POST", f"/{envelope_id}/views/recipient", json=VIEW))[0] == (400 if ended else 201)


async def test_what_was_signed_bears_the_name_and_the_day(caller: Caller) -> None:
    """The document is really another one then; its certificate says when what happened."""
    envelope_id = await caller.made()
    envelope = caller.docusign.find(envelope_id)
    assert (await caller.ask("GET", f"/{envelope_id}/documents/combined"))[1] == letter()
    caller.docusign.sign(envelope)
    _, signed = await caller.ask("GET", f"/{envelope_id}/documents/combined")
    _, proof = await caller.ask("GET", f"/{envelope_id}/documents/certificate")
    said = [pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded() for pdf in (signed, proof)]
    assert "Ana" in said[0]
    assert envelope_id.upper() in said[0]
    assert "2026-11-23 09:00:00 UTC" in said[1]


async def test_only_what_is_open_can_be_voided_and_only_with_a_reason(caller: Caller) -> None:
    """A second time it is not open."""
    envelope_id = await caller.made()
    void = {"status": "voided", "voidedReason": "Not needed"}
    assert (await caller.ask("PUT", f"/{envelope_id}", json={"status": "voided"}))[0] == 400
    assert (await caller.ask("PUT", f"/{envelope_id}", json=void))[0] == 200
    status, said = await caller.ask("PUT", f"/{envelope_id}", json=void)
    assert (status, said["errorCode"]) == (400, "ENVELOPE_CANNOT_VOID_INVALID_STATE")


async def test_what_nobody_signs_in_its_time_is_voided(caller: Caller) -> None:
    """By DocuSign itself, which says so."""
    ends = {"useAccountDefaults": "false", "expirations": {"expireEnabled": "true", "expireAfter": "30"}}
    envelope_id = await caller.made(notification=ends)
    caller.docusign.advance(30 * 86_400)
    envelope = caller.docusign.find(envelope_id)
    assert (envelope.status, envelope.voided_reason) == ("voided", "Envelope has expired")


async def test_whom_docusign_writes_to_signs_from_the_mail(caller: Caller) -> None:
    """Without a client id the signer gets an e-mail, whose link works until the envelope ends."""
    envelope_id = await caller.made(signer={"clientUserId": ""})
    (mail,) = caller.sandbox.world.mailbox.to("ana@kopi.example")
    link = mail.text.split("Review and sign: ")[1].strip()
    for _ in range(2):
        async with caller.http.get(link) as page:
            assert "Sign as Ana" in await page.text()
    async with caller.http.post(link, data={"act": "sign"}) as page:
        assert "it is signed" in await page.text()
    assert caller.docusign.find(envelope_id).status == "completed"


async def test_it_tells_only_what_was_asked_for_and_signs_it_with_every_key(caller: Caller) -> None:
    """Over the very bytes that are sent."""
    caller.docusign.connect.keys = ["one", "two"]
    came: list[tuple[bytes, dict[str, str]]] = []

    async def hear(request: web.Request) -> web.Response:
        came.append((await request.read(), dict(request.headers)))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hear", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    asked = {
        "url": f"http://127.0.0.1:{runner.addresses[0][1]}/hear", "includeHMAC": "true", "deliveryMode": "SIM",
        "events": ["envelope-completed", "envelope-declined"], "eventData": {"version": "restv2.1"},
    }  # fmt: skip
    envelope_id = await caller.made(eventNotification=asked)
    caller.docusign.sign(caller.docusign.find(envelope_id))
    await caller.docusign.connect.settled()
    await runner.cleanup()
    ((body, headers),) = came
    said = json.loads(body)
    assert (said["event"], said["data"]["envelopeId"]) == ("envelope-completed", envelope_id)
    assert said["data"]["envelopeSummary"]["status"] == "completed"
    for number, key in enumerate(("one", "two"), 1):
        made = base64.b64encode(hmac.digest(key.encode(), body, "sha256")).decode()
        assert headers[f"X-DocuSign-Signature-{number}"] == made
