"""Companies are kept beforehand, and offered in every registration."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.desk import Desk
from bot.registrations import companies
from bot.registrations.tables import Company, Paper
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, MART, MART_ACCOUNT
from bot.sandbox.slack.actor import Actor
from bot.storage.files import StoredFile

REGISTRATIONS = Path(__file__).parents[1] / "registrations"
PNG = (REGISTRATIONS / "pixel.png").read_bytes()
FIELDS = json.loads((REGISTRATIONS / "typed.json").read_text())["company"]


@pytest.fixture(autouse=True)
async def linked(rina: Actor) -> None:
    """Ana's channel belongs to an account."""
    await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} Kopi Nusantara")


def text(person: Actor) -> str:
    """Everything that the modal in front of somebody says."""
    view = person.modal()
    return str(view.blocks)


async def press(person: Actor, label: str) -> None:
    """Press a button of the modal."""
    view = person.modal()
    await person.click(view, label)


async def test_a_company_is_kept_beforehand_and_changed(ana: Actor, rows: Callable[..., Any]) -> None:
    """The list shows it with its letterhead; what is changed there stands in the next form."""
    await ana.command(KOPI, "/senderid companies")
    assert "No company is kept yet" in text(ana)
    await press(ana, "Add a company")
    for name, value in FIELDS.items():
        await ana.fill(name, value)
    await ana.fill("files", [("letterhead.png", PNG)])
    assert await ana.submit() is None
    assert "*PT Kopi Nusantara*" in text(ana)
    assert "Company letterhead" in text(ana)
    await press(ana, "Change")
    assert "letterhead.png" in text(ana)
    await ana.fill("short_name", "Kopi Nus")
    assert await ana.submit() is None
    assert "*PT Kopi Nusantara* · Kopi Nus" in text(ana)
    [company] = await rows(Company)
    assert (company.short_name, company.version, company.website) == ("Kopi Nus", 2, "https://kopi.example")
    assert [paper.slot for paper in await rows(Paper)] == ["letterhead"]


async def test_a_name_that_is_kept_already_is_told_at_its_field(ana: Actor, rows: Callable[..., Any]) -> None:
    """Nothing is kept twice."""
    for _ in range(2):
        await ana.command(KOPI, "/senderid companies")
        await press(ana, "Add a company")
        for name, value in FIELDS.items():
            await ana.fill(name, value)
        said = await ana.submit()
    assert "is kept already" in (said or {})["name"]
    assert len(await rows(Company)) == 1


async def test_documents_are_added_dated_and_replaced_beforehand(
    ana: Actor, desk: Desk, clock: Any, rows: Callable[..., Any]
) -> None:
    """Each with its last day, and a word when that is near; the next registration of the company has them."""
    await ana.command(KOPI, "/senderid companies")
    await press(ana, "Add a company")
    for name, value in FIELDS.items():
        await ana.fill(name, value)
    assert await ana.submit() is None
    await press(ana, "Documents")
    assert "has no documents yet" in text(ana)

    async def add(name: str, until: str = "") -> Any:
        await ana.fill("document", "company_registration")
        await ana.fill("file", [(name, PNG)])
        await ana.fill("until", until) if until else None
        return await ana.submit()

    assert "18 November 2020 is over" in str(await add("old.png", "2020-11-18"))
    assert await add("permit.png", "2026-12-12") is None
    assert "permit.png is being looked at" in text(ana)
    [paper] = await rows(Paper)
    stored = StoredFile(key="papers/x", size=10, sha256="0" * 64)
    await desk.write(companies.paper_kept, paper.id, "png", stored)
    await ana.choose(ana.view(), "senderid:papers_until", "2026-12-13", block=f"paper:{paper.id}")
    assert "⚠️ *Certificate of incorporation* · permit.png · valid until 13 December 2026" in text(ana)
    clock.advance(minutes=1)
    assert await add("newer.png") is None
    newer = next(one for one in await rows(Paper) if one.name == "newer.png")
    await desk.write(companies.paper_kept, newer.id, "png", stored)
    await ana.close()
    await ana.command(KOPI, "/senderid companies")
    await press(ana, "Documents")
    assert "newer.png" in text(ana)
    assert "permit.png" not in text(ana)


async def test_another_accounts_documents_are_not_seen(
    ana: Actor, carla: Actor, rina: Actor, rows: Callable[..., Any]
) -> None:
    """Carla has the id of Kopi's company in her own list."""
    await rina.command(MART, f"/desk link {MART_ACCOUNT} Manila Mart")
    for person, place in ((ana, KOPI), (carla, MART)):
        await person.command(place, "/senderid companies")
        await press(person, "Add a company")
        for name, value in FIELDS.items():
            await person.fill(name, value)
        assert await person.submit() is None
    kopis = next(one for one in await rows(Company) if one.created_by == "U0ANA")
    view = carla.modal()
    button = next(
        one for block in view.blocks for one in block.get("elements", ()) if "papers" in one.get("action_id", "")
    )
    button["value"] = kopis.id
    await press(carla, "Documents")
    assert "is not here, or not yours to see" in text(carla)
