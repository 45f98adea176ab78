"""What customers, staff and the post read of registrations, drawn from real rows on both databases."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from bot.delivery.links import Links
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.registrations import decisions, service
from bot.registrations.messages import kinds
from bot.registrations.rules import Act, OperatorStatus
from bot.registrations.steps import CARD, MAIL, NEWS, NOTE, REVIEW_CARD, ROWS
from bot.registrations.tables import Submission
from bot.storage.database import Tx

FIX = "senderid:fix"
NAMES = ("U0RINA", "U0BUDI")


@dataclass
class Reader:
    """Draws what was told."""

    bureau: Any

    async def draws(self, kind: str, *words: str) -> list[Any]:
        """All that was told of this kind, the oldest first, of which some text has these words."""
        by_name = {one.name: one.draw for one in kinds(Voices(), Links(), FIX)}

        def draw(tx: Tx) -> list[Any]:
            told = tx.session.scalars(select(Message).where(Message.kind == kind))
            in_order = sorted(told, key=lambda message: (len(message.key), message.key.rpartition(":")[2]))
            return [by_name[kind](tx, message) for message in in_order]

        drawn = await self.bureau.look(draw)
        return [one for one in drawn if all(word in said(one) for word in words)]


def said(drawn: Any) -> str:
    """All words of a message."""
    return f"{drawn.text}\n{getattr(drawn, 'blocks', '')}\n{getattr(drawn, 'subject', '')}"


def actions(drawn: Any) -> list[str]:
    """The buttons of a message."""
    rows = [block["elements"] for block in drawn.blocks if block["type"] == "actions"]
    return [element["action_id"] for row in rows for element in row]


@pytest.fixture
def reader(bureau: Any) -> Reader:
    """Reads what the bureau told."""
    return Reader(bureau)


async def test_a_submission_is_shown_to_both_sides(bureau: Any, reader: Reader) -> None:
    """The customer sees every operator and no staff's button; staff see what was asked, the papers and the checks."""
    await bureau.submitted(bureau.entry("KOPI"), bureau.entry("KopiNus"))
    (card,) = await reader.draws(CARD)
    assert "0 of 3 approved" in said(card)
    assert "KopiNus" in said(card)
    assert "Support has it" in said(card)
    assert not [action for action in actions(card) if action.startswith("review:")]
    assert FIX not in actions(card)
    first, second = sorted(await reader.draws(REVIEW_CARD), key=lambda one: "tickets:assign" not in actions(one))
    assert "your code is 123456" in said(first)
    assert "Documents" in said(first)
    assert "Checks" in said(first)
    assert (actions(second), "first card" in said(second)) == ([], True)
    (news,) = await reader.draws(NEWS)
    assert "We have your submission" in said(news)
    (mail,) = await reader.draws(MAIL)
    assert mail.subject.startswith("SD-1001: KOPI, KopiNus (Philippines) submitted")


async def test_a_row_offers_what_may_be_done_with_it(bureau: Any, reader: Reader) -> None:
    """Undecided rows are decided, decided ones amended; several at once while there are several."""
    submission = await bureau.submitted()
    (rows,) = await reader.draws(ROWS)
    undecided = ["review:sent", "review:approve", "review:ask", "review:reject"]
    assert actions(rows) == [*undecided * 3, "review:several"]
    one, other, _ = await bureau.rows(submission)
    await bureau.decide(Act.APPROVE, one)
    await bureau.decide(Act.ASK, other)
    (rows,) = await reader.draws(ROWS)
    assert actions(rows) == ["review:amend", "review:reject", *undecided]
    assert "<@U0RINA>" in said(rows)
    assert "Too short." in said(rows)
    assert len(rows.blocks) <= 50


@pytest.mark.parametrize(
    ("act", "state", "needs_him", "mends"),
    [
        (Act.SENT, "📡", False, False),
        (Act.APPROVE, "✅", False, False),
        (Act.ASK, "✏️", True, True),
        (Act.REJECT, "❌", True, True),
    ],
)
async def test_a_decision_is_told_to_the_customer(
    bureau: Any, reader: Reader, act: Act, state: str, needs_him: bool, mends: bool
) -> None:
    """With its reason when there is something to do, in the thread by name and by e-mail; staff stay unnamed."""
    submission = await bureau.submitted()
    row, *_ = await bureau.rows(submission)
    await bureau.decide(act, row)
    news, mail = (await reader.draws(NEWS))[-1], (await reader.draws(MAIL))[-1]
    assert news.text.startswith(state)
    assert row.name in said(news)
    assert "<@U0ANA>" in said(news)
    assert ("Too short." in said(news), "Too short." in mail.text) == (needs_him, needs_him)
    (card,) = await reader.draws(CARD)
    assert (FIX in actions(card)) == mends
    assert ("Meanwhile you can mend" in said(card)) == (act is Act.ASK)
    assert not [name for name in NAMES for one in (card, news, mail) if name in said(one)]


async def test_what_is_amended_withdrawn_and_contradicted_is_told(bureau: Any, reader: Reader) -> None:
    """An amendment corrects what was told; a withdrawal ends it; a contradiction is for staff alone."""
    submission: Submission = await bureau.submitted()
    row, *_ = await bureau.rows(submission)
    (row,) = await bureau.decide(Act.APPROVE, row)
    heard = (row.operator, "1", row.reference, "rejected", "generic", bureau.clock())
    await bureau.do(decisions.heard, *heard)
    (note,) = await reader.draws(NOTE)
    assert "(Sender ID is too generic), and that contradicts" in said(note)
    await bureau.do(decisions.heard, row.operator, "2", row.reference, "glorified", "", bureau.clock())
    (_, note) = await reader.draws(NOTE)
    assert "Globe says *glorified* about *KOPI*" in said(note)
    assert "a word that its feed should not have" in said(note)
    await bureau.decide(Act.AMEND, row, amended_to=OperatorStatus.REJECTED)
    assert await reader.draws(NEWS, "We correct what we told you")
    fresh = (await bureau.wholes(submission))[0].submission
    await bureau.do(service.withdraw, bureau.ana, submission.id, fresh.version)
    assert await reader.draws(NEWS, "<@U0ANA> withdrew it")
    assert await reader.draws(CARD, "It was withdrawn.")
    (rows,) = await reader.draws(ROWS)
    assert actions(rows) == []
