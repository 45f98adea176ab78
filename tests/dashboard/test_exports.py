"""The dashboard as files: every row once, typed cells, no formula, in parts, and told from beginning to end."""

import csv
import io
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from bot.accounts.rules import Who
from bot.dashboard import exports, jobs, sheets
from bot.dashboard.filters import Filters
from bot.dashboard.jobs import DashboardJobs
from bot.dashboard.messages import Drawings
from bot.dashboard.tables import DashboardExport
from bot.dashboard.typed import read
from bot.delivery.claims import Claim
from bot.delivery.tables import DueRow, Message
from bot.delivery.voices import Voices
from bot.delivery.worker import Hold
from bot.errors import NotAllowed
from bot.storage.database import Tx
from bot.storage.files import Files


class Desk:
    """Asks for exports, works them, and reads what came of them."""

    def __init__(self, rows: Any, files: Files) -> None:
        self.rows, self.files, self.database = rows, files, rows.database
        self.jobs = DashboardJobs(self.database, files, Voices())

    async def export(self, who: Who, words: str = "", key: str = "1") -> DashboardExport:
        """An export that was asked for and worked."""
        await self.database.write(exports.ask, who, read(words), key)
        export = (await self.all())[-1]
        await self.jobs.write(Hold(Claim(1, exports.WRITE, export.id, 1, "me"), timedelta(minutes=5)))
        return (await self.all())[-1]

    async def all(self) -> list[DashboardExport]:
        """Every export, the oldest first."""

        def query(tx: Tx) -> list[DashboardExport]:
            return list(tx.session.scalars(select(DashboardExport).order_by(DashboardExport.created_at)))

        found: list[DashboardExport] = await self.database.read(query)
        return found

    async def bytes_of(self, key: str | None) -> bytes:
        """A stored file."""
        assert key is not None
        return b"".join([chunk async for chunk in self.files.stream(key)])

    async def book(self, export: DashboardExport) -> Any:
        """The workbook."""
        return openpyxl.load_workbook(io.BytesIO(await self.bytes_of(export.workbook_key)))


@pytest.fixture
def desk(rows: Any, tmp_path: Path) -> Desk:
    """The desk's files are in a folder."""
    return Desk(rows, Files(f"file:{tmp_path / 'files'}"))


async def test_both_views_are_whole_and_typed(desk: Desk, rows: Any, people: Any) -> None:
    """A sheet for each, with every row of the account, dates as dates, numbers as numbers, frozen and filtered."""
    export = await desk.export(people.ana)
    mine = [one for one in rows.every if one.account == "kopi"]
    assert (export.status, export.done) == ("ready", len(mine))
    linked, unlinked = await desk.book(export)
    assert (linked.title, unlinked.title) == ("Sender IDs", "Operators")
    assert linked.max_row - 1 == len(mine)
    assert unlinked.max_row - 1 == sum(len(one.statuses) for one in mine)
    assert (linked.freeze_panes, linked.auto_filter.ref) == ("A2", f"A1:K{len(mine) + 1}")
    first = [cell.value for cell in linked[2]]
    newest = next(one for one in rows.every if one.id == rows.shown(Filters())[0])
    assert first[0] == newest.sender_id
    assert first[3] == len(newest.statuses)
    assert isinstance(first[5], datetime)
    assert [cell.value for cell in linked[1]][-1] == "Ticket"


async def test_what_is_filtered_for_is_written_and_no_more(
    desk: Desk, rows: Any, people: Any, monkeypatch: Any
) -> None:
    """In batches that are smaller than it; the CSV is of the view that was looked at; staff get customers' names."""
    monkeypatch.setattr(jobs, "_AT_ONCE", 7)
    filters = read("unlinked status:pending globe")
    export = await desk.export(people.rina, filters.words)
    wanted = rows.shown(replace(filters), None)
    assert export.done == len(wanted)
    text = (await desk.bytes_of(export.csv_key)).decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text)))
    assert {row["Customer"] for row in table} <= {"Kopi Nusantara", "Manila Mart"}
    assert len(table) == len(wanted)
    assert {(row["Operator"], row["Status"]) for row in table} == {("Globe", "Under review")}


