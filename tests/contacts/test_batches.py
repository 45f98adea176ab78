"""A file that is too large for 8x8 at once goes as several batches, and is one job for people."""

import itertools
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.access import REFUSED, WAIT_SECONDS, over
from bot.contacts import rules, service
from bot.contacts.rules import BATCH_MOVES, MOVES, BatchState, Status
from bot.contacts.steps import CHECK, POLL, PURGE, SUBMIT
from bot.delivery.tables import Message
from bot.delivery.worker import MAX_ATTEMPTS, GiveUp
from bot.sandbox.contacts_api import Script
from bot.sandbox.faults import Fault
from bot.sandbox.seed import KOPI_ACCOUNT

HEADER = b"msisdn,firstName\n"
ROWS = b"phone,first name\n" + b"".join(b"+62812345678%02d,Ani\n" % number for number in range(10)) + b"12,Nobody\n"
QUICK = Script(("queued", "completed"), seconds=1)
FAILS = Script(("queued", "failed"), seconds=1)


@pytest.fixture
def batch_bytes() -> int:
    """Four contacts and the header: the ten good rows make three batches."""
    return len(HEADER) + 4 * len(b"+6281234567800,Ani\n")


def names(works: Any) -> list[str]:
    """The ends of the file names that 8x8 has, oldest first: submission, and the batch's number from the second on."""
    return [batch.file.name.partition("-")[2].removesuffix(".csv") for batch in works.batches()]


async def states(works: Any) -> list[str]:
    """Where the file's batches stand."""
    return [str(batch.status) for batch in (await works.file()).batches]


async def sent(works: Any, times: int = 3) -> None:
    """So many batches are sent, one job after the other."""
    for _ in range(times):
        assert await works.run(SUBMIT) == "done"


async def looked_at(works: Any) -> None:
    """8x8 comes to its ends, and is asked."""
    works.world.contacts.advance(10)
    await works.goes_on(POLL)
    assert await works.run(POLL) == "done"


async def submit_again(works: Any) -> None:
    """Ana presses Submit again."""
    file = await works.file()
    await works.database.write(service.submit, works.ana, file.id, file.version)


# From the check to the end


async def test_a_large_file_is_cut_sent_and_followed_as_one_job(works) -> None:
    """The check cuts, three batches go to 8x8 with a header each, every contact once; then the file is completed."""
    works.world.contacts.normal = QUICK
    file = await works.received(ROWS)
    assert await works.run(CHECK) == "done"
    file = await works.file()
    assert (file.status, file.verdict["rows_accepted"], len(file.batches)) == ("checked", 10, 3)
    await submit_again(works)
    for number in range(1, 4):
        assert (await works.file()).status == "submitting"
        await sent(works, 1)
        assert len(works.batches()) == number
    assert (await works.file()).status == "running"
    data = [batch.file.data for batch in works.batches()]
    assert all(one.startswith(HEADER) for one in data)
    contacts = [line for one in data for line in one.splitlines()[1:]]
    assert contacts == [b"+62812345678%02d,Ani" % number for number in range(10)]
    await looked_at(works)
    file = await works.file()
    assert (file.status, [batch.answer["total_rows"] for batch in file.batches]) == ("completed", [4, 4, 2])
    assert names(works) == ["1", "1-2", "1-3"]


async def test_what_is_at_8x8_is_followed_while_the_rest_is_sent(works) -> None:
    """The first batch completes long before the last one goes."""
    works.world.contacts.normal = QUICK
    await works.submitted(3)
    await sent(works, 1)
    works.world.contacts.advance(10)
    works.clock.advance(seconds=5)
    assert await works.both(SUBMIT, POLL) == ["done", "done"]
    assert await states(works) == ["completed", "running", "waiting"]
    assert (await works.file()).status == "submitting"


# When something goes wrong


async def test_a_batch_that_fails_is_named_and_only_that_one_goes_again(works) -> None:
    """The file has failed and says which batch; Submit again sends that one, under a new name, and no other."""
    works.world.contacts.normal = QUICK
    works.world.contacts._scripts.extend([QUICK, FAILS, QUICK])
    await works.submitted(3)
    await sent(works)
    await looked_at(works)
    assert ((await works.file()).status, await states(works)) == ("failed", ["completed", "failed", "completed"])
    card = await works.card()
    assert "2 of 3 batches went in" in card
    assert "Batch 2: ❌ Failed at 8x8" in card
    await submit_again(works)
    await sent(works, 1)
    await looked_at(works)
    assert ((await works.file()).status, names(works)) == ("completed", ["1", "1-2", "1-3", "2-2"])


