"""What every test may use, and what happens where something of the system is missing."""

import asyncio
import gc
import itertools
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, NamedTuple

import aiohttp
import psycopg
import pytest
from sqlalchemy import Engine, create_engine, func, make_url, select

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account
from bot.registrations import labels, steps
from bot.registrations.countries import country
from bot.registrations.tables import Company, OperatorRow, Registration, Submission
from bot.schema import every_table
from bot.storage import migrate, sqlite
from bot.storage.database import Database, Tx
from bot.tickets.tables import Ticket

NO_SKIP = bool(os.environ.get("SENDERDESK_NO_SKIP"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_postgres() -> Path | None:
    """The folder of PostgreSQL's server programs, newest version first; None where there is no PostgreSQL."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: float(f.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    folders += [Path(on_path).resolve().parent] if on_path else []
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


def find_chromium() -> Path | None:
    """The system's Chromium; None where there is none."""
    return next((Path(found) for name in BROWSERS if (found := shutil.which(name))), None)


MISSING = {
    marker: advice
    for marker, found, advice in [
        ("postgres", find_postgres(), "PostgreSQL is not here, its tests are skipped: apt-get install postgresql"),
        ("browser", find_chromium(), "Chromium is not here, its tests are skipped: apt-get install chromium"),
    ]
    if found is None
}


SEED = "SENDERDESK_SEED"


def pytest_configure() -> None:
    """One seed for all tests of a run, also when several processes run them; set it to have the same run again.

    The tests start some hundred processes: what these load is compiled once, also where images say not to keep that.
    """
    os.environ.setdefault(SEED, str(random.SystemRandom().randrange(10**6)))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


@pytest.fixture(scope="session")
def seed() -> int:
    """The seed of this run, other ones in other runs."""
    return int(os.environ[SEED])


def pytest_collection_finish() -> None:
    """What was loaded stays until the end: nobody need look through it for garbage."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests whose programs are missing."""
    for item in items:
        for marker, advice in MISSING.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=advice))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.CallInfo[None], None]:
    """With SENDERDESK_NO_SKIP a skipped test has failed."""
    outcome = yield
    report = outcome.get_result()
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, in one line each, what to install, and what tests have counted (``record_property``), summed up."""
    for advice in MISSING.values():
        terminalreporter.write_line(advice)
    counted: dict[str, Counter[str]] = {}
    for report in itertools.chain(*terminalreporter.stats.values()):
        if getattr(report, "when", None) == "call":
            for about, figures in report.user_properties:
                counted.setdefault(about, Counter()).update(figures)
    for about, figures in counted.items():
        words = ", ".join(f"{count:,} {what}" for what, count in figures.items())
        terminalreporter.write_line(f"{about}: {words}; {SEED}={os.environ[SEED]}")


@pytest.fixture(scope="session")
def postgres_programs() -> Path:
    """The folder with initdb and pg_ctl; for tests marked ``postgres``."""
    found = find_postgres()
    assert found is not None
    return found


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program; for tests marked ``browser``."""
    found = find_chromium()
    assert found is not None
    return found


class SetClock:
    """A clock that stands until it is told to move: ``clock()`` is aware UTC."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now

    def advance(self, **how_long: float) -> None:
        """Move on: ``clock.advance(minutes=5)``, the names of ``timedelta``."""
        self.now += timedelta(**how_long)


@pytest.fixture
def clock() -> SetClock:
    """The time of the test: 2026-11-23 09:00 UTC until ``clock.advance`` or ``clock.now = ...``."""
    return SetClock()


# The server lives as long as our end of its pipe: it ends with the tests however they end.
_SERVER = """
"$1/initdb" -D "$2/data" -U desk -A trust -E UTF8 --no-locale --no-sync >"$2/log" 2>&1 || exit 1
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off \
    -c timezone=Asia/Manila -c deadlock_timeout=50ms \
    -c max_connections=200 -c shared_buffers=32MB >>"$2/log" 2>&1 </dev/null &
