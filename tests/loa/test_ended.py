"""Letters that nobody needs any more: their operators decided without them, or what they are for is over."""

from typing import Any

import pytest

from bot.loa import service, steps
from bot.loa.copies import NotToBeSigned
from bot.loa.rules import Way
from bot.loa.tables import Letter, Signing
from bot.registrations import withdrawal
from bot.registrations.rules import Act
from bot.registrations.steps import LETTERS
from bot.registrations.tables import OperatorRow, Registration, Submission


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The rules alone are looked at."""
    return sqlite_url


async def the_submission(chancery: Any) -> Any:
    """The only one, as it stands."""
    (submission,) = await chancery.every(Submission)
    return submission


async def test_what_operators_decided_without_a_letter_needs_none(chancery: Any) -> None:
    """Nothing is left to sign on a solved ticket, and an attempt on a screen is called off; a click reads why."""
    globe, _ = await chancery.ready()
    await chancery.signing(globe, Way.DOCUSIGN)
    before = await chancery.due(LETTERS)
    await chancery.decide(Act.APPROVE, "globe")
    await chancery.decide(Act.REJECT, "smart")
    assert await chancery.due(LETTERS) == max(before, 1)
    await chancery.followed(await the_submission(chancery))
    assert await chancery.statuses() == {"1": "superseded", "2": "superseded"}
    assert await chancery.loa() == ["not_needed"]
    assert {loa for _, loa in (await chancery.rows()).values()} == {"not_needed"}
    (signing,) = await chancery.every(Signing)
    assert signing.status == "cancelled"
    with pytest.raises(NotToBeSigned, match="not needed any more"):
        await chancery.signing(globe)


async def test_a_signed_letter_stays_whatever_operators_decide(chancery: Any) -> None:
    """It was used; what was rejected and is submitted again unchanged is not signed again."""
    globe, smart = await chancery.ready()
    for letter in (globe, smart):
        await chancery.brought(letter)
    await chancery.decide(Act.APPROVE, "globe")
    await chancery.decide(Act.REJECT, "smart")
    submission = await the_submission(chancery)
    assert await chancery.followed(submission) == []
    assert await chancery.loa() == ["accepted"]
    await chancery.mended(submission)
    assert await chancery.followed(submission) == []
    assert await chancery.statuses() == {"1": "accepted", "2": "accepted"}


async def test_what_is_asked_again_gets_its_letter_anew(chancery: Any) -> None:
    """Rejected without a letter, mended and submitted again: there is a new version to sign."""
    await chancery.ready()
    await chancery.decide(Act.REJECT, "smart")
    await chancery.followed(await the_submission(chancery))
    assert await chancery.statuses() == {"1": "ready", "2": "superseded"}
    again = await chancery.mended(await the_submission(chancery))
    (made,) = await chancery.followed(again)
    assert (made.number, (await chancery.rows())["smart"]) == ("LOA-001001-2-r2", ("under_review", "drawing"))


async def test_one_letter_for_all_waits_for_the_last_operator(chancery: Any) -> None:
    """Singapore's letter is needed until each of its operators has decided."""
    await chancery.ready(country="SG", entity="international")
    first, *others = [row.operator for row in await chancery.every(OperatorRow)]
    await chancery.decide(Act.APPROVE, first)
    submission = await the_submission(chancery)
    assert await chancery.followed(submission) == []
    assert await chancery.statuses() == {"1": "ready"}
    await chancery.decide(Act.APPROVE, *others)
    await chancery.followed(submission)
    assert (await chancery.statuses(), await chancery.loa()) == ({"1": "superseded"}, ["not_needed"])


async def test_who_waited_for_a_letter_that_is_gone_is_told(chancery: Any) -> None:
    """One sender ID is withdrawn while its letters are drawn: the other's, drawn long ago, are told of then."""
    submission = await chancery.submitted("KOPI", "KopiPay")
    made = await chancery.followed(submission)
    for letter in made[2:]:
        await chancery.do(steps.drawn, letter.id, chancery.drawing(letter), "always")
    assert await chancery.news() == []
    first = next(one for one in await chancery.every(Registration) if one.position == 1)
    await chancery.do(withdrawal.withdraw, chancery.ana, first.id, first.version)
    await chancery.followed(submission)
    assert (await chancery.news(), await chancery.loa()) == (["ready"], ["not_needed", "ready"])


async def test_a_doubtful_copy_of_a_letter_that_is_gone_is_kept(chancery: Any) -> None:
    """Nobody has to look at it any more, and a copy whose check ends later is a version too."""
    globe, smart = await chancery.ready()
    doubtful = await chancery.brought(globe, "doubtful")
    late = await chancery.came(smart)
    registration = (await chancery.every(Registration))[0]
    await chancery.do(withdrawal.withdraw, chancery.ana, registration.id, registration.version)
    await chancery.followed(await the_submission(chancery))
    await chancery.judged(late, "fine")
    found = {one.id: one.status for one in await chancery.every(type(doubtful))}
    assert found == {doubtful.id: "kept", late.id: "kept"}
    assert [one.copy_id for one in await chancery.every(Letter)] == [None, None]
    with pytest.raises(NotToBeSigned):
        await chancery.do(service.download, chancery.ana, globe.id)
