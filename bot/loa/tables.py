"""Letters of authorisation, the signed copies that came back, and signings on a screen."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.loa.rules import CopyStatus, LetterStatus, SigningStatus, Way
from bot.storage.columns import one_of
from bot.storage.database import Base, Json, UtcDateTime

_IS_OPEN = text("status IN ('creating', 'open')")


class Letter(Base):
    """One letter of one registration, in one version. Its files are written once and never drawn again."""

    __tablename__ = "loa_letters"
    __table_args__ = (
        CheckConstraint(one_of("status", LetterStatus), name="status"),
        UniqueConstraint("registration_id", "slot", "revision"),
        Index("ix_loa_letters_account", "account_id", "status"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    registration_id: Mapped[str] = mapped_column(ForeignKey("registrations.id"))
    slot: Mapped[str] = mapped_column(String(30))
    """The code of the operator that it is for; empty when one letter is for all."""
    revision: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    """What is printed on it: ``LOA-000123-1``, and ``LOA-000123-1-r2`` for its second version."""
    status: Mapped[str] = mapped_column(String(16), default=LetterStatus.DRAWING)
    version: Mapped[int] = mapped_column(default=1)
    operators: Mapped[list[str]] = mapped_column(Json)
    """Codes of the operators that it covers."""
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    """All that is on it, see ``letter.LetterData``."""
    trouble: Mapped[str] = mapped_column(Text, default="")
    """Why it cannot be drawn, in a sentence."""
    pdf_key: Mapped[str | None] = mapped_column(String(200))
    preview_key: Mapped[str | None] = mapped_column(String(200))
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the PDF as drawn, unsigned."""
    pages: Mapped[int] = mapped_column(default=0)
    box: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Where it is to be signed, see ``letter.Box``."""
    code: Mapped[str] = mapped_column(String(80), default="")
    """What its QR code says."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    drawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by: Mapped[str | None] = mapped_column(String(32))
    """Who of the staff released it; nobody: it was released by rule."""
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the customer was told that it can be signed, or why it cannot be drawn."""
    downloaded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the customer first took it: only then a signed copy can be uploaded."""
    reason: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    """Why it must be signed again, in the list's word and in a person's."""
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    copy_id: Mapped[str | None] = mapped_column(String(32))
    """The signed copy that was accepted."""


class SignedCopy(Base):
    """A signed copy of a letter, whichever way it was signed. Nothing takes the place of another one."""

    __tablename__ = "loa_copies"
    __table_args__ = (
        CheckConstraint(one_of("status", CopyStatus), name="status"),
        CheckConstraint(one_of("way", Way), name="way"),
        UniqueConstraint("letter_id", "number"),
        UniqueConstraint("source"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    letter_id: Mapped[str] = mapped_column(ForeignKey("loa_letters.id"))
    number: Mapped[int]
    """Counts the copies of a letter from 1."""
    way: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16), default=CopyStatus.FETCHING)
    version: Mapped[int] = mapped_column(default=1)
    source: Mapped[str | None] = mapped_column(String(120))
    """What it came by, so that it comes once: ``channel:ts:file`` of a message, a signing's id."""
    slack_file_id: Mapped[str | None] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(8), default="")
    pages: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the file as it came."""
    stored_key: Mapped[str | None] = mapped_column(String(200))
    """The file as it came."""
    clean_key: Mapped[str | None] = mapped_column(String(200))
    """The PDF that goes to operators: without active content, a picture made a page."""
    clean_sha256: Mapped[str | None] = mapped_column(String(64))
    crop_key: Mapped[str | None] = mapped_column(String(200))
    """A picture of the signature box."""
    certificate_key: Mapped[str | None] = mapped_column(String(200))
    """The provider's certificate of completion."""
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """What was seen, see ``check.Finding``."""
    trouble: Mapped[str] = mapped_column(Text, default="")
    """Why it was refused, in a sentence."""
    signer: Mapped[str] = mapped_column(String(150), default="")
    """Who signed it, by name, where that is known."""
    by: Mapped[str | None] = mapped_column(String(32))
    """Who brought it."""
    came_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(32))
    """Who of the staff decided; nobody: the checks did."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(Text, default="")


class Signing(Base):
    """One attempt to sign a letter on a screen. A letter has at most one that is open."""

    __tablename__ = "loa_signings"
    __table_args__ = (
        CheckConstraint(one_of("status", SigningStatus), name="status"),
        CheckConstraint(one_of("way", Way), name="way"),
        Index("ix_loa_signings_open", "letter_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        Index("ix_loa_signings_letter", "letter_id", "opened_at"),
        Index("ix_loa_signings_way", "way", "status"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    letter_id: Mapped[str] = mapped_column(ForeignKey("loa_letters.id"))
    way: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16), default=SigningStatus.CREATING)
    version: Mapped[int] = mapped_column(default=1)
    envelope_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    """DocuSign's id of it."""
    signer_name: Mapped[str] = mapped_column(String(150))
    signer_email: Mapped[str] = mapped_column(String(254))
    opened_by: Mapped[str] = mapped_column(String(32))
    """Who clicked."""
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    polled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the provider was asked last, which it allows rarely."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    because: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class SigningLink(Base):
    """A one-time link that leads somebody to a signing. A signing may have several."""

    __tablename__ = "loa_links"
    __table_args__ = (Index("ix_loa_links_signing", "signing_id"), Index("ix_loa_links_expires", "expires_at"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    signing_id: Mapped[str] = mapped_column(ForeignKey("loa_signings.id"))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    """Of what stands in the link; the link itself is kept nowhere."""
    by: Mapped[str] = mapped_column(String(32))
    """Who asked for it in Slack."""
    mailed: Mapped[bool]
    """It went to the officer by e-mail; else it was for whoever asked."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a browser opened it, which then has it alone."""
    session_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of what that browser keeps as a cookie."""


class SealKey(Base):
    """A key pair with which signed letters are sealed. Older ones stay, so that their seals can be checked."""

    __tablename__ = "loa_seal_keys"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    certificate: Mapped[str] = mapped_column(Text)
    """PEM, signed with itself."""
    private_key: Mapped[str] = mapped_column(Text)
    """PEM, encrypted with SENDERDESK_SEAL_KEY."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
