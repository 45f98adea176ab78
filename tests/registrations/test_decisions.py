"""What staff, operators, customers and time may do to an operator's row, and what follows from it."""

import itertools
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bot.delivery.transition import NotPossible
from bot.errors import DeskError, NotAllowed, NotFound, OutOfDate
from bot.registrations import decisions, drafts, renewal, rules, service, steps
from bot.registrations.decisions import Decision
from bot.registrations.problems import Incomplete
from bot.registrations.reasons import FIELDS, NoSuchReason, reasons
from bot.registrations.rules import Act, By, OperatorStatus, OwnSubmission, ReasonMissing
from bot.registrations.tables import OperatorNews, OperatorRow, Registration, Submission
from bot.storage.audit import AuditRow

S = OperatorStatus
WORDS = {Act.SENT: "received", Act.APPROVE: "approved", Act.ASK: "changes_asked", Act.REJECT: "rejected"}
DECIDED_BY_STAFF = (Act.SENT, Act.APPROVE, Act.ASK, Act.REJECT, Act.AMEND)


def set_row(tx, row_id, status, clock) -> None:
    """As if all that leads there had happened. The other rows stay, one of them asks for changes."""
    row = tx.session.get_one(OperatorRow, row_id)
    row.status, row.version, row.reminded_days = status, row.version + 1, None
    row.valid_till = clock().date() - timedelta(days=1) if status == S.APPROVED else None
    tx.session.execute(update(Registration).values(status="submitted"))
    tx.session.execute(update(Submission).values(status="submitted"))
    neighbours = update(OperatorRow).where(OperatorRow.id != row_id)
    tx.session.execute(neighbours.values(status=S.CHANGES_ASKED, version=OperatorRow.version + 1))


async def attempt(bureau, submission, row, act, by) -> None:
    """Somebody tries to do it by whatever way he has; a way that there is not is none."""
    who = {By.CUSTOMER: bureau.ana, By.STAFF: bureau.rina}.get(by)
    if act in DECIDED_BY_STAFF and who is not None:
        amended = S.REJECTED if row.status == S.APPROVED else S.APPROVED
        more = {"amended_to": amended} if act is Act.AMEND else {}
        await bureau.decide(act, row, who=who, **more)
    elif act in WORDS and by is By.OPERATOR:
        item = f"item-{row.version}-{act}"
        await bureau.do(decisions.heard, row.operator, item, row.reference, WORDS[act], "", bureau.clock())
    elif act is Act.WITHDRAW and who is not None:
        (whole,) = await bureau.wholes(submission)
        await bureau.do(service.withdraw, who, whole.registration.id, whole.registration.version)
    elif act is Act.RESUBMIT and who is not None:
        draft = await bureau.do(drafts.fix, who, submission.id)
        await bureau.do(service.submit, who, draft.id, draft.version)
    elif act is Act.EXPIRE and by is By.CLOCK:
        await bureau.do(renewal.look)


@pytest.mark.parametrize("act", Act)
async def test_every_pair_of_status_and_act_for_everybody(bureau, clock, act) -> None:
    """What the table of rules allows happens, and the row is then what the table says; all else leaves it as it was."""
    submission = await bureau.submitted()
    first = (await bureau.rows(submission))[0]
    for status, by in itertools.product(S, By):
        await bureau.do(set_row, first.id, status, clock)
        before = (await bureau.rows(submission))[0]
        refused = None
        try:
            await attempt(bureau, submission, before, act, by)
        except (NotAllowed, OutOfDate, Incomplete) as error:
            refused = error
        after = (await bureau.rows(submission))[0]
        if rules.allowed(status, act, by):
            amended = S.REJECTED if status == S.APPROVED else S.APPROVED
            expected = rules.result(act, amended if act is Act.AMEND else None)
            assert (after.status, after.version) == (expected, before.version + 1), (status, act, by, refused)
        else:
            assert (after.status, after.version) == (status, before.version), (status, act, by)


