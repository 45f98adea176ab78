"""The check in a child process: what it says, what it may not, and how it ends."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from bot.contacts import child
from bot.contacts.check import check
from bot.contacts.child import Limits, check_in_child
from bot.contacts.engine_errors import CheckStopped, WrongType
from bot.contacts.outcome import CheckOptions


def big(path: Path) -> Path:
    """A file that is begun at once and then keeps the engine busy: its later numbers all have words behind them."""
    quick = b"".join(b"+6591%06d,x\n" % i for i in range(300_000))
    path.write_bytes(b"phone,name\n" + quick + b"".join(b"+6591%06d ask,x\n" % i for i in range(400_000)))
    return path


def alive(pid: int) -> bool:
    """Whether this process still runs; one that is dead and waits to be buried does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def ways_of_scheduling(pid: int) -> set[int]:
    """How the threads of a process get the processor."""
    return {os.sched_getscheduler(int(thread.name)) for thread in Path(f"/proc/{pid}/task").iterdir()}


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[asyncio.subprocess.Process]:
    """The child processes that were started."""
    started: list[asyncio.subprocess.Process] = []
    real = asyncio.create_subprocess_exec

    async def start(*args: object, **kwargs: object) -> asyncio.subprocess.Process:
        started.append(await real(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    return started


async def test_the_child_says_what_the_check_says(tmp_path: Path) -> None:
    """Same result, same files."""
    path = tmp_path / "file"
    path.write_text("phone,name\n6591234567,José\n09171234567,x\n", "utf-8")
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    options = CheckOptions(columns=("msisdn", "firstName"), mask=True)
    here = check(path, options, tmp_path / "here", clock=lambda: 0.0)
    there = await check_in_child(path, options, tmp_path / "there")
    assert {**there.to_json(), "timings": None} == {**here.to_json(), "timings": None}
    for name in (*here.accepted_files, *here.rejected_files):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


async def test_errors_come_through_with_their_facts(tmp_path: Path) -> None:
    """The sentence is the one that the check raised."""
    path = tmp_path / "file"
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(WrongType, match="This is a PDF document"):
        await check_in_child(path, CheckOptions())


async def test_progress_comes_out(tmp_path: Path) -> None:
    """Rows done of rows, while it runs."""
    path = tmp_path / "file"
    path.write_bytes(b"phone\n" + b"".join(b"+6591%06d\n" % i for i in range(600_000)))
    told = []
    await check_in_child(path, CheckOptions(), progress=lambda done, total: told.append((done, total)))
    assert told
    assert all(0 < done <= total for done, total in told)


async def test_cancelling_ends_the_child_at_once(tmp_path: Path, children) -> None:
    """Nobody waits any more: the child is killed and gone."""
    path = big(tmp_path / "file")
    task = asyncio.create_task(check_in_child(path, CheckOptions()))
    while not children:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children[0].returncode == -9
    assert not alive(children[0].pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
async def test_the_child_works_when_nobody_else_does(tmp_path: Path, children) -> None:
    """Answers go first: the check is idle work, and of our session, without which Linux does not compare the two."""
    at_work = asyncio.Event()
    path = big(tmp_path / "file")
    task = asyncio.create_task(check_in_child(path, CheckOptions(), progress=lambda _done, _total: at_work.set()))
    async with asyncio.timeout(60):
        await at_work.wait()
    (working,) = children
    assert ways_of_scheduling(working.pid) == {os.SCHED_IDLE}
    assert os.getsid(working.pid) == os.getsid(0)
    assert os.getpgid(working.pid) != os.getpgid(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_child_that_dies_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash that nobody foresaw is told; what the child said last is kept for the log."""
    monkeypatch.setattr(child, "_COMMAND", (sys.executable, "-c", "import sys; sys.exit('oh dear')"))
    with pytest.raises(CheckStopped, match="exit code 1") as died:
        await check_in_child(tmp_path / "file", CheckOptions())
    assert died.value.__notes__ == ["oh dear\n"]


async def test_the_child_gets_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is made anew."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    monkeypatch.setenv("LANG", "C.UTF-8")
    tell = "import json, os; print(json.dumps({'error': 'WrongType', 'facts': {'what': ' '.join(sorted(os.environ))}}))"
    monkeypatch.setattr(child, "_COMMAND", (sys.executable, "-I", "-c", tell))
    with pytest.raises(WrongType) as told:
        await check_in_child(tmp_path / "file", CheckOptions())
    names = set(str(told.value.facts["what"]).split())
    assert "LANG" in names
    assert names <= {
        "PATH",
        "HOME",
        "XDG_CACHE_HOME",
        "TMPDIR",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "TZ",
        "POLARS_MAX_THREADS",
        "PYTHONIOENCODING",
    }


async def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    """When the bot is killed outright, no check goes on behind its back."""
    order = {"path": str(big(tmp_path / "file")), "options": vars(CheckOptions()), "out": None}
    order["limits"] = vars(Limits())
    script = (
        "import subprocess, sys, os, signal\n"
        "c = subprocess.Popen([sys.executable, '-I', '-m', 'bot.contacts.worker'], stdin=subprocess.PIPE)\n"
        f"c.stdin.write({json.dumps(order)!r}.encode() + b'\\n'); c.stdin.flush()\n"
        "print(c.pid, flush=True)\n"
        "sys.stdin.read(1)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    await parent.stdout.readline()  # the child's first progress: it is at work
    assert alive(pid)
    await parent.communicate(b"x")
    async with asyncio.timeout(60):
        while alive(pid):
            await asyncio.sleep(0.01)
