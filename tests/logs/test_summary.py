"""What is counted in files whose columns nobody promised, in words and as a picture."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.child import Limits
from bot.delivery.voices import Voices
from bot.logs import child
from bot.logs.card import Card
from bot.logs.picture import drawn
from bot.logs.summary import match, summarised
from bot.logs.tables import LogExport
from bot.logs.words import percent, picture_of
from bot.sandbox.exports_api.rows import CHATAPPS_COLUMNS, SMS_COLUMNS


def written(path: Path, columns: list[str], rows: list[list[str]]) -> Path:
    """A CSV file."""
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([columns, *rows])
    return path


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (SMS_COLUMNS, {"day": "createdat", "status": "status_value", "country": "country"}),
        (CHATAPPS_COLUMNS, {"day": "created_at", "status": "status", "country": "country"}),
        (["Message Status", "Country Code", "Sent At"], dict(zip(("status", "country", "day"), range(3), strict=True))),
        (["STATUS_TIMESTAMP", "status-value"], {"day": "STATUS_TIMESTAMP", "status": "status-value"}),
        (["umid", "body"], {}),
    ],
)
def test_columns_are_known_by_their_names(columns: list[str], expected: dict[str, Any]) -> None:
    """However they are written; what is not there is left out."""
    named = {kind: columns[at] if isinstance(at, int) else at for kind, at in expected.items()}
    assert match(columns) == named


def test_messages_are_counted_by_day_where_the_person_is(tmp_path: Path) -> None:
    """In all forms of a moment; over several files; a row without a readable one is counted all the same."""
    moments = [
        *("2026-11-22T16:59:59Z", "2026-11-22T17:00:00Z", "2026-11-22 17:00:00", "2026-11-22T17:00:00.1234567Z"),
        *("2026-11-23T02:00:00+07:00", "2026-11-22T12:00:00-05:00", "2026-11-22T23:30:00+0530", "soon", ""),
    ]
    rows = [[moment, "delivered" if place else "", "ID"] for place, moment in enumerate(moments)]
    one = written(tmp_path / "1.csv", ["createdat", "status_value", "country"], rows)
    two = written(tmp_path / "2.csv", ["createdat", "status_value", "country"], [["2026-11-01 00:00:00", "sent", "SG"]])
    found = summarised([one, two], "Asia/Jakarta")
    assert (found["rows"], found["undated"], found["missing"]) == (10, 2, [])
    assert found["days"] == [("2026-11-01", 1), ("2026-11-22", 1), ("2026-11-23", 6)]
    assert found["statuses"] == [("delivered", 8), ("sent", 1), ("—", 1)]
    assert found["countries"] == [("ID", 9), ("SG", 1)]


def test_hostile_files_are_counted_or_named(tmp_path: Path) -> None:
    """Thousands of statuses become a few and the rest; rows of any length, line breaks in cells, no known column."""
    rows = [[f"status {number}", "=1+1\nnext line", "2026-11-22T00:00:00Z"] for number in range(500)]
    path = written(
        tmp_path / "1.csv", ["status", "body", "createdat"], [*rows, ["x" * 9000], ["a", "b", "c", "d", "e"]]
    )
    found = summarised([path], "UTC")
    assert found["rows"] == 502
    assert (len(found["statuses"]), found["statuses"][-1]) == (13, ("", 490))
    assert max(len(label) for label, _ in found["statuses"]) <= 40
    assert found["missing"] == ["country"]
    nothing = summarised([written(tmp_path / "2.csv", ["one", "two"], [["1", "2"]])], "UTC")
    assert (nothing["rows"], nothing["missing"], nothing["days"]) == (1, ["day", "status", "country"], [])


async def test_a_child_counts_or_says_that_it_cannot(tmp_path: Path) -> None:
    """Within its limits; what is no CSV at all is no summary, and no harm."""
    path = written(tmp_path / "1.csv", ["status"], [["delivered"]])
    found = await child.counted([path], "UTC")
    assert found is not None
    assert found["statuses"] == [["delivered", 1]]
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    assert await child.counted([empty], "UTC") is None
    assert await child.counted([path], "UTC", Limits(memory_bytes=1 << 20)) is None


def test_shares_are_neither_nothing_nor_all_where_they_are_not() -> None:
    """One in a thousand is not 0 %, and 999 of them are not 100 %."""
    assert [percent(*each) for each in ((0, 5), (1, 1000), (1, 3), (999, 1000), (5, 5), (0, 0))] == [
        *("0 %", "<1 %", "33 %", "99 %", "100 %", "0 %")
    ]


def export(summary: dict[str, Any]) -> LogExport:
    """An export that is ready."""
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    chosen = {"product": "sms", "subaccount": "kopi_otp", "period": "week", "zone": "Asia/Jakarta"}
    values = {"account_id": "kopi", "user_id": "U0ANA", "place": "U0ANA", "number": "", "channel_user": "", "word": ""}
    made = LogExport(id="e", status="ready", version=1, **chosen, **values, created_at=at, since=at, until=at)
    made.countries, made.limit_count, made.files, made.files_count, made.bytes_count = ["ID"], 0, [], 1, 10
    made.summary = summary
    return made


@pytest.mark.parametrize("days", [1, 14, 40, 186, 2000])
def test_a_picture_holds_any_number_of_days(days: int) -> None:
    """Wide enough to read, with every word in a font of ours; the card says the same in words."""
    start = datetime(2026, 1, 1, tzinfo=UTC).toordinal()
    counts = [(datetime.fromordinal(start + day).date().isoformat(), 1 + day % 7) for day in range(days)]
    summary = {
        "rows": 1000,
        "days": counts,
        "statuses": [("ส่งแล้ว <b>#read(1)", 900), ("送达", 60), ("🎉" * 40, 30), ("", 10)],
        "countries": [("ID", 999), ("??", 1)],
        "missing": [],
        "undated": 3,
    }
    one = export(summary)
    order = picture_of(Voices(), one, summary)
    assert len(order["days"]) <= 372
    picture = Image.open(io.BytesIO(drawn(order)))
    assert picture.format == "PNG"
    assert picture.width == 960
    assert picture.height < 1200
    said = str(Card(Voices(), one).draw().blocks)
    assert "Indonesia 999 (99 %)" in said
    assert "others 10 (1 %)" in said
    assert "3 without a readable day" in said
