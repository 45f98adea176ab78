"""A draft becomes a submission with its ticket, registrations and the day's operators; and again after changes."""

import pytest

from bot.delivery.transition import NotPossible
from bot.errors import NotAllowed, NotFound, OutOfDate
from bot.registrations import drafts, override, service, steps
from bot.registrations.problems import Incomplete
from bot.registrations.rules import Act
from bot.registrations.tables import Submission


async def test_a_submission_has_a_ticket_and_the_operators_of_the_day(bureau) -> None:
    """Two sender IDs make one ticket, two registrations, a row for each operator, all cards, and news with a mail."""
    done = await bureau.submitted(bureau.entry("KOPI"), bureau.entry("KopiPay"))
    ticket = await bureau.ticket(done)
    assert (ticket.number, ticket.title, ticket.turn) == (1001, "Sender IDs for the Philippines: KOPI, KopiPay", "us")
    wholes = await bureau.wholes(done)
    assert [whole.registration.sender_id for whole in wholes] == ["KOPI", "KopiPay"]
    assert [row.operator for row in wholes[0].operators] == ["globe", "smart", "dito"]
    assert {row.status for whole in wholes for row in whole.operators} == {"under_review"}
    references = [row.reference for whole in wholes for row in whole.operators]
    assert len(set(references)) == 6
    told = await bureau.told()
    assert [
        told.count(one) for one in [(steps.CARD, "C0KOPI"), (steps.REVIEW_CARD, "review"), (steps.ROWS, "review")]
    ] == [1, 2, 2]
    assert told.count((steps.NEWS, "C0KOPI")) == told.count((steps.MAIL, "ana@kopi.example")) == 1


async def test_the_philippines_end_a_validity_after_365_days(bureau) -> None:
    """The end is the day before the anniversary, counted from the day that was asked for."""
    done = await bureau.submitted(bureau.entry(valid_from="2026-12-10"))
    (whole,) = await bureau.wholes(done)
    assert whole.registration.valid_till.isoformat() == "2027-12-09"


async def test_a_second_submit_gives_the_first_submission(bureau) -> None:
    """A double click, or a form that Slack sends twice, makes one ticket."""
    draft = await bureau.draft()
    first = await bureau.do(service.submit, bureau.ana, draft.id, draft.version)
    second = await bureau.do(service.submit, bureau.ana, draft.id, draft.version)
    assert (second.id, second.revision) == (first.id, 1)
    assert (await bureau.ticket(first)).number == 1001
    assert len(await bureau.look(service.of_account, bureau.ana)) == 1


async def test_two_submits_at_one_moment_make_one_ticket(bureau, at_once) -> None:
    """On PostgreSQL the second waits for the first, and then gives what that made."""
    draft = await bureau.draft()
    first, second = await at_once(service.submit, bureau.ana, draft.id, draft.version)
    assert first.id == second.id


async def test_a_draft_that_changed_meanwhile_is_not_submitted_unseen(bureau) -> None:
    """What is submitted is what the person saw on the last page."""
    draft = await bureau.draft()
    await bureau.do(drafts.save, bureau.ana, draft.id, {"sender_ids": [bureau.entry("KopiPay")]}, "sender_ids")
    with pytest.raises(OutOfDate):
        await bureau.do(service.submit, bureau.ana, draft.id, draft.version)


async def test_a_draft_with_problems_is_refused_with_all_of_them(bureau) -> None:
    """Nothing is made; each problem names its step and field."""
    draft = await bureau.draft(bureau.entry("OTP", subaccount="", sample_text=""), entity="martian")
    with pytest.raises(Incomplete) as refused:
        await bureau.do(service.submit, bureau.ana, draft.id, draft.version)
    fields = {(problem.step, problem.field) for problem in refused.value.problems}
    assert {("details", "entity"), ("sender_ids", "0.sender_id"), ("sender_ids", "0.subaccount")} <= fields
    assert ("sender_ids", "0.sample_text") in fields
    assert await bureau.look(service.of_account, bureau.ana) == []


async def test_a_submission_is_not_seen_by_another_account(bureau) -> None:
    """Whatever a stranger does to it answers as if it were not there."""
    done = await bureau.submitted()
    (whole,) = await bureau.wholes(done)
    for act, *args in (
        (service.withdraw, done.id, 1),
        (service.withdraw, whole.registration.id, 1),
        (service.registration, whole.registration.id),
        (service.submission, done.id),
        (service.revisions, done.id),
        (drafts.fix, done.id),
    ):
        for who in (bureau.carla, bureau.stranger):
            with pytest.raises(NotFound):
                await bureau.do(act, who, *args)


