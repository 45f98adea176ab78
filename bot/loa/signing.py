"""What the ways to sign on a screen have in common: DocuSign, and our own signing page."""

from datetime import datetime
from typing import Protocol

from bot.delivery.jobs import soon
from bot.loa.rules import Way
from bot.loa.tables import Signing
from bot.registrations.countries import Country
from bot.storage.database import Tx

DOCUSIGN_CREATE = "loa.docusign.create"
DOCUSIGN_VOID = "loa.docusign.void"
BY_MAIL = "by_mail"
"""In ``Signing.facts``: true when the officer gets the link by e-mail, and nobody is led there by us."""
AWAY_SINCE = "away_since"
"""In ``Signing.facts``: since when the provider does not answer, as ISO time; not there while it does."""


class ScreenWay(Protocol):
    """A way to sign on a screen. ``begun`` and ``called_off`` say what each has done when a signing begins or ends."""

    way: Way

    @property
    def leads(self) -> bool:
        """Whether we can lead a browser there; else the officer is written to."""
        ...

    def offered(self, country: Country, entity: str) -> bool:
        """Whether letters of such a registration can be signed this way: it is set up, and no ink is asked for."""
        ...

    async def go(self, signing_id: str) -> str:
        """Where the browser of the officer is sent now; the address is for this click alone.

        Raises DeskError with what to do instead; then the link that led here must still work for another try.
        """
        ...


def begun(tx: Tx, signing: Signing) -> None:
    """A signing was begun: have what it needs made. Call it in the transaction that makes the row."""
    if signing.way == Way.DOCUSIGN:
        soon(tx, DOCUSIGN_CREATE, signing.id)


def called_off(tx: Tx, signing: Signing) -> None:
    """A signing was cancelled by us: nobody shall be able to sign there any more."""
    if signing.way == Way.DOCUSIGN:
        soon(tx, DOCUSIGN_VOID, signing.id)


def is_by_mail(signing: Signing) -> bool:
    """Whether the officer was written to, rather than led there."""
    return bool(signing.facts.get(BY_MAIL))


def away_since(signing: Signing) -> datetime | None:
    """Since when its provider does not answer, while we keep trying; None when all is well."""
    since = signing.facts.get(AWAY_SINCE)
    return datetime.fromisoformat(since) if since else None
