"""The one function that writes a status: compare-and-set, audit row, and what is to be told, in one transaction."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar, cast

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
    account_id: Mapped[str]
    status: Mapped[str]
    version: Mapped[int]


class NotPossible(OutOfDate):
    """{what} cannot be {to} any more: it is {status} now. The message above shows the latest state."""


Row = TypeVar("Row", bound=Base)


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
    subject = cast(HasStatus, row)
    came_from, version = str(subject.status), int(cast(int, subject.version))
    if seen is not None and seen != version:
        raise who_was_first(tx, row)
    if to not in moves.get(came_from, frozenset()):
        raise NotPossible(what=_noun(row), to=to.replace("_", " "), status=came_from.replace("_", " "))
    table = cast(Table, row.__table__)
    mine = (table.c.id == subject.id, table.c.version == version)
    if changed(tx, update(table).where(*mine).values(status=to, version=version + 1, **values)) != 1:
        raise who_was_first(tx, row)
    tx.session.refresh(row)
    record(
        tx,
        subject=(table.name, str(subject.id)),
        act=act,
        actor=by,
        account_id=str(subject.account_id),
        from_status=came_from,
        to_status=to,
        because=because,
        facts=dict(facts or {}),
    )
    for telling in tell_also:
        tell(tx, telling)
    return row


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
