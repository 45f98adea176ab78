"""A town to break things in: the sandbox here, real bot processes beside it, people at work, and an inspector."""

import asyncio
import itertools
import os
import random
import secrets
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest
from sqlalchemy import create_engine, make_url, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from bot import manifest
from bot.accounts.tables import Account
from bot.accounts.tables import Channel as LinkedChannel
from bot.contacts.rules import MOVES, Status
from bot.contacts.steps import PURGE
from bot.contacts.tables import ContactBatch, ContactFile
from bot.delivery.outbox import SLACK
from bot.delivery.reconcile import RECONCILE
from bot.delivery.tables import DEAD, DONE, RUNNING, DueRow, Message
from bot.loa.docusign_steps import POLL
from bot.loa.tables import SignedCopy
from bot.sandbox.faults import Fault, Weather, rate_limited
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, MART, MART_ACCOUNT, seed
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.actor import Actor, NoAnswer, NotOnScreen
from bot.sandbox.slack.records import Channel
from bot.sandbox.slack.records import Message as Shown
from bot.sandbox.watch import NeverHappened
from bot.sandbox.world import World
from bot.storage.audit import AuditRow

T = TypeVar("T")
BROKEN_BOT = Path(__file__).with_name("broken_bot.py")
LEASE = 3.0
"""Seconds; short, so that a test need not wait a minute for a dead process's work."""
START_SECONDS = 90.0
LOOK_SECONDS = 0.2
PATIENCE = 100.0


class Replica:
    """One process of the bot; its log is ``bot-N.log``."""

    begin: Callable[..., Awaitable[Process]] = staticmethod(asyncio.create_subprocess_exec)
    """Starts a process, as asyncio's ``create_subprocess_exec`` does."""

    def __init__(self, number: int, environment: dict[str, str], folder: Path) -> None:
        self.number = number
        self.log = folder / f"bot-{number}.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        at = {"SENDERDESK_HTTP_PORT": str(self.port), "SENDERDESK_PUBLIC_URL": f"http://127.0.0.1:{self.port}"}
        self._environment = environment | at
        self._folder = folder
        self.process: Process | None = None

    def also(self, environment: dict[str, str]) -> None:
        """From its next start on it has these settings too."""
        self._environment |= environment

    async def start(self, *breakages: str, ready: bool = True) -> None:
        """Start it, and wait until it hears Slack. ``breakages`` are those of ``broken_bot.py``."""
        with self.log.open("ab") as log:
            self.process = await self.begin(
                sys.executable,
                *([str(BROKEN_BOT), *breakages] if breakages else ["-m", "bot", "serve"]),
                stdout=log,
                stderr=log,
                stdin=asyncio.subprocess.DEVNULL,
                cwd=self._folder,
                env=os.environ | {"SENDERDESK_LOG_FORMAT": "json"} | self._environment,
                start_new_session=True,
            )
        if ready:
            await self._ready()

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self.process is not None
        return self.process.pid

    async def _ready(self) -> None:
        assert self.process is not None
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as http:
            while self.process.returncode is None:
                try:
                    async with http.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)
        raise AssertionError("the bot ended:\n" + "\n".join(self.log.read_text().splitlines()[-15:]))

    def send(self, signal_: signal.Signals) -> None:
        """SIGSTOP, SIGCONT ..."""
        assert self.process is not None
        self.process.send_signal(signal_)

    def complaints(self, most: int = 15) -> list[str]:
        """The last warnings and errors of its log."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if '"level": "info"' not in line and '"level": "debug"' not in line][-most:]

    async def kill(self) -> None:
        """As a power cut would; also one that is paused, or dead already."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def stands(self, seconds: float) -> None:
        """Wait until it was stopped."""
        state = Path(f"/proc/{self.pid}/stat")
        async with asyncio.timeout(seconds):
            while (await asyncio.to_thread(state.read_text)).rpartition(")")[2].split()[0] != "T":
                await asyncio.sleep(0.02)

    async def ended(self, seconds: float) -> int:
        """Wait until it died by itself; its exit code."""
        assert self.process is not None
        async with asyncio.timeout(seconds):
            return await self.process.wait()


