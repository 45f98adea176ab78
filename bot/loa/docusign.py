"""DocuSign as a way to sign letters: what is offered, where a click leads, and all that goes on behind it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
import structlog

from bot.delivery import blocks
from bot.delivery.jobs import JobKind
from bot.delivery.outbox import MessageKind, SlackCard
from bot.delivery.public import Route
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.errors import DeskError
from bot.loa import docusign_steps as steps
from bot.loa.docusign_access import Access, Credentials
from bot.loa.docusign_client import DocuSignClient
from bot.loa.docusign_connect import BACK_PATH, CONNECT_PATH, DocuSignRoutes
from bot.loa.docusign_envelope import WORDS, Terms, signer_of
from bot.loa.docusign_errors import DocuSignError, Refused
from bot.loa.docusign_jobs import DocuSignJobs
from bot.loa.rules import SigningStatus, Way
from bot.loa.signing import is_by_mail
from bot.loa.tables import Signing
from bot.registrations.countries import Country
from bot.settings import Settings
from bot.storage.database import Database, Tx, utc_now
from bot.storage.files import Files

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 0.5
_PATIENCE_SECONDS = 15.0
"""How long a click waits for an envelope that is just being made."""


class NotReadyYet(DeskError):
    """DocuSign is still preparing this letter. Open the link again in a minute, or sign it by hand."""


class ByMail(DeskError):
    """DocuSign wrote an e-mail about this letter to its signing officer: it is signed from there."""


class NotOpen(DeskError):
    """This letter cannot be signed here any more. Look at its card in Slack, which says how it stands."""


class DocuSignAway(DeskError):
    """DocuSign does not answer just now. Open the link again in a few minutes, or sign the letter by hand."""


def credentials(settings: Settings) -> Credentials | None:
    """Who the desk is at DocuSign; None where that is not set up."""
    if not settings.docusign_integration_key:
        return None
    return Credentials(
        settings.docusign_account_url,
        settings.docusign_integration_key,
        settings.docusign_user_id,
        settings.docusign_private_key,
        settings.docusign_account_id,
    )


@dataclass
class DocuSign:
    """The way, wired. Without an integration key it is offered to nobody, and what had begun is ended or waits."""

    database: Database
    client: DocuSignClient | None
    voices: Voices
    public_url: str
    jobs: DocuSignJobs
    web: DocuSignRoutes
    patience: float = _PATIENCE_SECONDS
    way = Way.DOCUSIGN

    @classmethod
    def wired(
        cls,
        settings: Settings,
        database: Database,
        files: Files,
        voices: Voices,
        http: aiohttp.ClientSession,
        *,
        count: Callable[[str], None],
        clock: Callable[[], datetime] = utc_now,
    ) -> "DocuSign":
        """From the settings. ``count`` counts events by what came of them; ``clock`` is for tokens."""
        own = credentials(settings)
        client = DocuSignClient(Access(http, own, clock)) if own else None
        keys = [key.get_secret_value() for key in settings.docusign_connect_keys] if own else []
        url = settings.senderdesk_public_url
        terms = Terms(settings.senderdesk_provider_name, f"{url}{CONNECT_PATH}" if url and keys else "")
        jobs = DocuSignJobs(database, files, voices, client, terms)
        return cls(database, client, voices, url, jobs, DocuSignRoutes(database, keys, count))

    @property
    def leads(self) -> bool:
        """Whether we can lead a browser there: the link goes through our own address."""
        return bool(self.public_url)

    def offered(self, country: Country, entity: str) -> bool:
        """Whether letters of such a registration can be signed this way."""
        return self.client is not None and entity not in country.loa.wet_for

    def job_kinds(self) -> list[JobKind]:
        """What due rows do."""
        return self.jobs.kinds()

    def message_kinds(self) -> list[MessageKind]:
        """What staff are told of DocuSign itself; once it works again, the same message says so."""
        return [MessageKind(steps.TROUBLE, self._draw)]

    def routes(self) -> list[Route]:
        """What the desk's web server answers to DocuSign, and to browsers that come back from there."""
        return self.web.routes()

    async def go(self, signing_id: str) -> str:
        """DocuSign's page for this click: asked for now, kept nowhere, and good for five minutes.

        Raises NotReadyYet, ByMail, NotOpen, DocuSignAway.
        """
        signing = await self._opened(signing_id)
        if is_by_mail(signing):
            raise ByMail
        if self.client is None or signing.status != SigningStatus.OPEN or signing.envelope_id is None:
            raise NotOpen
        back = f"{self.public_url}{BACK_PATH}/{signing.id}"
        try:
            return await self.client.view(signing.envelope_id, signer_of(signing), back)
        except Refused as refused:
            log.warning("docusign_no_view", signing=signing.id, because=refused.sentence)
            await self.database.write(steps.hint, signing.id, timedelta(0))
            raise NotOpen from refused
        except DocuSignError as trouble:
            log.warning("docusign_no_view", signing=signing.id, because=trouble.sentence)
            raise DocuSignAway from trouble

    async def _opened(self, signing_id: str) -> Signing:
        """The signing, when its envelope was made; NotReadyYet when that takes too long."""
        until = asyncio.get_running_loop().time() + self.patience
        while True:
            signing = (await self.database.read(steps.look, signing_id)).signing
            if signing.status != SigningStatus.CREATING:
                return signing
            if asyncio.get_running_loop().time() >= until:
                raise NotReadyYet
            await asyncio.sleep(_LOOK_SECONDS)

    def _draw(self, tx: Tx, message: Message) -> SlackCard:
        waiting = steps.those_waiting(tx, message.key)
        since = datetime.fromisoformat(message.key)
        if not waiting:
            text = self.voices.text(WORDS, "works_again", since=since)
        else:
            trouble = steps.why_of(waiting[0])
            text = self.voices.text(WORDS, "away", since=since, trouble=trouble, waiting_count=len(waiting))
        return SlackCard(text, [blocks.section(text)])
