"""What happens to letters, step by step: followed, drawn, released, signed, checked, accepted, returned."""

from typing import Any

import pytest

from bot.errors import NotAllowed, NotFound, OutOfDate
from bot.loa import service, steps
from bot.loa.copies import DownloadFirst, NotToBeSigned
from bot.loa.deciding import DecidedByOperator
from bot.loa.drawing import NothingToRelease
from bot.loa.rules import Way
from bot.loa.tables import Letter, SignedCopy, Signing
from bot.registrations import override, withdrawal
from bot.registrations.companies import Arrival
from bot.registrations.rules import Act, OwnSubmission, ReasonMissing
from bot.registrations.steps import LETTERS
from bot.registrations.tables import OperatorRow, Registration, Submission
from bot.storage.audit import AuditRow


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough to look at the rules; what leans on locks stands in ``test_on_both``."""
    return sqlite_url


# Following what is registered


async def test_a_submission_has_its_letters_made(chancery: Any) -> None:
    """A due row says so; each sender ID gets its letters in order, and each letter is drawn by a due row of its own."""
    submission = await chancery.submitted("KOPI", "KopiPay")
    assert await chancery.due(LETTERS) == 1
    made = await chancery.followed(submission)
    assert [one.number for one in made] == [f"LOA-001001-{n}" for n in (1, 2, 3, 4)]
    assert [one.slot for one in made] == ["globe", "smart"] * 2
    assert made[0].data["dated"] == "2026-11-23"
    assert await chancery.due("loa.draw") == 4
    assert await chancery.loa() == ["drawing", "drawing"]


async def test_followed_again_nothing_changes(chancery: Any) -> None:
    """A due row that runs twice makes no second letter."""
    submission = await chancery.submitted()
    await chancery.followed(submission)
    assert await chancery.followed(submission) == []
    assert await chancery.statuses() == {"1": "drawing", "2": "drawing"}


async def test_a_country_that_asks_for_none_gets_none(chancery: Any) -> None:
    """Nothing is drawn, and it stays support's turn."""
    submission = await chancery.submitted(country="SG", entity="local")
    assert await chancery.followed(submission) == []
    assert (await chancery.loa(), await chancery.turn()) == (["not_needed"], "us")


async def test_what_is_withdrawn_takes_its_letters_back(chancery: Any) -> None:
    """The other sender ID's stay; an attempt on a screen is called off."""
    letters = await chancery.ready("KOPI", "KopiPay")
    signing = await chancery.signing(letters[0])
    first = next(one for one in await chancery.every(Registration) if one.position == 1)
    submission = await chancery.do(withdrawal.withdraw, chancery.ana, first.id, first.version)
    await chancery.followed(submission)
    assert await chancery.statuses() == {"1": "superseded", "2": "superseded", "3": "ready", "4": "ready"}
    assert await chancery.loa() == ["not_needed", "ready"]
    (after,) = await chancery.every(Signing, Signing.id == signing.id)
    assert after.status == "cancelled"


async def test_a_submission_that_says_something_else_gets_new_letters(chancery: Any) -> None:
    """The earlier version stays as it was, with its files; what an operator approved keeps its letter."""
    letters = await chancery.ready()
    await chancery.brought(letters[0])
    await chancery.decide(Act.APPROVE, "globe")
    await chancery.decide(Act.ASK, "smart")
    (submission,) = {one.submission_id for one in await chancery.every(Registration)}
    mended = await chancery.mended(await _submission(chancery, submission), sample_text="Kopi Nusantara Inc.: 1234")
    (made,) = await chancery.followed(mended)
    assert (made.number, made.slot, made.revision) == ("LOA-001001-2-r2", "smart", 2)
    assert made.data["sample_text"] == "Kopi Nusantara Inc.: 1234"
    assert await chancery.statuses() == {"1": "accepted", "2": "superseded", "2-r2": "drawing"}
    before = next(one for one in await chancery.letters() if one.number == "LOA-001001-2")
    assert before.pdf_key == letters[1].pdf_key
    await chancery.do(steps.drawn, made.id, chancery.drawing(made), "always")
    assert (await chancery.news())[-1] == "ready"


async def test_a_submission_that_says_the_same_keeps_its_letters(chancery: Any) -> None:
    """Nobody signs twice what did not change."""
    letters = await chancery.ready()
    await chancery.brought(letters[0])
    await chancery.decide(Act.ASK, "smart")
    (submission,) = {one.submission_id for one in await chancery.every(Registration)}
    again = await chancery.mended(await _submission(chancery, submission))
    assert await chancery.followed(again) == []
    assert await chancery.statuses() == {"1": "accepted", "2": "ready"}


