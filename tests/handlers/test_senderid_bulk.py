"""The workbook of sender IDs as the people of the sandbox get it and give it back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account
from bot.contacts.tables import ContactFile
from bot.delivery.tables import DueRow
from bot.desk import Desk
from bot.registrations import drafts, wizard
from bot.registrations.bulk.service import OFFER
from bot.registrations.bulk.tables import Workbook
from bot.registrations.tables import Draft
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT
from bot.sandbox.slack.actor import Actor
from handlers import senderid_review

REGISTRATIONS = Path(__file__).parents[1] / "registrations"
COMPANY, ENTRY = json.loads((REGISTRATIONS / "typed.json").read_text()).values()
Rows = Callable[..., Any]


@pytest.fixture
async def linked(rina: Actor) -> None:
    """Ana's channel belongs to an account."""
    await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} Kopi Nusantara")


@pytest.fixture
def offered(desk: Desk) -> Callable[[], Any]:
    """Of which countries, and to whom, workbooks are on their way."""

    async def look() -> list[str]:
        wanted = select(DueRow.key).where(DueRow.kind == OFFER)
        keys = await desk.read(lambda tx: list(tx.session.scalars(wanted)))
        return sorted(key.rpartition(":")[0] for key in keys)

    return look


@pytest.mark.usefixtures("linked")
async def test_a_workbook_is_asked_for_with_its_country_or_without(ana: Actor, offered: Callable[[], Any]) -> None:
    """Who names no country is asked; both ways the workbook comes as a direct message."""
    assert "for the Philippines in a direct message" in (await ana.command(KOPI, "/senderid bulk ph")).text.replace(
        "*", ""
    )
    asked = await ana.command(KOPI, "/senderid bulk")
    assert "For which country" in asked.text
    (question,) = [one for one in ana.sees(KOPI) if "For which country" in one.text]
    await ana.choose(question, "senderid:bulk_country", "SG")
    assert any("*Singapore* in a direct message" in one.text for one in ana.sees(KOPI))
    assert await offered() == ["PH:U0ANA", "SG:U0ANA"]
    assert "there are" in (await ana.command(KOPI, "/senderid bulk Atlantis")).text.lower()


@pytest.mark.usefixtures("linked")
async def test_the_wizard_offers_the_workbook_and_takes_it(ana: Actor, rows: Rows, offered: Callable[[], Any]) -> None:
    """From the page Sender IDs and back; what was typed there is kept, and what is attached belongs to the draft."""
    await ana.command(KOPI, "/senderid register")
    await ana.fill("senderid:country", "SG")
    await ana.fill("entity", "local")
    await ana.click(ana.modal(), "Add a company")
    for name, value in {**COMPANY, "uen": "201912345R"}.items():
        await ana.fill(name, value)
    assert await ana.submit() is None
    assert await ana.submit() is None
    await ana.click(ana.modal(), "Add the rest later")
    await ana.fill("subaccount", "kopi_otp")

    await ana.click(ana.modal(), "Many at once: workbook")
    assert ana.modal().title == "Many at once"
    assert await offered() == ["SG:U0ANA"]
    (draft,) = await rows(Draft)
    assert [entry["subaccount"] for entry in draft.data["sender_ids"]] == ["kopi_otp"]
    await ana.click(ana.modal(), "Back")
    assert ana.modal().title == "Step 3 of 4: Sender IDs"

    await ana.click(ana.modal(), "Many at once: workbook")
    await ana.choose(ana.modal(), "files", [("names.xlsx", b"PK\x03\x04")])
    assert await ana.submit() is None
    assert "The answer comes as a direct message" in str(ana.modal().blocks)
    (workbook,) = await rows(Workbook)
    assert (workbook.draft_id, workbook.channel, workbook.status) == (draft.id, "U0ANA", "checking")


@pytest.mark.usefixtures("linked")
@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("sender-ids-PH.xlsx", True),
        ("Copy of sender-ids-PH (1).xlsx", True),
        ("sender-ids-PH - Sender IDs.csv", True),
        ("Sender ID Kopi.xlsx", True),
        ("senders.xlsx", False),
        ("contacts.csv", False),
    ],
)
async def test_a_dropped_file_is_taken_by_its_name_first(ana: Actor, rows: Rows, name: str, ours: bool) -> None:
    """A file that is called like the workbook is no contact file, and any other is not the workbook."""
    await ana.upload(KOPI, name, b"Sender ID\n")
    assert [len(await rows(Workbook)), len(await rows(ContactFile))] == [int(ours), int(not ours)]


@pytest.mark.usefixtures("linked")
async def test_of_many_sender_ids_each_is_reached(ana: Actor, desk: Desk, rows: Rows) -> None:
    """The list shows twenty at a time, and any of them can be taken out; the review names all."""
    (account,) = await rows(Account)
    who = Who("U0ANA", "T0SENDER", Role.CUSTOMER, account.id, KOPI)
    draft = await desk.write(drafts.begin, who, KOPI)
    many = [{"sender_id": f"Kopi{number}Nus", "message_type": "otp"} for number in range(1, 26)]
    await desk.write(drafts.save, who, draft.id, {"country": "PH", "sender_ids": many}, "sender_ids")
    await ana.command(KOPI, "/senderid register")
    await ana.click(ana.modal(), "Continue draft")
    assert ("Kopi20Nus" in str(ana.modal().blocks), "Kopi21Nus" in str(ana.modal().blocks)) == (True, False)
    await ana.choose(ana.modal(), "senderid:entries_from", "Sender IDs 21 to 25")
    assert ("Kopi20Nus" in str(ana.modal().blocks), "Kopi21Nus" in str(ana.modal().blocks)) == (False, True)
    await ana.click(ana.modal(), "senderid:entry_remove", block="entry:22")
    (draft,) = await rows(Draft)
    assert [entry["sender_id"] for entry in draft.data["sender_ids"]][21:] == ["Kopi22Nus", "Kopi24Nus", "Kopi25Nus"]
    sight = await desk.write(wizard.go, who, draft.id, "review")
    shown = str(senderid_review.review(desk.voices, sight)["blocks"])
    assert all(f"*Kopi{number}Nus*" in shown for number in range(1, 26) if number != 23)
