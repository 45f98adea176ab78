"""What the outbox does with Slack and the mail server, when all goes well and when it does not."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.delivery.claims import Claim
from bot.delivery.outbox import REVIEW
from bot.delivery.sender import Sight
from bot.delivery.tables import DueRow, Message
from bot.delivery.worker import MAX_ATTEMPTS, GiveUp, Hold
from bot.sandbox.faults import Fault
from bot.storage.database import Tx

POST = "slack:chat.postMessage"


def row(tx: Tx, message_id: str) -> Message:
    return tx.session.get_one(Message, message_id)


async def test_a_message_is_posted_and_then_updated_in_place(post) -> None:
    """The same message told again is one message in Slack, which shows the latest state."""
    await post.tell("one", "checking")
    assert await post.send_one() == "sent"
    await post.tell("one", "checked")
    assert await post.send_one() == "sent"
    assert post.shown() == ["checked"]


async def test_a_message_shows_the_state_of_the_moment_when_it_is_sent(post) -> None:
    """What changed between telling and sending is in it, and makes no second message."""
    await post.tell("one", "checking")
    await post.tell("one", "checked")
    assert await post.send_one() == "sent"
    assert post.shown() == ["checked"]


async def test_nothing_new_is_not_sent(post) -> None:
    """An update that would show the same calls nobody."""
    await post.tell("one", "checked")
    await post.send_one()
    await post.tell("one", "checked")
    await post.send_one()
    names = [name for name, _ in post.world.effects]
    assert names.count("slack:chat.postMessage") == 1
    assert "slack:chat.update" not in names


async def test_a_thread_waits_for_its_first_message(post) -> None:
    """A reply is not posted before the card that it belongs to, and stands in its thread."""
    root = await post.tell("one", "card")
    await post.tell("two", "reply", parent=("card", "one"))
    await post.send_one()
    await post.send_one()
    card = await post.database.read(row, root.id)
    assert [(one.text, one.thread_ts) for one in post.messages()] == [("card", ""), ("reply", card.ts)]


async def test_a_direct_message_finds_its_conversation(post) -> None:
    """A person is a place too; later updates go to the conversation that Slack opened."""
    message = await post.tell("one", "hello", place="U0ANA")
    await post.send_one()
    await post.tell("one", "hello again", place="U0ANA")
    await post.send_one()
    stored = await post.database.read(row, message.id)
    assert stored.channel.startswith("D")
    assert post.shown(stored.channel) == ["hello again"]


async def test_retry_after_is_obeyed(post, clock) -> None:
    """Slack says to wait seven seconds: nothing is called for seven seconds, and the attempt does not count."""
    post.world.faults.add(Fault(POST, "status", status=429, headers={"Retry-After": "7"}))
    await post.tell("one", "hello")
    assert await post.send_one() == "ratelimited"
    clock.advance(seconds=6)
    await post.tell("two", "another")
    assert await post.send_one() == "rate"
    clock.advance(seconds=2)
    assert await post.send_one() == "sent"
    assert await post.send_one() == "sent"
    assert sorted(post.shown()) == ["another", "hello"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", [{"what": "drop"}, {"what": "status", "status": 500}, {"what": "bad_body"}])
async def test_after_an_unclear_answer_it_looks_before_it_posts_again(post, clock, when, fault) -> None:
    """Whether or not the first call had its effect, the message is there exactly once."""
    post.world.faults.add(Fault(POST, when=when, **fault))
    await post.tell("one", "hello")
    assert (await post.send_one()).startswith("unclear")
    clock.advance(seconds=5)
    assert await post.send_one() == "sent"
    assert post.shown() == ["hello"]


async def test_an_answer_that_never_comes_is_unclear(post, clock) -> None:
    """A call that hangs is cut off, and looked for."""
    post.world.faults.add(Fault(POST, "delay", seconds=60, when="after"))
    await post.tell("one", "hello")
    post.slack._timeout = 0.3
    async with asyncio.timeout(40):
        assert (await post.send_one()).startswith("unclear")
    post.slack._timeout = 60
    clock.advance(seconds=5)
    assert await post.send_one() == "sent"
    assert post.shown() == ["hello"]


async def test_a_process_that_died_after_posting_posts_nothing_twice(post, clock) -> None:
    """The next owner of the row finds the message by the key in its metadata; also in a thread."""
    await post.tell("root", "card")
    await post.send_one()
    message = await post.tell("one", "reply", parent=("card", "root"))
    await post.send_one(finish=False)

    def as_if_never_recorded(tx: Tx) -> None:
        stored = tx.session.get_one(Message, message.id)
        stored.ts = stored.fingerprint = stored.channel = None

    await post.database.write(as_if_never_recorded)
    clock.advance(seconds=61)
    assert await post.send_one() == "sent"
    assert post.shown() == ["card", "reply"]


async def test_news_during_an_unclear_post_are_shown_in_the_same_message(post, clock) -> None:
    """While nobody knew whether the post came through, the state changed: still one message, with the new state."""
    post.world.faults.add(Fault(POST, "drop", when="after"))
    await post.tell("one", "checking")
    assert (await post.send_one()).startswith("unclear")
    await post.tell("one", "checked")
    clock.advance(seconds=5)
    assert await post.send_one() == "sent"
    assert post.shown() == ["checked"]


async def test_slack_away_costs_time_only(post, clock) -> None:
    """While Slack refuses connections the row waits, without using up its attempts."""
    post.world.faults.add(Fault("slack:*", "status", status=503, times=1))
    await post.tell("one", "hello")
    await post.send_one()
    for _ in range(20):
        post.world.faults.add(Fault("slack:conversations.history", "status", status=503, times=1))
        clock.advance(seconds=10)
        await post.send_one()
    clock.advance(seconds=10)
    assert await post.send_one() == "sent"
    assert post.shown() == ["hello"]


@pytest.mark.parametrize("where", [POST, "slack:chat.update", "slack:files.completeUploadExternal"])
@pytest.mark.parametrize("fault", [{"what": "status", "status": 503}, {"what": "drop"}])
async def test_slack_may_be_away_for_longer_than_there_are_attempts(post, clock, where, fault) -> None:
    """What is posted, updated or shared waits until Slack is back, and is then there once."""
    key = (await post.files.put("contacts/one/rejected", b"row,reason\n5,short\n", most_bytes=100)).key
    await post.tell("one", "checking")
    if where != POST:
        await post.send_one()
    await (post.tell(key, "a file", kind="file", medium="file") if "files" in where else post.tell("one", "checked"))
    away = post.world.faults.add(Fault(where, times=None, **fault))
    for _ in range(3 * MAX_ATTEMPTS):
        assert (await post.send_one()).startswith("unclear")
        clock.advance(seconds=5)
    post.world.faults.pending.remove(away)
    assert await post.send_one() == "sent"
    await post.world.slack.until(lambda: len(post.messages()) == (2 if "files" in where else 1))
    assert sorted(post.shown()) == (["a file", "checking"] if "files" in where else ["checked"])


async def test_slacks_own_errors_are_not_tried_for_ever(post, clock) -> None:
    """An error that Slack finds with this very message again and again is told in the end."""
    body = '{"ok": false, "error": "fatal_error"}'
    post.world.faults.add(Fault(POST, "bad_body", body=body, content_type="application/json", times=None))
    await post.tell("one", "hello")
    attempts = []
    for _ in range(3):
        assert await post.send_one() == "unclear: fatal_error"
        (attempt,) = await post.database.read(lambda tx: [row.attempts for row in tx.session.scalars(select(DueRow))])
        attempts.append(attempt)
        clock.advance(seconds=60)
    assert attempts == [1, 2, 3]


async def shown_long_ago(post, clock) -> tuple[Sight, Claim]:
    """A message that another process showed, and compared; and what a paused process saw of it before that."""
    message = await post.tell("one", "hello")
    paused = await post.database.read(post.sender.look, message.id)
    assert paused.message.ts is None
    await post.send_one()
    clock.advance(seconds=6)
    await post.reconcile()
    return paused, Claim(0, "send", message.id, 1, "paused")


async def test_an_extra_message_that_cannot_be_removed_at_once_is_removed_later(post, clock) -> None:
    """A process that was paused posts after somebody else had, and Slack does not let it delete its own."""
    paused, claim = await shown_long_ago(post, clock)
    post.world.faults.add(Fault("slack:chat.delete", "status", status=503))
    await post.sender._show(Hold(claim, timedelta(seconds=60)), paused, paused.drawn)
    assert post.shown() == ["hello", "hello"]
    clock.advance(seconds=6)
    await post.reconcile()
    assert post.shown() == ["hello"]


async def test_an_extra_message_of_somebody_who_was_interrupted_is_removed_later(post, clock) -> None:
    """A process that was paused notices in the middle of its call that the work is no longer its own."""
    paused, claim = await shown_long_ago(post, clock)
    post.world.faults.add(Fault("slack:chat.postMessage", "delay", seconds=60, when="after"))
    late = asyncio.create_task(post.sender._show(Hold(claim, timedelta(seconds=60)), paused, paused.drawn))
    await post.world.slack.until(lambda: len(post.shown()) == 2)
    late.cancel()
    with pytest.raises(asyncio.CancelledError):
        await late
    clock.advance(seconds=6)
    await post.reconcile()
    assert post.shown() == ["hello"]


async def test_a_reply_to_what_could_not_be_shown_is_given_up(post) -> None:
    """Nothing waits for ever for a thread that will never be there."""
    await post.tell("one", "card", place="C0NOWHERE")
    await post.tell("two", "reply", place="C0NOWHERE", parent=("card", "one"))
    with pytest.raises(GiveUp, match="channel_not_found"):
        await post.send_one()
    await post.database.write(lambda tx: tx.session.execute(update(DueRow).where(DueRow.id == 1).values(state="dead")))
    with pytest.raises(GiveUp, match="first message could not be shown"):
        await post.send_one()


async def test_a_channel_that_is_gone_is_given_up(post) -> None:
    """What Slack will refuse for ever is not tried for ever."""
    await post.tell("one", "hello", place="C0NOWHERE")
    with pytest.raises(GiveUp, match="channel_not_found"):
        await post.send_one()


async def test_a_place_may_be_named_by_what_it_is_for(post) -> None:
    """The staff's channel is looked up when a message is sent; one that no setting names is given up with a word."""
    await post.tell("one", "for staff", REVIEW)
    assert await post.send_one() == "sent"
    assert post.shown("C0REVIEW") == ["for staff"]
    await post.tell("two", "for nobody", "nowhere")
    with pytest.raises(GiveUp, match="no channel is set for: nowhere"):
        await post.send_one()


