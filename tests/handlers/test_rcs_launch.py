"""Test devices and launches of an agent, where the people of the sandbox do what no journey does."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Channel
from bot.delivery.outbox import REVIEW as REVIEW_PLACE
from bot.delivery.tables import Message as Sent
from bot.delivery.voices import Voices
from bot.desk import Desk
from bot.rcs import launching, steps, testing
from bot.rcs.items import LINK, QUESTIONS, SHOWN
from bot.rcs.keywords import REQUIRED
from bot.rcs.launch_messages import Drawings
from bot.rcs.launch_steps import CARD, ITEMS, ROWS
from bot.rcs.rules import AgentStatus, CarrierStatus
from bot.rcs.tables import Agent, CarrierRow, Launch, LaunchItem
from bot.rcs.tables import Tester as Device
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, REVIEW, TEAM
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.records import Message
from bot.storage.database import Tx
from bot.tickets.steps import Opening, open_ticket

ID = "a" * 32


@pytest.fixture(autouse=True)
async def made(rina: Actor, desk: Desk) -> None:
    """Kopi's agent, which 8x8 made, with everything that its launch needs."""
    await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} Kopi Nusantara")
    await desk.write(_make)


def _make(tx: Tx) -> None:
    account = tx.session.scalars(select(Channel.account_id)).one()
    opening = Opening(account, "rcs", "Kopi", "U0BEN", KOPI, card=(steps.CARD, ID), review=(steps.REVIEW_CARD, ID))
    texts = {"start": REQUIRED["start"], "help": "For support, please call +6561234567.", "stop": REQUIRED["stop"]}
    tx.session.add(
        Agent(
            id=ID, account_id=account, ticket_id=open_ticket(tx, opening, by="U0BEN").id, status=AgentStatus.CREATED,
            name="Kopi", description="Coffee", color="#7A1F0B", use_case="OTP", channel=KOPI,
            fields={"markets": ["SG"], **texts}, submitted_by="U0BEN", submitted_at=tx.now,
        )
    )  # fmt: skip
    tx.session.flush()
    own = {"account_id": account, "agent_id": ID}
    tx.session.add(
        Device(id="d" * 32, **own, number="+14155552671", status="accepted", added_by="U0BEN", added_at=tx.now)
    )
    given: dict[str, dict[str, Any]] = {
        "brand_vetting": {},
        "demo_video": {LINK: "https://kopi.example/v", SHOWN: ["opt_in", "transactional", "stop"]},
        "questionnaire": dict.fromkeys(QUESTIONS, "Yes") | {"contact_email": "a@kopi.example"},
    }
    for code, data in given.items():
        row = LaunchItem(id=code.ljust(32, "0"), **own, code=code, status="given", data=data, given_by="U0BEN")
        tx.session.add(row)


@pytest.fixture
async def launch(desk: Desk) -> Launch:
    """Its launch in Singapore, asked for by Ben and live with all carriers."""

    def ask(tx: Tx) -> Launch:
        account = tx.session.scalars(select(Channel.account_id)).one()
        made = launching.request(tx, Who("U0BEN", TEAM, Role.CUSTOMER, account, KOPI), ID, ["SG"])
        for row in tx.session.scalars(select(CarrierRow)):
            row.status = CarrierStatus.LIVE
        return made

    asked: Launch = await desk.write(ask)
    return asked


@pytest.fixture
def shown(desk: Desk, rina: Actor, slack: Any) -> Callable[..., Any]:
    """Draws a message of launches and posts it, so that its buttons can be pressed."""

    async def post(kind: str, key: str, channel: str) -> Message:
        drawn = Drawings(Voices(), desk.links)
        draw = {CARD: drawn.card, ROWS: drawn.rows, ITEMS: drawn.items}[kind]
        place = REVIEW_PLACE if channel == REVIEW else channel

        def card(tx: Tx) -> Any:
            return draw(
                tx,
                tx.session.scalars(select(Sent).where(Sent.kind == kind, Sent.key == key, Sent.place == place)).one(),
            )

        made = await desk.read(card)
        answer = await desk.slack.chat_postMessage(channel=channel, text=made.text, blocks=made.blocks)
        return next(one for one in rina.sees(channel) if one.ts == answer["ts"])

    return post