async def test_nothing_that_fits_makes_files_with_a_header(desk: Desk, people: Any) -> None:
    """An empty export is an answer, too."""
    export = await desk.export(people.ana, "nothing")
    assert export.status == "ready"
    assert [sheet.max_row for sheet in await desk.book(export)] == [1, 1]


async def test_a_text_is_never_a_formula(desk: Desk, rows: Any, people: Any) -> None:
    """It is a text in the workbook, and has an apostrophe in the CSV."""
    await rows.add(account="kopi", sender_id="=1+1", category="@SUM(A1)", subaccount="-2")
    export = await desk.export(people.ana)
    linked, _ = await desk.book(export)
    (row,) = [row for row in linked.iter_rows(min_row=2) if row[0].value == "=1+1"]
    texts = [("=1+1", "s"), ("-2", "s"), ("@SUM(A1)", "s")]
    assert [(row[place].value, row[place].data_type) for place in (0, 6, 7)] == texts
    text = (await desk.bytes_of(export.csv_key)).decode("utf-8-sig")
    table = [(one["Sender ID"], one["Category"]) for one in csv.DictReader(io.StringIO(text))]
    assert ("'=1+1", "'@SUM(A1)") in table
    assert not [cell for pair in table for cell in pair if cell.startswith(("=", "+", "-", "@"))]


def test_a_full_sheet_goes_on_in_the_next(tmp_path: Path) -> None:
    """Each part with its header; no row is lost."""
    rows = tmp_path / "rows"
    rows.write_text("".join(json.dumps([f"S{number}", number]) + "\n" for number in range(7)))
    sheet = {"name": "Some", "titles": ["Sender ID", "Number"], "kinds": ["text", "number"], "rows": str(rows)}
    sheets.write_workbook(tmp_path / "book.xlsx", [sheet], print, rows_max=3)
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert book.sheetnames == ["Some", "Some 2", "Some 3"]
    assert [cell.value for one in book for cell in one["B"][1:]] == list(range(7))
    assert {one["A1"].value for one in book} == {"Sender ID"}


async def test_what_is_told_and_purged(desk: Desk, people: Any) -> None:
    """A card that says how far it is, both files to the person alone; our copies go after some days."""
    export = await desk.export(people.ana, "country:PH")

    def told(tx: Tx) -> list[Any]:
        drawn = Drawings(Voices())
        by_kind = {exports.CARD: drawn.card, exports.WORKBOOK: drawn.workbook, exports.TEXT: drawn.text}
        messages = tx.session.scalars(select(Message).where(Message.key == export.id).order_by(Message.kind)).all()
        assert {message.place for message in messages} == {"U0ANA"}
        return [by_kind[message.kind](tx, message) for message in messages]

    text, card, workbook = await desk.database.read(told)
    assert "✅" in card.blocks[0]["text"]["text"]
    assert (text.name, workbook.name) == ("sender-ids 2026-11-23.csv", "sender-ids 2026-11-23.xlsx")
    due = await desk.database.read(
        lambda tx: tx.session.scalars(select(DueRow).where(DueRow.kind == exports.PURGE)).one().due_at
    )
    assert due - export.created_at == exports.KEPT
    await desk.jobs.purge(Hold(Claim(2, exports.PURGE, export.id, 1, "me"), timedelta(minutes=5)))
    assert not await desk.files.exists(workbook.stored_key)


async def test_asked_twice_it_is_written_once(desk: Desk, people: Any) -> None:
    """Delivered again, or clicked again while it is written; who has no account is refused."""
    for key in ("1", "1", "2"):
        await desk.database.write(exports.ask, people.ana, Filters(), key)
    assert len(await desk.all()) == 1
    with pytest.raises(NotAllowed):
        await desk.database.write(exports.ask, people.stranger, Filters(), "3")