until "$1/pg_isready" --quiet --host="$2" || ! kill -0 $!; do sleep 0.05; done
echo ready
cat
kill -QUIT $!
wait
rm -rf "$2"
"""


@pytest.fixture(scope="session")
def postgres_server(postgres_programs: Path) -> Iterator[str]:
    """A PostgreSQL of our own on a socket in a folder of its own; the value is that folder. User: desk, no password."""
    folder = tempfile.mkdtemp(prefix="desk-pg-")
    user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if user is not None:
        shutil.chown(folder, user)
    with subprocess.Popen(
        ["sh", "-c", _SERVER, "sh", postgres_programs, folder],
        user=user,
        extra_groups=[] if user else None,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n", Path(folder, "log").read_text()
        yield folder
        server.stdin.close()


def _with_every_table(engine: Engine) -> None:
    """Bring a new database up to date; tables without a revision yet are made too: one test tells of them, not all."""
    migrate.prepare(engine, migrate=True)
    every_table().create_all(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _with_every_table(sqlite.engine_for_migrations(path))
    return path


@pytest.fixture(scope="session")
def new_postgres_database(postgres_server: str) -> Iterator[Callable[..., str]]:
    """``new_postgres_database(template)`` makes a database and gives its URL. Give None for an empty one."""
    numbers = itertools.count()

    with psycopg.connect(host=postgres_server, user="desk", dbname="postgres", autocommit=True) as admin:

        def new(template: str | None = "template_desk", name: str | None = None) -> str:
            name = name or f"desk_{next(numbers)}"
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'} STRATEGY FILE_COPY")
            return f"postgresql://desk@/{name}?host={postgres_server}"

        url = new(None, "template_desk")
        _with_every_table(create_engine(url.replace("postgresql:", "postgresql+psycopg:")))
        yield new


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite database of the test's own, with all tables and no rows."""
    path = tmp_path / "desk.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


# What a database is made of: each change to a table, an index, a function or a trigger leaves a new row in a catalogue.
_MADE_OF = """
SELECT (SELECT string_agg(version_num, ',') FROM alembic_version),
    (SELECT md5(string_agg(oid || '/' || xmin, ',' ORDER BY oid))
     FROM pg_class WHERE relnamespace = 'public'::regnamespace),
    (SELECT md5(string_agg(oid || '/' || xmin, ',' ORDER BY oid))
     FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
    (SELECT md5(string_agg(oid || '/' || xmin || tgenabled::text, ',' ORDER BY oid)) FROM pg_trigger)
"""
_HANG_UP = """
SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_EMPTY = """
SET session_replication_role = replica; -- so that no trigger keeps a row
DO $$ DECLARE each text; BEGIN
    FOR each IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
        IF each <> 'alembic_version' THEN EXECUTE 'DELETE FROM ' || each; END IF;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences;
