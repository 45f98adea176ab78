"""The whole desk in this process, at work between a real database and the sandbox."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot import manifest
from bot.app import House, build, ears, working
from bot.contacts.jobs import IN_SLACK, Terms
from bot.demo.story import Told, link_channels
from bot.registrations.rules import PaperStatus
from bot.registrations.tables import Paper
from bot.sandbox.contacts_api import Script
from bot.sandbox.seed import seed
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.records import Timing
from bot.settings import Settings
from bot.storage.database import Tx

REGISTRATIONS = Path(__file__).parents[1] / "registrations"


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[Any]]:
    """What was logged; nothing is printed."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """The demo's world on loopback, in which batches are quick, and Slack is patient."""
    world = seed(manifest=manifest.load())
    world.slack.timing = Timing.patient()
    world.contacts.normal = Script(seconds=0.3)
    async with Sandbox(world) as sandbox:
        yield sandbox


@pytest.fixture
def terms() -> Terms:
    """On what terms contact files are checked; a test may name others."""
    return IN_SLACK


@pytest.fixture
def more_settings() -> dict[str, Any]:
    """Settings that are not the default; a test may name some."""
    return {}


@pytest.fixture
async def house(
    sandbox: Sandbox,
    database_url: str,
    tmp_path: Path,
    terms: Terms,
    more_settings: dict[str, Any],
    patient_listeners: None,
) -> AsyncIterator[House]:
    """The desk as in production, hearing Slack and working; once on SQLite and once on PostgreSQL."""
    named = {name.lower(): value for name, value in sandbox.environment().items()}
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        files_url=f"file:{tmp_path / 'files'}",
        senderdesk_tick_seconds=0.2,
        **named,
        **more_settings,
    )
    async with build(settings, terms=terms) as house:
        house.desk.links.workspace = (await house.desk.people.us()).url
        async with working(house), ears(house):
            await sandbox.world.slack.until(lambda: sandbox.world.slack.delivery.sockets.open or None)
            yield house


@pytest.fixture
async def told(house: House, sandbox: Sandbox) -> Told:
    """The people of the demo; both customers' channels are linked."""
    told = Told(sandbox.world)
    await link_channels(told)
    return told


@pytest.fixture
def company_added(told: Told, house: House) -> Callable[[], Awaitable[None]]:
    """In the wizard's Details Ana adds her company, then a picture for each document, and these are looked at."""
    typed = json.loads((REGISTRATIONS / "typed.json").read_text())["company"]
    paper, ana = ("paper.png", (REGISTRATIONS / "pixel.png").read_bytes()), told.ana

    def fetching(tx: Tx) -> int:
        return len(tx.session.scalars(select(Paper.id).where(Paper.status == PaperStatus.FETCHING)).all())

    async def add() -> None:
        await ana.click(ana.modal(), "Add a company")
        for name, value in typed.items():
            await ana.fill(name, value)
        assert await ana.submit() is None
        assert await ana.submit() is None
        for block in list(ana.modal().blocks):
            if block["type"] == "input":
                await ana.choose(ana.modal(), "files", [paper], block=block["block_id"])
        assert await ana.submit() is None
        while await house.desk.read(fetching):
            await asyncio.sleep(0.02)

    return add
