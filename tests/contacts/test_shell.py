"""``senderdesk contacts submit``, and files from S3: the command in a process of its own, the world outside in ours."""

import asyncio
import json
import os
import pty
import signal
import subprocess
import sys
import urllib.request
from asyncio.subprocess import Process
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.contacts_api import Script
from bot.sandbox.faults import Fault
from bot.sandbox.seed import KOPI_ACCOUNT
from bot.sandbox.server import Sandbox

ROWS = b"phone,first name\n" + b"".join(b"+62812345678%02d,Ani\n" % number for number in range(10)) + b"12,Nobody\n"
FOUR = len(b"msisdn,firstName\n") + 4 * len(b"+6281234567800,Ani\n")
COMMAND = f"from bot.contacts import rules; rules.API_BYTES_MAX = {FOUR}; from bot.cli import main; main()"
"""The command, with batches of four contacts."""
PATIENCE = 60.0


@dataclass
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass
class Shell:
    """Runs the command in a folder, against the sandbox."""

    sandbox: Sandbox
    folder: Path
    running: list[Process] = field(default_factory=list)

    @property
    def file(self) -> str:
        """A file of ten good rows and a bad one."""
        path = self.folder / "june list.csv"
        path.write_bytes(ROWS)
        return str(path)

    @property
    def state(self) -> Path:
        """What is remembered."""
        return self.folder / "state"

    async def start(self, *words: str, stdin: int = subprocess.DEVNULL, stderr: int = subprocess.PIPE) -> Process:
        """Begin a command."""
        made = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", COMMAND, "contacts", *words),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=os.environ | self.sandbox.environment(),
            cwd=self.folder,
        )
        self.running.append(made)
        return made

    async def run(self, *words: str) -> Said:
        """Run a command to its end."""
        return await ended(await self.start(*words))

    def submitting(self, *words: str, source: str = "") -> list[str]:
        """The words of a submission."""
        return ["submit", source or self.file, "--account", KOPI_ACCOUNT, "--state", str(self.state), *words]

    async def submit(self, *words: str, source: str = "") -> Said:
        """Submit the file."""
        return await self.run(*self.submitting(*words, source=source))

    def batches(self) -> list[Any]:
        """What 8x8 has."""
        return list(self.sandbox.world.contacts.account(KOPI_ACCOUNT).batches.values())

    def sizes(self) -> list[int]:
        """How many contacts each batch at 8x8 has, oldest first."""
        return [batch.size for batch in self.batches()]


async def ended(process: Process) -> Said:
    """Wait for the end of a command."""
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    return Said(int(process.returncode or 0), (out or b"").decode(), (err or b"").decode())


@pytest.fixture
async def shell(sandbox: Sandbox, tmp_path: Path) -> Any:
    """A shell on a machine beside 8x8, where batches are quick."""
    sandbox.world.contacts.normal = Script(seconds=0.1)
    shell = Shell(sandbox, tmp_path)
    yield shell
    for process in shell.running:
        if process.returncode is None:
            process.kill()
            await process.wait()


# To 8x8


async def test_a_file_goes_in_batches_and_is_followed_to_the_end(shell) -> None:
    """The check's table, then each batch with its id and counters, and where the rejected rows are."""
    said = await shell.submit("--yes", "--group", "Members", "--group", "June")
    assert (said.code, shell.sizes()) == (0, [4, 4, 2])
    for words in ("10  accepted", "too short", "✅ Completed", *(batch.id for batch in shell.batches()), "4 inserted"):
        assert words in said.out, said.out
    assert "Batch 1 of 3" in said.err
    rejected = next(line for line in said.out.splitlines() if line.startswith("Rejected rows: ")).partition(": ")[2]
    assert rejected in map(str, shell.state.rglob("*rejected.csv"))
    book = shell.sandbox.world.contacts.account(KOPI_ACCOUNT).book
    assert {"Members", "June"} <= {group.name for group in book.groups.values()}


