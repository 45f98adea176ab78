"""What happens to tickets by itself, by the clock."""

from datetime import timedelta
from typing import Any

import pytest

from bot.accounts.rules import Who
from bot.delivery.outbox import ESCALATION, REVIEW
from bot.tickets import service, watch
from bot.tickets.rules import Status, Turn
from bot.tickets.steps import LATE, NEWS, STUCK
from bot.tickets.tables import Ticket


async def acts(office: Any) -> list[str]:
    """What was written down, by its last word."""
    return [row.act.rsplit(":", 1)[1] for row in await office.audit()]


@pytest.mark.parametrize("turn", [Turn.US, Turn.CUSTOMER, Turn.OPERATOR])
async def test_three_days_without_a_turn_are_told_once(office: Any, turn: Turn) -> None:
    """In the staff's thread, whoever's turn it is; not a second earlier; again when it moved and stuck anew."""
    ticket = await office.ask()
    await office.do(service.pass_on, office.rina, ticket.id, turn)
    office.clock.advance(days=3, seconds=-1)
    await office.do(watch.look)
    assert await office.told(STUCK) == []
    office.clock.advance(seconds=1)
    for _ in range(2):
        await office.do(watch.look)
    assert [place for _, place in await office.told(STUCK)] == [REVIEW]
    await office.do(service.pass_on, office.rina, ticket.id, Turn.CUSTOMER if turn is not Turn.CUSTOMER else Turn.US)
    office.clock.advance(days=3)
    await office.do(watch.look)
    assert len(await office.told(STUCK)) == 2
    assert (await acts(office)).count("stuck") == 2


async def test_a_late_answer_is_escalated_once(office: Any) -> None:
    """When the working time is over: opened on Monday morning, that is Wednesday evening."""
    ticket = await office.ask()
    office.clock.now = ticket.due_at
    assert await office.do(watch.look) == 0
    office.clock.advance(seconds=1)
    assert [await office.do(watch.look) for _ in range(2)] == [1, 0]
    assert [place for _, place in await office.told(LATE)] == [ESCALATION]
    late = next(row for row in await office.audit() if row.act.endswith("late"))
    assert (late.actor, late.facts) == (None, {"rule": "answer_due"})


async def test_no_answer_is_late_while_others_have_the_turn(office: Any) -> None:
    """The clock stands; and it is told anew when our next answer is late, too."""
    ticket = await office.ask(thread_ts="5.5")
    await office.do(service.reply, office.rina, ticket.id, "Which one?", "k1")
    office.clock.advance(days=30)
    await office.do(watch.look)
    assert await office.told(LATE) == []
    await office.do(service.came, office.ana, "C0KOPI", "5.5", "5.6", "The first")
    office.clock.advance(days=7)
    await office.do(watch.look)
    assert len(await office.told(LATE)) == 1


async def test_a_solved_ticket_is_closed_after_a_week(office: Any) -> None:
    """By itself, and both sides are told; one that was opened again is not."""
    first, second = await office.ask(), await office.ask()
    for ticket in (first, second):
        await office.do(service.settle, office.rina, ticket.id, 1, Status.SOLVED)
    await office.do(service.settle, office.ana, second.id, 2, Status.OPEN)
    told = len(await office.told(NEWS))
    office.clock.advance(days=7, seconds=-1)
    await office.do(watch.look)
    assert (await office.now(first)).status == Status.SOLVED
    office.clock.advance(seconds=1)
    await office.do(watch.look)
    assert [(await office.now(one)).status for one in (first, second)] == [Status.CLOSED, Status.OPEN]
    assert len(await office.told(NEWS)) == told + 2


async def test_many_are_looked_at_in_several_looks(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left comes with the next look."""
    monkeypatch.setattr(watch, "AT_ONCE", 2)
    for _ in range(3):
        await office.ask()
    office.clock.advance(days=4)
    assert [await office.do(watch.look) for _ in range(3)] == [4, 2, 0]


async def test_our_clock_pauses_with_the_turn(office: Any) -> None:
    """Two working days that we used are gone; a day is left for each new question, however long it took before."""
    ticket: Ticket = await office.ask(thread_ts="5.5")
    who: Who = office.rina

    async def ping(ts: str) -> timedelta:
        await office.do(service.pass_on, who, ticket.id, Turn.OPERATOR)
        office.clock.advance(days=7)
        await office.do(service.came, office.ana, "C0KOPI", "5.5", ts, "And now?")
        due_at = (await office.now(ticket)).due_at
        assert due_at is not None
        left: timedelta = due_at - office.clock()
        return left

    office.clock.advance(days=1)  # nine hours of Monday
    assert await ping("5.6") == timedelta(days=1, hours=9)
    office.clock.advance(days=1)
    assert await ping("5.7") == timedelta(hours=9)
    office.clock.advance(days=1)
    assert await ping("5.8") == timedelta(hours=9)
