"""What due rows of operations do: have 8x8 do it, look for it where the answer was lost, follow it to its end.

A call is made once. What may have reached 8x8 is looked for there; a batch that is not found is never sent again unless
a person says so.
"""

import asyncio
import csv
import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.contacts import rules as file_rules
from bot.contacts.answers import Batch
from bot.contacts.client import ContactsClient
from bot.contacts.errors import Ambiguous, ContactsError, NotFound, RateLimited, StoreAway, Unauthorized, Unavailable
from bot.contacts.operations import calls, progress, rules
from bot.contacts.operations.progress import Task
from bot.contacts.operations.rules import Kind, State
from bot.contacts.operations.steps import FOLLOW, OPERATE, is_batch
from bot.contacts.operations.tables import ContactOperation
from bot.contacts.provider import AccountClient, NoKey, Provider
from bot.contacts.stored import stored_batch, stored_trouble, with_counters
from bot.delivery.jobs import JobKind, soon
from bot.delivery.worker import Hold, PutBack
from bot.errors import DeskError
from bot.storage.database import Database, Tx
from bot.storage.files import FileGone, Files, FilesAway
from bot.storage.rooms import room

_AWAY_SECONDS = 15.0
_TURN_SECONDS = 2.0
_BEFORE_MOST = 100