async def test_another_entity_needs_other_letters(chancery: Any) -> None:
    """Staff count the company as local: in Singapore no letter is needed then, and the one that was drawn goes."""
    submission = await chancery.submitted(country="SG", entity="international")
    await chancery.drawn(submission, "always")
    assert (await chancery.loa(), await chancery.turn()) == (["ready"], "customer")
    await chancery.do(override.choose_entity, chancery.rina, submission.id, "local", "They have an office there.")
    assert await chancery.due(LETTERS) == 1
    await chancery.followed(submission)
    assert (await chancery.loa(), await chancery.turn()) == (["not_needed"], "us")
    assert await chancery.statuses() == {"1": "superseded"}


async def _submission(chancery: Any, id_: str) -> Any:
    (found,) = await chancery.every(Submission, Submission.id == id_)
    return found


# Drawing and releasing


async def test_staff_look_before_the_customer_does(chancery: Any) -> None:
    """What was drawn waits; the customer is told of all letters at once, with their pictures, when staff release it."""
    submission = await chancery.submitted()
    letters = await chancery.drawn(submission)
    assert {one.status for one in letters} == {"to_release"}
    assert (await chancery.turn(), await chancery.news()) == ("us", [])
    assert sorted(await chancery.told("loa.preview")) == ["review", "review"]
    with pytest.raises(NotToBeSigned, match="we look at it first"):
        await chancery.signing(letters[0])
    (registration,) = await chancery.every(Registration)
    await chancery.do(steps.release, chancery.rina, registration.id)
    assert (await chancery.loa(), await chancery.turn(), await chancery.news()) == (["ready"], "customer", ["ready"])
    assert {one.released_by for one in await chancery.letters()} == {"U0RINA"}
    assert await chancery.told("loa.news") == ["C0KOPI"]
    assert await chancery.told("loa.mail") == ["ana@kopi.example"]
    assert (await chancery.told("loa.preview")).count("C0KOPI") == 2


async def test_who_releases_second_is_told_who_was_first(chancery: Any) -> None:
    """One of two colleagues releases; the other reads by whom, and nothing is told twice."""
    await chancery.drawn(await chancery.submitted())
    (registration,) = await chancery.every(Registration)
    await chancery.do(steps.release, chancery.rina, registration.id)
    with pytest.raises(OutOfDate, match="released by <@U0RINA>"):
        await chancery.do(steps.release, chancery.budi, registration.id)
    assert await chancery.news() == ["ready"]


async def test_all_letters_of_a_ticket_are_released_at_once(chancery: Any) -> None:
    """The customer is told once, whatever the number of sender IDs."""
    await chancery.drawn(await chancery.submitted("KOPI", "KopiPay", "KopiClub"))
    registrations = await chancery.every(Registration)
    done = await chancery.do(steps.release, chancery.rina, registrations[0].id, whole=True)
    assert (len(done), await chancery.news()) == (6, ["ready"])
    assert await chancery.loa() == ["ready"] * 3


async def test_only_staff_release(chancery: Any) -> None:
    """Neither the customer nor a stranger does."""
    await chancery.drawn(await chancery.submitted())
    (registration,) = await chancery.every(Registration)
    for who in (chancery.ana, chancery.stranger):
        with pytest.raises(NotAllowed):
            await chancery.do(steps.release, who, registration.id)


async def test_a_rule_may_release_what_it_always_releases(chancery: Any) -> None:
    """Once the last letter of the submission is drawn the customer hears of all of them."""
    submission = await chancery.submitted("KOPI", "KopiPay")
    made = await chancery.followed(submission)
    for letter in made[:-1]:
        await chancery.do(steps.drawn, letter.id, chancery.drawing(letter), "always")
    assert await chancery.news() == []
    await chancery.do(steps.drawn, made[-1].id, chancery.drawing(made[-1]), "always")
    assert (await chancery.news(), await chancery.turn()) == (["ready"], "customer")


async def test_a_rule_may_release_what_is_known(chancery: Any) -> None:
    """A company whose letter was accepted with the same data is known; the first one is not."""
    first = await chancery.drawn(await chancery.submitted(), "known")
    assert {one.status for one in first} == {"to_release"}
    (registration,) = await chancery.every(Registration)
    await chancery.do(steps.release, chancery.rina, registration.id)
    await chancery.do(service.download, chancery.ana, first[0].id)
    await chancery.brought(first[0])
    second = await chancery.submitted("KopiPay")
    await chancery.drawn(second, "known")
    assert {one.status for one in await chancery.every(Letter, Letter.number.like("LOA-001002-%"))} == {"ready"}


