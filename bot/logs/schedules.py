"""Exports that are repeated: each is one due row, and its own row says when. What was missed is caught up once."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.accounts.tables import Channel, Person
from bot.delivery.jobs import soon
from bot.delivery.outbox import tell
from bot.errors import DeskError
from bot.logs import beginning
from bot.logs.errors import NotLinkedNow, PlaceGone
from bot.logs.periods import Again, next_time
from bot.logs.rules import SCHEDULES_MAX, SchedulesMany, ScheduleStatus, Selection
from bot.logs.steps import REPEAT, columns, move_schedule, note, schedule_card, selection
from bot.logs.tables import LogSchedule
from bot.storage.database import Tx

_NAME = "This repeated export"


def begin(tx: Tx, who: Who, chosen: Selection, again: Again, place: str) -> LogSchedule:
    """Have an export repeated, for the person who asked. Raises SchedulesMany."""
    mine = (LogSchedule.account_id == who.require_account(), LogSchedule.status != ScheduleStatus.DELETED)
    count = len(tx.session.scalars(select(LogSchedule.id).where(*mine)).all())
    if count >= SCHEDULES_MAX:
        raise SchedulesMany(count=count, field="again")
    schedule = LogSchedule(
        id=tx.new_id(),
        account_id=who.require_account(),
        user_id=who.user_id,
        place=place,
        again=again,
        next_at=next_time(again, tx.now, ZoneInfo(chosen.zone)),
        created_at=tx.now,
        **columns(chosen),
    )
    tx.session.add(schedule)
    tx.session.flush()
    note(tx, schedule, "schedule:began", who.user_id, again=again, subaccount=chosen.subaccount)
    _wait(tx, schedule)
    return schedule


def pause(tx: Tx, who: Who, schedule_id: str, seen: int) -> LogSchedule:
    """Repeat it no more until somebody resumes it."""
    return move_schedule(tx, _of_account(tx, who, schedule_id), ScheduleStatus.PAUSED, by=who.user_id, seen=seen)


def resume(tx: Tx, who: Who, schedule_id: str, seen: int) -> LogSchedule:
    """Repeat it again, from its next time on. One that the desk stopped is from now on this person's."""
    schedule = _of_account(tx, who, schedule_id)
    values: dict[str, Any] = {"next_at": next_time(Again(schedule.again), tx.now, ZoneInfo(schedule.zone))}
    if schedule.status == ScheduleStatus.STOPPED:
        values |= {"user_id": who.user_id, "place": who.user_id, "stop_reason": ""}
    move_schedule(tx, schedule, ScheduleStatus.ACTIVE, by=who.user_id, seen=seen, **values)
    _wait(tx, schedule)
    return schedule


def delete(tx: Tx, who: Who, schedule_id: str, seen: int) -> LogSchedule:
    """Repeat it no more, and show it no more; what was exported stays."""
    return move_schedule(tx, _of_account(tx, who, schedule_id), ScheduleStatus.DELETED, by=who.user_id, seen=seen)


def look(tx: Tx, schedule_id: str) -> LogSchedule:
    """A repeated export as it stands, for jobs."""
    return tx.session.get_one(LogSchedule, schedule_id)


def is_due(tx: Tx, schedule_id: str) -> datetime | None:
    """When it was to be repeated, if that is now or was before; else it waits on."""
    schedule = look(tx, schedule_id)
    if schedule.status != ScheduleStatus.ACTIVE:
        return None
    if schedule.next_at > tx.now:
        _wait(tx, schedule)
        return None
    return schedule.next_at


def stands(tx: Tx, schedule: LogSchedule) -> DeskError | None:
    """Why nobody can get it any more, as far as our own tables say."""
    account = schedule.account_id
    channels = set(tx.session.scalars(select(Channel.channel_id).where(Channel.account_id == account)))
    if not channels and not tx.session.scalars(select(Person.user_id).where(Person.account_id == account)).first():
        return NotLinkedNow()
    return PlaceGone() if schedule.place[0] in "CG" and schedule.place not in channels else None


def repeat(tx: Tx, schedule_id: str, due: datetime) -> None:
    """Export it for the time that was due, once however many were missed; or stop where nobody can get it."""
    schedule = look(tx, schedule_id)
    if schedule.status != ScheduleStatus.ACTIVE or schedule.next_at != due:
        return
    gone = stands(tx, schedule)
    if gone is not None:
        stop(tx, schedule_id, gone.sentence)
        return
    chosen = selection(schedule)
    schedule.last_at = tx.now
    schedule.next_at = next_time(Again(schedule.again), tx.now, ZoneInfo(schedule.zone))
    span = beginning.span_of(chosen, tx)
    to = {"account_id": schedule.account_id, "user_id": schedule.user_id, "place": schedule.place}
    beginning.begin(tx, chosen, span, **to, schedule=schedule)
    _wait(tx, schedule)


def stop(tx: Tx, schedule_id: str, because: str) -> None:
    """Repeat it no more, and tell its owner why."""
    schedule = look(tx, schedule_id)
    if schedule.status == ScheduleStatus.ACTIVE:
        move_schedule(tx, schedule, ScheduleStatus.STOPPED, by=None, because=because, stop_reason=because)
        tell(tx, schedule_card(schedule))


def _of_account(tx: Tx, who: Who, schedule_id: str) -> LogSchedule:
    return load(tx, LogSchedule, schedule_id, who, what=_NAME)


def _wait(tx: Tx, schedule: LogSchedule) -> None:
    soon(tx, REPEAT, schedule.id, after=schedule.next_at - tx.now)
