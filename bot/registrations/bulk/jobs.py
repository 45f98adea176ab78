"""What due rows of workbooks do: send the empty one, and fetch, read and judge one that came. No listener does this."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

from bot.contacts.engine_errors import Unreadable
from bot.delivery.jobs import JobKind
from bot.delivery.slack import SlackTrouble
from bot.delivery.slack_files import FileTooLarge, FileTrouble, SlackFiles, later
from bot.delivery.voices import Voices
from bot.delivery.worker import Hold, PutBack
from bot.registrations.bulk import columns, service
from bot.registrations.bulk.child import read_in_child
from bot.registrations.bulk.judge import CellProblem
from bot.registrations.bulk.reading import Reading
from bot.registrations.bulk.rules import NotLookedAt, Status, TooHeavy, Unusable
from bot.registrations.bulk.tables import Workbook
from bot.registrations.countries import country
from bot.storage.database import Database, Tx
from bot.storage.files import Files, FilesAway, file_key
from bot.storage.rooms import room

_AWAY_SECONDS = 15.0


class BulkJobs:
    """All jobs of workbooks, with what they need of the world outside."""

    def __init__(self, database: Database, files: Files, slack_files: SlackFiles, voices: Voices) -> None:
        self._database = database
        self._files = files
        self._slack_files = slack_files
        self._voices = voices

    def kinds(self) -> list[JobKind]:
        """The kinds of due rows."""
        return [JobKind(service.CHECK, self.check, _check_is_dead), JobKind(service.OFFER, self.offer)]

    async def offer(self, hold: Hold) -> None:
        """Draw the empty workbook of this day, and send it."""
        code, today = hold.claim.key.partition(":")[0], await self._database.read(_today)
        content = await asyncio.to_thread(_empty, country(code), self._voices, today)
        await self._put(template_key(code, today.isoformat()), content)
        await self._database.write(service.offered, hold.claim.key, today.isoformat())

    async def check(self, hold: Hold) -> None:
        """Bring a workbook here, have it read and judged; what is not right goes back with its reasons."""
        workbook = await self._database.read(service.look, hold.claim.key)
        if _is_done(workbook):
            return
        try:
            with room() as folder:
                reading = await self._read(workbook, folder)
        except SlackTrouble as trouble:
            raise later(trouble, hold.claim.attempt) from trouble
        except (Unreadable, Unusable, FileTrouble) as error:
            await self._database.write(service.refused, workbook.id, error.sentence)
            return
        workbook = await self._database.write(service.checked, workbook.id, reading)
        if workbook.wrong:
            await self._give_back(workbook, reading)

    async def _read(self, workbook: Workbook, folder: Path) -> Reading:
        info = await self._slack_files.info(workbook.slack_file_id, workbook.name)
        if info.size > columns.BYTES_MAX:
            raise TooHeavy(what=_too_large(info.size))
        path = folder / "workbook"
        try:
            with path.open("wb") as file:
                async for chunk in self._slack_files.fetch(info, limit=columns.BYTES_MAX, limit_words=""):
                    file.write(chunk)
        except FileTooLarge as error:  # it is larger than Slack said
            raise TooHeavy(what=_too_large(columns.BYTES_MAX + 1)) from error
        return await read_in_child(path)

    async def _give_back(self, workbook: Workbook, reading: Reading) -> None:
        problems = [CellProblem(**plain) for plain in workbook.findings["problems"]]
        numbers = {problem.row for problem in problems}
        rows = [row for row in reading.rows if row.number in numbers]
        there, today = country(workbook.country), workbook.created_at.date()
        content = await asyncio.to_thread(_returned, there, self._voices, today, rows, problems)
        key = file_key("workbooks", workbook.id, "to-mend.xlsx")
        await self._put(key, content)
        await self._database.write(service.returned, workbook.id, key)

    async def _put(self, key: str, content: bytes) -> None:
        try:
            await self._files.put(key, content, most_bytes=len(content))
        except FilesAway as error:
            raise PutBack(_AWAY_SECONDS, "file store", spent=False) from error


def _empty(*given: Any) -> bytes:
    from bot.registrations.bulk import template  # noqa: PLC0415 - openpyxl, with numpy: a tenth of a start

    return template.template(*given)


def _returned(*given: Any) -> bytes:
    from bot.registrations.bulk import template  # noqa: PLC0415 - the same

    return template.returned(*given)


def template_key(code: str, day: str) -> str:
    """Where the empty workbook of a day lies in the store."""
    return file_key("workbooks", code.lower(), f"{columns.VERSION}-{day}.xlsx")


def _is_done(workbook: Workbook) -> bool:
    """Whether nothing is left to do: it was refused, or what is not right went back."""
    return workbook.status == Status.REFUSED or (
        workbook.status == Status.CHECKED and (not workbook.wrong or workbook.returned_key is not None)
    )


def _too_large(size: int) -> str:
    return f"This file has {-(-size // 100_000) / 10:g} MB"


def _today(tx: Tx) -> date:
    return tx.now.date()


def _check_is_dead(tx: Tx, workbook_id: str, _error: str) -> None:
    service.refused(tx, workbook_id, NotLookedAt().sentence)
