"""What people do with exports of message logs: one function, one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.accounts.tables import Channel
from bot.delivery.inbox import first_time
from bot.delivery.jobs import soon
from bot.logs import periods, rules, schedules
from bot.logs.beginning import begin, span_of
from bot.logs.periods import Again
from bot.logs.rules import ScheduleStatus, Selection, Status
from bot.logs.steps import CANCEL, START, move, selection
from bot.logs.tables import LogExport, LogSchedule
from bot.registrations.tables import Registration
from bot.storage.database import Tx

FOREIGN_SUBACCOUNT = 1001
_SHOWN, _SUGGESTED = 10, 50
_NAME = "This export"


@dataclass(frozen=True)
class Order:
    """What a form asks for. ``channel``: the conversation it is for; empty: the person alone."""

    chosen: Selection
    again: Again = Again.ONCE
    channel: str = ""


def ask(tx: Tx, who: Who, order: Order, key: str) -> LogExport | None:
    """Have message logs exported, and again and again when the order says so; None when this came before.

    Raises NotLinked, and what ``periods.check`` and ``rules.check_repeats`` raise.
    """
    account_id = who.require_account()
    rules.check_repeats(order.chosen.period, order.again)
    span = periods.check(span_of(order.chosen, tx), tx.now)
    if not first_time(tx, key):
        return None
    place = _place(tx, account_id, order.channel) or who.user_id
    schedule = None
    if order.again is not Again.ONCE:
        schedule = schedules.begin(tx, who, order.chosen, order.again, place)
    return begin(tx, order.chosen, span, account_id=account_id, user_id=who.user_id, place=place, schedule=schedule)


def _place(tx: Tx, account_id: str, channel: str) -> str:
    """The conversation, if it is the account's: what else a form may say goes to the person alone."""
    linked = tx.session.get(Channel, channel) if channel else None
    return channel if linked is not None and linked.account_id == account_id else ""


def again(tx: Tx, who: Who, export_id: str, key: str) -> LogExport | None:
    """Export the same again; a time that goes along is counted from today. Raises NotFound, TooFarBack."""
    before = of_account(tx, who, export_id)
    chosen = selection(before)
    span = periods.check(span_of(chosen, tx), tx.now)
    if not first_time(tx, key):
        return None
    place = before.place if before.place[0] in "CG" else who.user_id
    return begin(tx, chosen, span, account_id=before.account_id, user_id=who.user_id, place=place)


def ask_again(tx: Tx, who: Who, export_id: str, seen: int) -> None:
    """Ask 8x8 once more for what it refused, or for what nobody knows whether it has."""
    export = of_account(tx, who, export_id)
    move(tx, export, Status.WAITING, by=who.user_id, seen=seen, trouble=None)
    soon(tx, START, export.id)


def cancel(tx: Tx, who: Who, export_id: str, seen: int) -> None:
    """Bring no files. What 8x8 has begun is cancelled there; what it finished meanwhile is let be."""
    export = of_account(tx, who, export_id)
    at_8x8 = export.status == Status.RUNNING
    to = Status.CANCELLING if at_8x8 else Status.CANCELLED
    move(tx, export, to, by=who.user_id, seen=seen, trouble=None)
    if at_8x8:
        soon(tx, CANCEL, export.id)


def of_account(tx: Tx, who: Who, export_id: str) -> LogExport:
    """An export of the person's account. Raises NotFound."""
    return load(tx, LogExport, export_id, who, what=_NAME)


# What forms and lists show


def recent(tx: Tx, who: Who) -> Sequence[LogExport]:
    """The person's latest exports for this account."""
    mine = (LogExport.account_id == who.require_account(), LogExport.user_id == who.user_id)
    newest = select(LogExport).where(*mine).order_by(LogExport.created_at.desc(), LogExport.id)
    return tx.session.scalars(newest.limit(_SHOWN)).all()


def last(tx: Tx, who: Who) -> LogExport | None:
    """What this person exported last for this account: a form begins with it."""
    return next(iter(recent(tx, who)), None)


def scheduled(tx: Tx, who: Who) -> Sequence[LogSchedule]:
    """What is repeated for the account, the next first."""
    mine = (LogSchedule.account_id == who.require_account(), LogSchedule.status != ScheduleStatus.DELETED)
    return tx.session.scalars(select(LogSchedule).where(*mine).order_by(LogSchedule.next_at, LogSchedule.id)).all()


def subaccounts(tx: Tx, account_id: str) -> Sequence[str]:
    """The account's subaccounts that we know: of exports that 8x8 took, the last used first, then of sender IDs."""
    taken = (LogExport.account_id == account_id, LogExport.job_id.is_not(None))
    newest = select(LogExport.subaccount).where(*taken).order_by(LogExport.created_at.desc()).limit(_SUGGESTED)
    named = select(Registration.subaccount).where(Registration.account_id == account_id).distinct()
    others = tx.session.scalars(named.order_by(Registration.subaccount).limit(_SUGGESTED))
    return tuple(dict.fromkeys([*tx.session.scalars(newest), *others]))


def is_foreign(tx: Tx, account_id: str, subaccount: str) -> bool:
    """Whether 8x8 said last that this is no subaccount of the account (code 1001)."""
    asked = (LogExport.account_id == account_id, LogExport.subaccount == subaccount)
    newest = select(LogExport).where(*asked).order_by(LogExport.created_at.desc()).limit(1)
    found = tx.session.scalars(newest).first()
    return found is not None and (found.trouble or {}).get("code") == FOREIGN_SUBACCOUNT
