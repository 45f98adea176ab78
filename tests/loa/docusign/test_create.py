"""An envelope is made once for a signing, whatever happens to the question and to its answer."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery.outbox import ESCALATION
from bot.loa.docusign_steps import TROUBLE
from bot.loa.rules import SigningStatus, Way
from bot.loa.signing import away_since
from bot.loa.tables import Signing
from bot.sandbox.faults import Fault

LIMIT = '{"errorCode": "HOURLY_APIINVOCATION_LIMIT_EXCEEDED", "message": "Too many."}'


async def test_a_signing_gets_an_envelope_with_our_mark(bureau: Any) -> None:
    """The letter, its officer, where to sign, when it ends, and our own id: all of it is with the envelope."""
    signing = await bureau.opened()
    (envelope,) = bureau.envelopes
    assert (signing.status, signing.envelope_id) == (SigningStatus.OPEN, envelope.id)
    assert envelope.fields == {"SenderDeskSigning": signing.id}
    assert (envelope.signer.name, envelope.signer.email) == ("Ana Santoso", "ana@kopi.example")
    assert envelope.signer.client_user_id == signing.id
    assert {spot.kind for spot in envelope.spots} == {"signHereTabs", "dateSignedTabs"}
    assert envelope.expires_at == signing.expires_at == signing.opened_at + timedelta(days=30)
    assert envelope.subject.startswith("Please sign LOA-")
    assert bureau.sandbox.world.mailbox.mails == []


async def test_whom_docusign_writes_to_is_not_led_there_by_us(bureau: Any) -> None:
    """A signing by e-mail has no embedded signer: DocuSign writes, and the link in its mail is its own."""
    await bureau.opened(by_mail=True)
    (mail,) = bureau.sandbox.world.mailbox.to("ana@kopi.example")
    assert "Review and sign" in mail.text
    assert bureau.envelopes[0].signer.client_user_id == ""


LOST = {
    "hung up before": (Fault("docusign:createEnvelope", "drop"), 0),
    "hung up after": (Fault("docusign:createEnvelope", "drop", when="after"), 1),
    "broken before": (Fault("docusign:createEnvelope", "status", status=502), 0),
    "broken after": (Fault("docusign:createEnvelope", "status", status=504, when="after"), 1),
    "no answer of theirs": (Fault("docusign:createEnvelope", "bad_body", when="after"), 1),
}


@pytest.mark.parametrize(("fault", "made"), LOST.values(), ids=LOST)
async def test_a_lost_answer_is_looked_up_and_not_asked_for_again(bureau: Any, fault: Fault, made: int) -> None:
    """Nobody knows whether it was made: after the time that it may take to show, the list says so by our mark."""
    bureau.sandbox.world.faults.add(replace(fault))
    signing = await bureau.begin()
    await bureau.run("create")
    assert len(bureau.envelopes) == made
    assert await bureau.due("create") == pytest.approx(10)
    assert await bureau.later("create") == "done"
    (envelope,) = bureau.envelopes
    assert (await bureau.signing(signing.id)).envelope_id == envelope.id


async def test_an_answer_that_never_comes_is_looked_up_too(bureau: Any) -> None:
    """A timeout is no refusal: what was asked for may be there."""
    bureau.sandbox.world.faults.add(Fault("docusign:createEnvelope", "delay", seconds=1, when="after"))
    bureau.way.client._upload_seconds = 0.2
    await bureau.begin()
    assert "0.2 seconds" in await bureau.run("create")
    await bureau.sandbox.world.until(lambda: bureau.envelopes)
    bureau.way.client._upload_seconds = 60
    assert await bureau.later("create") == "done"
    assert len(bureau.envelopes) == 1


async def test_of_two_envelopes_of_one_signing_one_is_voided(bureau: Any) -> None:
    """Should there ever be two, nobody can sign both."""
    bureau.sandbox.world.faults.add(Fault("docusign:createEnvelope", "drop", when="after"))
    await bureau.begin()
    await bureau.run("create")
    (first,) = bureau.envelopes
    twin = replace(first, id="0d0c0516-4444-4222-8333-5e4de12de599", times=dict(first.times))
    bureau.docusign.envelopes[twin.id] = twin
    assert await bureau.later("create") == "done"
    assert [one.status for one in bureau.envelopes] == ["sent", "voided"]


async def test_docusign_may_be_away_for_a_day(bureau: Any) -> None:
    """The signing waits and says since when, staff are told once, and then it goes on: once."""
    faults = bureau.sandbox.world.faults
    faults.add(Fault("docusign:*", "status", status=503, times=None))
    signing = await bureau.begin()
    began = bureau.clock()
    await bureau.run("create")
    assert away_since(await bureau.signing(signing.id)) == began
    assert await bureau.told(TROUBLE) == []
    for _ in range(3):
        bureau.clock.advance(hours=8)
        await bureau.later("create")
    assert away_since(await bureau.signing(signing.id)) == began
    (told,) = await bureau.told(TROUBLE)
    assert told.place == ESCALATION
    faults.clear()
    assert await bureau.later("create") == "done"
    found = await bureau.signing(signing.id)
    assert (found.status, away_since(found)) == (SigningStatus.OPEN, None)
    assert len(bureau.envelopes) == 1


async def test_staff_read_how_it_goes(bureau: Any) -> None:
    """The one message says what waits and why; when all is well again, it says that."""
    bureau.docusign.tokens.consent = False
    await bureau.begin()
    await bureau.run("create")
    (told,) = await bureau.told(TROUBLE)
    draw = bureau.way.message_kinds()[0].draw
    text = (await bureau.database.read(draw, told)).text
    assert "has failed since" in text
    assert "1 signing" in text
    assert "/oauth/auth?response_type=code" in text
    bureau.docusign.tokens.consent = True
    assert await bureau.later("create") == "done"
    assert "works again" in (await bureau.database.read(draw, told)).text


async def test_a_letter_is_not_held_up_by_what_docusign_did_not_take(bureau: Any) -> None:
    """Where nothing can have been made, nothing needs to be looked up."""
    bureau.sandbox.world.faults.add(Fault("docusign:token", "drop"))
    signing = await bureau.begin()
    await bureau.run("create")
    assert "asked_at" not in (await bureau.signing(signing.id)).facts
    bureau.sandbox.world.faults.add(Fault("docusign:listEnvelopes", "status", status=500, times=None))
    assert await bureau.later("create") == "done"


WAITS = {
    "it says how long": (Fault("docusign:createEnvelope", "status", 429, {"Retry-After": "77"}), 77),
    "the hour is used up": (
        Fault(
            "docusign:createEnvelope", "status", 400, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795425000"},
            LIMIT, "application/json",
        ),
        600,
    ),
    "a burst": (Fault("docusign:createEnvelope", "status", 400, {}, LIMIT.replace("HOURLY", "BURST")), 30),
}  # fmt: skip


@pytest.mark.parametrize(("fault", "seconds"), WAITS.values(), ids=WAITS)
async def test_who_is_asked_to_wait_waits(bureau: Any, fault: Fault, seconds: float) -> None:
    """DocuSign says by 429 or by 400 that it was too much, and by headers for how long."""
    bureau.sandbox.world.faults.add(replace(fault))
    await bureau.begin()
    await bureau.run("create")
    assert await bureau.due("create") == pytest.approx(seconds, abs=1)
    assert await bureau.later("create") == "done"
    assert len(bureau.envelopes) == 1


async def test_what_docusign_refuses_ends_the_signing_and_it_can_be_begun_anew(bureau: Any) -> None:
    """A wrong address does not get right by itself: the customer reads so, and is not held up."""
    signing = await bureau.begin()

    def spoil(tx: Any) -> None:
        tx.session.get_one(Signing, signing.id).signer_email = "ana at home"

    await bureau.database.write(spoil)
    assert await bureau.run("create") == "done"
    ended = await bureau.signing(signing.id)
    assert ended.status == SigningStatus.FAILED
    assert "INVALID_EMAIL_ADDRESS_FOR_RECIPIENT" in ended.because
    again = await bureau.opened()
    assert (again.id != signing.id, again.status) == (True, SigningStatus.OPEN)


async def test_a_signing_that_is_called_off_at_once_gets_no_envelope(bureau: Any) -> None:
    """Whoever changes their mind before DocuSign was asked leaves nothing behind there."""
    await bureau.begin()
    second = await bureau.begin(by_mail=True)
    assert await bureau.run("create", 2) == "done"
    assert [one.fields["SenderDeskSigning"] for one in bureau.envelopes] == [second.id]


async def test_one_that_is_called_off_before_its_answer_came_is_voided(bureau: Any) -> None:
    """The envelope that nobody knows of is found by our mark, and taken back."""
    bureau.sandbox.world.faults.add(Fault("docusign:createEnvelope", "drop", when="after"))
    first = await bureau.begin()
    await bureau.run("create")
    await bureau.begin(way=Way.PAGE)
    assert await bureau.run("void") == "done"
    (envelope,) = bureau.envelopes
    assert envelope.status == "voided"
    assert "not needed any more" in envelope.voided_reason
    assert (await bureau.signing(first.id)).envelope_id == envelope.id


async def test_without_docusign_what_had_begun_ends(bureau: Any) -> None:
    """Whoever takes DocuSign out of the settings does not leave customers waiting for it."""
    signing = await bureau.begin()
    bureau.way.jobs.client = None
    assert await bureau.run("create") == "done"
    ended = await bureau.signing(signing.id)
    assert ended.status == SigningStatus.FAILED
    assert "not set up" in ended.because
