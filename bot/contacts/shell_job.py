"""A submission from the shell: the bot's own use cases and jobs, on a small database and file store in a folder.

Each order has a folder of its own, named after what was ordered: the same command finds it again, and goes on where the
last one was, however that ended.
"""

import asyncio
import getpass
import hashlib
import json
import logging
import os
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import aiohttp
from sqlalchemy import URL, select

from bot import telemetry
from bot.accounts.access import Accesses
from bot.accounts.linking import ACCOUNT_ID, NotAnAccountId
from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account
from bot.contacts import rules, service
from bot.contacts.batches import BatchJobs
from bot.contacts.jobs import ContactJobs, Terms
from bot.contacts.origin import FromDisk
from bot.contacts.outcome import CheckOptions
from bot.contacts.provider import Provider
from bot.contacts.rules import BatchState
from bot.contacts.service import Arrival, Choice
from bot.contacts.source import LIMITS, name_of
from bot.contacts.tables import ContactFile
from bot.delivery import claims
from bot.delivery.claims import JOBS
from bot.delivery.jobs import Jobs
from bot.delivery.worker import Limits, Worker
from bot.errors import DeskError
from bot.settings import Settings
from bot.storage.database import Database, Tx
from bot.storage.files import Files
from bot.storage.sqlite import DatabaseInUse

SHELL = "shell"
"""Where the file came in and its card would be shown; nobody sends what is told there."""
_LOOK_SECONDS = 0.3
_DRAIN = timedelta(seconds=1)


class NoKeyHere(DeskError):
    """There is no key for account {account}. Set CONTACTS_API_KEYS={account}=KEY, in the environment or in .env."""


class AlreadyAtWork(DeskError):
    """Another command is at this submission already. Let it end, or stop it with Ctrl-C there; then run this again."""


@dataclass(frozen=True)
class Order:
    """What somebody wants submitted. ``account`` is its id at 8x8; ``state`` holds a folder for each order."""

    name: str
    account: str
    groups: tuple[str, ...]
    choice: Choice
    state: Path

    def folder(self, sha256: str) -> Path:
        """The folder of this order of a file with these bytes."""
        said = [self.account, sha256, sorted(set(self.groups)), self.choice.stored()]
        digest = hashlib.sha256(json.dumps(said).encode()).hexdigest()
        return self.state / rules.batch_file_name(self.name, digest[:12], 1).removesuffix("-1.csv")


def order_for(
    settings: Settings, source: str, account: str, *, groups: tuple[str, ...], choice: Choice, state: Path | None
) -> Order:
    """The order, with the account's id as 8x8 writes it. Raises NotAnAccountId, NoKeyHere."""
    if not ACCOUNT_ID.fullmatch(account):
        raise NotAnAccountId(given=account)
    canonical = str(UUID(account))
    if canonical not in settings.contacts_api_keys:
        raise NoKeyHere(account=canonical)
    return Order(name_of(source), canonical, groups, choice, (state or _state_folder()).resolve())


def _state_folder() -> Path:
    """Where a program keeps what it must remember from one run to the next."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "senderdesk"


def quiet_logs() -> None:
    """Let only what is wrong with the desk itself be logged: all else is told in words."""
    telemetry.configure("auto")
    logging.getLogger().setLevel(logging.ERROR)


async def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes."""

    def read() -> str:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    return await asyncio.to_thread(read)


