"""The dashboard as files to take along: asked for, written by a due row, and sent to the person alone."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.dashboard.filters import Filters
from bot.dashboard.queries import scope
from bot.dashboard.rules import MOVES, ExportStatus
from bot.dashboard.tables import DashboardExport
from bot.delivery.inbox import first_time
from bot.delivery.jobs import soon
from bot.delivery.outbox import FILE, Telling, tell
from bot.delivery.transition import transition
from bot.errors import DeskError
from bot.storage.audit import record
from bot.storage.database import Tx

CARD, WORKBOOK, TEXT = "dashboard.export", "dashboard.workbook", "dashboard.csv"
WRITE, PURGE = "dashboard.export", "dashboard.purge"
KEPT = timedelta(days=7)
"""So long our own copy of the files is kept; the person's is in Slack."""


class NotWritten(DeskError):
    """I could not write the files, and it is not your fault. Ask for them again; if that fails too, ask support."""


def ask(tx: Tx, who: Who, filters: Filters, key: str) -> None:
    """Have what fits the filters written, and sent to the person. What is being written already is not begun again."""
    account_id = scope(who)
    mine = (DashboardExport.user_id == who.user_id, DashboardExport.status == ExportStatus.WRITING)
    same = (*mine, DashboardExport.words == filters.words, DashboardExport.account_id.is_not_distinct_from(account_id))
    if not first_time(tx, key) or tx.session.scalars(select(DashboardExport).where(*same)).first():
        return
    words, user = filters.words, who.user_id
    export = DashboardExport(id=tx.new_id(), account_id=account_id, user_id=user, words=words, created_at=tx.now)
    tx.session.add(export)
    about = (DashboardExport.__tablename__, export.id)
    record(tx, subject=about, act="dashboard:export:asked", actor=who.user_id, account_id=account_id)
    tx.session.flush()
    tell(tx, _card(export))
    soon(tx, WRITE, export.id)


def _card(export: DashboardExport) -> Telling:
    return Telling(CARD, export.id, export.user_id, account_id=export.account_id)


def look(tx: Tx, export_id: str) -> DashboardExport:
    """An export as it stands."""
    return tx.session.get_one(DashboardExport, export_id)


def progressed(tx: Tx, export_id: str, done: int, percent: int) -> None:
    """It is gathered and written so far."""
    export = look(tx, export_id)
    if export.status == ExportStatus.WRITING and (export.done, export.percent) != (done, percent):
        export.done, export.percent = done, percent
        tx.accounts.add(export.account_id)  # it is told on App Home too
        tell(tx, _card(export))


def ready(tx: Tx, export_id: str, done: int, *, workbook_key: str, csv_key: str) -> None:
    """The files are in the store: send them."""
    export = look(tx, export_id)
    if export.status == ExportStatus.WRITING:
        keys = {"workbook_key": workbook_key, "csv_key": csv_key}
        _move(tx, export, ExportStatus.READY, "ready", done=done, percent=100, **keys)
        for kind in (WORKBOOK, TEXT):
            tell(tx, Telling(kind, export.id, export.user_id, FILE, export.account_id))
        soon(tx, PURGE, export.id, after=KEPT)


def failed(tx: Tx, export_id: str, sentence: str) -> None:
    """There will be no files; the sentence says why and what to do."""
    export = look(tx, export_id)
    if export.status == ExportStatus.WRITING:
        _move(tx, export, ExportStatus.FAILED, "failed", because=sentence, trouble=sentence)


def _move(tx: Tx, export: DashboardExport, to: ExportStatus, act: str, because: str = "", **values: Any) -> None:
    about, card = f"dashboard:export:{act}", _card(export)
    transition(tx, export, to, moves=MOVES, act=about, by=None, because=because, tell_also=[card], **values)


def purged(tx: Tx, export_id: str) -> None:
    """The stored files are gone."""
    export = look(tx, export_id)
    export.workbook_key = export.csv_key = None
