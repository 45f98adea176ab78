"""Folders for work in hand are gone after the work, also when the process was killed."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bot.storage.rooms import room, sweep


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Temporary folders of this test alone."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_a_room_is_gone_after_the_work(own_folder: Path) -> None:
    """With everything that was put in, and also when the work went wrong."""

    def go_wrong() -> None:
        with room() as here:
            (here / "contacts.csv").write_text("+6591234567")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        go_wrong()
    assert list(own_folder.iterdir()) == []


def test_a_room_in_use_is_left_alone() -> None:
    """A second process that starts meanwhile takes nothing away."""
    with room() as here:
        (here / "contacts.csv").write_text("+6591234567")
        assert sweep() == 0
        assert (here / "contacts.csv").exists()


def test_the_room_of_a_killed_process_is_swept(own_folder: Path) -> None:
    """Customers' numbers do not stay on the disk."""
    work = (
        "from bot.storage.rooms import room\n"
        "with room() as here:\n"
        "    (here / 'contacts.csv').write_text('+6591234567')\n"
        "    print('ready', flush=True)\n"
        "    input()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", work], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert sweep() == 0
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert list(own_folder.rglob("contacts.csv"))
    assert sweep() == 1
    assert list(own_folder.iterdir()) == []