@dataclass(frozen=True)
class Desk:
    """What works in an order's folder."""

    database: Database
    files: Files

    async def file(self) -> ContactFile | None:
        """The folder's file, when it was taken in."""
        return await self.database.read(lambda tx: tx.session.scalars(select(ContactFile)).one_or_none())

    async def take_in(self, order: Order, size: int, sha256: str) -> ContactFile:
        """Have the file checked, or find it as it stands."""
        return await self.database.write(_take_in, order, size, sha256)

    async def submit(self) -> None:
        """Have 8x8 given what it has not yet of the file."""
        await self.database.write(_submit)

    async def follow(self, show: Callable[[ContactFile], None], going: Collection[str]) -> ContactFile:
        """Show the file as it goes on, for as long as its status is one of ``going``."""
        while True:
            file = await self.file()
            assert file is not None  # noqa: S101 - it was taken in
            show(file)
            if file.status not in going:
                return file
            await asyncio.sleep(_LOOK_SECONDS)

    async def forget_contacts(self) -> None:
        """Delete the batches that 8x8 has worked through: people's numbers are kept no longer than they are needed."""
        file = await self.file()
        for batch in file.batches if file else ():
            if batch.accepted_key is not None and batch.status == BatchState.COMPLETED:
                await self.files.delete(batch.accepted_key)


@asynccontextmanager
async def at_work(settings: Settings, folder: Path, *, source: Path | None, batch_bytes: int) -> AsyncIterator[Desk]:
    """All that a submission needs, at work in its folder. Without ``source`` nothing is checked there any more."""
    await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        wakers: list[Callable[[], None]] = []
        url = URL.create("sqlite", database=str(folder / "job.db")).render_as_string()

        def wake(_topic: str) -> None:
            for each in wakers:
                each()

        database = Database(url, on_wake=wake)
        try:
            await database.open()
        except DatabaseInUse as error:
            raise AlreadyAtWork from error
        stack.push_async_callback(database.close)
        files = Files(f"file:{folder / 'files'}")
        provider = Provider(http, database, Accesses.wired(settings), has_staff=False)
        jobs = _jobs(database, files, provider, source, batch_bytes)
        worker = Worker(
            database, JOBS, jobs.run, jobs.on_dead, owner=f"shell:{os.getpid()}", limits=Limits(drain=_DRAIN)
        )
        wakers.append(worker.wake)
        await database.write(claims.take_over)
        async with _working(worker):
            yield Desk(database, files)


def _jobs(database: Database, files: Files, provider: Provider, source: Path | None, batch_bytes: int) -> Jobs:
    terms = Terms(CheckOptions(limit_bytes=None, batch_bytes=batch_bytes, mark_encoding=False), LIMITS)
    kinds = BatchJobs(database, files, provider).kinds()
    if source is not None:
        kinds += ContactJobs(database, files, origin=FromDisk(source), provider=provider, terms=terms).kinds()
    return Jobs(kinds)


@asynccontextmanager
async def _working(worker: Worker) -> AsyncIterator[None]:
    """Have the worker work, and wake it for what falls due. On leaving, what runs is broken off after a second."""

    async def tick() -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            worker.wake()

    loops = [asyncio.create_task(worker.work()), asyncio.create_task(tick())]
    try:
        yield
    finally:
        await worker.stop()
        loops[1].cancel()
        for loop in loops:
            with suppress(asyncio.CancelledError):
                await loop


def _who(account_id: str) -> Who:
    return Who(getpass.getuser()[:32], "", Role.CUSTOMER, account_id, SHELL)


def _take_in(tx: Tx, order: Order, size: int, sha256: str) -> ContactFile:
    known = select(Account).where(Account.provider_account_id == order.account)
    account = tx.session.scalars(known).one_or_none()
    if account is None:
        made = {"id": tx.new_id(), "name": order.account, "created_by": getpass.getuser()[:32], "created_at": tx.now}
        account = Account(provider_account_id=order.account, **made)
        tx.session.add(account)
        tx.session.flush()
    who = _who(account.id)
    file = service.receive(tx, who, Arrival(sha256[:32], order.name, size, SHELL))
    if file.sha256 is None:
        file.sha256, file.options = sha256, order.choice.stored()
        service.pick_groups(tx, who, file.id, order.groups)
    return file


def _submit(tx: Tx) -> None:
    file = tx.session.scalars(select(ContactFile)).one()
    service.submit(tx, _who(file.account_id), file.id, file.version)
