"""The dashboard as people see it: App Home in a browser, wide and on a phone, and the answer to the command."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from bot.accounts.tables import Account
from bot.demo import Demo, running
from bot.demo.story import Told, link_channels
from bot.sandbox.server import Sandbox
from bot.storage.database import Tx, random_id

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

NAMES = ["KopiNus", "KopiOTP", "KopiPromo", "Kopi-SG", "KOPITH", "KopiCare", "KopiPay", "KopiClub", "KopiNews"]
NAMES += ["KopiShop", "KopiVIP", "KopiTrip"]
STATUSES = (
    ("PH", {"globe": "approved", "smart": "approved", "dito": "approved"}),
    ("PH", {"globe": "approved", "smart": "with_operator", "dito": "under_review"}),
    ("TH", {"ais": "changes_asked", "true_dtac": "approved", "nt": "with_operator"}),
    ("SG", {"singtel": "approved", "starhub": "rejected", "m1": "approved", "simba": "approved"}),
)


def some(account: str) -> list[dict[str, Any]]:
    """Twelve sender IDs as they stand after some weeks."""
    began = datetime(2026, 11, 1, 9, tzinfo=UTC)
    return [
        {
            "id": f"{number:032x}",
            "account": account,
            "sender_id": name,
            "requested_at": began + timedelta(days=number),
            "country": STATUSES[number % 4][0],
            "category": ("", "Shops", "Banking")[number % 3],
            "labels": ((), ("Promo",), ("Q4 launch", "VIP"))[number % 3],
            "loa": "ready" if number == 10 else "not_needed",
            "statuses": STATUSES[number % 4][1],
        }
        for number, name in enumerate(NAMES)
    ]


@pytest_asyncio.fixture(loop_scope="session")
async def demo(tmp_path: Path, plant: Callable[..., None]) -> AsyncIterator[Demo]:
    """The demo with a customer who has been here for weeks."""
    async with running(tmp_path) as demo:
        await link_channels(Told(demo.sandbox.world))
        engine = create_engine(f"sqlite:///{tmp_path}/senderdesk.db", connect_args={"timeout": 60})
        with Session(engine) as session, session.begin():
            kopi = session.scalars(select(Account.id).where(Account.name.startswith("Kopi"))).one()
            plant(Tx(session, datetime.now(UTC), random_id), some(kopi))
        engine.dispose()
        yield demo


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(demo: Demo) -> Sandbox:
    """What ``look`` opens its windows at."""
    return demo.sandbox


async def test_home_is_filtered_sorted_paged_and_exported(look: Any, take: Any) -> None:
    """Wide, then on a phone: what needs Ana first, the rows, one opened, other orders and filters, and the files."""
    page = await look("/#/U0ANA/home")
    main = page.locator("main")
    await expect(main).to_contain_text("12 sender IDs")
    await main.get_by_role("button", name="Show the operators of KopiTrip").click()
    await expect(main).to_contain_text("StarHub")
    await page.set_viewport_size({"width": 1280, "height": 1100})
    await take(page, "dashboard")

    await main.get_by_role("combobox").first.click()
    await page.get_by_role("option", name="Sender ID A to Z").click()
    await expect(main.get_by_text("KopiTrip")).to_have_count(0)
    await main.get_by_role("button", name="Next", exact=True).click()
    await expect(main).to_contain_text("KopiTrip")

    await main.get_by_role("button", name="Search and filter").click()
    form = page.get_by_role("dialog")
    await form.get_by_role("textbox", name="Label").fill("vip")
    await form.get_by_role("button", name="Show").click()
    await expect(main).to_contain_text("4 sender IDs")
    await expect(main).to_contain_text("Q4 launch, VIP")
    await main.get_by_role("button", name="Export", exact=True).click()

    await main.get_by_role("button", name="Clear", exact=True).click()
    await expect(main).to_contain_text("12 sender IDs")

    phone = await look("/#/U0ANA/home", phone=True)
    await expect(phone.locator("main")).to_contain_text("12 sender IDs")
    assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await take(phone, "dashboard-phone")

    channel = await look("/#/U0ANA/C0KOPI")
    for words, shown in (("country:PH sort:id", "country:PH sort:id"), ("picture", "on its way")):
        await channel.locator(".composer-field").fill(f"/senderid dashboard {words}")
        await channel.locator(".composer-field").press("Enter")
        await expect(channel.locator(".main .message").last).to_contain_text(shown)

    messages = await look("/#/U0ANA/messages")
    await messages.set_viewport_size({"width": 1280, "height": 1100})
    drawn = messages.get_by_role("img", name="12 sender IDs beside their operators").last
    await expect(drawn).to_have_js_property("complete", value=True)
    await drawn.scroll_into_view_if_needed()
    await take(messages, "week")
