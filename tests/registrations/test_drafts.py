"""Drafts lose nothing, and tell everything that keeps them from being submitted."""

from datetime import date, timedelta

import pytest

from bot.errors import NotFound
from bot.registrations import companies, completeness, drafts, service
from bot.registrations.companies import Arrival
from bot.registrations.tables import Draft


async def problems(bureau, draft) -> list[tuple[str, str, str]]:
    """What keeps a draft from being submitted."""
    draft = await bureau.look(lambda tx: tx.session.get_one(Draft, draft.id))
    found = await bureau.look(drafts.problems, draft, bureau.today())
    return [(one.step, one.field, one.sentence) for one in found]


async def test_values_are_merged_and_the_draft_is_offered_again(bureau) -> None:
    """Each step adds its own and leaves the others'; the latest draft comes back to its owner alone."""
    draft = await bureau.do(drafts.begin, bureau.ana, "C0KOPI")
    assert await bureau.look(drafts.latest, bureau.ana) is None
    await bureau.do(drafts.save, bureau.ana, draft.id, {"country": "PH", "entity": "local"}, "details")
    saved = await bureau.do(drafts.save, bureau.ana, draft.id, {"entity": "international"}, "documents")
    assert (saved.data, saved.step, saved.version) == ({"country": "PH", "entity": "international"}, "documents", 3)
    assert (await bureau.look(drafts.latest, bureau.ana)).id == draft.id
    assert await bureau.look(drafts.latest, bureau.ben) is None


async def test_an_empty_draft_is_taken_again(bureau) -> None:
    """Who opens the wizard twice has begun one thing; what was typed into stays beside a new one."""
    first = await bureau.do(drafts.begin, bureau.ana, "C0KOPI")
    second = await bureau.do(drafts.begin, bureau.ana, "C0OTHER")
    assert (second.id, second.channel) == (first.id, "C0OTHER")
    await bureau.do(drafts.save, bureau.ana, first.id, {"country": "PH"}, "details")
    assert (await bureau.do(drafts.begin, bureau.ana, "C0KOPI")).id != first.id


async def test_saving_the_same_again_makes_no_new_version(bureau) -> None:
    """Slack may deliver a step twice: the version that the person sees stays good."""
    draft = await bureau.do(drafts.begin, bureau.ana, "C0KOPI")
    for _ in range(2):
        saved = await bureau.do(drafts.save, bureau.ana, draft.id, {"country": "PH"}, "details")
    assert saved.version == 2


@pytest.mark.parametrize(
    ("values", "step"), [({"colour": "red"}, "details"), ({"sender_ids": [{"colour": "red"}]}, "details"), ({}, "end")]
)
async def test_unknown_keys_and_steps_are_refused(bureau, values, step) -> None:
    """A handler that asks for something else than the draft keeps is mended, not obeyed."""
    draft = await bureau.do(drafts.begin, bureau.ana, "C0KOPI")
    with pytest.raises(ValueError, match=r"colour|end"):
        await bureau.do(drafts.save, bureau.ana, draft.id, values, step)


async def test_steps_saved_at_one_moment_are_both_kept(bureau, at_once) -> None:
    """Two windows of the same draft: neither overwrites what the other typed."""
    draft = await bureau.do(drafts.begin, bureau.ana, "C0KOPI")
    todo = iter([{"country": "PH"}, {"industry": "others"}])
    await at_once(lambda tx: drafts.save(tx, bureau.ana, draft.id, next(todo), "details"))
    kept = await bureau.look(drafts.latest, bureau.ana)
    assert kept.data == {"country": "PH", "industry": "others"}


async def test_a_draft_that_ended_takes_nothing_more(bureau) -> None:
    """Thrown away is thrown away, a second time too; and nobody else's draft is there at all."""
    draft = await bureau.do(drafts.begin, bureau.ana, "C0KOPI")
    for act, *args in ((drafts.save, {}, "details"), (drafts.discard,)):
        with pytest.raises(NotFound):
            await bureau.do(act, bureau.carla, draft.id, *args)
    for _ in range(2):
        await bureau.do(drafts.discard, bureau.ana, draft.id)
    for act, *args in ((drafts.save, {}, "details"), (service.submit, 3)):
        with pytest.raises(drafts.DraftEnded, match="discarded already"):
            await bureau.do(act, bureau.ana, draft.id, *args)


async def test_an_empty_draft_tells_all_that_is_missing(bureau) -> None:
    """Country, company and sender ID at once, in the order of the steps."""
    draft = await bureau.do(drafts.begin, bureau.ana, "C0KOPI")
    assert [(step, field) for step, field, _ in await problems(bureau, draft)] == [
        ("details", "country"),
        ("details", "company_id"),
        ("sender_ids", "sender_ids"),
    ]


async def test_a_good_draft_has_no_problem(bureau) -> None:
    """What the wizard's fields ask for is enough."""
    assert await problems(bureau, await bureau.draft()) == []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("sender_id", "", "Type the sender ID"),
        ("sender_id", "OTP", "OTP"),
        ("subaccount", "a b", "3 to 50 letters"),
        ("message_type", "poetry", "what kind of messages"),
        ("monthly_traffic", 0, "at least 1"),
        ("monthly_traffic", True, "at least 1"),
        ("sample_text", " ", "Write a text"),
        ("sample_text", "Kopi Nusantara Inc. " + "x" * 1000, "has 1020 characters"),
        ("sample_text", "Your code is 123456", "Kopi"),
        ("valid_from", "soon", "Choose the day"),
        ("valid_from", "2026-11-22", "is over"),
        ("valid_from", "2027-11-24", "until 2027-11-23"),
    ],
)
async def test_each_field_of_a_sender_id_is_checked(bureau, field, value, sentence) -> None:
    """One wrong field is one problem, at that field of that entry, and says how to mend it."""
    draft = await bureau.draft(bureau.entry("KopiPay"), bureau.entry(**{field: value}))
    (problem,) = {each[:2]: each for each in await problems(bureau, draft)}.values()
    assert problem[:2] == ("sender_ids", f"1.{field}")
    assert sentence in problem[2]


