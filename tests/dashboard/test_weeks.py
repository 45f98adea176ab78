"""Pictures of the week: who gets one and when, what stands in them, and what is said where none can be drawn."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typst
from PIL import Image
from sqlalchemy import select

from bot.dashboard import picture, weeks
from bot.dashboard.grid import ROWS, Grid, GridRow, Part, grid
from bot.dashboard.messages import WeekDrawings
from bot.dashboard.picture import WeekWords
from bot.dashboard.tables import DashboardWeek
from bot.dashboard.week_jobs import WeekJobs
from bot.delivery.claims import Claim
from bot.delivery.outbox import REVIEW
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.delivery.worker import Hold
from bot.registrations.rules import OperatorStatus
from bot.storage.database import Tx
from bot.storage.files import Files
from bot.tickets import notices
from bot.tickets.quiet import Wish, monday_at

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
S = OperatorStatus


class Mornings:
    """Looks who is due, draws what is, and reads what is told."""

    def __init__(self, rows: Any, files: Files) -> None:
        self.database, self.rows = rows.database, rows
        self.jobs = WeekJobs(self.database, files, Voices())

    async def look(self) -> list[DashboardWeek]:
        """What was begun now."""
        before = {week.id for week in await self.every(DashboardWeek)}
        await self.database.write(lambda tx: weeks.look(tx, has_mail=True))
        return [week for week in await self.every(DashboardWeek) if week.id not in before]

    async def every(self, table: Any) -> list[Any]:
        """All rows of a table."""
        found: list[Any] = await self.database.read(lambda tx: tx.session.scalars(select(table)).all())
        return found

    async def told(self, week: DashboardWeek) -> dict[str, Any]:
        """Draw it, twice, as after a kill; what it tells by the message's kind."""
        for number in range(2):
            await self.jobs.draw(Hold(Claim(number + 1, weeks.DRAW, week.id, 1, "me"), timedelta(minutes=5)))
        say = WeekDrawings(Voices())
        by_kind = {weeks.PICTURE: say.picture, weeks.PLAIN: say.plain, weeks.MAIL: say.mail}

        def drawn(tx: Tx) -> dict[str, Any]:
            messages = tx.session.scalars(select(Message).where(Message.key == week.id)).all()
            return {message.kind: by_kind[message.kind](tx, message) for message in messages}

        found: dict[str, Any] = await self.database.read(drawn)
        return found


@pytest.fixture
def mornings(rows: Any, tmp_path: Path) -> Mornings:
    """The desk's files are in a folder."""
    return Mornings(rows, Files(f"file:{tmp_path / 'files'}"))


async def test_each_gets_theirs_once_on_their_own_monday(
    mornings: Mornings, people: Any, clock: Any, rows: Any
) -> None:
    """Staff by the desk's clock, customers by theirs; in Slack and by e-mail as they chose, or not at all."""
    wish = Wish(direct=True, zone="America/New_York")
    await rows.database.write(notices.prefer, people.ana, wish, address="ana@kopi.example")
    clock.now = monday_at(Wish(zone="Asia/Singapore"), MONDAY)
    begun = await mornings.look()
    assert {(week.place, week.account_id) for week in begun} == {(REVIEW, None)}
    assert await mornings.look() == []
    clock.now = MONDAY.replace(hour=14)
    both = await mornings.look()
    assert {(week.place, week.account_id, week.address, week.in_slack) for week in both} == {
        ("U0ANA", account, "ana@kopi.example", True) for account in ("kopi", "mart")
    }
    clock.now = MONDAY + timedelta(days=7, hours=14)
    await rows.database.write(notices.prefer, people.ana, Wish(weekly=False), address="")
    assert {week.place for week in await mornings.look()} <= {REVIEW}


