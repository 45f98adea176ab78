"""What due rows of the week's pictures do: draw, keep, and delete later."""

import asyncio
from typing import Any

import structlog
import typst

from bot.dashboard import picture, weeks
from bot.dashboard.grid import Grid
from bot.dashboard.picture import WeekWords
from bot.delivery.jobs import JobKind
from bot.delivery.voices import Voices
from bot.delivery.worker import Hold, PutBack
from bot.storage.database import Database
from bot.storage.files import Files, FilesAway, file_key

log = structlog.get_logger()
_AWAY_SECONDS = 15.0


class WeekJobs:
    """All jobs of the week's pictures."""

    def __init__(self, database: Database, files: Files, voices: Voices) -> None:
        self._database = database
        self._files = files
        self._voices = voices

    def kinds(self) -> list[JobKind]:
        """The kinds of due rows."""
        return [JobKind(weeks.DRAW, self.draw), JobKind(weeks.PURGE, self.purge)]

    async def draw(self, hold: Hold) -> None:
        """Draw a picture and have it sent; where it cannot be drawn, what it would show is said."""
        week, grid, customer = await self._database.read(weeks.seen, hold.claim.key)
        if grid is None:
            return
        said: dict[str, Any] = {}
        if week.monday is None or grid.is_worth_telling:
            said = self._said(grid, customer, for_all=week.account_id is None)
        key = (
            await self._picture(week.id, grid, customer, for_all=week.account_id is None) if said.get("total") else None
        )
        await self._database.write(weeks.drawn, week.id, said, key)

    def _said(self, grid: Grid, customer: str, *, for_all: bool) -> dict[str, Any]:
        words = WeekWords(self._voices, customers=for_all)
        more = max(grid.total - grid.shown, 0)
        counts = {"total": grid.total, "decided_count": grid.decided, "more_count": more}
        return counts | {"alt": words.alt(grid), "lines": words.lines(grid), "customer": customer}

    async def _picture(self, week_id: str, grid: Grid, customer: str, *, for_all: bool) -> str | None:
        order = WeekWords(self._voices, customers=for_all).order(grid, customer)
        try:
            png = await asyncio.to_thread(picture.drawn, order)
        except typst.TypstError as error:
            log.warning("week.not_drawn", error=str(error))
            return None
        try:
            return (await self._files.put(file_key("weeks", week_id, "week.png"), png, most_bytes=len(png))).key
        except FilesAway as error:
            raise PutBack(_AWAY_SECONDS, "file store", spent=False) from error

    async def purge(self, hold: Hold) -> None:
        """Delete our copy."""
        key = await self._database.write(weeks.purged, hold.claim.key)
        if key:
            await self._files.delete(key)
