"""All rows of a table, block by block: read, judged, freed of duplicates, written, counted.

Reading, judging and writing out as text are done by several threads, a block each. What must go in the rows' order is
done in between, in one thread: telling which numbers were there before, and adding to files and counts.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from bot.contacts.block import Block
from bot.contacts.judge import Judge
from bot.contacts.outcome import CountryHint, Target
from bot.contacts.overlap import overlapped
from bot.contacts.reasons import Reason
from bot.contacts.report import AcceptedFiles, Rejected, RejectedFiles, accepted_csv
from bot.contacts.seen import Seen
from bot.contacts.table import Table
from bot.contacts.tally import Tally
from bot.contacts.verdicts import ACCEPTED, REASONS, Verdicts, place

Progress = Callable[[int, int], None]
"""Told from time to time: rows done, and about how many there are."""
Mask = npt.NDArray[np.bool_]
THREADS = 3
"""One more than a check may use processors: one of them often waits for its turn in Python or for memory."""
AHEAD = 4
"""Blocks to be judged that are given to the threads before the first one is waited for: one more than threads."""
_WORDS = pl.Series([str(reason) for reason in REASONS])


@dataclass(frozen=True)
class Judged:
    """A block's rows below the header with their verdicts; ``bad`` are the rejected ones, blank rows are not."""

    rows: pl.Series
    frame: pl.DataFrame
    verdicts: Verdicts
    bad: Mask


@dataclass(frozen=True)
class Marked:
    """A judged block; ``first``: accepted rows whose number was not there before. ``before``: rejected rows so far."""

    judged: Judged
    first: Mask
    before: int


@dataclass(frozen=True)
class Rendered:
    """A block as it is written and counted."""

    marked: Marked
    contacts: pl.DataFrame
    accepted: memoryview | None
    rejected: Rejected | None


class Judging:
    """Judges the rows below a table's header. ``targets``: what the accepted rows have, the number first."""

    def __init__(self, table: Table, judge: Judge, tally: Tally) -> None:
        self._table, self._judge, self._tally = table, judge, tally
        places = {target: table.mapping.index(target) for target in Target}
        self._columns = {target: str(index) for target, index in places.items() if index is not None}
        self.targets = tuple(self._columns)
        self.hints: tuple[CountryHint, ...] = ()
        """Which countries would make refused numbers valid, once all rows are judged."""

    def run(self, accepted: AcceptedFiles | None, rejected: RejectedFiles | None, progress: Progress | None) -> None:
        """Judge all rows; ``progress`` is told of each block that was judged, as the next ones may take long."""

        def render(marked: Marked) -> Rendered:
            return self._render(marked, written=accepted is not None, rejected=rejected)

        with ThreadPoolExecutor(THREADS) as threads:
            judged = overlapped(threads, self._judge_block, self._table.source.blocks(), ahead=AHEAD)
            for block in overlapped(threads, render, self._mark(judged, progress), ahead=THREADS):
                if accepted is not None and block.accepted is not None:
                    accepted.write(block.contacts, block.accepted)
                if rejected is not None and block.rejected is not None:
                    rejected.write(block.rejected)
                self._count(block.marked)

    def _judge_block(self, block: Block) -> Judged:
        above = min(block.rows, max(0, self._table.header_row - block.first_row + 1))
        rows = pl.int_range(block.first_row + above, block.first_row + block.rows, dtype=pl.Int64, eager=True)
        frame = block.frame()[above:]
        verdicts = self._judge.column(frame[self._columns[Target.MSISDN]])
        bad = (verdicts.reason != ACCEPTED) & ~_blank(frame, verdicts.reason)
        return Judged(rows, frame, verdicts, bad)

    def _mark(self, blocks: Iterable[Judged], progress: Progress | None) -> Iterator[Marked]:
        expected = self._table.source.rows_expected
        seen, before = Seen(expected), 0
        for judged in blocks:
            if progress is not None and len(judged.rows):
                done = int(judged.rows[-1])
                progress(done, max(done, expected))
            first = judged.verdicts.reason == ACCEPTED
            first[first] = seen.first_time(judged.verdicts.e164[first])
            yield Marked(judged, first, before)
            before += int(judged.bad.sum())
        self.hints = self._judge.hints()  # while the last blocks are written out

    def _render(self, marked: Marked, *, written: bool, rejected: RejectedFiles | None) -> Rendered:
        judged = marked.judged
        contacts = self._contacts(judged, marked.first) if written else pl.DataFrame()
        rows = None
        if rejected is not None and judged.bad.any():
            bad = pl.Series(judged.bad)
            why = _WORDS[judged.verdicts.reason[judged.bad]]
            cells = self._cells(judged.frame.filter(bad))
            rows = rejected.render(judged.rows.filter(bad), cells, why, marked.before)
        return Rendered(marked, contacts, accepted_csv(contacts) if written else None, rows)

    def _contacts(self, judged: Judged, accepted: Mask) -> pl.DataFrame:
        """Number and names of the accepted rows."""
        number = pl.Series(Target.MSISDN, judged.verdicts.e164)
        names = [judged.frame[column].alias(target) for target, column in [*self._columns.items()][1:]]
        frame = pl.DataFrame([number, *names]).filter(pl.Series(accepted))
        return frame.with_columns(pl.col(pl.String).str.strip_chars())

    def _cells(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The source's own columns; what a row has beyond them is put behind the last one."""
        width = self._table.source.width
        if frame.width == width:
            return frame
        last, beyond = pl.col(str(width - 1)), pl.col(str(width))
        joined = pl.concat_str(last.fill_null(""), beyond, separator=self._table.delimiter)
        whole = pl.when(beyond.is_null()).then(last).otherwise(joined).alias(str(width - 1))
        return frame.with_columns(whole)[:, :width]

    def _count(self, marked: Marked) -> None:
        judged = marked.judged
        values = judged.frame[self._columns[Target.MSISDN]]
        self._tally.take(judged.rows, values, judged.verdicts, judged.bad, marked.first)


def _blank(frame: pl.DataFrame, reasons: npt.NDArray[np.uint8]) -> Mask:
    """Which rows are wholly blank: they are no rows."""
    blank: Mask = reasons == place(Reason.MISSING)
    places = np.flatnonzero(blank)
    if len(places):
        empty = frame[places].select(pl.all_horizontal(pl.all().fill_null("").str.strip_chars() == ""))
        blank[places] = empty.to_series().to_numpy()
    return blank
