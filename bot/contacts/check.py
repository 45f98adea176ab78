"""The check of a contact file: sniff, read, map, judge, drop duplicates, write.

It knows nothing of Slack, of databases and of processes; ``child.check_in_child`` runs it where it can do no harm.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import phonenumbers

from bot.contacts.engine_errors import NoSuchCountry
from bot.contacts.judge import Judge
from bot.contacts.judging import Judging, Progress
from bot.contacts.numbering.store import Store, own_folder
from bot.contacts.outcome import CheckOptions, CheckResult
from bot.contacts.report import AcceptedFiles, RejectedFiles
from bot.contacts.table import Table, open_table
from bot.contacts.tally import Tally

_AS_IT_COMES = CheckOptions()


def check(
    path: Path,
    options: CheckOptions = _AS_IT_COMES,
    out: Path | None = None,
    *,
    progress: Progress | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> CheckResult:
    """Check a contact file. ``out`` is the folder that gets the accepted and the rejected rows; None: only count.

    Raises an Unreadable when the file cannot be checked at all. A file whose columns nobody can tell gives a result
    with ``needs_columns``, and its rows are not judged.
    """
    began = clock()
    country = _region(options.country)
    table = open_table(path, options)
    result = table.describe(country)
    opened = clock()
    if table.mapping.question is None:
        tally, judge = Tally(options.examples, mask=options.mask), Judge(country, Store(own_folder()))
        judging = Judging(table, judge, tally)
        accepted, rejected = _run(table, judging, options, out, progress)
        result = replace(
            result,
            accepted_files=accepted,
            rejected_files=rejected,
            rows_total=tally.accepted + tally.rejected + tally.duplicate,
            rows_accepted=tally.accepted,
            rows_rejected=tally.rejected,
            rows_duplicate=tally.duplicate,
            reasons={str(reason): count for reason, count in tally.reasons.most_common()},
            examples=tally.examples(),
            countries=tally.countries(),
            country_hints=judging.hints,
        )
    return replace(result, timings={"open": round(opened - began, 3), "rows": round(clock() - opened, 3)})


def _region(country: str | None) -> str | None:
    region = (country or "").strip().upper()
    if region and region not in phonenumbers.SUPPORTED_REGIONS:
        raise NoSuchCountry(name=country)
    return region or None


def _run(
    table: Table, judging: Judging, options: CheckOptions, out: Path | None, progress: Progress | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Judge all rows, into files when there is a folder for them; the names of the accepted's and the rejected's."""
    if out is None:
        judging.run(None, None, progress)
        return (), ()
    with (
        AcceptedFiles(out, judging.targets, options.batch_bytes) as accepted,
        RejectedFiles(
            out,
            table.header(),
            delimiter=table.delimiter,
            workbook=table.source.kind != "csv",
            mark=options.mark_encoding,
        ) as rejected,
    ):
        judging.run(accepted, rejected, progress)
    return tuple(accepted.names), rejected.names
