"""The tour's stories against the real bot in a process of its own, also with kills between all steps."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from bot.demo import process, running
from bot.demo.story import AGENTS, BEGINNING, END, FILES, REGISTRATIONS, STORY, Step, Told
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
    return {"DATABASE_URL": url, "SENDERDESK_LEASE_SECONDS": "4", "SENDERDESK_FEED_SECONDS": "1"}


def whole(story: Sequence[Step]) -> Sequence[Step]:
    """One part of the tour with what comes before and after it."""
    return (*BEGINNING, *story, *END)


def test_the_tour_is_all_stories() -> None:
    """What is played here in two halves is all that the tour plays; agents need nothing of what comes before them."""
    assert (*BEGINNING, *FILES, *REGISTRATIONS, *AGENTS, *END) == STORY


@pytest.mark.parametrize("story", [(*FILES, *AGENTS), REGISTRATIONS], ids=["files-agents", "registrations"])
async def test_the_story_goes_as_told(console: Console, tmp_path: Path, sqlite_url: str, story: Sequence[Step]) -> None:
    """Every step of the tour, through sockets, HTTP and SMTP; with kills it is played on PostgreSQL too."""
    async with running(tmp_path, environment=on(sqlite_url)) as demo:
        demo.sandbox.world.slack.timing = Timing.patient(retries=(0.0, 60.0, 300.0))
        code = await play(whole(story), Told(demo.sandbox.world, demo.bot.restart_with), console)
    assert code == 0, printed(console)


@pytest.mark.parametrize(
    ("story", "database"),
    [
        pytest.param((*FILES, *AGENTS), "sqlite_url", id="files-agents-sqlite"),
        pytest.param(REGISTRATIONS, "postgres_url", id="registrations-postgres", marks=pytest.mark.postgres),
    ],
)
async def test_the_story_goes_on_when_the_bot_is_killed_between_its_steps(
    console: Console,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    story: Sequence[Step],
    database: str,
    forked,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A kill -9 and a new start before each step: nothing is lost, and the last step finds nothing doubled."""
    monkeypatch.setattr(process, "create_subprocess_exec", forked)
    url = request.getfixturevalue(database)
    async with running(tmp_path, environment=on(url)) as demo:
        demo.sandbox.world.slack.timing = Timing.patient(retries=(0.0, 60.0, 300.0))
        code = await play(
            whole(story), Told(demo.sandbox.world, demo.bot.restart_with), console, between=demo.bot.kill_and_start
        )
    assert code == 0, printed(console)
