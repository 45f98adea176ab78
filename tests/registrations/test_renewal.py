"""Validities end: three reminders before, expiry after, and a draft that renews."""

from datetime import date, timedelta

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


async def happening(bureau) -> steps.Happening:
    """What the customer was told last."""
    told = select(Message.key).where(Message.kind == steps.NEWS)
    keys = await bureau.look(lambda tx: tx.session.scalars(told).all())
    return await bureau.look(steps.happened, max(keys, key=lambda key: int(key.partition(":")[2])))


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
    newest = await happening(bureau)
    assert (newest.what, newest.facts["days"], len(newest.rows)) == ("ending", 4, 3)


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
    assert (await bureau.do(renewal.renew, bureau.ana, done.id)).id == draft.id
    renewed = await bureau.do(service.submit, bureau.ana, draft.id, draft.version)
    (new,) = await bureau.wholes(renewed)
    assert (new.renews.registration.id, new.registration.valid_from) == (whole.registration.id, date(2027, 11, 23))
    (whole,) = await bureau.wholes(done)
    assert whole.renewed_by.ticket.number == 1002
    with pytest.raises(renewal.RenewedAlready, match="KOPI is renewed by SD-1002 already"):
        await bureau.do(renewal.renew, bureau.ana, done.id)


async def test_what_is_renewed_is_not_reminded_of_and_ends_without_a_word(bureau, clock) -> None:
    """Where an operator looks at the renewal, or approved it, nobody is sent to renew; what others end is told."""
    done = await approved(bureau)
    clock.advance(days=310)
    draft = await bureau.do(renewal.renew, bureau.ana, done.id)
    renewed = await bureau.do(service.submit, bureau.ana, draft.id, draft.version)
    told = len(await bureau.told(steps.NEWS))
    assert await look(bureau) == 0
    globe, smart, _ = await bureau.rows(renewed)
    await bureau.decide(Act.APPROVE, globe)
    await bureau.decide(Act.REJECT, smart)
    assert await look(bureau) == 1
    assert (await happening(bureau)).rows[0].name == "Smart"
    clock.advance(days=60)
    assert await look(bureau) == 1
    assert set((await bureau.statuses(done)).values()) == {"expired"}
    assert [row.name for row in (await happening(bureau)).rows] == ["Smart", "DITO"]
    assert len(await bureau.told(steps.NEWS)) == told + 4


async def test_what_does_not_end_yet_is_not_renewed(bureau, clock) -> None:
    """61 days before its end there is nothing to renew; 60 days before there is, by staff for the customer too."""
    done = await approved(bureau)
    clock.advance(days=303)
    with pytest.raises(renewal.NothingToRenew):
        await bureau.do(renewal.renew, bureau.ana, done.id)
    clock.advance(days=1)
    assert (await bureau.do(renewal.renew, bureau.rina, done.id)).account_id == "kopi"


async def test_a_renewal_under_another_name_is_a_registration_of_its_own(bureau, clock) -> None:
    """Who changes the name in the wizard renews nothing, and the old one can still be renewed."""
    done = await approved(bureau)
    clock.advance(days=340)
    draft = await bureau.do(renewal.renew, bureau.ana, done.id)
    other = [draft.data["sender_ids"][0] | {"sender_id": "KopiPay"}]
    draft = await bureau.do(drafts.save, bureau.ana, draft.id, {"sender_ids": other}, "review")
    (made,) = await bureau.wholes(await bureau.do(service.submit, bureau.ana, draft.id, draft.version))
    assert (made.registration.sender_id, made.renews) == ("KopiPay", None)
    assert (await bureau.wholes(done))[0].may_be_renewed(bureau.today())


async def test_a_renewal_that_is_withdrawn_leaves_the_old_one_to_be_renewed(bureau, clock) -> None:
    """Its name is free again, and its card offers Renew once more."""
    done = await approved(bureau)
    clock.advance(days=340)
    for _ in range(2):
        draft = await bureau.do(renewal.renew, bureau.ana, done.id)
        renewed = await bureau.do(service.submit, bureau.ana, draft.id, draft.version)
        assert not (await bureau.wholes(done))[0].may_be_renewed(bureau.today())
        await bureau.do(service.withdraw, bureau.ana, renewed.id, renewed.version)
    assert (await bureau.wholes(done))[0].may_be_renewed(bureau.today())


async def test_a_validity_without_an_end_is_never_over(bureau, clock) -> None:
    """Thailand's registrations have no fixed end: nobody is reminded, nothing expires."""
    done = await bureau.submitted(country="TH")
    rows = await bureau.rows(done)
    await bureau.decide(Act.APPROVE, *rows)
    assert {row.valid_till for row in await bureau.rows(done)} == {None}
    clock.advance(days=4000)
    assert await look(bureau) == 0


async def test_the_old_one_can_be_mended_while_its_renewal_is_in_review(bureau, clock) -> None:
    """An operator overturns its word about the old one; the renewal does not stand in the way of an answer."""
    done = await approved(bureau)
    clock.advance(days=340)
    draft = await bureau.do(renewal.renew, bureau.ana, done.id)
    await bureau.do(service.submit, bureau.ana, draft.id, draft.version)
    await bureau.decide(Act.AMEND, (await bureau.rows(done))[0], amended_to="changes_asked", words="Globe wrote to us.")
    draft = await bureau.do(drafts.fix, bureau.ana, done.id)
    assert (await bureau.do(service.submit, bureau.ana, draft.id, draft.version)).revision == 2
