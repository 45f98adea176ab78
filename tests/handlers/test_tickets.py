"""``/tickets``, the forms and the shortcut: what each person is answered."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account
from bot.delivery.tables import Message
from bot.desk import Desk
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, MART, MART_ACCOUNT, REVIEW
from bot.sandbox.slack.actor import Actor, Reply
from bot.sandbox.slack.workspace import Slack
from bot.storage.database import Tx
from bot.tickets import service
from bot.tickets.rules import Audience, Status, Turn
from bot.tickets.tables import Ticket, TicketEntry
from handlers.threads import plain_words

Rows = Callable[..., Any]


@pytest.fixture(autouse=True)
async def linked(rina: Actor) -> None:
    """Both customers have their channels."""
    await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} Kopi Nusantara")
    await rina.command(MART, f"/desk link {MART_ACCOUNT} Manila Mart")


def everything(answer: Reply) -> str:
    """All that an answer shows."""
    return f"{answer.text}\n{answer.blocks}"


async def the_ticket(rows: Rows) -> Ticket:
    """The one ticket that there is."""
    (ticket,) = await rows(Ticket)
    found: Ticket = ticket
    return found


# Opening


async def test_words_behind_the_command_open_a_ticket(ana: Actor, rows: Rows) -> None:
    """With them as first words, and the number in the answer; links and mentions come as they read."""
    answer = await ana.command(KOPI, "/tickets open Is <https://8x8.test/a|this page> right & <@U0BEN|ben> too?")
    assert "*SD-1001* is open" in answer.text
    ticket = await the_ticket(rows)
    assert (ticket.requester, ticket.channel, ticket.requester_email) == ("U0ANA", KOPI, "ana@kopi-nusantara.example")
    (entry,) = await rows(TicketEntry)
    assert entry.text == "Is this page (https://8x8.test/a) right & @ben too?"


async def test_without_words_a_form_asks_for_them(ana: Actor, rows: Rows) -> None:
    """What is missing stands under its field; the title is as typed."""
    await ana.command(KOPI, "/tickets open")
    await ana.fill("about", "Invoice")
    await ana.fill("text", "   ")
    assert "no words yet" in (await ana.submit() or {})["text"]
    await ana.fill("text", "We have not got our June invoice.")
    assert await ana.submit() is None
    ticket = await the_ticket(rows)
    assert (ticket.title, ticket.channel) == ("Invoice", KOPI)


async def test_a_message_becomes_a_ticket_in_its_own_thread(ana: Actor, rina: Actor, rows: Rows, slack: Slack) -> None:
    """Staff make one of a customer's message: it is the customer's request. The same message makes no second one."""
    message = await ana.post(KOPI, "Our sender ID does not work in Manila")
    for actor in (rina, ana):
        await actor.shortcut("tickets:from_message", message)
        assert "*SD-1001* is open" in slack.channels[KOPI].ephemerals[-1].text
    ticket = await the_ticket(rows)
    assert (ticket.requester, ticket.thread_ts) == ("U0ANA", message.ts)
    assert ticket.title == "Our sender ID does not work in Manila"


@pytest.mark.parametrize("who", ["otto", "gita"])
async def test_who_was_not_added_opens_nothing(request: pytest.FixtureRequest, who: str, rows: Rows) -> None:
    """Guests and people of other workspaces are told how to get in."""
    actor: Actor = request.getfixturevalue(who)
    assert "/desk people add" in (await actor.command(KOPI, "/tickets open Hello")).text
    assert await rows(Ticket) == []


# Looking


async def test_lists_say_when_there_is_nothing(ana: Actor, rina: Actor) -> None:
    """And what to do then; nobody sees an empty list without a word."""
    assert "no open tickets" in (await ana.command(KOPI, "/tickets")).text
    assert "look after no open ticket" in (await rina.command(REVIEW, "/tickets")).text
    for actor, words in ((ana, "ended"), (rina, "overdue"), (rina, "account Nobody")):
        assert "There are none" in (await actor.command(KOPI, f"/tickets {words}")).text


async def test_each_sees_the_tickets_that_are_theirs_to_see(ana: Actor, carla: Actor, rina: Actor, clock: Any) -> None:
    """Customers their account's, staff all, by account, by whose turn, and what is late."""
    await ana.command(KOPI, "/tickets open About Kopi")
    await carla.command(MART, "/tickets open About Mart")
    mine = await ana.command(KOPI, "/tickets")
    assert "About Kopi" in everything(mine)
    assert "About Mart" not in everything(await ana.command(KOPI, "/tickets all"))
    everybodys = everything(await rina.command(REVIEW, "/tickets all"))
    assert "About Kopi · Kopi Nusantara" in everybodys
    assert "About Mart · Manila Mart" in everybodys
    marts = everything(await rina.command(REVIEW, "/tickets account manila"))
    assert ("About Mart" in marts, "About Kopi" in marts) == (True, False)
    assert "Support's turn" in everything(await rina.command(REVIEW, "/tickets us"))
    clock.now += timedelta(days=7)
    assert "⏰ late" in everything(await rina.command(REVIEW, "/tickets overdue"))
    assert "late" not in (await ana.command(KOPI, "/tickets all")).text


