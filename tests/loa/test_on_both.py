"""The steps of letters that lean on locks and on every kind of statement, on both databases."""

from typing import Any

from sqlalchemy import event

from bot.errors import OutOfDate
from bot.loa import steps
from bot.loa.rules import Way
from bot.loa.tables import Signing
from bot.registrations.tables import OperatorRow, Registration, Submission
from bot.storage.database import Tx


async def test_two_people_begin_at_once(chancery: Any, at_once: Any) -> None:
    """They get the same attempt."""
    letter, _ = await chancery.ready()
    both = await at_once(steps.begin_signing, chancery.ana, letter.id, Way.PAGE)
    assert both[0].id == both[1].id
    assert len(await chancery.every(Signing)) == 1


async def test_a_signed_copy_moves_its_operator_on(chancery: Any) -> None:
    """The letter is accepted, its operator's row goes on, the others wait; the turn is the customer's till all are."""
    globe, smart = await chancery.ready()
    copy = await chancery.came(globe)
    assert (await chancery.loa(), (await chancery.rows())["globe"]) == (["ready"], ("under_review", "checking"))
    await chancery.judged(copy, "fine")
    assert await chancery.rows() == {
        "globe": ("with_operator", "accepted"),
        "smart": ("under_review", "ready"),
        "dito": ("under_review", "not_needed"),
    }
    assert await chancery.turn() == "customer"
    await chancery.brought(smart)
    assert (await chancery.loa(), await chancery.turn()) == (
        ["accepted"],
        "us",
    )  # support asks DITO, who wants no letter
    (row,) = await chancery.every(OperatorRow, OperatorRow.operator == "smart")
    assert (row.status, row.decided_by, row.sent_at) == ("with_operator", None, chancery.clock())
    assert await chancery.news() == ["ready", "accepted", "accepted"]
    assert len(await chancery.told("loa.mail")) == 2  # ready, and all accepted


async def test_what_was_signed_on_a_screen_counts_at_once(chancery: Any) -> None:
    """The same file again is the same copy; another one later is kept."""
    letter, _ = await chancery.ready()
    signing = await chancery.signing(letter)
    copy = await chancery.do(steps.signed, letter.id, Way.PAGE, chancery.signed_file())
    again = await chancery.do(steps.signed, letter.id, Way.PAGE, chancery.signed_file())
    assert (copy.id, copy.status, copy.signer, copy.source) == (again.id, "accepted", "Ana Santoso", signing.id)
    late = await chancery.do(steps.signed, letter.id, Way.PAGE, chancery.signed_file("b"))
    assert late.status == "kept"
    (ended,) = await chancery.every(Signing)
    assert (ended.status, (await chancery.statuses())["1"]) == ("completed", "accepted")
    assert (await chancery.rows())["globe"] == ("with_operator", "accepted")
    assert await chancery.news() == ["ready", "accepted", "kept"]


async def test_two_releases_at_once_are_one(chancery: Any, at_once: Any) -> None:
    """Two colleagues press at the same moment: one is told who was first, and the customer is told once."""
    await chancery.drawn(await chancery.submitted())
    (registration,) = await chancery.every(Registration)

    def release(tx: Tx) -> str:
        try:
            return str(len(steps.release(tx, chancery.rina, registration.id)))
        except OutOfDate as error:
            return error.sentence

    said = await at_once(release)
    assert sum(one == "2" for one in said) == 1
    assert sum("already released by <@U0RINA>" in str(one) for one in said) == 1
    assert await chancery.news() == ["ready"]


async def test_two_submissions_of_many_are_followed_in_few_statements(chancery: Any) -> None:
    """However many sender IDs there are, following them costs a handful of statements, not some for each."""
    few, many = [
        await counted(chancery, await chancery.submitted(*(f"KOPI{count}{n}" for n in range(count))))
        for count in (6, 10)
    ]
    assert many - few <= 4 * 2  # but for a line in the audit for each letter


async def counted(chancery: Any, submission: Submission) -> int:
    """How many statements it takes to follow a submission."""
    seen = []

    def follow(tx: Tx) -> None:
        connection = tx.session.connection()
        event.listen(connection, "before_cursor_execute", lambda *args: seen.append(args[2]))
        steps.follow(tx, submission.id, "8x8")

    await chancery.do(follow)
    return len(seen)
