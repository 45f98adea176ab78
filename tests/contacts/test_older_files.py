"""Files that an older desk kept, in which a file was one batch, go on where they were."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, MetaData, NullPool, create_engine, insert, make_url, select

from bot.contacts.client import ContactsClient
from bot.contacts.steps import POLL, SUBMIT
from bot.contacts.tables import ContactFile
from bot.delivery.jobs import soon
from bot.sandbox.contacts_api import Script
from bot.sandbox.seed import KOPI_ACCOUNT
from bot.storage import migrate, sqlite
from bot.storage.database import Database, Tx

BEFORE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
GOOD = b"msisdn\n+6281234567801\n"
ENDS = ("unsure", "refused", "checked", "completed", "failed", "cancelled", "unreadable")


def engine_of(url: str) -> Engine:
    """What migrations run on."""
    if url.startswith("sqlite"):
        return sqlite.engine_for_migrations(sqlite.file_of(make_url(url)))
    return create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)


def row(number: int, status: str, batch_id: str | None = None) -> dict[str, Any]:
    """A file as the older desk kept it."""
    was_checked = status != "unreadable"
    went = status not in {"checked", "unreadable"}
    return {
        "id": f"{number:032}",
        "account_id": "kopi",
        "status": status,
        "version": 4,
        "channel": "C0KOPI",
        "uploader": "U0ANA",
        "uploader_email": "",
        "slack_file_id": f"F{number}",
        "name": "june list.csv",
        "size": 812,
        "created_at": BEFORE,
        "options": {},
        "groups": [],
        "checks": int(was_checked),
        "verdict": {"rows_total": 1, "rows_accepted": 1, "reasons": {}, "notes": []} if was_checked else None,
        "accepted_key": f"contacts/{number:032}/0-accepted.csv" if was_checked else None,
        "submissions": int(went),
        "submitted_at": BEFORE if went else None,
        "polls": 3,
        "batch_id": batch_id,
        "batch": {"status": "inProgress", "total_rows": 1} if batch_id else None,
    }


def as_it_was(url: str, *rows: dict[str, Any]) -> None:
    """Go back to the older tables, and put these files in."""
    engine = engine_of(url)
    with engine.begin() as connection:
        command.downgrade(migrate.config_for(connection), "0002")
        tables = MetaData()
        tables.reflect(connection, only=["accounts", "contact_files"])
        owner = {"id": "kopi", "provider_account_id": KOPI_ACCOUNT, "name": "Kopi", "created_by": "U0RINA"}
        connection.execute(insert(tables.tables["accounts"]), [owner | {"created_at": BEFORE}])
        connection.execute(insert(tables.tables["contact_files"]), list(rows))
    engine.dispose()


@pytest.fixture
async def database(database_url: str, clock, client: ContactsClient) -> AsyncIterator[Database]:
    """An older desk's database, brought up to date: a batch runs at 8x8; of another one nobody wrote that down."""
    running = await client.create_contacts(GOOD, f"june-list.{1:032}-1.csv")
    await client.create_contacts(GOOD, f"june-list.{2:032}-1.csv")
    others = [row(number, status) for number, status in enumerate(ENDS, 3)]
    as_it_was(database_url, row(1, "running", running.id), row(2, "submitting"), *others)
    database = Database(database_url, clock=clock, shared_clock=lambda _session: clock())
    await database.open()
    yield database
    await database.close()


def all_files(tx: Tx) -> list[ContactFile]:
    return list(tx.session.scalars(select(ContactFile).order_by(ContactFile.id)))


async def test_every_file_that_was_checked_is_one_batch(works) -> None:
    """Where it stands, what 8x8 said, and the stored rows are as they were."""
    files = await works.database.read(all_files)
    states = [[str(batch.status) for batch in file.batches] for file in files]
    assert states[:2] == [["running"], ["sending"]]
    assert dict(zip(ENDS, states[2:], strict=True)) == {
        "unsure": ["unsure"],
        "refused": ["refused"],
        "checked": ["waiting"],
        "completed": ["completed"],
        "failed": ["failed"],
        "cancelled": ["waiting"],
        "unreadable": [],
    }
    (batch,) = files[0].batches
    assert batch.answer == {"status": "inProgress", "total_rows": 1}
    assert (batch.accepted_key, batch.submission, batch.sent_at) == (f"contacts/{1:032}/0-accepted.csv", 1, BEFORE)


async def test_a_batch_that_ran_is_followed_to_its_end(works) -> None:
    """The older desk asked about it; this one goes on asking."""
    await works.database.write(soon, POLL, f"{1:032}")
    works.world.contacts.advance(10_000)
    assert await works.run(POLL) == "done"
    assert (await works.database.read(all_files))[0].status == "completed"


async def test_a_batch_that_was_on_its_way_is_found_and_not_sent_again(works) -> None:
    """8x8 has it under the name that the older desk gave it."""
    works.world.contacts.normal = Script(seconds=1000)
    await works.database.write(soon, SUBMIT, f"{2:032}")
    assert await works.run(SUBMIT) == "done"
    file = (await works.database.read(all_files))[1]
    assert (file.status, len(works.batches())) == ("running", 2)
    names = {batch.id: batch.file.name for batch in works.batches()}
    assert names[file.batches[0].batch_id] == f"june-list.{2:032}-1.csv"


def test_going_back_keeps_what_8x8_said(database_url: str) -> None:
    """An older desk finds its columns filled again."""
    as_it_was(database_url, row(1, "running", "3fa85f64-5717-4562-b3fc-2c963f66afa6"))
    engine = engine_of(database_url)
    migrate.prepare(engine, migrate=True)
    with engine.begin() as connection:
        command.downgrade(migrate.config_for(connection), "0002")
        tables = MetaData()
        tables.reflect(connection, only=["contact_files"])
        kept = connection.execute(select(tables.tables["contact_files"])).mappings().one()
        assert (kept["batch_id"], kept["accepted_key"]) == (
            "3fa85f64-5717-4562-b3fc-2c963f66afa6",
            f"contacts/{1:032}/0-accepted.csv",
        )
        assert "inProgress" in str(kept["batch"])
    engine.dispose()
