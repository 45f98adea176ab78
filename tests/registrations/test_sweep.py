"""One decision for all sender IDs of a ticket: what it reaches, what it leaves alone, and what the customer reads."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.delivery.links import Links
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.errors import NotAllowed, NotFound, OutOfDate
from bot.registrations import drafts, rules, service, steps, sweep
from bot.registrations.decisions import Decision
from bot.registrations.messages import kinds
from bot.registrations.rules import Act, OwnSubmission, ReasonMissing
from bot.registrations.sweep import NothingUndecided, SubmittedAgain, Sweep
from bot.registrations.tables import Submission

NAMES = ("KOPI", "KopiPay", "KopiPoints", "KopiClub", "KopiShop", "KopiCare", "KopiNews", "KopiMart", "KopiFest")
ASK = {"reason": "generic", "words": "Too short."}


async def submitted(bureau: Any, count: int = 3, *, after: int = 0, **values: Any) -> Submission:
    """A submission of some sender IDs, by their place among the names."""
    names = NAMES[after : after + count]
    done: Submission = await bureau.submitted(*[bureau.entry(name) for name in names], **values)
    return done


async def decide_all(bureau, done, act, *operators: str, who=None, revision=1, **more: Any) -> Sweep:
    """Staff (Rina) decide for all sender IDs at some operators."""
    chosen = operators or ("globe", "smart", "dito")
    seen, decision = (done.id, revision), Decision(act, **more)
    met: Sweep = await bureau.do(sweep.decide_all, who or bureau.rina, seen, chosen, decision)
    return met


async def statuses(bureau, done) -> list[dict[str, str]]:
    """Where the operators of each sender ID stand."""
    return [{row.operator: row.status for row in whole.operators} for whole in await bureau.wholes(done)]


async def newest(bureau: Any, kind: str) -> Any:
    """What was told last of this kind, drawn."""
    draw = next(one.draw for one in kinds(Voices(), Links(), "senderid:fix") if one.name == kind)

    def query(tx) -> Any:
        told = tx.session.query(Message).filter(Message.kind == kind)
        return draw(tx, max(told, key=lambda message: int(message.key.rpartition(":")[2])))

    return await bureau.look(query)


async def test_all_sender_ids_are_decided_at_once_and_told_once(bureau) -> None:
    """Each row has its own audit row; the customer gets one message and one e-mail, and every card is drawn again."""
    done = await submitted(bureau, 7)
    before = {kind: len(await bureau.told(kind)) for kind in (steps.NEWS, steps.MAIL)}
    met = await decide_all(bureau, done, Act.APPROVE, "globe", "smart")
    assert (len(met.going), met.sender_ids, met.staying) == (14, 7, ())
    expected = {"globe": "approved", "smart": "approved", "dito": "under_review"}
    assert await statuses(bureau, done) == [expected] * 7
    assert {kind: len(await bureau.told(kind)) - count for kind, count in before.items()} == dict.fromkeys(before, 1)
    for row in met.going:
        assert await bureau.acts(row.id) == [("registrations:operator:approved", "U0RINA")]
        assert row.valid_till.isoformat() == "2027-11-22"
    assert (await bureau.ticket(done)).turn == "us"
    due = await bureau.look(lambda tx: {one.id: (one.kind, one.key) for one in tx.session.query(Message)})
    assert {key for kind, key in due.values() if kind == steps.ROWS} == {
        whole.registration.id for whole in await bureau.wholes(done)
    }


async def test_the_customer_reads_how_many_and_which(bureau) -> None:
    """Five are named and the others counted; operators that differ have a sentence each; the mail says the same."""
    done = await submitted(bureau, 7)
    await decide_all(bureau, done, Act.APPROVE, "globe", "smart")
    news, mail = await newest(bureau, steps.NEWS), await newest(bureau, steps.MAIL)
    assert "KOPI, KopiPay, KopiPoints, KopiClub, KopiShop and 2 more* (Philippines) approved" in news.text
    assert "Globe and Smart approved 7 sender IDs. All of them are valid until 22 November 2027." in news.text
    assert "Globe and Smart approved 7 sender IDs." in mail.text
    assert mail.subject.startswith("SD-1001: KOPI, KopiPay")
    other = await submitted(bureau, 2, after=7)
    await bureau.decide(Act.APPROVE, (await bureau.rows(other))[0])
    await decide_all(bureau, other, Act.ASK, **ASK)
    news, mail = await newest(bureau, steps.NEWS), await newest(bureau, steps.MAIL)
    for said in (news.text, " ".join(mail.text.split())):
        assert "Globe asks for changes of 1 sender ID: KopiFest." in said
        assert "Smart and DITO ask for changes of 2 sender IDs: KopiMart, KopiFest." in said
        assert "It is about Sender ID:" in said
        assert "Too short." in said
    assert "<@U0ANA>" in str(news.blocks)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (Act.SENT, "2 sender IDs are with Globe now."),
        (Act.APPROVE, "Globe approved 2 sender IDs."),
        (Act.ASK, "Globe asks for changes of 2 sender IDs."),
        (Act.REJECT, "Globe rejected 2 sender IDs."),
    ],
)
async def test_each_decision_reads_well(bureau, act, said) -> None:
    """A paragraph says what happened to how many, whatever was decided."""
    done = await submitted(bureau, 2)
    await decide_all(bureau, done, act, "globe", **(ASK if act in (Act.ASK, Act.REJECT) else {}))
    text = (await newest(bureau, steps.NEWS)).text
    assert said in text
    assert ("change them and submit them again" in text) == (act is Act.REJECT)


async def test_what_was_decided_stays(bureau) -> None:
    """Mixed states: only what is undecided moves, also where a rejection would be allowed; the rest is counted."""
    done = await submitted(bureau, 3)
    one, two, three = [whole.operators for whole in await bureau.wholes(done)]
    await bureau.decide(Act.APPROVE, one[0], who=bureau.budi)
    await bureau.decide(Act.ASK, two[0], who=bureau.budi)
    await bureau.decide(Act.SENT, three[0])
    gone = (await bureau.wholes(done))[2].registration
    met = await decide_all(bureau, done, Act.REJECT, "globe", **ASK)
    assert ([row.id for row in met.going], len(met.staying)) == ([three[0].id], 2)
    assert [each["globe"] for each in await statuses(bureau, done)] == ["approved", "changes_asked", "rejected"]
    met = await decide_all(bureau, done, Act.SENT, "smart")
    assert len(met.going) == 3
    with pytest.raises(NothingUndecided):
        await decide_all(bureau, done, Act.SENT, "smart")
    await bureau.do(service.withdraw, bureau.ana, gone.id, gone.version)
    met = await decide_all(bureau, done, Act.APPROVE, "smart")
    assert (len(met.going), len(met.staying)) == (2, 0)
    assert [each["smart"] for each in await statuses(bureau, done)] == ["approved", "approved", "withdrawn"]


async def test_a_colleague_in_between_is_not_overwritten(bureau, at_once) -> None:
    """Two decide for all at one moment: every row has one decision, and the numbers of both make up all rows."""
    done = await submitted(bureau, 3)
    acts = iter([(bureau.rina, Decision(Act.APPROVE)), (bureau.budi, Decision(Act.REJECT, **ASK))])

    def next_one(tx) -> int:
        who, decision = next(acts)
        try:
            return len(sweep.decide_all(tx, who, (done.id, 1), ["globe", "smart", "dito"], decision).going)
        except NothingUndecided:
            return 0

    assert sorted(await at_once(next_one)) == [0, 9]
    for row in [row for whole in await bureau.wholes(done) for row in whole.operators]:
        assert len(await bureau.acts(row.id)) == 1


async def test_what_was_submitted_again_is_looked_at_first(bureau) -> None:
    """Who has the form open while the customer mends does not approve what he never saw."""
    done = await submitted(bureau, 2)
    await bureau.decide(Act.ASK, (await bureau.rows(done))[0])
    draft = await bureau.do(drafts.fix, bureau.ana, done.id)
    await bureau.do(service.submit, bureau.ana, draft.id, draft.version)
    with pytest.raises(SubmittedAgain, match="<@U0ANA> submitted it again"):
        await decide_all(bureau, done, Act.APPROVE)
    assert len((await decide_all(bureau, done, Act.APPROVE, revision=2)).going) == 6


async def test_only_staff_decide_and_nobody_on_their_own(bureau) -> None:
    """Customers, strangers and whoever submitted it move nothing; an unknown ticket is not found."""
    helpful = bureau.budi.__class__("U0BUDI", bureau.budi.team_id, bureau.budi.role, "kopi", "C0KOPI")
    done = await submitted(bureau, 2, who=helpful)
    one = (await bureau.wholes(done))[0].registration
    for who in (bureau.ana, bureau.carla, bureau.stranger):
        with pytest.raises(NotAllowed):
            await decide_all(bureau, done, Act.APPROVE, who=who)
        with pytest.raises(NotAllowed):
            await bureau.look(sweep.to_sweep, who, one.id)
    with pytest.raises(OwnSubmission):
        await decide_all(bureau, done, Act.APPROVE, who=bureau.budi)
    with pytest.raises(OwnSubmission):
        await bureau.look(sweep.to_sweep, bureau.budi, one.id)
    with pytest.raises(NotFound):
        await bureau.do(sweep.decide_all, bureau.rina, ("nothing", 1), ["globe"], Decision(Act.APPROVE))
    for decision in (Decision(Act.AMEND, words="x", amended_to=rules.OperatorStatus.REJECTED), Decision(Act.EXPIRE)):
        with pytest.raises(ValueError, match=r"amend|expire"):
            await bureau.do(sweep.decide_all, bureau.rina, (done.id, 1), ["globe"], decision)
    with pytest.raises(ReasonMissing):
        await decide_all(bureau, done, Act.REJECT)
    assert {status for each in await statuses(bureau, done) for status in each.values()} == {"under_review"}


async def test_other_tickets_and_accounts_are_never_touched(bureau) -> None:
    """The same operators of another ticket, and of another account, stay as they are."""
    mine, also_mine = await submitted(bureau, 2), await submitted(bureau, 2, after=2)
    theirs = await submitted(bureau, 2, who=bureau.carla)
    await decide_all(bureau, mine, Act.APPROVE)
    for other in (also_mine, theirs):
        assert {status for each in await statuses(bureau, other) for status in each.values()} == {"under_review"}


async def test_a_day_that_cannot_be_for_one_is_refused_for_all(bureau) -> None:
    """One sender ID begins after the chosen last day: nothing is decided, and the day's field says why."""
    late = bureau.entry("KopiLate", valid_from="2027-01-10")
    done = await bureau.submitted(bureau.entry("KOPI"), late)
    with pytest.raises(rules.EndsBeforeItBegins) as told:
        await decide_all(bureau, done, Act.APPROVE, valid_till=bureau.today())
    assert told.value.facts["field"] == "valid_till"
    assert {status for each in await statuses(bureau, done) for status in each.values()} == {"under_review"}
    met = await decide_all(bureau, done, Act.APPROVE)
    assert {row.valid_till.isoformat() for row in met.going} == {"2027-11-22", "2028-01-09"}
    assert "valid until" not in (await newest(bureau, steps.NEWS)).text


