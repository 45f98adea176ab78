"""The steps that every use case of message logs takes: move an export or a schedule on, write it down, tell it."""

from collections.abc import Mapping
from typing import Any

from bot.delivery.outbox import FILE, Telling
from bot.delivery.transition import transition
from bot.logs import rules
from bot.logs.periods import Period
from bot.logs.rules import Product, ScheduleStatus, Selection, Status
from bot.logs.tables import LogExport, LogSchedule, Selected
from bot.storage.audit import record
from bot.storage.database import Tx
from bot.storage.statements import held

CARD, FILES, PICTURE, SCHEDULE_CARD = "logs.card", "logs.file", "logs.picture", "logs.schedule"
START, POLL, FETCH, CANCEL = "logs.start", "logs.poll", "logs.fetch", "logs.cancel"
PURGE, REPEAT = "logs.purge", "logs.repeat"


def card(export: LogExport) -> Telling:
    """The card of an export, where the person wants it."""
    return Telling(CARD, export.id, export.place, account_id=export.account_id)


def schedule_card(schedule: LogSchedule) -> Telling:
    """What is told of a repeated export that was stopped: to its owner alone."""
    return Telling(SCHEDULE_CARD, schedule.id, schedule.user_id, account_id=schedule.account_id)


def file_of(export: LogExport, kind: str, key: str) -> Telling:
    """A file of an export: in a channel below its card, among two people after it."""
    parent = (CARD, export.id) if export.place[0] in "CG" else None
    return Telling(kind, key, export.place, FILE, export.account_id, parent=parent)


def move(
    tx: Tx,
    export: LogExport,
    to: Status,
    *,
    by: str | None = None,
    because: str = "",
    seen: int | None = None,
    facts: Mapping[str, Any] | None = None,
    **more: Any,
) -> LogExport:
    """Move an export to another status by the rules, write it down, and have its card drawn again."""
    values = {"ended_at": tx.now} | more if to in rules.ENDED else more
    return transition(
        tx,
        export,
        to,
        moves=rules.MOVES,
        act=f"logs:export:{to}",
        by=by,
        seen=seen,
        because=because,
        facts=facts,
        tell_also=[card(export)],
        **values,
    )


def move_schedule(
    tx: Tx,
    schedule: LogSchedule,
    to: ScheduleStatus,
    *,
    by: str | None,
    seen: int | None = None,
    because: str = "",
    **more: Any,
) -> LogSchedule:
    """Move a repeated export to another status by the rules, and write it down."""
    act = f"logs:schedule:{to}"
    return transition(tx, schedule, to, moves=rules.SCHEDULE_MOVES, act=act, by=by, seen=seen, because=because, **more)


def locked(tx: Tx, export_id: str) -> LogExport:
    """An export that nobody else changes before this transaction ends."""
    return held(tx, LogExport, export_id)


def note(tx: Tx, row: LogExport | LogSchedule, act: str, actor: str | None, **facts: object) -> None:
    """Write down what happened without a change of status."""
    about = (row.__tablename__, row.id)
    record(tx, subject=about, act=f"logs:{act}", actor=actor, account_id=row.account_id, facts=facts)


def selection(row: Selected) -> Selection:
    """What a row exports."""
    days = row if isinstance(row, LogExport) and row.period == Period.CHOSEN else None
    return Selection(
        product=Product(row.product),
        subaccount=row.subaccount,
        period=Period(row.period),
        zone=row.zone,
        since=days.since if days else None,
        until=days.until if days else None,
        countries=tuple(row.countries),
        number=row.number,
        limit=row.limit_count,
        channel_user=row.channel_user,
    )


def columns(chosen: Selection) -> dict[str, Any]:
    """What a selection is in a row."""
    return {
        "product": chosen.product,
        "subaccount": chosen.subaccount,
        "period": chosen.period,
        "zone": chosen.zone,
        "countries": list(chosen.countries),
        "number": chosen.number,
        "limit_count": chosen.limit,
        "channel_user": chosen.channel_user,
    }
