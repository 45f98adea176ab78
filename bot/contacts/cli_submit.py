"""``senderdesk contacts submit``: what a person at a shell sees and is asked, and what a machine reads."""

import asyncio
import json
import shutil
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.contacts import rules
from bot.contacts.bars import Bar, bar
from bot.contacts.cli_table import show
from bot.contacts.engine_errors import ColumnsNeeded, Unreadable
from bot.contacts.facts import counters, current, share, summed
from bot.contacts.outcome import CheckResult
from bot.contacts.rules import BatchState, Status
from bot.contacts.shell_job import Order, at_work, digest
from bot.contacts.source import on_disk
from bot.contacts.tables import ContactFile
from bot.delivery.voices import Voices
from bot.errors import DeskError
from bot.settings import Settings

_GOING = frozenset({Status.SUBMITTING, Status.RUNNING})
_WITH_WORDS = frozenset(map(str, BatchState)) & frozenset(map(str, Status))
_SAID_YES = _GOING | {Status.COMPLETED}
"""Somebody said yes to all that there is: nothing is left to ask."""


class CannotAsk(DeskError):
    """Nobody is at this terminal to say yes. Look at it with `senderdesk contacts check`, then run this with --yes."""


class CheckFailed(Unreadable):
    """{sentence}"""  # noqa: D400, D415 - what the check said


@dataclass(frozen=True)
class Submission:
    """One run of the command. ``yes``: do not ask; ``as_json``: one object on standard output, and nothing else."""

    settings: Settings
    order: Order
    source: str
    yes: bool
    as_json: bool
    batch_bytes: int

    def run(self) -> int:
        """Check, ask, submit and follow. The exit code: 0 when all completed, else 1. Raises Unreadable, DeskError."""
        folder, file = asyncio.run(self._check())
        if file.status not in _SAID_YES and not self._says_yes(file):
            if file.submissions == 0:
                shutil.rmtree(folder)
            typer.echo("Nothing was submitted.", err=True)
            return 1
        file = asyncio.run(self._submit(folder, asks=file.status not in _SAID_YES))
        self._tell(folder, file)
        return 0 if file.status == Status.COMPLETED else 1

    async def _check(self) -> tuple[Path, ContactFile]:
        """The order's folder, and its file once it was checked. What cannot be read leaves no folder behind."""
        with self._bar() as moving:
            async with on_disk(self.source, moving.bytes) as path:
                sha256 = await digest(path)
                folder = self.order.folder(sha256)
                if not folder.exists() and not self._can_ask():
                    raise CannotAsk
                async with at_work(self.settings, folder, source=path, batch_bytes=self.batch_bytes) as desk:
                    await desk.take_in(self.order, path.stat().st_size, sha256)
                    file = await desk.follow(lambda file: _show_rows(moving, file), {Status.CHECKING})
        if file.status in {Status.UNREADABLE, Status.NEEDS_COLUMNS}:
            shutil.rmtree(folder)
            raise _unreadable(file)
        return folder, file

    def _says_yes(self, file: ContactFile) -> bool:
        """Show what was found, and ask."""
        if not self.as_json:
            show(CheckResult.from_json({**(file.verdict or {}), "timings": {}}), None)
        if not (file.verdict or {}).get("rows_accepted"):
            raise rules.NothingToSubmit(name=file.name)
        if self.yes:
            return True
        if not self._can_ask():
            raise CannotAsk
        return typer.confirm(_question(file, self.order), err=True)

    def _can_ask(self) -> bool:
        return self.yes or sys.stdin.isatty()

    async def _submit(self, folder: Path, *, asks: bool) -> ContactFile:
        async with at_work(self.settings, folder, source=None, batch_bytes=self.batch_bytes) as desk:
            if asks:
                await desk.submit()
            voices = Voices()
            with self._bar() as moving:
                file = await desk.follow(lambda file: _show_batches(moving, voices, file), _GOING)
            await desk.forget_contacts()
        return file

    def _tell(self, folder: Path, file: ContactFile) -> None:
        """How it ended, where the rejected rows are, and the way on."""
        some = file.rejected_key and (file.verdict or {}).get("rows_rejected")
        rejected = folder / "files" / str(file.rejected_key) if some else None
        if self.as_json:
            typer.echo(json.dumps(as_plain(file, self.order, rejected), ensure_ascii=False))
        else:
            print_batches(file, self.order.account, Voices())
            if rejected is not None:
                typer.echo(f"Rejected rows: {rejected}")
        if file.status != Status.COMPLETED:
            typer.echo("The same command again submits what is missing, and nothing twice.", err=True)

    def _bar(self) -> AbstractContextManager[Bar]:
        return bar(shown=not self.as_json and sys.stderr.isatty(), told=not self.as_json)


