"""What due rows do at DocuSign: make an envelope, ask how it stands, fetch what was signed, take it back.

None of them gives up while DocuSign is away: a row waits, says so on the cards, and goes on where it was.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.delivery.jobs import JobKind
from bot.delivery.voices import Voices
from bot.delivery.worker import Hold, PutBack
from bot.errors import DeskError
from bot.loa import docusign_steps as steps
from bot.loa.docusign_client import PAPER_MOST, DocuSignClient, Standing
from bot.loa.docusign_envelope import Terms, envelope, void_reason
from bot.loa.docusign_errors import Ambiguous, DocuSignError, NoSuchEnvelope, Refused
from bot.loa.docusign_steps import FETCH, POLL, Look
from bot.loa.rules import OPEN_SIGNING, SigningStatus
from bot.loa.signing import DOCUSIGN_CREATE, DOCUSIGN_VOID, away_since
from bot.loa.steps import KeptCopy, signing_ended
from bot.storage.database import Database, Tx
from bot.storage.files import Files, FilesAway, file_key

log = structlog.get_logger(__name__)

LANDING = timedelta(seconds=10)
"""In this time an envelope that was asked for is in DocuSign's lists, or was never made."""
_PAUSE_LEAST, _PAUSE_MOST = 10.0, 300.0
_FILES_SECONDS = 15.0
_TURNED_OFF_SECONDS = 3600.0


class TurnedOff(DeskError):
    """DocuSign is not set up here any more. Sign another way, or ask support here."""


class NotFinished(DeskError):
    """DocuSign and we could not finish this, and it is not your fault. Sign again, or ask support here."""


class NotSent(DeskError):
    """DocuSign does not take this letter: {reason}. Check the signing officer's name and e-mail, or sign by hand."""


