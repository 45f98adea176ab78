"""What becomes of a sender ID, told to each person as they chose: the submitter, and who looks after the ticket."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.delivery.links import Links
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.registrations import messages, service
from bot.registrations.rules import Act
from bot.registrations.steps import MAIL, NEWS, NOTE
from bot.storage.database import Tx
from bot.tickets import digest, notices
from bot.tickets.notices import DIGEST, DIRECT
from bot.tickets.quiet import Wish
from bot.tickets.service import assign


@pytest.fixture
def drawn(bureau: Any) -> Any:
    """All messages of a kind, as people read them: a function."""
    voices, links = Voices(), Links()
    kinds = [*messages.kinds(voices, links, "fix"), *digest.kinds(voices, links, messages.readings(voices, links))]
    by_name = {one.name: one.draw for one in kinds}

    async def draw(kind: str) -> list[Any]:
        def read(tx: Tx) -> list[Any]:
            told = select(Message).where(Message.kind == kind).order_by(Message.created_at, Message.id)
            return [by_name[kind](tx, message) for message in tx.session.scalars(told)]

        found: list[Any] = await bureau.look(read)
        return found

    return draw


async def test_a_submission_is_a_receipt_and_a_decision_is_news(bureau: Any, drawn: Any) -> None:
    """What somebody did themselves comes by e-mail alone; a decision also directly, who wishes that."""
    await bureau.do(notices.prefer, bureau.ana, Wish(by_name=False, direct=True), address="")
    submission = await bureau.submitted()
    assert await bureau.told(MAIL, DIRECT) == [(MAIL, "ana@kopi.example")]
    await bureau.decide(Act.APPROVE, (await bureau.rows(submission))[0])
    assert sorted(await bureau.told(MAIL, DIRECT)) == [(MAIL, "ana@kopi.example")] * 2 + [(DIRECT, "U0ANA")]
    (card,) = await drawn(DIRECT)
    assert "Globe approved it" in card.text
    assert "/desk notices" in str(card.blocks[-1])
    assert "<@U0ANA>" not in str([news.blocks for news in await drawn(NEWS)])


async def test_decisions_are_lines_in_a_digest_and_what_needs_somebody_is_not(bureau: Any, drawn: Any) -> None:
    """Approvals wait for the digest; changes that are asked for come at once, by name."""
    await bureau.do(notices.prefer, bureau.ana, Wish(direct=True, email=False, digest=True), address="")
    submission = await bureau.submitted()
    globe, smart, *_ = await bureau.rows(submission)
    await bureau.decide(Act.APPROVE, globe)
    assert await bureau.told(DIRECT, DIGEST, MAIL) == [(DIGEST, "U0ANA")]
    (card,) = await drawn(DIGEST)
    assert "• ✅ KOPI · Philippines: approved · Globe" in str(card.blocks)
    await bureau.decide(Act.ASK, smart)
    assert await bureau.told(DIRECT) == [(DIRECT, "U0ANA")]
    (named,) = [news for news in await drawn(NEWS) if "<@U0ANA>: " in str(news.blocks)]
    assert "Smart asks for changes" in named.text


async def test_who_looks_after_it_is_told_what_the_customer_did(bureau: Any, drawn: Any) -> None:
    """By name in the staff's thread, and directly; before somebody does, nobody is called."""
    first, second = await bureau.submitted(), await bureau.submitted(bureau.entry("NUSA"))
    await bureau.do(notices.prefer, bureau.rina, Wish(direct=True), address="rina@desk.example")
    ticket = await bureau.ticket(second)
    await bureau.do(assign, bureau.rina, ticket.id, ticket.version, "U0RINA")
    for submission in (first, second):
        await bureau.do(service.withdraw, bureau.ana, submission.id, submission.version)
    assert await bureau.told(DIRECT) == [(DIRECT, "U0RINA")]
    (card,) = await drawn(DIRECT)
    assert "withdrew *NUSA*" in card.text
    assert sorted(note.text.startswith("<@U0RINA>: ") for note in await drawn(NOTE)) == [False, True]
