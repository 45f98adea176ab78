"""Requests for RCS agents, as the people of the sandbox make, mend and answer them."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.rcs.colour import nearest_shade
from bot.rcs.tables import AgentDraft
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT
from bot.sandbox.slack.actor import Actor


@pytest.fixture(autouse=True)
async def linked(rina: Actor) -> None:
    """Ana's channel belongs to an account."""
    await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} Kopi Nusantara")


def text(person: Actor) -> str:
    """Everything that the modal in front of somebody says."""
    return str(person.modal().blocks)


async def press(person: Actor, label: str) -> None:
    """Press a button of the modal."""
    await person.click(person.modal(), label)


BRAND = {"name": "Kopi Nusantara", "description": "Orders and offers of Kopi", "color": "#7A1F0B"}


async def test_each_step_is_kept_and_what_is_wrong_stands_at_its_field(ana: Actor, rows: Callable[..., Any]) -> None:
    """A name too long and a bad colour are told where they are; a pale one is changed with one click."""
    assert "asks for an agent" in str((await ana.command(KOPI, "/rcs help")).blocks)
    assert "No RCS agent yet" in str((await ana.command(KOPI, "/rcs")).blocks)
    assert not (await ana.command(KOPI, "/rcs new")).error
    for name, value in {**BRAND, "name": "K" * 41, "color": "reddish"}.items():
        await ana.fill(name, value)
    await ana.fill("use_case", "OTP")
    await ana.fill("markets", ["US"])
    said = await ana.submit()
    assert "41 characters, at most 40 characters allowed" in str(said)
    assert "Write it as a hex code" in str(said)
    assert len(said or {}) == 2
    await ana.fill("name", "Kopi Nusantara")
    await ana.fill("color", "#FF8800")
    assert await ana.submit() is None
    assert ana.modal().title == "Step 1 of 4: Brand"
    await press(ana, f"Take {nearest_shade('#FF8800')}")
    assert await ana.submit() is None
    assert ana.modal().title == "Step 2 of 4: Pictures"
    [draft] = await rows(AgentDraft)
    assert (draft.data["color"], draft.data["markets"], draft.step) == (nearest_shade("#FF8800"), ["US"], "pictures")
