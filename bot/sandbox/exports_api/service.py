"""8x8's exports of message logs in memory: the subaccounts of accounts, and their jobs."""

import random
import string
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.sandbox.contacts_api.answers import INVALID_JOB, ApiError
from bot.sandbox.exports_api.bodies import Wanted
from bot.sandbox.exports_api.jobs import ENDED, Job, Product, Script
from bot.sandbox.exports_api.rows import files_of

if TYPE_CHECKING:
    from bot.sandbox.contacts_api import Account
    from bot.sandbox.world import World

INVALID_SUBACCOUNT = 1001
_ID_LENGTH, _TOKEN_LENGTH = 64, 86
_LETTERS = string.ascii_letters + string.digits


def opaque(length: int) -> str:
    """Letters and digits by chance: what job ids and tokens look like."""
    return "".join(random.choices(_LETTERS, k=length))


class Exports:
    """``world.exports``; tests and the demo say here how exports go."""

    def __init__(self, world: "World", *, new_word: Callable[[int], str] = opaque) -> None:
        self.normal = Script()
        """How a job goes when nothing was scripted."""
        self.jobs: dict[str, Job] = {}
        """By id, oldest first."""
        self.subaccounts: dict[str, str] = {}
        """The account's id of each subaccount."""
        self._world = world
        self._new_word = new_word
        self._scripts: deque[Script] = deque()
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The service's time: the world's, plus what it was advanced by."""
        return self._world.clock() + self._ahead

    def advance(self, **how_long: float) -> None:
        """Let the service's time go by: ``advance(seconds=3)``."""
        self._ahead += timedelta(**how_long)
        self._world.changed.notify()

    def add_subaccounts(self, account_id: str, *names: str) -> None:
        """These subaccounts belong to an account, for both products."""
        self.subaccounts |= dict.fromkeys(names, account_id)

    def script(self, *words: str, times: int = 1, **more: object) -> None:
        """Say how the next jobs go, e.g. ``script("queued", "running", "failed")``; ``more`` is of ``Script``."""
        values = {"seconds": self.normal.seconds, "words": words or self.normal.words, **more}
        self._scripts.extend([Script(**values)] * times)  # type: ignore[arg-type]

    def of(self, subaccount: str, key: str) -> "Account":
        """The account that a subaccount belongs to, for one who has its key; ApiError 401 and 400 (1001) otherwise."""
        self._world.contacts.known_key(key)
        owner = self.subaccounts.get(subaccount)
        account = self._world.contacts.account(owner) if owner else None
        if account is None or key not in account.keys:
            raise ApiError(400, INVALID_SUBACCOUNT, "Provided subAccountId doesn't belongs to your account")
        return account

    def start(self, product: Product, account: "Account", subaccount: str, wanted: Wanted) -> Job:
        """A new job; asked the same again, it is another one: there is no idempotency key."""
        script = self._scripts.popleft() if self._scripts else self.normal
        job = Job(self._new_word(_ID_LENGTH), product, account.id, subaccount, wanted, script, self.now())
        self.jobs[job.id] = job
        self._world.note("exports:start", job=job.id, product=product, subaccount=subaccount, wanted=wanted)
        return job

    def job(self, product: Product, subaccount: str, job_id: str) -> Job:
        """The job as it stands now; ApiError 404 with code 4018 when this subaccount has none such."""
        job = self.jobs.get(job_id)
        if job is None or (job.product, job.subaccount) != (product, subaccount):
            raise ApiError(404, INVALID_JOB, "Invalid jobId")
        self._settle(job)
        return job

    def _settle(self, job: Job) -> None:
        if job.status in ENDED:
            return
        job.status = job.script.at((self.now() - job.created_at).total_seconds())
        if job.status == "succeeded":
            job.files = {self._new_word(_TOKEN_LENGTH): data for data in files_of(job)}
            job.expires = self.now() + job.script.kept
            if not job.files:
                job.status = "empty"

    def cancel(self, job: Job) -> None:
        """End a job; one that has ended before is gone."""
        if job.status in ENDED:
            raise ApiError(404, INVALID_JOB, "Invalid jobId")
        job.status = "cancelled"
        self._world.note("exports:cancel", job=job.id)

    def file(self, product: str, subaccount: str, token: str) -> bytes | None:
        """What a link leads to; None when there is no such link, or not any more."""
        for job in self.jobs.values():
            if token in job.files and (job.product, job.subaccount) == (product, subaccount):
                return job.files[token] if job.expires and self.now() < job.expires else None
        return None
