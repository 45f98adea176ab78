"""Validities end: three reminders before, expiry after, and a draft that renews."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.delivery.tables import Message
from bot.errors import NotFound
from bot.registrations import drafts, renewal, service, steps
from bot.registrations.rules import Act
from bot.registrations.tables import Submission


async def look(bureau) -> int:
    """The daily look, and once more: nothing is done twice."""
    done = await bureau.do(renewal.look)
    assert await bureau.do(renewal.look) == 0
    return done


async def approved(bureau) -> Submission:
    """A registration that all operators approved today, valid until 2027-11-22."""
    done = await bureau.submitted()
    await bureau.decide(Act.APPROVE, *await bureau.rows(done))
    return done


async def test_reminders_come_60_30_and_7_days_before_the_end(bureau, clock) -> None:
    """Each once for the registration with its three operators; the last day is still valid, the next is not."""
    done = await approved(bureau)
    start, told = clock.now, len(await bureau.told(steps.NEWS))
    ends = 364
    for day in (0, ends - 61, ends - 60, ends - 59, ends - 30, ends - 8, ends - 7, ends):
        clock.now = start + timedelta(days=day)
        news = await look(bureau)
        told += news
        assert news == (day in {ends - 60, ends - 30, ends - 7}), day
        assert len(await bureau.told(steps.NEWS)) == told
    assert set((await bureau.statuses(done)).values()) == {"approved"}
    clock.advance(days=1)
    assert await look(bureau) == 1
    assert set((await bureau.statuses(done)).values()) == {"expired"}
    assert (await bureau.acts((await bureau.rows(done))[0].id))[-1] == ("registrations:operator:expired", None)


async def test_who_was_away_for_long_reminds_once(bureau, clock) -> None:
    """A desk that did not run tells the one reminder that fits the day, not all that it missed."""
    await approved(bureau)
    told = len(await bureau.told(steps.NEWS))
    clock.advance(days=360)
    await look(bureau)
    assert len(await bureau.told(steps.NEWS)) == told + 1
    newest = select(Message.key).where(Message.kind == steps.NEWS).order_by(Message.created_at.desc()).limit(1)
    key = await bureau.look(lambda tx: tx.session.scalar(newest))
    happening = await bureau.look(steps.happened, key)
    assert (happening.what, happening.facts["days"], len(happening.rows)) == ("ending", 4, 3)


async def test_a_renewal_is_filled_in_and_begins_when_the_old_one_ends(bureau, clock) -> None:
    """The draft can be submitted as it is, though the old registration still runs."""
    done = await approved(bureau)
    (whole,) = await bureau.wholes(done)
    clock.advance(days=340)
    with pytest.raises(NotFound):
        await bureau.do(renewal.renew, bureau.carla, whole.registration.id)
    draft = await bureau.do(renewal.renew, bureau.ana, whole.registration.id)
    (entry,) = draft.data["sender_ids"]
    assert (entry["sender_id"], entry["valid_from"]) == ("KOPI", "2027-11-23")
    assert await bureau.look(drafts.problems, draft, bureau.today()) == ()
    renewed = await bureau.do(service.submit, bureau.ana, draft.id, draft.version)
    assert renewed.id != done.id
    draft = await bureau.do(renewal.renew, bureau.ana, whole.registration.id)
    (problem,) = await bureau.look(drafts.problems, draft, bureau.today())
    assert "in review in SD-1002" in problem.sentence


async def test_a_validity_without_an_end_is_never_over(bureau, clock) -> None:
    """Thailand's registrations have no fixed end: nobody is reminded, nothing expires."""
    done = await bureau.submitted(country="TH")
    rows = await bureau.rows(done)
    await bureau.decide(Act.APPROVE, *rows)
    assert {row.valid_till for row in await bureau.rows(done)} == {None}
    clock.advance(days=4000)
    assert await look(bureau) == 0