END $$
"""


class Lending:
    """Databases that tests use one after the other: emptying one costs a tenth of making one."""

    def __init__(self, server: str, new: Callable[..., str]) -> None:
        self._server, self._new = server, new
        self._free: list[str] = []
        with self._connected(new()) as made:
            self._as_made = made.execute(_MADE_OF).fetchone()

    def _connected(self, url: str) -> psycopg.Connection:
        return psycopg.connect(host=self._server, user="desk", dbname=make_url(url).database, autocommit=True)

    def lend(self) -> str:
        """The URL of a database with all tables and no rows."""
        return self._free.pop() if self._free else self._new()

    def take_back(self, url: str) -> None:
        """Empty it for the next test; one whose tables were changed, or that lets nobody in, is dropped."""
        try:
            with self._connected(url) as database:
                database.execute(_HANG_UP)
                if database.execute(_MADE_OF).fetchone() == self._as_made:
                    database.execute(_EMPTY)
                    self._free.append(url)
                    return
        except psycopg.Error:
            pass
        with self._connected("postgresql:///postgres") as admin:
            admin.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


@pytest.fixture(scope="session")
def lending(postgres_server: str, new_postgres_database: Callable[..., str]) -> Lending:
    """Lends databases, each to one test at a time."""
    return Lending(postgres_server, new_postgres_database)


@pytest.fixture
def postgres_url(lending: Lending) -> Iterator[str]:
    """A PostgreSQL database of the test's own, with all tables and no rows. Mark the test ``postgres``."""
    url = lending.lend()
    yield url
    lending.take_back(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of the test's own; the test runs once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """An S3 on this machine; the value is its address."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - for the few tests that need it

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """boto3's client of that S3, with an empty bucket "desk", and the environment that points to it."""
    import boto3  # noqa: PLC0415 - for the few tests that need it

    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "ap-southeast-1")
    client = boto3.client("s3", region_name="ap-southeast-1")
    client.create_bucket(Bucket="desk", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
    yield client
    for upload in client.list_multipart_uploads(Bucket="desk").get("Uploads", []):
        client.abort_multipart_upload(Bucket="desk", Key=upload["Key"], UploadId=upload["UploadId"])
    for kept in client.list_objects_v2(Bucket="desk").get("Contents", []):
        client.delete_object(Bucket="desk", Key=kept["Key"])
    client.delete_bucket(Bucket="desk")


@pytest.fixture
def patient_listeners(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listeners wait for Slack's answers longer than in production: a machine may stand still for a while."""
    answers = "bot.accounts.directory.ANSWER_SECONDS", "bot.accounts.identity.DECIDE_SECONDS"
    for bound in (*answers, "handlers.home.SLACK_SECONDS", "handlers.reply.SLACK_SECONDS"):
        monkeypatch.setattr(bound, 60.0)


@pytest.fixture
def woken() -> list[str]:
    """The topics that ``database`` woke so far, in order."""
    return []


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """The desk's one session."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def database(database_url: str, clock: SetClock, woken: list[str]) -> AsyncIterator[Database]:
    """An open database, once on SQLite and once on PostgreSQL, whose every clock (leases too) is ``clock``."""
    database = Database(database_url, clock=clock, on_wake=woken.append, shared_clock=lambda _session: clock())
    await database.open(migrate=False)
    yield database
    await database.close()


class Forked:
    """A process of the nursery's, as asyncio's: ``pid``, ``returncode``, ``send_signal``, ``kill``, ``wait`` ..."""

    def __init__(self, pid: int, told: asyncio.StreamReader, transport: asyncio.BaseTransport) -> None:
        self.pid, self.returncode = pid, None
        self._ends = asyncio.ensure_future(self._end(told, transport))

    async def _end(self, told: asyncio.StreamReader, transport: asyncio.BaseTransport) -> int:
        try:
            self.returncode = int(await told.readline())
        finally:
            transport.close()
        return self.returncode

    async def wait(self) -> int:
        """Wait for its end; the exit code."""
        return await asyncio.shield(self._ends)

    def send_signal(self, number: int) -> None:
        """SIGSTOP, SIGCONT ..."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """As a power cut would."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to stop."""
        self.send_signal(signal.SIGTERM)


@pytest.fixture(scope="session")
def forked() -> Iterator[Callable[..., Awaitable[Forked]]]:
    """Starts ``python WORDS`` as asyncio's ``create_subprocess_exec`` does, in a fifth of the time: see nursery.py."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    program = [sys.executable, "-P", Path(__file__).with_name("nursery.py"), str(theirs.fileno())]
    with subprocess.Popen(program, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL) as nursery:
        theirs.close()

        async def start(
            python: str, *words: str, stdout: IO[bytes], cwd: Path, env: dict[str, str], **_: object
        ) -> Forked:
            assert python == sys.executable
            order = {"words": words, "folder": str(cwd), "environment": dict(env)}
            hears, tells = os.pipe()
            socket.send_fds(ours, [json.dumps(order).encode()], [stdout.fileno(), tells])
            os.close(tells)
            told = asyncio.StreamReader()
            loop = asyncio.get_running_loop()
            end = os.fdopen(hears, "rb", buffering=0)
            transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(told), end)
            return Forked(int(await told.readline()), told, transport)

        yield start
        ours.close()
        assert nursery.wait(60) == 0


class People(NamedTuple):
    """Ana and Ben of Kopi Nusantara, Carla of Manila Mart, two of the staff, and a stranger."""

    ana: Who = Who("U0ANA", "T0SENDER", Role.CUSTOMER, "kopi", "C0KOPI")
    ben: Who = Who("U0BEN", "T0SENDER", Role.CUSTOMER, "kopi", "C0KOPI")
    carla: Who = Who("U0CARLA", "T0SENDER", Role.CUSTOMER, "mart", "C0MART")
    rina: Who = Who("U0RINA", "T0SENDER", Role.STAFF, None, "C0REVIEW")
    budi: Who = Who("U0BUDI", "T0SENDER", Role.STAFF, None, "C0REVIEW")
    stranger: Who = Who("W0OTTO", "T0OTHER", Role.NOBODY, None, "C0KOPI")


@pytest.fixture
async def people(database: Database) -> People:
    """The people, and both customers' accounts: kopi and mart."""

    def accounts(tx: Tx) -> None:
        for id_, name in (("kopi", "Kopi Nusantara"), ("mart", "Manila Mart")):
            made = {"created_by": "U0RINA", "created_at": tx.now}
            tx.session.add(Account(id=id_, provider_account_id=id_, name=name, **made))

    await database.write(accounts)
    return People()


@pytest.fixture
def at_once(database: Database) -> Callable[..., Awaitable[list[object]]]:
    """Await it with a use case: that runs in two transactions, of which neither sees what the other does."""

    async def run(f: Callable[..., object], *args: object) -> list[object]:
        second_begins = threading.Event()

        def first(tx: Tx) -> object:
            done = f(tx, *args)
            tx.session.flush()
            if database.dialect == "postgresql":  # SQLite writes one by one
                assert second_begins.wait(60)
                time.sleep(0.05)  # the other now waits for our lock, which nobody tells
            return done

        def second(tx: Tx) -> object:
            second_begins.set()
            return f(tx, *args)

        return list(await asyncio.gather(database.write(first), database.write(second)))

    return run


@pytest.fixture
def plant() -> Callable[[Tx, list[dict[str, Any]]], None]:
    """``plant(tx, [{...}])`` puts sender IDs in as they stand after a while, each with its ticket."""

    def put(tx: Tx, every: list[dict[str, Any]]) -> None:
        for account in {one["account"] for one in every}:
            if tx.session.get(Company, account) is None:
                texts = dict.fromkeys(("officer_name", "officer_title", "officer_email", "website", "city"), "x")
                made = {"created_by": "U0ANA", "created_at": tx.now, "updated_at": tx.now}
                tx.session.add(
                    Company(id=account, account_id=account, name="x", country="PH", **texts, **made, address_line_1="x")
                )
        numbers = itertools.count((tx.session.scalar(select(func.max(Ticket.number))) or 1000) + 1)
        for one, number in zip(every, numbers, strict=False):
            _plant_one(tx, PLANTED | one, number)
        steps.count(tx, [one["id"] for one in every])

    return put


PLANTED = {
    "country": "PH",
    "subaccount": "shop",
    "category": "",
    "labels": (),
    "loa": "not_needed",
    "statuses": {"globe": "under_review"},
}


def _plant_one(tx: Tx, one: dict[str, Any], number: int) -> None:
    mine, at = {"id": one["id"], "account_id": one["account"]}, one["requested_at"]
    about = {"number": number, "kind": "registration", "title": "x", "requester": "U0ANA", "channel": "C0KOPI"}
    keys = {"card_kind": steps.CARD, "card_key": one["id"], "review_kind": steps.REVIEW_CARD, "review_key": one["id"]}
    tx.session.add(Ticket(**mine, **about, **keys, turn_since=at, created_at=at, updated_at=at))
    tx.session.flush()
    made = {"country": one["country"], "entity": "local", "company_id": one["account"], "company": {}}
    asked = {"channel": "C0KOPI", "submitted_by": "U0ANA", "submitted_at": at}
    tx.session.add(Submission(**mine, **made, **asked, ticket_id=one["id"]))
    tx.session.flush()
    named = {name: one[name] for name in ("sender_id", "country", "subaccount", "category", "loa")}
    rest = {"message_type": "otp", "monthly_traffic": 1, "sample_text": "x", "valid_from": at.date(), "position": 1}
    registration = Registration(**mine, **named, **rest, submission_id=one["id"], requested_at=at)
    tx.session.add(registration)
    tx.session.flush()
    labels.put(tx, registration, one["labels"])
    known = {each.code: each.name for each in country(one["country"]).operators}
    for place, (operator, status) in enumerate(one["statuses"].items(), 1):
        there = {
            "operator": operator,
            "name": known.get(operator, operator.title()),
            "position": place,
            "status": status,
        }
        about_it = {"id": tx.new_id(), "account_id": one["account"], "registration_id": one["id"]}
        tx.session.add(OperatorRow(**there, **about_it, reference=tx.new_id()[:12]))
    tx.session.flush()