async def test_the_same_command_again_sends_nothing(shell) -> None:
    """What is completed is told again; another group is another order."""
    await shell.submit("--yes")
    said = await shell.submit()
    assert (said.code, shell.sizes()) == (0, [4, 4, 2])
    assert "✅ Completed" in said.out
    assert (await shell.submit("--yes", "--group", "June")).code == 0
    assert len(shell.batches()) == 6


async def test_json_is_one_object(shell) -> None:
    """For machines: the counts of the check, the batches, and 8x8's counters added up."""
    said = await shell.submit("--yes", "--json")
    plain = json.loads(said.out)
    assert (plain["status"], plain["rows_accepted"], plain["rows_rejected"]) == ("completed", 10, 1)
    assert [batch["batch_id"] for batch in plain["batches"]] == [batch.id for batch in shell.batches()]
    assert plain["counters"]["inserted_rows"] == 10
    assert plain["rejected_file"] in map(str, shell.state.rglob("*rejected.csv"))
    assert said.err == ""


async def test_numbers_that_8x8_has_do_not_stay_in_the_folder(shell) -> None:
    """Only the rejected rows, and what was submitted when, are kept; for this user's eyes only."""
    await shell.submit("--yes")
    kept = [path for path in shell.state.rglob("*") if path.is_file()]
    assert {path.name.partition("-")[2] or path.name for path in kept} >= {"rejected.csv", "job.db"}
    assert not [path for path in kept if b"+6281234567807" in path.read_bytes()]
    assert all(path.stat().st_mode & 0o077 == 0 for path in shell.state.iterdir())


async def test_without_yes_and_without_a_terminal_nothing_is_done(shell) -> None:
    """A job that nobody watches does not hang, and does not submit what nobody has seen."""
    said = await shell.submit()
    assert (said.code, shell.batches()) == (2, [])
    assert "--yes" in said.err
    assert not shell.state.exists()


async def test_a_batch_that_failed_is_all_that_the_next_run_sends(shell) -> None:
    """The first run ends with 1 and says which batch; the second sends that one."""
    world = shell.sandbox.world.contacts
    world.script("completed", seconds=0.1)
    world.script("failed", seconds=0.1)
    said = await shell.submit("--yes")
    assert said.code == 1
    assert "❌ Failed at 8x8" in said.out
    assert "The same command again submits what is missing" in said.err
    assert (await shell.submit("--yes")).code == 0
    assert shell.sizes() == [4, 4, 2, 4]


async def test_a_refusal_is_told_with_8x8s_own_words(shell) -> None:
    """Code and errorId are there for support; exit code 1."""
    body = '{"code":1002,"message":"Invalid MSISDN","errorId":"b4478860-b76c-e811-814e-022a35cc1c71"}'
    refusal = Fault("contacts:createContacts", "status", status=400, body=body, content_type="application/json")
    shell.sandbox.world.faults.add(refusal)
    said = await shell.submit("--yes", "--json")
    assert (said.code, shell.batches()) == (1, [])
    (first, *others) = json.loads(said.out)["batches"]
    assert first["status"] == "refused"
    assert "b4478860-b76c-e811-814e-022a35cc1c71" in first["trouble"]
    assert [batch["status"] for batch in others] == ["waiting", "waiting"]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_while_a_batch_is_on_its_way_the_next_run_goes_on(shell, when: str) -> None:
    """8x8 had taken the batch, or not yet: every contact is there once in the end."""
    world = shell.sandbox.world.contacts
    arrived, take = asyncio.Event(), world.start_upload

    async def take_slowly(*upload: Any) -> Any:
        taken = await take(*upload) if when == "after" or len(world.account(KOPI_ACCOUNT).batches) != 1 else None
        if len(world.account(KOPI_ACCOUNT).batches) + (taken is None) == 2 and not arrived.is_set():
            arrived.set()
            await asyncio.sleep(3600)
        return taken or await take(*upload)

    world.start_upload = take_slowly
    first = await shell.start(*shell.submitting("--yes"))
    async with asyncio.timeout(PATIENCE):
        await arrived.wait()
    first.kill()
    await first.wait()
    said = await shell.submit()  # nobody needs to say yes again
    assert (said.code, sorted(shell.sizes())) == (0, [2, 4, 4])


