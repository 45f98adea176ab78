"""Replicas that stand still, die for good, or lose their database: the others go on, and nothing is lost."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, make_url

from bot.sandbox.seed import KOPI
from bot.storage import migrate

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(240)]

AFTER_LEASE = 5.0
IN_TRANSACTION = 15.0
"""What the server gives a session that stands still inside a transaction."""


async def at_work(kit, town, files: int, dice) -> asyncio.Task[None]:
    """People bring files; gives the task once both replicas have work in hand."""
    await town.link(more=3)
    await asyncio.gather(*(replica.start("quick-checks") for replica in town.replicas))
    coming = asyncio.create_task(kit.crowd(town, files, dice=dice))
    await town.until(kit.files_there, 3)
    return coming


def stands_in_transaction(url: str) -> bool:
    """Whether a session of the desk's is open in a transaction and does nothing."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()"
            " AND application_name = 'senderdesk'"
        ).fetchone()
    return bool(found and found[0])


async def test_a_process_that_stands_still_past_its_lease_doubles_nothing(
    kit, postgres_url: str, tmp_path, dice
) -> None:
    """The other one takes its work over in time; when it goes on it notices, and takes back what it said too late."""
    async with kit.town(postgres_url, tmp_path, replicas=2) as town:
        paused = town.replicas[0]
        coming = await at_work(kit, town, 16, dice)
        for _ in range(3):
            await asyncio.sleep(dice.uniform(0.1, 1.0))
            paused.send(signal.SIGSTOP)
            stuck = await asyncio.to_thread(stands_in_transaction, postgres_url)
            most = kit.lease + AFTER_LEASE + (IN_TRANSACTION if stuck else 0)
            await town.until(kit.has_no_work, paused.pid, seconds=most)
            paused.send(signal.SIGCONT)
        await coming
        await town.settle()
        await town.reconcile(by=1)  # not the one that stood still: it may have to notice yet what it said too late
        found = await town.right_in_the_end()
    assert found.wrong() == {}


@pytest.mark.parametrize("call", ["post", "update"])
async def test_what_a_process_says_too_late_does_not_stay(kit, postgres_url: str, tmp_path, call: str) -> None:
    """It stands still right before a call, after it had asked whether its lease lasts; meanwhile another does the same.

    Even when that was compared with Slack long ago, what comes too late is looked at.
    """
    async with kit.town(postgres_url, tmp_path, replicas=2) as town:
        late, other = town.replicas
        await town.link()
        await late.start("quick-checks", f"stops:before:bot.delivery.slack:SlackMessages.{call}")
        ana = kit.customer(town, town.world.slack.actor("U0ANA"), KOPI)
        story = asyncio.create_task(ana.checked("june.csv", kit.a_file(1)))
        await late.stands(90)
        await other.start("quick-checks")
        await story
        await town.settle()
        await town.reconcile(by=1)
        late.send(signal.SIGCONT)
        await town.until(kit.not_all_compared)
        await town.reconcile(by=1)
        found = await town.look(kit.inspect, town.world, town.channels)
    assert found.wrong() == {}


async def test_a_process_that_stands_still_before_an_upload_makes_no_second_batch(
    kit, postgres_url: str, tmp_path
) -> None:
    """It had asked whether its lease lasts; another looks, finds nothing, and uploads. Then it goes on."""
    async with kit.town(postgres_url, tmp_path, replicas=2) as town:
        late, other = town.replicas
        await town.link()
        await late.start("quick-checks", "stops:before:bot.contacts.client:ContactsClient.create_contacts")
        ana = kit.customer(town, town.world.slack.actor("U0ANA"), KOPI)
        root = await ana.checked("june.csv", kit.a_file(1))
        done = partial(ana.shows, root, "Completed")
        submits = asyncio.create_task(ana.press(root, "contacts:submit", until=done))
        await late.stands(90)
        await other.start("quick-checks")
        await submits
        before = late.log.read_text().count("lease_lost")
        late.send(signal.SIGCONT)
        await town.until(lambda _: late.log.read_text().count("lease_lost") > before, what="it notices that it is late")
        await town.settle()
        found = await town.right_in_the_end()
    assert found.wrong() == {}


async def test_the_work_of_a_process_that_never_comes_back_is_done_by_the_other(
    kit, postgres_url: str, tmp_path, dice
) -> None:
    """Whatever the dead one had in hand is done soon after its lease, and nothing was doubled."""
    async with kit.town(postgres_url, tmp_path, replicas=2) as town:
        coming = await at_work(kit, town, 8, dice)
        dead = town.replicas[1]
        await town.until(kit.has_work, dead.pid)
        await dead.kill()
        await town.until(kit.has_no_work, dead.pid, seconds=kit.lease + AFTER_LEASE)
        await coming
        await town.settle()
        await town.reconcile()
        found = await town.look(kit.inspect, town.world, town.channels)
    assert found.wrong() == {}
    assert found.files >= 8


class Server:
    """A PostgreSQL of this test's own, which may be stopped as a crash does."""

    def __init__(self, programs: Path, folder: Path, user: str | None) -> None:
        self._programs, self._folder, self._user = programs, folder, user
        self._process: subprocess.Popen[bytes] | None = None
        self._run(
            "initdb", "-D", f"{folder}/data", "-U", "desk", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"
        )
        self.url = f"postgresql://desk@/postgres?host={folder}"

    def _run(self, program: str, *arguments: str) -> int:
        command = [str(self._programs / program), *arguments]
        return subprocess.run(command, user=self._user, cwd=self._folder, capture_output=True, check=False).returncode

    def start(self) -> None:
        """Start, or start again, and wait until it answers."""
        options = ["-k", str(self._folder), "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60"]
        with (self._folder / "log").open("ab") as log:
            command = [str(self._programs / "postgres"), "-D", f"{self._folder}/data", *options]
            self._process = subprocess.Popen(command, user=self._user, cwd=self._folder, stdout=log, stderr=log)
        while self._run("pg_isready", "--quiet", f"--host={self._folder}"):
            assert self._process.poll() is None, (self._folder / "log").read_text()
            time.sleep(0.05)

    def crash(self) -> None:
        """An immediate shutdown: no goodbyes, and a recovery at the next start."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(60)


@pytest.fixture
def server(postgres_programs: Path) -> Iterator[Server]:
    """Started, with the desk's tables."""
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="desk-pg-"))
    if user is not None:
        shutil.chown(folder, user)
    made = Server(postgres_programs, folder, user)
    made.start()
    engine = create_engine(make_url(made.url).set(drivername="postgresql+psycopg"))
    migrate.prepare(engine, migrate=True)
    engine.dispose()
    yield made
    made.crash()
    shutil.rmtree(folder)


async def test_a_database_that_crashes_again_and_again_costs_time_only(kit, server: Server, tmp_path, dice) -> None:
    """What was answered is there, what was not is asked again; nobody has to start the desk anew."""
    async with kit.town(server.url, tmp_path, replicas=2) as town:
        coming = await at_work(kit, town, 10, dice)
        for _ in range(4):
            await asyncio.sleep(dice.uniform(0.3, 1.5))
            await asyncio.to_thread(server.crash)
            await asyncio.sleep(dice.uniform(0.0, 3.0))
            await asyncio.to_thread(server.start)
        await coming
        await town.settle()
        await town.reconcile()
        found = await town.look(kit.inspect, town.world, town.channels)
    assert found.wrong() == {}
    assert found.files >= 10