async def test_devices_are_looked_at_by_name_page_by_page(ana: Actor, rina: Actor, desk: Desk) -> None:
    """A long list has pages; why a message fails is told from there and by a command; staff see what they can say."""
    assert "/rcs testers NAME" in str((await ana.command(KOPI, "/rcs testers")).blocks)
    assert "PERMISSION_DENIED" in str((await ana.command(KOPI, "/rcs why 403")).blocks)
    await ana.command(KOPI, "/rcs testers kopi")
    await ana.fill("numbers", "\n".join(f"+628123456{n:03}" for n in range(25)))
    assert await ana.submit() is None
    assert "1 to 20 of 26 devices" in str(ana.modal().blocks)
    await ana.click(ana.modal(), "testers:later")
    assert "21 to 26 of 26 devices" in str(ana.modal().blocks)
    await ana.click(ana.modal(), "testers:earlier")
    await ana.click(ana.modal(), "testers:why")
    assert "iOS 18" in str(ana.modal().blocks)
    await ana.close()
    await ana.close()
    await rina.command(KOPI, "/rcs testers kopi")
    await rina.click(rina.modal(), "testers:invite")
    assert "Google takes 20 invites" in str(rina.modal().blocks)
    there = await desk.read(testing.testers_of, Who("U0RINA", TEAM, Role.STAFF, None, KOPI), ID)
    assert len(there.testers) == 26


async def test_a_live_launch_is_suspended_resumed_and_gets_another_use(
    ana: Actor, rina: Actor, launch: Launch, shown: Callable[..., Any], rows: Callable[..., Any]
) -> None:
    """The customer changes the use case from the card; staff say what carriers do, and which ones are asked."""
    steps_of: list[tuple[str, str, dict[str, str]]] = [
        ("carrier:suspend", "m1", {"words": "Complaints."}),
        ("carrier:resume", "m1", {}),
        ("carrier:add", "", {"carrier": "GOMO"}),
        ("carrier:reject", "gomo", {"words": "No RCS."}),
        ("carrier:amend", "gomo", {"amended_to": "approved", "words": "It has."}),
        ("carrier:strike", "gomo", {"words": "Not now."}),
    ]
    for action, carrier, fields in steps_of:
        card = await shown(ROWS, launch.id, REVIEW)
        await rina.click(card, action, block=f"row:SG:{carrier}" if carrier else None)
        for name, value in fields.items():
            await rina.fill(name, value)
        assert not fields or await rina.submit() is None
    statuses = {row.carrier: row.status for row in await rows(CarrierRow)}
    assert statuses == {"singtel": "live", "starhub": "live", "m1": "live", "simba": "live", "gomo": "withdrawn"}

    theirs = await shown(CARD, launch.id, KOPI)
    assert "delivery rates" in str(theirs.blocks)
    await ana.click(theirs, "launch:use_case")
    await ana.fill("use_case", "MULTI_USE")
    assert "Demo video" in str(await ana.submit())
    await ana.fill("use_case", "TRANSACTIONAL")
    assert await ana.submit() is None
    assert "approve Transactional" in str(ana.modal().blocks)
    await ana.close()
    assert [one.use_case for one in sorted(await rows(Launch), key=lambda one: one.number)] == ["OTP", "TRANSACTIONAL"]
    theirs = await shown(CARD, launch.id, KOPI)
    assert "launch:withdraw" not in str(theirs.blocks)
    await ana.command(KOPI, "/rcs launch kopi")
    assert "Live in Singapore" in str(ana.modal().blocks)


async def test_a_launch_is_taken_back_from_its_card(
    ana: Actor, desk: Desk, launch: Launch, shown: Callable[..., Any], rows: Callable[..., Any]
) -> None:
    """What no carrier has live; the second click is told who was first."""

    def undo(tx: Tx) -> None:
        for row in tx.session.scalars(select(CarrierRow)):
            row.status = CarrierStatus.UNDER_REVIEW

    await desk.write(undo)
    theirs = await shown(CARD, launch.id, KOPI)
    await ana.click(theirs, "launch:withdraw")
    assert {row.status for row in await rows(CarrierRow)} == {"withdrawn"}
    await ana.click(theirs, "launch:withdraw")
    assert "already" in str([one.text for one in ana.sees(KOPI)])
    assert [one.status for one in await rows(Launch)] == ["withdrawn"]
