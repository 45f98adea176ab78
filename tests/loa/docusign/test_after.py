"""How an envelope stands is asked for rarely, what was signed is fetched once, and what came to nothing begins anew."""

import hashlib
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pypdfium2
import pytest

from bot.delivery.jobs import soon
from bot.delivery.voices import Voices
from bot.loa import steps
from bot.loa.docusign import DocuSign
from bot.loa.docusign_steps import POLL, hint
from bot.loa.rules import CopyStatus, LetterStatus, SigningStatus, Way
from bot.loa.steps import KeptCopy
from bot.sandbox.faults import Fault
from bot.settings import Settings


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """What is asked for, and when, is written down alike in both databases."""
    return str(request.getfixturevalue(f"{request.param}_url"))


def text_of(pdf: bytes) -> str:
    """What a person reads on the first page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return str(document[0].get_textpage().get_text_bounded())


async def kept(bureau: Any, key: str) -> bytes:
    """A file as it was stored."""
    return b"".join([chunk async for chunk in bureau.files.stream(key)])


async def test_a_signed_letter_is_fetched_with_its_certificate_and_accepted(bureau: Any) -> None:
    """Nobody tells us: the next look sees it, and then the letter is signed."""
    signing = await bureau.opened()
    bureau.docusign.sign(bureau.envelopes[0])
    assert await bureau.later("poll") == "done"
    assert await bureau.run("fetch") == "done"
    (copy,) = await bureau.copies()
    letter, proof = await kept(bureau, copy.stored_key), await kept(bureau, copy.certificate_key)
    assert hashlib.sha256(letter).hexdigest() == copy.sha256
    assert "Ana Santoso" in text_of(letter)
    assert "Certificate Of Completion" in text_of(proof)
    assert (copy.status, copy.signer, copy.way) == (CopyStatus.ACCEPTED, "Ana Santoso", Way.DOCUSIGN)
    assert (await bureau.letter()).status == LetterStatus.ACCEPTED
    assert (await bureau.signing(signing.id)).status == SigningStatus.COMPLETED
    assert await bureau.due("poll") is None


async def test_an_envelope_is_asked_for_once_in_a_quarter_of_an_hour(bureau: Any) -> None:
    """Whoever hints, and however often: DocuSign never has to refuse."""
    signing = await bureau.opened()
    asked = bureau.envelopes[0].asked_at
    for minute in range(62):
        if minute % 7 == 1:
            await bureau.database.write(hint, signing.id, timedelta(0))
        if (due := await bureau.due("poll")) is not None and due <= 0:
            await bureau.run("poll")
        bureau.clock.advance(minutes=1)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(asked)]
    assert len(asked) == 5
    assert min(gaps) >= 900
    assert bureau.sandbox.world.faults.met == []


async def test_another_process_knows_when_it_was_asked_last(bureau: Any, http: Any) -> None:
    """The time is in the database: neither a restart nor a second replica asks sooner."""
    signing = await bureau.opened()
    assert await bureau.later("poll") == "done"
    bureau.way = DocuSign.wired(
        Settings(_env_file=None), bureau.database, bureau.files, Voices(), http, count=bureau.counted.append
    )
    bureau.clock.advance(minutes=5)
    await bureau.database.write(soon, POLL, signing.id)
    assert await bureau.run("poll") == "asked a short time ago"
    assert await bureau.due("poll") == pytest.approx(600)
    assert len(bureau.envelopes[0].asked_at) == 1


async def test_who_asked_too_often_all_the_same_waits_as_long(bureau: Any) -> None:
    """Somebody else may have asked with the same account: a refusal is no error of the envelope's."""
    signing = await bureau.opened()
    bureau.clock.advance(minutes=15)
    bureau.docusign.asked(bureau.envelopes[0])
    assert "POLLING_LIMIT" in await bureau.run("poll")
    assert await bureau.due("poll") == pytest.approx(900)
    assert (await bureau.signing(signing.id)).status == SigningStatus.OPEN


async def test_who_declines_is_quoted_and_the_letter_can_be_signed_again(bureau: Any) -> None:
    """Why stands with the signing, and a new envelope is another one."""
    signing = await bureau.opened()
    bureau.docusign.decline(bureau.envelopes[0], "The address is wrong.")
    await bureau.later("poll")
    ended = await bureau.signing(signing.id)
    assert (ended.status, ended.because) == (SigningStatus.DECLINED, "The address is wrong.")
    assert (await bureau.opened()).envelope_id == bureau.envelopes[1].id