async def test_the_same_name_twice_in_one_draft(bureau) -> None:
    """The second one is the one too many, whatever its case."""
    draft = await bureau.draft(bureau.entry("KOPI"), bureau.entry("Kopi"))
    assert [each[:2] for each in await problems(bureau, draft)] == [("sender_ids", "1.sender_id")]


async def test_more_sender_ids_than_one_submission_takes(bureau) -> None:
    """Two hundred fit, however they came in."""
    found = await problems(bureau, await bureau.draft(*(bureau.entry(f"Kopi{number}") for number in range(201))))
    assert [(field, "200 sender IDs go in one" in sentence) for _, field, sentence in found] == [("sender_ids", True)]


async def test_the_company_of_another_account_is_none(bureau) -> None:
    """A company's id from elsewhere names nothing here."""
    foreign = await bureau.company(bureau.carla)
    draft = await bureau.draft(company_id=foreign.id)
    assert ("details", "company_id") in [each[:2] for each in await problems(bureau, draft)]


async def test_documents_that_are_missing_or_do_not_fit(bureau) -> None:
    """A slot without a paper, a group of which none is there, one still on its way, one too large, one expired."""
    draft = await bureau.draft(entity="local", industry="bfsi")
    gone = {"letterhead": [], "business_permit": [], "mayors_permit": []}
    kept = (await bureau.look(lambda tx: tx.session.get_one(Draft, draft.id))).data["papers"] | gone
    draft = await bureau.do(drafts.save, bureau.ana, draft.id, {"papers": kept}, "documents")
    await bureau.paper(draft, "letterhead", kind="pdf")
    await bureau.paper(draft, "regulator_licence", size=5_100_000)
    yesterday = bureau.today() - timedelta(days=1)
    await bureau.paper(draft, "articles_of_incorporation", valid_until=yesterday)
    await bureau.do(companies.add_paper, bureau.ana, "sec_registration", Arrival("F9", "sec.pdf", 1), None, draft.id)
    found = await problems(bureau, draft)
    assert {(field, sentence.split(".")[0]) for _, field, sentence in found} == {
        ("permit", "Attach: Business Permit or Mayor's Permit"),
        ("letterhead", "letterhead"),
        ("regulator_licence", "regulator_licence"),
        ("articles_of_incorporation", "articles_of_incorporation"),
        ("sec_registration", "sec"),
    }
    said = {field: sentence for _, field, sentence in found}
    assert "is a PDF, and Company letterhead in Philippines takes JPG or PNG" in said["letterhead"]
    assert "has 5.1 MB, and Regulator's licence takes at most 5 MB" in said["regulator_licence"]
    assert "was valid until 2026-11-22" in said["articles_of_incorporation"]
    assert "still being looked at" in said["sec_registration"]


async def test_a_brandless_sender_id_needs_one_of_the_proofs(bureau) -> None:
    """The Philippines take the IP rights or the Corporate Secretary's Certificate."""
    draft = await bureau.draft(bureau.entry("Sunrise", brandless=False))
    brandless = {"sender_ids": [bureau.entry("Sunrise", brandless=True)]}
    await bureau.do(drafts.save, bureau.ana, draft.id, brandless, "sender_ids")
    (problem,) = await problems(bureau, draft)
    assert problem[:2] == ("documents", "proof")
    await bureau.paper(draft, "proof_secretary_certificate")
    assert await problems(bureau, draft) == []


async def test_what_the_company_has_is_attached_by_itself(bureau) -> None:
    """Papers of the first submission serve the second; the newest good one, and none that somebody refused."""
    await bureau.submitted()
    company = (await bureau.look(companies.of_account, bureau.ana))[0]
    draft = await bureau.do(drafts.begin, bureau.ana, "C0KOPI")
    values = {"country": "PH", "entity": "international", "industry": "others", "company_id": company.id}
    draft = await bureau.do(
        drafts.save, bureau.ana, draft.id, values | {"sender_ids": [bureau.entry("KopiPay")]}, "review"
    )
    assert await problems(bureau, draft) == []
    there = await bureau.look(completeness.attached, draft, bureau.today())
    assert {slot: [one.name for one in some] for slot, some in there.items()} == {
        "letterhead": ["letterhead.jpg"],
        "company_registration": ["company_registration.jpg"],
        "no_objection": ["no_objection.jpg"],
    }
    refused = await bureau.do(
        companies.add_paper, bureau.ana, "letterhead", Arrival("F8", "new.jpg", 1), company.id, None
    )
    await bureau.do(companies.paper_refused, refused.id, "It is broken.")
    there = await bureau.look(completeness.attached, draft, bureau.today())
    assert [one.name for one in there["letterhead"]] == ["letterhead.jpg"]


async def test_a_date_is_read_strictly() -> None:
    """The form gives ISO days; nothing else is guessed at."""
    assert completeness.read_date("2026-02-28") == date(2026, 2, 28)
    assert [completeness.read_date(typed) for typed in ("2026-02-29", "28.02.2026", "", None)] == [None] * 4
