"""SQLite: one process, one file, and many use cases in one commit."""

import asyncio
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, make_url, select, text
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.audit import AuditRow, record
from bot.storage.database import Database, NotSaved, Tx
from bot.storage.sqlite import DatabaseInUse, NoFile, network_file_system

HOLDS_IT = """
import asyncio, sys
from bot.storage.database import Database

async def main():
    await Database(sys.argv[1]).open(migrate=False)
    print("open", flush=True)
    sys.stdin.read()

asyncio.run(main())
"""

OPENS_IT = """
import asyncio, sys
from bot.errors import DeskError
from bot.storage.database import Database

async def main():
    database = Database(sys.argv[1])
    try:
        await database.open()
    except DeskError as error:
        sys.exit(error.sentence)
    await database.close()

asyncio.run(main())
"""


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Here only SQLite counts."""
    return sqlite_url


@pytest.fixture
def patient_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """A group takes whoever waits, however long the machine stands still meanwhile."""
    monkeypatch.setattr("bot.storage.sqlite.GROUP_SECONDS", 60.0)


@pytest.fixture
def path(sqlite_url: str) -> Path:
    """The database's file."""
    return Path(make_url(sqlite_url).database)


def note(tx: Tx, what: str) -> None:
    record(tx, subject=("thing", what), act="test:thing:noted", actor=None)


def notes(tx: Tx) -> list[str]:
    return list(tx.session.scalars(select(AuditRow.subject_id).order_by(AuditRow.id)))


def test_a_second_process_is_refused_until_the_first_is_gone(database_url: str, path: Path) -> None:
    """A second desk on the same file is told so and what to do instead; after the first was killed it may."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_IT, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"open\n"
        refused = subprocess.run(
            [sys.executable, "-c", OPENS_IT, database_url], capture_output=True, text=True, check=False
        )
        first.send_signal(signal.SIGKILL)

    assert refused.returncode == 1
    assert refused.stderr.strip() == (
        f"Another Sender Desk uses {path} already. Stop that one, or use PostgreSQL for more than one process."
    )
    subprocess.run([sys.executable, "-c", OPENS_IT, database_url], check=True)


async def test_the_same_file_by_another_name_is_the_same(database: Database, path: Path, tmp_path: Path) -> None:
    """A link to the file does not get around the lock, nor does the same process."""
    link = tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(path)

    with pytest.raises(DatabaseInUse):
        await Database(f"sqlite:///{link}").open()
    assert await database.read(notes) == []


async def test_folders_and_file_are_made(tmp_path: Path) -> None:
    """The first start makes the folder and a file that other users of the machine cannot read, with its log."""
    database = Database(f"sqlite:///{tmp_path}/var/lib/desk.db")
    await database.open()
    await database.write(note, "one")

    made = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "var" / "lib").iterdir()}
    await database.close()

    assert made == {"desk.db": 0o600, "desk.db-wal": 0o600, "desk.db-shm": 0o600, "desk.db.lock": 0o600}


async def test_closing_leaves_one_file(database: Database, path: Path) -> None:
    """After a close everything is in the database's file, and the lock is free."""
    await database.write(note, "one")

    await database.close()

    assert sorted(each.name for each in path.parent.iterdir()) == ["desk.db", "desk.db.lock"]
    with sqlite3.connect(path) as outside:
        assert outside.execute("SELECT subject_id FROM audit").fetchall() == [("one",)]
    outside.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:desk.db?uri=true"])
async def test_a_database_without_a_file_is_refused(url: str) -> None:
    """A database in memory would lose what people were told: it is refused."""
    with pytest.raises(NoFile):
        await Database(url).open()


async def test_commits_are_durable_and_keys_are_checked(database: Database) -> None:
    """The writer syncs each commit to the disk, writes ahead, and checks foreign keys."""

    def settings(tx: Tx) -> tuple[object, ...]:
        return tuple(
            tx.session.scalar(text(f"PRAGMA {name}")) for name in ("synchronous", "journal_mode", "foreign_keys")
        )

    assert await database.write(settings) == (2, "wal", 1)


async def test_use_cases_that_wait_are_committed_together(
    database: Database, patient_groups: None, new_gate: Callable[[], Any]
) -> None:
    """Thirty use cases that came while one was at work end in one commit with it."""
    commits: list[object] = []
    event.listen(database._store._write_engine, "commit", commits.append)
    gate = new_gate()
    first = asyncio.create_task(database.write(lambda _tx: gate.stand_still()))
    await gate.reached()
    others = [asyncio.create_task(database.write(note, f"{n}")) for n in range(30)]
    await asyncio.sleep(0)  # all are queued
    gate.let_go()

    await asyncio.gather(first, *others)

    assert await database.read(notes) == [f"{n}" for n in range(30)]
    assert len(commits) <= 5  # a slow machine may need a few more for those that came late; alone they would be 31


