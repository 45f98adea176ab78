"""The reconciler: what Slack shows and what the database says become the same again."""

import pytest

from bot.delivery.reconcile import changed_lately
from bot.delivery.tables import Message
from bot.delivery.worker import PutBack
from bot.sandbox.faults import Fault
from bot.storage.database import Tx


def forget_the_post(tx: Tx, message_id: str) -> None:
    """As if the process had died between posting and writing it down, with a dead letter for a row."""
    message = tx.session.get_one(Message, message_id)
    message.ts = message.fingerprint = None


async def twice(post) -> Message:
    """One message that Slack shows two times."""
    message = await post.tell("one", "hello")
    await post.send_one()
    await post.database.write(forget_the_post, message.id)
    await post.tell("one", "hello")
    await post.send_one()
    assert post.shown() == ["hello", "hello"]
    return message


async def test_a_message_that_is_there_twice_is_there_once_afterwards(post, clock) -> None:
    """The extra one goes; the one that the database knows stays, and is the one that is updated."""
    message = await twice(post)
    clock.advance(seconds=6)
    await post.reconcile()
    assert post.shown() == ["hello"]
    await post.tell("one", "hello again")
    await post.send_one()
    assert post.shown() == ["hello again"]
    (there,) = post.messages()
    assert there.ts == (await post.database.read(lambda tx: tx.session.get_one(Message, message.id))).ts


async def test_a_duplicate_in_a_thread_is_removed_too(post, clock) -> None:
    """Replies are compared thread by thread."""
    await post.tell("root", "card")
    await post.send_one()
    reply = await post.tell("one", "reply", parent=("card", "root"))
    await post.send_one()
    await post.database.write(forget_the_post, reply.id)
    await post.tell("one", "reply", parent=("card", "root"))
    await post.send_one()
    assert post.shown() == ["card", "reply", "reply"]
    clock.advance(seconds=6)
    await post.reconcile()
    assert post.shown() == ["card", "reply"]


async def test_a_message_that_somebody_deleted_comes_back(post, clock) -> None:
    """What people were told stays told."""
    await post.tell("one", "hello")
    await post.send_one()
    post.world.slack.remove(post.messages()[0])
    clock.advance(seconds=6)
    await post.reconcile()
    assert await post.send_one() == "sent"
    assert post.shown() == ["hello"]


async def test_a_message_that_shows_the_past_is_updated(post, clock) -> None:
    """The state changed, and the row that should have shown it is gone."""
    await post.tell("one", "checking")
    await post.send_one()
    post.words["one"] = "checked"
    clock.advance(seconds=6)
    await post.reconcile()
    assert await post.send_one() == "sent"
    assert post.shown() == ["checked"]


async def test_what_was_written_down_late_is_written_anew(post, clock) -> None:
    """Two processes showed a message; the first one writes down last. What Slack shows counts at the next change."""
    message = await post.tell("one", "checking")
    await post.send_one()
    first = await post.database.read(lambda tx: tx.session.get_one(Message, message.id).fingerprint)
    await post.tell("one", "checked")
    await post.send_one()

    def late(tx: Tx) -> None:
        row = tx.session.get_one(Message, message.id)
        row.fingerprint, row.shown_at = first, tx.now

    await post.database.write(late)
    clock.advance(seconds=6)
    await post.reconcile()
    assert post.shown() == ["checked"]
    await post.tell("one", "checking")
    await post.send_one()
    assert post.shown() == ["checking"]


async def test_what_is_right_is_left_alone_and_asked_for_once(post, clock) -> None:
    """Nothing to mend: nothing is sent, and Slack is not asked again before something changes."""
    await post.tell("one", "hello")
    await post.send_one()
    clock.advance(seconds=6)
    await post.reconcile()
    assert await post.database.read(changed_lately) == []
    assert post.shown() == ["hello"]


async def test_what_was_just_shown_is_compared_later(post) -> None:
    """Slack's history may lag behind for a moment."""
    await post.tell("one", "hello")
    await post.send_one()
    assert await post.database.read(changed_lately) == []


async def test_a_channel_that_cannot_be_read_is_not_asked_again_and_again(post, clock) -> None:
    """Slack refuses to show a channel's history: that is no reason to post anew."""
    await post.tell("one", "hello")
    await post.send_one()
    clock.advance(seconds=6)
    post.world.slack.app.scopes.discard("channels:history")
    await post.reconcile()
    assert await post.database.read(changed_lately) == []
    assert post.shown() == ["hello"]


async def test_slack_away_is_asked_later(post, clock) -> None:
    """An error in between costs time only."""
    await post.tell("one", "hello")
    await post.send_one()
    clock.advance(seconds=6)
    post.world.faults.add(Fault("slack:conversations.history", "status", status=503))
    with pytest.raises(PutBack):
        await post.reconcile()
    await post.reconcile()
    assert post.shown() == ["hello"]


@pytest.mark.parametrize("fault", [{"what": "status", "status": 503}, {"what": "drop", "when": "after"}])
async def test_an_extra_message_that_could_not_be_removed_is_removed_later(post, clock, fault) -> None:
    """A comparison counts only when it was brought to its end."""
    await twice(post)
    clock.advance(seconds=6)
    post.world.faults.add(Fault("slack:chat.delete", **fault))
    with pytest.raises(PutBack):
        await post.reconcile()
    await post.reconcile()
    assert post.shown() == ["hello"]
    assert await post.database.read(changed_lately) == []


async def test_every_message_is_compared_however_many_there_are(post, clock, monkeypatch) -> None:
    """What is more than can be read at once is read in the same run."""
    monkeypatch.setattr("bot.delivery.reconcile._MESSAGES_AT_ONCE", 1)
    for number in range(2):
        await post.tell(f"m{number}", f"message {number}")
        await post.send_one()
    message = await post.tell("one", "hello")
    await post.send_one()
    await post.database.write(forget_the_post, message.id)
    await post.tell("one", "hello")
    await post.send_one()
    assert post.shown() == ["message 0", "message 1", "hello", "hello"]
    clock.advance(seconds=6)
    await post.reconcile()
    assert post.shown() == ["message 0", "message 1", "hello"]
    assert await post.database.read(changed_lately) == []
