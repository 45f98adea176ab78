"""One-time links that lead a browser to a signing: ours to sign here, or to the provider that asked for it.

A link is what whoever has it may open once: the browser that opens it first has it alone, by a cookie. Only hashes are
kept. A mailed link must come out the same whenever its e-mail is drawn, so it follows from the desk's key and the row's
id; others are 256 random bits.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta

from sqlalchemy import delete, select

from bot.delivery.outbox import EMAIL, Telling, tell
from bot.loa.tables import Signing, SigningLink
from bot.storage.database import Tx

PATH = "/loa/sign/"
MAIL = "loa.link"
"""The e-mail with a link, by the link's id."""
NOW = timedelta(minutes=10)
"""How long a link of "Sign now" can be opened."""
MAILED = timedelta(days=7)
_KEPT = timedelta(days=30)
"""So long a link that is over is told from one that never was."""


def sign_now(tx: Tx, signing: Signing, public_url: str, by: str) -> str:
    """A new address for whoever asked (``by``), to be opened within ten minutes: for a button that they alone see."""
    token = secrets.token_urlsafe(32)
    _add(tx, tx.new_id(), signing, token, by)
    return f"{public_url}{PATH}{token}"


def mail_to_officer(tx: Tx, signing: Signing, key: str, by: str) -> SigningLink:
    """Write the officer of the company an e-mail with a link for a week; not again while one waits to be opened.

    ``key`` is SENDERDESK_SEAL_KEY.
    """
    waits = (SigningLink.mailed, SigningLink.opened_at.is_(None), SigningLink.expires_at > tx.now)
    sent = select(SigningLink).where(SigningLink.signing_id == signing.id, *waits)
    before = tx.session.scalars(sent).first()
    if before is not None:
        return before
    link_id = tx.new_id()
    link = _add(tx, link_id, signing, mailed_token(key, link_id), by, mailed=True)
    tell(tx, Telling(MAIL, link_id, signing.signer_email, EMAIL, account_id=signing.account_id))
    return link


def _add(tx: Tx, link_id: str, signing: Signing, token: str, by: str, *, mailed: bool = False) -> SigningLink:
    link = SigningLink(
        id=link_id,
        account_id=signing.account_id,
        signing_id=signing.id,
        token_sha256=sha256(token),
        by=by,
        mailed=mailed,
        made_at=tx.now,
        expires_at=tx.now + (MAILED if mailed else NOW),
    )
    tx.session.add(link)
    tx.session.flush()
    return link


def mailed_token(key: str, link_id: str) -> str:
    """What stands in the mailed link of this row: nobody without the key can tell."""
    made = hmac.digest(key.encode(), f"loa link {link_id}".encode(), "sha256")
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def sha256(secret: str) -> str:
    """What is kept of a secret that needs no salt: it has 256 bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find(tx: Tx, token: str) -> SigningLink | None:
    """The link in which this stands."""
    return tx.session.scalars(select(SigningLink).where(SigningLink.token_sha256 == sha256(token))).one_or_none()


def purge(tx: Tx) -> None:
    """Forget links that are over for long."""
    tx.session.execute(delete(SigningLink).where(SigningLink.expires_at < tx.now - _KEPT))
