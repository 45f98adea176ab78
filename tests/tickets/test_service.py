"""Tickets: numbers, whose turn it is, what follows from a person's words, and who may do what."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.accounts.rules import NotLinked, Role, Who
from bot.delivery.outbox import REVIEW, Telling, tell
from bot.delivery.transition import NotPossible
from bot.errors import NotAllowed, NotFound, OutOfDate
from bot.storage.audit import record
from bot.storage.database import Tx
from bot.tickets import service
from bot.tickets.features import Feature
from bot.tickets.lists import View
from bot.tickets.rules import Audience, NoSuchTicket, Status, TooManyWords, Turn, WordsMissing
from bot.tickets.steps import CARD, NEWS, OPENED_MAIL, REPLY, REPLY_MAIL, REVIEW_CARD, Opening
from bot.tickets.tables import Ticket, TicketEntry

DAY = timedelta(hours=9)


# Opening


async def test_a_question_becomes_a_ticket_with_a_number_and_two_cards(office: Any) -> None:
    """Numbers begin at 1001 and go up; customer and staff have a card each, the requester an e-mail."""
    first = await office.ask(email="ana@kopi.example")
    second = await office.ask(office.carla, "Another\nwith a second line")
    assert [(one.number, one.title, one.account_id) for one in (first, second)] == [
        (1001, "Why is my sender ID late?", "kopi"),
        (1002, "Another", "mart"),
    ]
    assert (first.status, first.turn, first.requester) == (Status.OPEN, Turn.US, "U0ANA")
    assert set(await office.told(CARD)) == {(first.id, "C0KOPI"), (second.id, "C0MART")}
    assert set(await office.told(REVIEW_CARD)) == {(first.id, REVIEW), (second.id, REVIEW)}
    assert await office.told(OPENED_MAIL) == [(first.id, "ana@kopi.example")]
    assert [row.act for row in await office.audit()] == ["tickets:ticket:opened"] * 2


async def test_an_answer_is_due_in_three_working_days(office: Any) -> None:
    """From Monday morning until Wednesday evening, by the clocks of the country."""
    ticket = await office.ask()
    assert ticket.due_at - ticket.created_at == timedelta(days=2) + DAY


async def test_the_same_delivery_opens_one_ticket(office: Any, at_once: Callable[..., Awaitable[list[Any]]]) -> None:
    """Also when both come at the same moment; the second gets the first one's ticket."""
    one, other = await at_once(service.ask, office.ana, "C0KOPI", "Hello?", "command:same")
    third = await office.do(service.ask, office.ana, "C0KOPI", "Hello?", "command:same")
    assert one.id == other.id == third.id
    assert len(await office.told(CARD)) == 1


async def test_two_tickets_at_once_get_two_numbers(office: Any, at_once: Callable[..., Awaitable[list[Any]]]) -> None:
    """Nobody waits for a number, and none is given twice."""

    def ask(tx: Tx) -> Ticket:
        return service.ask(tx, office.ana, "C0KOPI", "Hello?", tx.new_id())

    one, other = await at_once(ask)
    assert {one.number, other.number} == {1001, 1002}


async def test_a_message_with_a_ticket_gets_no_second_one(office: Any) -> None:
    """A ticket made of a message lives in its thread; whoever makes one of that thread again is led to it."""
    ticket = await office.ask(thread_ts="5.5", author="U0BEN")
    again = await office.ask(office.ben, thread_ts="5.5")
    assert (ticket.id, ticket.requester) == (again.id, "U0BEN")
    await office.shown(CARD, ticket.id, "C0KOPI", "6.6")
    assert (await office.ask(office.ben, "Another", thread_ts="6.6")).id == ticket.id


@pytest.mark.parametrize(("text", "error"), [("  \n", WordsMissing), ("x" * 3001, TooManyWords)])
async def test_words_are_needed_and_have_an_end(office: Any, text: str, error: type[Exception]) -> None:
    """Nothing is opened without words or with a novel."""
    with pytest.raises(error):
        await office.ask(text=text)
    assert await office.audit() == []


async def test_who_has_no_account_opens_nothing(office: Any) -> None:
    """Strangers neither, nor staff outside of a customer's channel."""
    for who in (office.stranger, office.rina):
        with pytest.raises(NotLinked):
            await office.ask(who)


# Words, and whose turn follows from them