async def test_several_operators_are_decided_at_once(bureau) -> None:
    """One click, two rows, one piece of news, each row with its own audit row, and the turn by all rows together."""
    done = await bureau.submitted()
    globe, smart, dito = await bureau.rows(done)
    news = len(await bureau.told(steps.NEWS))
    await bureau.decide(Act.SENT, globe, smart, dito)
    assert (await bureau.ticket(done)).turn == "operator"
    globe, smart, dito = await bureau.rows(done)
    await bureau.decide(Act.APPROVE, globe, smart)
    await bureau.decide(Act.ASK, dito)
    assert await bureau.statuses(done) == {"globe": "approved", "smart": "approved", "dito": "changes_asked"}
    assert (await bureau.ticket(done)).turn == "customer"
    assert len(await bureau.told(steps.NEWS)) == news + 3
    assert await bureau.acts(globe.id) == [
        ("registrations:operator:with_operator", "U0RINA"),
        ("registrations:operator:approved", "U0RINA"),
    ]
    (whole,) = await bureau.wholes(done)
    assert (whole.roll_up.approved, whole.roll_up.total) == (2, 3)


async def test_one_old_row_among_several_stops_them_all(bureau) -> None:
    """All or nothing: who comes second is told who was first, and nothing of his click is kept."""
    done = await bureau.submitted()
    rows = await bureau.rows(done)
    await bureau.decide(Act.APPROVE, rows[1], who=bureau.budi)
    with pytest.raises(OutOfDate, match="already approved by <@U0BUDI>"):
        await bureau.decide(Act.REJECT, *rows)
    assert await bureau.statuses(done) == {"globe": "under_review", "smart": "approved", "dito": "under_review"}


async def test_two_colleagues_at_one_moment(bureau, at_once) -> None:
    """Two clicks on the last two rows at once: both count, and the ticket is solved, not left at half."""
    done = await bureau.submitted()
    globe, smart, dito = await bureau.rows(done)
    await bureau.decide(Act.APPROVE, globe)
    todo = iter([(smart.id, smart.version), (dito.id, dito.version)])

    def approve_next(tx) -> None:
        decisions.decide(tx, bureau.rina, [next(todo)], Decision(Act.APPROVE))

    await at_once(approve_next)
    assert set((await bureau.statuses(done)).values()) == {"approved"}
    assert (await bureau.ticket(done)).status == "solved"


async def test_nobody_decides_on_what_they_submitted(bureau) -> None:
    """Staff who submitted for a customer, or submitted again, leave the decision to a colleague."""
    helpful = bureau.budi.__class__("U0BUDI", bureau.budi.team_id, bureau.budi.role, "kopi", "C0KOPI")
    done = await bureau.submitted(who=helpful)
    globe, *_ = await bureau.rows(done)
    with pytest.raises(OwnSubmission):
        await bureau.decide(Act.APPROVE, globe, who=bureau.budi)
    await bureau.decide(Act.ASK, globe)
    draft = await bureau.do(drafts.fix, bureau.rina, done.id)
    await bureau.do(service.submit, bureau.rina, draft.id, draft.version)
    globe, *_ = await bureau.rows(done)
    for who in (bureau.rina, bureau.budi):
        with pytest.raises(OwnSubmission):
            await bureau.decide(Act.APPROVE, globe, who=who)


async def test_customers_and_strangers_decide_nothing(bureau) -> None:
    """Whatever they get hold of, only staff decide; a row that does not exist is not found."""
    done = await bureau.submitted()
    globe, *_ = await bureau.rows(done)
    for who in (bureau.ana, bureau.carla, bureau.stranger):
        with pytest.raises(NotAllowed):
            await bureau.decide(Act.APPROVE, globe, who=who)
    with pytest.raises(NotFound):
        await bureau.do(decisions.decide, bureau.rina, [("no-such-row", 1)], Decision(Act.APPROVE))


