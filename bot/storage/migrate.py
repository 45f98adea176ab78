"""Migrations: tables are brought up to date under a lock, in one transaction, or not at all."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from bot.errors import DeskError

SCRIPTS = Path(__file__).parent / "migrations"
COMPARISON: dict[str, Any] = {
    "compare_server_default": True,
    "autogenerate_plugins": ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
}
"""What counts when tables are compared with the database."""

_ADVISORY_LOCK = 0x53454E444445534B  # "SENDDESK"


class SchemaTooNew(DeskError):
    """The database was made by a newer Sender Desk (its revision {found} is unknown here). Start that newer version."""


class SchemaTooOld(DeskError):
    """The database is at revision {found}, this Sender Desk needs {needed}. Run `senderdesk migrate` first."""


class BrokenReferences(DeskError):
    """The migration was taken back: rows of {table} refer to rows that are not there. Please report this."""


def prepare(engine: Engine, *, migrate: bool) -> None:
    """Bring the tables up to date, or with ``migrate=False`` refuse unless they are. Safe in several processes at once.

    On SQLite ``engine`` must start transactions with BEGIN IMMEDIATE and have foreign keys off; they are checked here.
    Raises SchemaTooNew, SchemaTooOld, BrokenReferences.
    """
    with engine.begin() as connection:
        if migrate:
            _lock(connection)
        config = config_for(connection)
        found, needed = revision(connection), ScriptDirectory.from_config(config).get_current_head()
        _refuse_unknown(config, found)
        if found == needed:
            return
        if not migrate:
            raise SchemaTooOld(found=found or "none", needed=needed)
        command.upgrade(config, "head")
        _check_references(connection)


def config_for(connection: Connection) -> Config:
    """Alembic's configuration for work on this connection; there is no file of it."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def revision(connection: Connection) -> str | None:
    """The revision that the database is at; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def _lock(connection: Connection) -> None:
    """Let others wait until this transaction ends. On SQLite its BEGIN IMMEDIATE did that already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})


def _refuse_unknown(config: Config, found: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaTooNew(found=found)


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise BrokenReferences(table=broken[0])