@dataclass
class Town:
    """The world, the bot's processes, and their database as an outsider reads it."""

    sandbox: Sandbox
    replicas: list[Replica]
    url: str
    folder: Path
    channels: dict[str, str] = field(default_factory=dict)
    """Linked channels, and the account at 8x8 of each."""

    def __post_init__(self) -> None:
        driver = "sqlite" if self.url.startswith("sqlite") else "postgresql+psycopg"
        self._engine = create_engine(make_url(self.url).set(drivername=driver), poolclass=NullPool)

    @property
    def world(self) -> World:
        """Everything outside."""
        return self.sandbox.world

    async def look(self, f: Callable[..., T], *args: Any) -> T:
        """Run a query in the bot's database."""

        def in_thread() -> T:
            with Session(self._engine) as session:
                return f(session, *args)

        return await asyncio.to_thread(in_thread)

    async def look_if_there(self, f: Callable[..., T], *args: Any) -> T | None:
        """The same; None while the database is away."""
        try:
            return await self.look(f, *args)
        except OperationalError:
            return None

    async def until(self, f: Callable[..., T], *args: Any, seconds: float = PATIENCE, what: str = "") -> T:
        """Look until the query finds something."""
        try:
            async with asyncio.timeout(seconds):
                while not (found := await self.look_if_there(f, *args)):
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise NeverHappened(f"{what or f.__name__} within {seconds} s") from None
        return found

    async def settle(self, seconds: float = PATIENCE) -> None:
        """Wait until nothing is on its way any more."""
        try:
            await self.until(nothing_is_due, seconds=seconds)
        except NeverHappened:
            raise NeverHappened(f"still due: {await self.look(what_is_due)}") from None

    async def reconcile(self, by: int = 0, seconds: float = PATIENCE) -> None:
        """Have Slack and the database compared: a replica starts anew, and asks for it. Then all settles."""
        await self.until(all_shown_a_while_ago, seconds=seconds)
        await self.replicas[by].kill()
        await self.replicas[by].start()
        await self.until(all_compared, seconds=seconds)
        await self.settle(seconds)

    async def right_in_the_end(self) -> "Findings":
        """What the inspector finds once nothing is wrong, or when nobody mended it in time."""
        with suppress(NeverHappened):
            await self.until(lambda session: not inspect(session, self.world, self.channels).wrong())
        return await self.look(inspect, self.world, self.channels)

    async def link(self, more: int = 0) -> None:
        """Link the customers' channels, and ``more`` new ones of each: Slack's pace is one message a second each."""
        slack = self.world.slack
        for place, account in ((KOPI, KOPI_ACCOUNT), (MART, MART_ACCOUNT)):
            like = slack.channels[place]
            extra = [Channel(f"{place}{n}", f"{like.name}-{n}", [*like.members]) for n in range(more)]
            slack.channels |= {channel.id: channel for channel in extra}
            self.channels |= {channel.id: account for channel in (like, *extra)}
        await self.look(_link, self.channels)

    def people(self, channel: str) -> Sequence[str]:
        """Customers who sit in a linked channel."""
        return ("U0ANA", "U0BEN") if self.channels[channel] == KOPI_ACCOUNT else ("U0CARLA",)


def _link(session: Session, channels: dict[str, str]) -> None:
    now = datetime.now(UTC)
    for account in set(channels.values()):
        made = {"id": account[:8], "provider_account_id": account, "name": account[:4]}
        session.add(Account(created_by="U0RINA", created_at=now, **made))
    session.flush()
    for channel, account in channels.items():
        session.add(LinkedChannel(channel_id=channel, account_id=account[:8], linked_by="U0RINA", linked_at=now))
    session.commit()


def what_is_due(session: Session) -> list[str]:
    """Every row that is not settled, but those that look after the house."""
    open_rows = select(DueRow).where(DueRow.state.not_in((DONE, DEAD)), DueRow.kind.not_in((PURGE, RECONCILE, POLL)))
    on_their_way = ContactFile.status.in_((Status.CHECKING, Status.SUBMITTING, Status.RUNNING))
    return [
        *(f"{row.kind}:{row.key} {row.state} {row.attempts} {row.error}" for row in session.scalars(open_rows)),
        *(f"{file.name} {file.status}" for file in session.scalars(select(ContactFile).where(on_their_way))),
    ]


def nothing_is_due(session: Session) -> bool:
    """Whether all work is done."""
    return not what_is_due(session)


def all_shown_a_while_ago(session: Session) -> bool:
    """Whether the reconciler will look at every message."""
    newest = session.scalar(select(Message.shown_at).order_by(Message.shown_at.desc()).limit(1))
    return newest is None or (newest.now(newest.tzinfo) - newest).total_seconds() > 6


