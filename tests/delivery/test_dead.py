"""What cannot be delivered is told to the staff."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.delivery import dead
from bot.delivery.claims import OUTBOX
from bot.delivery.outbox import Mail, MessageKind
from bot.delivery.sender import Sender
from bot.delivery.tables import DueRow, Message
from bot.delivery.voices import Voices
from bot.delivery.worker import Limits, Worker
from bot.storage.database import Tx

REVIEW = "C0REVIEW"


def states(tx: Tx) -> list[str]:
    return [row.state for row in tx.session.scalars(select(DueRow).order_by(DueRow.id))]


async def work_off(post, sender: Sender) -> None:
    """Let a worker send what is due, until every row is settled."""
    on_dead = dead.tells_staff(REVIEW)
    limits = Limits(lease=timedelta(seconds=60), drain=timedelta(seconds=60))
    worker = Worker(post.database, OUTBOX, sender.run, on_dead, owner="tester", limits=limits)
    loop = asyncio.create_task(worker.work())
    async with asyncio.timeout(60):
        while not {"done", "dead"}.issuperset(await post.database.read(states)):
            worker.wake()
            await asyncio.sleep(0.01)
    await worker.stop()
    await loop


@pytest.fixture
def sender(post) -> Sender:
    """The sender of the post, which can tell of dead letters too."""

    def mail(_tx: Tx, message: Message) -> Mail:
        return Mail(post.words[message.key], "<p>It ended.</p>", "It ended.")

    kinds = [MessageKind("card", post.draw), MessageKind("mail", mail), dead.kind(Voices())]
    post.sender._kinds = {kind.name: kind for kind in kinds}
    return post.sender


async def test_staff_read_what_could_not_be_delivered_and_why(post, sender: Sender) -> None:
    """A channel that is gone: the notice names it and Slack's reason, once."""
    await post.tell("one", "hello", place="C0NOWHERE")
    await work_off(post, sender)
    (notice,) = post.shown(REVIEW)
    assert "C0NOWHERE" in notice
    assert "channel_not_found" in notice


async def test_staff_read_whom_an_e_mail_did_not_reach(post, sender: Sender) -> None:
    """An address that the mail server refuses."""
    await post.tell("one", "It ended", place="nobody at all", kind="mail", medium="email")
    await work_off(post, sender)
    (notice,) = post.shown(REVIEW)
    assert "nobody at all" in notice
    assert "this is not an e-mail address" in notice


async def test_a_notice_that_cannot_be_shown_is_not_noticed_again(post, sender: Sender) -> None:
    """Where the staff's channel itself is gone, the log has to do; nothing goes round in circles."""
    del post.world.slack.channels[REVIEW]
    await post.tell("one", "hello", place="C0NOWHERE")
    await work_off(post, sender)
    assert await post.database.read(states) == ["dead", "dead"]


def test_a_notice_says_something_for_every_medium() -> None:
    """Also where the message itself is gone."""
    row = DueRow(id=1, error="channel_not_found", attempts=3)
    for medium in ("slack", "file", "email"):
        message = Message(id="m", kind="card", key="k", medium=medium, place="C0KOPI")
        body = Voices().slack("delivery/dead", row=row, message=message).body
        assert "channel_not_found" in body
        assert "C0KOPI" in body
    to_a_person = Message(id="m", kind="card", key="k", medium="slack", place="U0ANA")
    assert "<@U0ANA>" in Voices().slack("delivery/dead", row=row, message=to_a_person).body
    assert "channel_not_found" in Voices().slack("delivery/dead", row=row, message=None).body