async def test_a_note_stays_inside(office: Any) -> None:
    """What staff write in their own thread is kept, and told to nobody else."""
    ticket = await office.ask()
    await office.shown(REVIEW_CARD, ticket.id, "C0REVIEW", "1.1")
    entry = await office.do(service.came, office.rina, "C0REVIEW", "1.1", "1.2", "He is angry")
    assert (entry.audience, entry.from_staff) == (Audience.STAFF, True)
    assert await office.told(REPLY) == []
    assert (await office.now(ticket)).turn == Turn.US
    read = await office.do(service.entries, office.ana, ticket)
    assert [one.text for one in read] == ["Why is my sender ID late?"]
    assert len(await office.do(service.entries, office.rina, ticket)) == 2


async def test_a_reply_goes_to_the_customers_thread(office: Any) -> None:
    """To both threads and by mail; then it is the customer's turn and our clock stands."""
    ticket = await office.ask(email="ana@kopi.example")
    await office.shown(REVIEW_CARD, ticket.id, "C0REVIEW", "1.1")
    office.clock.advance(hours=9)
    entry = await office.do(service.reply, office.rina, ticket.id, "It is with Globe.", "view:1")
    assert sorted(await office.told(REPLY)) == sorted([(entry.id, "C0KOPI"), (entry.id, REVIEW)])
    assert await office.told(REPLY_MAIL) == [(entry.id, "ana@kopi.example")]
    ticket = await office.now(ticket)
    assert (ticket.turn, ticket.due_at, ticket.worked_seconds) == (Turn.CUSTOMER, None, 9 * 3600)
    assert await office.do(service.reply, office.rina, ticket.id, "It is with Globe.", "view:1") is None


async def test_staff_who_write_in_the_customers_thread_have_replied(office: Any) -> None:
    """The customer reads it there already: it is not posted again, but colleagues see it."""
    ticket = await office.ask()
    await office.shown(CARD, ticket.id, "C0KOPI", "2.1")
    await office.shown(REVIEW_CARD, ticket.id, "C0REVIEW", "1.1")
    entry = await office.do(service.came, office.budi, "C0KOPI", "2.1", "2.2", "Tomorrow.")
    assert await office.told(REPLY) == [(entry.id, REVIEW)]
    assert (await office.now(ticket)).turn == Turn.CUSTOMER


async def test_a_customers_words_reach_staff_once(office: Any) -> None:
    """The same message again changes nothing; the clock goes on where it stood."""
    ticket = await office.ask(thread_ts="5.5")
    office.clock.advance(hours=9)
    await office.do(service.reply, office.rina, ticket.id, "Which one?", "view:1")
    office.clock.advance(days=4, hours=15)  # Saturday
    for _ in range(2):
        await office.do(service.came, office.ben, "C0KOPI", "5.5", "5.7", "The first.")
    ticket = await office.now(ticket)
    assert ticket.turn == Turn.US
    assert ticket.due_at == office.clock() + timedelta(days=3, hours=9)  # two of three working days are left
    assert len(await office.told(REPLY)) == 3
    assert [row.act for row in await office.audit()].count("tickets:ticket:answered") == 1


@pytest.mark.parametrize("who", ["carla", "stranger"])
async def test_others_words_are_not_heard(office: Any, who: str) -> None:
    """Neither another customer's in a foreign thread, nor an outsider's; staff's thread hears staff only."""
    ticket = await office.ask(thread_ts="5.5")
    await office.shown(REVIEW_CARD, ticket.id, "C0REVIEW", "1.1")
    somebody = getattr(office, who)
    assert await office.do(service.came, somebody, "C0KOPI", "5.5", "5.7", "Hello") is None
    assert await office.do(service.came, somebody, "C0REVIEW", "1.1", "1.7", "Hello") is None
    assert await office.do(service.came, office.ana, "C0REVIEW", "1.1", "1.8", "Hello") is None


async def test_talk_elsewhere_is_no_tickets_business(office: Any) -> None:
    """A thread without a ticket, and a message without words."""
    await office.ask(thread_ts="5.5")
    assert await office.do(service.came, office.ana, "C0KOPI", "9.9", "9.10", "Lunch?") is None
    assert await office.do(service.came, office.ana, "C0KOPI", "5.5", "5.6", " ") is None


