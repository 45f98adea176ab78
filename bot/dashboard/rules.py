"""What may happen to an export, as pure decisions."""

from enum import StrEnum


class ExportStatus(StrEnum):
    """Where a file of the dashboard stands."""

    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"


MOVES: dict[str, frozenset[str]] = {
    ExportStatus.WRITING: frozenset({ExportStatus.READY, ExportStatus.FAILED}),
    ExportStatus.READY: frozenset(),
    ExportStatus.FAILED: frozenset(),
}