async def test_without_a_key_a_file_waits_until_there_is_one(works) -> None:
    """It says so, staff are told once, and nothing has to be submitted again."""
    works.world.contacts.normal = QUICK
    keys = works.world.contacts.account(KOPI_ACCOUNT).keys
    taken = keys.copy()
    keys.clear()
    await works.submitted(1)
    for _ in range(2):
        assert await works.run(SUBMIT) == "no key"
        assert await works.pause(SUBMIT) == WAIT_SECONDS
        await works.goes_on(SUBMIT)
    assert ((await works.file()).status, await states(works)) == ("submitting", ["waiting"])
    assert "has no key for this account at 8x8 yet" in await works.card()
    told = select(Message.kind).where(Message.kind == REFUSED)
    assert await works.database.read(lambda tx: tx.session.scalars(told).all()) == [REFUSED]
    keys |= taken
    await sent(works, 1)
    await looked_at(works)
    assert ((await works.file()).status, len(works.batches())) == ("completed", 1)


async def test_after_a_refusal_no_other_batch_is_sent(works) -> None:
    """What 8x8 refuses once it may refuse always: what runs is followed to its end, and the card says what to do."""
    works.world.contacts.normal = QUICK
    await works.submitted(3)
    await sent(works, 1)
    works.world.faults.add(Fault("contacts:createContacts", "status", status=400))
    await sent(works, 1)
    assert ((await works.file()).status, await states(works)) == ("running", ["running", "refused", "waiting"])
    assert "Batch 2: ⛔ Refused by 8x8" in await works.card()
    await looked_at(works)
    file = await works.file()
    assert (file.status, "HTTP 400" in file.trouble["sentence"]) == ("failed", True)
    assert "1 of 3 batches went in" in await works.card()
    await submit_again(works)
    await sent(works, 2)
    await looked_at(works)
    assert ((await works.file()).status, names(works)) == ("completed", ["1", "2-2", "2-3"])


async def test_a_file_of_which_nothing_went_in_is_refused(works) -> None:
    """It can be read in another way then, as a file of one batch can."""
    await works.submitted(3)
    works.world.faults.add(Fault("contacts:createContacts", "status", status=403))
    await sent(works, 1)
    assert ((await works.file()).status, works.batches()) == ("refused", [])


async def test_while_8x8_refuses_the_key_a_file_waits_and_goes_on_when_it_is_changed(works) -> None:
    """The card says that support was told; nothing is refused, and the waiting job is due at once afterwards."""
    await works.submitted()
    works.world.faults.add(Fault("contacts:createContacts", "status", status=401))
    assert "401" in await works.run(SUBMIT)
    assert await works.pause(SUBMIT) == WAIT_SECONDS
    file = await works.file()
    assert (file.status, works.batches()) == ("submitting", [])
    assert "Support was told" in await works.card()
    await works.database.write(over, file.account_id)
    assert await works.pause(SUBMIT) == 0
    await sent(works, 1)
    assert ((await works.file()).status, len(works.batches())) == ("running", 1)


async def test_while_8x8_asks_to_wait_the_next_batch_waits(works) -> None:
    """429 costs time only, and the card says so, also when 8x8 tells of the first batch meanwhile."""
    works.world.contacts.normal = QUICK
    await works.submitted(2)
    await sent(works, 1)
    works.world.faults.add(Fault("contacts:*", "status", status=429, headers={"Retry-After": "7"}, times=1))
    assert "429" in await works.run(SUBMIT)
    assert await works.pause(SUBMIT) == 7
    await looked_at(works)
    assert "we try again by ourselves" in await works.card()
    await works.goes_on(SUBMIT)
    await sent(works, 1)
    assert (names(works), await states(works)) == (["1", "1-2"], ["completed", "running"])


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_unclear_answer_makes_no_batch_twice(works, when: Any) -> None:
    """Each batch is looked for by its own name, whichever of them 8x8 did not answer for."""
    await works.submitted(3)
    for _ in range(3):
        works.world.faults.add(Fault("contacts:createContacts", "drop", when=when))
        assert await works.run(SUBMIT) != "done"
        await works.goes_on(SUBMIT)
        await sent(works, 1)
    assert (names(works), await states(works)) == (["1", "1-2", "1-3"], ["running"] * 3)


async def test_each_batch_has_all_its_attempts(works) -> None:
    """Hiccups with one batch are not counted against the next."""
    await works.submitted(3)
    for number in range(3):
        works.world.faults.add(Fault("contacts:createContacts", "drop", when="before", times=MAX_ATTEMPTS - 2))
        for _ in range(MAX_ATTEMPTS - 2):
            assert await works.run(SUBMIT) != "done"
            await works.goes_on(SUBMIT)
        await sent(works, 1)
        assert len(works.batches()) == number + 1


