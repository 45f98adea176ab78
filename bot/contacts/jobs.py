"""What due rows of contact files do: fetch and check, ask for groups, delete. No listener does any of this."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog

from bot.contacts import mirror, results, rules, service
from bot.contacts.child import Limits, check_in_child
from bot.contacts.engine_errors import AForm, Unreadable
from bot.contacts.errors import BadAnswer, ContactsError, Refused, SlackKeepsFile, StoreAway, Unauthorized
from bot.contacts.origin import Origin
from bot.contacts.outcome import CheckOptions, CheckResult
from bot.contacts.provider import NoKey, Provider, look
from bot.contacts.rules import Status
from bot.contacts.steps import CHECK, GROUPS, PURGE
from bot.contacts.tables import ContactFile
from bot.delivery.jobs import JobKind
from bot.delivery.slack import Away, NotSent, RateLimited, SlackTrouble
from bot.delivery.slack_files import FileTrouble, later
from bot.delivery.worker import GiveUp, Hold, PutBack
from bot.errors import DeskError
from bot.storage.database import Database, Tx
from bot.storage.files import FileGone as NotKept
from bot.storage.files import Files, FilesAway, file_key
from bot.storage.rooms import room

log = structlog.get_logger()

_AWAY_SECONDS = 15.0
_LOOK_SECONDS = 0.2
_LOOKS_UNTIL_TOLD = 5
CHECKS_AT_ONCE = min(4, max(2, (os.cpu_count() or 2) // 2))
"""A check keeps two processors busy, and may take a gigabyte of memory."""
_NEXT = 2
"""Files that are fetched while others are checked. More would keep the worker from what else is due."""
_FULL_SECONDS = 0.5
_PREVIEW_ROWS = 5


FormCame = Callable[[Tx, ContactFile], object]


@dataclass(frozen=True)
class Terms:
    """On what terms all files are checked; what people chose for one of them is put into ``options``."""

    options: CheckOptions
    limits: Limits


IN_SLACK = Terms(CheckOptions(batch_bytes=rules.API_BYTES_MAX, mask=True), Limits())


class ContactJobs:
    """All jobs of contact files, with what they need of the world outside."""

    def __init__(
        self,
        database: Database,
        files: Files,
        *,
        origin: Origin,
        provider: Provider,
        terms: Terms = IN_SLACK,
        form_came: FormCame | None = None,
    ) -> None:
        """``form_came`` takes a file that turns out to be a workbook which the desk gave out for something else."""
        self._database = database
        self._files = files
        self._origin = origin
        self._provider = provider
        self._terms = terms
        self._form_came = form_came
        self._room = asyncio.Semaphore(CHECKS_AT_ONCE)
        self._files_here = 0

    def kinds(self) -> list[JobKind]:
        """The kinds of due rows."""
        return [
            JobKind(CHECK, self.check, _check_is_dead),
            JobKind(GROUPS, self.groups),
            JobKind(PURGE, self.purge),
        ]

    # Fetch and check

    async def check(self, hold: Hold) -> None:
        """Bring the file here, check it in a child process, and keep what came out."""
        file = (await self._database.read(look, hold.claim.key)).file
        if file.status != Status.CHECKING:
            return
        if self._files_here >= CHECKS_AT_ONCE + _NEXT:
            raise PutBack(_FULL_SECONDS, "other files are checked", spent=False)
        self._files_here += 1
        try:
            with room() as folder:
                await self._check_in(folder, file)
        except SlackTrouble as trouble:
            raise await self._slack_later(hold, file, trouble) from trouble
        except FilesAway as error:
            await self._database.write(results.waits, file.id, StoreAway().sentence)
            raise PutBack(_AWAY_SECONDS, "file store", spent=False) from error
        except NotKept as error:
            await self._database.write(results.not_kept, file.id)
            raise PutBack(0, "it was deleted here: fetch it anew") from error
        except AForm:
            await self._database.write(self._hand_over, file.id, file.version)
        except (Unreadable, FileTrouble) as error:
            await self._database.write(results.unreadable, file.id, file.version, error.sentence)
        finally:
            self._files_here -= 1

    def _hand_over(self, tx: Tx, file_id: str, seen: int) -> None:
        """Give a workbook of another kind to whom it belongs, and say so."""
        results.unreadable(tx, file_id, seen, (TakenElsewhere if self._form_came else AForm)().sentence)
        if self._form_came is not None:
            self._form_came(tx, tx.session.get_one(ContactFile, file_id))

    async def _slack_later(self, hold: Hold, file: ContactFile, trouble: SlackTrouble) -> PutBack | GiveUp:
        """What follows when Slack does not give the file; while Slack is away, the card says so."""
        if isinstance(trouble, NotSent | Away) and not isinstance(trouble, RateLimited):
            await self._database.write(results.waits, file.id, SlackKeepsFile().sentence)
        return later(trouble, hold.claim.attempt)

    async def _check_in(self, folder: Path, file: ContactFile) -> None:
        out = folder / "out"
        out.mkdir()
        path = await self._origin.bring(file, folder)
        result = await self._in_child(file, path, out)
        if result is not None:
            await self._keep(file, result, out)

    async def _in_child(self, file: ContactFile, path: Path, out: Path) -> CheckResult | None:
        """The verdict; None, at once, when somebody cancelled. The card shows how far it is, about once a second."""
        seen = (0, 0)

        def note(done: int, total: int) -> None:
            nonlocal seen
            seen = (done, total)

        limits = self._terms.limits

        async def when_there_is_room() -> CheckResult:
            async with self._room:
                return await check_in_child(path, self._options(file), out, progress=note, limits=limits)

        check = asyncio.ensure_future(when_there_is_room())
        look = 0
        try:
            while not (await asyncio.wait({check}, timeout=_LOOK_SECONDS))[0]:
                look += 1
                if not await self._is_awaited(file, seen if look % _LOOKS_UNTIL_TOLD == 0 else None):
                    return None
            return check.result()
        finally:
            check.cancel()
            await asyncio.gather(check, return_exceptions=True)

    async def _is_awaited(self, file: ContactFile, progress: tuple[int, int] | None) -> bool:
        """Whether somebody still waits for this check, who is told how far it is."""
        if progress is None:
            return await self._database.read(results.awaited, file.id, file.version)
        return await self._database.write(results.progressed, file.id, file.version, *progress)

    def _options(self, file: ContactFile) -> CheckOptions:
        choice = service.choice_of(file)
        return replace(
            self._terms.options,
            sheet=choice.sheet,
            has_header=choice.has_header,
            columns=choice.columns,
            country=choice.country,
        )

    async def _keep(self, file: ContactFile, result: CheckResult, out: Path) -> None:
        accepted = [await self._store(file, out / name) for name in result.accepted_files]
        rejected = [await self._store(file, out / name) for name in result.rejected_files[:1]]
        await self._database.write(
            results.checked,
            file.id,
            file.version,
            _stored_verdict(result),
            accepted_keys=accepted,
            rejected_key=next(iter(rejected), None),
        )

    async def _store(self, file: ContactFile, path: Path) -> str:
        key = file_key("contacts", file.id, f"{file.checks}-{path.name}")
        return (await self._files.put(key, path, most_bytes=self._terms.limits.file_bytes)).key

    # Groups

    async def groups(self, hold: Hold) -> None:
        """Ask 8x8 which groups an account has, for the picker."""
        try:
            client = await self._provider.client(hold.claim.key)
            await mirror.refresh(self._database, client, hold.claim.key)
        except Unauthorized as error:
            await self._provider.refused(client, hold, error)  # asked for again when the key was changed
            log.warning("groups_unknown", account=hold.claim.key, error=type(error).__name__)
        except (NoKey, Refused, BadAnswer) as error:
            # The picker then offers what it knew; submitting tells what is wrong.
            log.warning("groups_unknown", account=hold.claim.key, error=type(error).__name__)
        except ContactsError as error:
            raise PutBack(error.retry_after or _AWAY_SECONDS, error.reason, spent=False) from error

    # Purge

    async def purge(self, hold: Hold) -> None:
        """Delete what the file held: people's numbers are kept no longer than they are needed; the counts stay."""
        for key in await self._database.read(results.stored_keys, hold.claim.key):
            await self._files.delete(key)
        await self._database.write(results.purged, hold.claim.key)


def _check_is_dead(tx: Tx, file_id: str, _error: str) -> None:
    file = tx.session.get_one(ContactFile, file_id)
    results.unreadable(tx, file_id, file.version, CheckFailed().sentence)


class TakenElsewhere(DeskError):
    """This is a workbook of sender IDs and no list of contacts, so I take it as that: the answer follows below."""


class CheckFailed(DeskError):
    """I could not check this file, and it is not your fault. Press Check again; if that fails too, ask support here."""


def _stored_verdict(result: CheckResult) -> dict[str, Any]:
    """The verdict as the row keeps it: without timings, and with a few rows of the preview only."""
    plain = result.to_json()
    plain["preview"] = plain["preview"][:_PREVIEW_ROWS]
    del plain["timings"]
    return plain