async def test_a_refusal_needs_its_reason(bureau) -> None:
    """To ask for changes, to reject and to amend takes a reason; an unknown one is no reason."""
    done = await bureau.submitted()
    globe, *_ = await bureau.rows(done)
    for act in (Act.ASK, Act.REJECT, Act.AMEND):
        for more in ({}, {"words": "  "}, {"reason": "other"}):
            decision = Decision(act, amended_to=S.APPROVED, **more)
            with pytest.raises(ReasonMissing):
                await bureau.do(decisions.decide, bureau.rina, [(globe.id, 1)], decision)
    with pytest.raises(NoSuchReason):
        await bureau.decide(Act.REJECT, globe, reason="because")


async def test_a_reason_names_its_field(bureau) -> None:
    """Without a field of its own a decision points at the reason's."""
    done = await bureau.submitted()
    globe, smart, _ = await bureau.rows(done)
    (row,) = await bureau.decide(Act.ASK, globe, reason="paper_expired", words="")
    assert (row.reason, row.field, row.decided_by) == ("paper_expired", "papers", "U0RINA")
    (row,) = await bureau.decide(Act.ASK, smart, reason="paper_expired", field="company_id")
    assert row.field == "company_id"


def test_the_list_of_reasons_fits_slack_and_the_draft() -> None:
    """A title has at most 75 characters, a field is one of the wizard's, and only "other" says nothing by itself."""
    assert all(len(one.title) <= 75 and one.field in {"", *FIELDS} for one in reasons())
    assert [one.code for one in reasons() if not one.sentence] == ["other"]


async def test_an_amendment_keeps_what_was_before(bureau) -> None:
    """The audit has both decisions, each with who and why; a solved ticket is opened again when there is work."""
    done = await bureau.submitted()
    rows = await bureau.rows(done)
    await bureau.decide(Act.APPROVE, *rows)
    assert (await bureau.ticket(done)).status == "solved"
    globe, *_ = await bureau.rows(done)
    assert globe.valid_till.isoformat() == "2027-11-22"
    (row,) = await bureau.decide(
        Act.AMEND, globe, who=bureau.budi, amended_to=S.CHANGES_ASKED, reason="taken", words="Globe wrote to us."
    )
    assert (row.status, row.valid_till, row.decided_by) == ("changes_asked", None, "U0BUDI")
    ticket = await bureau.ticket(done)
    assert (ticket.status, ticket.turn) == ("open", "customer")

    def audit(tx) -> list[tuple]:
        rows = tx.session.query(AuditRow).filter(AuditRow.subject_id == globe.id).order_by(AuditRow.id)
        return [(one.act, one.actor, one.because, one.facts.get("by_before")) for one in rows]

    assert await bureau.look(audit) == [
        ("registrations:operator:approved", "U0RINA", "", None),
        ("registrations:operator:amended", "U0BUDI", "taken Globe wrote to us.", "U0RINA"),
    ]


async def test_amending_to_what_it_is_changes_nothing(bureau) -> None:
    """Approved stays approved without a word in the story."""
    done = await bureau.submitted()
    globe, *_ = await bureau.rows(done)
    (globe,) = await bureau.decide(Act.APPROVE, globe)
    with pytest.raises(NotPossible, match="is approved now, as you say"):
        await bureau.decide(Act.AMEND, globe, amended_to=S.APPROVED)


# The feed


async def hear(bureau, row, item, word, at=timedelta(0), why="", reference=None) -> bool:
    """An operator says a word about a row."""
    args = (row.operator, item, reference or row.reference, word, why, bureau.clock() + at)
    return await bureau.do(decisions.heard, *args)


async def came_to(bureau) -> dict[str, str]:
    """What became of each item."""
    return await bureau.look(lambda tx: {one.item_id: one.came_to for one in tx.session.query(OperatorNews)})


