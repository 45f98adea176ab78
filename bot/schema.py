"""All tables of all features in one place, for those who must know them all: new revisions, and tests that compare.

The desk itself never asks: it runs the revisions that are written down. So ``bot.storage`` knows no feature, and a
feature needs no entry in a list: its tables are found where they are.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData

from bot.errors import DeskError
from bot.storage import migrate
from bot.storage.columns import Base
from bot.storage.sqlite import engine_for_migrations

_HOUSE = Path(__file__).parent
_TIDY = {
    "hooks": "ruff",
    "ruff.type": "module",
    "ruff.module": "ruff",
    "ruff.options": "format REVISION_SCRIPT_FILENAME",
}


class NothingChanged(DeskError):
    """The tables and the last revision agree: there is nothing to write."""


@cache
def every_table() -> MetaData:
    """The tables of storage and of every feature; the sandbox has none, it is the world outside."""
    for file in sorted(_HOUSE.rglob("*.py")):
        if "    __tablename__ = " in file.read_text(encoding="utf-8"):
            import_module(".".join(("bot", *file.relative_to(_HOUSE).with_suffix("").parts)))
    return Base.metadata


def differences(connection: Connection) -> list[Any]:
    """What today's tables have that the database has not, or the other way round; empty when they agree.

    As Alembic sees it: columns, types, defaults, keys, indexes, and constraints by name.
    """
    return list(compare_metadata(MigrationContext.configure(connection, opts=migrate.COMPARISON), every_table()))


def write_revision(message: str) -> Path:
    """Write the revision that brings a database from the last one to today's tables. Returns the new file.

    Look it over before you commit it: triggers, moved data and renamed columns are not seen. Raises NothingChanged.
    """
    with TemporaryDirectory() as folder:
        fresh = engine_for_migrations(Path(folder) / "fresh.db")
        migrate.prepare(fresh, migrate=True)
        with fresh.begin() as connection:
            if not differences(connection):
                raise NothingChanged
            config = migrate.config_for(connection)
            config.attributes["metadata"] = every_table()
            for name, value in _TIDY.items():
                config.set_section_option("post_write_hooks", name, value)
            number = int(migrate.revision(connection) or 0) + 1
            script = command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
    assert script is not None  # noqa: S101 - one script, as we asked for one
    assert not isinstance(script, list)  # noqa: S101
    return Path(script.path)
