"""Companies are kept tidy, within their account; their papers come in once and are told when they expire."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import NotFound, OutOfDate
from bot.registrations import companies, drafts
from bot.registrations.companies import Arrival, NoSuchPaper
from bot.registrations.problems import Incomplete
from bot.registrations.steps import PAPER
from bot.registrations.tables import Draft


async def test_what_was_typed_is_tidied(bureau, kopi) -> None:
    """Website with https, phone in E.164, codes in capitals, no stray blanks."""
    company = await bureau.company(fields=replace(kopi, phone="0917 123 4567", name="  Kopi   Nusantara Inc. "))
    kept = (company.name, company.website, company.phone, company.country)
    assert kept == ("Kopi Nusantara Inc.", "https://kopi.example", "+639171234567", "PH")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "registered name"),
        ({"name": "x" * 151}, "has 151 characters"),
        ({"officer_name": " "}, "officer who signs"),
        ({"officer_email": "ana@kopi"}, "is no e-mail address"),
        ({"website": "http://kopi.example"}, "https://COMPANY.COM"),
        ({"website": "https://ana:pw@kopi.example"}, "https://COMPANY.COM"),
        ({"website": "https://[kopi"}, "https://COMPANY.COM"),
        ({"website": "kopi"}, "https://COMPANY.COM"),
        ({"phone": "call me"}, "is no phone number"),
        ({"country": "Philippines"}, "is no country's code"),
        ({"uen": "201312345X"}, "is no UEN"),
        ({"call_from": "9", "call_to": "17:00"}, "is no time"),
        ({"call_from": "09:00"}, "both times"),
        ({"call_from": "17:00", "call_to": "09:00"}, "before it begins"),
    ],
)
async def test_each_field_is_checked(bureau, kopi, wrong, words) -> None:
    """One wrong field, one problem, at that field."""
    with pytest.raises(Incomplete, match=words) as refused:
        await bureau.company(fields=replace(kopi, **wrong))
    (problem,) = refused.value.problems
    assert problem.step == "company"
    assert problem.field in {*wrong, "call_to"}


async def test_all_that_is_wrong_is_said_at_once(bureau, kopi) -> None:
    """Nobody mends one field to hear of the next."""
    with pytest.raises(Incomplete) as refused:
        await bureau.company(fields=replace(kopi, city="", officer_email="ana", website=""))
    assert {problem.field for problem in refused.value.problems} == {"city", "officer_email", "website"}


async def test_a_change_is_made_once_and_by_who_saw_the_latest(bureau, kopi) -> None:
    """A colleague changed it meanwhile: who was first is told, and nothing is overwritten."""
    company = await bureau.company()
    changed = await bureau.do(companies.save, bureau.ben, company.id, 1, replace(kopi, city="Cebu"))
    assert (changed.city, changed.version) == ("Cebu", 2)
    with pytest.raises(OutOfDate, match="changed by <@U0BEN>"):
        await bureau.do(companies.save, bureau.ana, company.id, 1, replace(kopi, city="Davao"))
    same = await bureau.do(companies.save, bureau.ana, company.id, 2, replace(kopi, city="Cebu"))
    assert same.version == 2
    assert await bureau.acts(company.id) == [
        ("registrations:company:added", "U0ANA"),
        ("registrations:company:changed", "U0BEN"),
    ]


async def test_a_name_is_kept_once_in_an_account(bureau, kopi) -> None:
    """Another account may have a company of the same name, and sees only its own."""
    await bureau.company()
    with pytest.raises(Incomplete, match="is kept already"):
        await bureau.company(bureau.ben)
    foreign = await bureau.company(bureau.carla)
    assert [one.id for one in await bureau.look(companies.of_account, bureau.carla)] == [foreign.id]
    with pytest.raises(NotFound):
        await bureau.do(companies.save, bureau.ana, foreign.id, 1, kopi)


async def test_the_same_file_for_the_same_slot_comes_in_once(bureau) -> None:
    """Slack delivers twice: one paper, one job, once in the draft."""
    draft = await bureau.do(drafts.begin, bureau.ana, "C0KOPI")
    arrival = Arrival("F1", "letter.png", 100)
    first = await bureau.do(companies.add_paper, bureau.ana, "letterhead", arrival, None, draft.id)
    second = await bureau.do(companies.add_paper, bureau.ana, "letterhead", arrival, None, draft.id)
    assert first.id == second.id
    assert await bureau.due() == {(PAPER, first.id)}
    kept = await bureau.look(lambda tx: tx.session.get_one(Draft, draft.id))
    assert kept.data == {"papers": {"letterhead": [first.id]}}
    other = await bureau.do(companies.add_paper, bureau.ana, "no_objection", arrival, None, draft.id)
    assert other.id != first.id


async def test_a_paper_goes_to_a_slot_that_there_is_in_an_account_that_is_ours(bureau) -> None:
    """No unknown slot, no draft or company or file of somebody else's."""
    draft = await bureau.do(drafts.begin, bureau.ana, "C0KOPI")
    company = await bureau.company()
    arrival = Arrival("F1", "letter.png", 100)
    with pytest.raises(NoSuchPaper):
        await bureau.do(companies.add_paper, bureau.ana, "love_letter", arrival)
    for where in ((company.id, None), (None, draft.id)):
        with pytest.raises(NotFound):
            await bureau.do(companies.add_paper, bureau.carla, "letterhead", arrival, *where)
    await bureau.do(companies.add_paper, bureau.ana, "letterhead", arrival)
    with pytest.raises(NotFound):
        await bureau.do(companies.add_paper, bureau.carla, "letterhead", arrival)


