"""Accounts, the channels linked to them, and the people whom staff added."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.database import Base, UtcDateTime


class Account(Base):
    """A customer's account at the provider. Every row of a customer's, anywhere, carries this row's ``id``."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    provider_account_id: Mapped[str] = mapped_column(String(36), unique=True)
    """The provider's accountId in its canonical form: lower case, with hyphens."""
    name: Mapped[str] = mapped_column(String(80))
    created_by: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Channel(Base):
    """A Slack channel that staff linked to an account: who sits in it is that account's customer there."""

    __tablename__ = "channels"

    channel_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    linked_by: Mapped[str] = mapped_column(String(32))
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Person(Base):
    """Somebody whom staff added to an account: its customer everywhere, guest or outsider though they be."""

    __tablename__ = "people"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), default="")
    added_by: Mapped[str] = mapped_column(String(32))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
