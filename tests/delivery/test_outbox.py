"""What is to be told is put into the outbox once."""

from sqlalchemy import select

from bot.delivery.outbox import Telling, tell
from bot.delivery.tables import DueRow, Message
from bot.storage.database import Database, Tx


def kept(tx: Tx) -> tuple[int, int]:
    return len(tx.session.scalars(select(Message)).all()), len(tx.session.scalars(select(DueRow)).all())


async def test_what_two_processes_tell_at_the_same_moment_is_one_message(database: Database, at_once) -> None:
    """Two clicks on two replicas: neither fails, and one message goes out."""
    first, second = await at_once(tell, Telling("card", "one", "C0KOPI"))
    assert first.id == second.id
    assert await database.read(kept) == (1, 1)


async def test_the_same_news_elsewhere_is_another_message(database: Database) -> None:
    """Kind, key and place together name a message."""
    for place in ("C0KOPI", "C0MART", "C0KOPI"):
        await database.write(tell, Telling("card", "one", place))
    assert await database.read(kept) == (2, 2)