async def test_a_batch_that_nobody_is_sure_of_is_looked_for_when_it_is_submitted_again(works) -> None:
    """8x8 had taken it all along: Submit again finds it under its old name, and sends what was never sent."""
    works.world.contacts.normal = QUICK
    await works.submitted(3)
    await sent(works, 1)
    works.world.faults.add(Fault("contacts:createContacts", "drop", when="after"))
    works.world.faults.add(Fault("contacts:listBatches", "status", status=503, times=None))
    assert await works.run(SUBMIT) != "done"
    file = await works.file()
    await works.database.write(works.kinds[SUBMIT].on_dead, file.id, str(GiveUp("too many attempts")))
    await works.forget(SUBMIT)
    assert ((await works.file()).status, await states(works)) == ("running", ["running", "unsure", "waiting"])
    works.world.faults.clear()
    await looked_at(works)
    assert (await works.file()).status == "unsure"
    assert "Batch 2: ❓ Unclear" in await works.card()
    works.clock.advance(hours=3)
    await submit_again(works)
    await sent(works, 2)
    await looked_at(works)
    assert ((await works.file()).status, names(works)) == ("completed", ["1", "1-2", "2-3"])


async def test_one_batch_of_which_8x8_does_not_tell_hides_no_other(works) -> None:
    """The others come to their end; that one is asked about again."""
    works.world.contacts.normal = QUICK
    await works.submitted(2)
    await sent(works, 2)
    works.world.contacts.advance(10)
    await works.goes_on(POLL)
    works.world.faults.add(Fault("contacts:getBatch", "bad_body"))
    assert await works.run(POLL) != "done"
    assert await states(works) == ["running", "completed"]
    await looked_at(works)
    assert await states(works) == ["completed", "completed"]


async def test_what_is_deleted_here_is_deleted_of_every_batch(works) -> None:
    """People's numbers stay nowhere; ids and counters do."""
    works.world.contacts.normal = QUICK
    file = await works.submitted(3)
    await sent(works)
    await looked_at(works)
    keys = [batch.accepted_key for batch in file.batches]
    assert [await works.files.exists(key) for key in keys] == [True] * 3
    await works.goes_on(PURGE)
    assert await works.run(PURGE) == "done"
    assert [await works.files.exists(key) for key in keys] == [False] * 3
    file = await works.file()
    assert [(batch.accepted_key, bool(batch.batch_id)) for batch in file.batches] == [(None, True)] * 3


# The rules


@pytest.mark.parametrize(
    ("batches", "file"),
    [
        ("waiting waiting", "submitting"),
        ("completed sending", "submitting"),
        ("running waiting", "submitting"),
        ("failed waiting", "submitting"),
        ("running running", "running"),
        ("completed running", "running"),
        ("running refused waiting", "running"),
        ("running unsure", "running"),
        ("completed completed", "completed"),
        ("completed failed stopped", "failed"),
        ("timeout stopped completed", "timeout"),
        ("stopped completed", "stopped"),
        ("refused waiting", "refused"),
        ("completed refused waiting", "failed"),
        ("completed unsure waiting", "unsure"),
        ("failed unsure", "unsure"),
    ],
)
def test_a_file_stands_where_its_batches_do(batches: str, file: str) -> None:
    """Nothing is called completed that is not, and nothing is over while 8x8 works."""
    assert rules.roll_up(batches.split()) == file


@pytest.mark.parametrize(("first", "second"), list(itertools.product(BatchState, BatchState)))
def test_whatever_a_batch_does_its_file_may_follow(first: BatchState, second: BatchState) -> None:
    """Every move of one of two batches leads the file to where the rules let it go, or leaves it there."""
    before = rules.roll_up([first, second])
    if first in rules.ON_ITS_WAY and before != Status.SUBMITTING:
        return  # nothing is sent after a refusal
    for to in BATCH_MOVES[first]:
        after = rules.roll_up([to, second])
        by_a_person = to in {BatchState.WAITING, BatchState.SENDING}
        assert after == before or after in MOVES[before] or by_a_person


@pytest.mark.parametrize("state", BatchState)
def test_a_batch_that_8x8_may_have_is_never_sent_without_a_look(state: BatchState) -> None:
    """From "sending" and "unsure" no way leads to "waiting" but through 8x8's own word."""
    if state in {BatchState.SENDING, BatchState.UNSURE, BatchState.RUNNING, BatchState.COMPLETED}:
        assert BatchState.WAITING not in BATCH_MOVES[state]
    assert state in BATCH_MOVES
    assert Status.CHECKING not in MOVES[Status.FAILED]


@pytest.mark.parametrize("number", [1, 2, 300])
def test_a_batch_has_a_name_of_its_own_at_8x8(number: int) -> None:
    """By it the batch is found again: readable, short, and different for each file, submission and number."""
    name = rules.batch_file_name("Kunden März & Söhne " * 9 + ".xlsx", "f" * 32, 12, number)
    assert name.startswith("Kunden-M-rz-S-hne-Kunden")
    assert name.endswith(f".{'f' * 32}-12.csv" if number == 1 else f".{'f' * 32}-12-{number}.csv")
    assert len(name) <= 90
