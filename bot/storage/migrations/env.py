"""What Alembic runs for each command: on the connection it was given, inside the transaction that is open there."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON

from bot.storage.columns import UtcDateTime
from bot.storage.migrate import COMPARISON


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own types as what they are made of: an old revision must not change when the code does."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    transactional_ddl=True,  # SQLite as well: the transaction was begun by hand, so nothing is left of a crash
    render_as_batch=True,  # SQLite changes a table by building it anew
    render_item=render_item,
    **COMPARISON,
)
context.run_migrations()
