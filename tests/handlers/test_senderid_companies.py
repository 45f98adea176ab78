"""Companies are kept beforehand, and offered in every registration."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.registrations.tables import Company, Paper
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT
from bot.sandbox.slack.actor import Actor

REGISTRATIONS = Path(__file__).parents[1] / "registrations"
PNG = (REGISTRATIONS / "pixel.png").read_bytes()
FIELDS = json.loads((REGISTRATIONS / "typed.json").read_text())["company"]


@pytest.fixture(autouse=True)
async def linked(rina: Actor) -> None:
    """Ana's channel belongs to an account."""
    await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} Kopi Nusantara")


def text(person: Actor) -> str:
    """Everything that the modal in front of somebody says."""
    view = person.view()
    assert view is not None
    return str(view.blocks)


async def press(person: Actor, label: str) -> None:
    """Press a button of the modal."""
    view = person.view()
    assert view is not None
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
