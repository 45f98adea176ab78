"""All rows of a table, block by block: judged, freed of duplicates, written, counted."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from bot.contacts.block import Block
from bot.contacts.judge import Judge
from bot.contacts.outcome import Target
from bot.contacts.reasons import Reason
from bot.contacts.report import AcceptedFiles, RejectedFiles
from bot.contacts.seen import Seen
from bot.contacts.table import Table
from bot.contacts.tally import DUPLICATE, Tally
from bot.contacts.verdicts import ACCEPTED, REASONS

Progress = Callable[[int, int], None]
"""Told from time to time: rows done, and about how many there are."""
Mask = npt.NDArray[np.bool_]
_MISSING = REASONS.index(Reason.MISSING)


class Judging:
    """Judges the rows below a table's header. ``targets``: what the accepted rows have, the number first."""

    def __init__(self, table: Table, judge: Judge, tally: Tally) -> None:
        self._table, self._judge, self._tally = table, judge, tally
        self._seen = Seen()
        places = {target: table.mapping.index(target) for target in Target}
        self._columns = {target: str(place) for target, place in places.items() if place is not None}
        self.targets = tuple(self._columns)

    def run(self, accepted: AcceptedFiles | None, rejected: RejectedFiles | None, progress: Progress | None) -> None:
        """Judge all rows; ``progress`` is told after each block."""
        for block in self._table.source.blocks():
            self._judge_block(block, accepted, rejected)
            if progress is not None:
                done = block.first_row + block.frame.height - 1
                progress(done, max(done, self._table.source.rows_expected))

    def _judge_block(self, block: Block, accepted: AcceptedFiles | None, rejected: RejectedFiles | None) -> None:
        above = min(block.frame.height, max(0, self._table.header_row - block.first_row + 1))
        frame = block.frame[above:]
        rows = pl.int_range(block.first_row + above, block.first_row + block.frame.height, dtype=pl.Int64, eager=True)
        numbers = frame[self._columns[Target.MSISDN]]
        verdicts = self._judge.column(numbers)
        reasons = verdicts.reason
        good = reasons == ACCEPTED
        first = good.copy()
        first[good] = self._seen.first_time(verdicts.e164[good])
        bad = ~good & ~self._blank(frame, reasons)
        if accepted is not None:
            accepted.write(self._contacts(frame, pl.Series(verdicts.e164), pl.Series(first)))
        if rejected is not None:
            why = pl.Series([str(REASONS[place]) for place in reasons[bad]], dtype=pl.String)
            rejected.write(rows.filter(pl.Series(bad)), self._cells(frame.filter(pl.Series(bad))), why)
        self._tally.accepted += int(first.sum())
        self._keep_examples(rows, numbers, reasons, bad)
        self._tally.duplicate += int((good & ~first).sum())
        self._tally.keep(DUPLICATE, rows.filter(pl.Series(good & ~first)), numbers.filter(pl.Series(good & ~first)))

    def _blank(self, frame: pl.DataFrame, reasons: npt.NDArray[np.uint8]) -> Mask:
        """Which rows are wholly blank: they are no rows."""
        blank: Mask = reasons == _MISSING
        places = np.flatnonzero(blank)
        if len(places):
            empty = frame[places].select(pl.all_horizontal(pl.all().fill_null("").str.strip_chars() == ""))
            blank[places] = empty.to_series().to_numpy()
        return blank

    def _contacts(self, frame: pl.DataFrame, e164: pl.Series, accepted: pl.Series) -> pl.DataFrame:
        names = [frame[column].str.strip_chars().alias(target) for target, column in [*self._columns.items()][1:]]
        return pl.DataFrame([e164.alias(Target.MSISDN), *names]).filter(accepted)

    def _cells(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The source's own columns; what a row has beyond them is put behind the last one."""
        width = self._table.source.width
        if frame.width == width:
            return frame
        last, beyond = pl.col(str(width - 1)), pl.col(str(width))
        joined = pl.concat_str(last.fill_null(""), beyond, separator=self._table.delimiter)
        return frame.with_columns(pl.when(beyond.is_null()).then(last).otherwise(joined).alias(str(width - 1)))[
            :, :width
        ]

    def _keep_examples(self, rows: pl.Series, numbers: pl.Series, reasons: npt.NDArray[np.uint8], bad: Mask) -> None:
        counts = np.bincount(reasons[bad], minlength=len(REASONS))
        for place in np.flatnonzero(counts):
            reason = REASONS[place]
            self._tally.reasons[reason] += int(counts[place])
            here = pl.Series(bad & (reasons == place))
            self._tally.keep(reason, rows.filter(here), numbers.filter(here))
