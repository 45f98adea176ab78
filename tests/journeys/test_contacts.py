"""What happens to contact files on their way: every end at 8x8, every file that cannot be read, every door they use."""

import asyncio
import contextlib
import io
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.contacts.jobs import CHECKS_AT_ONCE
from bot.demo.story import KOPI, KOPI_ACCOUNT, MART, Told, everything, last_card
from bot.sandbox import samples
from bot.sandbox.faults import Fault
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.records import Message

ROWS = b"phone,first name\n+6581234001,Ming\n+6581234002,Wei\n6581234003,Ann\nnonsense,Bob\n"
MOST = 30 * 1024 * 1024


async def checked(told: Told, rows: bytes = ROWS, name: str = "june.csv") -> tuple[Message, Message]:
    """Ana uploads a file; the message and its checked card."""
    file = await told.ana.upload(KOPI, name, rows)
    return file, await told.card(told.ana, KOPI, file, "Checked")


async def submitted(told: Told) -> Message:
    """Ana uploads a file and submits it; the message."""
    file, card = await checked(told)
    await told.ana.click(card, "contacts:submit")
    return file


def batches(told: Told) -> list[Any]:
    """What 8x8 has of Ana's company, newest first."""
    return told.world.contacts.batches(told.at_8x8(KOPI_ACCOUNT))


# Every end at 8x8


@pytest.mark.parametrize(
    ("end", "headline", "advice"),
    [
        ("completed", "✅ Completed", "worked through all 3 contacts"),
        ("failed", "❌ Failed at 8x8", "Nothing is lost"),
        ("stopped", "🛑 Stopped at 8x8", "some contacts may be in"),
        ("timeout", "⌛ Timed out at 8x8", "some contacts may be in"),
    ],
)
async def test_every_end_of_a_batch_is_told(told: Told, end: Any, headline: str, advice: str) -> None:
    """Card, news in the thread and e-mail say how it ended and what to do, each once."""
    told.world.contacts.script("queued", "inProgress", end, seconds=0.2)
    file = await submitted(told)
    card = await told.card(told.ana, KOPI, file, headline, advice)
    await told.news(told.ana, KOPI, file, headline, advice)
    (mail,) = await told.world.until(lambda: told.world.mailbox.to("ana@kopi-nusantara.example"))
    assert advice in mail.text.replace("\n", " ")
    assert ("Submit again" in everything(card)) == (end != "completed")
    assert len(batches(told)) == 1


@pytest.mark.parametrize(("status", "shown"), [("queued", "🕒 Queued"), ("inProgress", "⏳ In progress")])
async def test_a_batch_on_its_way_is_shown(told: Told, status: Any, shown: str) -> None:
    """While 8x8 works, the card shows its word, a bar, and when the desk last looked."""
    told.world.contacts.script(status)
    file = await submitted(told)
    card = await told.card(told.ana, KOPI, file, "With 8x8", shown, "▰")
    assert "Submitted by <@U0ANA>" in everything(card)
    assert "Cancel" not in everything(card)


async def test_rows_that_8x8_refuses_are_said(told: Told) -> None:
    """Completed is not "all went in": the card says how many did not."""
    told.world.contacts.script("completed", error_rows=2, seconds=0.1)
    file = await submitted(told)
    await told.card(told.ana, KOPI, file, "Completed", "2 rows did not go in")


async def test_without_counters_the_end_is_told_all_the_same(told: Told) -> None:
    """8x8 need not count anything."""
    told.world.contacts.script("queued", "completed", counters="never", seconds=0.1)
    file = await submitted(told)
    card = await told.card(told.ana, KOPI, file, "Completed")
    assert "8x8 counted" not in everything(card)


# Both error bodies of 8x8's page, and the others


@pytest.mark.parametrize(
    ("code", "message", "error_id"),
    [
        (1001, "Provided subAccountId doesn't belongs to your account", "91b106f0-c0da-4aba-a43a-7af9c5893a80"),
        (1002, "Invalid MSISDN format (not E.164 international number)", "b4478860-b76c-e811-814e-022a35cc1c71"),
    ],
)
async def test_a_refusal_shows_code_sentence_and_error_id(told: Told, code: int, message: str, error_id: str) -> None:
    """8x8's own bodies of its page come through to the person, who can submit again."""
    body = f'{{"code":{code},"message":"{message}","errorId":"{error_id}","timestamp":"2017-04-19T02:31:19.42+00:00"}}'
    fault = Fault("contacts:createContacts", "status", status=400, body=body, content_type="application/json")
    told.world.faults.add(fault)
    file = await submitted(told)
    card = await told.card(told.ana, KOPI, file, "Refused by 8x8", str(code), error_id, message)
    await told.ana.click(card, "Submit again")
    await told.card(told.ana, KOPI, file, "Completed")
    assert len(batches(told)) == 1