async def test_an_envelope_that_ended_by_itself_is_told_from_one_that_was_voided(bureau: Any) -> None:
    """DocuSign voids both: the reason says which."""
    first = await bureau.opened()
    bureau.docusign.void(bureau.envelopes[0], "Wrong person")
    await bureau.later("poll")
    second = await bureau.opened()
    bureau.clock.advance(days=31)
    await bureau.run("poll")
    ended = [await bureau.signing(one.id) for one in (first, second)]
    assert [(one.status, one.because) for one in ended] == [
        (SigningStatus.VOIDED, "Wrong person"),
        (SigningStatus.EXPIRED, "Envelope has expired"),
    ]


async def test_an_envelope_that_docusign_does_not_know_any_more_ends_the_signing(bureau: Any) -> None:
    """It was purged, or it is another account now: the customer signs anew."""
    signing = await bureau.opened()
    bureau.docusign.envelopes.clear()
    await bureau.later("poll")
    assert (await bureau.signing(signing.id)).status == SigningStatus.FAILED


async def test_papers_that_do_not_come_are_waited_for(bureau: Any) -> None:
    """A page of HTML, a connection that breaks, a server that fails: the letter counts as signed when it is here."""
    signing = await bureau.opened()
    bureau.docusign.sign(bureau.envelopes[0])
    await bureau.later("poll")
    for what in ("bad_body", "drop", "status"):
        bureau.sandbox.world.faults.add(Fault("docusign:getDocument", what, status=500, times=None))
        await bureau.later("fetch")
        assert (await bureau.signing(signing.id)).status == SigningStatus.OPEN
        bureau.sandbox.world.faults.clear()
    assert await bureau.later("fetch") == "done"
    assert (await bureau.letter()).status == LetterStatus.ACCEPTED
    assert len(await bureau.copies()) == 1


def by_hand() -> KeptCopy:
    """A copy that was signed another way."""
    return KeptCopy(stored_key="copies/x/source", sha256="5" * 64, size=1000, signer="Ana Santoso")


async def test_a_letter_that_was_signed_another_way_takes_its_envelope_back(bureau: Any) -> None:
    """Nobody can sign it twice; DocuSign's signer reads why."""
    signing = await bureau.opened()
    await bureau.database.write(steps.signed, bureau.letter_id, Way.PAGE, by_hand())
    assert await bureau.run("void") == "done"
    (envelope,) = bureau.envelopes
    assert envelope.status == "voided"
    assert envelope.voided_reason.startswith("LOA-")
    assert (await bureau.signing(signing.id)).status == SigningStatus.CANCELLED
    assert envelope.asked_at == []


async def test_what_was_signed_before_we_could_take_it_back_is_kept_as_a_version(bureau: Any) -> None:
    """It is not lost, and it does not take the place of what was accepted."""
    signing = await bureau.opened()
    await bureau.database.write(steps.signed, bureau.letter_id, Way.PAGE, by_hand())
    bureau.docusign.sign(bureau.envelopes[0])
    assert await bureau.run("void") == "done"
    assert await bureau.run("fetch") == "done"
    copies = sorted(await bureau.copies(), key=lambda one: one.number)
    assert [(one.way, one.status) for one in copies] == [
        (Way.PAGE, CopyStatus.ACCEPTED),
        (Way.DOCUSIGN, CopyStatus.KEPT),
    ]
    assert (await bureau.letter()).copy_id == copies[0].id
    assert (await bureau.signing(signing.id)).status == SigningStatus.CANCELLED


async def test_who_signs_while_we_take_it_back_is_quicker(bureau: Any) -> None:
    """The list said that it was open, the envelope says that it is not: the next look knows."""
    await bureau.opened()
    await bureau.database.write(steps.signed, bureau.letter_id, Way.PAGE, by_hand())
    bureau.sandbox.world.faults.add(
        Fault("docusign:updateEnvelope", "status", 400, {}, '{"errorCode": "ENVELOPE_CANNOT_VOID_INVALID_STATE"}')
    )
    assert "CANNOT_VOID" in await bureau.run("void")
    bureau.docusign.sign(bureau.envelopes[0])
    assert await bureau.later("void") == "done"
    assert await bureau.run("fetch") == "done"
    assert len(await bureau.copies()) == 2


async def test_a_token_that_ended_is_renewed_and_one_that_was_revoked_too(bureau: Any) -> None:
    """Neither is anybody's trouble: the call is made once more."""
    await bureau.opened()
    bureau.clock.advance(hours=3)
    await bureau.run("poll")
    bureau.docusign.tokens.revoke()
    bureau.docusign.sign(bureau.envelopes[0])
    assert await bureau.later("poll") == "done"
    assert await bureau.run("fetch") == "done"
    assert (await bureau.letter()).status == LetterStatus.ACCEPTED