async def test_each_root_of_a_feature_leads_to_its_ticket(office: Any) -> None:
    """A feature may have several cards for one ticket: people write under each of them."""
    made: dict[str, str] = {}

    def submit(tx: Tx) -> Ticket:
        for key in ("r1", "r2"):
            tell(tx, Telling("parts.review", key, REVIEW))
        tell(tx, Telling("parts.card", "s1", "C0KOPI"))
        opening = Opening(
            "kopi", "parts", "ACME", "U0ANA", "C0KOPI", card=("parts.card", "s1"), review=("parts.review", "r1")
        )
        ticket = service.open_ticket(tx, opening, by="U0ANA")
        made["ticket"] = ticket.id
        return ticket

    ticket = await office.do(submit)
    assert await office.told(CARD) == await office.told(REVIEW_CARD) == []
    parts = Feature(ticket_of=lambda _tx, kind, _key: made["ticket"] if kind.startswith("parts.") else None)
    for kind, key, channel, ts in (
        ("parts.review", "r1", "C0REVIEW", "1.1"),
        ("parts.review", "r2", "C0REVIEW", "1.2"),
        ("parts.card", "s1", "C0KOPI", "2.1"),
    ):
        await office.shown(kind, key, channel, ts)
    for place, root, ts in (("C0REVIEW", "1.2", "1.3"), ("C0KOPI", "2.1", "2.2")):
        entry = await office.do(service.came, office.rina, place, root, ts, "Words", features=[parts])
        assert (entry.ticket_id, entry.audience == Audience.STAFF) == (ticket.id, place == "C0REVIEW")
    without = await office.do(service.came, office.rina, "C0REVIEW", "1.1", "1.4", "Words")
    assert without.ticket_id == ticket.id


# Solve, reopen, close


async def test_a_customers_word_opens_a_solved_ticket_again(office: Any) -> None:
    """It is our turn then, with a clock that starts anew; a mere thank you opens nothing."""
    ticket = await office.ask(thread_ts="5.5")
    office.clock.advance(days=1)
    await office.do(service.settle, office.rina, ticket.id, 1, Status.SOLVED)
    solved = await office.now(ticket)
    assert (solved.status, solved.turn, solved.due_at) == (Status.SOLVED, Turn.NOBODY, None)
    await office.do(service.came, office.ana, "C0KOPI", "5.5", "5.6", "Thank you so much! 🙏")
    assert (await office.now(ticket)).status == Status.SOLVED
    await office.do(service.came, office.ana, "C0KOPI", "5.5", "5.7", "Thanks, but it is still late")
    again = await office.now(ticket)
    assert (again.status, again.turn, again.solved_at, again.worked_seconds) == (Status.OPEN, Turn.US, None, 0)


@pytest.mark.parametrize("first", [Status.SOLVED, Status.CLOSED])
async def test_who_comes_second_is_told_who_was_first(office: Any, first: Status) -> None:
    """Two colleagues press at the same card."""
    ticket = await office.ask()
    await office.do(service.settle, office.rina, ticket.id, 1, first)
    with pytest.raises(OutOfDate, match=f"already {first} by <@U0RINA>"):
        await office.do(service.settle, office.budi, ticket.id, 1, Status.SOLVED)
    with pytest.raises(NotPossible):
        await office.do(service.settle, office.budi, ticket.id, 2, first)


async def test_two_colleagues_cannot_both_take_it(office: Any, at_once: Callable[..., Awaitable[list[Any]]]) -> None:
    """The second is told whose it is."""
    ticket = await office.ask()
    await office.do(service.assign, office.rina, ticket.id, 1, "U0RINA")
    with pytest.raises(OutOfDate, match="already assigned by <@U0RINA>"):
        await office.do(service.assign, office.budi, ticket.id, 1, "U0BUDI")
    assert (await office.now(ticket)).assignee == "U0RINA"


async def test_what_features_call_twice_happens_once(office: Any) -> None:
    """Solving what is solved, closing what is closed, and the turn that it is already, are nothing new."""
    ticket = await office.ask()

    def twice(tx: Tx) -> None:
        row = tx.session.get_one(Ticket, ticket.id)
        for _ in range(2):
            service.set_turn(tx, row, Turn.OPERATOR, by="U0RINA")
        for to in (Status.SOLVED, Status.SOLVED, Status.CLOSED, Status.SOLVED, Status.CLOSED):
            service.move(tx, row, to, by=None)
        service.set_turn(tx, row, Turn.NOBODY, by=None)

    await office.do(twice)
    acts = [row.act.rsplit(":", 1)[1] for row in await office.audit()]
    assert acts == ["opened", "passed_on", "solved", "closed"]
    assert len(await office.told(NEWS)) == 4


