"""What is in the files of an export, counted in a process of its own, with limits: whatever is in them, we live on."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

from bot.child import Died, Limits, ask

log = structlog.get_logger()

_COMMAND = (sys.executable, "-I", "-m", "bot.logs.worker")
LIMITS = Limits(memory_bytes=1 << 30, file_bytes=1 << 20, cpu_seconds=300, wall_seconds=600.0, threads=1)


async def counted(paths: Sequence[Path], zone: str, limits: Limits = LIMITS) -> dict[str, Any] | None:
    """What ``bot.logs.summary.summarised`` gives; None when it cannot be counted, which the log explains."""
    try:
        said = await ask(_COMMAND, {"files": [str(path) for path in paths], "zone": zone}, limits)
    except (Died, TimeoutError) as error:
        log.warning("logs_not_counted", because=repr(error))
        return None
    if "summary" not in said:
        log.warning("logs_not_counted", because=said.get("unreadable"))
    summary: dict[str, Any] | None = said.get("summary")
    return summary