async def test_a_commit_that_fails_fails_all_who_waited_for_it(
    database: Database, patient_groups: None, new_gate: Callable[[], Any], woken: list[str]
) -> None:
    """When the common commit is refused, each caller is told that nothing was saved, and that is true."""
    await database.write(lambda tx: tx.session.execute(text("CREATE TABLE a (id INTEGER PRIMARY KEY REFERENCES a)")))
    gate = new_gate()

    def breaks_the_commit(tx: Tx) -> None:
        gate.stand_still()
        tx.session.execute(text("PRAGMA defer_foreign_keys=ON"))
        tx.session.execute(text("CREATE TABLE b (id INTEGER REFERENCES a (id))"))
        tx.session.execute(text("INSERT INTO b VALUES (7)"))

    def waits(tx: Tx, what: str) -> None:
        note(tx, what)
        tx.wake("outbox")

    first = asyncio.create_task(database.write(breaks_the_commit))
    await gate.reached()
    others = [asyncio.create_task(database.write(waits, f"{n}")) for n in range(5)]
    await asyncio.sleep(0)  # all are queued
    gate.let_go()
    answers = await asyncio.gather(first, *others, return_exceptions=True)

    assert [type(answer) for answer in answers] == [NotSaved] * 6
    assert len({id(answer) for answer in answers}) == 6
    assert await database.read(notes) == []
    assert woken == []
    await database.write(note, "later")
    assert await database.read(notes) == ["later"]


async def test_a_full_disk_is_told_to_those_it_hit(database: Database) -> None:
    """When the file cannot grow, whoever was told "saved" is saved, and whoever was told an error is not."""

    def nearly_full(tx: Tx) -> None:
        pages = tx.session.scalar(text("PRAGMA page_count"))
        tx.session.execute(text(f"PRAGMA max_page_count={pages + 20}"))

    def large(tx: Tx, number: int) -> None:
        record(
            tx, subject=("thing", f"{number}"), act="a", actor=None, because="x" * (100_000 if number % 7 == 6 else 900)
        )

    await database.write(nearly_full)
    answers = await asyncio.gather(*(database.write(large, number) for number in range(60)), return_exceptions=True)
    saved = [f"{number}" for number, answer in enumerate(answers) if answer is None]

    assert 0 < len(saved) < 60
    assert await database.read(notes) == saved


async def test_a_transaction_that_sqlite_gave_up_fails_its_whole_group(
    database: Database, patient_groups: None, new_gate: Callable[[], Any]
) -> None:
    """When SQLite rolls everything back in the middle, all of the group hear it, and work goes on."""
    gate = new_gate()

    def before(tx: Tx) -> None:
        note(tx, "before")
        tx.session.flush()
        gate.stand_still()

    def loses_it(tx: Tx) -> None:
        tx.session.connection().connection.driver_connection.execute("ROLLBACK")

    first = asyncio.create_task(database.write(before))
    await gate.reached()
    second = asyncio.create_task(database.write(loses_it))
    third = asyncio.create_task(database.write(note, "after"))
    await asyncio.sleep(0)  # both are queued
    gate.let_go()
    answers = await asyncio.gather(first, second, third, return_exceptions=True)

    assert isinstance(answers[0], NotSaved)
    assert isinstance(answers[1], Exception)
    assert await database.read(notes) == ([] if isinstance(answers[2], NotSaved) else ["after"])
    await database.write(note, "later")
    assert (await database.read(notes))[-1] == "later"


async def test_another_program_that_holds_the_lock_is_waited_for(database: Database, path: Path) -> None:
    """A backup that locks the file for a moment delays a write and does not fail it."""
    outside = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    outside.execute("BEGIN IMMEDIATE")

    writing = asyncio.create_task(database.write(note, "one"))
    done, _ = await asyncio.wait({writing}, timeout=0.2)
    assert not done
    outside.execute("COMMIT")
    await writing
    outside.close()

    assert await database.read(notes) == ["one"]


def test_row_locks_are_only_asked_of_postgresql() -> None:
    """``with_for_update`` may be written everywhere: SQLite, which has one writer, is not asked for it."""
    query = select(AuditRow.id).with_for_update(skip_locked=True)

    assert "FOR UPDATE" not in str(query.compile(dialect=sqlite.dialect()))
    assert str(query.compile(dialect=postgresql.dialect())).endswith("FOR UPDATE SKIP LOCKED")


MOUNTS = """\
/dev/vda / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
nas:/volume /mnt/nas nfs4 rw,vers=4.2 0 0
/dev/vdb /mnt/nas/local ext4 rw 0 0
//server/share /mnt/our\\040share cifs rw 0 0
tmpfs /tmp tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/desk", None),
        ("/tmp/desk", None),
        ("/mnt/nas", "nfs4"),
        ("/mnt/nas/desk", "nfs4"),
        ("/mnt/nas/local/desk", None),
        ("/mnt/nasty", None),
        ("/mnt/our share/desk", "cifs"),
    ],
)
def test_a_network_disk_is_recognised(folder: str, kind: str | None) -> None:
    """The mount that a folder is on decides, not one above it or one whose name is alike."""
    assert network_file_system(Path(folder), MOUNTS) == kind


async def test_a_closed_database_can_be_opened_again(database: Database) -> None:
    """Closing and opening again goes on with the same rows."""
    await database.write(note, "one")
    await database.close()
    await database.open()
    await database.write(note, "two")

    assert await database.read(notes) == ["one", "two"]
