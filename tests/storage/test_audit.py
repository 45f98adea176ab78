"""The audit: what happened is written down in the same transaction, and nobody can change it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from bot.storage import audit
from bot.storage.audit import AuditRow, record
from bot.storage.database import Database, Tx


def submit(tx: Tx) -> AuditRow:
    return record(
        tx,
        subject=("contact_file", "5f2b8a"),
        act="contacts:file:submitted",
        actor="U0ANA",
        account_id="acc1",
        from_status="checked",
        to_status="submitting",
        because="all rows fine",
        facts={"rows": 996},
    )


def told(tx: Tx) -> list[dict[str, Any]]:
    columns = AuditRow.__table__.columns
    return [dict(row._mapping) for row in tx.session.execute(select(*columns).order_by(columns.id))]


SUBMITTED = {
    "id": 1,
    "at": datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    "account_id": "acc1",
    "subject_kind": "contact_file",
    "subject_id": "5f2b8a",
    "act": "contacts:file:submitted",
    "actor": "U0ANA",
    "from_status": "checked",
    "to_status": "submitting",
    "because": "all rows fine",
    "facts": {"rows": 996},
}


async def test_what_happened_is_written_down(database: Database) -> None:
    """A row tells who did what to what, when, why, and the facts; what happened by itself has no actor."""
    row = await database.write(submit)
    await database.write(
        lambda tx: record(tx, subject=("contact_file", "5f2b8a"), act="contacts:file:ended", actor=None)
    )

    assert row.id == 1
    by_hand, by_itself = await database.read(told)
    assert by_hand == SUBMITTED
    assert by_itself == {
        **SUBMITTED,
        "id": 2,
        "act": "contacts:file:ended",
        "account_id": None,
        "actor": None,
        "from_status": None,
        "to_status": None,
        "because": "",
        "facts": {},
    }


@pytest.mark.parametrize(
    ("change", "only"),
    [
        ("UPDATE audit SET because = 'nothing happened'", ""),
        ("UPDATE audit SET id = 7 WHERE id = 1", ""),
        ("DELETE FROM audit", ""),
        ("DELETE FROM audit WHERE id = 1", ""),
        ("INSERT INTO audit SELECT * FROM audit WHERE true ON CONFLICT (id) DO UPDATE SET because = 'other'", ""),
        ("INSERT OR REPLACE INTO audit SELECT * FROM audit", "sqlite"),
        ("REPLACE INTO audit SELECT * FROM audit", "sqlite"),
        ("UPDATE OR REPLACE audit SET because = 'other'", "sqlite"),
        ("TRUNCATE audit", "postgresql"),
        ("TRUNCATE audit RESTART IDENTITY CASCADE", "postgresql"),
    ],
)
async def test_no_statement_changes_what_is_written(database: Database, change: str, only: str) -> None:
    """Raw SQL that would change, replace or delete a row is refused by the database, and the row stays as it was."""
    await database.write(submit)

    with pytest.raises(DBAPIError, match="never changed" if only in {"", database.dialect} else "syntax error"):
        await database.write(lambda tx: tx.session.execute(text(change)))

    assert await database.read(told) == [SUBMITTED]


async def test_the_orm_cannot_either(database: Database) -> None:
    """Changing or deleting the object, or all rows by a statement of the ORM, is refused too."""
    await database.write(submit)

    def rewrite(tx: Tx) -> None:
        tx.session.scalars(select(AuditRow)).one().because = "nothing happened"

    def forget(tx: Tx) -> None:
        tx.session.delete(tx.session.scalars(select(AuditRow)).one())

    for change in (
        rewrite,
        forget,
        lambda tx: tx.session.execute(update(AuditRow).values(actor=None)),
        lambda tx: tx.session.execute(delete(AuditRow)),
    ):
        with pytest.raises(DBAPIError, match="never changed"):
            await database.write(change)

    assert await database.read(told) == [SUBMITTED]


async def test_what_did_not_happen_is_not_written(database: Database) -> None:
    """When the use case fails, its audit row goes with it."""

    def fails(tx: Tx) -> None:
        submit(tx)
        tx.session.flush()
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(fails)

    assert await database.read(told) == []


def test_there_is_no_way_to_edit() -> None:
    """The module records, and offers nothing else."""
    offered = {name for name, thing in vars(audit).items() if getattr(thing, "__module__", "") == audit.__name__}

    assert offered == {"AuditRow", "record"}
