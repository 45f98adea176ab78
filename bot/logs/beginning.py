"""How an export begins, by a person's hand or because it is repeated."""

from zoneinfo import ZoneInfo

from bot.delivery.jobs import soon
from bot.delivery.outbox import tell
from bot.logs import periods
from bot.logs.periods import Period, Span
from bot.logs.rules import Selection
from bot.logs.steps import START, card, columns, note
from bot.logs.tables import LogExport, LogSchedule
from bot.storage.database import Tx


def begin(
    tx: Tx,
    chosen: Selection,
    span: Span,
    *,
    account_id: str,
    user_id: str,
    place: str,
    schedule: LogSchedule | None = None,
) -> LogExport:
    """Put an export in, and have it asked for."""
    export = LogExport(
        id=tx.new_id(),
        account_id=account_id,
        user_id=user_id,
        place=place,
        schedule_id=schedule.id if schedule else None,
        since=span[0],
        until=span[1],
        created_at=tx.now,
        **columns(chosen),
    )
    tx.session.add(export)
    tx.session.flush()
    note(tx, export, "export:asked", user_id if schedule is None else None, subaccount=chosen.subaccount)
    tell(tx, card(export))
    soon(tx, START, export.id)
    return export


def span_of(chosen: Selection, tx: Tx) -> Span:
    """From when until when, as things stand now."""
    zone = ZoneInfo(chosen.zone)
    if chosen.period is not Period.CHOSEN:
        return periods.span(chosen.period, tx.now, zone)
    if chosen.since is None or chosen.until is None:
        raise periods.DayMissing(field="since")
    return chosen.since.astimezone(zone), chosen.until.astimezone(zone)


def look(tx: Tx, export_id: str) -> LogExport:
    """An export as it stands, for jobs."""
    return tx.session.get_one(LogExport, export_id)
