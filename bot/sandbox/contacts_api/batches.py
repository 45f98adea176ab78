"""Batch jobs: work that the service takes on, and how it goes as time passes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.sandbox.contacts_api.answers import short_time

BatchType = Literal["createContacts", "deleteContacts", "copyContacts", "moveContacts", "deleteGroups"]
Status = Literal["queued", "inProgress", "failed", "completed", "stopped", "timeout"]
BATCH_TYPES = ("createContacts", "deleteContacts", "copyContacts", "moveContacts", "deleteGroups")
PIECES_AT_ONCE = 20_000
TERMINAL = frozenset({"failed", "completed", "stopped", "timeout"})


@dataclass(frozen=True)
class Script:
    """How a batch goes: its statuses in order, each for ``seconds``; it stays at the last one.

    A last status that is not terminal makes a batch that is stuck. Only one that ends ``completed`` does all of its
    work; the others do half of it.
    ``error_rows``: so many rows of a file are refused although nothing is wrong with them.
    ``counters``: where the row counters are shown. The OpenAPI file has them only in an example of the list.
    """

    statuses: tuple[Status, ...] = ("queued", "inProgress", "completed")
    seconds: float = 1.0
    error_rows: int = 0
    counters: Literal["list", "both", "never"] = "list"

    def at(self, age: float) -> tuple[Status, float]:
        """Status and share of the work done (0 to 1) of a batch that is ``age`` seconds old."""
        place = min(int(age / self.seconds), len(self.statuses) - 1) if self.seconds else len(self.statuses) - 1
        status = self.statuses[place]
        most = 1.0 if self.statuses[-1] == "completed" else 0.5
        if status == "inProgress":
            return status, most * min(age / self.seconds - place, 1.0) if self.seconds else most
        return status, most if "inProgress" in self.statuses[:place] or status == "completed" else 0.0


@dataclass
class FileCounters:
    """The counters of an uploaded file so far: true, but they need not add up (they do not in 8x8's example)."""

    total: int = 0
    errors: int = 0
    duplicates: int = 0
    inserted: int = 0
    groups: int = 0


@dataclass
class UploadedFile:
    """The file of a createContacts batch, and what became of its rows."""

    name: str
    type: Literal["csv", "xls"]
    data: bytes
    counters: FileCounters = field(default_factory=FileCounters)
    refused: list[tuple[str, ...]] = field(default_factory=list)
    """The refused rows as they came, each with the reason as its last value."""


@dataclass
class Batch:
    """One job: ``size`` pieces of ``work``, of which ``done`` are done."""

    id: str
    type: BatchType
    created_at: datetime
    script: Script
    work: Callable[[int], None]
    size: int = 1
    file: UploadedFile | None = None
    done: int = 0
    status: Status = "queued"

    def settle(self, now: datetime) -> None:
        """Do the work that is due at this time, unless the batch has come to its end before.

        At most ``PIECES_AT_ONCE`` each time it is looked at: a huge file takes longer, and stops nobody else meanwhile.
        """
        if self.status in TERMINAL:
            return
        self.status, share = self.script.at((now - self.created_at).total_seconds())
        due = int(self.size * share)
        for place in range(self.done, min(due, self.done + PIECES_AT_ONCE)):
            self.work(place)
            self.done = place + 1
        if self.done < due:
            self.status = "inProgress"

    def show(self, place: Literal["accepted", "one", "list"], files: str) -> dict[str, Any]:
        """The batch as the API shows it in the 202 answer, by its id, or in the list; ``files`` begins its links."""
        told: dict[str, Any] = {
            "id": self.id,
            "type": self.type,
            "status": self.status,
            "createdAt": short_time(self.created_at),
        }
        if self.file is None:
            return told
        if place != "one":
            location = f"{files}/{self.id}/{self.file.name}"
            told = {"fileName": self.file.name, "fileType": self.file.type, "fileLocation": location, **told}
        if self.script.counters == "both" or (self.script.counters, place) == ("list", "list"):
            told.update(self._counters(files))
        return told

    def _counters(self, files: str) -> dict[str, Any]:
        if self.file is None or self.status == "queued":
            return {}
        so_far = self.file.counters
        bad = {"invalidFileLocation": f"{files}/{self.id}/invalid.csv"} if so_far.errors else {}
        return {
            **bad,
            "totalRows": so_far.total,
            "errorRows": so_far.errors,
            "duplicatedRows": so_far.duplicates,
            "insertedRows": so_far.inserted,
            "contactGroups": so_far.groups,
        }