async def test_the_select_shows_another_list_in_place(ana: Actor, rina: Actor) -> None:
    """The answer is replaced, and no second message comes."""
    await ana.command(KOPI, "/tickets open About Kopi")
    answer = await rina.command(REVIEW, "/tickets")
    assert answer.message is not None
    await rina.choose(answer.message, "tickets:view", "all")
    assert "About Kopi" in everything(answer)
    assert len([one for one in rina.sees(REVIEW) if one.ephemeral_to]) == 1


async def test_show_and_why_answer_within_the_account(ana: Actor, carla: Actor, rina: Actor) -> None:
    """By the number in any spelling; a foreign number is like none, and nonsense is named."""
    await ana.command(KOPI, "/tickets open What about my sender ID?")
    for number in ("SD-1001", "sd-1001", "1001", "#1001"):
        assert "What about my sender ID?" in everything(await ana.command(KOPI, f"/tickets show {number}"))
    assert "opened the ticket" in everything(await ana.command(KOPI, "/tickets why SD-1001"))
    for command in ("show", "why"):
        assert "no ticket SD-1001 here" in (await carla.command(MART, f"/tickets {command} 1001")).text
        assert "no ticket SD-1002 here" in (await rina.command(REVIEW, f"/tickets {command} 1002")).text
        assert "is no ticket's number" in (await ana.command(KOPI, f"/tickets {command} mine")).text


async def test_staffs_buttons_are_in_staffs_answer_only(ana: Actor, rina: Actor) -> None:
    """The customer's card has none of them, and each says whose turn it is."""
    await ana.command(KOPI, "/tickets open What about my sender ID?")
    theirs = everything(await ana.command(KOPI, "/tickets show 1001"))
    ours = everything(await rina.command(REVIEW, "/tickets show 1001"))
    for action in ("tickets:assign", "tickets:reply", "tickets:solve", "tickets:more"):
        assert (action in ours, action in theirs) == (True, False)
    assert "Support has it" in theirs
    assert "at the latest" in theirs


async def test_help_tells_each_what_they_can_do(ana: Actor, rina: Actor) -> None:
    """Staff read more."""
    assert "/tickets reply" not in everything(await ana.command(KOPI, "/tickets help"))
    assert "/tickets reply" in everything(await rina.command(REVIEW, "/tickets help"))


# Answering and moving on


async def test_staff_reply_by_command_or_form(ana: Actor, rina: Actor, rows: Rows, desk: Desk) -> None:
    """Words behind the number go out at once; without words a form asks, also whose turn it is then."""
    await ana.command(KOPI, "/tickets open What about my sender ID?")
    answer = await rina.command(REVIEW, "/tickets reply SD-1001 It is with Globe.")
    assert "on its way to the customer's thread" in answer.text
    assert (await the_ticket(rows)).turn == Turn.CUSTOMER
    await rina.command(REVIEW, "/tickets reply 1001")
    await rina.fill("text", "Globe answers tomorrow.")
    await rina.fill("turn", "us")
    assert await rina.submit() is None
    assert (await the_ticket(rows)).turn == Turn.US
    texts = {entry.text: entry.audience for entry in await rows(TicketEntry)}
    assert texts["Globe answers tomorrow."] == texts["It is with Globe."] == Audience.CUSTOMER
    shown = everything(await ana.command(KOPI, "/tickets show 1001"))
    assert "*Support*" in shown
    assert "U0RINA" not in shown


async def test_the_buttons_of_staff(ana: Actor, rina: Actor, budi: Actor, rows: Rows) -> None:
    """Assign, pass on, note, solve, reopen; who comes second with an old card is told who was first."""
    await ana.command(KOPI, "/tickets open What about my sender ID?")
    card = (await rina.command(REVIEW, "/tickets show 1001")).message
    old = (await budi.command(REVIEW, "/tickets show 1001")).message
    assert card is not None
    assert old is not None
    await rina.click(card, "tickets:assign")
    await budi.click(old, "tickets:assign")
    assert "already assigned by <@U0RINA>" in budi.sees(REVIEW)[-1].text
    await rina.click(card, "It is the operators' turn")
    assert (await the_ticket(rows)).turn == Turn.OPERATOR
    await rina.click(card, "Write a note")
    await rina.fill("text", "Globe is slow.")
    assert await rina.submit() is None
    assert [entry.audience for entry in await rows(TicketEntry)].count(Audience.STAFF) == 1
    card = (await rina.command(REVIEW, "/tickets show 1001")).message
    assert card is not None
    await rina.click(card, "tickets:solve")
    assert (await the_ticket(rows)).status == Status.SOLVED
    await rina.click(card, "tickets:solve")
    assert "already solved by <@U0RINA>" in rina.sees(REVIEW)[-1].text
    card = (await rina.command(REVIEW, "/tickets show 1001")).message
    assert card is not None
    await rina.click(card, "tickets:reopen")
    assert (await the_ticket(rows)).status == Status.OPEN
    card = (await rina.command(REVIEW, "/tickets show 1001")).message
    assert card is not None
    await rina.click(card, "Close without solving")
    assert (await the_ticket(rows)).status == Status.CLOSED


