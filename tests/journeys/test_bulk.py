"""Many sender IDs at once in the whole desk: the workbook goes out, comes back filled in, and makes one ticket."""

import io
from collections.abc import Awaitable, Callable

from openpyxl import load_workbook
from sqlalchemy import select

from bot.app import House
from bot.demo.story import KOPI, Told
from bot.registrations.tables import Registration
from bot.sandbox.seed import REVIEW
from bot.storage.database import Tx
from bot.tickets.tables import Ticket

TEXT = "Kopi Nusantara: your code is 1234. Never share it."


def filled(content: bytes, *rows: list[str]) -> bytes:
    """The workbook with these rows in it, as somebody types them."""
    book = load_workbook(io.BytesIO(content))
    for number, row in enumerate(rows, 2):
        for place, text in enumerate(row, 1):
            book["Sender IDs"].cell(number, place).value = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def test_from_the_template_to_one_ticket(
    told: Told, house: House, company_added: Callable[[], Awaitable[None]]
) -> None:
    """One good row and one bad: the good one goes on, the bad one comes back with its reason, is mended and follows."""
    ana, world = told.ana, told.world
    await ana.command(KOPI, "/senderid bulk Philippines")
    dm = world.slack.direct("U0ANA").id

    def offered() -> bytes | None:
        files = [file for one in ana.sees(dm) for file in one.files if file.name == "sender-ids-PH.xlsx"]
        return files[-1].data if files else None

    empty = await world.until(offered)
    good = ["KopiNus", TEXT, "One-time passwords (OTP)", "5000", "kopi_otp", "", ""]
    bad = ["Kopi & Nusantara", TEXT, "otp", "viele", "kopi_otp", "yes", ""]
    dropped = await ana.upload(KOPI, "my names (1).xlsx", filled(empty, good, bad))
    await told.sees(ana, KOPI, "so I take it as that", thread_ts=dropped.ts)
    card = await told.sees(ana, KOPI, "1 good, 1 with problems", "Row 3", "Messages a month", thread_ts=dropped.ts)

    def back() -> bytes | None:
        there = [file for one in ana.sees(KOPI, dropped.ts) for file in one.files]
        return next((file.data for file in there if file.name == "sender-ids-PH-to-mend.xlsx"), None)

    returned = await world.until(back)
    sheet = load_workbook(io.BytesIO(returned))["Sender IDs"]
    assert [cell.value for cell in sheet[2]][:1] == ["Kopi & Nusantara"]
    assert "Messages a month" in str(sheet["H2"].value)
    again = await ana.upload(KOPI, "sender-ids-PH-to-mend.xlsx", filled(returned, ["KopiShop", TEXT, "otp", "70"]))
    await told.sees(ana, KOPI, "1 good", "is in your draft", thread_ts=again.ts)

    await ana.click(card, "Go on")
    await ana.fill("entity", "international")
    await ana.fill("industry", "others")
    await company_added()
    assert "KopiShop" in str(ana.modal().blocks)
    assert await ana.submit() is None
    assert await ana.submit() is None

    await told.sees(ana, KOPI, "SD-1001", "KopiNus", "KopiShop")
    for name in ("KopiNus", "KopiShop"):
        await told.sees(told.rina, REVIEW, "SD-1001", name)

    def made(tx: Tx) -> tuple[int, list[str]]:
        names = tx.session.scalars(select(Registration.sender_id).order_by(Registration.position))
        return len(tx.session.scalars(select(Ticket.id)).all()), list(names)

    assert await house.desk.read(made) == (1, ["KopiNus", "KopiShop"])
