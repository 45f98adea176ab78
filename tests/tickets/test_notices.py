"""Who is told of what happens to a ticket beside its thread: from a use case to the outbox, and what is read there."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery.claims import OUTBOX
from bot.delivery.links import Links
from bot.delivery.outbox import Mail, SlackCard
from bot.delivery.tables import DueRow, Message
from bot.delivery.voices import Voices
from bot.storage.database import Tx
from bot.tickets import digest, messages, notices, service, watch
from bot.tickets.notices import DIGEST, DIGEST_MAIL, DIRECT, News
from bot.tickets.quiet import Wish
from bot.tickets.rules import Status, Turn
from bot.tickets.steps import NEWS_MAIL, OPENED_MAIL, REPLY, REPLY_MAIL
from bot.tickets.tables import Notice, Ticket

EMAIL = "ana@kopi.example"
BESIDES = (DIRECT, DIGEST, DIGEST_MAIL, REPLY_MAIL, NEWS_MAIL, OPENED_MAIL)
IN_QUIET = Wish(quiet_from=8 * 60, quiet_to=18 * 60, zone="Asia/Singapore")
"""It is nine there."""
EVENING, NEXT_DAY = timedelta(hours=9), timedelta(hours=24)


async def besides(office: Any) -> list[tuple[str, str, timedelta]]:
    """Kind, place, and how long it waits, of all that is told beside threads."""

    def read(tx: Tx) -> list[tuple[str, str, datetime]]:
        due = select(Message.kind, Message.place, DueRow.due_at).join(DueRow, DueRow.key == Message.id)
        wanted = due.where(DueRow.queue == OUTBOX, Message.kind.in_(BESIDES)).order_by(Message.kind, Message.place)
        return [(row.kind, row.place, row.due_at) for row in tx.session.execute(wanted)]

    return [(kind, place, due_at - office.clock()) for kind, place, due_at in await office.database.read(read)]


async def drawn(office: Any, voices: Voices, kind: str) -> list[Any]:
    """The messages of this kind as people read them."""
    links = Links("https://demo.slack.test/")
    all_of_them = [*messages.kinds(voices, links), *digest.kinds(voices, links, messages.readings(voices, links))]
    (draw,) = [one.draw for one in all_of_them if one.name == kind]

    def read(tx: Tx) -> list[Any]:
        there = select(Message).where(Message.kind == kind).order_by(Message.created_at, Message.id)
        return [draw(tx, message) for message in tx.session.scalars(there)]

    found: list[Any] = await office.database.read(read)
    return found


async def asked(office: Any, wish: Wish | None, who: Who | None = None) -> Ticket:
    """Somebody (Ana) who wishes to be told so has asked something, and has read that it came."""
    who = who or office.ana
    ticket: Ticket = await office.ask(who, email=EMAIL)
    if wish:
        await office.do(notices.prefer, who, wish, address="")

    def read_it(tx: Tx) -> None:
        for message in tx.session.scalars(select(Message).where(Message.kind == OPENED_MAIL)):
            tx.session.delete(message)

    await office.do(read_it)
    return ticket


ALL = Wish(direct=True)
NOTHING = Wish(by_name=False, email=False)
NOW = timedelta(0)
MAILED = (REPLY_MAIL, EMAIL, NOW)


@pytest.mark.parametrize(
    ("wish", "turn", "told", "by_name"),
    [
        (None, Turn.US, [MAILED], True),
        (ALL, Turn.US, [(DIRECT, "U0ANA", NOW), MAILED], True),
        (NOTHING, Turn.US, [], False),
        (replace(NOTHING, direct=True), Turn.US, [(DIRECT, "U0ANA", NOW)], False),
        (replace(ALL, digest=True), Turn.US, [(DIGEST, "U0ANA", NEXT_DAY), (DIGEST_MAIL, EMAIL, NEXT_DAY)], False),
        (IN_QUIET, Turn.US, [(DIGEST, "U0ANA", EVENING), (REPLY_MAIL, EMAIL, EVENING)], False),
        (NOTHING, Turn.CUSTOMER, [], True),
        (IN_QUIET, Turn.CUSTOMER, [MAILED], True),
        (replace(ALL, digest=True), Turn.CUSTOMER, [(DIRECT, "U0ANA", NOW), MAILED], True),
    ],
)
async def test_a_reply_is_told_as_the_person_chose(
    office: Any, voices: Voices, wish: Wish | None, turn: Turn, told: list[Any], by_name: bool
) -> None:
    """In the thread always; what is news only waits, what needs an answer does not."""
    zoned = replace(wish, zone="Asia/Singapore") if wish else None
    ticket = await asked(office, zoned)
    await office.do(service.reply, office.rina, ticket.id, "It is on its way.", "k1", turn=turn)
    assert await besides(office) == told
    assert len(await office.told(REPLY)) == 2
    threads = [card for card in await drawn(office, voices, REPLY) if "Support" in card.text or "support" in card.text]
    assert [("<@U0ANA>" in card.text) for card in threads] == [by_name]


async def test_the_same_news_are_told_once(office: Any) -> None:
    """However often, and by how many at once."""
    ticket = await asked(office, ALL)

    def twice(tx: Tx) -> None:
        for _ in range(2):
            notices.notify(tx, ticket, News("x", "1", REPLY_MAIL), to="U0ANA", email=EMAIL, by=None)

    await office.do(twice)
    await office.do(twice)
    assert await besides(office) == [(DIRECT, "U0ANA", NOW), MAILED]


async def test_two_processes_gather_into_one_message(office: Any, at_once: Callable[..., Awaitable[list[Any]]]) -> None:
    """Whoever comes first has it sent; all of it is in there."""
    ticket = await asked(office, replace(ALL, digest=True, zone="Asia/Singapore"))

    def happen(tx: Tx) -> None:
        notices.notify(tx, ticket, News("x", tx.new_id(), REPLY_MAIL), to="U0ANA", email=EMAIL, by=None)

    await at_once(happen)
    assert await besides(office) == [(DIGEST, "U0ANA", NEXT_DAY), (DIGEST_MAIL, EMAIL, NEXT_DAY)]
    ((key, _),) = await office.told(DIGEST)
    assert len(await office.database.read(digest.gathered, key)) == 2


async def test_a_digest_tells_all_of_a_day_by_ticket(office: Any, voices: Voices) -> None:
    """As one direct message and one e-mail; what comes after it is in the next."""
    wish = replace(ALL, digest=True, zone="Asia/Singapore")
    first, second = await asked(office, wish), await asked(office, wish)
    for ticket, text in ((first, "We <b>look</b>."), (second, "Done."), (first, "Soon.")):
        office.clock.advance(minutes=1)
        await office.do(service.reply, office.rina, ticket.id, text, office.key(), turn=Turn.US)
    await office.do(service.settle, office.rina, second.id, (await office.now(second)).version, Status.SOLVED)
    (card,), (mail,) = await drawn(office, voices, DIGEST), await drawn(office, voices, DIGEST_MAIL)
    assert isinstance(card, SlackCard)
    assert isinstance(mail, Mail)
    shown = [block["text"]["text"] for block in card.blocks if block["type"] == "section"]
    assert shown[0] == "📬 *4 updates* on 2 tickets"
    assert shown[1].startswith("*SD-1001* · Why is my sender ID late?")
    assert "• 💬 Support answers you: “We &lt;b&gt;look&lt;/b&gt;.”\n• 💬 Support answers you: “Soon.”" in shown[1]
    assert "• ✅ Solved" in shown[2]
    assert "/desk notices" in str(card.blocks[-1])
    assert mail.subject == "4 updates on 2 tickets"
    assert mail.text.index("We <b>look</b>.") < mail.text.index("Soon.") < mail.text.index("SD-1002")
    assert "/desk notices" in mail.text
    office.clock.advance(days=1)
    await office.do(service.reply, office.rina, first.id, "Still.", office.key(), turn=Turn.US)
    assert len(await office.told(DIGEST)) == 2


async def test_a_direct_message_says_all_and_leads_on(office: Any, voices: Voices) -> None:
    """The words, the way to the thread, and how to change what comes."""
    ticket = await asked(office, ALL)
    await office.shown("tickets.card", ticket.id, "C0KOPI", "5.5")
    await office.do(service.reply, office.rina, ticket.id, "Which *one*?", "k1")
    (card,) = await drawn(office, voices, DIRECT)
    assert card.text == "Support answers you about *SD-1001*. Which *one*?"
    assert "<https://demo.slack.test/archives/C0KOPI/p55|Open SD-1001>" in str(card.blocks[-1])
    assert "/desk notices" in str(card.blocks[-1])


async def test_in_a_direct_conversation_nothing_is_told_twice(office: Any) -> None:
    """Where the thread itself stands in the person's direct messages."""
    office.ana = replace(office.ana, channel_id="U0ANA")
    ticket = await asked(office, ALL)
    await office.do(service.reply, office.rina, ticket.id, "Here.", "k1", turn=Turn.US)
    assert await besides(office) == [MAILED]


