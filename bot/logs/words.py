"""What the words about an export are filled with, from its row."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.contacts.countries import country_name
from bot.contacts.facts import size_words
from bot.delivery.marks import cut
from bot.delivery.voices import Voices
from bot.logs import rules
from bot.logs.periods import Again
from bot.logs.tables import LogExport, Selected

CARD = "logs/card"
_LISTED = 6
_COUNTRIES_SHOWN = 8
_ALPHA_2 = 2
_BAR_LABEL = 18


def about(voices: Voices, row: Selected) -> dict[str, Any]:
    """What is exported, without its time."""
    more = len(row.countries) - _COUNTRIES_SHOWN
    names = [country_name(each) for each in row.countries[:_COUNTRIES_SHOWN]]
    return {
        "subaccount": row.subaccount,
        "product": voices.plain(CARD, row.product),
        "zone": row.zone.replace("_", " "),
        "countries": ", ".join([*names, *([f"{more} more"] if more > 0 else [])]),
        "number_given": f"+{row.number}" if row.number else "",
        "channel_user": row.channel_user,
        "most_rows": row.limit_count,
        "user": row.user_id,
        "created_at": row.created_at,
    }


def values(voices: Voices, export: LogExport, again: str = "") -> dict[str, Any]:
    """Everything that any part of the card may say. ``again``: how often it is repeated."""
    trouble = export.trouble or {}
    known = export.word in rules.WORDS
    return {
        **about(voices, export),
        **_span(export),
        "status": voices.state(f"logs.{export.status}"),
        "repeated": voices.plain(CARD, again) if again and again != Again.ONCE else "",
        "trouble": trouble.get("sentence", ""),
        "reason": _reason(trouble),
        "word": export.word,
        "word_known": voices.state(f"export.{export.word}") if known else "",
        "looked_at": export.looked_at or export.created_at,
        "files_count": export.files_count,
        "size_words": size_words(export.bytes_count),
        "in_channel": export.place[0] in "CG",
        "kept_n": rules.KEPT.days,
        "file_number": 1,
        **_counted(voices, export),
    }


def _reason(trouble: Mapping[str, Any]) -> str:
    told = (("code", trouble.get("code")), ("error ID", trouble.get("error_id")))
    return ", ".join(f"{name} {value}" for name, value in told if value)


def _span(export: LogExport) -> dict[str, Any]:
    """The time as its person counts it: whole days without a time of day, and the last one included."""
    zone = ZoneInfo(export.zone)
    since, until = export.since.astimezone(zone), export.until.astimezone(zone)
    last = until - timedelta(seconds=1) if until.time() == time() else until
    return {
        "since_on": since.date(),
        "from_words": since.date().isoformat(),
        "since_clock": _clock(since) if since.time() != time() else "",
        "until_on": last.date(),
        "until_clock": _clock(until) if until.time() != time() else "",
    }


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def _counted(voices: Voices, export: LogExport) -> dict[str, Any]:
    summary = export.summary or {}
    rows, days = int(summary.get("rows", 0)), summary.get("days") or []
    peak = max(days, key=lambda each: each[1], default=(export.since.date().isoformat(), 0))
    return {
        "rows_total": rows,
        "days_n": len(days),
        "mean_n": round(sum(count for _, count in days) / len(days)) if days else 0,
        "peak_on": date.fromisoformat(peak[0]),
        "peak_n": peak[1],
        "undated_n": int(summary.get("undated", 0)),
        "statuses": [_share(voices, each, rows) for each in _few(summary.get("statuses") or [])],
        "by_country": [_share(voices, each, rows, countries=True) for each in _few(summary.get("countries") or [])],
        "missing": [voices.plain(CARD, f"kind_{kind}") for kind in summary.get("missing", ())],
    }


def _few(counted: Sequence[Sequence[Any]]) -> list[tuple[str, int]]:
    """The most frequent, and the rest as one."""
    named = [(str(label), int(count)) for label, count in counted if label]
    rest = sum(int(count) for label, count in counted if not label) + sum(count for _, count in named[_LISTED:])
    return [*named[:_LISTED], *([("", rest)] if rest else [])]


def _share(voices: Voices, one: tuple[str, int], rows: int, *, countries: bool = False) -> str:
    label = _label(voices, one[0], countries=countries)
    return voices.slack(CARD, label=label, n=one[1], percent_words=percent(one[1], rows)).plain("share", 120)


def _label(voices: Voices, label: str, *, countries: bool) -> str:
    if not label:
        return voices.plain(CARD, "other")
    is_code = countries and len(label) == _ALPHA_2 and label.isalpha()
    return country_name(label.upper()) if is_code else label


def percent(count: int, total: int) -> str:
    """A share in words; what is there is never 0 %, and what is not all never 100 %."""
    share = 100 * count / max(total, 1)
    if 0 < share < 1:
        return "<1 %"
    return f"{min(round(share), 99) if count < total else round(share)} %"


def picture_of(voices: Voices, export: LogExport, summary: Mapping[str, Any]) -> dict[str, Any]:
    """What ``bot.logs.picture.drawn`` is given."""
    words = voices.slack(CARD, **(values(voices, export) | _counted_of(voices, export, summary)))
    days, rows = _every_day(summary["days"]), int(summary["rows"])
    most = max((count for _, count in days), default=1)
    tables = [
        {"title": words.plain(title), "rows": _bars(voices, _few(summary[kind]), rows, countries=kind == "countries")}
        for kind, title in (("statuses", "table_status"), ("countries", "table_country"))
        if summary[kind]
    ]
    return {
        "title": words.plain("picture_headline", 60),
        "about": words.plain("picture_about", 100),
        "days_title": words.plain("table_days"),
        "peak": words.plain("peak") if days else "",
        "days": [
            {"label": f"{day.day} {day:%b}", "words": f"{count:,}", "bar": count / max(most, 1)} for day, count in days
        ],
        "tables": tables,
    }


def _counted_of(voices: Voices, export: LogExport, summary: Mapping[str, Any]) -> dict[str, Any]:
    counted = LogExport(summary=dict(summary), since=export.since)
    return _counted(voices, counted)


def _every_day(days: Sequence[Sequence[Any]]) -> list[tuple[date, int]]:
    """All days from the first to the last, also those without messages."""
    known = {date.fromisoformat(day): int(count) for day, count in days}
    if not known:
        return []
    first, last = min(known), max(known)
    if (last - first).days > 2 * rules.PICTURE_DAYS_MAX:
        return sorted(known.items())[-rules.PICTURE_DAYS_MAX :]
    return [(day, known.get(day, 0)) for day in (first + timedelta(n) for n in range((last - first).days + 1))]


def _bars(voices: Voices, few: Sequence[tuple[str, int]], rows: int, *, countries: bool) -> list[dict[str, Any]]:
    return [
        {
            "label": cut(_label(voices, label, countries=countries), _BAR_LABEL),
            "words": f"{count:,} · {percent(count, rows)}",
            "bar": count / max(rows, 1),
        }
        for label, count in few
    ]