def all_compared(session: Session) -> bool:
    """Whether the reconciler has looked at every message since it was shown last."""
    not_compared = or_(Message.checked_at.is_(None), Message.checked_at < Message.shown_at)
    wanted = select(Message).where(Message.medium == SLACK, Message.ts.is_not(None), not_compared)
    return session.scalars(wanted.limit(1)).first() is None


def not_all_compared(session: Session) -> bool:
    """Whether there is something to compare."""
    return not all_compared(session)


# People at work


def a_file(number: int, rows: int = 5) -> bytes:
    """A small contact file; the last row is bad. No two have the same numbers."""
    good = [f"+62812{number:05d}{row:03d},Ani {row}" for row in range(rows)]
    return "\n".join(["phone,first name", *good, "12,Nobody"]).encode()


@dataclass
class Customer:
    """Somebody who uploads a file and does not let go until it is where it belongs, whatever dies meanwhile."""

    town: Town
    actor: Actor
    channel: str

    async def checked(self, name: str, data: bytes) -> Shown:
        """Upload a file, again when it was not taken, until its card says that it was checked; gives the upload."""
        async with asyncio.timeout(PATIENCE):
            while True:
                root = await self._upload(name, data)
                while not await self._sees_it_checked(root):
                    if await self.town.look_if_there(known, root.files[0].id) is False:
                        break
                else:
                    return root

    async def _upload(self, name: str, data: bytes) -> Shown:
        log = self.town.world.slack.delivery.log
        before = len(log)
        root = await self.actor.upload(self.channel, name, data, wait=False)
        mine = [one for one in log[before:] if one.payload["event"].get("ts") == root.ts]
        await self.town.world.until(lambda: all(one.over for one in mine), PATIENCE)
        return root

    async def _sees_it_checked(self, root: Shown) -> bool:
        with suppress(NeverHappened):
            await self.town.world.until(lambda: self.shows(root, "Checked") or self._refused(root), 10)
        return self.shows(root, "Checked")

    def _refused(self, root: Shown) -> bool:
        """Whether this person was told something after the upload that nobody else sees."""
        whispers = self.town.world.slack.channels[self.channel].ephemerals
        return any(one.ephemeral_to == self.actor.person.id and one.ts > root.ts for one in whispers)

    def cards(self, root: Shown, words: str) -> list[Shown]:
        """The file's cards that have these words; one at most, as long as the bot is right. The news is one block."""
        cards = [one for one in root.replies if one.metadata and len(one.blocks) > 1]
        return [card for card in cards if words in str(card.blocks)]

    def shows(self, root: Shown, words: str) -> bool:
        """Whether the card shows these words."""
        return bool(self.cards(root, words))

    async def press(
        self, root: Shown, action: str, values: list[str] | None = None, *, until: Callable[[], bool]
    ) -> None:
        """Press a button of the card, or choose values, again and again until it had its effect."""
        async with asyncio.timeout(PATIENCE):
            while not until():
                for card in self.cards(root, action)[:1]:
                    with suppress(NoAnswer, NotOnScreen):
                        if values is None:
                            await self.actor.click(card, action)
                        else:
                            await self.actor.choose(card, action, values)
                with suppress(NeverHappened):
                    await self.town.world.until(until, 3)


def known(session: Session, slack_file_id: str) -> bool:
    """Whether the bot's database has this file."""
    return session.scalar(select(ContactFile.id).where(ContactFile.slack_file_id == slack_file_id)) is not None


async def crowd(town: Town, files: int, *, dice: random.Random, at_once: int = 12) -> None:
    """So many files come from everybody, everywhere; three of four are submitted."""
    places = itertools.cycle(sorted(town.channels))
    numbers = iter(range(files))

    async def one_after_the_other() -> None:
        for number in numbers:
            channel = next(places)
            person = Customer(town, town.world.slack.actor(dice.choice(town.people(channel))), channel)
            root = await person.checked(f"list-{number}.csv", a_file(number))
            if dice.random() < 0.75:
                await person.press(root, "contacts:submit", until=partial(person.shows, root, "Completed"))

    async with asyncio.TaskGroup() as group:
        for _ in range(min(at_once, files)):
            group.create_task(one_after_the_other())


# What must be true afterwards


