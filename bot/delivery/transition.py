"""The one function that writes a status: compare-and-set, audit row, and what is to be told, in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, cast

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Mapped

from bot.delivery.outbox import Telling, tell
from bot.errors import OutOfDate
from bot.storage.audit import AuditRow, record
from bot.storage.database import Base, Tx
from bot.storage.statements import changed

Moves = Mapping[str, frozenset[str]]
"""Allowed moves: from a status to those that may follow."""


class HasStatus(Protocol):
    """A row with a life: ``version`` counts every change of its status."""

    id: Mapped[str]
    account_id: Mapped[str | None]
    status: Mapped[str]
    version: Mapped[int]


class NotPossible(OutOfDate):
    """{what} cannot be {to} any more: it is {status} now. The message above shows the latest state."""


Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Step(Generic[Row]):
    """What one of several rows that move together gets: ``values`` of its other columns, ``facts`` for the audit."""

    row: Row
    values: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


def transition(
    tx: Tx,
    row: Row,
    to: str,
    *,
    moves: Moves,
    act: str,
    by: str | None,
    seen: int | None = None,
    because: str = "",
    facts: Mapping[str, Any] | None = None,
    tell_also: Iterable[Telling] = (),
    **values: object,
) -> Row:
    """Move a row to another status, with other columns' ``values``, and tell it.

    ``act`` is the audit's word (``contacts:file:submitted``), ``by`` the person or None when it happened by itself.
    ``seen`` is the version that the person saw; without it the version just loaded counts. Who comes second is told who
    was first (OutOfDate); a move that the rules do not have is refused (NotPossible).
    """
    tx.session.flush()
    if seen is not None and seen != cast(HasStatus, row).version:
        raise who_was_first(tx, row)
    transition_all(tx, [Step(row, values, facts or {})], to, moves=moves, act=act, by=by, because=because)
    for telling in tell_also:
        tell(tx, telling)
    return row


def transition_all(
    tx: Tx, steps: Sequence[Step[Row]], to: str, *, moves: Moves, act: str, by: str | None, because: str = ""
) -> None:
    """Move rows of one table to another status, all of them or none, in as few statements as for one.

    Raises OutOfDate and NotPossible as ``transition`` does, for the first of them that it is true of.
    """
    tx.session.flush()
    for subject in (cast(HasStatus, step.row) for step in steps):
        if to not in moves.get(str(subject.status), frozenset()):
            status = str(subject.status).replace("_", " ")
            raise NotPossible(what=_noun(cast(Base, subject)), to=to.replace("_", " "), status=status)
    came_from = [str(cast(HasStatus, step.row).status) for step in steps]
    for alike in _alike(steps):
        _compare_and_set(tx, alike, to)
    for step, before in zip(steps, came_from, strict=True):
        subject = cast(HasStatus, step.row)
        record(
            tx,
            subject=(str(step.row.__tablename__), str(subject.id)),
            act=act,
            actor=by,
            account_id=cast("str | None", subject.account_id),
            from_status=before,
            to_status=to,
            because=because,
            facts=dict(step.facts),
        )


def _alike(steps: Sequence[Step[Row]]) -> list[list[Step[Row]]]:
    """The steps that one statement can do: from the same version, with the same values."""
    groups: list[list[Step[Row]]] = []
    for step in steps:
        version = cast(HasStatus, step.row).version
        same = (one for one in groups if cast(HasStatus, one[0].row).version == version)
        group = next((one for one in same if one[0].values == step.values), None)
        if group is None:
            groups.append([step])
        else:
            group.append(step)
    return groups


def _compare_and_set(tx: Tx, steps: Sequence[Step[Row]], to: str) -> None:
    first = steps[0].row
    table, version = cast(Table, first.__table__), int(cast(int, cast(HasStatus, first).version))
    ids = [str(cast(HasStatus, step.row).id) for step in steps]
    mine = (table.c.id.in_(ids), table.c.version == version)
    if changed(tx, update(table).where(*mine).values(status=to, version=version + 1, **steps[0].values)) != len(steps):
        raise who_was_first(tx, _touched_last(tx, [step.row for step in steps]))
    again = select(type(first)).where(table.c.id.in_(ids))
    tx.session.scalars(again, execution_options={"populate_existing": True}).all()


def _touched_last(tx: Tx, rows: Sequence[Row]) -> Row:
    """The row of which something was written down last: by whoever came before us."""
    by_id = {str(cast(HasStatus, row).id): row for row in rows}
    about = (AuditRow.subject_kind == str(rows[0].__tablename__), AuditRow.subject_id.in_(by_id))
    last = tx.session.scalars(select(AuditRow.subject_id).where(*about).order_by(AuditRow.id.desc()).limit(1)).first()
    return by_id[last] if last else rows[0]


def _noun(row: Base) -> str:
    return str(row.__tablename__).removesuffix("s").replace("_", " ").capitalize()


def who_was_first(tx: Tx, row: Base) -> OutOfDate:
    """The refusal for who comes second: what was done last, by whom, and when."""
    subject = cast(HasStatus, row)
    about_it = (AuditRow.subject_kind == str(row.__tablename__), AuditRow.subject_id == str(subject.id))
    # A person's act explains more than what the desk did after it.
    people_first = (AuditRow.actor.is_(None), AuditRow.id.desc())
    last = tx.session.scalars(select(AuditRow).where(*about_it).order_by(*people_first).limit(1)).first()
    if last is None:
        return OutOfDate(what="changed", who="somebody else")
    what = last.act.rsplit(":", 1)[-1].replace("_", " ")
    day = "" if last.at.date() == tx.now.date() else f" on {last.at:%-d %B %Y}"
    return OutOfDate(
        what=what, who=f"{f'<@{last.actor}>' if last.actor else 'the desk itself'}{day} at {last.at:%H:%M} UTC"
    )