async def test_a_refused_paper_that_comes_again_is_looked_at_again(bureau) -> None:
    """The person attaches the same file once more: perhaps it was ours to mend."""
    company, arrival = await bureau.company(), Arrival("F1", "letter.png", 100)
    paper = await bureau.do(companies.add_paper, bureau.ana, "letterhead", arrival, company.id)
    await bureau.do(companies.paper_refused, paper.id, "letter.png is empty.")
    again = await bureau.do(companies.add_paper, bureau.ana, "letterhead", arrival, company.id)
    assert (again.id, again.status, again.trouble) == (paper.id, "fetching", "")
    await bureau.do(companies.paper_refused, paper.id, "letter.png is empty.")
    assert [one.trouble for one in await bureau.look(companies.papers, company.id)] == ["letter.png is empty."]


async def test_a_paper_that_is_about_to_expire_is_spoken_of(bureau) -> None:
    """Within 30 days, and no more when there is a newer one that lasts."""
    draft = await bureau.draft()
    company = (await bureau.look(companies.of_account, bureau.ana))[0]

    async def expiring() -> list[str]:
        return [one.slot for one in await bureau.look(companies.expiring, company.id, bureau.today())]

    papers = [await bureau.paper(draft, slot) for slot in ("no_objection", "letterhead")]
    for paper, days in zip(papers, (31, 30), strict=True):
        adopt = bureau.today() + timedelta(days=days)
        await bureau.do(
            lambda tx, id_=paper.id: setattr(tx.session.get_one(type(papers[0]), id_), "company_id", company.id)
        )
        await bureau.do(companies.date_paper, bureau.ana, paper.id, adopt)
    assert await expiring() == ["letterhead"]
    bureau.clock.advance(minutes=1)
    arrival = Arrival("F99", "new.jpg", 10)
    newer = await bureau.do(companies.add_paper, bureau.ana, "letterhead", arrival, company.id)
    await bureau.do(companies.date_paper, bureau.ana, newer.id, bureau.today() + timedelta(days=300))
    assert await expiring() == ["letterhead"], "it is not looked at yet"
    await bureau.do(lambda tx: setattr(tx.session.get_one(type(newer), newer.id), "status", "kept"))
    assert await expiring() == []