async def test_words_typed_into_the_thread_call_nobody_and_are_told_elsewhere(office: Any) -> None:
    """They are a colleague's own; whoever gets no e-mail hears of them directly when an answer is wanted."""
    ticket = await asked(office, NOTHING)
    await office.shown("tickets.card", ticket.id, "C0KOPI", "5.5")
    await office.do(service.came, office.rina, "C0KOPI", "5.5", "5.6", "Which one?")
    assert await besides(office) == [(DIRECT, "U0ANA", NOW)]


async def test_an_end_is_told_to_the_other_side(office: Any, voices: Voices) -> None:
    """A solved ticket to its requester, by e-mail in its conversation; one that closes by itself to nobody."""
    ticket = await asked(office, None)
    await office.do(service.settle, office.rina, ticket.id, 1, Status.SOLVED)
    assert await besides(office) == [(NEWS_MAIL, EMAIL, NOW)]
    (mail,) = await drawn(office, voices, NEWS_MAIL)
    assert mail.about == ticket.id
    assert "✅ SD-1001 is solved" in mail.text
    office.clock.advance(days=7)
    await office.do(watch.look)
    assert (await office.now(ticket)).status == Status.CLOSED
    assert len(await besides(office)) == 1


async def test_a_colleague_is_told_of_the_tickets_that_they_look_after(office: Any, voices: Voices) -> None:
    """By name in the staff's thread, and as they chose; nobody of what they did, or of what nobody looks after."""
    ticket = await asked(office, None)
    await office.do(service.reply, office.ana, ticket.id, "Hello?", "k1")
    assert await besides(office) == []
    await office.do(notices.prefer, office.rina, Wish(direct=True), address="rina@desk.example")
    await office.do(service.assign, office.rina, ticket.id, 1, "U0RINA")
    await office.do(service.reply, office.ana, ticket.id, "Anybody?", "k2")
    assert await besides(office) == [(DIRECT, "U0RINA", NOW), (REPLY_MAIL, "rina@desk.example", NOW)]
    (direct,), (mail,) = await drawn(office, voices, DIRECT), await drawn(office, voices, REPLY_MAIL)
    assert "<@U0ANA> wrote about *SD-1001*" in direct.text
    assert "Kopi Nusantara wrote about SD-1001." in mail.text
    named = [card for card in await drawn(office, voices, REPLY) if card.text.startswith("<@U0RINA>: <@U0ANA> wrote")]
    assert len(named) == 1


async def test_what_was_chosen_last_counts(office: Any) -> None:
    """For what happens from then on; what was put off stays put off."""
    ticket = await asked(office, IN_QUIET)
    await office.do(service.reply, office.rina, ticket.id, "One.", "k1", turn=Turn.US)
    await office.do(notices.prefer, office.ana, replace(NOTHING, direct=True), address="")
    await office.do(service.reply, office.rina, ticket.id, "Two.", "k2", turn=Turn.US)
    told = [(DIGEST, "U0ANA", EVENING), (DIRECT, "U0ANA", NOW), (REPLY_MAIL, EMAIL, EVENING)]
    assert sorted(await besides(office)) == sorted(told)
    rows = await office.database.read(lambda tx: list(tx.session.scalars(select(Notice.by_name))))
    assert len(rows) == 3