async def test_a_wrong_key_is_explained(told: Told) -> None:
    """Nothing is lost when 8x8 does not let us in: the card says who can mend it, and staff are told."""
    told.at_8x8(KOPI_ACCOUNT).keys.clear()
    file = await submitted(told)
    await told.card(told.ana, KOPI, file, "Submitting", "1200", "API key")
    await told.sees(told.rina, "C0REVIEW", "8x8 refuses", "Kopi Nusantara")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", [{"what": "drop"}, {"what": "status", "status": 500}, {"what": "bad_body"}])
async def test_an_unclear_answer_makes_no_second_batch(told: Told, fault: dict[str, Any], when: Any) -> None:
    """Whether 8x8 took the file or not, it has it once in the end."""
    told.world.faults.add(Fault("contacts:createContacts", when=when, **fault))
    file = await submitted(told)
    await told.card(told.ana, KOPI, file, "Completed")
    assert len(batches(told)) == 1


async def test_8x8_away_is_said_and_tried_again(told: Told) -> None:
    """While 8x8 asks to wait, the card says so; the file goes in afterwards by itself."""
    told.world.faults.add(Fault("contacts:createContacts", "status", status=429, headers={"Retry-After": "1"}))
    file = await submitted(told)
    await told.card(told.ana, KOPI, file, "Submitting", "we try again by ourselves")
    await told.card(told.ana, KOPI, file, "Completed")
    assert len(batches(told)) == 1


# While a file is checked


def slow_file() -> bytes:
    """A file that keeps the engine busy for long: its later numbers all have words behind them."""
    quick = b"".join(b"+6591%06d,x\n" % i for i in range(200_000))
    return b"phone,name\n" + quick + b"".join(b"+6591%06d ask,x\n" % i for i in range(400_000))


