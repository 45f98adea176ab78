"""The database: what is promised to those who write use cases."""

from bot.storage.audit import AuditRow, record
from bot.storage.database import Database, Tx


def note(tx: Tx, what: str) -> None:
    record(tx, subject=("thing", what), act="test:thing:noted", actor="U0ANA")


def notes(tx: Tx) -> list[str]:
    return [row.subject_id for row in tx.session.query(AuditRow).order_by(AuditRow.id)]


async def test_a_write_is_there_for_the_next_read(database: Database) -> None:
    """What a use case wrote is read after it returned."""
    await database.write(note, "one")

    assert await database.read(notes) == ["one"]