async def test_when_all_is_decided_the_form_does_not_open(bureau) -> None:
    """An old button says who was first."""
    done = await submitted(bureau, 2)
    await decide_all(bureau, done, Act.APPROVE)
    one = (await bureau.wholes(done))[0].registration
    with pytest.raises(OutOfDate, match="already approved by <@U0RINA>"):
        await bureau.look(sweep.to_sweep, bureau.rina, one.id)


async def test_many_sender_ids_take_no_more_queries_than_few(bureau) -> None:
    """Slack waits three seconds for up to 200: what is read and changed does not grow, only what is written down."""
    counts = []
    for count in (2, 5):
        done, statements = await submitted(bureau, count, after=count - 2), []

        def note(*args: Any, statements=statements) -> None:
            statements.append(args[2].split()[0])

        event.listen(Engine, "before_cursor_execute", note)
        await decide_all(bureau, done, Act.APPROVE)
        event.remove(Engine, "before_cursor_execute", note)
        counts.append(Counter(word for word in statements if word in {"SELECT", "UPDATE"}))
    assert counts[0] == counts[1]


async def test_the_button_stays_while_others_of_the_ticket_are_undecided(bureau) -> None:
    """One operator left at each of many sender IDs is enough to decide several; of a sender ID alone it is not."""
    done, alone = await submitted(bureau, 2), await submitted(bureau, 1, after=2)
    await decide_all(bureau, done, Act.APPROVE, "globe", "smart")
    await decide_all(bureau, alone, Act.APPROVE, "globe", "smart")
    draw = next(one.draw for one in kinds(Voices(), Links(), "senderid:fix") if one.name == steps.ROWS)

    def query(tx) -> list[tuple[bool, bool]]:
        told = tx.session.query(Message).filter(Message.kind == steps.ROWS)
        cards = [str(draw(tx, message).blocks) for message in told]
        return sorted(("KopiPoints" in card, "review:several" in card) for card in cards)

    assert await bureau.look(query) == [(False, True), (False, True), (True, False)]