async def test_a_deleted_message_is_shown_anew(post, clock) -> None:
    """When somebody deleted the card, the next change posts a new one."""
    message = await post.tell("one", "checking")
    await post.send_one()
    stored = await post.database.read(row, message.id)
    (there,) = post.messages()
    assert there.ts == stored.ts
    post.world.slack.remove(there)
    await post.tell("one", "checked")
    await post.send_one()
    clock.advance(seconds=1)
    assert await post.send_one() == "sent"
    assert post.shown() == ["checked"]


async def test_a_burst_is_paced(post, clock) -> None:
    """Four messages to a channel go out at once, the others one a second."""
    for number in range(6):
        await post.tell(f"m{number}", f"message {number}")
    answers = [await post.send_one() for _ in range(6)]
    assert answers == ["sent"] * 4 + ["rate"] * 2
    clock.advance(seconds=2)
    assert [await post.send_one() for _ in range(2)] == ["sent", "sent"]


async def test_a_file_is_shared_once(post, clock) -> None:
    """Stored bytes appear as a file in the thread; after an unclear answer Slack is asked before it is shared again."""
    key = (await post.files.put("contacts/one/rejected", b"row,reason\n5,short\n", most_bytes=100)).key
    post.world.faults.add(Fault("slack:files.completeUploadExternal", "drop", when="after"))
    await post.tell(key, "Rejected rows", kind="file", medium="file")
    assert (await post.send_one()).startswith("unclear")
    await post.world.slack.until(post.shown)
    clock.advance(seconds=5)
    assert await post.send_one() == "sent"
    assert len([one for one in post.messages() if one.files]) == 1