async def test_interrupted_it_says_how_to_go_on(shell) -> None:
    """Ctrl-C while 8x8 works: exit code 130, and the next run follows the same batches."""
    shell.sandbox.world.contacts.normal = Script(seconds=1000)
    process = await shell.start(*shell.submitting("--yes"))
    await shell.sandbox.world.until(lambda: len(shell.batches()) == 3, PATIENCE)
    process.send_signal(signal.SIGINT)
    said = await ended(process)
    assert said.code == 130
    assert "the same command again" in said.err
    shell.sandbox.world.contacts.advance(10_000)
    assert (await shell.submit()).code == 0
    assert len(shell.batches()) == 3


async def test_two_at_once_are_not_one_too_many(shell) -> None:
    """A second command for the same order is told that there is one already."""
    shell.sandbox.world.contacts.normal = Script(seconds=1000)
    await shell.start(*shell.submitting("--yes"))
    await shell.sandbox.world.until(shell.batches, PATIENCE)
    said = await shell.submit("--yes")
    assert said.code == 2
    assert "Another command is at this submission already" in said.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["submit", "nothing.csv", "--account", KOPI_ACCOUNT, "--yes"], "There is no file nothing.csv here."),
        (["submit", "{file}", "--account", "kopi", "--yes"], "is not an account id"),
        (["submit", "{file}", "--account", "0" * 32, "--yes"], "Set CONTACTS_API_KEYS="),
        (["submit", "{pdf}", "--account", KOPI_ACCOUNT, "--yes"], "This is a PDF document"),
        (["submit", "{names}", "--account", KOPI_ACCOUNT, "--yes"], "--columns"),
        (["submit", "{bad}", "--account", KOPI_ACCOUNT, "--yes"], "Not one row of bad.csv can be submitted"),
        (["submit", "{file}", "--account", KOPI_ACCOUNT, "--yes", "--country", "Mars"], "There is no country Mars."),
        (["check", "s3://desk"], "s3://desk names no file in S3"),
    ],
)
async def test_what_cannot_be_done_is_a_sentence_and_exit_code_2(shell, words: list[str], sentence: str) -> None:
    """Nothing is sent, and no folder is left that would be in the way."""
    (shell.folder / "scan.pdf").write_bytes(b"%PDF-1.7")
    (shell.folder / "names.csv").write_text("Ana,6591234567\nBudi,x\n")
    (shell.folder / "bad.csv").write_text("phone\n12\n")
    made = {
        name: str(shell.folder / file)
        for name, file in (("pdf", "scan.pdf"), ("names", "names.csv"), ("bad", "bad.csv"))
    }
    given = [word.format(file=shell.file, **made) for word in words]
    said = await shell.run(*given, *(["--state", str(shell.state)] if words[0] == "submit" else []))
    assert (said.code, shell.batches()) == (2, [])
    assert sentence in said.err


# At a terminal


async def at_a_terminal(shell: Shell, *words: str, answer: bytes = b"") -> tuple[int, str]:
    """Run a command as somebody at a terminal does, who types this; the exit code and all that was on the screen."""
    ours, theirs = pty.openpty()
    seen = bytearray()
    loop, over = asyncio.get_running_loop(), asyncio.Event()

    def read() -> None:
        try:
            seen.extend(os.read(ours, 65536))
        except OSError:  # the other end is closed
            loop.remove_reader(ours)
            over.set()

    process = await shell.start(*words, stdin=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, answer)
    loop.add_reader(ours, read)
    said = await ended(process)
    async with asyncio.timeout(PATIENCE):
        await over.wait()
    os.close(ours)
    return said.code, seen.decode(errors="replace") + said.out