async def test_a_resubmission_is_a_new_revision_and_approved_rows_stay(bureau) -> None:
    """Only what was asked to change or rejected starts again, under a new reference; the old words are kept."""
    done = await bureau.submitted()
    globe, smart, dito = await bureau.rows(done)
    await bureau.decide(Act.APPROVE, globe)
    await bureau.decide(Act.ASK, smart, reason="text_brand", words="Name the shop.")
    await bureau.decide(Act.REJECT, dito)
    draft = await bureau.do(drafts.fix, bureau.ana, done.id)
    asked = await bureau.look(drafts.asked, done.id)
    assert [(one.operator, one.field) for one in asked] == [("Smart", "sample_text"), ("DITO", "sender_id")]
    assert asked[0].why.endswith("Name the shop.")
    text = "Kopi Nusantara Inc. shop: your code is 123456"
    mended = [draft.data["sender_ids"][0] | {"sample_text": text}]
    draft = await bureau.do(drafts.save, bureau.ana, draft.id, {"sender_ids": mended}, "review")
    again = await bureau.do(service.submit, bureau.ana, draft.id, draft.version)
    assert (again.id, again.revision) == (done.id, 2)
    assert await bureau.statuses(done) == {"globe": "approved", "smart": "under_review", "dito": "under_review"}
    rows = await bureau.rows(done)
    assert rows[0].reference == globe.reference
    assert {rows[1].reference, rows[2].reference}.isdisjoint({smart.reference, dito.reference})
    assert (rows[1].reason, rows[1].words, rows[1].decided_by) == ("", "", None)
    kept = await bureau.look(service.revisions, bureau.ana, done.id)
    texts = [one.snapshot["sender_ids"][0]["sample_text"] for one in kept]
    assert texts == ["Kopi Nusantara Inc.: your code is 123456", text]
    assert (await bureau.ticket(done)).turn == "us"


async def test_a_name_that_was_approved_cannot_be_changed_by_a_resubmission(bureau) -> None:
    """An operator approved this very name; another name is another registration."""
    done = await bureau.submitted()
    globe, smart, _ = await bureau.rows(done)
    await bureau.decide(Act.APPROVE, globe)
    await bureau.decide(Act.ASK, smart)
    draft = await bureau.do(drafts.fix, bureau.ana, done.id)
    other = [draft.data["sender_ids"][0] | {"sender_id": "KopiPay"}]
    draft = await bureau.do(drafts.save, bureau.ana, draft.id, {"sender_ids": other}, "review")
    with pytest.raises(Incomplete, match="Globe approved KOPI already"):
        await bureau.do(service.submit, bureau.ana, draft.id, draft.version)


async def test_a_fix_is_offered_again_and_only_where_something_is_to_be_mended(bureau) -> None:
    """Nothing asked, nothing to mend; a fix that is open is the same draft."""
    done = await bureau.submitted()
    with pytest.raises(drafts.NothingToMend):
        await bureau.do(drafts.fix, bureau.ana, done.id)
    await bureau.decide(Act.ASK, (await bureau.rows(done))[0])
    first = await bureau.do(drafts.fix, bureau.ana, done.id)
    assert (await bureau.do(drafts.fix, bureau.ana, done.id)).id == first.id


async def test_one_sender_id_is_withdrawn_and_the_other_goes_on(bureau) -> None:
    """Its rows end; when the last one goes, the submission has gone, and its ticket is solved."""
    done = await bureau.submitted(bureau.entry("KOPI"), bureau.entry("KopiPay"))
    first, second = await bureau.wholes(done)
    await bureau.do(service.withdraw, bureau.ana, first.registration.id, 1)
    assert set((await bureau.statuses(done)).values()) == {"withdrawn"}
    assert ((await bureau.ticket(done)).status, (await bureau.ticket(done)).turn) == ("open", "us")
    with pytest.raises(OutOfDate, match="already withdrawn by <@U0ANA>"):
        await bureau.do(service.withdraw, bureau.ben, first.registration.id, 1)
    with pytest.raises(NotPossible):
        await bureau.do(service.withdraw, bureau.ben, first.registration.id, 2)
    await bureau.do(service.withdraw, bureau.rina, second.registration.id, 1)
    gone = await bureau.look(lambda tx: tx.session.get_one(Submission, done.id))
    assert (gone.status, (await bureau.ticket(done)).status) == ("withdrawn", "solved")


async def test_a_whole_submission_is_withdrawn_at_once(bureau) -> None:
    """One act for all sender IDs, told once."""
    done = await bureau.submitted(bureau.entry("KOPI"), bureau.entry("KopiPay"))
    before = len(await bureau.told(steps.NEWS))
    gone = await bureau.do(service.withdraw, bureau.ana, done.id, done.version)
    assert gone.status == "withdrawn"
    assert {row.status for whole in await bureau.wholes(done) for row in whole.operators} == {"withdrawn"}
    assert len(await bureau.told(steps.NEWS)) == before + 1


async def test_the_same_name_is_not_asked_for_twice(bureau) -> None:
    """While it is in review, or registered, the problem names the ticket; another account is not in the way."""
    await bureau.submitted()
    draft = await bureau.draft(bureau.entry("kopi"))
    found = await bureau.look(drafts.problems, draft, bureau.today())
    assert [problem.sentence for problem in found] == ["kopi is in review in SD-1001 already. Follow it there."]
    assert await bureau.submitted(who=bureau.carla)


async def test_an_entity_that_staff_chose_is_kept_when_it_is_mended(bureau) -> None:
    """Indonesia takes international companies only; staff count one as local, and its mended submission passes."""
    done = await bureau.submitted(country="ID")
    for who in (bureau.ana, bureau.carla):
        with pytest.raises(NotAllowed):
            await bureau.do(override.choose_entity, who, done.id, "local", "They have a branch.")
    with pytest.raises(override.BecauseMissing):
        await bureau.do(override.choose_entity, bureau.rina, done.id, "local", " ")
    await bureau.do(override.choose_entity, bureau.rina, done.id, "local", "They have a branch.")
    await bureau.decide(Act.ASK, (await bureau.rows(done))[0])
    draft = await bureau.do(drafts.fix, bureau.ana, done.id)
    again = await bureau.do(service.submit, bureau.ana, draft.id, draft.version)
    assert (again.entity, again.entity_by) == ("local", "U0RINA")
    assert ("registrations:submission:entity_chosen", "U0RINA") in await bureau.acts(done.id)
