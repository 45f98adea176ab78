"""Folders for work in hand. What a killed process leaves behind, a customer's file in it, the next one removes."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "senderdesk-room-"
_LOCK = "lock"


@contextmanager
def room() -> Iterator[Path]:
    """An empty folder that is gone afterwards, and that ``sweep`` leaves alone while this process lives."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder:
        lock = os.open(Path(folder, _LOCK), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            inside = Path(folder, "work")
            inside.mkdir()
            yield inside
        finally:
            os.close(lock)


def sweep() -> int:
    """Remove the folders of processes that died; gives how many. The system frees a lock whose process is gone."""
    swept = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another's folder, or one that is being made or removed at this moment
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
                swept += 1
            finally:
                os.close(lock)
    return swept