async def test_a_file_store_away_costs_time_only(post, clock, tmp_path) -> None:
    """The file is shared when the store is back; the attempts do not run out meanwhile."""
    key = (await post.files.put("contacts/one/rejected", b"row,reason\n5,short\n", most_bytes=100)).key
    await post.tell(key, "Rejected rows", kind="file", medium="file")
    (tmp_path / "files").rename(tmp_path / "aside")
    (tmp_path / "files").touch()
    for _ in range(2 * MAX_ATTEMPTS):
        assert await post.send_one() == "file store"
        clock.advance(seconds=15)
    (tmp_path / "files").unlink()
    (tmp_path / "aside").rename(tmp_path / "files")
    assert await post.send_one() == "sent"


async def test_an_upload_that_slack_dropped_is_made_anew(post, clock) -> None:
    """Bytes that nobody saw for a long time are gone at Slack: they are uploaded again, and seen once."""
    key = (await post.files.put("contacts/one/rejected", b"row,reason\n5,short\n", most_bytes=100)).key
    await post.tell(key, "Rejected rows", kind="file", medium="file")
    post.world.faults.add(Fault("slack:files.completeUploadExternal", "status", status=503))
    assert (await post.send_one()).startswith("unclear")
    post.world.slack.files.clear()
    clock.advance(seconds=5)
    assert "upload it anew" in await post.send_one()
    assert await post.send_one() == "sent"
    await post.world.slack.until(post.shown)
    assert len([one for one in post.messages() if one.files]) == 1