async def test_an_operator_decides_by_its_feed(bureau) -> None:
    """Received, then approved or rejected: the same rows, audit and news as by a click, without a person's name."""
    done = await bureau.submitted()
    globe, smart, dito = await bureau.rows(done)
    assert await hear(bureau, globe, "1", "received")
    assert await hear(bureau, globe, "2", "approved")
    assert await hear(bureau, smart, "3", "rejected", why="generic")
    assert await hear(bureau, dito, "4", "changes_asked", why="Send the permit of 2026.")
    globe, smart, dito = await bureau.rows(done)
    assert (globe.status, globe.decided_by, globe.valid_till.isoformat()) == ("approved", None, "2027-11-22")
    assert (smart.status, smart.reason, smart.field) == ("rejected", "generic", "sender_id")
    assert (dito.status, dito.reason, dito.words) == ("changes_asked", "other", "Send the permit of 2026.")
    assert (await bureau.ticket(done)).turn == "customer"
    assert (await bureau.acts(globe.id))[-1] == ("registrations:operator:approved", None)


async def test_doubled_late_and_unknown_news_do_no_harm(bureau) -> None:
    """The same item counts once, an older word of the operator is too late, and what nobody knows is only remembered.

    A word that nobody knows, about what we asked, is a note to staff.
    """
    done = await bureau.submitted()
    globe, smart, _ = await bureau.rows(done)
    assert await hear(bureau, globe, "2", "approved")
    told = await bureau.told()
    assert not await hear(bureau, globe, "2", "rejected")
    assert not await hear(bureau, globe, "3", "approved", timedelta(minutes=1))
    assert not await hear(bureau, globe, "1", "rejected", timedelta(minutes=-5))
    assert not await hear(bureau, globe, "4", "received")
    assert not await hear(bureau, smart, "5", "approved", reference=globe.reference)
    assert await bureau.statuses(done) == {"globe": "approved", "smart": "under_review", "dito": "under_review"}
    expected = {"1": "late", "2": "taken", "3": "known", "4": "late", "5": "unknown"}
    assert await came_to(bureau) == expected
    assert await bureau.told() == told
    assert not await hear(bureau, smart, "6", "glorified")
    assert await bureau.told(steps.NOTE) == [(steps.NOTE, "review")]


async def test_a_word_against_a_decision_is_a_note_to_staff(bureau) -> None:
    """Neither what staff decided nor what the operator said itself is overturned; staff read of it in their thread."""
    done = await bureau.submitted()
    globe, smart, _ = await bureau.rows(done)
    await bureau.decide(Act.REJECT, globe)
    assert await hear(bureau, smart, "1", "approved")
    assert not await hear(bureau, globe, "2", "approved", timedelta(minutes=-5))
    assert not await hear(bureau, smart, "3", "rejected", timedelta(minutes=5), why="taken")
    assert await bureau.statuses(done) == {"globe": "rejected", "smart": "approved", "dito": "under_review"}
    assert await bureau.told(steps.NOTE) == [(steps.NOTE, "review")] * 2


async def test_an_answer_to_an_old_question_is_no_answer_to_the_new_one(bureau) -> None:
    """After a resubmission the operator is asked under a new reference; what it says of the old one is not heard."""
    done = await bureau.submitted()
    globe, *_ = await bureau.rows(done)
    assert await hear(bureau, globe, "1", "rejected")
    draft = await bureau.do(drafts.fix, bureau.ana, done.id)
    await bureau.do(service.submit, bureau.ana, draft.id, draft.version)
    assert not await hear(bureau, globe, "2", "approved", timedelta(minutes=5))
    assert (await bureau.statuses(done))["globe"] == "under_review"
    again, *_ = await bureau.rows(done)
    assert await hear(bureau, again, "3", "approved", timedelta(minutes=-60))
    assert (await bureau.statuses(done))["globe"] == "approved"


async def test_what_was_withdrawn_stays_so_whatever_an_operator_says(bureau) -> None:
    """Its word crosses the withdrawal: nothing happens, and nobody is called."""
    done = await bureau.submitted()
    globe, *_ = await bureau.rows(done)
    await bureau.do(service.withdraw, bureau.ana, done.id, 1)
    notes = await bureau.told(steps.NOTE)
    assert not await hear(bureau, globe, "1", "approved", timedelta(minutes=5))
    assert set((await bureau.statuses(done)).values()) == {"withdrawn"}
    assert await bureau.told(steps.NOTE) == notes