async def test_a_turn_opens_a_closed_ticket_again(office: Any) -> None:
    """What a feature does later, such as a resubmission, brings the ticket back."""
    ticket = await office.ask()

    def close_and_pass(tx: Tx) -> None:
        row = tx.session.get_one(Ticket, ticket.id)
        service.move(tx, row, Status.CLOSED, by=None)
        service.set_turn(tx, row, Turn.OPERATOR, by="U0RINA")

    await office.do(close_and_pass)
    now = await office.now(ticket)
    assert (now.status, now.turn) == (Status.OPEN, Turn.OPERATOR)


async def test_on_an_open_ticket_every_word_counts(office: Any) -> None:
    """Thanks may be the answer that we waited for: it is our turn then."""
    ticket = await office.ask(thread_ts="5.5")
    await office.do(service.reply, office.rina, ticket.id, "Shall we go on?", "k")
    await office.do(service.came, office.ana, "C0KOPI", "5.5", "5.6", "OK, thanks")
    assert (await office.now(ticket)).turn == Turn.US


async def test_a_direct_message_that_names_no_account_is_the_requesters(office: Any) -> None:
    """Who belongs to two accounts is heard in the thread of the own ticket, and in no other's."""
    ticket = await office.ask(channel="D0ANA", thread_ts="5.5")
    for user, heard in (("U0ANA", True), ("U0CARLA", False)):
        who = Who(user, "T0SENDER", Role.CUSTOMER, None, "D0ANA")
        entry = await office.do(service.came, who, "D0ANA", "5.5", f"5.{user}", "Hello")
        assert (entry is not None) == heard
    assert (await office.now(ticket)).turn == Turn.US


# Who may


@pytest.mark.parametrize(
    ("use_case", "args"),
    [
        (service.reply, ("Hi", "k")),
        (service.settle, (1, Status.CLOSED)),
        (service.of_account, ()),
    ],
)
async def test_another_accounts_ticket_is_not_found(office: Any, use_case: Callable[..., Any], args: Any) -> None:
    """Whatever is tried, it looks as if there were none."""
    ticket = await office.ask()
    for who in (office.carla, office.stranger):
        with pytest.raises(NotFound):
            await office.do(use_case, who, ticket.id, *args)


@pytest.mark.parametrize(
    ("use_case", "args"),
    [
        (service.note, ("Hi", "k")),
        (service.settle, (1, Status.SOLVED)),
        (service.assign, (1, "U0ANA")),
        (service.pass_on, (Turn.OPERATOR,)),
    ],
)
async def test_some_things_are_for_staff(office: Any, use_case: Callable[..., Any], args: Any) -> None:
    """A customer cannot note, solve, assign or pass on, also in an own ticket."""
    ticket = await office.ask()
    with pytest.raises(NotAllowed):
        await office.do(use_case, office.ana, ticket.id, *args)
    assert (await office.now(ticket)).version == 1


async def test_a_number_is_found_within_the_account(office: Any) -> None:
    """Staff find all; others theirs, and nothing tells a foreign number from none."""
    ticket = await office.ask()
    for who in (office.ana, office.ben, office.rina):
        assert (await office.do(service.by_number, who, 1001)).id == ticket.id
    for who, number in ((office.carla, 1001), (office.ana, 1002), (office.stranger, 1001)):
        with pytest.raises(NoSuchTicket, match=f"no ticket SD-{number} here"):
            await office.do(service.by_number, who, number)


# Lists