@dataclass
class DocuSignJobs:
    """The jobs. ``client`` is None where DocuSign is not set up (any more)."""

    database: Database
    files: Files
    voices: Voices
    client: DocuSignClient | None
    terms: Terms

    def kinds(self) -> list[JobKind]:
        """The kinds of due rows."""
        return [
            JobKind(DOCUSIGN_CREATE, self.create, _given_up),
            JobKind(POLL, self.poll, _given_up),
            JobKind(FETCH, self.fetch, _given_up),
            JobKind(DOCUSIGN_VOID, self.void),
        ]

    async def create(self, hold: Hold) -> None:
        """Make the envelope, unless there is one: of a try whose answer was lost."""
        signing_id = hold.claim.key
        there = await self._look(signing_id)
        if there.signing.status != SigningStatus.CREATING:
            return
        if self.client is None:
            await self.database.write(signing_ended, signing_id, SigningStatus.FAILED, TurnedOff().sentence)
            return
        async with self._patient(signing_id):
            try:
                if not await self._is_there(self.client, there):
                    await self._make(self.client, there, hold)
            except Refused as refused:
                because = NotSent(reason=refused.facts["reason"]).sentence
                await self.database.write(signing_ended, signing_id, SigningStatus.FAILED, because)

    async def _make(self, client: DocuSignClient, there: Look, hold: Hold) -> None:
        signing_id = there.signing.id
        chunks = self.files.stream(str(there.letter.pdf_key))
        pdf = b"".join([chunk async for chunk in chunks])
        order = await asyncio.to_thread(envelope, there.signing, there.letter, pdf, self.voices, self.terms)
        if not await self.database.write(steps.asking, signing_id):
            return
        if not hold.fresh():
            raise PutBack(0, "the lease is nearly over", spent=False)
        envelope_id = await client.create(order)
        await self.database.write(steps.made, signing_id, envelope_id)

    async def _is_there(self, client: DocuSignClient, there: Look) -> bool:
        """Whether a try before has made one; of several the others are voided."""
        if there.asked_at is None:
            return False
        lands = there.asked_at + LANDING - there.now
        if lands > timedelta(0):
            raise PutBack(lands.total_seconds(), "what was asked for may be on its way", spent=False)
        found = await client.find(there.signing.id, there.signing.opened_at)
        if not found:
            return False
        first, *others = sorted(found, key=lambda one: one.ended is not SigningStatus.COMPLETED)
        for other in others:
            await self._take_back(client, other, there)
        log.info("docusign_found_again", signing=there.signing.id, envelopes=len(found))
        await self.database.write(steps.made, there.signing.id, first.envelope_id)
        await self.database.write(steps.heard, there.signing.id, first)
        return True

    async def poll(self, hold: Hold) -> None:
        """Ask how the envelope stands, if DocuSign may be asked."""
        there = await self._look(hold.claim.key)
        if there.signing.status != SigningStatus.OPEN or not there.signing.envelope_id:
            return
        client = self._needed()
        pause = steps.left_alone(there.signing, there.now)
        if pause > timedelta(0):
            raise PutBack(pause.total_seconds(), "asked a short time ago", spent=False)
        async with self._patient(there.signing.id):
            if not await self.database.write(steps.polling, there.signing.id):
                raise PutBack(steps.POLL_EVERY.total_seconds(), "a colleague asks", spent=False)
            try:
                standing = await client.standing(there.signing.envelope_id)
            except NoSuchEnvelope as gone:
                await self.database.write(signing_ended, there.signing.id, SigningStatus.FAILED, gone.sentence)
            else:
                await self.database.write(steps.heard, there.signing.id, standing)

    async def fetch(self, hold: Hold) -> None:
        """Bring the signed letter and its certificate here; then the letter is signed."""
        there = await self._look(hold.claim.key)
        if not steps.wants_papers(there.signing):
            return
        client, envelope_id = self._needed(), str(there.signing.envelope_id)
        async with self._patient(there.signing.id):
            letter = await client.paper(envelope_id, "combined")
            certificate = await client.paper(envelope_id, "certificate")
            keys = {name: file_key("signings", there.signing.id, name) for name in ("letter.pdf", "certificate.pdf")}
            stored = await self.files.put(keys["letter.pdf"], letter, most_bytes=PAPER_MOST)
            proof = await self.files.put(keys["certificate.pdf"], certificate, most_bytes=PAPER_MOST)
            kept = KeptCopy(
                stored_key=stored.key,
                sha256=stored.sha256,
                size=stored.size,
                certificate_key=proof.key,
                signer=there.signing.signer_name,
                facts={"certificate_sha256": hashlib.sha256(certificate).hexdigest()},
            )
            await self.database.write(steps.fetched, there.signing.id, kept)

    async def void(self, hold: Hold) -> None:
        """Take back what we called off. What was signed before we could is fetched, and kept as a version."""
        there = await self._look(hold.claim.key)
        was_made = there.signing.envelope_id or there.asked_at
        if there.signing.status in OPEN_SIGNING or not was_made:
            return
        client = self._needed()
        async with self._patient(there.signing.id):
            found = await client.find(there.signing.id, there.signing.opened_at)
            for standing in found:
                if there.signing.envelope_id is None:
                    await self.database.write(steps.made, there.signing.id, standing.envelope_id)
                await self._take_back(client, standing, there)

    async def _take_back(self, client: DocuSignClient, standing: Standing, there: Look) -> None:
        if standing.ended is SigningStatus.COMPLETED:
            await self.database.write(steps.heard, there.signing.id, standing)
        elif standing.ended is None:
            reason = void_reason(there.letter, self.voices, self.terms)
            try:
                await client.void(standing.envelope_id, reason)
            except Refused as refused:  # somebody was quicker: the list says what happened
                raise PutBack(LANDING.total_seconds(), refused.sentence) from refused

    async def _look(self, signing_id: str) -> Look:
        return await self.database.read(steps.look, signing_id)

    def _needed(self) -> DocuSignClient:
        if self.client is None:
            raise PutBack(_TURNED_OFF_SECONDS, TurnedOff().sentence, spent=False)
        return self.client

    @asynccontextmanager
    async def _patient(self, signing_id: str) -> AsyncIterator[None]:
        """What cannot be done now waits, however long DocuSign is away; the cards say so."""
        try:
            yield
        except FilesAway as away:
            raise PutBack(_FILES_SECONDS, "file store", spent=False) from away
        except Refused:
            raise
        except DocuSignError as trouble:
            lost = isinstance(trouble, Ambiguous)
            log.warning("docusign_waits", signing=signing_id, because=trouble.sentence)
            await self.database.write(steps.waits, signing_id, trouble, asked=lost)
            there = await self._look(signing_id)
            pause = LANDING.total_seconds() if lost else trouble.wait or _pause(there)
            raise PutBack(pause, trouble.sentence, spent=False) from trouble


def _pause(there: Look) -> float:
    """Seconds until the next try: a tenth of the time for which we have tried."""
    since = away_since(there.signing) or there.signing.ended_at or there.now
    return min(_PAUSE_MOST, max(_PAUSE_LEAST, (there.now - since).total_seconds() / 10))


def _given_up(tx: Tx, signing_id: str, _error: str) -> None:
    signing_ended(tx, signing_id, SigningStatus.FAILED, NotFinished().sentence)
