"""What all tables are made of: the base class with its naming convention, and the types of columns."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import JSON, DateTime, Dialect, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""JSON, as JSONB on PostgreSQL. ``None`` is SQL's NULL. Set a new value to change one: its inside is not watched."""


class Base(DeclarativeBase):
    """The base of all tables of all features. Every constraint has a name, so that migrations can speak of it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def one_of(column: str, words: type[StrEnum]) -> str:
    """The condition that a column holds one of these words, for a CheckConstraint."""
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: an aware datetime goes in and comes out, in UTC. A naive one is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: in UTC; SQLite keeps no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"a moment needs its time zone, this has none: {value.isoformat()}"
            raise ValueError(msg)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)