async def test_the_buttons_of_a_customer(ana: Actor, rows: Rows) -> None:
    """Add words, close after a question, open again, and what happened."""
    await ana.command(KOPI, "/tickets open What about my sender ID?")
    card = (await ana.command(KOPI, "/tickets show 1001")).message
    assert card is not None
    await ana.click(card, "tickets:add")
    await ana.fill("text", "It is ACME.")
    assert await ana.submit() is None
    await ana.click(card, "tickets:close", confirm=False)
    assert (await the_ticket(rows)).status == Status.OPEN
    await ana.click(card, "tickets:close")
    assert "Close SD-1001?" in str(ana.asked[-1])
    assert (await the_ticket(rows)).status == Status.CLOSED
    card = (await ana.command(KOPI, "/tickets show 1001")).message
    assert card is not None
    await ana.click(card, "tickets:reopen")
    await ana.click(card, "tickets:why")
    view = ana.modal()
    for words in ("opened the ticket", "wrote in the customer's thread", "closed it", "opened it again"):
        assert words in str(view.blocks)


async def test_home_shows_first_what_waits_for_the_person(ana: Actor, rina: Actor) -> None:
    """For a customer what support asked, for staff what customers asked; nobody's Home shows the other's."""
    await ana.command(KOPI, "/tickets open First")
    await ana.command(KOPI, "/tickets open Second")
    await rina.command(REVIEW, "/tickets reply 1002 Which one?")
    titles = [str(block) for block in (await ana.open_home()).blocks]
    assert ["Needs your action" in titles[0], "Second" in titles[1], "First" in str(titles)] == [True, True, False]
    assert "✋ Your turn" in titles[1]
    ours = [str(block) for block in (await rina.open_home()).blocks]
    assert ["First · Kopi Nusantara" in ours[1], "Second" in str(ours)] == [True, False]
    await ana.click(await ana.open_home(), "home:tab/tickets")
    home = await ana.open_home()
    assert ["First" in str(home.blocks), "Second" in str(home.blocks)] == [True, True]
    await ana.click(home, "tickets:open")
    await ana.fill("text", "Third")
    assert await ana.submit() is None
    assert "Third" in everything(await ana.command(KOPI, "/tickets"))


async def test_words_under_a_card_that_was_posted_just_now_are_delivered_again(
    deliver: Callable[..., Any], desk: Desk, rows: Rows
) -> None:
    """Until the desk knows where its card stands, Slack keeps the words; other people's threads are not ours."""
    words = {"type": "message", "user": "U0ANA", "channel": KOPI, "ts": "7.8", "thread_ts": "7.7", "text": "Hello"}

    async def hear(**more: str) -> int:
        event = {"type": "event_callback", "team_id": "T0SENDER", "event_id": "Ev1", "event": words | more}
        return int((await deliver(event)).status)

    assert await hear(parent_user_id="U0BEN") == 200
    assert await hear(parent_user_id="U0DESK") == 503

    def open_under_a_card(tx: Tx) -> None:
        who = Who(
            "U0ANA",
            "T0SENDER",
            Role.CUSTOMER,
            tx.session.scalars(select(Account.id).where(Account.name.startswith("Kopi"))).first(),
            KOPI,
        )
        ticket = service.ask(tx, who, KOPI, "Why?", "k")
        card = tx.session.scalars(select(Message).where(Message.key == ticket.id, Message.place == KOPI)).one()
        card.channel, card.ts = KOPI, "7.7"

    await desk.write(open_under_a_card)
    assert await hear(parent_user_id="U0DESK") == 200
    assert sorted(entry.text for entry in await rows(TicketEntry)) == ["Hello", "Why?"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<https://x.test>", "https://x.test"),
        ("<https://x.test|x.test>", "x.test"),
        ("<mailto:a@b.test|a@b.test>", "a@b.test"),
        ("<#C0KOPI|kopi> <!here> <@U0ANA>", "#kopi !here @U0ANA"),
    ],
)
def test_slacks_markup_is_read_as_a_person_typed_it(typed: str, read: str) -> None:
    """Entities are characters, links and mentions read as they show."""
    assert plain_words(typed) == read


def test_the_use_cases_are_where_the_index_says() -> None:
    """What features call is in one module."""
    assert {"open_ticket", "set_turn", "move"} <= set(service.__all__)
