"""All tables of all features in one place, for those who must know them all: new revisions, and tests that compare.

The desk itself never asks: it runs the revisions that are written down. So ``bot.storage`` knows no feature, and a
feature needs no entry in a list: its tables are in ``bot/<feature>/tables.py``, and they are found there.
"""

from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from sqlalchemy import MetaData

from bot.storage import audit, migrate
from bot.storage.columns import Base
from bot.storage.sqlite import engine

_HOUSE = Path(__file__).parent


def every_table() -> MetaData:
    """The tables of storage and of every feature; the sandbox has none, it is the world outside."""
    assert audit.AuditRow.__tablename__ in Base.metadata.tables  # noqa: S101 - storage's own, there by its import
    for file in sorted(_HOUSE.rglob("tables.py")):
        import_module(".".join(("bot", *file.relative_to(_HOUSE).with_suffix("").parts)))
    return Base.metadata


def write_revision(message: str) -> Path:
    """Write the revision that brings a database from the last one to today's tables. Returns the new file.

    Look it over before you commit it: triggers, moved data and renamed columns are not seen.
    """
    with TemporaryDirectory() as folder:
        fresh = engine(Path(folder) / "fresh.db", begin="BEGIN IMMEDIATE", foreign_keys=False)
        migrate.prepare(fresh, migrate=True)
        with fresh.begin() as connection:
            config = migrate.config_for(connection)
            config.attributes["metadata"] = every_table()
            number = int(migrate.revision(connection) or 0) + 1
            script = command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
    assert script is not None  # noqa: S101 - one script, as we asked for one
    assert not isinstance(script, list)  # noqa: S101
    return Path(script.path)
