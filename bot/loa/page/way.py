"""Our own page as a way to sign letters: where it is offered, where a click leads, and the e-mail with the link."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.jobs import JobKind
from bot.delivery.outbox import Mail, MessageKind
from bot.delivery.public import Route
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.loa import links, sealed
from bot.loa.page.signing import PageSigning
from bot.loa.page.web import SigningPages
from bot.loa.rules import OPEN_SIGNING, SIGNABLE, Way
from bot.loa.seal_keys import SealKeys
from bot.loa.sealed import SealedCopies
from bot.loa.signing import ScreenWay
from bot.loa.tables import Letter, Signing, SigningLink
from bot.registrations.countries import Country
from bot.settings import Settings
from bot.storage.database import Database, Tx
from bot.storage.files import Files


@dataclass(frozen=True)
class Page:
    """The way, wired. Without a public address or a key for the seal it is offered to nobody.

    ``others`` are the providers that links may lead to; where one is offered, our own page is not.
    """

    database: Database
    voices: Voices
    public_url: str
    key: str
    others: Mapping[str, ScreenWay]
    sealed: SealedCopies
    web: SigningPages
    way = Way.PAGE

    @classmethod
    def wired(
        cls,
        settings: Settings,
        database: Database,
        files: Files,
        voices: Voices,
        *,
        others: Mapping[str, ScreenWay],
        clock: Callable[[], datetime],
    ) -> "Page":
        """From the settings."""
        url, key = settings.senderdesk_public_url, settings.senderdesk_seal_key.get_secret_value()
        keys = SealKeys(database, key)
        copies = SealedCopies(database, files, keys)
        signing = PageSigning(database, files, keys, copies, clock) if url and key else None
        web = SigningPages(database, signing, others, url, clock=time.monotonic)
        return cls(database, voices, url, key, others, copies, web)

    @property
    def leads(self) -> bool:
        """Whether we can lead a browser there: it is our own page."""
        return bool(self.public_url)

    def offered(self, country: Country, entity: str) -> bool:
        """Whether letters of such a registration can be signed on our page: no provider does it, and it is accepted."""
        if not (self.public_url and self.key) or any(way.offered(country, entity) for way in self.others.values()):
            return False
        return country.loa.page.accepted and entity not in country.loa.wet_for

    async def go(self, signing_id: str) -> str:
        """A new link to the page, for this click."""
        return await self.database.write(self._new_link, signing_id)

    def _new_link(self, tx: Tx, signing_id: str) -> str:
        signing = tx.session.get_one(Signing, signing_id)
        return links.sign_now(tx, signing, self.public_url, signing.opened_by)

    def routes(self) -> list[Route]:
        """What the desk's web server answers; nothing without a public address."""
        return self.web.routes() if self.public_url else []

    def job_kinds(self) -> list[JobKind]:
        """What due rows do."""
        return self.sealed.job_kinds()

    def message_kinds(self) -> list[MessageKind]:
        """The e-mail to the officer, and what staff read of a broken seal."""
        return [MessageKind(links.MAIL, self._mail), sealed.kind(self.voices)]

    def _mail(self, tx: Tx, message: Message) -> Mail | None:
        """Drawn with the link in it, which is kept nowhere; nobody is written to when there is nothing to sign."""
        link = tx.session.get_one(SigningLink, message.key)
        signing = tx.session.get_one(Signing, link.signing_id)
        letter = tx.session.get_one(Letter, signing.letter_id)
        if signing.status not in OPEN_SIGNING or letter.status not in SIGNABLE or tx.now >= link.expires_at:
            return None
        words = self.voices.email(
            "loa/link",
            letter=letter.number,
            company=letter.data["company"]["name"],
            officer=signing.signer_name,
            sender_id=letter.data["sender_id"],
            provider=letter.data["provider"],
            operators=letter.data["operators"],
            until=link.expires_at,
            url=f"{self.public_url}{links.PATH}{links.mailed_token(self.key, link.id)}",
        )
        return Mail(words.subject, words.html, words.text)
