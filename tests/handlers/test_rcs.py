"""Requests for RCS agents, as the people of the sandbox make, mend and answer them."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Channel
from bot.desk import Desk
from bot.rcs import arriving, drafts, service
from bot.rcs.arriving import Looked
from bot.rcs.colour import nearest_shade
from bot.rcs.fields import AgentFields, pages_hash
from bot.rcs.picture_rules import SPECS, Look
from bot.rcs.tables import Agent, AgentDraft, AgentPicture
from bot.registrations.companies import Arrival
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, TEAM
from bot.sandbox.slack.actor import Actor
from bot.storage.database import Tx
from bot.storage.files import StoredFile


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


@pytest.fixture
async def asked(desk: Desk) -> Agent:
    """Ben asked for an agent, whose pictures and pages are right."""

    def ask(tx: Tx) -> Agent:
        ben = Who("U0BEN", TEAM, Role.CUSTOMER, tx.session.scalars(select(Channel.account_id)).one(), KOPI)
        draft = drafts.begin(tx, ben, KOPI)
        typed = {**BRAND, "use_case": "OTP", "markets": ["US"], "email": "care@kopi.example", "phone": "+622129000000"}
        typed |= {"privacy": "https://kopi.example/privacy", "terms": "https://kopi.example/terms"}
        drafts.save(tx, ben, draft.id, typed, "review")
        for what, spec in SPECS.items():
            picture = arriving.add_picture(tx, ben, draft.id, what, Arrival(f"F{what}", f"{what}.png", 1000))
            arriving.picture_fetched(tx, picture.id, StoredFile(f"rcs/{picture.id}/source", 1000, "0" * 64))
            look = Look(1000, "PNG", width=spec.width, height=spec.height, sheer=0.0, cut=0.0)
            arriving.picture_looked_at(tx, picture.id, Looked(look, {}, None))
        draft.checked = pages_hash(AgentFields.of(draft.data))
        return service.submit(tx, ben, draft.id, draft.version)

    agent: Agent = await desk.write(ask)
    return agent


async def test_a_draft_goes_on_where_it_was_left_or_begins_anew(ana: Actor, rows: Callable[..., Any]) -> None:
    """Forwards and back, from the list and by the command; pictures come, are looked at, and go."""
    await ana.command(KOPI, "/rcs new")
    for name, value in {**BRAND, "use_case": "OTP", "markets": ["ID"]}.items():
        await ana.fill(name, value)
    assert await ana.submit() is None
    block = next(each["block_id"] for each in ana.modal().blocks if each["block_id"].startswith("logo"))
    await ana.choose(ana.modal(), "files", [("logo.png", b"no picture")], block=block)
    assert await ana.submit() is None
    [picture] = await rows(AgentPicture)
    assert (picture.what, picture.status, picture.name) == ("logo", "fetching", "logo.png")
    said = await ana.submit()
    assert {name.partition(":")[0] for name in said or {}} == {"privacy", "terms", "email", "phone"}
    await ana.close()
    told = await ana.command(KOPI, "/rcs")
    assert "Kopi Nusantara" in str(told.blocks)
    await ana.command(KOPI, "/rcs new")
    await press(ana, "Continue draft")
    assert ana.modal().title == "Step 3 of 4: Contact"
    await ana.fill("email", "care@kopi.example")
    await press(ana, "Back")
    assert "logo.png" in text(ana)
    await press(ana, "Remove")
    assert "logo.png" not in text(ana)
    assert await ana.submit() is None
    assert "care@kopi.example" in str(ana.modal().entries)
    for name, value in {
        "privacy": "https://a.example/p",
        "terms": "https://a.example/t",
        "phone": "+12025550123",
    }.items():
        await ana.fill(name, value)
    await ana.fill("start", "&" * 500)
    await ana.fill("stop", "<" * 500)
    assert await ana.submit() is None
    assert "Logo, kind of file: nothing" in text(ana)
    assert "Being looked at" in text(ana)
    assert await ana.submit() is None
    assert "This cannot be sent in yet" in text(ana)
    await ana.click(ana.modal(), "rcs:part", block="part:brand")
    await ana.fill("description", "One-time passwords")
    assert await ana.submit() is None
    assert ana.modal().title == "Step 4 of 4: Review"
    assert "One-time passwords" in text(ana)
    await ana.close()
    await ana.command(KOPI, "/rcs new")
    await press(ana, "Start anew")
    assert ana.modal().title == "Step 1 of 4: Brand"
    assert "One-time passwords" not in text(ana)
    assert sorted(one.step for one in await rows(AgentDraft)) == ["brand", "discarded"]


async def test_a_customer_looks_at_it_and_takes_it_back(ana: Actor, asked: Agent, rows: Callable[..., Any]) -> None:
    """By its name in any case; a second click on the same button is told that it is over."""
    told = await ana.command(KOPI, "/rcs show kopi nusantara")
    assert "Support has it" in str(told.blocks)
    assert "not yours to see" in (await ana.command(KOPI, "/rcs show Somebody")).text
    card = ana.sees(KOPI)[-2]
    for _ in range(2):
        await ana.click(card, "Withdraw")
    assert "This was already withdrawn by <@U0ANA>" in ana.sees(KOPI)[-1].text
    [agent] = await rows(Agent)
    assert (agent.id, agent.status) == (asked.id, "withdrawn")
    told = await ana.command(KOPI, "/rcs")
    assert "Withdrawn" in str(told.blocks)
