"""A ticket's whole way, in the customer's thread and in the staff's: opened, noted, answered, solved, opened again."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from bot.app import House
from bot.delivery.tables import Message as Sent
from bot.demo.story import KOPI, Told, everything
from bot.sandbox.seed import REVIEW
from bot.sandbox.slack.records import Message
from bot.storage.database import Tx
from bot.tickets import watch
from bot.tickets.tables import Ticket


async def known(house: House, *messages: Message) -> None:
    """Wait until the desk knows where Slack put these: nobody answers within the same millisecond."""

    def there(tx: Tx) -> int:
        placed = select(Sent.id).where(Sent.ts.in_([message.ts for message in messages]))
        return len(tx.session.scalars(placed).all())

    while await house.desk.read(there) < len(messages):
        await asyncio.sleep(0.02)


async def opened(told: Told, house: House) -> tuple[Message, Message]:
    """Ana opens a ticket: its card in her channel, and the one in the staff's."""
    await told.asks(told.ana, KOPI, "/tickets open Why is ACME late?", "SD-1001")
    theirs = await told.sees(told.ana, KOPI, "SD-1001", "Why is ACME late?", "🟢 Open", "Support has it")
    ours = await told.sees(told.rina, REVIEW, "SD-1001", "Kopi Nusantara", "Reply to customer")
    await known(house, theirs, ours)
    return theirs, ours


async def mails(told: Told, *words: str) -> Any:
    """The e-mail to Ana with these words."""

    def found() -> Any:
        there = told.world.mailbox.to("ana@kopi-nusantara.example")
        return next((one for one in there if all(word in one.text for word in words)), None)

    return await told.world.until(found)


async def test_a_ticket_from_its_first_word_to_its_end(told: Told, house: House) -> None:
    """Notes stay inside, replies go out, answers come in, and both read why it stands where it stands."""
    theirs, ours = await opened(told, house)
    assert "tickets:assign" not in str(theirs.blocks)
    assert "SD-1001" in (await mails(told, "We have your request")).subject

    await told.rina.post(REVIEW, "He asked before, be quick", thread_ts=ours.ts)
    await told.rina.click(ours, "tickets:reply")
    await told.rina.fill("text", "ACME is with Globe since Monday.")
    await told.rina.submit()
    answer = await told.sees(told.ana, KOPI, "support answers you", "ACME is with Globe", thread_ts=theirs.ts)
    assert "U0RINA" not in everything(answer)
    await told.sees(
        told.world.slack.actor("U0BUDI"), REVIEW, "replied to the customer", "with Globe", thread_ts=ours.ts
    )
    await told.sees(told.ana, KOPI, "It is your turn")
    mail = await mails(told, "ACME is with Globe")
    assert (mail.subject.startswith("SD-1001"), "References" in str(mail.headers)) == (True, True)

    await told.ana.post(KOPI, "And Smart?", thread_ts=theirs.ts)
    came = await told.sees(told.rina, REVIEW, "wrote about", "And Smart?", thread_ts=ours.ts)
    assert "Reply to customer" in everything(came)
    await told.sees(told.ana, KOPI, "Support has it")

    ours = await told.sees(told.rina, REVIEW, "SD-1001", "Solve")
    await told.rina.click(ours, "tickets:solve")
    await told.sees(told.ana, KOPI, "is solved", thread_ts=theirs.ts)
    await told.sees(told.ana, KOPI, "✅ Solved")
    await told.ana.post(KOPI, "No, it is still late", thread_ts=theirs.ts)
    await told.sees(told.rina, REVIEW, "opened", "again", thread_ts=ours.ts)
    await told.sees(told.ana, KOPI, "🟢 Open")

    whole = everything_of(await told.asks(told.rina, REVIEW, "/tickets why 1001", "Why"))
    filtered = everything_of(await told.asks(told.ana, KOPI, "/tickets why 1001", "Why"))
    assert "wrote a note" in whole
    assert "<@U0RINA>" in whole
    assert "note" not in filtered
    assert "U0RINA" not in filtered
    assert "Support replied to the customer" in filtered
    everywhere = [everything(one) for one in [*told.ana.sees(KOPI), *told.ana.sees(KOPI, theirs.ts)]]
    assert not [one for one in everywhere if "be quick" in one]


def everything_of(reply: Any) -> str:
    """All words of an answer."""
    return f"{reply.text}\n{reply.blocks}"


async def test_a_ticket_made_of_a_message_lives_in_its_thread(told: Told, house: House) -> None:
    """Its card stands under the message; staff who write there have answered, and colleagues see it.

    What the customer says there leads staff to it, where its files are.
    """
    message = await told.ben.post(KOPI, "Our messages to Smart fail")
    await told.rina.shortcut("tickets:from_message", message)
    await told.sees(told.ben, KOPI, "SD-1001", "Asked by <@U0BEN>", thread_ts=message.ts)
    ours = await told.sees(told.rina, REVIEW, "SD-1001", "Our messages to Smart fail")
    await known(house, ours)
    await told.world.slack.actor("U0BUDI").post(KOPI, "Since when?", thread_ts=message.ts)
    await told.sees(told.rina, REVIEW, "replied to the customer", "Since when?", thread_ts=ours.ts)
    await told.sees(told.ben, KOPI, "It is your turn", thread_ts=message.ts)
    said = await told.ben.post(KOPI, "Since noon", files=[("log.png", b"\x89PNG")], thread_ts=message.ts)
    address = f"/archives/{KOPI}/p{said.ts.replace('.', '')}?thread_ts={message.ts}"
    await told.sees(told.rina, REVIEW, "Since noon", "log.png", address, thread_ts=ours.ts)


async def test_what_stands_still_is_told_by_itself(told: Told, house: House) -> None:
    """Stuck in its thread, late in the channel of choice, each once; what is solved for a week is closed."""
    theirs, ours = await opened(told, house)

    def older(tx: Tx) -> None:
        back = tx.now - timedelta(days=8)
        tx.session.execute(update(Ticket).values(turn_since=back, due_at=back + timedelta(days=5)))

    await house.desk.write(older)
    assert [await house.desk.write(watch.look) for _ in range(2)] == [2, 0]
    await told.sees(told.rina, REVIEW, "has not moved for 3 days", thread_ts=ours.ts)
    await told.sees(told.rina, REVIEW, "is late", "Kopi Nusantara")
    ours = await told.sees(told.rina, REVIEW, "Reply to customer", "⏰ late")
    await told.rina.click(ours, "tickets:solve")
    await told.sees(told.ana, KOPI, "is solved", thread_ts=theirs.ts)

    def long_ago(tx: Tx) -> None:
        tx.session.execute(update(Ticket).values(solved_at=tx.now - timedelta(days=8)))

    await house.desk.write(long_ago)
    assert [await house.desk.write(watch.look) for _ in range(2)] == [1, 0]
    await told.sees(told.ana, KOPI, "is closed by itself", thread_ts=theirs.ts)
    await told.sees(told.rina, REVIEW, "was closed by itself", thread_ts=ours.ts)