@dataclass
class Findings:
    """What an inspector finds: each list names what is wrong; all are empty when all is well."""

    files: int = 0
    messages: int = 0
    submissions: int = 0
    lost: list[str] = field(default_factory=list)
    """Taken and not there: an upload without a file, a message that nobody sees, a submission without a batch."""
    doubled: list[str] = field(default_factory=list)
    """There more than once: a message, a shared file, a batch."""
    outdated: list[str] = field(default_factory=list)
    """A message that does not show what the database says."""
    astray: list[str] = field(default_factory=list)
    """In a channel of another account."""
    unexplained: list[str] = field(default_factory=list)
    """A dead letter that nobody was told of."""
    broken: list[str] = field(default_factory=list)
    """A history with a gap, or a move that the rules do not have."""

    def wrong(self) -> dict[str, list[str]]:
        """Everything that is not as it must be."""
        lists = ("lost", "doubled", "outdated", "astray", "unexplained", "broken")
        return {name: found for name in lists if (found := getattr(self, name))}


def inspect(session: Session, world: World, channels: dict[str, str]) -> Findings:
    """Compare what the world shows with what the database says."""
    found = Findings()
    files = {file.id: file for file in session.scalars(select(ContactFile))}
    found.files = len(files)
    copies = session.scalars(select(SignedCopy).where(SignedCopy.slack_file_id.is_not(None)))
    _inspect_uploads(found, [*files.values(), *copies], world)
    _inspect_messages(session, found, files, world, channels)
    _inspect_shared_files(session, found, world)
    _inspect_mails(session, found, world)
    _inspect_batches(session, found, files, world)
    _inspect_histories(session, found, files.values())
    _inspect_dead_letters(session, found)
    return found


def _inspect_uploads(found: Findings, files: Any, world: World) -> None:
    """``files`` are contact files and signed letters: what became of an upload."""
    kept = Counter(file.slack_file_id for file in files)
    found.doubled += [f"file {one}" for one, times in kept.items() if times > 1]
    for entry in world.slack.delivery.log:
        event = entry.payload.get("event", {})
        if entry.acked and event.get("subtype") == "file_share" and not event.get("bot_id"):
            whispers = world.slack.channels[event["channel"]].ephemerals
            was_told = any(one.ephemeral_to == event["user"] and one.ts > event["ts"] for one in whispers)
            found.lost += [f"upload {one['name']}" for one in event["files"] if one["id"] not in kept and not was_told]


def our_messages(world: World) -> Iterator[tuple[str, Shown]]:
    """Every message of the bot's that people see, with the key that it carries."""
    for channel in world.slack.channels.values():
        for message in channel.everything():
            if message.metadata and not message.deleted:
                yield message.metadata["event_payload"]["k"], message


def _inspect_messages(
    session: Session, found: Findings, files: dict[str, ContactFile], world: World, channels: dict[str, str]
) -> None:
    seen = list(our_messages(world))
    times = Counter(key for key, _ in seen)
    shows = dict(seen)
    found.doubled += [f"message {shows[key].text[:60]} x{number}" for key, number in times.items() if number > 1]
    accounts = {account.id: account.provider_account_id for account in session.scalars(select(Account))}
    dead = set(session.scalars(select(DueRow.key).where(DueRow.queue == "outbox", DueRow.state == DEAD)))
    for message in session.scalars(select(Message).where(Message.medium == SLACK)):
        found.messages += 1
        shown = shows.get(message.id)
        if shown is None:
            expected = message.shown_at is not None or message.kind == "contacts.card"
            found.lost += [f"message {message.kind} {message.key}"] if expected and message.id not in dead else []
            continue
        payload = (shown.metadata or {})["event_payload"]
        if payload["f"] != message.fingerprint or shown.ts != message.ts:
            found.outdated.append(f"{message.kind} {shown.text[:60]}")
        file = files.get(message.key.partition(":")[0])
        if message.kind == "contacts.card" and file and _WORDS[Status(file.status)] not in str(shown.text):
            found.outdated.append(f"{file.name} is {file.status}, and its card says {shown.text[:60]}")
        if (
            message.account_id
            and channels.get(shown.channel, accounts[message.account_id]) != accounts[message.account_id]
        ):
            found.astray.append(f"{shown.text[:60]} in {shown.channel}")


_WORDS = {
    Status.CHECKED: "Checked",
    Status.COMPLETED: "Completed",
    Status.UNREADABLE: "Cannot be read",
    Status.CANCELLED: "Cancelled",
    Status.NEEDS_COLUMNS: "Needs your columns",
    Status.REFUSED: "Refused",
    Status.FAILED: "Failed",
    Status.UNSURE: "",
    Status.STOPPED: "",
    Status.TIMEOUT: "",
    Status.CHECKING: "",
    Status.SUBMITTING: "",
    Status.RUNNING: "",
}
"""What a card says of a file; nothing is asked of one that is on its way."""


