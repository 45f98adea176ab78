"""Accounts, the channels linked to them, the people whom staff added, and with which key they are known at 8x8."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.accounts.places import KeyPlace, Product, Region
from bot.storage.columns import Json, one_of
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


class AccountAccess(Base):
    """Where an account's services are at 8x8, and which of them it uses; without a row: as the settings say."""

    __tablename__ = "account_access"
    __table_args__ = (CheckConstraint(f"region = '' OR {one_of('region', Region)}", name="region"),)

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    region: Mapped[str] = mapped_column(String(8), default="")
    """A ``Region``; empty: the settings' base URLs."""
    urls: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Base URLs that an admin gave, by ``Product``; they go before the region's."""
    products: Mapped[list[str]] = mapped_column(Json, default=lambda: [str(product) for product in Product])
    version: Mapped[int] = mapped_column(default=1)
    set_by: Mapped[str] = mapped_column(String(32))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountKey(Base):
    """An account's key at 8x8, encrypted. A new one waits beside the one in use until 8x8 was seen to take it."""

    __tablename__ = "account_keys"
    __table_args__ = (CheckConstraint(one_of("place", KeyPlace), name="place"),)

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(8), primary_key=True)
    """A ``KeyPlace``."""
    kept: Mapped[str] = mapped_column(Text)
    """The key as ``bot.accounts.vault`` closed it."""
    mark: Mapped[str] = mapped_column(String(24))
    """Tells keys of an account apart, and nothing of the key: see ``bot.accounts.access.mark_of``."""
    key_end: Mapped[str] = mapped_column(String(8))
    set_by: Mapped[str] = mapped_column(String(32))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    works_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When 8x8 was last seen to take it, where somebody looked."""
    trouble: Mapped[str] = mapped_column(Text, default="")
    """Why it was not seen to work, as a sentence."""


class RefusedKey(Base):
    """A key that 8x8 refuses, stored or from the settings: staff were told, and are not told again of this one."""

    __tablename__ = "refused_keys"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(24), primary_key=True)
    key_end: Mapped[str] = mapped_column(String(8))
    product: Mapped[str] = mapped_column(String(16))
    was_new: Mapped[bool] = mapped_column(default=False)
    """Whether it was never in use: the one before stays."""
    refused_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was no longer so: another key was set, or 8x8 takes this one again."""


class KeyWait(Base):
    """A job that waits for an account's key to be changed, and is done at once when it was."""

    __tablename__ = "key_waits"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    job: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
