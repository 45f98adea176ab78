"""A registration's story is its ticket's: staff read it whole, customers what is theirs, and each card leads to it."""

from typing import Any

from bot.delivery.voices import Voices
from bot.registrations import service, story
from bot.registrations.rules import Act
from bot.registrations.steps import CARD, REVIEW_CARD
from bot.storage.database import Tx
from bot.tickets import service as tickets
from handlers import tickets_story


async def test_every_card_of_a_submission_leads_to_its_ticket(bureau: Any) -> None:
    """The customer's one, and one for each sender ID; no other message does."""
    submission = await bureau.submitted(bureau.entry("KOPI"), bureau.entry("KOPINUS"))
    registrations = [whole.registration.id for whole in await bureau.wholes(submission)]
    roots = [(CARD, submission.id), *((REVIEW_CARD, each) for each in registrations)]

    def found(tx: Tx) -> list[str | None]:
        others = [("contacts.card", submission.id), (CARD, "x"), (REVIEW_CARD, "x")]
        return [story.ticket_of(tx, kind, key) for kind, key in [*roots, *others]]

    assert await bureau.look(found) == [submission.ticket_id] * 3 + [None] * 3


async def test_a_decision_is_read_with_its_operator_and_reason(bureau: Any) -> None:
    """By name for staff; for the customer as support's, and a colleague's own acts as the colleague's."""
    submission = await bureau.submitted()
    (first, *_) = await bureau.rows(submission)
    await bureau.decide(Act.REJECT, first)
    (whole,) = await bureau.wholes(submission)
    await bureau.do(service.withdraw, bureau.ben, submission.id, whole.submission.version)
    number = (await bureau.ticket(submission)).number
    features = [story.feature()]
    ours = await bureau.look(tickets.why, bureau.rina, number, features=features)
    theirs = await bureau.look(tickets.why, bureau.ana, number, features=features)
    rejected = [next(each for each in read if each.act.endswith("operator:rejected")) for read in (ours, theirs)]
    assert [(each.actor, each.by_support) for each in rejected] == [("U0RINA", False), (None, True)]
    assert {(each.facts["operator"], each.rule) for each in rejected} == {(first.name, "generic")}
    withdrawn = [each for each in theirs if each.act == "registrations:operator:withdrawn"]
    assert {(each.actor, each.by_support) for each in withdrawn} == {("U0BEN", False)}
    assert "U0RINA" not in str(theirs)
    assert {each.act for each in ours} > {each.act for each in theirs}


async def test_a_story_is_told_in_words_that_people_know(bureau: Any) -> None:
    """Operators by name, with the sender ID when several; the reason as staff chose it; one act is one line."""
    submission = await bureau.submitted(bureau.entry("KOPI"), bureau.entry("KOPINUS"))
    await bureau.decide(Act.ASK, *await bureau.rows(submission), reason="taken", words="Try another one.")
    ticket = await bureau.ticket(submission)
    events = await bureau.look(tickets.why, bureau.ana, ticket.number, features=[story.feature()])
    told = str(tickets_story.answer(Voices(), ticket, events)["blocks"])
    assert (
        "Support asked for changes for Globe (KOPI), Smart (KOPI) and DITO (KOPI): Somebody else holds this sender ID: "
        "Try another one." in told
    )