async def test_somebody_at_a_terminal_is_asked(shell) -> None:
    """How many contacts, in how many batches, to which account; yes submits."""
    code, screen = await at_a_terminal(shell, *shell.submitting("--group", "June"), answer=b"y\n")
    assert (code, shell.sizes()) == (0, [4, 4, 2])
    assert f"Submit 10 contacts in 3 batches to account {KOPI_ACCOUNT}, into June?" in screen
    assert "━" in screen
    assert "Batch 1 of 3" in screen


async def test_who_says_no_has_submitted_nothing(shell) -> None:
    """And nothing of the file stays in the folder."""
    code, screen = await at_a_terminal(shell, *shell.submitting(), answer=b"n\n")
    assert (code, shell.batches(), list(shell.state.iterdir())) == (1, [], [])
    assert "Nothing was submitted." in screen


async def test_a_check_shows_its_bar(shell) -> None:
    """Rows done of rows while a large file is checked; not so where standard error is no terminal."""
    large = shell.folder / "large.csv"
    large.write_bytes(b"phone\n" + b"".join(b"+6281%08d\n" % number for number in range(1_500_000)))
    code, screen = await at_a_terminal(shell, "check", str(large))
    assert code == 0
    assert "━" in screen
    assert " of 1,5" in screen
    assert " rows" in screen
    assert (await shell.run("check", str(large))).err == ""


# From S3


async def test_a_file_in_s3_is_checked_and_submitted_like_any_other(shell, s3) -> None:
    """Its name may have blanks; the copy of it is gone afterwards; the same bytes from disk are the same order."""
    s3.put_object(Bucket="desk", Key="exports 2026/june list.csv", Body=ROWS)
    said = await shell.run("check", "s3://desk/exports 2026/june list.csv", "--json")
    assert json.loads(said.out)["rows_accepted"] == 10
    said = await shell.submit("--yes", source="s3://desk/exports 2026/june list.csv")
    assert (said.code, shell.sizes()) == (0, [4, 4, 2])
    assert (await shell.submit()).code == 0
    assert len(shell.batches()) == 3


async def test_a_file_that_comes_from_s3_has_a_bar(shell, s3) -> None:
    """A large object takes a while."""
    s3.put_object(Bucket="desk", Key="june.csv", Body=ROWS + b"\n" * 9_000_000)
    _, screen = await at_a_terminal(shell, "check", "s3://desk/june.csv")
    assert "of 9 MB" in screen


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("s3://desk/nothing.csv", "There is no file nothing.csv in the bucket desk."),
        ("s3://nowhere/june.csv", "There is no bucket nowhere in S3."),
    ],
)
async def test_what_is_not_in_s3_is_said(shell, s3, url: str, sentence: str) -> None:
    """A bucket that is missing is told from a file that is."""
    said = await shell.run("check", url)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err


async def test_no_access_to_s3_is_said(shell, s3, s3_server: str) -> None:
    """Keys that may not read: which settings to look at, and no word of the keys themselves."""

    def ask_for_keys(allowed: bytes) -> None:
        headers = {"Content-Type": "text/plain"}
        order = urllib.request.Request(f"{s3_server}/moto-api/reset-auth", allowed, headers, method="POST")
        urllib.request.urlopen(order).close()

    s3.put_object(Bucket="desk", Key="june.csv", Body=ROWS)
    await asyncio.to_thread(ask_for_keys, b"0")
    try:
        said = await shell.run("check", "s3://desk/june.csv")
    finally:
        await asyncio.to_thread(ask_for_keys, b"inf")
    assert said.code == 2
    assert "S3 does not let you read june.csv in the bucket desk." in said.err
    assert "secret" not in said.err.replace("AWS_SECRET", "")
