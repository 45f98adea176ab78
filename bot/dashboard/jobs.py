"""What due rows of the dashboard do: gather what was asked for, have its files written, and delete them later."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any

from bot.child import Died, Limits, ask
from bot.dashboard import exports
from bot.dashboard.cells import Cells
from bot.dashboard.exports import NotWritten
from bot.dashboard.filters import Filters, Sort, View
from bot.dashboard.keys import Key, Wanted, keys
from bot.dashboard.queries import Line, lines
from bot.dashboard.rules import ExportStatus
from bot.dashboard.tables import DashboardExport
from bot.dashboard.typed import read
from bot.delivery.jobs import JobKind
from bot.delivery.voices import Voices
from bot.delivery.worker import GiveUp, Hold, PutBack
from bot.storage.database import Database, Tx
from bot.storage.files import Files, FilesAway, file_key
from bot.storage.rooms import room

_COMMAND = (sys.executable, "-I", "-m", "bot.dashboard.worker")
LIMITS = Limits(memory_bytes=512 << 20, file_bytes=1 << 30, cpu_seconds=3600, wall_seconds=7200.0, threads=1)
_AT_ONCE = 500
_TOLD_BATCHES = 10
_TOLD_SECONDS = 3.0
_AWAY_SECONDS, _BUSY_SECONDS = 15.0, 2.0
_VIEWS = (View.LINKED, View.UNLINKED)


class DashboardJobs:
    """All jobs of the dashboard. One export is written at a time: it keeps a processor busy for a while."""

    def __init__(self, database: Database, files: Files, voices: Voices) -> None:
        self._database = database
        self._files = files
        self._voices = voices
        self._room = asyncio.Semaphore(1)

    def kinds(self) -> list[JobKind]:
        """The kinds of due rows."""
        return [JobKind(exports.WRITE, self.write, _write_is_dead), JobKind(exports.PURGE, self.purge)]

    async def write(self, hold: Hold) -> None:
        """Gather the rows, write the files, and have them sent."""
        export = await self._database.read(exports.look, hold.claim.key)
        if export.status != ExportStatus.WRITING:
            return
        if self._room.locked():
            raise PutBack(_BUSY_SECONDS, "another export is written", spent=False)
        async with self._room:
            with room() as folder:
                cells = Cells(self._voices, customers=export.account_id is None)
                done, counts = await self._gather(export, cells, folder)
                await self._written(export, cells, folder, done, sum(counts))
                await self._keep(export, folder, done)

    async def _gather(self, export: DashboardExport, cells: Cells, folder: Path) -> tuple[int, Sequence[int]]:
        """Both views' rows into the folder, as lines of JSON: how many sender IDs, and how many rows of each."""
        # By date, which never changes: so each row comes once, whatever moves meanwhile.
        filters = replace(read(export.words), sort=Sort.DATE, descending=True, view=View.UNLINKED)
        wanted = Wanted(export.account_id, filters)
        done, counts, key, batches = 0, [0 for _ in _VIEWS], None, 0
        while batch := await self._database.read(_batch, wanted, key):
            some, key = batch
            for place, view in enumerate(_VIEWS):
                counts[place] += await asyncio.to_thread(_write_down, folder / f"{view}.rows", cells, view, some)
            done, batches = done + len(some), batches + 1
            if batches % _TOLD_BATCHES == 0:
                await self._database.write(exports.progressed, export.id, done, 0)
        return done, counts

    async def _written(self, export: DashboardExport, cells: Cells, folder: Path, done: int, rows: int) -> None:
        """Have a child write the files, and the card say how far it is."""
        percent = 0

        def note(written: int, total: int) -> None:
            nonlocal percent
            percent = min(99, 100 * written // max(total, 1))

        child = asyncio.ensure_future(ask(_COMMAND, _order(export, cells, folder, rows), LIMITS, note))
        try:
            while not (await asyncio.wait({child}, timeout=_TOLD_SECONDS))[0]:
                await self._database.write(exports.progressed, export.id, done, percent)
            child.result()
        except (Died, TimeoutError) as error:
            raise GiveUp(f"not written: {error!r}") from error
        finally:
            child.cancel()
            await asyncio.gather(child, return_exceptions=True)

    async def _keep(self, export: DashboardExport, folder: Path, done: int) -> None:
        stored = []
        try:
            for name in ("sender-ids.xlsx", "sender-ids.csv"):
                key = file_key("exports", export.id, name)
                stored.append((await self._files.put(key, folder / name, most_bytes=LIMITS.file_bytes)).key)
        except FilesAway as error:
            raise PutBack(_AWAY_SECONDS, "file store", spent=False) from error
        workbook_key, csv_key = stored
        await self._database.write(exports.ready, export.id, done, workbook_key=workbook_key, csv_key=csv_key)

    async def purge(self, hold: Hold) -> None:
        """Delete our copy of the files."""
        export = await self._database.read(exports.look, hold.claim.key)
        for key in filter(None, (export.workbook_key, export.csv_key)):
            await self._files.delete(key)
        await self._database.write(exports.purged, export.id)


def _batch(tx: Tx, wanted: Wanted, key: Key | None) -> tuple[tuple[Line, ...], Key] | None:
    """The lines behind a key, and the key behind them; None: there are no more."""
    found = keys(tx, wanted, key, _AT_ONCE)
    if not found:
        return None
    ids, is_for_all = [each.id for each in found], wanted.account_id is None
    return lines(tx, ids, wanted.filters, for_staff=is_for_all, links=False), found[-1]


def _write_down(path: Path, cells: Cells, view: View, some: Sequence[Line]) -> int:
    rows = [row for line in some for row in cells.rows(view, line)]
    with path.open("a", encoding="utf-8") as out:
        _dump(out, rows)
    return len(rows)


def _dump(out: IO[str], rows: Sequence[object]) -> None:
    out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _order(export: DashboardExport, cells: Cells, folder: Path, rows: int) -> dict[str, Any]:
    sheets = []
    for view in _VIEWS:
        path = folder / f"{view}.rows"
        path.touch()
        sheets.append(asdict(cells.sheet(view)) | {"rows": str(path)})
    names = {"workbook": str(folder / "sender-ids.xlsx"), "csv": str(folder / "sender-ids.csv")}
    chosen: Filters = read(export.words)
    return {"sheets": sheets, **names, "csv_of": _VIEWS.index(chosen.view), "folder": str(folder), "rows_count": rows}


def _write_is_dead(tx: Tx, export_id: str, _error: str) -> None:
    exports.failed(tx, export_id, NotWritten().sentence)
