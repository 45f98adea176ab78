"""Due rows: who may work what, and when."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from bot.delivery import claims
from bot.delivery.claims import JOBS, Claim
from bot.delivery.tables import DueRow
from bot.storage.database import Database, Tx

LEASE = timedelta(seconds=60)


def rows(tx: Tx) -> list[tuple[str, str, int]]:
    return [(row.key, row.state, row.attempts) for row in tx.session.scalars(select(DueRow).order_by(DueRow.id))]


async def take(database: Database, owner: str = "a", limit: int = 10) -> list[Claim]:
    return list(await database.write(claims.claim, JOBS, owner, limit=limit, lease=LEASE))


async def test_work_is_claimed_once(database: Database) -> None:
    """A row that one worker owns is not given to another."""
    await database.write(claims.schedule, JOBS, "check", "one")
    assert [claim.key for claim in await take(database, "a")] == ["one"]
    assert await take(database, "b") == []


async def test_no_more_is_claimed_than_there_is_room_for(database: Database) -> None:
    """Also when the database believes its table nearly empty, and joins it as it joins such tables."""
    await database.write(claims.schedule, JOBS, "check", "0")
    await database.write(lambda tx: tx.session.execute(text("ANALYZE")))
    for number in range(1, 5):
        await database.write(claims.schedule, JOBS, "check", str(number))
    assert [[claim.key for claim in await take(database, limit=2)] for _ in range(3)] == [["0", "1"], ["2", "3"], ["4"]]


async def test_work_is_not_claimed_early(database: Database, clock) -> None:
    """A row is left alone until it is due."""
    await database.write(claims.schedule, JOBS, "check", "one", after=timedelta(seconds=30))
    clock.advance(seconds=29)
    assert await take(database) == []
    clock.advance(seconds=1)
    assert len(await take(database)) == 1


async def test_waiting_work_is_merged_and_takes_the_earlier_time(database: Database, clock) -> None:
    """News that come before a row is worked make no second row; the row is due at the earliest of their times."""
    await database.write(claims.schedule, JOBS, "check", "one", after=timedelta(minutes=5))
    await database.write(claims.schedule, JOBS, "check", "one")
    await database.write(claims.schedule, JOBS, "check", "one", after=timedelta(minutes=9))
    assert await database.read(rows) == [("one", "pending", 0)]
    assert len(await take(database)) == 1


async def test_news_during_the_work_are_worked_afterwards(database: Database) -> None:
    """What is told while a row is worked gets a row of its own, which waits for the first to end."""
    await database.write(claims.schedule, JOBS, "check", "one")
    (first,) = await take(database)
    await database.write(claims.schedule, JOBS, "check", "one")
    assert await take(database) == []
    assert await database.write(claims.finish, first)
    assert [claim.attempt for claim in await take(database)] == [1]


async def test_a_dead_workers_row_is_due_again_when_its_lease_ends(database: Database, clock) -> None:
    """The next owner sees that it is the second attempt, and the first one's late word does not count."""
    await database.write(claims.schedule, JOBS, "check", "one")
    (lost,) = await take(database, "a")
    clock.advance(seconds=61)
    (second,) = await take(database, "b")
    assert second.attempt == 2
    assert not await database.write(claims.finish, lost)
    assert await database.write(claims.finish, second)


async def test_an_extended_lease_keeps_the_row(database: Database, clock) -> None:
    """A long job that says it lives is not taken away."""
    await database.write(claims.schedule, JOBS, "check", "one")
    (held,) = await take(database)
    clock.advance(seconds=50)
    assert await database.write(claims.extend, held, LEASE)
    clock.advance(seconds=50)
    assert await take(database, "b") == []


async def test_a_lane_is_worked_in_order(database: Database) -> None:
    """Of the rows of one lane only the oldest is given out; other lanes do not wait."""
    for key in ("one", "two"):
        await database.write(claims.schedule, JOBS, "tell", key, lane="thread")
    await database.write(claims.schedule, JOBS, "tell", "other")
    first, other = await take(database)
    assert (first.key, other.key) == ("one", "other")
    await database.write(claims.finish, first)
    assert [claim.key for claim in await take(database)] == ["two"]


async def test_a_row_that_waits_for_later_does_not_hold_up_its_lane(database: Database) -> None:
    """When the first message of a lane must wait for its next try, the others go on."""
    for key in ("one", "two"):
        await database.write(claims.schedule, JOBS, "tell", key, lane="thread")
    (first,) = await take(database)
    await database.write(claims.put_back, first, after=timedelta(minutes=5), error="away")
    assert [claim.key for claim in await take(database)] == ["two"]


@pytest.mark.parametrize(("spent", "attempts"), [(True, 1), (False, 0)])
async def test_only_spent_attempts_count(database: Database, spent: bool, attempts: int) -> None:
    """An attempt that touched nothing outside does not use up the row's tries."""
    await database.write(claims.schedule, JOBS, "check", "one")
    (held,) = await take(database)
    assert await database.write(claims.put_back, held, after=LEASE, error="no", spent=spent)
    assert await database.read(rows) == [("one", "pending", attempts)]


async def test_newer_news_carry_the_attempts_on(database: Database) -> None:
    """When a row is put back beside newer news, those know that something may have been sent already."""
    await database.write(claims.schedule, JOBS, "check", "one")
    (held,) = await take(database)
    await database.write(claims.schedule, JOBS, "check", "one")
    assert await database.write(claims.put_back, held, after=LEASE, error="unclear")
    assert await database.read(rows) == [("one", "done", 1), ("one", "pending", 1)]
    assert [claim.attempt for claim in await take(database)] == [2]


async def test_dead_letters_are_not_worked_and_stay(database: Database, clock) -> None:
    """A row that was given up is kept for somebody to look at; finished rows are forgotten in time."""
    for key in ("dead", "done"):
        await database.write(claims.schedule, JOBS, "check", key)
    dead, done = await take(database)
    await database.write(claims.give_up, dead, "hopeless")
    await database.write(claims.finish, done)
    clock.advance(days=8)
    assert await take(database) == []
    assert await database.write(claims.purge, older_than=timedelta(days=7)) == 1
    assert await database.read(rows) == [("dead", "dead", 1)]


async def test_a_lonely_process_takes_over_soon(database: Database, clock) -> None:
    """On a database of its own, a restarted desk does not wait for leases, only for requests that are on their way."""
    await database.write(claims.schedule, JOBS, "check", "one")
    (lost,) = await take(database, "dead")
    assert await database.write(claims.take_over) == 1
    clock.advance(seconds=4)
    assert await take(database, "alive") == []
    assert await database.write(claims.take_over) == 0
    clock.advance(seconds=2)
    assert [claim.attempt for claim in await take(database, "alive")] == [2]
    assert not await database.write(claims.finish, lost)