def _inspect_shared_files(session: Session, found: Findings, world: World) -> None:
    wanted = select(Message).where(Message.medium == "file")
    shares = Counter(
        (message.channel, message.thread_ts, file.name)
        for channel in world.slack.channels.values()
        for message in channel.everything()
        for file in message.files
        if message.bot_id
    )
    found.doubled += [f"shared {name} x{times}" for (_, _, name), times in shares.items() if times > 1]
    told = [message for message in session.scalars(wanted) if message.shown_at is not None]
    if len(told) > len(shares):
        found.lost.append(f"{len(told) - len(shares)} of {len(told)} shared files")


def _inspect_mails(session: Session, found: Findings, world: World) -> None:
    """A mail may come twice, as SMTP cannot be asked what it took; it then has the same Message-ID."""
    came = {str(mail.header("Message-ID")).strip("<>").partition("@")[0]: mail for mail in world.mailbox.mails}
    subjects = Counter((mail.subject, mail.recipients) for mail in came.values())
    found.doubled += [f"mail {subject} x{times}" for (subject, _), times in subjects.items() if times > 1]
    for message in session.scalars(select(Message).where(Message.medium == "email")):
        if message.shown_at is not None and message.id not in came:
            found.lost.append(f"mail {message.key}")


def _inspect_batches(session: Session, found: Findings, files: dict[str, ContactFile], world: World) -> None:
    batches = [batch for account in world.contacts.accounts.values() for batch in account.batches.values()]
    times = Counter(batch.file.name for batch in batches if batch.file)
    found.doubled += [f"batch {name} x{number}" for name, number in times.items() if number > 1]
    asked = session.scalars(select(AuditRow).where(AuditRow.act == "contacts:file:submitted"))
    submissions = Counter(row.subject_id for row in asked)
    found.submissions = sum(submissions.values())
    for file_id, number in submissions.items():
        file = files[file_id]
        at_8x8 = [name for name in times if f".{file_id}-" in name]
        if file.status == Status.COMPLETED and len(at_8x8) != number:
            found.lost.append(f"{file.name} was submitted {number} times, and 8x8 has {at_8x8}")
    known_ids = set(session.scalars(select(ContactBatch.batch_id)))
    found.lost += [f"batch {batch.id} is nobody's" for batch in batches if batch.id not in known_ids]


def _inspect_histories(session: Session, found: Findings, files: Any) -> None:
    rows = session.scalars(select(AuditRow).where(AuditRow.subject_kind == "contact_files").order_by(AuditRow.id))
    histories: dict[str, list[AuditRow]] = {}
    for row in rows:
        histories.setdefault(row.subject_id, []).append(row)
    for file in files:
        history = histories.get(file.id, [])
        if [row.act for row in history].count("contacts:file:received") != 1:
            found.broken.append(f"{file.name} was not received once")
        moves = [(str(row.from_status), str(row.to_status)) for row in history if row.to_status]
        states = [str(Status.CHECKING), *(to for _, to in moves)]
        if [came_from for came_from, _ in moves] != states[:-1] or states[-1] != file.status:
            found.broken.append(f"{file.name} is {file.status} by {moves}")
        found.broken += [f"{file.name} went {a} to {b}" for a, b in moves if b not in MOVES[a]]
        if file.version != 1 + len(moves):
            found.broken.append(f"{file.name} has version {file.version} after {len(moves)} moves")


def _inspect_dead_letters(session: Session, found: Findings) -> None:
    notices = set(session.scalars(select(Message.key).where(Message.kind == "delivery.dead")))
    for row in session.scalars(select(DueRow).where(DueRow.state == DEAD)):
        if not row.error or (row.queue == "outbox" and str(row.id) not in notices):
            found.unexplained.append(f"{row.kind} {row.key}: {row.error}")


# Fixtures


def usual_weather(dice: random.Random) -> Weather:
    """Slack and 8x8 as they may be on a bad day."""
    odds = [
        (0.03, rate_limited("*")),
        (0.03, Fault("*", "status", status=503)),
        (0.04, Fault("*", "drop", when="after")),
        (0.02, Fault("*", "status", status=500, when="after")),
    ]
    return Weather(("slack:*", "contacts:*"), odds, seed=dice.randrange(2**32))


@pytest.fixture
def dice() -> random.Random:
    """What is left to chance; SENDERDESK_CRASH_SEED repeats a run, as far as processes can be repeated."""
    number = int(os.environ.get("SENDERDESK_CRASH_SEED") or secrets.randbits(32))
    sys.stdout.write(f"SENDERDESK_CRASH_SEED={number}\n")
    return random.Random(number)