async def test_a_letter_that_cannot_be_drawn_is_told_and_drawn_again(chancery: Any) -> None:
    """Both sides read why, once; after it was mended staff have it drawn again."""
    submission = await chancery.submitted()
    for letter in await chancery.followed(submission):
        await chancery.do(steps.cannot_draw, letter.id, "The company's name has 🎉, which the letter cannot show.")
    assert (await chancery.loa(), await chancery.turn(), await chancery.news()) == (["stuck"], "us", ["stuck"])
    assert (await chancery.told("loa.news"), await chancery.told("loa.note")) == (["C0KOPI"], ["review"])
    (registration,) = await chancery.every(Registration)
    with pytest.raises(NotAllowed):
        await chancery.do(steps.draw_again, chancery.ana, registration.id)
    await chancery.do(steps.draw_again, chancery.rina, registration.id)
    assert await chancery.loa() == ["drawing"]
    for letter in await chancery.letters():
        await chancery.do(steps.drawn, letter.id, chancery.drawing(letter), "always")
    assert await chancery.news() == ["stuck", "ready"]
    with pytest.raises(NothingToRelease):
        await chancery.do(steps.draw_again, chancery.rina, registration.id)


async def test_what_was_drawn_for_nobody_stays_away(chancery: Any) -> None:
    """A letter that was superseded while it was drawn is not shown to anybody."""
    submission = await chancery.submitted()
    made = await chancery.followed(submission)
    await chancery.do(withdrawal.withdraw, chancery.ana, submission.id, submission.version)
    await chancery.followed(submission)
    for letter in made:
        await chancery.do(steps.drawn, letter.id, chancery.drawing(letter), "always")
        await chancery.do(steps.cannot_draw, letter.id, "Too late.")
    assert set((await chancery.statuses()).values()) == {"superseded"}
    assert await chancery.news() == []


# Signed on paper


async def test_before_it_is_downloaded_nothing_can_come_back(chancery: Any) -> None:
    """Whatever file it is, it is not the signed letter."""
    (letter, _) = await chancery.drawn(await chancery.submitted(), "always")
    with pytest.raises(DownloadFirst, match="LOA-001001-1 was not downloaded yet"):
        await chancery.came(letter)
    await chancery.do(service.download, chancery.ana, letter.id)
    await chancery.came(letter)
    assert (await chancery.told("loa.letter")).count("C0KOPI") == 1


async def test_the_same_file_comes_once(chancery: Any) -> None:
    """Slack delivers an event twice; there is one copy, and one job."""
    letter, _ = await chancery.ready()
    arrival = Arrival("F9", "signed.jpg", 1000)
    both = [await chancery.do(steps.copy_came, chancery.ana, letter.id, arrival, "C0KOPI:1.1:F9") for _ in range(2)]
    assert both[0].id == both[1].id
    assert len(await chancery.every(SignedCopy)) == await chancery.due("loa.check") == 1


async def test_a_refused_copy_leaves_the_letter_to_be_signed(chancery: Any) -> None:
    """It is told at once, with the way out; the copy is kept, and the next one counts."""
    letter, _ = await chancery.ready()
    await chancery.brought(letter, "refused")
    assert (await chancery.statuses())["1"] == "ready"
    assert (await chancery.news())[-1] == "refused"
    await chancery.brought(letter)
    assert (await chancery.statuses())["1"] == "accepted"
    copies = await chancery.every(SignedCopy)
    assert sorted((one.number, one.status) for one in copies) == [(1, "refused"), (2, "accepted")]


async def test_a_doubtful_copy_is_accepted_by_staff(chancery: Any) -> None:
    """Both sides see the picture of the box; a colleague decides, and it goes on."""
    letter, _ = await chancery.ready()
    copy = await chancery.brought(letter, "doubtful")
    assert ((await chancery.statuses())["1"], (await chancery.news())[-1]) == ("doubtful", "unsure")
    assert sorted(await chancery.told("loa.crop")) == ["C0KOPI", "review"]
    assert await chancery.told("loa.note") == ["review"]
    await chancery.do(steps.accept, chancery.rina, copy.id, copy.version)
    assert (await chancery.rows())["globe"] == ("with_operator", "accepted")
    (row,) = await chancery.every(OperatorRow, OperatorRow.operator == "globe")
    assert row.decided_by == "U0RINA"
    with pytest.raises(OutOfDate, match="accepted by <@U0RINA>"):
        await chancery.do(steps.accept, chancery.budi, copy.id, copy.version)


