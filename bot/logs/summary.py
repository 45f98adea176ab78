"""What is in the files of an export, counted: messages by day, status and country. Runs in a child, with limits.

8x8 documents the columns of SMS; those of Messaging Apps it does not. So columns are known by their names, and what
is not found is said.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

NAMES: Mapping[str, tuple[str, ...]] = {
    "day": (
        *("createdat", "createddate", "createdtime", "created", "createtime", "creationdate", "sentat", "senttime"),
        *("messagetimestamp", "datetime", "date", "time", "timestamp", "statustimestamp", "updatedat"),
    ),
    "status": (
        *("statusvalue", "status", "messagestatus", "deliverystatus", "statusstate", "state", "laststatus"),
        "statuscode",
    ),
    "country": ("country", "countrycode", "destinationcountry", "msisdncountry", "countryname", "destination"),
}
"""By what a column may be called, the likeliest first; letters and digits only, in lower case."""
KINDS_SHOWN = 12
LABEL_MAX = 40
_OFFSET = r"([+-]\d{2}):?(\d{2})$"
_MINUTE = 60


def summarised(paths: Sequence[Path], zone: str) -> dict[str, Any]:
    """Rows, and by day in this zone, by status and by country ``[label, count]``; ``missing`` names what is not there.

    Days are in order; of statuses and countries the most frequent come first, and the rest as one, labelled "".
    """
    rows, undated = 0, 0
    counted: dict[str, Counter[str]] = {kind: Counter() for kind in NAMES}
    found: dict[str, str] = {}
    for path in paths:
        table = pl.scan_csv(path, infer_schema=False, truncate_ragged_lines=True, encoding="utf8-lossy")
        columns = match(table.collect_schema().names())
        found |= columns
        rows += int(table.select(pl.len()).collect(engine="streaming").item())
        for kind, column in columns.items():
            value = _day(pl.col(column), zone) if kind == "day" else pl.col(column).str.strip_chars()
            for label, count in _counts(table, value):
                if kind == "day" and label is None:
                    undated += count
                else:
                    counted[kind][(label or "")[:LABEL_MAX] or "—"] += count
    return {
        "rows": rows,
        "days": sorted(counted["day"].items()),
        "statuses": _most(counted["status"]),
        "countries": _most(counted["country"]),
        "missing": [kind for kind in NAMES if kind not in found],
        "undated": undated,
    }


def match(columns: Sequence[str]) -> dict[str, str]:
    """Which column tells what, by its name; what none tells is left out."""
    plain = {"".join(each for each in name.lower() if each.isalnum()): name for name in reversed(columns)}
    told = ((kind, next((plain[name] for name in names if name in plain), None)) for kind, names in NAMES.items())
    return {kind: column for kind, column in told if column is not None}


def _counts(table: pl.LazyFrame, value: pl.Expr) -> list[tuple[str | None, int]]:
    counts = table.select(value.alias("label")).group_by("label").agg(pl.len().alias("count"))
    return [(label, int(count)) for label, count in counts.collect(engine="streaming").iter_rows()]


def _day(text: pl.Expr, zone: str) -> pl.Expr:
    """The day of a moment there, as text; a moment without an offset is UTC, as 8x8 has it."""
    text = text.str.strip_chars()
    moment = text.str.slice(0, 19).str.replace("T", " ").str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    tail = text.str.slice(19)
    hours = tail.str.extract(_OFFSET, 1).cast(pl.Int32, strict=False).fill_null(0)
    minutes = tail.str.extract(_OFFSET, 2).cast(pl.Int32, strict=False).fill_null(0)
    ahead = hours * _MINUTE + minutes * pl.when(tail.str.contains(r"-\d{2}:?\d{2}$")).then(-1).otherwise(1)
    there = (moment - pl.duration(minutes=ahead)).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return there.dt.strftime("%Y-%m-%d")


def _most(counted: Counter[str]) -> list[tuple[str, int]]:
    most = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    rest = sum(count for _, count in most[KINDS_SHOWN:])
    return [*most[:KINDS_SHOWN], *([("", rest)] if rest else [])]
