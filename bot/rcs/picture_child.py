"""A logo or a hero looked at in a process of its own, with limits: it is a stranger's file."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.child import Died, Limits, ask
from bot.errors import DeskError
from bot.rcs.picture_rules import Look, Note, Spec

_COMMAND = (sys.executable, "-I", "-m", "bot.rcs.picture_worker")
LIMITS = Limits(memory_bytes=768 << 20, file_bytes=32 << 20, cpu_seconds=30, wall_seconds=120.0, threads=1)


class NotLookedAt(DeskError):
    """The picture {name} could not be looked at ({why}). Save it anew as a PNG of {size} pixels, or ask support."""


@dataclass(frozen=True)
class MendedFile:
    """A mended picture: its file, what was measured in it, and what was done."""

    path: Path
    look: Look
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Seen:
    """What a picture is like. The files are None where there was no folder to put them in, or no picture to be seen.

    ``shown``: as a phone fills it into its place; ``screen``: the logo in its circle, the hero in light and dark mode;
    ``compared``: what came beside what is mended.
    """

    look: Look
    shown: Path | None = None
    screen: Path | None = None
    mended: MendedFile | None = None
    compared: Path | None = None


async def look_at(
    path: Path,
    spec: Spec,
    *,
    brand: str = "",
    into: Path | None = None,
    labels: Mapping[str, str] | None = None,
    limits: Limits = LIMITS,
) -> Seen:
    """Measure a file; with a folder ``into``, which must be there, also mend and draw it, with ``labels`` on top.

    ``brand`` is ``#RRGGBB`` or empty. Raises NotLookedAt, never for what the file is.
    """
    order = {
        "path": str(path),
        "what": spec.what,
        "brand": brand,
        "into": str(into) if into else None,
        "labels": dict(labels or {}),
    }
    try:
        answer = await ask(_COMMAND, order, limits)
    except (TimeoutError, Died) as error:
        raise NotLookedAt(name=path.name, why=_why(error, limits), size=spec.size) from error
    return _seen(answer, into)


def _seen(answer: dict[str, Any], into: Path | None) -> Seen:
    look, made = Look.from_json(answer["look"]), answer["mended"]
    if into is None or not (into / "shown.png").exists():
        return Seen(look)
    drawn = into / "shown.png", into / "screen.png"
    if made is None:
        return Seen(look, *drawn)
    notes = tuple(Note(**note) for note in made["notes"])
    mended = MendedFile(into / made["file"], Look.from_json(made["look"]), notes)
    return Seen(look, *drawn, mended, into / "before-after.png")


def _why(error: TimeoutError | Died, limits: Limits) -> str:
    if isinstance(error, TimeoutError):
        return f"it took more than {limits.wall_seconds:g} seconds"
    if error.hit == "work":
        return f"it took more than {limits.cpu_seconds} seconds of work"
    if error.hit == "memory":
        return f"it needs more than {limits.memory_bytes >> 20} MB of memory"
    return f"it ended with {error.how}"