async def test_a_doubtful_copy_is_returned_by_staff(chancery: Any) -> None:
    """With a reason the customer signs again; without one nothing happens; it is the customer's turn."""
    letter, _ = await chancery.ready()
    copy = await chancery.brought(letter, "doubtful")
    for why in (("", ""), ("other", " ")):
        with pytest.raises(ReasonMissing):
            await chancery.do(steps.return_, chancery.rina, copy.id, copy.version, why)
    await chancery.do(steps.return_, chancery.rina, copy.id, copy.version, ("stamp", "Below the name, please."))
    (after,) = await chancery.every(Letter, Letter.id == letter.id)
    assert (after.status, after.reason, after.words) == ("returned", "stamp", "Below the name, please.")
    assert (await chancery.turn(), (await chancery.news())[-1]) == ("customer", "returned")
    await chancery.brought(letter, "refused")
    assert (await chancery.statuses())["1"] == "returned"
    await chancery.brought(letter)
    (after,) = await chancery.every(Letter, Letter.id == letter.id)
    assert (after.status, after.reason, after.words) == ("accepted", "", "")


async def test_an_accepted_copy_is_returned_until_an_operator_decided(chancery: Any) -> None:
    """Somebody finds an error later: the customer signs again, and the operator's row stays where it is."""
    globe, smart = await chancery.ready()
    first, second = await chancery.brought(globe), await chancery.brought(smart)
    await chancery.do(steps.return_, chancery.rina, first.id, first.version, ("pages", ""))
    assert (await chancery.rows())["globe"] == ("with_operator", "returned")
    assert (await chancery.loa(), await chancery.turn()) == (["returned"], "customer")
    await chancery.decide(Act.APPROVE, "smart")
    with pytest.raises(DecidedByOperator, match="Smart decided on it already"):
        await chancery.do(steps.return_, chancery.rina, second.id, second.version, ("pages", ""))
    assert (await chancery.statuses())["2"] == "accepted"


async def test_a_copy_after_the_accepted_one_is_kept(chancery: Any) -> None:
    """Nothing is signed twice: it stays as a version, and its sender reads which one counts."""
    letter, _ = await chancery.ready()
    counts = await chancery.brought(letter)
    late = await chancery.brought(letter)
    (after,) = await chancery.every(Letter, Letter.id == letter.id)
    assert (late.status, after.copy_id, (await chancery.news())[-1]) == ("kept", counts.id, "kept")


async def test_two_copies_at_once_count_once(chancery: Any) -> None:
    """Both are checked beside each other; the first good one counts, and a doubtful one before it is kept."""
    letter, _ = await chancery.ready()
    some = [await chancery.came(letter) for _ in range(3)]
    await chancery.judged(some[0], "doubtful")
    assert (await chancery.statuses())["1"] == "doubtful"
    await chancery.judged(some[1], "fine")
    await chancery.judged(some[2], "doubtful")
    copies = sorted(await chancery.every(SignedCopy), key=lambda one: one.number)
    assert [one.status for one in copies] == ["kept", "accepted", "kept"]
    assert (await chancery.statuses())["1"] == "accepted"


async def test_judged_twice_it_is_told_once(chancery: Any) -> None:
    """A job that runs again after its process died says nothing again."""
    letter, _ = await chancery.ready()
    copy = await chancery.brought(letter)
    await chancery.judged(copy, "refused")
    assert ((await chancery.statuses())["1"], (await chancery.news()).count("accepted")) == ("accepted", 1)


async def test_a_copy_is_recognised_by_its_code(chancery: Any) -> None:
    """Sent as Globe's it is Smart's: it moves there, and Globe's waits on; another account's stays unknown."""
    globe, smart = await chancery.ready()
    copy = await chancery.came(globe)
    moved = await chancery.do(steps.moved_to, copy.id, smart.number)
    assert moved is not None
    assert (moved.letter_id, moved.number) == (smart.id, 1)
    assert await chancery.statuses() == {"1": "ready", "2": "checking"}
    for unknown in (smart.number, "LOA-009999-1"):
        assert await chancery.do(steps.moved_to, copy.id, unknown) is None
    await chancery.judged(copy, "fine")
    assert await chancery.statuses() == {"1": "ready", "2": "accepted"}


async def test_who_submitted_or_sent_it_decides_nothing(chancery: Any) -> None:
    """Somebody of the staff who brought the copy asks a colleague."""
    letter, _ = await chancery.ready()
    copy = await chancery.judged(await chancery.came(letter, chancery.rina), "doubtful")
    with pytest.raises(OwnSubmission):
        await chancery.do(steps.accept, chancery.rina, copy.id, copy.version)
    with pytest.raises(OwnSubmission):
        await chancery.do(steps.return_, chancery.rina, copy.id, copy.version, ("pages", ""))
    await chancery.do(steps.accept, chancery.budi, copy.id, copy.version)


