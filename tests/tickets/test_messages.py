"""What tickets tell: each side reads what is for it, and nothing that is not."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.delivery.links import Links
from bot.delivery.outbox import REVIEW, Mail, SlackCard
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.storage.database import Tx
from bot.tickets import cards, service
from bot.tickets.messages import kinds
from bot.tickets.rules import Status, Turn
from bot.tickets.steps import CARD, NEWS, OPENED_MAIL, REPLY, REPLY_MAIL, REVIEW_CARD

STAFFS = ("tickets:assign", "tickets:reply", "tickets:solve", "tickets:more")


@pytest.fixture
def drawn(office: Any, voices: Voices) -> Any:
    """Draws every message of a kind, by its place."""
    draw = {kind.name: kind.draw for kind in kinds(voices, Links("https://demo.slack.com/"))}

    async def all_of(name: str) -> dict[str, SlackCard | Mail | None]:
        def read(tx: Tx) -> dict[str, Any]:
            messages = tx.session.scalars(select(Message).where(Message.kind == name).order_by(Message.created_at))
            return {message.place: draw[name](tx, message) for message in messages}

        found: dict[str, SlackCard | Mail | None] = await office.database.read(read)
        return found

    return all_of


@pytest.mark.parametrize("turn", list(Turn))
async def test_the_customers_card_says_who_has_it(office: Any, drawn: Any, turn: Turn) -> None:
    """Number, title, state, whose turn since when and what comes next; none of staff's buttons."""
    ticket = await office.ask(text="Why <now> & *here*?")
    await office.do(service.pass_on, office.rina, ticket.id, turn)
    card = (await drawn(CARD))["C0KOPI"]
    shown = str(card.blocks)
    assert "*SD-1001* · Why &lt;now&gt; &amp; *here*? · 🟢 Open" in shown
    assert "since <!date^" in shown
    assert [action for action in STAFFS if action in shown] == []
    assert all(action in shown for action in (cards.ADD, cards.CLOSE, cards.WHY))


async def test_the_staffs_card_has_what_they_need(office: Any, drawn: Any) -> None:
    """Customer, requester, whose turn, who looks after it, when an answer is due, the first words, all buttons."""
    ticket = await office.ask()
    await office.do(service.assign, office.rina, ticket.id, 1, "U0BUDI")
    shown = str((await drawn(REVIEW_CARD))[REVIEW].blocks)
    for words in (
        "Kopi Nusantara",
        "<@U0ANA>",
        "Support's turn",
        "<@U0BUDI>",
        r"*Answer due*\n<!date",
        "Why is my",
        *STAFFS,
    ):
        assert words in shown
    assert f"{ticket.id}:2" in shown


@pytest.mark.parametrize("status", [Status.SOLVED, Status.CLOSED])
async def test_cards_of_ended_tickets_offer_to_open_them(office: Any, drawn: Any, status: Status) -> None:
    """To both sides."""
    ticket = await office.ask()
    await office.do(service.settle, office.rina, ticket.id, 1, status)
    for kind, place in ((CARD, "C0KOPI"), (REVIEW_CARD, REVIEW)):
        assert cards.REOPEN in str((await drawn(kind))[place].blocks)


async def test_a_reply_names_nobody_of_the_staff_to_the_customer(office: Any, drawn: Any) -> None:
    """The words come whole, however long, and can mark up nothing; colleagues read who wrote."""
    ticket = await office.ask(email="ana@kopi.example")
    text = "<!channel> *" + "x" * 2900 + " end"
    await office.do(service.reply, office.rina, ticket.id, text, "k")
    told = await drawn(REPLY)
    theirs, ours = told["C0KOPI"], told[REVIEW]
    assert "U0RINA" not in str(theirs)
    assert "<@U0RINA> replied" in ours.text
    for card in (theirs, ours):
        assert card.blocks[1]["elements"][0]["elements"] == [{"type": "text", "text": text}]
        assert "<!channel>" not in card.text
    mail = (await drawn(REPLY_MAIL))["ana@kopi.example"]
    assert mail.subject == "SD-1001: Why is my sender ID late?"
    assert mail.about == ticket.id
    assert ("U0RINA" in mail.text, " end" in mail.text, mail.text.replace("\n> ", "").count("x") >= 2900) == (
        False,
        True,
        True,
    )
    assert "SD-1001" in (await drawn(OPENED_MAIL))["ana@kopi.example"].text


async def test_a_customers_words_come_with_a_button_to_answer(office: Any, drawn: Any) -> None:
    """Only on our side."""
    ticket = await office.ask()
    await office.do(service.reply, office.ana, ticket.id, "It is ACME", "k")
    told = await drawn(REPLY)
    assert cards.REPLY in str(told[REVIEW].blocks)
    assert cards.REPLY not in str(told["C0KOPI"].blocks)


async def test_nobody_is_told_what_their_own_side_did(office: Any, drawn: Any) -> None:
    """Staff solve: the customer hears. The customer opens it again: staff hear."""
    ticket = await office.ask()
    await office.do(service.settle, office.rina, ticket.id, 1, Status.SOLVED)
    told = await drawn(NEWS)
    assert (told[REVIEW], "is solved" in told["C0KOPI"].text) == (None, True)
    await office.do(service.settle, office.ben, ticket.id, 2, Status.OPEN)
    told = await drawn(NEWS)
    assert (told["C0KOPI"], "<@U0BEN> opened" in told[REVIEW].text) == (None, True)