class OperationJobs:
    """Do and follow."""

    def __init__(self, database: Database, files: Files, provider: Provider) -> None:
        self._database = database
        self._files = files
        self._provider = provider

    def kinds(self) -> list[JobKind]:
        """The kinds of due rows."""
        return [JobKind(OPERATE, self.operate, _operate_is_dead), JobKind(FOLLOW, self.follow, _follow_is_dead)]

    # Do it

    async def operate(self, hold: Hold) -> None:
        """Have 8x8 do what waits; where it may have it already, look there first."""
        task = await self._database.read(progress.look, hold.claim.key)
        operation = task.operation
        if operation.status not in {State.WAITING, State.SENDING}:
            return
        if client := await self._client(hold, operation):
            await self._operate(hold, client, task)

    async def _operate(self, hold: Hold, client: AccountClient, task: Task) -> None:
        operation = task.operation
        try:
            if operation.status == State.SENDING:
                await self._look(client, task)
            else:
                await self._send(hold, client, task)
        except RateLimited as error:
            await self._wait(operation, error, error.retry_after or _AWAY_SECONDS)
        except Unavailable as error:
            await self._wait(operation, error, _AWAY_SECONDS)
        except FilesAway as error:
            await self._database.write(progress.waits, operation.id, StoreAway().sentence)
            raise PutBack(_AWAY_SECONDS, "file store", spent=False) from error
        except Ambiguous as error:
            await self._database.write(progress.waits, operation.id, error.sentence)
            raise PutBack(rules.look_pause(0), error.reason, spent=False) from error
        except Unauthorized as error:
            await self._say_wait(operation, error)
            raise await self._provider.refused(client, hold, error) from error
        except ContactsError as error:
            await self._stop(operation, stored_trouble(error))
        except (FileGone, rules.GroupNotEmpty) as error:
            await self._stop(operation, {"sentence": error.sentence})

    async def _client(self, hold: Hold, operation: ContactOperation) -> AccountClient | None:
        """Without a key it says so and waits (PutBack); where the product is off, it ends (None)."""
        try:
            return await self._provider.client(operation.account_id)
        except NoKey as error:
            if wait := await self._provider.missing(operation.account_id, error, hold):
                await self._say_wait(operation, error)
                raise wait from error
            await self._stop(operation, {"sentence": error.sentence})
            return None

    async def _stop(self, operation: ContactOperation, trouble: dict[str, Any]) -> None:
        """It was refused; but while we only looked for it, 8x8 may have it all the same."""
        if operation.status == State.SENDING:
            await self._database.write(progress.unsure, operation.id, str(trouble["sentence"]))
        else:
            await self._database.write(progress.refused, operation.id, trouble)

    async def _send(self, hold: Hold, client: ContactsClient, task: Task) -> None:
        operation = task.operation
        if task.another_is_sent:
            raise PutBack(_TURN_SECONDS, "another of this kind is on its way", spent=False)
        numbers = await self._numbers(operation)
        before = await self._newest(client, operation)
        if not hold.fresh():
            raise PutBack(0, "the lease is nearly over", spent=False)
        if not await self._database.write(progress.sending, operation.id, before):
            return
        if is_batch(operation):
            batch = await calls.begin(client, operation, numbers)
            await self._database.write(progress.began, operation.id, batch.id, stored_batch(batch))
        else:
            await self._database.write(progress.done, operation.id, await calls.do(client, operation))

    async def _newest(self, client: ContactsClient, operation: ContactOperation) -> list[str]:
        """The newest batches of this type: one that comes after them may be ours."""
        kind = Kind(operation.kind).batch_type
        if kind is None:
            return []
        return [batch.id async for batch in _first(client, kind, _BEFORE_MOST)]

    async def _numbers(self, operation: ContactOperation) -> list[str]:
        """The numbers that this part deletes, as they were typed, or out of the checked file."""
        if "keys" not in operation.what:
            return calls.numbers_for(operation, operation.what.get("numbers", ()))
        with room() as folder:
            paths = []
            for number, key in enumerate(operation.what["keys"]):
                if key is None:
                    raise FileGone
                paths.append(folder / f"{number}.csv")
                await self._files.fetch_to(key, paths[-1])
            return await asyncio.to_thread(_part, paths, operation.part)

    # The answer was lost

    async def _look(self, client: ContactsClient, task: Task) -> None:
        operation = task.operation
        if not is_batch(operation):
            await self._look_for_call(client, operation)
            return
        fitting = await self._fitting(client, task)
        if len(fitting) == 1:
            found = await client.batch(fitting[0])
            await self._database.write(progress.began, operation.id, found.id, stored_batch(found))
            return
        looks = await self._database.write(progress.looked, operation.id)
        if looks < rules.LOOKS and not fitting:
            raise PutBack(rules.look_pause(looks), "not in the list yet", spent=False)
        trouble: DeskError = rules.SeveralFit(count=len(fitting)) if fitting else rules.AnswerLost()
        await self._database.write(progress.unsure, operation.id, trouble.sentence, fitting)

    async def _fitting(self, client: ContactsClient, task: Task) -> list[str]:
        operation = task.operation
        assert operation.sent_at is not None  # noqa: S101 - it is set with the status
        listed: list[Batch] = []
        async for batch in client.batches(Kind(operation.kind).batch_type):
            if rules.is_older(batch, operation.sent_at):
                break
            listed.append(batch)
        return rules.candidates(listed, before=operation.before, taken=task.taken, since=operation.sent_at)

    async def _look_for_call(self, client: ContactsClient, operation: ContactOperation) -> None:
        """A single call can be seen in what it changed; done twice it changes nothing more, so it may be repeated."""
        try:
            answer = await calls.was_done(client, operation)
        except NotFound:
            answer = None
        if answer is None:
            await self._database.write(progress.not_there, operation.id)
        else:
            await self._database.write(progress.done, operation.id, answer)

    async def _say_wait(self, operation: ContactOperation, error: DeskError) -> None:
        """While we only looked, 8x8 may still have it; when it was to be sent, nothing reached it."""
        f = progress.waits if operation.status == State.SENDING else progress.not_sent
        await self._database.write(f, operation.id, error.sentence)

    async def _wait(self, operation: ContactOperation, error: ContactsError, seconds: float) -> None:
        await self._say_wait(operation, error)
        raise PutBack(seconds, error.reason, spent=False) from error

    # Follow it

    async def follow(self, hold: Hold) -> None:
        """Ask 8x8 how the batch stands."""
        task = await self._database.read(progress.look, hold.claim.key)
        operation, kind = task.operation, Kind(task.operation.kind).batch_type
        if operation.status != State.RUNNING or kind is None:
            return
        try:
            client = await self._provider.client(operation.account_id)
            batch = await with_counters(client, await client.batch(operation.batches[-1]), kind)
        except NoKey as error:
            await self._database.write(progress.waits, operation.id, error.sentence)
            wait = await self._provider.missing(operation.account_id, error, hold)
            raise wait or PutBack(file_rules.POLL_SLOW, "no key", spent=False) from error
        except Unauthorized as error:
            await self._database.write(progress.waits, operation.id, error.sentence)
            raise await self._provider.refused(client, hold, error) from error
        except ContactsError as error:
            await self._database.write(progress.waits, operation.id, error.sentence)
            pause = error.retry_after or file_rules.poll_after_trouble(task.quiet)
            raise PutBack(pause, error.reason, spent=False) from error
        await self._database.write(progress.polled, operation.id, stored_batch(batch))


async def _first(client: ContactsClient, kind: Any, most: int) -> Any:
    """The first batches of the list, in one request."""
    count = 0
    async for batch in client.batches(kind, limit=most):
        yield batch
        count += 1
        if count == most:
            return


def _part(paths: list[Path], part: int) -> list[str]:
    """The numbers of one part out of checked files, whose first column they are."""
    first = part * rules.NUMBERS_AT_ONCE
    return list(itertools.islice(_rows(paths), first, first + rules.NUMBERS_AT_ONCE))


def _rows(paths: list[Path]) -> Iterator[str]:
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            place = next(rows).index("msisdn")
            yield from (row[place] for row in rows)


def _operate_is_dead(tx: Tx, operation_id: str, _error: str) -> None:
    progress.unsure(tx, operation_id, rules.AnswerLost().sentence)


def _follow_is_dead(tx: Tx, operation_id: str, _error: str) -> None:
    soon(tx, FOLLOW, operation_id, after=timedelta(minutes=10))
