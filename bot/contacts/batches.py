"""What due rows of a submitted file do: give its batches to 8x8, one after the other, and follow them to their end."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.contacts import progress, results, rules
from bot.contacts.answers import Batch, BatchType
from bot.contacts.client import ContactsClient
from bot.contacts.errors import Ambiguous, ContactsError, Overtaken, RateLimited, StoreAway, Unauthorized, Unavailable
from bot.contacts.provider import AccountClient, LockedOut, NoKey, Provider, look
from bot.contacts.rules import BatchState
from bot.contacts.steps import POLL, SUBMIT
from bot.contacts.stored import stored_batch, stored_trouble, with_counters
from bot.contacts.tables import ContactBatch, ContactFile
from bot.delivery.jobs import JobKind, soon
from bot.delivery.worker import Hold, PutBack, pause
from bot.errors import DeskError
from bot.storage.database import Database, Tx
from bot.storage.files import FileGone, Files, FilesAway
from bot.storage.rooms import room

_AWAY_SECONDS = 15.0
_LOOK_AFTER_SECONDS = 3.0


class SubmitFailed(DeskError):
    """I cannot tell whether 8x8 has these contacts. Submit again looks there first, and sends only what is missing."""


class BatchJobs:
    """Submit and poll."""

    def __init__(self, database: Database, files: Files, provider: Provider) -> None:
        self._database = database
        self._files = files
        self._provider = provider

    def kinds(self) -> list[JobKind]:
        """The kinds of due rows."""
        return [JobKind(SUBMIT, self.submit, _submit_is_dead), JobKind(POLL, self.poll, _poll_is_dead)]

    # Submit

    async def submit(self, hold: Hold) -> None:
        """Give 8x8 the file's next batch. Where it may have that one already, look before anything is sent again."""
        work = await self._database.read(look, hold.claim.key)
        file, batch = work.file, progress.next_to_send(work.file)
        if batch is None:
            return
        if client := await self._client(hold, batch):
            await self._submit(hold, client, file, batch)

    async def _submit(self, hold: Hold, client: AccountClient, file: ContactFile, batch: ContactBatch) -> None:
        try:
            found = await self._find(client, file, batch) if batch.status == BatchState.SENDING else None
            found = found or await self._send(hold, client, file, batch)
        except FileGone as error:
            await self._database.write(progress.refused, batch.id, {"sentence": error.sentence})
        except FilesAway as error:
            await self._database.write(results.waits, file.id, StoreAway().sentence)
            raise PutBack(_AWAY_SECONDS, "file store", spent=False) from error
        except RateLimited as error:
            await self._wait(file, error, error.retry_after or _AWAY_SECONDS)
        except Unavailable as error:
            await self._wait(file, error, _AWAY_SECONDS)
        except Ambiguous as error:
            await self._database.write(results.waits, file.id, error.sentence)
            raise PutBack(max(_LOOK_AFTER_SECONDS, pause(hold.claim.attempt)), error.reason) from error
        except Unauthorized as error:
            await self._locked_out(hold, client, batch, error)
        except ContactsError as error:
            await self._database.write(progress.refused, batch.id, stored_trouble(error))
        else:
            await self._database.write(progress.batch_began, batch.id, found.id, stored_batch(found))

    async def _client(self, hold: Hold, batch: ContactBatch) -> AccountClient | None:
        """Without a key the file says so and waits (PutBack); where nobody would set one, it ends (None)."""
        try:
            return await self._provider.client(batch.account_id)
        except NoKey as error:
            if wait := await self._provider.missing(batch.account_id, error, hold):
                await self._database.write(results.waits, batch.file_id, error.sentence)
                raise wait from error
            await self._database.write(progress.refused, batch.id, {"sentence": error.sentence})
            return None

    async def _locked_out(self, hold: Hold, client: AccountClient, batch: ContactBatch, error: Unauthorized) -> None:
        """8x8 refuses the key: the file says so and waits (PutBack); where nobody would change the key, it ends."""
        if self._provider.has_staff:
            await self._database.write(results.waits, batch.file_id, error.sentence)
            raise await self._provider.refused(client, hold, error) from error
        told = stored_trouble(error) | {"sentence": LockedOut(reason=error.reason).sentence}
        await self._database.write(progress.refused, batch.id, told)

    async def _send(self, hold: Hold, client: ContactsClient, file: ContactFile, batch: ContactBatch) -> Batch:
        groups = await self._groups(client, file)
        if batch.accepted_key is None:
            raise FileGone
        with room() as folder:
            path = folder / "accepted.csv"
            await self._files.fetch_to(batch.accepted_key, path)
            await self._database.write(progress.sending, batch.id)
            try:
                return await client.create_contacts(path, _name(file, batch), group_ids=groups, still=hold.fresh)
            except Overtaken as error:
                raise PutBack(0, "the lease is nearly over", spent=False) from error

    async def _groups(self, client: ContactsClient, file: ContactFile) -> list[int]:
        """The ids of the chosen groups; one that 8x8 does not have is made. Asked twice, it is made once."""
        made = {
            group["name"]: (await client.create_group(group["name"])).id for group in file.groups if not group["id"]
        }
        if made:
            await self._database.write(results.groups_made, file.id, made)
        return [group["id"] or made[group["name"]] for group in file.groups]

    async def _find(self, client: ContactsClient, file: ContactFile, batch: ContactBatch) -> Batch | None:
        """The batch of an earlier attempt, by the file name that nothing else has."""
        name, since = _name(file, batch), batch.sent_at - timedelta(minutes=5) if batch.sent_at else None
        async for listed in client.batches(BatchType.CREATE_CONTACTS):
            if listed.file_name == name:
                return listed
            if since is not None and listed.created_at is not None and listed.created_at < since:
                return None
        return None

    async def _wait(self, file: ContactFile, error: ContactsError, seconds: float) -> None:
        await self._database.write(results.waits, file.id, error.sentence)
        raise PutBack(seconds, error.reason, spent=False) from error

    # Poll

    async def poll(self, hold: Hold) -> None:
        """Ask 8x8 how the file's batches stand."""
        work = await self._database.read(look, hold.claim.key)
        file, batches = work.file, progress.running(work.file)
        if not batches:
            return
        try:
            client = await self._provider.client(file.account_id)
        except NoKey as error:
            await self._database.write(results.waits, file.id, error.sentence)
            wait = await self._provider.missing(file.account_id, error, hold)
            raise wait or PutBack(rules.POLL_SLOW, "no key", spent=False) from error
        answers, trouble = await self._ask(client, batches)
        if answers:
            await self._database.write(progress.polled, file.id, answers)
        if isinstance(trouble, Unauthorized) and self._provider.has_staff:
            await self._locked_out(hold, client, batches[0], trouble)
        if trouble is not None:
            await self._wait(file, trouble, trouble.retry_after or rules.poll_after_trouble(work.quiet))

    async def _ask(
        self, client: ContactsClient, batches: Sequence[ContactBatch]
    ) -> tuple[dict[str, dict[str, Any]], ContactsError | None]:
        """What 8x8 says of each batch, and the first trouble. One that it cannot tell of does not hide the others."""
        answers: dict[str, dict[str, Any]] = {}
        trouble: ContactsError | None = None
        for batch in batches:
            try:
                found = await client.batch(str(batch.batch_id))
                answers[batch.id] = stored_batch(await with_counters(client, found, BatchType.CREATE_CONTACTS))
            except ContactsError as error:
                trouble = trouble or error
                if isinstance(error, Unavailable):
                    break
        return answers, trouble


def _submit_is_dead(tx: Tx, file_id: str, _error: str) -> None:
    progress.unsure(tx, file_id, SubmitFailed().sentence)


def _poll_is_dead(tx: Tx, file_id: str, _error: str) -> None:
    soon(tx, POLL, file_id, after=timedelta(minutes=10))


def _name(file: ContactFile, batch: ContactBatch) -> str:
    return rules.batch_file_name(file.name, file.id, batch.submission, batch.number)
