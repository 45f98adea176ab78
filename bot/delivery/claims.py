"""Due rows: put one in, claim some, settle one. The database decides who works; the clock is the database's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from sqlalchemy import Insert, and_, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from bot.delivery.tables import DEAD, DONE, IS_PENDING, PENDING, RUNNING, DueRow
from bot.storage.database import Tx, db_now
from bot.storage.statements import changed

LANDING = timedelta(seconds=5)
"""In this time a request of a process that died has arrived, or never will."""

OUTBOX = "outbox"
JOBS = "jobs"


@dataclass(frozen=True)
class Claim:
    """A row that is ours until the lease ends. ``attempt`` counts from 1 and fences late settlements."""

    id: int
    kind: str
    key: str
    attempt: int
    owner: str


def schedule(tx: Tx, queue: str, kind: str, key: str, *, after: timedelta = timedelta(0), lane: str = "") -> None:
    """Have something done ``after`` a while. A pending row of the same kind and key takes the earlier time instead.

    The conflict touches the pending row on purpose: a worker cannot claim it, and so draw the old state, before this
    transaction ends.
    """
    schedule_all(tx, queue, kind, {key: lane or f"{kind}:{key}"}, after=after)


def schedule_all(tx: Tx, queue: str, kind: str, lanes: Mapping[str, str], *, after: timedelta = timedelta(0)) -> None:
    """Have several things of a kind done, by their keys, each in its lane; as ``schedule``, in one statement."""
    values = [
        {
            "queue": queue,
            "kind": kind,
            "key": key,
            "lane": lane,
            "state": PENDING,
            "due_at": tx.now + after,
            "attempts": 0,
            "error": "",
            "created_at": tx.now,
        }
        for key, lane in lanes.items()
    ]
    if values:
        tx.session.execute(
            _merging_insert(tx.session.get_bind().dialect.name), values if len(values) > 1 else values[0]
        )
        tx.wake(queue)


@cache
def _merging_insert(dialect: str) -> Insert:
    """The statement, made once: it runs with almost every use case. The index's condition must be literal SQL."""
    insert = postgresql.insert(DueRow) if dialect == "postgresql" else sqlite.insert(DueRow)
    earlier = func.least if dialect == "postgresql" else func.min
    return insert.on_conflict_do_update(
        index_elements=["queue", "kind", "key"],
        index_where=IS_PENDING,
        set_={"due_at": earlier(DueRow.due_at, insert.excluded.due_at)},
    )


def claim(tx: Tx, queue: str, owner: str, *, limit: int, lease: timedelta) -> Sequence[Claim]:
    """Take up to ``limit`` due rows. Rows whose lease ran out are due again; of a lane only the oldest is taken."""
    now = db_now(tx)
    earlier = aliased(DueRow)
    waits_for_another = exists().where(
        earlier.lane == DueRow.lane,
        earlier.queue == DueRow.queue,
        earlier.id < DueRow.id,
        or_(earlier.state == RUNNING, and_(earlier.state == PENDING, earlier.due_at <= now)),
    )
    is_due = or_(
        and_(DueRow.state == PENDING, DueRow.due_at <= now),
        and_(DueRow.state == RUNNING, DueRow.lease_until < now),
    )
    due = (
        select(DueRow.id)
        .where(DueRow.queue == queue, is_due, ~waits_for_another)
        .order_by(DueRow.due_at, DueRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")  # as a plain subquery PostgreSQL may run it again for each row of a small table, beyond the limit
    )
    rows = tx.session.execute(
        update(DueRow)
        .where(DueRow.id.in_(select(due.c.id)))
        .values(state=RUNNING, owner=owner, lease_until=now + lease, attempts=DueRow.attempts + 1)
        .returning(DueRow.id, DueRow.kind, DueRow.key, DueRow.attempts)
        .execution_options(synchronize_session=False)
    )
    return [Claim(row.id, row.kind, row.key, row.attempts, owner) for row in sorted(rows, key=lambda row: row.id)]


def take_over(tx: Tx) -> int:
    """Nobody else works here: what a process that died had claimed is due soon. Gives how many rows.

    Not at once: what it had sent may still be on its way, and who looks now would not see it.
    Only for a database that one process has to itself; elsewhere a lease must run out.
    """
    lands = db_now(tx) + LANDING
    claimed = (DueRow.state == RUNNING, DueRow.lease_until > lands)
    return changed(tx, update(DueRow).where(*claimed).values(lease_until=lands))


def finish(tx: Tx, claim: Claim) -> bool:
    """The work is done. False when the row is no longer ours: somebody else took it after our lease ended."""
    return _settle(tx, claim, state=DONE, finished_at=tx.now, error="")


def give_up(tx: Tx, claim: Claim, error: str) -> bool:
    """The work cannot be done: the row goes to the dead letters. False when it is no longer ours."""
    return _settle(tx, claim, state=DEAD, finished_at=tx.now, error=error)


def extend(tx: Tx, claim: Claim, lease: timedelta) -> bool:
    """A long job lives: its lease starts anew. False when it is no longer ours."""
    return _settle(tx, claim, state=RUNNING, lease_until=db_now(tx) + lease)


def put_back(tx: Tx, claim: Claim, *, after: timedelta, error: str, spent: bool = True) -> bool:
    """Try again ``after`` a while. An attempt that touched nothing outside is not ``spent``.

    When newer news of the same kind and key wait already, they carry our attempts on, so that whoever works them knows
    that something may have been sent.
    """
    attempts = claim.attempt if spent else claim.attempt - 1
    try:
        with tx.session.begin_nested():
            return _settle(
                tx,
                claim,
                state=PENDING,
                due_at=tx.now + after,
                attempts=attempts,
                owner=None,
                lease_until=None,
                error=error,
            )
    except IntegrityError:
        here = DueRow.queue.in_((OUTBOX, JOBS))  # as the index of what is pending begins
        waiting = (here, DueRow.kind == claim.kind, DueRow.key == claim.key, IS_PENDING)
        changed(tx, update(DueRow).where(*waiting, DueRow.attempts < attempts).values(attempts=attempts))
        return _settle(tx, claim, state=DONE, finished_at=tx.now, error=f"merged: {error}")


def _settle(tx: Tx, claim: Claim, **values: object) -> bool:
    ours = (
        DueRow.id == claim.id,
        DueRow.state == RUNNING,
        DueRow.owner == claim.owner,
        DueRow.attempts == claim.attempt,
    )
    return changed(tx, update(DueRow).where(*ours).values(**values)) == 1


def purge(tx: Tx, *, older_than: timedelta) -> int:
    """Forget finished rows; dead letters stay until somebody looked at them. Returns how many went."""
    return changed(tx, delete(DueRow).where(DueRow.state == DONE, DueRow.finished_at < tx.now - older_than))
