"""What due rows of message logs do: ask 8x8, follow it, bring the files, cancel, repeat, delete. No listener does."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.accounts.access import WAIT_SECONDS, Access, Accesses, NoKey, Product, ProductOff
from bot.accounts.directory import Directory, SlackSilent
from bot.accounts.identity import belongs
from bot.accounts.refusals import Ambiguous, BadAnswer, NotFound, ProviderError, Unauthorized, Unavailable
from bot.delivery.jobs import JobKind
from bot.delivery.voices import Voices
from bot.delivery.worker import Hold, PutBack, pause
from bot.logs import beginning, results, rules, schedules, steps
from bot.logs.child import counted
from bot.logs.client import LogsClient, Report
from bot.logs.errors import (
    FilesTooLarge,
    JobGone,
    LinkGone,
    NotAsked,
    NotBrought,
    NotCancelled,
    OwnerLeft,
    StoreAway,
    TooManyFiles,
)
from bot.logs.periods import sent
from bot.logs.picture import drawn
from bot.logs.rules import Status
from bot.logs.tables import LogExport
from bot.logs.words import picture_of
from bot.storage.database import Database, Tx
from bot.storage.files import Files, FilesAway, TooManyBytes, file_key
from bot.storage.rooms import room

_AWAY_SECONDS, _FILE_AWAY_SECONDS, _SILENT_SECONDS, _BUSY_SECONDS = 15.0, 60.0, 30.0, 2.0
_NOT_THERE_TRIES = 3
Count = Callable[[Sequence[Path], str], Awaitable[dict[str, Any] | None]]


class LogJobs:
    """All jobs of message logs. The files of one export are brought at a time."""

    def __init__(
        self,
        database: Database,
        files: Files,
        voices: Voices,
        *,
        http: aiohttp.ClientSession,
        accesses: Accesses,
        people: Directory,
        count: Count = counted,
    ) -> None:
        """``count`` counts what is in the files; None where that cannot be done."""
        self._database = database
        self._files = files
        self._voices = voices
        self._http = http
        self._accesses = accesses
        self._people = people
        self._count = count
        self._room = asyncio.Semaphore(1)

    def kinds(self) -> list[JobKind]:
        """The kinds of due rows."""
        return [
            JobKind(steps.START, self.start, _start_is_dead),
            JobKind(steps.POLL, self.poll, _follow_is_dead),
            JobKind(steps.FETCH, self.fetch, _follow_is_dead),
            JobKind(steps.CANCEL, self.cancel, _cancel_is_dead),
            JobKind(steps.PURGE, self.purge),
            JobKind(steps.REPEAT, self.repeat),
        ]

    # Ask 8x8

    async def start(self, hold: Hold) -> None:
        """Ask for the export. What may have been asked already is not asked again: nobody could tell the two apart."""
        export = await self._look(hold)
        if export.status == Status.SENDING:
            await self._database.write(results.unsure, export.id, {"sentence": NotAsked().sentence})
            return
        if export.status != Status.WAITING:
            return
        try:
            access = await self._access(export)
        except ProductOff as error:
            await self._database.write(results.refused, export.id, {"sentence": error.sentence})
            return
        except NoKey as error:
            if await self._database.write(results.waits, export.id, error.sentence):
                raise await self._missing(export, hold) from error
            return
        if await self._database.write(results.sending, export.id):
            await self._ask(hold, export, access)

    async def _ask(self, hold: Hold, export: LogExport, access: Access) -> None:
        if not hold.fresh():
            await self._database.write(results.not_sent, export.id, "")
            raise PutBack(0, "the lease is nearly over", spent=False)
        try:
            job_id = await self._client(export, access).start(wanted(export))
        except Ambiguous as error:
            await self._database.write(results.unsure, export.id, _trouble(error) | {"sentence": NotAsked().sentence})
        except Unavailable as error:
            await self._database.write(results.not_sent, export.id, error.sentence)
            raise PutBack(error.retry_after or _AWAY_SECONDS, error.reason, spent=False) from error
        except Unauthorized as error:
            await self._database.write(results.not_sent, export.id, error.sentence)
            raise await self._refused(access, hold, error) from error
        except ProviderError as error:
            await self._database.write(results.refused, export.id, _trouble(error))
        else:
            await self._database.write(results.began, export.id, job_id)

    # Follow it

    async def poll(self, hold: Hold) -> None:
        """Look how far the export is."""
        export = await self._look(hold)
        if export.status == Status.RUNNING:
            report = await self._report(hold, export)
            if report is not None:
                await self._database.write(results.polled, export.id, report.word, report.expires)

    async def _report(self, hold: Hold, export: LogExport) -> Report | None:
        """What 8x8 says of it; None when that is settled already. Raises PutBack while it cannot be had."""
        try:
            access = await self._access(export)
            return await self._client(export, access).report(str(export.job_id))
        except NotFound as error:
            if hold.claim.attempt < _NOT_THERE_TRIES:  # it may not be everywhere yet
                raise PutBack(pause(hold.claim.attempt), error.reason) from error
            await self._database.write(results.lost, export.id, JobGone(reason=error.reason).sentence)
        except Unauthorized as error:
            if await self._database.write(results.waits, export.id, error.sentence):
                raise await self._refused(access, hold, error) from error
        except NoKey as error:
            if await self._database.write(results.waits, export.id, error.sentence):
                raise await self._missing(export, hold) from error
        except ProviderError as error:  # away, too much to do, or an answer that nobody can read: it is asked again
            if await self._database.write(results.waits, export.id, error.sentence):
                seconds = error.retry_after or max(_AWAY_SECONDS, rules.poll_after(export.polls))
                raise PutBack(seconds, error.reason, spent=False) from error
        return None

    # Bring the files

    async def fetch(self, hold: Hold) -> None:
        """Ask for fresh links, bring the files, count what is in them, and have them sent."""
        export = await self._look(hold)
        if export.status != Status.FETCHING:
            return
        if self._room.locked():
            raise PutBack(_BUSY_SECONDS, "another export is brought", spent=False)
        async with self._room:
            report = await self._report(hold, export)
            if report is None:
                return
            try:
                await self._bring(export, report)
            except (LinkGone, FilesTooLarge, TooManyFiles) as error:
                await self._delete(export)
                await self._database.write(results.lost, export.id, error.sentence)
            except FilesAway as error:
                await self._database.write(results.waits, export.id, StoreAway().sentence)
                raise PutBack(_AWAY_SECONDS, "file store", spent=False) from error
            except Unavailable as error:
                await self._database.write(results.waits, export.id, error.sentence)
                raise PutBack(error.retry_after or _FILE_AWAY_SECONDS, error.reason, spent=False) from error
            except BadAnswer as error:
                await self._database.write(results.waits, export.id, error.sentence)
                raise PutBack(pause(hold.claim.attempt), error.reason) from error

    async def _bring(self, export: LogExport, report: Report) -> None:
        if not report.links:
            raise LinkGone(reason=f"it says {rules.shown_word(report.word)}, and names no file")
        if len(report.links) > rules.FILES_MAX:
            raise TooManyFiles(count=len(report.links), most=rules.FILES_MAX)
        client, left = self._client(export, await self._access(export)), rules.EXPORT_BYTES_MAX
        stored: list[dict[str, Any]] = []
        for number, link in enumerate(report.links, 1):
            key = _key(export, number)
            try:
                file = await self._files.put(key, client.download(link), most_bytes=left)
            except TooManyBytes:
                raise FilesTooLarge(most=f"{rules.EXPORT_BYTES_MAX // 1_000_000} MB") from None
            left -= file.size
            stored.append({"key": key, "size": file.size})
        summary = await self._summary(export, [str(each["key"]) for each in stored])
        picture = await self._picture(export, summary) if summary and summary["rows"] else None
        if not await self._database.write(results.fetched, export.id, stored, summary, picture):
            await self._delete(export)

    async def _summary(self, export: LogExport, keys: list[str]) -> dict[str, Any] | None:
        """What is in the files; None when that cannot be counted, which keeps nobody from having them."""
        with room() as folder:
            paths = [folder / f"{number}.csv" for number in range(len(keys))]
            for key, path in zip(keys, paths, strict=True):
                await self._files.fetch_to(key, path)
            return await self._count(paths, export.zone)

    async def _picture(self, export: LogExport, summary: dict[str, Any]) -> str:
        png = await asyncio.to_thread(drawn, picture_of(self._voices, export, summary))
        key = file_key("logs", export.id, "summary.png")
        return (await self._files.put(key, png, most_bytes=10_000_000)).key

    async def _delete(self, export: LogExport) -> None:
        """Delete what was brought, which nobody wants any more."""
        for number in range(1, rules.FILES_MAX + 1):
            await self._files.delete(_key(export, number))

    # Cancel, repeat, delete

    async def cancel(self, hold: Hold) -> None:
        """Have 8x8 do nothing more. That there is nothing to cancel is as good."""
        export = await self._look(hold)
        if export.status != Status.CANCELLING:
            return
        try:
            await self._client(export, await self._access(export)).cancel(str(export.job_id))
        except NotFound:
            await self._database.write(results.cancelled, export.id)
        except (Unavailable, BadAnswer) as error:
            await self._database.write(results.waits, export.id, error.sentence)
            raise PutBack(error.retry_after or pause(hold.claim.attempt), error.reason) from error
        except (NoKey, ProviderError) as error:
            await self._database.write(results.cancelled, export.id, error.sentence)
        else:
            await self._database.write(results.cancelled, export.id)

    async def repeat(self, hold: Hold) -> None:
        """Export once more what is due, if its owner still may have it."""
        due = await self._database.write(schedules.is_due, hold.claim.key)
        if due is None:
            return
        schedule = await self._database.read(schedules.look, hold.claim.key)
        try:
            stays = await belongs(schedule.user_id, schedule.account_id, self._people, self._database)
        except SlackSilent as error:
            raise PutBack(_SILENT_SECONDS, "Slack does not say who belongs to the account", spent=False) from error
        except SlackApiError:
            stays = False
        if stays:
            await self._database.write(schedules.repeat, schedule.id, due)
        else:
            await self._database.write(schedules.stop, schedule.id, OwnerLeft(user=schedule.user_id).sentence)

    async def purge(self, hold: Hold) -> None:
        """Delete our copies of the files."""
        for key in await self._database.read(results.stored, hold.claim.key):
            await self._files.delete(key)
        await self._database.write(results.purged, hold.claim.key)

    # What they share

    async def _look(self, hold: Hold) -> LogExport:
        return await self._database.read(beginning.look, hold.claim.key)

    async def _access(self, export: LogExport) -> Access:
        return await self._database.read(self._accesses.of, export.account_id, Product(export.product))

    def _client(self, export: LogExport, access: Access) -> LogsClient:
        return LogsClient(self._http, access.base_url, access.key, export.subaccount)

    async def _missing(self, export: LogExport, hold: Hold) -> PutBack:
        """There is no key: staff are told, and it goes on when there is one."""
        asked = export.account_id, Product(export.product), (hold.claim.kind, hold.claim.key)
        stands = await self._database.write(self._accesses.missing, *asked)
        return PutBack(WAIT_SECONDS if stands else 0, "no key", spent=False)

    async def _refused(self, access: Access, hold: Hold, error: Unauthorized) -> PutBack:
        """8x8 does not take the key: staff are told, and it goes on when that is mended."""
        await self._database.write(self._accesses.refused, access, (hold.claim.kind, hold.claim.key))
        return PutBack(WAIT_SECONDS, error.reason, spent=False)


def wanted(export: LogExport) -> dict[str, Any]:
    """The request, as LogExportRequest has it; moments with the offset that holds in the person's zone then."""
    zone = ZoneInfo(export.zone)
    more = {
        "phoneNumber": export.number,
        "countries": list(export.countries),
        "limit": export.limit_count,
        "channelUserId": export.channel_user,
    }
    span = {"from": sent(export.since, zone), "to": sent(export.until, zone)}
    return span | {name: value for name, value in more.items() if value}


def _key(export: LogExport, number: int) -> str:
    return file_key("logs", export.id, f"{number}.csv")


def _trouble(error: ProviderError) -> dict[str, Any]:
    return {"sentence": error.sentence, "code": error.code, "error_id": error.error_id}


def _start_is_dead(tx: Tx, export_id: str, _error: str) -> None:
    trouble = {"sentence": NotAsked().sentence}
    results.unsure(tx, export_id, trouble)
    results.refused(tx, export_id, trouble)


def _follow_is_dead(tx: Tx, export_id: str, _error: str) -> None:
    results.lost(tx, export_id, NotBrought().sentence)


def _cancel_is_dead(tx: Tx, export_id: str, _error: str) -> None:
    results.cancelled(tx, export_id, NotCancelled().sentence)