def checks_running() -> list[int]:
    """The processes that check files for us."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and b"bot.contacts.worker" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
async def test_a_check_shows_how_far_it_is_and_ends_when_it_is_cancelled(told: Told) -> None:
    """Its card counts rows, another file is checked meanwhile, commands are answered, and Cancel ends the process."""
    file = await told.ana.upload(KOPI, "slow.csv", slow_file())
    await told.card(told.ana, KOPI, file, "▰", " rows")
    (process,) = checks_running()
    await checked(told)
    await told.asks(told.ana, KOPI, "/desk help")
    assert checks_running() == [process]
    card = await told.card(told.ana, KOPI, file, "▰", " rows")
    await told.ana.click(card, "contacts:cancel")
    async with asyncio.timeout(20):
        while checks_running():
            await asyncio.sleep(0.01)
    await told.card(told.ana, KOPI, file, "Check again")


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
async def test_files_that_come_together_are_checked_a_few_at_a_time(told: Told) -> None:
    """However many people drop files in at once, no more checks run than the machine bears, and all are checked."""
    most = 0
    files = [await told.ana.upload(KOPI, f"{number}.csv", ROWS) for number in range(10)]
    done = asyncio.gather(*(told.card(told.ana, KOPI, file, "Checked") for file in files))
    while not done.done():
        most = max(most, len(checks_running()))
        await asyncio.sleep(0.01)
    await done
    assert 1 <= most <= CHECKS_AT_ONCE


# Files that cannot be read


def workbook(rows: list[list[Any]]) -> bytes:
    """A small .xlsx."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def bomb() -> bytes:
    """A workbook of a few hundred kilobytes whose one sheet unpacks to 700 MB."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["phone"], ["+6581234001"]]))) as small,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as large,
    ):
        for part in small.namelist():
            with large.open(part, "w", force_zip64=True) as into:
                into.write(small.read(part))
                for _ in range(700 if part == "xl/worksheets/sheet1.xml" else 0):
                    into.write(b" " * (1 << 20))
    return written.getvalue()


def far_corner() -> bytes:
    """A tiny workbook with two cells, in the first and in the last corner of the sheet."""
    book = openpyxl.Workbook()
    book.active["A1"] = "phone"
    book.active["XFD1048576"] = "+6581234001"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("letter.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n", "PDF"),
        ("empty.csv", b"", "empty"),
        ("names.csv", b"first name,last name\nAna,Wijaya\nBen,Santos\n", "phone numbers"),
        ("bomb.xlsx", bomb, "larger inside"),
        ("corner.xlsx", far_corner, "larger inside"),
        ("cut.xlsx", lambda: workbook([["phone"], ["+6581234001"]])[:700], "damaged"),
    ],
    ids=["pdf", "empty", "no numbers", "bomb", "far corner", "cut off"],
)
async def test_what_cannot_be_read_gets_a_clear_sentence(told: Told, name: str, data: Any, words: str) -> None:
    """A file that is no contact file ends in a sentence that says what it is and what to do; the desk lives on."""
    file = await told.ana.upload(KOPI, name, data if isinstance(data, bytes) else data())
    card = await told.card(told.ana, KOPI, file, "Cannot be read")
    assert words in everything(card)
    await checked(told)


async def test_a_file_over_30_mb_is_refused_before_it_is_fetched(told: Told) -> None:
    """The limit is said, and what to do."""
    file = await told.ana.upload(KOPI, "huge.csv", ROWS + b" " * MOST)
    await told.card(told.ana, KOPI, file, "Cannot be read", "larger than 30 MB", "Split it")
    assert "files:download" not in [effect.name for effect in told.world.effects]


async def test_a_file_that_was_deleted_meanwhile_is_said(told: Told) -> None:
    """Who deletes the file in Slack before it was read is told to upload it again."""
    told.world.faults.add(Fault("files:download", "status", status=503, times=3))
    file = await told.ana.upload(KOPI, "june.csv", ROWS)
    file.files[0].deleted = True
    await told.card(told.ana, KOPI, file, "Cannot be read", "was deleted in Slack")


# Every door that files come by


async def test_a_file_can_be_sent_to_the_app(told: Told) -> None:
    """In the direct message with the app, the card is in the thread there, and seen by nobody else."""
    file = await told.ana.dm(files=[("june.csv", ROWS)])
    await told.card(told.ana, file.channel, file, "Checked", "*Good* 3")
    assert not [one for one in told.ben.sees(KOPI) if one.user == "U0DESK"]


async def test_a_file_can_come_through_the_form(told: Told) -> None:
    """``/contacts upload`` takes files; each has its card in the channel where the form was opened."""
    await told.ana.command(KOPI, "/contacts upload")
    await told.ana.fill("files", [("a.csv", ROWS), ("b.csv", ROWS + b"+6581234009,Eve\n")])
    assert await told.ana.submit() is None
    await told.sees(told.ana, KOPI, "a.csv", "Checked", "*Good* 3")
    card = await told.sees(told.ana, KOPI, "b.csv", "Checked", "*Good* 4")
    await told.ana.click(card, "contacts:submit")
    await told.sees(told.ana, KOPI, "<@U0ANA>: ", "Completed", thread_ts=card.ts)


async def test_the_form_takes_10_mb(told: Told) -> None:
    """Slack's own limit there is said in the form, with the way out for larger files."""
    await told.ana.command(KOPI, "/contacts upload")
    view = told.ana.modal()
    assert "up to 30 MB" in str(view.blocks)
    with pytest.raises(Refused):
        await told.ana.fill("files", [("a.csv", b" " * (10 * 1024 * 1024 + 1))])


async def test_the_latest_files_are_listed(told: Told) -> None:
    """``/contacts files`` lists the account's files with a link to each thread, and of nobody else's."""
    await told.asks(told.ana, KOPI, "/contacts files", "no contact files yet", "/contacts upload")
    file, _ = await checked(told)
    reply = await told.asks(told.ben, KOPI, "/contacts files", "june.csv", "Checked", "3 good rows")
    assert f"/archives/{KOPI}/p" in reply.text
    assert f"thread_ts={file.ts}" in reply.text
    await told.asks(told.carla, MART, "/contacts files", "no contact files yet")