async def test_the_same_item_at_one_moment_counts_once(bureau, at_once) -> None:
    """Two replicas read the same page of the feed: one of them takes the word."""
    done = await bureau.submitted()
    globe, *_ = await bureau.rows(done)
    args = (globe.operator, "1", globe.reference, "approved", "", bureau.clock())
    assert sorted(await at_once(decisions.heard, *args)) == [False, True]
    assert len(await bureau.acts(globe.id)) == 1


def test_every_sentence_of_a_refusal_can_be_said() -> None:
    """The errors of this feature speak without facts that nobody gave."""
    for error in (OwnSubmission(), ReasonMissing(), drafts.NothingToMend(), drafts.DraftEnded(ended="submitted")):
        assert isinstance(error, DeskError)
        assert "{" not in error.sentence


# Until when


async def test_an_approval_is_valid_till_the_day_that_staff_choose(bureau, clock) -> None:
    """Without one, as the country's rule says; it counts for reminders and the end, and can be amended by itself."""
    done = await bureau.submitted()
    globe, smart, _ = await bureau.rows(done)
    (globe,) = await bureau.decide(Act.APPROVE, globe, valid_till=bureau.today() + timedelta(days=90))
    (smart,) = await bureau.decide(Act.APPROVE, smart)
    assert (globe.valid_till.isoformat(), smart.valid_till.isoformat()) == ("2027-02-21", "2027-11-22")
    ends = bureau.today() + timedelta(days=30)
    (globe,) = await bureau.decide(Act.AMEND, globe, amended_to=S.APPROVED, words="Globe said so.", valid_till=ends)
    assert (globe.status, globe.valid_till) == ("approved", ends)
    assert await bureau.do(renewal.look) == 1
    assert (await bureau.rows(done))[0].reminded_days == 30
    clock.advance(days=31)
    assert await bureau.do(renewal.look) == 1
    assert await bureau.statuses(done) == {"globe": "expired", "smart": "approved", "dito": "under_review"}


@pytest.mark.parametrize(
    ("country", "begins", "chosen", "refused"),
    [
        ("PH", "2026-11-23", "2026-11-22", rules.EndIsOver),
        ("PH", "2026-12-10", "2026-12-09", rules.EndsBeforeItBegins),
        ("PH", "2026-11-23", "2027-11-24", rules.EndsTooLate),
        ("PH", "2026-11-23", "2027-11-23", None),
        ("PH", "2026-11-23", "2026-11-23", None),
        ("TH", "2026-11-23", "2031-11-22", None),
        ("TH", "2026-11-23", "2031-11-23", rules.EndsTooLate),
    ],
)
async def test_a_day_that_cannot_be_is_refused_at_its_field(bureau, country, begins, chosen, refused) -> None:
    """In the past, before it begins, or further than the country's rule: nothing is decided, for none of the rows."""
    done = await bureau.submitted(bureau.entry(valid_from=begins), country=country)
    rows = await bureau.rows(done)
    if refused is None:
        decided = await bureau.decide(Act.APPROVE, *rows, valid_till=date.fromisoformat(chosen))
        assert {row.valid_till.isoformat() for row in decided} == {chosen}
        return
    with pytest.raises(refused) as told:
        await bureau.decide(Act.APPROVE, *rows, valid_till=date.fromisoformat(chosen))
    assert told.value.facts["field"] == "valid_till"
    assert set((await bureau.statuses(done)).values()) == {"under_review"}


async def test_an_approval_after_what_was_asked_for_is_valid_from_today(bureau, clock) -> None:
    """Who approves a year late does not approve what is over already."""
    done = await bureau.submitted()
    clock.advance(days=400)
    (row,) = await bureau.decide(Act.APPROVE, (await bureau.rows(done))[0])
    assert (row.valid_till - bureau.today()).days == 364