async def test_lists_show_what_was_asked_for(office: Any) -> None:
    """Mine, all, by whose turn, overdue, ended, by account; each person within what they may see."""
    first = await office.ask()
    second = await office.ask(office.ben, "Ben's")
    third = await office.ask(office.carla, "Carla's")
    await office.do(service.assign, office.rina, third.id, 1, "U0RINA")
    await office.do(service.reply, office.rina, second.id, "Which?", "view:1")
    await office.do(service.settle, office.rina, first.id, 1, Status.SOLVED)
    fourth = await office.ask()

    async def numbers(who: Any, view: View = View.MINE, account: str = "") -> list[int]:
        found = await office.do(service.lines, who, view, account=account)
        assert found.total == len(found.shown)
        return [line.ticket.number for line in found.shown]

    assert await numbers(office.ana) == [fourth.number]
    assert await numbers(office.ana, View.ALL) == [fourth.number, second.number]
    assert await numbers(office.ana, View.ENDED) == [first.number]
    assert await numbers(office.ana, View.ALL, "Manila") == [fourth.number, second.number]
    assert await numbers(office.rina) == [third.number]
    assert await numbers(office.rina, View.ALL) == [third.number, fourth.number, second.number]
    assert await numbers(office.rina, View.ALL, "manila") == [third.number]
    assert await numbers(office.rina, View.CUSTOMER) == [second.number]
    assert await numbers(office.rina, View.OVERDUE) == []
    office.clock.advance(days=5)
    assert await numbers(office.rina, View.OVERDUE) == [third.number, fourth.number]


# Why


async def test_why_is_whole_for_staff_and_filtered_for_the_customer(office: Any) -> None:
    """The customer reads no notes, no assignments and no names of ours, and of a feature what it tells."""
    ticket = await office.ask(thread_ts="5.5")
    await office.do(service.note, office.rina, ticket.id, "He is angry", "k1")
    await office.do(service.assign, office.rina, ticket.id, 1, "U0RINA")
    await office.do(service.reply, office.rina, ticket.id, "Which?", "k2")
    await office.do(service.came, office.ben, "C0KOPI", "5.5", "5.6", "The first")

    def decide(tx: Tx) -> None:
        by_staff = {"rule": "two_eyes", "inside": "U0BUDI"}
        record(tx, subject=("parts", "p1"), act="parts:part:approved", actor="U0BUDI", because="fits", facts=by_staff)
        record(tx, subject=("parts", "p1"), act="parts:part:looked", actor="U0BUDI")
        record(tx, subject=("parts", "p1"), act="parts:part:mended", actor="U0BEN", facts={"part": "lid"})

    await office.do(decide)
    parts = Feature(
        subjects=lambda _tx, _ticket: [("parts", "p1")],
        told=frozenset({"parts:part:approved", "parts:part:mended"}),
        facts=frozenset({"part"}),
    )
    staff = await office.do(service.why, office.rina, 1001, features=[parts])
    assert [(event.act.split(":", 1)[1], event.actor) for event in staff] == [
        ("ticket:opened", "U0ANA"),
        ("ticket:noted", "U0RINA"),
        ("ticket:assigned", "U0RINA"),
        ("ticket:replied", "U0RINA"),
        ("ticket:passed_on", "U0RINA"),
        ("ticket:answered", "U0BEN"),
        ("ticket:passed_on", "U0BEN"),
        ("part:approved", "U0BUDI"),
        ("part:looked", "U0BUDI"),
        ("part:mended", "U0BEN"),
    ]
    theirs = await office.do(service.why, office.ana, 1001, features=[parts])
    assert [(event.act.split(":", 1)[1], event.actor, event.by_support) for event in theirs] == [
        ("ticket:opened", "U0ANA", False),
        ("ticket:replied", None, True),
        ("ticket:passed_on", None, True),
        ("ticket:answered", "U0BEN", False),
        ("ticket:passed_on", "U0BEN", False),
        ("part:approved", None, True),
        ("part:mended", "U0BEN", False),
    ]
    assert (theirs[-2].rule, theirs[-1].facts) == ("two_eyes", {"part": "lid"})
    assert "U0RINA" not in str(theirs)
    assert "U0BUDI" not in str(theirs)
    with pytest.raises(NoSuchTicket):
        await office.do(service.why, office.carla, 1001)


async def test_words_are_kept_in_entries_and_never_in_the_audit(office: Any) -> None:
    """The audit names entries by id: what a person wrote can be erased."""
    ticket = await office.ask(text="secret words")
    await office.do(service.reply, office.rina, ticket.id, "secret answer", "k")
    kept = [(row.because, row.facts) for row in await office.audit()]
    assert "secret" not in str(kept)

    def texts(tx: Tx) -> list[str]:
        return [entry.text for entry in tx.session.query(TicketEntry)]

    assert sorted(await office.do(texts)) == ["secret answer", "secret words"]