@pytest.mark.parametrize("command", ["/contacts", "/contacts help"])
async def test_help_says_what_can_be_done(told: Told, command: str) -> None:
    """The commands are named, each with what it does."""
    await told.asks(told.ana, KOPI, command, "/contacts upload", "/contacts files")


async def test_a_picture_among_other_talk_is_left_alone(told: Told) -> None:
    """Not everything that people post is meant for the desk."""
    await told.ana.upload(KOPI, "cat.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 60)
    _, card = await checked(told)
    assert [one for one in told.ana.sees(KOPI) if one.user == "U0DESK" and not one.ephemeral_to] == []
    assert "june.csv" in everything(card)


async def test_a_file_in_a_channel_that_is_not_linked_is_explained(told: Told) -> None:
    """A contact file where nobody knows whose it is: only its sender reads how to get on."""
    await told.rina.upload("C0REVIEW", "june.csv", ROWS)
    answer = await told.world.until(lambda: [one for one in told.rina.sees("C0REVIEW") if one.ephemeral_to == "U0RINA"])
    assert "/desk link" in answer[-1].text


async def test_numbers_can_be_read_as_a_countrys(told: Told) -> None:
    """The proposal names the country that most numbers fit; one click reads them so, another choice is in the form."""
    rows = b"phone\n" + b"".join(b"0917 123 4%03d\n" % number for number in range(30))
    file = await told.carla.upload(MART, "suki.csv", rows)
    card = await told.card(told.carla, MART, file, "30 numbers", "Philippines", "+63")
    await told.carla.click(card, "Read as +63")
    await told.card(told.carla, MART, file, "*Good* 30", "those of Philippines")


async def test_rejected_rows_come_back_in_the_kind_that_came_in(told: Told) -> None:
    """A workbook's rejected rows are a workbook, whose cells are text and no formulas."""
    data = workbook([["phone", "name"], ["+6581234001", "Ming"], ["nonsense", "=1+1"], ["12", "Wei"]])
    file, card = await checked(told, data, "june.xlsx")
    await told.ana.click(card, "Download rejected")
    message = await told.card(told.ana, KOPI, file, "The rejected rows of")
    book = openpyxl.load_workbook(io.BytesIO(message.files[0].data))
    rows = [list(row) for row in book.active.iter_rows(values_only=True)]
    assert [row[0] for row in rows] == ["row", 3, 4] or [row[0] for row in rows] == ["row", "3", "4"]
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n"}


async def test_cancelling_ends_a_check_and_can_be_taken_back(told: Told, tmp_path: Path) -> None:
    """Cancel stops the work; Check again takes it up."""
    file, card = await checked(told)
    await told.ana.click(card, "Cancel")
    card = await told.card(told.ana, KOPI, file, "Cancelled")
    await told.ana.click(card, "Check again")
    await told.card(told.ana, KOPI, file, "Checked", "*Good* 3")


async def test_two_colleagues_press_submit(told: Told) -> None:
    """One submits; the other, whose card is old, is told who did."""
    file, card = await checked(told)
    old = Message(**{name: getattr(card, name) for name in ("ts", "channel", "user", "text", "thread_ts", "bot_id")})
    old.blocks = [dict(block) for block in card.blocks]
    await told.ana.click(card, "contacts:submit")
    await told.card(told.ana, KOPI, file, "8x8")
    await told.ben.click(old, "contacts:submit")
    answer = await told.world.until(
        lambda: [one for one in told.ben.sees(KOPI, file.ts) if one.ephemeral_to == "U0BEN"]
    )
    assert "already submitted by <@U0ANA>" in answer[-1].text
    await told.card(told.ana, KOPI, file, "Completed")
    assert len(batches(told)) == 1


async def test_the_sample_files_are_what_their_makers_say(told: Told) -> None:
    """Every sample of a contact file that the page offers ends in a card."""
    for sample in (one for one in samples.SAMPLES if one.name.endswith((".csv", ".xlsx", ".xls"))):
        file = await told.ben.upload(KOPI, sample.name, sample.data)
        await told.world.until(
            lambda file=file: (
                any(word in everything(last_card(told.ben, KOPI, file)) for word in ("Checked", "Cannot"))
                if any(one.user == "U0DESK" for one in told.ben.sees(KOPI, file.ts))
                else None
            ),
            60,
        )