async def test_a_picture_goes_with_its_words(mornings: Mornings, people: Any, rows: Any, clock: Any) -> None:
    """The file with what it counts, the e-mail with the picture and its lines beneath; drawn again, nothing is told."""
    clock.now = MONDAY.replace(hour=10)
    await rows.database.write(notices.prefer, people.ana, Wish(direct=True), address="ana@kopi.example")
    week = next(week for week in await mornings.look() if week.account_id == "kopi")
    told = await mornings.told(week)
    assert set(told) == {weeks.PICTURE, weeks.MAIL}
    file, mail = told[weeks.PICTURE], told[weeks.MAIL]
    counted = sum(
        status == S.APPROVED for one in rows.every if one.account == "kopi" for status in one.statuses.values()
    )
    assert f"{counted} approved" in file.alt
    assert file.alt in file.comment.replace("\n", " ")
    assert 'src="cid:week.png"' in mail.html
    assert f"{counted} approved" in " ".join(mail.text.split())
    data = b"".join([chunk async for chunk in mornings.jobs._files.stream(file.stored_key)])
    assert Image.open(io.BytesIO(data)).size[0] == 1240
    await mornings.jobs.purge(Hold(Claim(3, weeks.PURGE, week.id, 1, "me"), timedelta(minutes=5)))
    assert not await mornings.jobs._files.exists(file.stored_key)


async def test_a_week_with_nothing_to_tell_tells_nothing(mornings: Mornings, rows: Any, people: Any) -> None:
    """On a Monday; whoever asks is answered whatever there is, also when there is nothing."""
    for words, monday, kinds in (("mart", MONDAY.date(), set()), ("mart", None, {weeks.PLAIN})):
        week = DashboardWeek(id=f"{words}{monday}", account_id=None, place="U0ANA", monday=monday, created_at=MONDAY)
        week.account_id = "empty"

        def put(tx: Tx, week: DashboardWeek = week) -> None:
            from bot.accounts.tables import Account  # noqa: PLC0415 - one row

            if tx.session.get(Account, "empty") is None:
                made = {"created_by": "U0RINA", "created_at": MONDAY}
                tx.session.add(Account(id="empty", provider_account_id="e", name="Empty", **made))
                tx.session.flush()
            tx.session.add(week)

        await rows.database.write(put)
        told = await mornings.told(week)
        assert set(told) == kinds
        assert all("nothing to draw" in card.text for card in told.values())


async def test_what_cannot_be_drawn_is_said(
    mornings: Mornings, rows: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Line by line, and that it is instead of a picture."""

    def broken(_order: dict[str, Any]) -> bytes:
        raise typst.TypstError("no")

    monkeypatch.setattr(picture, "drawn", broken)
    await rows.database.write(weeks.ask, people.ana, "key")
    await rows.database.write(weeks.ask, people.ana, "key")
    (week,) = await mornings.every(DashboardWeek)
    told = await mornings.told(week)
    assert set(told) == {weeks.PLAIN}
    assert "could not be drawn" in told[weeks.PLAIN].text
    *_, last = told[weeks.PLAIN].blocks
    assert f"And {len([one for one in rows.every if one.account == 'kopi']) - ROWS} more" in last["text"]["text"]


async def test_what_needs_somebody_is_shown_first(rows: Any) -> None:
    """The oldest of it, and no more than fit; the totals count all."""
    there: Grid = await rows.database.read(lambda tx: grid(tx, "kopi", tx.now))
    mine = [one for one in rows.every if one.account == "kopi"]
    waiting = sorted(
        (one for one in mine if S.CHANGES_ASKED in one.statuses.values()), key=lambda one: one.requested_at
    )
    shown = [row.sender_id for part in there.parts for row in part.rows]
    assert there.shown == len(shown) == min(ROWS, len(mine))
    last = waiting[:ROWS][-1].requested_at  # of those that were requested at the same time some may be left out
    assert {one.sender_id for one in waiting if one.requested_at < last} <= set(shown)
    assert there.total == len(mine)
    assert sum(count for _, count in there.totals) == sum(len(one.statuses) for one in mine)


def test_words_stand_in_every_cell() -> None:
    """Or numbers with words where there are too many operators; long names are kept in their place."""
    wide = Part("TH", (GridRow("กาแฟไทย", "บริษัท " * 20, tuple((f"Operator {n}", S.APPROVED) for n in range(50))),))
    few = Part("PH", (GridRow("W" * 11, "Kopi", (("Globe", S.CHANGES_ASKED), ("Smart", S.REJECTED))),))
    words = WeekWords(Voices(), customers=True)
    order = words.order(Grid((few, wide), ((S.APPROVED, 50),), 10_000, 3), "")
    cells = [cell["word"] for part in order["parts"] for row in part["rows"] for cell in row["cells"]]
    assert cells == ["Changes asked", "Rejected", "50 Approved"]
    assert order["more"].startswith("And 9,998 more sender IDs")
    assert picture.drawn(order).startswith(b"\x89PNG")