async def test_nobody_reaches_another_accounts_letters(chancery: Any) -> None:
    """Carla finds nothing, whatever id she names; customers decide nothing."""
    letter, _ = await chancery.ready()
    copy = await chancery.brought(letter, "doubtful")
    carla, arrival = chancery.carla, Arrival("F9", "signed.pdf", 1)
    for use_case, args in (
        (service.download, (letter.id,)),
        (service.bring_signed, (letter.id,)),
        (service.sign_now, (letter.id, Way.PAGE, "https://desk.example")),
        (steps.copy_came, (letter.id, arrival, "x")),
        (steps.begin_signing, (letter.id, Way.PAGE)),
        (service.copy_of, (copy.id,)),
    ):
        with pytest.raises(NotFound):
            await chancery.do(use_case, carla, *args)
    for who in (carla, chancery.ana):
        with pytest.raises(NotAllowed):
            await chancery.do(steps.accept, who, copy.id, copy.version)


# Signed on a screen


async def test_an_open_attempt_is_offered_again(chancery: Any) -> None:
    """The same way gives the same attempt; another way, or by e-mail, calls the first off."""
    letter, _ = await chancery.ready()
    first = await chancery.signing(letter)
    assert (await chancery.signing(letter)).id == first.id
    second = await chancery.signing(letter, Way.DOCUSIGN)
    third = await chancery.signing(letter, Way.DOCUSIGN, by_mail=True)
    status = {one.id: one.status for one in await chancery.every(Signing)}
    assert status == {first.id: "cancelled", second.id: "cancelled", third.id: "creating"}
    assert (third.signer_name, third.signer_email) == ("Ana Santoso", "ana@kopi.example")


async def test_a_paper_copy_calls_the_screen_off(chancery: Any) -> None:
    """When it is accepted nobody can sign on the screen any more; who is late there is kept."""
    letter, _ = await chancery.ready()
    signing = await chancery.signing(letter, Way.DOCUSIGN)
    await chancery.brought(letter)
    (after,) = await chancery.every(Signing, Signing.id == signing.id)
    assert after.status == "cancelled"
    assert await chancery.due("loa.docusign.void") == 1
    late = await chancery.do(steps.signed, letter.id, Way.DOCUSIGN, chancery.signed_file())
    assert late.status == "kept"


@pytest.mark.parametrize("status", ["declined", "voided", "expired", "failed"])
async def test_an_attempt_that_came_to_nothing_is_told_once(chancery: Any, status: str) -> None:
    """The letter stays as it is, and can be signed again; what is heard late or twice changes nothing."""
    letter, _ = await chancery.ready()
    signing = await chancery.signing(letter)
    assert await chancery.do(steps.signing_ended, signing.id, status, "Not with me.") is True
    assert await chancery.do(steps.signing_ended, signing.id, "voided") is False
    (after,) = await chancery.every(Signing)
    assert (after.status, after.because) == (status, "Not with me.")
    assert await chancery.news() == ["ready", "ended"]
    assert ((await chancery.statuses())["1"], await chancery.turn()) == ("ready", "customer")
    assert (await chancery.signing(letter)).id != signing.id


async def test_what_we_call_off_is_told_to_nobody(chancery: Any) -> None:
    """Somebody chose another way: that is no news."""
    letter, _ = await chancery.ready()
    signing = await chancery.signing(letter)
    assert await chancery.do(steps.signing_ended, signing.id, "cancelled") is True
    assert await chancery.news() == ["ready"]


async def test_every_step_is_written_down(chancery: Any) -> None:
    """Who did what to which letter stands in the audit, with from and to."""
    letter, _ = await chancery.ready()
    await chancery.brought(letter)
    rows = await chancery.every(AuditRow, AuditRow.subject_id == letter.id, AuditRow.act.like("loa:letter:%"))
    told = [(row.act.rpartition(":")[2], row.actor, row.to_status) for row in sorted(rows, key=lambda row: row.id)]
    assert told == [
        ("begun", None, None),
        ("drawn", None, "ready"),
        ("downloaded", "U0ANA", None),
        ("checking", "U0ANA", "checking"),
        ("accepted", None, "accepted"),
    ]


async def test_a_screen_refuses_what_moved_on(chancery: Any) -> None:
    """Who saw an older version of the letter is told what happened to it."""
    letter, _ = await chancery.ready()
    await chancery.came(letter)
    with pytest.raises(NotToBeSigned, match="a signed copy is being checked"):
        await chancery.signing(letter)