async def test_a_file_that_was_deleted_here_is_given_up(post) -> None:
    """What is not kept any more cannot be shared, however often it is tried."""
    await post.tell("contacts/one/gone", "Rejected rows", kind="file", medium="file")
    with pytest.raises(GiveUp, match="not kept any more"):
        await post.send_one()


async def test_a_mail_goes_out_with_its_own_id(post) -> None:
    """The message's id is the mail's Message-ID, so that a second delivery can be recognised."""
    message = await post.tell("one", "Completed", place="ana@kopi.example", kind="mail", medium="email")
    assert await post.send_one() == "sent"
    (mail,) = post.world.mailbox.mails
    assert dict(mail.headers)["Message-ID"].startswith(f"<{message.id}@")
    assert mail.subject == "Completed"


async def test_an_unclear_mail_is_sent_twice_at_most(post, clock) -> None:
    """After two unclear answers a person is told, instead of a third mail."""
    post.world.faults.add(Fault("smtp:data", "drop", when="after", times=None))
    await post.tell("one", "Completed", place="ana@kopi.example", kind="mail", medium="email")
    await post.send_one()
    clock.advance(seconds=31)
    with pytest.raises(GiveUp, match="unclear 2 times"):
        await post.send_one()
    ids = {dict(mail.headers)["Message-ID"] for mail in post.world.mailbox.mails}
    assert len(ids) == 1


async def test_a_mail_server_away_costs_time_only(post, clock) -> None:
    """A refusal for now is tried again without end."""
    for _ in range(15):
        post.world.faults.add(Fault("smtp:data", "status", status=451))
    await post.tell("one", "Completed", place="ana@kopi.example", kind="mail", medium="email")
    for _ in range(15):
        assert await post.send_one() != "sent"
        clock.advance(seconds=31)
    assert await post.send_one() == "sent"
    assert len(post.world.mailbox.mails) == 1