@asynccontextmanager
async def a_town(url: str, folder: Path, *, replicas: int, **settings: str) -> AsyncIterator[Town]:
    """A town whose processes are not started yet; in the end all are killed."""
    world = seed(manifest=manifest.load())
    world.slack.timing.retries = (0.0, 2.0, 4.0)
    world.contacts.normal = type(world.contacts.normal)(seconds=0.3)
    async with Sandbox(world) as sandbox:
        environment = sandbox.environment() | {
            "DATABASE_URL": url,
            "FILES_URL": f"file:{folder}/files",
            "SENDERDESK_LEASE_SECONDS": str(LEASE),
            "SENDERDESK_TICK_SECONDS": "0.3",
            **settings,
        }
        bots = [Replica(number, environment, folder) for number in range(replicas)]
        town = Town(sandbox, bots, url, folder)
        try:
            yield town
        except BaseException:
            complaints = [line for bot in bots for line in bot.complaints()]
            due = await town.look(what_is_due)
            sys.stdout.write("\n".join(["Still due:", *due, "Complaints:", *complaints, f"Logs: {folder}", ""]))
            raise
        finally:
            await asyncio.gather(*(bot.kill() for bot in bots))


async def kill_often(town: Town, kills: int, dice: random.Random, *breakages: str) -> None:
    """Kill one process after another, also while it starts; each is started anew."""
    for _ in range(kills):
        await asyncio.sleep(dice.uniform(0.2, 3.0))
        victim = dice.choice(town.replicas)
        await victim.kill()
        if dice.random() < 0.2:
            await victim.start(*breakages, ready=False)
            await asyncio.sleep(dice.uniform(0.1, 1.0))
            await victim.kill()
        await victim.start(*breakages)


async def a_bad_day(
    town: Town, dice: random.Random, weather: Weather, *breakages: str, files: int, kills: int
) -> Findings:
    """So many files come and so many kills; gives what the inspector finds when all has settled."""
    await town.link(more=3)
    for replica in town.replicas:
        await replica.start(*breakages)
    town.world.faults.weather = weather
    async with asyncio.TaskGroup() as group:
        group.create_task(crowd(town, files, dice=dice))
        group.create_task(kill_often(town, kills, dice, *breakages))
    await town.settle()
    town.world.faults.clear()
    if "no-reconciler" not in breakages:
        await town.reconcile()
    return await town.look(inspect, town.world, town.channels)


def has_work(session: Session, pid: int) -> bool:
    """Whether this process has claimed rows; who owns a row is written as HOST:PID:NUMBER."""
    mine = select(DueRow.id).where(DueRow.state == RUNNING, DueRow.owner.contains(f":{pid}:"))
    return session.scalar(mine.limit(1)) is not None


def has_no_work(session: Session, pid: int) -> bool:
    """Whether others have taken over what this process had claimed, or it is done."""
    return not has_work(session, pid)


def files_there(session: Session, number: int) -> bool:
    """Whether so many files came."""
    return len(session.scalars(select(ContactFile.id)).all()) >= number


def mails_are_out(session: Session) -> bool:
    """Whether every e-mail that was to be sent was taken by the mail server; there is one at least."""
    mails = session.scalars(select(Message).where(Message.medium == "email")).all()
    return bool(mails) and all(mail.shown_at for mail in mails)


class Kit:
    """What the tests use of this file, as test modules cannot import it."""

    town = staticmethod(a_town)
    a_bad_day = staticmethod(a_bad_day)
    crowd = staticmethod(crowd)
    customer = Customer
    usual_weather = staticmethod(usual_weather)
    inspect = staticmethod(inspect)
    a_file = staticmethod(a_file)
    not_all_compared = staticmethod(not_all_compared)
    has_work = staticmethod(has_work)
    has_no_work = staticmethod(has_no_work)
    files_there = staticmethod(files_there)
    mails_are_out = staticmethod(mails_are_out)
    lease = LEASE
    kopi = KOPI_ACCOUNT


@pytest.fixture
def kit(forked: Callable[..., Awaitable[Process]], monkeypatch: pytest.MonkeyPatch) -> type[Kit]:
    """``kit.town``, ``kit.crowd``, ``kit.inspect`` ..."""
    monkeypatch.setattr(Replica, "begin", staticmethod(forked))
    return Kit
