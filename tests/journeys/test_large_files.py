"""A contact file that is too large for 8x8 at once: people see one file, 8x8 gets several batches."""

import pytest

from bot.contacts.child import Limits
from bot.contacts.jobs import Terms
from bot.contacts.outcome import CheckOptions
from bot.demo.story import KOPI, KOPI_ACCOUNT, Told, everything
from bot.sandbox.faults import Fault
from bot.sandbox.slack.records import Message

ROWS = b"phone,first name\n" + b"".join(b"+62812345678%02d,Ani\n" % number for number in range(10))


@pytest.fixture
def terms() -> Terms:
    """A batch has the header and four contacts."""
    four = len(b"msisdn,firstName\n") + 4 * len(b"+6281234567800,Ani\n")
    return Terms(CheckOptions(batch_bytes=four, mask=True), Limits())


async def submitted(told: Told) -> Message:
    """Ana uploads the file and submits it."""
    file = await told.ana.upload(KOPI, "june.csv", ROWS)
    card = await told.card(told.ana, KOPI, file, "Checked", "*Good* 10")
    await told.ana.click(card, "contacts:submit")
    return file


def inserted(told: Told) -> int:
    """How many contacts 8x8 has taken in."""
    return sum(batch.file.counters.inserted for batch in told.at_8x8(KOPI_ACCOUNT).batches.values())


async def test_three_batches_are_one_job(told: Told) -> None:
    """One bar, one end, one news, one mail; the counters are summed, and the ids of all three are there."""
    told.world.contacts.script(seconds=1, times=3)
    file = await submitted(told)
    await told.card(told.ana, KOPI, file, " of 3 · ")
    card = everything(await told.card(told.ana, KOPI, file, "Completed", "all 10 contacts, in 3 batches", "10 rows"))
    assert all(batch in card for batch in told.at_8x8(KOPI_ACCOUNT).batches)
    await told.news(told.ana, KOPI, file, "Completed", "in 3 batches")
    (mail,) = await told.world.until(lambda: told.world.mailbox.to("ana@kopi-nusantara.example"))
    assert "in 3 batches" in mail.text.replace("\n", " ")
    assert inserted(told) == 10


async def test_the_batch_that_failed_is_submitted_again_alone(told: Told) -> None:
    """Which one is said on the card, in the thread and by mail; Submit again sends no contact that is there."""
    told.world.contacts.script("completed", seconds=0.1)
    told.world.contacts.script("failed", seconds=0.1)
    file = await submitted(told)
    card = await told.card(told.ana, KOPI, file, "2 of 3 batches went in", "Batch 2: ❌ Failed at 8x8", "Submit again")
    await told.news(told.ana, KOPI, file, "2 of 3 batches went in")
    await told.ana.click(card, "Submit again")
    await told.card(told.ana, KOPI, file, "Completed")
    assert [batch.size for batch in told.at_8x8(KOPI_ACCOUNT).batches.values()] == [4, 4, 2, 4]


async def test_lost_answers_double_no_batch(told: Told) -> None:
    """8x8 has taken each batch, and its answer never came."""
    told.world.faults.add(Fault("contacts:createContacts", "drop", when="after", times=1))
    file = await submitted(told)
    await told.card(told.ana, KOPI, file, " of 3 · ")
    told.world.faults.add(Fault("contacts:createContacts", "drop", when="after", times=1))
    await told.card(told.ana, KOPI, file, "Completed")
    assert (inserted(told), len(told.at_8x8(KOPI_ACCOUNT).batches)) == (10, 3)
