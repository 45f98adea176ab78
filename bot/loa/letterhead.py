"""A customer's letterhead, made safe: it is a stranger's file, so it is opened in a process of its own, with limits."""

import asyncio
import sys
import tempfile
from pathlib import Path

from bot.child import Died, Limits, ask
from bot.loa import cannot
from bot.loa.cannot import CannotDraw, NoPicture
from bot.registrations.tables import Paper
from bot.storage.files import FileGone, Files, file_key

_COMMAND = (sys.executable, "-I", "-m", "bot.loa.letterhead_worker")
LIMITS = Limits(memory_bytes=768 << 20, file_bytes=32 << 20, cpu_seconds=20, wall_seconds=120.0, threads=1)


async def safe_letterhead(content: bytes, kind: str) -> bytes:
    """A PDF's first page, a JPEG or a PNG as a clean picture: RGB on white, upright, at most 2,400 pixels long.

    ``kind`` is ``pdf``, ``jpg`` or ``png``. The picture is a PNG, or a JPEG where that is much smaller.

    Raises CannotDraw.
    """
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "given"), Path(folder, "made")
        await asyncio.to_thread(given.write_bytes, content)
        await _in_child({"path": str(given), "kind": kind, "into": str(made)})
        return await asyncio.to_thread(made.read_bytes)


async def kept_letterhead(files: Files, paper: Paper) -> bytes:
    """A letterhead as letters are drawn on it: made safe once, and kept. Raises CannotDraw, FileGone, FilesAway."""
    safe = file_key("letterheads", str(paper.sha256), "safe")
    try:
        return await _read(files, safe)
    except FileGone:
        content = await safe_letterhead(await _read(files, str(paper.stored_key)), paper.kind)
        await files.put(safe, content, most_bytes=LIMITS.file_bytes)
        return content


async def _read(files: Files, key: str) -> bytes:
    return b"".join([chunk async for chunk in files.stream(key)])


async def _in_child(order: dict[str, str]) -> None:
    try:
        answer = await ask(_COMMAND, order, LIMITS)
    except TimeoutError as error:
        raise NoPicture(why=f"opening it took more than {LIMITS.wall_seconds:g} seconds") from error
    except Died as died:
        refused = NoPicture(why=_why(died))
        refused.add_note(died.last_words)
        raise refused from died
    if "error" in answer:
        kind: type[CannotDraw] = getattr(cannot, answer["error"])
        raise kind(**answer["facts"])


def _why(died: Died) -> str:
    if died.hit == "work":
        return f"opening it took more than {LIMITS.cpu_seconds} seconds of work"
    if died.hit == "memory":
        return f"opening it needs more than {LIMITS.memory_bytes >> 20} MB of memory"
    return f"the program that opens it ended with {died.how}"
