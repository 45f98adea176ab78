"""8x8's contacts service in memory: accounts with their keys, address books and batches."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from bot.sandbox.contacts_api.answers import FORBIDDEN, INVALID_JOB, UNAUTHENTICATED, ApiError, ErrorBodies
from bot.sandbox.contacts_api.batches import Batch, BatchType, Script, Status, UploadedFile
from bot.sandbox.contacts_api.book import AddressBook
from bot.sandbox.contacts_api.uploads import Form, Table, Unreadable, read_table

if TYPE_CHECKING:
    from bot.sandbox.world import World

FIRST_ID = 8000


@dataclass
class Account:
    """A customer's account at 8x8."""

    id: str
    name: str
    book: AddressBook
    keys: set[str] = field(default_factory=set)
    batches: dict[str, Batch] = field(default_factory=dict)
    """By id, oldest first."""


def same_account(account_id: str) -> str:
    """What account ids are compared by: dashes and case do not count."""
    return account_id.replace("-", "").lower()


def any_id() -> str:
    """A random UUID."""
    return str(uuid4())


class Contacts:
    """The contacts service. ``world.contacts`` is one; tests and the demo say here how it behaves."""

    def __init__(self, world: "World", *, new_id: Callable[[], str] = any_id) -> None:
        self.accounts: dict[str, Account] = {}
        self.normal = Script()
        """How a batch goes when nothing was scripted."""
        self.offset_counts: Literal["pages", "items"] = "pages"
        """What ``offset`` counts in lists; the documentation can be read both ways."""
        self._world = world
        self._new_id = new_id
        self._next = count(FIRST_ID)
        self._ahead = timedelta()
        self._scripts: deque[Script] = deque()
        self.errors = ErrorBodies(self.now, new_id)

    def now(self) -> datetime:
        """The service's time: the world's, plus what it was advanced by."""
        return self._world.clock() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let the service's time go by, for batches to get on without waiting."""
        self._ahead += timedelta(seconds=seconds)
        self._world.changed.notify()

    def add_account(self, account_id: str, name: str, *keys: str) -> Account:
        """An account, and the API keys that are good for it. A key may be good for several accounts."""
        book = AddressBook(now=self.now, ids=lambda: next(self._next))
        account = Account(account_id, name, book, set(keys))
        self.accounts[same_account(account_id)] = account
        return account

    def account(self, account_id: str) -> Account:
        """The account with this id, however it is written; KeyError when there is none."""
        return self.accounts[same_account(account_id)]

    def known_key(self, key: str) -> None:
        """ApiError 401 with code 1200 when nobody has this key."""
        if not any(key in account.keys for account in self.accounts.values()):
            raise ApiError(401, UNAUTHENTICATED, "Request was not authenticated properly")

    def allowed(self, account_id: str, key: str) -> Account:
        """The account, for one who has its key; ApiError 403 with code 1201 otherwise."""
        account = self.accounts.get(same_account(account_id))
        if account is None or key not in account.keys:
            raise ApiError(403, FORBIDDEN, "Access to the account is forbidden")
        return account

    def script(
        self,
        *statuses: Status,
        seconds: float | None = None,
        error_rows: int = 0,
        counters: Literal["list", "both", "never"] = "list",
        times: int = 1,
    ) -> None:
        """Say how the next batches go, e.g. ``script("queued", "inProgress", "failed")``; see Script."""
        step = self.normal.seconds if seconds is None else seconds
        script = Script(statuses or self.normal.statuses, step, error_rows, counters)
        self._scripts.extend([script] * times)

    def batches(self, account: Account, kind: str | None = None) -> list[Batch]:
        """The batches of an account as they stand now, newest first."""
        for batch in account.batches.values():
            batch.settle(self.now())
        return [batch for batch in reversed(account.batches.values()) if kind in (None, batch.type)]

    def batch(self, account: Account, batch_id: str) -> Batch:
        """The batch as it stands now; ApiError 404 with code 4018 when there is none."""
        if batch_id.lower() not in account.batches:
            raise ApiError(404, INVALID_JOB, "Invalid jobId")
        return next(batch for batch in self.batches(account) if batch.id == batch_id.lower())

    def start(self, account: Account, kind: BatchType, work: Callable[[], None], **facts: object) -> Batch:
        """Take on work that is done in one piece when the batch ends."""
        script = self._scripts.popleft() if self._scripts else self.normal
        return self._keep(account, Batch(self._new_id(), kind, self.now(), script, lambda _: work()), facts)

    async def start_upload(self, account: Account, form: Form) -> Batch:
        """Take on a file. One that cannot be read is accepted too: its batch fails, as its rows are read later."""
        groups = account.book.known_groups(form.groups)
        script = self._scripts.popleft() if self._scripts else self.normal
        file = UploadedFile(form.name, form.type, form.data)
        try:
            table = await asyncio.to_thread(read_table, form)
        except Unreadable:
            script = Script(("queued", "inProgress", "failed"), script.seconds, counters=script.counters)
            table = Table((), ())
        file.counters.total = len(table.rows)
        file.counters.groups = len(groups)
        intake = _Intake(account.book, file, table, groups, script.error_rows)
        batch = Batch(self._new_id(), "createContacts", self.now(), script, intake.take, len(table.rows), file)
        return self._keep(account, batch, {"file": form.name, "bytes": len(form.data), "groups": groups})

    def _keep(self, account: Account, batch: Batch, facts: dict[str, object]) -> Batch:
        account.batches[batch.id] = batch
        self._world.note(f"contacts:{batch.type}", account=account.id, batch=batch.id, **facts)
        return batch


@dataclass
class _Intake:
    """Takes the rows of an uploaded file into an address book, one by one, and counts."""

    book: AddressBook
    file: UploadedFile
    table: Table
    groups: list[int]
    refuse: int
    """So many rows are refused whatever is in them."""

    def take(self, place: int) -> None:
        """Take the row at this place, or refuse it with a reason."""
        row = self.table.rows[place]
        counters = self.file.counters
        try:
            is_new = self._merge(row, wanted=place >= self.refuse)
        except (ValueError, ApiError) as error:
            counters.errors += 1
            self.file.refused.append((*row, str(error)))
        else:
            counters.inserted += is_new
            counters.duplicates += not is_new

    def _merge(self, row: tuple[str, ...], *, wanted: bool) -> bool:
        if not wanted:
            raise ValueError("Contact could not be saved")
        addresses, fields = self.table.contact(row)
        groups = [group for group in self.groups if group in self.book.groups]
        return self.book.merge(addresses, fields, groups=groups)[1]
