"""What DocuSign tells by itself is believed when it is signed, changes something once, and is never a way in."""

import base64
import hmac
from typing import Any

import pytest

from bot.loa.docusign_connect import MOST_BYTES, is_signed
from bot.loa.rules import LetterStatus, SigningStatus
from bot.sandbox.faults import Fault


def signature(key: str, body: bytes) -> str:
    """As DocuSign makes it."""
    return base64.b64encode(hmac.digest(key.encode(), body, "sha256")).decode()


BODY = b'{"event": "envelope-completed"}'
NAME = "X-DocuSign-Signature-"
GOOD = signature("second", BODY)
HEADERS = {
    "the only one": ({f"{NAME}1": GOOD}, True),
    "one of several": ({f"{NAME}1": signature("old", BODY), f"{NAME}2": GOOD}, True),
    "a number beyond ten": ({f"{NAME}17": GOOD}, True),
    "lower case": ({f"{NAME}1".lower(): GOOD}, True),
    "none at all": ({}, False),
    "another header": ({"X-Slack-Signature": GOOD}, False),
    "of another key": ({f"{NAME}1": signature("old", BODY)}, False),
    "of another body": ({f"{NAME}1": signature("second", BODY + b" ")}, False),
    "empty": ({f"{NAME}1": ""}, False),
    "no base64": ({f"{NAME}1": "§" * 44}, False),
    "cut off": ({f"{NAME}1": GOOD[:-4]}, False),
    "hexadecimal": ({f"{NAME}1": hmac.digest(b"second", BODY, "sha256").hex()}, False),
}


@pytest.mark.parametrize(("headers", "fits"), HEADERS.values(), ids=HEADERS)
def test_any_signature_with_any_of_our_keys_will_do(headers: dict[str, str], fits: bool) -> None:
    """While keys are changed, both are active: one match is enough, and nothing else is."""
    assert is_signed(BODY, headers, ["first", "second"]) is fits


def test_without_a_key_nothing_fits() -> None:
    """Not even what an empty key would sign."""
    assert not is_signed(BODY, {f"{NAME}1": signature("", BODY)}, [])


async def test_a_completed_envelope_is_fetched_without_asking_how_it_stands(bureau: Any) -> None:
    """DocuSign told it, and wants not to be asked at once."""
    await bureau.opened()
    (envelope,) = bureau.envelopes
    bureau.docusign.sign(envelope)
    await bureau.docusign.connect.settled()
    assert await bureau.run("fetch") == "done"
    assert (await bureau.letter()).status == LetterStatus.ACCEPTED
    assert envelope.asked_at == []
    assert bureau.counted == ["moved"]


async def test_events_of_declined_and_voided_envelopes_end_their_signings(bureau: Any) -> None:
    """With the reason that the event brings."""
    first = await bureau.opened()
    bureau.docusign.decline(bureau.envelopes[0], "Not my company.")
    await bureau.docusign.connect.settled()
    second = await bureau.opened()
    bureau.docusign.void(bureau.envelopes[1], "By mistake")
    await bureau.docusign.connect.settled()
    ended = [await bureau.signing(one.id) for one in (first, second)]
    assert [(one.status, one.because) for one in ended] == [
        (SigningStatus.DECLINED, "Not my company."),
        (SigningStatus.VOIDED, "By mistake"),
    ]


async def test_an_event_that_comes_twice_or_late_changes_nothing(bureau: Any) -> None:
    """Once a signing has ended, it has: whatever is repeated is taken, and counted as late."""
    signing = await bureau.opened()
    (envelope,) = bureau.envelopes
    bureau.sandbox.world.faults.add(Fault("docusign:connect", "twice"))
    bureau.docusign.sign(envelope)
    await bureau.docusign.connect.settled()
    await bureau.run("fetch")
    (event,) = bureau.events("envelope-completed")
    assert await bureau.docusign.connect.repeat(event) == 200
    body = bureau.event(envelope.id, "envelope-voided", voidedReason="too late")
    assert await bureau.post(body, bureau.docusign.connect.signatures(body)) == 200
    assert (await bureau.signing(signing.id)).status == SigningStatus.COMPLETED
    assert (await bureau.letter()).status == LetterStatus.ACCEPTED
    assert len(await bureau.copies()) == 1
    assert bureau.counted[-2:] == ["late", "late"]


async def test_a_lost_event_is_made_up_for_by_the_next_look(bureau: Any) -> None:
    """Nobody waits for what never comes."""
    await bureau.opened()
    bureau.sandbox.world.faults.add(Fault("docusign:connect", "drop"))
    bureau.docusign.sign(bureau.envelopes[0])
    await bureau.docusign.connect.settled()
    assert bureau.counted == []
    await bureau.later("poll")
    assert await bureau.run("fetch") == "done"


async def test_a_forged_event_is_refused_and_counted_and_that_is_all(bureau: Any) -> None:
    """Somebody who knows an envelope's id moves nothing."""
    signing = await bureau.opened()
    bureau.sandbox.world.faults.add(Fault("docusign:connect", "bad_body"))
    bureau.docusign.decline(bureau.envelopes[0], "I am somebody else.")
    await bureau.docusign.connect.settled()
    (event,) = bureau.events("envelope-declined")
    assert event.answer == 401
    assert bureau.counted == ["forged"]
    assert (await bureau.signing(signing.id)).status == SigningStatus.OPEN


STRANGE = {
    "an envelope of others": (b'{"event":"envelope-completed","data":{"envelopeId":"nobody"}}', 200, ["unknown"]),
    "it was only viewed": (b'{"event":"envelope-delivered","data":{"envelopeId":"nobody"}}', 200, ["ignored"]),
    "a recipient's": (b'{"event":"recipient-completed","data":{"envelopeId":"nobody"}}', 200, ["ignored"]),
    "no envelope": (b'{"event":"envelope-completed","data":{}}', 400, ["unreadable"]),
    "no name": (b'{"data":{"envelopeId":"nobody"}}', 400, ["unreadable"]),
    "a list": (b"[]", 400, ["unreadable"]),
    "no JSON": (b"<xml/>", 400, ["unreadable"]),
    "as deep as it gets": (b"[" * 100_000, 400, ["unreadable"]),
    "too long": (b" " * (MOST_BYTES + 1), 413, []),
}


async def test_what_is_not_about_us_is_answered_and_changes_nothing(bureau: Any) -> None:
    """It is signed, so DocuSign sent it: it learns whether it may forget it."""
    answered = {}
    for name, (body, *_) in STRANGE.items():
        bureau.counted.clear()
        status = await bureau.post(body, bureau.docusign.connect.signatures(body))
        answered[name] = (body, status, list(bureau.counted))
    assert answered == STRANGE


@pytest.mark.parametrize("settings", [{"DOCUSIGN_CONNECT_KEYS": ""}], indirect=True)
async def test_without_keys_nobody_is_heard_and_nobody_is_asked_to_tell(bureau: Any) -> None:
    """DocuSign could not be told from a stranger, so the envelope asks for no events."""
    await bureau.opened()
    assert bureau.envelopes[0].notification is None
    assert await bureau.post(BODY, {}) == 404
