"""Migrations: tables are brought up to date once, wholly or not at all, whoever starts or dies meanwhile."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Column, Connection, Engine, Integer, NullPool, Table, create_engine, inspect, make_url, text

from bot import schema
from bot.errors import DeskError
from bot.storage import migrate, sqlite
from bot.storage.columns import Json, UtcDateTime
from bot.storage.database import Database
from bot.storage.migrate import BrokenReferences, SchemaTooNew, SchemaTooOld

ROOT = Path(__file__).resolve().parents[2]


def engine_of(url: str) -> Engine:
    """What migrations run on, as the database makes it."""
    if url.startswith("sqlite"):
        return sqlite.engine_for_migrations(sqlite.file_of(make_url(url)))
    return create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """``new_url()`` names a database without tables, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        numbers = iter(range(100))
        yield lambda: f"sqlite:///{tmp_path}/{next(numbers)}.db"
    else:
        make = request.getfixturevalue("new_postgres_database")
        yield lambda: make(None)


@pytest.fixture
def empty_url(new_url: Callable[[], str]) -> str:
    """A database without tables."""
    return new_url()


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the revisions: a copy, to which a test may add."""
    copy = tmp_path / "migrations"
    shutil.copytree(migrate.SCRIPTS, copy)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    monkeypatch.setattr(migrate, "SCRIPTS", copy)
    return copy / "versions"


def _words(value: object) -> str:
    """As text that has no addresses of objects in it."""
    return str({key: str(each) for key, each in value.items()} if isinstance(value, dict) else value)


def described(connection: Connection) -> dict[str, Any]:
    """All that the database says about its tables, in an order of our own."""
    inspector = inspect(connection)
    tables = sorted(set(inspector.get_table_names()) - {"alembic_version"})

    def plain(things: Sequence[Mapping[str, Any]]) -> list[list[str]]:
        return sorted(sorted(f"{name}: {_words(value)}" for name, value in thing.items()) for thing in things)

    return {
        table: {
            "columns": plain(inspector.get_columns(table)),
            "primary key": _words(inspector.get_pk_constraint(table)),
            "foreign keys": plain(inspector.get_foreign_keys(table)),
            "unique": plain(inspector.get_unique_constraints(table)),
            "checks": plain(inspector.get_check_constraints(table)),
            "indexes": plain(inspector.get_indexes(table)),
        }
        for table in tables
    }


def test_revisions_and_tables_agree(new_url: Callable[[], str]) -> None:
    """What the revisions make is what the features' tables say, to the last constraint: else write a revision."""
    migrated, from_tables = engine_of(new_url()), engine_of(new_url())
    migrate.prepare(migrated, migrate=True)
    schema.every_table().create_all(from_tables)

    with migrated.begin() as one, from_tables.begin() as other:
        assert schema.differences(one) == []
        assert described(one) == described(other)


def test_every_feature_is_among_the_tables() -> None:
    """The tables of storage, delivery, accounts and contacts are found without a list."""
    assert {"audit", "due_rows", "inbox", "accounts", "contact_files"} <= set(schema.every_table().tables)


def test_going_back_and_forward_again_gives_the_same(empty_url: str) -> None:
    """Every revision can be taken back to the last, and nothing of it stays."""
    engine = engine_of(empty_url)
    migrate.prepare(engine, migrate=True)
    with engine.begin() as connection:
        before = described(connection)
        command.downgrade(migrate.config_for(connection), "base")
        assert described(connection) == {}
    migrate.prepare(engine, migrate=True)

    with engine.begin() as connection:
        assert described(connection) == before


MIGRATES = """
import sys
from sqlalchemy import NullPool, create_engine, make_url
from bot.storage import migrate, sqlite

url = sys.argv[1]
if url.startswith("sqlite"):
    engine = sqlite.engine_for_migrations(sqlite.file_of(make_url(url)))
else:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
"""

MIGRATES_ONCE = f"""{MIGRATES}
from bot.storage.migrate import command
upgrade = command.upgrade
command.upgrade = lambda *args: (upgrade(*args), print("upgraded"))
migrate.prepare(engine, migrate=True)
"""

# One process forks for each point, so that every point can be tried: after the first statement, after the second ...
DIES_EVERYWHERE = f"""{MIGRATES}
import os, signal
from itertools import count
from sqlalchemy import Engine, event, inspect

def migrate_until(last):
    statements = count(1)

    @event.listens_for(Engine, "after_cursor_execute")
    def die(*_):
        if next(statements) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    migrate.prepare(engine, migrate=True)
    os._exit(0)

deaths, last = 0, 1
while True:
    child = os.fork()
    if not child:
        migrate_until(last)
    _, status = os.waitpid(child, 0)
    with engine.begin() as connection:
        tables = inspect(connection).get_table_names()
    if status == 0:
        print(deaths, "audit" in tables)
        break
    assert os.WTERMSIG(status) == signal.SIGKILL, status
    assert tables == [], tables
    deaths, last = deaths + 1, last + 1 + last // 10  # after each of the first, then now and then: they are hundreds
"""


