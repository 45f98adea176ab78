"""The dashboard in the whole desk: what is asked for as files comes as a direct message."""

import io
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import select

from bot.accounts.tables import Account
from bot.app import House
from bot.demo.story import KOPI, Told
from bot.storage.database import Tx


async def test_an_export_comes_as_a_workbook_and_as_text(told: Told, house: House, plant: Callable[..., None]) -> None:
    """A card says that it is on its way and that it is there; the files are the person's alone."""
    ana, world = told.ana, told.world

    def put(tx: Tx) -> None:
        kopi = tx.session.scalars(select(Account.id).where(Account.name.startswith("Kopi"))).one()
        plant(tx, [{"id": "1" * 32, "account": kopi, "sender_id": "KopiNus", "requested_at": tx.now}])

    await house.desk.write(put)
    assert "KopiNus" in (await ana.command(KOPI, "/senderid dashboard")).text
    await ana.command(KOPI, "/senderid dashboard export")
    dm = world.slack.direct("U0ANA").id

    def came() -> dict[str, bytes] | None:
        files = {file.name.rpartition(".")[2]: file.data for one in ana.sees(dm) for file in one.files}
        return files if len(files) > 1 else None

    files: dict[str, Any] = await world.until(came)
    assert load_workbook(io.BytesIO(files["xlsx"]))["Sender IDs"]["A2"].value == "KopiNus"
    assert b"KopiNus,Philippines" in files["csv"]
    await told.sees(ana, dm, "Your export of sender IDs", "✅ 1 sender ID")
