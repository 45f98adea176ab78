"""The tour's story against the real bot in a process of its own: as it is, and with kills between all steps."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.demo import running
from bot.demo.story import STORY, Told
from bot.demo.tour import play
from bot.sandbox.slack.records import Timing

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def console() -> Console:
    """What the tour prints; shown when a test fails."""
    return Console(file=io.StringIO(), width=100)


def printed(console: Console) -> str:
    """What the tour printed."""
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def on(url: str) -> dict[str, str]:
    """The bot's settings for this database; short leases, as the next process on PostgreSQL waits for them."""
    return {"DATABASE_URL": url, "SENDERDESK_LEASE_SECONDS": "4"}


async def test_the_story_goes_as_told(console: Console, tmp_path: Path, sqlite_url: str) -> None:
    """Every step of the tour, through sockets, HTTP and SMTP; the one with kills plays it on PostgreSQL too."""
    async with running(tmp_path, environment=on(sqlite_url)) as demo:
        demo.sandbox.world.slack.timing = Timing.patient(retries=(0.0, 60.0, 300.0))
        code = await play(STORY, Told(demo.sandbox.world), console)
    assert code == 0, printed(console)


async def test_the_story_goes_on_when_the_bot_is_killed_between_its_steps(
    console: Console, tmp_path: Path, database_url: str
) -> None:
    """A kill -9 and a new start before each step: nothing is lost, and the last step finds nothing doubled."""
    async with running(tmp_path, environment=on(database_url)) as demo:
        demo.sandbox.world.slack.timing = Timing.patient(retries=(0.0, 60.0, 300.0))
        code = await play(STORY, Told(demo.sandbox.world), console, between=demo.bot.kill_and_start)
    assert code == 0, printed(console)
