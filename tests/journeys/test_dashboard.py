"""The dashboard in the whole desk: every filter and every order, by command and on Home, and what is sent as files."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import select

from bot.accounts.tables import Account
from bot.app import House
from bot.demo.story import KOPI, Told
from bot.sandbox.slack.actor import Actor
from bot.storage.database import Tx

THERE = (
    {"sender_id": "KopiA", "statuses": {"globe": "approved", "smart": "approved"}, "category": "Shops"},
    {"sender_id": "KopiB", "country": "SG", "statuses": {"m1": "rejected"}, "labels": ("VIP",)},
    {"sender_id": "KopiC", "statuses": {"globe": "under_review"}, "loa": "ready", "subaccount": "kopi_otp"},
)
"""The newest is the last."""
SHOWN = {
    "all": "C B A", "sort:oldest": "A B C", "sort:id": "A B C", "sort:-id": "C B A", "sort:country": "A C B",
    "sort:-country": "B C A", "sort:-status": "A C B", "sort:status": "B C A", "sort:category": "B C A",
    "sort:-category": "A C B", "sort:loa": "A B C", "sort:-loa": "C B A", "country:SG": "B", "status:rejected": "B",
    "status:pending sort:-status": "C", "subaccount:kopi_otp": "C", "category:shops": "A", "category:none": "C B",
    "label:vip": "B", "loa:sign": "C", "globe": "C A", "vi": "B", "kopi_": "C", "unlinked smart": "A",
    "country:PH status:approved category:shops loa:none label:vip": "", "nothing": "",
}  # fmt: skip


def put(tx: Tx, plant: Callable[..., None]) -> None:
    """Three sender IDs, requested one hour after the other."""
    kopi = tx.session.scalars(select(Account.id).where(Account.name.startswith("Kopi"))).one()
    began = tx.now - timedelta(days=1)
    common = [{"id": f"{n:032x}", "account": kopi, "requested_at": began + timedelta(hours=n)} for n in range(3)]
    plant(tx, [mine | one for mine, one in zip(common, THERE, strict=True)])


def names(text: str) -> str:
    """The last letters of the sender IDs, in their order; each once."""
    found = [line.partition("*Kopi")[2][:1] for line in text.splitlines()]
    return " ".join(dict.fromkeys(filter(None, found)))


async def home_rows(ana: Actor) -> str:
    """The same of the rows on Home, below what needs her."""
    view = await ana.open_home()
    texts = [str((block.get("text") or {}).get("text")) for block in view.blocks if block["type"] == "section"]
    start = [place for place, text in enumerate(texts) if re.match(r"\*\d+ sender ID", text)]
    assert start, texts
    return names("\n".join(texts[start[0] :]))


async def test_every_filter_and_order_by_command_and_on_home(
    told: Told, house: House, plant: Callable[..., None]
) -> None:
    """What is typed is shown, Home shows the same, and the files have it as well."""
    ana, world = told.ana, told.world
    await house.desk.write(put, plant)
    for words, wanted in SHOWN.items():
        answer = await ana.command(KOPI, f"/senderid dashboard {words}")
        assert (words, names(answer.text)) == (words, wanted)
    for words in ("sort:-country", "label:vip", "unlinked smart"):
        await ana.command(KOPI, f"/senderid dashboard {words}")
        assert (words, await home_rows(ana)) == (words, SHOWN[words])
    await ana.command(KOPI, "/senderid dashboard export sort:id")
    await ana.command(KOPI, "/senderid dashboard picture")
    dm = world.slack.direct("U0ANA").id

    def came() -> dict[str, bytes] | None:
        files = {file.name.rpartition(".")[2]: file.data for one in ana.sees(dm) for file in one.files}
        return files if len(files) > 2 else None

    files: dict[str, Any] = await world.until(came)
    book = load_workbook(io.BytesIO(files["xlsx"]))
    assert [row[0].value for row in book["Sender IDs"].iter_rows(min_row=2)] == ["KopiC", "KopiB", "KopiA"]
    assert b"KopiB,Singapore" in files["csv"]
    assert files["png"].startswith(b"\x89PNG")
    await told.sees(ana, dm, "Your export of sender IDs", "✅ 3 sender IDs")