def test_four_processes_that_start_at_once_all_find_the_tables(empty_url: str) -> None:
    """Of four that migrate at once one does it and the others wait for it; none fails."""
    program = [sys.executable, "-c", MIGRATES_ONCE, empty_url]
    starts = [subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    ends = [(start.communicate(timeout=100), start.returncode) for start in starts]

    assert sorted(ends) == [(("", ""), 0)] * 3 + [(("upgraded\n", ""), 0)]


def test_whoever_dies_in_the_middle_leaves_nothing_behind(empty_url: str) -> None:
    """Killed anywhere in the migration, nothing of it is left, and in the end a new start does it all."""
    program = [sys.executable, "-c", DIES_EVERYWHERE, empty_url]
    ended = subprocess.run(program, capture_output=True, text=True, check=False, timeout=100)

    assert ended.stderr == ""
    deaths, has_tables = ended.stdout.split()
    assert int(deaths) > 20
    assert has_tables == "True"


OPENS = """
import asyncio, sys
from bot.errors import DeskError
from bot.storage.database import Database

async def main():
    database = Database(sys.argv[1])
    try:
        await database.open()
    except DeskError as error:
        print(type(error).__name__, flush=True)
    else:
        print("open", flush=True)
        sys.stdin.read()
        await database.close()

asyncio.run(main())
"""


def test_four_desks_that_start_at_once(empty_url: str) -> None:
    """On PostgreSQL all four open the database; on SQLite one does, and the others refuse."""
    program = [sys.executable, "-c", OPENS, empty_url]
    desks = [subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = sorted(desk.stdout.readline().strip() for desk in desks if desk.stdout)
    for desk in desks:
        desk.communicate(timeout=90)

    alone = ["DatabaseInUse"] * 3 + ["open"]
    assert said == (alone if empty_url.startswith("sqlite") else ["open"] * 4)
    assert [desk.returncode for desk in desks] == [0] * 4


async def test_a_newer_database_is_refused(database_url: str) -> None:
    """A database that a newer desk made is refused with what to do, with and without migrating, and not touched."""
    engine = engine_of(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    for migrating in (True, False):
        with pytest.raises(SchemaTooNew, match=r"made by a newer Sender Desk \(its revision 9999"):
            await Database(database_url).open(migrate=migrating)

    with engine.begin() as connection:
        assert migrate.revision(connection) == "9999"


async def test_an_old_database_is_refused_without_migrating(empty_url: str) -> None:
    """With ``migrate=False`` a database without the latest tables is refused and not touched."""
    with pytest.raises(SchemaTooOld, match=r"revision none.*senderdesk migrate"):
        await Database(empty_url).open(migrate=False)

    engine = engine_of(empty_url)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
    migrated = Database(empty_url)
    await migrated.open()
    await migrated.close()
    await migrated.open(migrate=False)
    await migrated.close()


def test_a_written_revision_makes_what_the_tables_say(new_url: Callable[[], str], scripts: Path) -> None:
    """A table that a feature adds is in the next revision, moments and JSON spelled out, and then nothing is left."""
    schema.every_table()
    added = Table(
        "shelves",
        schema.Base.metadata,
        Column("id", Integer, primary_key=True),
        Column("at", UtcDateTime),
        Column("facts", Json),
    )
    try:
        written = schema.write_revision("add shelves")
        migrated, from_tables = engine_of(new_url()), engine_of(new_url())
        migrate.prepare(migrated, migrate=True)
        schema.Base.metadata.create_all(from_tables)
        with migrated.begin() as one, from_tables.begin() as other:
            assert schema.differences(one) == []
            assert described(one) == described(other)
        with pytest.raises(DeskError, match="nothing to write"):
            schema.write_revision("nothing")
    finally:
        schema.Base.metadata.remove(added)

    assert written.parent == scripts
    assert "bot." not in written.read_text()
    assert written.read_text().startswith('"""Add shelves."""')


BAD_REVISION = """
from alembic import op

revision = "9000"
down_revision = {down!r}

def upgrade():
    op.execute("CREATE TABLE a (id INTEGER PRIMARY KEY)")
    op.execute("CREATE TABLE b (a_id INTEGER REFERENCES a (id))")
    op.execute("INSERT INTO b VALUES (7)")
"""


def test_a_migration_that_breaks_references_is_taken_back(scripts: Path, tmp_path: Path) -> None:
    """SQLite checks no foreign keys while it migrates: they are checked at its end, and else all is taken back."""
    engine = engine_of(f"sqlite:///{tmp_path}/desk.db")
    migrate.prepare(engine, migrate=True)
    with engine.begin() as connection:
        before = described(connection)
        (scripts / "r9000_bad.py").write_text(BAD_REVISION.format(down=migrate.revision(connection)))

    with pytest.raises(BrokenReferences, match="rows of b"):
        migrate.prepare(engine, migrate=True)

    with engine.begin() as connection:
        assert described(connection) == before
        assert migrate.revision(connection) != "9000"
