"""What waits is told when its time comes: a person chooses a daily digest, and gets it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from bot.app import House
from bot.delivery.claims import OUTBOX
from bot.delivery.tables import PENDING, DueRow
from bot.delivery.tables import Message as Sent
from bot.demo.story import KOPI, Told
from bot.sandbox.seed import REVIEW
from bot.storage.database import Tx
from bot.tickets.notices import DIGEST, DIGEST_MAIL


def gathered(tx: Tx) -> list[str]:
    """The messages that wait for the time of the digest."""
    waiting = select(DueRow.key).join(Sent, Sent.id == DueRow.key)
    waiting = waiting.where(DueRow.queue == OUTBOX, DueRow.state == PENDING, DueRow.due_at > tx.now)
    return list(tx.session.scalars(waiting.where(Sent.kind.in_([DIGEST, DIGEST_MAIL]))))


async def test_a_daily_digest_is_chosen_and_comes(told: Told, house: House) -> None:
    """The thread has the news at once and calls nobody; the digest comes in its time, once to each place."""
    await told.ana.command(KOPI, "/desk notices")
    await told.ana.fill("places", ["direct", "email"])
    await told.ana.fill("pace", "daily")
    await told.ana.submit()
    await told.ana.close()
    await told.asks(told.ana, KOPI, "/tickets open Why is ACME late?", "SD-1001")
    card = await told.sees(told.ana, KOPI, "SD-1001", "Support has it")
    ours = await told.sees(told.rina, REVIEW, "SD-1001", "Reply to customer")
    for words in ("It is with Globe.", "Smart has it too."):
        await told.rina.click(ours, "tickets:reply")
        await told.rina.fill("text", words)
        await told.rina.fill("turn", "us")
        await told.rina.submit()
        answer = await told.sees(told.ana, KOPI, "Support answers you", words, thread_ts=card.ts)
        assert "<@U0ANA>" not in str(answer.blocks)
    waiting = await house.desk.read(gathered)
    assert len(waiting) == 2

    def time_comes(tx: Tx) -> None:
        tx.session.execute(update(DueRow).where(DueRow.key.in_(waiting)).values(due_at=tx.now - timedelta(seconds=1)))
        tx.wake(OUTBOX)

    await house.desk.write(time_comes)
    direct = told.world.slack.direct("U0ANA").id
    digest = await told.sees(told.ana, direct, "2 updates", "It is with Globe.", "Smart has it too.")
    assert "/desk notices" in str(digest.blocks)

    def mailed() -> Any:
        there = told.world.mailbox.to("ana@kopi-nusantara.example")
        return next((one for one in there if "2 updates" in one.subject), None)

    mail = await told.world.until(mailed)
    assert mail.text.index("It is with Globe.") < mail.text.index("Smart has it too.")
    assert not [one for one in told.world.mailbox.to("ana@kopi-nusantara.example") if "answers you about" in one.text]