def print_batches(file: ContactFile, account: str, voices: Voices) -> None:
    """Which batches 8x8 has of a file, how each ended, and what it counted."""
    console = Console()
    table = Table("batch", "", "", "8x8 counted", box=None, pad_edge=False, header_style="bold")
    table.columns[1].no_wrap, table.columns[1].min_width = True, 36
    for batch in file.batches:
        status = voices.state(f"contacts.{batch.status}") if batch.status in _WITH_WORDS else "not sent"
        trouble = (batch.trouble or {}).get("sentence", "")
        counted = ", ".join(counters(voices, batch.answer or {}))
        table.add_row(str(batch.number), batch.batch_id or "-", status, escape(counted or trouble))
    console.print(f"{file.name}: {voices.state(f'contacts.{file.status}')}, account {account}", markup=False)
    console.print(table)


def as_plain(file: ContactFile, order: Order, rejected: Path | None) -> dict[str, Any]:
    """What ``--json`` prints. A batch's ``status`` is ours, its ``answer`` what 8x8 said last."""
    verdict = file.verdict or {}
    counts = ("rows_total", "rows_accepted", "rows_rejected", "rows_duplicate", "reasons")
    batches = [
        {
            "number": batch.number,
            "batch_id": batch.batch_id,
            "status": batch.status,
            "answer": batch.answer,
            "trouble": (batch.trouble or {}).get("sentence"),
        }
        for batch in file.batches
    ]
    return {
        "status": file.status,
        "account": order.account,
        "groups": [group["name"] for group in file.groups],
        **{name: verdict.get(name) for name in counts},
        "batches": batches,
        "counters": summed(file),
        "rejected_file": str(rejected) if rejected else None,
    }


def _question(file: ContactFile, order: Order) -> str:
    lacking = [batch for batch in file.batches if batch.status != BatchState.COMPLETED]
    batches = "1 batch" if len(lacking) == 1 else f"{len(lacking):,} batches"
    if len(lacking) < len(file.batches) or file.submissions:
        return f"{batches} of {len(file.batches):,} did not go in. Submit again what is missing?"
    groups = f", into {', '.join(order.groups)}" if order.groups else ""
    return f"Submit {file.verdict['rows_accepted']:,} contacts in {batches} to account {order.account}{groups}?"  # type: ignore[index]


def _show_rows(moving: Bar, file: ContactFile) -> None:
    if file.progress:
        moving.rows(file.progress["done"], file.progress["total"])


def _show_batches(moving: Bar, voices: Voices, file: ContactFile) -> None:
    """One bar over all batches; words for the one at which 8x8 is, and for what it waits."""
    batch, count = current(file), len(file.batches)
    which = f"Batch {batch.number:,} of {count:,} · " if batch and count > 1 else ""
    waits = (file.trouble or {}).get("sentence", "") if (file.trouble or {}).get("waits") else ""
    moving.part(share(file), f"{which}{voices.state(f'contacts.{file.status}')} {waits}".rstrip())


def _unreadable(file: ContactFile) -> Unreadable:
    """What ``check`` raises for the same file."""
    question = (file.verdict or {}).get("needs_columns")
    if not question:
        return CheckFailed(sentence=(file.trouble or {}).get("sentence", ""))
    columns = (file.verdict or {})["columns"]
    example = ",".join("msisdn" if column["index"] == question["proposed"] else "-" for column in columns)
    return ColumnsNeeded(why=question["why"], example=example, columns=[column["name"] for column in columns])
